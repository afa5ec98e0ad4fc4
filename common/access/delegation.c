/* Whether somebody may act for another.  Pure questions to a delegation and the organisation.  Any
 * thread. */
#include "common/access/delegation.h"

#include <string.h>

#include "common/access/access.h"

const char *const DELEGATED_WORDS[] = {"intake", "work", "approve", "number", "assign", NULL};

struct text2 delegated_title(enum delegated k)
{
    static const struct text2 titles[] = {
        {"tiếp nhận", "intake"},         {"xử lý", "work on steps"},
        {"phê duyệt", "approval"},       {"ký, cấp số", "signing and numbering"},
        {"phân công", "assigning work"}, {"việc này", "this act"},
    };

    return titles[k <= DELEGATED_KINDS ? k : DELEGATED_KINDS];
}

/* The parts in the order in which they are looked at: the further, the nearer it came. */
enum part {
    PART_PERSONS,
    PART_REVOKED,
    PART_PERIOD,
    PART_AGENCY,
    PART_PROCEDURE,
    PART_KIND,
    PART_ROLES,
    PART_NONE
};

static bool names_procedure(const struct delegation *g, const char *procedure)
{
    size_t i;

    for (i = 0; i < g->procedures; i++)
        if (procedure && strcmp(g->procedure[i], procedure) == 0)
            return true;
    return g->procedures == 0;
}

static bool at_agency(const struct delegation *g, const struct delegated_act *act,
                      const struct organisation *o, dayno today)
{
    int i = organisation_of_id(o, g->agency);

    if (i < 0 || o->agency[i].valid_from > today || o->agency[i].valid_to < today)
        return false; /* a letter of an agency that has ended is worth nothing */
    return act->at == 0 || access_acts_for(o, g->agency, act->at, today);
}

static enum part lacking(const struct delegation *g, const struct delegated_act *act,
                         const struct organisation *o)
{
    dayno today = lminute_day(lminute_of(act->now));

    if (g->to != act->user || g->from != act->on_behalf_of || g->from == g->to)
        return PART_PERSONS;
    if (g->revoked != INSTANT_NONE && g->revoked <= act->now)
        return PART_REVOKED;
    if (today < g->valid_from || g->valid_to < today)
        return PART_PERIOD;
    if (!at_agency(g, act, o, today))
        return PART_AGENCY;
    if (!names_procedure(g, act->procedure))
        return PART_PROCEDURE;
    if (act->kind >= DELEGATED_KINDS || !(g->kinds >> act->kind & 1))
        return PART_KIND;
    return g->roles ? PART_NONE : PART_ROLES;
}

static struct text2 why_not(enum part part)
{
    static const struct text2 whys[] = {
        [PART_PERSONS] = {"Không có ủy quyền của người này cho bạn",
                          "That person has delegated nothing to you"},
        [PART_REVOKED] = {"Ủy quyền đã bị thu hồi", "The delegation has been revoked"},
        [PART_PERIOD] = {"Ngoài thời gian ủy quyền", "Outside the period of the delegation"},
        [PART_AGENCY] = {"Ủy quyền không dùng được ở cơ quan này",
                         "The delegation does not cover this agency"},
        [PART_PROCEDURE] = {"Ủy quyền không gồm thủ tục này",
                            "The delegation does not cover this procedure"},
        [PART_KIND] = {"Ủy quyền không gồm loại việc này",
                       "The delegation does not cover this kind of act"},
        [PART_ROLES] = {"Người ủy quyền không còn giữ vai trò ở cơ quan đó",
                        "Whoever delegated holds no role there any longer"},
    };

    return whys[part];
}

enum err delegation_allows(const struct delegation *g, const struct delegated_act *act,
                           const struct organisation *o, struct text2 *ret_why)
{
    enum part part = lacking(g, act, o);

    if (part == PART_NONE)
        return ERR_OK;
    *ret_why = why_not(part);
    return ERR_R_DELEGATION;
}

const struct delegation *delegation_choose(const struct delegation *g, size_t n,
                                           const struct delegated_act *act,
                                           const struct organisation *o, struct text2 *ret_why)
{
    enum part nearest = PART_PERSONS;
    size_t i;

    for (i = 0; i < n; i++) {
        enum part part = lacking(&g[i], act, o);

        if (part == PART_NONE)
            return &g[i];
        if (part > nearest)
            nearest = part;
    }
    *ret_why = why_not(nearest);
    return NULL;
}

/* Who leads whom: 0 nobody. */
static int rank_of(unsigned roles)
{
    if (roles & ROLE_BIT(ROLE_COMMITTEE_LEADER))
        return 3;
    if (roles & (ROLE_BIT(ROLE_LEADER) | ROLE_BIT(ROLE_ONESTOP_HEAD)))
        return 2;
    return roles & ROLE_BIT(ROLE_DIVISION_HEAD) ? 1 : 0;
}

enum err delegation_may_enter(const struct delegation_entry *e, const struct organisation *o,
                              dayno today)
{
    if (e->by == e->from)
        return ERR_OK;
    if (e->by == e->to)
        return ERR_R_SEPARATION;
    if (!access_acts_for(o, e->by_agency, e->agency, today))
        return ERR_R_NOT_YOUR_AGENCY;
    if (!access_is_head(e->by_roles) || rank_of(e->by_roles) < rank_of(e->from_roles))
        return ERR_R_NOT_YOUR_ROLE;
    return ERR_OK;
}
