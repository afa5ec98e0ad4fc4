/* Figures (số liệu): what is counted and what is divided by what, defined once, for screens, calls,
 * verbs, exports and paper.  The lists are figures.def and rates.def.  Pure; any thread. */
#ifndef COMMON_FIGURES_FIGURES_H
#define COMMON_FIGURES_FIGURES_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/lang.h"
#include "common/figures/facts.h"

enum figure_id {
#define F(id, name, stream, classes, needs, without, channels, vi, en, avi, aen) FIGURE_##id,
#include "common/figures/figures.def"
#undef F
    FIGURES
};
enum rate_id {
#define R(id, name, n, of, vi, en, avi, aen) RATE_##id,
#include "common/figures/rates.def"
#undef R
    RATES
};
enum figure_stream { STREAM_WORK, STREAM_FIRST };

/* A dossier with these facts counts when its class and channel are among the bits given, it has all
 * of `needs` and none of `without`. */
struct figure_def {
    const char *name;
    enum figure_stream stream;
    int32_t classes, needs, without, channels;
    struct text2 title, about;
};
/* numerator and denominator: bit per figure, added up. */
struct rate_def {
    const char *name;
    uint64_t n, of;
    struct text2 title, about;
};
extern const struct figure_def FIGURE[FIGURES];
extern const struct rate_def RATE[RATES];
extern const char *const FIGURE_WORDS[]; /* names, NULL-terminated */

/* One row of counts. */
struct figure_row {
    int64_t n[FIGURES];
};
/* n dossiers with these facts. */
void figures_add(struct figure_row *to, int32_t facts, int64_t n);
void figures_sum(struct figure_row *to, const struct figure_row *r);

struct rate {
    int64_t n, of;
    int tenths; /* of a percent, rounded half up; -1 when nothing stands below */
};
struct rate figures_rate(const struct figure_row *r, enum rate_id id);

/* The identities of form II.06a and of first submissions; NULL when all hold, else the first that
 * does not. */
const char *figures_identity(const struct figure_row *r);

/* Columns (1) to (11) of forms II.06a and II.06b (Circular 01/2020).  The form knows two ways of
 * being pending: what waits while its clock stands still is not late, so it stands in (10). */
#define FORM_COLUMNS 11
void figures_form(const struct figure_row *r, int64_t ret[FORM_COLUMNS]);
struct text2 figures_form_title(int column); /* 0 to 10 */

#endif
