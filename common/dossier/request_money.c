/* Money asked for, paid and given back (Decree 61/2018 art. 22, 118/2025 art. 24).  A call-back
 * that is repeated counts once; amounts are compared.  Any thread. */
#include "common/dossier/request_asks.h"

static bool said(const char *s)
{
    return s && *s;
}

#define AMOUNT_MAX INT64_C(1000000000000000)

static void want_amount(struct deciding *d, int64_t amount)
{
    if (amount <= 0 || amount > AMOUNT_MAX)
        refuse(d, ERR_R_AMOUNT, "/amount", "Số tiền phải lớn hơn 0", "The amount must be above 0");
}

/* With a reason it is a financial obligation whose time the procedure excludes. */
void ask_payment(struct deciding *d, const struct ask *ask, struct payload *pl)
{
    size_t i;

    want_amount(d, ask->amount);
    pl->amount = ask->amount;
    if (!ask->stops)
        return;
    for (i = 0; ask->reason && i < d->p->stops && strcmp(d->p->stop[i].reason, ask->reason) != 0;
         i++)
        ;
    if (!ask->reason || i == d->p->stops)
        refuse(d, ERR_R_NOT_NAMED, "/reason", NULL, NULL);
    if (requests_stop(d->s))
        refuse(d, ERR_R_WAITING, NULL, NULL, NULL);
    if (!said(ask->document))
        refuse(d, ERR_R_NEEDS_DOCUMENT, "/document", "Phải ghi thông báo nộp tiền",
               "Name the notice of payment");
    pl->stops = true;
}

void answer_payment(struct deciding *d, const struct request *r, struct payload *pl)
{
    const struct ask *ask = d->cmd->ask;

    if (strcmp(pl->outcome, "paid") != 0)
        refuse(d, ERR_INVALID, "/outcome", "Đã nộp: paid", "Paid: paid");
    if (ask->amount != r->amount)
        refuse(d, ERR_R_AMOUNT, "/amount", "Phải nộp %lld đồng, nhận được %lld đồng",
               "%lld dong are due, %lld were paid", (long long)r->amount, (long long)ask->amount);
    if (!said(pl->reference))
        refuse(d, ERR_INVALID, "/reference", "Phải ghi số biên lai hoặc mã giao dịch",
               "The receipt or transaction number is missing");
    if (r->stops && !said(ask->document) && fine(d))
        pl->document = pl->reference;
    pl->amount = ask->amount;
}

void ask_refund(struct deciding *d, const struct ask *ask, struct payload *pl)
{
    want_amount(d, ask->amount);
    if (ask->amount > d->s->paid)
        refuse(d, ERR_R_AMOUNT, "/amount", "Chỉ đã thu %lld đồng", "Only %lld dong were paid",
               (long long)d->s->paid);
    if (!said(d->cmd->note))
        refuse(d, ERR_R_NEEDS_REASON, "/note", NULL, NULL);
    pl->amount = ask->amount;
}

void answer_refund(struct deciding *d, const struct request *r, struct payload *pl)
{
    if (strcmp(pl->outcome, "paid") != 0)
        refuse(d, ERR_INVALID, "/outcome", "Đã hoàn: paid", "Given back: paid");
    if (r->amount > d->s->paid)
        refuse(d, ERR_R_AMOUNT, "/amount", NULL, NULL);
    if (!said(pl->reference))
        refuse(d, ERR_INVALID, "/reference", "Phải ghi số chứng từ", "The voucher is missing");
    pl->amount = r->amount;
}
