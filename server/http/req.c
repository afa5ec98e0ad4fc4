/* What the app may ask about a request under way.
 * Everything belongs to the request and ends with its answer.  The worker's thread. */
#include "server/http/conn.h"

static const struct http_req *check(const struct http_req *rq)
{
    assert(rq && rq->magic == HTTP_REQ_MAGIC);
    return rq;
}

const struct http_head *http_head(const struct http_req *rq)
{
    return &check(rq)->head;
}

struct span http_field(const struct http_req *rq, const char *lower_name)
{
    return http_head_field(&check(rq)->head, lower_name);
}

struct span http_cookie(const struct http_req *rq, const char *name)
{
    return http_head_cookie(&check(rq)->head, name);
}

struct span http_body(const struct http_req *rq)
{
    return check(rq)->body;
}

struct arena *http_arena(struct http_req *rq)
{
    return check(rq)->arena;
}

const char *http_peer(const struct http_req *rq)
{
    struct http_req *own = check(rq)->c->rq; /* the same, but ours to write */

    if (!own->peer[0])
        http_peer_text(&own->c->peer, own->peer, sizeof own->peer);
    return own->peer;
}

bool http_is_tls(const struct http_req *rq)
{
    return check(rq)->c->ssl != NULL;
}

void *http_user(const struct http_req *rq)
{
    return check(rq)->user;
}

void http_set_user(struct http_req *rq, void *user)
{
    assert(check(rq));
    rq->user = user;
}

struct worker *http_worker(const struct http_req *rq)
{
    return check(rq)->c->s->w;
}

void http_pause(struct http_req *rq)
{
    struct http_conn *c = check(rq)->c;

    if (c->paused || c->state != CONN_BODY)
        return;
    c->paused = true;
    rq->paused_us = clock_mono_us();
    if (!c->in_call)
        http_conn_want(c);
}

void http_resume(struct http_req *rq)
{
    struct http_conn *c = check(rq)->c;

    if (!c->paused)
        return;
    c->paused = false;
    rq->body_us += clock_mono_us() - rq->paused_us;
    if (!c->in_call) {
        http_conn_want(c);
        http_conn_kick(c); /* what was read already comes on a later turn */
    }
}
