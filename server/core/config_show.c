/* Configuration as people and programs see it: values with their origin, the table of keys,
 * connection strings, what a reload may not change.
 * Output goes to the caller's buffer; connection strings live in the configuration's arena. */
#include <string.h>

#include "common/base/json_out.h"
#include "server/core/config_inside.h"

/* A connection string without its password, in either notation. */
static void put_masked(struct buf *out, const char *s)
{
    const char *at = strstr(s, "://"), *colon, *end;

    if (at) {
        colon = strchr(at + 3, ':');
        end = strrchr(s, '@');
        if (colon && end && colon < end) {
            buf_put(out, s, (size_t)(colon - s));
            buf_printf(out, ":***%s", end);
            return;
        }
    }
    while ((at = strstr(s, "password"))) {
        const char *value = at + 8 + strspn(at + 8, " ");

        buf_put(out, s, (size_t)(at - s) + 8);
        s = at + 8;
        if (*value != '=')
            continue;
        value += 1 + strspn(value + 1, " ");
        if (*value == '\'') {
            for (value++; *value && *value != '\''; value++)
                value += *value == '\\' && value[1];
            value += *value == '\'';
        } else {
            value += strcspn(value, " &");
        }
        buf_str(out, "=***");
        s = value;
    }
    buf_str(out, s);
}

static void put_value(const struct config *cfg, enum config_key key, struct buf *out)
{
    const char *text = cfg->origin[key].text ? cfg->origin[key].text : "";

    if (config_info[key].kind == KIND_CONNINFO)
        put_masked(out, text);
    else
        buf_str(out, text); /* of a secret: only where it lies */
}

static void put_source(const struct config *cfg, enum config_key key, enum lang lang,
                       struct buf *out)
{
    static const struct text2 name[] = {{"mặc định", "built in"},
                                        {"", ""},
                                        {"môi trường", "environment"},
                                        {"dòng lệnh", "command line"}};
    const struct config_origin *o = &cfg->origin[key];

    if (o->source == CONFIG_FILE)
        buf_printf(out, "%s:%d", cfg->file, o->at.line);
    else
        buf_str(out, text2_in(name[o->source], lang));
}

void config_show(const struct config *cfg, enum lang lang, struct buf *out)
{
    for (int i = 0; i < CONFIG_KEYS; i++) {
        enum config_key key = (enum config_key)i;

        buf_printf(out, "%-28s = ", config_key_name(key, cfg->arena));
        put_value(cfg, key, out);
        if (*config_info[i].unit)
            buf_printf(out, " %s", config_info[i].unit);
        buf_str(out, "   [");
        put_source(cfg, key, lang, out);
        buf_str(out, "]\n");
    }
}

void config_show_json(const struct config *cfg, struct buf *out)
{
    static const char *const source[] = {"built-in", "file", "environment", "flag"};
    struct jw w = jw_to(out);
    struct buf value;

    buf_init(&value, 65536);
    jw_open(&w);
    for (int i = 0; i < CONFIG_KEYS; i++) {
        const struct config_origin *o = &cfg->origin[i];

        buf_clear(&value);
        put_value(cfg, (enum config_key)i, &value);
        jw_key(&w, config_key_name((enum config_key)i, cfg->arena));
        jw_open(&w);
        jw_kstr(&w, "value", buf_cstr(&value));
        jw_kstr(&w, "source", source[o->source]);
        if (o->source == CONFIG_FILE)
            jw_ki64(&w, "line", o->at.line);
        jw_close(&w);
    }
    jw_close(&w);
    buf_char(out, '\n');
    buf_free(&value);
}

void config_document(enum lang lang, struct buf *out)
{
    bool en = lang == LANG_EN;
    struct arena *a = arena_new(1 << 20);

    buf_str(out,
            en ? "| key | default | range | unit | reload | meaning |\n|---|---|---|---|---|---|\n"
               : "| khóa | mặc định | khoảng | đơn vị | nạp lại | ý nghĩa |\n"
                 "|---|---|---|---|---|---|\n");
    for (int i = 0; i < CONFIG_KEYS; i++) {
        const struct config_info *k = &config_info[i];

        buf_printf(out, "| `%s` | `%s` | ", config_key_name((enum config_key)i, a), k->value);
        if (k->kind == KIND_INT)
            buf_printf(out, "%lld..%lld", (long long)k->min, (long long)k->max);
        buf_printf(out, " | %s | %s | %s |\n", k->unit, k->reload ? en ? "yes" : "có" : "",
                   text2_in(k->text, lang));
    }
    arena_free(a);
}

/* ---- connection strings */

const char *config_conninfo(const struct config *cfg, enum config_database role)
{
    const char *base = cfg->database_app, *password = cfg->database_app_password;
    struct buf quoted;
    const char *out;

    if (role == CONFIG_DB_MIGRATE) {
        base = cfg->database_migrate;
        password = cfg->database_migrate_password;
    } else if (role == CONFIG_DB_PUBLIC && *cfg->database_public) {
        base = cfg->database_public;
        password = cfg->database_public_password;
    } else if (role == CONFIG_DB_REPORT && *cfg->database_report) {
        base = cfg->database_report;
        password = cfg->database_report_password;
    }
    if (!*password)
        return base;
    buf_init(&quoted, 65536);
    if (strstr(base, "://")) {
        buf_printf(&quoted, "%s%cpassword=", base, strchr(base, '?') ? '&' : '?');
        for (const char *p = password; *p; p++)
            buf_printf(&quoted, "%%%02X", (unsigned)(unsigned char)*p);
    } else {
        buf_printf(&quoted, "%s password='", base);
        for (const char *p = password; *p; p++) {
            if (*p == '\'' || *p == '\\')
                buf_char(&quoted, '\\');
            buf_char(&quoted, *p);
        }
        buf_char(&quoted, '\'');
    }
    out = arena_strdup(cfg->arena, buf_cstr(&quoted));
    explicit_bzero(quoted.p, quoted.n);
    buf_free(&quoted);
    return out;
}

/* ---- reload */

static size_t slot_size(enum config_kind kind)
{
    switch (kind) {
    case KIND_INT:
    case KIND_LEVEL:
        return sizeof(int64_t);
    case KIND_BOOL:
        return sizeof(bool);
    case KIND_LIST:
        return sizeof(struct config_list);
    case KIND_TEXT:
    case KIND_PATH:
    case KIND_CONNINFO:
    case KIND_SECRET:
        break;
    }
    return sizeof(const char *);
}

static bool same(const struct config *a, const struct config *b, enum config_key key)
{
    if (config_info[key].kind == KIND_SECRET)
        return strcmp(*(const char **)config_at(a, key), *(const char **)config_at(b, key)) == 0;
    return strcmp(a->origin[key].text, b->origin[key].text) == 0;
}

void config_keep_fixed(const struct config *running, struct config *fresh, struct diags *d)
{
    for (int i = 0; i < CONFIG_KEYS; i++) {
        enum config_key key = (enum config_key)i;

        if (config_info[i].reload || same(running, fresh, key))
            continue;
        diag_add(d, DIAG_WARNING, fresh->origin[i].at, "C020",
                 "\"%s\" chỉ đổi khi khởi động lại, giữ giá trị đang chạy",
                 "\"%s\" changes only with a restart, the running value is kept",
                 config_key_name(key, fresh->arena));
        memcpy(config_at(fresh, key), config_at(running, key), slot_size(config_info[i].kind));
        fresh->origin[i] = running->origin[i];
    }
}
