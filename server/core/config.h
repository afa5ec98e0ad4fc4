/* Configuration: one table of keys (config.def), four layers: built in < YAML file < MOTCUA_* in
 * the environment < flags.  A loaded configuration never changes; a reload makes another one. The
 * loader's caller owns it.  Loading: main thread; reading: any thread. */
#ifndef SERVER_CORE_CONFIG_H
#define SERVER_CORE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/buf.h"
#include "common/base/diag.h"

struct config_list {
    const char *const *item;
    size_t n;
};

#define CONFIG_TYPE_INT      int64_t
#define CONFIG_TYPE_LEVEL    int64_t /* enum log_level */
#define CONFIG_TYPE_BOOL     bool
#define CONFIG_TYPE_TEXT     const char *
#define CONFIG_TYPE_PATH     const char *
#define CONFIG_TYPE_CONNINFO const char *
#define CONFIG_TYPE_SECRET   const char * /* the secret itself, "" for none */
#define CONFIG_TYPE_LIST     struct config_list

enum config_key {
#define C(id, path, kind, min, max, def, reload, unit, vi, en) CONFIG_KEY_##id,
#include "server/core/config.def"
#undef C
    CONFIG_KEYS
};

enum config_source { CONFIG_BUILT_IN, CONFIG_FILE, CONFIG_ENV, CONFIG_FLAG };

struct config_origin {
    enum config_source source;
    struct mark at;   /* CONFIG_FILE */
    const char *text; /* the value as given; of a secret: the file that holds it */
};

struct config {
#define C(id, path, kind, min, max, def, reload, unit, vi, en) CONFIG_TYPE_##kind id;
#include "server/core/config.def"
#undef C
    const char *file;   /* "" when there was none */
    struct span source; /* text of the file, for diagnostics */
    struct config_origin origin[CONFIG_KEYS];
    struct arena *arena; /* everything above */
};

struct config_flag {
    const char *key, *value; /* "listen", "127.0.0.1:0" */
};

/* What it is loaded for: only what that needs must be there. */
enum config_use {
    CONFIG_FOR_SERVICE,  /* everything but the migrating role's password */
    CONFIG_FOR_DATABASE, /* verbs that read or write dossiers: no addresses, no certificates */
    CONFIG_FOR_MIGRATE,  /* only the migrating role's connection */
};

struct config_input {
    const char *file;       /* the YAML file */
    bool file_wanted;       /* it must exist */
    const char *const *env; /* environ, cast; "NAME=value"…, NULL-terminated; NULL: none */
    const struct config_flag *flag;
    size_t flags;
    enum config_use use;
};

/* Always makes a configuration (for the show of what is wrong); it may serve only when d->errors is
 * 0.  Codes: Y0xx of the file, and C001 unknown variable or flag, C002 not a whole number, C003 out
 * of range, C004 not true or false, C005 unknown word, C006 not an address, C007 a secret written
 * out where others read, C008 file missing or not readable, C009 file open to group or world, C010
 * plain HTTP beyond loopback, C011 HTTPS without certificate, C012 too many in a list, C013 a value
 * of a wrong kind, C014 a secret too short, C017 not a role, C018 roles that must have a second
 * factor without a key for it,
 * C019 an identity provider that is only half told. */
struct config *config_load(const struct config_input *in, struct diags *d);
struct config *config_free(struct config *cfg); /* wipes the secrets; takes NULL, returns NULL */

/* Keys of fresh that differ from running but cannot be changed without a restart: a warning C020
 * each, and fresh takes the running value (arenas of both must live as long as fresh). */
void config_keep_fixed(const struct config *running, struct config *fresh, struct diags *d);

enum config_database { CONFIG_DB_APP, CONFIG_DB_MIGRATE, CONFIG_DB_PUBLIC, CONFIG_DB_REPORT };
/* Connection string of that role with its password, in cfg's arena. */
const char *config_conninfo(const struct config *cfg, enum config_database role);

/* Where each value comes from; secrets and passwords masked. */
void config_show(const struct config *cfg, enum lang lang, struct buf *out);
void config_show_json(const struct config *cfg, struct buf *out);
/* The table of keys as Markdown. */
void config_document(enum lang lang, struct buf *out);

/* "127.0.0.1:8080", "[::1]:8443" or "unix:/path". */
bool config_address_valid(const char *address);
bool config_address_local(const char *address); /* loopback or a socket file */
/* Roles by name, as bits. */
unsigned config_roles(const struct config_list *list);
/* An address of the web to talk to: https, or http on loopback; nobody's name before the host. */
bool config_url_valid(const char *url);

#endif
