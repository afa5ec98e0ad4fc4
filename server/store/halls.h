/* Reception halls: tickets, the board, the counter's strip, appointments, how long people waited.
 * Who is called next and who may book what is decided in common/ticket/; here it is loaded, offered
 * to PostgreSQL, and what came of it is told.  All calls on the worker's own thread; `done` once,
 * never before return, unless store_orphan(owner) came first; what it is told lives during it. */
#ifndef SERVER_STORE_HALLS_H
#define SERVER_STORE_HALLS_H

#include "common/ticket/queue.h"
#include "common/ticket/slots.h"
#include "server/store/store.h"

/* Which hall: of the snapshot in force. */
struct hall_at {
    const struct hall *hall;
    int agency; /* id of the agency whose hall it is */
};
/* By the key of its agency; false: there is none. */
bool store_hall_at(const struct snapshot *s, struct span key, struct hall_at *ret);
/* The hall where the people of this agency sit: its own, or of the nearest body above. */
bool store_hall_of(const struct snapshot *s, int agency, struct hall_at *ret);

struct ticket_told {
    int64_t id;
    int service; /* index of the hall, -1: none any more */
    const char *letter;
    int number, card, counter; /* card, counter 0: none */
    const char *priority;      /* group or NULL */
    enum ticket_state state;
    instant issued, called, served;
    int calls;
    int ahead,
        minutes; /* while it waits: who is called before, and the wait; minutes -1: not known */
    bool before; /* the same request was answered before */
};
struct board_told { /* tickets as the hall sees them: numbers, nobody's name */
    const struct ticket_told *called;
    size_t calleds;
    const struct ticket_told *next;
    size_t nexts;
    int waiting;
};
struct strip_told { /* one counter */
    int counter;
    const struct ticket_told *current; /* NULL: nobody */
    int waiting;                       /* whom this counter may call */
    int minutes;                       /* until the last of them is called; -1: not known */
    bool before;
};
struct lane_told { /* one service */
    int waiting, minutes;
};
struct slot_told {
    int clock; /* minutes of the day */
    int left;
};
struct appointment_seen {
    int64_t id;
    int hall, service; /* id of the agency, index (-1: none any more) */
    const char *code;  /* NULL when it was asked by its code */
    const char *procedure;
    instant slot, booked;
    int minutes;
    bool cancelled, arrived, before;
};
struct hall_told { /* one of them is set */
    const struct ticket_told *ticket;
    const struct board_told *board;
    const struct strip_told *strip;
    const struct lane_told *lane; /* one for each service */
    const struct slot_told *slot;
    size_t slots;
    const struct appointment_seen *appointment;
};
typedef void store_hall(void *owner, enum err e, const struct hall_told *t);

/* ---- tickets */
struct ticket_issue {
    struct hall_at at;
    const char *key; /* idempotency; the same again gives the same ticket */
    uint8_t body_hash[SHA256_BYTES];
    int service;
    const char *priority, *procedure; /* or NULL */
    const char *code;                 /* of an appointment, then service is taken from it */
    int64_t booked;                   /* or its id, as the list of a day tells it; 0: none */
    int card;                         /* the one that was handed out; 0: any at the desk */
    int64_t officer;                  /* 0: a kiosk */
};
/* ERR_CONFLICT: no card is at the desk; ERR_NOT_FOUND, ERR_R_TOO_LATE (another day, cancelled):
 * the appointment. */
void store_ticket_issue(struct store *st, const struct ticket_issue *i, store_hall *done,
                        void *owner);

struct ticket_turn {
    struct hall_at at;
    const char *key;
    uint8_t body_hash[SHA256_BYTES];
    enum ticket_act act;
    int64_t ticket; /* not for TICKET_CALL */
    int counter;    /* 0: where the ticket is */
    int64_t officer;
};
/* Tells the counter's strip.  ERR_CONFLICT: it is not in a state for that, or the counter still
 * has somebody (the strip is told with it), or it was called to another counter (the ticket is).
 * Nobody waits: ERR_OK with `current` NULL. */
void store_ticket_turn(struct store *st, const struct ticket_turn *t, store_hall *done,
                       void *owner);
void store_ticket_strip(struct store *st, struct hall_at at, int counter, store_hall *done,
                        void *owner);
void store_ticket_board(struct store *st, struct hall_at at, store_hall *done, void *owner);
void store_ticket_lanes(struct store *st, struct hall_at at, store_hall *done, void *owner);
/* A number of today; ERR_NOT_FOUND. */
void store_ticket_get(struct store *st, struct hall_at at, int64_t ticket, store_hall *done,
                      void *owner);
/* What became of a visit; ERR_OK also when it was told before.  Nobody waits. */
void store_ticket_dossier(struct store *st, const struct viewer *v, int64_t ticket,
                          const char *code);

/* ---- appointments */
void store_slots(struct store *st, struct hall_at at, int service, dayno day, store_hall *done,
                 void *owner);
struct appointment_new {
    struct hall_at at;
    int service;
    const char *procedure; /* or NULL */
    instant slot;
    const char *name, *phone; /* name may be NULL; phone as phone_read gives it */
    const char *code;
};
/* ERR_CONFLICT: the slot is full; ERR_TOO_MANY: of this phone. */
void store_appointment_book(struct store *st, const struct appointment_new *n, store_hall *done,
                            void *owner);
void store_appointment_get(struct store *st, const char *code, store_hall *done, void *owner);
void store_appointment_cancel(struct store *st, const char *code, store_hall *done, void *owner);
/* Those of [from, to) that are not cancelled, by slot, with the number each has taken. */
void store_appointments(struct store *st, struct hall_at at, instant from, instant to,
                        enum lang lang, store_json *done, void *owner);
/* Names and phones of visits that lie some weeks back. */
void store_appointments_forget(struct store *st);

/* ---- figures: how long people waited and were served, by service and hour, for [from, to) */
void store_waiting_figures(struct store *st, struct hall_at at, instant from, instant to,
                           enum lang lang, store_json *done, void *owner);

#endif
