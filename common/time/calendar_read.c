/* One calendar file from YAML to a layer: every mistake with its place, nothing guessed.
 * The layer lives in the caller's arena.  Any thread. */
#include "common/time/calendar_layers.h"

struct reader {
    struct arena *a;
    struct diags *d;
    struct calendar_layer *to;
};

static const char *const weekday_key[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun", NULL};

static void mistake(struct reader *r, struct mark at, const char *code, const char *vi,
                    const char *en)
{
    diag_add_text(r->d, DIAG_ERROR, at, code, (struct text2){vi, en});
}

static int weekday_of(const char *word)
{
    int i;

    for (i = 0; i < 7; i++)
        if (strcmp(weekday_key[i], word) == 0)
            return i;
    return -1;
}

static bool read_weekday(struct reader *r, const struct yaml_node *n, int *ret)
{
    int w = n->kind == YAML_SCALAR ? weekday_of(n->text) : -1;

    if (w < 0) {
        const char *word = n->kind == YAML_SCALAR ? n->text : "?";
        diag_add(r->d, DIAG_ERROR, n->at, "C002", "\"%s\" không phải ngày trong tuần (mon … sun)",
                 "\"%s\" is not a weekday (mon … sun)", word);
        diag_nearest(r->d, word, weekday_key, 7);
        return false;
    }
    *ret = w;
    return true;
}

bool session_parse(struct span s, struct session *ret)
{
    struct span from, to;
    int open, close;

    if (!span_cut(s, '-', &from, &to) || !clock_parse(from, &open) || !clock_parse(to, &close))
        return false;
    *ret = (struct session){(int16_t)open, (int16_t)close};
    return true;
}

static void read_session(struct reader *r, const struct yaml_node *n, struct day_sessions *to)
{
    struct session s;

    if (n->kind != YAML_SCALAR || !session_parse(span_of(n->text), &s)) {
        diag_add(r->d, DIAG_ERROR, n->at, "C003",
                 "\"%s\" không phải một buổi làm việc; viết như 07:30-11:30",
                 "\"%s\" is not a session; write it like 07:30-11:30",
                 n->kind == YAML_SCALAR ? n->text : "?");
        return;
    }
    if (s.open >= s.close) {
        mistake(r, n->at, "C004", "buổi làm việc phải mở trước khi đóng",
                "a session must open before it closes");
        return;
    }
    if (to->n && s.open < to->s[to->n - 1].close) {
        mistake(r, n->at, "C005", "buổi này chồng lên buổi trước hoặc sai thứ tự",
                "this session overlaps the one before it or is out of order");
        return;
    }
    if (to->n == CALENDAR_SESSIONS_MAX) {
        diag_add(r->d, DIAG_ERROR, n->at, "C006", "một ngày có nhiều nhất %d buổi",
                 "a day has at most %d sessions", CALENDAR_SESSIONS_MAX);
        return;
    }
    to->s[to->n++] = s;
}

static void read_sessions(struct reader *r, const struct yaml_node *n, struct day_sessions *to)
{
    size_t i;

    *to = (struct day_sessions){0};
    if (n->kind != YAML_SEQ) {
        mistake(r, n->at, "C003", "các buổi làm việc phải là danh sách, như [07:30-11:30]",
                "sessions must be a list, like [07:30-11:30]");
        return;
    }
    for (i = 0; i < n->n; i++)
        read_session(r, n->item[i], to);
}

static void read_week(struct reader *r, const struct yaml_node *n, struct week *to)
{
    size_t i;

    yaml_only_keys(n, weekday_key, r->d);
    for (i = 0; i < n->n; i++) {
        int w = weekday_of(n->key[i]->text);
        if (w < 0)
            continue; /* reported as an unknown key */
        read_sessions(r, n->item[i], &to->day[w]);
        to->set[w] = true;
    }
}

static bool read_date(struct reader *r, const struct yaml_node *map, const char *key, bool required,
                      dayno *ret)
{
    const struct yaml_node *n = yaml_get(map, key);
    const char *text;

    if (!yaml_text(map, key, required, &text, r->d))
        return false;
    if (!day_parse(span_of(text), ret)) {
        diag_add(r->d, DIAG_ERROR, n->at, "C008",
                 "\"%s\" không phải một ngày có thật; viết như 2026-03-02 (năm 1900–2200)",
                 "\"%s\" is not a real date; write it like 2026-03-02 (years 1900–2200)", text);
        return false;
    }
    return true;
}

static void read_season(struct reader *r, const struct yaml_node *n)
{
    static const char *const keys[] = {"from", "to", "week", NULL};
    struct season s = {.at = n->at};
    struct yaml_node *week;
    bool dates;
    size_t i;

    if (n->kind != YAML_MAP) {
        mistake(r, n->at, "C014", "mùa phải là {from, to, week}", "a season is {from, to, week}");
        return;
    }
    yaml_only_keys(n, keys, r->d);
    dates = read_date(r, n, "from", true, &s.from);
    dates &= read_date(r, n, "to", true, &s.to);
    week = yaml_map(n, "week", true, r->d);
    if (week)
        read_week(r, week, &s.week);
    if (!dates)
        return;
    if (s.from > s.to) {
        mistake(r, n->at, "C014", "mùa bắt đầu sau ngày kết thúc",
                "the season begins after its end");
        return;
    }
    for (i = 0; i < r->to->seasons; i++)
        if (s.from <= r->to->season[i].to && r->to->season[i].from <= s.to)
            diag_add(r->d, DIAG_ERROR, n->at, "C015", "mùa này chồng lên mùa ở dòng %d",
                     "this season overlaps the one of line %d", r->to->season[i].at.line);
    ARENA_PUSH(r->a, r->to->season, r->to->seasons, r->to->season_cap) = s;
}

static void read_seasons(struct reader *r, const struct yaml_node *top)
{
    const struct yaml_node *list = yaml_list(top, "seasons", false, r->d);
    size_t i;

    if (!list)
        return;
    r->to->has_seasons = true;
    if (list->n > CALENDAR_SEASONS_MAX) {
        diag_add(r->d, DIAG_ERROR, list->at, "C022", "nhiều nhất %d mùa", "at most %d seasons",
                 CALENDAR_SEASONS_MAX);
        return;
    }
    for (i = 0; i < list->n; i++)
        read_season(r, list->item[i]);
}

/* `name` of a day: a word in Vietnamese, or {vi, en}. */
static void read_day_name(struct reader *r, const struct yaml_node *n, struct listed_day *to)
{
    const struct yaml_node *v = yaml_get(n, "name");

    if (v && v->kind == YAML_MAP)
        (void)yaml_text2(n, "name", false, &to->name, r->d);
    else if (v && yaml_text(n, "name", false, &to->name.vi, r->d))
        to->name.en = NULL;
}

static void read_grade(struct reader *r, const struct yaml_node *n, struct listed_day *to)
{
    const char *text;

    if (!yaml_text(n, "grade", false, &text, r->d))
        return;
    if (strlen(text) != 1 || text[0] < 'A' || text[0] > 'D')
        diag_add(r->d, DIAG_ERROR, yaml_get(n, "grade")->at, "C017",
                 "mức tin cậy là A, B, C hoặc D, không phải \"%s\"",
                 "the grade is A, B, C or D, not \"%s\"", text);
    else
        to->grade = text[0];
}

static bool read_kind(struct reader *r, const struct yaml_node *n, enum day_kind *ret)
{
    static const char *const word[] = {"holiday", "make_up", "exception"};
    static const enum day_kind kind[] = {DAY_HOLIDAY, DAY_MAKE_UP, DAY_EXCEPTION};
    const char *text;
    size_t i;

    if (!yaml_text(n, "kind", true, &text, r->d))
        return false;
    for (i = 0; i < 3; i++)
        if (strcmp(text, word[i]) == 0) {
            *ret = kind[i];
            return true;
        }
    diag_add(r->d, DIAG_ERROR, yaml_get(n, "kind")->at, "C010",
             "loại ngày \"%s\" không có; chọn holiday, make_up hoặc exception",
             "there is no kind of day \"%s\": holiday, make_up or exception", text);
    diag_nearest(r->d, text, word, 3);
    return false;
}

/* `as` goes with make_up only, `sessions` with exception only, and each of them needs its own. */
static void read_kind_data(struct reader *r, const struct yaml_node *n, struct listed_day *to)
{
    const struct yaml_node *as = yaml_get(n, "as"), *sessions = yaml_get(n, "sessions");

    if (as && to->kind != DAY_MAKE_UP)
        mistake(r, as->at, "C011", "\"as\" chỉ dùng cho ngày làm bù (make_up)",
                "\"as\" is for make_up days only");
    if (sessions && to->kind != DAY_EXCEPTION)
        mistake(r, sessions->at, "C011", "\"sessions\" chỉ dùng cho ngày ngoại lệ (exception)",
                "\"sessions\" is for exception days only");
    if (to->kind == DAY_MAKE_UP && !as)
        mistake(r, n->at, "C011", "ngày làm bù cần \"as\": làm theo giờ của thứ mấy",
                "a make-up day needs \"as\": the weekday whose sessions are worked");
    if (to->kind == DAY_EXCEPTION && !sessions)
        mistake(r, n->at, "C011", "ngày ngoại lệ cần \"sessions\" (để [] nếu đóng cửa)",
                "an exception needs \"sessions\" ([] when closed)");
    if (to->kind == DAY_MAKE_UP && as) {
        to->as_at = as->at;
        (void)read_weekday(r, as, &to->as);
    }
    if (to->kind == DAY_EXCEPTION && sessions)
        read_sessions(r, sessions, &to->sessions);
}

/* `basis` is the legal ground; `source` says where the date was read when there is no ground. */
static void read_basis(struct reader *r, const struct yaml_node *n, struct listed_day *to)
{
    const char *basis = NULL, *source = NULL;

    (void)yaml_text(n, "basis", false, &basis, r->d);
    (void)yaml_text(n, "source", false, &source, r->d);
    if (basis && source)
        to->basis = arena_printf(r->a, "%s; %s", basis, source);
    else
        to->basis = basis ? basis : source;
}

static void read_day(struct reader *r, const struct yaml_node *n)
{
    static const char *const keys[] = {"date",  "kind",   "name",  "as", "sessions",
                                       "basis", "source", "grade", NULL};
    struct listed_day day = {.at = n->at};
    bool known;

    if (n->kind != YAML_MAP) {
        mistake(r, n->at, "C010", "mỗi ngày là {date, kind, …}", "a day is {date, kind, …}");
        return;
    }
    yaml_only_keys(n, keys, r->d);
    known = read_date(r, n, "date", true, &day.day);
    if (read_kind(r, n, &day.kind))
        read_kind_data(r, n, &day);
    else
        known = false;
    read_day_name(r, n, &day);
    read_basis(r, n, &day);
    read_grade(r, n, &day);
    if (known)
        ARENA_PUSH(r->a, r->to->listed, r->to->listed_n, r->to->listed_cap) = day;
}

static void read_days(struct reader *r, const struct yaml_node *top)
{
    const struct yaml_node *list = yaml_list(top, "days", false, r->d);
    size_t i;

    if (!list)
        return;
    if (list->n > CALENDAR_LISTED_MAX) {
        diag_add(r->d, DIAG_ERROR, list->at, "C022", "nhiều nhất %d ngày", "at most %d days",
                 CALENDAR_LISTED_MAX);
        return;
    }
    for (i = 0; i < list->n; i++)
        read_day(r, list->item[i]);
}

static void read_uncounted(struct reader *r, const struct yaml_node *top)
{
    const struct yaml_node *list = yaml_list(top, "uncounted", false, r->d);
    size_t i;
    int w;

    if (!list)
        return;
    r->to->has_uncounted = true;
    for (i = 0; i < list->n; i++)
        if (read_weekday(r, list->item[i], &w))
            r->to->uncounted[w] = true;
}

static void read_cutoff(struct reader *r, const struct yaml_node *top)
{
    const char *text;

    if (!yaml_text(top, "cutoff", false, &text, r->d))
        return;
    if (clock_parse(span_of(text), &r->to->cutoff) && r->to->cutoff < DAY_MINUTES)
        r->to->has_cutoff = true;
    else
        diag_add(r->d, DIAG_ERROR, yaml_get(top, "cutoff")->at, "C007",
                 "\"%s\" không phải giờ trong ngày; viết như 15:00",
                 "\"%s\" is not a time of day; write it like 15:00", text);
}

static bool is_word(const char *s)
{
    size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_-");

    return n > 0 && n <= 64 && s[n] == '\0' && s[0] != '-';
}

/* A name is also the name of a file: only plain words, so that it cannot lead elsewhere. */
static void read_names(struct reader *r, const struct yaml_node *top)
{
    static const char *const what[] = {"calendar", "extends"};
    const char *text;
    int i;

    for (i = 0; i < 2; i++) {
        if (!yaml_text(top, what[i], i == 0, &text, r->d))
            continue;
        if (!is_word(text)) {
            diag_add(r->d, DIAG_ERROR, yaml_get(top, what[i])->at, "C023",
                     "tên lịch chỉ gồm a-z, 0-9, _ và - (nhiều nhất 64): \"%s\"",
                     "a calendar's name has only a-z, 0-9, _ and - (at most 64): \"%s\"", text);
            continue;
        }
        if (i == 0)
            r->to->name = text;
        else {
            r->to->extends = text;
            r->to->extends_at = yaml_get(top, what[i])->at;
        }
    }
    if (yaml_text(top, "timezone", false, &text, r->d) && strcmp(text, "Asia/Ho_Chi_Minh") != 0)
        diag_add(r->d, DIAG_ERROR, yaml_get(top, "timezone")->at, "C001",
                 "chỉ có múi giờ Asia/Ho_Chi_Minh, không phải \"%s\"",
                 "the only time zone is Asia/Ho_Chi_Minh, not \"%s\"", text);
}

static void read_range(struct reader *r, const struct yaml_node *top)
{
    struct calendar_layer *l = r->to;

    l->has_from = read_date(r, top, "from", false, &l->from);
    l->has_until = read_date(r, top, "until", false, &l->until);
    if (l->has_from && l->has_until && l->from > l->until)
        mistake(r, yaml_get(top, "until")->at, "C019", "until đứng trước from",
                "until lies before from");
}

static int by_day(const struct listed_day *a, const struct listed_day *b)
{
    if (a->day != b->day)
        return a->day < b->day ? -1 : 1;
    return (int)a->kind - (int)b->kind;
}

/* Sorted by day, then by strength; stable, so that a repeated line is reported where it repeats. */
static void sort_days(struct reader *r)
{
    struct listed_day *p = r->to->listed;
    size_t i, k;

    for (i = 1; i < r->to->listed_n; i++) {
        struct listed_day day = p[i];
        for (k = i; k > 0 && by_day(&p[k - 1], &day) > 0; k--)
            p[k] = p[k - 1];
        p[k] = day;
    }
    for (i = 1; i < r->to->listed_n; i++)
        if (by_day(&p[i - 1], &p[i]) == 0)
            diag_add(r->d, DIAG_ERROR, p[i].at, "C009", "ngày này đã khai ở dòng %d",
                     "this day was listed before, on line %d", p[i - 1].at.line);
}

bool calendar_layer_read(struct arena *a, struct span text, struct calendar_layer *ret,
                         struct diags *d)
{
    static const char *const keys[] = {"calendar", "name",    "timezone", "week", "uncounted",
                                       "cutoff",   "seasons", "extends",  "days", "day_minutes",
                                       "from",     "until",   NULL};
    struct reader r = {a, d, ret};
    size_t before = d->errors;
    struct yaml_node *top = yaml_read(a, text, d), *n;
    int64_t minutes;

    *ret = (struct calendar_layer){0};
    if (!top)
        return false;
    ret->top = top->at;
    if (top->kind != YAML_MAP) {
        mistake(&r, top->at, "Y013", "tệp lịch phải là nhóm khóa", "a calendar file is a map");
        return false;
    }
    yaml_only_keys(top, keys, d);
    read_names(&r, top);
    (void)yaml_text2(top, "name", true, &ret->title, d);
    n = yaml_map(top, "week", false, d);
    if (n) {
        ret->has_week = true;
        ret->week_at = n->at;
        read_week(&r, n, &ret->week);
    }
    read_uncounted(&r, top);
    read_cutoff(&r, top);
    read_seasons(&r, top);
    read_days(&r, top);
    sort_days(&r);
    read_range(&r, top);
    if (yaml_int(top, "day_minutes", false, 1, DAY_MINUTES, &minutes, d)) {
        ret->has_day_minutes = true;
        ret->day_minutes = (int)minutes;
    }
    return d->errors == before;
}
