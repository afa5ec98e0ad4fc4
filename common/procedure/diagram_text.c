/* Text in pictures: how wide it is, where it breaks, how it is escaped.  Widths follow DejaVu Sans,
 * the widest of the usual faces, so that no other face overflows.  Lines live in the given arena.
 * Any thread. */
#include <utf8proc.h>

#include "common/procedure/diagram.h"

/* Hundredths of the type size. */
static int char_width(utf8proc_int32_t c)
{
    utf8proc_int32_t base[8];
    utf8proc_ssize_t n;
    int last = 0;

    if (c > 0x7f) { /* accents stand over their letter and take no room */
        n = utf8proc_decompose_char(c, base, 8, UTF8PROC_DECOMPOSE, &last);
        c = n > 0 && base[0] < 0x80 ? base[0] : c == 0x111 ? 'd' : c == 0x110 ? 'D' : c;
        if (c > 0x7f)
            return c >= 0x300 && c < 0x370 ? 0 : 70;
    }
    if (strchr("ijlI'|.,:;! ", c))
        return 34;
    if (strchr("frt()[]-/", c))
        return 41;
    if (strchr("mwMW%@", c))
        return 98;
    if (c >= 'A' && c <= 'Z')
        return 72;
    return 63;
}

int text_width(const char *s, size_t n, int size)
{
    utf8proc_int32_t c;
    utf8proc_ssize_t step;
    int sum = 0;

    while (n > 0) {
        step = utf8proc_iterate((const utf8proc_uint8_t *)s, (utf8proc_ssize_t)n, &c);
        if (step <= 0)
            break;
        sum += char_width(c);
        s += step;
        n -= (size_t)step;
    }
    return (sum * size + 99) / 100;
}

struct lines text_wrap(struct arena *a, const char *s, int size, int max)
{
    struct lines out = {NULL, 0};
    size_t cap = 0, start = 0, end = 0, i = 0, n = strlen(s);

    while (i < n) {
        size_t word = i;
        while (i < n && s[i] != ' ')
            i++;
        if (end > start && text_width(s + start, i - start, size) > max) {
            ARENA_PUSH(a, out.line, out.n, cap) = arena_strndup(a, s + start, end - start);
            start = word;
        }
        end = i;
        while (i < n && s[i] == ' ')
            i++;
    }
    if (end > start)
        ARENA_PUSH(a, out.line, out.n, cap) = arena_strndup(a, s + start, end - start);
    return out;
}

void xml_text(struct buf *out, const char *s)
{
    for (; *s; s++) {
        switch (*s) {
        case '&':
            buf_str(out, "&amp;");
            break;
        case '<':
            buf_str(out, "&lt;");
            break;
        case '>':
            buf_str(out, "&gt;");
            break;
        case '"':
            buf_str(out, "&quot;");
            break;
        default:
            buf_char(out, *s);
        }
    }
}

const char *quantity_text(struct arena *a, struct quantity q, enum lang lang)
{
    struct buf b;
    const char *s;

    buf_init(&b, 200);
    quantity_words(q, lang, &b);
    s = arena_strdup(a, buf_cstr(&b));
    buf_free(&b);
    return s;
}

void procedure_diagram(const struct procedure *p, const struct organisation *org,
                       enum diagram_form form, enum lang lang, struct buf *out)
{
    static void (*const write[])(const struct picture *, struct buf *) = {
        picture_svg, picture_bpmn, picture_mermaid, picture_dot};
    struct arena *a = arena_new((size_t)64 << 20);
    struct picture g;

    picture_build(&g, a, p, org, lang);
    picture_layout(&g);
    write[form](&g, out);
    arena_free(a);
}

void procedure_picture(const struct procedure *p, const struct organisation *org,
                       const struct picture_mark *mark, enum lang lang, struct buf *out)
{
    struct arena *a = arena_new((size_t)64 << 20);
    struct picture g;

    picture_build(&g, a, p, org, lang);
    g.page = true;
    g.mark = mark;
    picture_layout(&g);
    picture_svg(&g, out);
    arena_free(a);
}
