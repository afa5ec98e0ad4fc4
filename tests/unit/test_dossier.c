/* The straight way of a dossier, and what each command refuses on it: read as the specification.
 * Owned by the test program; one thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "common/access/access.h"
#include "common/dossier/payload.h"
#include "tests/lib/dossier_world.h"

#define REC   101
#define REC2  102
#define SPEC  111
#define SPEC2 112
#define LEAD  113
#define CLERK 114
#define HEAD  115

static struct world *world(const char *procedure)
{
    struct world *w = world_new(procedure);

    world_officer(w, REC, W_TT, ROLE_BIT(ROLE_RECEIVER) | ROLE_BIT(ROLE_RETURNER));
    world_officer(w, REC2, W_TT, ROLE_BIT(ROLE_RECEIVER));
    world_officer(w, SPEC, W_STC, ROLE_BIT(ROLE_SPECIALIST));
    world_officer(w, SPEC2, W_STC, ROLE_BIT(ROLE_SPECIALIST));
    world_officer(w, LEAD, W_STC, ROLE_BIT(ROLE_LEADER));
    world_officer(w, CLERK, W_STC, ROLE_BIT(ROLE_CLERK));
    world_officer(w, HEAD, W_STC, ROLE_BIT(ROLE_DIVISION_HEAD));
    world_by(w, REC);
    return w;
}

static bool take_in(struct world *w)
{
    struct intake in = world_intake(w);

    return world_do(w, &(struct command){.kind = CMD_TAKE_IN, .intake = &in});
}

#define FILE_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static void straight_way_to_the_result(void **state)
{
    struct world *w = world(NULL);

    (void)state;
    world_at(w, "2026-03-02T08:00");
    assert_true(take_in(w));
    assert_string_equal(w->s->code, "H24.11-260302-0001");
    assert_int_equal(w->s->status, DS_ACCEPTED);
    assert_int_equal(w->s->original_due, world_instant("2026-03-16T17:00"));
    assert_int_equal(w->s->task[0].officer, REC);
    assert_int_equal(w->s->task[0].due, world_instant("2026-03-02T13:30"));
    world_at(w, "2026-03-02T09:00");
    assert_true(world_act(w, "forward"));
    assert_int_equal(w->s->status, DS_PROCESSING);
    assert_int_equal(w->s->task[0].officer, SPEC);
    world_by(w, SPEC);
    assert_int_equal(TRY(w, .kind = CMD_DRAFT, .text = "x"), ERR_R_NEEDS_RECEIPT);
    assert_true(DO(w, .kind = CMD_RECEIVE));
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "forward"), ERR_R_NEEDS_DRAFT);
    assert_true(DO(w, .kind = CMD_DRAFT, .text = "Đồng ý mua sắm"));
    world_at(w, "2026-03-05T10:00");
    assert_true(world_act(w, "forward"));
    world_by(w, LEAD);
    assert_true(world_act(w, "approve"));
    assert_int_equal(w->s->status, DS_APPROVED);
    world_by(w, CLERK);
    assert_int_equal(TRY(w, .kind = CMD_ACT, .action = "release"), ERR_R_NEEDS_RESULT);
    assert_true(DO(w, .kind = CMD_ACT, .action = "number", .signer = "Giám đốc", .file = FILE_A,
                   .date = civil_day((struct civil){2026, 3, 5})));
    assert_string_equal(w->s->result.number, "1");
    world_at(w, "2026-03-13T16:00");
    assert_true(world_act(w, "release"));
    assert_int_equal(w->s->status, DS_RELEASED);
    assert_int_equal(w->s->finished, w->c.now);
    assert_int_equal(dossier_class_at(w->s, DUE_BASIS, w->c.now), CLASS_EARLY);
    world_by(w, REC);
    assert_true(DO(w, .kind = CMD_RECEIVE));
    world_at(w, "2026-03-20T08:00");
    assert_true(DO(w, .kind = CMD_ACT, .action = "hand_over", .to_whom = "owner"));
    assert_int_equal(w->s->status, DS_RETURNED);
    assert_int_equal(w->s->tasks, 0);
    assert_int_equal(dossier_class_at(w->s, DUE_BASIS, w->c.now), CLASS_EARLY);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(straight_way_to_the_result),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
