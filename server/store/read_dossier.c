/* One dossier: state, open tasks, clocks, what was done, content, history; one prepared statement,
 * rows to JSON here.  The worker's thread. */
#include <jansson.h>

#include "common/access/access.h"
#include "common/base/json_in.h"
#include "server/core/log.h"
#include "server/store/dossier_json.h"
#include "server/store/inside.h"

#define STATE_ARENA ((size_t)16 << 20)
#define TASKS_NAMED 16 /* officers that are named beside those of the history */

/* Columns of dossier_read.sql. */
enum {
    C_SEQ,
    C_KIND,
    C_AT,
    C_ACTOR,
    C_BEHALF,
    C_AGENCY,
    C_ROLE,
    C_PAYLOAD,
    C_ASSIGNED,
    C_NAME,
    C_ID,
    C_LAST,
    C_CODE,
    C_SUBMISSION,
    C_NUMBER,
    C_STATE,
    C_HEAD,
    C_BODY,
    C_PORTAL /* attempts at the message that waits for the national portal; NULL: none waits */
};

struct reading {
    struct viewer viewer;
    unsigned parts; /* enum dossier_part */
    enum lang lang;
    const struct snapshot *snap;
    const struct dossier *s;
    struct jw *w;
    struct span kept; /* the answer, while names are asked for */
    int64_t version;
    int64_t agency; /* of the event before, and where its name stands in the answer */
    size_t agency_at, agency_n;
};

/* ---------------------------------------------------------------- content */

/* Who only looks on (inspection, supervision, technical work) sees that there is somebody, not who:
 * the first letter of each word of a name, the last three signs of a number. */
static bool may_personal(const struct reading *r)
{
    return !access_reads_only(r->viewer.roles) && !r->viewer.all;
}

static char *masked_words(struct arena *a, const char *s)
{
    struct span rest = span_of(s), head;
    struct buf b;
    char *out;
    bool more = true;

    buf_init(&b, 4096);
    while (more && rest.n) {
        size_t n = 1;

        more = span_cut(rest, ' ', &head, &rest);
        if (!head.n)
            continue;
        while (n < head.n && ((unsigned char)head.p[n] & 0xC0) == 0x80)
            n++;
        if (b.n)
            buf_char(&b, ' ');
        buf_put(&b, head.p, n);
        buf_str(&b, "***");
    }
    out = arena_strdup(a, buf_cstr(&b));
    buf_free(&b);
    return out;
}

static void mask_person(struct arena *a, json_t *person)
{
    static const char *const gone[] = {"birth", "sex", "address", "area_code", "email"};
    static const char *const tails[] = {"id_number", "phone"};
    const char *name = json_str(person, "name");

    if (name)
        json_object_set_new(person, "name", json_string(masked_words(a, name)));
    for (size_t i = 0; i < sizeof gone / sizeof *gone; i++)
        json_object_del(person, gone[i]);
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
        const char *v = json_str(person, tails[i]);

        if (v && strlen(v) > 3)
            json_object_set_new(person, tails[i],
                                json_string(arena_printf(a, "***%s", v + strlen(v) - 3)));
    }
}

static void masked_json(struct arena *a, struct span body, struct jw *w)
{
    static const char *const people[] = {"applicant", "owner", "authorised"};
    struct json_fault fault;
    json_t *j = json_read(body, &fault);
    char *text;

    if (!j) {
        jw_knull(w, "content");
        return;
    }
    for (size_t i = 0; i < sizeof people / sizeof *people; i++)
        mask_person(a, json_object_get(j, people[i]));
    json_object_del(j, "form");
    json_object_del(j, "result_address");
    text = json_dumps(j, JSON_COMPACT);
    jw_kraw(w, "content", span_of(text ? text : "null"));
    free(text);
    json_decref(j);
}

static void content_json(const struct reading *r, struct arena *a, struct span body)
{
    if (!body.n)
        jw_knull(r->w, "content");
    else if (may_personal(r))
        jw_kraw(r->w, "content", body);
    else
        masked_json(a, body, r->w);
    jw_kbool(r->w, "masked", body.n > 0 && !may_personal(r));
}

/* ---------------------------------------------------------------- history */

/* One agency's events follow each other: its long name is copied from the one before. */
static void event_agency(struct reading *r, int64_t agency)
{
    if (r->agency_n && r->agency == agency) {
        jw_again(r->w, r->agency_at, r->agency_n);
        return;
    }
    r->agency = agency;
    r->agency_at = r->w->b->n;
    jw_kagency(r->w, "at_agency", r->snap->org, (int)agency, r->lang);
    r->agency_n = r->w->b->n - r->agency_at;
}

static void event_json(struct reading *r, const struct db_rows *rows, int i)
{
    struct span kind = db_get_span(rows, i, C_KIND);
    char name[64] = "";
    enum event_kind k;

    if (kind.n < sizeof name)
        memcpy(name, kind.p, kind.n);
    jw_open(r->w);
    jw_ki64(r->w, "seq", db_get_i64(rows, i, C_SEQ));
    jw_kspan(r->w, "kind", kind);
    jw_kstr(r->w, "title", event_of_name(name, &k) ? text2_in(event_title(k), r->lang) : NULL);
    jw_ktime(r->w, "at", db_get_time(rows, i, C_AT));
    jw_kofficer(r->w, "actor", db_get_i64(rows, i, C_ACTOR));
    jw_ktext(r->w, "name", db_get_span(rows, i, C_NAME));
    jw_kofficer(r->w, "on_behalf_of", db_get_i64(rows, i, C_BEHALF));
    event_agency(r, db_get_i64(rows, i, C_AGENCY));
    jw_kspan(r->w, "role", db_get_span(rows, i, C_ROLE));
    jw_ktext(r->w, "assigned", db_get_span(rows, i, C_ASSIGNED));
    jw_kraw(r->w, "data", db_get_span(rows, i, C_PAYLOAD));
    jw_close(r->w);
}

static void history_json(struct reading *r, const struct db_rows *rows)
{
    jw_key(r->w, "history");
    jw_list(r->w);
    for (int i = 0; i < db_count(rows); i++)
        event_json(r, rows, i);
    jw_end(r->w);
}

/* Who holds an open task and has not acted yet: her name is in no event. */
static size_t unnamed(const struct reading *r, const struct db_rows *rows, int64_t id[TASKS_NAMED])
{
    size_t n = 0;

    for (size_t i = 0; i < r->s->tasks && n < TASKS_NAMED; i++) {
        int64_t officer = r->s->task[i].officer;
        bool known = officer == 0;

        for (int k = 0; k < db_count(rows) && !known; k++)
            known = db_get_i64(rows, k, C_ACTOR) == officer;
        for (size_t k = 0; k < n && !known; k++)
            known = id[k] == officer;
        if (!known)
            id[n++] = officer;
    }
    return n;
}

static void named(struct pending *p, const struct db_outcome *out)
{
    const struct reading *r = p->mine;
    struct jw w = json_go_on(p, r->kept);

    jw_key(&w, "people");
    jw_list(&w);
    for (int i = 0; i < db_count(out->rows); i++) {
        jw_open(&w);
        jw_ki64(&w, "officer", db_get_i64(out->rows, i, 0));
        jw_kspan(&w, "name", db_get_span(out->rows, i, 1));
        jw_close(&w);
    }
    jw_end(&w);
    jw_close(&w);
    pending_json(p, r->version);
}

static void ask_names(struct pending *p, const int64_t *id, size_t n)
{
    struct reading *r = p->mine;
    struct db_args *args = read_args(p, 1);

    r->kept = json_keep(p);
    p->rows = named;
    db_i64s(args, id, NULL, n);
    pending_send(p, LANE_READ, "people_by_id", args);
}

/* What the national portal knows of it: by what waits for it, no event and no act decides that. */
static const char *sync_word(const struct reading *r, const struct db_rows *rows)
{
    if (!r->snap->org->portal)
        return NULL;
    if (db_is_null(rows, 0, C_PORTAL))
        return SYNC_WORDS[SYNC_CONFIRMED];
    return SYNC_WORDS[db_get_i64(rows, 0, C_PORTAL) ? SYNC_FAILED : SYNC_PENDING];
}

/* ---------------------------------------------------------------- the call */

static const struct dossier *row_state(struct arena *a, const struct db_rows *r)
{
    struct dossier *s = dossier_of_row(a, db_get_span(r, 0, C_STATE), db_get_i64(r, 0, C_ID),
                                       db_get_i64(r, 0, C_LAST), db_get_span(r, 0, C_HEAD),
                                       db_get_span(r, 0, C_CODE), db_get_span(r, 0, C_NUMBER));

    if (!s)
        log_event(LOG_L_ERROR, "state cannot be read", LOG_INT("dossier", db_get_i64(r, 0, C_ID)));
    return s;
}

static void dossier_came(struct pending *p, const struct db_outcome *out)
{
    struct reading *r = p->mine;
    struct arena *a;
    const char *submission;
    struct span sub;
    struct jw w = json_answer(p);
    int64_t version, id[TASKS_NAMED];
    size_t n = 0;

    if (db_count(out->rows) == 0) {
        pending_fail(p, ERR_NOT_FOUND);
        return;
    }
    a = arena_new(STATE_ARENA);
    r->snap = p->st->snap;
    r->s = row_state(a, out->rows);
    if (!r->s || !store_may_see(p->st->snap, &r->viewer, r->s)) {
        enum err e = r->s ? ERR_NOT_FOUND : ERR_INTERNAL;

        arena_free(a);
        pending_fail(p, e);
        return;
    }
    r->w = &w;
    version = r->s->seq;
    jw_open(&w);
    sub = db_get_span(out->rows, 0, C_SUBMISSION);
    submission = sub.p ? arena_span(a, sub) : NULL;
    dossier_members(&w, r->s, r->s->code ? r->s->code : submission, submission, r->snap, r->lang,
                    true);
    jw_kstr(&w, "sync", sync_word(r, out->rows));
    content_json(r, a, db_get_span(out->rows, 0, C_BODY));
    if (may_personal(r) && db_get_span(out->rows, 0, C_BODY).n)
        reads_note(p->st, r->viewer.user, r->s->id, r->s->code ? r->s->code : submission);
    if (r->parts & DOSSIER_DEFINITION)
        dossier_definition(&w, r->s, r->snap, r->lang);
    if (r->parts & DOSSIER_HISTORY) {
        history_json(r, out->rows);
        n = unnamed(r, out->rows, id);
    }
    arena_free(a);
    r->version = version;
    if (n) {
        ask_names(p, id, n);
        return;
    }
    if (r->parts & DOSSIER_HISTORY) {
        jw_key(&w, "people");
        jw_list(&w);
        jw_end(&w);
    }
    jw_close(&w);
    pending_json(p, version);
}

static const char *reading_statement(const char *code)
{
    return code[0] == 'S' && code[1] == '-' ? "dossier_read_submission" : "dossier_read";
}

static struct pending *read_one(struct store *st, const char *code, bool history, void *owner,
                                void (*came)(struct pending *p, const struct db_outcome *out))
{
    struct pending *p = pending_new(st, owner, came);
    struct db_args *args = read_args(p, 2);

    if (strlen(code) > 64)
        code = "";
    db_text(args, code);
    db_bool(args, history);
    p->mine = args;
    return p;
}

void store_dossier(struct store *st, const struct viewer *v, const char *code, unsigned parts,
                   enum lang lang, store_json *done, void *owner)
{
    struct pending *p = read_one(st, code, parts & DOSSIER_HISTORY, owner, dossier_came);
    const struct db_args *args = p->mine;
    struct reading *r = ARENA_NEW(p->own, struct reading);

    *r = (struct reading){.viewer = *v, .parts = parts, .lang = lang};
    p->json = done;
    p->mine = r;
    pending_send(p, LANE_READ, reading_statement(code), args);
}

static void state_came(struct pending *p, const struct db_outcome *out)
{
    struct reading *r = p->mine;
    const struct dossier *s;
    store_state *done = p->state;
    void *owner = p->owner;
    enum err e = ERR_OK;

    if (db_count(out->rows) == 0) {
        pending_fail(p, ERR_NOT_FOUND);
        return;
    }
    s = row_state(p->arena, out->rows);
    if (!s)
        e = ERR_INTERNAL;
    else if (!store_may_see(p->st->snap, &r->viewer, s))
        e = ERR_NOT_FOUND;
    pending_end(p);
    done(owner, e, e == ERR_OK ? s : NULL);
}

void store_dossier_state(struct store *st, const struct viewer *v, const char *code,
                         struct arena *a, store_state *done, void *owner)
{
    struct pending *p = read_one(st, code, false, owner, state_came);
    const struct db_args *args = p->mine;
    struct reading *r = ARENA_NEW(p->own, struct reading);

    *r = (struct reading){.viewer = *v};
    p->state = done;
    p->arena = a;
    p->mine = r;
    pending_send(p, LANE_READ, reading_statement(code), args);
}
