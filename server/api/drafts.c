/* Drafts of forms that are not sent yet, kept on the server for the person who writes them: they
 * outlive the window, the session and the program.  The worker's thread. */
#include "server/api/page.h"
#include "server/store/belongings.h"

#define CONTENT_MAX ((size_t)64 * 1024)
#define BODY_MAX    (CONTENT_MAX + 8 * 1024) /* white space and the other members */
#define ID_MIN      8
#define ID_MAX      40

struct draft_in {
    const char *kind, *title;
    const json_t *content;
    int64_t based_on;
};
static const struct bind_key draft_in_keys[] = {
    BIND(struct draft_in, WORD, kind, BIND_REQUIRED, 1, 40, "loại màn hình: intake, draft, note …",
         "kind of screen: intake, draft, note …"),
    BIND(struct draft_in, TEXT, title, 0, 0, 200, "tên để nhận ra", "title to know it by"),
    BIND(struct draft_in, JSON, content, BIND_REQUIRED, 0, 0, "nội dung, tối đa 64 KiB",
         "whatever the screen keeps, at most 64 KiB"),
    BIND(struct draft_in, I64, based_on, 0, 0, INT64_MAX,
         "phiên bản đã đọc; bỏ trống hoặc 0: bản nháp mới",
         "version that it goes on from; left out or 0: a new draft"),
};
static const struct bind_shape draft_in_shape =
    BIND_SHAPE("DraftSaving", struct draft_in, draft_in_keys);

/* "n-2026-11-22-0001": the client makes it, once for each form it opens. */
static bool id_taken(struct req *rq, const char **ret)
{
    const char *id = rq->param[0];
    size_t n = strlen(id);

    if (n >= ID_MIN && n <= ID_MAX && strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-") == n) {
        *ret = id;
        return true;
    }
    if (rq->method == HTTP_PUT)
        reply_detail(rq, ERR_BAD_REQUEST, "Mã bản nháp gồm 8 đến 40 chữ thường, chữ số và dấu -.",
                     "The id of a draft has 8 to 40 lower-case letters, digits and hyphens.");
    else
        reply_problem(rq, ERR_NOT_FOUND);
    return false;
}

static void list(struct req *rq)
{
    rq->wait = WAIT_STORE;
    store_drafts(rq->api->store, rq->user.user, json_came, rq);
}

static void show(struct req *rq)
{
    const char *id;

    if (!id_taken(rq, &id))
        return;
    rq->wait = WAIT_STORE;
    store_draft(rq->api->store, rq->user.user, id, json_etag_came, rq);
}

/* ---- saving */

/* What the other window saved goes along, so that this one can show both. */
static void reply_stale(struct req *rq, struct span present, int64_t version)
{
    struct http_header h = {SPAN_LIT("ETag"), SPAN_NONE};
    struct buf *b = reply_buf(rq);
    struct jw w;

    h.value = span_of(arena_printf(rq->arena, "\"%lld\"", (long long)version));
    problem_json(ERR_DRAFT_STALE, rq->lang,
                 say(rq, "Bản nháp này vừa được lưu ở một cửa sổ khác.",
                     "This draft was saved in another window meanwhile."),
                 rq->id, NULL, SPAN_NONE, b);
    b->n--; /* the closing brace */
    w = (struct jw){b, true};
    jw_kraw(&w, "draft", present);
    jw_close(&w);
    reply_body(rq, err_status(ERR_DRAFT_STALE), "application/problem+json",
               (struct span){b->p, b->n}, &h, 1);
}

static void saved(void *owner, enum err e, struct span json, int64_t version)
{
    struct req *rq = owner;

    if (!req_back(rq))
        return;
    if (e == ERR_DRAFT_STALE)
        reply_stale(rq, json, version);
    else if (e == ERR_NOT_FOUND)
        reply_detail(
            rq, e, "Bản nháp này đã được xóa hoặc hết hạn giữ; muốn giữ tiếp thì lưu như bản mới.",
            "This draft was deleted or has expired; to keep it, save it as a new one.");
    else if (e == ERR_LIMIT)
        reply_detail(rq, e, "Đã có 50 bản nháp, hãy xóa bớt rồi lưu.",
                     "There are 50 drafts already: delete some first.");
    else if (e != ERR_OK)
        reply_problem(rq, e);
    else
        reply_json(rq, 200, json, version);
}

static void save(struct req *rq)
{
    const struct draft_in *in = rq->body;
    struct draft_entry e = {.kind = in->kind,
                            .title = in->title ? in->title : "",
                            .based_on = in->based_on,
                            .keep_ms = rq->api->conf->draft_ms};

    if (!id_taken(rq, &e.id) || !req_object_text(rq, in->content, CONTENT_MAX, &e.content))
        return;
    rq->wait = WAIT_HELD;
    store_draft_put(rq->api->store, rq->user.user, &e, saved, rq);
}

static void delete (struct req *rq)
{
    const char *id;

    if (!id_taken(rq, &id))
        return;
    rq->wait = WAIT_HELD;
    store_draft_delete(rq->api->store, rq->user.user, id, done_came, rq);
}

#define DRAFT_MEMBERS                                                                              \
    A_WORD("id", 0, "mã, do màn hình đặt", "id that the client chose"),                            \
        A_WORD("kind", 0, "loại màn hình", "kind of screen"),                                      \
        A_TEXT("title", 0, "tên để nhận ra", "title"),                                             \
        A_INT("version", 0, "phiên bản", "version"), A_TIME("updated", 0, "lưu lúc", "saved at")

static const struct answer_key item_keys[] = {DRAFT_MEMBERS};
static const struct answer_shape item_shape = A_SHAPE("SavedDraftItem", item_keys);
static const struct answer_key list_keys[] = {
    A_LIST("items", 0, &item_shape, "mới lưu trước, không kèm nội dung",
           "the latest first, without their contents"),
};
static const struct answer_shape list_shape = A_SHAPE("SavedDrafts", list_keys);
static const struct answer_key draft_keys[] = {
    DRAFT_MEMBERS,
    A_OBJECT("content", 0, &answer_any, "nội dung như đã lưu", "content as it was saved"),
};
const struct answer_shape answer_draft = A_SHAPE("SavedDraft", draft_keys);

static const struct route rows[] = {
    {.method = HTTP_GET,
     .pattern = "/v1/drafts",
     .permission = PERM_SIGNED_IN,
     .lane = LANE_READ,
     .handle = list,
     .answer = &list_shape,
     .summary = {"Bản nháp của tôi", "My drafts"}},
    {.method = HTTP_GET,
     .pattern = "/v1/drafts/{id}",
     .permission = PERM_SIGNED_IN,
     .flags = ROUTE_ETAG,
     .lane = LANE_READ,
     .handle = show,
     .answer = &answer_draft,
     .summary = {"Một bản nháp của tôi", "One draft of mine"}},
    {.method = HTTP_PUT,
     .pattern = "/v1/drafts/{id}",
     .permission = PERM_SIGNED_IN,
     .flags = ROUTE_ETAG,
     .lane = LANE_ACT,
     .handle = save,
     .body = &draft_in_shape,
     .body_max = BODY_MAX,
     .answer = &item_shape,
     .summary = {"Lưu bản nháp; nơi khác đã lưu bản khác thì trả 412 kèm bản đó",
                 "Save a draft; 412 with the present one when another window saved another"}},
    {.method = HTTP_DELETE,
     .pattern = "/v1/drafts/{id}",
     .permission = PERM_SIGNED_IN,
     .lane = LANE_ACT,
     .handle = delete,
     .summary = {"Xóa bản nháp", "Delete a draft"}},
};
ROUTE_TABLE(routes_drafts, rows);
