/* A small world for tests of dossiers: an organisation, calendars, rules, procedures, people, a
 * clock, and one dossier that is played by commands.  After every command it proves what must
 * always hold: the fold of the history is the state, the state survives its JSON, refusals change
 * nothing. Owned by the test; one thread. */
#ifndef TESTS_LIB_DOSSIER_WORLD_H
#define TESTS_LIB_DOSSIER_WORLD_H

#include "common/dossier/dossier.h"
#include "common/dossier/regime.h"

#define WORLD_OFFICERS 40
#define WORLD_COUNTERS 2000

/* Agency ids of the world's organisation. */
enum {
    W_HP = 1,
    W_VPUB = 2,
    W_TT = 10,    /* city one-stop centre */
    W_TT_XA = 20, /* one-stop centre of a commune */
    W_STC = 11,
    W_STC_DIV = 12, /* a division under STC */
    W_XA = 30,      /* commune An */
    W_XB = 31,      /* commune Binh, an island */
    W_OLD = 90,     /* ended 30/06/2025, succeeded by STC */
    W_SXD = 13,     /* another department */
    W_CT = 40,      /* city tax */
    W_CA = 41,      /* city police, with the police of An and of Binh under it */
    W_XA_CA = 42,
    W_XB_CA = 43,
};

struct world_officer {
    struct officer_load load;
    int agency;
    unsigned roles;
};

struct world {
    struct arena *base; /* configuration */
    struct arena *a;    /* the dossier that is played; emptied by world_reset */
    struct organisation *org;
    struct regimes regimes;
    struct calendar *office, *cutoff;
    struct procedure *p;
    struct world_officer officer[WORLD_OFFICERS];
    size_t officers;
    struct officer_load found[WORLD_OFFICERS];
    struct {
        char name[100];
        int64_t last;
    } counter[WORLD_COUNTERS];
    size_t counters;
    struct context c;
    struct delegation delegation; /* of world_for */
    struct dossier *s;
    struct event *event;
    size_t events, event_cap;
    struct past past[PAST_MAX]; /* what undoing may look at */
    size_t pasts;
    struct decision d; /* the last */
    struct change change;
    int64_t id;
};

/* Texts: NULL gives the world's own. */
struct world *world_new(const char *procedure);
void world_free(struct world *w);
void world_reset(struct world *w, int64_t id); /* another dossier, the counters go on */
const char *world_procedure(const char *name); /* "finance", "trivial", … */

/* The clock: local time. */
void world_at(struct world *w, const char *local);
instant world_instant(const char *local);
/* Who acts: ids are given by login ("lan"); 0 is the system. */
void world_by(struct world *w, int64_t user);
/* Who acts, for somebody else: by a delegation of everything at the other's agency. */
void world_for(struct world *w, int64_t user, int64_t on_behalf_of);
/* Invented officers. */
void world_officer(struct world *w, int64_t user, int agency, unsigned roles);

/* Does it; true when accepted.  Checks everything that must always hold. */
bool world_do(struct world *w, const struct command *cmd);
/* Does it and answers the first refusal's error, ERR_OK when accepted. */
enum err world_try(struct world *w, const struct command *cmd);
bool world_act(struct world *w, const char *action);
bool refused_with(const struct world *w, enum err e, const char *pointer);

/* A good intake at unit W_TT with everything ticked; to be changed by the test. */
struct intake world_intake(struct world *w);
const char *world_json(struct world *w, const struct dossier *s);
/* The reasons of the clocks of a kind hold these words; else they are printed. */
bool world_explained(struct world *w, enum clock_kind kind, enum lang lang, const char *wanted);

/* One command of the acting officer: expected to succeed, expected to be refused. */
#define DO(w, ...)  world_do(w, &(struct command){__VA_ARGS__})
#define TRY(w, ...) world_try(w, &(struct command){__VA_ARGS__})

#endif
