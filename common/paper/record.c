/* Records of papers: what one says, as it may be printed.  Texts are copied into the record's
 * arena. Any thread. */
#include <stdio.h>
#include <utf8proc.h>

#include "common/base/utf8.h"
#include "common/paper/paper.h"

static const char *const kind_keys[] = {
#define K(name, key, once, numbered, vi, en) key,
#include "common/paper/kinds.def"
#undef K
};
static const bool kind_once[] = {
#define K(name, key, once, numbered, vi, en) once,
#include "common/paper/kinds.def"
#undef K
};
static const bool kind_numbered[] = {
#define K(name, key, once, numbered, vi, en) numbered,
#include "common/paper/kinds.def"
#undef K
};
static const struct text2 kind_titles[] = {
#define K(name, key, once, numbered, vi, en) {vi, en},
#include "common/paper/kinds.def"
#undef K
};

const char *paper_kind_name(enum paper_kind k)
{
    return (unsigned)k < PAPER_KINDS ? kind_keys[k] : NULL;
}

struct text2 paper_kind_title(enum paper_kind k)
{
    return (unsigned)k < PAPER_KINDS ? kind_titles[k] : (struct text2){"", ""};
}

bool paper_kind_once(enum paper_kind k)
{
    return (unsigned)k < PAPER_KINDS && kind_once[k];
}

bool paper_kind_numbered(enum paper_kind k)
{
    return (unsigned)k < PAPER_KINDS && kind_numbered[k];
}

void paper_record_init(struct paper_record *r, struct arena *a)
{
    *r = (struct paper_record){.arena = a, .made = INSTANT_NONE};
}

/* Emoji are symbols and stay; what steers the direction or the terminal, or is nothing, does not.
 */
static bool printable(utf8proc_int32_t cp)
{
    switch (utf8proc_category(cp)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return false;
    case UTF8PROC_CATEGORY_CF:
        return cp == 0x200d; /* joins emoji and Indic letters */
    default:
        return true;
    }
}

/* One blank for every run of blanks and of what cannot be printed; none at the ends. */
static const char *clean(struct arena *a, const char *text)
{
    struct span s = span_of(text);
    char *out = arena_alloc(a, s.n + 8);
    size_t i = 0, n = 0, chars = 0;
    bool blank = false;

    while (i < s.n && chars < PAPER_TEXT_MAX) {
        utf8proc_int32_t cp;
        utf8proc_ssize_t len =
            utf8proc_iterate((const utf8proc_uint8_t *)s.p + i, (utf8proc_ssize_t)(s.n - i), &cp);
        if (len <= 0 || cp == ' ' || !printable(cp)) {
            blank = n > 0;
            i += len > 0 ? (size_t)len : 1;
            continue;
        }
        if (blank)
            out[n++] = ' ';
        blank = false;
        memcpy(out + n, s.p + i, (size_t)len);
        n += (size_t)len;
        i += (size_t)len;
        chars++;
    }
    if (i < s.n)
        n += (size_t)snprintf(out + n, 4, "…");
    return arena_span(a, text_nfc(a, (struct span){out, n}));
}

static const char *as_printed(struct arena *a, const char *text)
{
    const char *s = text && *text ? clean(a, text) : NULL;

    return s && *s ? s : NULL;
}

void paper_set(struct paper_record *r, enum paper_field f, const char *text)
{
    r->field[f] = as_printed(r->arena, text);
}

struct paper_row *paper_add(struct paper_record *r, enum paper_list l)
{
    struct paper_rows *rows = &r->list[l];
    struct paper_row *row;

    if (rows->n >= PAPER_ROWS_MAX)
        return NULL;
    row = ARENA_NEW(r->arena, struct paper_row);
    ARENA_PUSH(r->arena, rows->row, rows->n, rows->cap) = row;
    return row;
}

void paper_cell(struct paper_record *r, struct paper_row *row, enum paper_cell c, const char *text)
{
    if (row)
        row->cell[c] = as_printed(r->arena, text);
}

/* Length before every text, so that no two records give the same bytes. */
static void digest_text(struct buf *b, const char *s)
{
    buf_printf(b, "%zu:%s,", s ? strlen(s) + 1 : (size_t)0, s ? s : "");
}

#define DIGEST_MAX ((size_t)64 << 20)

void paper_record_digest(const struct paper_record *r, uint8_t out[SHA256_BYTES])
{
    struct buf b;

    buf_init(&b, DIGEST_MAX);
    buf_i64(&b, r->made);
    for (size_t i = 0; i < PAPER_FIELDS; i++)
        digest_text(&b, r->field[i]);
    for (size_t l = 0; l < PAPER_LISTS; l++) {
        buf_printf(&b, "%zu;", r->list[l].n);
        for (size_t i = 0; i < r->list[l].n; i++)
            for (size_t c = 0; c < PAPER_CELLS; c++)
                digest_text(&b, r->list[l].row[i]->cell[c]);
    }
    sha256(b.p, b.n, out);
    buf_free(&b);
}
