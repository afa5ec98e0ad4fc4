/* The schema's history: numbered files carried in the program, applied forward only, one
 * transaction each, their checksums recorded in public.schema_migration.
 * Blocking; for verbs and the main thread before service. */
#ifndef SERVER_DB_MIGRATE_H
#define SERVER_DB_MIGRATE_H

#include <stdbool.h>

#include "common/base/arena.h"
#include "common/base/buf.h"
#include "common/base/lang.h"

struct embedded;

enum migration_state {
    MIGRATION_APPLIED,
    MIGRATION_PENDING,
    MIGRATION_ALTERED, /* applied with another content than the program carries */
    MIGRATION_UNKNOWN, /* applied, but this program does not know it: the program is older */
};

struct migration {
    int version;
    const char *name; /* "0001_roles.sql" */
    enum migration_state state;
    const char *applied_at; /* "" when pending */
};

struct migrations {
    struct migration *item;
    int n;
    int applied; /* highest version in the database, 0 for none */
    int known;   /* highest version in the program */
    bool sound;  /* nothing altered, unknown or out of order */
};

/* Highest version the files hold; they must be numbered 1, 2, 3 … without gaps, else -1. */
int migrations_known(const struct embedded *files);

/* False with the reason in ret_why when the database cannot be asked. */
bool migrations_status(struct arena *a, const char *conninfo, const struct embedded *files,
                       struct migrations *ret, struct text2 *ret_why);

/* Applies what is pending.  told(name) after each commit, may be NULL.  False with the reason when
 * something is altered or unknown, another migration runs, or a file fails (its transaction is
 * undone, earlier files stay). */
bool migrations_up(struct arena *a, const char *conninfo, const struct embedded *files,
                   void (*told)(void *ctx, const char *name), void *ctx, struct text2 *ret_why);

#endif
