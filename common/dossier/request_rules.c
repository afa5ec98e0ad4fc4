/* Requests by table: who asks, who agrees, who sends, who answers, what stands still meanwhile; and
 * which event is which turn of which request.  Constants; any thread. */
#include "common/access/access.h"
#include "common/dossier/request_asks.h"

#define BIT(r)  ROLE_BIT(ROLE_##r)
#define LEADERS (BIT(LEADER) | BIT(COMMITTEE_LEADER))

/* A kind without an event for a turn takes the general one (REQUESTED, REQUEST_AGREED).  What is
 * not said: asked for by the officer of the step, agreed to by nobody, answered by nobody. */
static const struct request_rule rules[REQ_KINDS] = {
    [REQ_SUPPLEMENT] = {REQ_SUPPLEMENT, EV_SUPPLEMENT_DRAFTED, EV_REQUEST_AGREED,
                        EV_SUPPLEMENT_SENT, EV_SUPPLEMENT_RECEIVED,
                        .consent = CONSENT_OUTSIDE_RULES, .through_onestop = true,
                        .answerer = ANSWER_RECEPTION, .answers = "complete partial", .stops = true,
                        .restarts = true, .status = DS_SUPPLEMENT, .ask = ask_supplement,
                        .send = send_supplement, .answer = answer_supplement},
    [REQ_EXTENSION] = {REQ_EXTENSION, EV_EXTENSION_REQUESTED, EV_EXTENSION_APPROVED,
                       EV_DUE_ADJUSTED, EV_NONE, .consent = CONSENT_ALWAYS, .through_onestop = true,
                       .ask = ask_extension, .send = send_extension},
    [REQ_EXCLUSION] = {REQ_EXCLUSION, EV_REQUESTED, EV_REQUEST_AGREED, EV_EXCLUSION_STARTED,
                       EV_EXCLUSION_ENDED, .answerer = ANSWER_ASKER, .answers = "end",
                       .stops = true, .status = DS_EXCLUDED, .ask = ask_exclusion,
                       .answer = answer_ended},
    [REQ_SUSPENSION] = {REQ_SUSPENSION, EV_REQUESTED, EV_REQUEST_AGREED, EV_SUSPENDED, EV_RESUMED,
                        BY_COMPETENT, LEADERS, .answerer = ANSWER_ASKER, .answers = "end",
                        .stops = true, .status = DS_SUSPENDED, .ask = ask_suspension,
                        .answer = answer_ended},
    [REQ_CONSULT] = {REQ_CONSULT, EV_REQUESTED, EV_REQUEST_AGREED, EV_CONSULT_SENT,
                     EV_CONSULT_ANSWERED, .answerer = ANSWER_OTHER, .answers = "agree disagree",
                     .status = DS_CONSULTING, .ask = ask_consult, .send = send_consult,
                     .answer = answer_consult},
    [REQ_PAYMENT] = {REQ_PAYMENT, EV_REQUESTED, EV_REQUEST_AGREED, EV_FIN_REQUESTED, EV_FIN_PAID,
                     .answerer = ANSWER_CASHIER, .answers = "paid", .unasked = true,
                     .status = DS_FIN_OBLIGATION, .goes_on = true, .ask = ask_payment,
                     .answer = answer_payment},
    [REQ_REFUND] = {REQ_REFUND, EV_REQUESTED, EV_REQUEST_AGREED, EV_NONE, EV_REFUNDED, BY_RECEPTION,
                    BIT(CASHIER) | BIT(RECEIVER), .consent = CONSENT_ALWAYS, .head_agrees = true,
                    .answerer = ANSWER_CASHIER, .answers = "paid", .after_end = true,
                    .goes_on = true, .ask = ask_refund, .agree = agree_refund,
                    .answer = answer_refund},
    [REQ_PAPER] = {REQ_PAPER, EV_REQUESTED, EV_REQUEST_AGREED, EV_PAPER_SENT, EV_PAPER_RECEIVED,
                   BY_RECEPTION, BIT(RECEIVER) | BIT(SPECIALIST) | BIT(CLERK),
                   .answerer = ANSWER_POST, .answers = "received", .goes_on = true,
                   .ask = ask_paper, .send = send_paper, .answer = answer_paper},
    [REQ_CASE] = {REQ_CASE, EV_REQUESTED, EV_REQUEST_AGREED, EV_CASE_CHANGED, EV_NONE,
                  .consent = CONSENT_ALWAYS, .ask = ask_case, .send = send_case},
    [REQ_LATE_ENTRY] = {REQ_LATE_ENTRY, EV_REQUESTED, EV_REQUEST_AGREED, EV_LATE_ENTRY, EV_NONE,
                        BY_RECEPTION, BIT(RECEIVER), .consent = CONSENT_ALWAYS, .head_agrees = true,
                        .goes_on = true, .ask = ask_late_entry, .send = send_late_entry},
    /* Nobody asks for it: the payment platform tells of money that is there (act_pay). */
    [REQ_UNMATCHED] = {REQ_UNMATCHED, EV_REQUESTED, EV_REQUEST_AGREED, EV_FIN_UNMATCHED,
                       EV_FIN_SENT_BACK, BY_RECEPTION, .answerer = ANSWER_CASHIER,
                       .answers = "sent_back", .after_end = true, .goes_on = true, .stays = true,
                       .answer = answer_unmatched},
    /* Nobody asks for it: the other dossier tells that it ended (act_link). */
    [REQ_LINKED] = {REQ_LINKED, EV_REQUESTED, EV_REQUEST_AGREED, EV_LINK_ENDED, EV_LINK_DECIDED,
                    BY_RECEPTION, .answerer = ANSWER_OTHER, .answers = "go_on wait",
                    .answer = answer_linked, .follow = follow_linked},
};

const struct request_rule *request_rule_of(enum request_kind k)
{
    return k > REQ_NONE && k < REQ_KINDS ? &rules[k] : NULL;
}

/* ---------------------------------------------------------------- events */

/* Events that belong to one kind alone. */
static bool own_turn(enum event_kind e, enum request_kind *ret_kind, enum request_turn *ret_turn)
{
    unsigned k;

    if (e == EV_REQUESTED || e == EV_REQUEST_AGREED)
        return false;
    for (k = REQ_SUPPLEMENT; k < REQ_KINDS; k++) {
        const struct request_rule *r = &rules[k];

        *ret_kind = r->kind;
        if (e == r->asked)
            *ret_turn = TURN_ASKED;
        else if (e == r->agreed)
            *ret_turn = TURN_AGREED;
        else if (e == r->sent)
            *ret_turn = TURN_SENT;
        else if (r->done != EV_NONE && e == r->done)
            *ret_turn = TURN_DONE;
        else
            continue;
        return true;
    }
    return false;
}

bool request_turn_of(enum event_kind e, enum request_kind given, enum request_kind *ret_kind,
                     enum request_turn *ret_turn)
{
    static const struct {
        enum event_kind e;
        enum request_turn turn;
    } general[] = {
        {EV_REQUESTED, TURN_ASKED},           {EV_REQUEST_AGREED, TURN_AGREED},
        {EV_REQUEST_DECLINED, TURN_DECLINED}, {EV_REQUEST_CANCELLED, TURN_CANCELLED},
        {EV_SUPPLEMENT_TIMEOUT, TURN_LAPSED}, {EV_CONSULT_DEEMED_AGREED, TURN_DONE},
    };
    size_t i;

    if (own_turn(e, ret_kind, ret_turn))
        return given == REQ_NONE || given == *ret_kind;
    for (i = 0; i < sizeof general / sizeof *general; i++)
        if (general[i].e == e && request_rule_of(given)) {
            *ret_kind = given;
            *ret_turn = general[i].turn;
            return true;
        }
    return false;
}

const char *request_answers(const struct request *r)
{
    const char *open = rules[r->kind].answers;

    if (r->state == RS_ASKED)
        return "agree decline";
    if (r->state == RS_AGREED)
        return "send";
    return request_open(r) && open ? open : "";
}

/* ---------------------------------------------------------------- what the status shows */

enum dossier_status request_status(const struct request *r)
{
    /* A payment that excludes no time is a matter of money, not of the dossier's way. */
    if (r->kind == REQ_PAYMENT && !r->stops)
        return DS_NONE;
    return rules[r->kind].status;
}

/* The strongest wait wins: a suspended dossier that also waits for an opinion is suspended. */
bool dossier_status_waits(enum dossier_status s)
{
    return waiting_rank(s) > 0;
}

int waiting_rank(enum dossier_status st)
{
    switch (st) {
    case DS_SUSPENDED:
        return 4;
    case DS_SUPPLEMENT:
        return 3;
    case DS_FIN_OBLIGATION:
    case DS_EXCLUDED:
        return 2;
    case DS_CONSULTING:
        return 1;
    default:
        return 0;
    }
}
