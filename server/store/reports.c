/* The table of reports, and a question read, written, asked.  Texts live in the caller's arena.
 * The worker's thread. */
#include "server/store/reports.h"

#include "common/figures/period.h"
#include "server/core/embed.h"
#include "server/store/dossier_json.h"
#include "server/store/indices.h"
#include "server/store/inside.h"

/* ---------------------------------------------------------------- the table */

static void ask_figures(struct store *st, const struct viewer *v, const struct report_question *r,
                        store_json *done, void *owner)
{
    store_figures(st, v, &r->q, done, owner);
}

static void ask_ii06a(struct store *st, const struct viewer *v, const struct report_question *r,
                      store_json *done, void *owner)
{
    store_figures_form(st, v, &r->q, false, done, owner);
}

static void ask_ii06b(struct store *st, const struct viewer *v, const struct report_question *r,
                      store_json *done, void *owner)
{
    store_figures_form(st, v, &r->q, true, done, owner);
}

static void ask_steps(struct store *st, const struct viewer *v, const struct report_question *r,
                      store_json *done, void *owner)
{
    store_figures_steps(st, v, &r->q, r->late, false, done, owner);
}

static void ask_reasons(struct store *st, const struct viewer *v, const struct report_question *r,
                        store_json *done, void *owner)
{
    store_figures_reasons(st, v, &r->q, done, owner);
}

static void ask_topic(struct store *st, const struct viewer *v, const struct report_question *r,
                      store_json *done, void *owner)
{
    store_figures(st, v, &r->q, done, owner);
}

static void ask_index(struct store *st, const struct viewer *v, const struct report_question *r,
                      store_json *done, void *owner)
{
    store_index_named(st, v, &r->q, r->index, done, owner);
}

static void ask_cross(struct store *st, const struct viewer *v, const struct report_question *r,
                      store_json *done, void *owner)
{
    store_figures_cross(st, v, &r->q, done, owner);
}

enum { REPORT_TOPIC = 5, REPORT_INDEX, REPORT_CROSS };

static const struct {
    const char *word;
    struct text2 title;
    void (*ask)(struct store *st, const struct viewer *v, const struct report_question *r,
                store_json *done, void *owner);
} reports[] = {
    {"figures", {"Số liệu giải quyết thủ tục hành chính", "Figures"}, ask_figures},
    {"ii06a",
     {"Biểu II.06a: tình hình, kết quả giải quyết TTHC", "Form II.06a: progress and results"},
     ask_ii06a},
    {"ii06b",
     {"Biểu II.06b: tổng hợp theo cấp, cơ quan", "Form II.06b: by level and agency"},
     ask_ii06b},
    {"steps", {"Thời gian từng bước so với định mức", "Steps against their norms"}, ask_steps},
    {"reasons",
     {"Lý do bổ sung, trả lại, từ chối, xin lỗi", "Reasons of supplements, returns, refusals"},
     ask_reasons},
    [REPORT_TOPIC] = {"topic", {"Số liệu theo chuyên đề", "Figures of a topic"}, ask_topic},
    [REPORT_INDEX] = {"index",
                      {"Chấm điểm, xếp hạng cơ quan theo bộ chỉ số", "Agencies scored by an index"},
                      ask_index},
    [REPORT_CROSS] = {"cross",
                      {"Một số liệu theo hai chiều", "One figure by two dimensions"},
                      ask_cross},
};
#define REPORTS (sizeof reports / sizeof *reports)
const char *const REPORT_WORDS[] = {"figures", "ii06a", "ii06b", "steps", "reasons",
                                    "topic",   "index", "cross", NULL};
_Static_assert(sizeof REPORT_WORDS / sizeof *REPORT_WORDS == REPORTS + 1, "the table above");

struct text2 report_title(int report)
{
    return reports[report].title;
}

void store_report(struct store *st, const struct viewer *v, const struct report_question *r,
                  store_json *done, void *owner)
{
    reports[r->report].ask(st, v, r, done, owner);
}

/* ---------------------------------------------------------------- whose */

struct viewer report_viewer(int scope)
{
    return (struct viewer){.agency = scope, .all = scope == 0};
}

/* ---------------------------------------------------------------- the question of a person */

/* What is left out is the first of them. */
static const char *const basis_words[] = {"basis", "original", "current", NULL};
static const enum due_basis basis_of[] = {DUE_BASIS, DUE_ORIGINAL, DUE_CURRENT};

#define Q struct question_in
static const struct bind_key question_keys[] = {
    BIND_WORDS(Q, report, BIND_REQUIRED, REPORT_WORDS, "báo cáo nào", "which report"),
    BIND(Q, DATE, from, 0, 0, 0, "từ ngày", "from"),
    BIND(Q, DATE, to, 0, 0, 0, "đến trước ngày", "up to, exclusive"),
    BIND(Q, WORD, period, 0, 4, 8, "thay from, to: kỳ báo cáo 2026-11, 2026-Q4, 2026-H2, 2026",
         "instead of from and to: reporting period 2026-11, 2026-Q4, 2026-H2, 2026"),
    BIND_WORDS(Q, basis, 0, basis_words, "hạn dùng để xét; mặc định basis",
               "due that is judged by; default: basis"),
    BIND_WORDS(Q, agencies, 0, FIGURE_AGENCIES_WORDS,
               "cơ quan lúc đó (mặc định) hoặc cơ quan kế thừa",
               "the agency of the time (default) or the one that took over"),
    BIND_WORDS(Q, by, 0, FIGURE_BY_WORDS, "chia theo; mặc định total", "dimension; default total"),
    BIND(Q, WORD, agency, 0, 1, 64, "cơ quan, cả cấp dưới", "agency, with those under it"),
    BIND(Q, WORD, field, 0, 1, 64, "mã lĩnh vực", "code of the field"),
    BIND(Q, WORD, procedure, 0, 1, 64, "mã thủ tục", "code of the procedure"),
    BIND(Q, WORD, channel, 0, 1, 16, "kênh", "channel"),
    BIND(Q, WORD, receiving, 0, 1, 64, "nơi tiếp nhận, cả cấp dưới",
         "receiving unit, with those under it"),
    BIND(Q, WORD, applicant, 0, 1, 16, "loại người nộp", "kind of applicant"),
    BIND(Q, I64, officer, 0, 1, INT64_MAX, "người thụ lý", "officer"),
    BIND_WORDS(Q, across, 0, FIGURE_BY_WORDS, "báo cáo cross: cột chia theo",
               "cross: dimension of the columns"),
    BIND(Q, WORD, figure, 0, 1, 64, "báo cáo cross: số liệu hoặc tỷ lệ nào, của chuyên đề nào",
         "cross: which figure or rate, of any topic"),
    BIND_WORDS(Q, topic, 0, TOPIC_WORDS, "báo cáo topic: chuyên đề nào", "topic: which one"),
    BIND(Q, WORD, index, 0, 1, 64, "báo cáo index: bộ chỉ số nào", "index: which one"),
    BIND(Q, I64, uncollected, 0, 1, 3650,
         "topic, index: kết quả tồn lâu sau bấy nhiêu ngày; mặc định theo cấu hình",
         "topic, index: results lie long after so many days; default: as configured"),
    BIND(Q, BOOL, late, 0, 0, 0, "báo cáo bước: chỉ hồ sơ quá hạn", "steps: only what came late"),
};
const struct bind_shape report_question_shape = BIND_SHAPE("ReportQuestion", Q, question_keys);

static void no(struct violations *v, const char *at, const char *member, const char *vi,
               const char *en)
{
    violation_add_text(v, arena_printf(v->arena, "%s/%s", at, member), "unknown",
                       (struct text2){vi, en});
}

static bool days_of(int report_day, const struct question_in *in, dayno *from, dayno *to)
{
    if (in->period)
        return !in->from && !in->to && period_parse(span_of(in->period), report_day, from, to);
    return in->from && in->to && day_parse(span_of(in->from), from) &&
           day_parse(span_of(in->to), to) && *from < *to;
}

static int agency_named(const struct organisation *o, const char *key, const char *at,
                        const char *member, struct violations *v)
{
    int i = key ? organisation_find(o, key) : -1;

    if (key && i < 0)
        no(v, at, member, "không có cơ quan này", "there is no such agency");
    return i < 0 ? 0 : o->agency[i].id;
}

static int channel_named(const char *word, const char *at, struct violations *v)
{
    for (int i = 0; word && i < CHANNELS; i++)
        if (strcmp(word, channel_name((enum channel)i)) == 0)
            return i;
    if (word)
        no(v, at, "channel", "không có kênh này", "there is no such channel");
    return -1;
}

/* The figure and its topic, once the rest is there. */
static void cross_of(const struct question_in *in, const char *at, struct figures_query *q,
                     struct violations *v)
{
    int topic = in->figure ? figures_ask(q, span_of(in->figure)) : -1;

    if (in->report != REPORT_CROSS && (in->figure || in->across != BY_TOTAL))
        no(v, at, in->figure ? "figure" : "across", "chỉ báo cáo cross có số liệu và cột",
           "only report cross has a figure and columns");
    if (in->report != REPORT_CROSS)
        return;
    if (topic < 0)
        no(v, at, "figure", "báo cáo cross cần một số liệu hoặc tỷ lệ",
           "report cross wants one figure or rate");
    else
        q->topic = (enum figure_topic)topic;
    if (!figures_crossable((enum figure_by)in->by, (enum figure_by)in->across))
        no(v, at, "across", "cần hai chiều khác nhau (by, across), nhiều nhất một chiều là kỳ",
           "two dimensions (by, across) are wanted, at most one of them periods");
    q->across = (enum figure_by)in->across;
}

bool report_question_of(const struct organisation *o, int report_day, const struct question_in *in,
                        const char *at, struct report_question *ret, struct violations *v)
{
    size_t before = v->n;
    dayno from = 0, to = 1;

    if (!days_of(report_day, in, &from, &to))
        no(v, at, "from",
           "cần from và to (to sau from), hoặc period như 2026-11, 2026-Q4, 2026-H2, 2026",
           "from and to (later than from) are needed, or period like 2026-11, 2026-Q4, 2026");
    if (in->by == BY_OFFICER || in->across == BY_OFFICER || in->officer)
        no(v, at,
           in->officer            ? "officer"
           : in->by == BY_OFFICER ? "by"
                                  : "across",
           "việc đang giải quyết tính cho người đang giữ lúc xem: không chốt, lưu theo cán bộ được",
           "what is open counts with who holds it when asked: not by officer");
    if ((in->report == REPORT_TOPIC) != (in->topic != TOPIC_DOSSIERS))
        no(v, at, "topic", "báo cáo topic cần chuyên đề khác dossiers; báo cáo khác thì không",
           "report topic wants a topic other than dossiers, the others none");
    if ((in->report == REPORT_INDEX) != (in->index != NULL))
        no(v, at, "index", "báo cáo index cần tên bộ chỉ số; báo cáo khác thì không",
           "report index wants the name of one, the others none");
    *ret = (struct report_question){.report = in->report, .late = in->late, .index = in->index};
    ret->q = (struct figures_query)FIGURES_QUERY_ANY;
    ret->q.from = instant_of(day_start(from));
    ret->q.to = instant_of(day_start(to));
    ret->q.basis = basis_of[in->basis];
    ret->q.successor = in->agencies == 1;
    ret->q.by = (enum figure_by)in->by;
    ret->q.agency = agency_named(o, in->agency, at, "agency", v);
    ret->q.receiving = agency_named(o, in->receiving, at, "receiving", v);
    ret->q.channel = channel_named(in->channel, at, v);
    ret->q.field = in->field;
    ret->q.procedure = in->procedure;
    ret->q.applicant = in->applicant;
    ret->q.officer = in->officer ? in->officer : -1;
    ret->q.topic = (enum figure_topic)in->topic;
    ret->q.uncollected = (int)in->uncollected;
    cross_of(in, at, &ret->q, v);
    if (figures_too_long(&ret->q))
        no(v, at, figures_by_time(ret->q.across) ? "across" : "by",
           "kỳ có hơn 400 ngày (tuần, tháng): chọn kỳ ngắn hơn, hoặc tuần, tháng, quý, năm",
           "more than 400 days (weeks, months): choose a shorter time, or week, month, year");
    return v->n == before;
}

void report_uncollected(struct report_question *r, int days)
{
    bool counts = r->report == REPORT_INDEX || r->q.topic == TOPIC_RESULTS;

    if (!counts)
        r->q.uncollected = 0;
    else if (!r->q.uncollected)
        r->q.uncollected = days;
}

/* ---------------------------------------------------------------- as text */

static void day_json(struct jw *w, const char *key, instant t)
{
    char iso[16];

    day_iso(lminute_day(lminute_of(t)), iso);
    jw_key_any(w, key);
    jw_str(w, iso);
}

static void word_json(struct jw *w, const char *key, const char *word)
{
    if (!word)
        return;
    jw_key_any(w, key);
    jw_str(w, word);
}

static const char *key_of(const struct organisation *o, int id)
{
    int i = id ? organisation_of_id(o, id) : -1;

    return i < 0 ? NULL : o->agency[i].agency;
}

void report_question_json(struct jw *w, const struct organisation *o,
                          const struct report_question *r)
{
    const struct figures_query *q = &r->q;

    jw_open(w);
    jw_kstr(w, "report", REPORT_WORDS[r->report]);
    day_json(w, "from", q->from);
    day_json(w, "to", q->to);
    jw_kstr(w, "basis", DUE_BASIS_WORDS[q->basis]);
    jw_kstr(w, "agencies", FIGURE_AGENCIES_WORDS[q->successor]);
    jw_kstr(w, "by", FIGURE_BY_WORDS[q->by]);
    word_json(w, "agency", key_of(o, q->agency));
    word_json(w, "field", q->field);
    word_json(w, "procedure", q->procedure);
    word_json(w, "channel", q->channel < 0 ? NULL : channel_name((enum channel)q->channel));
    word_json(w, "receiving", key_of(o, q->receiving));
    word_json(w, "applicant", q->applicant);
    if (q->officer > 0)
        jw_ki64(w, "officer", q->officer);
    if (r->late)
        jw_kbool(w, "late", true);
    if (r->report == REPORT_TOPIC)
        jw_kstr(w, "topic", TOPIC_WORDS[q->topic]);
    word_json(w, "index", r->index);
    if (r->report == REPORT_CROSS) {
        jw_kstr(w, "across", FIGURE_BY_WORDS[q->across]);
        jw_kstr(w, "figure", figures_asked_name(q));
    }
    if (q->uncollected)
        jw_ki64(w, "uncollected", q->uncollected);
    jw_close(w);
}

bool report_question_read(struct arena *a, const struct organisation *o, struct span json,
                          struct report_question *ret)
{
    struct question_in in = {0};
    struct json_fault fault;
    json_t *j = json_read(json, &fault);
    struct violations v;
    bool fine;

    violations_init(&v, a);
    fine = j && bind_json(j, &report_question_shape, &in, &v) &&
           report_question_of(o, 1, &in, "", ret, &v);
    json_decref(j);
    return fine;
}

/* ---------------------------------------------------------------- what counted them */

static void add_text(struct sha256_stream *s, const char *text)
{
    sha256_add(s, text ? text : "", text ? strlen(text) + 1 : 1);
}

static void add_number(struct sha256_stream *s, int64_t n)
{
    sha256_add(s, &n, sizeof n);
}

void report_rules(const struct store *st, const struct report_question *r,
                  uint8_t ret[SHA256_BYTES])
{
    const struct index *x = r->index ? index_of_question(st, &r->q, r->index) : NULL;
    struct sha256_stream *s = sha256_new();

    for (int i = 0; i < FIGURES; i++) {
        add_text(s, FIGURE[i].name);
        add_number(s, FIGURE[i].stream);
        add_number(s, FIGURE[i].classes);
        add_number(s, FIGURE[i].needs);
        add_number(s, FIGURE[i].without);
        add_number(s, FIGURE[i].channels);
    }
    for (int i = 0; i < RATES; i++) {
        add_text(s, RATE[i].name);
        add_number(s, (int64_t)RATE[i].n);
        add_number(s, (int64_t)RATE[i].of);
    }
    for (const struct embedded *f = embed_sql; f->name; f++)
        if (strncmp(f->name, "figures_", 8) == 0) {
            add_text(s, f->name);
            sha256_add(s, f->data, (size_t)(f->end - f->data));
        }
    if (x)
        sha256_add(s, x->hash, sizeof x->hash);
    sha256_end(s, ret);
}
