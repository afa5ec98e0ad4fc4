/* A reception hall (sảnh tiếp nhận của Bộ phận Một cửa): its services with their letters, its
 * counters (quầy), who goes first, reusable cards, appointments; read from config/halls/.
 * Immutable; lives in its arena.  Any thread. */
#ifndef COMMON_TICKET_HALL_H
#define COMMON_TICKET_HALL_H

#include "common/base/diag.h"
#include "common/time/civil.h"

#define HALL_SERVICES_MAX 24 /* one bit each */
#define HALL_COUNTERS_MAX 64
#define HALL_COUNTER_MAX  999 /* the greatest number on a counter */
#define HALL_CARDS_MAX    400
#define HALL_SLOTS_MAX    64 /* slots of a day */

struct hall_service {    /* lĩnh vực, dịch vụ có hàng chờ riêng */
    const char *service; /* "land" */
    const char *letter;  /* "A": before the number of the ticket */
    struct text2 name;
    const char **field; /* codes of fields of procedures that belong here */
    size_t fields;
    int minutes; /* how long one takes, until it has been measured */
    int slots;   /* appointments that fit into one slot; 0: none are given */
};

struct hall_counter { /* quầy */
    int counter;      /* its number */
    unsigned serves;  /* bit per service */
};

struct hall_priority { /* người được ưu tiên */
    const char *group;
    struct text2 name;
};

struct hall {
    const char *hall;     /* key of the agency whose hall it is */
    const char *calendar; /* when it is open */
    const char *hotline;  /* printed on slips and public pages; NULL: none */
    struct text2 address;
    struct hall_service *service;
    size_t services;
    struct hall_counter *counter;
    size_t counters;
    struct hall_priority *priority;
    size_t priorities;
    int cap;                   /* so many with priority in a row at one counter while others wait */
    int card_first, card_last; /* thẻ số dùng lại; 0: tickets are printed */
    int slot_minutes;          /* of an appointment; 0: none are given */
    int days_ahead;            /* 1: until tomorrow */
    int head_start;            /* minutes: whoever comes in time counts as having come so long
                                  before the slot */
    int grace;                 /* minutes after the slot in which it still counts */
    int per_phone;             /* appointments of one phone on one day */
    int early;                 /* minutes before a session in which numbers are given already */
};

/* Codes H0xx: H001 letter, H002 letter used twice, H003 unknown service of a counter, H004 counter
 * used twice, H005 field in two services, H006 no counter for a service, H007 cards, H008
 * appointments without slots.  NULL on errors. */
struct hall *hall_compile(struct arena *a, struct span text, struct diags *d);

int hall_service(const struct hall *h, struct span service);  /* index or -1 */
int hall_service_of(const struct hall *h, const char *field); /* of a procedure's field, or -1 */
const struct hall_counter *hall_counter(const struct hall *h, int64_t counter); /* NULL: none */
const struct hall_priority *hall_priority(const struct hall *h, struct span group);

/* "A-042" on paper and boards. */
#define TICKET_LABEL_MAX 16
void ticket_label(const char *letter, int64_t number, char out[TICKET_LABEL_MAX]);

#endif
