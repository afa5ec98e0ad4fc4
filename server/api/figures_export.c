/* Columns of figures, lists and forms as files: the same question and rows as on the screen.  The
 * worker's thread. */
#include <stdio.h>

#include "common/base/json_in.h"
#include "server/api/export.h"
#include "server/api/figures.h"

static void column(struct export *e, const char *key, const char *sub, struct text2 title,
                   enum cell_kind kind, int width)
{
    if (e->columns < EXPORT_COLUMNS)
        e->column[e->columns++] = (struct export_column){key, sub, title, kind, width};
}

static void text(struct export *e, const char *key, const char *vi, const char *en, int width)
{
    column(e, key, NULL, (struct text2){vi, en}, CELL_TEXT, width);
}

static void number(struct export *e, const char *key, const char *vi, const char *en)
{
    column(e, key, NULL, (struct text2){vi, en}, CELL_INT, 12);
}

/* "so-lieu_2026-11-01_2026-11-30": what it is and its days, both included. */
static const char *name_of(struct req *rq, const char *what, const struct figures_query *q)
{
    char from[16], to[16];

    day_iso(lminute_day(lminute_of(q->from)), from);
    day_iso(lminute_day(lminute_of(q->to - 1)), to);
    return arena_printf(rq->arena, "%s_%s_%s", what, from, to);
}

/* The name of a row in the language that is asked for. */
static void title_column(struct req *rq, struct export *e)
{
    column(e, rq->lang == LANG_EN ? "title_en" : "title", NULL, (struct text2){"Tên", "Name"},
           CELL_TEXT, 40);
}

void figures_export_head(struct req *rq, struct export *e, struct text2 title,
                         const struct figures_query *q)
{
    instant now = clock_now(), end = q->to;

    if (q->as_of != INSTANT_NONE && q->as_of < end)
        end = q->as_of;
    if (now < end)
        end = now;
    e->title = title;
    e->period = figures_period_words(rq, q, rq->lang);
    e->scope = figures_scope_words(rq, q, true, rq->lang);
    e->judged = figures_judged_words(rq, q->basis, end, rq->lang);
    if (rq->frozen)
        e->judged = arena_printf(rq->arena, "%s %s.", e->judged, rq->frozen);
    /* dated by the last day that it tells of, as forms are */
    e->made = end - INT64_C(1000000);
}

static const struct export_word *channels_told(struct req *rq)
{
    struct export_word *w = ARENA_ARRAY(rq->arena, struct export_word, CHANNELS + 1);

    for (int i = 0; i < CHANNELS; i++)
        w[i] = (struct export_word){channel_name((enum channel)i), channel_title((enum channel)i)};
    w[CHANNELS] = (struct export_word){0};
    return w;
}

/* What codes are called, in every kind of file. */
static const struct export_word CLASS_TOLD[] = {
    {"early", {"Trước hạn", "Early"}},
    {"on_time", {"Đúng hạn", "On time"}},
    {"late", {"Quá hạn", "Late"}},
    {"pending_within", {"Đang giải quyết, trong hạn", "Pending, within"}},
    {"pending_overdue", {"Đang giải quyết, quá hạn", "Pending, overdue"}},
    {"waiting", {"Đang chờ, thời hạn dừng", "Waiting, the clock stands"}},
    {"ended_other", {"Dừng, rút, kết thúc khác", "Stopped, withdrawn, ended otherwise"}},
    {"not_received", {"Chưa tiếp nhận", "Not received"}},
    {NULL, {NULL, NULL}}};
static const struct export_word ITEM_TOLD[] = {
    {"in_time", {"Xong đúng hạn", "Done in time"}},
    {"late", {"Xong muộn", "Done late"}},
    {"within", {"Đang chờ, trong hạn", "Waiting, within"}},
    {"overdue", {"Đang chờ, quá hạn", "Waiting, overdue"}},
    {"ended", {"Kết thúc khác", "Ended otherwise"}},
    {NULL, {NULL, NULL}}};
static const struct export_word WHAT_TOLD[] = {
    {"supplement", {"Yêu cầu bổ sung", "Papers asked for"}},
    {"apology", {"Xin lỗi, hẹn lại", "Apology"}},
    {"returned", {"Trả lại", "Returned"}},
    {"rejected", {"Từ chối tiếp nhận", "Not accepted"}},
    {"refused", {"Từ chối giải quyết", "Refused"}},
    {NULL, {NULL, NULL}}};
static const struct export_word DOING_TOLD[] = {
    {"applicant", {"Người nộp", "The applicant"}},
    {"guidance", {"Hướng dẫn chưa rõ", "Unclear guidance"}},
    {"officer", {"Cán bộ", "The officer"}},
    {"data", {"Dữ liệu", "Data"}},
    {NULL, {NULL, NULL}}};

static void coded(struct export *e, const char *key, const char *vi, const char *en, int width,
                  const struct export_word *words)
{
    text(e, key, vi, en, width);
    e->words[e->columns - 1] = words;
}

/* A column of keys of agencies. */
static void agency(struct export *e, const char *key, const char *vi, const char *en)
{
    text(e, key, vi, en, 20);
    e->agency[e->columns - 1] = true;
}

static struct figures_query *kept(struct req *rq, const struct figures_query *q)
{
    struct figures_query *k = ARENA_NEW(rq->arena, struct figures_query);

    *k = *q;
    return k;
}

/* What each column means, where it stands in law, and the rules for all, as a page of the file. */
static void explain(struct req *rq, struct export *e, enum figure_topic t)
{
    size_t rules = 0, n = 0;
    struct export_note *note;

    while (FIGURE_RULES[rules].vi)
        rules++;
    note = ARENA_ARRAY(rq->arena, struct export_note, FIGURES + RATES + rules + 2);
    note[n++] = (struct export_note){TOPIC[t].title, TOPIC[t].cut};
    note[n++] = (struct export_note){{"Căn cứ", "Law"}, TOPIC[t].law};
    for (int i = 0; i < FIGURES; i++)
        if (figure_topic_of((enum figure_id)i) == t)
            note[n++] = (struct export_note){FIGURE[i].title, FIGURE[i].about};
    for (int i = 0; i < RATES; i++)
        if (rate_topic_of((enum rate_id)i) == t)
            note[n++] = (struct export_note){RATE[i].title, RATE[i].about};
    for (size_t i = 0; i < rules; i++)
        note[n++] = (struct export_note){{"", ""}, FIGURE_RULES[i]};
    e->note = note;
    e->notes = n;
}

/* ---------------------------------------------------------------- figures */

static void ask_rows(struct req *rq, void *question, int64_t after, store_json *done)
{
    (void)after;
    store_figures(rq->api->store, &rq->viewer, question, done, rq);
}

void figures_export_rows(struct req *rq, int asked, const struct figures_query *q)
{
    struct export e = {.ask = ask_rows, .question = kept(rq, q), .total = q->by != BY_TOTAL};
    bool topic = q->topic != TOPIC_DOSSIERS;

    e.name = name_of(rq,
                     arena_printf(rq->arena, "so-lieu_%s%s%s", topic ? TOPIC[q->topic].name : "",
                                  topic ? "_" : "", FIGURE_BY_WORDS[q->by]),
                     q);
    figures_export_head(rq, &e, figures_titled(rq, TOPIC[q->topic].title, q), q);
    text(&e, "key", "Mã", "Key", 16);
    title_column(rq, &e);
    for (int i = 0; i < FIGURES; i++)
        if (figures_told(q, (enum figure_id)i))
            column(&e, FIGURE[i].name, NULL, FIGURE[i].title, CELL_INT, 12);
    for (int i = 0; i < RATES; i++)
        if (rates_told(q, (enum rate_id)i))
            column(&e, RATE[i].name, "tenths",
                   (struct text2){arena_printf(rq->arena, "%s (%%)", RATE[i].title.vi),
                                  arena_printf(rq->arena, "%s (%%)", RATE[i].title.en)},
                   CELL_TENTHS, 12);
    explain(rq, &e, q->topic);
    export_begin(rq, asked, &e);
}

/* ---------------------------------------------------------------- by two dimensions */

static void ask_cross(struct req *rq, void *question, int64_t after, store_json *done)
{
    (void)after;
    store_figures_cross(rq->api->store, &rq->viewer, question, done, rq);
}

/* What is told of each cell: a column a column of the answer, and the sum. */
static void widen(struct export *e, const json_t *answer)
{
    bool rate =
        json_object_get(json_object_get(json_object_get(answer, "total"), "value"), "of") != NULL;
    enum cell_kind kind = rate ? CELL_TENTHS : CELL_INT;
    const char *sub = rate ? "tenths" : "n";
    const json_t *c;
    size_t i;

    json_array_foreach(json_object_get(answer, "columns"), i, c)
    {
        const char *key = json_str(c, "key"), *vi = json_str(c, "title"),
                   *en = json_str(c, "title_en");

        key = key ? key : "";
        vi = vi ? vi : key;
        column(e, "cells", sub, (struct text2){vi, en ? en : vi}, kind, 12);
    }
    column(e, "value", sub, (struct text2){"Tổng số", "Total"}, kind, 12);
}

/* Of the only figure or rate that is asked for. */
static struct text2 asked_title(const struct figures_query *q)
{
    for (int i = 0; i < FIGURES; i++)
        if (q->figures && figures_told(q, (enum figure_id)i))
            return FIGURE[i].title;
    for (int i = 0; i < RATES; i++)
        if (q->rates && rates_told(q, (enum rate_id)i))
            return RATE[i].title;
    return TOPIC[q->topic].title;
}

void figures_export_cross(struct req *rq, int asked, const struct figures_query *q)
{
    struct export e = {.ask = ask_cross, .question = kept(rq, q), .total = true, .widen = widen};

    e.name = name_of(rq,
                     arena_printf(rq->arena, "so-lieu_%s_%s", FIGURE_BY_WORDS[q->by],
                                  FIGURE_BY_WORDS[q->across]),
                     q);
    figures_export_head(rq, &e, figures_titled(rq, asked_title(q), q), q);
    text(&e, "key", "Mã", "Key", 16);
    title_column(rq, &e);
    explain(rq, &e, q->topic);
    export_begin(rq, asked, &e);
}

/* ---------------------------------------------------------------- the dossiers behind a number */

/* The number that the list stands behind. */
static void count_listed(struct req *rq, void *question, store_json *done)
{
    struct figures_query q = *(const struct figures_query *)question;

    q.topic = figure_topic_of(q.figure);
    q.figures = (figure_set)1 << q.figure;
    store_figures(rq->api->store, &rq->viewer, &q, done, rq);
}

static int64_t listed(const json_t *answer, const void *question)
{
    const struct figures_query *q = question;
    const json_t *row = q->key ? NULL : json_object_get(answer, "total"), *item;
    size_t i;

    json_array_foreach(json_object_get(answer, "items"), i, item)
    {
        const char *key = json_string_value(json_object_get(item, "key"));

        if (q->key && key && strcmp(key, q->key) == 0)
            row = item;
    }
    row = json_object_get(row, FIGURE[q->figure].name);
    return json_is_integer(row) ? json_integer_value(row) : -1;
}

static void ask_list(struct req *rq, void *question, int64_t after, store_json *done)
{
    struct figures_query *q = question;

    q->after_id = after;
    store_figures_list(rq->api->store, &rq->viewer, q, done, rq);
}

/* "Hồ sơ: Quá hạn (theo cơ quan: STC)": whose row and column it stands behind. */
static struct text2 list_title(struct req *rq, const struct figures_query *q)
{
    const char *where = "";
    struct text2 t = FIGURE[q->figure].title;

    if (q->key)
        where = arena_printf(rq->arena, " (%s%s%s)", q->key, q->across_key ? ", " : "",
                             q->across_key ? q->across_key : "");
    else if (q->across_key)
        where = arena_printf(rq->arena, " (%s)", q->across_key);
    return (struct text2){arena_printf(rq->arena, "Danh sách hồ sơ: %s%s", t.vi, where),
                          arena_printf(rq->arena, "Dossiers: %s%s", t.en, where)};
}

void figures_export_list(struct req *rq, int asked, const struct figures_query *q)
{
    struct figures_query *k = kept(rq, q);
    struct export e = {.ask = ask_list, .question = k, .count = count_listed, .counted = listed};

    k->limit = FIGURES_LIST_MAX;
    k->after_id = 0;
    e.name = name_of(rq, arena_printf(rq->arena, "ho-so_%s", FIGURE[q->figure].name), q);
    figures_export_head(rq, &e, list_title(rq, q), q);
    text(&e, "code", "Mã hồ sơ", "Code", 24);
    text(&e, "procedure", "Thủ tục", "Procedure", 14);
    agency(&e, "agency", "Cơ quan", "Agency");
    agency(&e, "receiving", "Nơi tiếp nhận", "Receiving unit");
    coded(&e, "channel", "Kênh", "Channel", 10, channels_told(rq));
    coded(&e, "class", "Loại", "Class", 16, CLASS_TOLD);
    text(&e, "officer_name", "Người thụ lý", "Officer", 24);
    text(&e, "accepted", "Tiếp nhận lúc", "Accepted", 19);
    text(&e, "due", "Hẹn trả", "Due", 19);
    text(&e, "finished", "Có kết quả, kết thúc lúc", "Finished", 19);
    export_begin(rq, asked, &e);
}

static void ask_items(struct req *rq, void *question, int64_t after, store_json *done)
{
    struct figures_query *q = question;

    q->after_id = after;
    store_figures_items(rq->api->store, &rq->viewer, q, done, rq);
}

void figures_export_items(struct req *rq, int asked, const struct figures_query *q)
{
    struct figures_query *k = kept(rq, q);
    struct export e = {.ask = ask_items, .question = k, .count = count_listed, .counted = listed};

    k->limit = FIGURES_LIST_MAX;
    k->after_id = 0;
    e.name = name_of(rq, arena_printf(rq->arena, "muc_%s", FIGURE[q->figure].name), q);
    figures_export_head(rq, &e, list_title(rq, q), q);
    text(&e, "code", "Mã hồ sơ", "Code", 24);
    text(&e, "procedure", "Thủ tục", "Procedure", 14);
    agency(&e, "agency", "Tính cho cơ quan", "Counted with");
    agency(&e, "receiving", "Nơi tiếp nhận", "Receiving unit");
    coded(&e, "channel", "Kênh", "Channel", 10, channels_told(rq));
    coded(&e, "class", "Tình trạng", "State", 12, ITEM_TOLD);
    text(&e, "officer_name", "Cán bộ", "Officer", 24);
    text(&e, "since", "Từ lúc", "Since", 19);
    text(&e, "due", "Hạn", "Due", 19);
    text(&e, "finished", "Xong lúc", "Finished", 19);
    number(&e, "amount", "Số tiền (đồng)", "Amount (đồng)");
    export_begin(rq, asked, &e);
}

/* ---------------------------------------------------------------- forms */

static void ask_a(struct req *rq, void *question, int64_t after, store_json *done)
{
    (void)after;
    store_figures_form(rq->api->store, &rq->viewer, question, false, done, rq);
}

static void ask_b(struct req *rq, void *question, int64_t after, store_json *done)
{
    (void)after;
    store_figures_form(rq->api->store, &rq->viewer, question, true, done, rq);
}

void figures_export_form(struct req *rq, int asked, const struct figures_query *q, bool b)
{
    struct export e = {.ask = b ? ask_b : ask_a, .question = kept(rq, q)};

    e.name = name_of(rq, b ? "II.06b" : "II.06a", q);
    text(&e, "kind", "Dòng", "Line", 10);
    text(&e, "key", "Mã", "Key", 14);
    title_column(rq, &e);
    for (int i = 0; i < FORM_COLUMNS; i++) {
        struct text2 t = figures_form_title(i);

        column(&e, FORM_WORDS[i], NULL,
               (struct text2){arena_printf(rq->arena, "(%d) %s", i + 1, t.vi),
                              arena_printf(rq->arena, "(%d) %s", i + 1, t.en)},
               CELL_INT, 12);
    }
    number(&e, "waiting", "Trong (10): đang chờ, thời hạn dừng",
           "Of (10): waiting, the clock stands");
    number(&e, "ended_other", FIGURE[FIGURE_ENDED_OTHER].title.vi,
           FIGURE[FIGURE_ENDED_OTHER].title.en);
    export_begin(rq, asked, &e);
}

/* ---------------------------------------------------------------- load, steps, late, reasons */

#define LATE_PAGE 500 /* states that are read at once */

struct load_asked {
    int agency;
};

static void ask_load(struct req *rq, void *question, int64_t after, store_json *done)
{
    const struct load_asked *l = question;

    (void)after;
    store_figures_load(rq->api->store, &rq->viewer, l->agency, rq->lang, done, rq);
}

void figures_export_load(struct req *rq, int asked, int agency)
{
    struct load_asked *l = ARENA_NEW(rq->arena, struct load_asked);
    struct export e = {.ask = ask_load, .question = l};
    char today[16];

    l->agency = agency;
    day_iso(lminute_day(lminute_of(clock_now())), today);
    e.name = arena_printf(rq->arena, "tai-can-bo_%s", today);
    e.title = (struct text2){"Công việc cán bộ đang giữ và đến hạn",
                             "What officers hold and what falls due"};
    column(&e, "agency", "name", (struct text2){"Cơ quan", "Agency"}, CELL_TEXT, 40);
    text(&e, "name", "Họ tên", "Name", 24);
    number(&e, "holding", "Đang giữ", "Holding");
    number(&e, "overdue", "Quá hạn bước", "Beyond the step's limit");
    number(&e, "due_today", "Đến hạn hôm nay", "Due today");
    number(&e, "due_next", "Đến hạn ngày làm việc tới", "Due on the next working day");
    number(&e, "due_week", "Đến hạn trong tuần", "Due this week");
    number(&e, "todo_next", "Phải xong hết ngày làm việc tới",
           "To be done by the next working day");
    number(&e, "capacity_next", "Sức làm ngày tới", "Can do on that day");
    number(&e, "percent_next", "Phần trăm sức làm", "Percent of that");
    number(&e, "promise_overdue", "Quá ngày hẹn trả", "Beyond the promise");
    number(&e, "unopened", "Chưa nhận", "Not received yet");
    text(&e, "oldest_due", "Hạn sớm nhất", "Earliest due", 19);
    export_begin(rq, asked, &e);
}

struct steps_asked {
    struct figures_query q;
    bool late;
};

static void ask_steps(struct req *rq, void *question, int64_t after, store_json *done)
{
    const struct steps_asked *s = question;

    (void)after;
    store_figures_steps(rq->api->store, &rq->viewer, &s->q, s->late, false, done, rq);
}

void figures_export_steps(struct req *rq, int asked, const struct figures_query *q, bool late)
{
    struct steps_asked *s = ARENA_NEW(rq->arena, struct steps_asked);
    struct export e = {.ask = ask_steps, .question = s, .name = name_of(rq, "cac-buoc", q)};

    *s = (struct steps_asked){*q, late};
    figures_export_head(
        rq, &e,
        late ? (struct text2){"Thời gian từng bước của hồ sơ quá hạn so với định mức",
                              "Time of each step of late dossiers against its norm"}
             : (struct text2){"Thời gian từng bước so với định mức",
                              "Time of each step against its norm"},
        q);
    text(&e, "procedure", "Thủ tục", "Procedure", 14);
    if (asked != EXPORT_PDF) /* people read its name */
        text(&e, "step", "Mã bước", "Step", 16);
    title_column(rq, &e);
    number(&e, "n", "Số lần", "Times");
    number(&e, "median_minutes", "Trung vị (phút làm việc)", "Median (working minutes)");
    number(&e, "p90_minutes", "Chín phần mười không quá", "Nine of ten took no more");
    number(&e, "norm_minutes", "Định mức", "Norm");
    number(&e, "percent_of_norm", "So với định mức (%)", "Of the norm (%)");
    number(&e, "beyond", "Số lần quá định mức", "Times beyond it");
    number(&e, "beyond_minutes", "Tổng phút quá định mức", "Minutes beyond it");
    export_begin(rq, asked, &e);
}

struct late_asked {
    struct figures_query q;
    instant after;
};

static void ask_late(struct req *rq, void *question, int64_t after, store_json *done)
{
    struct late_asked *l = question;

    l->q.after_id = after;
    store_figures_late(rq->api->store, &rq->viewer, &l->q, l->after, done, rq);
}

static void count_late(struct req *rq, void *question, store_json *done)
{
    struct figures_query q = ((const struct late_asked *)question)->q;

    q.limit = 1;
    store_figures_late(rq->api->store, &rq->viewer, &q, INSTANT_NONE, done, rq);
}

static int64_t late_counted(const json_t *answer, const void *question)
{
    (void)question;
    return json_integer_value(json_object_get(answer, "of"));
}

/* A row for each step of each dossier. */
void figures_export_late(struct req *rq, int asked, const struct figures_query *q)
{
    struct late_asked *l = ARENA_NEW(rq->arena, struct late_asked);
    struct export e = {.ask = ask_late,
                       .question = l,
                       .name = name_of(rq, "tung-ho-so-qua-han", q),
                       .each = "steps",
                       .ret_after = &l->after,
                       .count = count_late,
                       .counted = late_counted};
    bool en = rq->lang == LANG_EN;

    *l = (struct late_asked){*q, INSTANT_NONE};
    l->q.limit = LATE_PAGE;
    figures_export_head(rq, &e,
                        (struct text2){"Từng hồ sơ quá hạn: thời gian đã đi đâu",
                                       "Each late dossier: where its time went"},
                        q);
    text(&e, "code", "Mã hồ sơ", "Code", 24);
    text(&e, "procedure", "Thủ tục", "Procedure", 14);
    agency(&e, "agency", "Cơ quan giải quyết", "Competent agency");
    text(&e, "due", "Hạn", "Due", 19);
    text(&e, "finished", "Có kết quả lúc", "Result at", 19);
    number(&e, "late_minutes", "Quá hạn (phút làm việc)", "Late (working minutes)");
    number(&e, "minutes", "Tiếp nhận đến kết quả", "Acceptance to result");
    number(&e, "applicant", "Chờ người nộp", "Applicant awaited");
    number(&e, "excluded", "Không tính vào thời hạn", "Excluded by law");
    number(&e, "other", "Còn lại", "The rest");
    column(&e, "steps", en ? "title_en" : "title", (struct text2){"Bước", "Step"}, CELL_TEXT, 30);
    column(&e, "steps", "agency", (struct text2){"Cơ quan", "Agency"}, CELL_TEXT, 14);
    e.agency[e.columns - 1] = true;
    column(&e, "steps", "officer_name", (struct text2){"Cán bộ", "Officer"}, CELL_TEXT, 24);
    column(&e, "steps", "minutes", (struct text2){"Ở bước (phút làm việc)", "In the step"},
           CELL_INT, 12);
    column(&e, "steps", "norm_minutes", (struct text2){"Định mức", "Norm"}, CELL_INT, 12);
    column(&e, "steps", "beyond_minutes", (struct text2){"Quá định mức", "Beyond it"}, CELL_INT,
           12);
    export_begin(rq, asked, &e);
}

static void ask_reasons(struct req *rq, void *question, int64_t after, store_json *done)
{
    (void)after;
    store_figures_reasons(rq->api->store, &rq->viewer, question, done, rq);
}

void figures_export_reasons(struct req *rq, int asked, const struct figures_query *q)
{
    struct export e = {
        .ask = ask_reasons, .question = kept(rq, q), .name = name_of(rq, "ly-do", q)};

    figures_export_head(rq, &e,
                        (struct text2){"Lý do bổ sung, trả lại, từ chối, xin lỗi",
                                       "Reasons of requests, returns, refusals, apologies"},
                        q);
    coded(&e, "what", "Việc", "What", 16, WHAT_TOLD);
    text(&e, "procedure", "Thủ tục", "Procedure", 14);
    if (asked != EXPORT_PDF)
        text(&e, "reason", "Mã lý do", "Code", 16);
    title_column(rq, &e);
    coded(&e, "attribution", "Do đâu", "Whose doing", 14, DOING_TOLD);
    number(&e, "n", "Số lần", "Times");
    number(&e, "dossiers", "Số hồ sơ", "Dossiers");
    export_begin(rq, asked, &e);
}
