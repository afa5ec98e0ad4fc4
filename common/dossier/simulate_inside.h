/* What the files of the simulator share.  Everything lives in the arena of the simulation.
 * Any thread. */
#ifndef COMMON_DOSSIER_SIMULATE_INSIDE_H
#define COMMON_DOSSIER_SIMULATE_INSIDE_H

#include "common/base/yaml.h"
#include "common/dossier/inside.h"
#include "common/dossier/simulate.h"

#define SIM_PEOPLE_MAX    2000
#define SIM_STEPS_MAX     1000
#define SIM_CALENDARS_MAX 10
#define SIM_COUNTERS_MAX  50

struct sim_absence {
    dayno from, to;
};

struct sim_person {
    const char *login;
    int agency; /* index */
    unsigned roles;
    struct sim_absence *absent;
    size_t absents;
    instant last_assigned;
    uint8_t identity[SHA256_BYTES];
};

struct sim_who { /* `by`, read */
    const char *text;
    int person; /* index, or -1: by role */
    bool system;
    enum role role;
    int agency; /* index, or -1: where the task is */
};

struct sim_step {
    struct mark at;
    instant when;
    struct sim_who who;
    bool has_who, has_do;
    const char *what; /* as written */
    struct command cmd;
    struct intake intake;
    struct ask ask;
    enum request_kind about; /* ANSWER, CANCEL: the last request of this kind that is not over */
    const char *branch;      /* ANSWER: of a split */
    const char *owner;       /* login */
    const char *officer;     /* login */
    bool all_components;     /* tick what is required */
    const struct yaml_node *expect;
};

struct sim_fired { /* a rung that came by itself */
    instant at;
    const char *word, *does, *why_not;
    struct text2 title;
};

struct sim {
    struct arena *a;
    struct diags *d;
    const char *file;
    simulate_source *source;
    void *ctx;
    enum lang lang;
    struct text2 title;
    const struct organisation *org;
    struct regimes regimes;
    const struct calendar *calendar[SIM_CALENDARS_MAX];
    size_t calendars;
    const struct procedure *p;
    struct sim_person *person;
    size_t persons, person_cap;
    struct sim_step *step;
    size_t steps, step_cap;
    /* playing */
    struct context c;
    struct officer_load *found;
    struct dossier *s;
    struct decision decision;
    struct sim_fired *fired; /* since the step before */
    size_t fireds, fired_cap;
    struct {
        const char *name;
        int64_t last;
    } counter[SIM_COUNTERS_MAX];
    size_t counters;
};

/* Reads the scenario and the files it names; mistakes of a named file are printed into out at once.
 * False when anything is wrong. */
bool sim_read(struct sim *m, struct span text, struct buf *out);
bool sim_read_steps(struct sim *m, const struct yaml_node *top);
/* What is asked and answered (simulate_request.c): the keys of `with`, and reading them. */
const char *const *sim_ask_keys(enum command_kind k); /* NULL: not such a command */
void sim_read_ask(struct sim *m, struct sim_step *st, const struct yaml_node *with);
/* The task that the step of the scenario is about; NULL: none. */
const struct task *sim_task(const struct sim *m, const struct sim_step *st);
/* Numbers of requests and side tasks, known only now. */
void sim_aim(struct sim *m, struct sim_step *st);
const struct request *sim_request(const struct sim *m, enum request_kind k, bool pending);
/* Shared readers (simulate_data.c). */
const char **sim_read_words(struct sim *m, const struct yaml_node *with, const char *key,
                            size_t *ret_n);
void sim_read_agency(struct sim *m, const struct yaml_node *with, const char *key, int *ret);
bool sim_read_day(struct sim *m, const struct yaml_node *with, const char *key, dayno *ret);
void sim_read_components(struct sim *m, const struct yaml_node *with, const struct check_off **ret,
                         size_t *ret_n, bool *ret_all);
bool sim_read_data(struct sim *m, struct sim_step *st, const struct yaml_node *with);
bool sim_check_expect(struct sim *m, const struct yaml_node *expect);
void sim_wrong(struct sim *m, const struct yaml_node *at, const char *code, struct text2 text,
               const char *word, const char *const *words, size_t n);
int sim_person_of(const struct sim *m, const char *login);

/* Does one step; false when refused (decision holds why). */
bool sim_play(struct sim *m, struct sim_step *st);
/* The actor of a step for questions about what she may do. */
void sim_be(struct sim *m, const struct sim_step *st);

/* One difference: what was expected and what there is. */
struct sim_difference {
    const char *key, *expected, *got;
    struct mark at;
};
/* All differences of the step; accepted: the command was not refused. */
size_t sim_compare(struct sim *m, const struct sim_step *st, bool accepted,
                   struct sim_difference **ret);

#endif
