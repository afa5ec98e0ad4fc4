/* motcuad report freeze, frozen, show, verify, diff: reports frozen with their bytes, as the API
 * does it.  Main thread. */
#include <stdlib.h>
#include <string.h>

#include "server/cli/report_verb.h"
#include "server/store/frozen.h"
#include "server/store/running.h"

static const char *title_in(const struct cli *c, const char *report)
{
    for (int i = 0; report && REPORT_WORDS[i]; i++)
        if (strcmp(report, REPORT_WORDS[i]) == 0)
            return c->lang == LANG_EN ? report_title(i).en : report_title(i).vi;
    return report;
}

static bool id_of(struct cli *c, const char *const *value, int64_t *ret)
{
    if (value[O_OPERAND] && span_i64(span_of(value[O_OPERAND]), 1, INT64_MAX, ret))
        return true;
    (void)report_bad(c, report_say(c, "số của bản", "number of the version"), value[O_OPERAND]);
    return false;
}

/* ---------------------------------------------------------------- what differs */

static void cell_line(const json_t *cell, struct buf *out)
{
    static const char *const side[] = {"before", "after"};
    static const char *const text[] = {"before_text", "after_text"};

    buf_printf(out, "    %s %s:", json_str(cell, "row"), json_str(cell, "cell"));
    for (int i = 0; i < 2; i++) {
        const json_t *v = json_object_get(cell, side[i]);
        const char *t = json_str(cell, text[i]);

        if (json_is_integer(v))
            buf_printf(out, " %lld", (long long)json_integer_value(v));
        else
            buf_printf(out, " %s", t ? t : "–");
        if (i == 0)
            buf_str(out, " →");
    }
    buf_char(out, '\n');
}

struct word {
    const char *word;
    struct text2 title;
};
static const struct word causes[] = {
    {"late_entry", {"nhập bù", "late entry"}},
    {"correction", {"đính chính", "correction"}},
    {"undo", {"thu hồi thao tác", "an act taken back"}},
    {"succession", {"cơ quan kế thừa", "succession of agencies"}},
    {"supplement", {"yêu cầu bổ sung", "a request for papers"}},
    {"act", {"việc giải quyết tiếp theo", "work that went on"}},
    {"rules", {"định nghĩa số liệu", "what figures mean"}},
    {NULL, {NULL, NULL}},
};
static const struct word kinds[] = {
    {"organisation", {"tổ chức", "organisation"}},
    {"calendar", {"lịch", "calendar"}},
    {"regime", {"quy định", "rules"}},
    {"procedure", {"thủ tục", "procedure"}},
    {NULL, {NULL, NULL}},
};

static const char *called(const struct cli *c, const struct word *w, const char *word)
{
    for (; word && w->word; w++)
        if (strcmp(w->word, word) == 0)
            return text2_in(w->title, c->lang);
    return word ? word : "–";
}

static void dossier_line(const struct cli *c, const json_t *d, struct buf *out)
{
    const json_t *e;
    const char *code = json_str(d, "code");
    size_t i;

    buf_printf(out, "    %s  %s:", code ? code : "–", called(c, causes, json_str(d, "cause")));
    json_array_foreach(json_object_get(d, "events"), i, e)
    {
        const char *title = json_str(e, c->lang == LANG_EN ? "title_en" : "title");

        buf_printf(out, "%s %s (%s)", i ? ";" : "", title ? title : json_str(e, "kind"),
                   json_str(e, "at"));
    }
    buf_char(out, '\n');
}

static void changes_lines(const struct cli *c, const json_t *j, struct buf *out)
{
    const json_t *changes = json_object_get(j, "changes"), *item;
    size_t i;

    if (!json_is_object(changes)) {
        buf_printf(out, "%s\n", report_say(c, "không khác gì", "nothing differs"));
        return;
    }
    buf_printf(out, "%s: %lld\n", report_say(c, "ô khác nhau", "cells that differ"),
               (long long)json_i64(changes, "cells_n", 0));
    json_array_foreach(json_object_get(changes, "cells"), i, item) cell_line(item, out);
    buf_printf(out, "%s: %lld\n", report_say(c, "hồ sơ đứng sau", "dossiers behind it"),
               (long long)json_i64(changes, "dossiers_n", 0));
    json_array_foreach(json_object_get(changes, "dossiers"), i, item) dossier_line(c, item, out);
    json_array_foreach(json_object_get(changes, "texts"), i, item) buf_printf(
        out, "    %s %s %s, %s\n", report_say(c, "đã công bố", "published:"),
        called(c, kinds, json_str(item, "kind")), json_str(item, "name"), json_str(item, "at"));
    json_array_foreach(json_object_get(changes, "successions"), i, item)
        buf_printf(out, "    %s → %s (%s)\n", json_str(item, "agency"), json_str(item, "successor"),
                   json_str(item, "until"));
    if (json_is_true(json_object_get(changes, "rules")))
        buf_printf(out, "    %s\n",
                   report_say(c, "định nghĩa số liệu, hoặc bộ chỉ số chấm điểm, đã khác",
                              "figures, or the index that scores, mean something else now"));
    if (json_is_true(json_object_get(changes, "engine")))
        buf_printf(out, "    %s\n",
                   report_say(c, "hàm đếm trong cơ sở dữ liệu đã khác",
                              "the functions that count differ now"));
}

int report_diff(struct cli *c, struct asking *k, const struct figures_query *query,
                const char *const *value)
{
    int64_t id;

    (void)query;
    if (!id_of(c, value, &id))
        return CLI_MISUSE;
    store_frozen(asking_store(k), asking_viewer(), id, FROZEN_CHANGES, asking_heard, k);
    return report_answer(c, k, changes_lines, NULL);
}

/* ---------------------------------------------------------------- list, show */

static void list_lines(const struct cli *c, const json_t *j, struct buf *out)
{
    const json_t *item;
    size_t i;

    json_array_foreach(json_object_get(j, "items"), i, item)
    {
        const json_t *q = json_object_get(item, "question");

        buf_printf(out, "%6lld  %s %lld  %-9s  %s … %s  %s  %s  %s\n",
                   (long long)json_i64(item, "id", 0), report_say(c, "bản", "version"),
                   (long long)json_i64(item, "version", 0), json_str(item, "state"),
                   json_str(q, "from"), json_str(q, "to"),
                   json_str(item, "scope") ? json_str(item, "scope") : "*",
                   json_str(item, "digest"), title_in(c, json_str(item, "report")));
    }
    if (i == 0)
        buf_printf(out, "%s\n", report_say(c, "chưa chốt báo cáo nào", "no report was frozen yet"));
}

int report_frozen(struct cli *c, struct asking *k, const struct figures_query *query,
                  const char *const *value)
{
    struct frozen_query q = {.limit = FROZEN_LIST_MAX};

    (void)query;
    (void)value;
    store_frozen_list(asking_store(k), asking_viewer(), &q, asking_heard, k);
    return report_answer(c, k, list_lines, NULL);
}

static void bytes_as_they_are(const struct cli *c, const json_t *j, struct buf *out)
{
    char *text = json_dumps(j, JSON_INDENT(2));

    (void)c;
    if (text)
        buf_str(out, text);
    buf_char(out, '\n');
    free(text);
}

int report_show(struct cli *c, struct asking *k, const struct figures_query *query,
                const char *const *value)
{
    int64_t id;

    (void)query;
    if (!id_of(c, value, &id))
        return CLI_MISUSE;
    store_frozen(asking_store(k), asking_viewer(), id, c->json ? FROZEN_BYTES : FROZEN_WHOLE,
                 asking_heard, k);
    return report_answer(c, k, bytes_as_they_are, NULL);
}

/* ---------------------------------------------------------------- verify, freeze */

static void verified_lines(const struct cli *c, const json_t *j, struct buf *out)
{
    bool intact = json_flag(j, "intact", false), same = json_flag(j, "same", false);

    buf_printf(out, "%lld  %s  %s\n", (long long)json_i64(j, "report", 0), json_str(j, "digest"),
               !intact ? report_say(c, "byte đã lưu KHÔNG khớp mã băm",
                                    "the stored bytes do NOT fit their digest")
               : same  ? report_say(c, "đúng từng byte", "the same bytes")
                       : report_say(c, "đã khác", "differs"));
    if (!same && intact)
        changes_lines(c, j, out);
}

int report_verify(struct cli *c, struct asking *k, const struct figures_query *query,
                  const char *const *value)
{
    struct freeze_order o = {.verify = true, .as_of = INSTANT_NONE};

    (void)query;
    if (!id_of(c, value, &o.id))
        return CLI_MISUSE;
    store_freeze(asking_store(k), NULL, &o, asking_heard, k);
    return report_answer(c, k, verified_lines, "same");
}

static void frozen_lines(const struct cli *c, const json_t *j, struct buf *out)
{
    buf_printf(out, "%lld  %s %lld  %s%s\n", (long long)json_i64(j, "report", 0),
               report_say(c, "bản", "version"), (long long)json_i64(j, "version", 0),
               json_str(j, "digest"),
               json_flag(j, "same", false)
                   ? report_say(c, "  như bản đã chốt", "  as it was frozen before")
                   : "");
    if (json_is_object(json_object_get(j, "changes")))
        changes_lines(c, j, out);
}

int64_t report_account(struct asking *k, const char *login)
{
    struct actor who = {0};
    struct buf why;
    struct running *r;

    buf_init(&why, 4096);
    r = running_open(asking_conninfo(k), NULL, &why);
    if (r && running_actor(r, login, &who) != ERR_OK)
        who.user = 0;
    running_close(r);
    buf_free(&why);
    return who.user;
}

/* --figure, --by and --across make a cross table, and nothing else. */
static bool cross_read(const char *const *value, struct report_question *asked)
{
    int topic = value[O_FIGURE] ? figures_ask(&asked->q, span_of(value[O_FIGURE])) : -1;

    for (int i = 0; value[O_ACROSS] && FIGURE_BY_WORDS[i]; i++)
        if (strcmp(FIGURE_BY_WORDS[i], value[O_ACROSS]) == 0)
            asked->q.across = (enum figure_by)i;
    if (asked->report < 0 || strcmp(REPORT_WORDS[asked->report], "cross") != 0)
        return !value[O_FIGURE] && !value[O_ACROSS];
    if (topic >= 0)
        asked->q.topic = (enum figure_topic)topic;
    return topic >= 0 && figures_crossable(asked->q.by, asked->q.across) &&
           asked->q.by != BY_OFFICER && asked->q.across != BY_OFFICER;
}

/* --topic and --index go with the reports of that name. */
static bool subject_read(const char *const *value, int uncollected, struct report_question *asked)
{
    const char *word = asked->report < 0 ? "" : REPORT_WORDS[asked->report];
    bool topic = strcmp(word, "topic") == 0, index = strcmp(word, "index") == 0;

    for (int t = 0; value[O_TOPIC] && TOPIC_WORDS[t]; t++)
        if (t != TOPIC_DOSSIERS && strcmp(TOPIC_WORDS[t], value[O_TOPIC]) == 0)
            asked->q.topic = (enum figure_topic)t;
    asked->index = value[O_INDEX];
    if (asked->report < 0 || topic != (asked->q.topic != TOPIC_DOSSIERS) ||
        !topic != !value[O_TOPIC] || index != (asked->index != NULL) || !cross_read(value, asked))
        return false;
    report_uncollected(asked, uncollected);
    return true;
}

int report_freeze(struct cli *c, struct asking *k, const struct figures_query *query,
                  const char *const *value)
{
    struct report_question asked = {.report = -1, .q = *query};
    struct freeze_order o = {.asked = &asked,
                             .as_of = query->as_of,
                             .settled = (int)asking_config(k)->report_settled,
                             .remark = value[O_REMARK]};

    for (int i = 0; value[O_OPERAND] && REPORT_WORDS[i]; i++)
        if (strcmp(value[O_OPERAND], REPORT_WORDS[i]) == 0)
            asked.report = i;
    if (!subject_read(value, (int)asking_config(k)->report_uncollected, &asked))
        return report_bad(c, "report freeze", value[O_OPERAND]);
    if (!report_agency(c, k, value[O_AGENCY], &asked.q.agency))
        return CLI_REFUSED;
    o.author = value[O_AUTHOR] ? report_account(k, value[O_AUTHOR]) : 0;
    if (!o.author)
        return report_bad(c, "--author", value[O_AUTHOR]);
    store_freeze(asking_store(k), NULL, &o, asking_heard, k);
    return report_answer(c, k, frozen_lines, NULL);
}
