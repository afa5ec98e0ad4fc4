/* Mistakes with their places.  The list lives in the caller's arena.  One thread at a time. */
#include "common/base/diag.h"

#include <stdint.h>
#include <stdlib.h>

#include "common/base/json_out.h"
#include "common/base/utf8.h"

void diags_init(struct diags *d, struct arena *a)
{
    *d = (struct diags){.arena = a};
}

static struct diag *push(struct diags *d, enum diag_severity sev, struct mark at, const char *code)
{
    struct diag *it;

    if (sev == DIAG_ERROR)
        d->errors++;
    if (d->n >= DIAG_MAX) {
        d->dropped++;
        return NULL;
    }
    it = &ARENA_PUSH(d->arena, d->item, d->n, d->cap);
    *it = (struct diag){.severity = sev, .at = at, .code = code};
    return it;
}

void diag_add_text(struct diags *d, enum diag_severity sev, struct mark at, const char *code,
                   struct text2 text)
{
    struct diag *it = push(d, sev, at, code);

    if (it)
        it->text = text;
}

void diag_add(struct diags *d, enum diag_severity sev, struct mark at, const char *code,
              const char *vi, const char *en, ...)
{
    va_list ap, again;
    struct diag *it = push(d, sev, at, code);

    if (!it)
        return;
    va_start(ap, en);
    va_copy(again, ap);
    it->text.vi = arena_vprintf(d->arena, vi, ap);
    it->text.en = arena_vprintf(d->arena, en, again);
    va_end(again);
    va_end(ap);
}

void diag_nearest(struct diags *d, const char *wrong, const char *const *words, size_t n)
{
    if (d->n && !d->dropped)
        d->item[d->n - 1].nearest = arena_strdup(d->arena, word_nearest(wrong, words, n));
}

static int by_place(const struct diag *a, const struct diag *b)
{
    if (a->at.line != b->at.line)
        return a->at.line < b->at.line ? -1 : 1;
    if (a->at.col != b->at.col)
        return a->at.col < b->at.col ? -1 : 1;
    return strcmp(a->code, b->code);
}

/* By insertion: stable, which qsort does not promise, and at most DIAG_MAX long. */
void diags_sort(struct diags *d)
{
    size_t i, k;

    for (i = 1; i < d->n; i++) {
        struct diag it = d->item[i];
        for (k = i; k > 0 && by_place(&d->item[k - 1], &it) > 0; k--)
            d->item[k] = d->item[k - 1];
        d->item[k] = it;
    }
}

/* The source line with that number, without its line end; false past the end. */
static bool line_of(struct span source, int line, struct span *ret)
{
    struct span head, rest = source;

    for (; line > 0; line--) {
        if (!rest.n)
            return false;
        (void)span_cut(rest, '\n', &head, &rest);
    }
    if (head.n && head.p[head.n - 1] == '\r')
        head.n--;
    *ret = head;
    return true;
}

/* The line without C0 and C1 controls: a hostile file must not steer the terminal. */
static void put_line(struct span line, struct buf *out)
{
    size_t i;

    for (i = 0; i < line.n; i++) {
        unsigned char c = (unsigned char)line.p[i];
        unsigned char next = i + 1 < line.n ? (unsigned char)line.p[i + 1] : 0;
        bool c1 = c == 0xc2 && next >= 0x80 && next <= 0x9f;

        buf_char(out, c1 || (c < 0x20 && c != '\t') || c == 0x7f ? '?' : line.p[i]);
        i += c1;
    }
}

/* Blanks as wide as the first col-1 characters, keeping tabs. */
static void caret(struct span line, int col, struct buf *out)
{
    size_t i;
    int c = 1;

    for (i = 0; i < line.n && c < col; i++) {
        unsigned char ch = (unsigned char)line.p[i];
        if ((ch & 0xc0) == 0x80)
            continue; /* inside a character */
        buf_char(out, ch == '\t' ? '\t' : ' ');
        c++;
    }
    buf_str(out, "^\n");
}

static void print_one(const struct diag *it, const char *file, struct span source, enum lang lang,
                      struct buf *out)
{
    static const char *const name[2][2] = {{"lỗi", "error"}, {"cảnh báo", "warning"}};
    struct span line;

    buf_str(out, file);
    if (it->at.line > 0)
        buf_printf(out, ":%d:%d", it->at.line, it->at.col);
    buf_printf(out, ": %s: %s [%s]\n", name[it->severity][lang], text2_in(it->text, lang),
               it->code);
    if (it->at.line > 0 && line_of(source, it->at.line, &line) && line.n <= 400 &&
        utf8_valid(line)) { /* what is no text is not shown: it could steer the terminal */
        buf_str(out, "    ");
        put_line(line, out);
        buf_str(out, "\n    ");
        caret(line, it->at.col, out);
    }
    if (it->nearest)
        buf_printf(out, lang == LANG_VI ? "    ý bạn là \"%s\"?\n" : "    did you mean \"%s\"?\n",
                   it->nearest);
}

void diags_print(const struct diags *d, const char *file, struct span source, enum lang lang,
                 struct buf *out)
{
    size_t i;

    for (i = 0; i < d->n; i++)
        print_one(&d->item[i], file, source, lang, out);
    if (d->dropped)
        buf_printf(out,
                   lang == LANG_VI ? "%s: còn %zu lỗi nữa không in\n"
                                   : "%s: %zu more mistakes not shown\n",
                   file, d->dropped);
}

void diags_json(const struct diags *d, const char *file, enum lang lang, struct buf *out)
{
    struct jw w = jw_to(out);
    size_t i;

    jw_list(&w);
    for (i = 0; i < d->n; i++) {
        const struct diag *it = &d->item[i];
        jw_open(&w);
        jw_kstr(&w, "file", file);
        jw_ki64(&w, "line", it->at.line);
        jw_ki64(&w, "col", it->at.col);
        jw_kstr(&w, "severity", it->severity == DIAG_ERROR ? "error" : "warning");
        jw_kstr(&w, "code", it->code);
        jw_kstr(&w, "text", text2_in(it->text, lang));
        if (it->nearest)
            jw_kstr(&w, "nearest", it->nearest);
        jw_close(&w);
    }
    jw_end(&w);
}

#define WORD_MAX 64

static size_t min3(size_t a, size_t b, size_t c)
{
    size_t m = a < b ? a : b;

    return m < c ? m : c;
}

/* Edit distance with swaps of neighbours counted once; SIZE_MAX for words too long to be words. */
static size_t distance(const char *a, const char *b)
{
    size_t na = strlen(a), nb = strlen(b), i, j;
    size_t row[3][WORD_MAX + 1];

    if (na > WORD_MAX || nb > WORD_MAX)
        return SIZE_MAX;
    for (j = 0; j <= nb; j++)
        row[0][j] = j;
    for (i = 1; i <= na; i++) {
        size_t *cur = row[i % 3], *up = row[(i + 2) % 3], *up2 = row[(i + 1) % 3];
        cur[0] = i;
        for (j = 1; j <= nb; j++) {
            cur[j] = min3(up[j] + 1, cur[j - 1] + 1, up[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                cur[j] = min3(cur[j], up2[j - 2] + 1, SIZE_MAX);
        }
    }
    return row[na % 3][nb];
}

const char *word_nearest(const char *wrong, const char *const *words, size_t n)
{
    size_t limit = strlen(wrong) / 3, best = SIZE_MAX, i;
    const char *word = NULL;

    if (limit < 1)
        limit = 1;
    for (i = 0; i < n; i++) {
        size_t dist = words[i] ? distance(wrong, words[i]) : SIZE_MAX;
        if (dist < best) {
            best = dist;
            word = words[i];
        }
    }
    return best <= limit && best < strlen(wrong) ? word : NULL; /* one letter resembles any other */
}
