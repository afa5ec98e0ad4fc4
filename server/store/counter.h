/* What a counter looks up: people it knows, dossiers that may be the same, its own day, the
 * procedures it takes in most.  See store.h for the rules of calls; the worker's thread. */
#ifndef SERVER_STORE_COUNTER_H
#define SERVER_STORE_COUNTER_H

#include "server/store/store.h"

#define PERSON_DOSSIERS 5
#define HELD_DOSSIERS   20
#define HELD_MAX        60
#define DUPLICATES_MAX  10
#define DAY_ROWS_MAX    2000
#define USED_MAX        9
#define USED_DAYS       90

/* {"person":{…}|null,"dossiers":[…]}: who has this identity number, as the latest dossier that the
 * viewer may see knows her, and the last five.  version: number of those dossiers.  Nothing
 * personal for who only reads. */
void store_person(struct store *st, const struct viewer *v, const char *id_number, enum lang lang,
                  store_json *done, void *owner);

/* {"items":[{"code","procedure","component"|null,"result","title","national","file",…}…]}: files of
 * papers and results kept with the last dossiers of this owner that the viewer may see.  version:
 * how many.  Nothing for who only reads.  p: the procedure they are wanted for, whose components
 * each item says in "fits"; may be NULL. */
void store_held(struct store *st, const struct viewer *v, const char *id_number,
                const struct procedure *p, enum lang lang, store_json *done, void *owner);

/* {"items":[…]}: of the same chain (owner and procedure), open or accepted within 24 hours. */
void store_duplicates(struct store *st, const struct viewer *v, const uint8_t chain[SHA256_BYTES],
                      enum lang lang, store_json *done, void *owner);

/* What one officer took in, returned, refused, handed over and was paid in [from, to): counts, sums
 * and each act, the latest first; at most DAY_ROWS_MAX, then "more" is true. */
struct day_query {
    dayno day;
    instant from, to;
    enum lang lang;
};
/* Words of "what" by number; NULL after the last. */
const char *counter_act_word(unsigned i);
void store_counter_day(struct store *st, int64_t user, const struct day_query *q, store_json *done,
                       void *owner);

/* {"items":[{"procedure","name","n"}…]}: at most USED_MAX that are in force today. */
void store_procedures_used(struct store *st, int agency, enum lang lang, store_json *done,
                           void *owner);

#endif
