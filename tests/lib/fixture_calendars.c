/* Calendars of the worked cases.  Owned by the caller; one thread. */
#include "tests/lib/fixture_calendars.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/base/yaml.h"

static const char *const json_weekday[7] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
static const char *const yaml_weekday[7] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

static _Noreturn void broken(const char *what)
{
    printf("Bail out! fixture: %s\n", what);
    exit(1);
}

lminute fixture_minute(const char *text)
{
    instant t;

    if (!text || !instant_parse(span_of(text), &t))
        broken(text ? text : "no time");
    return lminute_of(t);
}

static dayno date_of(const char *text)
{
    dayno d;

    if (!day_parse(span_of(text), &d))
        broken(text);
    return d;
}

static int weekday_of(const char *text)
{
    int w;

    for (w = 0; w < 7; w++)
        if (strcmp(json_weekday[w], text) == 0)
            return w;
    broken(text);
}

static struct fixture_day day_of(const json_t *list)
{
    struct fixture_day day = {0};
    const json_t *v;
    size_t i;

    json_array_foreach(list, i, v)
    {
        const char *s = json_string_value(v);
        if (!s || strlen(s) != 11 || !clock_parse((struct span){s, 5}, &day.open[day.n]) ||
            !clock_parse((struct span){s + 6, 5}, &day.close[day.n]))
            broken("session");
        day.n++;
    }
    return day;
}

static void read_week(const json_t *obj, struct fixture_day *week)
{
    const char *key;
    json_t *v;

    json_object_foreach((json_t *)(uintptr_t)obj, key, v) week[weekday_of(key)] = day_of(v);
}

static void read_listed(struct fixture_calendar *c, const json_t *obj)
{
    const char *key;
    json_t *v;
    size_t i;

    json_array_foreach(json_object_get(obj, "holidays"), i, v) c->holiday[c->holidays++] =
        date_of(json_string_value(v));
    json_object_foreach(json_object_get(obj, "makeup_days"), key, v)
    {
        c->make_up[c->make_ups].day = date_of(key);
        c->make_up[c->make_ups++].as = weekday_of(json_string_value(v));
    }
    json_object_foreach(json_object_get(obj, "exceptions"), key, v)
    {
        c->exception[c->exceptions].day = date_of(key);
        c->exception[c->exceptions++].sessions = day_of(v);
    }
    json_array_foreach(json_object_get(obj, "not_counted_weekdays"), i, v)
        c->uncounted[weekday_of(json_string_value(v))] = true;
    json_array_foreach(json_object_get(obj, "seasons"), i, v)
    {
        c->season[c->seasons].from = date_of(json_string_value(json_object_get(v, "from")));
        c->season[c->seasons].to = date_of(json_string_value(json_object_get(v, "to")));
        read_week(json_object_get(v, "week"), c->season[c->seasons++].week);
    }
}

struct fixture_day fixture_sessions(const struct fixture_calendar *c, dayno d)
{
    int i, w = day_weekday(d), as = -1;
    bool off = false;

    for (i = 0; i < c->exceptions; i++)
        if (c->exception[i].day == d)
            return c->exception[i].sessions;
    for (i = 0; i < c->make_ups; i++)
        if (c->make_up[i].day == d)
            as = c->make_up[i].as;
    for (i = 0; i < c->holidays; i++)
        off |= c->holiday[i] == d;
    if (off && as < 0)
        return (struct fixture_day){0};
    if (as >= 0)
        w = as;
    for (i = 0; i < c->seasons; i++)
        if (c->season[i].from <= d && d <= c->season[i].to)
            return c->season[i].week[w];
    return c->week[w];
}

bool fixture_counted(const struct fixture_calendar *c, dayno d)
{
    int i;

    if (fixture_sessions(c, d).n == 0)
        return false;
    for (i = 0; i < c->make_ups; i++)
        if (c->make_up[i].day == d)
            return true;
    return !c->uncounted[day_weekday(d)];
}

static void put_sessions(struct buf *out, const struct fixture_day *day)
{
    int i;

    buf_char(out, '[');
    for (i = 0; i < day->n; i++)
        buf_printf(out, "%s%02d:%02d-%02d:%02d", i ? ", " : "", day->open[i] / 60,
                   day->open[i] % 60, day->close[i] / 60, day->close[i] % 60);
    buf_char(out, ']');
}

static void put_week(struct buf *out, const struct fixture_day *week)
{
    int w, n = 0;

    buf_char(out, '{');
    for (w = 0; w < 7; w++)
        if (week[w].n) {
            buf_printf(out, "%s%s: ", n++ ? ", " : "", yaml_weekday[w]);
            put_sessions(out, &week[w]);
        }
    buf_str(out, "}");
}

static void put_listed(struct buf *out, const struct fixture_calendar *c)
{
    char iso[16];
    int i;

    buf_str(out, "days:\n");
    for (i = 0; i < c->holidays; i++) {
        day_iso(c->holiday[i], iso);
        buf_printf(out, "  - {date: %s, kind: holiday}\n", iso);
    }
    for (i = 0; i < c->make_ups; i++) {
        day_iso(c->make_up[i].day, iso);
        buf_printf(out, "  - {date: %s, kind: make_up, as: %s}\n", iso,
                   yaml_weekday[c->make_up[i].as]);
    }
    for (i = 0; i < c->exceptions; i++) {
        day_iso(c->exception[i].day, iso);
        buf_printf(out, "  - {date: %s, kind: exception, sessions: ", iso);
        put_sessions(out, &c->exception[i].sessions);
        buf_str(out, "}\n");
    }
}

/* Named in lower case: the reader takes nothing else. */
static void put_yaml(struct buf *out, const struct fixture_calendar *c)
{
    char from[16], to[16];
    const char *p;
    int i, n = 0;

    buf_str(out, "calendar: ");
    for (p = c->name; *p; p++)
        buf_char(out, *p >= 'A' && *p <= 'Z' ? (char)(*p - 'A' + 'a') : *p);
    buf_str(out, "\nname: {vi: \"Lịch mẫu\", en: \"Fixture\"}\nweek: ");
    put_week(out, c->week);
    buf_printf(out, "\nday_minutes: %d\n", c->day_minutes);
    if (c->cutoff >= 0)
        buf_printf(out, "cutoff: %02d:%02d\n", c->cutoff / 60, c->cutoff % 60);
    buf_str(out, "uncounted: [");
    for (i = 0; i < 7; i++)
        if (c->uncounted[i])
            buf_printf(out, "%s%s", n++ ? ", " : "", yaml_weekday[i]);
    buf_str(out, "]\nseasons:");
    buf_str(out, c->seasons ? "\n" : " []\n");
    for (i = 0; i < c->seasons; i++) {
        day_iso(c->season[i].from, from);
        day_iso(c->season[i].to, to);
        buf_printf(out, "  - {from: %s, to: %s, week: ", from, to);
        put_week(out, c->season[i].week);
        buf_str(out, "}\n");
    }
    put_listed(out, c);
}

static bool read_file(struct arena *a, const char *path, struct span *ret)
{
    static char piece[1 << 20];
    FILE *f = fopen(path, "rb");
    size_t n;

    if (!f)
        return false;
    n = fread(piece, 1, sizeof piece, f);
    (void)fclose(f);
    *ret = (struct span){arena_strndup(a, piece, n), n};
    return true;
}

static bool from_config(void *ctx, const char *name, struct span *ret_text, const char **ret_file)
{
    *ret_file = arena_printf(ctx, "config/calendars/%s.yaml", name);
    return read_file(ctx, *ret_file, ret_text);
}

const struct calendar *fixture_compile(struct arena *a, const char *yaml, struct diags *d)
{
    diags_init(d, a);
    return calendar_compile(a, span_of(yaml), from_config, a, d);
}

static _Noreturn void print_mistakes(const struct diags *d, struct span text)
{
    struct buf out;

    buf_init(&out, 1 << 20);
    diags_print(d, "calendar", text, LANG_EN, &out);
    broken(buf_cstr(&out));
}

const struct calendar *fixture_configured(struct arena *a, const char *name)
{
    struct span text;
    const char *file;
    struct diags d;
    const struct calendar *c;

    if (!from_config(a, name, &text, &file))
        broken("run the tests from the top of the project");
    diags_init(&d, a);
    c = calendar_compile(a, text, from_config, a, &d);
    if (!c)
        print_mistakes(&d, text);
    return c;
}

void fixture_make(struct arena *a, struct fixture_calendar *c)
{
    struct diags d;
    struct buf yaml;

    buf_init(&yaml, 1 << 20);
    put_yaml(&yaml, c);
    c->calendar = fixture_compile(a, arena_strdup(a, buf_cstr(&yaml)), &d);
    if (!c->calendar)
        print_mistakes(&d, (struct span){yaml.p, yaml.n});
    buf_free(&yaml);
}

static void read_calendar(struct fixture *f, const char *name, const json_t *obj)
{
    struct fixture_calendar *c = &f->item[f->n++];
    const char *cutoff = json_string_value(json_object_get(obj, "cutoff"));

    c->name = name;
    c->cutoff = -1;
    c->day_minutes = (int)json_integer_value(json_object_get(obj, "day_minutes"));
    if (cutoff && !clock_parse(span_of(cutoff), &c->cutoff))
        broken("cutoff");
    read_week(json_object_get(obj, "week"), c->week);
    read_listed(c, obj);
    fixture_make(f->arena, c);
}

struct fixture *fixture_new(void)
{
    struct fixture *f = calloc(1, sizeof *f);
    json_error_t e;
    const char *name;
    json_t *obj;

    if (!f)
        broken("memory");
    f->arena = arena_new((size_t)16 * CALENDAR_ARENA_MAX);
    f->cases = json_load_file("tests/cases/deadlines.json", JSON_REJECT_DUPLICATES, &e);
    if (!f->cases)
        broken("tests/cases/deadlines.json: run the tests from the top of the project");
    json_object_foreach(json_object_get(f->cases, "calendars"), name, obj)
    {
        if (f->n == FIXTURE_CALENDARS)
            broken("too many calendars");
        read_calendar(f, name, obj);
    }
    return f;
}

struct fixture *fixture_free(struct fixture *f)
{
    if (f) {
        json_decref(f->cases);
        arena_free(f->arena);
        free(f);
    }
    return NULL;
}

const struct fixture_calendar *fixture_find(const struct fixture *f, const char *name)
{
    size_t i;

    for (i = 0; i < f->n; i++)
        if (strcmp(f->item[i].name, name) == 0)
            return &f->item[i];
    broken(name);
}
