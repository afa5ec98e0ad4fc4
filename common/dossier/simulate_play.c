/* Plays the steps of a scenario: who acts, the command, numbers as the database would give them.
 * Everything lives in the simulation's arena.  Any thread. */
#include "common/access/access.h"
#include "common/dossier/simulate_inside.h"
#include "common/dossier/timers.h"

#define SIM_FIRES_MAX 10000

/* ---------------------------------------------------------------- who */

static int64_t id_of(size_t person)
{
    return (int64_t)person + 1;
}

static bool is_absent(const struct sim *m, const struct sim_person *p)
{
    dayno today = lminute_day(lminute_of(m->c.now));
    size_t i;

    for (i = 0; i < p->absents; i++)
        if (p->absent[i].from <= today && today <= p->absent[i].to)
            return true;
    return false;
}

static bool may_be(const struct sim *m, size_t i, int agency, enum role role)
{
    const struct sim_person *p = &m->person[i];

    return p->agency == agency && (p->roles & ROLE_BIT(role));
}

static int receiving_default(const struct sim *m)
{
    dayno today = lminute_day(lminute_of(m->c.now));
    size_t i;

    if (m->p->receptions)
        return organisation_find(m->org, m->p->reception[0]);
    for (i = 0; i < m->org->agencies; i++)
        if (m->org->agency[i].type == AGENCY_ONESTOP && m->org->agency[i].valid_from <= today &&
            today <= m->org->agency[i].valid_to)
            return (int)i;
    return -1;
}

static int unit_of(const struct sim *m, const struct sim_step *st)
{
    if (st->cmd.intake && st->intake.receiving)
        return organisation_of_id(m->org, st->intake.receiving);
    return m->s ? organisation_of_id(m->org, m->s->receiving) : receiving_default(m);
}

/* A role alone: where the open task is today. */
static int place_of(const struct sim *m, const struct sim_step *st)
{
    int i;

    if (st->who.agency >= 0)
        return st->who.agency;
    if (!sim_task(m, st))
        return unit_of(m, st);
    i = organisation_of_id(m->org, sim_task(m, st)->agency);
    return i < 0 ? i : organisation_on(m->org, i, lminute_day(lminute_of(m->c.now)));
}

/* The officer who holds the task (or who may take it back), else the first who is there. */
static int person_for(struct sim *m, const struct sim_step *st, int agency)
{
    const struct task *t = sim_task(m, st);
    int64_t first = t ? st->cmd.kind == CMD_TAKE_BACK ? t->from_officer : t->officer : 0;
    struct sim_person *p;
    size_t i;

    if (first > 0 && (size_t)first <= m->persons &&
        may_be(m, (size_t)first - 1, agency, st->who.role))
        return (int)first - 1;
    for (i = 0; i < m->persons; i++)
        if (may_be(m, i, agency, st->who.role) && !is_absent(m, &m->person[i]))
            return (int)i;
    p = &ARENA_PUSH(m->a, m->person, m->persons, m->person_cap);
    *p = (struct sim_person){.login = arena_printf(m->a, "%s@%s", role_name(st->who.role),
                                                   m->org->agency[agency].agency),
                             .agency = agency,
                             .roles = ROLE_BIT(st->who.role),
                             .last_assigned = INSTANT_NONE};
    sha256(p->login, strlen(p->login), p->identity);
    return (int)m->persons - 1;
}

void sim_be(struct sim *m, const struct sim_step *st)
{
    int i = st->who.person, agency;

    m->c.actor = (struct actor){0};
    if (!st->has_who || st->who.system)
        return;
    if (i < 0) {
        agency = place_of(m, st);
        if (agency < 0)
            return;
        i = person_for(m, st, agency);
    }
    m->c.actor = (struct actor){
        .user = id_of((size_t)i),
        .agency = m->person[i].agency < 0 ? 0 : m->org->agency[m->person[i].agency].id,
        .roles = m->person[i].roles,
        .identity_key = m->person[i].identity,
        .name = m->person[i].login};
}

/* ---------------------------------------------------------------- what the decision may look at */

static const struct calendar *find_calendar(void *ctx, const char *name)
{
    const struct sim *m = ctx;
    size_t i;

    for (i = 0; i < m->calendars; i++)
        if (strcmp(calendar_name(m->calendar[i]), name) == 0)
            return m->calendar[i];
    return NULL;
}

static const struct officer_load *find_officers(void *ctx, int agency, enum role role,
                                                size_t *ret_n)
{
    struct sim *m = ctx;
    int at = organisation_of_id(m->org, agency);
    size_t n = 0, i, k;

    m->found = ARENA_ARRAY(m->a, struct officer_load, m->persons + 1);
    for (i = 0; i < m->persons; i++) {
        struct officer_load *o = &m->found[n];

        if (!may_be(m, i, at, role))
            continue;
        *o = (struct officer_load){.user = id_of(i),
                                   .last_assigned = m->person[i].last_assigned,
                                   .absent = is_absent(m, &m->person[i])};
        for (k = 0; m->s && k < m->s->tasks; k++)
            o->open_tasks += m->s->task[k].officer == o->user;
        n++;
    }
    *ret_n = n;
    return n ? m->found : NULL; /* somebody whom a step of the scenario will name by the role */
}

/* ---------------------------------------------------------------- what the database would do */

static const char *next_number(struct sim *m, const struct assign_number *n)
{
    size_t i;

    for (i = 0; i < m->counters && strcmp(m->counter[i].name, n->counter) != 0; i++)
        ;
    if (i == SIM_COUNTERS_MAX)
        return "?";
    if (i == m->counters) {
        m->counters++;
        m->counter[i].name = n->counter;
        m->counter[i].last = 0;
    }
    return arena_printf(m->a, "%s%0*lld", n->prefix, n->width, (long long)++m->counter[i].last);
}

static void keep(struct sim *m)
{
    size_t i, k;

    for (i = 0; i < m->decision.events; i++) {
        struct event e = m->decision.event[i];
        struct dossier *after;

        if (e.assign.counter)
            e.assigned = next_number(m, &e.assign);
        after = dossier_apply(m->a, m->s, 1, &e, m->p);
        if (!after)
            return;
        m->s = after;
        for (k = 0; k < after->tasks; k++)
            if (after->task[k].officer > 0 && (size_t)after->task[k].officer <= m->persons &&
                (e.kind == EV_STEP_STARTED || e.kind == EV_ASSIGNED))
                m->person[after->task[k].officer - 1].last_assigned = e.at;
    }
}

/* ---------------------------------------------------------------- one step */

static void tick_all(struct sim *m, struct sim_step *st)
{
    struct value *none = ARENA_ARRAY(m->a, struct value, m->p->forms ? m->p->forms : 1);
    struct facts f = {.p = m->p,
                      .channel = st->intake.channel,
                      .case_code = st->intake.case_code,
                      .island = st->intake.island,
                      .mountain = st->intake.mountain,
                      .applicant_kind = st->intake.applicant_kind};
    struct check_off *check;
    const struct component *c;
    size_t n = 0, i, k = 0;

    f.form = none;
    if (st->intake.forms)
        memcpy(none, st->intake.form, m->p->forms * sizeof *none);
    f.case_code = case_that_holds(m->p, &f);
    c = procedure_components(m->p, f.case_code, &n);
    check = ARENA_ARRAY(m->a, struct check_off, n + 1);
    for (i = 0; i < n; i++) {
        bool first = i == 0 || c[i].need != NEED_ONE_OF || !c[i].group || !c[i - 1].group ||
                     strcmp(c[i].group, c[i - 1].group) != 0;

        if (c[i].need == NEED_ONE_OF ? first : component_required(&c[i], &f))
            check[k++] = (struct check_off){.component = c[i].code,
                                            .originals = c[i].originals ? c[i].originals : 1,
                                            .certified = c[i].certified,
                                            .copies = c[i].copies,
                                            .presented = c[i].present_only};
    }
    st->intake.check = check;
    st->intake.checks = k;
}

static void complete_intake(struct sim *m, struct sim_step *st)
{
    int unit = unit_of(m, st);
    int owner = sim_person_of(m, st->owner);
    bool decides_submitted = m->s && m->s->status == DS_SUBMITTED;

    if (!st->intake.receiving && unit >= 0)
        st->intake.receiving = m->org->agency[unit].id;
    if (owner >= 0)
        st->intake.owner_key = m->person[owner].identity;
    if (st->all_components && !decides_submitted && st->cmd.kind != CMD_RETURN_INTAKE &&
        st->cmd.kind != CMD_REJECT_INTAKE)
        tick_all(m, st);
}

static void remember_fired(struct sim *m)
{
    size_t i;

    for (i = 0; i < m->decision.events; i++) {
        const struct event *e = &m->decision.event[i];
        struct payload pl;

        if (e->kind == EV_REMINDED && payload_read(m->a, e->kind, e->payload, &pl))
            ARENA_PUSH(m->a, m->fired, m->fireds, m->fired_cap) =
                (struct sim_fired){e->at, rung_word((enum clock_kind)pl.kind, pl.rung), pl.does,
                                   pl.why_not, rung_title((enum clock_kind)pl.kind, pl.rung)};
    }
}

/* The rules of the day of receipt are pinned; until then those of the day hold. */
static void rules_of(struct sim *m, instant now)
{
    m->c.now = now;
    m->c.regime = m->s && m->s->accepted != INSTANT_NONE
                      ? regime_named(&m->regimes, m->s->regime)
                      : regime_on(&m->regimes, lminute_day(lminute_of(now)));
}

/* What comes by itself comes at its own moment: before an act at that moment, up to and with the
 * moment of a mere look. */
static void fire_until(struct sim *m, const struct sim_step *st)
{
    static const struct command fire = {.kind = CMD_FIRE};
    instant end = st->has_do ? st->when - 1 : st->when, at;
    int i;

    m->fireds = 0;
    m->c.actor = (struct actor){0};
    for (i = 0; m->s && i < SIM_FIRES_MAX; i++) {
        rules_of(m, st->when);
        at = dossier_next_timer(m->s, &m->c);
        if (at == INSTANT_NONE || at > end)
            return;
        rules_of(m, at);
        dossier_decide(m->s, 1, &fire, &m->c, &m->decision);
        if (!m->decision.ok || m->decision.events == 0)
            return;
        remember_fired(m);
        keep(m);
    }
}

bool sim_play(struct sim *m, struct sim_step *st)
{
    int officer = sim_person_of(m, st->officer);

    if (st->cmd.intake)
        st->cmd.intake = &st->intake; /* the list of steps has moved while it grew */
    m->c.arena = m->a;
    m->c.procedure = m->p;
    m->c.org = m->org;
    m->c.calendar = find_calendar;
    m->c.officers = find_officers;
    m->c.ctx = m;
    fire_until(m, st);
    rules_of(m, st->when);
    sim_be(m, st);
    if (!st->has_do)
        return true;
    if (st->cmd.intake)
        complete_intake(m, st);
    sim_aim(m, st);
    st->cmd.officer = officer < 0 ? 0 : id_of((size_t)officer);
    dossier_decide(m->s, 1, &st->cmd, &m->c, &m->decision);
    if (m->decision.ok)
        keep(m);
    return m->decision.ok;
}
