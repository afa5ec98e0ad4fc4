/* Start-up refusals: what must be true of the server, the libraries and the set-up before a dossier
 * may be trusted to them; each with its reason and its cure.
 * Findings live in the caller's arena.  Blocking parts are for verbs and pool threads. */
#ifndef SERVER_DB_CHECK_H
#define SERVER_DB_CHECK_H

#include <stdbool.h>
#include <sys/types.h>

#include "common/base/arena.h"
#include "common/base/buf.h"
#include "common/base/lang.h"

/* The oldest versions without a known hole that concerns us. */
#define CHECK_SERVER_MIN   150020
#define CHECK_LIBPQ_MIN    150020
#define CHECK_OPENSSL_MIN  0x30000160L /* 3.0.22 */
#define CHECK_LIBEVENT_MIN "2.1.12-stable-8+deb12u1"

struct finding {
    const char *code; /* "fsync-off": stable */
    bool refuses;     /* false: a note that does not hinder */
    struct text2 reason;
    struct text2 cure;
};

#define FINDINGS_MAX 48
struct findings {
    struct arena *arena;
    int n;
    struct finding item[FINDINGS_MAX];
};

void findings_init(struct findings *f, struct arena *a);
/* The texts are formats with the same arguments in the same order; the cure is plain text.  Returns
 * the finding (refuses is set). */
struct finding *finding_add(struct findings *f, const char *code, struct text2 cure, const char *vi,
                            const char *en, ...) __attribute__((format(printf, 4, 6)))
__attribute__((format(printf, 5, 6)));
const struct finding *findings_get(const struct findings *f, const char *code); /* NULL: none */
bool findings_refuse(const struct findings *f);
void findings_print(const struct findings *f, enum lang lang, struct buf *out);

/* What a server says of itself, in the columns of CHECK_SERVER_SQL. */
struct server_facts {
    const char *fsync, *full_page_writes, *synchronous_commit, *data_checksums;
    int version; /* server_version_num */
    bool standby;
};
#define CHECK_SERVER_SQL                                                                           \
    "SELECT current_setting('fsync'), current_setting('full_page_writes'), "                       \
    "current_setting('synchronous_commit'), current_setting('data_checksums'), "                   \
    "current_setting('server_version_num'), pg_is_in_recovery()::text"
/* Codes: fsync-off, full-page-writes-off, synchronous-commit-off, checksums-off, server-too-old,
 * server-standby.  Pure. */
void check_server(const struct server_facts *s, struct findings *f);

/* Codes: libpq-too-old, openssl-too-old, libevent-too-old.  The two numbers are seams for tests; 0
 * takes those of the libraries in use. */
void check_libraries(int libpq_version, unsigned long openssl_version, struct findings *f);
/* Debian revisions of libevent carry fixes that its own version number does not show: what dpkg
 * has written down is read, where there is dpkg (asking the program took it 30 ms of every start).
 */
void check_libevent_here(struct findings *f);
/* Version of a package that is installed, "" when it is not; status: the text of dpkg's file of
 * that name.  Pure. */
#define DPKG_VALUE_MAX 128
void dpkg_version(const char *status, const char *package, char ret[DPKG_VALUE_MAX]);
/* What there is to say of that version; "" means that nobody knows.  Pure. */
void check_libevent(const char *version, struct findings *f);
/* Compares two Debian versions like dpkg does: below 0, 0, above 0.  Pure. */
int debian_version_compare(const char *a, const char *b);

/* Codes: conninfo-bad (cannot be read), conninfo-name (a note: the host name is looked up at
 * every connect, which stops that worker meanwhile; give hostaddr, a number or a socket). */
void check_conninfo(const char *key, const char *conninfo, struct findings *f);
/* Connects (blocking, 5 s) and checks the server and, with files, the schema against them.  Codes
 * as above and database-unreachable, schema-old, schema-new, schema-altered.  This is what is asked
 * again every minute in service (on a pool thread). */
struct embedded;
void check_database(const char *conninfo, const struct embedded *migrations, struct findings *f);

#endif
