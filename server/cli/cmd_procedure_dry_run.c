/* motcuad procedure dry-run: when each step would be due, from a given moment, by the calendars of
 * the places where the steps are done.  Owns what it reads for the run.  Main thread. */
#include "common/procedure/dry_run.h"
#include "server/cli/calendar_file.h"
#include "server/cli/procedure_file.h"

struct dry {
    struct cli *c;
    const struct cli_verb *verb;
    struct dry_case t; /* its arena holds everything */
};

static const struct calendar *load(void *ctx, const char *name)
{
    struct dry *d = ctx;

    return calendar_file_need(d->c, d->t.a, name);
}

static int print(struct dry *d, lminute at)
{
    struct dry_run r;
    enum time_fault fault = dry_case_run(&d->t, at, &r);
    struct buf out;
    bool ok;

    if (d->t.missing)
        return CLI_REFUSED; /* told when it was looked for */
    if (fault != TIME_FINE)
        return cli_refuse(d->c, "%s", "%s", text2_in(time_fault_text(fault), d->c->lang));
    buf_init(&out, (size_t)16 << 20);
    if (d->c->json) {
        dry_run_json(&d->t, &r, false, &out);
        buf_char(&out, '\n');
    } else {
        dry_run_text(&d->t, &r, &out);
    }
    ok = cli_put(d->c->out, &out);
    buf_free(&out);
    return ok && !r.stuck ? CLI_FINE : CLI_REFUSED;
}

/* "form.X=VALUE" */
static bool set_field(struct dry *d, const char *text)
{
    struct span name, value;

    return span_cut(span_of(text), '=', &name, &value) && span_starts(name, "form.") &&
           dry_case_set(&d->t, (struct span){name.p + 5, name.n - 5}, value);
}

enum { O_AT, O_CHANNEL, O_CASE, O_SET, O_ISLAND, O_MOUNTAIN, O_CALENDAR, O_COUNT };
static const struct cli_option specs[O_COUNT] = {
    {"--at", false},    {"--channel", false}, {"--case", false},    {"--set", false},
    {"--island", true}, {"--mountain", true}, {"--calendar", false}};

#define SETS_MAX 60
struct asked { /* what the command line says */
    const char *path, *at, *channel, *set[SETS_MAX];
    size_t sets;
};

static int ask(struct dry *d, int argc, char **argv, struct asked *q)
{
    struct cli_args it = {.argc = argc, .argv = argv, .at = 1};
    int r;

    while ((r = cli_next(&it, specs, O_COUNT)) != CLI_END) {
        if (r < CLI_OPERAND)
            return cli_bad_option(d->c, d->verb, &it, r, specs, O_COUNT);
        if (r == CLI_OPERAND && q->path)
            return cli_misuse(d->c, d->verb, "mỗi lần chạy một tệp", "one file at a time");
        if (r == CLI_OPERAND)
            q->path = it.operand;
        else if (r == O_AT)
            q->at = it.value;
        else if (r == O_CHANNEL)
            q->channel = it.value;
        else if (r == O_CASE)
            d->t.facts.case_code = it.value;
        else if (r == O_CALENDAR)
            d->t.calendar = it.value;
        else if (r == O_SET && q->sets < SETS_MAX)
            q->set[q->sets++] = it.value;
        d->t.facts.island |= r == O_ISLAND;
        d->t.facts.mountain |= r == O_MOUNTAIN;
    }
    if (!q->path || !q->at)
        return cli_misuse(d->c, d->verb, "dry-run cần tệp thủ tục và --at LÚC",
                          "dry-run needs a procedure file and --at TIME");
    return CLI_FINE;
}

/* Channel, case and fields, once the procedure is known. */
static int take_facts(struct dry *d, const struct asked *q)
{
    int ch;
    size_t i;

    dry_case_begin(&d->t);
    for (ch = 0; q->channel && ch < CHANNELS; ch++)
        if (strcmp(channel_name((enum channel)ch), q->channel) == 0)
            break;
    if (q->channel && ch == CHANNELS)
        return cli_misuse(d->c, d->verb, "không có kênh \"%s\"", "no such channel: \"%s\"",
                          q->channel);
    if (q->channel)
        d->t.facts.channel = (enum channel)ch;
    if (d->t.facts.case_code && !procedure_case_of(d->t.p, d->t.facts.case_code))
        return cli_misuse(d->c, d->verb, "thủ tục không có trường hợp \"%s\"",
                          "the procedure has no case \"%s\"", d->t.facts.case_code);
    for (i = 0; i < q->sets; i++)
        if (!set_field(d, q->set[i]))
            return cli_misuse(d->c, d->verb, "--set form.TRƯỜNG=GIÁ-TRỊ: không hiểu \"%s\"",
                              "--set form.FIELD=VALUE: not understood: \"%s\"", q->set[i]);
    return CLI_FINE;
}

int procedure_dry_run_verb(struct cli *c, const struct cli_verb *verb, int argc, char **argv)
{
    struct dry d = {.c = c,
                    .verb = verb,
                    .t = {.a = arena_new(PROCEDURE_ARENA_MAX), .lang = c->lang, .load = load}};
    struct asked q = {0};
    instant at = 0;
    int r = ask(&d, argc, argv, &q);

    d.t.ctx = &d;
    if (r == CLI_FINE && !instant_parse(span_of(q.at), &at))
        r = cli_misuse(c, verb, "--at \"%s\" không phải thời điểm (2026-03-02T10:00)",
                       "--at \"%s\" is not a moment (2026-03-02T10:00)", q.at);
    if (r == CLI_FINE && !organisation_file_load(c, d.t.a, &d.t.org))
        r = CLI_REFUSED;
    if (r == CLI_FINE && !(d.t.p = procedure_file_need(c, d.t.a, q.path, d.t.org)))
        r = CLI_REFUSED;
    if (r == CLI_FINE)
        r = take_facts(&d, &q);
    if (r == CLI_FINE)
        r = print(&d, lminute_of(at));
    arena_free(d.t.a);
    return r;
}
