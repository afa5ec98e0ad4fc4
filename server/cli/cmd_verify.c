/* motcuad verify: folds every history again, compares it with the stored row, checks digests and
 * the chain of hashes; exports histories for the independent checker
 * (tests/verify/check_export.py). Blocking libpq on two streams, one row in memory at a time.  Main
 * thread. */
#include <libpq-fe.h>
#include <stdlib.h>

#include "common/base/json_out.h"
#include "server/cli/cli.h"
#include "server/cli/settings.h"
#include "server/cli/verify.h"
#include "server/core/embed.h"

#define AGAIN_MOST 1000

static int run(struct cli *c, int argc, char **argv);

const struct cli_verb cmd_verify = {
    "verify",
    run,
    {"kiểm tra lại toàn bộ lịch sử và chuỗi băm",
     "fold every history again and check the hash chain"},
    {"verify [--export TỆP] [--dossier SỐ] [--rebuild] [--config TỆP] [--set KHÓA=GIÁ-TRỊ]…\n"
     "  --rebuild: dựng lại số liệu từ hồ sơ và sổ hạn trước khi kiểm tra;\n"
     "  điểm chỉ số không khớp lịch sử thì để máy chủ tính lại",
     "verify [--export FILE] [--dossier NUMBER] [--rebuild] [--config FILE] [--set KEY=VALUE]…\n"
     "  --rebuild: make what figures are counted from again, from dossiers and ledgers, first;\n"
     "  marks of indices that do not fit the history are made anew by the daemon"},
};

enum { O_EXPORT = SETTINGS_OPTIONS_N, O_DOSSIER, O_REBUILD, O_COUNT };
static const struct cli_option options[] = {
    SETTINGS_OPTIONS, {"--export", false}, {"--dossier", false}, {"--rebuild", true}};

/* One of the two streams: rows arrive one by one in the order of dossier (and seq). */
struct stream {
    PGconn *conn;
    PGresult *row;
};

static bool stream_open(struct stream *s, const char *conninfo, const char *sql, const char *only)
{
    const char *value[1] = {only};

    s->conn = PQconnectdb(conninfo);
    return PQstatus(s->conn) == CONNECTION_OK &&
           PQsendQueryParams(s->conn, sql, 1, NULL, value, NULL, NULL, 0) == 1 &&
           PQsetSingleRowMode(s->conn) == 1;
}

/* The next row stays in s->row; false at the end or on an error (see stream_failed). */
static bool stream_next(struct stream *s)
{
    PQclear(s->row);
    s->row = PQgetResult(s->conn);
    return s->row && PQresultStatus(s->row) == PGRES_SINGLE_TUPLE;
}

static bool stream_failed(const struct stream *s)
{
    return PQstatus(s->conn) != CONNECTION_OK || !s->row ||
           PQresultStatus(s->row) == PGRES_FATAL_ERROR;
}

static void stream_close(struct stream *s)
{
    PQclear(s->row);
    PQfinish(s->conn);
}

static int64_t column_i64(const PGresult *r, int col)
{
    int64_t v = 0;

    if (!PQgetisnull(r, 0, col))
        (void)span_i64(span_of(PQgetvalue(r, 0, col)), INT64_MIN, INT64_MAX, &v);
    return v;
}

static const char *column_text(const PGresult *r, int col)
{
    return PQgetisnull(r, 0, col) ? NULL : PQgetvalue(r, 0, col);
}

/* Instants come as microseconds so that nothing is rounded on the way. */
static const char events_sql[] =
    "SELECT dossier, seq, kind, (extract(epoch FROM at) * 1000000)::bigint, actor, on_behalf_of,"
    " agency, role, payload, assigned, encode(digest, 'hex'), encode(prev_hash, 'hex'),"
    " encode(hash, 'hex') FROM motcua.dossier_event"
    " WHERE $1::bigint IS NULL OR dossier = $1::bigint ORDER BY dossier, seq";
static struct verify_event event_of(const PGresult *r)
{
    return (struct verify_event){
        .dossier = column_i64(r, 0),
        .seq = column_i64(r, 1),
        .kind = column_text(r, 2),
        .at = column_i64(r, 3),
        .actor = column_i64(r, 4),
        .on_behalf_of = column_i64(r, 5),
        .agency = column_i64(r, 6),
        .role = column_text(r, 7),
        .payload = column_text(r, 8),
        .assigned = column_text(r, 9),
        .digest = column_text(r, 10),
        .prev_hash = column_text(r, 11),
        .hash = column_text(r, 12),
    };
}

static struct verify_row row_of(const PGresult *r)
{
    return (struct verify_row){
        .dossier = column_i64(r, 0),
        .seq = column_i64(r, 1),
        .head = column_text(r, 2),
        .code = column_text(r, 3),
        .number = column_text(r, 4),
        .procedure_hash = column_text(r, 5),
        .state = column_text(r, 6),
        .columns = column_text(r, 7),
        .content = column_text(r, 8),
        .marks = column_text(r, 9),
    };
}

static void export_event(struct buf *b, const struct verify_event *e)
{
    struct jw w = jw_to(b);

    jw_open(&w);
    jw_ki64(&w, "dossier", e->dossier);
    jw_ki64(&w, "seq", e->seq);
    jw_kstr(&w, "kind", e->kind);
    jw_ki64(&w, "at", e->at);
    jw_ki64(&w, "actor", e->actor);
    jw_ki64(&w, "on_behalf_of", e->on_behalf_of);
    jw_ki64(&w, "agency", e->agency);
    jw_kstr(&w, "role", e->role);
    jw_kstr(&w, "payload", e->payload);
    jw_kstr(&w, "assigned", e->assigned);
    jw_kstr(&w, "digest", e->digest);
    jw_kstr(&w, "prev_hash", e->prev_hash);
    jw_kstr(&w, "hash", e->hash);
    jw_close(&w);
    buf_char(b, '\n');
}

static void export_row(struct buf *b, const struct verify_row *r)
{
    struct jw w = jw_to(b);

    jw_open(&w);
    jw_ki64(&w, "row", r->dossier);
    jw_ki64(&w, "seq", r->seq);
    jw_kstr(&w, "head", r->head);
    jw_kstr(&w, "code", r->code);
    jw_kstr(&w, "number", r->number);
    jw_kstr(&w, "state", r->state);
    jw_close(&w);
    buf_char(b, '\n');
}

/* Dossiers whose marks are made anew by whichever daemon runs: so many at once. */
struct again {
    PGconn *conn;
    struct buf ids; /* "{1,2" */
    int n;
    int64_t all;
    bool failed;
};

static void again_send(struct again *g)
{
    const char *value[1];
    PGresult *r;

    if (g->n == 0)
        return;
    buf_char(&g->ids, '}');
    value[0] = buf_cstr(&g->ids);
    r = PQexecParams(g->conn, "SELECT motcua.index_marks_again($1::bigint[])", 1, NULL, value, NULL,
                     NULL, 0);
    g->failed = g->failed || !buf_ok(&g->ids) || PQresultStatus(r) != PGRES_TUPLES_OK;
    PQclear(r);
    buf_clear(&g->ids);
    g->n = 0;
}

static void again_one(void *ctx, int64_t dossier)
{
    struct again *g = ctx;

    buf_char(&g->ids, g->n == 0 ? '{' : ',');
    buf_i64(&g->ids, dossier);
    g->all++;
    if (++g->n == AGAIN_MOST)
        again_send(g);
}

struct work {
    struct cli *c;
    struct verify *v;
    FILE *export;
    struct buf line;
    struct stream events, rows;
    bool more_events, more_rows;
    bool export_failed;
};

static void flush_line(struct work *k)
{
    if (k->export && (!buf_ok(&k->line) || !cli_put(k->export, &k->line)))
        k->export_failed = true;
    buf_clear(&k->line);
}

static void take_event(struct work *k)
{
    struct verify_event e = event_of(k->events.row);

    verify_event(k->v, &e);
    if (k->export)
        export_event(&k->line, &e);
    flush_line(k);
    k->more_events = stream_next(&k->events);
}

/* The row comes after its events: it must say what they say. */
static void take_row(struct work *k)
{
    struct verify_row r = row_of(k->rows.row);

    verify_row(k->v, &r);
    if (k->export)
        export_row(&k->line, &r);
    flush_line(k);
    k->more_rows = stream_next(&k->rows);
}

static void walk(struct work *k)
{
    while (k->more_events || k->more_rows) {
        int64_t event = k->more_events ? column_i64(k->events.row, 0) : INT64_MAX;
        int64_t row = k->more_rows ? column_i64(k->rows.row, 0) : INT64_MAX;
        if (k->more_events && event <= row) {
            if (!k->more_rows || event <= row)
                verify_begin(k->v, event, NULL);
            while (k->more_events && column_i64(k->events.row, 0) == event) {
                struct verify_row peek;
                if (k->more_rows && row == event) {
                    peek = row_of(k->rows.row);
                    verify_pin(k->v, peek.procedure_hash);
                }
                take_event(k);
            }
            if (!k->more_rows || row != event)
                verify_no_row(k->v);
        }
        if (k->more_rows && (event == row || row < event)) {
            if (row < event)
                verify_begin(k->v, row, NULL);
            take_row(k);
        }
    }
}

/* A statement of server/store/sql by its file name. */
static const char *statement(const char *file)
{
    const struct embedded *f = embed_sql;

    while (f->name && strcmp(f->name, file) != 0)
        f++;
    return f->name ? f->data : "";
}

/* The first hundred rows of a statement; NULL when it failed. */
static PGresult *differences(PGconn *conn, const char *file)
{
    static const char *const most[1] = {"100"};
    PGresult *r = NULL;

    if (PQstatus(conn) == CONNECTION_OK)
        r = PQexecParams(conn, statement(file), 1, NULL, most, NULL, NULL, 0);
    if (r && PQresultStatus(r) == PGRES_TUPLES_OK)
        return r;
    PQclear(r);
    return NULL;
}

static const char *text_at(const PGresult *r, int row, int column)
{
    return PQgetisnull(r, row, column) ? NULL : PQgetvalue(r, row, column);
}

/* What figures are counted from against dossiers and ledgers, rows that hang on nothing, day
 * seals, register books, what is kept under its digest. */
static bool recount(struct verify *v, const char *conninfo)
{
    PGconn *conn = PQconnectdb(conninfo);
    PGresult *figures = differences(conn, "verify_figures.sql");
    PGresult *orphans = differences(conn, "verify_orphans.sql");
    PGresult *seals = differences(conn, "verify_seals.sql");
    PGresult *registers = differences(conn, "verify_registers.sql");
    PGresult *kept = differences(conn, "verify_kept.sql");
    bool ok = figures && orphans && seals && registers && kept;
    int i;

    for (i = 0; ok && i < PQntuples(figures); i++)
        if (!PQgetisnull(figures, i, 0))
            verify_figure_row(v, PQgetvalue(figures, i, 0));
        else
            verify_figure_cell(v, text_at(figures, i, 1), PQgetvalue(figures, i, 2),
                               text_at(figures, i, 3), PQgetvalue(figures, i, 4),
                               PQgetvalue(figures, i, 5));
    for (i = 0; ok && i < PQntuples(orphans); i++)
        verify_orphan(v, PQgetvalue(orphans, i, 0), PQgetvalue(orphans, i, 1));
    for (i = 0; ok && i < PQntuples(seals); i++)
        verify_seal(v, PQgetvalue(seals, i, 0));
    for (i = 0; ok && i < PQntuples(registers); i++)
        verify_register(v, PQgetvalue(registers, i, 0));
    for (i = 0; ok && i < PQntuples(kept); i++)
        verify_kept(v, PQgetvalue(kept, i, 0), PQgetvalue(kept, i, 1));
    PQclear(kept);
    PQclear(registers);
    PQclear(figures);
    PQclear(orphans);
    PQclear(seals);
    PQfinish(conn);
    return ok;
}

/* The seals follow the histories, one a line as the database writes them. */
static bool export_seals(struct work *k, const char *conninfo)
{
    PGconn *conn = PQconnectdb(conninfo);
    PGresult *r = NULL;
    bool ok;

    if (PQstatus(conn) == CONNECTION_OK)
        r = PQexec(conn, statement("verify_seals_export.sql"));
    ok = r && PQresultStatus(r) == PGRES_TUPLES_OK;
    for (int i = 0; ok && i < PQntuples(r); i++) {
        buf_printf(&k->line, "%s\n", PQgetvalue(r, i, 0));
        flush_line(k);
    }
    PQclear(r);
    PQfinish(conn);
    return ok;
}

/* How far the database is: "dossiers DONE ALL", then "years DONE ALL" (migration 0055), each a
 * line. */
static void progress(void *own, const PGresult *r)
{
    const struct cli *c = own;
    const char *said = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
    bool rows = said && strncmp(said, "dossiers ", 9) == 0, vi = c->lang == LANG_VI;
    char *rest;
    long done;

    if (!said || (!rows && strncmp(said, "years ", 6) != 0))
        return;
    done = strtol(strchr(said, ' '), &rest, 10);
    (void)fprintf(c->err, "%s: %ld/%ld %s\n", vi ? "số liệu" : "figures", done,
                  strtol(rest, NULL, 10),
                  vi     ? rows ? "hồ sơ" : "năm"
                  : rows ? "dossiers"
                         : "years");
    (void)fflush(c->err);
}

static bool rebuild(struct cli *c, const char *conninfo)
{
    PGconn *conn = PQconnectdb(conninfo);
    PGresult *r = NULL;
    bool done;

    PQsetNoticeReceiver(conn, progress, c);
    if (PQstatus(conn) == CONNECTION_OK)
        r = PQexec(conn, "SELECT motcua.figure_rebuild(true)");
    done = r && PQresultStatus(r) == PGRES_TUPLES_OK;
    PQclear(r);
    r = done ? PQexec(conn, statement("verify_marks_unowned.sql")) : NULL;
    done = r && PQresultStatus(r) == PGRES_TUPLES_OK;
    PQclear(r);
    PQfinish(conn);
    return done;
}

static int report(struct cli *c, const struct verify *v)
{
    struct verify_count n = verify_counts(v);
    struct buf b;

    buf_init(&b, 4 << 20);
    if (c->json)
        verify_json(v, c->lang, &b);
    else {
        verify_print(v, c->lang, &b);
        buf_printf(&b,
                   c->lang == LANG_VI ? "%lld hồ sơ, %lld sự kiện, %lld sai lệch\n"
                                      : "%lld dossiers, %lld events, %lld differences\n",
                   (long long)n.dossiers, (long long)n.events, (long long)n.faults);
    }
    (void)cli_put(c->out, &b); /* the exit code tells it too */
    buf_free(&b);
    return n.faults ? CLI_REFUSED : CLI_FINE;
}

static void again_end(struct cli *c, struct again *g)
{
    if (g->all > 0)
        (void)fprintf(c->err,
                      c->lang == LANG_VI
                          ? "điểm chỉ số của %lld hồ sơ: máy chủ đang chạy sẽ tính lại\n"
                          : "marks of %lld dossiers: the running daemon makes them anew\n",
                      (long long)g->all);
    PQfinish(g->conn);
    buf_free(&g->ids);
}

static int verify_database(struct cli *c, const char *conninfo, const char *const *value,
                           struct snapshot *snap)
{
    const char *export = value[O_EXPORT], *only = value[O_DOSSIER];
    struct work k = {.c = c, .export = NULL};
    struct again again = {.conn = NULL};
    int code;

    if (export && !(k.export = fopen(export, "we")))
        return cli_refuse(c, "không mở được tệp \"%s\"", "could not open file \"%s\"", export);
    buf_init(&k.line, 8 << 20);
    k.v = verify_new(snap);
    if (value[O_REBUILD]) {
        again.conn = PQconnectdb(conninfo);
        buf_init(&again.ids, AGAIN_MOST * 24);
        verify_mend_marks(k.v, again_one, &again);
    }
    if (!stream_open(&k.events, conninfo, events_sql, only) ||
        !stream_open(&k.rows, conninfo, statement("verify_rows.sql"), only)) {
        code = cli_refuse(c, "không đọc được cơ sở dữ liệu: %s", "could not read the database: %s",
                          PQerrorMessage(k.rows.conn ? k.rows.conn : k.events.conn));
    } else {
        k.more_events = stream_next(&k.events);
        k.more_rows = stream_next(&k.rows);
        walk(&k);
        again_send(&again);
        code = again.failed || stream_failed(&k.events) || stream_failed(&k.rows) ||
                       (!only && !recount(k.v, conninfo)) ||
                       (k.export && !only && !export_seals(&k, conninfo))
                   ? cli_refuse(c, "cơ sở dữ liệu ngắt giữa chừng", "the database broke off")
                   : report(c, k.v);
    }
    if (k.export && (fclose(k.export) != 0 || k.export_failed))
        code = cli_refuse(c, "không ghi hết tệp \"%s\"", "could not write all of \"%s\"", export);
    stream_close(&k.events);
    stream_close(&k.rows);
    again_end(c, &again);
    verify_free(k.v);
    buf_free(&k.line);
    return code;
}

static int verify_settings(struct cli *c, struct arena *a, const struct settings *settings,
                           const char *const *value)
{
    struct config *cfg = settings_need(c, a, settings, CONFIG_FOR_DATABASE);
    struct snapshot *snap;
    struct buf why;
    int code;

    if (!cfg)
        return CLI_REFUSED;
    buf_init(&why, 65536);
    snap = snapshot_load(config_conninfo(cfg, CONFIG_DB_APP), &why);
    code = CLI_REFUSED;
    if (snap && value[O_REBUILD] && !rebuild(c, config_conninfo(cfg, CONFIG_DB_APP)))
        code = cli_refuse(c, "không dựng lại được số liệu", "the figures could not be made again");
    else if (snap)
        code = verify_database(c, config_conninfo(cfg, CONFIG_DB_APP), value, snap);
    else if (!cli_refuse_unreachable(c, buf_cstr(&why)))
        (void)cli_refuse(c, "%s", "%s", buf_cstr(&why));
    snapshot_unref(snap);
    buf_free(&why);
    config_free(cfg);
    return code;
}

static int run(struct cli *c, int argc, char **argv)
{
    struct arena *a = arena_new((size_t)64 << 20);
    struct cli_args it = {.argc = argc, .argv = argv, .at = 1};
    struct settings settings = {.file = NULL};
    const char *value[O_COUNT] = {NULL};
    int r, code = CLI_FINE;
    int64_t id;

    while (code == CLI_FINE && (r = cli_next(&it, options, O_COUNT)) != CLI_END) {
        if (r == CLI_OPERAND)
            code =
                cli_misuse(c, &cmd_verify, "thừa tham số: %s", "one word too many: %s", it.operand);
        else if (r < 0)
            code = cli_bad_option(c, &cmd_verify, &it, r, options, O_COUNT);
        else if (r >= SETTINGS_OPTIONS_N)
            value[r] = r == O_REBUILD ? "" : it.value;
        else if (!settings_take(a, &settings, r, it.value))
            code = cli_misuse(c, &cmd_verify, "--set cần KHÓA=GIÁ-TRỊ, không phải \"%s\"",
                              "--set wants KEY=VALUE, not \"%s\"", it.value);
    }
    if (code == CLI_FINE && value[O_DOSSIER] &&
        !span_i64(span_of(value[O_DOSSIER]), 1, INT64_MAX, &id))
        code = cli_misuse(c, &cmd_verify, "số hồ sơ \"%s\" không hợp lệ",
                          "\"%s\" is not the number of a dossier", value[O_DOSSIER]);
    if (code == CLI_FINE)
        code = verify_settings(c, a, &settings, value);
    arena_free(a);
    return code;
}
