/* What the hub and the streams of a worker share.  Not for other rooms. */
#ifndef SERVER_API_EVENT_HUB_H
#define SERVER_API_EVENT_HUB_H

#include <stdatomic.h>

#include "common/base/digest.h"
#include "server/api/events.h"

#define STREAMS_PER_SESSION 4
#define SESSION_SLOTS       65536

struct news_piece { /* one notification as heard; read-only, counted */
    uint64_t no;
    bool gap; /* what came before may be lost */
    atomic_int refs;
    size_t n;
    char text[];
};

struct event_hub {
    char run[9]; /* of this process: numbers of another mean nothing here */
    uint64_t no; /* of the last piece; the hearing worker's */
    bool missed[WORKERS_MAX];
    struct api *api[WORKERS_MAX];
    _Atomic(unsigned char) session[SESSION_SLOTS];
};

struct reach { /* what one stream may hear */
    struct viewer viewer;
    bool board;      /* of a hall: nobody signed in, hears of its tickets alone */
    int32_t *agency; /* sorted ids that she may see; NULL: all */
    size_t agencies;
    int32_t hall;  /* agency of the hall that she calls from, or of the board; 0: none */
    int64_t epoch; /* of the configuration that they come from */
};

void news_piece_unref(struct news_piece *p);
void events_take(struct api *api, struct news_piece *p); /* takes the reference */
bool event_hub_enter(struct event_hub *hub, const uint8_t token[SHA256_BYTES]);
void event_hub_leave(struct event_hub *hub, const uint8_t token[SHA256_BYTES]);

/* ---- event_reach.c */
void reach_init(struct reach *r, const struct viewer *v, int32_t board); /* board 0: a person's */
void reach_look(struct reach *r, const struct snapshot *snap); /* after the configuration changed */
/* The events of these lines that are for it; false: none. */
bool reach_tell(const struct reach *r, struct span text, struct buf *out);
void event_begin(struct buf *out, struct span name);

#endif
