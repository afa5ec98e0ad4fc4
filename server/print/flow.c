/* Texts set by pango, gathered into bands that flow down a sheet.  Layouts belong to the flow, the
 * rest to its arena.  The thread that renders. */
#include "server/print/inside.h"

#define SHEET_FONT "Liberation Serif, Noto Serif, Noto Sans, Noto Sans Symbols2"
#define ROLL_FONT  "Liberation Sans, Noto Sans, Noto Sans Symbols2"

static void attribute(PangoAttrList *list, PangoAttribute *a, size_t from, size_t to)
{
    a->start_index = (guint)from;
    a->end_index = (guint)to;
    pango_attr_list_insert(list, a);
}

static void emphasize(PangoAttrList *list, unsigned style, size_t from, size_t to)
{
    if (style & PAPER_BOLD)
        attribute(list, pango_attr_weight_new(PANGO_WEIGHT_BOLD), from, to);
    if (style & PAPER_ITALIC)
        attribute(list, pango_attr_style_new(PANGO_STYLE_ITALIC), from, to);
}

static PangoLayout *layout_new(struct flow *f, struct set how)
{
    static const PangoAlignment aligns[] = {PANGO_ALIGN_LEFT, PANGO_ALIGN_CENTER,
                                            PANGO_ALIGN_RIGHT};
    PangoLayout *l = pango_layout_new(f->pango);
    PangoFontDescription *font =
        pango_font_description_from_string(f->roll ? ROLL_FONT : SHEET_FONT);

    ARENA_PUSH(f->arena, f->layout, f->layouts, f->layout_cap) = l;
    pango_font_description_set_absolute_size(font, how.size * PANGO_SCALE);
    pango_layout_set_font_description(l, font);
    pango_font_description_free(font);
    /* Labels are Vietnamese: a value from the right to the left does not turn the line over. */
    pango_layout_set_auto_dir(l, FALSE);
    pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_alignment(l, aligns[how.align]);
    pango_layout_set_indent(l, (int)(how.indent * PANGO_SCALE));
    if (how.width > 0)
        pango_layout_set_width(l, (int)(how.width * PANGO_SCALE));
    return l;
}

/* Those that have something to say, one under the other. */
static bool merge_all(struct flow *f, const struct paper_text *t, size_t n,
                      const struct paper_row *row, struct paper_words *w)
{
    bool any = false;

    for (size_t i = 0; i < n; i++) {
        size_t from = w->text.n, styles = w->styles;

        if (any)
            buf_char(&w->text, '\n');
        if (t[i].runs && paper_merge(f->arena, &t[i], f->record, row, w)) {
            any = true;
            continue;
        }
        w->text.n = from;
        w->styles = styles;
    }
    return any;
}

PangoLayout *flow_texts(struct flow *f, const struct paper_text *t, size_t n,
                        const struct paper_row *row, struct set how)
{
    struct paper_words w = {.styles = 0};
    PangoAttrList *list;
    PangoLayout *l = NULL;

    buf_init(&w.text, 1 << 20);
    if (merge_all(f, t, n, row, &w)) {
        list = pango_attr_list_new();
        emphasize(list, how.style, 0, w.text.n);
        for (size_t i = 0; i < w.styles; i++)
            emphasize(list, w.style[i].style, w.style[i].from, w.style[i].to);
        l = layout_new(f, how);
        pango_layout_set_text(l, buf_cstr(&w.text), (int)w.text.n);
        pango_layout_set_attributes(l, list);
        pango_attr_list_unref(list);
    }
    buf_free(&w.text);
    return l;
}

PangoLayout *flow_text(struct flow *f, const struct paper_text *t, const struct paper_row *row,
                       struct set how)
{
    return flow_texts(f, t, 1, row, how);
}

double layout_height(PangoLayout *l)
{
    PangoRectangle r;

    if (!l)
        return 0;
    pango_layout_get_extents(l, NULL, &r);
    return (double)r.height / PANGO_SCALE;
}

double layout_width(PangoLayout *l)
{
    PangoRectangle r;

    if (!l)
        return 0;
    pango_layout_get_extents(l, NULL, &r);
    return (double)r.width / PANGO_SCALE;
}

struct band *flow_band(struct flow *f, double gap)
{
    struct band *b = &ARENA_PUSH(f->arena, f->band, f->bands, f->cap);

    *b = (struct band){.gap = gap, .head = -1};
    return b;
}

static struct drawn *drawn_new(struct flow *f, struct band *b, double bottom)
{
    if (bottom > b->height)
        b->height = bottom;
    return &ARENA_PUSH(f->arena, b->drawn, b->n, b->cap);
}

void band_text(struct flow *f, struct band *b, PangoLayout *l, double x, double y)
{
    if (l)
        *drawn_new(f, b, y + layout_height(l)) =
            (struct drawn){.kind = DRAWN_TEXT,
                           .x = x,
                           .y = y,
                           .layout = l,
                           .last = pango_layout_get_line_count(l)};
}

void band_line(struct flow *f, struct band *b, double x, double y, double dx, double dy,
               double thick)
{
    *drawn_new(f, b, y + dy) =
        (struct drawn){.kind = DRAWN_LINE, .x = x, .y = y, .dx = dx, .dy = dy, .thick = thick};
}

void band_code(struct flow *f, struct band *b, const struct print_code *c, double x, double y,
               double module, double height)
{
    *drawn_new(f, b, y + height * c->rows) = (struct drawn){
        .kind = DRAWN_CODE, .x = x, .y = y, .code = c, .module = module, .height = height};
}

void flow_paragraph(struct flow *f, PangoLayout *l, double x, double gap)
{
    PangoLayoutIter *it;
    int i = 0;

    if (!l)
        return;
    it = pango_layout_get_iter(l);
    do {
        struct band *b = flow_band(f, i ? 0 : gap);
        PangoRectangle r;

        pango_layout_iter_get_line_extents(it, NULL, &r);
        *drawn_new(f, b, (double)r.height / PANGO_SCALE) =
            (struct drawn){.kind = DRAWN_TEXT, .x = x, .layout = l, .first = i, .last = i + 1};
        i++;
    } while (pango_layout_iter_next_line(it));
    pango_layout_iter_free(it);
}

double flow_height(const struct flow *f)
{
    double h = 0;

    for (size_t i = 0; i < f->bands; i++)
        h += f->band[i].height + (i ? f->band[i].gap : 0);
    return h;
}

void flow_free(struct flow *f)
{
    for (size_t i = 0; i < f->layouts; i++)
        g_object_unref(f->layout[i]);
    f->layouts = 0;
}
