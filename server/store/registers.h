/* Register books (sổ theo dõi hồ sơ): one a receiving unit, field (or group of fields) and year.
 * Whatever is asked first enters all that the unit took in before.  Answers are JSON; see store.h
 * for the rules of calls; the worker's thread. */
#ifndef SERVER_STORE_REGISTERS_H
#define SERVER_STORE_REGISTERS_H

#include "server/store/store.h"

#define REGISTER_PAGE 1000 /* entries of one page, of one volume */

struct register_query {
    int agency;        /* receiving unit */
    const char *field; /* code; NULL: each of them (books only) */
    int year;          /* 0: each of them (books only) */
    int volume;        /* entries: of this one, 0: all */
    int64_t after;     /* entries: after this number */
    int limit;         /* entries */
    int64_t last;      /* close: its last number as it was seen */
    int settled;       /* seconds that an act may be under way */
    int size;          /* entries of a volume */
    enum lang lang;
};

/* Fields that share one book: "BOOK=CODE+CODE", as the configuration checked them; the texts
 * outlive the store, again after a reload.  What was entered before stays in the book where it
 * stands. */
void store_set_registers(struct store *st, const char *const *item, size_t n);

/* {"items":[{"agency","field","title","title_en","year","last","volumes","closed","closed_by",
 * "closed_by_name","digest"}],"next":null}: of the unit and what lies under it. */
void store_register_books(struct store *st, const struct viewer *v, const struct register_query *q,
                          store_json *done, void *owner);
/* The book, its entries after a number: those of store_received with "number","volume","note".
 * ERR_NOT_FOUND: there is no such book, or it is not the viewer's.  Personal data. */
void store_register_entries(struct store *st, const struct viewer *v,
                            const struct register_query *q, store_json *done, void *owner);
/* Closes it: the book as above.  ERR_NOT_FOUND; ERR_R_WRONG_STATUS: somebody else closed it;
 * ERR_CONFLICT: its year is not over, or acts of it may be under way; ERR_STALE: another last
 * number.  Again by the same person: the same answer. */
void store_register_close(struct store *st, const struct viewer *v, const struct register_query *q,
                          store_json *done, void *owner);
/* {"volume":"QLCS-01/2026"|null,"number":N|null}: where a dossier stands, entered now if it was
 * not; paper: null when that was printed before (NULL: whatever was printed). */
void store_register_number(struct store *st, const char *code, const char *paper, int settled,
                           int size, store_json *done, void *owner);

#endif
