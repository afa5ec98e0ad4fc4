/* Delegation (ủy quyền): one officer acts for another at an agency, in named procedures and kinds
 * of act, for some days, by a document (domain §7.3; Decree 118/2025 art. 10-12).  It lends the
 * rights of whoever gives it and nothing else: no clock runs longer, no separation of duty is
 * lifted. Values; lists belong to whoever made them.  Any thread. */
#ifndef COMMON_ACCESS_DELEGATION_H
#define COMMON_ACCESS_DELEGATION_H

#include "common/access/organisation.h"
#include "common/base/err.h"
#include "common/base/lang.h"

enum delegated {                    /* kinds of act: stored as bits, so numbers never move */
                 DELEGATED_INTAKE,  /* tiếp nhận, trả lại, từ chối tiếp nhận */
                 DELEGATED_WORK,    /* xử lý, dự thảo, chuyển bước */
                 DELEGATED_APPROVE, /* phê duyệt, từ chối, chấp thuận đề nghị */
                 DELEGATED_NUMBER,  /* ký số, cấp số, phát hành */
                 DELEGATED_ASSIGN,  /* phân công */
                 DELEGATED_KINDS,   /* … and what nobody may do for another */
};
#define DELEGATED_ALL ((1u << DELEGATED_KINDS) - 1u)
extern const char *const DELEGATED_WORDS[]; /* on the wire, by number; NULL-terminated */
struct text2 delegated_title(enum delegated k);

struct delegation {
    int64_t delegation; /* number */
    int64_t from, to;   /* accounts: whose rights, who acts */
    int agency;         /* id: where the rights are held */
    const char *const *procedure;
    size_t procedures;          /* 0: every procedure */
    unsigned kinds;             /* bit per kind */
    dayno valid_from, valid_to; /* both included */
    const char *document;       /* number of the letter of authorisation */
    instant revoked;            /* INSTANT_NONE: in force */
    /* as of the act, not as of the delegation */
    unsigned roles;               /* that `from` holds at the agency now */
    const uint8_t *from_identity; /* salted digest of the identity number of `from`, or NULL */
};

struct delegated_act { /* what somebody wants to do for another */
    int64_t user, on_behalf_of;
    int at; /* id of the agency it is done at; 0: the act's own rule looks */
    const char *procedure;
    enum delegated kind;
    instant now;
};

/* ERR_OK, or ERR_R_DELEGATION and in ret_why the first part that does not fit, said for people. */
enum err delegation_allows(const struct delegation *g, const struct delegated_act *act,
                           const struct organisation *o, struct text2 *ret_why);

/* The one of n that allows it; NULL: none, and in ret_why what the nearest of them lacks. */
const struct delegation *delegation_choose(const struct delegation *g, size_t n,
                                           const struct delegated_act *act,
                                           const struct organisation *o, struct text2 *ret_why);

/* Whoever gives the rights may enter it, or a head of her agency who ranks no lower and does not
 * get them herself.  ERR_OK, ERR_R_SEPARATION, ERR_R_NOT_YOUR_ROLE, ERR_R_NOT_YOUR_AGENCY. */
struct delegation_entry {
    int64_t by, from, to;
    int by_agency, agency; /* ids */
    unsigned by_roles, from_roles;
};
enum err delegation_may_enter(const struct delegation_entry *e, const struct organisation *o,
                              dayno today);

#endif
