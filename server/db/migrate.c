/* Migrations: compares what the program carries with what the database says, and catches up.
 * Everything lives in the caller's arena; the connection lives within one call.  Blocking. */
#include "server/db/migrate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/digest.h"
#include "common/base/span.h"
#include "server/db/inside.h"

/* Any constant nobody else uses: "motcua" in ASCII. */
#define LOCK_KEY  "120364827244385"
#define LOCK_WAIT "10s"

struct session {
    struct arena *arena;
    PGconn *pg;
    struct text2 *why;
};

static bool refuse(struct session *s, const char *vi, const char *en, const char *a, const char *b)
{
    s->why->vi = arena_printf(s->arena, "%s %s%s%s", vi, a, *b ? ": " : "", b);
    s->why->en = arena_printf(s->arena, "%s %s%s%s", en, a, *b ? ": " : "", b);
    return false;
}

static const char *first_line(struct arena *a, const char *text)
{
    return arena_strndup(a, text, strcspn(text, "\n"));
}

static bool refuse_pg(struct session *s, const char *vi, const char *en)
{
    return refuse(s, vi, en, "", first_line(s->arena, PQerrorMessage(s->pg)));
}

static void no_notices(void *arg, const PGresult *res)
{
    (void)arg;
    (void)res;
}

static bool session_open(struct session *s, const char *conninfo)
{
    s->pg = PQconnectdb(conninfo);
    if (PQstatus(s->pg) != CONNECTION_OK)
        return refuse_pg(s, "không kết nối được cơ sở dữ liệu", "cannot connect to the database");
    PQsetNoticeReceiver(s->pg, no_notices, NULL);
    return true;
}

static PGresult *ask(struct session *s, const char *sql, int n, const char *const *value)
{
    PGresult *res =
        n ? PQexecParams(s->pg, sql, n, NULL, value, NULL, NULL, 0) : PQexec(s->pg, sql);

    if (PQresultStatus(res) == PGRES_TUPLES_OK || PQresultStatus(res) == PGRES_COMMAND_OK)
        return res;
    PQclear(res);
    return NULL;
}

static bool does(struct session *s, const char *sql)
{
    PGresult *res = ask(s, sql, 0, NULL);

    PQclear(res);
    return res != NULL;
}

/* ---- what the program carries */

static int file_version(const char *name)
{
    int64_t v;

    if (strlen(name) < 9 || name[4] != '_' || strcmp(name + strlen(name) - 4, ".sql") != 0 ||
        !span_i64((struct span){name + strspn(name, "0"), 4 - strspn(name, "0")}, 1, 9999, &v))
        return -1;
    return (int)v;
}

int migrations_known(const struct embedded *files)
{
    int n = 0;

    for (; files->name; files++) {
        if (file_version(files->name) != n + 1)
            return -1;
        n++;
    }
    return n;
}

static const char *checksum(struct arena *a, const struct embedded *f)
{
    uint8_t sum[SHA256_BYTES];
    char *hex = arena_alloc(a, 2 * SHA256_BYTES + 1);

    sha256(f->data, (size_t)(f->end - f->data), sum);
    hex_encode(sum, sizeof sum, hex);
    return hex;
}

/* ---- what the database says */

static bool compare(struct session *s, const struct embedded *files, struct migrations *m)
{
    PGresult *there = ask(s, "SELECT to_regclass('public.schema_migration') IS NOT NULL", 0, NULL);
    PGresult *res = NULL;
    int rows = 0, known = migrations_known(files);

    *m = (struct migrations){.known = known, .sound = true};
    if (known < 0) {
        PQclear(there);
        return refuse(s, "tệp migration không đánh số liên tục",
                      "migrations are not numbered 1, 2, 3 …", "", "");
    }
    if (there && strcmp(PQgetvalue(there, 0, 0), "t") == 0) {
        res = ask(s,
                  "SELECT version, name, checksum, to_char(applied_at AT TIME ZONE 'UTC', "
                  "'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') FROM public.schema_migration ORDER BY version",
                  0, NULL);
        rows = res ? PQntuples(res) : 0;
    }
    if (!there || (strcmp(PQgetvalue(there, 0, 0), "t") == 0 && !res)) {
        PQclear(there);
        return refuse_pg(s, "không đọc được lịch sử lược đồ", "cannot read the schema's history");
    }
    PQclear(there);
    m->item = ARENA_ARRAY(s->arena, struct migration, (size_t)(known + rows));
    for (int i = 0; i < known || i < rows; i++) {
        struct migration *one = &m->item[m->n++];
        int64_t v = 0;

        *one = (struct migration){i + 1, i < known ? files[i].name : "", MIGRATION_PENDING, ""};
        if (i >= rows)
            continue;
        span_i64(span_of(PQgetvalue(res, i, 0)), 1, INT32_MAX, &v);
        one->applied_at = arena_strdup(s->arena, PQgetvalue(res, i, 3));
        one->version = (int)v;
        m->applied = one->version;
        if (i >= known || v != i + 1) {
            one->name = arena_strdup(s->arena, PQgetvalue(res, i, 1));
            one->state = MIGRATION_UNKNOWN;
            m->sound = false;
        } else if (strcmp(PQgetvalue(res, i, 2), checksum(s->arena, &files[i])) != 0) {
            one->state = MIGRATION_ALTERED;
            m->sound = false;
        } else {
            one->state = MIGRATION_APPLIED;
        }
    }
    PQclear(res);
    return true;
}

bool migrations_compare(struct arena *a, PGconn *pg, const struct embedded *files,
                        struct migrations *ret, struct text2 *ret_why)
{
    struct session s = {a, pg, ret_why};

    return compare(&s, files, ret);
}

bool migrations_status(struct arena *a, const char *conninfo, const struct embedded *files,
                       struct migrations *ret, struct text2 *ret_why)
{
    struct session s = {a, NULL, ret_why};
    bool ok = session_open(&s, conninfo) && compare(&s, files, ret);

    PQfinish(s.pg);
    return ok;
}

/* ---- applying */

static int line_of_error(const PGresult *res, const struct embedded *f)
{
    const char *at = PQresultErrorField(res, PG_DIAG_STATEMENT_POSITION);
    int64_t chars;
    int line = 1;

    if (!at || !span_i64(span_of(at), 1, INT32_MAX, &chars))
        return 0;
    for (const char *p = f->data; p < f->end && chars > 1; p++) {
        line += *p == '\n';
        chars -= ((unsigned char)p[1] & 0xC0) != 0x80; /* counted in characters */
    }
    return line;
}

static bool record(struct session *s, const struct embedded *f)
{
    const char *value[3] = {arena_printf(s->arena, "%d", file_version(f->name)), f->name,
                            checksum(s->arena, f)};
    PGresult *res;

    if (!does(s, "RESET ROLE"))
        return false;
    res = ask(s, "INSERT INTO public.schema_migration VALUES ($1::int, $2, $3, now())", 3, value);
    PQclear(res);
    /* The role that migrates later may not exist before the first file has run. */
    return res && does(s, "DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = "
                          "'motcua_migrate') AND pg_has_role((SELECT relowner FROM pg_class WHERE "
                          "oid = 'public.schema_migration'::regclass), 'USAGE') THEN GRANT SELECT, "
                          "INSERT ON public.schema_migration TO motcua_migrate; END IF; END $$");
}

static bool apply(struct session *s, const struct embedded *f)
{
    PGresult *res;
    bool ok;

    if (!does(s, "BEGIN") || !does(s, "SET LOCAL lock_timeout = '5s'"))
        return refuse_pg(s, "không bắt đầu được giao dịch", "cannot begin a transaction");
    res = PQexec(s->pg, f->data);
    ok = PQresultStatus(res) == PGRES_COMMAND_OK || PQresultStatus(res) == PGRES_TUPLES_OK;
    if (!ok) {
        refuse(s, "lỗi trong tệp", "failed in",
               arena_printf(s->arena, "%s:%d", f->name, line_of_error(res, f)),
               first_line(s->arena, PQresultErrorMessage(res)));
    } else if (PQtransactionStatus(s->pg) != PQTRANS_INTRANS) {
        ok = refuse(s, "tệp migration không được tự COMMIT hay ROLLBACK:",
                    "a migration must not end its own transaction:", f->name, "");
    } else if (!record(s, f)) {
        ok = refuse_pg(s, "không ghi được lịch sử lược đồ", "cannot record the migration");
    }
    PQclear(res);
    res = ok ? ask(s, "COMMIT", 0, NULL) : NULL;
    if (ok && (!res || strcmp(PQcmdStatus(res), "COMMIT") != 0))
        ok = refuse_pg(s, "không COMMIT được", "cannot commit");
    PQclear(res);
    if (!ok)
        does(s, "ROLLBACK");
    return ok;
}

static bool prepare(struct session *s)
{
    if (!does(s, "SET client_min_messages = warning; SET TimeZone = 'UTC'; SET lock_timeout = "
                 "'" LOCK_WAIT "'; SELECT pg_advisory_lock(" LOCK_KEY ")"))
        return refuse_pg(s, "một lần nâng cấp lược đồ khác đang chạy",
                         "another migration is running");
    if (!does(s, "DO $$ BEGIN IF to_regclass('public.schema_migration') IS NULL THEN "
                 "CREATE TABLE public.schema_migration (version integer PRIMARY KEY, "
                 "name text NOT NULL UNIQUE, checksum text NOT NULL, "
                 "applied_at timestamptz NOT NULL); "
                 "GRANT SELECT ON public.schema_migration TO PUBLIC; END IF; END $$"))
        return refuse_pg(s, "không tạo được bảng lịch sử lược đồ",
                         "cannot create the table of the schema's history");
    return true;
}

static bool sound(struct session *s, const struct migrations *m)
{
    for (int i = 0; i < m->n; i++) {
        const struct migration *one = &m->item[i];

        if (one->state == MIGRATION_ALTERED)
            return refuse(s,
                          "tệp migration đã áp dụng nhưng nội dung đã bị sửa, hãy khôi phục tệp và "
                          "viết tệp mới:",
                          "a migration was altered after it was applied, restore it and write a "
                          "new one:",
                          one->name, "");
        if (one->state == MIGRATION_UNKNOWN)
            return refuse(
                s, "cơ sở dữ liệu mới hơn chương trình, hãy dùng bản motcuad mới hơn; chưa biết:",
                "the database is newer than this program, use a newer motcuad; unknown:", one->name,
                "");
    }
    return true;
}

bool migrations_up(struct arena *a, const char *conninfo, const struct embedded *files,
                   void (*told)(void *ctx, const char *name), void *ctx, struct text2 *ret_why)
{
    struct session s = {a, NULL, ret_why};
    struct migrations m;
    /* Compared under the lock: what another daemon did meanwhile counts. */
    bool ok = session_open(&s, conninfo) && prepare(&s) && compare(&s, files, &m) && sound(&s, &m);

    for (int i = 0; ok && i < m.known; i++) {
        if (m.item[i].state != MIGRATION_PENDING)
            continue;
        ok = apply(&s, &files[i]);
        if (ok && told)
            told(ctx, files[i].name);
    }
    PQfinish(s.pg); /* the lock goes with the session */
    return ok;
}
