/* Files: streamed into the content-addressed store by the pool, registered once they are safe on
 * disk, given out as attachments.  An upload is one object: it belongs to its request, or to the
 * job that is writing when the client went away.  The worker's thread. */
#include "server/jobs/files.h"

#include <stdlib.h>
#include <unistd.h>

#include "server/api/req.h"

#define FLUSH_BYTES ((size_t)256 * 1024)
#define NAME_CHARS  200

struct upload {
    struct req *rq;
    struct worker *worker;
    char *dir;
    struct file_writer *writer;
    struct buf buf;
    int64_t total, max;
    enum file_type type;
    bool last; /* the job that runs commits */
    bool ok;
    uint8_t hash[SHA256_BYTES];
    int64_t size;
};

static void upload_free(struct upload *up)
{
    buf_free(&up->buf);
    free(up->dir);
    free(up);
}

/* ---- jobs */

static void job_write(void *job)
{
    struct upload *up = job;

    if (!up->writer)
        up->writer = file_writer_new(up->dir);
    up->ok = file_writer_add(up->writer, up->buf.p, up->buf.n);
    if (up->ok && up->last) {
        up->ok = file_writer_commit(up->writer, up->hash, &up->size);
        up->writer = NULL;
    }
}

static void job_drop(void *job)
{
    struct upload *up = job;

    up->writer = file_writer_abandon(up->writer);
}

static void drop_done(void *job, bool ran)
{
    if (!ran)
        job_drop(job);
    upload_free(job);
}

/* Throws the upload away, off the loop when that is possible. */
static void upload_drop(struct upload *up, struct pool *pool)
{
    if (!up->writer || !pool_submit(pool, up->worker, job_drop, drop_done, up)) {
        job_drop(up);
        upload_free(up);
    }
}

static void fail(struct req *rq, struct upload *up, enum err e)
{
    struct pool *pool = rq->api->conf->filing;

    rq->mine = NULL;
    reply_problem(rq, e);
    upload_drop(up, pool);
}

/* ---- the end of an upload */

static void registered(void *owner, enum err e, struct span json, int64_t version)
{
    struct req *rq = owner;
    struct upload *up = rq->mine;
    struct buf *b;
    struct jw w;
    char hex[2 * SHA256_BYTES + 1];

    (void)json;
    (void)version;
    if (!req_back(rq)) {
        upload_free(up);
        return;
    }
    rq->mine = NULL;
    if (e != ERR_OK) {
        upload_free(up);
        reply_problem(rq, e);
        return;
    }
    metric_add(METRIC_FILES_STORED, 1);
    hex_encode(up->hash, sizeof up->hash, hex);
    b = reply_buf(rq);
    w = jw_to(b);
    jw_open(&w);
    jw_kstr(&w, "hash", hex);
    jw_ki64(&w, "size", up->size);
    jw_kstr(&w, "type", file_media_type(up->type));
    jw_close(&w);
    upload_free(up);
    reply_json(rq, 201, (struct span){b->p, b->n}, -1);
}

static const char *name_of(struct req *rq, enum file_type type)
{
    struct span s = req_query(rq, "name");

    return s.p ? arena_span(rq->arena, s) : arena_printf(rq->arena, "tep%s", file_extension(type));
}

static void stored(struct req *rq, struct upload *up)
{
    rq->wait = WAIT_HELD;
    store_file_register(rq->api->store, up->hash, up->size, file_media_type(up->type),
                        name_of(rq, up->type), rq->user.user, registered, rq);
}

static void written(void *job, bool ran)
{
    struct upload *up = job;
    struct req *rq = up->rq;
    struct pool *pool = rq->api->conf->filing;

    if (!req_back(rq)) {
        upload_drop(up, pool);
        return;
    }
    if (!ran || !up->ok) {
        if (ran)
            log_event(LOG_L_ERROR, "file-write-failed", LOG_STR("request", rq->id));
        fail(rq, up, ERR_UNAVAILABLE);
        return;
    }
    buf_clear(&up->buf);
    if (up->last) {
        stored(rq, up);
        return;
    }
    rq->wait = WAIT_BODY;
    http_resume(rq->http);
}

static bool flush(struct req *rq, struct upload *up)
{
    if (!pool_submit(rq->api->conf->filing, rq->api->worker, job_write, written, up)) {
        fail(rq, up, ERR_OVERLOADED);
        return false;
    }
    rq->wait = WAIT_HELD;
    return true;
}

/* ---- the body as it comes */

static struct upload *upload_of(struct req *rq)
{
    struct upload *up = rq->mine;

    if (up)
        return up;
    up = calloc(1, sizeof *up);
    if (!up)
        abort();
    up->rq = rq;
    up->worker = rq->api->worker;
    up->dir = strdup(rq->api->conf->files_dir);
    if (!up->dir)
        abort();
    up->max = rq->api->conf->file_max;
    buf_init(&up->buf, FLUSH_BYTES * 2);
    rq->mine = up;
    return up;
}

static bool type_fits(struct req *rq, struct upload *up)
{
    if (up->type != FILE_UNKNOWN)
        return true;
    up->type = file_sniff((struct span){up->buf.p, up->buf.n});
    if (up->type != FILE_UNKNOWN && (rq->api->conf->file_types & FILE_BIT(up->type)))
        return true;
    rq->mine = NULL;
    upload_free(up); /* nothing was written yet */
    reply_detail(rq, ERR_UNSUPPORTED_TYPE,
                 "Chỉ nhận tệp PDF, JPEG, PNG, nhận biết theo nội dung chứ không theo tên.",
                 "Only PDF, JPEG and PNG files are taken, told by content, not by name.");
    return false;
}

static bool data(struct req *rq, struct span piece)
{
    struct upload *up = upload_of(rq);

    up->total += (int64_t)piece.n;
    if (up->total > up->max) {
        fail(rq, up, ERR_TOO_LARGE);
        return false;
    }
    buf_put(&up->buf, piece.p, piece.n);
    if (up->buf.n < FILE_SNIFF_BYTES)
        return true;
    if (!type_fits(rq, up))
        return false;
    if (up->buf.n < FLUSH_BYTES)
        return true;
    http_pause(rq->http);
    return flush(rq, up);
}

static void gone(struct req *rq)
{
    struct upload *up = rq->mine;

    if (rq->wait != WAIT_BODY)
        return; /* the job that runs, or the answer of the row, takes it */
    rq->mine = NULL;
    upload_drop(up, rq->api->conf->filing);
}

static const struct route_stream stream = {data, gone};

static void finish(struct req *rq)
{
    struct upload *up = rq->mine;
    struct span name = req_query(rq, "name");

    if (!up || up->total == 0) {
        if (up)
            upload_free(up);
        rq->mine = NULL;
        reply_detail(rq, ERR_BAD_REQUEST, "Tệp trống.", "The file is empty.");
        return;
    }
    if (!type_fits(rq, up))
        return;
    if (name.p && !bind_text(name, false, 1, NAME_CHARS, "", &rq->bad)) {
        rq->mine = NULL;
        upload_drop(up, rq->api->conf->filing);
        reply_invalid(rq, ERR_INVALID, &rq->bad);
        return;
    }
    up->last = true;
    (void)flush(rq, up);
}

/* ---- giving out */

static void file_found(void *owner, enum err e, struct span json, int64_t version)
{
    struct req *rq = owner;
    struct json_fault fault;
    uint8_t hash[SHA256_BYTES];
    int64_t size;
    int fd;

    (void)version;
    if (!req_came(rq, e))
        return;
    rq->json = json_read(json, &fault);
    if (!hex_decode(rq->param[1], strlen(rq->param[1]), hash) || !rq->json) {
        reply_problem(rq, ERR_INTERNAL);
        return;
    }
    fd = file_open(rq->api->conf->files_dir, hash, &size);
    if (fd < 0 || size != json_i64(rq->json, "size", -1)) {
        if (fd >= 0)
            close(fd);
        log_event(LOG_L_ERROR, "file-missing", LOG_STR("hash", rq->param[1]));
        reply_problem(rq, ERR_UNAVAILABLE);
        return;
    }
    reply_file(rq, json_str(rq->json, "type"),
               json_str(rq->json, "name") ? json_str(rq->json, "name") : "tep", fd, (size_t)size);
}

static void give(struct req *rq)
{
    uint8_t hash[SHA256_BYTES];

    if (strlen(rq->param[1]) != 2 * SHA256_BYTES ||
        !hex_decode(rq->param[1], 2 * SHA256_BYTES, hash)) {
        reply_problem(rq, ERR_NOT_FOUND);
        return;
    }
    rq->wait = WAIT_STORE;
    store_file_get(rq->api->store, &rq->viewer, rq->param[0], hash, file_found, rq);
}

static const struct route_param upload_params[] = {
    {"name", {"tên tệp", "name of the file"}},
    {NULL, {NULL, NULL}},
};

static const char *media_word(unsigned i)
{
    return i + 1 < FILE_TYPES ? file_media_type((enum file_type)(i + 1)) : NULL;
}

static const struct answer_key stored_keys[] = {
    A_HASH("hash", 0, "mã băm SHA-256, là tên của tệp", "SHA-256, the file's name"),
    A_INT("size", 0, "số byte", "bytes"),
    A_NAME("type", 0, media_word, "kiểu theo nội dung", "type by content"),
};
static const struct answer_shape stored_shape = A_SHAPE("StoredFile", stored_keys);

static const struct route rows[] = {
    {.method = HTTP_POST,
     .pattern = "/v1/files",
     .permission = PERM_FILE_WRITE,
     .flags = ROUTE_STREAM,
     .lane = LANE_ACT,
     .handle = finish,
     .answer = &stored_shape,
     .status = 201,
     .stream = &stream,
     .query = upload_params,
     .summary = {"Gửi một tệp; cùng nội dung là cùng một tệp",
                 "Upload a file; the same content is the same file"}},
    {.method = HTTP_GET,
     .pattern = "/v1/dossiers/{code}/files/{hash}",
     .permission = PERM_DOSSIER_READ,
     .lane = LANE_READ,
     .handle = give,
     .medias = media_word,
     .summary = {"Tải một tệp của hồ sơ", "Download a file of a dossier"}},
};
ROUTE_TABLE(routes_files, rows);
