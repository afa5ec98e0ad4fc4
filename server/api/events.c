/* The event streams of one worker: who listens, what was said lately for who comes back; what she
 * may hear is in event_reach.c.  A stream belongs to the worker; it ends with its session, its
 * client or the daemon. The worker's thread. */
#include "server/api/event_hub.h"

#include <stdlib.h>

#include "server/api/halls.h"
#include "server/store/events.h"

#define KEPT       128 /* pieces for who comes back: some seconds under load, hours otherwise */
#define BEAT_MS    15000
#define RETRY_MS   3000
#define PIECE_MAX  ((size_t)128 * 1024)
#define BOARDS_MAX 256 /* of one worker; beyond, a board asks again and again */

struct stream {
    struct stream *prev, *next;
    struct events *events;
    struct http_stream *http;
    uint8_t token[SHA256_BYTES];
    struct reach reach;
};

struct events {
    struct api *api;
    struct stream *streams;
    int n, boards; /* those of sessions, and the others */
    size_t asked;
    struct stream **asking; /* of the check under way, in the order of its answer */
    bool checking;
    struct news_piece *kept[KEPT]; /* by number */
    uint64_t last;                 /* number of the last piece; 0: none yet */
    uint64_t since;                /* who heard this one and all after it missed nothing */
    struct timer *beat;
    struct buf out;
};

/* A number without data: the client remembers how far it has heard, and nothing else happens.  It
 * comes after all that it stands for.  A board that comes back looks anyway. */
static void heard_until(const struct stream *s, uint64_t no)
{
    struct events *ev = s->events;

    if (!s->reach.board)
        buf_printf(&ev->out, "id: %s.%llu\n\n", ev->api->conf->hub->run, (unsigned long long)no);
}

static void begin(struct events *ev, struct span name)
{
    event_begin(&ev->out, name);
}

/* Adds to `out` what this viewer may hear of the piece. */
static void tell(struct stream *s, const struct news_piece *p)
{
    struct events *ev = s->events;

    reach_look(&s->reach, store_snapshot(ev->api->store));
    if (reach_tell(&s->reach, (struct span){p->text, p->n}, &ev->out))
        heard_until(s, p->no);
}

/* ---------------------------------------------------------------- streams */

static void stream_free(struct stream *s)
{
    struct events *ev = s->events;

    if (s->prev)
        s->prev->next = s->next;
    else
        ev->streams = s->next;
    if (s->next)
        s->next->prev = s->prev;
    *(s->reach.board ? &ev->boards : &ev->n) -= 1;
    for (size_t i = 0; ev->checking && i < ev->asked; i++)
        if (ev->asking[i] == s)
            ev->asking[i] = NULL;
    metric_add(METRIC_STREAMS, -1);
    if (!s->reach.board)
        event_hub_leave(ev->api->conf->hub, s->token);
    free(s->reach.agency);
    free(s);
}

static void stream_closed(void *owner)
{
    stream_free(owner);
}

/* Sends what stands in `out`.  Whoever reads too slowly is let go, and comes back for a resync. */
static bool flush(struct stream *s)
{
    struct buf *b = &s->events->out;
    bool ok = buf_ok(b) && (b->n == 0 || http_stream_send(s->http, (struct span){b->p, b->n}));

    if (!ok && !buf_ok(b))
        http_stream_close(s->http);
    buf_clear(b);
    if (!ok) {
        metric_add(METRIC_STREAMS_DROPPED, 1);
        stream_free(s);
    }
    return ok;
}

static void end_stream(struct stream *s, const char *why)
{
    struct http_stream *http = s->http;
    struct buf *b = &s->events->out;

    buf_printf(b, "event: end\ndata: {\"why\":\"%s\"}\n\n", why);
    if (flush(s)) {
        stream_free(s);
        http_stream_close(http);
    }
}

static void resync(struct stream *s, const char *why)
{
    struct events *ev = s->events;

    begin(ev, SPAN_LIT("resync"));
    buf_printf(&ev->out, "{\"why\":\"%s\"}\n\n", why);
    heard_until(s, ev->last);
}

static void end_sessions(struct events *ev, struct span text)
{
    struct span line;

    while (text.n) {
        uint8_t token[SHA256_BYTES];
        struct stream *s, *next;

        (void)span_cut(text, '\n', &line, &text);
        if (!span_starts(line, "S ") || line.n != 2 + 2 * SHA256_BYTES ||
            !hex_decode(line.p + 2, 2 * SHA256_BYTES, token))
            continue;
        for (s = ev->streams; s; s = next) {
            next = s->next;
            if (!s->reach.board && memcmp(s->token, token, sizeof token) == 0)
                end_stream(s, "session");
        }
    }
}

static void keep(struct events *ev, struct news_piece *p)
{
    struct news_piece **slot = &ev->kept[p->no % KEPT];

    news_piece_unref(*slot);
    *slot = p;
    ev->last = p->no;
    if (p->gap)
        ev->since = p->no;
}

void events_take(struct api *api, struct news_piece *p)
{
    struct events *ev = api->events;
    struct stream *s, *next;

    keep(ev, p);
    for (s = ev->streams; s; s = next) {
        next = s->next;
        if (p->gap)
            resync(s, "missed");
        else
            tell(s, p);
        (void)flush(s);
    }
    if (!p->gap)
        end_sessions(ev, (struct span){p->text, p->n});
}

/* ---------------------------------------------------------------- coming back */

const char *events_now(const struct api *api, struct arena *a)
{
    const struct events *ev = api->events;

    if (!ev || !api->conf->hub)
        return NULL;
    return arena_printf(a, "%s.%llu", api->conf->hub->run, (unsigned long long)ev->last);
}

/* "RUN.NUMBER" of this process, and everything after it is still here. */
static bool may_go_on(const struct events *ev, struct span id, uint64_t *ret)
{
    struct span run, rest;
    int64_t no;

    if (!span_cut(id, '.', &run, &rest) || !span_is(run, ev->api->conf->hub->run) ||
        !span_i64(rest, 0, INT64_MAX, &no))
        return false;
    *ret = (uint64_t)no;
    return *ret <= ev->last && *ret >= ev->since && ev->last - *ret <= KEPT;
}

static void catch_up(struct stream *s, struct span last_id)
{
    struct events *ev = s->events;
    uint64_t from;

    buf_printf(&ev->out, "retry: %d\n\n", RETRY_MS);
    if (!last_id.n) {
        begin(ev, SPAN_LIT("ready"));
        buf_str(&ev->out, "{}\n\n");
        heard_until(s, ev->last);
    } else if (!may_go_on(ev, last_id, &from)) {
        resync(s, "gap");
    } else {
        for (uint64_t no = from + 1; no <= ev->last; no++) {
            const struct news_piece *p = ev->kept[no % KEPT];

            if (p && p->no == no)
                tell(s, p);
        }
    }
}

/* ---------------------------------------------------------------- the beat, and living sessions */

static void alive_came(void *owner, enum err e, const bool *alive, size_t n)
{
    struct events *ev = owner;
    struct stream **asking = ev->asking;
    size_t asked = ev->asked;

    for (size_t i = 0; e == ERR_OK && i < n && i < asked; i++)
        if (asking[i] && !alive[i])
            end_stream(asking[i], "session");
    ev->checking = false;
    ev->asking = NULL;
    free(asking);
}

/* One question for all streams of the worker. */
static void check_sessions(struct events *ev)
{
    struct span *hash;
    size_t n = 0;

    if (ev->checking || ev->n == 0)
        return;
    hash = calloc((size_t)ev->n, sizeof *hash);
    ev->asking = calloc((size_t)ev->n, sizeof(struct stream *));
    if (!hash || !ev->asking)
        abort();
    for (struct stream *s = ev->streams; s; s = s->next) {
        if (s->reach.board)
            continue;
        ev->asking[n] = s;
        hash[n++] = (struct span){(const char *)s->token, SHA256_BYTES};
    }
    ev->asked = n;
    ev->checking = true;
    store_sessions_alive(ev->api->store, hash, n, alive_came, ev);
    free(hash);
}

/* Keeps proxies awake, and tells a page that slept, or whose link died without a word, that it
 * hears nothing any more; the number saves a client that heard nothing else from a resync. */
static void beat(void *arg)
{
    struct events *ev = arg;
    struct stream *s, *next;

    for (s = ev->streams; s; s = next) {
        next = s->next;
        begin(ev, SPAN_LIT("beat"));
        buf_str(&ev->out, "{}\n\n");
        heard_until(s, ev->last);
        (void)flush(s);
    }
    check_sessions(ev);
    timer_start(ev->beat, BEAT_MS);
}

void event_hub_open(struct event_hub *hub, struct api *api)
{
    struct events *ev;

    if (!hub)
        return;
    ev = calloc(1, sizeof *ev);
    if (!ev)
        abort();
    ev->api = api;
    buf_init(&ev->out, PIECE_MAX);
    ev->beat = timer_new(api->worker, beat, ev);
    timer_start(ev->beat, BEAT_MS);
    api->events = ev;
    hub->api[worker_index(api->worker)] = api;
}

void events_free_api(struct api *api)
{
    struct events *ev = api->events;

    if (!ev)
        return;
    while (ev->streams)
        stream_free(ev->streams);
    for (size_t i = 0; i < KEPT; i++)
        news_piece_unref(ev->kept[i]);
    free(ev->asking);
    timer_free(ev->beat);
    buf_free(&ev->out);
    free(ev);
    api->events = NULL;
}

/* ---------------------------------------------------------------- the route */

static struct stream *stream_new(struct events *ev, const struct req *rq, int32_t board)
{
    struct stream *s = calloc(1, sizeof *s);

    if (!s)
        abort();
    s->events = ev;
    reach_init(&s->reach, &rq->viewer, board);
    memcpy(s->token, rq->token_hash, sizeof s->token);
    s->next = ev->streams;
    if (s->next)
        s->next->prev = s;
    ev->streams = s;
    *(s->reach.board ? &ev->boards : &ev->n) += 1;
    metric_add(METRIC_STREAMS, 1);
    return s;
}

static void stream_begin(struct req *rq, struct stream *s, struct span last_id)
{
    struct events *ev = s->events;

    catch_up(s, last_id); /* written first: the arena goes with the request */
    s->http = reply_stream(rq, stream_closed, s);
    if (s->http) {
        (void)flush(s);
    } else {
        buf_clear(&ev->out);
        stream_free(s);
    }
}

/* False after answering. */
static bool room(struct req *rq, bool full)
{
    if (!rq->api->events || !rq->api->conf->hub)
        reply_problem(rq, ERR_NOT_IMPLEMENTED);
    else if (full)
        reply_wait_why(rq, ERR_OVERLOADED, INT64_C(30000000),
                       "Đã đủ số luồng cập nhật trực tiếp; các trang vẫn dùng được bình thường.",
                       "There are as many event streams as are served; pages work all the same.");
    else
        return true;
    return false;
}

static void listen(struct req *rq)
{
    struct events *ev = rq->api->events;
    struct span id = http_field(rq->http, "last-event-id");

    if (!id.n)
        id = req_query(rq, "after");
    if (!room(rq, ev && ev->n >= rq->api->conf->streams_max))
        return;
    if (!event_hub_enter(rq->api->conf->hub, rq->token_hash)) {
        reply_wait_why(rq, ERR_TOO_MANY, INT64_C(30000000),
                       "Phiên này đã mở đủ luồng cập nhật trực tiếp; mỗi trình duyệt chỉ cần một.",
                       "This session has enough event streams: a browser needs but one.");
        return;
    }
    id = (struct span){id.p ? arena_strndup(rq->arena, id.p, id.n) : NULL, id.n};
    stream_begin(rq, stream_new(ev, rq, 0), id);
}

static void listen_board(struct req *rq)
{
    struct events *ev = rq->api->events;
    struct hall_at at;

    if (!hall_of_query(rq, req_query(rq, "hall"), &at))
        reply_problem(rq, ERR_NOT_FOUND);
    else if (room(rq, ev && ev->boards >= BOARDS_MAX))
        stream_begin(rq, stream_new(ev, rq, at.agency), SPAN_NONE);
}

static const struct route_param listen_params[] = {
    {"after",
     {"member event của /v1/session: nghe tiếp từ lúc ấy, như Last-Event-ID",
      "member event of /v1/session: go on from then, as Last-Event-ID does"}},
    {NULL, {NULL, NULL}},
};
static const struct route_param board_params[] = {
    {"hall", {"sảnh tiếp nhận", "reception hall"}},
    {NULL, {NULL, NULL}},
};
static const struct route rows[] = {
    {.method = HTTP_GET,
     .pattern = "/v1/events",
     .query = listen_params,
     .permission = PERM_SIGNED_IN,
     .lane = LANE_READ,
     .handle = listen,
     .media = "text/event-stream",
     .summary = {"Luồng sự kiện: hồ sơ và hàng đợi của tôi vừa thay đổi",
                 "Event stream: what of mine has just changed"}},
    {.method = HTTP_GET,
     .pattern = "/v1/tickets/board/events",
     .query = board_params,
     .permission = PERM_PUBLIC,
     .lane = LANE_READ,
     .handle = listen_board,
     .media = "text/event-stream",
     .summary = {"Luồng sự kiện của bảng gọi số: vừa có thay đổi",
                 "Event stream of a calling board: something has changed"}},
};
ROUTE_TABLE(routes_events, rows);
