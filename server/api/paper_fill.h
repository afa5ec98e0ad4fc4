/* Filling the record of a paper from a dossier as the store tells it (the same JSON as the
 * receipt's), always in Vietnamese.  Not for other rooms.  The worker's thread. */
#ifndef SERVER_API_PAPER_FILL_H
#define SERVER_API_PAPER_FILL_H

#include "common/paper/paper.h"
#include "server/api/req.h"

struct paper_fill {
    struct req *rq;
    const struct snapshot *snap;
    const json_t *d, *content, *history; /* a dossier's papers; a list's: d is the list */
    bool dossier;                        /* d is a dossier */
    const struct procedure *p;
    const struct dossier *s; /* kinds that ask for it */
    struct paper_record *r;
    int issuer;                  /* agency whose book numbers it: index + 1; 0: none */
    const char *regime, *sector; /* choose the form */
    const char *about;           /* which of several: "3" of "apology/3"; NULL: there is one */
    struct text2 why;            /* why there is nothing to print */
};
typedef bool paper_fill_fn(struct paper_fill *f); /* false: see why */

/* ---- paper_fill.c */
void fill_text(struct paper_fill *f, enum paper_field field, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void fill_moment(struct paper_fill *f, enum paper_field field, instant t);
void fill_time(struct paper_fill *f, enum paper_field field, const char *rfc3339);
void fill_money(struct paper_fill *f, enum paper_field field, int64_t dong);
/* Agency that issues it (index, -1: none), and the moment it speaks of. */
void fill_issuer(struct paper_fill *f, int agency, instant made);
/* Code, procedure, people, receiving, dates, fee: whatever every paper of a dossier may say. */
void fill_dossier(struct paper_fill *f);
int fill_agency(const struct paper_fill *f,
                const json_t *agency); /* index of {"agency": key}; -1 */
const char *fill_agency_name(const struct paper_fill *f, int agency);   /* or NULL */
instant fill_instant(const char *rfc3339);                              /* INSTANT_NONE: not one */
const json_t *fill_event(const struct paper_fill *f, const char *kind); /* the last; NULL */
/* Name of an officer who did something here; NULL. */
const char *fill_officer(const struct paper_fill *f, int64_t officer);
const char *fill_component(const struct paper_fill *f, const char *code); /* title, or the code */
void fill_components(struct paper_fill *f);
void fill_reasons(struct paper_fill *f, const json_t *codes);
bool fill_nothing(struct paper_fill *f, const char *vi, const char *en); /* false */

/* ---- paper_forms.c, paper_money.c, paper_control.c, paper_journal.c */
paper_fill_fn fill_receipt, fill_supplement, fill_refusal, fill_apology, fill_stop, fill_result,
    fill_transfer, fill_fee, fill_control, fill_journal;

/* ---- papers.c: from a record to the answer */
struct paper_task { /* a dossier's paper */
    enum paper_kind kind;
    paper_fill_fn *fill;
    bool state; /* asks for the decoded state */
};
/* The record is filled: template, log, drawing, answer. */
void papers_print(struct req *rq, const struct paper_fill *f, enum paper_kind kind,
                  const char *subject);
/* Several in one file: each is first got ready (false after answering: nothing was noted), then all
 * are numbered, drawn and noted as if each were asked for alone. */
#define PAPERS_BOUND_MAX 50
struct papers_bound;
bool papers_bind(struct req *rq, struct papers_bound **bound, const struct paper_fill *f,
                 enum paper_kind kind, const char *subject); /* *bound NULL: the first */
void papers_print_bound(struct req *rq, struct papers_bound *b);

#endif
