/* What a question about figures is called on paper and in files: its days, of whom, how it is
 * judged, its dimensions.  Texts live as long as the request.  The worker's thread. */
#include <stdarg.h>

#include "common/paper/paper.h"
#include "common/procedure/procedure.h"
#include "server/api/figures.h"

#define WORDS_MAX 4096

static struct text2 dimension(enum figure_by by)
{
    static const struct text2 words[] = {
        [BY_TOTAL] = {"tổng số", "in total"},
        [BY_AGENCY] = {"cơ quan", "agency"},
        [BY_PROCEDURE] = {"thủ tục", "procedure"},
        [BY_OFFICER] = {"cán bộ", "officer"},
        [BY_CHANNEL] = {"kênh", "channel"},
        [BY_RECEIVING] = {"nơi tiếp nhận", "receiving unit"},
        [BY_APPLICANT] = {"loại người nộp", "kind of applicant"},
        [BY_COMPETENT] = {"cơ quan giải quyết", "competent agency"},
        [BY_FIELD] = {"lĩnh vực", "field"},
        [BY_DAY] = {"ngày", "day"},
        [BY_WEEK] = {"tuần", "week"},
        [BY_MONTH] = {"tháng", "month"},
        [BY_QUARTER] = {"quý", "quarter"},
        [BY_YEAR] = {"năm", "year"},
    };

    return words[by];
}

struct text2 figures_titled(struct req *rq, struct text2 what, const struct figures_query *q)
{
    struct text2 by = dimension(q->by), across = dimension(q->across);

    if (q->by == BY_TOTAL)
        return what;
    if (q->across == BY_TOTAL)
        return (struct text2){arena_printf(rq->arena, "%s theo %s", what.vi, by.vi),
                              arena_printf(rq->arena, "%s by %s", what.en, by.en)};
    return (struct text2){arena_printf(rq->arena, "%s theo %s và %s", what.vi, by.vi, across.vi),
                          arena_printf(rq->arena, "%s by %s and %s", what.en, by.en, across.en)};
}

const char *figures_period_words(struct req *rq, const struct figures_query *q, enum lang lang)
{
    const char *text;
    struct buf b;

    buf_init(&b, WORDS_MAX);
    buf_str(&b, lang == LANG_EN ? "from " : "từ ");
    paper_day_words(lminute_day(lminute_of(q->from)), lang, &b);
    buf_str(&b, lang == LANG_EN ? " to the end of " : " đến hết ");
    paper_day_words(lminute_day(lminute_of(q->to) - 1), lang, &b);
    text = arena_strdup(rq->arena, buf_cstr(&b));
    buf_free(&b);
    return text;
}

/* ---------------------------------------------------------------- of whom */

static void part(struct buf *b, enum lang lang, struct text2 what, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
static void part(struct buf *b, enum lang lang, struct text2 what, const char *fmt, ...)
{
    va_list ap;

    if (b->n)
        buf_str(b, "; ");
    buf_printf(b, "%s ", text2_in(what, lang));
    va_start(ap, fmt);
    buf_vprintf(b, fmt, ap);
    va_end(ap);
}

static const char *agency_name(const struct organisation *o, int id, enum lang lang)
{
    int at = organisation_of_id(o, id);

    return at < 0 ? "?" : text2_in(o->agency[at].name, lang);
}

/* Its name by the newest version, or the code; of a field likewise. */
static const char *name_of(const struct snapshot *s, const char *code, bool field, enum lang lang)
{
    for (size_t i = s->procedures; i-- > 0;) {
        const struct procedure *p = s->procedure[i];

        if (field ? p->field_code && strcmp(p->field_code, code) == 0 : strcmp(p->code, code) == 0)
            return text2_in(field ? p->field : p->name, lang);
    }
    return "";
}

static void whose(struct buf *b, const struct snapshot *s, const struct figures_query *q,
                  enum lang lang)
{
    if (q->field)
        part(b, lang, (struct text2){"lĩnh vực", "field"}, "%s %s", q->field,
             name_of(s, q->field, true, lang));
    if (q->procedure)
        part(b, lang, (struct text2){"thủ tục", "procedure"}, "%s %s", q->procedure,
             name_of(s, q->procedure, false, lang));
    if (q->channel >= 0)
        part(b, lang, (struct text2){"kênh", "channel"}, "%s",
             text2_in(channel_title((enum channel)q->channel), lang));
    if (q->receiving)
        part(b, lang, (struct text2){"tiếp nhận tại", "received at"}, "%s",
             agency_name(s->org, q->receiving, lang));
    if (q->applicant)
        part(b, lang, (struct text2){"người nộp", "applicant"}, "%s",
             text2_in(figures_applicant(q->applicant), lang));
    if (q->officer == 0)
        part(b, lang, (struct text2){"chưa phân công", "nobody yet"}, "%s", "");
    else if (q->officer > 0)
        part(b, lang, (struct text2){"cán bộ số", "officer no."}, "%lld", (long long)q->officer);
    if (q->successor)
        part(b, lang, (struct text2){"tính cho cơ quan kế thừa", "counted with the successor"},
             "%s", "");
}

const char *figures_scope_words(struct req *rq, const struct figures_query *q, bool file,
                                enum lang lang)
{
    const struct snapshot *s = req_snapshot(rq);
    const char *text = NULL;
    struct buf b;

    buf_init(&b, WORDS_MAX);
    if (file && q->agency)
        part(&b, lang, (struct text2){"cơ quan", "agency"}, "%s",
             agency_name(s->org, q->agency, lang));
    whose(&b, s, q, lang);
    if (b.n && buf_ok(&b))
        text = arena_printf(rq->arena, "%s%s", file ? lang == LANG_EN ? "Of: " : "Phạm vi: " : "",
                            buf_cstr(&b));
    buf_free(&b);
    return text;
}

const char *figures_judged_words(struct req *rq, enum due_basis basis, instant as_of,
                                 enum lang lang)
{
    static const struct text2 words[] = {
        [DUE_ORIGINAL] = {"theo ngày hẹn đầu tiên", "by the first date promised"},
        [DUE_BASIS] = {"theo ngày hẹn ban đầu, chỉ lùi do bổ sung hoặc trừ thời gian không tính",
                       "by the first date, put off only for papers asked for and time that does "
                       "not count"},
        [DUE_CURRENT] = {"theo ngày hẹn sau cùng, kể cả khi đã xin lỗi hẹn lại",
                         "by the last date promised, apologies counted"},
    };
    const char *text;
    struct buf b;

    buf_init(&b, WORDS_MAX);
    buf_printf(&b,
               lang == LANG_EN ? "Early, on time and late are judged %s; figures by the history of "
                                 "dossiers up to "
                               : "Trước hạn, đúng hạn, quá hạn xét %s; số liệu theo lịch sử hồ sơ "
                                 "đến ",
               text2_in(words[basis], lang));
    paper_time_short(as_of, &b);
    buf_str(&b, ".");
    text = arena_strdup(rq->arena, buf_cstr(&b));
    buf_free(&b);
    return text;
}
