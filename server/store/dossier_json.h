/* A dossier as everybody is told it: after an act, when it is read.  One writer, so that the two
 * cannot disagree.  Nothing is owned; everything goes into the caller's buffer.  Any worker. */
#ifndef SERVER_STORE_DOSSIER_JSON_H
#define SERVER_STORE_DOSSIER_JSON_H

#include "common/base/json_out.h"
#include "server/store/store.h"

void jw_time(struct jw *w, instant t); /* RFC 3339, null when none or never */
/* {"agency": key, "name": …}, null when there is no such agency */
void jw_agency(struct jw *w, const struct organisation *o, int id, enum lang lang);
void jw_officer(struct jw *w, int64_t officer); /* null for 0: nobody, the system */

JW_INLINE void jw_ktime(struct jw *w, const char *key, instant t)
{
    jw_key(w, key);
    jw_time(w, t);
}
JW_INLINE void jw_ktext2(struct jw *w, const char *key, struct text2 t, enum lang lang)
{
    jw_key(w, key);
    jw_str(w, text2_in(t, lang));
}
JW_INLINE void jw_kagency(struct jw *w, const char *key, const struct organisation *o, int id,
                          enum lang lang)
{
    jw_key(w, key);
    jw_agency(w, o, id, lang);
}
JW_INLINE void jw_kofficer(struct jw *w, const char *key, int64_t officer)
{
    jw_key(w, key);
    jw_officer(w, officer);
}

/* "fees": what was charged, phí and lệ phí apart. */
void dossier_fees(struct jw *w, const struct dossier *s, const struct procedure *p, enum lang lang);
/* Members of the open object, nothing personal: the four states, procedure, places, dues, open
 * tasks; whole: also what only a reader asks for (class, clocks, draft, result, steps done). code,
 * submission: NULL leaves the member out. */
void dossier_members(struct jw *w, const struct dossier *s, const char *code,
                     const char *submission, const struct snapshot *snap, enum lang lang,
                     bool whole);
/* Once at a step, or in one of its branches (from 1; 0: none); to: when it was done, or now. */
struct step_visit {
    int step, visit, branch;
    instant from, to;
};
/* Working minutes while its clock ran: what stopped it is not used time.  ret_clock, which may be
 * NULL: that clock, NULL when the step has no limit. */
int64_t dossier_used_minutes(const struct dossier *s, const struct snapshot *snap,
                             const struct step_visit *v, const struct clock **ret_clock);
/* "definition": steps (with the working time used there) and components of the version and case
 * that it runs on, null when this program does not have that version. */
void dossier_definition(struct jw *w, const struct dossier *s, const struct snapshot *snap,
                        enum lang lang);

#endif
