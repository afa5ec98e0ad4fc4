/* Layers of calendar files merged and compiled into per-day tables.
 * The calendar lives in the caller's arena, never changes, may be shared by all threads. */
#include "common/time/calendar.h"

#include <assert.h>

#include "common/time/calendar_tables.h"

#define CLOSED_SET 0

struct compiler {
    struct arena *a;
    struct diags *d;
    struct calendar *c;
    struct calendar_layer layer[CALENDAR_LAYERS_MAX]; /* [0] is the file itself */
    size_t layers;
    struct sha256_stream *hash;
    const struct week *week; /* ordinary; NULL: a bare list of days */
    const struct season *season;
    size_t seasons;
    bool uncounted[7];
    uint16_t week_set[7];
    uint16_t season_set[CALENDAR_SEASONS_MAX][7];
};

/* Mistakes of an extended file are reported at the line that extends it: the list of mistakes
 * carries places of one file only. */
static bool read_extended(struct compiler *k, const char *name, struct span text)
{
    struct diags below;

    diags_init(&below, k->a);
    sha256_add(k->hash, text.p, text.n);
    if (calendar_layer_read(k->a, text, &k->layer[k->layers], &below)) {
        k->layers++;
        return true;
    }
    diags_sort(&below);
    diag_add(k->d, DIAG_ERROR, k->layer[0].extends_at, "C012",
             "lịch kế thừa \"%s\" có lỗi, trước hết ở dòng %d, mã %s",
             "the extended calendar \"%s\" has mistakes, the first on line %d, code %s", name,
             below.item[0].at.line, below.item[0].code);
    return false;
}

static bool in_a_circle(const struct compiler *k, const char *next)
{
    size_t i;

    for (i = 0; i < k->layers; i++)
        if (k->layer[i].name && strcmp(k->layer[i].name, next) == 0)
            return true;
    return k->layers == CALENDAR_LAYERS_MAX;
}

static bool read_layers(struct compiler *k, struct span text, calendar_source *source, void *ctx)
{
    bool ok = calendar_layer_read(k->a, text, &k->layer[0], k->d);
    struct mark at = k->layer[0].extends_at;
    const char *next;

    sha256_add(k->hash, text.p, text.n);
    k->layers = 1;
    while ((next = k->layer[k->layers - 1].extends)) {
        struct span below = SPAN_NONE;
        const char *file = NULL;

        if (in_a_circle(k, next)) {
            diag_add(k->d, DIAG_ERROR, at, "C013",
                     "các lịch kế thừa vòng quanh hoặc quá %d lớp (ở \"%s\")",
                     "calendars extend each other in a circle or in more than %d layers (at "
                     "\"%s\")",
                     CALENDAR_LAYERS_MAX, next);
            return false;
        }
        if (!source || !source(ctx, next, &below, &file)) {
            diag_add(k->d, DIAG_ERROR, at, "C012", "không tìm thấy lịch kế thừa \"%s\"",
                     "cannot find the extended calendar \"%s\"", next);
            return false;
        }
        if (!read_extended(k, next, below))
            return false;
    }
    return ok;
}

static int week_minutes(const struct day_sessions *s)
{
    int i, m = 0;

    for (i = 0; i < s->n; i++)
        m += s->s[i].close - s->s[i].open;
    return m;
}

/* What the file does not say is inherited, key by key, from the nearest layer that says it. */
static void inherit(struct compiler *k)
{
    bool cutoff = false, seasons = false, uncounted = false;
    size_t i;

    k->c->cutoff = -1;
    for (i = 0; i < k->layers; i++) {
        const struct calendar_layer *l = &k->layer[i];
        if (!k->week && l->has_week)
            k->week = &l->week;
        if (!cutoff && l->has_cutoff)
            k->c->cutoff = l->cutoff;
        cutoff |= l->has_cutoff;
        if (!seasons && l->has_seasons) {
            k->season = l->season;
            k->seasons = l->seasons;
        }
        seasons |= l->has_seasons;
        if (!uncounted && l->has_uncounted)
            memcpy(k->uncounted, l->uncounted, sizeof k->uncounted);
        uncounted |= l->has_uncounted;
    }
}

/* Stated in the layer of the week or above it, else Monday's sessions, else the longest day's. */
static void find_day_minutes(struct compiler *k)
{
    size_t i;
    int w;

    for (i = 0; i < k->layers; i++) {
        if (k->layer[i].has_day_minutes) {
            k->c->day_minutes = k->layer[i].day_minutes;
            return;
        }
        if (k->layer[i].has_week)
            break;
    }
    if (!k->week)
        return;
    k->c->day_minutes = week_minutes(&k->week->day[0]);
    for (w = 1; w < 7 && k->c->day_minutes == 0; w++)
        k->c->day_minutes = week_minutes(&k->week->day[w]);
    if (k->c->day_minutes == 0)
        diag_add_text(k->d, DIAG_ERROR, k->layer[0].top, "C016",
                      (struct text2){"tuần không có buổi nào: ghi day_minutes",
                                     "the week has no session: give day_minutes"});
}

/* The first and last of the listed years of the deepest list: only there are the official days of a
 * whole year known. */
static bool listed_years(const struct compiler *k, dayno *ret_from, dayno *ret_until)
{
    size_t i;

    for (i = k->layers; i-- > 0;) {
        const struct calendar_layer *l = &k->layer[i];
        if (!l->listed_n)
            continue;
        *ret_from = civil_day((struct civil){civil_of_day(l->listed[0].day).year, 1, 1});
        *ret_until =
            civil_day((struct civil){civil_of_day(l->listed[l->listed_n - 1].day).year, 12, 31});
        return true;
    }
    return false;
}

static bool find_range(struct compiler *k)
{
    bool from = false, until = false;
    dayno first = 0, last = 0;
    size_t i;

    for (i = 0; i < k->layers; i++) {
        const struct calendar_layer *l = &k->layer[i];
        k->c->first = !from && l->has_from ? l->from : k->c->first;
        from |= l->has_from;
        k->c->last = !until && l->has_until ? l->until : k->c->last;
        until |= l->has_until;
    }
    if ((!from || !until) && !listed_years(k, &first, &last)) {
        diag_add_text(k->d, DIAG_ERROR, k->layer[0].top, "C018",
                      (struct text2){"không biết lịch có hiệu lực đến đâu: liệt kê ngày nghỉ, "
                                     "hoặc ghi from và until",
                                     "it is unknown how far the calendar reaches: list days off, "
                                     "or give from and until"});
        return false;
    }
    k->c->first = from ? k->c->first : first;
    k->c->last = until ? k->c->last : last;
    if (k->c->first > k->c->last) {
        diag_add_text(k->d, DIAG_ERROR, k->layer[0].top, "C019",
                      (struct text2){"lịch kết thúc trước khi bắt đầu",
                                     "the calendar ends before it begins"});
        return false;
    }
    k->c->n = k->c->last - k->c->first + 1;
    return true;
}

static uint16_t add_set(struct compiler *k, const struct day_sessions *s)
{
    struct calendar *c = k->c;

    assert(c->sets < UINT16_MAX); /* weeks, seasons and exceptions are bounded far below */
    ARENA_PUSH(k->a, c->set, c->sets, c->set_cap) = *s;
    return (uint16_t)(c->sets - 1);
}

static void make_sets(struct compiler *k)
{
    static const struct day_sessions closed;
    size_t i;
    int w;

    (void)add_set(k, &closed); /* CLOSED_SET */
    for (w = 0; w < 7; w++)
        k->week_set[w] = add_set(k, k->week ? &k->week->day[w] : &closed);
    for (i = 0; i < k->seasons; i++)
        for (w = 0; w < 7; w++)
            k->season_set[i][w] =
                k->season[i].week.set[w] ? add_set(k, &k->season[i].week.day[w]) : k->week_set[w];
}

/* Sessions of a weekday as of a date: of the season that holds then, else of the ordinary week. */
static uint16_t ordinary_set(const struct compiler *k, dayno d, int weekday, bool *ret_season)
{
    size_t i;

    for (i = 0; i < k->seasons; i++)
        if (k->season[i].from <= d && d <= k->season[i].to) {
            *ret_season = k->season[i].week.set[weekday];
            return k->season_set[i][weekday];
        }
    *ret_season = false;
    return k->week_set[weekday];
}

static void fill_ordinary(struct compiler *k)
{
    int32_t i;

    for (i = 0; i < k->c->n; i++) {
        dayno d = k->c->first + i;
        int w = day_weekday(d);
        struct day_cell *cell = &k->c->cell[i];
        bool season;

        cell->listed = -1;
        cell->sessions = ordinary_set(k, d, w, &season);
        cell->kind = season ? DAY_SEASON : DAY_ORDINARY;
        cell->counted = !k->uncounted[w] && k->c->set[cell->sessions].n > 0;
    }
}

static void set_cell(struct compiler *k, struct day_cell *cell, const struct listed_day *day)
{
    bool season;

    cell->kind = (uint8_t)day->kind;
    if (day->kind == DAY_HOLIDAY)
        cell->sessions = CLOSED_SET;
    else if (day->kind == DAY_EXCEPTION)
        cell->sessions = add_set(k, &day->sessions);
    else
        cell->sessions = ordinary_set(k, day->day, day->as, &season);
    cell->counted = k->c->set[cell->sessions].n > 0 &&
                    (day->kind == DAY_MAKE_UP || !k->uncounted[day_weekday(day->day)]);
}

/* Warnings and errors that need the merged week; for the file itself only. */
static void check_day(struct compiler *k, const struct listed_day *day, const struct day_cell *was)
{
    char iso[16];

    day_iso(day->day, iso);
    if (day->day < k->c->first || day->day > k->c->last) {
        diag_add(k->d, DIAG_WARNING, day->at, "C021",
                 "ngày %s nằm ngoài khoảng mà lịch biết ngày nghỉ chính thức",
                 "%s lies outside the range whose official days off are known", iso);
        return;
    }
    if (day->kind != DAY_MAKE_UP || !k->week)
        return;
    if (k->week->day[day->as].n == 0)
        diag_add(k->d, DIAG_ERROR, day->as_at, "C020",
                 "ngày làm bù %s theo giờ của một ngày đóng cửa trong tuần",
                 "the make-up day %s takes the sessions of a weekday that is closed", iso);
    else if (was->counted)
        diag_add(k->d, DIAG_WARNING, day->at, "C024", "ngày làm bù %s vốn đã là ngày làm việc",
                 "the make-up day %s is a working day "
                 "anyway",
                 iso);
}

/* The strongest of what one file says about a date; a nearer file replaces a deeper one. */
static void fill_listed(struct compiler *k)
{
    struct calendar *c = k->c;
    size_t l, i;

    for (l = k->layers; l-- > 0;) {
        const struct calendar_layer *layer = &k->layer[l];
        for (i = 0; i < layer->listed_n; i++) {
            const struct listed_day *day = &layer->listed[i];
            bool inside = day->day >= c->first && day->day <= c->last;
            struct day_cell *cell = inside ? &c->cell[day->day - c->first] : NULL;

            if (l == 0)
                check_day(k, day, cell);
            if (!cell)
                continue;
            ARENA_PUSH(k->a, c->listed, c->listed_n, c->listed_cap) = *day;
            cell->listed = (int32_t)c->listed_n - 1;
            set_cell(k, cell, day);
        }
    }
}

static void make_sums(struct compiler *k)
{
    struct calendar *c = k->c;
    size_t n = (size_t)c->n;
    int32_t i;

    c->minutes = ARENA_ARRAY(k->a, int32_t, n + 1);
    c->counted = ARENA_ARRAY(k->a, int32_t, n + 1);
    c->open_from = ARENA_ARRAY(k->a, int32_t, n + 1);
    for (i = 0; i < c->n; i++) {
        c->minutes[i + 1] = c->minutes[i] + week_minutes(calendar_cell_sessions(c, i));
        c->counted[i + 1] = c->counted[i] + c->cell[i].counted;
    }
    c->nth = ARENA_ARRAY(k->a, int32_t, (size_t)c->counted[c->n] + 1);
    for (i = 0; i < c->n; i++)
        if (c->cell[i].counted)
            c->nth[c->counted[i]] = i;
    c->open_from[c->n] = c->n;
    for (i = c->n; i-- > 0;)
        c->open_from[i] = calendar_cell_sessions(c, i)->n ? i : c->open_from[i + 1];
}

static void compile(struct compiler *k)
{
    if (!find_range(k))
        return;
    k->c->cell = ARENA_ARRAY(k->a, struct day_cell, (size_t)k->c->n);
    make_sets(k);
    fill_ordinary(k);
    fill_listed(k);
    make_sums(k);
}

struct calendar *calendar_compile(struct arena *a, struct span text, calendar_source *source,
                                  void *source_ctx, struct diags *d)
{
    struct compiler *k = ARENA_NEW(a, struct compiler);
    size_t before = d->errors;
    bool ok;

    k->a = a;
    k->d = d;
    k->c = ARENA_NEW(a, struct calendar);
    k->hash = sha256_new();
    ok = read_layers(k, text, source, source_ctx);
    sha256_end(k->hash, k->c->hash);
    if (ok) {
        k->c->name = k->layer[0].name;
        k->c->title = k->layer[0].title;
        inherit(k);
        find_day_minutes(k);
        compile(k);
    }
    diags_sort(d);
    return d->errors == before ? k->c : NULL;
}

const char *calendar_name(const struct calendar *c)
{
    return c->name;
}

struct text2 calendar_title(const struct calendar *c)
{
    return c->title;
}

const uint8_t *calendar_hash(const struct calendar *c)
{
    return c->hash;
}

int calendar_day_minutes(const struct calendar *c)
{
    return c->day_minutes;
}

bool calendar_cutoff(const struct calendar *c, int *ret_minutes)
{
    if (c->cutoff < 0)
        return false;
    *ret_minutes = c->cutoff;
    return true;
}

dayno calendar_first_day(const struct calendar *c)
{
    return c->first;
}

dayno calendar_last_day(const struct calendar *c)
{
    return c->last;
}

static const struct day_cell *cell_of(const struct calendar *c, dayno d)
{
    assert(d >= c->first && d <= c->last);
    return &c->cell[d - c->first];
}

const struct day_sessions *calendar_day(const struct calendar *c, dayno d)
{
    return &c->set[cell_of(c, d)->sessions];
}

enum day_kind calendar_day_kind(const struct calendar *c, dayno d)
{
    return (enum day_kind)cell_of(c, d)->kind;
}

static const struct listed_day *listed_of(const struct calendar *c, dayno d)
{
    int32_t i = cell_of(c, d)->listed;

    return i < 0 ? NULL : &c->listed[i];
}

struct text2 calendar_day_name(const struct calendar *c, dayno d)
{
    const struct listed_day *day = listed_of(c, d);

    return day ? day->name : (struct text2){NULL, NULL};
}

const char *calendar_day_basis(const struct calendar *c, dayno d)
{
    const struct listed_day *day = listed_of(c, d);

    return day ? day->basis : NULL;
}

char calendar_day_grade(const struct calendar *c, dayno d)
{
    const struct listed_day *day = listed_of(c, d);

    return day ? day->grade : 0;
}

bool calendar_counted(const struct calendar *c, dayno d)
{
    return cell_of(c, d)->counted;
}
