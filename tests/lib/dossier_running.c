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

const char *text_swapped(struct arena *a, const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);

    assert_non_null(at);
    return arena_printf(a, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
}
