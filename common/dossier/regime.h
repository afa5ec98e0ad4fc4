/* Rules in force by the moment of receipt (nghị định về một cửa): read from config/regimes/,
 * pinned on each dossier.  Decree 61/2018 until 30 June 2025, Decree 118/2025 since.
 * Immutable; lives in its arena. */
#ifndef COMMON_DOSSIER_REGIME_H
#define COMMON_DOSSIER_REGIME_H

#include "common/base/diag.h"
#include "common/time/worktime.h"

/* What an article of the decree is about. */
enum article {
    ARTICLE_RECEIPT,
    ARTICLE_ONLINE,
    ARTICLE_SUPPLEMENT,
    ARTICLE_CONSULT,
    ARTICLE_EXTENSION,
    ARTICLE_PAPER,
    ARTICLES
};

struct regime {
    const char *regime; /* "nd118-2025" */
    struct text2 name;
    dayno valid_from, valid_to;
    bool code_owner_competent; /* code bears the competent agency (118 art. 28), else the receiving
                                  (61 art. 26) */
    int supplement_max;        /* 1: once only */
    struct quantity supplement_within; /* 3 working_day_eod of receipt */
    bool supplement_restarts;
    int supplement_close_days; /* 15 calendar days without answer; 0: silent */
    int extension_max;
    int extension_days_before;                   /* 1 working day */
    struct quantity online_alert, online_answer; /* 2 hour, 8 hour */
    bool has_online;
    int transfer_cutoff; /* minutes: 900 */
    const char **basis;
    size_t bases;
    const char *article[ARTICLES]; /* NULL: not named, the first basis stands for it */
};

struct regimes {
    struct regime *item;
    size_t n;
};
/* Adds one file.  Codes G0xx; overlap with another regime is an error. */
bool regime_compile(struct arena *a, struct regimes *all, struct span text, struct diags *d);
const struct regime *regime_on(const struct regimes *all, dayno d); /* NULL: none in force */
/* The same rules from the same day: only words, and the day they end, may differ.  A name that is
 * pinned on dossiers must go on meaning what it meant. */
bool regime_same_rules(const struct regime *a, const struct regime *b);
const char *regime_article(const struct regime *r, enum article a); /* NULL: r is NULL */
const struct regime *regime_named(const struct regimes *all, const char *name);

#endif
