/* A procedure (thủ tục hành chính) as compiled from config/procedures/ (YAML): one immutable
 * version, identified by the SHA-256 of its file, pinned on each dossier.  Lives in the arena it
 * was compiled into; shared by all threads.  Format: config/procedures/README.md. */
#ifndef COMMON_PROCEDURE_PROCEDURE_H
#define COMMON_PROCEDURE_PROCEDURE_H

#include "common/access/organisation.h"
#include "common/base/diag.h"
#include "common/procedure/expr.h"
#include "common/time/worktime.h"

#define STEPS_MAX    64
#define BRANCHES_MAX 16 /* of one split */
#define STEP_NONE    (-1)
#define STEP_END     (-2) /* `to: end` */
#define STEP_BACK    (-3) /* `to: back`: to the step that sent it here */

enum channel { CHANNEL_COUNTER, CHANNEL_ONLINE, CHANNEL_POST, CHANNELS }; /* portal 1, 2, 3 */
const char *channel_name(enum channel c);
struct text2 channel_title(enum channel c);

enum procedure_kind { KIND_CITIZEN, KIND_ENTERPRISE, KIND_INTERNAL };

enum need { NEED_REQUIRED, NEED_IF_ANY, NEED_ONE_OF, NEED_WHEN, NEED_NOTE };
struct component { /* thành phần hồ sơ */
    const char *code;
    struct text2 title;
    enum need need;
    const char *group;       /* ONE_OF: at least one of the group */
    const struct expr *when; /* WHEN: required if this holds */
    int originals, certified, copies;
    bool present_only;    /* xuất trình: shown and given back */
    const char *national; /* national component code, or NULL */
};

enum form_type { FORM_TEXT, FORM_MONEY, FORM_INTEGER, FORM_DATE, FORM_BOOL, FORM_CHOICE };
struct form_field {
    const char *field;
    struct text2 title;
    enum form_type type;
    bool required;
    int64_t min, max; /* money, integer; text: length in characters */
    const char **choice;
    struct text2 *choice_title;
    size_t choices;
};

struct limit_add { /* e.g. + 10 working days on islands */
    const struct expr *when;
    struct quantity limit;
    const char *basis;
};
struct limit {
    struct quantity legal, committed; /* committed: what the slip promises */
    bool has_channel[CHANNELS];
    struct quantity by_channel[CHANNELS];
    struct limit_add *add;
    size_t adds;
    const char *exceeds; /* why the steps may add up to more than the law allows, or NULL */
};

enum fee_per { FEE_PER_DOSSIER, FEE_PER_PAGE, FEE_PER_COPY, FEE_PER_PERSON };
#define FEE_ITEMS_MAX 20
#define EXEMPTS_MAX   20
struct fee_exempt { /* miễn: chosen at intake with its evidence, or by itself when it holds */
    const char *exemption;
    struct text2 title;
    const struct expr *when; /* NULL: chosen */
    const char *basis;
};
struct fee_item {
    const char *fee;
    struct text2 title;
    bool charge;    /* lệ phí, not phí */
    int64_t amount; /* dong */
    bool has_channel[CHANNELS];
    int64_t by_channel[CHANNELS];
    enum fee_per per;
    int64_t above, above_amount; /* from the (above+1)-th unit on; 0: none */
    int64_t cap;                 /* 0: none */
    const char *count;           /* field of the form that says the units; NULL: told at intake */
    const struct expr *when;
    struct fee_exempt *exempt;
    size_t exempts;
    const char *basis;
    bool unverified;
};

struct procedure_case { /* trường hợp: overrides what it names */
    const char *code;   /* "01" */
    struct text2 title;
    const struct expr *when; /* chosen by itself when it holds, or NULL: chosen by hand */
    bool has_limit;
    struct limit limit;
    struct component *component; /* NULL: those of the procedure */
    size_t components;
    struct fee_item *fee;
    size_t fees;
    bool has_fee;
};

/* Where work is done.  The last two: the unit of the named body (city police) that works for where
 * the dossier was received, for who is competent. */
enum place { AT_RECEPTION, AT_COMPETENT, AT_AGENCY, AT_UNIT_RECEPTION, AT_UNIT_COMPETENT };
enum assign { ASSIGN_PULL, ASSIGN_ROUND_ROBIN, ASSIGN_LEAST_LOADED, ASSIGN_CHOSEN, ASSIGN_SAME_AS };

/* What an action does to the dossier beside moving it. */
enum effect {
    EFFECT_FORWARD,
    EFFECT_RETURN,  /* back to an earlier step, reason needed */
    EFFECT_APPROVE, /* approves the draft: drafter and approver differ */
    EFFECT_REFUSE,  /* decides refusal (Mẫu 03): result becomes a refusal, counted as resolved */
    EFFECT_NUMBER,  /* clerk: number, date, signer and file of the result */
    EFFECT_RELEASE, /* the result is ready at the one-stop unit: the legal clock ends */
    EFFECT_HAND_OVER,  /* given to the applicant: the dossier ends */
    EFFECT_SUPPLEMENT, /* the ones below: next issue */
    EFFECT_EXCLUDE,
    EFFECT_CONSULT,
    EFFECT_PAYMENT,
    EFFECT_WITHDRAW,
    EFFECT_STOP,
    EFFECT_SUSPEND,
    EFFECT_COUNT
};
const char *effect_name(enum effect e);
struct text2 effect_title(enum effect e);
bool effect_of_name(const char *name, enum effect *ret);

enum {                   /* what an action asks for before it may be done */
       NEEDS_DRAFT = 1,  /* a draft of the result */
       NEEDS_REASON = 2, /* reason code or text */
       NEEDS_RESULT = 4, /* number, date, signer, file */
       NEEDS_FILE = 8,   /* a file attached in this act */
       NEEDS_NOTE = 16,
       NEEDS_PAID = 32,
};

struct action {
    const char *action;
    struct text2 title;
    enum effect effect;
    int to; /* step index, STEP_END, or STEP_NONE: stays in the step */
    unsigned needs;
    const struct expr *when;
    const char *basis;
    const char *stop; /* EXCLUDE: which of procedure.stop */
    /* CONSULT: what the procedure says of it; the rest is said by who asks. */
    bool has_limit;
    struct quantity limit;
    const char *on_due; /* agree | remind | escalate:ROLE */
    bool has_whom;
    enum place whom;
    const char *whom_agency;
    bool anywhere; /* from the list of acts open in many steps */
    struct mark at;
};

struct branch {
    const char *branch;
    struct text2 title;
    enum place at;
    const char *agency;
    const char *role;
    bool has_limit;
    struct quantity limit;
    const char *on_due;    /* agree | remind | escalate:ROLE */
    const char *stop;      /* exclusion reason while waiting */
    const char *procedure; /* a sub-dossier of that procedure, or NULL */
    const char *result;    /* which of the procedure's results it gives, or NULL */
};

/* The role that is told besides when nobody answered in time; NULL: none. */
const char *on_due_role(const char *on_due);

/* A moment in the life of a step: a share of its time, or so long before or after it is due. */
struct moment {
    bool percent;
    int share;             /* percent of the step's time */
    int sign;              /* -1 before, 0 at, 1 after due */
    struct quantity apart; /* sign != 0 */
};
bool moment_parse(struct span s, struct moment *ret);

#define STEP_RUNGS_MAX 24 /* warnings of one step, timed acts of one step */

struct timer { /* something done by itself */
    const char *when;
    struct moment moment;
    const char *action; /* of the step, or "remind" */
};

struct warn {
    bool percent, due;
    int share;              /* percent of the step's time */
    struct quantity before; /* or: this long before due */
};

struct step {
    const char *step;
    struct text2 title;
    struct text2 work;
    enum place at;
    const char *agency; /* AT_AGENCY; AT_UNIT_…: the body */
    const char *role;
    bool has_limit;
    struct quantity limit;
    enum assign assign;
    int same_as;
    int *not_by; /* step indexes */
    size_t not_bys;
    struct text2 public_text;
    int portal; /* national status 1..10 */
    struct action *action;
    size_t actions;
    struct warn *warn;
    size_t warns;
    const char *escalate_at, *escalate_to;
    struct timer *timer;
    size_t timers;
    bool is_split;
    int join; /* 0 all, -1 any, n */
    struct branch *branch;
    size_t branches;
    int then; /* after the join */
    struct mark mark;
};

struct span_limit { /* a limit over several steps */
    const char *span;
    struct text2 title;
    int from_step, to_step;
    bool from_enter, to_enter;
    struct quantity limit;
};

struct stop_reason { /* lawful exclusion, by name */
    const char *reason;
    struct text2 title;
    const char *basis;
};

struct reason { /* catalogue of reasons for returns, refusals … */
    const char *reason;
    struct text2 title;
    const char *for_what;    /* supplement | refuse | return | late | close | complaint */
    const char *attribution; /* applicant | guidance | officer | data (domain: who caused it) */
    bool incomplete;         /* formal incompleteness: counts against first submission */
};

struct procedure_result {
    const char *result;
    struct text2 title;
    bool required;           /* every dossier has to have it; else it is one of several outcomes */
    const struct expr *when; /* required where this holds */
    const char *national;    /* national result code (KQ.G15.000031), or NULL */
};

struct supplement { /* overrides the rules by date of receipt */
    bool given;
    struct quantity within; /* den 0: not named */
    int clock_choice;       /* 0 restart, 1 continue */
    int times;              /* 0: not named */
    const char *basis;
};

struct procedure {
    const char *code; /* "1.005416" */
    int version;
    uint8_t hash[32];
    const char *source;         /* the whole text */
    dayno valid_from, valid_to; /* valid_to INT32_MAX: open */
    enum procedure_kind kind;
    struct text2 name;
    const char *field_code;
    struct text2 field;
    const char *competent;
    bool reception_any;
    const char **reception;
    size_t receptions;
    unsigned channels; /* bit per channel */
    const char **basis;
    size_t bases;
    struct text2 result;              /* the first of them */
    struct procedure_result *results; /* several results, or NULL */
    size_t results_n;
    struct text2 note;  /* where the facts come from */
    bool reconstructed; /* internal steps reconstructed, not published */
    bool immediate;     /* results at once: no slip unless asked */
    int sets; /* số lượng hồ sơ (bộ) that the applicant hands in; 1 unless said */
    const char *calendar; /* NULL: that of the competent agency */
    struct limit limit;
    struct procedure_case *cases;
    size_t cases_n;
    struct component *component;
    size_t components;
    struct form_field *form;
    size_t forms;
    struct fee_item *fee;
    size_t fees;
    struct stop_reason *stop;
    size_t stops;
    struct reason *reason;
    size_t reasons;
    struct step *step; /* step[0] is the first */
    size_t steps;
    struct span_limit *span;
    size_t spans;
    struct supplement supplement;
    bool restart_continue;      /* the same as supplement.clock_choice */
    const char *not_executable; /* why the engine refuses it for now, or NULL */
};

/* What the checker may look at beside the file. */
struct procedure_env {
    const struct organisation *org; /* NULL: agencies and roles are not checked */
    bool in_use;                /* a version with this code and number is already published … */
    const uint8_t *in_use_hash; /* … with this hash: another hash is a change to a version in use */
};

/* Reads, checks everything at once, compiles.  NULL when there are errors.  Codes P0xx shape,
 * P1xx references and graph, P2xx time, P3xx conditions; listed in config/procedures/README.md. */
struct procedure *procedure_compile(struct arena *a, struct span text,
                                    const struct procedure_env *env, struct diags *d);

/* The same for drawing while it is written: what could be read although it has errors, only to be
 * drawn; NULL when there are no steps to draw.  Bits of the steps in which errors stand. */
struct procedure *procedure_sketch(struct arena *a, struct span text,
                                   const struct procedure_env *env, struct diags *d,
                                   uint64_t *ret_faulty);
int procedure_step(const struct procedure *p, const char *step); /* index or STEP_NONE */
int step_branch(const struct step *st, const char *branch);      /* its number, from 1; 0: none */
/* The agency that does the work of a place on that day; receiving, competent: of the dossier, -1
 * unknown.  Indexes; -1: none acts any more. */
int place_on(const struct organisation *o, enum place at, const char *agency, int receiving,
             int competent, dayno d);
/* Of a procedure that nobody follows yet: "Bộ phận Một cửa", the agency's name; org may be NULL. */
struct text2 place_title(struct arena *a, const struct procedure *p, const struct organisation *org,
                         enum place at, const char *agency);
/* As the API names it: reception, competent, STC, CA:competent. */
const char *place_word(struct arena *a, enum place at, const char *agency);
const struct action *step_action(const struct step *s, const char *action);
const struct procedure_case *procedure_case_of(const struct procedure *p, const char *code);
const struct reason *procedure_reason(const struct procedure *p, const char *reason);

/* Fields that conditions may read: "form.X", "case", "channel", "place.island",
 * "place.mountain", "applicant.kind", "step.X.times" … */
struct facts {
    const struct procedure *p;
    enum channel channel;
    const char *case_code;
    bool island, mountain;
    const char *applicant_kind; /* citizen | enterprise | state | other */
    struct value *form;         /* one per p->form, or NULL */
    const int *times;           /* how often each step was entered, one per p->step, or NULL */
    /* How each step last ended, one per p->step, or NULL: a step's action; of a split "agree", or
     * "disagree" when one branch did. */
    const char **outcome;
    const int *disagreed;        /* branches that disagreed in the last visit, or NULL */
    int supplements, extensions; /* sent so far */
};
struct value facts_get(void *facts, const char *name); /* an expr_field_value */

/* The limit that holds for these facts: case, channel, additions. */
struct quantity procedure_limit(const struct procedure *p, const struct facts *f, bool legal);
/* What the steps add up to on the longest way to the end, returns left out; working and calendar
 * time apart, hours as eighths of a day. */
void procedure_sum(const struct procedure *p, struct quantity *ret_working,
                   struct quantity *ret_calendar);
/* Components that hold for these facts (case). */
const struct component *procedure_components(const struct procedure *p, const char *case_code,
                                             size_t *ret_n);
bool component_required(const struct component *c, const struct facts *f);
/* What is charged, item by item (fee table of the version, case, channel and quantity).  units:
 * pages, copies or persons, where the item does not count by a field of the form; exemption: the
 * one chosen, or NULL.  Amounts in dong; answers how many lines there are. */
struct fee_line {
    const struct fee_item *item;
    int64_t units, full; /* full: without the exemption */
    int64_t amount;
    const struct fee_exempt *exempt; /* why nothing is charged, or NULL */
};
size_t procedure_fee_lines(const struct procedure *p, const struct facts *f, int64_t units,
                           const char *exemption, struct fee_line ret[FEE_ITEMS_MAX]);
/* Their sum, nothing chosen. */
int64_t procedure_fee(const struct procedure *p, const struct facts *f, int64_t units);
/* The item of the tariff, for its title, or NULL. */
const struct fee_item *procedure_fee_item(const struct procedure *p, const char *case_code,
                                          const char *fee);
/* An exemption that these facts offer by this code, or NULL. */
const struct fee_exempt *procedure_exemption(const struct procedure *p, const char *case_code,
                                             const char *exemption);

/* The way a dossier takes when every step uses all its time: first act of each step that is open
 * for these facts and leads on (no returns, no refusals). */
struct dry_step {
    int step;
    lminute start, due; /* due is never beyond the dossier's own; of a split: when it joins */
    bool capped;
    lminute *branch_due; /* one per branch of a split */
    size_t branches;
};
struct dry_run {
    struct quantity limit; /* what the slip promises */
    lminute start, due;    /* of the dossier; the start after the rule of receipt */
    bool excluded;         /* waits of branches are not counted: due lies later by them */
    lminute received;
    const struct interval *pause; /* the waits that are not counted */
    size_t pauses;
    struct dry_step *step;
    size_t steps;
    bool stuck; /* no act is open in the last step for these facts */
};
/* calendar: of the place of a step, STEP_NONE: of the dossier; branch of a split from 1, 0: none.
 */
typedef const struct calendar *procedure_calendar(void *ctx, int step, int branch);
enum time_fault procedure_dry_run(struct arena *a, const struct procedure *p, const struct facts *f,
                                  lminute received, procedure_calendar *calendar, void *ctx,
                                  struct dry_run *ret);

/* Writers.  All pure, into out. */
enum diagram_form { DIAGRAM_SVG, DIAGRAM_BPMN, DIAGRAM_MERMAID, DIAGRAM_DOT };
void procedure_diagram(const struct procedure *p, const struct organisation *org,
                       enum diagram_form form, enum lang lang, struct buf *out);
/* What is told over the picture of a step: never by colour alone, so each flag also has a pattern,
 * a line of its own or a word. */
enum {
    MARK_FAULT = 1, /* a mistake stands in it */
    MARK_LATE = 2,
    MARK_DONE = 4,
    MARK_NOW = 8,
    MARK_AHEAD = 16,
};
struct picture_mark {
    unsigned flags;
    const char *badge; /* a few signs on the step, or NULL */
    const char *say;   /* in words, or NULL */
};
/* As SVG to be put into a page: classes and attributes, no style element, each step a link
 * "#step=KEY" with data-step and data-line; the page's sheet is procedure_diagram_css.  mark: one a
 * step, or NULL. */
void procedure_picture(const struct procedure *p, const struct organisation *org,
                       const struct picture_mark *mark, enum lang lang, struct buf *out);
void procedure_diagram_css(struct buf *out);
void procedure_json_schema(struct buf *out);
/* Difference of two versions in words, one line each; false when there is none. */
bool procedure_diff(const struct procedure *a, const struct procedure *b, enum lang lang,
                    struct buf *out);

#endif
