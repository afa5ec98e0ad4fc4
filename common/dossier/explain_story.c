/* What the ledger of a clock tells: received, stopped by which paper, begun anew or gone on, moved
 * by an apology, each with the rule behind it.  Made from the same intervals and requests that the
 * due is computed from.  Writes to the caller's buffer.  Any thread. */
#include "common/access/organisation.h"
#include "common/base/json_out.h"
#include "common/dossier/explaining.h"

#define TEXT_MAX 4096

struct story {
    const struct dossier *s;
    const struct context *c;
    enum lang lang;
    bool json;
    struct jw w;
    struct buf *out;
    struct buf text; /* the line being made */
};

static const char *phrase(const struct story *x, const char *vi, const char *en)
{
    return x->lang == LANG_EN ? en : vi;
}

static void put_time(struct story *x, instant t)
{
    char words[64];

    lminute_words(lminute_of(t), x->lang == LANG_EN, words);
    buf_str(&x->text, words);
}

static void put_named(struct story *x, const char *vi, const char *en, const char *value)
{
    if (value && *value)
        buf_printf(&x->text, "%s %s", phrase(x, vi, en), value);
}

/* Writes the line made in x->text. */
static void tell(struct story *x, const char *kind, instant at, int64_t request, const char *basis)
{
    char when[32];

    if (x->json) {
        instant_rfc3339(at, when);
        jw_open(&x->w);
        jw_kstr(&x->w, "kind", kind);
        jw_kstr(&x->w, "at", when);
        jw_kstr(&x->w, "text", buf_cstr(&x->text));
        if (request)
            jw_ki64(&x->w, "request", request);
        if (basis && *basis)
            jw_kstr(&x->w, "basis", basis);
        jw_close(&x->w);
    } else {
        buf_str(x->out, buf_cstr(&x->text));
        if (basis && *basis)
            buf_printf(x->out, " [%s]", basis);
        buf_char(x->out, '\n');
    }
    x->text.n = 0;
}

/* ---------------------------------------------------------------- the rules behind */

static const char *decree(const struct story *x, enum article a)
{
    return regime_article(x->c->regime, a);
}

/* The law that sets the limits themselves. */
static const char *procedure_basis(const struct story *x)
{
    const struct procedure *p = x->c->procedure;

    return p && p->bases ? p->basis[0] : NULL;
}

static const char *supplement_basis(const struct story *x)
{
    const struct procedure *p = x->c->procedure;

    return p && p->supplement.given && p->supplement.basis ? p->supplement.basis
                                                           : decree(x, ARTICLE_SUPPLEMENT);
}

static const struct stop_reason *stop_of(const struct story *x, const char *reason)
{
    const struct procedure *p = x->c->procedure;
    size_t i;

    for (i = 0; p && reason && i < p->stops; i++)
        if (strcmp(p->stop[i].reason, reason) == 0)
            return &p->stop[i];
    return NULL;
}

static const char *request_basis(const struct story *x, const struct request *r)
{
    const struct stop_reason *stop = stop_of(x, r->reason);

    if (r->kind == REQ_SUPPLEMENT)
        return r->exception ? r->exception : supplement_basis(x);
    if (r->kind == REQ_SUSPENSION)
        return r->exception;
    return stop ? stop->basis : decree(x, ARTICLE_RECEIPT);
}

/* The request whose sending began the standstill. */
static const struct request *cause_of(const struct dossier *s, instant from)
{
    size_t i;

    for (i = 0; i < s->requests; i++)
        if (s->request[i].stops && s->request[i].sent == from)
            return &s->request[i];
    return NULL;
}

/* ---------------------------------------------------------------- lines */

/* The minutes of the outage, and what the second person said. */
static void put_late_entry(struct story *x)
{
    const struct dossier *s = x->s;
    size_t i;

    for (i = 0; i < s->requests && s->request[i].kind != REQ_LATE_ENTRY; i++)
        ;
    if (i == s->requests)
        return;
    put_named(x, ", biên bản", ", minutes", s->request[i].document);
    buf_str(&x->text, s->request[i].state == RS_ASKED ? phrase(x, ", chờ người đứng đầu xác nhận",
                                                               ", waits for the head's consent")
                      : s->request[i].state == RS_DECLINED
                          ? phrase(x, ", người đứng đầu không đồng ý: ngày hẹn giữ nguyên",
                                   ", the head declined: the promise stands")
                          : phrase(x, ", người đứng đầu đã xác nhận", ", the head agreed"));
}

static void tell_received(struct story *x, const struct clock *c)
{
    const struct dossier *s = x->s;

    buf_str(&x->text, phrase(x, "Tiếp nhận đủ hồ sơ lúc ", "Received complete at "));
    put_time(x, s->claimed != INSTANT_NONE ? s->claimed : s->accepted);
    buf_str(&x->text, phrase(x, "; hẹn trả ", "; promised for "));
    put_time(x, s->original_due);
    if (s->claimed != INSTANT_NONE) {
        buf_str(&x->text, phrase(x, "; nhập vào hệ thống lúc ", "; entered at "));
        put_time(x, s->accepted);
        put_late_entry(x);
    }
    tell(x, "received", c->interval[0].from, 0, decree(x, ARTICLE_RECEIPT));
}

static void put_cause(struct story *x, const struct request *r)
{
    const struct stop_reason *stop = stop_of(x, r->reason);
    struct text2 title = stop ? stop->title : request_kind_title(r->kind);

    buf_str(&x->text, text2_in(title, x->lang));
    put_named(x, ", văn bản", ", document", r->document);
    if (r->late)
        buf_str(&x->text, phrase(x, ", quá thời gian được phép", ", after the time allowed"));
    if (r->extra)
        buf_str(&x->text, phrase(x, ", quá số lần được phép", ", more often than allowed"));
}

static void tell_stopped(struct story *x, const struct clock_interval *in)
{
    const struct request *r = cause_of(x->s, in->from);

    buf_str(&x->text, phrase(x, "Dừng từ ", "Stopped from "));
    put_time(x, in->from);
    if (r) {
        buf_str(&x->text, ": ");
        put_cause(x, r);
    }
    tell(x, "stopped", in->from, r ? r->request : 0, r ? request_basis(x, r) : NULL);
    if (r && r->overdue) {
        buf_str(&x->text, phrase(x, "Khi đó đã quá hạn: phần trễ trước yêu cầu vẫn tính",
                                 "It was overdue then: lateness from before it stays"));
        tell(x, "overdue", in->from, r->request, NULL);
    }
}

/* The interval after a standstill: anew where the clock counts from here, else the pause is added.
 */
static void tell_on(struct story *x, const struct clock *c, const struct clock_interval *in,
                    const struct clock_interval *pause)
{
    const struct request *r = cause_of(x->s, pause->from);
    bool anew = r && request_rule_of(r->kind)->restarts && c->received >= in->from;

    buf_str(&x->text, anew ? phrase(x, "Đã bổ sung đủ, tính lại từ đầu từ ",
                                    "Supplemented, counted anew from ")
                           : phrase(x, "Tính tiếp từ ", "Counted on from "));
    put_time(x, in->from);
    if (r)
        put_named(x, ", văn bản", ", document", r->end_document);
    tell(x, anew ? "restarted" : "resumed", in->from, r ? r->request : 0,
         anew ? supplement_basis(x)
         : r  ? request_basis(x, r)
              : NULL);
}

static void tell_extension(struct story *x, const struct request *r)
{
    buf_str(&x->text, phrase(x, "Xin lỗi và hẹn lại đến ", "Apology, new date "));
    put_time(x, r->due);
    put_named(x, ", văn bản", ", document", r->document);
    if (r->late)
        buf_str(&x->text, phrase(x, ", xin lỗi muộn", ", a late apology"));
    if (told_title(r->method).vi) {
        buf_str(&x->text, phrase(x, ", đã báo người nộp qua ", ", the applicant was told by "));
        buf_str(&x->text, text2_in(told_title(r->method), x->lang));
    }
    buf_str(&x->text, phrase(x, "; đúng hạn hay không vẫn xét theo ngày hẹn trước",
                             "; on time is still judged by the earlier date"));
    tell(x, "extended", r->sent, r->request, decree(x, ARTICLE_EXTENSION));
}

/* Another limit from the same receipt: later dates are told, earlier ones are not. */
static void tell_case(struct story *x, const struct request *r)
{
    buf_str(&x->text, phrase(x, "Đổi trường hợp từ ", "Case changed at "));
    put_time(x, r->sent);
    put_named(x, ": trường hợp", ": case", r->case_code);
    put_named(x, ", văn bản", ", document", r->document);
    buf_str(&x->text, phrase(x, "; thời hạn mới tính từ cùng lúc tiếp nhận, ngày hẹn không sớm lên",
                             "; the new limit counts from the same receipt, the promise gets no "
                             "earlier"));
    tell(x, "case", r->sent, r->request, procedure_basis(x));
}

/* Rules that changed under the dossier: from when to when, and by which paper. */
static void tell_move(struct story *x, const struct rule_change *m, instant from, instant to)
{
    buf_str(&x->text, m->version ? phrase(x, "Chuyển phiên bản thủ tục, hạn tính lại lúc ",
                                          "Moved to another version, counted again at ")
                                 : phrase(x, "Lịch làm việc được sửa, hạn tính lại lúc ",
                                          "Calendar corrected, counted again at "));
    put_time(x, m->at);
    buf_str(&x->text, phrase(x, ": từ ", ": from "));
    put_time(x, from);
    buf_str(&x->text, phrase(x, " thành ", " to "));
    put_time(x, to);
    put_named(x, ", văn bản", ", document", m->document);
    tell(x, "moved", m->at, 0, NULL);
}

/* The promise tells every move, other clocks the last. */
static void tell_moves(struct story *x, const struct clock *c)
{
    const struct dossier *s = x->s;
    size_t i;

    for (i = 0; c->kind == CLOCK_LEGAL && i < s->rule_changes; i++)
        if (s->rule_change[i].from != s->rule_change[i].to)
            tell_move(x, &s->rule_change[i], s->rule_change[i].from, s->rule_change[i].to);
    if (c->kind != CLOCK_LEGAL && c->moved > 0 && (size_t)c->moved <= s->rule_changes)
        tell_move(x, &s->rule_change[c->moved - 1], c->was, c->due);
}

static const char *agency_named(const struct story *x, int id)
{
    int i = id && x->c->org ? organisation_of_id(x->c->org, id) : -1;

    return i >= 0 ? text2_in(x->c->org->agency[i].name, x->lang) : NULL;
}

static void put_silence(struct story *x, const struct request *r)
{
    enum role role;

    if (r->silent)
        buf_str(&x->text, phrase(x, "; hết hạn không trả lời là đồng ý",
                                 "; silence at the end of the limit is consent"));
    else if (r->tells && role_of_name(r->tells, &role))
        buf_printf(&x->text, "%s %s",
                   phrase(x, "; hết hạn không trả lời thì nhắc và báo",
                          "; no answer in time: reminded, and told to the"),
                   text2_in(role_title(role), x->lang));
    else
        buf_str(&x->text, phrase(x, "; hết hạn không trả lời thì nhắc, hồ sơ vẫn chờ",
                                 "; no answer in time: reminded, the dossier waits on"));
    buf_str(&x->text, phrase(x, "; thời hạn giải quyết vẫn chạy", "; the promised limit runs on"));
}

/* The limit of an answer: what was sent to whom, and what follows when none comes. */
static void tell_answer(struct story *x, const struct clock *c)
{
    const struct request *r = dossier_request(x->s, c->subject);

    if (!r)
        return;
    buf_str(&x->text, text2_in(request_kind_title(r->kind), x->lang));
    put_named(x, ": gửi", ": sent to",
              c->kind == CLOCK_SUPPLEMENT ? phrase(x, "người nộp hồ sơ", "the applicant")
                                          : agency_named(x, r->to_agency));
    buf_str(&x->text, phrase(x, " lúc ", " at "));
    put_time(x, r->sent);
    put_named(x, ", văn bản", ", document", r->document);
    if (c->kind == CLOCK_CONSULT)
        put_silence(x, r);
    if (c->kind == CLOCK_SUPPLEMENT)
        buf_str(&x->text, phrase(x, "; không bổ sung trong hạn thì hồ sơ được kết thúc",
                                 "; not supplemented in time, the dossier is closed"));
    tell(x, "asked", r->sent, r->request,
         c->kind == CLOCK_SUPPLEMENT ? supplement_basis(x)
         : c->kind == CLOCK_CONSULT  ? decree(x, ARTICLE_CONSULT)
                                     : decree(x, ARTICLE_PAPER));
}

static void tell_promise(struct story *x)
{
    const struct dossier *s = x->s;

    if (s->basis_due == s->original_due && s->current_due == s->original_due)
        return;
    buf_str(&x->text, phrase(x, "Hẹn đầu ", "First promise "));
    put_time(x, s->original_due);
    buf_str(&x->text, phrase(x, "; xét đúng hạn theo ", "; judged by "));
    put_time(x, s->basis_due);
    buf_str(&x->text, phrase(x, "; hẹn hiện nay ", "; present date "));
    put_time(x, s->current_due);
    tell(x, "promise", s->last_at, 0, NULL);
}

static void tell_submitted(struct story *x, const struct clock *c)
{
    buf_str(&x->text, phrase(x, "Nộp trực tuyến lúc ", "Submitted online at "));
    put_time(x, c->received);
    buf_str(&x->text, phrase(x, "; trả lời chậm nhất ", "; answered at the latest "));
    put_time(x, c->due);
    tell(x, "submitted", c->received, 0, decree(x, ARTICLE_ONLINE));
}

static void tell_all(struct story *x, const struct clock *c)
{
    const struct dossier *s = x->s;
    size_t i;

    if (c->kind == CLOCK_LEGAL)
        tell_received(x, c);
    if (c->kind == CLOCK_SUPPLEMENT || c->kind == CLOCK_CONSULT || c->kind == CLOCK_PAPER)
        tell_answer(x, c);
    for (i = 0; i < c->intervals; i++)
        if (!c->interval[i].running)
            tell_stopped(x, &c->interval[i]);
        else if (i > 0)
            tell_on(x, c, &c->interval[i], &c->interval[i - 1]);
    for (i = 0; c->kind == CLOCK_LEGAL && i < s->requests; i++)
        if (s->request[i].kind == REQ_EXTENSION && s->request[i].state == RS_DONE)
            tell_extension(x, &s->request[i]);
        else if (s->request[i].kind == REQ_CASE && s->request[i].state == RS_DONE)
            tell_case(x, &s->request[i]);
    tell_moves(x, c);
    if (c->kind == CLOCK_LEGAL)
        tell_promise(x);
}

void explain_story(const struct dossier *s, const struct clock *c, const struct context *ctx,
                   enum lang lang, enum explain_form form, struct buf *out)
{
    struct story x = {
        .s = s, .c = ctx, .lang = lang, .json = form == EXPLAIN_JSON, .w = jw_to(out), .out = out};

    buf_init(&x.text, TEXT_MAX);
    if (x.json)
        jw_list(&x.w);
    if (c->kind == CLOCK_INTAKE)
        tell_submitted(&x, c);
    else if (s->accepted != INSTANT_NONE)
        tell_all(&x, c);
    if (x.json)
        jw_end(&x.w);
    buf_free(&x.text);
}
