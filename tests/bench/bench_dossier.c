/* CPU of one act in the daemon, without database and network: read the state, decide, make the
 * change. Prints nanoseconds a piece.  One thread. */
#include <stdio.h>
#include <time.h>

#include "common/access/access.h"
#include "common/dossier/timers.h"
#include "tests/lib/dossier_world.c"

#define ROUNDS 100000

static int64_t now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void say(const char *what, int64_t from, size_t rounds)
{
    printf("%-28s %6lld ns\n", what, (long long)((now_ns() - from) / (int64_t)rounds));
}

/* A dossier in its fourth step, with a draft and an approval behind it. */
static struct world *halfway(void)
{
    struct world *w = world_new(NULL);
    struct intake in = world_intake(w);

    world_officer(w, 1, W_TT, ROLE_BIT(ROLE_RECEIVER));
    world_officer(w, 2, W_STC, ROLE_BIT(ROLE_SPECIALIST));
    world_officer(w, 3, W_STC, ROLE_BIT(ROLE_LEADER));
    world_officer(w, 4, W_STC, ROLE_BIT(ROLE_CLERK));
    world_by(w, 1);
    must(world_do(w, &(struct command){.kind = CMD_TAKE_IN, .intake = &in}), "take in");
    must(world_act(w, "forward"), "forward");
    world_by(w, 2);
    must(world_do(w, &(struct command){.kind = CMD_CLAIM}), "claim");
    must(world_do(w, &(struct command){.kind = CMD_DRAFT, .text = "Đủ điều kiện"}), "draft");
    return w;
}

static void measure(struct world *w, struct arena *a, const char *name, const struct command *cmd)
{
    struct context c = w->c;
    struct dossier *s = w->s;
    struct decision d;
    struct change ch;
    char what[64];
    int64_t from = now_ns();
    size_t i;

    c.arena = a;
    for (i = 0; i < ROUNDS; i++) {
        arena_reset(a);
        dossier_decide(s, 9, cmd, &c, &d);
    }
    must(d.ok, "decided");
    (void)snprintf(what, sizeof what, "%s: decide (%zu events)", name, d.events);
    say(what, from, ROUNDS);
    from = now_ns();
    for (i = 0; i < ROUNDS; i++)
        dossier_change(a, s, &d, &ch),
            (i % 64 == 63 ? (void)arena_reset(a), dossier_decide(s, 9, cmd, &c, &d) : (void)0);
    (void)snprintf(what, sizeof what, "%s: change (%zu B)", name, ch.state_len);
    say(what, from, ROUNDS);
}

int main(void)
{
    struct world *w = halfway();
    struct arena *a = arena_new((size_t)1 << 30);
    struct intake in = world_intake(w);
    struct buf b;
    int64_t from;
    size_t i;

    buf_init(&b, 1 << 20);
    dossier_to_json(w->s, &b);
    printf("%.*s\n%zu bytes\n", (int)b.n, b.p, b.n);
    from = now_ns();
    for (i = 0; i < ROUNDS; i++) {
        buf_clear(&b);
        dossier_to_json(w->s, &b);
    }
    say("state to JSON", from, ROUNDS);
    from = now_ns();
    for (i = 0; i < ROUNDS; i++) {
        arena_reset(a);
        must(dossier_of_json(a, (struct span){b.p, b.n}) != NULL, "read");
    }
    say("state of JSON", from, ROUNDS);
    w->c.arena = a;
    from = now_ns();
    for (i = 0; i < ROUNDS; i++) {
        arena_reset(a);
        (void)dossier_next_timer(w->s, &w->c);
    }
    say("next timer", from, ROUNDS);
    measure(w, a, "hand on", &(struct command){.kind = CMD_ACT, .action = "forward"});
    w->s = NULL;
    world_by(w, 1);
    measure(w, a, "accept", &(struct command){.kind = CMD_TAKE_IN, .intake = &in});
    buf_free(&b);
    arena_free(a);
    world_free(w);
    return 0;
}
