/* The organisation (cơ quan, đơn vị): agencies with validity, successors, calendars, and the roles
 * that people hold there; from config/organisation.yaml.  Immutable; lives in its arena. */
#ifndef COMMON_ACCESS_ORGANISATION_H
#define COMMON_ACCESS_ORGANISATION_H

#include "common/base/diag.h"
#include "common/time/civil.h"

enum agency_type {
    AGENCY_PROVINCE,   /* UBND tỉnh, thành phố */
    AGENCY_OFFICE,     /* Văn phòng UBND */
    AGENCY_ONESTOP,    /* Trung tâm Phục vụ hành chính công, điểm tiếp nhận */
    AGENCY_DEPARTMENT, /* sở, ban */
    AGENCY_DIVISION,   /* phòng, chi cục, chi nhánh */
    AGENCY_VERTICAL,   /* ngành dọc: thuế, công an, BHXH */
    AGENCY_DISTRICT,   /* huyện, until 30 June 2025 */
    AGENCY_COMMUNE,    /* UBND xã, phường, đặc khu */
};

struct agency {
    const char *agency; /* short key used in procedure files: "STC" */
    const char *code;   /* identifier on dossier codes: "H24.11" */
    struct text2 name;
    enum agency_type type;
    int parent;    /* index or -1 */
    int successor; /* index or -1 */
    dayno valid_from, valid_to;
    const char *calendar; /* key, or NULL: as the parent */
    bool island, mountain;
    int id;            /* number in the database: stable, given in the file */
    const int *serves; /* a local unit of a vertical body: the places it works for, indexes */
    size_t served;
};

/* Roles of domain §7.1: the list is closed, people hold (role, agency). */
enum role {
#define R(name, text, vi, en) ROLE_##name,
#include "common/access/roles.def"
#undef R
    ROLE_COUNT
};
const char *role_name(enum role r); /* "receiver" */
struct text2 role_title(enum role r);
bool role_of_name(const char *name, enum role *ret);

struct person { /* demo accounts and test scenarios only; real people live in the database */
    const char *login;
    const char *name;
    int agency;
    unsigned roles; /* bit per role */
};

struct organisation {
    struct agency *agency;
    size_t agencies;
    const int *by_id; /* indexes in order of id */
    struct person *person;
    size_t persons;
    const char *portal; /* as whom dossiers are told to the national portal; NULL: they are not */
    uint8_t hash[32];
};

/* Codes O0xx.  NULL on errors. */
struct organisation *organisation_compile(struct arena *a, struct span text, struct diags *d);
int organisation_find(const struct organisation *o, const char *agency); /* index or -1 */
int organisation_of_id(const struct organisation *o, int id);            /* index or -1 */
/* By its identifier in either scheme, "H24.11" or "000.00.11.H24"; of several in time the last. */
int organisation_of_code(const struct organisation *o, const char *code); /* index or -1 */
/* The agency that acts for agency i on that day: itself, or its successor chain. */
int organisation_on(const struct organisation *o, int i, dayno d);
/* The unit beneath `body` (city police, tax) that works for agency `place` on that day, or for the
 * nearest agency above `place` that has one (địa bàn phụ trách); place itself where it stands
 * beneath body; the body itself where no unit is named.  -1: none of them acts that day. */
int organisation_serving(const struct organisation *o, int body, int place, dayno d);
/* i is of ancestor's subtree, or the same. */
bool organisation_within(const struct organisation *o, int i, int ancestor);
const char *organisation_calendar(const struct organisation *o, int i);

#endif
