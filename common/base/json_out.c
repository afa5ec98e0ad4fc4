/* JSON writer.  The caller owns writer and buffer.  One thread at a time. */
#include "common/base/json_out.h"

static void before(struct jw *w)
{
    if (w->comma)
        buf_char(w->b, ',');
    w->comma = true;
}

void jw_open(struct jw *w)
{
    before(w);
    buf_char(w->b, '{');
    w->comma = false;
}

void jw_close(struct jw *w)
{
    buf_char(w->b, '}');
    w->comma = true;
}

void jw_list(struct jw *w)
{
    before(w);
    buf_char(w->b, '[');
    w->comma = false;
}

void jw_end(struct jw *w)
{
    buf_char(w->b, ']');
    w->comma = true;
}

static void quoted(struct buf *b, struct span s)
{
    static const char hex[] = "0123456789abcdef";
    size_t i, from = 0;

    buf_char(b, '"');
    for (i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        char esc[6] = {'\\', 0};
        size_t len = 2;

        if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f)
            continue;
        buf_put(b, s.p + from, i - from);
        from = i + 1;
        if (c == '"' || c == '\\')
            esc[1] = (char)c;
        else if (c == '\n')
            esc[1] = 'n';
        else if (c == '\t')
            esc[1] = 't';
        else if (c == '\r')
            esc[1] = 'r';
        else {
            memcpy(esc + 1, "u00", 3);
            esc[4] = hex[c >> 4];
            esc[5] = hex[c & 15];
            len = 6;
        }
        buf_put(b, esc, len);
    }
    if (s.n > from)
        buf_put(b, s.p + from, s.n - from);
    buf_char(b, '"');
}

void jw_key(struct jw *w, const char *key)
{
    before(w);
    quoted(w->b, span_of(key));
    buf_char(w->b, ':');
    w->comma = false;
}

void jw_span(struct jw *w, struct span s)
{
    before(w);
    quoted(w->b, s);
}

void jw_str(struct jw *w, const char *s)
{
    if (s)
        jw_span(w, span_of(s));
    else
        jw_null(w);
}

void jw_i64(struct jw *w, int64_t v)
{
    before(w);
    buf_i64(w->b, v);
}

void jw_bool(struct jw *w, bool v)
{
    before(w);
    buf_str(w->b, v ? "true" : "false");
}

void jw_null(struct jw *w)
{
    before(w);
    buf_str(w->b, "null");
}

void jw_raw(struct jw *w, struct span json)
{
    before(w);
    buf_span(w->b, json);
}

void jw_kstr(struct jw *w, const char *key, const char *s)
{
    jw_key(w, key);
    jw_str(w, s);
}

void jw_kspan(struct jw *w, const char *key, struct span s)
{
    jw_key(w, key);
    jw_span(w, s);
}

void jw_ki64(struct jw *w, const char *key, int64_t v)
{
    jw_key(w, key);
    jw_i64(w, v);
}

void jw_kbool(struct jw *w, const char *key, bool v)
{
    jw_key(w, key);
    jw_bool(w, v);
}

void jw_knull(struct jw *w, const char *key)
{
    jw_key(w, key);
    jw_null(w);
}

void jw_kraw(struct jw *w, const char *key, struct span json)
{
    jw_key(w, key);
    jw_raw(w, json);
}
