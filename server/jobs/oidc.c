/* OpenID Connect by libcurl, which is taken in when the first person signs in so: most
 * installations have no provider.  Answers are small, asked for within one deadline; redirects are
 * not followed.  Pool threads; they share the library and what is kept of the provider. */
#include "server/jobs/oidc.h"

#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#undef curl_easy_setopt
#undef curl_easy_getinfo
#include <dlfcn.h>
#include <jansson.h>
#include <openssl/crypto.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "common/base/digest.h"
#include "common/base/json_in.h"
#include "common/base/jwt.h"
#include "server/core/config.h"
#include "server/core/log.h"
#include "server/core/worker.h"

#define LIBRARY    "libcurl.so.4"
#define CONNECT_MS 3000
#define ALL_MS     8000 /* all that one job asks */
#define ANSWER_MAX ((size_t)256 << 10)
#define URL_MAX    4096
#define S_MS       1000
/* What the provider says is kept as long as it says (max-age), within bounds. */
#define LIFE_S       300 /* it says nothing */
#define LIFE_LEAST_S 5   /* those who come together ask once */
#define LIFE_MOST_S  86400
#define RENEW_MS     30000 /* between two askings for a key that the kept ones do not have */

/* ---- the library */

#define FUNCTIONS(F)                                                                               \
    F(curl_global_init)                                                                            \
    F(curl_easy_init)                                                                              \
    F(curl_easy_setopt)                                                                            \
    F(curl_easy_perform)                                                                           \
    F(curl_easy_getinfo)                                                                           \
    F(curl_easy_cleanup)                                                                           \
    F(curl_easy_strerror)

static struct {
    bool there;
#define F(name) __typeof__(name) *name;
    FUNCTIONS(F)
#undef F
} lib;

static void open_library(void)
{
    void *so = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);

    if (!so) {
        log_event(LOG_L_ERROR, "library-missing", LOG_STR("library", LIBRARY));
        return;
    }
    lib.there = true;
#define F(name)                                                                                    \
    *(void **)&lib.name = dlsym(so, #name);                                                        \
    lib.there = lib.there && lib.name;
    FUNCTIONS(F)
#undef F
    lib.there = lib.there && lib.curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

static bool library(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    return pthread_once(&once, open_library) == 0 && lib.there;
}

/* ---- addresses */

static void put_escaped(struct buf *out, const char *s)
{
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;

        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
            strchr("-._~", c))
            buf_char(out, (char)c);
        else
            buf_printf(out, "%%%02X", c);
    }
}

static void put_field(struct buf *out, const char *name, const char *value)
{
    buf_printf(out, "%s%s=", out->n ? "&" : "", name);
    put_escaped(out, value);
}

/* ---- what is known of the provider */

struct kept {
    json_t *said;  /* never changed: whoever holds a reference reads it */
    int64_t until; /* monotonic milliseconds */
};

struct oidc {
    struct oidc_conf conf;
    pthread_mutex_t lock; /* over all below */
    struct kept about, keys;
    int64_t renewed; /* when keys were asked for before their time; 0: never */
    unsigned turn;   /* counts forgetting: what was asked for before it is not kept */
};

/* ---- one request */

struct talk {
    struct oidc *o;
    const struct oidc_conf *c;
    int64_t until; /* monotonic milliseconds */
    struct buf *why;
    unsigned turn;
    int64_t life_s; /* of the last answer */
};

static int64_t now_ms(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static size_t more(char *p, size_t one, size_t n, void *ctx)
{
    struct buf *b = ctx;

    buf_put(b, p, one * n);
    return buf_ok(b) ? one * n : 0; /* too much: curl gives up */
}

/* A line of the answer's head: how long it may be kept. */
static size_t heard(char *p, size_t one, size_t n, void *ctx)
{
    static const char name[] = "cache-control:", word[] = "max-age=";
    struct talk *t = ctx;
    size_t all = one * n, i = sizeof name - 1;
    int64_t s = 0;

    if (all < i || strncasecmp(p, name, i) != 0)
        return all;
    while (i + sizeof word <= all && strncasecmp(p + i, word, sizeof word - 1) != 0)
        i++;
    i += sizeof word - 1;
    if (i >= all || p[i] < '0' || p[i] > '9')
        return all;
    for (; i < all && p[i] >= '0' && p[i] <= '9' && s < LIFE_MOST_S; i++)
        s = s * 10 + (p[i] - '0');
    t->life_s = s < LIFE_LEAST_S ? LIFE_LEAST_S : s > LIFE_MOST_S ? LIFE_MOST_S : s;
    return all;
}

static bool settle(CURL *h, struct talk *t, const char *url, long left, struct buf *body)
{
    const struct oidc_conf *c = t->c;

    return (!*c->ca || lib.curl_easy_setopt(h, CURLOPT_CAINFO, c->ca) == CURLE_OK) &&
           lib.curl_easy_setopt(h, CURLOPT_URL, url) == CURLE_OK &&
           lib.curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "https,http") == CURLE_OK &&
           lib.curl_easy_setopt(h, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
           lib.curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           lib.curl_easy_setopt(h, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) == CURLE_OK &&
           lib.curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS) == CURLE_OK &&
           lib.curl_easy_setopt(h, CURLOPT_TIMEOUT_MS, left) == CURLE_OK &&
           lib.curl_easy_setopt(h, CURLOPT_HEADERFUNCTION, heard) == CURLE_OK &&
           lib.curl_easy_setopt(h, CURLOPT_HEADERDATA, t) == CURLE_OK &&
           lib.curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, more) == CURLE_OK &&
           lib.curl_easy_setopt(h, CURLOPT_WRITEDATA, body) == CURLE_OK;
}

/* form NULL: GET.  The JSON object that came with status 200 (*ret_status tells another), or NULL.
 */
static json_t *ask(struct talk *t, const char *url, const char *form, const char *login,
                   long *ret_status)
{
    long left = (long)(t->until - now_ms());
    CURL *h = config_url_valid(url) && left > 0 ? lib.curl_easy_init() : NULL;
    CURLcode code = h ? CURLE_OK : CURLE_URL_MALFORMAT;
    struct json_fault fault;
    struct buf body;
    json_t *j = NULL;
    bool ok;

    *ret_status = 0;
    t->life_s = LIFE_S;
    buf_init(&body, ANSWER_MAX);
    ok = h && settle(h, t, url, left, &body);
    if (ok && form)
        ok = lib.curl_easy_setopt(h, CURLOPT_POSTFIELDS, form) == CURLE_OK;
    if (ok && login)
        ok = lib.curl_easy_setopt(h, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC) == CURLE_OK &&
             lib.curl_easy_setopt(h, CURLOPT_USERPWD, login) == CURLE_OK;
    if (ok && (code = lib.curl_easy_perform(h)) == CURLE_OK)
        (void)lib.curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, ret_status);
    if (*ret_status == 200)
        j = json_read((struct span){body.p, body.n}, &fault);
    if (!json_is_object(j)) {
        buf_printf(t->why, "%.200s: %s, status %ld", url,
                   left > 0 ? lib.curl_easy_strerror(code) : "no time left", *ret_status);
        json_decref(j);
        j = NULL;
    }
    if (h)
        lib.curl_easy_cleanup(h);
    OPENSSL_cleanse(body.p, body.n);
    buf_free(&body);
    return j;
}

/* ---- what is kept */

static void let_in(struct oidc *o)
{
    if (pthread_mutex_lock(&o->lock) != 0)
        abort();
}

static void let_out(struct oidc *o)
{
    if (pthread_mutex_unlock(&o->lock) != 0)
        abort();
}

struct oidc *oidc_new(const struct oidc_conf *c)
{
    struct oidc *o = calloc(1, sizeof *o);

    if (!o || pthread_mutex_init(&o->lock, NULL) != 0)
        abort();
    o->conf = *c;
    return o;
}

static void drop(struct kept *k)
{
    json_decref(k->said);
    *k = (struct kept){NULL, 0};
}

struct oidc *oidc_free(struct oidc *o)
{
    if (!o)
        return NULL;
    drop(&o->about);
    drop(&o->keys);
    (void)pthread_mutex_destroy(&o->lock);
    free(o);
    return NULL;
}

void oidc_forget(struct oidc *o)
{
    if (!o)
        return;
    let_in(o);
    drop(&o->about);
    drop(&o->keys);
    o->renewed = 0;
    o->turn++;
    let_out(o);
}

/* A reference for the caller, or NULL: nothing, or nothing that still counts. */
static json_t *recall(struct oidc *o, const struct kept *k)
{
    json_t *j;

    let_in(o);
    j = now_ms() < k->until ? json_incref(k->said) : NULL;
    let_out(o);
    return j;
}

static void keep(const struct talk *t, struct kept *k, json_t *said)
{
    let_in(t->o);
    if (t->turn == t->o->turn) {
        drop(k);
        *k = (struct kept){json_incref(said), now_ms() + t->life_s * S_MS};
    }
    let_out(t->o);
}

/* Whether keys may be asked for before their time: whoever makes up tokens shall not make us ask
 * for each. */
static bool may_renew(struct oidc *o)
{
    int64_t now = now_ms();
    bool may;

    let_in(o);
    may = o->renewed == 0 || now - o->renewed >= RENEW_MS;
    if (may)
        o->renewed = now;
    let_out(o);
    return may;
}

/* ---- discovery */

static bool talk_begin(struct talk *t, struct oidc *o, struct buf *why)
{
    *t = (struct talk){.o = o, .c = &o->conf, .until = now_ms() + ALL_MS, .why = why};
    let_in(o);
    t->turn = o->turn;
    let_out(o);
    if (library())
        return true;
    buf_str(why, LIBRARY " is not installed");
    return false;
}

static const char *endpoint(const struct talk *t, const json_t *about, const char *name)
{
    const char *url = json_string_value(json_object_get(about, name));

    if (url && config_url_valid(url))
        return url;
    buf_printf(t->why, "%s is missing or neither https nor loopback", name);
    return NULL;
}

/* What the provider says of itself; it must call itself as we do (mix-ups of providers).  Kept only
 * when it can be used. */
static json_t *discover(struct talk *t)
{
    const char *issuer = t->c->issuer, *says;
    size_t n = strlen(issuer);
    char url[URL_MAX];
    long status;
    json_t *j = recall(t->o, &t->o->about);
    int len = snprintf(url, sizeof url, "%.*s/.well-known/openid-configuration",
                       (int)(n && issuer[n - 1] == '/' ? n - 1 : n), issuer);

    if (j)
        return j;
    if (len < 0 || (size_t)len >= sizeof url || !(j = ask(t, url, NULL, NULL, &status)))
        return NULL;
    says = json_string_value(json_object_get(j, "issuer"));
    if (!says || strcmp(says, issuer) != 0) {
        buf_printf(t->why, "%.200s calls itself %.200s", issuer, says ? says : "nothing");
    } else if (endpoint(t, j, "authorization_endpoint") && endpoint(t, j, "token_endpoint") &&
               endpoint(t, j, "jwks_uri")) {
        keep(t, &t->o->about, j);
        return j;
    }
    json_decref(j);
    return NULL;
}

bool oidc_begin(struct oidc *o, const struct oidc_proof *p, struct buf *ret_url,
                struct buf *ret_why)
{
    const struct oidc_conf *c = &o->conf;
    uint8_t hash[SHA256_BYTES];
    char challenge[OIDC_TEXT];
    const char *url = NULL;
    struct buf query;
    struct talk t;
    json_t *about;

    if (!talk_begin(&t, o, ret_why) || !(about = discover(&t)))
        return false;
    url = endpoint(&t, about, "authorization_endpoint");
    if (url) {
        sha256(p->verifier, strlen(p->verifier), hash);
        base64url_encode(hash, sizeof hash, challenge);
        buf_init(&query, URL_MAX);
        put_field(&query, "response_type", "code");
        put_field(&query, "client_id", c->client);
        put_field(&query, "redirect_uri", c->back);
        put_field(&query, "scope", "openid profile");
        put_field(&query, "state", p->state);
        put_field(&query, "nonce", p->nonce);
        put_field(&query, "code_challenge", challenge);
        put_field(&query, "code_challenge_method", "S256");
        buf_printf(ret_url, "%s%c%s", url, strchr(url, '?') ? '&' : '?', buf_cstr(&query));
        if (!buf_ok(&query) || !buf_ok(ret_url))
            url = NULL;
        buf_free(&query);
    }
    json_decref(about);
    return url != NULL;
}

/* ---- the code for a token, the token for a login */

/* Status 400 or 401: the provider refuses the code, or us. */
static json_t *redeem(struct talk *t, const char *url, const struct oidc_proof *p, const char *code,
                      long *ret_status)
{
    const struct oidc_conf *c = t->c;
    struct buf form, login;
    json_t *j;

    buf_init(&form, URL_MAX);
    buf_init(&login, URL_MAX);
    put_field(&form, "grant_type", "authorization_code");
    put_field(&form, "code", code);
    put_field(&form, "redirect_uri", c->back);
    put_field(&form, "client_id", c->client);
    put_field(&form, "code_verifier", p->verifier);
    put_escaped(&login, c->client); /* RFC 6749 section 2.3.1 */
    buf_char(&login, ':');
    put_escaped(&login, c->secret);
    j = buf_ok(&form) && buf_ok(&login)
            ? ask(t, url, buf_cstr(&form), *c->secret ? buf_cstr(&login) : NULL, ret_status)
            : NULL;
    OPENSSL_cleanse(form.p, form.n);
    OPENSSL_cleanse(login.p, login.n);
    buf_free(&form);
    buf_free(&login);
    return j;
}

static json_t *ask_keys(struct talk *t, const char *url)
{
    long status;
    json_t *keys = ask(t, url, NULL, NULL, &status);

    if (keys)
        keep(t, &t->o->keys, keys);
    return keys;
}

static enum oidc_end believe(struct talk *t, const struct oidc_proof *p, const json_t *answer,
                             const char *keys_url, char login[OIDC_LOGIN_MAX])
{
    const char *token = json_string_value(json_object_get(answer, "id_token"));
    const struct jwt_want want = {t->c->issuer, t->c->client, p->nonce, t->c->claim,
                                  clock_now() / 1000000};
    json_t *keys = recall(t->o, &t->o->keys);
    bool fresh = !keys;
    enum jwt_fault f = JWT_MALFORMED;

    for (;;) {
        if (!keys && !(keys = ask_keys(t, keys_url)))
            return OIDC_AWAY;
        if (token)
            f = jwt_check(span_of(token), keys, &want, login, OIDC_LOGIN_MAX);
        json_decref(keys);
        /* A key that the kept ones do not have, or another under its name: the provider changed
         * them. */
        if (fresh || (f != JWT_KEY && f != JWT_SIGNATURE) || !may_renew(t->o))
            break;
        log_event(LOG_L_INFO, "provider-keys-renewed", LOG_STR("why", jwt_fault_word(f)));
        keys = NULL;
        fresh = true;
    }
    if (f == JWT_FINE)
        return OIDC_FINE;
    buf_printf(t->why, "ID token: %s", jwt_fault_word(f));
    return OIDC_REFUSED;
}

enum oidc_end oidc_finish(struct oidc *o, const struct oidc_proof *p, const char *code,
                          char login[OIDC_LOGIN_MAX], struct buf *ret_why)
{
    const char *token_url, *keys_url;
    json_t *about, *answer = NULL;
    enum oidc_end end = OIDC_AWAY;
    struct talk t;
    long status = 0;

    if (!talk_begin(&t, o, ret_why) || !(about = discover(&t)))
        return OIDC_AWAY;
    token_url = endpoint(&t, about, "token_endpoint");
    keys_url = endpoint(&t, about, "jwks_uri");
    if (token_url && keys_url) {
        answer = redeem(&t, token_url, p, code, &status);
        if (status == 400 || status == 401)
            end = OIDC_REFUSED;
    }
    if (answer)
        end = believe(&t, p, answer, keys_url, login);
    json_decref(answer);
    json_decref(about);
    if (end == OIDC_AWAY)
        oidc_forget(o); /* it may have moved */
    return end;
}
