/* Money asked for, received and given back (Decree 61/2018 art. 22, 118/2025 art. 24).  Amounts are
 * exact: no instalments; a call-back that comes again counts once; a reference stands for one
 * payment only.  Any thread. */
#include "common/access/access.h"
#include "common/dossier/request_asks.h"

#define AMOUNT_MAX INT64_C(1000000000000000)

/* ---------------------------------------------------------------- what is owed */

/* The fee told at acceptance is owed without having been asked for by a step. */
static bool is_fee(const struct request *r)
{
    return r->kind == REQ_PAYMENT && r->from == 0;
}

int64_t dossier_fee_left(const struct dossier *s)
{
    int64_t left = s->fee;
    size_t i;

    if (s->status == DS_WITHDRAWN || s->status == DS_STOPPED || s->status == DS_CLOSED)
        return 0; /* nothing will be done for it any more */
    for (i = 0; i < s->requests; i++)
        if (is_fee(&s->request[i]) && s->request[i].state == RS_DONE)
            left -= s->request[i].amount;
    return left > 0 ? left : 0;
}

int64_t dossier_owed(const struct dossier *s)
{
    int64_t owed = dossier_fee_left(s);
    size_t i;

    for (i = 0; i < s->requests; i++)
        if (s->request[i].kind == REQ_PAYMENT && request_open(&s->request[i]))
            owed += s->request[i].amount;
    return owed;
}

static bool exempted(const struct dossier *s)
{
    size_t i;

    for (i = 0; i < s->fee_dues; i++)
        if (s->fee_due[i].exemption)
            return true;
    return false;
}

enum money_status dossier_money(const struct dossier *s)
{
    size_t i;

    if (dossier_owed(s) > 0)
        return MONEY_REQUESTED;
    if (s->paid > 0)
        return MONEY_PAID;
    for (i = 0; i < s->requests; i++)
        if (s->request[i].kind == REQ_REFUND && s->request[i].state == RS_DONE)
            return MONEY_REFUNDED;
    return exempted(s) ? MONEY_EXEMPT : MONEY_NONE;
}

/* The fee divides as its lines do; what a procedure excludes time for is an obligation to others
 * (tax …), not the office's own. */
struct money_split dossier_split(const struct dossier *s, const struct request *r, int64_t amount)
{
    struct money_split split = {0, 0};
    int64_t charge = 0;
    size_t i;

    if (r && !is_fee(r)) {
        split.duty = r->stops ? amount : 0;
        return split;
    }
    for (i = 0; i < s->fee_dues; i++)
        charge += s->fee_due[i].charge ? s->fee_due[i].amount : 0;
    split.charge = amount < charge ? amount : charge; /* a part given back: lệ phí first */
    return split;
}

/* ---------------------------------------------------------------- asking for it */

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

/* ---------------------------------------------------------------- receiving it */

static const char *const methods[] = {"cash", "transfer", "online", "post", NULL};

static bool method_known(const char *method)
{
    size_t i;

    for (i = 0; method && methods[i]; i++)
        if (strcmp(method, methods[i]) == 0)
            return true;
    return false;
}

/* The payment that this receipt or transaction stands for already, or NULL. */
static const struct request *paid_by(const struct dossier *s, const char *reference)
{
    size_t i;

    for (i = 0; said(reference) && i < s->requests; i++) {
        const struct request *r = &s->request[i];

        if (r->kind == REQ_PAYMENT && r->state == RS_DONE && r->reference &&
            strcmp(r->reference, reference) == 0)
            return r;
    }
    return NULL;
}

static void amounts_differ(struct deciding *d, int64_t due, int64_t came)
{
    refuse(d, ERR_R_AMOUNT, "/amount", "Phải nộp %lld đồng, nhận được %lld đồng",
           "%lld dong are due, %lld were paid", (long long)due, (long long)came);
}

static const struct ask *payment(const struct deciding *d)
{
    static const struct ask nothing;

    return d->cmd && d->cmd->ask ? d->cmd->ask : &nothing;
}

static void want_reference(struct deciding *d)
{
    refuse(d, ERR_INVALID, "/reference", "Phải ghi số biên lai hoặc mã giao dịch",
           "The receipt or transaction number is missing");
}

/* What every payment says: exact amount, how, and by which receipt.  At the counter a receipt of
 * the agency's own numbering is given when none is typed in (biên lai 3 liên: typed). */
static void take_payment(struct deciding *d, const struct request *r, int64_t due,
                         struct payload *pl)
{
    const struct ask *ask = payment(d);
    struct money_split split = dossier_split(d->s, r, due);

    if (ask->amount != due)
        amounts_differ(d, due, ask->amount);
    if (!method_known(pl->method ? pl->method : "cash"))
        refuse(d, ERR_INVALID, "/method", "Hình thức nộp: cash, transfer, online, post",
               "How it was paid: cash, transfer, online, post");
    if (paid_by(d->s, pl->reference))
        refuse(d, ERR_R_ONCE_ONLY, "/reference", "Số “%s” đã dùng cho khoản đã nộp khác",
               "“%s” stands for another payment already", pl->reference);
    if (!said(pl->reference) && (is_system(d) || (pl->method && strcmp(pl->method, "cash") != 0)))
        want_reference(d);
    pl->given = !said(pl->reference);
    pl->method = pl->method ? pl->method : "cash";
    pl->amount = due;
    pl->charge = split.charge;
    pl->duty = split.duty;
    pl->agency = d->s->receiving;
    pl->outcome = "paid";
}

void answer_payment(struct deciding *d, const struct request *r, struct payload *pl)
{
    if (strcmp(pl->outcome, "paid") != 0)
        refuse(d, ERR_INVALID, "/outcome", "Đã nộp: paid", "Paid: paid");
    take_payment(d, r, r->amount, pl);
    if (r->stops && !said(pl->document) && fine(d)) {
        if (pl->given)
            refuse(d, ERR_R_NEEDS_DOCUMENT, "/document", "Phải ghi chứng từ đã nộp",
                   "Name the proof of payment");
        pl->document = pl->reference;
    }
}

void receipt_numbered(struct deciding *d, const struct payload *pl, struct event *e)
{
    int at = organisation_of_id(d->c->org, d->s->receiving);

    if (e->kind != EV_FIN_PAID || !pl->given)
        return;
    e->assign = (struct assign_number){
        .counter = arena_printf(d->a, "receipt/%s/%d", at < 0 ? "" : d->c->org->agency[at].code,
                                civil_of_day(d->today).year),
        .prefix = "",
        .width = 7};
}

/* ---------------------------------------------------------------- CMD_PAY */

/* At the counter of the receiving unit, or the payment platform itself. */
struct verdict check_pay(struct deciding *d)
{
    const struct actor *who = &d->c->actor;
    unsigned roles = ROLE_BIT(ROLE_CASHIER) | ROLE_BIT(ROLE_RECEIVER);

    if (who->user == 0)
        return VERDICT_OK;
    if (!access_acts_for(d->c->org, who->agency, d->s->receiving, d->today))
        return (struct verdict){ERR_R_NOT_YOUR_AGENCY, {NULL, NULL}};
    return who->roles & roles ? VERDICT_OK : (struct verdict){ERR_R_NOT_YOUR_ROLE, {NULL, NULL}};
}

/* The open request that is meant: named, or the only thing owed; NULL: the fee.  False: none, or
 * more than one. */
static bool find_owed(const struct deciding *d, const struct request **ret, size_t *ret_n)
{
    const struct dossier *s = d->s;
    bool fee = dossier_fee_left(s) > 0;
    size_t i;

    *ret = NULL;
    *ret_n = 0;
    for (i = 0; i < s->requests; i++) {
        const struct request *r = &s->request[i];

        if (r->kind != REQ_PAYMENT || !request_open(r) ||
            (d->cmd->request && d->cmd->request != r->request))
            continue;
        *ret = r;
        ++*ret_n;
    }
    if (d->cmd->request)
        return *ret_n == 1;
    *ret_n += fee ? 1 : 0;
    return *ret_n == 1;
}

static void not_owed(struct deciding *d, size_t n)
{
    if (n == 0)
        refuse(d, ERR_R_ONCE_ONLY, NULL, "Không còn khoản nào phải nộp: đã nộp",
               "Nothing is owed: it has been paid");
    else
        refuse(d, ERR_INVALID, "/request", "Có nhiều khoản phải nộp: nêu số đề nghị",
               "Several amounts are owed: name the request");
}

/* The same message again: counted once, the same answer.  Other money under it is refused. */
static bool repeated(struct deciding *d)
{
    const struct ask *ask = payment(d);
    const struct request *paid = paid_by(d->s, ask->reference);
    const struct request *r = paid ? paid : unmatched_by(d->s, ask->reference);

    if (!r)
        return false;
    if (ask->amount != r->amount)
        amounts_differ(d, r->amount, ask->amount);
    if (paid && d->cmd->request && d->cmd->request != r->request)
        refuse(d, ERR_R_ONCE_ONLY, "/reference", "Số “%s” đã dùng cho khoản đã nộp khác",
               "“%s” stands for another payment already", ask->reference);
    return true;
}

/* Money that the platform has taken is there, whether it fits or not; at the counter it is not
 * taken.  NULL: it fits. */
static const char *misfit(const struct deciding *d, bool found, size_t n, const struct request *r)
{
    int64_t due = r ? r->amount : dossier_fee_left(d->s);

    if (!is_system(d) || payment(d)->amount <= 0)
        return NULL;
    if (!found)
        return n == 0 ? "not_owed" : "several";
    return payment(d)->amount != due ? "amount" : NULL;
}

static void take_it(struct deciding *d, const struct request *r, struct payload *pl)
{
    pl->request = r ? r->request : (int64_t)d->s->requests + 1;
    if (r)
        answer_payment(d, r, pl);
    else
        take_payment(d, NULL, dossier_fee_left(d->s), pl);
    if (fine(d) && (!r || !r->stops || clocks_resumed(d, r, false, pl)))
        receipt_numbered(d, pl, push(d, EV_FIN_PAID, pl));
}

void act_pay(struct deciding *d)
{
    const struct ask *ask = payment(d);
    const struct request *r;
    struct payload pl = {.kind = REQ_PAYMENT,
                         .state = RS_DONE,
                         .note = d->cmd->note,
                         .document = ask->document,
                         .reference = ask->reference,
                         .method = ask->method,
                         .wanted = INSTANT_NONE,
                         .basis = INSTANT_NONE,
                         .current = INSTANT_NONE,
                         .claimed = INSTANT_NONE,
                         .outcome = "paid"};
    const char *why;
    size_t n;
    bool found;

    words_fit(d, pl.reference, WORD_MAX, false, "/reference");
    words_fit(d, pl.document, WORD_MAX, false, "/document");
    words_fit(d, pl.note, NOTE_MAX, true, "/note");
    if (is_system(d) && !said(pl.reference))
        want_reference(d); /* the platform always has one */
    if (!fine(d) || repeated(d))
        return;
    found = find_owed(d, &r, &n);
    why = misfit(d, found, n, r);
    if (why)
        take_unmatched(d, found ? r : NULL, why);
    else if (found)
        take_it(d, r, &pl);
    else
        not_owed(d, n);
}

/* ---------------------------------------------------------------- giving it back */

/* Given back already, or asked to be, of one payment; but: a request not counted. */
static int64_t refunded(const struct dossier *s, const struct request *payment, int64_t but)
{
    int64_t sum = 0;
    size_t i;

    for (i = 0; i < s->requests; i++) {
        const struct request *r = &s->request[i];

        if (r->kind == REQ_REFUND && r->refunds == payment->request && r->request != but &&
            (request_pending(r) || r->state == RS_DONE))
            sum += r->amount;
    }
    return sum;
}

static const struct request *payment_of(const struct dossier *s, int64_t request)
{
    const struct request *only = NULL;
    size_t i;

    for (i = 0; i < s->requests; i++) {
        const struct request *r = &s->request[i];

        if (r->kind != REQ_PAYMENT || r->state != RS_DONE)
            continue;
        if (r->request == request)
            return r;
        if (request == 0 && only)
            return NULL;
        only = r;
    }
    return request == 0 ? only : NULL;
}

/* Which payment: named, where there were several; never more than was received. */
void ask_refund(struct deciding *d, const struct ask *ask, struct payload *pl)
{
    const struct request *r = payment_of(d->s, d->cmd->request);
    int64_t left;

    want_amount(d, ask->amount);
    if (!said(d->cmd->note))
        refuse(d, ERR_R_NEEDS_REASON, "/note", NULL, NULL);
    if (!r) {
        refuse(d, ERR_INVALID, "/request", "Phải nêu khoản đã nộp cần hoàn",
               "Name the payment that is given back");
        return;
    }
    left = r->amount - refunded(d->s, r, 0);
    if (ask->amount > left)
        refuse(d, ERR_R_AMOUNT, "/amount", "Chỉ còn hoàn được %lld đồng, đề nghị %lld đồng",
               "At most %lld dong can be given back, %lld were asked", (long long)left,
               (long long)ask->amount);
    pl->amount = ask->amount;
    pl->refunds = r->request;
}

/* Cashier and approver are two (domain: separation of duty 5): who took the money or pays it out
 * does not approve. */
void agree_refund(struct deciding *d, const struct request *r)
{
    const struct request *p = payment_of(d->s, r->refunds);

    if (p && access_same_person(d->c->actor.user, d->c->actor.on_behalf_of, p->done_by))
        refuse(d, ERR_R_SEPARATION, NULL, "Người thu tiền không được duyệt hoàn",
               "Whoever took the money may not approve giving it back");
}

void answer_refund(struct deciding *d, const struct request *r, struct payload *pl)
{
    const struct request *p = payment_of(d->s, r->refunds);
    struct money_split split;

    if (strcmp(pl->outcome, "paid") != 0)
        refuse(d, ERR_INVALID, "/outcome", "Đã hoàn: paid", "Given back: paid");
    if (access_same_person(d->c->actor.user, d->c->actor.on_behalf_of, r->agreed_by))
        refuse(d, ERR_R_SEPARATION, NULL, "Người duyệt hoàn không được chi",
               "Whoever approved it may not pay it out");
    if (!p || r->amount > d->s->paid || r->amount > p->amount - refunded(d->s, p, r->request))
        refuse(d, ERR_R_AMOUNT, "/amount", NULL, NULL);
    if (!said(pl->reference))
        refuse(d, ERR_INVALID, "/reference", "Phải ghi số chứng từ", "The voucher is missing");
    if (!fine(d))
        return;
    split = dossier_split(d->s, p, r->amount);
    pl->amount = r->amount;
    pl->charge = split.charge;
    pl->duty = split.duty;
    pl->refunds = p->request;
    pl->agency = d->s->receiving;
    pl->method = pl->method ? pl->method : "cash";
}
