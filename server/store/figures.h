/* Figures of a period by any dimension, the dossiers behind each, and what officers hold: read from
 * facts and counted by common/figures.  Answers are JSON as in store.h.  The worker's thread. */
#ifndef SERVER_STORE_FIGURES_H
#define SERVER_STORE_FIGURES_H

#include "common/figures/figures.h"
#include "server/store/store.h"

enum figure_by {
    BY_TOTAL,
    /* numbers that the statements know */
    BY_AGENCY,
    BY_PROCEDURE,
    BY_OFFICER,
    BY_CHANNEL,
    BY_RECEIVING,
    BY_APPLICANT,
    BY_COMPETENT, /* of items; dossiers count with that agency anyway */
    /* added up here */
    BY_FIELD,
    BY_DAY,
    BY_WEEK,
    BY_MONTH,
    BY_QUARTER,
    BY_YEAR
};
extern const char *const FIGURE_BY_WORDS[];       /* by number, NULL-terminated */
extern const char *const FIGURE_AGENCIES_WORDS[]; /* historical, successor */
/* What a kind of applicant is called; vi NULL: there is no such kind. */
struct text2 figures_applicant(const char *key);
static inline bool figures_by_time(enum figure_by by)
{
    return by >= BY_DAY;
}

/* Lets what figures are counted from follow the acts, then puts what was closed since into the
 * cells that figures of long periods are counted from, in small commits, until nothing is left.
 * Answers are the same before and after, only slower before. */
void store_figures_settle(struct store *st);
/* Makes the marks of dossiers that have a result since (indices.h), in small commits. */
void store_marks_settle(struct store *st);

#define FIGURE_ROWS_MAX 400 /* periods of one answer */

/* Figures for [from, to) as the history tells them at as_of (INSTANT_NONE: at the end of the
 * period, or now when that is not over).  A dossier counts with the agency responsible at the end,
 * a first submission with the unit that decided it. */
struct figures_query {
    instant from, to, as_of;
    enum due_basis basis;
    enum figure_by by;
    bool successor; /* count with the agency that has taken over since */
    bool compare;   /* beside each row the one of the period before */
    /* what all must have */
    int agency;                    /* and what lies under it; 0: all the viewer may see */
    const char *field, *procedure; /* codes, or NULL */
    int channel;                   /* -1: any */
    int64_t officer;               /* -1: any; 0: nobody yet */
    int receiving;                 /* and what lies under it; 0: any */
    const char *applicant;         /* or NULL */
    int competent;                 /* and what lies under it; 0: any */
    /* only these figures and rates (by number) are told, and what nobody asks for is not looked
     * through; both 0: all of the topic */
    figure_set figures;
    uint64_t rates;
    /* the list behind a number */
    const char *key; /* of the row, or NULL: of the total */
    /* two dimensions: split again by this one; of a list, in which of its columns, or NULL: any */
    enum figure_by across;
    const char *across_key;
    enum figure_id figure;
    int64_t after_id;
    int limit;
    enum figure_topic topic; /* of the rows; a list takes that of its figure */
    int uncollected;         /* days after which a result lies long; 0: at once */
};
#define FIGURES_QUERY_ANY                                                                          \
    {                                                                                              \
        .as_of = INSTANT_NONE, .channel = -1, .officer = -1                                        \
    }

/* Are there more periods than FIGURE_ROWS_MAX?  Nobody may ask so: the last row would be of all
 * that is left. */
bool figures_too_long(const struct figures_query *q);
/* Adds the one of this name to those that are asked for.  Its topic; -1: there is none. */
int figures_ask(struct figures_query *q, struct span name);
/* The name of the only one that is asked for. */
const char *figures_asked_name(const struct figures_query *q);
/* Is this figure or rate told?  All of the topic are, unless some were asked for. */
bool figures_told(const struct figures_query *q, enum figure_id i);
bool rates_told(const struct figures_query *q, enum rate_id i);

/* {"from","to","as_of","basis","agencies","by","items":[row],"total":row,"next":null}; row: key,
 * title, one member a figure and a rate of the topic, "previous". */
void store_figures(struct store *st, const struct viewer *v, const struct figures_query *q,
                   store_json *done, void *owner);
/* Are these two dimensions, at most one of them periods? */
bool figures_crossable(enum figure_by by, enum figure_by across);
/* The one figure or rate of q->topic that q names by two such dimensions, q->by and q->across:
 * {"from" … "by","across","figure","adds_up","columns":[name],"items":[line],"total":line,
 * "next":null}; line: key, title, "value", "cells" (one a column).  ERR_LIMIT: too many. */
#define CROSS_COLUMNS_MAX 200
#define CROSS_CELLS_MAX   50000
void store_figures_cross(struct store *st, const struct viewer *v, const struct figures_query *q,
                         store_json *done, void *owner);
/* A page of the dossiers behind a number, by agency and time; limit at most FIGURES_LIST_MAX. */
#define FIGURES_LIST_MAX 10000
void store_figures_list(struct store *st, const struct viewer *v, const struct figures_query *q,
                        store_json *done, void *owner);

/* The items behind a number of another topic than the dossiers, by dossier. */
void store_figures_items(struct store *st, const struct viewer *v, const struct figures_query *q,
                         store_json *done, void *owner);

/* Forms II.06a and II.06b (Circular 01/2020): II.06a by level, field and procedure, II.06b by
 * agency within levels; columns as figures_form(). */
extern const char *const FORM_WORDS[]; /* members c1 to c11 of a line, NULL-terminated */
void store_figures_form(struct store *st, const struct viewer *v, const struct figures_query *q,
                        bool b, store_json *done, void *owner);

/* What one person can do in a day: "specialist=15", "minh.congsan=20"; a login wins, of roles the
 * one that can most.  -1: nothing is said. */
struct load_capacity {
    const char *const *item;
    size_t n;
};
int64_t load_capacity_of(const struct load_capacity *c, struct span login, int64_t roles);
/* The texts outlive the store: those of the configuration, again after a reload. */
void store_set_capacity(struct store *st, const char *const *item, size_t n);
/* What each officer of an agency (0: all) holds now, what falls due next, who is absent; with
 * nobody: officer null.  On the next working day: what must be done by its end (overdue, today,
 * that day), what she can do (nothing on leave), and the part of that in percent.
 * {"now","next_day","items":[…],"total":{…},"next":null} */
void store_figures_load(struct store *st, const struct viewer *v, int agency, enum lang lang,
                        store_json *done, void *owner);
/* Steps of dossiers resolved in the period against their norms, and where their working time went;
 * late_only: of those that came late; newest: a quick look at the newest 2,000.  "counted" of
 * "of": where the time of the others went is not kept yet. */
void store_figures_steps(struct store *st, const struct viewer *v, const struct figures_query *q,
                         bool late_only, bool newest, store_json *done, void *owner);
/* A page of the dossiers that came late, the newest first, each with its working time split over
 * steps (agency, officer, norm), applicant, excluded and other time; after: finish of the last row
 * before (INSTANT_NONE: from the newest), q->after_id its dossier. */
void store_figures_late(struct store *st, const struct viewer *v, const struct figures_query *q,
                        instant after, store_json *done, void *owner);
/* How long the newest dossiers of a procedure with a result since then took, in calendar days from
 * acceptance to result: {"n","median_days","p90_days"}, of none the first alone. */
#define USUAL_MOST 1000
void store_figures_usual(struct store *st, const char *procedure, instant since, store_json *done,
                         void *owner);
/* Why papers were asked for, attempts turned away, dossiers refused, dates put off: counts by
 * reason. */
void store_figures_reasons(struct store *st, const struct viewer *v, const struct figures_query *q,
                           store_json *done, void *owner);

#endif
