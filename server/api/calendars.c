/* Working calendars for people: which there are, a year day by day with what each day is and by
 * which notice, the text, and what a text not yet published says.  From the snapshot; what compiles
 * runs in a pool.  Handlers on the worker's thread. */
#include "server/api/defects.h"
#include "server/api/procedures.h"
#include "server/store/dossier_json.h"

#define TEXT_CHARS 400000
#define BODY_TEXT  ((size_t)1 << 20)
#define YEAR_FIRST 1900
#define YEAR_LAST  2200

static const char *const kinds[] = {"ordinary", "season", "holiday", "make_up", "exception", NULL};

/* ---------------------------------------------------------------- a calendar, its days */

static void day_of(struct jw *w, const char *key, dayno d)
{
    char text[16];

    day_iso(d, text);
    jw_kstr(w, key, text);
}

static void minute_of(struct jw *w, const char *key, int minute, struct arena *a)
{
    jw_kstr(w, key, arena_printf(a, "%02d:%02d", minute / 60, minute % 60));
}

static void head_json(struct jw *w, const struct calendar *k, enum lang lang, struct arena *a)
{
    char hex[2 * SHA256_BYTES + 1];
    int cutoff;

    hex_encode(calendar_hash(k), SHA256_BYTES, hex);
    jw_kstr(w, "calendar", calendar_name(k));
    jw_ktext2(w, "title", calendar_title(k), lang);
    jw_kstr(w, "hash", hex);
    day_of(w, "first", calendar_first_day(k));
    day_of(w, "last", calendar_last_day(k));
    jw_ki64(w, "day_minutes", calendar_day_minutes(k));
    if (calendar_cutoff(k, &cutoff))
        minute_of(w, "cutoff", cutoff, a);
    else
        jw_knull(w, "cutoff");
}

static void day_json(struct jw *w, const struct calendar *k, dayno d, enum lang lang,
                     struct arena *a)
{
    const struct day_sessions *open = calendar_day(k, d);
    char grade[2] = {calendar_day_grade(k, d), '\0'};

    jw_open(w);
    day_of(w, "day", d);
    jw_ki64(w, "weekday", day_weekday(d));
    jw_kstr(w, "kind", kinds[calendar_day_kind(k, d)]);
    jw_kbool(w, "counted", calendar_counted(k, d));
    jw_key(w, "sessions");
    jw_list(w);
    for (int i = 0; i < open->n; i++) {
        jw_open(w);
        minute_of(w, "open", open->s[i].open, a);
        minute_of(w, "close", open->s[i].close, a);
        jw_close(w);
    }
    jw_end(w);
    jw_ktext2(w, "name", calendar_day_name(k, d), lang);
    jw_kstr(w, "basis", calendar_day_basis(k, d));
    jw_kstr(w, "grade", *grade ? grade : NULL);
    jw_close(w);
}

/* "year","days": as far as the calendar knows the year. */
static void year_json(struct jw *w, const struct calendar *k, int year, enum lang lang,
                      struct arena *a)
{
    dayno d = civil_day((struct civil){.year = year, .month = 1, .day = 1});
    dayno end = civil_day((struct civil){.year = year + 1, .month = 1, .day = 1});

    jw_ki64(w, "year", year);
    jw_key(w, "days");
    jw_list(w);
    for (; d < end; d++)
        if (d >= calendar_first_day(k) && d <= calendar_last_day(k))
            day_json(w, k, d, lang, a);
    jw_end(w);
}

/* ---------------------------------------------------------------- reading */

static void list_work(struct changing *g)
{
    const struct snapshot_text *t;
    struct jw w = jw_to(&g->out);
    size_t n;

    jw_open(&w);
    jw_key(&w, "calendars");
    jw_list(&w);
    for (t = snapshot_texts(g->snap, &n); n > 0; n--, t++) {
        struct arena *a = t->kind == 'c' ? arena_new(CALENDAR_ARENA_MAX) : NULL;
        struct diags d;
        const struct calendar *k;

        if (!a)
            continue;
        diags_init(&d, a);
        k = snapshot_calendar(g->snap, t->name);
        if (k || (k = calendar_compile(a, t->source, snapshot_calendar_text, g->snap, &d))) {
            jw_open(&w);
            head_json(&w, k, g->lang, a);
            jw_kbool(&w, "base", snapshot_calendar(g->snap, t->name) == NULL);
            jw_close(&w);
        }
        arena_free(a);
    }
    jw_end(&w);
    jw_close(&w);
}

static void list(struct req *rq)
{
    changing_study(rq, list_work, NULL, NULL);
}

static void one_work(struct changing *g)
{
    const int64_t *year = g->mine;
    struct arena *a = arena_new(CALENDAR_ARENA_MAX);
    const struct calendar *k = snapshot_calendar(g->snap, g->rq->param[0]);
    struct jw w = jw_to(&g->out);
    struct span source;
    const char *file;
    struct diags d;

    diags_init(&d, a);
    if (!k && snapshot_calendar_text(g->snap, g->rq->param[0], &source, &file))
        k = calendar_compile(a, source, snapshot_calendar_text, g->snap, &d);
    if (k) {
        jw_open(&w);
        head_json(&w, k, g->lang, a);
        year_json(&w, k, (int)*year, g->lang, a);
        jw_close(&w);
    } else {
        changing_fail(g, ERR_NOT_FOUND, NULL);
    }
    arena_free(a);
}

static void one(struct req *rq)
{
    struct civil now = civil_of_day(lminute_day(lminute_of(clock_now())));
    int64_t *year = ARENA_NEW(rq->arena, int64_t);

    if (req_query_i64(rq, "year", YEAR_FIRST, YEAR_LAST, now.year, year))
        changing_study(rq, one_work, year, NULL);
}

static void text(struct req *rq)
{
    struct snapshot *s = store_snapshot(rq->api->store);
    uint8_t hash[SHA256_BYTES];
    struct span source;
    const char *file;

    if (!snapshot_calendar_text(s, rq->param[0], &source, &file)) {
        reply_problem(rq, ERR_NOT_FOUND);
        return;
    }
    sha256(source.p, source.n, hash);
    reply_text(rq, "application/yaml", hash, source);
}

/* ---------------------------------------------------------------- a text that is looked at */

struct check_in {
    const char *text;
    int year;
};

/* The published calendars that extend it must still hold. */
static void breaks_json(struct changing *g, struct jw *w, struct arena *a, const char *name,
                        struct span source)
{
    struct calendars k;
    struct buf why;

    buf_init(&why, 65536);
    if (snapshot_calendars_with(g->snap, a, name, source, &k, &why))
        jw_knull(w, "breaks");
    else
        jw_kstr(w, "breaks", buf_cstr(&why));
    buf_free(&why);
}

static void check_work(struct changing *g)
{
    const struct check_in *in = g->mine;
    struct arena *a = arena_new((size_t)1 << 30);
    struct jw w = jw_to(&g->out);
    const struct calendar *k;
    struct diags d;

    diags_init(&d, a);
    k = calendar_compile(a, span_of(in->text), snapshot_calendar_text, g->snap, &d);
    jw_open(&w);
    defects_json(&w, &d, g->lang);
    jw_key(&w, "summary");
    if (k) {
        jw_open(&w);
        head_json(&w, k, g->lang, a);
        if (in->year)
            year_json(&w, k, in->year, g->lang, a);
        jw_close(&w);
        breaks_json(g, &w, a, calendar_name(k), span_of(in->text));
    } else {
        jw_null(&w);
        jw_knull(&w, "breaks");
    }
    jw_close(&w);
    arena_free(a);
}

static void check(struct req *rq)
{
    changing_study(rq, check_work, rq->body, NULL);
}

/* ---------------------------------------------------------------- tables */

static const struct bind_key check_keys[] = {
    BIND(struct check_in, LINES, text, BIND_REQUIRED, 1, TEXT_CHARS, "nội dung tệp lịch",
         "text of the calendar file"),
    BIND(struct check_in, INT, year, 0, YEAR_FIRST, YEAR_LAST, "kèm các ngày của năm",
         "with the days of this year"),
};
static const struct bind_shape check_shape =
    BIND_SHAPE("CalendarCheckText", struct check_in, check_keys);

static const struct answer_key head_keys[] = {
    A_WORD("calendar", 0, "lịch", "key"),
    A_TEXT("title", 0, "tên", "title"),
    A_HASH("hash", 0, "mã băm, gồm lịch được kế thừa", "hash, what it extends included"),
    A_DATE("first", 0, "biết từ ngày", "known from"),
    A_DATE("last", 0, "biết đến ngày", "known until"),
    A_INT("day_minutes", 0, "phút của một ngày làm việc", "minutes of a working day"),
    A_WORD("cutoff", ANSWER_NULL, "giờ chốt nhận hồ sơ", "cut-off"),
};
static const struct answer_shape head_shape = A_SHAPE("CalendarHead", head_keys);
static const struct answer_key item_keys[] = {
    A_WITH(&head_shape),
    A_BOOL("base", 0, "chỉ để lịch khác kế thừa", "only there to be extended"),
};
static const struct answer_shape item_shape = A_SHAPE("CalendarItem", item_keys);
static const struct answer_key list_keys[] = {
    A_LIST("calendars", 0, &item_shape, "các lịch", "calendars"),
};
static const struct answer_shape list_shape = A_SHAPE("Calendars", list_keys);
static const struct answer_key session_keys[] = {
    A_WORD("open", 0, "mở", "opens"),
    A_WORD("close", 0, "đóng", "closes"),
};
static const struct answer_shape session_shape = A_SHAPE("OfficeSession", session_keys);
static const struct answer_key day_keys[] = {
    A_DATE("day", 0, "ngày", "day"),
    A_INT("weekday", 0, "thứ: 0 thứ Hai … 6 Chủ nhật", "0 Monday … 6 Sunday"),
    A_ENUM("kind", 0, kinds, "loại ngày", "kind of day"),
    A_BOOL("counted", 0, "tính là ngày làm việc", "counts as a working day"),
    A_LIST("sessions", 0, &session_shape, "các buổi; trống: nghỉ", "sessions; none: closed"),
    A_TEXT("name", ANSWER_NULL, "tên ngày", "name of the day"),
    A_TEXT("basis", ANSWER_NULL, "căn cứ", "by which notice"),
    A_WORD("grade", ANSWER_NULL, "mức tin cậy A–D", "grade of confidence A–D"),
};
static const struct answer_shape day_shape = A_SHAPE("CalendarDay", day_keys);
static const struct answer_key year_keys[] = {
    A_WITH(&head_shape),
    A_INT("year", ANSWER_MAYBE, "năm", "year"),
    A_LIST("days", ANSWER_MAYBE, &day_shape, "các ngày mà lịch biết", "the days that it knows"),
};
static const struct answer_shape year_shape = A_SHAPE("CalendarYear", year_keys);
static const struct answer_key checked_keys[] = {
    A_WITH(&answer_defects),
    A_OBJECT("summary", ANSWER_NULL, &year_shape, "lịch; null: có lỗi", "null: it has errors"),
    A_TEXT("breaks", ANSWER_NULL, "lịch kế thừa nó sẽ hỏng vì sao", "what it breaks of others"),
};
static const struct answer_shape checked_shape = A_SHAPE("CalendarCheck", checked_keys);

static const struct route_param year_params[] = {
    {"year", {"năm; mặc định năm nay", "year; default: this one"}},
    {NULL, {NULL, NULL}},
};

static const struct route rows[] = {
    {.method = HTTP_GET,
     .pattern = "/v1/calendars",
     .permission = PERM_CALENDAR_READ,
     .lane = LANE_READ,
     .handle = list,
     .answer = &list_shape,
     .summary = {"Các lịch làm việc", "Working calendars"}},
    {.method = HTTP_GET,
     .pattern = "/v1/calendars/{id}",
     .permission = PERM_CALENDAR_READ,
     .lane = LANE_READ,
     .handle = one,
     .answer = &year_shape,
     .query = year_params,
     .summary = {"Một năm theo lịch: từng ngày làm gì, nghỉ gì, căn cứ nào",
                 "A year of a calendar: what each day is, and by which notice"}},
    {.method = HTTP_GET,
     .pattern = "/v1/calendars/{id}/text",
     .permission = PERM_CONFIG_READ,
     .lane = LANE_READ,
     .handle = text,
     .media = "application/yaml",
     .summary = {"Nội dung tệp lịch đúng như đã công bố", "The text as it was published"}},
    {.method = HTTP_POST,
     .pattern = "/v1/calendars/check",
     .permission = PERM_CALENDARS,
     .lane = LANE_REPORT,
     .handle = check,
     .body = &check_shape,
     .body_max = BODY_TEXT,
     .answer = &checked_shape,
     .summary = {"Kiểm tra một tệp lịch: mọi lỗi cùng lúc",
                 "Check a calendar: all mistakes at once"}},
};
ROUTE_TABLE(routes_calendars, rows);
