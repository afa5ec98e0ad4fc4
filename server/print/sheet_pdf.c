/* A table as PDF: the head of the unit, what is told, of whom, and the rows, columns dealt out to
 * as many tables as their widths need.  Rows are kept until it is closed: no more than a paper
 * takes.  Pool threads, one at a time. */
#include <assert.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/print/print.h"
#include "server/print/sheet_inside.h"

#define ARENA_MAX  ((size_t)64 << 20)
#define TEXT_BYTES ((size_t)8 << 20) /* of all cells */
#define ROOM       176               /* signs side by side on a sheet */
#define TEXT_LEAST 10
#define TEXT_MOST  34
#define TEXT_CLOSE 22 /* so narrow when that spares a second table */
#define NUMBER     11
#define CLOSE      8
#define LEADS      2   /* columns that say which row it is, told again in each table */
#define FONT       110 /* tenths of a point */
#define TABLE_SIZE 78  /* percent */

struct part {
    size_t first, n; /* columns, without the leads */
};

struct sheet_pdf {
    struct arena *arena;
    const struct sheet_column *column;
    size_t columns, leads, parts;
    bool close; /* narrow columns */
    struct part part[PAPER_LISTS];
    struct paper_record record;
    enum lang lang;
    size_t bytes;
    bool full;
    struct paper_block *body;
    size_t blocks, cap;
};

static int width_of(const struct sheet_pdf *s, size_t i)
{
    const struct sheet_column *c = &s->column[i];
    int most = s->close ? TEXT_CLOSE : TEXT_MOST;

    if (c->kind != CELL_TEXT)
        return s->close ? CLOSE : NUMBER;
    return c->width < TEXT_LEAST ? TEXT_LEAST : c->width > most ? most : c->width;
}

static bool fits(const struct sheet_pdf *s)
{
    int all = 0;

    for (size_t i = 0; i < s->columns; i++)
        all += width_of(s, i);
    return all <= ROOM && s->columns <= PAPER_COLUMNS;
}

/* Columns side by side while there is room; what does not fit goes into another table. */
static void deal_out(struct sheet_pdf *s)
{
    int lead = 0, used = 0;

    s->close = !fits(s);
    s->close = s->close && fits(s);
    if (!fits(s))
        while (s->leads < LEADS && s->leads < s->columns && s->column[s->leads].kind == CELL_TEXT)
            lead += width_of(s, s->leads++);
    for (size_t i = s->leads; i < s->columns; i++) {
        struct part *p = s->parts ? &s->part[s->parts - 1] : NULL;
        int w = width_of(s, i);

        if (!p || lead + used + w > ROOM || s->leads + p->n == PAPER_COLUMNS) {
            if (s->parts == PAPER_LISTS) {
                s->full = true;
                return;
            }
            p = &s->part[s->parts++];
            *p = (struct part){.first = i};
            used = 0;
        }
        p->n++;
        used += w;
    }
}

struct sheet_pdf *sheet_pdf_open(const struct sheet_head *head, const struct sheet_column *column,
                                 size_t columns)
{
    struct sheet_pdf *s = calloc(1, sizeof *s);

    if (!s)
        abort();
    s->arena = arena_new(ARENA_MAX);
    s->column = column;
    s->columns = columns;
    s->lang = head->lang;
    s->record = *head->record;
    s->record.arena = s->arena;
    deal_out(s);
    return s;
}

static const char *cell_text(struct sheet_pdf *s, size_t i, const struct sheet_cell *c)
{
    bool vi = s->lang != LANG_EN;
    struct buf b;
    const char *text;

    if (c->empty || c->again)
        return NULL;
    if (s->column[i].kind == CELL_TEXT)
        return arena_span(s->arena, c->text);
    buf_init(&b, 64);
    if (s->column[i].kind == CELL_INT) {
        if (c->n < 0)
            buf_str(&b, "-");
        paper_money(c->n < 0 ? -c->n : c->n, &b);
        for (size_t at = 0; at < b.n && !vi; at++)
            b.p[at] = b.p[at] == '.' ? ',' : b.p[at];
    } else {
        int64_t of = s->column[i].kind == CELL_TENTHS ? 10 : 1000;

        buf_printf(&b, "%lld%s%0*lld", (long long)(c->n / of), vi ? "," : ".", of == 10 ? 1 : 3,
                   (long long)(c->n % of));
    }
    text = arena_strdup(s->arena, buf_cstr(&b));
    buf_free(&b);
    return text;
}

/* Has this table nothing to say of a row but what the row above said? */
static bool told(const struct sheet_pdf *s, size_t part, const struct sheet_cell *cell)
{
    const struct part *p = &s->part[part];

    for (size_t i = p->first; i < p->first + p->n; i++)
        if (!cell[i].again)
            return false;
    return true;
}

bool sheet_pdf_row(struct sheet_pdf *s, const struct sheet_cell *cell)
{
    s->full = s->full || s->bytes > TEXT_BYTES;
    for (size_t p = 0; p < s->parts && !s->full; p++) {
        bool skip = told(s, p, cell);
        struct paper_row *row = skip ? NULL : paper_add(&s->record, (enum paper_list)p);
        size_t n = s->leads + s->part[p].n;

        if (skip)
            continue;
        s->full = !row;
        for (size_t k = 0; k < n && row; k++) {
            size_t at = k < s->leads ? k : s->part[p].first + k - s->leads;
            struct sheet_cell c = cell[at];
            const char *text;

            c.again = c.again && (s->leads == 0 || k >= s->leads);
            text = cell_text(s, at, &c);

            paper_cell(&s->record, row, (enum paper_cell)k, text);
            s->bytes += text ? strlen(text) : 0;
        }
    }
    return !s->full;
}

bool sheet_pdf_full(const struct sheet_pdf *s)
{
    return s->full;
}

/* ---------------------------------------------------------------- its template */

static struct paper_text run_of(struct sheet_pdf *s, struct paper_run run)
{
    struct paper_text t = {ARENA_NEW(s->arena, struct paper_run), 1, 1};

    *t.run = run;
    return t;
}

static struct paper_text words(struct sheet_pdf *s, const char *text, unsigned style)
{
    return run_of(s, (struct paper_run){text, -1, -1, style});
}

static struct paper_text field(struct sheet_pdf *s, enum paper_field f, unsigned style)
{
    return run_of(s, (struct paper_run){NULL, (int)f, -1, style});
}

static struct paper_texts texts(struct sheet_pdf *s, size_t n, struct paper_text a,
                                struct paper_text b)
{
    struct paper_texts t = {ARENA_ARRAY(s->arena, struct paper_text, 2), n};

    t.item[0] = a;
    t.item[1] = b;
    return t;
}

static struct paper_texts one(struct sheet_pdf *s, struct paper_text t)
{
    return texts(s, 1, t, t);
}

static struct paper_block *block(struct sheet_pdf *s, enum paper_block_kind kind, int size, int gap)
{
    struct paper_block b = {.kind = (int)kind,
                            .list = -1,
                            .when = {-1, -1, false},
                            .size = size,
                            .gap = gap,
                            .align = PAPER_LEFT};

    ARENA_PUSH(s->arena, s->body, s->blocks, s->cap) = b;
    return &s->body[s->blocks - 1];
}

static void head(struct sheet_pdf *s)
{
    struct paper_block *b = block(s, BLOCK_HEAD, 0, 0);

    b->text = texts(s, 2, field(s, PF_SUPERIOR, PAPER_UPPER),
                    field(s, PF_UNIT, PAPER_BOLD | PAPER_UPPER));
    b->right = texts(s, 2, words(s, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", PAPER_BOLD),
                     words(s, "Độc lập - Tự do - Hạnh phúc", PAPER_BOLD));
    b->dated = field(s, PF_DATED, 0);
    block(s, BLOCK_TITLE, 0, 0)->text = one(s, field(s, PF_FORM_TITLE, PAPER_BOLD));
    b = block(s, BLOCK_LINE, 0, 1);
    b->text = one(s, field(s, PF_PERIOD, 0));
    b->align = PAPER_CENTER;
    block(s, BLOCK_LINE, 90, 4)->text = one(s, field(s, PF_SUMMARY, 0));
    block(s, BLOCK_LINE, 85, 1)->text = one(s, field(s, PF_STAGE, 0));
}

static void table(struct sheet_pdf *s, size_t part)
{
    const struct part *p = &s->part[part];
    struct paper_block *b;

    if (part > 0)
        block(s, BLOCK_LINE, 85, 8)->text =
            one(s, words(s,
                         arena_printf(s->arena,
                                      s->lang == LANG_EN ? "Further columns (%zu of %zu)"
                                                         : "Các cột tiếp theo (%zu/%zu)",
                                      part + 1, s->parts),
                         PAPER_ITALIC));
    b = block(s, BLOCK_TABLE, TABLE_SIZE, part ? 2 : 6);
    b->list = (int)part;
    b->columns = s->leads + p->n;
    b->column = ARENA_ARRAY(s->arena, struct paper_column, b->columns);
    for (size_t k = 0; k < b->columns; k++) {
        const struct sheet_column *c = &s->column[k < s->leads ? k : p->first + k - s->leads];

        b->column[k] = (struct paper_column){
            .title = words(s, c->title, 0),
            .text = one(s, run_of(s, (struct paper_run){NULL, -1, (int)k, 0})),
            .width = width_of(s, (size_t)(c - s->column)),
            .align = c->kind == CELL_TEXT ? PAPER_LEFT : PAPER_RIGHT};
    }
}

static void foot(struct sheet_pdf *s, const struct sheet_note *note, size_t notes)
{
    bool en = s->lang == LANG_EN;
    struct paper_block *b = block(s, BLOCK_SIGNS, 0, 10);

    b->sign = ARENA_ARRAY(s->arena, struct paper_sign, 2);
    b->signs = 2;
    b->sign[0] = (struct paper_sign){
        words(s, en ? "PREPARED BY" : "NGƯỜI LẬP BIỂU", PAPER_BOLD),
        words(s, en ? "(signature, full name)" : "(Ký và ghi rõ họ tên)", PAPER_ITALIC),
        field(s, PF_OFFICER, PAPER_BOLD)};
    b->sign[1] = (struct paper_sign){
        words(s, en ? "HEAD OF THE UNIT" : "THỦ TRƯỞNG CƠ QUAN, ĐƠN VỊ", PAPER_BOLD),
        words(s, en ? "(signature, full name, seal)" : "(Ký, ghi rõ họ tên, đóng dấu)",
              PAPER_ITALIC),
        {NULL, 0, 0}};
    for (size_t i = 0; i < notes; i++) {
        const char *t = note[i].title[0]
                            ? arena_printf(s->arena, "%s: %s", note[i].title, note[i].text)
                            : note[i].text;

        block(s, BLOCK_NOTE, 72, i ? 1 : 10)->text = one(s, words(s, t, 0));
    }
}

/* ---------------------------------------------------------------- the file */

static int file_of(const char *dir, const struct buf *pdf)
{
    int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    size_t at = 0;

    while (fd >= 0 && at < pdf->n) {
        ssize_t n = write(fd, pdf->p + at, pdf->n - at);

        if (n <= 0) {
            (void)close(fd);
            return -1;
        }
        at += (size_t)n;
    }
    if (fd >= 0)
        (void)lseek(fd, 0, SEEK_SET);
    return fd;
}

int sheet_pdf_close(struct sheet_pdf *s, const char *dir, const char *title,
                    const struct sheet_note *note, size_t notes)
{
    struct paper_form form = {.name = "", .title = title};
    struct paper_template t = {.size = PAPER_A4_WIDE, .font = FONT, .form = &form, .forms = 1};
    struct print_facts facts;
    struct buf pdf;
    int fd = -1;
    enum print_fault fault;

    if (s->full)
        return -1;
    head(s);
    for (size_t p = 0; p < s->parts; p++)
        table(s, p);
    foot(s, note, notes);
    t.body = s->body;
    t.blocks = s->blocks;
    buf_init(&pdf, PRINT_BYTES_MAX);
    fault = print_render(
        &(struct print_order){
            .template = &t, .form = &form, .record = &s->record, .sheet = PRINT_OWN, .copy = -1},
        &pdf, &facts);
    s->full = fault == PRINT_TOO_LONG;
    if (fault == PRINT_FINE)
        fd = file_of(dir, &pdf);
    buf_free(&pdf);
    return fd;
}

void sheet_pdf_free(struct sheet_pdf *s)
{
    if (!s)
        return;
    arena_free(s->arena);
    free(s);
}
