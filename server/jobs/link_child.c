/* The submission of a child: who applies and what was written down at the parent, for the procedure
 * of the branch, at the one-stop unit of the branch's agency.  The unit there decides on it like on
 * any other: papers are ticked when it is accepted.  Lies in the act's arena.  Any thread. */
#include "common/access/access.h"
#include "common/base/json_in.h"
#include "common/base/json_out.h"
#include "server/jobs/links.h"

#define FORM_MAX ((size_t)256 << 10)

struct making {
    struct arena *a;
    const struct snapshot *snap;
    const struct dossier *parent;
    const struct procedure *p; /* of the child */
    const struct branch *b;
    const struct task *t;
    dayno today;
};

static const char *text_of(const struct making *m, const json_t *obj, const char *key)
{
    const char *s = json_str(obj, key);

    return s ? arena_strdup(m->a, s) : NULL;
}

static struct person_data person(const struct making *m, const json_t *content, const char *key)
{
    const json_t *o = json_object_get(content, key);

    return (struct person_data){.kind = text_of(m, o, "kind"),
                                .name = text_of(m, o, "name"),
                                .id_type = text_of(m, o, "id_type"),
                                .id_number = text_of(m, o, "id_number"),
                                .birth = text_of(m, o, "birth"),
                                .sex = text_of(m, o, "sex"),
                                .address = text_of(m, o, "address"),
                                .area_code = text_of(m, o, "area_code"),
                                .phone = text_of(m, o, "phone"),
                                .email = text_of(m, o, "email")};
}

/* ---------------------------------------------------------------- the form */

static bool take_field(const struct making *m, const struct form_field *f, const json_t *v,
                       struct value *ret)
{
    dayno day;

    if (json_is_integer(v) && (f->type == FORM_MONEY || f->type == FORM_INTEGER))
        *ret = (struct value){VALUE_INT, json_integer_value(v), SPAN_NONE};
    else if (json_is_boolean(v) && f->type == FORM_BOOL)
        *ret = (struct value){VALUE_BOOL, json_is_true(v), SPAN_NONE};
    else if (json_is_string(v) && f->type == FORM_DATE &&
             day_parse(span_of(json_string_value(v)), &day))
        *ret = (struct value){VALUE_DATE, day, SPAN_NONE};
    else if (json_is_string(v) && f->type == FORM_TEXT)
        *ret = (struct value){VALUE_TEXT, 0, span_of(arena_strdup(m->a, json_string_value(v)))};
    else
        return false;
    return true;
}

static void put_field(struct jw *w, const struct form_field *f, const struct value *v)
{
    char day[16];

    jw_key(w, f->field);
    if (v->type == VALUE_INT)
        jw_i64(w, v->i);
    else if (v->type == VALUE_BOOL)
        jw_bool(w, v->i != 0);
    else if (v->type == VALUE_TEXT)
        jw_span(w, v->s);
    else {
        day_iso((dayno)v->i, day);
        jw_str(w, day);
    }
}

/* Fields that both forms call the same are taken over; what the parent's says otherwise is not. */
static const char *take_form(const struct making *m, const json_t *content, struct intake *in)
{
    const json_t *form = json_object_get(content, "form");
    struct value *v = ARENA_ARRAY(m->a, struct value, m->p->forms ? m->p->forms : 1);
    const char *out;
    struct buf b;
    struct jw w;
    size_t i;

    buf_init(&b, FORM_MAX);
    w = jw_to(&b);
    jw_open(&w);
    for (i = 0; i < m->p->forms; i++) {
        const struct form_field *f = &m->p->form[i];

        if (take_field(m, f, json_object_get(form, f->field), &v[i]))
            put_field(&w, f, &v[i]);
    }
    jw_close(&w);
    out = buf_ok(&b) ? arena_strndup(m->a, b.p, b.n) : "{}";
    buf_free(&b);
    in->form = v;
    in->forms = m->p->forms;
    return out;
}

/* ---------------------------------------------------------------- where */

static bool receives(const struct making *m, int i)
{
    size_t k;

    if (m->p->reception_any)
        return m->snap->org->agency[i].type == AGENCY_ONESTOP;
    for (k = 0; k < m->p->receptions; k++)
        if (organisation_find(m->snap->org, m->p->reception[k]) == i)
            return true;
    return false;
}

/* The one-stop unit of the branch's agency, else the first that the procedure names, else where the
 * parent was received. */
static int receiving(const struct making *m)
{
    const struct organisation *o = m->snap->org;
    int at = organisation_of_id(o, m->t->agency), i;

    for (i = 0; i < (int)o->agencies; i++)
        if (o->agency[i].type == AGENCY_ONESTOP && o->agency[i].parent == at && receives(m, i) &&
            access_valid_on(o, i, m->today) == i)
            return o->agency[i].id;
    if (!m->p->reception_any && m->p->receptions > 0) {
        i = access_valid_on(o, organisation_find(o, m->p->reception[0]), m->today);
        if (i >= 0)
            return o->agency[i].id;
    }
    return m->parent->receiving;
}

/* The branch's agency where it may decide such dossiers; else whoever the procedure names. */
static int competent(const struct making *m)
{
    const struct organisation *o = m->snap->org;
    int i = organisation_of_id(o, m->t->agency), ours = organisation_find(o, m->p->competent);

    return i >= 0 && ours >= 0 && i != ours && access_competent_like(o, i, ours) ? m->t->agency : 0;
}

/* ---------------------------------------------------------------- the whole */

static const struct intake *intake_of(const struct making *m, const json_t *content,
                                      struct content *c)
{
    static const uint8_t zero[SHA256_BYTES];
    struct intake *in = ARENA_NEW(m->a, struct intake);
    struct link_news *n = ARENA_NEW(m->a, struct link_news);

    *n = (struct link_news){.kind = LINK_PARENT,
                            .dossier = m->parent->id,
                            .code = m->parent->code,
                            .task = m->t->task,
                            .due = m->t->due,
                            .finished = INSTANT_NONE};
    *in = (struct intake){.channel =
                              m->p->channels >> CHANNEL_ONLINE & 1 ? CHANNEL_ONLINE : CHANNEL_POST,
                          .receiving = receiving(m),
                          .competent = competent(m),
                          .island = m->parent->island,
                          .mountain = m->parent->mountain,
                          .applicant_kind = m->parent->applicant_kind,
                          .claimed = INSTANT_NONE,
                          .link = n};
    if (memcmp(m->parent->owner_key, zero, sizeof zero) != 0)
        in->owner_key = m->parent->owner_key;
    c->form_json = take_form(m, content, in);
    return in;
}

static struct content *content_of(const struct making *m, const json_t *content)
{
    struct content *c = ARENA_NEW(m->a, struct content);

    c->applicant = person(m, content, "applicant");
    c->owner = person(m, content, "owner");
    c->authorised = person(m, content, "authorised");
    c->authorised_document = text_of(m, content, "authorised_document");
    c->summary = text_of(m, content, "summary");
    c->result_by = text_of(m, content, "result_by");
    c->result_address = text_of(m, content, "result_address");
    c->components_json = "[]";
    random_bytes(c->salt, sizeof c->salt);
    return c;
}

static const struct task *task_named(const struct dossier *s, int64_t task)
{
    size_t i;

    for (i = 0; i < s->tasks; i++)
        if (s->task[i].task == task)
            return &s->task[i];
    return NULL;
}

static const struct branch *branch_of(const struct procedure *p, const struct task *t)
{
    const struct step *st = p && t && (size_t)t->step < p->steps ? &p->step[t->step] : NULL;

    return st && t->branch > 0 && (size_t)t->branch <= st->branches ? &st->branch[t->branch - 1]
                                                                    : NULL;
}

bool link_child_act(const struct snapshot *snap, const struct dossier *parent, int64_t task,
                    struct span content, instant now, struct act *ret)
{
    struct making m = {.a = ret->arena,
                       .snap = snap,
                       .parent = parent,
                       .t = task_named(parent, task),
                       .today = lminute_day(lminute_of(now))};
    struct content *c;
    struct json_fault fault;
    json_t *said;

    m.b = branch_of(snapshot_procedure_hash(snap, parent->procedure_hash), m.t);
    if (!m.b || !m.b->procedure)
        return false; /* answered, closed, withdrawn meanwhile */
    ret->procedure = m.b->procedure;
    ret->cmd = (struct command){.kind = CMD_SUBMIT};
    ret->if_match = -1;
    ret->idempotency_key =
        arena_printf(m.a, "child/%lld/%lld", (long long)parent->id, (long long)task);
    sha256(ret->idempotency_key, strlen(ret->idempotency_key), ret->body_hash);
    m.p = snapshot_procedure(snap, m.b->procedure, m.today);
    if (!m.p)
        return true; /* the decision says that it is not in force */
    said = content.p ? json_read(content, &fault) : NULL;
    c = content_of(&m, said);
    ret->cmd.intake = intake_of(&m, said, c);
    ret->content = c;
    json_decref(said);
    return true;
}
