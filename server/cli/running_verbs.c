/* motcuad calendar preview, calendar apply: what a corrected calendar would move over all open
 * dossiers, and the recalculation that moves it; and what these share with procedure move.  The
 * verb owns everything.  Main thread. */
#include "server/cli/running_verbs.h"

#include "common/base/json_out.h"

#define OUT_MAX   ((size_t)64 << 20)
#define VERB_MEM  ((size_t)256 << 20)
#define TEXT_MAX  ((size_t)1 << 20)
#define PAGE      RUNNING_PAGE_MAX
#define TRIES_MAX 5 /* times a run takes up a configuration that was published meanwhile */

static const struct cli_option options[] = {
    SETTINGS_OPTIONS,    {"--author", false}, {"--approver", false}, {"--document", false},
    {"--note", false},   {"--from", false},   {"--to", false},       {"--map", false},
    {"--promise", true}, {"--plan", true},    {"--apply", true}};

/* ---------------------------------------------------------------- shared */

static bool take_map(struct running_verb *v, const char *text)
{
    struct span from, to;

    if (v->maps == RV_MAPS_MAX || !span_cut(span_of(text), ':', &from, &to) || !from.n || !to.n)
        return false;
    v->map[v->maps++] = (struct step_map){arena_span(v->a, from), arena_span(v->a, to)};
    return true;
}

int running_verb_words(struct running_verb *v, int argc, char **argv)
{
    struct cli_args it = {.argc = argc, .argv = argv, .at = 1};
    int r;

    v->a = arena_new(VERB_MEM);
    buf_init(&v->out, OUT_MAX);
    v->w = jw_to(&v->out);
    while ((r = cli_next(&it, options, RV_COUNT)) != CLI_END) {
        if (r == CLI_OPERAND && !v->operand)
            v->operand = it.operand;
        else if (r == CLI_OPERAND)
            return cli_misuse(v->c, v->verb, "thừa tham số: %s", "one word too many: %s",
                              it.operand);
        else if (r < 0)
            return cli_bad_option(v->c, v->verb, &it, r, options, RV_COUNT);
        else if (r == RV_MAP && !take_map(v, it.value))
            return cli_misuse(v->c, v->verb, "--map cần BƯỚC-CŨ:BƯỚC-MỚI, không phải \"%s\"",
                              "--map wants OLD-STEP:NEW-STEP, not \"%s\"", it.value);
        else if (r >= SETTINGS_OPTIONS_N)
            v->value[r] = it.value ? it.value : "";
        else if (!settings_take(v->a, &v->settings, r, it.value))
            return cli_misuse(v->c, v->verb, "--set cần KHÓA=GIÁ-TRỊ, không phải \"%s\"",
                              "--set wants KEY=VALUE, not \"%s\"", it.value);
    }
    return CLI_FINE;
}

bool running_verb_open(struct running_verb *v)
{
    struct buf why;

    v->cfg = settings_need(v->c, v->a, &v->settings, CONFIG_FOR_DATABASE);
    if (!v->cfg)
        return false;
    buf_init(&why, TEXT_MAX);
    v->r = running_open(config_conninfo(v->cfg, CONFIG_DB_APP), NULL, &why);
    if (!v->r && !cli_refuse_unreachable(v->c, buf_cstr(&why)))
        (void)cli_refuse(v->c, "không đọc được cơ sở dữ liệu: %s",
                         "could not read the database: %s", buf_cstr(&why));
    buf_free(&why);
    return v->r != NULL;
}

bool running_verb_again(struct running_verb *v)
{
    running_close(v->r);
    v->r = running_open(config_conninfo(v->cfg, CONFIG_DB_APP), NULL, &v->out);
    return v->r != NULL;
}

int running_verb_two(struct running_verb *v)
{
    if (v->value[RV_AUTHOR] && v->value[RV_APPROVER] &&
        strcmp(v->value[RV_AUTHOR], v->value[RV_APPROVER]) != 0)
        return CLI_FINE;
    return cli_misuse(v->c, v->verb, "cần --author và --approver, hai người khác nhau",
                      "wants --author and --approver, two different people");
}

int running_verb_persons(struct running_verb *v)
{
    struct actor second;
    const int who[] = {RV_AUTHOR, RV_APPROVER};
    struct actor *to[] = {&v->by.actor, &second};

    for (size_t i = 0; i < 2; i++)
        if (running_actor(v->r, v->value[who[i]], to[i]) != ERR_OK)
            return cli_refuse(v->c, "không có tài khoản đang dùng \"%s\"",
                              "there is no account in use \"%s\"", v->value[who[i]]);
    v->by.approver = second.user;
    v->by.document = v->value[RV_DOCUMENT];
    v->by.note = v->value[RV_NOTE];
    return CLI_FINE;
}

void running_verb_close(struct running_verb *v)
{
    running_close(v->r);
    config_free(v->cfg);
    buf_free(&v->out);
    arena_free(v->a);
}

int running_verb_failed(struct running_verb *v, enum err e)
{
    return cli_refuse(v->c, "%s [%s]", "%s [%s]", err_title(e, v->c->lang), err_code(e));
}

bool running_verb_flush(struct running_verb *v)
{
    bool ok = cli_put(v->c->out, &v->out);

    buf_clear(&v->out);
    return ok;
}

const char *running_when(instant t)
{
    static _Thread_local char text[8][32];
    static _Thread_local unsigned turn;
    char *to = text[turn++ % 8];

    if (t == INSTANT_NONE) {
        to[0] = '-';
        to[1] = '\0';
        return to;
    }
    instant_rfc3339(t, to);
    to[10] = ' ';
    to[16] = '\0';
    return to;
}

/* ---------------------------------------------------------------- preview */

struct previewing {
    struct running_verb *v;
    int64_t items, promises;
};

static const char *clock_place(const struct preview_item *it, const struct clock *c)
{
    if (c->kind == CLOCK_STEP && it->p && c->subject >= 0 && (size_t)c->subject < it->p->steps)
        return it->p->step[c->subject].step;
    return CLOCK_KIND_WORDS[c->kind];
}

static void promise_line(struct buf *out, const struct preview_item *it, bool en)
{
    static const struct text2 stays[] = {
        [PROMISE_SAME] = {"ngày hẹn không đổi", "the promise stays as it is"},
        [PROMISE_EARLIER] = {"ngày hẹn giữ nguyên (tính lại sẽ sớm hơn)",
                             "the promise stays (it would come earlier)"},
        [PROMISE_OVERDUE] = {"ngày hẹn giữ nguyên (đã quá hạn)",
                             "the promise stays (it had passed)"},
    };
    const struct dues_again *g = it->again;

    if (g->promise == PROMISE_MOVES)
        buf_printf(out, en ? "  promise %s -> %s\n" : "  ngày hẹn %s -> %s\n",
                   running_when(it->s->current_due), running_when(g->current));
    else
        buf_printf(out, "  %s\n", text2_in(stays[g->promise], en ? LANG_EN : LANG_VI));
}

static void tell_line(struct buf *out, const struct preview_item *it, bool en)
{
    const struct organisation *o = it->snap->org;
    int at = organisation_of_id(o, it->s->receiving);

    buf_str(out, en ? "  tell:" : "  báo:");
    if (it->again->promise == PROMISE_MOVES)
        buf_printf(out, en ? " the applicant through %s;" : " người nộp qua %s;",
                   at < 0 ? "?" : o->agency[at].agency);
    for (size_t i = 0; i < it->s->tasks; i++) {
        const struct task *t = &it->s->task[i];

        at = organisation_of_id(o, t->agency);
        if (t->officer)
            buf_printf(out, en ? " officer %lld" : " cán bộ %lld", (long long)t->officer);
        else
            buf_printf(out, " %s", role_name(t->role));
        buf_printf(out, " (%s)", at < 0 ? "?" : o->agency[at].agency);
    }
    buf_char(out, '\n');
}

static void preview_text(struct buf *out, const struct preview_item *it, enum lang lang)
{
    const struct dues_again *g = it->again;
    bool en = lang == LANG_EN;

    buf_printf(out, "%s  %s v%d\n", it->s->code, it->s->procedure, it->s->version);
    if (g->fault != TIME_FINE) {
        buf_printf(out, "  %s\n", text2_in(time_fault_text(g->fault), lang));
        return;
    }
    promise_line(out, it, en);
    for (size_t i = 0; i < g->moves; i++) {
        const struct due_move *m = &g->move[i];
        const struct clock *c = &it->s->clock[m->clock];

        buf_printf(out,
                   en ? "  %s: %s -> %s (%+lld working minutes)\n"
                      : "  %s: %s -> %s (%+lld phút làm việc)\n",
                   clock_place(it, c), running_when(m->before), running_when(m->after),
                   (long long)m->minutes);
    }
    tell_line(out, it, en);
}

static void preview_one(void *ctx, const struct preview_item *it)
{
    struct previewing *p = ctx;

    p->items++;
    p->promises += it->again->promise == PROMISE_MOVES;
    if (p->v->c->json)
        preview_item_json(&p->v->w, it, p->v->c->lang);
    else
        preview_text(&p->v->out, it, p->v->c->lang);
}

static int preview_pages(struct running_verb *v, const struct calendars *k)
{
    struct previewing p = {v, 0, 0};
    struct page_read page = {0, 0};
    int64_t read = 0;

    if (v->c->json) {
        jw_open(&v->w);
        jw_key(&v->w, "items");
        jw_list(&v->w);
    }
    do {
        enum err e = running_preview(v->r, k, page.next, PAGE, preview_one, &p, &page);

        if (e != ERR_OK)
            return running_verb_failed(v, e);
        read += page.read;
        if (page.next && !running_verb_flush(v))
            return CLI_REFUSED;
    } while (page.next);
    if (v->c->json) {
        jw_end(&v->w);
        jw_ki64(&v->w, "read", read);
        jw_ki64(&v->w, "moved", p.items);
        jw_ki64(&v->w, "promises", p.promises);
        jw_close(&v->w);
        buf_char(&v->out, '\n');
    } else
        buf_printf(&v->out,
                   v->c->lang == LANG_EN
                       ? "%lld open dossiers, %lld would move, %lld promises among them\n"
                       : "%lld hồ sơ đang mở, %lld hồ sơ sẽ đổi hạn, trong đó %lld ngày hẹn trả\n",
                   (long long)read, (long long)p.items, (long long)p.promises);
    return running_verb_flush(v) ? CLI_FINE : CLI_REFUSED;
}

/* The file's name is the calendar's, as when it is published. */
static const char *calendar_of_path(struct arena *a, const char *path)
{
    const char *base = strrchr(path, '/');
    size_t n;

    base = base ? base + 1 : path;
    n = strlen(base);
    return n > 5 && strcmp(base + n - 5, ".yaml") == 0 ? arena_strndup(a, base, n - 5) : base;
}

static int preview(struct running_verb *v)
{
    struct calendars k;
    struct text2 why2;
    struct span text;
    struct buf why;
    int code;

    if (!v->operand)
        return cli_misuse(v->c, v->verb, "thiếu tệp lịch", "the calendar file is missing");
    if (!cli_file_read(v->a, v->operand, TEXT_MAX, &text, &why2))
        return cli_refuse(v->c, "%s: %s", "%s: %s", v->operand, text2_in(why2, v->c->lang));
    if (!running_verb_open(v))
        return CLI_REFUSED;
    buf_init(&why, TEXT_MAX);
    if (snapshot_calendars_with(running_snapshot(v->r), v->a, calendar_of_path(v->a, v->operand),
                                text, &k, &why))
        code = preview_pages(v, &k);
    else
        code = cli_refuse(v->c, "lịch không đọc được:\n%s", "the calendar cannot be read:\n%s",
                          buf_cstr(&why));
    buf_free(&why);
    return code;
}

int calendar_preview_verb(struct cli *c, const struct cli_verb *verb, int argc, char **argv)
{
    struct running_verb v = {.c = c, .verb = verb};
    int code = running_verb_words(&v, argc, argv);

    if (code == CLI_FINE)
        code = preview(&v);
    running_verb_close(&v);
    return code;
}

/* ---------------------------------------------------------------- apply */

static int tell_sum(struct running_verb *v, const struct recalculated *s)
{
    if (v->c->json) {
        jw_open(&v->w);
        jw_ki64(&v->w, "read", s->each.read);
        jw_ki64(&v->w, "moved", s->each.moved);
        jw_ki64(&v->w, "promises", s->promises);
        jw_ki64(&v->w, "kept", s->kept);
        jw_ki64(&v->w, "refused", s->each.refused);
        jw_kstr(&v->w, "last_refused", s->each.refused ? s->each.last : NULL);
        jw_kstr(&v->w, "why", s->each.refused ? err_code(s->each.why) : NULL);
        jw_close(&v->w);
        buf_char(&v->out, '\n');
    } else {
        buf_printf(&v->out,
                   v->c->lang == LANG_EN
                       ? "%lld open dossiers; %lld moved, %lld promises among them; %lld promises "
                         "kept; %lld refused\n"
                       : "%lld hồ sơ đang mở; %lld đổi hạn, trong đó %lld ngày hẹn trả; %lld ngày "
                         "hẹn giữ nguyên; %lld bị từ chối\n",
                   (long long)s->each.read, (long long)s->each.moved, (long long)s->promises,
                   (long long)s->kept, (long long)s->each.refused);
        if (s->each.refused)
            buf_printf(&v->out, "%s: %s\n", s->each.last, err_title(s->each.why, v->c->lang));
    }
    return running_verb_flush(v) && s->each.refused == 0 ? CLI_FINE : CLI_REFUSED;
}

/* May be broken off and begun again: what was moved is not moved again. */
static int apply(struct running_verb *v)
{
    struct recalculated sum = {.kept = 0};
    struct page_read page = {0, 0};
    int tries = 0;
    int code;

    if (running_verb_two(v) != CLI_FINE)
        return CLI_MISUSE;
    if (v->value[RV_PROMISE] && !v->value[RV_DOCUMENT])
        return cli_misuse(v->c, v->verb, "--promise cần --document (số, ngày, cơ quan ban hành)",
                          "--promise wants --document (number, date, issuer)");
    if (!running_verb_open(v))
        return CLI_REFUSED;
    code = running_verb_persons(v);
    if (code != CLI_FINE)
        return code;
    for (;;) {
        enum err e = running_recalculate(v->r, &v->by, v->value[RV_PROMISE] != NULL, page.next,
                                         PAGE, &sum, &page);

        if (e == ERR_STALE_CONFIG && ++tries < TRIES_MAX && running_verb_again(v))
            continue;
        if (e != ERR_OK)
            return running_verb_failed(v, e);
        if (!page.next)
            break;
    }
    return tell_sum(v, &sum);
}

int calendar_apply_verb(struct cli *c, const struct cli_verb *verb, int argc, char **argv)
{
    struct running_verb v = {.c = c, .verb = verb};
    int code = running_verb_words(&v, argc, argv);

    if (code == CLI_FINE)
        code = apply(&v);
    running_verb_close(&v);
    return code;
}
