/* Rules in force by date of receipt, read from config/regimes/.  Codes G001 overlap, G002 validity,
 * G003 a quantity, G004 a word that is not one of the allowed, G005 a time of day, G006 name used
 * twice.  What is read lives in the caller's arena.  Any thread. */
#include "common/dossier/regime.h"

#include "common/base/yaml.h"

static const char *const top_keys[] = {"regime",          "name",       "valid_from", "valid_to",
                                       "code_owner",      "supplement", "extension",  "online",
                                       "transfer_cutoff", "basis",      "articles",   NULL};
static const char *const article_keys[ARTICLES + 1] = {
    [ARTICLE_RECEIPT] = "receipt",       [ARTICLE_ONLINE] = "online",
    [ARTICLE_SUPPLEMENT] = "supplement", [ARTICLE_CONSULT] = "consult",
    [ARTICLE_EXTENSION] = "extension",   [ARTICLE_PAPER] = "paper"};
static const char *const supplement_keys[] = {"max", "within", "clock", "close_after_days", NULL};
static const char *const extension_keys[] = {"max", "days_before", NULL};
static const char *const online_keys[] = {"alert", "answer", NULL};

static void read_day(const struct yaml_node *map, const char *key, bool required, dayno *ret,
                     struct diags *d)
{
    const char *text;

    if (yaml_text(map, key, required, &text, d) && !day_parse(span_of(text), ret))
        diag_add(d, DIAG_ERROR, yaml_get(map, key)->at, "Y016", "“%s” không phải ngày (2025-07-01)",
                 "“%s” is not a date (2025-07-01)", text);
}

static void read_quantity(const struct yaml_node *map, const char *key, struct quantity *ret,
                          struct diags *d)
{
    const char *text;

    if (yaml_text(map, key, true, &text, d) && !quantity_parse(span_of(text), ret))
        diag_add(d, DIAG_ERROR, yaml_get(map, key)->at, "G003",
                 "“%s” không phải khoảng thời gian (3 working_day_eod)",
                 "“%s” is not a quantity of time (3 working_day_eod)", text);
}

/* One of two words: true for the first. */
static bool read_either(const struct yaml_node *map, const char *key, const char *yes,
                        const char *no, struct diags *d)
{
    const char *const words[] = {yes, no};
    const char *text;

    if (!yaml_text(map, key, true, &text, d))
        return false;
    if (strcmp(text, yes) != 0 && strcmp(text, no) != 0) {
        diag_add(d, DIAG_ERROR, yaml_get(map, key)->at, "G004", "“%s”: phải là %s hoặc %s",
                 "“%s”: must be %s or %s", text, yes, no);
        diag_nearest(d, text, words, 2);
    }
    return strcmp(text, yes) == 0;
}

static int read_count(const struct yaml_node *map, const char *key, int64_t max, struct diags *d)
{
    int64_t n = 0;

    (void)yaml_int(map, key, true, 0, max, &n, d);
    return (int)n;
}

static void read_supplement(const struct yaml_node *top, struct regime *r, struct diags *d)
{
    const struct yaml_node *m = yaml_map(top, "supplement", true, d);

    if (!m)
        return;
    yaml_only_keys(m, supplement_keys, d);
    r->supplement_max = read_count(m, "max", 10, d);
    read_quantity(m, "within", &r->supplement_within, d);
    r->supplement_restarts = read_either(m, "clock", "restart", "continue", d);
    r->supplement_close_days = read_count(m, "close_after_days", 3650, d);
}

static void read_extension(const struct yaml_node *top, struct regime *r, struct diags *d)
{
    const struct yaml_node *m = yaml_map(top, "extension", true, d);

    if (!m)
        return;
    yaml_only_keys(m, extension_keys, d);
    r->extension_max = read_count(m, "max", 10, d);
    r->extension_days_before = read_count(m, "days_before", 365, d);
}

static void read_online(const struct yaml_node *top, struct regime *r, struct diags *d)
{
    const struct yaml_node *m = yaml_map(top, "online", false, d);

    if (!m)
        return;
    yaml_only_keys(m, online_keys, d);
    r->has_online = true;
    read_quantity(m, "alert", &r->online_alert, d);
    read_quantity(m, "answer", &r->online_answer, d);
}

static void read_basis(struct arena *a, const struct yaml_node *top, struct regime *r,
                       struct diags *d)
{
    const struct yaml_node *list = yaml_list(top, "basis", true, d);
    size_t i;

    if (!list)
        return;
    r->basis = ARENA_ARRAY(a, const char *, list->n ? list->n : 1);
    for (i = 0; i < list->n; i++) {
        if (list->item[i]->kind == YAML_SCALAR)
            r->basis[r->bases++] = list->item[i]->text;
        else
            diag_add(d, DIAG_ERROR, list->item[i]->at, "Y011", "Phải là chữ", "Must be a text");
    }
}

static void read_articles(const struct yaml_node *top, struct regime *r, struct diags *d)
{
    const struct yaml_node *m = yaml_map(top, "articles", false, d);
    size_t i;

    if (!m)
        return;
    yaml_only_keys(m, article_keys, d);
    for (i = 0; i < ARTICLES; i++)
        (void)yaml_text(m, article_keys[i], false, &r->article[i], d);
}

static void read_cutoff(const struct yaml_node *top, struct regime *r, struct diags *d)
{
    const char *text;

    if (yaml_text(top, "transfer_cutoff", true, &text, d) &&
        !clock_parse(span_of(text), &r->transfer_cutoff))
        diag_add(d, DIAG_ERROR, yaml_get(top, "transfer_cutoff")->at, "G005",
                 "“%s” không phải giờ trong ngày (\"15:00\")",
                 "“%s” is not a time of day (\"15:00\")", text);
}

static void check_against(const struct regimes *all, const struct regime *r,
                          const struct yaml_node *top, struct diags *d)
{
    size_t i;

    if (r->valid_to < r->valid_from)
        diag_add(d, DIAG_ERROR, yaml_get(top, "valid_to")->at, "G002",
                 "Hết hiệu lực trước khi có hiệu lực", "Ends before it begins");
    for (i = 0; i < all->n; i++) {
        const struct regime *o = &all->item[i];

        if (strcmp(o->regime, r->regime) == 0)
            diag_add(d, DIAG_ERROR, yaml_get(top, "regime")->at, "G006", "Tên “%s” đã dùng",
                     "The name “%s” is used already", r->regime);
        else if (r->valid_from <= o->valid_to && o->valid_from <= r->valid_to)
            diag_add(d, DIAG_ERROR, yaml_get(top, "valid_from")->at, "G001",
                     "Trùng thời gian hiệu lực với “%s”", "Overlaps with “%s” in time", o->regime);
    }
}

bool regime_compile(struct arena *a, struct regimes *all, struct span text, struct diags *d)
{
    size_t errors = d->errors;
    struct yaml_node *top = yaml_read(a, text, d);
    struct regime r = {.regime = "", .valid_to = INT32_MAX, .transfer_cutoff = -1};

    if (!top)
        return false;
    if (top->kind != YAML_MAP) {
        diag_add(d, DIAG_ERROR, top->at, "Y013", "Phải là các cặp khóa: giá trị",
                 "Must be pairs of key: value");
        return false;
    }
    yaml_only_keys(top, top_keys, d);
    (void)yaml_text(top, "regime", true, &r.regime, d);
    (void)yaml_text2(top, "name", true, &r.name, d);
    read_day(top, "valid_from", true, &r.valid_from, d);
    read_day(top, "valid_to", false, &r.valid_to, d);
    r.code_owner_competent = read_either(top, "code_owner", "competent", "receiving", d);
    read_supplement(top, &r, d);
    read_extension(top, &r, d);
    read_online(top, &r, d);
    read_cutoff(top, &r, d);
    read_basis(a, top, &r, d);
    read_articles(top, &r, d);
    if (d->errors == errors)
        check_against(all, &r, top, d);
    if (d->errors != errors)
        return false;
    all->item = arena_grow(a, all->item, all->n, all->n + 1, sizeof r);
    all->item[all->n++] = r;
    return true;
}

const struct regime *regime_on(const struct regimes *all, dayno d)
{
    size_t i;

    for (i = 0; i < all->n; i++)
        if (all->item[i].valid_from <= d && d <= all->item[i].valid_to)
            return &all->item[i];
    return NULL;
}

const struct regime *regime_named(const struct regimes *all, const char *name)
{
    size_t i;

    for (i = 0; name && i < all->n; i++)
        if (strcmp(all->item[i].regime, name) == 0)
            return &all->item[i];
    return NULL;
}

const char *regime_article(const struct regime *r, enum article a)
{
    if (!r || r->article[a])
        return r ? r->article[a] : NULL;
    return r->bases ? r->basis[0] : NULL;
}

static bool same_quantity(struct quantity a, struct quantity b)
{
    return a.num == b.num && a.den == b.den && a.unit == b.unit;
}

bool regime_same_rules(const struct regime *a, const struct regime *b)
{
    return a->valid_from == b->valid_from && a->code_owner_competent == b->code_owner_competent &&
           a->supplement_max == b->supplement_max &&
           same_quantity(a->supplement_within, b->supplement_within) &&
           a->supplement_restarts == b->supplement_restarts &&
           a->supplement_close_days == b->supplement_close_days &&
           a->extension_max == b->extension_max &&
           a->extension_days_before == b->extension_days_before && a->has_online == b->has_online &&
           same_quantity(a->online_alert, b->online_alert) &&
           same_quantity(a->online_answer, b->online_answer) &&
           a->transfer_cutoff == b->transfer_cutoff;
}
