/* What the files of the demonstration's data share.  Not for others. */
#ifndef SERVER_CLI_DEMO_INSIDE_H
#define SERVER_CLI_DEMO_INSIDE_H

#include "server/cli/demo.h"

struct known_person { /* an account, as the loader acts for it */
    const struct person *person;
    int agency; /* id */
    int64_t user;
};

struct stage { /* where the stories are played; one for all */
    const struct demo_load *load;
    struct arena *arena;
    struct worker *worker;
    struct db *db;
    struct store *store;
    struct snapshot *snap;
    const struct calendar *office;
    struct known_person *person;
    size_t persons;
    char result_file[2 * SHA256_BYTES + 1]; /* hash of an invented decision */
    instant now;                            /* of the real clock, at the start */
    instant timer;   /* when the next thing comes by itself; INSTANT_NONE: never */
    instant reached; /* by what has been played: nothing comes before it any more */
    struct demo_told told;
    char trouble[256]; /* the last refusal */
};

enum phase {
    PHASE_BEGIN,
    PHASE_SUBMITTED, /* online, waits for the counter */
    PHASE_RETURNED,  /* waits for what was asked for */
    PHASE_OPEN,
    PHASE_OVER
};

struct plot;   /* demo_plots.c: what happens beside the straight road */
struct story { /* one dossier's way */
    int number;
    const struct plot *plot; /* NULL: nothing special */
    int beat;
    struct demo_random rnd;
    const struct procedure *p;
    enum phase phase;
    enum channel channel;
    int receiving, competent; /* agency ids; 0: the procedure's */
    instant next;             /* when something happens again */
    struct arena *arena;      /* of the last act: holds state and code */
    const struct dossier *state;
    const char *code;
    int64_t seq;
    int serial;
    instant timer; /* when something comes to it by itself */
    int pace;      /* percent of a step's time that is used, about */
    bool returns, rejects, sent_back, refused, pays;
};

/* demo_play.c: one act of the story at story->next, then when the next one is.  False: the store
 * failed. */
bool story_play(struct stage *st, struct story *s);
/* What comes by itself at st->timer: warnings, escalations, timed acts. */
bool stage_fire(struct stage *st);
/* demo_steps.c: the next act of an open dossier, filled in; NULL actor when nobody can go on. */
struct demo_choice {
    const struct known_person *who;
    struct command cmd;
};
bool story_choose(struct stage *st, struct story *s, struct arena *a, struct demo_choice *ret);
/* When the open task will be looked at next. */
instant story_pace(struct stage *st, struct story *s);
/* t moved into office hours, a little after. */
instant story_office(struct stage *st, struct story *s, instant t);
const struct known_person *stage_person(const struct stage *st, int agency, enum role role,
                                        int which);
const struct known_person *stage_user(const struct stage *st, int64_t user); /* or NULL */

/* demo_plots.c */
enum plot_turn { PLOT_ORDINARY, PLOT_TURNS, PLOT_ENDS };
const struct plot *plot_of(int number); /* of the story with this number; NULL: none */
const char *plot_procedure(const struct plot *p);
int plot_days(const struct plot *p); /* working days ago that it begins */
/* What the plot wants now, filled in when it turns; hours until the next act. */
enum plot_turn plot_next(struct stage *st, struct story *s, struct arena *a,
                         struct demo_choice *ret, int *ret_hours);
bool plot_goes_on(const struct story *s);
/* The work of the dossier: a step or its first branch; what is owed beside it is not. */
const struct task *story_work(const struct story *s);

#endif
