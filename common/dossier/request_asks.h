/* What each kind of request checks when it is asked, sent and answered: the functions that the
 * table of request_rules.c names.  Any thread. */
#ifndef COMMON_DOSSIER_REQUEST_ASKS_H
#define COMMON_DOSSIER_REQUEST_ASKS_H

#include "common/dossier/inside.h"

/* A side task for whoever owes the answer once it is sent (decide_request.c). */
bool side_to_answer(struct deciding *d, const struct request_rule *r, int asker, int to_agency,
                    struct payload *pl);
/* request_asks.c */
void want_document(struct deciding *d, const char *document, const char *vi, const char *en);
void ask_supplement(struct deciding *d, const struct ask *ask, struct payload *pl);
void send_supplement(struct deciding *d, const struct request *r, struct payload *pl);
void answer_supplement(struct deciding *d, const struct request *r, struct payload *pl);
void ask_extension(struct deciding *d, const struct ask *ask, struct payload *pl);
void send_extension(struct deciding *d, const struct request *r, struct payload *pl);
void ask_exclusion(struct deciding *d, const struct ask *ask, struct payload *pl);
void ask_suspension(struct deciding *d, const struct ask *ask, struct payload *pl);
void answer_ended(struct deciding *d, const struct request *r, struct payload *pl);
void ask_consult(struct deciding *d, const struct ask *ask, struct payload *pl);
void send_consult(struct deciding *d, const struct request *r, struct payload *pl);
void answer_consult(struct deciding *d, const struct request *r, struct payload *pl);
void ask_paper(struct deciding *d, const struct ask *ask, struct payload *pl);
void send_paper(struct deciding *d, const struct request *r, struct payload *pl);
void answer_paper(struct deciding *d, const struct request *r, struct payload *pl);
/* request_money.c */
void ask_payment(struct deciding *d, const struct ask *ask, struct payload *pl);
void answer_payment(struct deciding *d, const struct request *r, struct payload *pl);
void ask_refund(struct deciding *d, const struct ask *ask, struct payload *pl);
void agree_refund(struct deciding *d, const struct request *r);
void answer_refund(struct deciding *d, const struct request *r, struct payload *pl);
/* decide_link.c: another dossier ended without a result. */
void answer_linked(struct deciding *d, const struct request *r, struct payload *pl);
void follow_linked(struct deciding *d, const struct request *r, const char *outcome);
/* request_unmatched.c: what the payment platform took and nobody owes so. */
const struct request *unmatched_by(const struct dossier *s, const char *reference); /* or NULL */
void take_unmatched(struct deciding *d, const struct request *r, const char *why);
void answer_unmatched(struct deciding *d, const struct request *r, struct payload *pl);
/* A receipt of the agency's own numbering, where the payment has no other. */
void receipt_numbered(struct deciding *d, const struct payload *pl, struct event *e);
/* request_rare.c: change of case */
void ask_case(struct deciding *d, const struct ask *ask, struct payload *pl);
void send_case(struct deciding *d, const struct request *r, struct payload *pl);
/* request_late.c: late entry */
void ask_late_entry(struct deciding *d, const struct ask *ask, struct payload *pl);
void send_late_entry(struct deciding *d, const struct request *r, struct payload *pl);

#endif
