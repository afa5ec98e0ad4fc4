/* Money that the payment platform took and that does not fit what is owed: another amount, or
 * nothing owed any more.  It cannot be refused, for it is there: it is kept apart from what is
 * paid, shown, and owed to the payer until a cashier has sent it back.  Any thread. */
#include "common/dossier/request_asks.h"

const struct request *unmatched_by(const struct dossier *s, const char *reference)
{
    size_t i;

    for (i = 0; said(reference) && i < s->requests; i++)
        if (s->request[i].kind == REQ_UNMATCHED && strcmp(s->request[i].reference, reference) == 0)
            return &s->request[i];
    return NULL;
}

void take_unmatched(struct deciding *d, const struct request *r, const char *why)
{
    const struct ask *ask = d->cmd->ask;
    struct payload pl = {.request = (int64_t)d->s->requests + 1,
                         .kind = REQ_UNMATCHED,
                         .state = RS_OPEN,
                         .reason = why,
                         .note = d->cmd->note,
                         .reference = ask->reference,
                         .method = ask->method,
                         .amount = ask->amount,
                         .owed = r ? r->amount : dossier_owed(d->s),
                         .refunds = r ? r->request : 0,
                         .wanted = INSTANT_NONE,
                         .basis = INSTANT_NONE,
                         .current = INSTANT_NONE,
                         .claimed = INSTANT_NONE};

    if (side_to_answer(d, request_rule_of(REQ_UNMATCHED), d->s->receiving, 0, &pl))
        push(d, EV_FIN_UNMATCHED, &pl);
}

/* The order by which it went back is its end document: the platform's number stays its own. */
void answer_unmatched(struct deciding *d, const struct request *r, struct payload *pl)
{
    if (strcmp(pl->outcome, "sent_back") != 0)
        refuse(d, ERR_INVALID, "/outcome", "Đã trả lại: sent_back", "Sent back: sent_back");
    if (!said(pl->reference))
        refuse(d, ERR_INVALID, "/reference", "Phải ghi số chứng từ trả lại",
               "The voucher by which it went back is missing");
    pl->document = pl->reference;
    pl->reference = NULL;
    pl->method = NULL;
    pl->amount = r->amount;
}
