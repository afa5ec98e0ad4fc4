/* The print log, and what units received for lists on paper.  Answers are JSON; see store.h for the
 * rules of calls; the worker's thread. */
#ifndef SERVER_STORE_PRINTS_H
#define SERVER_STORE_PRINTS_H

#include "server/store/store.h"

#define RECEIVED_MAX 1000 /* dossiers of one list on paper */
#define PRINTS_MAX   200  /* prints of one dossier that are listed */

struct print_key {
    const char *subject; /* code of a dossier or submission; of a list its period and agency */
    const char *paper;   /* "receipt", "apology/3" */
    const char *variant; /* "a5/applicant" */
};
/* {"last":N,"original":null|{"record","template","plain","source"}}: digests as hexadecimal; source
 * only when its template is not `template`. */
void store_print_before(struct store *st, const struct print_key *k,
                        const uint8_t template[SHA256_BYTES], store_json *done, void *owner);
/* {"number":N|null}: the number of this paper in the book of an agency and year, given once; null:
 * it was printed before papers had numbers. */
void store_paper_number(struct store *st, const struct print_key *k, int agency, const char *book,
                        int year, store_json *done, void *owner);
struct print_entry {
    struct print_key key;
    int nth;
    bool reprint, same;
    int64_t seq; /* of the dossier when it was printed; 0: none */
    uint8_t record[SHA256_BYTES], template[SHA256_BYTES];
    struct span source; /* of the template */
    const char *kind;
    uint8_t plain[SHA256_BYTES], given[SHA256_BYTES];
    int pages, copies;
    int64_t by;
    int agency;
};
/* {}; ERR_STALE when its number was taken meanwhile: look again. */
void store_print_put(struct store *st, const struct print_entry *e, store_json *done, void *owner);
/* {"items":[…]}, the newest first.  Who may see the dossier is asked before. */
void store_prints(struct store *st, const char *code, enum lang lang, store_json *done,
                  void *owner);

struct received_query {
    instant from, to;
    int agency;      /* receiving; 0: all the viewer may see */
    int competent;   /* at or under it; 0: any */
    int64_t officer; /* who took it in; 0: anybody */
};
/* {"items":[{"code","procedure","procedure_name","sector","accepted","due","finished","returned","competent",
 * "fee","officer","name","address","phone","summary",
 * "result_by"}],"more"}, in the order of receipt, at most RECEIVED_MAX.  Personal
 * data: not for those who only read. */
void store_received(struct store *st, const struct viewer *v, const struct received_query *q,
                    store_json *done, void *owner);
/* The same of those whose result came in [from, to), in that order, of the owner where there is
 * one; beside: "result","refusal".  Whoever took it in is not asked for. */
void store_results_ready(struct store *st, const struct viewer *v, const struct received_query *q,
                         store_json *done, void *owner);

#endif
