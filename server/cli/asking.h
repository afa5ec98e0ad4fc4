/* Asking the store from a verb: a store of one's own, one question at a time, waited for.
 * The verb owns it; main thread. */
#ifndef SERVER_CLI_ASKING_H
#define SERVER_CLI_ASKING_H

#include "server/cli/cli.h"
#include "server/cli/settings.h"
#include "server/store/store.h"

struct asking;

/* Configuration, connection, snapshot; NULL with the reason printed. */
struct asking *asking_open(struct cli *c, struct arena *a, const struct settings *s);
struct asking *asking_close(struct asking *k); /* takes NULL, returns NULL */
struct store *asking_store(struct asking *k);
const struct snapshot *asking_snapshot(const struct asking *k);
const char *asking_conninfo(const struct asking *k);
const struct config *asking_config(const struct asking *k);
/* Whoever runs verbs on the server sees everything, and personal data masked. */
const struct viewer *asking_viewer(void);

/* A store_json: hand `asking` as its owner, then wait.  The text lies in the arena given at open.
 */
void asking_heard(void *owner, enum err e, struct span json, int64_t version);
enum err asking_wait(struct asking *k, struct span *ret_json);
/* The same for a store_state. */
void asking_state(void *owner, enum err e, const struct dossier *s);
enum err asking_wait_state(struct asking *k, const struct dossier **ret);

#endif
