/* Working calendars: sessions, holidays, make-up days, seasons, exceptions; read from
 * config/calendars/ (YAML), compiled once, then immutable and shared by all threads.
 * Strength for one date: exception, make-up day, holiday, season, ordinary week
 * (Labour Code 2019 art. 111-112; Civil Code 2015 art. 144-148 for how terms are counted). */
#ifndef COMMON_TIME_CALENDAR_H
#define COMMON_TIME_CALENDAR_H

#include "common/base/arena.h"
#include "common/base/diag.h"
#include "common/base/yaml.h"
#include "common/time/civil.h"

#define CALENDAR_SESSIONS_MAX 6
/* Room that a compilation may need at most: an arena for one calendar is made with this. */
#define CALENDAR_ARENA_MAX ((size_t)96 << 20)

struct session {
    int16_t open, close; /* minutes of the day, closed interval */
};

struct day_sessions {
    uint8_t n;
    struct session s[CALENDAR_SESSIONS_MAX];
};

enum day_kind { DAY_ORDINARY, DAY_SEASON, DAY_HOLIDAY, DAY_MAKE_UP, DAY_EXCEPTION };

struct calendar; /* opaque, immutable; lives in the arena it was compiled into */

/* Text of an extended calendar (`extends: vietnam`) by name; NULL when there is none. */
typedef bool calendar_source(void *ctx, const char *name, struct span *ret_text,
                             const char **ret_file);

/* Reads, checks and compiles.  NULL when there are errors (all in d, codes C0xx and Y0xx).
 * Refuses time zones other than Asia/Ho_Chi_Minh.  The compiled range ends where the listed
 * official days end (`until:`), see calendar_last_day. */
struct calendar *calendar_compile(struct arena *a, struct span text, calendar_source *source,
                                  void *source_ctx, struct diags *d);

const char *calendar_name(const struct calendar *c); /* "office" */
struct text2 calendar_title(const struct calendar *c);
const uint8_t *calendar_hash(const struct calendar *c); /* SHA-256 of all its texts */
int calendar_day_minutes(const struct calendar *c);
bool calendar_cutoff(const struct calendar *c, int *ret_minutes);

/* Dates for which the calendar knows the official days off; outside it refuses to count. */
dayno calendar_first_day(const struct calendar *c);
dayno calendar_last_day(const struct calendar *c);

/* Sessions of a date (n = 0: closed); the date must be in range. */
const struct day_sessions *calendar_day(const struct calendar *c, dayno d);
enum day_kind calendar_day_kind(const struct calendar *c, dayno d);
/* Name and legal basis of a listed day, or {NULL} for ordinary days; grade 'A'..'D' or 0. */
struct text2 calendar_day_name(const struct calendar *c, dayno d);
const char *calendar_day_basis(const struct calendar *c, dayno d);
char calendar_day_grade(const struct calendar *c, dayno d);
/* Has sessions and counts as a working day (uncounted weekdays do not, make-up days always). */
bool calendar_counted(const struct calendar *c, dayno d);

#endif
