/* Proposals of two persons: texts to publish, recalculations, moves.  One proposes, another
 * approves; approving does it, and goes on with it where it was broken off.  Handlers on the
 * worker's thread, the work in the pool. */
#include "server/api/publishing.h"
#include "server/store/dossier_json.h"

#include <jansson.h>
#include <stdlib.h>

#define TEXTS_MAX    50
#define TEXT_CHARS   400000
#define BODY_TEXTS   ((size_t)4 << 20)
#define BODY_SMALL   ((size_t)16 * 1024)
#define LIST_MAX     50
#define TEXTS_MEMORY ((size_t)1 << 30)

/* ---------------------------------------------------------------- checks before anybody approves
 */

static bool check_procedure(const struct snapshot *s, struct arena *a, struct span text,
                            struct buf *why)
{
    struct diags d;

    if (snapshot_procedure_compile(s, a, text, &d))
        return true;
    diags_print(&d, "procedure", text, LANG_VI, why);
    return false;
}

static bool check_regime(const struct snapshot *s, struct arena *a, struct span text,
                         struct buf *why)
{
    struct regimes one = {0};
    const struct regime *now;
    struct diags d;

    diags_init(&d, a);
    if (!regime_compile(a, &one, text, &d)) {
        diags_print(&d, "regime", text, LANG_VI, why);
        return false;
    }
    now = regime_named(s->regimes, one.item[0].regime);
    if (!now || regime_same_rules(now, &one.item[0]))
        return true;
    buf_printf(why, "rules \"%s\" are pinned on dossiers: give the new ones another name",
               now->regime);
    return false;
}

static bool check_text(struct changing *g, struct arena *a, const struct text_in *t,
                       struct buf *why)
{
    struct span text = span_of(t->text);
    struct calendars k;
    struct diags d;

    switch (t->kind) {
    case TEXT_CALENDAR:
        if (t->name)
            return snapshot_calendars_with(g->snap, a, t->name, text, &k, why);
        buf_str(why, "a calendar needs its name");
        return false;
    case TEXT_REGIME:
        return check_regime(g->snap, a, text, why);
    case TEXT_PROCEDURE:
        return check_procedure(g->snap, a, text, why);
    default:
        diags_init(&d, a);
        if (organisation_compile(a, text, &d))
            return true;
        diags_print(&d, "organisation", text, LANG_VI, why);
        return false;
    }
}

/* ---------------------------------------------------------------- proposing */

struct proposing {
    const char *kind, *document;
    const struct texts_in *texts; /* NULL: of another kind */
    struct span body;             /* JSON */
};

static void proposed_json(struct changing *g, int64_t id, const struct texts_in *texts)
{
    struct jw w = jw_to(&g->out);

    jw_open(&w);
    jw_ki64(&w, "publication", id);
    jw_kstr(&w, "state", "proposed");
    if (texts)
        publication_plan_json(g, &w, texts, false);
    jw_close(&w);
}

static void propose_work(struct changing *g)
{
    struct proposing *x = g->mine;
    struct arena *a = arena_new(TEXTS_MEMORY);
    int64_t id = 0;
    struct buf why;

    buf_init(&why, 65536);
    for (size_t i = 0; x->texts && g->e == ERR_OK && i < x->texts->texts; i++)
        if (!check_text(g, a, &x->texts->text[i], &why))
            changing_fail(g, ERR_INVALID, buf_cstr(&why));
    if (g->e == ERR_OK)
        g->e = publication_add(g->conninfo, x->kind, x->body, x->document, g->actor.user, &id);
    if (g->e == ERR_OK)
        proposed_json(g, id, x->texts);
    buf_free(&why);
    arena_free(a);
}

static void propose(struct req *rq, const char *kind, const char *document,
                    const struct texts_in *texts, const char *procedure)
{
    struct proposing *x = ARENA_NEW(rq->arena, struct proposing);
    char *text;

    if (procedure)
        (void)json_object_set_new(rq->json, "procedure", json_string(procedure));
    text = json_dumps(rq->json, JSON_COMPACT);
    if (!text)
        abort();
    *x = (struct proposing){kind, document, texts, span_of(arena_strdup(rq->arena, text))};
    free(text);
    changing_go(rq, propose_work, x, 201);
}

void publication_propose(struct req *rq, const char *kind, const char *document)
{
    propose(rq, kind, document, NULL, NULL);
}

static void propose_texts(struct req *rq)
{
    const struct texts_in *in = rq->body;

    propose(rq, "texts", in->document, in, NULL);
}

static void propose_recalculation(struct req *rq)
{
    const struct recalculation_in *in = rq->body;

    publication_propose(rq, "recalculation", in->document);
}

static void propose_move(struct req *rq)
{
    const struct move_in *in = rq->body;

    propose(rq, "move", in->document, NULL, rq->param[0]);
}

/* ---------------------------------------------------------------- reading */

static const char *const states[] = {"proposed", "approved", "done", "declined", NULL};

static const char *state_of(const struct publication *p)
{
    if (p->declined)
        return states[3];
    if (p->done != INSTANT_NONE)
        return states[2];
    return p->approver ? states[1] : states[0];
}

static void publication_members(struct jw *w, const struct publication *p)
{
    jw_ki64(w, "publication", p->id);
    jw_kstr(w, "kind", p->kind);
    jw_kstr(w, "state", state_of(p));
    jw_kstr(w, "document", p->document);
    jw_kstr(w, "author", p->author_login);
    jw_ktime(w, "at", p->at);
    jw_kstr(w, "approver", p->approver_login);
    jw_ktime(w, "decided", p->decided);
    jw_ktime(w, "done", p->done);
    jw_ktext(w, "report", p->report);
}

static void publication_json(struct jw *w, const struct publication *p)
{
    jw_open(w);
    publication_members(w, p);
    jw_close(w);
}

static void list_work(struct changing *g)
{
    struct jw w = jw_to(&g->out);
    struct publication *p = NULL;
    size_t n = 0;
    enum err e =
        publications_read(g->conninfo, g->rq->arena, 0, g->page.after_id, LIST_MAX, &p, &n);

    if (e != ERR_OK) {
        changing_fail(g, e, NULL);
        return;
    }
    jw_open(&w);
    jw_key(&w, "items");
    jw_list(&w);
    for (size_t i = 0; i < n; i++)
        publication_json(&w, &p[i]);
    jw_end(&w);
    jw_key(&w, "next");
    if (n == LIST_MAX)
        jw_str(&w, arena_printf(g->rq->arena, "0.%lld", (long long)p[n - 1].id));
    else
        jw_null(&w);
    jw_close(&w);
}

static void list(struct req *rq)
{
    changing_go(rq, list_work, NULL, 200);
}

/* ---------------------------------------------------------------- approving */

static bool read_one(struct changing *g, struct approving *x)
{
    size_t n;
    enum err e = publications_read(g->conninfo, g->rq->arena, x->id, 0, 1, &x->p, &n);

    if (e != ERR_OK)
        changing_fail(g, e, NULL);
    return e == ERR_OK;
}

static void decide_work(struct changing *g)
{
    struct approving *x = g->mine;
    struct jw w = jw_to(&g->out);
    enum err e;

    if (!read_one(g, x))
        return;
    /* The head of the one-stop unit agrees to new dates, not to new rules. */
    if (strcmp(x->p->kind, "recalculation") != 0 &&
        !(g->actor.roles & (1u << ROLE_BUSINESS_ADMIN))) {
        changing_fail(g, ERR_R_NOT_YOUR_ROLE, NULL);
        return;
    }
    e = publication_decide(g->conninfo, x->id, g->actor.user, x->agree);
    if (e == ERR_R_SEPARATION)
        changing_fail(g, e,
                      say(g->rq, "Người soạn không được tự duyệt.",
                          "Whoever proposed it may not approve it."));
    else if (e != ERR_OK)
        changing_fail(g, e, NULL);
    if (e != ERR_OK || !read_one(g, x))
        return;
    if (x->agree)
        publication_carry_out(g, x);
    if (g->e == ERR_OK && read_one(g, x))
        publication_json(&w, x->p);
}

/* With all that the second person is asked to agree to. */
static void one_work(struct changing *g)
{
    struct approving *x = g->mine;
    struct jw w = jw_to(&g->out);
    json_t *body = NULL;

    if (!read_one(g, x))
        return;
    jw_open(&w);
    publication_members(&w, x->p);
    if (strcmp(x->p->kind, "texts") == 0 &&
        publication_bound(g, x, publication_body("texts"), &body)) {
        const struct texts_in *in = x->body;

        jw_kstr(&w, "note", in->note);
        publication_plan_json(g, &w, in, true);
    }
    jw_close(&w);
    json_decref(body);
}

static void of_one(struct req *rq, bool agree, void (*work)(struct changing *g))
{
    struct approving *x = ARENA_NEW(rq->arena, struct approving);

    x->agree = agree;
    if (!req_id(rq, &x->id))
        return;
    changing_go(rq, work, x, 200);
}

static void one(struct req *rq)
{
    of_one(rq, false, one_work);
}

static void approve(struct req *rq)
{
    of_one(rq, true, decide_work);
}

static void decline(struct req *rq)
{
    of_one(rq, false, decide_work);
}

/* ---------------------------------------------------------------- bodies and answers */

static const struct bind_key text_keys[] = {
    BIND_WORDS(struct text_in, kind, BIND_REQUIRED, publication_text_kinds, "loại", "kind"),
    BIND(struct text_in, WORD, name, 0, 1, 64, "tên lịch", "name of a calendar"),
    BIND(struct text_in, LINES, text, BIND_REQUIRED, 1, TEXT_CHARS, "nội dung tệp", "text"),
};
static const struct bind_shape text_shape =
    BIND_SHAPE("PublicationText", struct text_in, text_keys);
static const struct bind_key texts_keys[] = {
    {"texts",
     BIND_LIST,
     BIND_REQUIRED,
     offsetof(struct texts_in, text),
     offsetof(struct texts_in, texts),
     1,
     TEXTS_MAX,
     &text_shape,
     NULL,
     {"các tệp", "texts"}},
    BIND(struct texts_in, TEXT, document, BIND_REQUIRED, 1, 200, "số văn bản", "document"),
    BIND(struct texts_in, LINES, note, 0, 1, 1000, "ghi chú", "note"),
};
static const struct bind_shape texts_shape = BIND_SHAPE("Publication", struct texts_in, texts_keys);
static const struct bind_key recalculation_keys[] = {
    BIND(struct recalculation_in, TEXT, document, BIND_REQUIRED, 1, 200,
         "số, ngày, cơ quan ban hành thông báo", "the notice: number, date, issuer"),
    BIND(struct recalculation_in, LINES, note, 0, 1, 1000, "ghi chú", "note"),
};
static const struct bind_shape recalculation_shape =
    BIND_SHAPE("Recalculation", struct recalculation_in, recalculation_keys);

static const struct bind_key succession_keys[] = {
    BIND(struct succession_in, WORD, agency, 0, 1, 64, "cơ quan đã kết thúc; bỏ trống: mọi cơ quan",
         "the ended agency; left out: every one"),
    BIND(struct succession_in, TEXT, document, BIND_REQUIRED, 1, 200, "quyết định, nghị quyết",
         "by which decision"),
    BIND(struct succession_in, LINES, note, 0, 1, 1000, "ghi chú", "note"),
};
const struct bind_shape succession_shape =
    BIND_SHAPE("Succession", struct succession_in, succession_keys);

/* An empty object: nothing is to be said. */
static const struct bind_shape decide_shape = {"Decide", 1, NULL, 0};

const struct bind_shape *publication_body(const char *kind)
{
    if (strcmp(kind, "texts") == 0)
        return &texts_shape;
    if (strcmp(kind, "succession") == 0)
        return &succession_shape;
    return strcmp(kind, "move") == 0 ? &move_shape : &recalculation_shape;
}

static const char *const kinds[] = {"texts", "recalculation", "move", "succession", NULL};
static const struct answer_key proposed_keys[] = {
    A_INT("publication", 0, "số đề xuất", "number"),
    A_ENUM("state", 0, states, "trạng thái", "state"),
    A_LIST("texts", ANSWER_MAYBE, &answer_planned_text, "các tệp và điều sẽ thay đổi",
           "the texts and what they would change"),
};
const struct answer_shape answer_proposed = A_SHAPE("Proposed", proposed_keys);
static const struct answer_key publication_keys[] = {
    A_INT("publication", 0, "số đề xuất", "number"),
    A_ENUM("kind", 0, kinds, "loại", "kind"),
    A_ENUM("state", 0, states, "trạng thái", "state"),
    A_TEXT("document", 0, "số văn bản", "document"),
    A_WORD("author", 0, "người soạn", "author"),
    A_TIME("at", 0, "lúc soạn", "proposed at"),
    A_WORD("approver", ANSWER_NULL, "người duyệt", "approver"),
    A_TIME("decided", ANSWER_NULL, "lúc duyệt", "decided at"),
    A_TIME("done", ANSWER_NULL, "lúc xong; null: gọi approve để làm tiếp",
           "done at; null: approve again to go on"),
    A_TEXT("report", ANSWER_NULL, "kết quả, JSON", "report, as JSON"),
};
static const struct answer_shape publication_shape = A_SHAPE("PublicationItem", publication_keys);
static const struct answer_key one_keys[] = {
    A_WITH(&publication_shape),
    A_TEXT("note", ANSWER_MAYBE | ANSWER_NULL, "ghi chú", "note"),
    A_LIST("texts", ANSWER_MAYBE, &answer_planned_text, "các tệp và điều sẽ thay đổi",
           "the texts and what they would change"),
};
static const struct answer_shape one_shape = A_SHAPE("PublicationWhole", one_keys);
static const struct answer_key list_keys[] = {
    A_PAGE(&publication_shape, "đề xuất, mới nhất trước", "proposals, the newest first"),
};
static const struct answer_shape list_shape = A_SHAPE("Publications", list_keys);

#define PROPOSE(path, perm, fn, shape, max, vi, en)                                                \
    {                                                                                              \
        .method = HTTP_POST, .pattern = (path), .permission = (perm), .lane = LANE_ACT,            \
        .handle = (fn), .body = &(shape), .body_max = (max), .answer = &answer_proposed,           \
        .status = 201, .summary = {                                                                \
            vi,                                                                                    \
            en                                                                                     \
        }                                                                                          \
    }
#define DECIDE(path, fn, vi, en)                                                                   \
    {                                                                                              \
        .method = HTTP_POST, .pattern = (path), .permission = PERM_CALENDARS, .lane = LANE_ACT,    \
        .handle = (fn), .body = &decide_shape, .body_max = BODY_SMALL,                             \
        .answer = &publication_shape, .summary = {                                                 \
            vi,                                                                                    \
            en                                                                                     \
        }                                                                                          \
    }

static const struct route rows[] = {
    PROPOSE("/v1/publications", PERM_CONFIGURE, propose_texts, texts_shape, BODY_TEXTS,
            "Soạn công bố lịch, quy định, tổ chức, thủ tục; người khác duyệt",
            "Propose calendars, rules, organisation, procedures; another one approves"),
    PROPOSE("/v1/calendars/recalculate", PERM_CALENDARS, propose_recalculation, recalculation_shape,
            BODY_SMALL, "Đề xuất tính lại ngày hẹn theo lịch đã công bố",
            "Propose a recalculation of promises by the published calendars"),
    PROPOSE("/v1/procedures/{code}/move", PERM_CONFIGURE, propose_move, move_shape, BODY_SMALL,
            "Đề xuất chuyển hồ sơ đang mở sang phiên bản khác",
            "Propose a move of open dossiers to another version"),
    {.method = HTTP_GET,
     .pattern = "/v1/publications",
     .permission = PERM_CALENDARS,
     .lane = LANE_READ,
     .handle = list,
     .answer = &list_shape,
     .query = page_params,
     .summary = {"Các đề xuất", "Proposals"}},
    {.method = HTTP_GET,
     .pattern = "/v1/publications/{id}",
     .permission = PERM_CALENDARS,
     .lane = LANE_READ,
     .handle = one,
     .answer = &one_shape,
     .summary = {"Một đề xuất", "One proposal"}},
    DECIDE("/v1/publications/{id}/approve", approve, "Duyệt và thực hiện; gọi lại để làm tiếp",
           "Approve and carry out; again to go on"),
    DECIDE("/v1/publications/{id}/decline", decline, "Không duyệt", "Decline"),
};
ROUTE_TABLE(routes_publications, rows);
