/* Search by code, name, telephone or tail of an identity number; public tracking.
 * The worker's thread. */
#include <stdio.h>

#include "common/base/utf8.h"
#include "server/store/dossier_json.h"
#include "server/store/halls.h"
#include "server/store/inside.h"

#define NUMBER_MIN 4 /* digits of a telephone or identity number */
#define WORDS_MIN  2 /* letters of a name */

enum {
    R_ID,
    R_SEQ,
    R_CODE,
    R_SUBMISSION,
    R_PROCEDURE,
    R_VERSION,
    R_STATUS,
    R_RECEIVING,
    R_COMPETENT,
    R_SUBMITTED,
    R_ACCEPTED,
    R_DUE,
    R_FINISHED,
    R_NAME,
    R_COLUMNS
};
_Static_assert(R_COLUMNS == FOUND_COLUMNS, "statements with more columns begin behind these");

void found_json(struct jw *w, const struct store *st, enum lang lang, const struct db_rows *r,
                int i)
{
    struct span code = db_get_span(r, i, R_PROCEDURE);
    const struct procedure *p =
        procedure_numbered(st->snap, code, (int)db_get_i64(r, i, R_VERSION));

    jw_open(w);
    jw_ktext(w, "code", db_get_span(r, i, db_is_null(r, i, R_CODE) ? R_SUBMISSION : R_CODE));
    jw_ki64(w, "seq", db_get_i64(r, i, R_SEQ));
    jw_kspan(w, "procedure", code);
    jw_kstr(w, "procedure_name", p ? text2_in(p->name, lang) : NULL);
    jw_kstr(w, "status", dossier_status_name((enum dossier_status)db_get_i64(r, i, R_STATUS)));
    jw_kstr(w, "receiving", agency_key(st, (int)db_get_i64(r, i, R_RECEIVING)));
    jw_kstr(w, "competent", agency_key(st, (int)db_get_i64(r, i, R_COMPETENT)));
    jw_ktext(w, "applicant", db_get_span(r, i, R_NAME));
    jw_ktime(w, "submitted", db_get_time(r, i, R_SUBMITTED));
    jw_ktime(w, "accepted", db_get_time(r, i, R_ACCEPTED));
    jw_ktime(w, "due", db_get_time(r, i, R_DUE));
    jw_ktime(w, "finished", db_get_time(r, i, R_FINISHED));
    jw_close(w);
}

static void found(struct pending *p, const struct db_outcome *out)
{
    const enum lang *lang = p->mine;
    struct jw w = json_answer(p);

    jw_open(&w);
    jw_key(&w, "items");
    jw_list(&w);
    for (int i = 0; i < db_count(out->rows); i++)
        found_json(&w, p->st, *lang, out->rows, i);
    jw_end(&w);
    jw_knull(&w, "next");
    jw_close(&w);
    pending_json(p, 0);
}

static void nothing(void *arg)
{
    struct pending *p = arg;
    struct jw w = json_answer(p);

    jw_raw(&w, SPAN_LIT("{\"items\":[],\"next\":null}"));
    pending_json(p, 0);
}

static bool has_letter(const char *s)
{
    for (; *s; s++)
        if ((*s >= 'a' && *s <= 'z') || (unsigned char)*s >= 0x80)
            return true;
    return false;
}

char *code_typed(struct arena *a, struct span s)
{
    char *out = arena_span(a, s);

    for (char *c = out; *c; c++)
        if (*c >= 'a' && *c <= 'z')
            *c = (char)(*c - 'a' + 'A');
    return out;
}

/* "H24.11-26…": a letter, a digit, and a dash somewhere. */
static bool looks_like_code(const char *s)
{
    return s[0] >= 'A' && s[0] <= 'Z' && s[1] >= '0' && s[1] <= '9' && strchr(s, '-');
}

static void put_range(struct db_args *args, struct arena *a, const char *s)
{
    db_text(args, s);
    db_text(args, prefix_end(a, s));
}

static void search_code(struct pending *p, const char *code, const int32_t *seen, size_t n,
                        int limit)
{
    struct db_args *args = read_args(p, 4);

    put_range(args, p->own, code);
    db_i32s(args, seen, NULL, n);
    db_i32(args, limit);
    pending_send(p, LANE_READ, "search_code", args);
}

static void search_name(struct pending *p, struct span folded, const int32_t *seen, size_t n,
                        int limit)
{
    struct db_args *args = read_args(p, 6);

    db_i32s(args, seen, NULL, n);
    put_range(args, p->own, arena_span(p->own, folded));
    put_range(args, p->own, words_reversed(p->own, folded));
    db_i32(args, limit);
    pending_send(p, LANE_READ, "search_name", args);
}

static void search_number(struct pending *p, const char *number, const int32_t *seen, size_t n,
                          int limit)
{
    struct db_args *args = read_args(p, 6);

    db_i32s(args, seen, NULL, n);
    put_range(args, p->own, phone_sign(p->own, number));
    put_range(args, p->own, signs_only(p->own, number, true, true));
    db_i32(args, limit);
    pending_send(p, LANE_READ, "search_number", args);
}

void store_search(struct store *st, const struct viewer *v, struct span q, int limit,
                  enum lang lang, store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, found);
    struct arena *a = p->own;
    struct span t = span_trim(q), folded = text_fold(a, t);
    const char *code = code_typed(a, t), *digits = signs_only(a, code, false, false);
    const char *folded_text = folded.p ? arena_span(a, folded) : "";
    enum lang *lang_kept = ARENA_NEW(a, enum lang);
    const int32_t *seen;
    size_t n = viewer_agencies(st, v, a, &seen);

    *lang_kept = lang;
    p->json = done;
    p->mine = lang_kept;
    limit = limit < 1 ? 1 : limit > SEARCH_LIMIT ? SEARCH_LIMIT : limit;
    if (looks_like_code(code))
        search_code(p, code, seen, n, limit);
    else if (has_letter(folded_text) && folded.n >= WORDS_MIN)
        search_name(p, folded, seen, n, limit);
    else if (digits && strlen(digits) >= NUMBER_MIN)
        search_number(p, code, seen, n, limit);
    else
        worker_later(st->worker, nothing, p);
}

/* ---------------------------------------------------------------- public tracking */

enum {
    T_CODE,
    T_HASH,
    T_STATUS,
    T_PROCEDURE,
    T_VERSION,
    T_RECEIVING,
    T_COMPETENT,
    T_ACCEPTED,
    T_DUE,
    T_FINISHED,
    T_RETURNED,
    T_STEP,
    T_AWAITED,
    T_MISSING
};

struct tracking {
    uint8_t hash[SHA256_BYTES]; /* of the secret as typed */
};

/* The step of a task as queues know it: "opinions/tax" is a branch of a split. */
static struct span step_of(const struct db_rows *r, int row)
{
    struct span step = db_get_span(r, row, T_STEP), rest;

    (void)span_cut(step, '/', &step, &rest);
    return step;
}

/* Stages are the steps that have a public text. */
static void stage_of(const struct procedure *p, struct span step, struct track_answer *t)
{
    int seen = 0;

    for (size_t i = 0; p && i < p->steps; i++) {
        if (p->step[i].public_text.vi)
            seen++;
        if (step.p && span_is(step, p->step[i].step)) {
            t->step = seen;
            t->stage = p->step[i].public_text;
            t->portal = p->step[i].portal;
        }
    }
    t->steps = seen;
}

/* Which agency does a step; a procedure says it for the whole step, so no officer is told. */
static const struct agency *place_of(const struct store *st, const struct db_rows *r, int row,
                                     const struct procedure *p)
{
    struct span step = step_of(r, row);
    const struct organisation *o = st->snap->org;
    int i;

    for (size_t k = 0; p && step.p && k < p->steps; k++) {
        if (!span_is(step, p->step[k].step))
            continue;
        if (p->step[k].branches) /* at several at once */
            return NULL;
        i = place_on(o, p->step[k].at, p->step[k].agency,
                     organisation_of_id(o, (int)db_get_i64(r, row, T_RECEIVING)),
                     organisation_of_id(o, (int)db_get_i64(r, row, T_COMPETENT)),
                     lminute_day(lminute_of(clock_now())));
        return i >= 0 ? &o->agency[i] : NULL;
    }
    return NULL;
}

/* Titles of the components that are asked for, in the applicant's own procedure version. */
static void missing_fill(struct pending *p, const struct db_rows *r, int row,
                         const struct procedure *pr, struct track_answer *t)
{
    int n = db_is_null(r, row, T_MISSING) ? 0 : db_array_count(r, row, T_MISSING);
    struct text2 *title = ARENA_ARRAY(p->arena, struct text2, (size_t)n + 1);
    struct span code;

    for (int i = 0; i < n && pr; i++)
        for (size_t k = 0; db_array_span(r, row, T_MISSING, i, &code) && k < pr->components; k++)
            if (span_is(code, pr->component[k].code))
                title[t->missings++] =
                    (struct text2){arena_strdup(p->arena, pr->component[k].title.vi),
                                   arena_strdup(p->arena, pr->component[k].title.en)};
    t->missing = title;
}

static void track_fill(struct pending *p, const struct db_rows *r, int row, struct track_answer *t)
{
    enum dossier_status status = (enum dossier_status)db_get_i64(r, row, T_STATUS);
    const struct agency *ag = agency_of(p->st->snap, (int)db_get_i64(r, row, T_RECEIVING));
    const struct procedure *pr = procedure_numbered(p->st->snap, db_get_span(r, row, T_PROCEDURE),
                                                    (int)db_get_i64(r, row, T_VERSION));
    const struct agency *place = place_of(p->st, r, row, pr);
    struct hall_at hall;

    t->status = status;
    t->code = arena_span(p->arena, db_get_span(r, row, T_CODE));
    t->accepted = db_get_time(r, row, T_ACCEPTED);
    t->due = db_get_time(r, row, T_DUE);
    t->finished = db_get_time(r, row, T_FINISHED);
    t->returned = db_get_time(r, row, T_RETURNED);
    t->awaited = db_get_time(r, row, T_AWAITED);
    stage_of(pr, step_of(r, row), t);
    if (!t->stage.vi || t->finished != INSTANT_NONE) {
        t->stage = dossier_status_title(status);
        t->step = 0;
    }
    t->portal = portal_status(status, t->portal);
    missing_fill(p, r, row, pr, t);
    if (store_hall_of(p->st->snap, (int)db_get_i64(r, row, T_RECEIVING), &hall) &&
        hall.hall->hotline)
        t->hotline = arena_strdup(p->arena, hall.hall->hotline);
    if (place)
        t->place = place->name;
    if (ag)
        t->office = ag->name;
}

/* The same work whether the code is unknown or the secret wrong: a row is always compared, and the
 * answer is only handed out when it fits. */
static void tracked(struct pending *p, const struct db_outcome *out)
{
    static const uint8_t nobody[SHA256_BYTES] = {1};
    const struct tracking *tr = p->mine;
    struct track_answer t = {.accepted = INSTANT_NONE,
                             .due = INSTANT_NONE,
                             .finished = INSTANT_NONE,
                             .returned = INSTANT_NONE,
                             .awaited = INSTANT_NONE};
    struct span hash = db_count(out->rows) == 1 ? db_get_span(out->rows, 0, T_HASH) : SPAN_NONE;
    bool there = hash.n == SHA256_BYTES;
    bool fits = ct_equal(tr->hash, there ? (const void *)hash.p : nobody, SHA256_BYTES);
    store_tracked *done = p->tracked;
    void *owner = p->owner;

    if (there && fits) {
        track_fill(p, out->rows, 0, &t);
        t.found = true;
    }
    pending_end(p);
    done(owner, ERR_OK, &t);
}

void store_track(struct store *st, const char *code, const char *secret, struct arena *a,
                 store_tracked *done, void *owner)
{
    struct pending *p = pending_new(st, owner, tracked);
    struct db_args *args = read_args(p, 1);
    struct tracking *tr = ARENA_NEW(p->own, struct tracking);
    char typed[64];
    bool alone;

    if (!base32_normalise(secret, typed, sizeof typed))
        typed[0] = '\0';
    sha256(typed, strlen(typed), tr->hash);
    alone = !*code && strlen(typed) == TRACK_SECRET_CHARS;
    p->mine = tr;
    p->arena = a;
    p->tracked = done;
    if (alone)
        db_bytes(args, tr->hash, sizeof tr->hash);
    else
        db_text(args, strlen(code) <= 64 ? code_typed(p->own, span_of(code)) : "");
    pending_send(p, LANE_READ, alone ? "track_secret" : "track", args);
}
