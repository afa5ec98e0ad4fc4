/* Conditions and moments in words, for pictures and for the difference of two versions.  Texts live
 * in the given arena.  Any thread. */
#include "common/procedure/diagram.h"
#include "common/procedure/expr_node.h"

struct words {
    const struct procedure *p;
    enum lang lang;
    struct buf out;
};

static const char *in(const struct words *w, const char *vi, const char *en)
{
    return w->lang == LANG_EN ? en : vi;
}

static const struct form_field *form_of(const struct procedure *p, const char *name)
{
    size_t i;

    for (i = 0; strncmp(name, "form.", 5) == 0 && i < p->forms; i++)
        if (strcmp(p->form[i].field, name + 5) == 0)
            return &p->form[i];
    return NULL;
}

static void put_field(struct words *w, const char *name)
{
    static const struct {
        const char *name;
        struct text2 words;
    } fixed[] = {{"case", {"trường hợp", "case"}},
                 {"channel", {"kênh nộp", "channel"}},
                 {"place.island", {"ở hải đảo", "on an island"}},
                 {"place.mountain", {"ở miền núi", "in the mountains"}},
                 {"applicant.kind", {"người nộp", "applicant"}}};
    const struct form_field *f = form_of(w->p, name);
    size_t i;

    for (i = 0; i < sizeof fixed / sizeof fixed[0]; i++)
        if (strcmp(fixed[i].name, name) == 0)
            name = text2_in(fixed[i].words, w->lang);
    buf_str(&w->out, f ? text2_in(f->title, w->lang) : name);
}

/* 500.000.000 in Vietnamese, 500,000,000 in English. */
static void put_number(struct words *w, int64_t v)
{
    char digits[24];
    int n = 0, i;

    if (v < 0) {
        buf_char(&w->out, '-');
        v = -v;
    }
    do {
        digits[n++] = (char)('0' + v % 10);
        v /= 10;
    } while (v);
    for (i = n - 1; i >= 0; i--) {
        buf_char(&w->out, digits[i]);
        if (i && i % 3 == 0)
            buf_char(&w->out, w->lang == LANG_EN ? ',' : '.');
    }
}

static void put_text(struct words *w, const char *field, const char *s)
{
    const struct form_field *f = field ? form_of(w->p, field) : NULL;
    const struct procedure_case *pc;
    size_t i;
    int ch;

    for (i = 0; f && i < f->choices; i++)
        if (strcmp(f->choice[i], s) == 0) {
            buf_str(&w->out, text2_in(f->choice_title[i], w->lang));
            return;
        }
    for (ch = 0; field && strcmp(field, "channel") == 0 && ch < CHANNELS; ch++)
        if (strcmp(channel_name((enum channel)ch), s) == 0)
            s = text2_in(channel_title((enum channel)ch), w->lang);
    pc = field && strcmp(field, "case") == 0 ? procedure_case_of(w->p, s) : NULL;
    buf_str(&w->out, s);
    if (pc)
        buf_printf(&w->out, " (%s)", text2_in(pc->title, w->lang));
}

static void put_operand(struct words *w, const struct operand *o, const char *field)
{
    char day[16];

    if (o->field) {
        put_field(w, o->field);
    } else if (o->v.type == VALUE_DATE) {
        day_iso((dayno)o->v.i, day);
        buf_str(&w->out, day);
    } else if (o->v.type == VALUE_TEXT) {
        put_text(w, field, o->v.s.p);
    } else if (o->v.type == VALUE_BOOL) {
        buf_str(&w->out, o->v.i ? in(w, "có", "yes") : in(w, "không", "no"));
    } else {
        put_number(w, o->v.i);
    }
}

static void put_node(struct words *w, const struct expr_node *n)
{
    static const char *const sign[] = {"=", "≠", "<", "≤", ">", "≥"};
    bool open;
    size_t i;

    switch (n->op) {
    case NODE_AND:
    case NODE_OR:
        open = n->op == NODE_AND && n->a->op == NODE_OR;
        buf_str(&w->out, open ? "(" : "");
        put_node(w, n->a);
        buf_str(&w->out, open ? ")" : "");
        buf_str(&w->out, n->op == NODE_AND ? in(w, " và ", " and ") : in(w, " hoặc ", " or "));
        open = n->op == NODE_AND && n->b->op == NODE_OR;
        buf_str(&w->out, open ? "(" : "");
        put_node(w, n->b);
        buf_str(&w->out, open ? ")" : "");
        return;
    case NODE_NOT:
        open = n->a->op == NODE_AND || n->a->op == NODE_OR;
        buf_str(&w->out, in(w, "không ", "not "));
        buf_str(&w->out, open ? "(" : "");
        put_node(w, n->a);
        buf_str(&w->out, open ? ")" : "");
        return;
    case NODE_TRUTH:
        put_operand(w, &n->left, NULL);
        return;
    case NODE_COMPARE:
        put_operand(w, &n->left, n->right.field);
        buf_printf(&w->out, " %s ", sign[n->cmp]);
        put_operand(w, &n->right, n->left.field);
        return;
    case NODE_IN:
        put_operand(w, &n->left, NULL);
        buf_str(&w->out, in(w, " thuộc ", " in "));
        for (i = 0; i < n->n; i++) {
            buf_str(&w->out, i ? ", " : "");
            put_operand(w, &n->list[i], n->left.field);
        }
        return;
    }
}

const char *condition_words(struct arena *a, const struct procedure *p, const struct expr *e,
                            enum lang lang)
{
    struct words w = {.p = p, .lang = lang};
    const char *s;

    buf_init(&w.out, 8000);
    put_node(&w, e->root);
    s = arena_strdup(a, buf_cstr(&w.out));
    buf_free(&w.out);
    return s;
}

const char *moment_words(struct arena *a, const struct moment *m, enum lang lang)
{
    bool en = lang == LANG_EN;

    if (m->percent)
        return arena_printf(a, en ? "at %d%%" : "khi dùng %d%% thời gian", m->share);
    if (m->sign == 0)
        return en ? "when due" : "khi đến hạn";
    if (m->sign < 0)
        return arena_printf(a, en ? "%s before due" : "trước hạn %s",
                            quantity_text(a, m->apart, lang));
    return arena_printf(a, en ? "%s after due" : "sau hạn %s", quantity_text(a, m->apart, lang));
}
