/* Papers (giấy tờ in ra) as data: a record holds everything that one paper says, a template is a
 * table of blocks from config/papers/ that says where.  A new form is a new template, not code.
 * Nothing is drawn here (server/print/).  Everything lives in the caller's arena; pure; any thread.
 */
#ifndef COMMON_PAPER_PAPER_H
#define COMMON_PAPER_PAPER_H

#include "common/base/arena.h"
#include "common/base/buf.h"
#include "common/base/diag.h"
#include "common/base/digest.h"
#include "common/time/civil.h"

enum paper_kind {
#define K(name, key, once, numbered, vi, en) PAPER_##name,
#include "common/paper/kinds.def"
#undef K
    PAPER_KINDS
};
const char *paper_kind_name(enum paper_kind k); /* "receipt" */
struct text2 paper_kind_title(enum paper_kind k);
/* Speaks of one moment: whatever is printed after the first is a reprint. */
bool paper_kind_once(enum paper_kind k);
/* Takes the next number of its agency's book of the year. */
bool paper_kind_numbered(enum paper_kind k);

enum paper_field {
#define F(name, key) PF_##name,
#define L(name, key)
#define C(name, key)
#include "common/paper/fields.def"
#undef F
#undef L
#undef C
    PAPER_FIELDS
};
enum paper_list {
#define F(name, key)
#define L(name, key) PL_##name,
#define C(name, key)
#include "common/paper/fields.def"
#undef F
#undef L
#undef C
    PAPER_LISTS
};
enum paper_cell {
#define F(name, key)
#define L(name, key)
#define C(name, key) PC_##name,
#include "common/paper/fields.def"
#undef F
#undef L
#undef C
    PAPER_CELLS
};

/* ---------------------------------------------------------------- the record */

#define PAPER_TEXT_MAX 2000 /* characters of one value; more is cut with an ellipsis */
#define PAPER_ROWS_MAX 1000 /* of one list */

struct paper_row {
    const char *cell[PAPER_CELLS];
};
struct paper_rows {
    struct paper_row **row;
    size_t n, cap;
};
struct paper_record {
    struct arena *arena;
    const char *field[PAPER_FIELDS]; /* NULL: nothing to say */
    struct paper_rows list[PAPER_LISTS];
    instant made; /* the moment that the paper speaks of: dates the file, never the clock */
};
void paper_record_init(struct paper_record *r, struct arena *a);
/* Copies the text as it may be printed: NFC; control characters, direction overrides and what is
 * not UTF-8 become blanks.  NULL and "" leave the field empty. */
void paper_set(struct paper_record *r, enum paper_field f, const char *text);
/* Another row; NULL when the list is full. */
struct paper_row *paper_add(struct paper_record *r, enum paper_list l);
void paper_cell(struct paper_record *r, struct paper_row *row, enum paper_cell c, const char *text);
/* Digest of all that it says. */
void paper_record_digest(const struct paper_record *r, uint8_t out[SHA256_BYTES]);

/* ---------------------------------------------------------------- words */

/* "Một triệu hai trăm năm mươi nghìn đồng"; dong, not negative. */
void paper_money_words(int64_t dong, enum lang lang, struct buf *out);
void paper_money(int64_t dong, struct buf *out); /* "1.250.000" */
/* "09 giờ 05 phút, ngày 22 tháng 11 năm 2026" (the statutory order) */
void paper_time_words(instant t, enum lang lang, struct buf *out);
void paper_day_words(dayno d, enum lang lang, struct buf *out); /* "ngày 22 tháng 11 năm 2026" */
void paper_time_short(instant t, struct buf *out);              /* "09:05 22/11/2026" */
void paper_day_short(dayno d, struct buf *out);                 /* "22/11/2026" */
/* Working minutes as people read them: "1 ngày 2 giờ", "45 phút"; a day of 480 minutes. */
void paper_minutes_words(int64_t minutes, enum lang lang, struct buf *out);

/* ---------------------------------------------------------------- the template */

enum { /* of a piece of text */
       PAPER_BOLD = 1,
       PAPER_ITALIC = 2,
       PAPER_UPPER = 4,
       PAPER_DOTS = 8, /* empty: a dotted line, to be filled by hand */
};
struct paper_run {
    const char *text; /* literal, or NULL */
    int field;        /* enum paper_field, or -1 */
    int cell;         /* enum paper_cell, or -1 */
    unsigned style;
};
struct paper_text {
    struct paper_run *run;
    size_t runs, cap;
};
struct paper_texts {
    struct paper_text *item;
    size_t n;
};

enum paper_align { PAPER_LEFT, PAPER_CENTER, PAPER_RIGHT };
enum paper_size { PAPER_A5, PAPER_A4, PAPER_A4_WIDE };
enum paper_block_kind {
    BLOCK_HEAD,  /* agency left, motto right, number and date under them */
    BLOCK_TITLE, /* centred, bold */
    BLOCK_LINE,  /* label and value; several texts: columns; with `each`: once per row */
    BLOCK_TEXT,  /* a paragraph with its first line indented */
    BLOCK_NOTE,  /* small, in italics */
    BLOCK_TABLE,
    BLOCK_SIGNS, /* columns of signatures */
    BLOCK_QR,    /* code left, words beside it */
    BLOCK_RULE,
    BLOCK_KINDS
};

struct paper_column {
    struct paper_text title;
    struct paper_texts text; /* one under the other; those without anything to say are left out */
    int width;               /* share */
    int align;               /* enum paper_align */
};
struct paper_sign {
    struct paper_text title, hint, name;
};
struct paper_condition { /* field or list that must hold something; or, with `not`, nothing */
    int field, list;     /* -1: not asked */
    bool not ;
};
struct paper_block {
    int kind; /* enum paper_block_kind */
    struct paper_texts text;
    struct paper_texts english;      /* second lines, when asked for */
    struct paper_texts right;        /* HEAD: the motto; QR: words beside it */
    struct paper_text dated, number; /* HEAD */
    struct paper_text barcode;       /* LINE: Code 128 at its right; QR: what the code says */
    int list;                        /* TABLE, LINE with each: enum paper_list, or -1 */
    struct paper_column *column;
    size_t columns;
    struct paper_sign *sign;
    size_t signs;
    struct paper_condition when;
    int size;  /* percent of the template's font */
    int gap;   /* points before it */
    int align; /* enum paper_align */
};
struct paper_copy {   /* liên */
    const char *copy; /* "applicant" */
    const char *title;
};
struct paper_form { /* which circular, sector: number, title and basis of the form there */
    const char **regime;
    size_t regimes; /* 0: any */
    const char **sector;
    size_t sectors;
    const char *name, *title, *basis, *mark; /* mark: what follows the number, "TNHS" */
};
struct paper_template {
    int kind;      /* enum paper_kind */
    int size;      /* enum paper_size */
    int font;      /* tenths of a point */
    bool one_page; /* set smaller until it fits on one page */
    struct paper_form *form;
    size_t forms;
    struct paper_copy *copy;
    size_t copies;
    struct paper_block *body;
    size_t blocks;
    struct paper_block *roll; /* for 80 mm; none: not printed there */
    size_t rolls;
    const char *source; /* the whole text */
    size_t source_len;
    uint8_t hash[SHA256_BYTES]; /* of it: the version */
};

#define PAPER_FORMS_MAX  20
#define PAPER_BLOCKS_MAX 60
#define PAPER_COPIES_MAX 5
#define PAPER_COLUMNS    16
#define PAPER_SIGNS_MAX  4

/* Codes of yaml.h and shape.h, and A001 unknown field, A002 braces or stars that do not close, A003
 * not exactly one kind of block, A004 a list is missing, A005 {row.…} outside a list.  NULL on
 * errors. */
struct paper_template *paper_template_compile(struct arena *a, struct span text, struct diags *d);
void paper_template_schema(struct buf *out); /* JSON Schema, for editors */

#define PAPER_TEMPLATES_MAX 64
struct paper_set {
    const struct paper_template *item[PAPER_TEMPLATES_MAX];
    size_t n;
};
/* The template and form for this kind, regime and sector; the one that names more of them wins.
 * NULL: there is none. */
const struct paper_template *paper_choose(const struct paper_set *s, enum paper_kind k,
                                          const char *regime, const char *sector,
                                          const struct paper_form **ret_form);
/* Of one template, likewise; the first when none fits. */
const struct paper_form *paper_form_of(const struct paper_template *t, const char *regime,
                                       const char *sector);
/* Number of the copy by its key; -1: there is none. */
int paper_copy_of(const struct paper_template *t, struct span copy);

/* ---------------------------------------------------------------- merging */

struct paper_style { /* bytes [from, to) of the merged text */
    size_t from, to;
    unsigned style;
};
struct paper_words {
    struct buf text;
    struct paper_style *style;
    size_t styles, cap;
};
#define PAPER_DOTTED "…………………………"
/* The text with its fields filled in; row may be NULL.  False: it holds fields and all of them are
 * empty, so there is nothing to say.  out->text must be initialised; styles live in the arena. */
bool paper_merge(struct arena *a, const struct paper_text *t, const struct paper_record *r,
                 const struct paper_row *row, struct paper_words *out);
bool paper_holds(const struct paper_condition *c, const struct paper_record *r);

#endif
