/* motcuad calendar: checks calendar files, shows a year at a glance.
 * Owns what it reads for the run.  Main thread. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>

#include "common/base/json_out.h"
#include "common/time/worktime.h"
#include "server/cli/calendar_file.h"
#include "server/cli/running_verbs.h"

static int run(struct cli *c, int argc, char **argv);

extern const struct cli_verb cmd_calendar;
const struct cli_verb cmd_calendar = {
    .name = "calendar",
    .run = run,
    .summary = {"kiểm tra lịch làm việc, xem ngày nghỉ và ngày làm bù của một năm",
                "checks working calendars, shows a year's days off and make-up days"},
    .usage = {"calendar check [TỆP]…\n"
              "       motcuad calendar show NĂM [--calendar TỆP]\n"
              "       motcuad calendar preview TỆP\n"
              "       motcuad calendar apply --author TÊN --approver TÊN [--promise --document SỐ]",
              "calendar check [FILE]…\n"
              "       motcuad calendar show YEAR [--calendar FILE]\n"
              "       motcuad calendar preview FILE\n"
              "       motcuad calendar apply --author NAME --approver NAME [--promise --document "
              "NUMBER]"},
};

#define REPORT_MAX ((size_t)8 << 20)
#define FILES_MAX  200

/* ---- check ------------------------------------------------------------------------------- */

struct check {
    struct cli *c;
    struct buf out;
    struct jw w;
    size_t files, wrong;
};

static void check_file(struct check *k, const char *path)
{
    struct arena *a = arena_new(CALENDAR_ARENA_MAX);
    struct calendar_file file;
    struct text2 why;

    if (!calendar_file_load(k->c, a, path, &file, &why)) {
        file = (struct calendar_file){.path = path};
        diags_init(&file.diags, a);
        diag_add_text(&file.diags, DIAG_ERROR, (struct mark){0, 0}, "C000", why);
    }
    k->files++;
    k->wrong += file.diags.errors > 0;
    if (k->c->json) {
        struct buf one;
        buf_init(&one, REPORT_MAX);
        diags_json(&file.diags, file.path, k->c->lang, &one);
        jw_open(&k->w);
        jw_kstr(&k->w, "file", file.path);
        jw_kbool(&k->w, "fine", file.diags.errors == 0);
        jw_kraw(&k->w, "mistakes", (struct span){one.p, one.n});
        jw_close(&k->w);
        buf_free(&one);
    } else {
        diags_print(&file.diags, file.path, file.text, k->c->lang, &k->out);
        if (file.diags.errors == 0)
            buf_printf(&k->out, k->c->lang == LANG_EN ? "%s: fine\n" : "%s: đúng\n", file.path);
    }
    arena_free(a);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Every *.yaml of CONFIG-DIR/calendars, by name; false when the folder cannot be read. */
static bool check_folder(struct check *k, struct arena *a)
{
    const char *dir = arena_printf(a, "%s/calendars", k->c->config_dir), *path[FILES_MAX];
    DIR *d = opendir(dir);
    struct dirent *e;
    size_t n = 0, i;

    if (!d)
        return false;
    while (n < FILES_MAX && (e = readdir(d))) {
        size_t len = strlen(e->d_name);
        if (len > 5 && e->d_name[0] != '.' && strcmp(e->d_name + len - 5, ".yaml") == 0)
            path[n++] = arena_printf(a, "%s/%s", dir, e->d_name);
    }
    (void)closedir(d); /* was only read */
    qsort(path, n, sizeof *path, by_name);
    for (i = 0; i < n; i++)
        check_file(k, path[i]);
    return n > 0;
}

static int check(struct cli *c, int argc, char **argv)
{
    struct check k = {.c = c};
    struct cli_args it = {.argc = argc, .argv = argv, .at = 2};
    struct arena *a = arena_new((size_t)1 << 20);
    bool found = true, written;
    int o;

    buf_init(&k.out, REPORT_MAX);
    k.w = jw_to(&k.out);
    if (c->json)
        jw_list(&k.w);
    while ((o = cli_next(&it, NULL, 0)) == CLI_OPERAND)
        check_file(&k, it.operand);
    if (o == CLI_END && k.files == 0)
        found = check_folder(&k, a);
    if (c->json) {
        jw_end(&k.w);
        buf_char(&k.out, '\n');
    }
    written = o == CLI_END && found && cli_put(c->out, &k.out);
    buf_free(&k.out);
    arena_free(a);
    if (o != CLI_END)
        return cli_bad_option(c, &cmd_calendar, &it, o, NULL, 0);
    if (!found)
        return cli_refuse(c, "không có lịch nào trong %s/calendars", "no calendars in %s/calendars",
                          c->config_dir);
    return written && k.wrong == 0 ? CLI_FINE : CLI_REFUSED;
}

/* ---- show -------------------------------------------------------------------------------- */

struct year {
    const struct calendar *k;
    int year;
    dayno first, last; /* as far as the calendar knows the year */
    struct {
        int counted, open, weekdays_off, make_up;
    } month[13]; /* [0]: the whole year */
};

/* A listed day that changes a weekday, or a weekend that is worked: what people look for. */
static bool is_notable(const struct calendar *k, dayno d)
{
    return calendar_day_kind(k, d) >= DAY_HOLIDAY;
}

static void tally(struct year *y)
{
    dayno d;

    for (d = y->first; d <= y->last; d++) {
        int m = civil_of_day(d).month;
        bool counted = calendar_counted(y->k, d), open = calendar_day(y->k, d)->n > 0;
        bool off = calendar_day_kind(y->k, d) == DAY_HOLIDAY && day_weekday(d) < 5;
        bool make_up = calendar_day_kind(y->k, d) == DAY_MAKE_UP;

        y->month[m].counted += counted;
        y->month[m].open += open;
        y->month[m].weekdays_off += off;
        y->month[m].make_up += make_up;
        y->month[0].counted += counted;
        y->month[0].open += open;
        y->month[0].weekdays_off += off;
        y->month[0].make_up += make_up;
    }
}

/* One cell of the month grid: 1..31 with a mark: '*' off, '+' make-up or exception, 'o' open
 * without being counted (Saturday reception), '.' closed. */
static void print_cell(const struct year *y, dayno d, struct buf *out)
{
    enum day_kind kind = calendar_day_kind(y->k, d);
    char mark = ' ';

    if (kind == DAY_HOLIDAY)
        mark = '*';
    else if (kind == DAY_MAKE_UP || kind == DAY_EXCEPTION)
        mark = '+';
    else if (!calendar_counted(y->k, d))
        mark = calendar_day(y->k, d)->n > 0 ? 'o' : '.';
    buf_printf(out, "%3d%c", civil_of_day(d).day, mark);
}

static void print_month(const struct year *y, int month, enum lang lang, struct buf *out)
{
    dayno d = civil_day((struct civil){y->year, month, 1});
    dayno end = d + month_days(y->year, month) - 1;
    int w = day_weekday(d);

    if (lang == LANG_VI)
        buf_printf(out, "\nTháng %d: %d ngày làm việc\n  T2  T3  T4  T5  T6  T7  CN\n", month,
                   y->month[month].counted);
    else
        buf_printf(out, "\nMonth %d: %d working days\n  Mo  Tu  We  Th  Fr  Sa  Su\n", month,
                   y->month[month].counted);
    buf_printf(out, "%*s", w * 4, "");
    for (; d <= end; d++) {
        if (d < y->first || d > y->last)
            buf_str(out, "  ? ");
        else
            print_cell(y, d, out);
        if (day_weekday(d) == 6 && d < end)
            buf_char(out, '\n');
    }
    buf_char(out, '\n');
}

static const char *kind_word(enum day_kind kind, enum lang lang)
{
    static const struct text2 word[] = {
        [DAY_HOLIDAY] = {"nghỉ", "off"},
        [DAY_MAKE_UP] = {"làm bù", "make-up"},
        [DAY_EXCEPTION] = {"ngoại lệ", "exception"},
    };

    return kind >= DAY_HOLIDAY ? text2_in(word[kind], lang) : "";
}

static void print_listed(const struct year *y, dayno d, enum lang lang, struct buf *out)
{
    struct text2 name = calendar_day_name(y->k, d);
    const char *basis = calendar_day_basis(y->k, d);
    struct civil c = civil_of_day(d);
    char grade = calendar_day_grade(y->k, d);

    buf_printf(out, "  %02d/%02d  %s, %s", c.day, c.month,
               weekday_name(day_weekday(d), lang == LANG_EN),
               kind_word(calendar_day_kind(y->k, d), lang));
    if (name.vi && *name.vi)
        buf_printf(out, ": %s", text2_in(name, lang));
    if (grade)
        buf_printf(out, " (%s %c)", lang == LANG_EN ? "grade" : "mức", grade);
    if (basis)
        buf_printf(out, " [%s]", basis);
    buf_char(out, '\n');
}

static void print_year(const struct year *y, enum lang lang, struct buf *out)
{
    dayno d;
    int m;

    buf_printf(out, "%s (%s) – %d\n", text2_in(calendar_title(y->k), lang), calendar_name(y->k),
               y->year);
    buf_str(out,
            lang == LANG_EN
                ? "* day off   + make-up day or exception   o open, not counted   . closed\n"
                : "* ngày nghỉ   + làm bù hoặc ngoại lệ   o mở cửa, không tính ngày làm việc   "
                  ". đóng cửa\n");
    for (m = 1; m <= 12; m++)
        print_month(y, m, lang, out);
    buf_str(out,
            lang == LANG_EN ? "\nDays off and make-up days:\n" : "\nNgày nghỉ và ngày làm bù:\n");
    for (d = y->first; d <= y->last; d++)
        if (is_notable(y->k, d))
            print_listed(y, d, lang, out);
    if (lang == LANG_EN)
        buf_printf(out, "\nWorking days: %d; open days: %d; weekdays off: %d; make-up days: %d\n",
                   y->month[0].counted, y->month[0].open, y->month[0].weekdays_off,
                   y->month[0].make_up);
    else
        buf_printf(out,
                   "\nNgày làm việc: %d; ngày mở cửa: %d; nghỉ rơi vào thứ Hai–thứ Sáu: %d; "
                   "làm bù: %d\n",
                   y->month[0].counted, y->month[0].open, y->month[0].weekdays_off,
                   y->month[0].make_up);
}

static void json_day(const struct year *y, dayno d, enum lang lang, struct jw *w)
{
    static const char *const kind[] = {"ordinary", "season", "holiday", "make_up", "exception"};
    struct text2 name = calendar_day_name(y->k, d);
    char iso[16], grade[2] = {calendar_day_grade(y->k, d), '\0'};

    day_iso(d, iso);
    jw_open(w);
    jw_kstr(w, "date", iso);
    jw_kstr(w, "kind", kind[calendar_day_kind(y->k, d)]);
    jw_kbool(w, "counted", calendar_counted(y->k, d));
    jw_kstr(w, "name", name.vi ? text2_in(name, lang) : NULL);
    jw_kstr(w, "basis", calendar_day_basis(y->k, d));
    jw_kstr(w, "grade", grade[0] ? grade : NULL);
    jw_close(w);
}

static void json_year(const struct year *y, enum lang lang, struct buf *out)
{
    struct jw w = jw_to(out);
    dayno d;
    int m;

    jw_open(&w);
    jw_kstr(&w, "calendar", calendar_name(y->k));
    jw_ki64(&w, "year", y->year);
    jw_ki64(&w, "working_days", y->month[0].counted);
    jw_ki64(&w, "open_days", y->month[0].open);
    jw_ki64(&w, "weekdays_off", y->month[0].weekdays_off);
    jw_ki64(&w, "make_up_days", y->month[0].make_up);
    jw_key(&w, "months");
    jw_list(&w);
    for (m = 1; m <= 12; m++)
        jw_i64(&w, y->month[m].counted);
    jw_end(&w);
    jw_key(&w, "days");
    jw_list(&w);
    for (d = y->first; d <= y->last; d++)
        if (is_notable(y->k, d))
            json_day(y, d, lang, &w);
    jw_end(&w);
    jw_close(&w);
    buf_char(out, '\n');
}

/* The part of the year that the calendar knows; false when it knows nothing of it. */
static bool year_of(const struct calendar *k, int year, struct year *ret)
{
    dayno first = civil_day((struct civil){year, 1, 1}),
          last = civil_day((struct civil){year, 12, 31});

    *ret = (struct year){.k = k, .year = year};
    ret->first = first > calendar_first_day(k) ? first : calendar_first_day(k);
    ret->last = last < calendar_last_day(k) ? last : calendar_last_day(k);
    if (ret->first > ret->last)
        return false;
    tally(ret);
    return true;
}

static int show_year(struct cli *c, const struct calendar *k, int year)
{
    struct year y;
    struct buf out;
    char first[16], last[16];
    bool ok;

    if (!year_of(k, year, &y)) {
        day_iso(calendar_first_day(k), first);
        day_iso(calendar_last_day(k), last);
        return cli_refuse(c,
                          "lịch %s chỉ biết từ %s đến %s; thêm ngày nghỉ của năm %d vào tệp lịch",
                          "calendar %s knows only %s to %s; add the days off of %d to its file",
                          calendar_name(k), first, last, year);
    }
    buf_init(&out, REPORT_MAX);
    if (c->json)
        json_year(&y, c->lang, &out);
    else
        print_year(&y, c->lang, &out);
    ok = cli_put(c->out, &out);
    buf_free(&out);
    return ok ? CLI_FINE : CLI_REFUSED;
}

static int show(struct cli *c, int argc, char **argv)
{
    static const struct cli_option options[] = {{"--calendar", false}};
    struct cli_args it = {.argc = argc, .argv = argv, .at = 2};
    const char *file = "office", *word = NULL;
    const struct calendar *k;
    struct arena *a;
    int64_t year;
    int o, code;

    while ((o = cli_next(&it, options, 1)) != CLI_END) {
        if (o == 0)
            file = it.value;
        else if (o == CLI_OPERAND && !word)
            word = it.operand;
        else if (o == CLI_OPERAND)
            return cli_misuse(c, &cmd_calendar, "chỉ một năm, thừa \"%s\"",
                              "one year only, not also \"%s\"", it.operand);
        else
            return cli_bad_option(c, &cmd_calendar, &it, o, options, 1);
    }
    if (!word || !span_i64(span_of(word), 1900, 2200, &year))
        return cli_misuse(c, &cmd_calendar, "cần một năm từ 1900 đến 2200, không phải \"%s\"",
                          "a year from 1900 to 2200 is needed, not \"%s\"", word ? word : "");
    a = arena_new(CALENDAR_ARENA_MAX);
    k = calendar_file_need(c, a, file);
    code = k ? show_year(c, k, (int)year) : CLI_REFUSED;
    arena_free(a);
    return code;
}

static int run(struct cli *c, int argc, char **argv)
{
    static const char *const acts[] = {"check", "show", "preview", "apply"};
    const char *act = argc > 1 ? argv[1] : "", *near;

    if (strcmp(act, acts[0]) == 0)
        return check(c, argc, argv);
    if (strcmp(act, acts[1]) == 0)
        return show(c, argc, argv);
    if (strcmp(act, acts[2]) == 0)
        return calendar_preview_verb(c, &cmd_calendar, argc - 1, argv + 1);
    if (strcmp(act, acts[3]) == 0)
        return calendar_apply_verb(c, &cmd_calendar, argc - 1, argv + 1);
    near = word_nearest(act, acts, sizeof acts / sizeof *acts);
    if (near)
        return cli_misuse(c, &cmd_calendar, "không có \"calendar %s\", ý bạn là \"%s\"?",
                          "there is no \"calendar %s\", did you mean \"%s\"?", act, near);
    return cli_misuse(c, &cmd_calendar, "cần check, show, preview hoặc apply, không phải \"%s\"",
                      "check, show, preview or apply is needed, not \"%s\"", act);
}
