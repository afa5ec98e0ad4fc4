/* Log: one JSON object a line, written with one write(2) to standard error.
 * No objects; the level is one atomic.  Any thread. */
#include "server/core/log.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "server/core/worker.h"

#define LINE_MAX_BYTES  4096
#define VALUE_MAX_BYTES 1024 /* of one text, before escaping */
#define TAIL_BYTES      24   /* room kept for ,"truncated":1}\n */

struct line {
    size_t n;
    bool full;
    char p[LINE_MAX_BYTES];
};

static _Atomic int level_max = LOG_L_INFO;

void log_set_level(enum log_level max)
{
    atomic_store_explicit(&level_max, (int)max, memory_order_relaxed);
}

static void add(struct line *l, const char *s, size_t n)
{
    if (l->full || n > sizeof l->p - TAIL_BYTES - l->n) {
        l->full = true;
        return;
    }
    memcpy(l->p + l->n, s, n);
    l->n += n;
}

static void add_str(struct line *l, const char *s)
{
    add(l, s, strlen(s));
}

/* Length of the valid UTF-8 character at s, its code point in *ret; 0 when it is not one. */
static size_t character(const unsigned char *s, size_t n, uint32_t *ret)
{
    size_t len = s[0] < 0x80 ? 1 : s[0] < 0xC2 ? 0 : s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;
    uint32_t c;

    if (s[0] > 0xF4 || len == 0 || len > n)
        return 0;
    c = len == 1 ? s[0] : s[0] & (0xFFu >> (len + 1));
    for (size_t i = 1; i < len; i++) {
        if ((s[i] & 0xC0) != 0x80)
            return 0;
        c = c << 6 | (s[i] & 0x3Fu);
    }
    if ((len == 3 && c < 0x800) || (len == 4 && (c < 0x10000 || c > 0x10FFFF)) ||
        (c >= 0xD800 && c <= 0xDFFF))
        return 0;
    *ret = c;
    return len;
}

/* What could end a line, steer a terminal or break a reader of the log leaves as \uXXXX. */
static void add_text(struct line *l, const char *text)
{
    const unsigned char *s = (const unsigned char *)text;
    size_t n = strnlen(text, VALUE_MAX_BYTES + 1), len;
    bool cut = n > VALUE_MAX_BYTES;

    n = cut ? VALUE_MAX_BYTES : n;
    add(l, "\"", 1);
    for (size_t i = 0; i < n && !l->full; i += len) {
        uint32_t c = 0;
        char esc[8];

        len = character(s + i, n - i, &c);
        if (len == 0) {
            len = 1;
            if (cut && n - i < 4)
                break; /* a character cut through by the bound */
            add_str(l, "\\ufffd");
        } else if (c == '"' || c == '\\') {
            add(l, "\\", 1);
            add(l, text + i, 1);
        } else if (c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x2028 || c == 0x2029) {
            snprintf(esc, sizeof esc, "\\u%04x", (unsigned)c);
            add_str(l, esc);
        } else {
            add(l, text + i, len);
        }
    }
    if (cut)
        add_str(l, "…");
    add(l, "\"", 1);
}

static void add_field(struct line *l, const struct log_field *f)
{
    size_t before = l->n;
    char num[24];

    add(l, ",", 1);
    add_text(l, f->key);
    add(l, ":", 1);
    if (f->str) {
        add_text(l, f->str);
    } else {
        snprintf(num, sizeof num, "%lld", (long long)f->num);
        add_str(l, num);
    }
    if (l->full)
        l->n = before; /* whole fields only: the line stays JSON */
}

void log_fields(enum log_level level, const char *event, const struct log_field *fields)
{
    static const char *const name[] = {"error", "warn", "info", "debug"};
    struct line l = {.n = 0};
    char at[40];
    ssize_t written;

    if ((int)level > atomic_load_explicit(&level_max, memory_order_relaxed))
        return;
    instant_rfc3339_us(clock_now(), at);
    add_str(&l, "{\"at\":\"");
    add_str(&l, at);
    add_str(&l, "\",\"level\":\"");
    add_str(&l, name[level]);
    add_str(&l, "\",\"event\":");
    add_text(&l, event);
    for (; fields->key && !l.full; fields++)
        add_field(&l, fields);
    if (l.full) {
        l.full = false;
        memcpy(l.p + l.n, ",\"truncated\":1", 14);
        l.n += 14;
    }
    memcpy(l.p + l.n, "}\n", 2);
    l.n += 2;
    /* A log that cannot be written must not stop the service; there is nobody left to tell. */
    written = write(STDERR_FILENO, l.p, l.n);
    (void)written;
}
