/* motcuad deadline: the calculator of time limits, one question or a batch of JSON lines.
 * Owns what it reads for the run.  Main thread. */
#include <jansson.h>

#include "common/base/json_in.h"
#include "common/base/json_out.h"
#include "common/time/worktime.h"
#include "server/cli/calendar_file.h"

static int run(struct cli *c, int argc, char **argv);

extern const struct cli_verb cmd_deadline;
const struct cli_verb cmd_deadline = {
    .name = "deadline",
    .run = run,
    .summary = {"tính hạn trả kết quả và thời gian làm việc đã qua",
                "computes due dates and elapsed working time"},
    .usage = {"deadline [--calendar TỆP] --from LÚC --limit \"2 working_day\" [--pause TỪ/ĐẾN]… "
              "[--explain]\n"
              "       motcuad deadline [--calendar TỆP] --elapsed --from LÚC --to LÚC\n"
              "       motcuad deadline [--calendar TỆP] --batch < câu-hỏi.jsonl",
              "deadline [--calendar FILE] --from TIME --limit \"2 working_day\" [--pause FROM/TO]… "
              "[--explain]\n"
              "       motcuad deadline [--calendar FILE] --elapsed --from TIME --to TIME\n"
              "       motcuad deadline [--calendar FILE] --batch < questions.jsonl"},
};

static const struct cli_option options[] = {
    {"--calendar", false}, {"--from", false},   {"--to", false},     {"--limit", false},
    {"--pause", false},    {"--elapsed", true}, {"--explain", true}, {"--batch", true},
};
enum { O_CALENDAR, O_FROM, O_TO, O_LIMIT, O_PAUSE, O_ELAPSED, O_EXPLAIN, O_BATCH, O_COUNT };

#define LINE_BYTES_MAX   ((size_t)65536)
#define ANSWER_BYTES_MAX ((size_t)4 << 20)

struct question {
    bool elapsed;
    bool explain;
    bool has_from, has_to, has_limit;
    lminute from, to;
    struct quantity limit;
    struct interval pause[WORKTIME_PAUSES_MAX];
    size_t pauses;
};

struct answer {
    bool refused;
    struct text2 why; /* refused; constant text or of the arena */
    lminute due;
    int64_t minutes;
    struct buf explain;
};

static const struct text2 wrong_time = {
    "thời điểm phải viết như 2026-03-02T10:00 hoặc 2026-03-02T10:00:00+07:00",
    "a time is written like 2026-03-02T10:00 or 2026-03-02T10:00:00+07:00"};
static const struct text2 wrong_limit = {
    "thời hạn phải viết như \"2 working_day\"; đơn vị: hour, half_day, working_day, "
    "working_day_eod, calendar_day, month, same_day; nhiều nhất 6 chữ số lẻ, 100000 đơn vị",
    "a limit is written like \"2 working_day\"; units: hour, half_day, working_day, "
    "working_day_eod, calendar_day, month, same_day; at most 6 decimals, 100000 units"};
static const struct text2 wrong_pause = {
    "tạm dừng phải là hai thời điểm, kết thúc không trước bắt đầu",
    "a pause is two times, the end not before the start"};
static const struct text2 many_pauses = {"quá nhiều lần tạm dừng", "too many pauses"};

static bool time_parse(const char *s, lminute *ret)
{
    instant t;

    if (!s || !instant_parse(span_of(s), &t))
        return false;
    *ret = lminute_of(t);
    return true;
}

/* NULL when taken, else what is wrong. */
static const struct text2 *take_pause(struct question *q, const char *from, const char *to)
{
    struct interval p;

    if (q->pauses == WORKTIME_PAUSES_MAX)
        return &many_pauses;
    if (!time_parse(from, &p.from) || !time_parse(to, &p.to) || p.to < p.from)
        return &wrong_pause;
    q->pause[q->pauses++] = p;
    return NULL;
}

/* "FROM/TO" */
static const struct text2 *take_pause_word(struct question *q, const char *word)
{
    char part[2][64];
    struct span head, rest;

    if (!span_cut(span_of(word), '/', &head, &rest) || head.n >= sizeof part[0] ||
        rest.n >= sizeof part[1])
        return &wrong_pause;
    memcpy(part[0], head.p, head.n);
    part[0][head.n] = '\0';
    memcpy(part[1], rest.p, rest.n);
    part[1][rest.n] = '\0';
    return take_pause(q, part[0], part[1]);
}

static void refuse_fault(const struct calendar *k, enum time_fault f, struct arena *a,
                         struct answer *to)
{
    struct text2 text = time_fault_text(f);
    char first[16], last[16];

    day_iso(calendar_first_day(k), first);
    day_iso(calendar_last_day(k), last);
    to->refused = true;
    to->why.vi =
        arena_printf(a, "%s (lịch %s biết từ %s đến %s)", text.vi, calendar_name(k), first, last);
    to->why.en =
        arena_printf(a, "%s (calendar %s knows %s to %s)", text.en, calendar_name(k), first, last);
}

static void answer_question(const struct cli *c, const struct calendar *k, const struct question *q,
                            struct arena *a, struct answer *ret)
{
    enum time_fault f;

    *ret = (struct answer){0};
    buf_init(&ret->explain, ANSWER_BYTES_MAX);
    if (q->elapsed) {
        f = worktime_elapsed(k, q->from, q->to, &ret->minutes);
    } else {
        f = worktime_due_paused(k, q->from, q->limit, q->pause, q->pauses, &ret->due);
        if (f == TIME_FINE && q->explain)
            f = worktime_explain(k, q->from, q->limit, q->pause, q->pauses, c->lang,
                                 c->json ? EXPLAIN_JSON : EXPLAIN_TEXT, &ret->explain);
    }
    if (f != TIME_FINE)
        refuse_fault(k, f, a, ret);
}

static void print_json(const struct cli *c, const struct question *q, const struct answer *r,
                       struct buf *out)
{
    struct jw w = jw_to(out);
    char due[32];

    jw_open(&w);
    if (r->refused) {
        jw_kstr(&w, "error", text2_in(r->why, c->lang));
    } else if (q->elapsed) {
        jw_ki64(&w, "minutes", r->minutes);
    } else {
        instant_rfc3339(instant_of(r->due), due);
        jw_kstr(&w, "due", due);
        if (q->explain)
            jw_kraw(&w, "explain", (struct span){r->explain.p, r->explain.n});
    }
    jw_close(&w);
    buf_char(out, '\n');
}

static void print_text(const struct question *q, const struct answer *r, struct buf *out)
{
    char due[32];

    if (q->elapsed) {
        buf_i64(out, r->minutes);
        buf_char(out, '\n');
        return;
    }
    instant_rfc3339(instant_of(r->due), due);
    buf_str(out, due);
    buf_char(out, '\n');
    if (q->explain)
        buf_put(out, r->explain.p, r->explain.n);
}

static int answer_one(struct cli *c, const struct calendar *k, const struct question *q,
                      struct arena *a)
{
    struct answer r;
    struct buf out;
    int code = CLI_FINE;

    answer_question(c, k, q, a, &r);
    buf_init(&out, ANSWER_BYTES_MAX);
    if (r.refused && !c->json) {
        code = cli_refuse(c, "%s", "%s", text2_in(r.why, c->lang));
    } else {
        if (c->json)
            print_json(c, q, &r, &out);
        else
            print_text(q, &r, &out);
        code = !cli_put(c->out, &out) || r.refused ? CLI_REFUSED : CLI_FINE;
    }
    buf_free(&out);
    buf_free(&r.explain);
    return code;
}

/* ---- batch ------------------------------------------------------------------------------- */

static const struct text2 *take_pauses(struct question *q, const json_t *list)
{
    const json_t *pair;
    size_t i;

    if (!json_is_array(list))
        return &wrong_pause;
    json_array_foreach(list, i, pair)
    {
        const struct text2 *why;
        if (!json_is_array(pair) || json_array_size(pair) != 2)
            return &wrong_pause;
        why = take_pause(q, json_string_value(json_array_get(pair, 0)),
                         json_string_value(json_array_get(pair, 1)));
        if (why)
            return why;
    }
    return NULL;
}

/* NULL when the object is a question, else what is wrong with it. */
static const struct text2 *take_question(const json_t *obj, struct question *q)
{
    static const struct text2 wrong_keys = {
        "câu hỏi là {\"from\",\"limit\",\"pauses\"} hoặc {\"from\",\"to\"}",
        "a question is {\"from\",\"limit\",\"pauses\"} or {\"from\",\"to\"}"};
    const json_t *from = json_object_get(obj, "from"), *to = json_object_get(obj, "to");
    const json_t *limit = json_object_get(obj, "limit"), *pauses = json_object_get(obj, "pauses");
    size_t known = (from ? 1u : 0u) + (to ? 1u : 0u) + (limit ? 1u : 0u) + (pauses ? 1u : 0u);

    if (!json_is_object(obj) || json_object_size(obj) != known || !from || !to == !limit ||
        (to && pauses))
        return &wrong_keys;
    q->elapsed = to != NULL;
    if (!time_parse(json_string_value(from), &q->from))
        return &wrong_time;
    if (to)
        return time_parse(json_string_value(to), &q->to) ? NULL : &wrong_time;
    if (!json_is_string(limit) || !quantity_parse(span_of(json_string_value(limit)), &q->limit))
        return &wrong_limit;
    return pauses ? take_pauses(q, pauses) : NULL;
}

static bool answer_line(const struct cli *c, const struct calendar *k, bool explain,
                        struct span line, struct arena *a, struct buf *out)
{
    struct question q = {.explain = explain};
    struct json_fault fault;
    json_t *obj = json_read(line, &fault);
    struct answer r = {.refused = true};
    const struct text2 *why;

    buf_init(&r.explain, 0);
    if (!obj) {
        r.why = (struct text2){fault.text_vi, fault.text_en};
        if (fault.col > 0)
            r.why = (struct text2){arena_printf(a, "%s ở cột %d", fault.text_vi, fault.col),
                                   arena_printf(a, "%s in column %d", fault.text_en, fault.col)};
    } else if ((why = take_question(obj, &q))) {
        r.why = *why;
    } else {
        answer_question(c, k, &q, a, &r);
    }
    json_decref(obj);
    print_json(c, &q, &r, out);
    buf_free(&r.explain);
    return !r.refused;
}

enum line_end { LINE_READ, LINE_TOO_LONG, LINE_NONE };

static enum line_end read_line(FILE *in, struct buf *line)
{
    int ch;

    buf_clear(line);
    ch = getc(in);
    if (ch == EOF)
        return LINE_NONE;
    for (; ch != EOF && ch != '\n'; ch = getc(in))
        buf_char(line, (char)ch); /* past its maximum it only remembers that */
    return buf_ok(line) ? LINE_READ : LINE_TOO_LONG;
}

static int answer_batch(const struct cli *c, const struct calendar *k, bool explain, FILE *in)
{
    struct cli json = *c;
    struct arena *a = arena_new(CALENDAR_ARENA_MAX);
    struct buf line, out;
    enum line_end end;
    bool fine = true, written = true;

    json.json = true;
    buf_init(&line, LINE_BYTES_MAX);
    buf_init(&out, ANSWER_BYTES_MAX);
    while (written && (end = read_line(in, &line)) != LINE_NONE) {
        buf_clear(&out);
        if (end == LINE_TOO_LONG) {
            struct question q = {0};
            struct answer r = {.refused = true,
                               .why = {"dòng dài quá 65536 byte", "line longer than 65536 bytes"}};
            print_json(&json, &q, &r, &out);
            fine = false;
        } else {
            fine &= answer_line(&json, k, explain, (struct span){line.p, line.n}, a, &out);
        }
        written = cli_put(c->out, &out);
        arena_reset(a);
    }
    buf_free(&line);
    buf_free(&out);
    arena_free(a);
    return fine && written && !ferror(in) ? CLI_FINE : CLI_REFUSED;
}

/* ---- command line ------------------------------------------------------------------------ */

static const struct text2 *take_option(int o, const char *value, struct question *q,
                                       const char **calendar, bool *batch)
{
    switch (o) {
    case O_CALENDAR:
        *calendar = value;
        return NULL;
    case O_FROM:
        q->has_from = true;
        return time_parse(value, &q->from) ? NULL : &wrong_time;
    case O_TO:
        q->has_to = true;
        return time_parse(value, &q->to) ? NULL : &wrong_time;
    case O_LIMIT:
        q->has_limit = true;
        return quantity_parse(span_of(value), &q->limit) ? NULL : &wrong_limit;
    case O_PAUSE:
        return take_pause_word(q, value);
    case O_ELAPSED:
        q->elapsed = true;
        return NULL;
    case O_EXPLAIN:
        q->explain = true;
        return NULL;
    default:
        *batch = true;
        return NULL;
    }
}

/* What does not go together, or is missing. */
static const struct text2 *misuse_of(const struct question *q, bool batch)
{
    static const struct text2 with_batch = {
        "--batch đọc câu hỏi từ đầu vào, không nhận --from, --to, --limit, --pause, --elapsed",
        "--batch reads its questions from the input, not from --from, --to, --limit, --pause, "
        "--elapsed"};
    static const struct text2 need = {"cần --from và --limit", "--from and --limit are needed"};
    static const struct text2 need_to = {
        "--elapsed cần --from và --to, không nhận --limit, --pause, --explain",
        "--elapsed needs --from and --to, and takes no --limit, --pause, --explain"};
    static const struct text2 no_to = {"--to chỉ đi với --elapsed", "--to goes with --elapsed"};

    if (batch)
        return q->has_from || q->has_to || q->has_limit || q->pauses || q->elapsed ? &with_batch
                                                                                   : NULL;
    if (q->elapsed)
        return q->has_from && q->has_to && !q->has_limit && !q->pauses && !q->explain ? NULL
                                                                                      : &need_to;
    if (q->has_to)
        return &no_to;
    return q->has_from && q->has_limit ? NULL : &need;
}

static int run(struct cli *c, int argc, char **argv)
{
    struct cli_args it = {.argc = argc, .argv = argv, .at = 1};
    struct question q = {0};
    const char *file = "office";
    const struct text2 *why;
    struct calendar *k;
    struct arena *a;
    bool batch = false;
    int o, code;

    while ((o = cli_next(&it, options, O_COUNT)) != CLI_END) {
        if (o == CLI_OPERAND)
            return cli_misuse(c, &cmd_deadline, "không hiểu \"%s\"", "what is \"%s\"?", it.operand);
        if (o < 0)
            return cli_bad_option(c, &cmd_deadline, &it, o, options, O_COUNT);
        why = take_option(o, it.value, &q, &file, &batch);
        if (why)
            return cli_misuse(c, &cmd_deadline, "%s \"%s\": %s", "%s \"%s\": %s", options[o].name,
                              it.value, text2_in(*why, c->lang));
    }
    why = misuse_of(&q, batch);
    if (why)
        return cli_misuse(c, &cmd_deadline, "%s", "%s", text2_in(*why, c->lang));
    a = arena_new(CALENDAR_ARENA_MAX);
    k = calendar_file_need(c, a, file);
    if (!k)
        code = CLI_REFUSED;
    else if (batch)
        code = answer_batch(c, k, q.explain, stdin);
    else
        code = answer_one(c, k, &q, a);
    arena_free(a);
    return code;
}
