/* Reading templates of papers (config/papers/): tables of keys over common/base/shape.h, texts with
 * fields and emphasis.  What is read lives in the caller's arena.  Any thread. */
#include <stddef.h>

#include "common/base/shape.h"
#include "common/paper/paper.h"

#define COUNT(a)                  (sizeof(a) / sizeof((a)[0]))
#define SAYS(vietnamese, english) .vi = vietnamese, .en = english

static const char *const KIND_WORDS[] = {
#define K(name, key, once, numbered, vi, en) key,
#include "common/paper/kinds.def"
#undef K
    NULL};
static const char *const FIELD_WORDS[] = {
#define F(name, key) key,
#define L(name, key)
#define C(name, key)
#include "common/paper/fields.def"
#undef F
#undef L
#undef C
    NULL};
static const char *const LIST_WORDS[] = {
#define F(name, key)
#define L(name, key) key,
#define C(name, key)
#include "common/paper/fields.def"
#undef F
#undef L
#undef C
    NULL};
static const char *const CELL_WORDS[] = {
#define F(name, key)
#define L(name, key)
#define C(name, key) key,
#include "common/paper/fields.def"
#undef F
#undef L
#undef C
    NULL};
static const char *const SIZE_WORDS[] = {"a5", "a4", "a4-landscape", NULL};
static const char *const ALIGN_WORDS[] = {"left", "center", "right", NULL};

static int place_of(struct span s, const char *const *words)
{
    for (int i = 0; words[i]; i++)
        if (span_is(s, words[i]))
            return i;
    return -1;
}

/* ---- texts: "Địa chỉ: **{applicant.address}**", *…* italics, {x|upper}, {x|dots} */

static void unknown_field(struct shape_reader *r, struct mark at, struct span key)
{
    const char *word = arena_span(r->arena, key);

    diag_add(r->diags, DIAG_ERROR, at, "A001", "Không có trường “%s”", "There is no field “%s”",
             word);
    if (span_starts(key, "row."))
        diag_nearest(r->diags, word, CELL_WORDS, COUNT(CELL_WORDS) - 1);
    else
        diag_nearest(r->diags, word, FIELD_WORDS, COUNT(FIELD_WORDS) - 1);
}

static void read_field(struct shape_reader *r, struct mark at, struct span inside, unsigned style,
                       struct paper_text *out)
{
    struct paper_run run = {NULL, -1, -1, style};
    struct span key, rest = inside, filter;
    bool more = span_cut(rest, '|', &key, &rest);

    while (more) {
        more = span_cut(rest, '|', &filter, &rest);
        if (span_is(filter, "upper"))
            run.style |= PAPER_UPPER;
        else if (span_is(filter, "dots"))
            run.style |= PAPER_DOTS;
        else
            unknown_field(r, at, inside);
    }
    run.field = place_of(key, FIELD_WORDS);
    run.cell = place_of(key, CELL_WORDS);
    if (run.field < 0 && run.cell < 0)
        unknown_field(r, at, key);
    else
        ARENA_PUSH(r->arena, out->run, out->runs, out->cap) = run;
}

static void put_literal(struct shape_reader *r, const char *from, const char *to, unsigned style,
                        struct paper_text *out)
{
    if (to > from)
        ARENA_PUSH(r->arena, out->run, out->runs, out->cap) =
            (struct paper_run){arena_strndup(r->arena, from, (size_t)(to - from)), -1, -1, style};
}

static void text_parse(struct shape_reader *r, const struct yaml_node *v, struct paper_text *out)
{
    const char *p, *from, *end;
    unsigned style = 0;

    if (v->kind != YAML_SCALAR) {
        diag_add(r->diags, DIAG_ERROR, v->at, "Y011", "Phải là chữ", "Must be a text");
        return;
    }
    for (p = from = v->text; *p;) {
        if (*p != '{' && *p != '*') {
            p++;
            continue;
        }
        put_literal(r, from, p, style, out);
        if (*p == '*') {
            bool two = p[1] == '*';

            style ^= two ? PAPER_BOLD : PAPER_ITALIC;
            from = p += two ? 2 : 1;
            continue;
        }
        end = strchr(p, '}');
        if (!end)
            break;
        read_field(r, v->at, (struct span){p + 1, (size_t)(end - p) - 1}, style, out);
        from = p = end + 1;
    }
    if (*p || style)
        diag_add(r->diags, DIAG_ERROR, v->at, "A002", "Dấu { hoặc * không được đóng",
                 "A brace or star does not close");
    put_literal(r, from, p, style, out);
}

static void read_text(struct shape_reader *r, const struct shape_key *k, struct yaml_node *v,
                      void *field)
{
    (void)k;
    text_parse(r, v, field);
}

static void read_texts(struct shape_reader *r, const struct shape_key *k, struct yaml_node *v,
                       void *field)
{
    struct paper_texts *t = field;

    (void)k;
    t->n = v->kind == YAML_SEQ ? v->n : 1;
    if (t->n == 0 || t->n > PAPER_COLUMNS) {
        diag_add(r->diags, DIAG_ERROR, v->at, "Y023", "Danh sách trống hoặc quá dài",
                 "The list is empty or too long");
        t->n = 0;
        return;
    }
    t->item = ARENA_ARRAY(r->arena, struct paper_text, t->n);
    for (size_t i = 0; i < t->n; i++)
        text_parse(r, v->kind == YAML_SEQ ? v->item[i] : v, &t->item[i]);
}

static void read_list_name(struct shape_reader *r, const struct shape_key *k, struct yaml_node *v,
                           void *field)
{
    int list = v->kind == YAML_SCALAR ? place_of(span_of(v->text), LIST_WORDS) : -1;

    (void)k;
    if (list < 0) {
        diag_add(r->diags, DIAG_ERROR, v->at, "A001", "Không có danh sách “%s”",
                 "There is no list “%s”", v->kind == YAML_SCALAR ? v->text : "");
        if (v->kind == YAML_SCALAR)
            diag_nearest(r->diags, v->text, LIST_WORDS, COUNT(LIST_WORDS) - 1);
    }
    *(int *)field = list;
}

/* "secret", "not components" */
static void read_when(struct shape_reader *r, const struct shape_key *k, struct yaml_node *v,
                      void *field)
{
    struct paper_condition *c = field;
    struct span s = span_of(v->kind == YAML_SCALAR ? v->text : "");

    (void)k;
    c->not = s.n > 4 && memcmp(s.p, "not ", 4) == 0;
    if (c->not )
        s = (struct span){s.p + 4, s.n - 4};
    c->field = place_of(s, FIELD_WORDS);
    c->list = place_of(s, LIST_WORDS);
    if (c->field < 0 && c->list < 0)
        unknown_field(r, v->at, s);
}

#define TEXT_SCHEMA  "{\"type\":\"string\"}"
#define TEXTS_SCHEMA "{\"oneOf\":[{\"type\":\"string\"},{\"type\":\"array\"}]}"
#define TEXT         .kind = SHAPE_HOOK, .hook = read_text, .schema = TEXT_SCHEMA
#define TEXTS        .kind = SHAPE_HOOK, .hook = read_texts, .schema = TEXTS_SCHEMA
#define LIST_NAME    .kind = SHAPE_HOOK, .hook = read_list_name, .schema = TEXT_SCHEMA

/* ---- tables */

static const struct shape_key COLUMN_KEYS[] = {
    {.key = "title", TEXT, .at = offsetof(struct paper_column, title), SAYS("đầu cột", "head")},
    {.key = "text",
     TEXTS,
     .required = true,
     .at = offsetof(struct paper_column, text),
     SAYS("ô", "cell")},
    {.key = "width",
     .kind = SHAPE_INT,
     .min = 1,
     .max = 1000,
     .at = offsetof(struct paper_column, width),
     SAYS("phần bề rộng", "share of the width")},
    {.key = "align",
     .kind = SHAPE_CHOICE,
     .words = ALIGN_WORDS,
     .at = offsetof(struct paper_column, align),
     SAYS("căn lề", "alignment")},
};
static const struct shape COLUMN_SHAPE = {"column", sizeof(struct paper_column), COLUMN_KEYS,
                                          COUNT(COLUMN_KEYS), NULL};
static const struct shape_key SIGN_KEYS[] = {
    {.key = "title",
     TEXT,
     .required = true,
     .at = offsetof(struct paper_sign, title),
     SAYS("người ký", "who signs")},
    {.key = "hint", TEXT, .at = offsetof(struct paper_sign, hint), SAYS("cách ký", "how")},
    {.key = "name", TEXT, .at = offsetof(struct paper_sign, name), SAYS("họ tên", "name")},
};
static const struct shape SIGN_SHAPE = {"sign", sizeof(struct paper_sign), SIGN_KEYS,
                                        COUNT(SIGN_KEYS), NULL};

/* Which key makes which kind of block; all of them put their texts into `text`. */
struct block_read {
    struct paper_texts of[BLOCK_KINDS]; /* by kind; TABLE, SIGNS, RULE: not used */
    int table, each;
    bool rule;
    struct paper_block b;
};
#define B(member) offsetof(struct block_read, b.member)
#define OF(kind)  offsetof(struct block_read, of[kind])
static const struct shape_key BLOCK_KEYS[] = {
    {.key = "head", TEXTS, .at = OF(BLOCK_HEAD), SAYS("cơ quan, bên trái", "agency, at the left")},
    {.key = "title", TEXTS, .at = OF(BLOCK_TITLE), SAYS("tên giấy", "title")},
    {.key = "line", TEXTS, .at = OF(BLOCK_LINE), SAYS("dòng, hoặc các cột", "line, or columns")},
    {.key = "text", TEXTS, .at = OF(BLOCK_TEXT), SAYS("đoạn văn", "paragraph")},
    {.key = "note", TEXTS, .at = OF(BLOCK_NOTE), SAYS("ghi chú nhỏ", "small note")},
    {.key = "qr", TEXTS, .at = OF(BLOCK_QR), SAYS("nội dung mã QR", "what the QR code says")},
    {.key = "table", LIST_NAME, .at = offsetof(struct block_read, table), SAYS("bảng", "table of")},
    {.key = "signs",
     .kind = SHAPE_LIST,
     .sub = &SIGN_SHAPE,
     .max = PAPER_SIGNS_MAX,
     .at = B(sign),
     .at_n = B(signs),
     SAYS("chữ ký", "signatures")},
    {.key = "rule",
     .kind = SHAPE_BOOL,
     .at = offsetof(struct block_read, rule),
     SAYS("đường kẻ", "a rule")},
    {.key = "columns",
     .kind = SHAPE_LIST,
     .sub = &COLUMN_SHAPE,
     .max = PAPER_COLUMNS,
     .at = B(column),
     .at_n = B(columns),
     SAYS("các cột của bảng", "columns of the table")},
    {.key = "each",
     LIST_NAME,
     .at = offsetof(struct block_read, each),
     SAYS("một dòng cho mỗi mục của", "a line for each of")},
    {.key = "right",
     TEXTS,
     .at = B(right),
     SAYS("bên phải: tiêu ngữ, lời cạnh mã QR", "at the right: motto, words beside the QR code")},
    {.key = "number", TEXT, .at = B(number), SAYS("số của giấy", "number of the paper")},
    {.key = "dated", TEXT, .at = B(dated), SAYS("địa danh, ngày", "place and date")},
    {.key = "barcode",
     TEXT,
     .at = B(barcode),
     SAYS("mã vạch Code 128 bên phải dòng", "Code 128 at the right of the line")},
    {.key = "english", TEXTS, .at = B(english), SAYS("dòng tiếng Anh", "second line")},
    {.key = "when",
     .kind = SHAPE_HOOK,
     .hook = read_when,
     .schema = TEXT_SCHEMA,
     .at = B(when),
     SAYS("chỉ khi có, hoặc “not …”", "only when there is, or “not …”")},
    {.key = "size",
     .kind = SHAPE_INT,
     .min = 50,
     .max = 300,
     .at = B(size),
     SAYS("phần trăm cỡ chữ", "percent of the font size")},
    {.key = "gap",
     .kind = SHAPE_INT,
     .min = 0,
     .max = 200,
     .at = B(gap),
     SAYS("khoảng cách phía trên, pt", "space above, in points")},
    {.key = "align",
     .kind = SHAPE_CHOICE,
     .words = ALIGN_WORDS,
     .at = B(align),
     SAYS("căn lề", "alignment")},
};
static const struct shape BLOCK_SHAPE = {"block", sizeof(struct block_read), BLOCK_KEYS,
                                         COUNT(BLOCK_KEYS), NULL};

static const struct shape_key FORM_KEYS[] = {
    {.key = "regimes",
     .kind = SHAPE_TEXTS,
     .min = 1,
     .at = offsetof(struct paper_form, regime),
     .at_n = offsetof(struct paper_form, regimes),
     SAYS("quy định nào", "which rules")},
    {.key = "sectors",
     .kind = SHAPE_TEXTS,
     .min = 1,
     .at = offsetof(struct paper_form, sector),
     .at_n = offsetof(struct paper_form, sectors),
     SAYS("lĩnh vực nào", "which sectors")},
    {.key = "name",
     .kind = SHAPE_TEXT,
     .at = offsetof(struct paper_form, name),
     SAYS("mẫu số", "number of the form")},
    {.key = "title",
     .kind = SHAPE_TEXT,
     .required = true,
     .at = offsetof(struct paper_form, title),
     SAYS("tên giấy", "title")},
    {.key = "basis",
     .kind = SHAPE_TEXT,
     .at = offsetof(struct paper_form, basis),
     SAYS("căn cứ", "legal basis")},
    {.key = "mark",
     .kind = SHAPE_TEXT,
     .at = offsetof(struct paper_form, mark),
     SAYS("ký hiệu sau số, như TNHS", "what follows the number, like TNHS")},
};
static const struct shape FORM_SHAPE = {"form", sizeof(struct paper_form), FORM_KEYS,
                                        COUNT(FORM_KEYS), NULL};
static const struct shape_key COPY_KEYS[] = {
    {.key = "copy",
     .kind = SHAPE_WORD,
     .required = true,
     .at = offsetof(struct paper_copy, copy),
     SAYS("khóa của liên", "key of the copy")},
    {.key = "title",
     .kind = SHAPE_TEXT,
     .required = true,
     .at = offsetof(struct paper_copy, title),
     SAYS("tên liên", "title of the copy")},
};
static const struct shape COPY_SHAPE = {"copy", sizeof(struct paper_copy), COPY_KEYS,
                                        COUNT(COPY_KEYS), "copy"};

struct template_read {
    struct paper_template t;
    struct block_read *body, *roll;
};
#define T(member) offsetof(struct template_read, t.member)
static const struct shape_key TEMPLATE_KEYS[] = {
    {.key = "paper",
     .kind = SHAPE_CHOICE,
     .required = true,
     .words = KIND_WORDS,
     .at = T(kind),
     SAYS("loại giấy", "kind of paper")},
    {.key = "size",
     .kind = SHAPE_CHOICE,
     .required = true,
     .words = SIZE_WORDS,
     .at = T(size),
     SAYS("khổ giấy", "size of the sheet")},
    {.key = "font",
     .kind = SHAPE_INT,
     .required = true,
     .min = 60,
     .max = 200,
     .at = T(font),
     SAYS("cỡ chữ, phần mười pt", "font size in tenths of a point")},
    {.key = "one_page",
     .kind = SHAPE_BOOL,
     .at = T(one_page),
     SAYS("thu nhỏ cho vừa một trang", "set smaller until it fits on one page")},
    {.key = "forms",
     .kind = SHAPE_LIST,
     .required = true,
     .sub = &FORM_SHAPE,
     .max = PAPER_FORMS_MAX,
     .at = T(form),
     .at_n = T(forms),
     SAYS("số, tên mẫu theo quy định", "number and title by the rules in force")},
    {.key = "copies",
     .kind = SHAPE_LIST,
     .sub = &COPY_SHAPE,
     .max = PAPER_COPIES_MAX,
     .at = T(copy),
     .at_n = T(copies),
     SAYS("các liên", "copies")},
    {.key = "body",
     .kind = SHAPE_LIST,
     .required = true,
     .sub = &BLOCK_SHAPE,
     .max = PAPER_BLOCKS_MAX,
     .at = offsetof(struct template_read, body),
     .at_n = T(blocks),
     SAYS("nội dung trên giấy tờ rời", "what stands on a sheet")},
    {.key = "roll",
     .kind = SHAPE_LIST,
     .sub = &BLOCK_SHAPE,
     .max = PAPER_BLOCKS_MAX,
     .at = offsetof(struct template_read, roll),
     .at_n = T(rolls),
     SAYS("nội dung trên cuộn 80 mm", "what stands on an 80 mm roll")},
};
static const struct shape TEMPLATE_SHAPE = {"paper", sizeof(struct template_read), TEMPLATE_KEYS,
                                            COUNT(TEMPLATE_KEYS), NULL};

/* ---- what the tables cannot say */

static bool uses_cells(const struct paper_texts *t)
{
    for (size_t i = 0; i < t->n; i++)
        for (size_t k = 0; k < t->item[i].runs; k++)
            if (t->item[i].run[k].cell >= 0)
                return true;
    return false;
}

static void settle_block(struct block_read *br, const struct yaml_node *at, struct diags *d)
{
    struct paper_block *b = &br->b;
    int kinds = 0;

    for (int k = 0; k < BLOCK_KINDS; k++)
        if (br->of[k].n) {
            b->kind = k;
            b->text = br->of[k];
            kinds++;
        }
    b->list = br->table >= 0 ? br->table : br->each;
    if (br->table >= 0 || b->columns) {
        b->kind = BLOCK_TABLE;
        kinds++;
    }
    if (b->signs) {
        b->kind = BLOCK_SIGNS;
        kinds++;
    }
    if (br->rule) {
        b->kind = BLOCK_RULE;
        kinds++;
    }
    if (kinds != 1)
        diag_add(d, DIAG_ERROR, at->at, "A003", "Khối phải thuộc đúng một loại",
                 "A block is of exactly one kind");
    if (b->kind == BLOCK_TABLE && (br->table < 0 || !b->columns))
        diag_add(d, DIAG_ERROR, at->at, "A004", "Bảng cần table và columns",
                 "A table needs table and columns");
    if (b->kind != BLOCK_TABLE && b->list < 0 && uses_cells(&b->text))
        diag_add(d, DIAG_ERROR, at->at, "A005", "{row.…} chỉ dùng với each hoặc table",
                 "{row.…} needs each or table");
    if (b->kind == BLOCK_QR && b->text.n == 1)
        b->barcode = b->text.item[0];
}

static struct paper_block *settle_blocks(struct arena *a, struct block_read *list, size_t n,
                                         const struct yaml_node *at, struct diags *d)
{
    struct paper_block *out = ARENA_ARRAY(a, struct paper_block, n + 1);

    for (size_t i = 0; i < n; i++) {
        settle_block(&list[i], at && i < at->n ? at->item[i] : at, d);
        out[i] = list[i].b;
    }
    return out;
}

/* shape_read zeroes what it makes; names that stand for "none" are -1. */
static void mark_absent(struct yaml_node *list, struct block_read *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct yaml_node *m = list && i < list->n ? list->item[i] : NULL;

        if (!yaml_get(m, "table"))
            b[i].table = -1;
        if (!yaml_get(m, "each"))
            b[i].each = -1;
        if (!yaml_get(m, "when"))
            b[i].b.when = (struct paper_condition){-1, -1, false};
    }
}

struct paper_template *paper_template_compile(struct arena *a, struct span text, struct diags *d)
{
    struct shape_reader r = {a, d, NULL};
    struct template_read *t = ARENA_NEW(a, struct template_read);
    size_t errors = d->errors;
    struct yaml_node *top = yaml_read(a, text, d);

    if (!top)
        return NULL;
    shape_read(&r, &TEMPLATE_SHAPE, top, t);
    mark_absent(yaml_get(top, "body"), t->body, t->t.blocks);
    mark_absent(yaml_get(top, "roll"), t->roll, t->t.rolls);
    if (d->errors > errors)
        return NULL;
    t->t.body = settle_blocks(a, t->body, t->t.blocks, yaml_get(top, "body"), d);
    t->t.roll = settle_blocks(a, t->roll, t->t.rolls, yaml_get(top, "roll"), d);
    t->t.source = arena_strndup(a, text.p, text.n);
    t->t.source_len = text.n;
    sha256(text.p, text.n, t->t.hash);
    return d->errors > errors ? NULL : &t->t;
}

void paper_template_schema(struct buf *out)
{
    shape_schema(&TEMPLATE_SHAPE, "Một cửa: paper", NULL, 0, out);
}
