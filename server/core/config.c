/* Configuration: layers, values, checks across keys.
 * Everything of one configuration lives in its arena.  Main thread. */
#include "server/core/config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/access/organisation.h"
#include "common/base/yaml.h"
#include "server/core/config_inside.h"

#define CONFIG_ARENA_MAX ((size_t)16 << 20)
#define LIST_MAX         32
#define SECRET_MAX       4096
#define SALT_MIN         32
#define ENV_PREFIX       "MOTCUA_"

const struct config_info config_info[CONFIG_KEYS] = {
#define C(id, path, kind, min, max, def, reload, unit, vi, en)                                     \
    {path, KIND_##kind, min, max, def, reload, unit, {vi, en}, offsetof(struct config, id)},
#include "server/core/config.def"
#undef C
};

static const char *const levels[] = {"error", "warn", "info", "debug"};

void *config_at(const struct config *cfg, enum config_key key)
{
    return (char *)(uintptr_t)cfg + config_info[key].offset;
}

/* ---- loading: one value */

struct loader {
    struct config *cfg;
    struct diags *d;
    enum config_source source;
    struct mark at;
    const char *name; /* the key as the user wrote it, for messages */
    enum config_use use;
};

static void complain(struct loader *l, const char *code, const char *vi, const char *en,
                     const char *value)
{
    struct text2 text = {arena_printf(l->d->arena, "%s: %s: \"%s\"", l->name, vi, value),
                         arena_printf(l->d->arena, "%s: %s: \"%s\"", l->name, en, value)};

    diag_add_text(l->d, DIAG_ERROR, l->at, code, text);
}

static void complain_errno(struct loader *l, int e, const char *path)
{
    if (e == ENOENT)
        complain(l, "C008", "tệp không tồn tại", "no such file", path);
    else if (e == EACCES)
        complain(l, "C008", "không có quyền đọc", "permission denied", path);
    else
        complain(l, "C008", strerror(e), strerror(e), path);
}

static const char *path_of(const struct loader *l, const char *text)
{
    const char *file = l->cfg->file, *slash = strrchr(file, '/');

    /* Built-in and written values belong to the file's folder, the others to where we stand. */
    if (!*text || *text == '/' || l->source > CONFIG_FILE || !slash)
        return text;
    return arena_printf(l->cfg->arena, "%.*s/%s", (int)(slash - file), file, text);
}

static void take_int(struct loader *l, enum config_key key, const char *text)
{
    const struct config_info *k = &config_info[key];
    int64_t v;

    if (!span_i64(span_of(text), INT64_MIN, INT64_MAX, &v))
        complain(l, "C002", "không phải số nguyên", "not a whole number", text);
    else if (v < k->min || v > k->max)
        complain(l, "C003",
                 arena_printf(l->d->arena, "ngoài khoảng %lld..%lld", (long long)k->min,
                              (long long)k->max),
                 arena_printf(l->d->arena, "not within %lld..%lld", (long long)k->min,
                              (long long)k->max),
                 text);
    else
        *(int64_t *)config_at(l->cfg, key) = v;
}

static void take_level(struct loader *l, enum config_key key, const char *text)
{
    for (int i = 0; i < 4; i++) {
        if (strcmp(levels[i], text) == 0) {
            *(int64_t *)config_at(l->cfg, key) = i;
            return;
        }
    }
    complain(l, "C005", "không phải mức nhật ký", "not a log level", text);
    diag_nearest(l->d, text, levels, 4);
}

static void take_bool(struct loader *l, enum config_key key, const char *text)
{
    if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0)
        *(bool *)config_at(l->cfg, key) = *text == 't';
    else
        complain(l, "C004", "phải là true hoặc false", "must be true or false", text);
}

static void take_list(struct loader *l, enum config_key key, const char *text)
{
    struct config_list *list = config_at(l->cfg, key);
    const char **item = ARENA_ARRAY(l->cfg->arena, const char *, LIST_MAX);
    struct span rest = span_of(text), one;
    size_t n = 0;

    while (rest.n) {
        span_cut(rest, ',', &one, &rest);
        one = span_trim(one);
        if (!one.n)
            continue;
        if (n == LIST_MAX) {
            complain(l, "C012", "quá nhiều mục", "too many entries", text);
            return;
        }
        item[n++] = arena_span(l->cfg->arena, one);
    }
    *list = (struct config_list){item, n};
}

/* What may be read by others is not a secret any more. */
static bool file_closed(struct loader *l, const char *path, struct stat *st)
{
    if (stat(path, st) != 0) {
        complain_errno(l, errno, path);
        return false;
    }
    if (!S_ISREG(st->st_mode)) {
        complain(l, "C008", "không phải tệp thường", "not a plain file", path);
        return false;
    }
    if (st->st_mode & (S_IRWXG | S_IRWXO)) {
        complain(l, "C009", "tệp bí mật mở cho nhóm hoặc người khác, hãy chạy chmod 600",
                 "a secret open to group or world, run chmod 600 on it", path);
        return false;
    }
    return true;
}

/* A verb must not fail for want of a secret it has no business with. */
static bool secret_wanted(const struct loader *l, enum config_key key)
{
    bool migrate = key == CONFIG_KEY_database_migrate_password;

    return migrate == (l->use == CONFIG_FOR_MIGRATE);
}

static void take_secret(struct loader *l, enum config_key key, const char *text)
{
    const char **slot = config_at(l->cfg, key);
    const char *path = path_of(l, text);
    struct stat st;
    char *secret;
    ssize_t n;
    int fd;

    if (!*text || !secret_wanted(l, key) || !file_closed(l, path, &st))
        return;
    fd = open(path, O_RDONLY | O_CLOEXEC);
    secret = arena_alloc(l->cfg->arena, SECRET_MAX + 1);
    n = fd < 0 ? -1 : read(fd, secret, SECRET_MAX + 1);
    if (fd >= 0)
        close(fd);
    if (n < 0 || n > SECRET_MAX || memchr(secret, '\0', (size_t)n)) {
        complain(l, "C008", "không đọc được", "cannot be read", path);
        return;
    }
    while (n > 0 && (secret[n - 1] == '\n' || secret[n - 1] == '\r'))
        n--;
    secret[n] = '\0';
    *slot = secret;
}

static void take_conninfo(struct loader *l, enum config_key key, const char *text)
{
    struct stat st;

    if (config_has_password(text)) {
        if (l->source > CONFIG_FILE) {
            complain(l, "C007",
                     "mật khẩu không được đặt trong môi trường hay dòng lệnh, hãy dùng tệp",
                     "a password does not belong in the environment or on the command line, use a "
                     "file",
                     "***");
            return;
        }
        if (l->source == CONFIG_FILE && !file_closed(l, l->cfg->file, &st))
            return;
    }
    *(const char **)config_at(l->cfg, key) = text;
}

static void take(struct loader *l, enum config_key key, const char *text)
{
    size_t before = l->d->errors;

    text = arena_strdup(l->cfg->arena, text);
    switch (config_info[key].kind) {
    case KIND_INT:
        take_int(l, key, text);
        break;
    case KIND_LEVEL:
        take_level(l, key, text);
        break;
    case KIND_BOOL:
        take_bool(l, key, text);
        break;
    case KIND_LIST:
        take_list(l, key, text);
        break;
    case KIND_SECRET:
        take_secret(l, key, text);
        break;
    case KIND_CONNINFO:
        take_conninfo(l, key, text);
        break;
    case KIND_PATH:
        text = path_of(l, text);
        *(const char **)config_at(l->cfg, key) = text;
        break;
    case KIND_TEXT:
        *(const char **)config_at(l->cfg, key) = text;
        break;
    }
    if (l->d->errors == before)
        l->cfg->origin[key] = (struct config_origin){l->source, l->at, text};
}

/* The name a key has for the user: secrets are named by their file. */
const char *config_key_name(enum config_key key, struct arena *a)
{
    const struct config_info *k = &config_info[key];

    return k->kind == KIND_SECRET ? arena_printf(a, "%s_file", k->path) : k->path;
}

static int key_by_name(const char *name, struct arena *a)
{
    for (int i = 0; i < CONFIG_KEYS; i++)
        if (strcmp(config_key_name((enum config_key)i, a), name) == 0)
            return i;
    return -1;
}

/* ---- the YAML layer */

static void take_node(struct loader *l, enum config_key key, const struct yaml_node *v)
{
    struct buf joined;

    l->at = v->at;
    l->name = config_key_name(key, l->cfg->arena);
    if (v->kind == YAML_SCALAR) {
        take(l, key, v->text);
        return;
    }
    if (v->kind != YAML_SEQ || config_info[key].kind != KIND_LIST) {
        complain(l, "C013", "sai kiểu giá trị", "a value of the wrong kind", "");
        return;
    }
    buf_init(&joined, 16384);
    for (size_t i = 0; i < v->n; i++) {
        if (v->item[i]->kind != YAML_SCALAR) {
            l->at = v->item[i]->at;
            complain(l, "C013", "mục phải là một từ", "an entry must be a word", "");
        } else {
            buf_printf(&joined, "%s%s", i ? "," : "", v->item[i]->text);
        }
    }
    l->at = v->at;
    take(l, key, buf_cstr(&joined));
    buf_free(&joined);
}

static bool is_section(const char *word)
{
    size_t n = strlen(word);

    for (int i = 0; i < CONFIG_KEYS; i++)
        if (strncmp(config_info[i].path, word, n) == 0 && config_info[i].path[n] == '.')
            return true;
    return false;
}

static void unknown_key(struct loader *l, const struct yaml_node *key, const char *prefix)
{
    const char *word[CONFIG_KEYS];
    size_t n = 0, skip = strlen(prefix);

    for (int i = 0; i < CONFIG_KEYS; i++) {
        const char *name = config_key_name((enum config_key)i, l->cfg->arena);
        const char *rest = name + skip;

        if (strncmp(name, prefix, skip) == 0)
            word[n++] = arena_strndup(l->cfg->arena, rest, strcspn(rest, "."));
    }
    diag_add(l->d, DIAG_ERROR, key->at, "Y010", "khóa lạ \"%s%s\"", "unknown key \"%s%s\"", prefix,
             key->text);
    diag_nearest(l->d, key->text, word, n);
}

static void walk(struct loader *l, const struct yaml_node *map, const char *prefix)
{
    for (size_t i = 0; i < map->n; i++) {
        const char *name = arena_printf(l->cfg->arena, "%s%s", prefix, map->key[i]->text);
        int key = key_by_name(name, l->cfg->arena);
        bool section = !*prefix && is_section(name);

        if (key >= 0)
            take_node(l, (enum config_key)key, map->item[i]);
        else if (section && map->item[i]->kind == YAML_MAP)
            walk(l, map->item[i], arena_printf(l->cfg->arena, "%s.", name));
        else if (!section)
            unknown_key(l, map->key[i], prefix);
        else if (map->item[i]->kind != YAML_SCALAR || *map->item[i]->text)
            diag_add(l->d, DIAG_ERROR, map->item[i]->at, "Y013", "\"%s\" phải là một nhóm khóa",
                     "\"%s\" must be a map", name);
    }
}

static bool read_file(struct config *cfg, const struct config_input *in, struct diags *d)
{
    FILE *f = fopen(in->file, "rbe");
    char *text;
    size_t n;

    if (!f) {
        if (in->file_wanted || errno != ENOENT)
            diag_add(d, DIAG_ERROR, (struct mark){0, 0}, "C008", "không mở được tệp cấu hình: %s",
                     "the configuration file cannot be opened: %s", strerror(errno));
        return false;
    }
    /* kept as long as it is: each reload keeps one */
    text = malloc(YAML_BYTES_MAX + 1);
    if (!text)
        abort();
    n = fread(text, 1, YAML_BYTES_MAX + 1, f);
    fclose(f);
    cfg->file = arena_strdup(cfg->arena, in->file);
    cfg->source = (struct span){arena_strndup(cfg->arena, text, n), n};
    free(text);
    return true;
}

static void take_tree(struct loader *l, const struct yaml_node *root)
{
    if (!root)
        return;
    if (root->kind == YAML_MAP)
        walk(l, root, "");
    else if (root->kind != YAML_SCALAR || *root->text)
        diag_add(l->d, DIAG_ERROR, root->at, "Y013", "tệp cấu hình phải gồm các khóa%s",
                 "the configuration must be a map%s", "");
}

static void file_layer(struct loader *l, const struct config_input *in)
{
    if (!in->file || !read_file(l->cfg, in, l->d))
        return;
    take_tree(l, yaml_read(l->cfg->arena, l->cfg->source, l->d));
    arena_scratch_free(l->cfg->arena); /* a generation keeps what was read, not the tree */
}

/* ---- environment and flags */

static const char *env_name(enum config_key key, struct arena *a)
{
    char *name = arena_printf(a, ENV_PREFIX "%s", config_key_name(key, a));

    for (char *p = name; *p; p++)
        *p = *p == '.' ? '_' : *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p;
    return name;
}

static void unknown_name(struct loader *l, const char *wrong, const char *const *word)
{
    diag_add(l->d, DIAG_ERROR, l->at, "C001", "không có khóa cấu hình \"%s\"",
             "there is no configuration key \"%s\"", wrong);
    diag_nearest(l->d, wrong, word, CONFIG_KEYS);
}

static void env_layer(struct loader *l, const char *const *env)
{
    const char *word[CONFIG_KEYS];

    for (int i = 0; i < CONFIG_KEYS; i++)
        word[i] = env_name((enum config_key)i, l->cfg->arena);
    for (; *env; env++) {
        struct span name, value;
        int key = 0;

        if (strncmp(*env, ENV_PREFIX, strlen(ENV_PREFIX)) != 0 ||
            strncmp(*env, ENV_PREFIX "TEST_", 12) == 0)
            continue;
        span_cut(span_of(*env), '=', &name, &value);
        while (key < CONFIG_KEYS && !span_is(name, word[key]))
            key++;
        l->name = arena_span(l->cfg->arena, name);
        if (key < CONFIG_KEYS)
            take(l, (enum config_key)key, value.p ? value.p : "");
        else
            unknown_name(l, l->name, word);
    }
}

static void flag_layer(struct loader *l, const struct config_flag *flag, size_t n)
{
    const char *word[CONFIG_KEYS];

    for (int i = 0; i < CONFIG_KEYS; i++)
        word[i] = config_key_name((enum config_key)i, l->cfg->arena);
    for (size_t i = 0; i < n; i++) {
        int key = key_by_name(flag[i].key, l->cfg->arena);

        l->name = flag[i].key;
        if (key >= 0)
            take(l, (enum config_key)key, flag[i].value);
        else
            unknown_name(l, flag[i].key, word);
    }
}

/* ---- checks across keys */

static void blame(struct loader *l, enum config_key key)
{
    l->at =
        l->cfg->origin[key].source == CONFIG_FILE ? l->cfg->origin[key].at : (struct mark){0, 0};
    l->name = config_key_name(key, l->cfg->arena);
}

static void check_addresses(struct loader *l, enum config_key key, bool plain)
{
    const struct config_list *list = config_at(l->cfg, key);

    blame(l, key);
    for (size_t i = 0; i < list->n; i++) {
        if (!config_address_valid(list->item[i]))
            complain(l, "C006", "địa chỉ phải có dạng 127.0.0.1:8443, [::1]:8443 hoặc unix:/…",
                     "an address looks like 127.0.0.1:8443, [::1]:8443 or unix:/…", list->item[i]);
        else if (plain && !config_address_local(list->item[i]))
            complain(l, "C010",
                     "HTTP không mã hóa chỉ được mở trên loopback; dùng listen với chứng thư",
                     "plain HTTP only on loopback; use listen with a certificate", list->item[i]);
    }
}

static void check_long_enough(struct loader *l, enum config_key key, const char *secret)
{
    blame(l, key);
    if (*secret && strlen(secret) < SALT_MIN)
        complain(l, "C014", "cần ít nhất 32 ký tự", "at least 32 characters are needed", "***");
}

/* One mistake in it and somebody's load would be told against nothing, silently. */
static void check_capacity(struct loader *l)
{
    const struct config_list *list = &l->cfg->report_capacity;
    struct text2 why;

    blame(l, CONFIG_KEY_report_capacity);
    for (size_t i = 0; i < list->n; i++) {
        struct span key;

        if (config_capacity_valid(list, i, &key, &why))
            continue;
        complain(l, "C015", why.vi, why.en, list->item[i]);
        if (key.n)
            config_role_nearest(l->d, arena_span(l->cfg->arena, key));
    }
}

static void check_second_factor(struct loader *l)
{
    const struct config_list *list = &l->cfg->second_factor;

    blame(l, CONFIG_KEY_second_factor);
    for (size_t i = 0; i < list->n; i++)
        if (!config_role_valid(list->item[i])) {
            complain(l, "C017", "không có vai trò này", "there is no such role", list->item[i]);
            config_role_nearest(l->d, list->item[i]);
        }
    if (list->n && !*l->cfg->second_factor_key)
        complain(l, "C018", "cần second_factor_key_file", "second_factor_key_file is needed",
                 list->item[0]);
}

static void check_sso(struct loader *l)
{
    enum config_key key;
    const char *code;
    struct text2 why;

    if (!*l->cfg->sso_issuer || config_sso_valid(l->cfg, &key, &code, &why))
        return;
    blame(l, key);
    complain(l, code, why.vi, why.en, *(const char *const *)config_at(l->cfg, key));
}

static void check_registers(struct loader *l)
{
    const struct config_list *list = &l->cfg->register_fields;
    struct text2 why;

    blame(l, CONFIG_KEY_register_fields);
    for (size_t i = 0; i < list->n; i++)
        if (!config_register_valid(list, i, &why))
            complain(l, "C016", why.vi, why.en, list->item[i]);
}

static void check_all(struct loader *l)
{
    struct config *cfg = l->cfg;
    struct stat st;

    check_addresses(l, CONFIG_KEY_listen, false);
    check_addresses(l, CONFIG_KEY_listen_plain, true);
    check_addresses(l, CONFIG_KEY_listen_ops, true);
    if (cfg->listen.n && (!*cfg->tls_cert || !*cfg->tls_key)) {
        blame(l, CONFIG_KEY_listen);
        complain(l, "C011",
                 "HTTPS cần tls.cert và tls.key; sau proxy cùng máy: listen: [] và listen_plain",
                 "HTTPS needs tls.cert and tls.key; behind a proxy on this machine: listen: [] and "
                 "listen_plain",
                 cfg->listen.item[0]);
    }
    blame(l, CONFIG_KEY_tls_cert);
    if (*cfg->tls_cert && access(cfg->tls_cert, R_OK) != 0)
        complain_errno(l, errno, cfg->tls_cert);
    blame(l, CONFIG_KEY_tls_key);
    if (*cfg->tls_key)
        (void)file_closed(l, cfg->tls_key, &st);
    check_long_enough(l, CONFIG_KEY_identity_salt, cfg->identity_salt);
    check_long_enough(l, CONFIG_KEY_payment_secret, cfg->payment_secret);
    check_long_enough(l, CONFIG_KEY_portal_secret, cfg->portal_secret);
    check_long_enough(l, CONFIG_KEY_second_factor_key, cfg->second_factor_key);
    check_capacity(l);
    check_registers(l);
    check_second_factor(l);
    check_sso(l);
}

struct config *config_load(const struct config_input *in, struct diags *d)
{
    struct arena *a = arena_new(CONFIG_ARENA_MAX);
    struct config *cfg = ARENA_NEW(a, struct config);
    struct loader l = {.cfg = cfg, .d = d, .use = in->use};

    cfg->arena = a;
    /* Built-in paths stand beside the file, whether it exists or not. */
    cfg->file = in->file ? arena_strdup(a, in->file) : "";
    for (int i = 0; i < CONFIG_KEYS; i++) {
        if (config_info[i].kind == KIND_SECRET)
            *(const char **)config_at(cfg, (enum config_key)i) = "";
        take(&l, (enum config_key)i, config_info[i].value);
    }
    l.source = CONFIG_FILE;
    file_layer(&l, in);
    l.at = (struct mark){0, 0};
    l.source = CONFIG_ENV;
    if (in->env)
        env_layer(&l, in->env);
    l.source = CONFIG_FLAG;
    flag_layer(&l, in->flag, in->flags);
    if (in->use == CONFIG_FOR_SERVICE)
        check_all(&l);
    diags_sort(d);
    return cfg;
}

struct config *config_free(struct config *cfg)
{
    if (!cfg)
        return NULL;
    for (int i = 0; i < CONFIG_KEYS; i++) {
        if (config_info[i].kind == KIND_SECRET) {
            const char *secret = *(const char **)config_at(cfg, (enum config_key)i);

            if (*secret)
                explicit_bzero((char *)(uintptr_t)secret, strlen(secret));
        }
    }
    arena_free(cfg->arena);
    return NULL;
}
