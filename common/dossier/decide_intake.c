/* Intake: attempts at the counter, by post and online, and how each ends (Decree 118/2025 art. 17;
 * forms 01, 02, 03).  Acceptance pins the rules, gives the promise and starts the clock.
 * Everything lives in the decision's arena.  Any thread. */
#include "common/access/access.h"
#include "common/dossier/inside.h"

/* ---------------------------------------------------------------- who */

static int unit_of(const struct deciding *d)
{
    const struct intake *in = d->cmd ? d->cmd->intake : NULL;

    if (in && in->receiving && !(d->s && d->s->status == DS_SUBMITTED))
        return in->receiving;
    return d->s ? d->s->receiving : 0;
}

static struct verdict at_counter(const struct deciding *d, unsigned roles)
{
    const struct actor *who = &d->c->actor;

    if (!access_acts_for(d->c->org, who->agency, unit_of(d), d->today))
        return (struct verdict){ERR_R_NOT_YOUR_AGENCY, {NULL, NULL}};
    if (!(who->roles & roles))
        return (struct verdict){ERR_R_NOT_YOUR_ROLE, {NULL, NULL}};
    return VERDICT_OK;
}

/* The portal submits by itself; staff only for those who come to them (they help, not decide). */
struct verdict check_submit(struct deciding *d)
{
    if (d->c->actor.user == 0)
        return VERDICT_OK;
    return at_counter(d, ROLE_BIT(ROLE_RECEIVER) | ROLE_BIT(ROLE_SUPPORT));
}

struct verdict check_intake(struct deciding *d)
{
    if (may_correct(d))
        return VERDICT_OK;
    return at_counter(d, ROLE_BIT(ROLE_RECEIVER) | roles_instead(d));
}

/* ---------------------------------------------------------------- what is the same for all */

static bool rules_known(struct deciding *d)
{
    if (d->c->regime)
        return true;
    refuse(d, ERR_R_NOT_IN_FORCE, NULL, "Không có quy định nào có hiệu lực trong ngày này",
           "No rules are in force on this day");
    return false;
}

void check_in_force(struct deciding *d)
{
    const struct regime *r = d->c->regime;

    if (rules_known(d) && (d->today < r->valid_from || d->today > r->valid_to))
        refuse(d, ERR_R_NOT_IN_FORCE, NULL, "Quy định “%s” không có hiệu lực trong ngày này",
               "The rules “%s” are not in force on this day", r->regime);
    if (d->today < d->p->valid_from || d->today > d->p->valid_to)
        refuse(d, ERR_R_NOT_IN_FORCE, NULL, NULL, NULL);
    if (d->p->not_executable)
        refuse(d, ERR_R_NOT_EXECUTABLE, NULL, "Bộ máy chưa thực hiện được: %s",
               "The engine does not execute yet: %s", d->p->not_executable);
}

static void check_new_channel(struct deciding *d, bool at_desk)
{
    const struct intake *in = d->cmd->intake;

    if (!in || d->s)
        return;
    if (at_desk && in->channel == CHANNEL_ONLINE)
        refuse(d, ERR_R_CHANNEL, "/channel",
               "Hồ sơ trực tuyến do người nộp gửi, không lập tại quầy",
               "An online dossier is submitted by the applicant, not made at the counter");
    if (!at_desk && in->channel == CHANNEL_COUNTER)
        refuse(d, ERR_R_CHANNEL, "/channel", "Nộp trực tiếp thì tiếp nhận ngay tại quầy",
               "What is handed in at the counter is decided there");
}

static void check_unit_kept(struct deciding *d)
{
    const struct intake *in = d->cmd->intake;

    if (d->s && d->s->status == DS_SUBMITTED && in && in->receiving &&
        in->receiving != d->s->receiving)
        refuse(d, ERR_INVALID, "/receiving", "Hồ sơ đã nộp tại đơn vị tiếp nhận khác",
               "The dossier was submitted at another receiving unit");
}

static void copy_hash(uint8_t to[SHA256_BYTES], const uint8_t *given, const uint8_t *before)
{
    if (given || before)
        memcpy(to, given ? given : before, SHA256_BYTES);
}

static struct payload_check *checks_of(struct arena *a, const struct intake *in)
{
    struct payload_check *c = ARENA_ARRAY(a, struct payload_check, in->checks ? in->checks : 1);
    size_t i;

    for (i = 0; i < in->checks; i++)
        c[i] = (struct payload_check){in->check[i].component, in->check[i].originals,
                                      in->check[i].certified, in->check[i].copies,
                                      in->check[i].presented, in->check[i].file,
                                      in->check[i].files,     in->check[i].reused};
    return c;
}

static void fill_intake(struct deciding *d, const struct intake_facts *f, struct payload *pl)
{
    static const struct intake nothing;
    const struct intake *in = d->cmd->intake ? d->cmd->intake : &nothing;

    pl->procedure = d->p->code;
    pl->version = d->p->version;
    memcpy(pl->definition, d->p->hash, SHA256_BYTES);
    pl->regime = d->c->regime->regime;
    pl->channel = channel_name(f->channel);
    pl->receiving = f->receiving;
    pl->competent = f->competent;
    pl->case_code = f->case_code;
    pl->island = f->island;
    pl->mountain = f->mountain;
    pl->applicant = f->applicant;
    copy_hash(pl->owner, in->owner_key, d->s ? d->s->owner_key : NULL);
    copy_hash(pl->content, in->content_digest, d->s ? d->s->content_digest : NULL);
    copy_hash(pl->chain, in->chain_key, NULL);
    pl->form = form_kept(d, f->form);
    pl->forms = d->p->forms;
    pl->check = checks_of(d->a, in);
    pl->checks = in->checks;
    pl->components_complete = f->components_complete;
    pl->form_complete = f->form_complete;
    fee_told(d, pl);
}

static bool is_new_attempt(const struct deciding *d)
{
    return !d->s || d->s->status == DS_INTAKE_SUPPLEMENT;
}

/* A child of another dossier, or the correction of one: known from its first event on. */
static void link_to(const struct deciding *d, struct payload *pl)
{
    const struct link_news *n = d->cmd->intake ? d->cmd->intake->link : NULL;

    if (!n || d->s)
        return;
    pl->kind = (int)n->kind;
    pl->other = n->dossier;
    pl->reference = n->code;
    pl->task = n->task;
}

/* What an attempt says of itself; a new dossier may go on with a chain of attempts. */
static struct payload attempt_of(struct deciding *d, const struct intake_facts *f)
{
    struct payload pl = {.attempt = d->s ? d->s->attempts + 1 : 1,
                         .earlier = d->s ? 0 : d->c->earlier};

    /* Our own mistake is nobody's first submission. */
    if (!d->s && intake_corrects(d->cmd->intake))
        pl.earlier = d->cmd->intake->link->dossier;

    fill_intake(d, f, &pl);
    link_to(d, &pl);
    return pl;
}

static void push_submitted(struct deciding *d, const struct intake_facts *f)
{
    struct payload pl = attempt_of(d, f);

    push(d, EV_SUBMITTED, &pl);
}

#define CHAIN_DAYS 30

instant dossier_chain_since(instant now)
{
    return now - (instant)CHAIN_DAYS * DAY_MINUTES * 60000000;
}

/* ---------------------------------------------------------------- submit, resubmit */

void act_submit(struct deciding *d)
{
    struct payload_clock answer;
    struct intake_facts f;
    struct payload pl;
    instant due = 0;

    check_in_force(d);
    check_new_channel(d, false);
    if (!intake_read(d, false, &f) || !fine(d))
        return;
    pl = attempt_of(d, &f);
    /* The officer's answer within 8 working hours: Decree 118/2025 art. 17.2. */
    if (f.channel == CHANNEL_ONLINE && d->c->regime->has_online) {
        const char *cal = agency_calendar(d->c, f.receiving);

        if (!clock_due(d, cal, d->c->regime->online_answer,
                       (struct text2){"Hạn trả lời trực tuyến", "Limit of the online answer"},
                       &due))
            return;
        answer = (struct payload_clock){CLOCK_INTAKE, -1, d->c->regime->online_answer, cal, due};
        pl.clock = &answer;
        pl.clocks = 1;
    }
    push(d, EV_SUBMITTED, &pl);
}

/* ---------------------------------------------------------------- acceptance */

static struct assign_number code_asked(struct deciding *d, const struct intake_facts *f)
{
    int owner = d->c->regime->code_owner_competent ? f->competent : f->receiving;
    const struct agency *ag = &d->c->org->agency[organisation_of_id(d->c->org, owner)];
    struct civil day = civil_of_day(d->today);
    char iso[16];

    day_iso(d->today, iso);
    return (struct assign_number){.counter = arena_printf(d->a, "code/%s/%s", ag->code, iso),
                                  .prefix = arena_printf(d->a, "%s-%02d%02d%02d-", ag->code,
                                                         day.year % 100, day.month, day.day),
                                  .width = 4};
}

static bool promise(struct deciding *d, struct intake_facts *f, struct payload *pl,
                    struct payload_clock *legal)
{
    const char *name = d->p->calendar ? d->p->calendar : agency_calendar(d->c, f->competent);
    const struct calendar *cal = name ? d->c->calendar(d->c->ctx, name) : NULL;
    instant due = 0;

    bool corrects = intake_corrects(d->cmd->intake);

    pl->claimed = intake_claimed(d);
    pl->legal = corrects ? correction_limit() : procedure_limit(d->p, &f->facts, true);
    pl->committed = corrects ? correction_limit() : procedure_limit(d->p, &f->facts, false);
    if (!clock_due_from(d, pl->claimed != INSTANT_NONE ? pl->claimed : d->c->now, name,
                        pl->committed, (struct text2){"Thời hạn giải quyết", "The time limit"},
                        &due))
        return false;
    pl->calendar = name;
    memcpy(pl->calendar_hash, calendar_hash(cal), SHA256_BYTES);
    pl->due = due;
    *legal = (struct payload_clock){CLOCK_LEGAL, -1, pl->committed, name, due};
    pl->clock = legal;
    pl->clocks = 1;
    return true;
}

static void push_accepted(struct deciding *d, struct intake_facts *f, bool same_batch)
{
    struct payload_clock legal;
    struct payload pl = {.claimed = INSTANT_NONE};
    struct event *e;

    /* A mistake of the agency is corrected at no charge. */
    if (!promise(d, f, &pl, &legal) ||
        (!intake_corrects(d->cmd->intake) && !fee_charged(d, f, &pl)))
        return;
    if (!same_batch)
        fill_intake(d, f, &pl);
    e = push(d, EV_ACCEPTED, &pl);
    e->assign = code_asked(d, f);
}

/* The same promise and fee, for who only asks: what is wrong with the fee is told beside it. */
static void push_promised(struct deciding *d, struct intake_facts *f)
{
    struct payload_clock legal;
    struct payload pl = {.claimed = INSTANT_NONE};

    if (!promise(d, f, &pl, &legal))
        return;
    (void)fee_charged(d, f, &pl);
    push(d, EV_ACCEPTED, &pl);
}

static void push_decided(struct deciding *d, const char *outcome, const struct intake *in)
{
    struct payload pl = {
        .attempt = d->s->attempts, .outcome = outcome, .ticket = in ? in->ticket : 0};
    size_t i;

    if (in && strcmp(outcome, "accepted") != 0) {
        pl.reason_code = arena_grow(d->a, in->reason, in->reasons, in->reasons, sizeof *in->reason);
        pl.reason_codes = in->reasons;
        pl.missing = arena_grow(d->a, in->missing, in->missings, in->missings, sizeof *in->missing);
        pl.missings = in->missings;
        pl.note = in->note;
        for (i = 0; i < in->reasons; i++)
            pl.incomplete = pl.incomplete || reason_incomplete(d->p, in->reason[i]);
    }
    push(d, EV_ATTEMPT_DECIDED, &pl);
}

void intake_promised(struct deciding *d, struct intake_facts *f)
{
    push_submitted(d, f);
    push_decided(d, "accepted", NULL);
    push_promised(d, f);
}

/* TAKE_IN and ACCEPT: Mẫu 01. */
void act_take_in(struct deciding *d)
{
    bool new_attempt = is_new_attempt(d);
    struct intake_facts f;

    check_in_force(d);
    check_new_channel(d, true);
    check_unit_kept(d);
    check_claimed(d);
    if (!intake_read(d, !intake_corrects(d->cmd->intake), &f) || !fine(d))
        return;
    if (new_attempt)
        push_submitted(d, &f);
    push_decided(d, "accepted", d->cmd->intake);
    push_accepted(d, &f, new_attempt);
    if (fine(d) && enter_step(d, 0, NULL, false))
        late_entry_asked(d);
}

/* ---------------------------------------------------------------- returned, refused */

static void check_reasons(struct deciding *d, const struct intake *in, const char *for_what)
{
    size_t i, k, n = 0;
    const struct component *c = procedure_components(d->p, in->case_code, &n);

    if (in->reasons == 0)
        refuse(d, ERR_R_NEEDS_REASON, "/reasons", NULL, NULL);
    if (in->reasons > REASONS_MAX || in->missings > CHECKS_MAX) {
        refuse(d, ERR_TOO_LARGE, "/reasons", NULL, NULL);
        return;
    }
    for (i = 0; i < in->reasons; i++)
        reason_fits(d, in->reason[i], for_what, arena_printf(d->a, "/reasons/%zu", i));
    for (i = 0; i < in->missings; i++) {
        for (k = 0; k < n && strcmp(c[k].code, in->missing[i]) != 0; k++)
            ;
        if (k == n)
            refuse(d, ERR_R_UNKNOWN_COMPONENT, arena_printf(d->a, "/missing/%zu", i),
                   "Thủ tục không có thành phần “%s”", "The procedure has no component “%s”",
                   in->missing[i]);
    }
    words_fit(d, in->note, NOTE_MAX, true, "/note");
}

static void refuse_attempt(struct deciding *d, const char *outcome, const char *for_what)
{
    const struct intake *in = d->cmd->intake;
    struct intake_facts f;

    rules_known(d);
    if (!in) {
        refuse(d, ERR_R_NEEDS_REASON, "/reasons", NULL, NULL);
        return;
    }
    check_new_channel(d, true);
    check_unit_kept(d);
    check_reasons(d, in, for_what);
    if (is_new_attempt(d)) {
        if (!intake_read(d, false, &f) || !fine(d))
            return;
        push_submitted(d, &f);
    }
    if (fine(d))
        push_decided(d, outcome, in);
}

/* Mẫu 02 before acceptance; also the return at the counter with one key. */
void act_return_intake(struct deciding *d)
{
    refuse_attempt(d, "returned", "supplement");
}

/* Mẫu 03. */
void act_reject_intake(struct deciding *d)
{
    refuse_attempt(d, "rejected", "refuse");
}
