/* Playing one dossier's story act by act through the store, each at its own instant.
 * The loader owns everything; the solo worker turns on the caller's thread. */
#include <stdio.h>
#include <string.h>

#include "common/base/digest.h"
#include "server/api/api.h"
#include "server/cli/demo_inside.h"

#define ACT_ARENA ((size_t)32 << 20)
#define ACT_MS    20000
#define HOUR_US   INT64_C(3600000000)
#define DAY_US    (24 * HOUR_US)

static void no_reply(struct act *a, const struct decision *d, struct buf *out)
{
    (void)a;
    (void)d;
    buf_str(out, "{}");
}

static void act_done(void *owner, struct act *a)
{
    (void)a;
    *(bool *)owner = true;
}

static bool is_done(void *ctx)
{
    return *(bool *)ctx;
}

struct looking {
    bool done;
    enum err e;
    const struct dossier *s;
};

static void looked(void *owner, enum err e, const struct dossier *s)
{
    struct looking *l = owner;

    *l = (struct looking){true, e, s};
}

/* After an act that was answered from its key: the state as it stands now. */
static const struct dossier *look(struct stage *st, const char *code, struct arena *a)
{
    struct viewer all = {.all = true};
    struct looking l = {false, ERR_OK, NULL};

    store_dossier_state(st->store, &all, code, a, looked, &l);
    (void)worker_solo_turn(st->worker, is_done, &l.done, ACT_MS);
    return l.done && l.e == ERR_OK ? l.s : NULL;
}

static void keep_first_code(struct stage *st, const struct story *s, const struct act *act)
{
    int64_t age = st->now - s->next;

    /* the first one that is well under way and has many steps is there to try tracking with */
    if (st->told.code[0] || strcmp(s->p->code, "1.005416") != 0 || age > 20 * DAY_US)
        return;
    (void)snprintf(st->told.code, sizeof st->told.code, "%s", s->code);
    (void)snprintf(st->told.secret, sizeof st->told.secret, "%s", act->track_secret);
}

static bool gives_code(enum command_kind k)
{
    return k == CMD_TAKE_IN || k == CMD_ACCEPT || k == CMD_SUBMIT || k == CMD_RETURN_INTAKE ||
           k == CMD_REJECT_INTAKE;
}

/* Takes what came of the act into the story; its arena becomes the story's. */
static bool take(struct stage *st, struct story *s, struct act *act)
{
    if (act->e != ERR_OK) {
        st->told.refused++;
        (void)snprintf(st->trouble, sizeof st->trouble, "%s %s: %s %s", s->p->code,
                       command_name(act->cmd.kind), err_code(act->e),
                       act->refusals && act->refusal[0].detail.vi ? act->refusal[0].detail.vi : "");
        s->phase = PHASE_OVER;
        return act->e != ERR_UNAVAILABLE && act->e != ERR_OVERLOADED;
    }
    st->told.acts++;
    if (act->assigned && gives_code(act->cmd.kind))
        s->code = arena_strdup(act->arena, act->assigned);
    else if (s->code)
        s->code = arena_strdup(act->arena, s->code);
    s->state = act->current ? act->current : look(st, s->code, act->arena);
    if (!s->state || !s->code) {
        s->phase = PHASE_OVER;
        return true;
    }
    s->seq = s->state->seq;
    s->timer = act->next_timer;
    if (act->track_secret)
        keep_first_code(st, s, act);
    return true;
}

static bool perform(struct stage *st, struct story *s, struct act *act,
                    const struct known_person *who)
{
    bool done = false, fine;
    char *key = arena_printf(act->arena, "demo-%llu-%d-%d", (unsigned long long)st->load->seed,
                             s->number, s->serial++);

    act->code = s->code;
    act->if_match = s->code ? s->seq : -1;
    act->idempotency_key = key;
    sha256(key, strlen(key), act->body_hash);
    act->identity_key_salt = st->load->salt;
    if (who)
        act->actor = (struct actor){.user = who->user,
                                    .agency = who->agency,
                                    .roles = who->person->roles,
                                    .name = who->person->name};
    else
        act->actor = (struct actor){.user = 0, .agency = s->receiving, .roles = 1u << ROLE_SYSTEM};
    act->reply = no_reply;
    act->done = act_done;
    act->owner = &done;
    st->reached = s->next;
    clock_set_for_tests(s->next);
    store_act(st->store, act);
    if (!worker_solo_turn(st->worker, is_done, &done, ACT_MS))
        return false;
    fine = take(st, s, act);
    if (s->arena != act->arena)
        s->arena = arena_free(s->arena);
    s->arena = act->arena;
    return fine;
}

/* ---- intake */

static struct person_data applicant(struct story *s, struct arena *a)
{
    if (s->p->kind == KIND_INTERNAL)
        return demo_office(&s->rnd, a);
    return s->p->kind == KIND_ENTERPRISE ? demo_firm(&s->rnd, a) : demo_person(&s->rnd, a);
}

static void fill_intake(struct stage *st, struct story *s, struct act *act, struct intake *in)
{
    struct content *c = ARENA_NEW(act->arena, struct content);
    struct facts f = {.p = s->p, .channel = s->channel};
    uint8_t *key = arena_alloc(act->arena, SHA256_BYTES);
    struct value *form;

    c->applicant = applicant(s, act->arena);
    c->summary = s->p->name.vi;
    c->result_by = "counter";
    form = demo_form(&s->rnd, act->arena, s->p, lminute_day(lminute_of(s->next)), &c->form_json);
    f.form = form;
    f.applicant_kind = c->applicant.kind;
    in->case_code = s->p->cases_n && !s->p->cases[0].when ? s->p->cases[0].code : NULL;
    f.case_code = in->case_code;
    in->check = demo_checks(&s->rnd, act->arena, s->p, &f, &in->checks, &c->components_json);
    identity_digest(st->load->salt, c->applicant.id_number, key);
    random_bytes(c->salt, sizeof c->salt);
    in->channel = s->channel;
    in->receiving = s->receiving;
    in->competent = s->competent;
    in->applicant_kind = c->applicant.kind;
    in->owner_key = key;
    in->form = form;
    in->forms = s->p->forms;
    in->fee = procedure_fee(s->p, &f, 1);
    act->content = c;
    act->procedure = s->p->code;
    act->cmd.intake = in;
}

static void give_reasons(struct story *s, struct act *act, struct intake *in, const char *for_what)
{
    const char **reason = ARENA_ARRAY(act->arena, const char *, 1);
    size_t i;

    for (i = 0; i < s->p->reasons && strcmp(s->p->reason[i].for_what, for_what) != 0; i++)
        ;
    reason[0] = i < s->p->reasons ? s->p->reason[i].reason : "missing";
    in->reason = reason;
    in->reasons = 1;
    in->note = "Đề nghị hoàn thiện theo hướng dẫn.";
}

static struct act *new_act(enum command_kind kind)
{
    struct arena *a = arena_new(ACT_ARENA);
    struct act *act = ARENA_NEW(a, struct act);

    act->arena = a;
    act->cmd.kind = kind;
    return act;
}

static const struct known_person *receiver(struct stage *st, struct story *s)
{
    return stage_person(st, s->receiving, ROLE_RECEIVER, demo_below(&s->rnd, 8));
}

static void after_intake(struct stage *st, struct story *s)
{
    if (s->phase == PHASE_OVER || !s->state)
        return;
    switch (s->state->status) {
    case DS_SUBMITTED:
        s->phase = PHASE_SUBMITTED;
        s->next = story_office(st, s, s->next + (1 + demo_below(&s->rnd, 7)) * HOUR_US);
        break;
    case DS_INTAKE_SUPPLEMENT:
        s->phase = PHASE_RETURNED;
        s->next = story_office(st, s, s->next + (1 + demo_below(&s->rnd, 6)) * DAY_US);
        break;
    case DS_REJECTED_INTAKE:
        s->phase = PHASE_OVER;
        break;
    default:
        s->phase = PHASE_OPEN;
        s->next = s->state->tasks ? story_pace(st, s) : INSTANT_NONE;
        break;
    }
}

static bool begin(struct stage *st, struct story *s)
{
    bool online = s->channel == CHANNEL_ONLINE;
    struct act *act = new_act(online       ? CMD_SUBMIT
                              : s->rejects ? CMD_REJECT_INTAKE
                              : s->returns ? CMD_RETURN_INTAKE
                                           : CMD_TAKE_IN);
    struct intake *in = ARENA_NEW(act->arena, struct intake);
    bool fine;

    fill_intake(st, s, act, in);
    if (act->cmd.kind == CMD_RETURN_INTAKE || act->cmd.kind == CMD_REJECT_INTAKE)
        give_reasons(s, act, in, s->rejects ? "refuse" : "supplement");
    fine = perform(st, s, act, online ? NULL : receiver(st, s));
    if (fine)
        after_intake(st, s);
    return fine;
}

/* The counter decides what came online, or what was completed. */
static bool decide(struct stage *st, struct story *s)
{
    bool first = s->phase == PHASE_SUBMITTED;
    struct act *act = new_act(first && s->rejects   ? CMD_REJECT_INTAKE
                              : first && s->returns ? CMD_RETURN_INTAKE
                                                    : CMD_ACCEPT);
    struct intake *in = ARENA_NEW(act->arena, struct intake);
    bool fine;

    if (act->cmd.kind != CMD_ACCEPT) {
        in->channel = s->channel;
        give_reasons(s, act, in, s->rejects ? "refuse" : "supplement");
        act->cmd.intake = in;
    } else if (s->phase == PHASE_RETURNED) {
        fill_intake(st, s, act, in);
    }
    fine = perform(st, s, act, receiver(st, s));
    if (fine)
        after_intake(st, s);
    return fine;
}

/* ---- work */

/* Most who owe a fee pay it at the counter, some days after they came. */
static bool pays(struct stage *st, struct story *s, struct arena *a, struct demo_choice *ret)
{
    struct ask *ask;

    if (s->plot || !s->pays || dossier_fee_left(s->state) == 0)
        return false;
    s->pays = false;
    ask = ARENA_NEW(a, struct ask);
    ask->amount = dossier_fee_left(s->state);
    *ret = (struct demo_choice){
        .who = stage_person(st, s->state->receiving, ROLE_CASHIER, 0),
        .cmd = {.kind = CMD_PAY, .ask = ask},
    };
    return ret->who != NULL;
}

/* What the plot wants, then the fee, then the ordinary way.  False: nobody goes on. */
static bool choose(struct stage *st, struct story *s, struct arena *a, struct demo_choice *ret,
                   int *ret_hours)
{
    enum plot_turn turn = plot_next(st, s, a, ret, ret_hours);

    if (turn != PLOT_ORDINARY)
        return turn == PLOT_TURNS;
    return pays(st, s, a, ret) || story_choose(st, s, a, ret);
}

static void after_work(struct stage *st, struct story *s, enum command_kind done, int hours)
{
    if (s->phase == PHASE_OVER)
        return;
    if (hours || plot_goes_on(s))
        s->next = story_office(st, s, s->next + (hours ? hours : 1) * HOUR_US);
    else if (!dossier_status_open(s->state->status) || s->state->tasks == 0)
        s->phase = PHASE_OVER;
    else if (done == CMD_RECEIVE || done == CMD_ACT || done == CMD_ANSWER)
        s->next = story_pace(st, s);
    else
        s->next = story_office(st, s, s->next + HOUR_US / 6);
}

static bool work(struct stage *st, struct story *s)
{
    struct act *act = new_act(CMD_ACT);
    struct demo_choice choice;
    int hours = 0;
    bool fine;

    if (!choose(st, s, act->arena, &choice, &hours)) {
        arena_free(act->arena);
        s->phase = PHASE_OVER;
        return true;
    }
    act->cmd = choice.cmd;
    fine = perform(st, s, act, choice.who);
    after_work(st, s, act->cmd.kind, hours);
    return fine;
}

/* ---- what comes by itself */

struct firing {
    bool done;
    struct timer_fires sum;
    instant next;
};

static void fired(void *owner, const struct timer_fires *f)
{
    ((struct firing *)owner)->sum = *f;
    ((struct firing *)owner)->done = true;
}

static void next_known(void *owner, enum err e, instant at, int64_t due)
{
    (void)due;
    ((struct firing *)owner)->next = e == ERR_OK ? at : INSTANT_NONE;
    ((struct firing *)owner)->done = true;
}

bool stage_fire(struct stage *st)
{
    instant at = st->timer > st->reached ? st->timer : st->reached;
    const struct timer_page page = {.now = at, .after_at = INSTANT_NONE, .limit = 64};
    struct firing f = {.next = INSTANT_NONE};

    st->reached = at;
    clock_set_for_tests(at);
    store_fire(st->store, &page, fired, &f);
    if (!worker_solo_turn(st->worker, is_done, &f.done, ACT_MS) || f.sum.e != ERR_OK)
        return false;
    st->told.acts += f.sum.acts;
    f.done = false;
    store_next_timer(st->store, at, 1, next_known, &f);
    if (!worker_solo_turn(st->worker, is_done, &f.done, ACT_MS))
        return false;
    /* what cannot be done is tried again later: then the daemon does it */
    st->timer = f.next != INSTANT_NONE && f.next <= at && f.sum.acts + f.sum.moved == 0
                    ? INSTANT_NONE
                    : f.next;
    return true;
}

/* Something may have come by itself since the story's last act. */
static bool refresh(struct stage *st, struct story *s)
{
    struct arena *a;
    const struct dossier *state;

    if (!s->code || s->timer == INSTANT_NONE || s->timer > s->next)
        return true;
    a = arena_new(ACT_ARENA);
    state = look(st, s->code, a);
    if (!state) {
        arena_free(a);
        return false;
    }
    s->code = arena_strdup(a, s->code);
    s->arena = arena_free(s->arena);
    s->arena = a;
    s->state = state;
    s->seq = state->seq;
    return true;
}

bool story_play(struct stage *st, struct story *s)
{
    if (!refresh(st, s))
        return false;
    switch (s->phase) {
    case PHASE_BEGIN:
        return begin(st, s);
    case PHASE_SUBMITTED:
    case PHASE_RETURNED:
        return decide(st, s);
    case PHASE_OPEN:
        return work(st, s);
    case PHASE_OVER:
        break;
    }
    return true;
}
