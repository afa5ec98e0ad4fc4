/* Desks for the tests of work on a dossier.  The caller owns the world.  One thread. */
#include "tests/lib/dossier_desk.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "common/access/access.h"

dayno desk_today(struct world *w)
{
    return lminute_day(lminute_of(w->c.now));
}

struct world *desk_world(const char *name)
{
    struct world *w = world_new(world_procedure(name));

    world_officer(w, REC, W_TT, ROLE_BIT(ROLE_RECEIVER) | ROLE_BIT(ROLE_RETURNER));
    world_officer(w, REC2, W_TT, ROLE_BIT(ROLE_RECEIVER) | ROLE_BIT(ROLE_RETURNER));
    world_officer(w, SPEC, W_STC, ROLE_BIT(ROLE_SPECIALIST));
    world_officer(w, SPEC2, W_STC, ROLE_BIT(ROLE_SPECIALIST));
    world_officer(w, SPEC3, W_STC, ROLE_BIT(ROLE_SPECIALIST));
    world_officer(w, LEAD, W_STC, ROLE_BIT(ROLE_LEADER));
    world_officer(w, LEAD2, W_STC, ROLE_BIT(ROLE_LEADER));
    world_officer(w, CLERK, W_STC, ROLE_BIT(ROLE_CLERK));
    world_officer(w, HEAD, W_STC, ROLE_BIT(ROLE_DIVISION_HEAD));
    world_officer(w, DIV, W_STC_DIV, ROLE_BIT(ROLE_CLERK));
    world_officer(w, BOSS, W_HP, ~0u >> 1);
    world_officer(w, AUDIT, W_STC, ROLE_BIT(ROLE_AUDITOR));
    return w;
}

struct world_officer *desk_officer(struct world *w, int64_t user)
{
    size_t i;

    for (i = 0; i < w->officers && w->officer[i].load.user != user; i++)
        ;
    return &w->officer[i];
}

void desk_take_in(struct world *w, int64_t id)
{
    struct intake in;

    world_reset(w, id);
    in = world_intake(w);
    world_by(w, REC);
    assert_true(DO(w, .kind = CMD_TAKE_IN, .intake = &in));
}

/* To the desk of the specialist, received. */
void desk_to_appraise(struct world *w, int64_t id)
{
    desk_take_in(w, id);
    assert_true(world_act(w, "forward"));
    world_by(w, w->s->task[0].officer);
    assert_true(DO(w, .kind = CMD_RECEIVE));
}

void desk_to_approve(struct world *w, int64_t id)
{
    desk_to_appraise(w, id);
    assert_true(DO(w, .kind = CMD_DRAFT, .text = "Đồng ý"));
    assert_true(world_act(w, "forward"));
}

void desk_to_issue(struct world *w, int64_t id)
{
    desk_to_approve(w, id);
    world_by(w, LEAD);
    assert_true(world_act(w, "approve"));
    world_by(w, CLERK);
}

bool desk_number(struct world *w, const char *n)
{
    return DO(w, .kind = CMD_ACT, .action = "number", .number = n, .signer = "Giám đốc",
              .file = FILE_A, .date = desk_today(w));
}

void desk_to_hand(struct world *w, int64_t id)
{
    desk_to_issue(w, id);
    assert_true(desk_number(w, NULL));
    assert_true(world_act(w, "release"));
    world_by(w, REC);
    assert_true(DO(w, .kind = CMD_RECEIVE));
}
