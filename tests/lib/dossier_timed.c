/* A desk whose procedure has timers.  Worlds belong to the caller.  One thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "common/access/access.h"
#include "common/dossier/payload.h"
#include "common/dossier/timers.h"
#include "tests/lib/dossier_running.h"
#include "tests/lib/dossier_timed.h"

struct world *timed_world_with(const char *timers, const char *more)
{
    struct arena *a = arena_new(1 << 20);
    const char *with = text_swapped(a, world_procedure("finance"), "assign: least_loaded,", timers);
    struct world *w = world_new(text_swapped(a, with, "reasons:\n", more));

    arena_free(a);
    world_officer(w, REC, W_TT, ROLE_BIT(ROLE_RECEIVER) | ROLE_BIT(ROLE_RETURNER));
    world_officer(w, REC2, W_TT, ROLE_BIT(ROLE_ONESTOP_HEAD));
    world_officer(w, SPEC, W_STC, ROLE_BIT(ROLE_SPECIALIST));
    world_officer(w, LEAD, W_STC, ROLE_BIT(ROLE_LEADER));
    world_officer(w, CLERK, W_SXD, ROLE_BIT(ROLE_SPECIALIST));
    return w;
}

struct world *timed_world(const char *timers)
{
    return timed_world_with(timers, BUSY);
}

void timed_take_in(struct world *w, const char *at)
{
    struct intake in;

    world_reset(w, 1);
    world_at(w, at);
    in = world_intake(w);
    world_by(w, REC);
    assert_true(DO(w, .kind = CMD_TAKE_IN, .intake = &in));
}

void timed_to_appraise(struct world *w, const char *at)
{
    world_at(w, at);
    world_by(w, REC);
    assert_true(world_act(w, "forward"));
    world_by(w, SPEC);
    assert_true(DO(w, .kind = CMD_RECEIVE));
}

bool timed_fire(struct world *w, const char *at)
{
    world_at(w, at);
    world_by(w, 0);
    return DO(w, .kind = CMD_FIRE);
}

instant timed_rung_at(struct world *w, const char *word)
{
    struct due_rung *r;
    size_t n = dossier_timers(w->s, &w->c, &r), i;

    for (i = 0; i < n; i++)
        if (strcmp(rung_word(r[i].rung.clock, r[i].rung.rung), word) == 0)
            return r[i].at;
    return INSTANT_NONE;
}

void timed_at_rung(struct world *w, const char *word, const char *local)
{
    instant at = timed_rung_at(w, word);
    char got[40] = "none";

    if (at != INSTANT_NONE)
        instant_rfc3339(at, got);
    if (strncmp(got, local, strlen(local)) != 0)
        fail_msg("%s: expected %s, got %s", word, local, got);
}

const char *timed_fired(struct world *w)
{
    static char text[1000];
    size_t n = 0, i;

    text[0] = '\0';
    for (i = 0; i < w->d.events; i++) {
        const struct event *e = &w->d.event[i];
        struct payload pl;

        if (e->kind != EV_REMINDED)
            continue;
        assert_true(payload_read(w->a, e->kind, e->payload, &pl));
        n += (size_t)snprintf(text + n, sizeof text - n, "%s%s%s%s%s%s", n ? " " : "",
                              rung_word((enum clock_kind)pl.kind, pl.rung), pl.does ? ">" : "",
                              pl.does ? pl.does : "", pl.why_not ? "!" : "",
                              pl.why_not ? pl.why_not : "");
        assert_true(n < sizeof text);
    }
    return text;
}

int64_t timed_late_of(struct world *w, size_t event)
{
    struct payload pl;

    assert_true(payload_read(w->a, w->d.event[event].kind, w->d.event[event].payload, &pl));
    return pl.late_minutes;
}
