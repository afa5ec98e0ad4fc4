/* Filling the fields of a template's text with a record: plain text and which bytes are bold or
 * italic.  Values are never read as markup.  Any thread. */
#include <utf8proc.h>

#include "common/paper/paper.h"

static const char *value_of(const struct paper_run *run, const struct paper_record *r,
                            const struct paper_row *row)
{
    if (run->field >= 0)
        return r->field[run->field];
    return run->cell >= 0 && row ? row->cell[run->cell] : NULL;
}

static void put_upper(struct buf *b, const char *s)
{
    size_t i = 0, n = strlen(s);

    while (i < n) {
        utf8proc_int32_t cp;
        utf8proc_uint8_t up[4];
        utf8proc_ssize_t len =
            utf8proc_iterate((const utf8proc_uint8_t *)s + i, (utf8proc_ssize_t)(n - i), &cp);

        if (len <= 0)
            return;
        buf_put(b, up, (size_t)utf8proc_encode_char(utf8proc_toupper(cp), up));
        i += (size_t)len;
    }
}

bool paper_merge(struct arena *a, const struct paper_text *t, const struct paper_record *r,
                 const struct paper_row *row, struct paper_words *out)
{
    bool asked = false, told = false;

    for (size_t i = 0; i < t->runs; i++) {
        const struct paper_run *run = &t->run[i];
        const char *s = run->text ? run->text : value_of(run, r, row);
        size_t from = out->text.n;

        if (!run->text) {
            asked = true;
            told = told || s || (run->style & PAPER_DOTS);
            if (!s && (run->style & PAPER_DOTS))
                s = PAPER_DOTTED;
        }
        if (s && (run->style & PAPER_UPPER))
            put_upper(&out->text, s);
        else
            buf_str(&out->text, s);
        if ((run->style & (PAPER_BOLD | PAPER_ITALIC)) && out->text.n > from)
            ARENA_PUSH(a, out->style, out->styles, out->cap) =
                (struct paper_style){from, out->text.n, run->style};
    }
    return told || !asked;
}

bool paper_holds(const struct paper_condition *c, const struct paper_record *r)
{
    bool there;

    if (c->field < 0 && c->list < 0)
        return true;
    there = c->field >= 0 ? r->field[c->field] != NULL : r->list[c->list].n > 0;
    return there != c->not ;
}
