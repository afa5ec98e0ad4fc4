/* Reading of JSON objects into structs, driven by tables of keys.  What is read lives in the
 * arena of the violations.  One thread at a time. */
#include "common/base/bind.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/diag.h"
#include "common/base/json_out.h"
#include "common/base/utf8.h"

#define KEYS_MAX    64
#define POINTER_MAX 256
#define HASH_DIGITS 64
#define LIST_WORD   128
#define DEPTH_MAX   8
#define SHOWN_MAX   64 /* characters of a wrong word shown back */

/* Where we are: written only when a violation needs it. */
struct place {
    const struct place *up;
    const char *key; /* NULL: an index */
    size_t index;
};

struct binder {
    struct violations *v;
    int depth;
};

void violations_init(struct violations *v, struct arena *a)
{
    *v = (struct violations){.arena = a};
}

void violation_add_text(struct violations *v, const char *pointer, const char *code,
                        struct text2 text)
{
    if (v->n == VIOLATIONS_MAX) {
        v->dropped++;
        return;
    }
    v->item[v->n++] = (struct violation){arena_strdup(v->arena, pointer), code, text};
}

void violation_add(struct violations *v, const char *pointer, const char *code, const char *vi,
                   const char *en, ...)
{
    struct text2 t;
    va_list ap;

    if (v->n == VIOLATIONS_MAX) {
        v->dropped++;
        return;
    }
    va_start(ap, en);
    t.vi = arena_vprintf(v->arena, vi, ap);
    va_end(ap);
    va_start(ap, en);
    t.en = arena_vprintf(v->arena, en, ap);
    va_end(ap);
    violation_add_text(v, pointer, code, t);
}

/* "/check/2/files", with ~ and / of keys escaped (RFC 6901). */
static size_t pointer_write(const struct place *p, char *out, size_t size)
{
    size_t n;
    const char *k;

    if (!p)
        return 0;
    n = pointer_write(p->up, out, size);
    if (!p->key) {
        int len = snprintf(out + n, size - n, "/%zu", p->index);
        return len > 0 && (size_t)len < size - n ? n + (size_t)len : n;
    }
    if (n + 1 < size)
        out[n++] = '/';
    for (k = p->key; *k && n + 3 < size; k++) {
        if (*k == '~' || *k == '/') {
            out[n++] = '~';
            out[n++] = *k == '~' ? '0' : '1';
        } else {
            out[n++] = *k;
        }
    }
    out[n] = '\0';
    return n;
}

static const char *pointer_of(const struct place *p, char out[POINTER_MAX])
{
    size_t n;

    out[0] = '\0';
    n = pointer_write(p, out, POINTER_MAX);
    /* a cut inside a character would make the answer invalid */
    while (n > 0 && !utf8_valid((struct span){out, n}))
        out[--n] = '\0';
    return out;
}

static void wrong(struct binder *b, const struct place *p, const char *code, const char *vi,
                  const char *en)
{
    char at[POINTER_MAX];

    violation_add_text(b->v, pointer_of(p, at), code, (struct text2){vi, en});
}

static struct text2 fault_text(enum text_fault f)
{
    switch (f) {
    case TEXT_CONTROL:
        return (struct text2){"có ký tự điều khiển hoặc xuống dòng",
                              "holds control characters or line breaks"};
    case TEXT_BIDI:
        return (struct text2){"có ký tự đổi chiều chữ", "holds direction overrides"};
    case TEXT_UNASSIGNED:
        return (struct text2){"có ký tự không có trong Unicode",
                              "holds characters that are not assigned"};
    case TEXT_MARKS:
        return (struct text2){"có quá nhiều dấu liền nhau", "holds too many marks in a row"};
    case TEXT_FINE:
    case TEXT_NOT_UTF8:
        break;
    }
    return (struct text2){"không phải UTF-8", "is not UTF-8"};
}

static bool length_fits(struct violations *v, const char *pointer, size_t n, int64_t min,
                        int64_t max)
{
    if ((int64_t)n >= min && (int64_t)n <= max)
        return true;
    if (n == 0)
        violation_add_text(v, pointer, "empty", (struct text2){"không được để trống", "is empty"});
    else
        violation_add(v, pointer, "length", "dài %zu ký tự, phải từ %lld đến %lld",
                      "has %zu characters, must have %lld to %lld", n, (long long)min,
                      (long long)max);
    return false;
}

const char *bind_text(struct span s, bool lines, int64_t min, int64_t max, const char *pointer,
                      struct violations *v)
{
    enum text_fault f = utf8_valid(s) ? text_check(s, lines) : TEXT_NOT_UTF8;
    struct span nfc;

    if (f != TEXT_FINE) {
        violation_add_text(v, pointer, "characters", fault_text(f));
        return NULL;
    }
    if (min > 0 && span_trim(s).n == 0)
        s = (struct span){"", 0};
    /* far too long: refuse before composing it */
    if (s.n > (size_t)max * 16) {
        (void)length_fits(v, pointer, utf8_length(s), min, max);
        return NULL;
    }
    nfc = text_nfc(v->arena, s);
    if (!length_fits(v, pointer, utf8_length(nfc), min, max))
        return NULL;
    return arena_span(v->arena, nfc);
}

static bool is_word(struct span s)
{
    size_t i;

    for (i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                    strchr("-_.:/@+", c);
        if (!fine || c == '\0')
            return false;
    }
    return true;
}

static const char *read_word(struct binder *b, const struct place *p, struct span s, int64_t min,
                             int64_t max)
{
    char at[POINTER_MAX];

    if (!is_word(s)) {
        wrong(b, p, "characters", "chỉ gồm chữ không dấu, chữ số và - _ . : / @ +",
              "may hold plain letters, digits and - _ . : / @ + only");
        return NULL;
    }
    if (!length_fits(b->v, pointer_of(p, at), s.n, min, max))
        return NULL;
    return arena_span(b->v->arena, s);
}

static const char *read_secret(struct binder *b, const struct place *p, struct span s, int64_t min,
                               int64_t max)
{
    char at[POINTER_MAX];

    if (!length_fits(b->v, pointer_of(p, at), utf8_length(s), min, max))
        return NULL;
    return arena_span(b->v->arena, s);
}

static const char *read_hash(struct binder *b, const struct place *p, struct span s)
{
    size_t i;
    bool ok = s.n == HASH_DIGITS;

    for (i = 0; ok && i < s.n; i++)
        ok = (s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f');
    if (ok)
        return arena_span(b->v->arena, s);
    wrong(b, p, "format", "phải là mã băm SHA-256 (64 chữ số thập lục phân, chữ thường)",
          "must be a SHA-256 hash (64 lower-case hexadecimal digits)");
    return NULL;
}

static void read_string(struct binder *b, const struct bind_key *k, const struct place *p,
                        const json_t *j, void *field)
{
    struct span s;
    const char *text = NULL;
    char at[POINTER_MAX];

    if (!json_is_string(j)) {
        wrong(b, p, "wrong-type", "phải là một chuỗi", "must be a string");
        return;
    }
    s = (struct span){json_string_value(j), json_string_length(j)};
    switch (k->kind) {
    case BIND_WORD:
        text = read_word(b, p, s, k->min, k->max);
        break;
    case BIND_HASH:
        text = read_hash(b, p, s);
        break;
    case BIND_SECRET:
        text = read_secret(b, p, s, k->min, k->max);
        break;
    default:
        text = bind_text(s, k->kind == BIND_LINES, k->min, k->max, pointer_of(p, at), b->v);
        break;
    }
    if (text)
        memcpy(field, &text, sizeof text);
}

static void read_number(struct binder *b, const struct bind_key *k, const struct place *p,
                        const json_t *j, void *field)
{
    char at[POINTER_MAX];
    int64_t v;
    int small;

    if (!json_is_integer(j)) {
        wrong(b, p, "wrong-type", "phải là một số nguyên", "must be a whole number");
        return;
    }
    v = (int64_t)json_integer_value(j);
    if (v < k->min || v > k->max) {
        violation_add(b->v, pointer_of(p, at), "range", "phải từ %lld đến %lld",
                      "must be from %lld to %lld", (long long)k->min, (long long)k->max);
        return;
    }
    small = (int)v;
    if (k->kind == BIND_I64)
        memcpy(field, &v, sizeof v);
    else
        memcpy(field, &small, sizeof small);
}

static size_t words_count(const char *const *words)
{
    size_t n = 0;

    while (words[n])
        n++;
    return n;
}

/* What was typed, fit to be shown back: short and harmless. */
static const char *shown(struct binder *b, const char *s)
{
    size_t n = strlen(s);

    if (n > SHOWN_MAX || text_check((struct span){s, n}, false) != TEXT_FINE)
        return "…";
    return arena_strdup(b->v->arena, s);
}

static void read_choice(struct binder *b, const struct bind_key *k, const struct place *p,
                        const json_t *j, void *field)
{
    size_t i, n = words_count(k->words);
    char at[POINTER_MAX];
    struct buf list;
    const char *s = json_string_value(j);

    if (!s) {
        wrong(b, p, "wrong-type", "phải là một chuỗi", "must be a string");
        return;
    }
    for (i = 0; i < n; i++)
        if (strcmp(s, k->words[i]) == 0) {
            int place = (int)i;
            memcpy(field, &place, sizeof place);
            return;
        }
    buf_init(&list, 1024);
    for (i = 0; i < n; i++)
        buf_printf(&list, "%s%s", i ? ", " : "", k->words[i]);
    violation_add(b->v, pointer_of(p, at), "not-in-list", "\"%s\" không có; chọn một trong: %s",
                  "\"%s\" is none of: %s", shown(b, s), buf_cstr(&list));
    buf_free(&list);
}

static int digits(const char *s, size_t n)
{
    int v = 0;
    size_t i;

    for (i = 0; i < n; i++) {
        if (s[i] < '0' || s[i] > '9')
            return -1;
        v = v * 10 + (s[i] - '0');
    }
    return v;
}

/* "2026-03-02", a day that exists.  The number of the day is the business of the room of time. */
static bool is_date(const char *s)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int y, m, d;

    if (strlen(s) != 10 || s[4] != '-' || s[7] != '-')
        return false;
    y = digits(s, 4);
    m = digits(s + 5, 2);
    d = digits(s + 8, 2);
    if (y < 1900 || y > 2200 || m < 1 || m > 12 || d < 1)
        return false;
    return d <= days[m - 1] || (m == 2 && d == 29 && y % 4 == 0 && (y % 100 != 0 || y % 400 == 0));
}

static void read_date(struct binder *b, const struct place *p, const json_t *j, void *field)
{
    const char *s = json_string_value(j);

    if (!s || json_string_length(j) != 10 || !is_date(s)) {
        wrong(b, p, "date", "phải là một ngày có thật dạng 2026-03-02",
              "must be an existing date like 2026-03-02");
        return;
    }
    s = arena_strdup(b->v->arena, s);
    memcpy(field, &s, sizeof s);
}

static void read_object(struct binder *b, const struct bind_shape *s, const struct place *p,
                        const json_t *obj, char *out);

static bool list_fits(struct binder *b, const struct bind_key *k, const struct place *p,
                      const json_t *j)
{
    char at[POINTER_MAX];

    if (!json_is_array(j)) {
        wrong(b, p, "wrong-type", "phải là một danh sách", "must be a list");
        return false;
    }
    if ((int64_t)json_array_size(j) >= k->min && (int64_t)json_array_size(j) <= k->max)
        return true;
    violation_add(b->v, pointer_of(p, at), "items", "có %zu mục, phải từ %lld đến %lld",
                  "has %zu items, must have %lld to %lld", json_array_size(j), (long long)k->min,
                  (long long)k->max);
    return false;
}

static void read_list(struct binder *b, const struct bind_key *k, const struct place *p,
                      const json_t *j, char *out)
{
    size_t i, n;
    char *items;

    if (!list_fits(b, k, p, j))
        return;
    n = json_array_size(j);
    items = arena_array(b->v->arena, n ? n : 1, k->sub->size);
    for (i = 0; i < n; i++) {
        struct place at = {p, NULL, i};
        read_object(b, k->sub, &at, json_array_get(j, i), items + i * k->sub->size);
    }
    memcpy(out + k->at, &items, sizeof items);
    memcpy(out + k->at_n, &n, sizeof n);
}

static void read_texts(struct binder *b, const struct bind_key *k, const struct place *p,
                       const json_t *j, char *out)
{
    size_t i, n;
    const char **items;

    if (!list_fits(b, k, p, j))
        return;
    n = json_array_size(j);
    items = ARENA_ARRAY(b->v->arena, const char *, n ? n : 1);
    for (i = 0; i < n; i++) {
        struct place at = {p, NULL, i};
        const json_t *item = json_array_get(j, i);
        items[i] = "";
        if (!json_is_string(item)) {
            wrong(b, &at, "wrong-type", "phải là một chuỗi", "must be a string");
            continue;
        }
        items[i] = read_word(
            b, &at, (struct span){json_string_value(item), json_string_length(item)}, 1, LIST_WORD);
    }
    memcpy(out + k->at, &items, sizeof items);
    memcpy(out + k->at_n, &n, sizeof n);
}

static void read_sub(struct binder *b, const struct bind_key *k, const struct place *p,
                     const json_t *j, void *field)
{
    char *sub = arena_alloc(b->v->arena, k->sub->size);

    read_object(b, k->sub, p, j, sub);
    memcpy(field, &sub, sizeof sub);
}

static void read_key(struct binder *b, const struct bind_key *k, const struct place *p,
                     const json_t *j, char *out)
{
    void *field = out + k->at;
    bool yes;

    switch (k->kind) {
    case BIND_TEXT:
    case BIND_LINES:
    case BIND_WORD:
    case BIND_SECRET:
    case BIND_HASH:
        read_string(b, k, p, j, field);
        return;
    case BIND_INT:
    case BIND_I64:
        read_number(b, k, p, j, field);
        return;
    case BIND_BOOL:
        yes = json_is_true(j);
        if (json_is_boolean(j))
            memcpy(field, &yes, sizeof yes);
        else
            wrong(b, p, "wrong-type", "phải là true hoặc false", "must be true or false");
        return;
    case BIND_CHOICE:
        read_choice(b, k, p, j, field);
        return;
    case BIND_DATE:
        read_date(b, p, j, field);
        return;
    case BIND_OBJECT:
        read_sub(b, k, p, j, field);
        return;
    case BIND_LIST:
        read_list(b, k, p, j, out);
        return;
    case BIND_TEXTS:
        read_texts(b, k, p, j, out);
        return;
    case BIND_JSON:
        if (json_is_object(j))
            memcpy(field, &j, sizeof j);
        else
            wrong(b, p, "wrong-type", "phải là một đối tượng JSON", "must be a JSON object");
        return;
    }
}

static void unknown_member(struct binder *b, const struct bind_shape *s, const struct place *up,
                           const char *key)
{
    const char *known[KEYS_MAX], *near;
    struct place at = {up, key, 0};
    char pointer[POINTER_MAX];
    size_t i;

    for (i = 0; i < s->keys; i++)
        known[i] = s->key[i].key;
    near = word_nearest(key, known, s->keys);
    if (near)
        violation_add(b->v, pointer_of(&at, pointer), "unknown-member",
                      "không có trường này, ý bạn là \"%s\"?",
                      "no such field, did you mean \"%s\"?", near);
    else
        wrong(b, &at, "unknown-member", "không có trường này", "no such field");
}

static const struct bind_key *key_of(const struct bind_shape *s, const char *key)
{
    size_t i;

    for (i = 0; i < s->keys; i++)
        if (strcmp(s->key[i].key, key) == 0)
            return &s->key[i];
    return NULL;
}

static void read_object(struct binder *b, const struct bind_shape *s, const struct place *p,
                        const json_t *obj, char *out)
{
    bool seen[KEYS_MAX] = {false};
    const char *key;
    json_t *value;
    size_t i;

    assert(s->keys <= KEYS_MAX && b->depth < DEPTH_MAX);
    if (!json_is_object(obj)) {
        wrong(b, p, "wrong-type", "phải là một đối tượng JSON", "must be a JSON object");
        return;
    }
    b->depth++;
    /* jansson declares the iteration over a plain pointer; nothing is changed */
    json_object_foreach((json_t *)(uintptr_t)obj, key, value)
    {
        const struct bind_key *k = key_of(s, key);
        struct place at = {p, key, 0};

        if (!k) {
            unknown_member(b, s, p, key);
            continue;
        }
        seen[k - s->key] = !json_is_null(value);
        if (!json_is_null(value))
            read_key(b, k, &at, value, out);
    }
    for (i = 0; i < s->keys; i++) {
        struct place at = {p, s->key[i].key, 0};
        if (!seen[i] && (s->key[i].flags & BIND_REQUIRED))
            wrong(b, &at, "missing", "thiếu thông tin bắt buộc", "is missing");
    }
    b->depth--;
}

bool bind_json(const json_t *obj, const struct bind_shape *s, void *out, struct violations *v)
{
    struct binder b = {v, 0};
    size_t before = v->n + v->dropped;

    read_object(&b, s, NULL, obj, out);
    return v->n + v->dropped == before;
}
