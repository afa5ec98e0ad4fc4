/* Tables: a head that is repeated on every page, rows that may be torn when they are taller than a
 * third of a sheet.  The thread that renders. */
#include "server/print/inside.h"

#define PAD        2.0
#define THICK      0.5
#define ROW_LINES  24 /* of one band; a taller row is torn */
#define WIDTHS_MAX PAPER_COLUMNS

struct grid {
    const struct paper_block *b;
    double x[WIDTHS_MAX + 1];
    double size;
};

static void grid_init(struct grid *g, const struct flow *f, const struct paper_block *b,
                      double size)
{
    int all = 0;
    double x = f->left;

    *g = (struct grid){.b = b, .size = size};
    for (size_t c = 0; c < b->columns; c++)
        all += b->column[c].width > 0 ? b->column[c].width : 1;
    for (size_t c = 0; c < b->columns; c++) {
        g->x[c] = x;
        x += f->width * (b->column[c].width > 0 ? b->column[c].width : 1) / all;
    }
    g->x[b->columns] = f->left + f->width;
}

static void frame(struct flow *f, struct band *b, const struct grid *g, bool top, bool bottom)
{
    double h = b->height;

    if (top)
        band_line(f, b, g->x[0], 0, f->width, 0, THICK);
    for (size_t c = 0; c <= g->b->columns; c++)
        band_line(f, b, g->x[c], 0, 0, h, THICK);
    if (bottom)
        band_line(f, b, g->x[0], h, f->width, 0, THICK);
}

static int head_of(struct flow *f, const struct grid *g, double gap)
{
    struct band *b = flow_band(f, gap);
    int at = (int)f->bands - 1;
    double most = 0;

    for (size_t c = 0; c < g->b->columns; c++) {
        PangoLayout *l = flow_text(f, &g->b->column[c].title, NULL,
                                   (struct set){.width = g->x[c + 1] - g->x[c] - 2 * PAD,
                                                .size = g->size,
                                                .align = PAPER_CENTER,
                                                .style = PAPER_BOLD});
        band_text(f, b, l, g->x[c] + PAD, PAD);
        most = layout_height(l) > most ? layout_height(l) : most;
    }
    b->height = most + 2 * PAD;
    b->with_next = true;
    frame(f, b, g, true, true);
    return at;
}

/* Height of the lines [from, to) of a cell. */
static double lines_height(PangoLayout *l, int from, int to)
{
    PangoLayoutIter *it;
    double h = 0;
    int i = 0;

    if (!l)
        return 0;
    it = pango_layout_get_iter(l);
    do {
        PangoRectangle r;

        pango_layout_iter_get_line_extents(it, NULL, &r);
        if (i >= from && i < to)
            h += (double)r.height / PANGO_SCALE;
        i++;
    } while (pango_layout_iter_next_line(it));
    pango_layout_iter_free(it);
    return h;
}

static void row_part(struct flow *f, const struct grid *g, PangoLayout **cell, int from, int lines,
                     int head)
{
    struct band *b = flow_band(f, 0);
    double most = 0;

    b->head = head;
    for (size_t c = 0; c < g->b->columns; c++) {
        int n = cell[c] ? pango_layout_get_line_count(cell[c]) : 0;
        int to = from + ROW_LINES < n ? from + ROW_LINES : n;
        double h;

        if (from >= to)
            continue;
        h = lines_height(cell[c], from, to);
        band_text(f, b, cell[c], g->x[c] + PAD, PAD);
        b->drawn[b->n - 1].first = from;
        b->drawn[b->n - 1].last = to;
        most = h > most ? h : most;
    }
    b->height = most + 2 * PAD;
    frame(f, b, g, false, from + ROW_LINES >= lines);
}

static void row_of(struct flow *f, const struct grid *g, const struct paper_row *row, int head)
{
    PangoLayout *cell[WIDTHS_MAX] = {NULL};
    int lines = 1;

    for (size_t c = 0; c < g->b->columns; c++) {
        const struct paper_column *col = &g->b->column[c];

        cell[c] = flow_texts(f, col->text.item, col->text.n, row,
                             (struct set){.width = g->x[c + 1] - g->x[c] - 2 * PAD,
                                          .size = g->size,
                                          .align = col->align});
        if (cell[c] && pango_layout_get_line_count(cell[c]) > lines)
            lines = pango_layout_get_line_count(cell[c]);
    }
    for (int from = 0; from < lines; from += ROW_LINES)
        row_part(f, g, cell, from, lines, head);
}

void flow_table(struct flow *f, const struct paper_block *b, double size, double gap)
{
    const struct paper_rows *rows = &f->record->list[b->list];
    struct grid g;
    int head;

    grid_init(&g, f, b, size);
    head = head_of(f, &g, gap);
    for (size_t i = 0; i < rows->n; i++)
        row_of(f, &g, rows->row[i], head);
}
