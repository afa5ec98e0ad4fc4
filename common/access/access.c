/* Who may do what.  Pure questions to roles and the organisation.  Any thread. */
#include "common/access/access.h"

#define READERS                                                                                    \
    (ROLE_BIT(ROLE_AUDITOR) | ROLE_BIT(ROLE_SUPERVISOR) | ROLE_BIT(ROLE_TECHNICAL_ADMIN) |         \
     ROLE_BIT(ROLE_BUSINESS_ADMIN))
#define HEADS                                                                                      \
    (ROLE_BIT(ROLE_DIVISION_HEAD) | ROLE_BIT(ROLE_LEADER) | ROLE_BIT(ROLE_ONESTOP_HEAD) |          \
     ROLE_BIT(ROLE_COMMITTEE_LEADER))
#define SEES_ALL (ROLE_BIT(ROLE_AUDITOR) | ROLE_BIT(ROLE_SUPERVISOR))

bool access_reads_only(unsigned roles)
{
    return (roles & ~READERS) == 0;
}

bool access_is_head(unsigned roles)
{
    return (roles & HEADS) != 0;
}

int access_valid_on(const struct organisation *o, int i, dayno d)
{
    i = i < 0 ? -1 : organisation_on(o, i, d);
    return i >= 0 && o->agency[i].valid_from <= d && d <= o->agency[i].valid_to ? i : -1;
}

bool access_acts_for(const struct organisation *o, int own, int at, dayno d)
{
    int i, today;

    i = organisation_of_id(o, at);
    if (i < 0)
        return false;
    today = access_valid_on(o, i, d);
    return today >= 0 && o->agency[today].id == own;
}

static bool follows(const struct organisation *o, int i, int later)
{
    while (i >= 0 && i != later)
        i = o->agency[i].successor;
    return i >= 0;
}

/* Departments of one city differ in what they are competent for, though their type and parent are
 * the same; branches stand under a body of their own type (police of communes, regional offices).
 */
bool access_competent_like(const struct organisation *o, int i, int named)
{
    const struct agency *a = &o->agency[i], *b = &o->agency[named];

    if (follows(o, i, named) || follows(o, named, i))
        return true;
    if (a->type != b->type)
        return false;
    if (a->type == AGENCY_COMMUNE || a->type == AGENCY_DISTRICT)
        return true;
    return a->parent >= 0 && a->parent == b->parent && o->agency[a->parent].type == a->type;
}

enum err access_work(const struct organisation *o, int own, unsigned roles, int at, enum role role,
                     dayno d)
{
    if (!access_acts_for(o, own, at, d))
        return ERR_R_NOT_YOUR_AGENCY;
    return roles & ROLE_BIT(role) ? ERR_OK : ERR_R_NOT_YOUR_ROLE;
}

bool access_may_read(const struct organisation *o, int own, unsigned roles, int at)
{
    int i = organisation_of_id(o, own), j = organisation_of_id(o, at);

    if (i < 0 || j < 0)
        return false;
    if ((roles & SEES_ALL) && o->agency[i].parent < 0)
        return true;
    return organisation_within(o, j, i);
}

bool access_same_person(int64_t user, int64_t on_behalf_of, int64_t other)
{
    return other != 0 && (user == other || on_behalf_of == other);
}
