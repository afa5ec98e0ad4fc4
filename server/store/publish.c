/* Publishing of configuration: files as immutable versions by hash, after the same checks as their
 * verbs make.  Blocking; verbs, demo and jobs. */
#include "server/store/blocking.h"
#include "server/store/inside.h"

#define PUBLISH_MS    30000
#define PUBLISH_ARENA ((size_t)256 << 20)

struct answer {
    char word[16];
};

static void word_came(void *ctx, const struct db_rows *r)
{
    struct answer *a = ctx;
    struct span s = db_count(r) == 1 ? db_get_span(r, 0, 0) : SPAN_NONE;

    if (s.n < sizeof a->word && s.p)
        memcpy(a->word, s.p, s.n);
}

static bool answer_fine(const struct blocking *b, enum err e, const struct answer *a,
                        struct buf *ret_error)
{
    if (e != ERR_OK) {
        buf_printf(ret_error, "%s %s", err_title(e, LANG_EN), blocking_sqlstate(b));
        return false;
    }
    if (strcmp(a->word, "refused") == 0) {
        buf_str(ret_error, "this version is already published with another text: raise its number");
        return false;
    }
    return true;
}

static void flag_came(void *ctx, const struct db_rows *r)
{
    *(bool *)ctx = db_count(r) == 1 && db_get_bool(r, 0, 0);
}

/* The usual start of a daemon finds everything as it was: asked first, since it is cheap. */
static bool published(struct blocking *b, const char *kind, const char *name, struct span text)
{
    struct db_args *p = blocking_args(b, 3);
    uint8_t hash[SHA256_BYTES];
    bool same = false;

    sha256(text.p, text.n, hash);
    db_text(p, kind);
    db_text(p, name);
    db_bytes(p, hash, sizeof hash);
    return blocking_call(b, LANE_READ, "config_published", p, flag_came, &same) == ERR_OK && same;
}

static bool publish_text(struct blocking *b, const char *kind, const char *name, struct span text,
                         struct two_persons who, struct buf *ret_error)
{
    uint8_t hash[SHA256_BYTES];
    struct answer a = {""};
    struct db_args *p = blocking_args(b, 6);

    sha256(text.p, text.n, hash);
    db_text(p, kind);
    db_text(p, name);
    db_bytes(p, hash, sizeof hash);
    db_span(p, text);
    db_text(p, who.author);
    db_text(p, who.approver);
    return answer_fine(b, blocking_call(b, LANE_ACT, "publish_text", p, word_came, &a), &a,
                       ret_error);
}

/* Said before anything is sent; the database says it again. */
static bool are_two(struct two_persons who, struct buf *ret_error)
{
    if (who.author && *who.author && who.approver && *who.approver &&
        strcmp(who.author, who.approver) != 0)
        return true;
    buf_str(ret_error, "two different persons are needed: one writes, another approves");
    return false;
}

static bool publish_one(const char *conninfo, const char *kind, const char *name, struct span text,
                        struct two_persons who, struct buf *ret_error)
{
    struct blocking *b =
        are_two(who, ret_error) ? blocking_open(conninfo, PUBLISH_MS, ret_error) : NULL;
    bool ok =
        b && (published(b, kind, name, text) || publish_text(b, kind, name, text, who, ret_error));

    blocking_close(b);
    return ok;
}

/* ---------------------------------------------------------------- organisation */

static const char *iso_or_null(struct arena *a, dayno d)
{
    char text[16];

    if (d == INT32_MIN || d == INT32_MAX)
        return NULL;
    day_iso(d, text);
    return arena_strdup(a, text);
}

static bool publish_agencies(struct blocking *b, const struct organisation *o)
{
    struct db_args *p = blocking_args(b, 9);
    struct arena *a = blocking_arena(b);
    size_t n = o->agencies;
    int32_t *id = ARENA_ARRAY(a, int32_t, n + 1), *up = ARENA_ARRAY(a, int32_t, n + 1);
    int32_t *next = ARENA_ARRAY(a, int32_t, n + 1);
    bool *no_up = ARENA_ARRAY(a, bool, n + 1), *no_next = ARENA_ARRAY(a, bool, n + 1);
    const char **text[6];

    for (int k = 0; k < 6; k++)
        text[k] = ARENA_ARRAY(a, const char *, n + 1);
    for (size_t i = 0; i < n; i++) {
        const struct agency *g = &o->agency[i];

        id[i] = g->id;
        text[0][i] = g->agency;
        text[1][i] = g->code;
        text[2][i] = g->name.vi;
        text[3][i] = g->name.en;
        no_up[i] = g->parent < 0;
        up[i] = no_up[i] ? 0 : o->agency[g->parent].id;
        no_next[i] = g->successor < 0;
        next[i] = no_next[i] ? 0 : o->agency[g->successor].id;
        text[4][i] = iso_or_null(a, g->valid_from);
        text[5][i] = iso_or_null(a, g->valid_to);
    }
    db_i32s(p, id, NULL, n);
    for (int k = 0; k < 4; k++)
        db_texts(p, text[k], n);
    db_i32s(p, up, no_up, n);
    db_i32s(p, next, no_next, n);
    db_texts(p, text[4], n);
    db_texts(p, text[5], n);
    return blocking_call(b, LANE_ACT, "publish_agencies", p, NULL, NULL) == ERR_OK;
}

bool store_publish_organisation(const char *conninfo, struct span text, struct two_persons who,
                                struct buf *ret_error)
{
    struct arena *a = arena_new(PUBLISH_ARENA);
    struct organisation *o;
    struct blocking *b = NULL;
    struct diags d;
    bool ok = false;

    diags_init(&d, a);
    o = organisation_compile(a, text, &d);
    if (!o)
        diags_print(&d, "organisation", text, LANG_VI, ret_error);
    else if (are_two(who, ret_error) && (b = blocking_open(conninfo, PUBLISH_MS, ret_error))) {
        ok = published(b, "organisation", "", text) ||
             (publish_agencies(b, o) && publish_text(b, "organisation", "", text, who, ret_error));
        if (!ok)
            buf_printf(ret_error, " %s", blocking_sqlstate(b));
    }
    blocking_close(b);
    arena_free(a);
    return ok;
}

/* ---------------------------------------------------------------- calendars, regimes, procedures
 */

/* Checked whole when it is compiled with what it extends: at the next load, or by its verb. */
bool store_publish_calendar(const char *conninfo, const char *name, struct span text,
                            struct two_persons who, struct buf *ret_error)
{
    return publish_one(conninfo, "calendar", name, text, who, ret_error);
}

struct regime_before {
    struct arena *a;
    const struct regime *now;
    bool moved;
};

static void regimes_came(void *ctx, const struct db_rows *r)
{
    struct regime_before *k = ctx;

    for (int i = 0; i < db_count(r); i++) {
        struct regimes one = {0};
        struct diags d;

        diags_init(&d, k->a);
        if (span_is(db_get_span(r, i, 0), "regime") &&
            span_is(db_get_span(r, i, 1), k->now->regime) &&
            regime_compile(k->a, &one, arena_copy(k->a, db_get_span(r, i, 2)), &d))
            k->moved = !regime_same_rules(&one.item[0], k->now);
    }
}

/* Dossiers are pinned to rules by name: other rules need another name. */
static bool rules_stay(const char *conninfo, struct arena *a, const struct regime *now,
                       struct buf *ret_error)
{
    struct blocking *b = blocking_open(conninfo, PUBLISH_MS, ret_error);
    struct regime_before k = {a, now, false};
    bool ok = b && blocking_call(b, LANE_READ, "config_texts", NULL, regimes_came, &k) == ERR_OK;

    blocking_close(b);
    if (ok && k.moved)
        buf_printf(ret_error,
                   "rules \"%s\" are published and pinned on dossiers: end them with valid_to and "
                   "give the new ones another name",
                   now->regime);
    return ok && !k.moved;
}

bool store_publish_regime(const char *conninfo, struct span text, struct two_persons who,
                          struct buf *ret_error)
{
    struct arena *a = arena_new(PUBLISH_ARENA);
    struct regimes all = {0};
    struct diags d;
    bool ok;

    diags_init(&d, a);
    ok = regime_compile(a, &all, text, &d) && all.n == 1;
    if (!ok)
        diags_print(&d, "regime", text, LANG_VI, ret_error);
    else
        ok = rules_stay(conninfo, a, &all.item[0], ret_error) &&
             publish_one(conninfo, "regime", all.item[0].regime, text, who, ret_error);
    arena_free(a);
    return ok;
}

/* ---------------------------------------------------------------- halls */

struct hall_check {
    struct arena *a;
    const struct hall *h;
    bool agency, calendar;
};

static void hall_texts_came(void *ctx, const struct db_rows *r)
{
    struct hall_check *k = ctx;

    for (int i = 0; i < db_count(r); i++) {
        struct span kind = db_get_span(r, i, 0);
        struct diags d;
        const struct organisation *o;

        diags_init(&d, k->a);
        if (span_is(kind, "calendar"))
            k->calendar |= span_is(db_get_span(r, i, 1), k->h->calendar);
        else if (span_is(kind, "organisation") &&
                 (o = organisation_compile(k->a, arena_copy(k->a, db_get_span(r, i, 2)), &d)))
            k->agency = organisation_find(o, k->h->hall) >= 0;
    }
}

/* Its agency and its calendar are published. */
static bool hall_fits(const char *conninfo, struct arena *a, const struct hall *h,
                      struct buf *ret_error)
{
    struct blocking *b = blocking_open(conninfo, PUBLISH_MS, ret_error);
    struct hall_check k = {.a = a, .h = h};
    bool ok = b && blocking_call(b, LANE_READ, "config_texts", NULL, hall_texts_came, &k) == ERR_OK;

    blocking_close(b);
    if (ok && !k.agency)
        buf_printf(ret_error, "there is no agency \"%s\"", h->hall);
    else if (ok && !k.calendar)
        buf_printf(ret_error, "there is no calendar \"%s\"", h->calendar);
    return ok && k.agency && k.calendar;
}

static bool send_hall(struct blocking *b, const struct hall *h, struct span text,
                      struct two_persons who, struct buf *ret_error)
{
    struct db_args *p = blocking_args(b, 5);
    uint8_t hash[SHA256_BYTES];
    struct answer a = {""};

    sha256(text.p, text.n, hash);
    db_text(p, h->hall);
    db_bytes(p, hash, sizeof hash);
    db_span(p, text);
    db_text(p, who.author);
    db_text(p, who.approver);
    return answer_fine(b, blocking_call(b, LANE_ACT, "publish_hall", p, word_came, &a), &a,
                       ret_error);
}

bool store_publish_hall(const char *conninfo, struct span text, struct two_persons who,
                        struct buf *ret_error)
{
    struct arena *a = arena_new(PUBLISH_ARENA);
    struct blocking *b = NULL;
    const struct hall *h;
    struct diags d;
    bool ok = false;

    diags_init(&d, a);
    h = hall_compile(a, text, &d);
    if (!h)
        diags_print(&d, "hall", text, LANG_VI, ret_error);
    else if (are_two(who, ret_error) && (b = blocking_open(conninfo, PUBLISH_MS, ret_error)))
        ok = published(b, "hall", h->hall, text) ||
             (hall_fits(conninfo, a, h, ret_error) && send_hall(b, h, text, who, ret_error));
    blocking_close(b);
    arena_free(a);
    return ok;
}

struct text_kept {
    struct arena *a;
    struct span text;
};

static void text_came(void *ctx, const struct db_rows *r)
{
    struct text_kept *k = ctx;

    if (db_count(r) == 1)
        k->text = arena_copy(k->a, db_get_span(r, 0, 0));
}

/* The organisation in force, for the checks of a procedure; NULL when there is none. */
static struct organisation *organisation_now(struct blocking *b, struct arena *a,
                                             struct buf *ret_error)
{
    struct text_kept k = {.a = a};
    struct organisation *o = NULL;
    struct diags d;

    diags_init(&d, a);
    if (blocking_call(b, LANE_READ, "config_organisation", NULL, text_came, &k) == ERR_OK &&
        k.text.p)
        o = organisation_compile(a, k.text, &d);
    if (!o)
        buf_str(ret_error, "no organisation is published yet");
    return o;
}

static bool send_procedure(struct blocking *b, const struct procedure *pr, struct span text,
                           struct two_persons who, struct buf *ret_error)
{
    struct db_args *p = blocking_args(b, 6);
    struct answer a = {""};

    db_text(p, pr->code);
    db_i32(p, pr->version);
    db_bytes(p, pr->hash, SHA256_BYTES);
    db_span(p, text);
    db_text(p, who.author);
    db_text(p, who.approver);
    return answer_fine(b, blocking_call(b, LANE_ACT, "publish_procedure", p, word_came, &a), &a,
                       ret_error);
}

static bool check_and_send(struct blocking *b, struct arena *a, struct span text,
                           struct two_persons who, struct buf *ret_error)
{
    struct procedure_env env = {.org = organisation_now(b, a, ret_error)};
    const struct procedure *p;
    struct diags d;

    if (!env.org)
        return false;
    diags_init(&d, a);
    p = procedure_compile(a, text, &env, &d);
    if (!p)
        diags_print(&d, "procedure", text, LANG_VI, ret_error);
    return p && send_procedure(b, p, text, who, ret_error);
}

bool store_publish_procedure(const char *conninfo, struct span text, struct two_persons who,
                             struct buf *ret_error)
{
    struct arena *a = arena_new(PUBLISH_ARENA);
    struct blocking *b =
        are_two(who, ret_error) ? blocking_open(conninfo, PUBLISH_MS, ret_error) : NULL;
    bool ok =
        b && (published(b, "procedure", "", text) || check_and_send(b, a, text, who, ret_error));

    blocking_close(b);
    arena_free(a);
    return ok;
}
