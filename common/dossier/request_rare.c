/* Change of case: only with a second person.  Any thread. */
#include "common/dossier/request_asks.h"

/* ---------------------------------------------------------------- change of case */

/* The case that is asked for, and whether it may hold now. */
static const struct procedure_case *case_asked(struct deciding *d, const char *code)
{
    const struct procedure_case *c = said(code) ? procedure_case_of(d->p, code) : NULL;
    struct facts *f = state_facts(d->a, d->s, d->p);

    if (d->s->result.approved_by != 0)
        refuse(d, ERR_R_DECIDED, NULL, NULL, NULL);
    if (requests_stop(d->s))
        refuse(d, ERR_R_WAITING, NULL, NULL, NULL);
    if (!c) {
        refuse(d, ERR_R_UNKNOWN_CASE, "/case", "Thủ tục không có trường hợp “%s”",
               "The procedure has no case “%s”", code ? code : "");
        return NULL;
    }
    if (d->s->case_code && strcmp(d->s->case_code, c->code) == 0)
        refuse(d, ERR_INVALID, "/case", "Hồ sơ đang theo trường hợp “%s”",
               "The dossier follows case “%s” already", c->code);
    if (c->when && !expr_eval(c->when, facts_get, f))
        refuse(d, ERR_R_CONDITION, "/case", "Trường hợp “%s” không đúng với hồ sơ",
               "Case “%s” does not hold for this dossier", c->code);
    return c;
}

static bool wanted_by(const struct component *c, size_t n, const char *code, const struct facts *f)
{
    size_t i;

    for (i = 0; i < n; i++)
        if (strcmp(c[i].code, code) == 0)
            return component_required(&c[i], f);
    return false;
}

/* Papers that only the new case wants: shown with the request, asked for as a supplement is. */
static void more_papers(struct deciding *d, const char *code, struct payload *pl)
{
    struct facts was = *state_facts(d->a, d->s, d->p), is = was;
    size_t i, n = 0, old_n = 0, cap = 0;
    const struct component *old = procedure_components(d->p, d->s->case_code, &old_n);
    const struct component *c = procedure_components(d->p, code, &n);

    is.case_code = code;
    for (i = 0; i < n; i++)
        if (component_required(&c[i], &is) && !wanted_by(old, old_n, c[i].code, &was))
            ARENA_PUSH(d->a, pl->missing, pl->missings, cap) = c[i].code;
}

/* Domain A3: another case has its own limit, papers and fee. */
void ask_case(struct deciding *d, const struct ask *ask, struct payload *pl)
{
    const struct procedure_case *c = case_asked(d, ask->case_code);

    if (!said(ask->text))
        refuse(d, ERR_R_NEEDS_REASON, "/text", NULL, NULL);
    if (!c || !fine(d))
        return;
    pl->case_code = c->code;
    more_papers(d, c->code, pl);
}

/* The limit counts from the same receipt.  What was promised is never shortened, and the dossier is
 * judged by the date it was given first: original and basis stay, the current date may come later.
 */
void send_case(struct deciding *d, const struct request *r, struct payload *pl)
{
    const struct procedure_case *c = case_asked(d, r->case_code);
    const struct clock *legal = clock_of(d->s, CLOCK_LEGAL, -1, 0);
    struct payload_clock *pc = ARENA_NEW(d->a, struct payload_clock);
    struct facts f = *state_facts(d->a, d->s, d->p);
    enum time_fault fault;

    if (!c || !legal || !fine(d))
        return;
    f.case_code = c->code;
    pl->case_code = c->code;
    pl->legal = procedure_limit(d->p, &f, true);
    pl->committed = procedure_limit(d->p, &f, false);
    fee_lines_of(d, &f, d->s->quantity, d->s->exemption, pl);
    *pc = (struct payload_clock){CLOCK_LEGAL, -1, pl->committed, legal->calendar, 0};
    fault = clock_due_again(d->c->calendar(d->c->ctx, legal->calendar), legal, pl->committed,
                            d->c->now, &pc->due);
    if (fault != TIME_FINE) {
        refuse_verdict(d, (struct verdict){ERR_R_CALENDAR_END, time_fault_text(fault)}, NULL);
        return;
    }
    pl->clock = pc;
    pl->clocks = 1;
    if (pc->due <= d->s->current_due)
        return;
    /* A date moves with a document only (domain 9.3, INV3): of whoever asked, or who agrees. */
    if (!said(r->document))
        want_document(d, pl->document, "Ngày hẹn sẽ lùi: phải ghi văn bản đổi trường hợp",
                      "The promise would move: name the document that changes the case");
    pl->current = pc->due;
}
