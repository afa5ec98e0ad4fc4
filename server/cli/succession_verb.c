/* motcuad organisation succeed: what is open at agencies that have ended, listed, or moved to their
 * successors by two persons.  The verb owns everything.  Main thread. */
#include "common/base/json_in.h"
#include "server/cli/asking.h"
#include "server/cli/running_verbs.h"

#define PAGE      500
#define TRIES_MAX 5 /* times a run takes up a configuration that was published meanwhile */

/* ---------------------------------------------------------------- listed */

/* One page; false: the last one, or *ret_code says what was wrong. */
static bool list_page(struct running_verb *v, struct asking *ask, struct succession_query *q,
                      int64_t *n, int *ret_code)
{
    struct json_fault fault;
    struct span json;
    json_t *j, *one;
    const char *next;
    enum err e;
    size_t i;
    bool more;

    store_succession(asking_store(ask), q, asking_heard, ask);
    e = asking_wait(ask, &json);
    if (e != ERR_OK) {
        *ret_code = running_verb_failed(v, e);
        return false;
    }
    j = json_read(json, &fault);
    json_array_foreach(json_object_get(j, "items"), i, one)
        buf_printf(&v->out, "%-24s %s\n", json_str(one, "code"),
                   json_str(one, "from") ? json_str(one, "from") : "-");
    *n += (int64_t)i;
    next = json_str(j, "next");
    more = next && span_i64(span_of(next + 2), 1, INT64_MAX, &q->after);
    json_decref(j);
    if (!running_verb_flush(v))
        *ret_code = CLI_REFUSED;
    return more && *ret_code == CLI_FINE;
}

static int plan(struct running_verb *v)
{
    struct asking *ask = asking_open(v->c, v->a, &v->settings);
    struct succession_query q = {.limit = PAGE};
    int64_t n = 0;
    int code = CLI_FINE;

    if (!ask)
        return CLI_REFUSED;
    while (list_page(v, ask, &q, &n, &code))
        ;
    if (code == CLI_FINE) {
        buf_printf(&v->out, v->c->lang == LANG_EN ? "%lld dossiers\n" : "%lld hồ sơ\n",
                   (long long)n);
        code = running_verb_flush(v) ? CLI_FINE : CLI_REFUSED;
    }
    asking_close(ask);
    return code;
}

/* ---------------------------------------------------------------- moved */

static int tell_sum(struct running_verb *v, const struct each_sum *s)
{
    if (v->c->json) {
        jw_open(&v->w);
        jw_ki64(&v->w, "read", s->read);
        jw_ki64(&v->w, "moved", s->moved);
        jw_ki64(&v->w, "refused", s->refused);
        jw_kstr(&v->w, "last_refused", s->refused ? s->last : NULL);
        jw_kstr(&v->w, "why", s->refused ? err_code(s->why) : NULL);
        jw_close(&v->w);
        buf_char(&v->out, '\n');
    } else {
        buf_printf(&v->out,
                   v->c->lang == LANG_EN ? "%lld dossiers, %lld moved, %lld refused\n"
                                         : "%lld hồ sơ, %lld đã chuyển, %lld không chuyển được\n",
                   (long long)s->read, (long long)s->moved, (long long)s->refused);
        if (s->refused)
            buf_printf(&v->out, "%s: %s\n", s->last, err_title(s->why, v->c->lang));
    }
    return running_verb_flush(v) && s->refused == 0 ? CLI_FINE : CLI_REFUSED;
}

/* May be broken off and begun again: what was moved is not found again. */
static int apply(struct running_verb *v)
{
    struct each_sum sum = {.read = 0};
    struct page_read page = {0, 0};
    int tries = 0, code = running_verb_two(v);

    if (code != CLI_FINE)
        return code;
    if (!v->value[RV_DOCUMENT])
        return cli_misuse(v->c, v->verb, "cần --document (quyết định, nghị quyết)",
                          "wants --document (the decision)");
    if (!running_verb_open(v))
        return CLI_REFUSED;
    code = running_verb_persons(v);
    while (code == CLI_FINE) {
        enum err e = running_succeed(v->r, &v->by, 0, page.next, PAGE, &sum, &page);

        if (e == ERR_STALE_CONFIG && ++tries < TRIES_MAX && running_verb_again(v))
            continue;
        if (e != ERR_OK)
            return running_verb_failed(v, e);
        if (!page.next)
            return tell_sum(v, &sum);
    }
    return code;
}

int succession_verb(struct cli *c, const struct cli_verb *verb, int argc, char **argv)
{
    struct running_verb v = {.c = c, .verb = verb};
    int code = running_verb_words(&v, argc, argv);

    if (code == CLI_FINE && !v.value[RV_PLAN] == !v.value[RV_APPLY])
        code = cli_misuse(c, verb, "cần một trong hai: --plan hoặc --apply",
                          "one of --plan and --apply is wanted");
    if (code == CLI_FINE)
        code = v.value[RV_PLAN] ? plan(&v) : apply(&v);
    running_verb_close(&v);
    return code;
}
