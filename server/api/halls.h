/* What tickets, appointments and their pages share: which hall, its names, JSON of what is told.
 * Nothing is owned.  The worker's thread.  Not for other rooms. */
#ifndef SERVER_API_HALLS_H
#define SERVER_API_HALLS_H

#include "server/api/req.h"
#include "server/store/halls.h"

/* The public hall of ?hall=; with one hall in all, that one.  False: several, none, or unknown. */
bool hall_of_query(struct req *rq, struct span key, struct hall_at *ret);
/* The hall an officer works in: her own, or the one named, if it lies under her agency.  False
 * after answering 404. */
bool hall_of_officer(struct req *rq, const char *key, struct hall_at *ret);
const char *hall_name(const struct req *rq, struct hall_at at);
/* The service a procedure belongs to by its field; -1: none. */
int hall_service_of_procedure(struct req *rq, const struct hall *h, const char *code);
/* NULL when numbers are given now; otherwise the sentence that says when they are again. */
const char *hall_closed(struct req *rq, struct hall_at at);
/* "A-042", or "Thẻ 17" where cards are used. */
const char *ticket_name(const struct req *rq, const struct ticket_told *t);
void ticket_json(struct jw *w, const struct req *rq, struct hall_at at,
                 const struct ticket_told *t);
/* "khoảng 15 phút"; "" when it is not known. */
const char *minutes_words(const struct req *rq, int minutes);

/* A page of links to choose a hall from; they lead to this page. */
void halls_page(struct req *rq);

/* Of an appointment; both in the request's arena. */
const char *code_words(struct req *rq, const char *code); /* "7QKM-3XNP" */
/* The code that this request's key stands for: the same again for a repeated request. */
void code_of_key(const struct req *rq, const char *key, char out[APPOINTMENT_CODE + 1]);
/* Its page, with its code as text and QR. */
void appointment_page(struct req *rq, const char *title, const struct appointment_seen *a,
                      int status);
/* False after answering 429: too many bookings, or wrong codes, from this address. */
bool booking_allowed(struct req *rq);
bool code_allowed(struct req *rq);
void code_was_wrong(struct req *rq);

#endif
