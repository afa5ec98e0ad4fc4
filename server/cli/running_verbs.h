/* Verbs that change rules under running dossiers: calendar preview, calendar apply, procedure move.
 * Each owns its connection for the run.  Main thread. */
#ifndef SERVER_CLI_RUNNING_VERBS_H
#define SERVER_CLI_RUNNING_VERBS_H

#include "server/cli/settings.h"
#include "server/store/running.h"

int calendar_preview_verb(struct cli *c, const struct cli_verb *verb, int argc, char **argv);
int calendar_apply_verb(struct cli *c, const struct cli_verb *verb, int argc, char **argv);
/* organisation succeed (succession_verb.c) */
int succession_verb(struct cli *c, const struct cli_verb *verb, int argc, char **argv);
int procedure_move_verb(struct cli *c, const struct cli_verb *verb, int argc, char **argv);

/* ---- what the three share */

enum {
    RV_AUTHOR = SETTINGS_OPTIONS_N,
    RV_APPROVER,
    RV_DOCUMENT,
    RV_NOTE,
    RV_FROM,
    RV_TO,
    RV_MAP,
    RV_PROMISE, /* flags from here on */
    RV_PLAN,
    RV_APPLY,
    RV_COUNT
};
#define RV_MAPS_MAX 64

struct running_verb {
    struct cli *c;
    const struct cli_verb *verb;
    struct arena *a;
    struct settings settings;
    const char *value[RV_COUNT]; /* flags: "" when given */
    struct step_map map[RV_MAPS_MAX];
    size_t maps;
    const char *operand; /* NULL: none */
    struct config *cfg;
    struct running *r;
    struct run_by by;
    struct buf out;
    struct jw w;
};

/* Reads the words; an exit code. */
int running_verb_words(struct running_verb *v, int argc, char **argv);
/* Configuration and connection; false with the reason printed. */
bool running_verb_open(struct running_verb *v);
/* --author and --approver are there and differ; an exit code. */
int running_verb_two(struct running_verb *v);
/* Closes the run and begins it with the newest configuration; false when that cannot be had. */
bool running_verb_again(struct running_verb *v);
/* The two persons by their logins; an exit code. */
int running_verb_persons(struct running_verb *v);
void running_verb_close(struct running_verb *v);
int running_verb_failed(struct running_verb *v, enum err e);
/* What was written so far, to the output; false when it cannot be written. */
bool running_verb_flush(struct running_verb *v);
/* "2026-03-16 17:00", "-" for none; buffers in turn, good for one printf. */
const char *running_when(instant t);

#endif
