/* motcuad demo: a whole office with one command: private PostgreSQL under var/, migrations,
 * configuration, invented data, certificate, HTTPS on localhost.  Asks nothing; starts again by
 * itself after a kill.  Owns everything for the length of a run.  Main thread. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/digest.h"
#include "server/cli/demo.h"
#include "server/cli/publishing.h"
#include "server/cli/service.h"
#include "server/core/embed.h"
#include "server/core/signals.h"
#include "server/db/migrate.h"
#include "server/jobs/files.h"
#include "server/jobs/private_cluster.h"
#include "server/jobs/private_home.h"
#include "server/jobs/self_signed.h"

static int run(struct cli *c, int argc, char **argv);

const struct cli_verb cmd_demo = {
    "demo",
    run,
    {"chạy trình diễn: một lệnh, không cần gì khác", "run the demonstration: one command"},
    {"demo [--port CỔNG] [--var THƯ-MỤC] [--dossiers SỐ]",
     "demo [--port PORT] [--var DIR] [--dossiers NUMBER]"},
};

enum { O_PORT, O_VAR, O_DOSSIERS, O_COUNT };
static const struct cli_option options[] = {
    {"--port", false}, {"--var", false}, {"--dossiers", false}};

#define DOSSIERS     300
#define DOSSIERS_MAX 5000
#define SEED         20251101
#define SALT_BYTES   32

struct demo {
    struct cli *c;
    struct arena *arena;
    const char *var, *home;
    int64_t port, dossiers;
    struct private_cluster *cluster;
    const char *owner, *app; /* connection strings */
    struct settings settings;
    uint8_t salt[SHA256_BYTES];
    struct demo_told told;
};

static const char *say(const struct demo *d, const char *vi, const char *en)
{
    return d->c->lang == LANG_EN ? en : vi;
}

static void progress(const struct demo *d, const char *vi, const char *en)
{
    if (d->c->json)
        return;
    fprintf(d->c->out, "%s\n", say(d, vi, en));
    (void)fflush(d->c->out); /* only a sign of life */
}

static bool refuse(const struct demo *d, const char *why)
{
    (void)cli_refuse(d->c, "%s", "%s", why);
    return false;
}

static char *in_home(const struct demo *d, const char *name)
{
    return arena_printf(d->arena, "%s/%s", d->home, name);
}

/* ---- the ground */

/* A secret of this demonstration, made once. */
static bool make_secret(struct demo *d, const char *name)
{
    const char *path = in_home(d, name);
    uint8_t r[SALT_BYTES];
    char hex[2 * SALT_BYTES + 1];
    int fd;
    bool ok;

    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return errno == EEXIST || refuse(d, strerror(errno));
    random_bytes(r, sizeof r);
    hex_encode(r, sizeof r, hex);
    ok = write(fd, hex, 2 * SALT_BYTES) == 2 * SALT_BYTES && fsync(fd) == 0;
    close(fd);
    return ok || refuse(d, path);
}

static bool settle(struct demo *d)
{
    struct buf why;
    char path[4096];
    bool ok;

    buf_init(&why, 4096);
    ok = private_cluster_settle(d->var, &why) && private_home(d->var, path, sizeof path, &why);
    if (ok) {
        d->home = arena_strdup(d->arena, path);
        ok = self_signed_ensure(in_home(d, "tls"), &why);
    }
    if (!ok)
        (void)refuse(d, buf_cstr(&why));
    buf_free(&why);
    return ok && make_secret(d, "identity.salt") && make_secret(d, "second-factor.key");
}

static bool start_cluster(struct demo *d)
{
    struct buf why;

    progress(d, "Khởi động PostgreSQL riêng …", "Starting the private PostgreSQL …");
    buf_init(&why, 4096);
    d->cluster = private_cluster_start(d->var, &why);
    if (!d->cluster)
        (void)refuse(d, buf_cstr(&why));
    buf_free(&why);
    if (!d->cluster)
        return false;
    d->owner = arena_printf(d->arena, "%s dbname=postgres", private_cluster_conninfo(d->cluster));
    return true;
}

static bool migrate(struct demo *d)
{
    struct text2 why;
    const char *base = private_cluster_conninfo(d->cluster), *user = strstr(base, " user=");

    if (!migrations_up(d->arena, d->owner, embed_migrations, NULL, NULL, &why))
        return refuse(d, text2_in(why, d->c->lang));
    d->app = arena_printf(d->arena, "%.*s user=motcua_app dbname=postgres",
                          user ? (int)(user - base) : (int)strlen(base), base);
    return true;
}

static void configure(struct demo *d)
{
    bool six = access("/proc/net/if_inet6", R_OK) == 0;
    char *four = arena_printf(d->arena, "127.0.0.1:%d", (int)d->port);

    settings_set(&d->settings, "listen",
                 six ? arena_printf(d->arena, "%s,[::1]:%d", four, (int)d->port) : four);
    settings_set(&d->settings, "demo", "true");
    settings_set(&d->settings, "listen_plain", "");
    settings_set(&d->settings, "listen_ops", "");
    settings_set(&d->settings, "public_hosts", /* the first stands on papers and in their codes */
                 arena_printf(d->arena, "localhost:%d,localhost,127.0.0.1,[::1]", (int)d->port));
    settings_set(&d->settings, "tls.cert", in_home(d, "tls/cert.pem"));
    settings_set(&d->settings, "tls.key", in_home(d, "tls/key.pem"));
    settings_set(&d->settings, "database.app", d->app);
    settings_set(&d->settings, "directories.files", in_home(d, "files"));
    settings_set(&d->settings, "identity.salt_file", in_home(d, "identity.salt"));
    settings_set(&d->settings, "session.second_factor_key_file", in_home(d, "second-factor.key"));
    settings_set(&d->settings, "kiosk.open", "true");
    settings_set(&d->settings, "tickets.any_hour", "true");
    settings_set(&d->settings, "log.level", "warn");
}

static struct config *load_config(void *ctx)
{
    struct demo *d = ctx;

    return settings_need(d->c, d->arena, &d->settings, CONFIG_FOR_SERVICE);
}

/* ---- data */

static bool stopped(void *ctx)
{
    (void)ctx;
    return signals_wait(0) == SIGNAL_STOP;
}

/* Lies beside the tables it speaks of: a new cluster is loaded again. */
static bool loaded(struct demo *d, bool set)
{
    const char *path = in_home(d, "pg/motcua-demo-loaded");
    char line[128] = "";
    struct span code, secret;
    FILE *f = fopen(path, set ? "we" : "re");

    if (!f)
        return false;
    if (set)
        fprintf(f, "%s %s\n", d->told.code, d->told.secret);
    else if (fgets(line, sizeof line, f)) {
        (void)span_cut(span_trim(span_of(line)), ' ', &code, &secret);
        (void)snprintf(d->told.code, sizeof d->told.code, "%.*s", SPAN_FMT(code));
        (void)snprintf(d->told.secret, sizeof d->told.secret, "%.*s", SPAN_FMT(secret));
    }
    (void)fclose(f); /* a lost mark only means loading again */
    return true;
}

static bool load_data(struct demo *d, const struct config *cfg)
{
    struct demo_load l = {.c = d->c,
                          .conninfo = d->app,
                          .files_dir = cfg->files_directory,
                          .salt = d->salt,
                          .dossiers = (int)d->dossiers,
                          .seed = SEED,
                          .stopped = stopped};

    progress(d, "Nạp hồ sơ mẫu (chỉ lần đầu) …", "Loading sample dossiers (first time only) …");
    if (!file_store_prepare(cfg->files_directory))
        return refuse(d, cfg->files_directory);
    if (!demo_load(&l, &d->told))
        return false;
    if (!d->c->json)
        fprintf(d->c->out, "%d %s, %d %s.\n", d->told.dossiers, say(d, "hồ sơ", "dossiers"),
                d->told.acts, say(d, "thao tác", "acts"));
    (void)loaded(d, true);
    return true;
}

static bool prepare(struct demo *d, const struct config *cfg)
{
    struct publishing p = {.c = d->c,
                           .cfg = cfg,
                           .conninfo = d->app,
                           .author = "nam.quantri",
                           .approver = "phuong.quantri"};
    bool first = !loaded(d, false);

    progress(d, "Công bố lịch, quy định, tổ chức, thủ tục …",
             "Publishing calendars, rules, organisation, procedures …");
    if (!publish_all(&p))
        return false;
    sha256(cfg->identity_salt, strlen(cfg->identity_salt), d->salt);
    return !first || (publish_people(&p, DEMO_PASSWORD) && load_data(d, cfg));
}

/* ---- what is said when it runs */

static const struct {
    const char *login;
    struct text2 who;
} accounts[] = {
    {"lan.tiepnhan", {"cán bộ tiếp nhận, Trung tâm", "receiving officer, the Centre"}},
    {"mai.traketqua", {"cán bộ trả kết quả", "return officer"}},
    {"thu.thuphi", {"cán bộ thu phí", "cashier"}},
    {"nga.huongdan", {"cán bộ hướng dẫn", "guide"}},
    {"hoa.buudien", {"cán bộ hỗ trợ, bưu điện", "support, post"}},
    {"son.giamdoc", {"Giám đốc Trung tâm", "head of the Centre"}},
    {"minh.congsan", {"chuyên viên, Sở Tài chính", "specialist, Department of Finance"}},
    {"duc.congsan", {"trưởng phòng, Sở Tài chính", "head of division, Finance"}},
    {"binh.stc", {"lãnh đạo Sở Tài chính", "leader, Finance"}},
    {"oanh.vanthu", {"văn thư Sở Tài chính", "clerk, Finance"}},
    {"hai.vanphong", {"chuyên viên Văn phòng UBND", "specialist, Committee Office"}},
    {"trang.vanthu", {"văn thư Văn phòng UBND", "clerk, Committee Office"}},
    {"thanh.ubnd", {"lãnh đạo UBND thành phố", "leader of the City Committee"}},
    {"nam.quantri", {"quản trị nghiệp vụ", "business administrator"}},
    {"khanh.kythuat", {"quản trị kỹ thuật", "technical administrator"}},
    {"vinh.thanhtra", {"thanh tra", "inspector"}},
    {"giang.giamsat", {"giám sát, báo cáo", "supervisor"}},
};

static void announce(void *ctx)
{
    const struct demo *d = ctx;
    FILE *o = d->c->out;
    size_t i;

    fprintf(o, "\n  https://localhost:%d\n\n", (int)d->port);
    fprintf(o, "%s %s\n", say(d, "Mật khẩu của mọi tài khoản:", "Password of every account:"),
            DEMO_PASSWORD);
    for (i = 0; i < sizeof accounts / sizeof *accounts; i++)
        fprintf(o, "  %-16s %s\n", accounts[i].login, text2_in(accounts[i].who, d->c->lang));
    fprintf(o, "%s config/organisation.yaml\n\n",
            say(d, "  … và những người khác trong", "  … and everybody else in"));
    fprintf(o, "%s\n", say(d, "Thử trước:", "Try first:"));
    if (d->told.code[0])
        fprintf(o, "  %s https://localhost:%d/tra-cuu  %s / %s\n", say(d, "Tra cứu:", "Track:"),
                (int)d->port, d->told.code, d->told.secret);
    fprintf(o,
            "  curl -sk -c /tmp/c -H 'Origin: https://localhost:%d' -H 'Content-Type: "
            "application/json' \\\n    -d '{\"login\":\"minh.congsan\",\"password\":\"%s\"}' "
            "https://localhost:%d/v1/session\n",
            (int)d->port, DEMO_PASSWORD, (int)d->port);
    fprintf(o, "  curl -sk -b /tmp/c 'https://localhost:%d/v1/queue?scope=unit'\n", (int)d->port);
    fprintf(o, "\n%s\n", say(d, "Ctrl-C để dừng.", "Ctrl-C stops it."));
    (void)fflush(o); /* nobody may be reading */
}

static bool alive(void *ctx)
{
    const struct demo *d = ctx;

    if (private_cluster_alive(d->cluster))
        return true;
    (void)refuse(d, say(d, "PostgreSQL riêng đã dừng đột ngột", "the private PostgreSQL ended"));
    return false;
}

static int serve(struct demo *d)
{
    struct config *cfg = load_config(d);
    struct service *s;
    int code;

    if (!cfg)
        return CLI_REFUSED;
    if (!prepare(d, cfg)) {
        config_free(cfg);
        return CLI_REFUSED;
    }
    s = service_start(d->c, cfg, load_config, d);
    if (!s)
        return CLI_REFUSED;
    service_on_ready(s, announce, d);
    code = service_run(s, alive, d);
    service_stop(s);
    return code;
}

static int demonstrate(struct demo *d)
{
    int code = CLI_REFUSED;

    signals_init(); /* Ctrl-C is seen where it is asked for, so that everything is put away */
    if (settle(d) && start_cluster(d) && migrate(d)) {
        configure(d);
        code = serve(d);
    }
    d->cluster = private_cluster_stop(d->cluster);
    if (code == CLI_FINE)
        progress(d, "Đã dừng.", "Stopped.");
    return code;
}

static int run(struct cli *c, int argc, char **argv)
{
    struct demo d = {.c = c,
                     .arena = arena_new((size_t)128 << 20),
                     .var = "var",
                     .port = 8443,
                     .dossiers = DOSSIERS};
    struct cli_args it = {.argc = argc, .argv = argv, .at = 1};
    int r, code = CLI_FINE;

    while (code == CLI_FINE && (r = cli_next(&it, options, O_COUNT)) != CLI_END) {
        if (r == CLI_OPERAND)
            code =
                cli_misuse(c, &cmd_demo, "thừa tham số: %s", "one word too many: %s", it.operand);
        else if (r < 0)
            code = cli_bad_option(c, &cmd_demo, &it, r, options, O_COUNT);
        else if (r == O_VAR)
            d.var = it.value;
        else if (!span_i64(span_of(it.value), 1, r == O_PORT ? 65535 : DOSSIERS_MAX,
                           r == O_PORT ? &d.port : &d.dossiers))
            code = cli_misuse(c, &cmd_demo, "số không hợp lệ: %s", "not a number in range: %s",
                              it.value);
    }
    if (code == CLI_FINE)
        code = demonstrate(&d);
    arena_free(d.arena);
    return code;
}
