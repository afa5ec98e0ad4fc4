/* motcuad user add | list | passwd | role | code-off: accounts.  Passwords come from a file or
 * standard input, never from the command line.  Owns its arena for the length of a run.  Main
 * thread. */
#include <string.h>

#include "common/base/json_in.h"
#include "server/cli/asking.h"
#include "server/jobs/password.h"

static int run(struct cli *c, int argc, char **argv);

const struct cli_verb cmd_user = {
    "user",
    run,
    {"tài khoản: thêm, liệt kê, đổi mật khẩu, đổi vai trò, gỡ mã xác thực",
     "accounts: add, list, change password, change roles, take one-time codes away"},
    {"user add TÊN --name HỌ-TÊN --agency CƠ-QUAN --roles a,b --password-file TỆP|- | user list | "
     "user passwd TÊN --password-file TỆP|- | user role TÊN --roles a,b [--agency CƠ-QUAN] | "
     "user code-off TÊN --reason LÝ-DO [--config TỆP]",
     "user add LOGIN --name NAME --agency AGENCY --roles a,b --password-file FILE|- | user list | "
     "user passwd LOGIN --password-file FILE|- | user role LOGIN --roles a,b [--agency AGENCY] | "
     "user code-off LOGIN --reason REASON [--config FILE]"},
};

enum { O_NAME = SETTINGS_OPTIONS_N, O_AGENCY, O_ROLES, O_PASSWORD, O_REASON, O_COUNT };
static const struct cli_option options[] = {SETTINGS_OPTIONS,           {"--name", false},
                                            {"--agency", false},        {"--roles", false},
                                            {"--password-file", false}, {"--reason", false}};

#define PASSWORD_FILE_MAX 1024
#define OUT_MAX           ((size_t)16 << 20)

struct work {
    struct cli *c;
    struct arena *a;
    struct settings s;
    const char *value[O_COUNT];
    const char *login;
};

/* ---------------------------------------------------------------- words */

static bool roles_of(struct work *k, int64_t *ret)
{
    struct span rest = span_of(k->value[O_ROLES]), head;
    bool more = true;
    enum role r;

    *ret = 0;
    while (more) {
        more = span_cut(rest, ',', &head, &rest);
        if (!role_of_name(arena_span(k->a, span_trim(head)), &r)) {
            const char *names[ROLE_COUNT], *near;

            for (unsigned i = 0; i < ROLE_COUNT; i++)
                names[i] = role_name((enum role)i);
            near = word_nearest(arena_span(k->a, span_trim(head)), names, ROLE_COUNT);
            (void)cli_refuse(k->c, "không có vai trò \"%s\"%s%s", "no such role: \"%s\"%s%s",
                             arena_span(k->a, span_trim(head)), near ? ": " : "", near ? near : "");
            return false;
        }
        *ret |= INT64_C(1) << r;
    }
    return true;
}

/* Read without echo tricks: a file, or whatever stands on standard input. */
static bool password_of(struct work *k, const char **ret)
{
    const char *file = k->value[O_PASSWORD];
    struct text2 why;
    struct span text;

    if (strcmp(file, "-") == 0)
        file = "/dev/stdin";
    if (!cli_file_read(k->a, file, PASSWORD_FILE_MAX, &text, &why)) {
        (void)cli_refuse(k->c, "%s", "%s", text2_in(why, k->c->lang));
        return false;
    }
    while (text.n && (text.p[text.n - 1] == '\n' || text.p[text.n - 1] == '\r'))
        text.n--;
    *ret = arena_span(k->a, text);
    if (!password_acceptable(*ret, k->login, &why)) {
        (void)cli_refuse(k->c, "%s", "%s", text2_in(why, k->c->lang));
        return false;
    }
    return true;
}

static bool encoded_of(struct work *k, const char **ret)
{
    const char *password;
    char *out;

    if (!k->value[O_PASSWORD])
        return true;
    if (!password_of(k, &password))
        return false;
    out = arena_alloc(k->a, PASSWORD_HASH_MAX);
    if (!password_hash(password, out)) {
        (void)cli_refuse(k->c, "không băm được mật khẩu của %s", "cannot hash the password of %s",
                         k->login);
        return false;
    }
    *ret = out;
    return true;
}

static bool agency_of(struct work *k, const struct asking *ask, int *ret)
{
    const struct organisation *o = asking_snapshot(ask)->org;
    const char *names[1000], *near;
    size_t n;
    int i = organisation_find(o, k->value[O_AGENCY]);

    if (i >= 0) {
        *ret = o->agency[i].id;
        return true;
    }
    for (n = 0; n < o->agencies && n < sizeof names / sizeof *names; n++)
        names[n] = o->agency[n].agency;
    near = word_nearest(k->value[O_AGENCY], names, n);
    (void)cli_refuse(k->c, "không có cơ quan \"%s\"%s%s", "no such agency: \"%s\"%s%s",
                     k->value[O_AGENCY], near ? ": " : "", near ? near : "");
    return false;
}

/* ---------------------------------------------------------------- verbs */

static int told(struct work *k, bool done, struct buf *why)
{
    int code = CLI_FINE;

    if (!done)
        code = cli_refuse(k->c, "%s", "%s", buf_cstr(why));
    else if (!k->c->json)
        fprintf(k->c->out, "%s\n", k->login);
    buf_free(why);
    return code;
}

/* add, passwd and role are one change with other parts given. */
static int change(struct work *k)
{
    struct account_change ch = {
        .login = k->login, .name = k->value[O_NAME], .active = -1, .roles = -1, .make = -1};
    struct asking *ask = asking_open(k->c, k->a, &k->s);
    int code = CLI_REFUSED;

    if (ask && (!k->value[O_ROLES] || roles_of(k, &ch.roles)) &&
        (!k->value[O_AGENCY] || agency_of(k, ask, &ch.agency)) && encoded_of(k, &ch.encoded)) {
        struct buf why;

        buf_init(&why, 65536);
        code = told(k, store_account_put(asking_conninfo(ask), &ch, 1, &why), &why);
    }
    asking_close(ask);
    return code;
}

/* The way out when nobody is left who could take the codes of a lost telephone away. */
static int code_off(struct work *k)
{
    const struct factor_off off = {.login = k->login, .reason = k->value[O_REASON]};
    struct asking *ask = asking_open(k->c, k->a, &k->s);
    int code = CLI_REFUSED;

    if (ask) {
        struct buf why;

        buf_init(&why, 65536);
        code = told(k, store_factor_away(asking_conninfo(ask), &off, &why), &why);
    }
    asking_close(ask);
    return code;
}

static int list(struct work *k)
{
    struct asking *ask = asking_open(k->c, k->a, &k->s);
    struct json_fault fault;
    struct buf json, out, why;
    json_t *j, *one, *role;
    size_t i, n;
    int code = CLI_REFUSED;

    if (!ask)
        return CLI_REFUSED;
    buf_init(&json, OUT_MAX);
    buf_init(&out, OUT_MAX);
    buf_init(&why, 65536);
    if (!store_account_list(asking_conninfo(ask), &json, &why)) {
        code = cli_refuse(k->c, "%s", "%s", buf_cstr(&why));
    } else if (k->c->json) {
        buf_char(&json, '\n');
        code = cli_put(k->c->out, &json) ? CLI_FINE : CLI_REFUSED;
    } else if ((j = json_read((struct span){json.p, json.n}, &fault))) {
        json_array_foreach(json_object_get(j, "items"), i, one)
        {
            buf_printf(&out, "%-24s %6lld %s %s ", json_str(one, "login"),
                       (long long)json_i64(one, "agency", 0),
                       json_flag(one, "active", false) ? "+" : "-", json_str(one, "name"));
            json_array_foreach(json_object_get(one, "roles"), n, role)
                buf_printf(&out, "%s%s", n ? "," : " ", json_string_value(role));
            buf_char(&out, '\n');
        }
        code = cli_put(k->c->out, &out) ? CLI_FINE : CLI_REFUSED;
        json_decref(j);
    }
    buf_free(&json);
    buf_free(&out);
    buf_free(&why);
    asking_close(ask);
    return code;
}

static const struct {
    const char *name;
    unsigned wanted, allowed; /* bits of options */
    bool login;
    int (*run)(struct work *k);
} words[] = {
#define B(o) (1u << (o))
    {"add", B(O_NAME) | B(O_AGENCY) | B(O_ROLES) | B(O_PASSWORD),
     B(O_NAME) | B(O_AGENCY) | B(O_ROLES) | B(O_PASSWORD), true, change},
    {"list", 0, 0, false, list},
    {"passwd", B(O_PASSWORD), B(O_PASSWORD), true, change},
    {"role", B(O_ROLES), B(O_ROLES) | B(O_AGENCY), true, change},
    {"code-off", B(O_REASON), B(O_REASON), true, code_off},
#undef B
};

static int dispatch(struct work *k, const char *word)
{
    const char *names[sizeof words / sizeof *words];

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        unsigned given = 0;

        names[i] = words[i].name;
        if (strcmp(word, words[i].name) != 0)
            continue;
        for (unsigned o = O_NAME; o < O_COUNT; o++)
            given |= k->value[o] ? 1u << o : 0;
        for (unsigned o = O_NAME; o < O_COUNT; o++)
            if ((words[i].wanted & ~given) >> o & 1)
                return cli_misuse(k->c, &cmd_user, "user %s cần %s", "user %s wants %s", word,
                                  options[o].name);
            else if ((given & ~words[i].allowed) >> o & 1)
                return cli_misuse(k->c, &cmd_user, "user %s không nhận %s",
                                  "user %s does not take %s", word, options[o].name);
        if (words[i].login != (k->login != NULL))
            return cli_misuse(k->c, &cmd_user, "user %s: sai số tham số%s",
                              "user %s: wrong number of words%s", word, "");
        return words[i].run(k);
    }
    return cli_misuse(k->c, &cmd_user, "user: không có \"%s\"%s%s",
                      "user: no such word: \"%s\"%s%s", word,
                      word_nearest(word, names, sizeof names / sizeof *names) ? ": " : "",
                      word_nearest(word, names, sizeof names / sizeof *names)
                          ? word_nearest(word, names, sizeof names / sizeof *names)
                          : "");
}

static int run(struct cli *c, int argc, char **argv)
{
    struct work k = {.c = c, .a = arena_new((size_t)64 << 20)};
    struct cli_args it = {.argc = argc, .argv = argv, .at = 1};
    const char *word = NULL;
    int r, code = CLI_FINE;

    while (code == CLI_FINE && (r = cli_next(&it, options, O_COUNT)) != CLI_END) {
        if (r == CLI_OPERAND && !word)
            word = it.operand;
        else if (r == CLI_OPERAND && !k.login)
            k.login = it.operand;
        else if (r == CLI_OPERAND)
            code =
                cli_misuse(c, &cmd_user, "thừa tham số: %s", "one word too many: %s", it.operand);
        else if (r < 0)
            code = cli_bad_option(c, &cmd_user, &it, r, options, O_COUNT);
        else if (r >= SETTINGS_OPTIONS_N)
            k.value[r] = it.value;
        else if (!settings_take(k.a, &k.s, r, it.value))
            code = cli_misuse(c, &cmd_user, "--set cần KHÓA=GIÁ-TRỊ, không phải \"%s\"",
                              "--set wants KEY=VALUE, not \"%s\"", it.value);
    }
    if (code == CLI_FINE)
        code = dispatch(&k, word ? word : "");
    arena_free(k.a);
    return code;
}
