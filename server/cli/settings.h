/* The configuration as verbs take it: --config FILE, --set KEY=VALUE, the environment.
 * Everything lives in the caller's arena but the configuration itself.  Main thread. */
#ifndef SERVER_CLI_SETTINGS_H
#define SERVER_CLI_SETTINGS_H

#include "server/cli/cli.h"
#include "server/core/config.h"

#define SETTINGS_FLAGS_MAX 32
struct settings {
    const char *file; /* NULL: CONFIG-DIR/motcua.yaml, which may be missing */
    struct config_flag flag[SETTINGS_FLAGS_MAX];
    size_t flags;
};

/* To stand first in a verb's options; settings_take takes what cli_next gave for them (0 or 1).
 * False: not KEY=VALUE, or too many. */
#define SETTINGS_OPTIONS                                                                           \
    {"--config", false},                                                                           \
    {                                                                                              \
        "--set", false                                                                             \
    }
#define SETTINGS_OPTIONS_N 2
bool settings_take(struct arena *a, struct settings *s, int option, const char *value);
/* One more layer above all others, for verbs that decide a value themselves. */
void settings_set(struct settings *s, const char *key, const char *value);

/* Path of the file that is read, in the arena. */
const char *settings_file(const struct cli *c, struct arena *a, const struct settings *s);
/* Never NULL; may serve only when d has no errors. */
struct config *settings_load(const struct cli *c, struct arena *a, const struct settings *s,
                             enum config_use use, struct diags *d);
/* The same, with every mistake and warning printed on the error stream; NULL when there are
 * errors. */
struct config *settings_need(struct cli *c, struct arena *a, const struct settings *s,
                             enum config_use use);

#endif
