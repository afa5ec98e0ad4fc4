/* Requests by table: who asks, who agrees, who sends, who answers, what stands still meanwhile; and
 * which event is which turn of which request.  Constants; any thread. */
#include "common/access/access.h"
#include "common/dossier/request_asks.h"

#define BIT(r)  ROLE_BIT(ROLE_##r)
#define LEADERS (BIT(LEADER) | BIT(COMMITTEE_LEADER))

/* A kind without an event for a turn takes the general one (REQUESTED, REQUEST_AGREED). */
static const struct request_rule rules[REQ_KINDS] = {
    [REQ_SUPPLEMENT] = {REQ_SUPPLEMENT, EV_SUPPLEMENT_DRAFTED, EV_REQUEST_AGREED,
                        EV_SUPPLEMENT_SENT, EV_SUPPLEMENT_RECEIVED, BY_STEP, 0,
                        CONSENT_OUTSIDE_RULES, false, true, ANSWER_RECEPTION, true, DS_SUPPLEMENT,
                        false, false, ask_supplement, send_supplement, answer_supplement, NULL},
    [REQ_EXTENSION] = {REQ_EXTENSION, EV_EXTENSION_REQUESTED, EV_EXTENSION_APPROVED,
                       EV_DUE_ADJUSTED, EV_NONE, BY_STEP, 0, CONSENT_ALWAYS, false, true,
                       ANSWER_NOBODY, false, DS_NONE, false, false, ask_extension, send_extension,
                       NULL, NULL},
    [REQ_EXCLUSION] = {REQ_EXCLUSION, EV_REQUESTED, EV_REQUEST_AGREED, EV_EXCLUSION_STARTED,
                       EV_EXCLUSION_ENDED, BY_STEP, 0, CONSENT_NONE, false, false, ANSWER_ASKER,
                       true, DS_EXCLUDED, false, false, ask_exclusion, NULL, answer_ended, NULL},
    [REQ_SUSPENSION] = {REQ_SUSPENSION, EV_REQUESTED, EV_REQUEST_AGREED, EV_SUSPENDED, EV_RESUMED,
                        BY_COMPETENT, LEADERS, CONSENT_NONE, false, false, ANSWER_ASKER, true,
                        DS_SUSPENDED, false, false, ask_suspension, NULL, answer_ended, NULL},
    [REQ_CONSULT] = {REQ_CONSULT, EV_REQUESTED, EV_REQUEST_AGREED, EV_CONSULT_SENT,
                     EV_CONSULT_ANSWERED, BY_STEP, 0, CONSENT_NONE, false, false, ANSWER_OTHER,
                     false, DS_CONSULTING, false, false, ask_consult, send_consult, answer_consult,
                     NULL},
    [REQ_PAYMENT] = {REQ_PAYMENT, EV_REQUESTED, EV_REQUEST_AGREED, EV_FIN_REQUESTED, EV_FIN_PAID,
                     BY_STEP, 0, CONSENT_NONE, false, false, ANSWER_CASHIER, false,
                     DS_FIN_OBLIGATION, false, false, ask_payment, NULL, answer_payment, NULL},
    [REQ_REFUND] = {REQ_REFUND, EV_REQUESTED, EV_REQUEST_AGREED, EV_NONE, EV_REFUNDED, BY_RECEPTION,
                    BIT(CASHIER) | BIT(RECEIVER), CONSENT_ALWAYS, true, false, ANSWER_CASHIER,
                    false, DS_NONE, true, false, ask_refund, NULL, answer_refund, NULL},
    [REQ_PAPER] = {REQ_PAPER, EV_REQUESTED, EV_REQUEST_AGREED, EV_PAPER_SENT, EV_PAPER_RECEIVED,
                   BY_RECEPTION, BIT(RECEIVER) | BIT(SPECIALIST) | BIT(CLERK), CONSENT_NONE, false,
                   false, ANSWER_OTHER, false, DS_NONE, false, false, ask_paper, send_paper,
                   answer_paper, NULL},
    [REQ_CASE] = {REQ_CASE, EV_REQUESTED, EV_REQUEST_AGREED, EV_CASE_CHANGED, EV_NONE, BY_STEP, 0,
                  CONSENT_ALWAYS, false, false, ANSWER_NOBODY, false, DS_NONE, false, false,
                  ask_case, send_case, NULL, NULL},
    [REQ_LATE_ENTRY] = {REQ_LATE_ENTRY, EV_REQUESTED, EV_REQUEST_AGREED, EV_LATE_ENTRY, EV_NONE,
                        BY_RECEPTION, BIT(RECEIVER), CONSENT_ALWAYS, true, false, ANSWER_NOBODY,
                        false, DS_NONE, false, false, ask_late_entry, send_late_entry, NULL, NULL},
    /* Nobody asks for it: the payment platform tells of money that is there (act_pay). */
    [REQ_UNMATCHED] = {REQ_UNMATCHED, EV_REQUESTED, EV_REQUEST_AGREED, EV_FIN_UNMATCHED,
                       EV_FIN_SENT_BACK, BY_RECEPTION, 0, CONSENT_NONE, false, false,
                       ANSWER_CASHIER, false, DS_NONE, true, true, NULL, NULL, answer_unmatched,
                       NULL},
    /* Nobody asks for it: the other dossier tells that it ended (act_link). */
    [REQ_LINKED] = {REQ_LINKED, EV_REQUESTED, EV_REQUEST_AGREED, EV_LINK_ENDED, EV_LINK_DECIDED,
                    BY_RECEPTION, 0, CONSENT_NONE, false, false, ANSWER_OTHER, false, DS_NONE,
                    false, false, NULL, NULL, answer_linked, follow_linked},
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
    static const char *const open[REQ_KINDS] = {
        [REQ_SUPPLEMENT] = "complete partial",
        [REQ_EXCLUSION] = "end",
        [REQ_SUSPENSION] = "end",
        [REQ_CONSULT] = "agree disagree",
        [REQ_PAYMENT] = "paid",
        [REQ_REFUND] = "paid",
        [REQ_PAPER] = "received",
        [REQ_UNMATCHED] = "sent_back",
        [REQ_LINKED] = "go_on wait",
    };

    if (r->state == RS_ASKED)
        return "agree decline";
    if (r->state == RS_AGREED)
        return "send";
    return request_open(r) && open[r->kind] ? open[r->kind] : "";
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
