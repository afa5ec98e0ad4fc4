/* The program's front: global options, the table of verbs, and what verbs share.
 * Nothing is owned beyond a call.  Main thread only. */
#include "server/cli/cli.h"

#include <errno.h>
#include <string.h>

#include "common/base/json_out.h"

extern const struct cli_verb cmd_dossier, cmd_report, cmd_user;
extern const struct cli_verb cmd_simulate;
extern const struct cli_verb cmd_verify, cmd_whatif;
extern const struct cli_verb cmd_organisation, cmd_procedure;
extern const struct cli_verb cmd_calendar, cmd_deadline;
extern const struct cli_verb cmd_config, cmd_doctor, cmd_migrate;
extern const struct cli_verb cmd_demo, cmd_publish, cmd_serve;

const struct cli_verb *const cli_verbs[] = {
    &cmd_calendar, &cmd_config,       &cmd_deadline,  &cmd_demo,    &cmd_doctor, &cmd_dossier,
    &cmd_migrate,  &cmd_organisation, &cmd_procedure, &cmd_publish, &cmd_report, &cmd_serve,
    &cmd_simulate, &cmd_user,         &cmd_verify,    &cmd_whatif,  NULL,
};

#define VERBS_MAX  64
#define ANSWER_MAX ((size_t)65536)

static const struct cli_option global[] = {
    {"--lang", false},
    {"--json", true},
    {"--config-dir", false},
    {"--help", true},
};
enum { G_LANG, G_JSON, G_CONFIG_DIR, G_HELP, G_COUNT };

static const char *say(const struct cli *c, const char *vi, const char *en)
{
    return c->lang == LANG_EN ? en : vi;
}

static void print_help(struct cli *c, FILE *to)
{
    const struct cli_verb *const *v;

    fputs(say(c, "Cách dùng: motcuad [--lang vi|en] [--json] [--config-dir THƯ-MỤC] LỆNH …\n\n",
              "Usage: motcuad [--lang vi|en] [--json] [--config-dir DIR] VERB …\n\n"),
          to);
    for (v = cli_verbs; *v; v++)
        fprintf(to, "  %-12s %s\n", (*v)->name, text2_in((*v)->summary, c->lang));
    fputs(say(c, "\nmotcuad LỆNH --help cho biết cách dùng của từng lệnh.\n",
              "\nmotcuad VERB --help tells how to use a verb.\n"),
          to);
}

static void print_usage(struct cli *c, const struct cli_verb *verb, FILE *to)
{
    fprintf(to, "%s motcuad %s\n", say(c, "Cách dùng:", "Usage:"), text2_in(verb->usage, c->lang));
}

int cli_misuse(struct cli *c, const struct cli_verb *verb, const char *vi, const char *en, ...)
{
    va_list ap;

    va_start(ap, en);
    fputs("motcuad: ", c->err);
    if (c->lang == LANG_EN)
        vfprintf(c->err, en, ap);
    else
        vfprintf(c->err, vi, ap);
    va_end(ap);
    fputc('\n', c->err);
    if (verb)
        print_usage(c, verb, c->err);
    return CLI_MISUSE;
}

int cli_refuse(struct cli *c, const char *vi, const char *en, ...)
{
    struct buf text, line;
    va_list ap;

    buf_init(&text, ANSWER_MAX);
    buf_init(&line, 2 * ANSWER_MAX);
    va_start(ap, en);
    if (c->lang == LANG_EN)
        buf_vprintf(&text, en, ap);
    else
        buf_vprintf(&text, vi, ap);
    va_end(ap);
    if (c->json) {
        struct jw w = jw_to(&line);
        jw_open(&w);
        jw_kstr(&w, "error", buf_cstr(&text));
        jw_close(&w);
        buf_char(&line, '\n');
        (void)cli_put(c->out, &line);
    } else {
        fprintf(c->err, "motcuad: %s\n", buf_cstr(&text));
    }
    buf_free(&text);
    buf_free(&line);
    return CLI_REFUSED;
}

bool cli_refuse_unreachable(struct cli *c, const char *why)
{
    static const char mark[] = "connect: "; /* as server/db/conn.c begins such a fault */

    if (strncmp(why, mark, sizeof mark - 1) != 0)
        return false;
    (void)cli_refuse(c,
                     "không kết nối được cơ sở dữ liệu: %s\n"
                     "PostgreSQL có đang chạy không? Khóa database.app (tệp cấu hình, --set hoặc "
                     "MOTCUA_DATABASE_APP) có đúng không? motcuad doctor kiểm tra cả hai.",
                     "the database was not reached: %s\n"
                     "Is PostgreSQL running? Is database.app right (configuration file, --set or "
                     "MOTCUA_DATABASE_APP)? motcuad doctor checks both.",
                     why + sizeof mark - 1);
    return true;
}

/* Why the system would not give a file, in both languages. */
static struct text2 system_reason(int code)
{
    switch (code) {
    case ENOENT:
    case ENOTDIR:
        return (struct text2){"không có tệp này", "there is no such file"};
    case EACCES:
    case EPERM:
        return (struct text2){"không có quyền đọc", "no permission to read it"};
    case EISDIR:
        return (struct text2){"đây là thư mục, cần một tệp",
                              "this is a directory, a file is wanted"};
    default:
        return (struct text2){strerror(code), strerror(code)};
    }
}

enum read_outcome { READ_FINE, READ_FAILED, READ_TOO_LARGE };

static enum read_outcome read_all(FILE *f, struct arena *a, size_t max, struct span *ret)
{
    struct buf b;
    char piece[8192];
    size_t n;
    enum read_outcome how;

    buf_init(&b, max);
    while (buf_ok(&b) && (n = fread(piece, 1, sizeof piece, f)) > 0)
        buf_put(&b, piece, n);
    how = !buf_ok(&b) ? READ_TOO_LARGE : ferror(f) ? READ_FAILED : READ_FINE;
    if (how == READ_FINE)
        *ret = (struct span){arena_strndup(a, b.p, b.n), b.n};
    buf_free(&b);
    return how;
}

bool cli_file_read(struct arena *a, const char *path, size_t max, struct span *ret_text,
                   struct text2 *ret_why)
{
    FILE *f = fopen(path, "rbe");
    enum read_outcome how = READ_FAILED;
    struct text2 why;

    errno = f ? 0 : errno;
    if (f)
        how = read_all(f, a, max, ret_text);
    if (how == READ_FINE) {
        (void)fclose(f); /* was only read */
        return true;
    }
    why = system_reason(errno);
    if (how == READ_TOO_LARGE)
        *ret_why = (struct text2){
            arena_printf(a, "tệp %s quá lớn, tối đa %zu byte", path, max),
            arena_printf(a, "%s is too large, at most %zu bytes are read", path, max)};
    else
        *ret_why = (struct text2){arena_printf(a, "không đọc được tệp %s: %s", path, why.vi),
                                  arena_printf(a, "cannot read %s: %s", path, why.en)};
    if (f)
        (void)fclose(f); /* was only read */
    return false;
}

int cli_next(struct cli_args *it, const struct cli_option *specs, size_t n)
{
    const char *word, *eq;
    size_t i, len;

    if (it->at >= it->argc)
        return CLI_END;
    word = it->argv[it->at++];
    if (!it->operands_only && strcmp(word, "--") == 0) {
        it->operands_only = true;
        return cli_next(it, specs, n);
    }
    if (it->operands_only || word[0] != '-' || word[1] == '\0') {
        it->operand = word;
        return CLI_OPERAND;
    }
    it->bad = word;
    eq = strchr(word, '=');
    len = eq ? (size_t)(eq - word) : strlen(word);
    for (i = 0; i < n; i++)
        if (strlen(specs[i].name) == len && memcmp(specs[i].name, word, len) == 0)
            break;
    if (i == n)
        return CLI_UNKNOWN;
    if (specs[i].flag)
        return eq ? CLI_EXTRA_VALUE : (int)i;
    if (!eq && it->at >= it->argc)
        return CLI_NO_VALUE;
    it->value = eq ? eq + 1 : it->argv[it->at++];
    return (int)i;
}

int cli_bad_option(struct cli *c, const struct cli_verb *verb, const struct cli_args *it,
                   int result, const struct cli_option *specs, size_t n)
{
    const char *names[VERBS_MAX], *near;
    size_t i;

    if (result == CLI_NO_VALUE)
        return cli_misuse(c, verb, "tùy chọn %s cần một giá trị", "option %s needs a value",
                          it->bad);
    if (result == CLI_EXTRA_VALUE)
        return cli_misuse(c, verb, "tùy chọn không nhận giá trị: %s", "option takes no value: %s",
                          it->bad);
    for (i = 0; i < n && i < VERBS_MAX; i++)
        names[i] = specs[i].name;
    near = word_nearest(it->bad, names, i);
    if (near)
        return cli_misuse(c, verb, "không có tùy chọn %s, ý bạn là %s?",
                          "no such option: %s, did you mean %s?", it->bad, near);
    return cli_misuse(c, verb, "không có tùy chọn %s", "no such option: %s", it->bad);
}

bool cli_put(FILE *to, const struct buf *b)
{
    bool ok = buf_ok(b) && (b->n == 0 || fwrite(b->p, 1, b->n, to) == b->n);

    return fflush(to) == 0 && ok;
}

static int no_such_verb(struct cli *c, const char *name)
{
    const char *names[VERBS_MAX], *near;
    size_t n = 0;

    while (cli_verbs[n] && n < VERBS_MAX) {
        names[n] = cli_verbs[n]->name;
        n++;
    }
    near = word_nearest(name, names, n);
    if (near)
        (void)cli_misuse(c, NULL, "không có lệnh \"%s\", ý bạn là \"%s\"?",
                         "no such verb: \"%s\", did you mean \"%s\"?", name, near);
    else
        (void)cli_misuse(c, NULL, "không có lệnh \"%s\"", "no such verb: \"%s\"", name);
    print_help(c, c->err);
    return CLI_MISUSE;
}

/* "motcuad procedure check --help" too: people ask where they stand. */
static bool wants_help(int argc, char **argv)
{
    int i;

    for (i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || (i == 1 && strcmp(argv[i], "-h") == 0))
            return true;
    return false;
}

static int run_verb(struct cli *c, int argc, char **argv)
{
    const struct cli_verb *const *v;

    for (v = cli_verbs; *v; v++)
        if (strcmp((*v)->name, argv[0]) == 0)
            break;
    if (!*v)
        return no_such_verb(c, argv[0]);
    if (wants_help(argc, argv)) {
        fprintf(c->out, "%s\n", text2_in((*v)->summary, c->lang));
        print_usage(c, *v, c->out);
        return fflush(c->out) == 0 ? CLI_FINE : CLI_REFUSED;
    }
    return (*v)->run(c, argc, argv);
}

/* Global options may stand before or after the verb: takes them out, wherever they are. */
static int take_globals(struct cli *c, int *argc, char **argv, bool *ret_help)
{
    int in, out = 0;

    *ret_help = false;
    for (in = 1; in < *argc; in++) {
        struct cli_args it = {.argc = *argc, .argv = argv, .at = in};
        int r;

        if (strcmp(argv[in], "--") == 0)
            break;
        r = cli_next(&it, global, G_COUNT);
        if (r == CLI_NO_VALUE || r == CLI_EXTRA_VALUE)
            return cli_bad_option(c, NULL, &it, r, global, G_COUNT);
        if (r < 0 || (out > 0 && r == G_HELP)) {
            argv[out++] = argv[in];
            continue;
        }
        if (r == G_LANG && strcmp(it.value, "vi") != 0 && strcmp(it.value, "en") != 0)
            return cli_misuse(c, NULL, "--lang là vi hoặc en, không phải \"%s\"",
                              "--lang is vi or en, not \"%s\"", it.value);
        if (r == G_LANG)
            c->lang = strcmp(it.value, "en") == 0 ? LANG_EN : LANG_VI;
        c->json |= r == G_JSON;
        c->config_dir = r == G_CONFIG_DIR ? it.value : c->config_dir;
        *ret_help |= r == G_HELP;
        in = it.at - 1;
    }
    for (; in < *argc; in++)
        argv[out++] = argv[in];
    *argc = out;
    return CLI_FINE;
}

int cli_main(struct cli *c, int argc, char **argv)
{
    bool help;
    int r = take_globals(c, &argc, argv, &help);

    if (r != CLI_FINE)
        return r;
    if (help) {
        print_help(c, c->out);
        return fflush(c->out) == 0 ? CLI_FINE : CLI_REFUSED;
    }
    if (argc == 0) {
        print_help(c, c->err);
        return CLI_MISUSE;
    }
    if (argv[0][0] == '-') {
        struct cli_args it = {.bad = argv[0]};
        return cli_bad_option(c, NULL, &it, CLI_UNKNOWN, global, G_COUNT);
    }
    return run_verb(c, argc, argv);
}
