/* Values with a form of their own in procedure files: quantities, dates, moments, limits, fees;
 * conditions are kept until the fields they speak of are known.  Values live in the procedure's
 * arena.  One thread at a time. */
#include "common/procedure/read.h"

static bool scalar(struct shape_reader *r, const struct shape_key *k, const struct yaml_node *v)
{
    if (v->kind == YAML_SCALAR)
        return true;
    diag_add(r->diags, DIAG_ERROR, v->at, "Y011", "\"%s\" phải là văn bản", "\"%s\" must be a text",
             k->key);
    return false;
}

/* The unit that was probably meant, as the hint of the mistake just reported. */
static void nearest_unit(struct diags *d, const char *text)
{
    const char *word[UNIT_COUNT], *blank = strrchr(text, ' ');
    int u;

    for (u = 0; u < UNIT_COUNT; u++)
        word[u] = unit_name((enum unit)u);
    diag_nearest(d, blank ? blank + 1 : text, word, UNIT_COUNT);
}

void read_quantity(struct shape_reader *r, const struct shape_key *k, struct yaml_node *v,
                   void *field)
{
    struct quantity q;

    if (!scalar(r, k, v))
        return;
    if (quantity_parse(span_of(v->text), &q)) {
        memcpy(field, &q, sizeof q);
        return;
    }
    diag_add(r->diags, DIAG_ERROR, v->at, "P002",
             "\"%s\" không phải thời hạn: số và đơn vị, ví dụ \"3 working_day\" (hour, half_day, "
             "working_day, working_day_eod, calendar_day, month) hoặc \"same_day\"",
             "\"%s\" is not a time limit: a number and a unit, like \"3 working_day\" (hour, "
             "half_day, working_day, working_day_eod, calendar_day, month) or \"same_day\"",
             v->text);
    nearest_unit(r->diags, v->text);
}

void read_condition(struct shape_reader *r, const struct shape_key *k, struct yaml_node *v,
                    void *field)
{
    struct compile *c = r->ctx;

    if (!scalar(r, k, v))
        return;
    ARENA_PUSH(c->arena, c->pending, c->pendings, c->pending_cap) = (struct pending){
        .slot = (const struct expr **)field,
        .text = v->text,
        .at = {v->at.line, v->at.col + (v->quoted ? 1 : 0)},
    };
}

bool moment_parse(struct span s, struct moment *ret)
{
    struct moment m = {0};
    int64_t share;

    if (s.n > 1 && s.p[s.n - 1] == '%') {
        if (!span_i64((struct span){s.p, s.n - 1}, 1, 500, &share))
            return false;
        m.percent = true;
        m.share = (int)share;
        *ret = m;
        return true;
    }
    if (!span_starts(s, "due"))
        return false;
    s = span_trim((struct span){s.p + 3, s.n - 3});
    if (s.n) {
        m.sign = s.p[0] == '-' ? -1 : 1;
        if ((s.p[0] != '-' && s.p[0] != '+') ||
            !quantity_parse(span_trim((struct span){s.p + 1, s.n - 1}), &m.apart))
            return false;
    }
    *ret = m;
    return true;
}

void read_moment(struct shape_reader *r, const struct shape_key *k, struct yaml_node *v,
                 void *field)
{
    struct moment m;

    if (!scalar(r, k, v))
        return;
    if (moment_parse(span_of(v->text), &m))
        memcpy(field, &v->text, sizeof v->text);
    else
        diag_add(r->diags, DIAG_ERROR, v->at, "P003",
                 "\"%s\" không phải một mốc: 80%%, due, \"due - 4 hour\", \"due + 1 working_day\"",
                 "\"%s\" is not a moment: 80%%, due, \"due - 4 hour\", \"due + 1 working_day\"",
                 v->text);
}

/* `limit: 3 working_day` is short for `limit: {legal: 3 working_day}`. */
#define ESCALATE "escalate:"

const char *on_due_role(const char *on_due)
{
    return on_due && strncmp(on_due, ESCALATE, sizeof ESCALATE - 1) == 0
               ? on_due + sizeof ESCALATE - 1
               : NULL;
}

/* Whether the role exists is a later pass's question. */
void read_on_due(struct shape_reader *r, const struct shape_key *k, struct yaml_node *v,
                 void *field)
{
    const char *s = v->kind == YAML_SCALAR ? v->text : NULL;

    if (s && (strcmp(s, "agree") == 0 || strcmp(s, "remind") == 0 || on_due_role(s)))
        *(const char **)field = s;
    else
        diag_add(r->diags, DIAG_ERROR, v->at, "Y020",
                 "\"%s\" phải là agree, remind hoặc escalate:VAI-TRÒ",
                 "\"%s\" must be agree, remind or escalate:ROLE", k->key);
}

void read_limit(struct shape_reader *r, const struct shape_key *k, struct yaml_node *v, void *field)
{
    struct limit *l = field;
    int ch;

    if (v->kind == YAML_SCALAR)
        read_quantity(r, k, v, &l->legal);
    else
        shape_read(r, &LIMIT_SHAPE, v, l);
    if (!l->committed.den)
        l->committed = l->legal;
    for (ch = 0; ch < CHANNELS; ch++)
        l->has_channel[ch] = l->by_channel[ch].den != 0;
}

void read_fee_channels(struct shape_reader *r, const struct shape_key *k, struct yaml_node *v,
                       void *field)
{
    struct fee_item *f = field;
    const char *const *word = channel_words();
    int ch;

    if (v->kind != YAML_MAP)
        diag_add(r->diags, DIAG_ERROR, v->at, "Y013", "\"%s\" phải là nhóm khóa",
                 "\"%s\" must be a map", k->key);
    yaml_only_keys(v, word, r->diags);
    for (ch = 0; ch < CHANNELS; ch++)
        f->has_channel[ch] =
            yaml_int(v, word[ch], false, 0, INT64_C(999999999999), &f->by_channel[ch], r->diags);
}

static void name_fee(struct fee_item *f)
{
    if (!f->fee)
        f->fee = "fee";
    if (!f->title.vi)
        f->title = f->charge ? (struct text2){"Lệ phí", "Charge"} : (struct text2){"Phí", "Fee"};
}

/* `fee: {amount: …}` is one item, `fee: {items: […]}` several; `{amount: 0}` alone is none. */
static struct fee_item *fee_items(struct shape_reader *r, struct yaml_node *v, size_t *ret_n)
{
    static const char *const several[] = {"items", NULL};
    struct yaml_node *list = NULL;
    struct fee_item *f;
    size_t i;

    if (!yaml_get(v, "items")) {
        f = ARENA_NEW(r->arena, struct fee_item);
        shape_read(r, &FEE_ITEM_SHAPE, v, f);
        name_fee(f);
        *ret_n = v->n == 1 && f->amount == 0 ? 0 : 1;
        return f;
    }
    yaml_only_keys(v, several, r->diags);
    list = yaml_list(v, "items", true, r->diags);
    *ret_n = list ? list->n : 0;
    if (*ret_n > FEE_ITEMS_MAX)
        diag_add(r->diags, DIAG_ERROR, list->at, "Y023", "\"%s\" có nhiều nhất %d mục",
                 "\"%s\" has at most %d items", "items", FEE_ITEMS_MAX);
    f = ARENA_ARRAY(r->arena, struct fee_item, *ret_n + 1);
    for (i = 0; i < *ret_n; i++) {
        shape_read(r, &FEE_ITEM_SHAPE, list->item[i], &f[i]);
        if (!yaml_get(list->item[i], "fee") && list->item[i]->kind == YAML_MAP)
            diag_add(r->diags, DIAG_ERROR, list->item[i]->at, "Y017", "thiếu \"%s\"",
                     "\"%s\" is missing", "fee");
        name_fee(&f[i]);
    }
    return f;
}

void read_fee(struct shape_reader *r, const struct shape_key *k, struct yaml_node *v, void *field)
{
    struct compile *c = r->ctx;

    (void)k;
    if (v == yaml_get(c->root, "fee")) {
        c->p->fee = fee_items(r, v, &c->p->fees);
    } else {
        struct procedure_case *pc = field;
        pc->fee = fee_items(r, v, &pc->fees);
        pc->has_fee = true;
    }
}

void read_choices(struct shape_reader *r, const struct shape_key *k, struct yaml_node *v,
                  void *field)
{
    struct form_field *f = field;
    size_t i;

    if (v->kind != YAML_SEQ) {
        diag_add(r->diags, DIAG_ERROR, v->at, "Y012", "\"%s\" phải là danh sách",
                 "\"%s\" must be a list", k->key);
        return;
    }
    f->choices = v->n;
    f->choice = ARENA_ARRAY(r->arena, const char *, v->n + 1);
    f->choice_title = ARENA_ARRAY(r->arena, struct text2, v->n + 1);
    for (i = 0; i < v->n; i++) {
        struct choice_item item = {.choice = ""};
        shape_read(r, &CHOICE_SHAPE, v->item[i], &item);
        f->choice[i] = item.choice;
        f->choice_title[i] = item.title;
    }
}
