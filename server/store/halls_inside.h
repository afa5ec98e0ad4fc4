/* What tickets and appointments share inside the store.  Belongs to one call, on the worker's
 * thread.  Not for other rooms. */
#ifndef SERVER_STORE_HALLS_INSIDE_H
#define SERVER_STORE_HALLS_INSIDE_H

#include "server/store/halls.h"
#include "server/store/inside.h"

struct hall_now { /* as loaded by hall_now.sql */
    struct hall_at at;
    instant now;
    dayno day;
    struct ticket_waiting *wait;
    size_t waits;
    struct queue_counter *counter; /* as in the hall */
    bool *open;
    int seconds[HALL_SERVICES_MAX];
    bool *card_out;
    instant *card_given;
};

/* Sets the time and asks; rows begins with hall_now_read. */
void hall_now_ask(struct pending *p, struct hall_now *now, struct hall_at at,
                  void (*rows)(struct pending *p, const struct db_outcome *out));
void hall_now_read(struct hall_now *ret, const struct db_rows *r, struct arena *a);
/* A row of ticket_rows.sql; texts in the arena. */
struct ticket_told hall_ticket(const struct hall_now *now, const struct db_rows *r, int i,
                               struct arena *a);
/* NULL: it does not wait. */
const struct ticket_waiting *hall_waiting_of(const struct hall_now *now, int64_t id);
/* One ticket, the one at a counter, or those called last (0, 0). */
void hall_rows_ask(struct pending *p, const struct hall_now *now, int64_t ticket, int counter,
                   int limit, void (*rows)(struct pending *p, const struct db_outcome *out));
void hall_expect(const struct hall_now *now, const struct ticket_waiting *mine, int *ret_ahead,
                 int *ret_minutes);
/* Ends the call and tells; t lives in its arena or on the stack. */
void hall_tell(struct pending *p, enum err e, const struct hall_told *t);
/* Counters and desks that show this hall look again. */
void hall_changed(struct pending *p, struct hall_at at);
void pending_quietly(struct pending *p, const struct db_outcome *out); /* nobody is told */
/* The appointment of a code, or with this id: columns of appointment_get.sql. */
void appointment_ask(struct pending *p, const char *code,
                     void (*rows)(struct pending *p, const struct db_outcome *out));
void appointment_ask_id(struct pending *p, int64_t id,
                        void (*rows)(struct pending *p, const struct db_outcome *out));

#endif
