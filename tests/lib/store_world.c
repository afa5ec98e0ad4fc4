/* The installation of the store's tests.  The test program owns it; its main thread unless a test
 * opens a world of its own on another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <glob.h>

#include "server/core/embed.h"
#include "server/core/log.h"
#include "server/db/migrate.h"
#include "tests/lib/store_world.h"

struct heard heard;

static struct span slurp(struct arena *a, const char *path)
{
    FILE *f = fopen(path, "re");
    struct span s;
    char *text;
    long n;

    if (!f) {
        printf("Bail out! %s: run the tests at the top of the tree\n", path);
        exit(1);
    }
    (void)fseek(f, 0, SEEK_END);
    n = ftell(f);
    rewind(f);
    text = arena_alloc(a, (size_t)n + 1);
    s = (struct span){text, fread(text, 1, (size_t)n, f)};
    (void)fclose(f);
    return s;
}

static void must(bool ok, const char *what, struct buf *why)
{
    if (ok) {
        buf_clear(why);
        return;
    }
    printf("Bail out! %s: %s\n", what, buf_cstr(why));
    exit(1);
}

static bool wanted(const char *path, const char *const *only)
{
    const char *name = strrchr(path, '/') + 1;

    if (strstr(name, ".scenario."))
        return false;
    for (; only && *only; only++)
        if (strncmp(name, *only, strlen(*only)) == 0)
            return true;
    return !only;
}

static void publish(struct store_world *x, struct arena *a, const char *const *only)
{
    const struct two_persons two = {"soan", "duyet"};
    const char *super = x->cluster.conninfo;
    struct buf why;
    glob_t g;

    buf_init(&why, 1 << 20);
    must(store_publish_organisation(super, slurp(a, "config/organisation.yaml"), two, &why),
         "organisation", &why);
    if (glob("config/calendars/*.yaml", 0, NULL, &g) == 0)
        for (size_t i = 0; i < g.gl_pathc; i++) {
            const char *name = strrchr(g.gl_pathv[i], '/') + 1;

            must(store_publish_calendar(super, arena_strndup(a, name, strlen(name) - 5),
                                        slurp(a, g.gl_pathv[i]), two, &why),
                 name, &why);
        }
    globfree(&g);
    if (glob("config/regimes/*.yaml", 0, NULL, &g) == 0)
        for (size_t i = 0; i < g.gl_pathc; i++)
            must(store_publish_regime(super, slurp(a, g.gl_pathv[i]), two, &why), g.gl_pathv[i],
                 &why);
    globfree(&g);
    if (glob("config/procedures/*.yaml", 0, NULL, &g) == 0)
        for (size_t i = 0; i < g.gl_pathc; i++)
            if (wanted(g.gl_pathv[i], only))
                must(store_publish_procedure(super, slurp(a, g.gl_pathv[i]), two, &why),
                     g.gl_pathv[i], &why);
    globfree(&g);
    buf_free(&why);
}

static void people(struct store_world *x)
{
    const struct organisation *o = x->snap->org;
    struct account_change *c = calloc(o->persons + 1, sizeof *c);
    struct buf why;

    buf_init(&why, 65536);
    for (size_t i = 0; i < o->persons; i++)
        c[i] = (struct account_change){.login = o->person[i].login,
                                       .name = o->person[i].name,
                                       .agency = o->agency[o->person[i].agency].id,
                                       .active = 1,
                                       .make = -1,
                                       .roles = o->person[i].roles};
    must(store_account_put(x->cluster.conninfo, c, o->persons, &why), "accounts", &why);
    free(c);
    buf_free(&why);
}

void store_world_start(struct store_world *x, const char *const *only)
{
    static const char *const settings[] = {"shared_buffers=256MB", "max_wal_size=2GB", NULL};
    struct arena *a = arena_new((size_t)512 << 20);
    struct text2 why;
    struct buf b;
    char *at;

    log_set_level(LOG_L_ERROR);
    cluster_start(&x->cluster, "store", settings);
    if (!migrations_up(a, x->cluster.conninfo, embed_migrations, NULL, NULL, &why)) {
        printf("Bail out! migrations: %s\n", why.en);
        exit(1);
    }
    snprintf(x->conninfo, sizeof x->conninfo, "%s", x->cluster.conninfo);
    at = strstr(x->conninfo, "user=postgres");
    assert_non_null(at);
    snprintf(at, sizeof x->conninfo - (size_t)(at - x->conninfo), "user=motcua_app");
    x->side = PQconnectdb(x->cluster.conninfo);
    publish(x, a, only);
    buf_init(&b, 1 << 20);
    x->snap = snapshot_load(x->conninfo, &b);
    must(x->snap != NULL, "snapshot", &b);
    people(x);
    buf_free(&b);
    arena_free(a);
}

void store_world_end(struct store_world *x)
{
    snapshot_unref(x->snap);
    PQfinish(x->side);
    cluster_remove(&x->cluster);
    free(heard.json);
    heard.json = NULL;
}

static bool ready(void *ctx)
{
    return db_ready(((struct store_world *)ctx)->db);
}

void store_world_open(struct store_world *x, int act_conns)
{
    struct db_conf conf = {.conninfo = x->conninfo,
                           .conns = {act_conns, 2, 1},
                           .queue_max = {10000, 10000, 100},
                           .depth_max = 16,
                           .statement_timeout_ms = {20000, 20000, 60000},
                           .wait_ms_max = 30000};

    x->w = worker_solo_new();
    x->db = db_new(x->w, &conf);
    if (!worker_solo_turn(x->w, ready, x, 20000)) {
        printf("Bail out! the database is not ready: %s\n", db_fault(x->db));
        exit(1);
    }
    x->st = store_new(x->w, x->db, x->snap);
}

void store_world_close(struct store_world *x)
{
    x->st = store_free(x->st);
    x->db = db_free(x->db);
    x->w = worker_solo_free(x->w);
}

const char *side_value(struct store_world *x, const char *sql)
{
    static char value[4096];
    PGresult *r = PQexec(x->side, sql);

    value[0] = '\0';
    if (PQresultStatus(r) != PGRES_TUPLES_OK && PQresultStatus(r) != PGRES_COMMAND_OK) {
        print_message("%s\n%s", sql, PQerrorMessage(x->side));
        PQclear(r);
        fail();
    }
    if (PQntuples(r) > 0)
        snprintf(value, sizeof value, "%s", PQgetvalue(r, 0, 0));
    PQclear(r);
    return value;
}

int64_t side_number(struct store_world *x, const char *sql)
{
    int64_t v = 0;

    (void)span_i64(span_of(side_value(x, sql)), INT64_MIN, INT64_MAX, &v);
    return v;
}

instant store_world_at(const char *local)
{
    instant t;

    assert_true(instant_parse(span_of(local), &t));
    clock_set_for_tests(t);
    return t;
}

struct actor actor_of(struct store_world *x, const char *login)
{
    const struct organisation *o = x->snap->org;
    char sql[200];

    for (size_t i = 0; i < o->persons; i++)
        if (strcmp(o->person[i].login, login) == 0) {
            snprintf(sql, sizeof sql, "SELECT id FROM motcua.account WHERE login = '%s'", login);
            return (struct actor){.user = side_number(x, sql),
                                  .agency = o->agency[o->person[i].agency].id,
                                  .roles = o->person[i].roles,
                                  .name = o->person[i].name};
        }
    print_message("nobody is called %s\n", login);
    fail();
    return (struct actor){0};
}

struct viewer viewer_of(struct store_world *x, const char *login)
{
    struct actor a = actor_of(x, login);

    return (struct viewer){a.user, a.agency, a.roles, false};
}

/* ---------------------------------------------------------------- acts */

static void act_came(void *owner, struct act *a)
{
    (void)a;
    *(bool *)owner = true;
}

static bool flag_up(void *ctx)
{
    return *(bool *)ctx;
}

bool wait_for(struct store_world *x, const bool *flag)
{
    union {
        const bool *in;
        void *out;
    } u = {.in = flag};

    return worker_solo_turn(x->w, flag_up, u.out, 30000);
}

enum err act_do(struct store_world *x, struct act *a)
{
    bool came = false;

    a->done = act_came;
    a->owner = &came;
    store_act(x->st, a);
    assert_false(came); /* never before return */
    assert_true(wait_for(x, &came));
    return a->e;
}

static void reply_status(struct act *a, const struct decision *d, struct buf *out)
{
    (void)a;
    buf_printf(out, "{\"status\":\"%s\"}", dossier_status_name(d->after->status));
}

void act_init(struct act *a, struct arena *arena, enum command_kind kind, struct actor actor)
{
    *a = (struct act){.if_match = -1,
                      .cmd = {.kind = kind},
                      .actor = actor,
                      .arena = arena,
                      .reply = reply_status};
}

void intake_fill(struct act *a, const char *name, const char *phone, const char *id_number)
{
    static const struct check_off checks[] = {{.component = "request", .originals = 1},
                                              {.component = "assets", .originals = 1}};
    struct intake *in = ARENA_NEW(a->arena, struct intake);
    struct content *c = ARENA_NEW(a->arena, struct content);
    struct value *form = ARENA_ARRAY(a->arena, struct value, 3);

    form[0] = (struct value){.type = VALUE_INT, .i = 450000000};
    form[1] = (struct value){.type = VALUE_INT, .i = 12};
    form[2] = (struct value){.type = VALUE_TEXT, .s = SPAN_LIT("budget")};
    *in = (struct intake){.channel = CHANNEL_COUNTER,
                          .receiving = 10,
                          .applicant_kind = "state",
                          .form = form,
                          .forms = 3,
                          .check = checks,
                          .checks = 2};
    random_bytes(c->salt, sizeof c->salt);
    c->applicant = (struct person_data){.kind = "state",
                                        .name = name,
                                        .id_type = "organisation",
                                        .id_number = id_number,
                                        .phone = phone};
    c->form_json = "{\"estimate\":450000000,\"assets\":12,\"funds\":\"budget\"}";
    c->components_json = "[]";
    a->procedure = "1.005416";
    a->cmd.intake = in;
    a->content = c;
}

void world_step(struct store_world *x, struct arena *a, struct act *now, enum command_kind kind,
                const char *login, const char *action)
{
    const char *file = "0000000000000000000000000000000000000000000000000000000000000007";
    struct act act;

    act_init(&act, a, kind, actor_of(x, login));
    act.code = now->current->code;
    act.if_match = now->seq;
    act.cmd.action = action;
    if (kind == CMD_DRAFT) {
        act.cmd.text = "Đủ điều kiện";
        act.cmd.file = file;
    }
    if (action && strcmp(action, "number") == 0) {
        act.cmd.date = lminute_day(lminute_of(clock_now()));
        act.cmd.signer = "Đoàn Duy Thành";
        act.cmd.number = "12/QĐ-UBND";
        act.cmd.file = file;
    }
    if (action && strcmp(action, "hand_over") == 0)
        act.cmd.to_whom = "owner";
    if (act_do(x, &act) != ERR_OK) {
        print_message("%s %s by %s: %s\n", command_name(kind), action ? action : "", login,
                      err_code(act.e));
        for (size_t i = 0; i < act.refusals; i++)
            print_message("  %s %s\n", err_code(act.refusal[i].e), act.refusal[i].detail.en);
        fail();
    }
    *now = act;
}

const char *world_holder(struct store_world *x, struct arena *a, const struct act *now)
{
    const char *sql = arena_printf(a, "SELECT login FROM motcua.account WHERE id = %lld",
                                   (long long)now->current->task[0].officer);

    return arena_strdup(a, side_value(x, sql));
}

void world_release(struct store_world *x, struct arena *a, struct act *now)
{
    const char *who;

    side_value(x, "SELECT motcua.file_register(decode(lpad('7', 64, '0'), 'hex'), 10, "
                  "'application/pdf', 'x.pdf', 1)");
    world_step(x, a, now, CMD_ACT, "lan.tiepnhan", "forward");
    who = world_holder(x, a, now);
    world_step(x, a, now, CMD_RECEIVE, who, NULL);
    world_step(x, a, now, CMD_DRAFT, who, NULL);
    world_step(x, a, now, CMD_ACT, who, "forward");
    world_step(x, a, now, CMD_ACT, "binh.stc", "forward");
    world_step(x, a, now, CMD_ACT, "oanh.vanthu", "forward");
    who = world_holder(x, a, now);
    world_step(x, a, now, CMD_RECEIVE, who, NULL);
    world_step(x, a, now, CMD_ACT, who, "forward");
    world_step(x, a, now, CMD_RECEIVE, "thanh.ubnd", NULL);
    world_step(x, a, now, CMD_ACT, "thanh.ubnd", "approve");
    world_step(x, a, now, CMD_RECEIVE, "trang.vanthu", NULL);
    world_step(x, a, now, CMD_ACT, "trang.vanthu", "number");
    world_step(x, a, now, CMD_ACT, "trang.vanthu", "release");
}

/* ---------------------------------------------------------------- reads */

void hear(void *owner, enum err e, struct span json, int64_t version)
{
    (void)owner;
    free(heard.json);
    heard = (struct heard){.there = true, .e = e, .version = version};
    heard.json = malloc(json.n + 1);
    assert_non_null(heard.json);
    if (json.n)
        memcpy(heard.json, json.p, json.n);
    heard.json[json.n] = '\0';
}

void wait_heard(struct store_world *x)
{
    assert_true(wait_for(x, &heard.there));
    heard.there = false;
}
