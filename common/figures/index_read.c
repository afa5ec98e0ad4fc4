/* Reads and checks the file of an index.  Objects live in the caller's arena and never change.  Any
 * thread. */
#include <string.h>

#include "common/access/organisation.h"
#include "common/base/shape.h"
#include "common/figures/index.h"

#define COUNT(a)   (sizeof(a) / sizeof((a)[0]))
#define SAYS(v, e) .vi = v, .en = e

static const char *const SCALES[] = {"full", "measured", NULL};
static const char *const GRADES[] = {"A", "B", "C", "D", NULL};
static const char *const AMONG[] = {"province", "office",   "onestop", "department", "division",
                                    "vertical", "district", "commune", NULL};

/* "18" or "2.5", at most three decimals, in thousandths. */
static bool points_of(const char *s, int64_t *ret)
{
    struct span whole, rest;
    int64_t n, f = 0;

    if (!span_cut(span_of(s), '.', &whole, &rest)) {
        whole = span_of(s);
        rest = SPAN_NONE;
    }
    if (!span_i64(whole, 0, 100000, &n) ||
        (rest.p && (rest.n < 1 || rest.n > 3 || !span_i64(rest, 0, 999, &f))))
        return false;
    for (size_t i = rest.n; rest.p && i < 3; i++)
        f *= 10;
    *ret = n * INDEX_POINT + f;
    return true;
}

static void read_points(struct shape_reader *r, const struct shape_key *k, struct yaml_node *v,
                        void *field)
{
    if (v->kind != YAML_SCALAR || !points_of(v->text, field))
        diag_add(r->diags, DIAG_ERROR, v->at, "X002", "%s: cần số điểm như 18 hoặc 2.5",
                 "%s: wants points like 18 or 2.5", k->key);
}

static void read_day(struct shape_reader *r, const struct shape_key *k, struct yaml_node *v,
                     void *field)
{
    if (v->kind != YAML_SCALAR || !day_parse(span_of(v->text), field))
        diag_add(r->diags, DIAG_ERROR, v->at, "X001", "%s: cần ngày như 2026-03-02",
                 "%s: wants a day like 2026-03-02", k->key);
}

static void read_figures(struct shape_reader *r, const struct shape_key *k, struct yaml_node *v,
                         void *field)
{
    figure_set *set = field;

    if (v->kind != YAML_SEQ || v->n == 0) {
        diag_add(r->diags, DIAG_ERROR, v->at, "X003", "%s: cần danh sách số liệu",
                 "%s: wants a list of figures", k->key);
        return;
    }
    for (size_t i = 0; i < v->n; i++) {
        const char *name = v->item[i]->kind == YAML_SCALAR ? v->item[i]->text : "";
        int f = 0;

        while (f < FIGURES && strcmp(FIGURE[f].name, name) != 0)
            f++;
        if (f < FIGURES) {
            *set |= (figure_set)1 << f;
            continue;
        }
        diag_add(r->diags, DIAG_ERROR, v->item[i]->at, "X003", "không có số liệu \"%s\"",
                 "there is no figure \"%s\"", name);
        diag_nearest(r->diags, name, FIGURE_WORDS, FIGURES);
    }
}

/* ---------------------------------------------------------------- shapes */

struct share_raw {
    figure_set of, over;
};
struct component_raw {
    struct index_component c;
    struct share_raw share;
    bool entered;
};

#define T struct share_raw
static const struct shape_key SHARE_KEYS[] = {
    {.key = "of",
     .kind = SHAPE_HOOK,
     .required = true,
     .at = offsetof(T, of),
     .hook = read_figures,
     SAYS("tử số: cộng các số liệu", "numerator: figures added up")},
    {.key = "over",
     .kind = SHAPE_HOOK,
     .required = true,
     .at = offsetof(T, over),
     .hook = read_figures,
     SAYS("mẫu số", "denominator")},
};
static const struct shape SHARE_SHAPE = {"share", sizeof(T), SHARE_KEYS, COUNT(SHARE_KEYS), NULL};
#undef T
#define T struct index_step
static const struct shape_key AVERAGE_KEYS[] = {
    {.key = "points",
     .kind = SHAPE_HOOK,
     .required = true,
     .at = offsetof(T, points),
     .hook = read_points,
     SAYS("điểm của mỗi trường hợp", "points of each case")},
    {.key = "of",
     .kind = SHAPE_HOOK,
     .required = true,
     .at = offsetof(T, of),
     .hook = read_figures,
     SAYS("các trường hợp", "the cases")},
};
static const struct shape AVERAGE_SHAPE = {"class", sizeof(T), AVERAGE_KEYS, COUNT(AVERAGE_KEYS),
                                           NULL};
static const struct shape_key RUNG_KEYS[] = {
    {.key = "at",
     .kind = SHAPE_INT,
     .required = true,
     .min = 0,
     .max = 100,
     .at = offsetof(T, at),
     SAYS("từ bao nhiêu phần trăm", "from so many percent on")},
    {.key = "points",
     .kind = SHAPE_HOOK,
     .required = true,
     .at = offsetof(T, points),
     .hook = read_points,
     SAYS("được bao nhiêu điểm", "so many points")},
};
static const struct shape RUNG_SHAPE = {"rung", sizeof(T), RUNG_KEYS, COUNT(RUNG_KEYS), NULL};
#undef T
#define T struct component_raw
static const struct shape_key COMPONENT_KEYS[] = {
    {.key = "component",
     .kind = SHAPE_WORD,
     .required = true,
     .at = offsetof(T, c.component),
     SAYS("khóa", "key")},
    {.key = "name",
     .kind = SHAPE_TEXT2,
     .required = true,
     .at = offsetof(T, c.title),
     SAYS("tên", "name")},
    {.key = "max",
     .kind = SHAPE_HOOK,
     .required = true,
     .at = offsetof(T, c.max),
     .hook = read_points,
     SAYS("điểm tối đa", "most points")},
    {.key = "share",
     .kind = SHAPE_MAP,
     .at = offsetof(T, share),
     .sub = &SHARE_SHAPE,
     SAYS("tỷ lệ của số liệu", "figures over figures")},
    {.key = "average",
     .kind = SHAPE_LIST,
     .max = INDEX_GRADES_MAX,
     .at = offsetof(T, c.step),
     .at_n = offsetof(T, c.steps),
     .sub = &AVERAGE_SHAPE,
     SAYS("điểm theo loại, lấy trung bình", "points by class, averaged")},
    {.key = "rungs",
     .kind = SHAPE_LIST,
     .max = INDEX_GRADES_MAX,
     .at = offsetof(T, c.step),
     .at_n = offsetof(T, c.steps),
     .sub = &RUNG_SHAPE,
     SAYS("điểm theo bậc của tỷ lệ", "points by rungs of the share")},
    {.key = "unless",
     .kind = SHAPE_HOOK,
     .at = offsetof(T, c.unless),
     .hook = read_figures,
     SAYS("có một trong các số liệu này thì 0 điểm", "none when one of these is not nought")},
    {.key = "marks",
     .kind = SHAPE_CHOICE,
     .words = INDEX_MARK_WORDS,
     .at = offsetof(T, c.mark),
     SAYS("chấm 2, 1, 0 từng hồ sơ", "2, 1 or 0 of each dossier")},
    {.key = "entered",
     .kind = SHAPE_BOOL,
     .at = offsetof(T, entered),
     SAYS("nhập kèm văn bản", "entered with a document")},
    {.key = "full_at",
     .kind = SHAPE_INT,
     .min = 1,
     .max = 100,
     .at = offsetof(T, c.full_at),
     SAYS("đủ điểm từ phần trăm này", "full from this percent on")},
    {.key = "zero_below",
     .kind = SHAPE_INT,
     .min = 0,
     .max = 100,
     .at = offsetof(T, c.zero_below),
     SAYS("dưới phần trăm này: 0", "nothing below this percent")},
    {.key = "minimum",
     .kind = SHAPE_I64,
     .min = 1,
     .max = 1000000,
     .at = offsetof(T, c.minimum),
     SAYS("số trường hợp ít nhất để chấm", "cases below which it is not measured")},
    {.key = "source",
     .kind = SHAPE_TEXT,
     .required = true,
     .at = offsetof(T, c.source),
     SAYS("nguồn", "source")},
    {.key = "grade",
     .kind = SHAPE_CHOICE_TEXT,
     .words = GRADES,
     .required = true,
     .at = offsetof(T, c.grade),
     SAYS("độ tin cậy: A văn bản, B báo chí, C suy luận, D chưa kiểm chứng",
          "confidence: A the text, B press, C inferred, D unverified")},
};
static const struct shape COMPONENT_SHAPE = {"component", sizeof(T), COMPONENT_KEYS,
                                             COUNT(COMPONENT_KEYS), "component"};
#undef T
struct group_raw {
    const char *group;
    struct text2 title;
    int64_t max;
    struct component_raw *component;
    size_t components;
};
#define T struct group_raw
static const struct shape_key GROUP_KEYS[] = {
    {.key = "group",
     .kind = SHAPE_WORD,
     .required = true,
     .at = offsetof(T, group),
     SAYS("khóa", "key")},
    {.key = "name",
     .kind = SHAPE_TEXT2,
     .required = true,
     .at = offsetof(T, title),
     SAYS("tên", "name")},
    {.key = "max",
     .kind = SHAPE_HOOK,
     .required = true,
     .at = offsetof(T, max),
     .hook = read_points,
     SAYS("điểm tối đa của nhóm", "most points of the group")},
    {.key = "components",
     .kind = SHAPE_LIST,
     .required = true,
     .max = INDEX_COMPONENTS_MAX,
     .at = offsetof(T, component),
     .at_n = offsetof(T, components),
     .sub = &COMPONENT_SHAPE,
     SAYS("các thành phần", "components")},
};
static const struct shape GROUP_SHAPE = {"group", sizeof(T), GROUP_KEYS, COUNT(GROUP_KEYS),
                                         "group"};
#undef T
#define T struct index_band
static const struct shape_key BAND_KEYS[] = {
    {.key = "band",
     .kind = SHAPE_WORD,
     .required = true,
     .at = offsetof(T, band),
     SAYS("khóa", "key")},
    {.key = "name",
     .kind = SHAPE_TEXT2,
     .required = true,
     .at = offsetof(T, title),
     SAYS("tên", "name")},
    {.key = "from",
     .kind = SHAPE_HOOK,
     .required = true,
     .at = offsetof(T, from),
     .hook = read_points,
     SAYS("từ số điểm này", "from these points on")},
};
static const struct shape BAND_SHAPE = {"band", sizeof(T), BAND_KEYS, COUNT(BAND_KEYS), "band"};
#undef T
struct officers_raw {
    const char **component;
    size_t components;
    int decimals;
    int64_t fewest;
    struct index_band *band;
    size_t bands;
};
#define T struct officers_raw
static const struct shape_key OFFICERS_KEYS[] = {
    {.key = "components",
     .kind = SHAPE_TEXTS,
     .required = true,
     .max = INDEX_COMPONENTS_MAX,
     .at = offsetof(T, component),
     .at_n = offsetof(T, components),
     SAYS("các thành phần tính cho cán bộ", "components that count for officers")},
    {.key = "decimals",
     .kind = SHAPE_INT,
     .required = true,
     .min = 0,
     .max = 3,
     .at = offsetof(T, decimals),
     SAYS("điểm mỗi thành phần lấy mấy số lẻ", "decimals of the points of each component")},
    {.key = "fewest",
     .kind = SHAPE_I64,
     .required = true,
     .min = 1,
     .max = 1000000,
     .at = offsetof(T, fewest),
     SAYS("dưới số hồ sơ này thì không xếp loại", "dossiers below which no band is told")},
    {.key = "bands",
     .kind = SHAPE_LIST,
     .required = true,
     .max = 10,
     .at = offsetof(T, band),
     .at_n = offsetof(T, bands),
     .sub = &BAND_SHAPE,
     SAYS("xếp loại, cao nhất trước", "bands, the best first")},
};
static const struct shape OFFICERS_SHAPE = {"officers", sizeof(T), OFFICERS_KEYS,
                                            COUNT(OFFICERS_KEYS), NULL};
#undef T
struct file_raw {
    struct index x;
    int scale;
    struct group_raw *group;
    size_t groups;
    struct officers_raw officers;
};
#define T struct file_raw
static const struct shape_key FILE_KEYS[] = {
    {.key = "index",
     .kind = SHAPE_WORD,
     .required = true,
     .at = offsetof(T, x.index),
     SAYS("khóa của bộ chỉ số", "key of the index")},
    {.key = "name",
     .kind = SHAPE_TEXT2,
     .required = true,
     .at = offsetof(T, x.title),
     SAYS("tên", "name")},
    {.key = "valid_from",
     .kind = SHAPE_HOOK,
     .required = true,
     .at = offsetof(T, x.valid_from),
     .hook = read_day,
     SAYS("áp dụng từ ngày", "in force from this day")},
    {.key = "valid_to",
     .kind = SHAPE_HOOK,
     .at = offsetof(T, x.valid_to),
     .hook = read_day,
     SAYS("đến hết ngày", "to this day")},
    {.key = "basis",
     .kind = SHAPE_TEXT,
     .required = true,
     .at = offsetof(T, x.basis),
     SAYS("căn cứ", "law")},
    {.key = "source",
     .kind = SHAPE_TEXT,
     .required = true,
     .at = offsetof(T, x.source),
     SAYS("nguồn", "source")},
    {.key = "grade",
     .kind = SHAPE_CHOICE_TEXT,
     .words = GRADES,
     .required = true,
     .at = offsetof(T, x.grade),
     SAYS("độ tin cậy", "confidence")},
    {.key = "max",
     .kind = SHAPE_HOOK,
     .required = true,
     .at = offsetof(T, x.max),
     .hook = read_points,
     SAYS("tổng điểm", "points in all")},
    {.key = "scale",
     .kind = SHAPE_CHOICE,
     .words = SCALES,
     .at = offsetof(T, scale),
     SAYS("full: thiếu thì 0 điểm; measured: tính trên phần đo được",
          "full: what is missing is nought; measured: by what could be measured")},
    {.key = "least",
     .kind = SHAPE_INT,
     .min = 0,
     .max = 100,
     .at = offsetof(T, x.least),
     SAYS("phải đo được ít nhất phần trăm này mới xếp hạng",
          "percent that must be measured to be ranked")},
    {.key = "among",
     .kind = SHAPE_BITS,
     .words = AMONG,
     .required = true,
     .at = offsetof(T, x.among),
     SAYS("loại cơ quan được chấm", "types of agencies that are scored")},
    {.key = "bands",
     .kind = SHAPE_LIST,
     .required = true,
     .max = 10,
     .at = offsetof(T, x.band),
     .at_n = offsetof(T, x.bands),
     .sub = &BAND_SHAPE,
     SAYS("xếp loại, cao nhất trước", "bands, the best first")},
    {.key = "groups",
     .kind = SHAPE_LIST,
     .required = true,
     .max = 20,
     .at = offsetof(T, group),
     .at_n = offsetof(T, groups),
     .sub = &GROUP_SHAPE,
     SAYS("các nhóm", "groups")},
    {.key = "officers",
     .kind = SHAPE_MAP,
     .at = offsetof(T, officers),
     .sub = &OFFICERS_SHAPE,
     SAYS("chấm cán bộ, công chức", "how officers are scored")},
};
static const struct shape FILE_SHAPE = {"index", sizeof(T), FILE_KEYS, COUNT(FILE_KEYS), NULL};
#undef T

/* ---------------------------------------------------------------- checks */

struct check {
    struct diags *d;
    struct index *x;
};

/* Which of the ways it is measured by is written; exactly one must be. */
static void set_measure(struct check *k, const struct yaml_node *node, struct component_raw *r)
{
    bool share = yaml_get(node, "share"), average = yaml_get(node, "average");
    bool rungs = yaml_get(node, "rungs"), marks = yaml_get(node, "marks");
    int ways = average + marks + r->entered + (share || rungs);

    r->c.n = r->share.of;
    r->c.of = r->share.over;
    r->c.measure = r->entered ? MEASURE_ENTERED
                   : marks    ? MEASURE_MARKS
                   : average  ? MEASURE_AVERAGE
                   : rungs    ? MEASURE_RUNGS
                              : MEASURE_SHARE;
    if (ways != 1 || (rungs && !share))
        diag_add(
            k->d, DIAG_ERROR, node->at, "X004",
            "\"%s\" cần đúng một cách đo: share, share với rungs, average, marks hoặc entered",
            "\"%s\" wants one way of measuring: share, share with rungs, average, marks or entered",
            r->c.component);
    for (size_t i = 0; average && i < r->c.steps; i++)
        if (r->c.step[i].points % INDEX_POINT)
            diag_add(k->d, DIAG_ERROR, node->at, "X002", "\"%s\": điểm theo loại là số nguyên",
                     "\"%s\": points of classes are whole", r->c.component);
    if (r->c.full_at == 0)
        r->c.full_at = 100;
    if (r->c.minimum == 0)
        r->c.minimum = 1;
}

static uint32_t topics_of(const struct index_component *c)
{
    figure_set all = index_figures(c);
    uint32_t t = 0;

    for (int i = 0; i < FIGURES; i++)
        if (figure_in(all, i))
            t |= 1u << figure_topic_of((enum figure_id)i);
    return t;
}

static int64_t add_group(struct check *k, const struct yaml_node *node, struct group_raw *g,
                         size_t at)
{
    const struct yaml_node *list = yaml_get(node, "components");
    int64_t sum = 0;

    for (size_t i = 0; i < g->components; i++) {
        struct component_raw *r = &g->component[i];

        set_measure(k, list->item[i], r);
        r->c.group = at;
        sum += r->c.max;
        k->x->topics |= topics_of(&r->c);
        k->x->marks = k->x->marks || r->c.measure == MEASURE_MARKS;
        if (k->x->components < INDEX_COMPONENTS_MAX)
            k->x->component[k->x->components++] = r->c;
        else
            diag_add(k->d, DIAG_ERROR, list->item[i]->at, "X005", "quá %d thành phần",
                     "more than %d components", INDEX_COMPONENTS_MAX);
    }
    if (sum != g->max)
        diag_add(k->d, DIAG_ERROR, node->at, "X006",
                 "nhóm \"%s\": các thành phần cộng lại %lld phần nghìn điểm, nhóm là %lld",
                 "group \"%s\": its components add up to %lld thousandths, the group says %lld",
                 g->group, (long long)sum, (long long)g->max);
    return g->max;
}

static void check_bands(struct diags *d, const struct index *x, const struct yaml_node *list)
{
    for (size_t i = 1; i < x->bands; i++)
        if (x->band[i].from >= x->band[i - 1].from)
            diag_add(d, DIAG_ERROR, list->item[i]->at, "X007",
                     "xếp loại \"%s\" phải thấp hơn loại trước nó",
                     "band \"%s\" must be below the one before it", x->band[i].band);
}

static const struct index_component *component_named(const struct index *x, const char *name)
{
    for (size_t i = 0; i < x->components; i++)
        if (strcmp(x->component[i].component, name) == 0)
            return &x->component[i];
    return NULL;
}

/* An index of its own, made of some components of this one; what is missing is nought. */
static void add_officers(struct arena *a, struct check *k, const struct yaml_node *node,
                         const struct officers_raw *raw)
{
    struct index *x = ARENA_NEW(a, struct index);

    *x = *k->x;
    x->band = raw->band;
    x->bands = raw->bands;
    x->fewest = raw->fewest;
    x->measured = false;
    x->least = 0;
    x->components = 0;
    x->max = 0;
    x->unit = INDEX_POINT;
    for (int i = 0; i < raw->decimals; i++)
        x->unit /= 10;
    for (size_t i = 0; i < raw->components; i++) {
        const struct index_component *c = component_named(k->x, raw->component[i]);

        if (!c || component_named(x, raw->component[i]) || !index_told_of_officers(c)) {
            diag_add(
                k->d, DIAG_ERROR, yaml_get(node, "components")->item[i]->at, "X008",
                "\"%s\" phải là một thành phần ở trên, mỗi thành phần một lần, chỉ tính từ "
                "resolved, resolved_early, resolved_on_time, resolved_late, marks hoặc entered",
                "\"%s\" must be a component above, each once, made only of resolved, "
                "resolved_early, resolved_on_time, resolved_late, marks or entered",
                raw->component[i]);
            continue;
        }
        x->component[x->components++] = *c;
        x->max += c->max;
    }
    check_bands(k->d, x, yaml_get(node, "bands"));
    k->x->officers = x;
}

static void add_groups(struct arena *a, struct check *k, const struct yaml_node *root,
                       struct file_raw *raw)
{
    const struct yaml_node *list = yaml_get(root, "groups");
    int64_t sum = 0;

    k->x->groups = raw->groups;
    k->x->group = ARENA_ARRAY(a, struct index_group, raw->groups + 1);
    for (size_t i = 0; i < raw->groups; i++) {
        struct group_raw *g = &raw->group[i];

        k->x->group[i] = (struct index_group){.group = g->group, .title = g->title, .max = g->max};
        sum += add_group(k, list->item[i], g, i);
    }
    if (sum != k->x->max)
        diag_add(k->d, DIAG_ERROR, list ? list->at : root->at, "X006",
                 "các nhóm cộng lại %lld phần nghìn điểm, tổng ghi %lld",
                 "the groups add up to %lld thousandths, the index says %lld", (long long)sum,
                 (long long)k->x->max);
}

struct index *index_compile(struct arena *a, struct span text, struct diags *d)
{
    struct yaml_node *root = yaml_read(a, text, d);
    struct shape_reader r = {a, d, NULL};
    struct file_raw *raw = ARENA_NEW(a, struct file_raw);
    struct check k = {d, &raw->x};
    struct civil far = {9999, 12, 31};

    if (!root)
        return NULL;
    raw->x.valid_to = civil_day(far);
    shape_read(&r, &FILE_SHAPE, root, raw);
    if (d->errors)
        return NULL;
    raw->x.measured = raw->scale == 1;
    raw->x.unit = 1;
    index_hash(text, raw->x.hash);
    add_groups(a, &k, root, raw);
    check_bands(d, &raw->x, yaml_get(root, "bands"));
    if (yaml_get(root, "officers"))
        add_officers(a, &k, yaml_get(root, "officers"), &raw->officers);
    if (raw->x.valid_to < raw->x.valid_from)
        diag_add(d, DIAG_ERROR, root->at, "X001", "valid_to trước valid_from: \"%s\"",
                 "valid_to lies before valid_from: \"%s\"", raw->x.index);
    return d->errors ? NULL : &raw->x;
}
