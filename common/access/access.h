/* Who may do what: roles x agency scope x assignment, and separation of duty (domain: roles; Decree
 * 118/2025 art. 8-12).  Silence means no.  Pure questions; any thread. */
#ifndef COMMON_ACCESS_ACCESS_H
#define COMMON_ACCESS_ACCESS_H

#include "common/access/organisation.h"
#include "common/base/err.h"

#define ROLE_BIT(r) (1u << (r))

/* Roles that read but never write to a dossier. */
bool access_reads_only(unsigned roles);
/* Roles that may give work to officers of their own agency. */
bool access_is_head(unsigned roles);

/* The agency (index) that acts on that day for i: itself or along its successors; -1 when none of
 * them is valid then. */
int access_valid_on(const struct organisation *o, int i, dayno d);
/* A person sitting at agency `own` (id) acts for agency `at` (id): the same, or the one that
 * succeeded it by that day.  An ancestor does not act for its subordinates; nobody acts any longer
 * from an agency that has ended. */
bool access_acts_for(const struct organisation *o, int own, int at, dayno d);
/* At intake agency i (index) may be named instead of the one that the procedure names: the same
 * kind elsewhere (any commune, any branch of the same body) or another name of it (its
 * predecessor). */
bool access_competent_like(const struct organisation *o, int i, int named);
/* Agency, then role: ERR_OK, ERR_R_NOT_YOUR_AGENCY or ERR_R_NOT_YOUR_ROLE. */
enum err access_work(const struct organisation *o, int own, unsigned roles, int at, enum role role,
                     dayno d);
/* Reading: the own agency and what lies under it; inspectors and supervisors of the root: all. */
bool access_may_read(const struct organisation *o, int own, unsigned roles, int at);

/* One person, acting for herself or on behalf of another, is or stands for `other`. */
bool access_same_person(int64_t user, int64_t on_behalf_of, int64_t other);

#endif
