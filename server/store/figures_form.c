/* Forms II.06a and II.06b (Biểu II.06a, II.06b/VPCP/KSTT of Circular 01/2020): the eleven columns
 * by level, field and procedure, or by level and agency.  Everything lies in the call's arena.  The
 * worker's thread. */
#include <stdlib.h>

#include "server/store/dossier_json.h"
#include "server/store/figures_inside.h"

enum level { LEVEL_PROVINCE, LEVEL_DISTRICT, LEVEL_COMMUNE, LEVELS };
static const struct {
    const char *key;
    struct text2 title;
} levels[LEVELS] = {
    {"province", {"Cấp tỉnh", "Province"}},
    {"district", {"Cấp huyện", "District"}},
    {"commune", {"Cấp xã", "Commune"}},
};

struct line { /* of one procedure or agency */
    enum level level;
    const char *field;
    struct text2 field_title;
    const struct figures_item *item;
};

static enum level level_of(const struct organisation *o, int at)
{
    for (; at >= 0; at = o->agency[at].parent) {
        if (o->agency[at].type == AGENCY_COMMUNE)
            return LEVEL_COMMUNE;
        if (o->agency[at].type == AGENCY_DISTRICT)
            return LEVEL_DISTRICT;
    }
    return LEVEL_PROVINCE;
}

static struct line line_of(struct pending *p, const struct figures *f,
                           const struct figures_item *it)
{
    const struct organisation *o = p->st->snap->org;
    struct line l = {.item = it, .field = ""};
    const struct procedure *pr;

    if (f->b) {
        l.level = level_of(o, organisation_find(o, it->key));
        return l;
    }
    pr = figures_procedure(p, f, it->key);
    if (pr) {
        l.level = level_of(o, pr->competent ? organisation_find(o, pr->competent) : -1);
        l.field = pr->field_code;
        l.field_title = pr->field;
    }
    return l;
}

static int by_place(const void *a, const void *b)
{
    const struct line *x = a, *y = b;
    int c = (int)x->level - (int)y->level;

    if (c == 0)
        c = strcmp(x->field, y->field);
    if (c == 0)
        c = x->item->order - y->item->order;
    return c ? c : strcmp(x->item->key, y->item->key);
}

const char *const FORM_WORDS[] = {"c1", "c2", "c3", "c4",  "c5",  "c6",
                                  "c7", "c8", "c9", "c10", "c11", NULL};
_Static_assert(sizeof FORM_WORDS / sizeof *FORM_WORDS == FORM_COLUMNS + 1, "the form");

static void columns_json(struct jw *w, const struct figure_row *r)
{
    int64_t n[FORM_COLUMNS];

    figures_form(r, n);
    for (int i = 0; i < FORM_COLUMNS; i++) {
        jw_key_any(w, FORM_WORDS[i]);
        jw_i64(w, n[i]);
    }
    jw_ki64(w, "waiting", r->n[FIGURE_PENDING_WAITING]);
    jw_ki64(w, "ended_other", r->n[FIGURE_ENDED_OTHER]);
}

static void line_json(struct jw *w, const char *kind, const char *key, struct text2 title,
                      const struct figure_row *r)
{
    jw_open(w);
    jw_kstr(w, "kind", kind);
    jw_kstr(w, "key", key);
    jw_kstr(w, "title", title.vi);
    jw_kstr(w, "title_en", title.en);
    columns_json(w, r);
    jw_close(w);
}

/* A level or a field over its lines: from i as far as `same` holds. */
static void head_line(struct jw *w, const struct line *l, size_t n, size_t i, bool field)
{
    struct figure_row sum = {{0}};

    for (size_t k = i; k < n && l[k].level == l[i].level; k++)
        if (!field || strcmp(l[k].field, l[i].field) == 0)
            figures_sum(&sum, &l[k].item->row);
    if (field)
        line_json(w, "field", l[i].field, l[i].field_title, &sum);
    else
        line_json(w, "level", levels[l[i].level].key, levels[l[i].level].title, &sum);
}

static void lines_json(struct jw *w, const struct figures *f, const struct line *l, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        bool level = i == 0 || l[i].level != l[i - 1].level;

        if (level)
            head_line(w, l, n, i, false);
        if (!f->b && (level || strcmp(l[i].field, l[i - 1].field) != 0))
            head_line(w, l, n, i, true);
        line_json(w, f->b ? "agency" : "procedure", l[i].item->key, l[i].item->title,
                  &l[i].item->row);
    }
}

static void form_came(struct pending *p, const struct db_outcome *out)
{
    struct figures *f = p->mine;
    struct jw w = json_answer(p);
    struct line *l;
    size_t n = 0;

    figures_take(p, f, out->rows);
    l = ARENA_ARRAY(p->own, struct line, f->items + 1);
    for (size_t i = 0; i < f->items; i++)
        if (f->item[i].key &&
            (f->item[i].row.n[FIGURE_TOTAL] || f->item[i].row.n[FIGURE_ENDED_OTHER]))
            l[n++] = line_of(p, f, &f->item[i]);
    if (n)
        qsort(l, n, sizeof *l, by_place);
    jw_open(&w);
    jw_kstr(&w, "form", f->b ? "II.06b/VPCP/KSTT" : "II.06a/VPCP/KSTT");
    figures_head_json(&w, f);
    jw_key(&w, "items");
    jw_list(&w);
    lines_json(&w, f, l, n);
    line_json(&w, "total", NULL, (struct text2){"Tổng số", "Total"}, &f->total.row);
    jw_end(&w);
    jw_knull(&w, "next");
    jw_close(&w);
    pending_json(p, 0);
}

void store_figures_form(struct store *st, const struct viewer *v, const struct figures_query *q,
                        bool b, store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, form_came);
    struct figures_query asked = *q;
    struct figures *f;

    asked.by = b ? BY_AGENCY : BY_PROCEDURE;
    asked.compare = false;
    f = figures_new(p, v, &asked);
    f->b = b;
    p->json = done;
    figures_count(p, f);
}
