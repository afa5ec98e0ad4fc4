/* What each kind of request checks when it is asked, sent and answered.  Payloads are filled in the
 * decision's arena.  Any thread. */
#include "common/dossier/request_asks.h"

#include "common/access/access.h"

void want_document(struct deciding *d, const char *document, const char *vi, const char *en)
{
    if (!said(document))
        refuse_verdict(d, (struct verdict){ERR_R_NEEDS_DOCUMENT, {vi, en}}, "/document");
}

/* ---------------------------------------------------------------- supplement */

static struct quantity supplement_within(const struct deciding *d)
{
    return d->p->supplement.given && d->p->supplement.within.den ? d->p->supplement.within
                                                                 : d->c->regime->supplement_within;
}

static int supplement_max(const struct deciding *d)
{
    return d->p->supplement.given && d->p->supplement.times ? d->p->supplement.times
                                                            : d->c->regime->supplement_max;
}

bool supplement_restarts(const struct deciding *d)
{
    if (d->p->supplement.given)
        return d->p->supplement.clock_choice == 0;
    return d->c->regime->supplement_restarts;
}

static bool late_supplement(struct deciding *d)
{
    const struct calendar *cal = d->c->calendar(d->c->ctx, d->s->calendar);
    lminute due;

    return !cal ||
           worktime_due(cal, lminute_of(d->s->accepted), supplement_within(d), &due) != TIME_FINE ||
           d->c->now > instant_of(due);
}

static void check_missing(struct deciding *d, const struct ask *ask)
{
    size_t i, k, n = 0;
    const struct component *c = procedure_components(d->p, d->s->case_code, &n);

    if (ask->missings > CHECKS_MAX || ask->reason_codes > REASONS_MAX) {
        refuse(d, ERR_TOO_LARGE, "/missing", NULL, NULL);
        return;
    }
    for (i = 0; i < ask->missings; i++) {
        for (k = 0; k < n && strcmp(c[k].code, ask->missing[i]) != 0; k++)
            ;
        if (k == n)
            refuse(d, ERR_R_UNKNOWN_COMPONENT, arena_printf(d->a, "/missing/%zu", i),
                   "Thủ tục không có thành phần “%s”", "The procedure has no component “%s”",
                   ask->missing[i]);
    }
    for (i = 0; i < ask->reason_codes; i++)
        reason_fits(d, ask->reason_code[i], "supplement", arena_printf(d->a, "/reasons/%zu", i));
}

/* Complete and exact, once, within the days that the rules give (Decree 118/2025 art. 16.3).  What
 * goes beyond needs a named exception and a leader, and stays visible. */
void ask_supplement(struct deciding *d, const struct ask *ask, struct payload *pl)
{
    check_missing(d, ask);
    if (ask->reason_codes == 0)
        refuse(d, ERR_R_NEEDS_REASON, "/reasons", NULL, NULL);
    if (ask->missings == 0 && !said(ask->text))
        refuse(d, ERR_INVALID, "/missing", "Phải nêu giấy tờ hoặc nội dung cần bổ sung",
               "Name the papers, or say what is to be supplemented");
    if (!fine(d))
        return;
    pl->reason = NULL;
    pl->missing =
        arena_grow(d->a, ask->missing, ask->missings, ask->missings, sizeof *ask->missing);
    pl->missings = ask->missings;
    pl->reason_code = arena_grow(d->a, ask->reason_code, ask->reason_codes, ask->reason_codes,
                                 sizeof *ask->reason_code);
    pl->reason_codes = ask->reason_codes;
    pl->late = late_supplement(d);
    pl->extra = requests_made(d->s, REQ_SUPPLEMENT) >= supplement_max(d);
    if ((pl->late || pl->extra) && !said(ask->exception))
        refuse(
            d, ERR_R_EXCEPTION, "/exception",
            pl->extra
                ? "Đã yêu cầu bổ sung %d lần, quy định cho tối đa %d lần: nêu căn cứ, lãnh đạo "
                  "phải chấp thuận"
                : "Đã quá thời gian được yêu cầu bổ sung (đã gửi %d, tối đa %d lần): nêu căn cứ, "
                  "lãnh đạo phải chấp thuận",
            pl->extra
                ? "Supplements asked %d times, the rules allow %d: name the exception, a leader "
                  "has to agree"
                : "The time to ask for a supplement has passed (sent %d, at most %d): name the "
                  "exception, a leader has to agree",
            requests_made(d->s, REQ_SUPPLEMENT), supplement_max(d));
}

void send_supplement(struct deciding *d, const struct request *r, struct payload *pl)
{
    struct quantity days = {d->c->regime->supplement_close_days, 1, UNIT_CALENDAR_DAY};
    struct payload_clock *c = ARENA_NEW(d->a, struct payload_clock);
    const char *cal = agency_calendar(d->c, d->s->receiving);

    pl->late = late_supplement(d);
    if (pl->late && !r->agreed_by && !(r->state == RS_ASKED && said(r->exception)))
        refuse(d, ERR_R_EXCEPTION, NULL,
               "Đã quá thời gian được gửi yêu cầu bổ sung: hủy và đề nghị lại, nêu căn cứ",
               "The time to send it has passed: take it back and ask anew, naming the exception");
    if (days.num == 0 || !fine(d))
        return;
    *c = (struct payload_clock){CLOCK_SUPPLEMENT, (int)r->request, days, cal, 0};
    if (!clock_due(d, cal, days, (struct text2){"Hạn bổ sung", "Limit of the supplement"}, &c->due))
        return;
    pl->clock = c;
    pl->clocks = 1;
    pl->wanted = c->due;
}

static void take_checks(struct deciding *d, struct payload *pl)
{
    const struct ask *ask = d->cmd->ask;
    size_t i;

    if (ask->checks > CHECKS_MAX) {
        refuse(d, ERR_TOO_LARGE, "/components", NULL, NULL);
        return;
    }
    pl->check = ARENA_ARRAY(d->a, struct payload_check, ask->checks ? ask->checks : 1);
    pl->checks = ask->checks;
    for (i = 0; i < ask->checks; i++) {
        check_reused(d, &ask->check[i], i);
        pl->check[i] = (struct payload_check){ask->check[i].component, ask->check[i].originals,
                                              ask->check[i].certified, ask->check[i].copies,
                                              ask->check[i].presented, ask->check[i].file,
                                              ask->check[i].files,     ask->check[i].reused};
    }
}

/* The clock goes on only when everything asked for is there. */
void answer_supplement(struct deciding *d, const struct request *r, struct payload *pl)
{
    (void)r;
    if (strcmp(pl->outcome, "partial") == 0)
        pl->state = RS_OPEN;
    else if (strcmp(pl->outcome, "complete") != 0)
        refuse(d, ERR_INVALID, "/outcome", "Bổ sung đủ: complete, chưa đủ: partial",
               "All of it: complete; a part: partial");
    take_checks(d, pl);
    if (pl->state == RS_OPEN && r->due != INSTANT_NONE)
        pl->wanted = r->due;
}

/* ---------------------------------------------------------------- extension */

/* Last close of a day; 0 when the calendar has none. */
static instant close_of(const struct calendar *cal, dayno day)
{
    const struct day_sessions *s;

    if (!cal || day < calendar_first_day(cal) || day > calendar_last_day(cal) ||
        !calendar_counted(cal, day))
        return 0;
    s = calendar_day(cal, day);
    return instant_of((lminute)day * DAY_MINUTES + s->s[s->n - 1].close);
}

/* At the latest so many working days before the due day; later it is a late apology, told as such.
 */
static bool late_apology(const struct deciding *d)
{
    const struct calendar *cal = d->c->calendar(d->c->ctx, d->s->calendar);
    dayno due = lminute_day(lminute_of(d->s->current_due));
    int64_t days;

    return !cal || worktime_counted_between(cal, d->today, due, &days) != TIME_FINE ||
           days < d->c->regime->extension_days_before;
}

void ask_extension(struct deciding *d, const struct ask *ask, struct payload *pl)
{
    const struct calendar *cal = d->c->calendar(d->c->ctx, d->s->calendar);
    instant until = close_of(cal, ask->until);

    if (requests_stop(d->s))
        refuse(d, ERR_R_WAITING, NULL, "Thời hạn đang dừng: chưa cần hẹn lại",
               "The clock stands still: there is nothing to extend");
    if (requests_made(d->s, REQ_EXTENSION) >= d->c->regime->extension_max)
        refuse(d, ERR_R_ONCE_ONLY, NULL, "Chỉ được hẹn lại %d lần", "At most %d new date",
               d->c->regime->extension_max);
    if (!ask->reason)
        refuse(d, ERR_R_NEEDS_REASON, "/reason", NULL, NULL);
    else
        reason_fits(d, ask->reason, "late", "/reason");
    want_document(d, ask->document, "Phải ghi số văn bản xin lỗi", "Name the letter of apology");
    if (!until)
        refuse(d, ERR_INVALID, "/until", "Ngày hẹn lại phải là ngày làm việc trong lịch",
               "The new day must be a working day of the calendar");
    else if (until <= d->s->current_due || until <= d->c->now)
        refuse(d, ERR_INVALID, "/until", "Ngày hẹn lại phải sau ngày đã hẹn",
               "The new day must lie after the promised one");
    pl->wanted = until;
    pl->late = late_apology(d);
}

/* The one-stop unit moves the date and tells the applicant: whoever sends it says how she did. */
void send_extension(struct deciding *d, const struct request *r, struct payload *pl)
{
    if (requests_stop(d->s))
        refuse(d, ERR_R_WAITING, NULL, "Thời hạn đang dừng: gửi khi hết dừng",
               "The clock stands still: send it when that is over");
    if (r->due <= d->s->current_due)
        refuse(d, ERR_R_PROMISE, NULL, "Ngày hẹn hiện nay đã muộn hơn ngày đề nghị",
               "The promise already lies later than the day asked for");
    if (!said(pl->method))
        refuse(d, ERR_INVALID, "/method", "Phải ghi đã báo cho người nộp bằng cách nào",
               "How the applicant was told must be said");
    pl->late = late_apology(d);
    pl->current = r->due;
    pl->wanted = r->due;
}

/* ---------------------------------------------------------------- exclusion, suspension */

/* Only for reasons that the procedure names, with the document that begins it. */
void ask_exclusion(struct deciding *d, const struct ask *ask, struct payload *pl)
{
    size_t i;

    (void)pl;
    for (i = 0; ask->reason && i < d->p->stops && strcmp(d->p->stop[i].reason, ask->reason) != 0;
         i++)
        ;
    if (!ask->reason || i == d->p->stops)
        refuse(d, ERR_R_NOT_NAMED, "/reason", "Thủ tục không cho loại trừ thời gian vì “%s”",
               "The procedure excludes no time for “%s”", ask->reason ? ask->reason : "");
    want_document(d, ask->document, "Phải ghi văn bản bắt đầu", "Name the document that begins it");
}

void ask_suspension(struct deciding *d, const struct ask *ask, struct payload *pl)
{
    (void)pl;
    if (!said(ask->exception))
        refuse(d, ERR_R_EXCEPTION, "/exception", "Phải nêu căn cứ pháp lý của việc tạm dừng",
               "The legal basis of the suspension must be named");
    want_document(d, ask->document, "Phải ghi quyết định tạm dừng",
                  "Name the decision that suspends it");
}

void answer_ended(struct deciding *d, const struct request *r, struct payload *pl)
{
    (void)r;
    if (strcmp(pl->outcome, "end") != 0)
        refuse(d, ERR_INVALID, "/outcome", "Kết thúc: end", "To end it: end");
    want_document(d, d->cmd->ask->document, "Phải ghi văn bản kết thúc",
                  "Name the document that ends it");
}

/* ---------------------------------------------------------------- consultation */

void ask_consult(struct deciding *d, const struct ask *ask, struct payload *pl)
{
    int i = organisation_of_id(d->c->org, ask->to_agency);

    i = i < 0 ? -1 : organisation_on(d->c->org, i, d->today);
    if (i < 0)
        refuse(d, ERR_R_NO_TARGET, "/to_agency", "Không có cơ quan này", "There is no such agency");
    else if (d->c->org->agency[i].id == d->task->agency)
        refuse(d, ERR_INVALID, "/to_agency", "Không lấy ý kiến chính cơ quan mình",
               "An agency does not consult itself");
    if (!said(ask->text))
        refuse(d, ERR_INVALID, "/text", "Phải nêu nội dung lấy ý kiến", "Say what is asked");
    if (ask->limit.den == 0)
        refuse(d, ERR_INVALID, "/limit", "Phải có thời hạn trả lời", "The answer needs a limit");
    pl->tells = on_due_role(ask->on_due);
    if (ask->on_due && !pl->tells && strcmp(ask->on_due, "agree") != 0 &&
        strcmp(ask->on_due, "remind") != 0)
        refuse(d, ERR_INVALID, "/on_due", "on_due là agree hoặc remind",
               "on_due is agree or remind");
    pl->to_agency = ask->to_agency;
    pl->silent = ask->on_due && strcmp(ask->on_due, "agree") == 0;
}

/* Its own limit; the promise runs on (Decree 61/2018 art. 19.6). */
void send_consult(struct deciding *d, const struct request *r, struct payload *pl)
{
    struct payload_clock *c = ARENA_NEW(d->a, struct payload_clock);
    const char *cal = agency_calendar(d->c, r->to_agency);

    *c = (struct payload_clock){CLOCK_CONSULT, (int)r->request, d->cmd->ask->limit, cal, 0};
    if (!clock_due(d, cal, c->budget, (struct text2){"Hạn lấy ý kiến", "Limit of the opinion"},
                   &c->due))
        return;
    pl->clock = c;
    pl->clocks = 1;
    pl->wanted = c->due;
}

void answer_consult(struct deciding *d, const struct request *r, struct payload *pl)
{
    bool deemed = strcmp(pl->outcome, "deemed") == 0;

    if (deemed && (d->c->actor.user != 0 || !r->silent || d->c->now < r->due))
        refuse(d, ERR_INVALID, "/outcome", "Chỉ hệ thống ghi coi như đồng ý, khi hết hạn",
               "Only the system deems it agreed, when the time is over");
    if (!deemed && strcmp(pl->outcome, "agree") != 0 && strcmp(pl->outcome, "disagree") != 0)
        refuse(d, ERR_INVALID, "/outcome", "Trả lời agree hoặc disagree",
               "Answer agree or disagree");
    if (!deemed && !said(pl->text) && !pl->file && !said(pl->document))
        refuse(d, ERR_INVALID, "/text", "Phải có nội dung hoặc văn bản trả lời",
               "The answer needs a text or a document");
}

/* ---------------------------------------------------------------- paper that follows */

/* Electronic data at once, paper within one working day (Decree 118/2025 art. 20). */
void ask_paper(struct deciding *d, const struct ask *ask, struct payload *pl)
{
    int i = organisation_of_id(d->c->org, ask->to_agency);

    if (i < 0 || organisation_on(d->c->org, i, d->today) < 0)
        refuse(d, ERR_R_NO_TARGET, "/to_agency", "Không có cơ quan này", "There is no such agency");
    pl->to_agency = ask->to_agency;
}

void send_paper(struct deciding *d, const struct request *r, struct payload *pl)
{
    static const struct quantity day = {1, 1, UNIT_WORKING_DAY};
    struct payload_clock *c = ARENA_NEW(d->a, struct payload_clock);
    const char *cal = agency_calendar(d->c, r->to_agency);

    *c = (struct payload_clock){CLOCK_PAPER, (int)r->request, day, cal, 0};
    if (!clock_due(d, cal, day, (struct text2){"Hạn chuyển giấy", "Limit of the paper"}, &c->due))
        return;
    pl->clock = c;
    pl->clocks = 1;
    pl->wanted = c->due;
}

void answer_paper(struct deciding *d, const struct request *r, struct payload *pl)
{
    (void)r;
    if (strcmp(pl->outcome, "received") != 0)
        refuse(d, ERR_INVALID, "/outcome", "Xác nhận đã nhận: received", "Confirm: received");
}
