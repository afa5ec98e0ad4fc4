/* A desk whose rules change while dossiers run.  Worlds belong to the caller.  One thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "common/access/access.h"
#include "tests/lib/dossier_running.h"

struct world *running_world(void)
{
    struct world *w = desk_world("finance");

    world_officer(w, ADMIN, W_HP, ROLE_BIT(ROLE_BUSINESS_ADMIN));
    world_officer(w, ADMIN2, W_HP, ROLE_BIT(ROLE_BUSINESS_ADMIN));
    world_officer(w, ONE, W_TT, ROLE_BIT(ROLE_ONESTOP_HEAD));
    world_at(w, "2026-03-02T08:00");
    return w;
}

const struct clock *running_clock(const struct dossier *s, enum clock_kind k)
{
    size_t i;

    for (i = s->clocks; i-- > 0;)
        if (s->clock[i].kind == k && s->clock[i].state == CLOCK_RUNNING)
            return &s->clock[i];
    return NULL;
}

void running_suspend(struct world *w)
{
    static const struct ask ask = {
        .kind = REQ_SUSPENSION, .exception = "Luật X Điều 1", .document = "QĐ 1"};

    world_by(w, LEAD);
    assert_true(DO(w, .kind = CMD_ASK, .ask = &ask));
}

void running_resume(struct world *w)
{
    static const struct ask ask = {.outcome = "end", .document = "QĐ 2"};

    world_by(w, LEAD);
    assert_true(DO(w, .kind = CMD_ANSWER, .ask = &ask, .task = w->s->request[0].task));
}

const struct procedure *running_second(struct world *w, const char *text, const char *const *change)
{
    struct procedure_env env = {.org = NULL};
    const struct procedure *p;
    struct diags d;
    struct buf b;

    text = text_swapped(w->base, text, "version: 1", "version: 2");
    for (; *change; change += 2)
        text = text_swapped(w->base, text, change[0], change[1]);
    diags_init(&d, w->base);
    p = procedure_compile(w->base, span_of(text), &env, &d);
    buf_init(&b, 1 << 20);
    diags_print(&d, "v2", span_of(text), LANG_EN, &b);
    if (!p)
        print_message("%s\n", buf_cstr(&b));
    buf_free(&b);
    assert_non_null(p);
    return p;
}

bool running_moved_to(struct world *w, const struct procedure *to, const struct step_map *map,
                      size_t n, bool promise)
{
    static const struct ask order = {.document = "QĐ 900/QĐ-UBND"};

    world_by(w, ADMIN);
    w->c.target = to;
    return DO(w, .kind = CMD_MIGRATE, .ask = &order, .approver = ADMIN2, .map = map, .maps = n,
              .promise = promise);
}

const char *text_swapped(struct arena *a, const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);

    assert_non_null(at);
    return arena_printf(a, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
}
