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

/* reports.capacity, item i: "specialist=15", "minh.congsan=20", each key once.  False: why, and the
 * key when it is not known.  config_check.c. */
bool config_capacity_valid(const struct config_list *list, size_t i, struct span *ret_key,
                           struct text2 *ret_why);
/* Roles by name; the one that was meant, told behind the last mistake. */
bool config_role_valid(const char *name);
void config_role_nearest(struct diags *d, const char *wrong);
bool config_has_password(const char *conninfo);
/* sso, when there is an issuer.  False: the key that is wrong, the code of it, and why. */
bool config_sso_valid(const struct config *cfg, enum config_key *ret_key, const char **ret_code,
                      struct text2 *ret_why);
/* reports.register_fields, item i: "BOOK=CODE+CODE", each book and each field once.  False: why. */
bool config_register_valid(const struct config_list *list, size_t i, struct text2 *ret_why);

#endif
