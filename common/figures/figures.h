/* Figures (số liệu): what is counted and what is divided by what, defined once, for screens, calls,
 * verbs, exports and paper.  The lists are figures.def, rates.def and, by topic, topic_figures.def,
 * topic_rates.def.  Pure; any thread. */
#ifndef COMMON_FIGURES_FIGURES_H
#define COMMON_FIGURES_FIGURES_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/lang.h"
#include "common/figures/facts.h"

enum figure_id {
#define F(id, name, stream, classes, needs, without, channels, vi, en, avi, aen) FIGURE_##id,
#define M                                                                        F
#include "common/figures/figures.def"
#include "common/figures/topic_figures.def"
#undef M
#undef F
    FIGURES
};
enum rate_id {
#define R(id, name, n, of, vi, en, avi, aen) RATE_##id,
#include "common/figures/rates.def"
#include "common/figures/topic_rates.def"
#undef R
    RATES
};
/* What is counted: dossiers in the work of a period, first submissions, and what a dossier owes or
 * is owed besides (items), by the number that rows of figure_item have.  Up to STREAM_RESULT an
 * item is in the work of every period from its beginning to its end; the others count in the period
 * that they began in. */
enum figure_stream {
    STREAM_WORK,
    STREAM_INTAKE,
    STREAM_SUPPLEMENT,
    STREAM_CONSULT,
    STREAM_PAPER,
    STREAM_FEE,
    STREAM_RESULT,
    STREAM_APOLOGY = 8,
    STREAM_EXEMPT,
    STREAM_PAYMENT,
    STREAM_REFUND,
    STREAM_RECEPTION,
    STREAM_REUSE,
    STREAM_FIRST, /* known by FACT_FIRST */
    STREAMS
};
/* The reports (chuyên đề) that figures are told in. */
enum figure_topic {
#define T(id, name, streams, vi, en, cvi, cen, lvi, len) TOPIC_##id,
#include "common/figures/topics.def"
#undef T
    TOPICS
};

/* A dossier with these facts counts when its class and channel are among the bits given, it has all
 * of `needs` and none of `without`. */
struct figure_def {
    const char *name;
    enum figure_stream stream;
    int32_t classes, needs, without, channels;
    struct text2 title, about;
    bool money; /* adds up đồng, not cases */
};
/* A set of figures: bit per figure. */
__extension__ typedef unsigned __int128 figure_set;
static inline bool figure_in(figure_set set, int id)
{
    return (set >> id) & 1;
}
/* numerator and denominator, added up. */
struct rate_def {
    const char *name;
    figure_set n, of;
    struct text2 title, about;
};
struct topic_def {
    const char *name;
    uint32_t streams; /* bit per stream */
    struct text2 title, cut, law;
};
extern const struct figure_def FIGURE[FIGURES];
extern const struct rate_def RATE[RATES];
extern const struct topic_def TOPIC[TOPICS];
extern const char *const FIGURE_WORDS[], *const TOPIC_WORDS[]; /* names, NULL-terminated */
enum figure_topic figure_topic_of(enum figure_id id);
enum figure_topic rate_topic_of(enum rate_id id);

/* One row of counts. */
struct figure_row {
    int64_t n[FIGURES];
};
/* n dossiers with these facts. */
void figures_add(struct figure_row *to, int32_t facts, int64_t n);
/* n items with these facts, amount đồng in all. */
void figures_add_items(struct figure_row *to, int32_t facts, int64_t n, int64_t amount);
void figures_sum(struct figure_row *to, const struct figure_row *r);

struct rate {
    int64_t n, of;
    int tenths; /* of a percent, rounded half up; -1 when nothing stands below */
};
struct rate rate_of(int64_t n, int64_t of);
struct rate figures_rate(const struct figure_row *r, enum rate_id id);

/* How an item stands at the end of the period, in words; by number, NULL-terminated. */
enum figure_item_class { ITEM_IN_TIME, ITEM_LATE, ITEM_WITHIN, ITEM_OVERDUE, ITEM_ENDED };
extern const char *const FIGURE_ITEM_WORDS[];
enum figure_item_class figure_item_class(int32_t facts);

/* The identities of form II.06a and of first submissions; NULL when all hold, else the first that
 * does not. */
const char *figures_identity(const struct figure_row *r);

/* Columns (1) to (11) of forms II.06a and II.06b (Circular 01/2020).  The form knows two ways of
 * being pending: what waits while its clock stands still is not late, so it stands in (10). */
#define FORM_COLUMNS 11
void figures_form(const struct figure_row *r, int64_t ret[FORM_COLUMNS]);
struct text2 figures_form_title(int column); /* 0 to 10 */

#endif
