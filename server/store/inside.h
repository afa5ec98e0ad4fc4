/* What the files of this room share: the store, calls under way, jobs of the write path.
 * Everything belongs to one worker and is touched on its thread only.  Not for other rooms. */
#ifndef SERVER_STORE_INSIDE_H
#define SERVER_STORE_INSIDE_H

#include "common/base/json_out.h"
#include "server/store/events.h"
#include "server/store/store.h"

#define JSON_MAX     ((size_t)32 << 20) /* one answer */
#define SPARES_MAX   64
#define JSON_KEPT    ((size_t)1 << 20)  /* room kept for the next one */
#define ARGS_MAX     ((size_t)1 << 20)  /* arguments of one read */
#define OWN_MAX      ((size_t)64 << 20) /* what one call remembers: rows of a report, states */
#define BATCH_MAX    64                 /* acts of one durable commit … */
#define FIRES_BATCH  256    /* … of what comes by itself: nobody waits for an answer */
#define FIRES_LEAST  64     /* … as many as take FIRES_US, but never fewer */
#define FIRES_US     40000  /* so long a batch of those may take … */
#define FIRES_BESIDE 15000  /* … while officers act: a core is free again soon */
#define BESIDE_US    200000 /* so long after one of their acts */
#define BESIDE_ACTS  32     /* so many go beside a batch that is on its way */
#define BESIDE_MS    5      /* … or after it took so long */
#define BATCH_BYTES  ((size_t)256 << 20)
#define ACTS_MAX     4096 /* acts of one worker under way; beyond: ERR_OVERLOADED */
#define REDO_MAX     5    /* times an act is decided again after a race */
#define HELD_MS      5000 /* so old, an act that waits for somebody's lock is given up */
#define IDS_BLOCK    64   /* numbers drawn at once: INCREMENT BY of motcua.dossier_id */
#define OFFICERS_MAX 512  /* cached (agency, role) */
#define OFFICERS_MS  5000
#define MISSES_MAX   24   /* officer lists one decision may ask for */
#define PARKED_MS    2000 /* an act waits so long for a newer configuration */
#define SESSIONS_MAX 4096
#define SESSION_MS   1000
#define TIME_FIRST   INT64_C(-62135596800000000) /* 0001-01-01: before every cursor */
#define QUEUE_LIMIT  200
#define SEARCH_LIMIT 100
#define LIST_LIMIT   1000
#define AGENCIES_MAX 4096

/* ---------------------------------------------------------------- snapshot (snapshot.c) */
struct snapshot_whole;
struct calendars;
struct hall_told;

/* ---------------------------------------------------------------- a call under way (store.c) */
struct pending {
    struct pending *prev, *next;
    struct store *st;
    void *owner; /* whoever asked; store_orphan looks for it */
    void (*rows)(struct pending *p, const struct db_outcome *out);
    /* answers: one of them is set */
    store_json *json;
    store_state *state;
    store_user *user;
    store_wait *wait;
    store_tracked *tracked;
    store_next *timer;
    store_taken *taken;
    store_messages *messages;
    store_settled *settled;
    store_linked *linked;
    store_alive *alive;
    store_live *live;
    store_recent_done *recent;
    void (*hall)(void *owner, enum err e, const struct hall_told *t); /* halls.h */
    struct arena *arena; /* of the asker, for answers that live there; may be NULL */
    struct arena *own;   /* of the call: what it must remember */
    struct arena *big;   /* more than fits there, or NULL; goes with the call */
    void *mine;
    struct { /* figures_send: what is asked next */
        enum db_lane lane;
        const char *stmt;
        const struct db_args *args;
        void (*rows)(struct pending *p, const struct db_outcome *out);
    } counts;
    struct { /* index_marks.c: what comes when they are made */
        void (*next)(struct pending *p);
        int page, pages, rounds;
    } marks;
};

/* A call that answers p->…; its arena `own` lives until pending_end. */
struct pending *pending_new(struct store *st, void *owner,
                            void (*rows)(struct pending *p, const struct db_outcome *out));
/* Sends; when the lane is full the answer ERR_OVERLOADED comes later. */
void pending_send(struct pending *p, enum db_lane lane, const char *stmt,
                  const struct db_args *args);
void pending_end(struct pending *p); /* unlinks and frees; call before telling the asker */
/* Ends it and tells the asker the error in the form it expects. */
void pending_fail(struct pending *p, enum err e);
/* The store's one buffer for answers, empty: from here to pending_json nothing else may write. */
struct jw json_answer(struct pending *p);
/* The answer so far, kept while another statement is asked, and gone on with behind a member or an
 * item. */
struct span json_keep(struct pending *p);
struct jw json_go_on(struct pending *p, struct span kept);
/* Ends a page of a queue with "stopped", for those of its dossiers that have tasks without a due.
 */
void stopped_json(struct pending *p, struct jw w, const int64_t *dossier, size_t n,
                  const char *next, enum lang lang);
/* Statuses in which somebody outside has the next turn. */
void put_waiting(struct pending *p, struct db_args *args);
/* Ends it and tells what json_answer's writer wrote; the asker may not keep it. */
void pending_json(struct pending *p, int64_t version);
/* Ends the list of items, then the page: `next` is the time and number of the last row, or null. */
void pending_page(struct pending *p, struct jw *w, bool more, int64_t at, int64_t id);

/* ---------------------------------------------------------------- write path */

enum job_stage { JOB_LOADING, JOB_WAITING, JOB_SENT, JOB_PARKED };

struct message { /* stored with the act: "notify" in lists, others in the outbox */
    const char *kind, *body;
    struct told {
        int agency, role;
        int64_t officer; /* 0: everybody with the role there */
    } told;              /* of a notice */
};

/* Officers' acts go before what comes by itself. */
enum urgency_of_acts { ACTS_ASKED, ACTS_BY_THEMSELVES, ACTS_KINDS };

struct job {                 /* one act, from store_act to done */
    struct job *prev, *next; /* all jobs of the store */
    struct job *queued;      /* next in the queue of waiting changes */
    struct store *st;
    struct act *act; /* NULL: orphaned while its change was on the way */
    enum job_stage stage;
    int64_t since; /* monotonic µs */
    int redos, misses;
    bool by_itself; /* nobody waits for it */
    bool single;    /* its batch failed: goes alone */
    bool held;      /* … since somebody held a lock for too long */
    bool load_again;
    /* what was loaded */
    const struct dossier *before; /* NULL: creates */
    const char *submission;
    instant supplemented;          /* of before */
    int64_t earlier;               /* of a new one: the dossier whose chain it goes on with */
    struct delegation *delegation; /* of the person for whom it is done */
    size_t delegations;
    struct recent recent; /* the last events, for CMD_TAKE_BACK */
    int64_t behalf;       /* that person; 0: not looked up yet, -1: none with a delegation */
    uint8_t salt[16];
    bool salted;
    /* what was decided */
    struct snapshot *snap; /* a reference */
    const struct procedure *procedure;
    struct command cmd; /* the act's, with the content's digest */
    struct intake intake;
    struct change change;
    struct decision decision;
    instant next_timer; /* of the state after */
    bool timer_moves;
    struct message *message;
    size_t messages, message_cap;
    const char *reply;
    const char *content_body;
    int64_t new_id;
    bool accepts;
    uint8_t track_hash[SHA256_BYTES];
    const char *track_secret;
    /* an officer list that was asked for and is not cached */
    bool missed;
    int miss_agency;
    enum role miss_role;
    int64_t miss_at;      /* monotonic µs */
    int64_t parked_until; /* monotonic µs */
};

struct officers { /* a cached list */
    int agency;
    enum role role;
    int64_t loaded; /* monotonic µs; 0: free */
    int64_t asked;  /* likewise: when it was last found old and asked for again */
    struct officer_load *item;
    size_t n;
};

struct batch {
    struct store *st;
    struct arena *arena;
    int64_t since;    /* monotonic µs */
    struct job **job; /* NULL: orphaned */
    int n;
    bool together; /* all of them or none */
    bool by_themselves;
};

struct session_kept {
    uint8_t token[SHA256_BYTES];
    int64_t loaded; /* monotonic µs; 0: free */
    struct session_user u;
    char login[72], name[256];
    uint8_t identity[SHA256_BYTES];
    bool has_identity;
};

struct store {
    struct worker *worker;
    struct db *db;
    struct snapshot *snap;
    struct pending *calls;
    struct pending *spare; /* ended ones with their arenas, for the next calls */
    int spares;
    struct buf json; /* the answer that is being written */
    /* acts */
    struct job *jobs;
    int jobs_n;
    struct waiting { /* changes that wait for a connection */
        struct job *head, **tail;
        int n;
    } waits[ACTS_KINDS];
    struct batch *batches[64];  /* on the way */
    bool by_themselves;         /* a batch of those is on the way: one at a time */
    int64_t asked_at;           /* when officers' acts last went out; monotonic µs */
    int64_t fire_us;            /* what one that came by itself last took; 0: not known yet */
    struct fires *fires;        /* pages of timers under way */
    struct freezing *freezings; /* reports that are being frozen */
    struct news *news;          /* of commits, to be sent */
    void (*timer_seen)(void *ctx, instant at);
    void *timer_ctx;
    struct timer *parking;
    struct timer *beside;     /* when a batch on its way may have taken long */
    int64_t next_id, last_id; /* what is left of the block */
    bool ids_due;
    struct officers officers[OFFICERS_MAX];
    struct session_kept *sessions;
    struct reads *reads; /* NULL: nothing read yet */
    struct audit *audit;
    /* figures_settle.c: a call is under way; then cells, too; now those; a timer is armed */
    bool settling, cells_due, cells_now, following;
    bool marking; /* index_marks.c: a round is under way */
    struct timer *follow;
    const struct indices *indices; /* that score agencies: indices.h */
    const char *const *capacity;   /* what one can do in a day: figures.h */
    size_t capacities;
    const char *const *register_fields; /* that share a book: registers.h */
    size_t register_shared;
    bool expiring; /* store_expire is under way */
    int expire_days;
    bool closing;
};

/* reads.c: personal data of this dossier was told to this person */
void reads_note(struct store *st, int64_t user, int64_t dossier, const char *code);
/* audit.c: a line for the audit; `patient`: it may be gathered for half a second.  `what` is a word
 * of the program's own. */
void audit_add(struct store *st, const char *what, int64_t user, const char *peer,
               const char *detail, bool patient);
void audit_new(struct store *st);
void audit_free(struct store *st);
int acts_waiting(const struct store *st); /* act.c */
/* people.c */
void sessions_forget(struct store *st, int64_t account); /* kept ones of an account that changed */
/* act.c */
void act_decide(struct job *j);             /* loaded: decide, then wait or finish */
void act_finish(struct job *j, enum err e); /* tells the owner, frees */
void act_orphan(struct job *j);             /* nobody is told; what was sent goes on */
void act_load(struct job *j);               /* from the beginning */
void act_again(struct job *j);              /* a lost race: load and decide again, bounded */
void act_queue(struct job *j);
struct job *act_new(struct store *st, struct act *a);
/* fire.c */
struct fires;
void fires_orphan(struct store *st, const void *owner);
void fires_free(struct store *st); /* when no act of them is left */
/* frozen.c */
void freezings_free(struct store *st); /* nobody is told any more */
/* events.c */
void events_of(const struct job *j); /* it is committed: who listens hears of it */
void events_told(struct store *st, const struct told *to); /* a notice stands in a list */
void events_free(struct store *st);
/* act_messages.c */
void act_messages(struct job *j); /* what the decided events tell others */
void act_links(struct job *j);    /* act_links.c: what they tell other dossiers */
void act_portal(struct job *j);   /* act_portal.c: … and the national portal */
/* One more message of the act, with what the buffer holds. */
void message_add(struct job *j, const char *kind, const struct buf *b);
void act_park(struct job *j); /* until a newer configuration has come */
void act_unpark(struct store *st, bool all);
/* figures_settle.c: acts were committed that figures may tell of */
void figures_follow(struct store *st);
/* act_batch.c */
bool act_feed(void *ctx);
struct db_args *act_args(struct batch *b);
/* act_content.c */
const char *content_body(struct arena *a, const struct content *c);
void content_digest_of(const uint8_t salt[16], struct span body, uint8_t out[SHA256_BYTES]);
struct search_words {
    const char *name, *reversed, *phone, *identity;
};
void search_words_of(struct arena *a, const struct person_data *p, struct search_words *ret);
const char *words_reversed(struct arena *a, struct span folded);
/* Digits (phone) or letters and digits (identity) only, upper case; NULL when none are left. */
const char *signs_only(struct arena *a, const char *s, bool letters, bool backwards);
const char *phone_sign(struct arena *a, const char *s); /* +84… as 0…; NULL: no digits */
#define TRACK_SECRET_CHARS 16 /* 80 random bits: they say which dossier, too */
void track_secret_of(const char *key, const uint8_t salt[16], struct arena *a,
                     const char **ret_secret, uint8_t ret_hash[SHA256_BYTES]);
/* act_past.c */
bool past_wanted(const struct job *j);
void past_load(struct job *j); /* decides when it is there */
/* succeed.c: ended agencies that have a successor (agency 0: every one); room for all of them. */
size_t agencies_ended(const struct organisation *o, int agency, dayno today, int32_t *ret);
/* act_delegation.c */
void delegations_load(struct job *j); /* decides when they are there */
/* act_officers.c */
const struct officer_load *officers_cached(struct job *j, int agency, enum role role,
                                           size_t *ret_n);
void officers_load(struct job *j);
void officers_moved(struct store *st, const struct job *j);
void officers_free(struct store *st);

/* ---------------------------------------------------------------- reading */

/* Agencies the viewer may see lists of, in the arena; ids of the organisation. */
size_t viewer_agencies(const struct store *st, const struct viewer *v, struct arena *a,
                       const int32_t **ret);
/* Of those, the ones at or under an agency (0: all), in the arena of the read. */
size_t agencies_asked(struct pending *p, const struct viewer *v, int agency, const int32_t **ret);
/* May see this dossier: place, open or finished task, or everything. */
/* Decoded and completed with its columns. */
struct dossier *dossier_of_row(struct arena *a, struct span json, int64_t id, int64_t seq,
                               struct span head, struct span code, struct span number);
struct db_args *read_args(struct pending *p, int n);
struct span arena_copy(struct arena *a, struct span s);
const char *agency_key(const struct store *st, int id);
const struct agency *agency_of(const struct snapshot *s, int id);
/* A row of lists on paper; the first columns are those of print_received.sql (prints.c). */
#define RECEIVED_COLUMNS 15
void received_members(struct pending *p, struct jw *w, const struct db_rows *r, int i);
/* A row of a search, of which the first columns are those of search_*.sql (read_search.c). */
#define FOUND_COLUMNS 14
char *code_typed(struct arena *a, struct span s); /* in upper case, as codes are */
void found_json(struct jw *w, const struct store *st, enum lang lang, const struct db_rows *r,
                int i);
/* Smallest text greater than every text that begins with s; NULL s gives NULL. */
const char *prefix_end(struct arena *a, const char *s);

#endif
