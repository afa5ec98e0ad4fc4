/* The store: SQL and row mapping for the rooms above; one file a table group behind this header.
 * It decides nothing: dossiers are decided in common/dossier/, here they are loaded and stored.
 * All calls on the worker's own thread; done is called exactly once, never before return, unless
 * store_orphan(owner) came first. */
#ifndef SERVER_STORE_STORE_H
#define SERVER_STORE_STORE_H

#include "common/access/organisation.h"
#include "common/dossier/dossier.h"
#include "common/dossier/regime.h"
#include "common/ticket/hall.h"
#include "server/db/db.h"

struct store; /* one per worker, over its struct db */

#define DUE_NEVER INT64_C(253370764800000000) /* 9999-01-01, what rows have for "no limit" */

/* ---------------------------------------------------------------- snapshot
 * Immutable configuration as published in the database: organisation, calendars, regimes, procedure
 * versions (all that open dossiers are pinned to, and those in force).  Compiled once, counted,
 * swapped by pointer; a newer epoch in the database makes acts answer ERR_STALE_CONFIG inside
 * their transaction, and the daemon loads again (LISTEN motcua_config). */
struct snapshot {
    int64_t epoch;
    const struct organisation *org;
    const struct regimes *regimes;
    const struct procedure *const *procedure; /* sorted by code, version */
    size_t procedures;
    const struct calendar *const *calendar; /* newest version of each name first */
    size_t calendars;
    const struct hall *const *hall; /* reception halls */
    size_t halls;
};
/* Blocking (main thread, pool, verbs).  NULL and a message when something does not compile. */
struct snapshot *snapshot_load(const char *conninfo, struct buf *ret_error);
/* The same for who has that of `had` already: NULL without a message when it still is in force. */
struct snapshot *snapshot_load_other(const char *conninfo, int64_t had, struct buf *ret_error);
struct snapshot *snapshot_ref(struct snapshot *s);
struct snapshot *snapshot_unref(struct snapshot *s);
/* In force on that day; NULL: none.  And exactly by hash, by number. */
const struct procedure *snapshot_procedure(const struct snapshot *s, const char *code, dayno d);
const struct procedure *snapshot_procedure_hash(const struct snapshot *s, const uint8_t hash[32]);
const struct procedure *procedure_numbered(const struct snapshot *s, struct span code, int version);
/* The texts in force, as published. */
struct snapshot_text {
    char kind; /* o: organisation, c: calendar, r: regime, h: hall, p: procedure */
    const char *name;
    struct span source;
};
const struct snapshot_text *snapshot_texts(const struct snapshot *s, size_t *ret_n);
bool snapshot_calendar_text(void *snapshot, const char *name, struct span *ret_text,
                            const char **ret_file); /* a calendar_source */
/* A text as it would be published: compiled, also refused when this version has another text. */
struct procedure *snapshot_procedure_compile(const struct snapshot *s, struct arena *a,
                                             struct span text, struct diags *d);
const struct calendar *snapshot_calendar(const struct snapshot *s, const char *name);
/* As it was published at that time: a correction of its past moves nothing that was over by then.
 */
const struct calendar *snapshot_calendar_at(struct snapshot *s, const char *name, instant at);

struct store *store_new(struct worker *w, struct db *db, struct snapshot *snap);
struct store *store_free(struct store *st);
void store_set_snapshot(struct store *st, struct snapshot *snap); /* takes a reference */
struct snapshot *store_snapshot(struct store *st);                /* borrowed */
void store_orphan(struct store *st, void *owner);

/* Publishing (blocking; verbs, demo, jobs): files as immutable versions by hash; the same text
 * again changes nothing; another text under a version in use is refused. */
struct two_persons { /* logins; who approves is not who wrote it (domain 7.2 no. 4) */
    const char *author, *approver;
};
bool store_publish_organisation(const char *conninfo, struct span text, struct two_persons who,
                                struct buf *ret_error);
bool store_publish_calendar(const char *conninfo, const char *name, struct span text,
                            struct two_persons who, struct buf *ret_error);
bool store_publish_regime(const char *conninfo, struct span text, struct two_persons who,
                          struct buf *ret_error);
bool store_publish_procedure(const char *conninfo, struct span text, struct two_persons who,
                             struct buf *ret_error);

bool store_publish_hall(const char *conninfo, struct span text, struct two_persons who,
                        struct buf *ret_error);

/* Accounts.  NULL leaves what is there; a new account needs name and agency.  A changed password or
 * a deactivation ends all its sessions, other roles too.  What the rules forbid (domain 7.2):
 * ERR_STALE, ERR_R_SEPARATION (one's own rights), ERR_R_LAST_ADMIN, ERR_CONFLICT (there is one
 * already). */
struct account_change {
    const char *login, *name;
    int agency;          /* id; 0: as it is */
    const char *encoded; /* of server/jobs/password.h */
    const uint8_t *identity_key;
    int active;          /* 1, 0; -1: as it is */
    int64_t roles;       /* bits of the roles held from now on; -1: as they are */
    int make;            /* 1: must be new, 0: must be there, -1: either */
    int64_t by;          /* who does it; 0: a verb on the server */
    int64_t seq;         /* as it was seen; 0: any */
    bool one_time;       /* the password must be changed at the next sign-in */
    const uint8_t *keep; /* hash of the session that stays, or NULL */
    const char *reason, *peer;
};
/* Blocking (verbs, demo). */
bool store_account_put(const char *conninfo, const struct account_change *change, size_t n,
                       struct buf *ret_error);
/* {"items":[{"login","name","agency","active","roles":[…]}…]} */
bool store_account_list(const char *conninfo, struct buf *ret_json, struct buf *ret_error);

/* ---------------------------------------------------------------- acts: the one write path
 * load -> decide -> store, coalesced; a lost race is decided again (bounded). */

/* What lies apart from the narrow state: written at intake, personal, salted out of the history. */
struct person_data {
    const char *kind; /* citizen | enterprise | state | other */
    const char *name; /* NFC */
    const char *id_type, *id_number;
    const char *birth, *sex, *address, *area_code, *phone, *email;
};
struct content {
    struct person_data applicant, owner, authorised; /* name NULL: none */
    const char *authorised_document;
    const char *summary;   /* trích yếu */
    const char *result_by; /* counter | post | online */
    const char *result_address;
    const char *form_json;       /* all typed form values */
    const char *components_json; /* check-off with quantities, files, presented */
    uint8_t salt[16];
};

struct act {
    /* in */
    const char *code; /* dossier code or submission id ("S-…"); NULL for commands that create */
    int64_t if_match; /* expected seq; -1: any (only for creating commands) */
    const char *idempotency_key;
    uint8_t body_hash[SHA256_BYTES];
    struct command cmd;
    struct actor actor;
    const char *behalf;    /* login of whom the actor stands in for, or NULL: then her delegations
                              are loaded and on_behalf_of is set */
    const char *procedure; /* creating commands: code of the procedure */
    /* creating and resubmitting commands; the store digests it and puts the digest into the intake
     * itself, so that the history and what is stored cannot disagree */
    const struct content *content;
    const uint8_t *identity_key_salt;
    struct arena *arena; /* outlives done */
    /* Body of the answer, stored under the key in the same transaction; without the assigned code,
     * which the store adds as the first member "code". Called after each decision. */
    void (*reply)(struct act *a, const struct decision *d, struct buf *out);
    void (*done)(void *owner, struct act *a);
    void *owner;
    /* out */
    enum err e; /* ERR_OK, a refusal's error, ERR_STALE with `current`, ERR_KEY_REUSED, … */
    const struct refusal *refusal;
    size_t refusals;
    const struct dossier
        *current;          /* the state after (ERR_OK) or the one that refused (else, or NULL) */
    const char *assigned;  /* code or number given in this act */
    const char *duplicate; /* intake: another dossier of this owner and procedure that is under way;
                              known before reply() */
    int64_t seq;
    struct span reply_json;
    size_t fired;             /* CMD_FIRE: rungs */
    instant next_timer;       /* of the state after (ERR_OK) */
    bool replayed;            /* answer of an earlier identical request; current is then NULL */
    const char *track_secret; /* acceptance: the secret for the receipt, known before reply() and
                                 again when replayed; kept only as a hash: keep it out of reply() */
};
/* Queue full: done with ERR_OVERLOADED. */
void store_act(struct store *st, struct act *a);
/* Changes and lines of the audit that are not stored yet. */
int store_waiting(const struct store *st);
/* The program ends: what is gathered goes out now. */
void store_hurry(struct store *st);

/* ---------------------------------------------------------------- what comes by itself */

/* Told after every stored act that moved the next timer of its dossier: when that comes. */
void store_watch_timers(struct store *st, void (*seen)(void *ctx, instant at), void *ctx);

struct timer_page { /* dossiers whose timer has come, in the order of (at, dossier) */
    instant now;
    instant after_at; /* INSTANT_NONE: from the beginning */
    int64_t after_id;
    int limit; /* <= 256: one page is one commit */
    /* Told as soon as the rows are there: where the next page begins.  May be NULL. */
    void (*read)(void *owner, int found, instant last_at, int64_t last_id);
};
struct timer_fires {
    enum err e;       /* of the page; single dossiers are counted as failed */
    int found;        /* fewer than the limit: the last page */
    int acts, rungs;  /* dossiers that something was stored of, and how much */
    int moved;        /* nothing had come after all: the next timer lies later */
    int failed;       /* refused or unknown: tried again in some minutes */
    bool unavailable; /* the database did not answer some of them */
    instant last_at, oldest;
    int64_t last_id;
};
/* Fires what has come of one page, each dossier in one act, behind the acts of officers. */
typedef void store_fired(void *owner, const struct timer_fires *f);
void store_fire(struct store *st, const struct timer_page *page, store_fired *done, void *owner);
/* When the earliest timer of all comes (INSTANT_NONE: none), and how many have come by now (counted
 * up to `most`). */
typedef void store_next(void *owner, enum err e, instant at, int64_t due);
void store_next_timer(struct store *st, instant now, int most, store_next *done, void *owner);
struct outbox_row {
    int64_t id, dossier, seq;
    int attempts; /* failed so far */
    struct span body;
    instant at;
    struct span code; /* of the dossier, or of its submission */
};
/* Messages of a kind that wait and may be tried now, the earliest first; of one dossier only the
 * earliest, so that they arrive in order.  The rows live during the call. */
typedef void store_messages(void *owner, enum err e, const struct outbox_row *row, size_t n);
void store_outbox(struct store *st, const char *kind, instant now, int limit, store_messages *done,
                  void *owner);
typedef void store_settled(void *owner, enum err e, int64_t messages);
/* What came of messages of a kind: fault NULL: delivered; else tried again later, each time a
 * minute more.  Answers how many were waiting: what is settled already, or follows another, is
 * passed over.
 */
void store_outbox_settle(struct store *st, const char *kind, const int64_t *id,
                         const char *const *fault, size_t n, store_settled *done, void *owner);
/* A dossier by its number, with its content as it was submitted (JSON, may be none): for the job
 * that brings news to others.  Both live in the arena. */
typedef void store_linked(void *owner, enum err e, const struct dossier *s, struct span content);
void store_linked_dossier(struct store *st, int64_t dossier, struct arena *a, store_linked *done,
                          void *owner);
/* A lease for so many seconds: true while this holder has it. */
typedef void store_taken(void *owner, enum err e, bool mine);
void store_job_take(struct store *st, const char *job, const char *holder, int seconds,
                    store_taken *done, void *owner);

/* ---------------------------------------------------------------- reading
 * Rows become JSON here, straight into the answer. version: seq (ETag) where there is one. */
typedef void store_json(void *owner, enum err e, struct span json, int64_t version);
/* How many messages of a kind wait, since when, and those that were tried and did not arrive. */
void store_outbox_faults(struct store *st, const char *kind, store_json *done, void *owner);

struct viewer { /* what this person may see: own agency subtree, own tasks, or everything */
    int64_t user;
    int agency;
    unsigned roles;
    bool all; /* inspector, supervisor of the whole: everything, read only */
};

/* Who only inspects or supervises looks at everything; one who also works, at her own unit. */
struct viewer store_viewer(int64_t user, int agency, unsigned roles);

/* May this viewer know of this dossier at all?  The one rule: the receiving and the competent
 * agency, whoever has or had a step, their subtrees, and a division's parent body. */
bool store_may_see(const struct snapshot *snap, const struct viewer *v, const struct dossier *s);

/* One dossier: states, content (masked unless may_personal), tasks, clocks; more of it when asked.
 */
enum dossier_part {
    DOSSIER_HISTORY = 1,
    DOSSIER_DEFINITION = 2, /* steps and components of the version it runs on */
};
void store_dossier(struct store *st, const struct viewer *v, const char *code, unsigned parts,
                   enum lang lang, store_json *done, void *owner);
/* State for `possible acts` and explanations: decoded state in the arena. */
typedef void store_state(void *owner, enum err e, const struct dossier *s);
void store_dossier_state(struct store *st, const struct viewer *v, const char *code,
                         struct arena *a, store_state *done, void *owner);

/* The last events with the states before them, for a dossier that was changed a moment ago: what
 * undoing looks at (context.past …).  In the arena. */
struct recent {
    struct past *past;
    size_t pasts;
    int64_t gone_out;
};
bool store_is_recent(const struct dossier *s);
typedef void store_recent_done(void *owner, enum err e, const struct dossier *s,
                               const struct recent *r);
void store_recent(struct store *st, const struct dossier *s, struct arena *a,
                  store_recent_done *done, void *owner);

enum queue_scope { QUEUE_MINE, QUEUE_UNIT, QUEUE_ROLE, QUEUE_ALL };
extern const char *const URGENCY_WORDS[]; /* NULL-terminated */
struct queue_query {
    enum queue_scope scope;
    int agency;
    enum role role; /* ROLE_COUNT: any */
    int64_t officer;
    const char *officer_name; /* QUEUE_MINE: whom the viewer is, for the rows */
    const char *procedure, *step;
    int urgency; /* -1 any, 0 overdue, 1 today, 2 within 2 working days, 3 later */
    instant now, today_end, soon_end;
    instant after_due; /* cursor: exclusive (due, dossier) */
    int64_t after_id;
    int limit;      /* <= 200 */
    bool counts;    /* counts by urgency instead of rows */
    enum lang lang; /* of the names in the rows */
    bool used;      /* rows tell the share of the step's time that is used */
    bool shared;    /* what many rows say alike stands once, in "shared" */
    bool waits;     /* counts tell how many wait for somebody else */
    /* Filters that look further than the open tasks: any of them takes a statement of its own. */
    const char *field;       /* code of the field (lĩnh vực); NULL: any */
    int64_t by;              /* officer who has the task; 0: any */
    int channel;             /* 1 + enum channel; 0: any */
    bool waiting;            /* only those that wait for somebody else */
    const char *words;       /* part of the applicant's name, or beginning of the code */
    const char *const *code; /* only these dossiers; NULL: any */
    size_t codes;
};
void store_queue(struct store *st, const struct viewer *v, const struct queue_query *q,
                 store_json *done, void *owner);
void store_submissions(struct store *st, const struct viewer *v, instant after, int64_t after_id,
                       int limit, enum lang lang, store_json *done, void *owner);

/* Code, name with or without accents, phone, or tail of an identity number (at least 4 digits). */
void store_search(struct store *st, const struct viewer *v, struct span q, int limit,
                  enum lang lang, store_json *done, void *owner);

/* Who works at an agency, with roles and open tasks, for those who give out work:
 * {"items":[{officer, name, login, roles, open_tasks, absent}]}.  ERR_FORBIDDEN outside the
 * viewer's, but for who may ask about any. */
void store_officers(struct store *st, const struct viewer *v, int agency, bool any,
                    store_json *done, void *owner);

/* How many work where, by role: {"agencies":[{agency,officers,roles:[{role,title,officers}]}]}. */
void store_units(struct store *st, enum lang lang, store_json *done, void *owner);

/* Public tracking: constant work for unknown code and wrong secret; nothing personal.  With "" for
 * the code a secret of today's length finds its dossier alone. */
struct track_answer {
    bool found;
    const char *code;
    enum dossier_status status;
    struct text2 stage; /* public text of the step */
    struct text2 place; /* agency that does the step; vi NULL: not known */
    int portal;
    instant accepted, due, finished, returned;
    instant awaited;             /* the applicant: until then */
    struct text2 office;         /* where it was received and is handed over */
    int step, steps;             /* public stages; step 0: not at one of them */
    const struct text2 *missing; /* papers that the applicant is asked for */
    size_t missings;
    const char *hotline; /* of the hall where it was received, or NULL */
};
typedef void store_tracked(void *owner, enum err e, const struct track_answer *t);
void store_track(struct store *st, const char *code, const char *secret, struct arena *a,
                 store_tracked *done, void *owner);

/* What interrupted dossiers in [from, to): supplements, apologies, exclusions, ends …; counts by
 * kind (limit 0), or the list behind them, the newest first. */
extern const char *const INTERRUPTION_WORDS[];
struct interruptions_query {
    instant from, to;
    int agency;     /* 0: all the viewer may see */
    int kind;       /* of INTERRUPTION_WORDS; -1: all */
    bool irregular; /* only what the rules do not allow by themselves */
    instant after;  /* cursor; INSTANT_NONE: from the newest */
    int64_t after_id;
    int limit; /* 0: counts */
    enum lang lang;
};
void store_interruptions(struct store *st, const struct viewer *v,
                         const struct interruptions_query *q, store_json *done, void *owner);

/* What needed another person's agreement, asked in [from, to), the newest first. */
extern const char *const CONSENT_WORDS[];
struct consents_query {
    instant from, to;
    int agency;    /* 0: all the viewer may see */
    int kind;      /* enum request_kind - 1; -1: all */
    int state;     /* of CONSENT_WORDS; -1: all */
    instant after; /* cursor; INSTANT_NONE: from the newest */
    int64_t after_id;
    int limit;
    enum lang lang;
};
void store_consents(struct store *st, const struct viewer *v, const struct consents_query *q,
                    store_json *done, void *owner);

/* The cash book of [from, to): totals by agency and method (limit 0), or each payment and refund.
 */
struct cash_query {
    instant from, to;
    int agency;         /* 0: all the viewer may see */
    const char *method; /* NULL: all; a constant */
    int refund;         /* 0 payments, 1 refunds, -1 both */
    instant after;      /* cursor; INSTANT_NONE: from the first */
    int64_t after_id;
    int limit; /* 0: totals */
    enum lang lang;
};
void store_cash(struct store *st, const struct viewer *v, const struct cash_query *q,
                store_json *done, void *owner);

/* What an officer was told by name or by role, the newest first: {"items":[…],"next":"0.ID"};
 * before: only what is older; 0: from the newest. */
void store_notifications(struct store *st, const struct viewer *v, int64_t before, int limit,
                         enum lang lang, store_json *done, void *owner);
/* {"unread":n}, at most UNREAD_MAX; and that she has seen them up to a number. */
#define UNREAD_MAX 100
void store_notifications_unread(struct store *st, const struct viewer *v, store_json *done,
                                void *owner);
void store_notifications_seen(struct store *st, int64_t user, int64_t upto, store_json *done,
                              void *owner);
/* Words of rungs by number; NULL after the last. */
const char *timer_rung_word(unsigned i);
/* Rungs that fired in [from, to): counts by rung (limit 0), or those that were late, the newest
 * first. */
struct catch_up_query {
    instant from, to;
    int agency;           /* told; 0: all the viewer may see */
    int64_t late_minutes; /* at least */
    instant after;        /* cursor; INSTANT_NONE: from the newest */
    int64_t after_id;
    int limit; /* 0: counts */
    enum lang lang;
};
void store_catch_up(struct store *st, const struct viewer *v, const struct catch_up_query *q,
                    store_json *done, void *owner);

/* ---------------------------------------------------------------- procedures (read_procedure.c) */

/* Every version, the newest first: validity, hash, who wrote and approved it, open dossiers on it:
 * {"procedure","versions":[…]}.  ERR_NOT_FOUND. */
void store_procedure_versions(struct store *st, const char *code, enum lang lang, store_json *done,
                              void *owner);
/* Open dossiers in each step now; in the arena. */
struct live_step {
    const char *step;
    int64_t open, late, overdue; /* past the step's due; past the promise */
};
struct live_query {
    const char *procedure;
    int version;
    int agency;    /* with what lies under it; 0: all the viewer may see */
    instant since; /* steps entered since; INSTANT_NONE: all */
};
typedef void store_live(void *owner, enum err e, const struct live_step *step, size_t n);
void store_procedure_live(struct store *st, const struct viewer *v, const struct live_query *q,
                          struct arena *a, store_live *done, void *owner);

/* ---------------------------------------------------------------- people and sessions */
struct session_user {
    int64_t user;
    const char *login, *name;
    int agency;
    unsigned roles;
    const uint8_t *identity_key;
    const char *password_hash; /* sign-in only */
    bool active;
    instant locked_until;
    instant expires;
    uint8_t csrf_hash[SHA256_BYTES];
    bool must_change;     /* a one-time password: nothing but changing it */
    bool by_provider;     /* signed in by the unit's identity provider */
    instant factor_on;    /* the second factor is on since; INSTANT_NONE: off */
    int codes_left;       /* recovery codes of it */
    struct span sealed;   /* sign-in only: its secret, or one that is offered */
    instant factor_taken; /* sign-in only: taken away then, and she was not told yet */
};
typedef void store_user(void *owner, enum err e, const struct session_user *u);
void store_user_by_login(struct store *st, const char *login, struct arena *a, store_user *done,
                         void *owner);
/* Token and CSRF token are stored as SHA-256 only. */
void store_session_create(struct store *st, int64_t user, const uint8_t token_hash[32],
                          const uint8_t csrf_hash[32], const char *peer, instant idle_until,
                          instant absolute_until, bool by_provider, store_json *done, void *owner);
/* A sign-in by the identity provider, by the hash of its state: begun; taken up (once, within ten
 * minutes, else ERR_SIGN_IN_OVER). */
void store_sso_begin(struct store *st, const uint8_t state[32], store_json *done, void *owner);
void store_sso_take(struct store *st, const uint8_t state[32], store_json *done, void *owner);
/* Cached in the worker for at most a second. */
void store_session_get(struct store *st, const uint8_t token_hash[32], struct arena *a,
                       store_user *done, void *owner);
void store_session_end(struct store *st, const uint8_t token_hash[32], store_json *done,
                       void *owner);
/* Counts a failed or successful sign-in; answers how long this login and peer must wait (ms). */
typedef void store_wait(void *owner, enum err e, int64_t wait_ms);
void store_sign_in_attempt(struct store *st, const char *login, const char *peer, bool success,
                           store_wait *done, void *owner);
void store_sign_in_allowed(struct store *st, const char *login, const char *peer, store_wait *done,
                           void *owner);
/* The same changes on the worker's thread: {"account","login","seq"}. */
void store_account_change(struct store *st, const struct account_change *c, store_json *done,
                          void *owner);
/* The second factor: a sealed secret is offered (ERR_CONFLICT: it is on), proved by the code of a
 * step (her other sessions than `keep` end; ERR_CONFLICT: another one is offered), taken into
 * account at each code (version: recovery codes left; ERR_CODE_WRONG: that code counts no more),
 * and switched off by herself or taken away by somebody else (then she is told at the next
 * sign-in): as an account is changed, ERR_CONFLICT: there is none. */
#define RECOVERY_CODES 10
struct factor_off {
    int64_t by; /* 0: a verb on the server */
    const char *login;
    const uint8_t *keep; /* hash of the session that stays, or NULL */
    const char *reason, *peer;
};
void store_factor_offer(struct store *st, int64_t account, struct span sealed, store_json *done,
                        void *owner);
void store_factor_on(struct store *st, int64_t account, struct span sealed, int64_t step,
                     uint8_t recovery[RECOVERY_CODES][SHA256_BYTES], const uint8_t *keep,
                     const char *peer, store_json *done, void *owner);
/* step -1: none; recovery NULL: none. */
void store_factor_take(struct store *st, int64_t account, int64_t step, const uint8_t *recovery,
                       store_json *done, void *owner);
void store_factor_off(struct store *st, const struct factor_off *off, store_json *done,
                      void *owner);
/* Blocking, for verbs. */
bool store_factor_away(const char *conninfo, const struct factor_off *off, struct buf *ret_error);
/* {"items":[…],"next":login|null}, or the one account that `login` names. */
struct accounts_query {
    int agency;         /* with what lies under it; 0: all */
    const char *words;  /* part of a login, lower case, or NULL */
    const char *folded; /* the same, folded, as part of a name */
    const char *login;  /* exactly this one, or NULL */
    const char *after;
    int limit;
    enum lang lang;
};
void store_accounts(struct store *st, const struct accounts_query *q, store_json *done,
                    void *owner);
/* The audit, the newest first: {"items":[…],"next":"0.ID"|null}. */
struct audit_query {
    const char *login, *what; /* NULL: all */
    instant from, to;         /* INSTANT_NONE: open */
    int64_t before;
    int limit;
};
void store_audit_list(struct store *st, const struct audit_query *q, store_json *done, void *owner);
/* Audit of what changes nothing in dossiers: sign-ins, refusals of permission, exports.  Nobody
 * waits for it; `what` is a word of the program's own. */
void store_audit(struct store *st, const char *what, int64_t user, const char *peer,
                 const char *detail_json);

/* Forgets what has served its time: answers under idempotency keys after `days` (at least 3),
 * ended sessions, throttles.  A bounded number a statement, again until nothing is left; call it
 * now and then on one worker.  Failures are logged, the next call makes up for them. */
void store_expire(struct store *st, int days);

/* Has tables of at least so many bytes analysed that PostgreSQL has not looked at since a crash,
 * one after the other.  Call it now and then on one worker. */
void store_analyse_forgotten(struct store *st, int64_t bytes);

/* Seals the days that are over and are not sealed yet, one a statement, until none is left; several
 * daemons may ask.  Call it now and then on one worker; a failure is made up for by the next call.
 */
void store_seal_days(struct store *st);
/* {"items":[{"day","events","dossiers","prev","digest","at"}]}, the newest first.  before: NULL:
 * from the last. */
#define SEALS_MAX 400
void store_seals(struct store *st, const dayno *before, int limit, store_json *done, void *owner);

/* ---------------------------------------------------------------- work moved in bulk (reassign.c)
 * All open tasks of one officer at an agency; every task by CMD_ASSIGN.  The same key and body
 * again goes on where it stood.
 * {"reassignment","items":[{code,task,outcome,login,name}],"done","refused", "left"}: outcome
 * "done", "gone" (somebody took it meanwhile), the code of a refusal, or null: left. */
struct reassign {
    const char *key;
    uint8_t body_hash[SHA256_BYTES];
    struct actor actor;
    const char *officer; /* login */
    const char *to;      /* login, "queue" or "least" */
    int agency;
    const char *reason;
};
void store_reassign(struct store *st, const struct reassign *r, store_json *done, void *owner);

/* ---------------------------------------------------------------- succession (succeed.c)
 * What is open at agencies that have ended: {"items":[{code,from}],"next"}; moving: running.h. */
struct succession_query {
    int agency;    /* id of the ended one; 0: every one */
    int64_t after; /* cursor */
    int limit;
};
void store_succession(struct store *st, const struct succession_query *q, store_json *done,
                      void *owner);

/* ---------------------------------------------------------------- files
 * Content-addressed under the files directory: aa/bb/<sha256>; written and synced by the pool
 * before the row that names them commits (files.c of server/jobs/ does the writing). */
void store_file_register(struct store *st, const uint8_t hash[32], int64_t size,
                         const char *media_type, const char *name, int64_t user, store_json *done,
                         void *owner);
/* May this viewer read the file (it hangs on a dossier she may see)? Row: size, type, name. */
void store_file_get(struct store *st, const struct viewer *v, const char *code,
                    const uint8_t hash[32], store_json *done, void *owner);

#endif
