/* Who may hear what: the lines of a notification (server/store/events.h) become the events that one
 * viewer is told, or a hall's board.  Owned by its stream; the worker's thread. */
#include <stdlib.h>

#include "server/api/event_hub.h"
#include "server/store/dossier_json.h"
#include "server/store/events.h"
#include "server/store/halls.h"

enum { SCOPE_MINE, SCOPE_UNIT, SCOPE_ROLE, SCOPE_ALL, SCOPES };
static const char *const scope_words[SCOPES] = {"mine", "unit", "role", "all"};

static int by_id(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;

    return x < y ? -1 : x > y;
}

void reach_init(struct reach *r, const struct viewer *v, int32_t board)
{
    *r = (struct reach){.viewer = *v, .board = board != 0, .hall = board, .epoch = -1};
    if (board && !(r->agency = calloc(1, sizeof *r->agency))) /* sees none */
        abort();
}

void reach_look(struct reach *s, const struct snapshot *snap)
{
    const struct organisation *o = snap->org;
    struct hall_at at;

    if (s->board || s->epoch == snap->epoch)
        return;
    s->epoch = snap->epoch;
    s->hall = store_hall_of(snap, s->viewer.agency, &at) ? at.agency : 0;
    free(s->agency);
    s->agency = NULL;
    s->agencies = 0;
    if (s->viewer.all)
        return;
    s->agency = calloc(o->agencies ? o->agencies : 1, sizeof *s->agency);
    if (!s->agency)
        abort();
    for (size_t i = 0; i < o->agencies; i++)
        if (store_sees_agency(snap, &s->viewer, o->agency[i].id))
            s->agency[s->agencies++] = o->agency[i].id;
    qsort(s->agency, s->agencies, sizeof *s->agency, by_id);
}

static bool sees(const struct reach *s, int64_t agency)
{
    int32_t id = (int32_t)agency;

    return !s->agency || bsearch(&id, s->agency, s->agencies, sizeof id, by_id);
}

static bool any_seen(const struct reach *s, struct span agencies, struct span officers)
{
    struct span one;
    int64_t id;

    while (agencies.n) {
        (void)span_cut(agencies, ',', &one, &agencies);
        if (span_i64(one, 1, INT32_MAX, &id) && sees(s, id))
            return true;
    }
    while (officers.n) {
        (void)span_cut(officers, ',', &one, &officers);
        if (span_i64(one, 1, INT64_MAX, &id) && id == s->viewer.user)
            return true;
    }
    return s->viewer.all;
}

/* Bits of the queues of hers that changed: "AGENCY.ROLE.OFFICER,…". */
static unsigned scopes_of(const struct reach *s, struct span queues)
{
    struct span one, agency, role, rest;
    int64_t a, r, officer;
    unsigned bits = 0;

    while (queues.n) {
        (void)span_cut(queues, ',', &one, &queues);
        if (!span_cut(one, '.', &agency, &rest) || !span_cut(rest, '.', &role, &rest) ||
            !span_i64(agency, 0, INT32_MAX, &a) || !span_i64(role, 0, 31, &r) ||
            !span_i64(rest, 0, INT64_MAX, &officer))
            continue;
        if (officer == s->viewer.user)
            bits |= 1u << SCOPE_MINE;
        if (a == s->viewer.agency)
            bits |= 1u << SCOPE_UNIT;
        if (a == s->viewer.agency && (s->viewer.roles >> r & 1))
            bits |= 1u << SCOPE_ROLE;
        if (sees(s, a))
            bits |= 1u << SCOPE_ALL;
    }
    return bits;
}

/* "AGENCY.ROLE.OFFICER": does it stand in her list? */
static bool told(const struct reach *s, struct span whom)
{
    struct span agency, role, rest;
    int64_t a, r, officer;

    if (s->board || !span_cut(whom, '.', &agency, &rest) || !span_cut(rest, '.', &role, &rest) ||
        !span_i64(rest, 0, INT64_MAX, &officer))
        return false;
    if (officer)
        return officer == s->viewer.user;
    return span_i64(agency, 0, INT32_MAX, &a) && span_i64(role, 0, 31, &r) &&
           a == s->viewer.agency && (s->viewer.roles >> r & 1);
}

/* ---------------------------------------------------------------- writing */

static struct span word(struct span *line)
{
    struct span w;

    (void)span_cut(*line, ' ', &w, line);
    return w;
}

void event_begin(struct buf *out, struct span name)
{
    buf_str(out, "event: ");
    buf_span(out, name);
    buf_str(out, "\ndata: ");
}

static unsigned dossier_line(const struct reach *s, struct span line, struct buf *out)
{
    struct span code = word(&line), seq = word(&line), at = word(&line);
    struct span agencies = word(&line), officers = word(&line);
    int64_t n, when;
    struct jw w;

    if (!any_seen(s, agencies, officers) || !span_i64(seq, 0, INT64_MAX, &n) ||
        !span_i64(at, INT64_MIN + 1, INT64_MAX, &when))
        return 0;
    event_begin(out, SPAN_LIT("dossier"));
    w = jw_to(out);
    jw_open(&w);
    jw_kspan(&w, "code", code);
    jw_ki64(&w, "seq", n);
    jw_ktime(&w, "at", when);
    jw_close(&w);
    buf_str(out, "\n\n");
    return scopes_of(s, line);
}

static void other_line(const struct reach *s, struct span line, struct buf *out)
{
    struct span name = word(&line), agency = word(&line);
    int64_t id;

    /* a counter serves the hall, also where the hall is that of a body above */
    if (!span_i64(agency, 0, INT32_MAX, &id) ||
        !(sees(s, id) || (id == s->hall && span_is(name, "ticket"))))
        return;
    event_begin(out, name);
    buf_span(out, line);
    buf_str(out, "\n\n");
}

static void queue_event(unsigned scopes, struct buf *out)
{
    struct jw w;

    if (!scopes)
        return;
    event_begin(out, SPAN_LIT("queue"));
    w = jw_to(out);
    jw_open(&w);
    jw_key(&w, "scopes");
    jw_list(&w);
    for (unsigned i = 0; i < SCOPES; i++)
        if (scopes >> i & 1)
            jw_str(&w, scope_words[i]);
    jw_end(&w);
    jw_close(&w);
    buf_str(out, "\n\n");
}

bool reach_tell(const struct reach *s, struct span text, struct buf *out)
{
    size_t before = out->n;
    unsigned scopes = 0;
    bool notice = false;
    struct span line;

    while (text.n) {
        (void)span_cut(text, '\n', &line, &text);
        if (span_starts(line, "D "))
            scopes |= dossier_line(s, (struct span){line.p + 2, line.n - 2}, out);
        else if (span_starts(line, "X "))
            other_line(s, (struct span){line.p + 2, line.n - 2}, out);
        else if (span_starts(line, "N ") && !notice)
            notice = told(s, (struct span){line.p + 2, line.n - 2});
    }
    queue_event(scopes, out);
    if (notice) {
        event_begin(out, SPAN_LIT("notice"));
        buf_str(out, "{}\n\n");
    }
    return out->n > before;
}
