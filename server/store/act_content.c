/* What lies apart from the history: the personal content as one text, its digest, the words it is
 * found by, and the secret of the receipt.  Pure but for memory; any thread. */
#include <stdlib.h>

#include "common/base/utf8.h"
#include "server/store/inside.h"

#define CONTENT_MAX ((size_t)2 << 20)
#define WORDS_MAX   64

static void person_json(struct jw *w, const char *key, const struct person_data *p)
{
    const struct {
        const char *key, *value;
    } field[] = {{"kind", p->kind},           {"name", p->name},           {"id_type", p->id_type},
                 {"id_number", p->id_number}, {"birth", p->birth},         {"sex", p->sex},
                 {"address", p->address},     {"area_code", p->area_code}, {"phone", p->phone},
                 {"email", p->email}};

    if (!p->name)
        return;
    jw_key(w, key);
    jw_open(w);
    for (size_t i = 0; i < sizeof field / sizeof *field; i++)
        if (field[i].value)
            jw_kstr(w, field[i].key, field[i].value);
    jw_close(w);
}

static void text_json(struct jw *w, const char *key, const char *value)
{
    if (value)
        jw_kstr(w, key, value);
}

const char *content_body(struct arena *a, const struct content *c)
{
    struct buf b;
    struct jw w = jw_to(&b);
    const char *text;

    buf_init(&b, CONTENT_MAX);
    jw_open(&w);
    person_json(&w, "applicant", &c->applicant);
    person_json(&w, "owner", &c->owner);
    person_json(&w, "authorised", &c->authorised);
    text_json(&w, "authorised_document", c->authorised_document);
    text_json(&w, "summary", c->summary);
    text_json(&w, "result_by", c->result_by);
    text_json(&w, "result_address", c->result_address);
    if (c->form_json)
        jw_kraw(&w, "form", span_of(c->form_json));
    if (c->components_json)
        jw_kraw(&w, "components", span_of(c->components_json));
    jw_close(&w);
    text = arena_strndup(a, b.p ? b.p : "", b.n);
    buf_free(&b);
    return text;
}

void content_digest_of(const uint8_t salt[16], struct span body, uint8_t out[SHA256_BYTES])
{
    struct sha256_stream *s = sha256_new();

    sha256_add(s, salt, 16);
    sha256_add(s, body.p, body.n);
    sha256_end(s, out);
}

/* ---------------------------------------------------------------- words to search */

const char *words_reversed(struct arena *a, struct span folded)
{
    struct span word[WORDS_MAX], rest = folded, head;
    struct buf b;
    const char *text;
    size_t n = 0;

    while (n < WORDS_MAX && rest.n) {
        bool more = span_cut(rest, ' ', &head, &rest);

        word[n++] = head;
        if (!more)
            break;
    }
    buf_init(&b, CONTENT_MAX);
    while (n > 0) {
        buf_span(&b, word[--n]);
        if (n > 0)
            buf_char(&b, ' ');
    }
    text = arena_strndup(a, b.p ? b.p : "", b.n);
    buf_free(&b);
    return text;
}

const char *signs_only(struct arena *a, const char *s, bool letters, bool backwards)
{
    size_t len = s ? strlen(s) : 0, n = 0;
    char *out = arena_alloc(a, len + 1);

    for (size_t i = 0; i < len; i++) {
        char c = s[backwards ? len - 1 - i : i];

        if (letters && c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
        if ((c >= '0' && c <= '9') || (letters && c >= 'A' && c <= 'Z'))
            out[n++] = c;
    }
    out[n] = '\0';
    return n ? out : NULL;
}

/* +84 912… and 0912… are the same telephone. */
const char *phone_sign(struct arena *a, const char *s)
{
    const char *d = signs_only(a, s, false, false);

    return d && strncmp(d, "84", 2) == 0 && strlen(d) >= 10 ? arena_printf(a, "0%s", d + 2) : d;
}

void search_words_of(struct arena *a, const struct person_data *p, struct search_words *ret)
{
    struct span folded = text_fold(a, span_of(p->name ? p->name : ""));

    ret->name = folded.n ? arena_span(a, folded) : "";
    ret->reversed = words_reversed(a, folded);
    ret->phone = phone_sign(a, p->phone);
    ret->identity = signs_only(a, p->id_number, true, true);
}

/* ---------------------------------------------------------------- the secret of the receipt */

void track_secret_of(const char *key, const uint8_t salt[16], struct arena *a,
                     const char **ret_secret, uint8_t ret_hash[SHA256_BYTES])
{
    uint8_t mixed[SHA256_BYTES];
    char chars[TRACK_SECRET_CHARS + 1];
    struct sha256_stream *s = sha256_new();

    sha256_add(s, "track", 5);
    sha256_add(s, salt, 16);
    sha256_add(s, key, strlen(key));
    sha256_end(s, mixed);
    base32_encode(mixed, TRACK_SECRET_CHARS, chars);
    *ret_secret = arena_printf(a, "%.4s-%.4s-%.4s-%.4s", chars, chars + 4, chars + 8, chars + 12);
    sha256(chars, TRACK_SECRET_CHARS, ret_hash);
}
