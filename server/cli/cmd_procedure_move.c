/* motcuad procedure move: the open dossiers of one version and another version of the procedure:
 * plan, or apply: all or none.  The verb owns everything.  Main thread. */
#include "common/base/json_out.h"
#include "server/cli/running_verbs.h"

#define PAGE RUNNING_PAGE_MAX

struct planning {
    struct running_verb *v;
    int64_t items, problems;
};

static void tasks_text(struct buf *out, const struct move_item *it, bool en)
{
    char was[MOVE_PLACE], now[MOVE_PLACE];

    for (size_t k = 0; k < it->after->tasks; k++) {
        const struct task *to = &it->after->task[k], *t = NULL;

        for (size_t i = 0; i < it->before->tasks; i++)
            if (it->before->task[i].task == to->task)
                t = &it->before->task[i];
        if (t)
            buf_printf(out, en ? "  %s -> %s, due %s -> %s" : "  %s -> %s, hạn bước %s -> %s",
                       move_place(it->q->from, t, was), move_place(it->q->to, to, now),
                       running_when(t->due), running_when(to->due));
        else
            buf_printf(out, en ? "  asked with the move: %s, due %s" : "  hỏi thêm: %s, hạn %s",
                       move_place(it->q->to, to, now), running_when(to->due));
        if (t && t->officer && !to->officer)
            buf_str(out, en ? ", back to the queue" : ", trả về hàng đợi");
        buf_char(out, '\n');
    }
}

static void item_text(struct buf *out, const struct move_item *it, enum lang lang)
{
    bool en = lang == LANG_EN;

    buf_printf(out, "%s\n", it->before->code);
    if (it->after) {
        tasks_text(out, it, en);
        buf_printf(out, en ? "  promise %s -> %s" : "  ngày hẹn %s -> %s",
                   running_when(it->before->current_due), running_when(it->after->current_due));
        if (it->by_new != it->after->current_due && it->by_new != INSTANT_NONE)
            buf_printf(out, en ? " (with --promise: %s)" : " (nếu --promise: %s)",
                       running_when(it->by_new));
        buf_char(out, '\n');
    }
    for (size_t i = 0; i < it->refusals; i++)
        buf_printf(out, "  ! %s [%s]\n", text2_in(it->refusal[i].detail, lang),
                   err_code(it->refusal[i].e));
}

static void item(void *ctx, const struct move_item *it)
{
    struct planning *p = ctx;

    p->items++;
    p->problems += it->after == NULL;
    if (p->v->c->json)
        move_item_json(&p->v->w, it, p->v->c->lang);
    else
        item_text(&p->v->out, it, p->v->c->lang);
}

static void begin(struct running_verb *v)
{
    if (!v->c->json)
        return;
    jw_open(&v->w);
    jw_key(&v->w, "items");
    jw_list(&v->w);
}

static int end(struct running_verb *v, int64_t moved, int64_t problems)
{
    if (v->c->json) {
        jw_end(&v->w);
        jw_ki64(&v->w, v->value[RV_APPLY] ? "moved" : "dossiers", moved);
        jw_ki64(&v->w, "problems", problems);
        jw_close(&v->w);
        buf_char(&v->out, '\n');
    } else if (v->value[RV_APPLY])
        buf_printf(&v->out,
                   v->c->lang == LANG_EN ? "%lld dossiers moved, %lld problems\n"
                                         : "đã chuyển %lld hồ sơ, %lld hồ sơ vướng mắc\n",
                   (long long)moved, (long long)problems);
    else
        buf_printf(&v->out,
                   v->c->lang == LANG_EN ? "%lld dossiers, %lld cannot be moved\n"
                                         : "%lld hồ sơ, %lld hồ sơ không chuyển được\n",
                   (long long)moved, (long long)problems);
    return running_verb_flush(v) && problems == 0 ? CLI_FINE : CLI_REFUSED;
}

static int plan(struct running_verb *v, const struct move_query *q)
{
    struct planning p = {v, 0, 0};
    struct page_read page = {0, 0};

    begin(v);
    do {
        enum err e = running_plan(v->r, q, &v->by, page.next, PAGE, item, &p, &page);

        if (e != ERR_OK)
            return running_verb_failed(v, e);
        if (page.next && !running_verb_flush(v))
            return CLI_REFUSED;
    } while (page.next);
    return end(v, p.items, p.problems);
}

static int apply(struct running_verb *v, const struct move_query *q)
{
    struct planning p = {v, 0, 0};
    struct moved m;
    enum err e;

    begin(v);
    e = running_move(v->r, q, &v->by, item, &p, &m);
    if (e == ERR_TOO_LARGE)
        return cli_refuse(v->c, "hơn %d hồ sơ: quá nhiều cho một lần chuyển",
                          "more than %d dossiers: too many for one move", MOVE_MAX);
    if (e != ERR_OK && e != ERR_CONFLICT)
        return running_verb_failed(v, e);
    return end(v, m.dossiers, m.problems);
}

/* "1.005416@2" among what is published. */
static const struct procedure *version_of(struct running_verb *v, const char *text)
{
    const struct snapshot *s = running_snapshot(v->r);
    struct span code, number;
    int64_t version;

    if (span_cut(span_of(text), '@', &code, &number) && span_i64(number, 1, INT32_MAX, &version))
        for (size_t i = 0; i < s->procedures; i++)
            if (s->procedure[i]->version == (int)version && span_is(code, s->procedure[i]->code))
                return s->procedure[i];
    (void)cli_refuse(v->c, "chưa công bố phiên bản \"%s\" (viết MÃ@SỐ, như 1.005416@2)",
                     "version \"%s\" is not published (write CODE@NUMBER, like 1.005416@2)", text);
    return NULL;
}

static int move(struct running_verb *v)
{
    struct move_query q = {.map = v->map, .maps = v->maps, .promise = v->value[RV_PROMISE]};
    int code;

    if (!v->value[RV_FROM] || !v->value[RV_TO] || !v->value[RV_AUTHOR] || !v->value[RV_APPROVER] ||
        !v->value[RV_DOCUMENT] || !v->value[RV_PLAN] == !v->value[RV_APPLY] || v->operand)
        return cli_misuse(
            v->c, v->verb,
            "cần --from MÃ@CŨ --to MÃ@MỚI --author --approver --document và một trong "
            "--plan, --apply",
            "wants --from CODE@OLD --to CODE@NEW --author --approver --document and "
            "one of --plan, --apply");
    if (!running_verb_open(v))
        return CLI_REFUSED;
    q.from = version_of(v, v->value[RV_FROM]);
    q.to = q.from ? version_of(v, v->value[RV_TO]) : NULL;
    if (!q.to)
        return CLI_REFUSED;
    code = running_verb_persons(v);
    if (code != CLI_FINE)
        return code;
    return v->value[RV_APPLY] ? apply(v, &q) : plan(v, &q);
}

int procedure_move_verb(struct cli *c, const struct cli_verb *verb, int argc, char **argv)
{
    struct running_verb v = {.c = c, .verb = verb};
    int code = running_verb_words(&v, argc, argv);

    if (code == CLI_FINE)
        code = move(&v);
    running_verb_close(&v);
    return code;
}
