/* Indices (bộ chỉ số): agencies scored by components that are figures of common/figures, marks of
 * dossiers or values that people entered with a document; read from config/indices/, dated and
 * sourced.  Immutable; live in their arena.  Pure; any thread. */
#ifndef COMMON_FIGURES_INDEX_H
#define COMMON_FIGURES_INDEX_H

#include "common/base/buf.h"
#include "common/base/diag.h"
#include "common/base/digest.h"
#include "common/figures/figures.h"
#include "common/time/civil.h"

#define INDEX_POINT          1000 /* points are told in thousandths */
#define INDEX_COMPONENTS_MAX 64
#define INDEX_GRADES_MAX     5
#define INDICES_MAX          64

enum index_measure {
    MEASURE_SHARE,   /* figures over figures, times the maximum */
    MEASURE_AVERAGE, /* points of each class of cases, averaged */
    MEASURE_RUNGS,   /* so many points from such a share on */
    MEASURE_MARKS,   /* 2, 1 or 0 of each dossier, averaged (Circular 01/2018, article 13) */
    MEASURE_ENTERED, /* told by people, with a document */
};
/* Marks that a dossier gets (Circular 01/2018, article 13, indicators 2 to 4). */
enum index_mark { MARK_AGENCY_TIME, MARK_CONTACTS, MARK_AGENCIES, MARKS };
extern const char *const INDEX_MEASURE_WORDS[], *const INDEX_MARK_WORDS[]; /* NULL-terminated */

struct index_step { /* average: points for each of these; rungs: points from this share on */
    int64_t points;
    int at; /* percent */
    figure_set of;
};
struct index_component {
    const char *component;
    struct text2 title;
    int64_t max;
    enum index_measure measure;
    figure_set n, of;
    struct index_step *step;
    size_t steps;
    figure_set unless; /* rungs: one of these and there are none */
    int mark;
    int full_at;     /* percent from which on it is full */
    int zero_below;  /* percent below which it is nothing */
    int64_t minimum; /* cases below which it is not measured */
    const char *source, *grade;
    size_t group;
};
struct index_group {
    const char *group;
    struct text2 title;
    int64_t max;
};
struct index_band {
    const char *band;
    struct text2 title;
    int64_t from;
};
struct index {
    const char *index;
    struct text2 title;
    dayno valid_from, valid_to; /* both included */
    const char *basis, *source, *grade;
    int64_t max;
    bool measured;  /* scored by what could be measured, scaled up to the maximum */
    int least;      /* percent of the maximum that must be measured to be ranked */
    unsigned among; /* bit per agency_type that is scored; what lies under one counts with it */
    struct index_band *band; /* the best first */
    size_t bands;
    struct index_group *group;
    size_t groups;
    struct index_component component[INDEX_COMPONENTS_MAX];
    size_t components;
    uint32_t topics; /* bit per topic whose figures it looks at */
    bool marks;
    int64_t unit; /* points of a component are rounded half up to these, thousandths */
    /* How officers are scored, by some of the components; NULL: they are not. */
    const struct index *officers;
    uint8_t hash[SHA256_BYTES]; /* of the text, whatever day it ends on and without remarks */
    int64_t fewest;             /* of officers: no band is told below so many dossiers */
};
/* Of its text without the day it ends on and remarks: what is ended, or explained better, still
 * scores as it did. */
void index_hash(struct span text, uint8_t ret[SHA256_BYTES]);
/* NULL on errors.  Codes X0xx: config/indices/README.md. */
struct index *index_compile(struct arena *a, struct span text, struct diags *d);

struct indices {
    const struct index *item[INDICES_MAX];
    size_t n;
};
/* In force on that day; NULL: none of this name. */
const struct index *index_on(const struct indices *all, struct span name, dayno d);

/* ---------------------------------------------------------------- scoring */

struct index_entered { /* n of `of`, with the document; of 0: nothing entered */
    int64_t n, of;
    const char *document;
};
struct index_input {
    struct figure_row row;
    int64_t mark[MARKS][3]; /* cases with 0, 1, 2 points */
    struct index_entered entered[INDEX_COMPONENTS_MAX];
};
struct index_points {
    int64_t n, of, points;
    bool measured;
};
struct index_score {
    struct index_points component[INDEX_COMPONENTS_MAX];
    int64_t points, measured; /* reached, and the maximum of what was measured */
    int64_t score;            /* by which it is ranked and banded; -1: too little was measured */
    int band;                 /* -1: none */
};
void index_score(const struct index *x, const struct index_input *in, struct index_score *ret);

/* What was counted of an officer, and her band by x->officers: only one that no indicator that was
 * not measured could change, and of no few dossiers; -1: none is told. */
struct index_officer {
    int64_t dossiers;    /* she processed */
    int64_t resolved[3]; /* of those: early, on time, late (enum dossier_class) */
    int64_t mark[MARKS][3];
    struct index_entered entered[INDEX_COMPONENTS_MAX]; /* by x->officers' components */
};
int index_score_officer(const struct index *officers, const struct index_officer *o,
                        struct index_score *ret);
/* Is it made of nothing else? */
bool index_told_of_officers(const struct index_component *c);
/* The figures that it looks at. */
figure_set index_figures(const struct index_component *c);

/* "(A + B) / C × 20; đủ điểm từ 80 %" */
void index_formula(const struct index_component *c, enum lang lang, struct buf *out);

#endif
