/* From orders to a PDF: blocks flow, bands are dealt out to pages, pages are drawn by cairo, two
 * A5 side by side on an A4.  Everything belongs to the call.  The thread that renders. */
#include <math.h>

#include "server/core/log.h"
#include "server/print/inside.h"

#define ARENA_MAX   ((size_t)256 << 20)
#define SCALE_LEAST 70 /* percent: 10.5 points become 7.4 */
#define SCALE_STEP  3
#define HOPELESS    2.5 /* times too high: no size that can be read helps */
#define SCALE_LONG  90  /* when it does not fit on one page anyway */
#define ROLL_WIDTH  MM(80)
#define ROLL_MARGIN MM(4) /* the head prints 72 mm */
#define ROLL_FONT   9.0
#define SLOTS_MAX   (PRINT_PAGES_MAX * 2)

const char *const PRINT_SHEET_WORDS[] = {"own", "a4", "80mm", NULL};

struct sheet {            /* what one page of the flow has */
    double width, height; /* height 0: as long as it gets */
    double top, side, bottom;
};

static const struct sheet sheets[] = {
    [PAPER_A5] = {MM(148), MM(210), MM(10), MM(11), MM(10)},
    [PAPER_A4] = {MM(210), MM(297), MM(18), MM(18), MM(16)},
    [PAPER_A4_WIDE] = {MM(297), MM(210), MM(13), MM(12), MM(13)},
};
static const struct sheet roll = {ROLL_WIDTH, 0, MM(6), ROLL_MARGIN, MM(6)};

struct page {
    size_t *band; /* heads of tables are repeated */
    double *y;
    size_t n, cap, y_n, y_cap;
};
struct pages {
    struct flow *flow;
    struct sheet sheet;
    struct page page[PRINT_PAGES_MAX];
    int n;
};
struct render {
    const struct print_order *o; /* the present one, and what is laid out for it */
    struct arena *arena;
    struct pages *copy[PAPER_COPIES_MAX];
    int copies, scale;
    PangoContext *pango;
    struct buf out; /* the file */
    cairo_surface_t *surface;
    cairo_t *cr;
    struct print_facts facts;
};

/* ---------------------------------------------------------------- fonts */

static PangoContext *context_new(void)
{
    PangoContext *c = pango_font_map_create_context(pango_cairo_font_map_get_default());
    cairo_font_options_t *opt = cairo_font_options_create();

    /* Widths as the font has them: the same on every machine. */
    cairo_font_options_set_hint_style(opt, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(opt, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(c, opt);
    cairo_font_options_destroy(opt);
    pango_cairo_context_set_resolution(c, 72);
    pango_context_set_round_glyph_positions(c, FALSE);
    pango_context_set_language(c, pango_language_from_string("vi"));
    pango_context_set_base_dir(c, PANGO_DIRECTION_LTR);
    return c;
}

void print_cool(void)
{
    if (libs_open())
        pango_cairo_font_map_set_default(NULL);
}

/* ---------------------------------------------------------------- dealing out */

static bool page_put(struct render *r, struct pages *p, size_t band, double y)
{
    struct page *page = &p->page[p->n - 1];

    ARENA_PUSH(r->arena, page->band, page->n, page->cap) = band;
    ARENA_PUSH(r->arena, page->y, page->y_n, page->y_cap) = y;
    return true;
}

/* Height of the band and of those that must stay with it. */
static double together(const struct flow *f, size_t i)
{
    double h = f->band[i].height;

    while (f->band[i].with_next && i + 1 < f->bands) {
        i++;
        h += f->band[i].gap + f->band[i].height;
    }
    return h;
}

static bool deal(struct render *r, struct pages *p)
{
    const struct flow *f = p->flow;
    double room = p->sheet.height - p->sheet.top - p->sheet.bottom, y = 0;

    p->n = 1;
    for (size_t i = 0; i < f->bands; i++) {
        const struct band *b = &f->band[i];
        double gap = p->page[p->n - 1].n ? b->gap : 0;

        if (p->sheet.height > 0 && p->page[p->n - 1].n && y + gap + together(f, i) > room + 0.01) {
            if (p->n == PRINT_PAGES_MAX)
                return false;
            p->n++;
            y = gap = 0;
            if (b->head >= 0) {
                (void)page_put(r, p, (size_t)b->head, 0);
                y = f->band[b->head].height;
            }
        }
        (void)page_put(r, p, i, y + gap);
        y += gap + b->height;
    }
    return true;
}

static struct flow *flow_of(struct render *r, const struct paper_record *record,
                            const struct sheet *s, int scale)
{
    const struct print_order *o = r->o;
    bool on_roll = o->sheet == PRINT_ROLL;
    const struct paper_block *b = on_roll ? o->template->roll : o->template->body;
    size_t n = on_roll ? o->template->rolls : o->template->blocks;
    struct flow *f = ARENA_NEW(r->arena, struct flow);

    *f = (struct flow){.arena = r->arena,
                       .pango = r->pango,
                       .record = record,
                       .roll = on_roll,
                       .english = o->english,
                       .font = (on_roll ? ROLL_FONT : o->template->font / 10.0) * scale / 100,
                       .left = s->side,
                       .width = s->width - 2 * s->side};
    for (size_t i = 0; i < n; i++)
        flow_block(f, &b[i]);
    return f;
}

/* What to try next when it is so many times too high: lines get lower and longer, so that the
 * height goes with the square, but for what does not shrink (codes, gaps). */
static int smaller(int scale, double times)
{
    int next = scale - SCALE_STEP, guess = (int)(scale / sqrt(times)) + 1;

    if (guess < next)
        next = guess;
    /* once with the least, unless that is hopeless */
    return next < SCALE_LEAST && scale > SCALE_LEAST && times < HOPELESS ? SCALE_LEAST : next;
}

/* One copy, as small as it must be to fit on one page; if nothing helps, readable on several. */
static struct pages *pages_of(struct render *r, const struct paper_record *record)
{
    struct pages *p = ARENA_NEW(r->arena, struct pages);
    bool shrink = r->o->template->one_page && r->o->sheet != PRINT_ROLL;
    double room;

    p->sheet = r->o->sheet == PRINT_ROLL ? roll : sheets[r->o->template->size];
    room = p->sheet.height - p->sheet.top - p->sheet.bottom;
    r->scale = 100;
    p->flow = flow_of(r, record, &p->sheet, r->scale);
    while (shrink && flow_height(p->flow) > room) {
        r->scale = smaller(r->scale, flow_height(p->flow) / room);
        shrink = r->scale >= SCALE_LEAST;
        if (!shrink)
            r->scale = SCALE_LONG;
        flow_free(p->flow);
        p->flow = flow_of(r, record, &p->sheet, r->scale);
    }
    if (p->sheet.height <= 0)
        p->sheet.height = flow_height(p->flow) + p->sheet.top + p->sheet.bottom;
    return deal(r, p) ? p : NULL;
}

/* ---------------------------------------------------------------- drawing */

static void draw_lines(cairo_t *cr, const struct drawn *d, double x, double y)
{
    PangoLayoutIter *it = pango_layout_get_iter(d->layout);
    double top = 0;
    int i = 0;

    do {
        PangoRectangle r;

        if (i >= d->last)
            break;
        pango_layout_iter_get_line_extents(it, NULL, &r);
        if (i == d->first)
            top = (double)r.y / PANGO_SCALE;
        if (i >= d->first) {
            cairo_move_to(cr, x + (double)r.x / PANGO_SCALE,
                          y - top + (double)pango_layout_iter_get_baseline(it) / PANGO_SCALE);
            pango_cairo_show_layout_line(cr, pango_layout_iter_get_line_readonly(it));
        }
        i++;
    } while (pango_layout_iter_next_line(it));
    pango_layout_iter_free(it);
}

/* All modules in one path, so that no seam shows between them. */
static void draw_code(cairo_t *cr, const struct drawn *d, double x, double y)
{
    const struct print_code *c = d->code;

    for (int row = 0; row < c->rows; row++)
        for (int i = 0, n; i < c->width; i += n) {
            uint8_t bit = c->bit[row * c->width + i];

            for (n = 1; i + n < c->width && c->bit[row * c->width + i + n] == bit; n++)
                ;
            if (bit)
                cairo_rectangle(cr, x + i * d->module, y + row * d->height, n * d->module,
                                d->height);
        }
    cairo_fill(cr);
}

static void draw_band(cairo_t *cr, const struct band *b, double x, double y)
{
    for (size_t i = 0; i < b->n; i++) {
        const struct drawn *d = &b->drawn[i];

        switch (d->kind) {
        case DRAWN_TEXT:
            draw_lines(cr, d, x + d->x, y + d->y);
            break;
        case DRAWN_LINE:
            cairo_set_line_width(cr, d->thick);
            cairo_move_to(cr, x + d->x, y + d->y);
            cairo_rel_line_to(cr, d->dx, d->dy);
            cairo_stroke(cr);
            break;
        case DRAWN_CODE:
            draw_code(cr, d, x + d->x, y + d->y);
            break;
        }
    }
}

/* In the margin, where it moves nothing. */
static void draw_word(struct render *r, const char *word, double size, bool bold, double x,
                      double y, double width, bool boxed)
{
    PangoLayout *l = pango_layout_new(r->pango);
    PangoFontDescription *d =
        pango_font_description_from_string(bold ? "Liberation Serif Bold" : "Liberation Serif");
    double w, h;

    pango_font_description_set_absolute_size(d, size * PANGO_SCALE);
    pango_layout_set_font_description(l, d);
    pango_layout_set_text(l, word, -1);
    w = layout_width(l);
    h = layout_height(l);
    cairo_move_to(r->cr, x + (width - w) / 2, y);
    pango_cairo_show_layout(r->cr, l);
    if (boxed) {
        cairo_set_line_width(r->cr, 0.7);
        cairo_rectangle(r->cr, x + (width - w) / 2 - 4, y - 0.5, w + 8, h + 1);
        cairo_stroke(r->cr);
    }
    pango_font_description_free(d);
    g_object_unref(l);
}

static void draw_page(struct render *r, const struct pages *p, int n, double x)
{
    const struct page *page = &p->page[n];
    char text[64];

    for (size_t i = 0; i < page->n; i++)
        draw_band(r->cr, &p->flow->band[page->band[i]], x, p->sheet.top + page->y[i]);
    if (r->o->reprint)
        draw_word(r, "BẢN IN LẠI", 8, true, x, p->sheet.top / 2 - 5, p->sheet.width, true);
    if (p->n == 1)
        return;
    (void)snprintf(text, sizeof text, "%d/%d", n + 1, p->n);
    draw_word(r, text, 8, false, x, p->sheet.height - p->sheet.bottom / 2 - 5, p->sheet.width,
              false);
}

static void cut_line(cairo_t *cr, double x, double height)
{
    static const double dashes[] = {4, 4};

    cairo_save(cr);
    cairo_set_dash(cr, dashes, 2, 0);
    cairo_set_line_width(cr, 0.4);
    cairo_move_to(cr, x, 0);
    cairo_line_to(cr, x, height);
    cairo_stroke(cr);
    cairo_restore(cr);
}

static void draw_copies(struct render *r)
{
    bool two = r->o->sheet == PRINT_A4;
    const struct pages *first = r->copy[0];
    int slot = 0;

    for (int c = 0; c < r->copies; c++) {
        const struct pages *p = r->copy[c];

        for (int n = 0; n < p->n; n++, slot++) {
            bool right = two && slot % 2 == 1;

            if (!right) {
                if (r->facts.pages++)
                    cairo_show_page(r->cr);
                cairo_pdf_surface_set_size(r->surface,
                                           two ? sheets[PAPER_A4_WIDE].width : p->sheet.width,
                                           p->sheet.height);
                if (two)
                    cut_line(r->cr, p->sheet.width, p->sheet.height);
            }
            draw_page(r, p, n, right ? first->sheet.width : 0);
        }
    }
}

/* ---------------------------------------------------------------- the file */

static cairo_status_t put(void *closure, const unsigned char *data, unsigned n)
{
    struct buf *b = closure;

    buf_put(b, data, n);
    return buf_ok(b) ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static void describe(const struct render *r, cairo_surface_t *s)
{
    char made[32] = "1970-01-01T00:00:00Z";

    if (r->o->record->made != INSTANT_NONE)
        instant_rfc3339(r->o->record->made, made);
    cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_TITLE, r->o->form->title);
    cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_CREATE_DATE, made);
    cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_CREATOR, "motcuad");
}

/* The first sheet begins it. */
static void file_begin(struct render *r)
{
    const struct sheet *first = &r->copy[0]->sheet;

    r->facts.width = r->o->sheet == PRINT_A4 ? sheets[PAPER_A4_WIDE].width : first->width;
    r->facts.height = first->height;
    r->facts.scale = r->scale;
    r->surface = cairo_pdf_surface_create_for_stream(put, &r->out, first->width, first->height);
    describe(r, r->surface);
    r->cr = cairo_create(r->surface);
}

static enum print_fault file_end(struct render *r)
{
    cairo_status_t st;

    if (!r->surface)
        return PRINT_FAILED;
    cairo_show_page(r->cr);
    cairo_destroy(r->cr);
    cairo_surface_finish(r->surface);
    st = cairo_surface_status(r->surface);
    cairo_surface_destroy(r->surface);
    if (st == CAIRO_STATUS_WRITE_ERROR || !buf_ok(&r->out))
        return PRINT_TOO_LONG;
    if (st == CAIRO_STATUS_SUCCESS)
        return PRINT_FINE;
    log_event(LOG_L_ERROR, "print-failed", LOG_STR("why", cairo_status_to_string(st)));
    return PRINT_FAILED;
}

static bool fits_sheet(const struct print_order *o)
{
    switch (o->sheet) {
    case PRINT_OWN:
        return true;
    case PRINT_A4:
        return o->template->size == PAPER_A5;
    case PRINT_ROLL:
        return o->template->rolls > 0;
    }
    return false;
}

/* The record with what the form and the copy add. */
static const struct paper_record *record_for(struct render *r, int copy)
{
    struct paper_record *x = ARENA_NEW(r->arena, struct paper_record);

    *x = *r->o->record;
    x->field[PF_FORM] = r->o->form->name;
    x->field[PF_FORM_TITLE] = r->o->form->title;
    x->field[PF_FORM_BASIS] = r->o->form->basis;
    x->field[PF_FORM_MARK] = r->o->form->mark;
    x->field[PF_COPY] = copy >= 0 ? r->o->template->copy[copy].title : NULL;
    return x;
}

static bool lay_copies(struct render *r)
{
    int n = (int)r->o->template->copies, one = r->o->copy;

    r->copies = one >= 0 || n == 0 ? 1 : n;
    for (int i = 0; i < r->copies; i++) {
        int copy = one >= 0 ? one : n ? i : -1;

        r->copy[i] = pages_of(r, record_for(r, copy < n ? copy : -1));
        if (!r->copy[i])
            return false;
    }
    return true;
}

static enum print_fault add_paper(struct render *r)
{
    bool laid;

    if (!fits_sheet(r->o))
        return PRINT_NO_SHEET;
    r->arena = arena_new(ARENA_MAX);
    memset(r->copy, 0, sizeof r->copy);
    laid = lay_copies(r);
    if (laid && !r->surface)
        file_begin(r);
    if (laid)
        draw_copies(r);
    for (int i = 0; i < r->copies; i++)
        if (r->copy[i])
            flow_free(r->copy[i]->flow);
    arena_free(r->arena);
    return laid ? PRINT_FINE : PRINT_TOO_LONG;
}

enum print_fault print_render_all(const struct print_order *o, size_t n, struct buf *ret_pdf,
                                  struct print_facts *ret)
{
    struct render r = {.o = o};
    enum print_fault fault = PRINT_FINE, ended;

    if (!fonts_open())
        return PRINT_FAILED;
    r.pango = context_new();
    buf_init(&r.out, PRINT_BYTES_MAX);
    for (size_t i = 0; i < n && fault == PRINT_FINE; i++) {
        r.o = &o[i];
        fault = add_paper(&r);
    }
    ended = file_end(&r);
    if (fault == PRINT_FINE && (fault = ended) == PRINT_FINE) {
        buf_put(ret_pdf, r.out.p, r.out.n);
        fault = buf_ok(ret_pdf) ? PRINT_FINE : PRINT_TOO_LONG;
        *ret = r.facts;
    }
    buf_free(&r.out);
    g_object_unref(r.pango);
    return fault;
}

enum print_fault print_render(const struct print_order *o, struct buf *ret_pdf,
                              struct print_facts *ret)
{
    return print_render_all(o, 1, ret_pdf, ret);
}
