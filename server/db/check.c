/* Start-up refusals: server settings, versions, connection strings, schema.
 * Findings live in the caller's arena.  check_database blocks. */
#include "server/db/check.h"

#include <arpa/inet.h>
#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/db/inside.h"
#include "server/db/migrate.h"

#define LIBEVENT_PACKAGE "libevent-core-2.1-7"
#define DPKG_STATUS      "/var/lib/dpkg/status"

void findings_init(struct findings *f, struct arena *a)
{
    *f = (struct findings){.arena = a};
}

struct finding *finding_add(struct findings *f, const char *code, struct text2 cure, const char *vi,
                            const char *en, ...)
{
    /* A full list already refuses; its last place takes what comes. */
    struct finding *one = &f->item[f->n < FINDINGS_MAX ? f->n++ : FINDINGS_MAX - 1];
    va_list ap, again;

    va_start(ap, en);
    va_copy(again, ap);
    one->code = code;
    one->refuses = true;
    one->cure = cure;
    one->reason.vi = arena_vprintf(f->arena, vi, ap);
    one->reason.en = arena_vprintf(f->arena, en, again);
    va_end(again);
    va_end(ap);
    return one;
}

const struct finding *findings_get(const struct findings *f, const char *code)
{
    for (int i = 0; i < f->n; i++)
        if (strcmp(f->item[i].code, code) == 0)
            return &f->item[i];
    return NULL;
}

bool findings_refuse(const struct findings *f)
{
    for (int i = 0; i < f->n; i++)
        if (f->item[i].refuses)
            return true;
    return false;
}

void findings_print(const struct findings *f, enum lang lang, struct buf *out)
{
    bool en = lang == LANG_EN;

    for (int i = 0; i < f->n; i++) {
        const struct finding *one = &f->item[i];
        const char *head = one->refuses ? en ? "refused" : "từ chối" : en ? "note" : "lưu ý";

        buf_printf(out, "%s: %s [%s]\n    %s: %s\n", head, text2_in(one->reason, lang), one->code,
                   en ? "cure" : "cách sửa", text2_in(one->cure, lang));
    }
}

/* ---- server */

#define CURE(v, e) ((struct text2){(v), (e)})

static void want_on(const char *value, const char *name, const char *code, const char *danger_vi,
                    const char *danger_en, struct findings *f)
{
    if (strcmp(value, "on") == 0)
        return;
    finding_add(f, code,
                CURE("đặt lại trong postgresql.conf rồi khởi động lại PostgreSQL",
                     "set it in postgresql.conf and restart PostgreSQL"),
                "PostgreSQL đang chạy với %s = %s: %s", "PostgreSQL runs with %s = %s: %s", name,
                value, danger_vi)
        ->reason.en =
        arena_printf(f->arena, "PostgreSQL runs with %s = %s: %s", name, value, danger_en);
}

void check_server(const struct server_facts *s, struct findings *f)
{
    want_on(s->fsync, "fsync", "fsync-off", "mất điện là mất hồ sơ",
            "a power failure loses dossiers", f);
    want_on(s->full_page_writes, "full_page_writes", "full-page-writes-off",
            "mất điện có thể làm hỏng trang dữ liệu", "a power failure may tear pages", f);
    if (strcmp(s->synchronous_commit, "on") != 0 &&
        strcmp(s->synchronous_commit, "remote_apply") != 0)
        finding_add(f, "synchronous-commit-off",
                    CURE("đặt synchronous_commit = on (hoặc remote_apply)",
                         "set synchronous_commit = on (or remote_apply)"),
                    "synchronous_commit = %s: việc đã báo xong có thể mất",
                    "synchronous_commit = %s: what was answered as done may be lost",
                    s->synchronous_commit);
    if (strcmp(s->data_checksums, "on") != 0)
        finding_add(f, "checksums-off",
                    CURE("dừng PostgreSQL và chạy pg_checksums --enable",
                         "stop PostgreSQL and run pg_checksums --enable"),
                    "cụm dữ liệu không có mã kiểm tra trang (%s): đĩa hỏng sẽ không bị phát hiện",
                    "the cluster has no data checksums (%s): a failing disk goes unnoticed",
                    s->data_checksums);
    if (s->version < CHECK_SERVER_MIN)
        finding_add(f, "server-too-old",
                    CURE("apt-get update && apt-get install postgresql-15, rồi khởi động lại",
                         "apt-get update && apt-get install postgresql-15, then restart it"),
                    "máy chủ PostgreSQL %d.%d cũ hơn mức an toàn %d.%d",
                    "PostgreSQL server %d.%d is older than the safe minimum %d.%d",
                    s->version / 10000, s->version % 10000, CHECK_SERVER_MIN / 10000,
                    CHECK_SERVER_MIN % 10000);
    if (s->standby)
        finding_add(f, "server-standby",
                    CURE("kết nối tới máy chính (target_session_attrs=read-write)",
                         "connect to the primary (target_session_attrs=read-write)"),
                    "máy chủ PostgreSQL đang là bản dự phòng%s", "the server is a standby%s", "");
}

/* ---- libraries */

void check_libraries(int libpq_version, unsigned long openssl_version, struct findings *f)
{
    int pq = libpq_version ? libpq_version : PQlibVersion();
    unsigned long ssl = openssl_version ? openssl_version : OpenSSL_version_num();

    if (pq < CHECK_LIBPQ_MIN)
        finding_add(f, "libpq-too-old",
                    CURE("apt-get update && apt-get install libpq5",
                         "apt-get update && apt-get install libpq5"),
                    "libpq %d.%d cũ hơn mức an toàn %d.%d",
                    "libpq %d.%d is older than the safe minimum %d.%d", pq / 10000, pq % 10000,
                    CHECK_LIBPQ_MIN / 10000, CHECK_LIBPQ_MIN % 10000);
    if (ssl < (unsigned long)CHECK_OPENSSL_MIN)
        finding_add(f, "openssl-too-old",
                    CURE("apt-get update && apt-get install libssl3",
                         "apt-get update && apt-get install libssl3"),
                    "OpenSSL %lu.%lu.%lu cũ hơn mức an toàn 3.0.22",
                    "OpenSSL %lu.%lu.%lu is older than the safe minimum 3.0.22", ssl >> 28,
                    ssl >> 20 & 0xFF, ssl >> 4 & 0xFFFF);
}

/* dpkg's order of characters: '~' before the end, the end before letters, letters before others. */
static int order(char c)
{
    if (c == '~')
        return -1;
    if (c == '\0' || isdigit((unsigned char)c))
        return 0;
    return isalpha((unsigned char)c) ? c : c + 256;
}

static int part_compare(const char *a, size_t an, const char *b, size_t bn)
{
    size_t i = 0, j = 0;

    while (i < an || j < bn) {
        size_t ni, nj;

        while ((i < an && !isdigit((unsigned char)a[i])) ||
               (j < bn && !isdigit((unsigned char)b[j]))) {
            int x = i < an ? order(a[i]) : 0, y = j < bn ? order(b[j]) : 0;

            if (x != y)
                return x - y;
            i += i < an;
            j += j < bn;
        }
        while (i < an && a[i] == '0')
            i++;
        while (j < bn && b[j] == '0')
            j++;
        for (ni = 0; i + ni < an && isdigit((unsigned char)a[i + ni]);)
            ni++;
        for (nj = 0; j + nj < bn && isdigit((unsigned char)b[j + nj]);)
            nj++;
        if (ni != nj)
            return ni < nj ? -1 : 1;
        if (ni && memcmp(a + i, b + j, ni) != 0)
            return memcmp(a + i, b + j, ni);
        i += ni;
        j += nj;
    }
    return 0;
}

int debian_version_compare(const char *a, const char *b)
{
    const char *ca = strchr(a, ':'), *cb = strchr(b, ':'), *ra, *rb;
    int cmp = part_compare(a, ca ? (size_t)(ca - a) : 0, b, cb ? (size_t)(cb - b) : 0);

    if (cmp)
        return cmp;
    a = ca ? ca + 1 : a;
    b = cb ? cb + 1 : b;
    ra = strrchr(a, '-');
    rb = strrchr(b, '-');
    cmp = part_compare(a, ra ? (size_t)(ra - a) : strlen(a), b, rb ? (size_t)(rb - b) : strlen(b));
    if (cmp)
        return cmp;
    return part_compare(ra ? ra + 1 : "", ra ? strlen(ra + 1) : 0, rb ? rb + 1 : "",
                        rb ? strlen(rb + 1) : 0);
}

/* The field of that name in the paragraph that begins at p; "" when it has none. */
static void dpkg_field(const char *p, const char *name, char ret[DPKG_VALUE_MAX])
{
    const char *end = strstr(p, "\n\n"), *at = strstr(p, name);

    ret[0] = '\0';
    if (at && (!end || at < end))
        (void)snprintf(ret, DPKG_VALUE_MAX, "%.*s", (int)strcspn(at + strlen(name), "\n"),
                       at + strlen(name));
}

void dpkg_version(const char *status, const char *package, char ret[DPKG_VALUE_MAX])
{
    char line[DPKG_VALUE_MAX];
    const char *at = status;
    int n = snprintf(line, sizeof line, "Package: %s\n", package);

    assert(n > 0 && (size_t)n < sizeof line);
    ret[0] = '\0';
    while (!ret[0] && (at = strstr(at, line))) {
        if (at == status || at[-1] == '\n') {
            dpkg_field(at, "\nStatus: ", ret);
            if (strcmp(ret, "install ok installed") == 0)
                dpkg_field(at, "\nVersion: ", ret);
            else
                ret[0] = '\0';
        }
        at += n;
    }
}

void check_libevent_here(struct findings *f)
{
    int fd = open(DPKG_STATUS, O_RDONLY | O_CLOEXEC);
    char version[DPKG_VALUE_MAX] = "";
    struct stat st;

    if (fd >= 0 && fstat(fd, &st) == 0 && st.st_size > 0) {
        size_t size = (size_t)st.st_size, n = 0;
        char *text = malloc(size + 1);
        ssize_t got = 1;

        if (!text)
            abort();
        while (n < size && (got = read(fd, text + n, size - n)) > 0)
            n += (size_t)got;
        text[n] = '\0';
        dpkg_version(text, LIBEVENT_PACKAGE, version);
        free(text);
    }
    if (fd >= 0)
        (void)close(fd);
    check_libevent(version, f);
}

void check_libevent(const char *version, struct findings *f)
{
    struct text2 cure = CURE("apt-get update && apt-get install libevent-core-2.1-7",
                             "apt-get update && apt-get install libevent-core-2.1-7");

    if (!*version)
        finding_add(f, "libevent-unknown", cure,
                    "không biết bản vá của libevent (không có dpkg): cần ít nhất %s",
                    "the patch level of libevent cannot be seen (no dpkg): at least %s is needed",
                    CHECK_LIBEVENT_MIN)
            ->refuses = false;
    else if (debian_version_compare(version, CHECK_LIBEVENT_MIN) < 0)
        finding_add(f, "libevent-too-old", cure, "libevent %s cũ hơn mức an toàn %s",
                    "libevent %s is older than the safe minimum %s", version, CHECK_LIBEVENT_MIN);
}

/* ---- connection strings */

static bool is_number(const char *host, size_t n)
{
    char text[64];
    unsigned char addr[16];

    if (n >= sizeof text)
        return false;
    memcpy(text, host, n);
    text[n] = '\0';
    return inet_pton(AF_INET, text, addr) == 1 || inet_pton(AF_INET6, text, addr) == 1;
}

static bool hosts_need_lookup(const char *hosts)
{
    while (*hosts) {
        size_t n = strcspn(hosts, ",");

        if (n && hosts[0] != '/' && hosts[0] != '@' && !is_number(hosts, n))
            return true;
        hosts += n + (hosts[n] == ',');
    }
    return false;
}

void check_conninfo(const char *key, const char *conninfo, struct findings *f)
{
    char *why = NULL;
    PQconninfoOption *o = PQconninfoParse(conninfo, &why);
    const char *host = NULL, *addr = NULL;

    if (!o) {
        finding_add(f, "conninfo-bad",
                    CURE("ví dụ: host=/var/run/postgresql dbname=motcua user=motcua_app",
                         "for example: host=/var/run/postgresql dbname=motcua user=motcua_app"),
                    "%s: không đọc được chuỗi kết nối", "%s: the connection string cannot be read",
                    key);
        PQfreemem(why);
        return;
    }
    for (PQconninfoOption *at = o; at->keyword; at++) {
        if (strcmp(at->keyword, "host") == 0)
            host = at->val;
        else if (strcmp(at->keyword, "hostaddr") == 0)
            addr = at->val;
    }
    if (host && !(addr && *addr) && hosts_need_lookup(host))
        finding_add(
            f, "conninfo-name",
            CURE("thêm hostaddr=ĐỊA-CHỈ-IP (giữ host= để kiểm tra chứng thư), hoặc dùng socket",
                 "add hostaddr=IP (keep host= for the certificate), or use a socket"),
            "%s: host=%s phải tra tên giữa lúc phục vụ",
            "%s: host=%s needs a name look-up in the middle of service", key, host);
    PQconninfoFree(o);
}

/* ---- the database */

static void check_schema(PGconn *pg, const struct embedded *files, struct findings *f)
{
    struct migrations m;
    struct text2 why;
    const struct migration *bad = NULL;

    if (!migrations_compare(f->arena, pg, files, &m, &why)) {
        finding_add(f, "database-unreachable",
                    CURE("xem nhật ký PostgreSQL", "see PostgreSQL's log"), "%s", "%s", why.vi)
            ->reason.en = why.en;
        return;
    }
    for (int i = m.n - 1; i >= 0; i--)
        if (m.item[i].state == MIGRATION_ALTERED || m.item[i].state == MIGRATION_UNKNOWN)
            bad = &m.item[i];
    if (bad && bad->state == MIGRATION_ALTERED)
        finding_add(
            f, "schema-altered",
            CURE("dùng đúng bản motcuad đã tạo lược đồ", "use the motcuad that made the schema"),
            "migration %s đã áp dụng khác với bản trong chương trình",
            "migration %s was applied with another content than the program carries", bad->name);
    else if (bad)
        finding_add(f, "schema-new", CURE("dùng bản motcuad mới hơn", "use a newer motcuad"),
                    "lược đồ phiên bản %d mới hơn chương trình (biết đến %d)",
                    "schema version %d is newer than this program (knows %d)", m.applied, m.known);
    else if (m.applied < m.known)
        finding_add(f, "schema-old", CURE("chạy: motcuad migrate up", "run: motcuad migrate up"),
                    "lược đồ phiên bản %d cũ hơn chương trình (cần %d)",
                    "schema version %d is older than this program (needs %d)", m.applied, m.known);
}

void check_database(const char *conninfo, const struct embedded *migrations, struct findings *f)
{
    const char *key[] = {"connect_timeout", "dbname", NULL};
    const char *val[] = {"5", conninfo, NULL};
    PGconn *pg = PQconnectdbParams(key, val, 1);
    PGresult *res = NULL;

    if (PQstatus(pg) == CONNECTION_OK)
        res = PQexec(pg, CHECK_SERVER_SQL);
    if (PQresultStatus(res) == PGRES_TUPLES_OK) {
        struct server_facts s = {PQgetvalue(res, 0, 0), PQgetvalue(res, 0, 1),
                                 PQgetvalue(res, 0, 2), PQgetvalue(res, 0, 3),
                                 PQserverVersion(pg),   strcmp(PQgetvalue(res, 0, 5), "true") == 0};

        check_server(&s, f);
        PQclear(res);
        if (migrations)
            check_schema(pg, migrations, f);
        PQfinish(pg);
        return;
    }
    finding_add(f, "database-unreachable",
                CURE("kiểm tra PostgreSQL đang chạy và chuỗi kết nối database.app",
                     "see that PostgreSQL runs and that database.app is right"),
                "không kết nối được cơ sở dữ liệu: %s", "cannot use the database: %s",
                arena_strndup(f->arena, PQerrorMessage(pg), strcspn(PQerrorMessage(pg), "\n")));
    PQclear(res);
    PQfinish(pg);
}
