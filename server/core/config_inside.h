/* The table of keys as data, for the files of the configuration.  Not for other rooms. */
#ifndef SERVER_CORE_CONFIG_INSIDE_H
#define SERVER_CORE_CONFIG_INSIDE_H

#include "server/core/config.h"

enum config_kind {
    KIND_INT,
    KIND_LEVEL,
    KIND_BOOL,
    KIND_TEXT,
    KIND_PATH,
    KIND_LIST,
    KIND_CONNINFO,
    KIND_SECRET
};

struct config_info {
    const char *path; /* "database.app" */
    enum config_kind kind;
    int64_t min, max;
    const char *value; /* built in */
    bool reload;
    const char *unit;
    struct text2 text;
    size_t offset;
};

extern const struct config_info config_info[CONFIG_KEYS];

void *config_at(const struct config *cfg, enum config_key key);
const char *config_key_name(enum config_key key, struct arena *a);

#endif
