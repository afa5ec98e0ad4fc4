/* Reports as questions: which report, of which days, divided by what, of which dossiers; written as
 * JSON for frozen and saved reports, and asked again from it.  The worker's thread. */
#ifndef SERVER_STORE_REPORTS_H
#define SERVER_STORE_REPORTS_H

#include "common/base/bind.h"
#include "common/base/json_out.h"
#include "server/store/figures.h"

/* A new report is a row of the table in reports.c. */
extern const char *const REPORT_WORDS[]; /* by number, NULL-terminated */
struct text2 report_title(int report);

struct report_question {
    int report;
    struct figures_query q; /* its texts live as long as the question's arena */
    bool late;              /* steps: only of what came late */
    const char *index;      /* index: which one */
};
/* What a person sends: the words of the calls' parameters; 0 and NULL: any, the default. */
struct question_in {
    int report, basis, agencies, by, across, topic;
    const char *from, *to, *period; /* days, the end exclusive; or a reporting period */
    const char *agency, *field, *procedure, *channel, *receiving, *applicant;
    const char *index, *figure;
    int64_t officer, uncollected; /* uncollected: days after which a result lies long */
    bool late;
};
/* Of results and indices, which it matters to: what was not said; of others nothing. */
void report_uncollected(struct report_question *r, int days);
extern const struct bind_shape report_question_shape; /* of struct question_in */
/* Days and keys become instants and numbers.  False with violations under `at` ("/question"). */
bool report_question_of(const struct organisation *o, int report_day, const struct question_in *in,
                        const char *at, struct report_question *ret, struct violations *v);
/* Always the same text for the same question: days, then what differs from the default. */
void report_question_json(struct jw *w, const struct organisation *o,
                          const struct report_question *r);
/* From that text; false when it is not one of ours any more (an agency that is gone). */
bool report_question_read(struct arena *a, const struct organisation *o, struct span json,
                          struct report_question *ret);

/* Whose figures: the body a viewer belongs to with all under it; 0: of everybody, -1: of nobody.
 * (store.c) */
int report_scope(const struct snapshot *snap, const struct viewer *v);
struct viewer report_viewer(int scope);
/* The answer as the call of this report gives it, as known at q.as_of. */
void store_report(struct store *st, const struct viewer *v, const struct report_question *r,
                  store_json *done, void *owner);
/* Digest of what each figure means, of the statements that count it, and of the index that scores.
 */
void report_rules(const struct store *st, const struct report_question *r,
                  uint8_t ret[SHA256_BYTES]);

#endif
