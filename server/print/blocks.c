/* Each kind of block of a template, set into bands.  The thread that renders. */
#include "server/print/inside.h"

#define HEAD_SHARE   0.62 /* the motto takes at most so much of the width */
#define HEAD_LEAST   0.38
#define RULE_THICK   0.6
#define SIGN_ROOM    3.6 /* lines left for the hand */
#define QR_SIDE      MM(24)
#define QR_QUIET     4                /* modules */
#define BAR_MODULE   (72.0 * 2 / 203) /* two dots of a 203 dpi head: about 0.25 mm */
#define BAR_HEIGHT   MM(9)
#define BAR_QUIET    10     /* modules */
#define NARROW       MM(36) /* words beside bars need so much */
#define COLUMN_SPACE 8.0

static double size_of(const struct flow *f, const struct paper_block *b, int percent)
{
    return f->font * (b->size ? b->size : percent) / 100;
}

static double gap_of(const struct paper_block *b, int points)
{
    return b->gap ? b->gap : points;
}

/* Lines one under the other in a column of a band; answers where they end.  ret_last: the last. */
static double stack(struct flow *f, struct band *b, const struct paper_texts *t, double x, double y,
                    struct set how, PangoLayout **ret_last)
{
    for (size_t i = 0; i < t->n; i++) {
        PangoLayout *l = flow_text(f, &t->item[i], NULL, how);

        if (!l)
            continue;
        band_text(f, b, l, x, y);
        y += layout_height(l);
        if (ret_last)
            *ret_last = l;
    }
    return y;
}

/* ---- head: agency at the left with a short rule under it, motto at the right, underlined as wide
 * as its second line (Decree 30/2020, appendix I) */

static double widest(struct flow *f, const struct paper_texts *t, struct set how)
{
    double most = 0;

    how.width = 0;
    for (size_t i = 0; i < t->n; i++) {
        double w = layout_width(flow_text(f, &t->item[i], NULL, how));

        most = w > most ? w : most;
    }
    return most;
}

static void head_roll(struct flow *f, const struct paper_block *b, struct set how)
{
    struct band *band = flow_band(f, 0);
    double y;

    how.width = f->width;
    y = stack(f, band, &b->text, f->left, 0, how, NULL);
    band_line(f, band, f->left + f->width / 3, y + 2, f->width / 3, 0, RULE_THICK);
    (void)stack(f, band, &b->right, f->left, y + 6, how, NULL);
    flow_paragraph(f, flow_text(f, &b->number, NULL, how), f->left, 2);
    flow_paragraph(f, flow_text(f, &b->dated, NULL, how), f->left, 2);
}

static void head_foot(struct flow *f, const struct paper_block *b, double split, struct set how)
{
    struct band *band = flow_band(f, f->font * 0.5);

    how.width = split - COLUMN_SPACE;
    band_text(f, band, flow_text(f, &b->number, NULL, how), f->left, 0);
    how.width = f->width - split;
    how.style |= PAPER_ITALIC;
    band_text(f, band, flow_text(f, &b->dated, NULL, how), f->left + split, 0);
}

static void head(struct flow *f, const struct paper_block *b)
{
    struct set how = {.size = size_of(f, b, 92), .align = PAPER_CENTER};
    PangoLayout *motto = NULL;
    struct band *band;
    double right, split, y, w;

    if (f->roll) {
        head_roll(f, b, how);
        return;
    }
    right = widest(f, &b->right, how) + 1;
    if (right > f->width * HEAD_SHARE)
        right = f->width * HEAD_SHARE;
    if (right < f->width * HEAD_LEAST)
        right = f->width * HEAD_LEAST;
    split = f->width - right;
    band = flow_band(f, 0);
    how.width = split - COLUMN_SPACE;
    y = stack(f, band, &b->text, f->left, 0, how, NULL);
    band_line(f, band, f->left + how.width / 3, y + 2, how.width / 3, 0, RULE_THICK);
    how.width = right;
    y = stack(f, band, &b->right, f->left + split, 0, how, &motto);
    w = layout_width(motto);
    if (motto && b->dated.runs) /* a motto, not numbers of a form */
        band_line(f, band, f->left + split + (right - w) / 2, y + 2, w, 0, RULE_THICK);
    head_foot(f, b, split, how);
}

/* ---- lines */

static void english(struct flow *f, const struct paper_block *b, struct set how)
{
    how.size *= 0.82;
    how.style = PAPER_ITALIC;
    for (size_t i = 0; f->english && i < b->english.n; i++)
        flow_paragraph(f, flow_text(f, &b->english.item[i], NULL, how), f->left, 0);
}

static void title(struct flow *f, const struct paper_block *b)
{
    struct set how = {f->width, size_of(f, b, 125), PAPER_CENTER, PAPER_BOLD, 0};

    for (size_t i = 0; i < b->text.n; i++)
        flow_paragraph(f, flow_text(f, &b->text.item[i], NULL, how), f->left,
                       i ? 0 : gap_of(b, (int)(f->font * 0.9)));
    english(f, b, how);
}

static const struct print_code *bars_of(struct flow *f, const struct paper_block *b)
{
    struct paper_words w = {.styles = 0};
    const struct print_code *c = NULL;

    buf_init(&w.text, 4096);
    if (b->barcode.runs && paper_merge(f->arena, &b->barcode, f->record, NULL, &w))
        c = b->kind == BLOCK_QR ? code_qr(f->arena, buf_cstr(&w.text))
                                : code_128(f->arena, buf_cstr(&w.text));
    buf_free(&w.text);
    return c;
}

/* Words at the left, bars at the right; on a roll below each other. */
static void line_with_bars(struct flow *f, const struct paper_block *b, const struct print_code *c,
                           struct set how)
{
    double w = (c->width + 2 * BAR_QUIET) * BAR_MODULE;
    bool under = f->roll || f->width - w < NARROW;
    struct band *band = flow_band(f, gap_of(b, 3));
    double x = under ? f->left + (f->width - w) / 2 : f->left + f->width - w, y = 0, text;

    how.width = under ? f->width : f->width - w;
    text = stack(f, band, &b->text, f->left, 0, how, NULL);
    if (under)
        y = text + 3;
    else if (text < BAR_HEIGHT) /* words in the middle of the bars' height */
        for (size_t i = 0; i < band->n; i++)
            band->drawn[i].y += (BAR_HEIGHT - text) / 2;
    band_code(f, band, c, x + BAR_QUIET * BAR_MODULE, y, BAR_MODULE, BAR_HEIGHT);
}

static void columns(struct flow *f, const struct paper_block *b, const struct paper_row *row,
                    struct set how)
{
    double w = (f->width - COLUMN_SPACE * (double)(b->text.n - 1)) / (double)b->text.n;
    struct band *band = NULL;

    how.width = w;
    for (size_t i = 0; i < b->text.n; i++) {
        PangoLayout *l = flow_text(f, &b->text.item[i], row, how);

        if (l && !band)
            band = flow_band(f, gap_of(b, 2));
        if (l)
            band_text(f, band, l, f->left + (double)i * (w + COLUMN_SPACE), 0);
    }
}

static void line_once(struct flow *f, const struct paper_block *b, const struct paper_row *row)
{
    struct set how = {f->width, size_of(f, b, 100), b->align, 0, 0};
    const struct print_code *c = row ? NULL : bars_of(f, b);

    if (c)
        line_with_bars(f, b, c, how);
    else if (b->text.n > 1 && !f->roll)
        columns(f, b, row, how);
    else
        for (size_t i = 0; i < b->text.n; i++)
            flow_paragraph(f, flow_text(f, &b->text.item[i], row, how), f->left, gap_of(b, 2));
    english(f, b, how);
}

static void line(struct flow *f, const struct paper_block *b)
{
    const struct paper_rows *rows = b->list >= 0 ? &f->record->list[b->list] : NULL;

    if (!rows)
        line_once(f, b, NULL);
    for (size_t i = 0; rows && i < rows->n; i++)
        line_once(f, b, rows->row[i]);
}

static void text(struct flow *f, const struct paper_block *b, unsigned style, int percent,
                 bool indented)
{
    struct set how = {f->width, size_of(f, b, percent), b->align, style,
                      indented && !f->roll ? f->font * 1.8 : 0};

    for (size_t i = 0; i < b->text.n; i++)
        flow_paragraph(f, flow_text(f, &b->text.item[i], NULL, how), f->left, gap_of(b, 3));
    english(f, b, how);
}

/* ---- signatures, codes */

static void signs(struct flow *f, const struct paper_block *b)
{
    struct set how = {.size = size_of(f, b, 100), .align = PAPER_CENTER};
    struct band *band;
    double w = (f->width - COLUMN_SPACE * (double)(b->signs - 1)) / (double)b->signs, low = 0;

    if (f->bands) /* signatures do not stand on a page of their own */
        f->band[f->bands - 1].with_next = true;
    band = flow_band(f, gap_of(b, (int)(f->font * 0.8)));
    how.width = w;
    for (size_t i = 0; i < b->signs; i++) {
        struct set hint = how;
        double x = f->left + (double)i * (w + COLUMN_SPACE), y = 0;
        PangoLayout *l;

        how.style = PAPER_BOLD;
        l = flow_text(f, &b->sign[i].title, NULL, how);
        band_text(f, band, l, x, y);
        y += layout_height(l);
        hint.style = PAPER_ITALIC;
        hint.size *= 0.9;
        l = flow_text(f, &b->sign[i].hint, NULL, hint);
        band_text(f, band, l, x, y);
        y += layout_height(l);
        low = y > low ? y : low;
    }
    low += f->font * 1.2 * SIGN_ROOM;
    for (size_t i = 0; i < b->signs; i++)
        band_text(f, band, flow_text(f, &b->sign[i].name, NULL, how),
                  f->left + (double)i * (w + COLUMN_SPACE), low);
    if (band->height < low)
        band->height = low;
}

static void qr(struct flow *f, const struct paper_block *b)
{
    const struct print_code *c = bars_of(f, b);
    struct set how = {.size = size_of(f, b, 88)};
    struct band *band;
    double module, quiet, x, room, y, words;

    if (!c)
        return;
    band = flow_band(f, gap_of(b, 4));
    module = QR_SIDE / c->width;
    quiet = module * QR_QUIET;
    x = f->left + quiet;
    if (f->roll)
        x = f->left + (f->width - QR_SIDE) / 2;
    band_code(f, band, c, x, quiet, module, module);
    band->height += quiet;
    room = QR_SIDE + 2 * quiet + 2;
    how.width = f->roll ? f->width : f->width - room;
    how.align = f->roll ? PAPER_CENTER : PAPER_LEFT;
    y = f->roll ? band->height : 0;
    words = stack(f, band, &b->right, f->roll ? f->left : f->left + room, y, how, NULL);
    if (!f->roll && words < band->height) /* in the middle beside the code */
        for (size_t i = 1; i < band->n; i++)
            band->drawn[i].y += (band->height - words) / 2;
}

void flow_block(struct flow *f, const struct paper_block *b)
{
    if (!paper_holds(&b->when, f->record))
        return;
    switch ((enum paper_block_kind)b->kind) {
    case BLOCK_HEAD:
        head(f, b);
        break;
    case BLOCK_TITLE:
        title(f, b);
        break;
    case BLOCK_LINE:
        line(f, b);
        break;
    case BLOCK_TEXT:
        text(f, b, 0, 100, true);
        break;
    case BLOCK_NOTE:
        text(f, b, PAPER_ITALIC, 85, false);
        break;
    case BLOCK_TABLE:
        flow_table(f, b, size_of(f, b, 94), gap_of(b, 3));
        break;
    case BLOCK_SIGNS:
        signs(f, b);
        break;
    case BLOCK_QR:
        qr(f, b);
        break;
    case BLOCK_RULE:
        band_line(f, flow_band(f, gap_of(b, 5)), f->left, 0, f->width, 0, RULE_THICK);
        break;
    case BLOCK_KINDS:
        break;
    }
}
