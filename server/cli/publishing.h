/* Publishing what stands in the configuration folders: calendars, rules, organisation, procedures,
 * and accounts for the people the organisation file names.
 * Blocking; main thread of a verb.  Owns nothing beyond a call. */
#ifndef SERVER_CLI_PUBLISHING_H
#define SERVER_CLI_PUBLISHING_H

#include "server/cli/cli.h"
#include "server/core/config.h"

struct publishing {
    struct cli *c;
    const struct config *cfg; /* where the folders are */
    const char *conninfo;     /* of role app */
    const char *author, *approver;
    void (*told)(void *ctx, const char *path); /* each file; may be NULL */
    void *ctx;
};

/* All of it, in order; stops at the first that is refused, with the complaint printed. */
bool publish_all(const struct publishing *p);
/* Accounts of the organisation's people, all with this password (demonstration and tests). */
bool publish_people(const struct publishing *p, const char *password);

#endif
