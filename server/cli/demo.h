/* Data of the demonstration: invented people and dossiers in every stage, made by the same acts as
 * real ones, at instants of the last months (the only place that sets the clock back).
 * Blocking; main thread of the verb.  Owns nothing beyond a call. */
#ifndef SERVER_CLI_DEMO_H
#define SERVER_CLI_DEMO_H

#include "server/cli/cli.h"
#include "server/core/config.h"
#include "server/store/store.h"

#define DEMO_PASSWORD "MotCua@HaiPhong26" /* of all invented accounts, and told to everybody */

struct demo_load {
    struct cli *c;
    const char *conninfo;  /* of role app */
    const char *files_dir; /* the store of files */
    const uint8_t *salt;   /* of identity numbers */
    int dossiers;
    uint64_t seed;
    bool (*stopped)(void *ctx); /* asked between acts; may be NULL */
    void *ctx;
};
struct demo_told {
    int dossiers, acts, refused;
    char code[64], secret[32]; /* one to try tracking with */
};
/* False when it was stopped or the store failed (the complaint is printed). */
bool demo_load(const struct demo_load *d, struct demo_told *ret);

/* ---- demo_people.c: seeded inventions; everything in the arena */
struct demo_random {
    uint64_t state;
};
uint64_t demo_next(struct demo_random *r);
int demo_below(struct demo_random *r, int n); /* 0..n-1 */
bool demo_chance(struct demo_random *r, int percent);
struct person_data demo_person(struct demo_random *r, struct arena *a);
struct person_data demo_firm(struct demo_random *r, struct arena *a);
struct person_data demo_office(struct demo_random *r, struct arena *a);
/* The form of the procedure, as values and as the JSON that is stored. */
struct value *demo_form(struct demo_random *r, struct arena *a, const struct procedure *p,
                        dayno today, const char **ret_json);
/* What is required and some of the rest, checked off, and the JSON that is stored. */
struct check_off *demo_checks(struct demo_random *r, struct arena *a, const struct procedure *p,
                              const struct facts *f, size_t *ret_n, const char **ret_json);

#endif
