/* What changes between two versions, in words for those who publish and those who sign.
 * Owns nothing but an arena for the call.  Any thread. */
#include "common/procedure/diagram.h"

struct diff {
    struct arena *a;
    const struct procedure *old, *new;
    enum lang lang;
    struct buf *out;
    bool any;
};

static const char *in(const struct diff *d, const char *vi, const char *en)
{
    return d->lang == LANG_EN ? en : vi;
}

static bool same(const char *a, const char *b)
{
    return (!a && !b) || (a && b && strcmp(a, b) == 0);
}

static void line(struct diff *d, const char *what, const char *from, const char *to)
{
    d->any = true;
    buf_printf(d->out, "%s: %s → %s\n", what, from && *from ? from : in(d, "(không)", "(none)"),
               to && *to ? to : in(d, "(không)", "(none)"));
}

static void text(struct diff *d, const char *what, const char *from, const char *to)
{
    if (!same(from, to))
        line(d, what, from, to);
}

static void title(struct diff *d, const char *what, struct text2 from, struct text2 to)
{
    if (!same(from.vi, to.vi) || !same(from.en, to.en))
        line(d, what, text2_in(from, d->lang), text2_in(to, d->lang));
}

static void number(struct diff *d, const char *what, int64_t from, int64_t to)
{
    if (from != to)
        line(d, what, arena_printf(d->a, "%lld", (long long)from),
             arena_printf(d->a, "%lld", (long long)to));
}

static void limit(struct diff *d, const char *what, struct quantity from, struct quantity to)
{
    const char *a = from.den ? quantity_text(d->a, from, d->lang) : "";
    const char *b = to.den ? quantity_text(d->a, to, d->lang) : "";

    if (!same(a, b) || from.unit != to.unit)
        line(d, what, a, b);
}

static void condition(struct diff *d, const char *what, const struct procedure *p,
                      const struct expr *from, const struct expr *to)
{
    const char *a = from ? condition_words(d->a, d->old, from, d->lang) : "";
    const char *b = to ? condition_words(d->a, p, to, d->lang) : "";

    if (!same(from ? expr_text(from) : NULL, to ? expr_text(to) : NULL))
        line(d, what, a, b);
}

static void gone(struct diff *d, const char *what, const char *name, bool added)
{
    d->any = true;
    buf_printf(d->out, "%s %s: %s\n", added ? in(d, "Thêm", "Added") : in(d, "Bỏ", "Removed"), what,
               name);
}

/* ---- lists: each item of one side against its namesake of the other ---------------------- */

typedef const void *find_item(const struct procedure *p, const char *key);
struct list {
    const char *what_vi, *what_en;
    size_t size, key_at, title_at;
    find_item *find;
    void (*compare)(struct diff *d, const char *what, const void *from, const void *to);
};

static const char *key_of(const struct list *l, const char *item)
{
    const char *key;

    memcpy(&key, item + l->key_at, sizeof key);
    return key;
}

static const char *name_of(struct diff *d, const struct list *l, const char *item)
{
    struct text2 t;

    memcpy(&t, item + l->title_at, sizeof t);
    return arena_printf(d->a, "%s (%s)", text2_in(t, d->lang), key_of(l, item));
}

static void lists(struct diff *d, const struct list *l, const void *from, size_t n, const void *to,
                  size_t m)
{
    const char *what = in(d, l->what_vi, l->what_en), *item;
    const void *other;
    size_t i;

    for (i = 0; i < n; i++) {
        item = (const char *)from + i * l->size;
        if (!l->find(d->new, key_of(l, item)))
            gone(d, what, name_of(d, l, item), false);
    }
    for (i = 0; i < m; i++) {
        item = (const char *)to + i * l->size;
        other = l->find(d->old, key_of(l, item));
        if (!other)
            gone(d, what, name_of(d, l, item), true);
        else if (l->compare)
            l->compare(d, arena_printf(d->a, "%s \"%s\"", what, key_of(l, item)), other, item);
    }
}

#define FIND(name, type, array, count, key)                                                        \
    static const void *name(const struct procedure *p, const char *k)                              \
    {                                                                                              \
        size_t i;                                                                                  \
        for (i = 0; i < p->count; i++)                                                             \
            if (strcmp(p->array[i].key, k) == 0)                                                   \
                return &p->array[i];                                                               \
        return NULL;                                                                               \
    }
FIND(find_step, struct step, step, steps, step)
FIND(find_component, struct component, component, components, code)
FIND(find_form, struct form_field, form, forms, field)
FIND(find_case, struct procedure_case, cases, cases_n, code)
FIND(find_fee, struct fee_item, fee, fees, fee)
FIND(find_reason, struct reason, reason, reasons, reason)
FIND(find_stop, struct stop_reason, stop, stops, reason)
FIND(find_span, struct span_limit, span, spans, span)
FIND(find_result, struct procedure_result, results, results_n, result)

static const char *sub(struct diff *d, const char *what, const char *vi, const char *en)
{
    return arena_printf(d->a, "%s, %s", what, in(d, vi, en));
}

static const char *target(const struct procedure *p, int to)
{
    return to >= 0 ? p->step[to].step : to == STEP_END ? "end" : to == STEP_BACK ? "back" : "";
}

static const char *place_text(struct diff *d, enum place at, const char *agency)
{
    static const struct text2 of[] = {
        [AT_RECEPTION] = {"nơi tiếp nhận", "reception"},
        [AT_COMPETENT] = {"cơ quan giải quyết", "competent agency"},
        [AT_UNIT_RECEPTION] = {"đơn vị phụ trách nơi tiếp nhận", "unit for the reception"},
        [AT_UNIT_COMPETENT] = {"đơn vị phụ trách nơi giải quyết", "unit for the competent agency"},
    };

    if (at == AT_AGENCY)
        return agency;
    return !agency ? text2_in(of[at], d->lang)
                   : arena_printf(d->a, "%s (%s)", text2_in(of[at], d->lang), agency);
}

static void compare_actions(struct diff *d, const char *what, const struct step *from,
                            const struct step *to)
{
    const char *name;
    size_t i;

    for (i = 0; i < from->actions; i++)
        if (!step_action(to, from->action[i].action))
            gone(d, sub(d, what, "thao tác", "action"), from->action[i].action, false);
    for (i = 0; i < to->actions; i++) {
        const struct action *b = &to->action[i], *a = step_action(from, b->action);
        name = arena_printf(d->a, "%s, %s \"%s\"", what, in(d, "thao tác", "action"), b->action);
        if (!a) {
            gone(d, sub(d, what, "thao tác", "action"), b->action, true);
            continue;
        }
        title(d, name, a->title, b->title);
        text(d, sub(d, name, "hiệu lực", "effect"), effect_name(a->effect), effect_name(b->effect));
        text(d, sub(d, name, "bước đến", "goes to"), target(d->old, a->to), target(d->new, b->to));
        number(d, sub(d, name, "điều phải có (mã)", "needs (bits)"), a->needs, b->needs);
        condition(d, sub(d, name, "điều kiện", "condition"), d->new, a->when, b->when);
        text(d, sub(d, name, "khoảng không tính", "exclusion"), a->stop, b->stop);
        limit(d, sub(d, name, "thời hạn", "limit"), a->limit, b->limit);
        text(d, sub(d, name, "khi hết hạn", "when due"), a->on_due, b->on_due);
        text(d, sub(d, name, "hỏi ai", "whom"),
             a->has_whom ? place_text(d, a->whom, a->whom_agency) : NULL,
             b->has_whom ? place_text(d, b->whom, b->whom_agency) : NULL);
    }
}

static const char *separate(struct diff *d, const struct procedure *p, const struct step *s)
{
    const char *list = "";
    size_t i;

    for (i = 0; i < s->not_bys; i++)
        list = arena_printf(d->a, "%s%s%s", list, i ? ", " : "", p->step[s->not_by[i]].step);
    return list;
}

static void compare_branches(struct diff *d, const char *what, const struct step *from,
                             const struct step *to)
{
    size_t i;

    number(d, sub(d, what, "số nhánh", "branches"), (int64_t)from->branches, (int64_t)to->branches);
    number(d, sub(d, what, "chờ nhánh", "join"), from->join, to->join);
    text(d, sub(d, what, "sau khi nhập", "then"), target(d->old, from->then),
         target(d->new, to->then));
    for (i = 0; i < from->branches && i < to->branches; i++) {
        const struct branch *a = &from->branch[i], *b = &to->branch[i];
        const char *name =
            arena_printf(d->a, "%s, %s \"%s\"", what, in(d, "nhánh", "branch"), b->branch);
        text(d, name, a->branch, b->branch);
        text(d, sub(d, name, "nơi làm", "place"), place_text(d, a->at, a->agency),
             place_text(d, b->at, b->agency));
        text(d, sub(d, name, "vai trò", "role"), a->role, b->role);
        limit(d, sub(d, name, "thời gian", "time"), a->limit, b->limit);
        text(d, sub(d, name, "khi hết hạn", "when due"), a->on_due, b->on_due);
        text(d, sub(d, name, "không tính vì", "excluded as"), a->stop, b->stop);
        text(d, sub(d, name, "hồ sơ con", "sub-dossier"), a->procedure, b->procedure);
        text(d, sub(d, name, "kết quả", "result"), a->result, b->result);
    }
}

static void compare_step(struct diff *d, const char *what, const void *pa, const void *pb)
{
    static const char *const assign[] = {"pull", "round_robin", "least_loaded", "chosen",
                                         "same_as"};
    const struct step *a = pa, *b = pb;

    title(d, what, a->title, b->title);
    title(d, sub(d, what, "công việc", "work"), a->work, b->work);
    text(d, sub(d, what, "nơi làm", "place"), place_text(d, a->at, a->agency),
         place_text(d, b->at, b->agency));
    text(d, sub(d, what, "vai trò", "role"), a->role, b->role);
    limit(d, sub(d, what, "thời gian", "time"), a->limit, b->limit);
    text(d, sub(d, what, "cách giao", "assignment"), assign[a->assign], assign[b->assign]);
    text(d, sub(d, what, "không phải người làm", "not by"), separate(d, d->old, a),
         separate(d, d->new, b));
    title(d, sub(d, what, "người dân đọc", "public text"), a->public_text, b->public_text);
    number(d, sub(d, what, "trạng thái cổng", "portal status"), a->portal, b->portal);
    text(d, sub(d, what, "báo lên", "escalation"), a->escalate_to, b->escalate_to);
    text(d, sub(d, what, "báo lên lúc", "escalation at"), a->escalate_at, b->escalate_at);
    number(d, sub(d, what, "số mốc cảnh báo", "rungs of warning"), (int64_t)a->warns,
           (int64_t)b->warns);
    number(d, sub(d, what, "số việc tự động", "timers"), (int64_t)a->timers, (int64_t)b->timers);
    compare_actions(d, what, a, b);
    if (a->is_split || b->is_split)
        compare_branches(d, what, a, b);
}

static void compare_component(struct diff *d, const char *what, const void *pa, const void *pb)
{
    static const struct text2 need[] = {{"bắt buộc", "required"},
                                        {"nếu có", "if any"},
                                        {"một trong nhóm", "one of a group"},
                                        {"khi có điều kiện", "when a condition holds"},
                                        {"ghi chú", "note"}};
    const struct component *a = pa, *b = pb;

    title(d, what, a->title, b->title);
    text(d, what, text2_in(need[a->need], d->lang), text2_in(need[b->need], d->lang));
    text(d, sub(d, what, "nhóm", "group"), a->group, b->group);
    condition(d, sub(d, what, "điều kiện", "condition"), d->new, a->when, b->when);
    number(d, sub(d, what, "bản chính", "originals"), a->originals, b->originals);
    number(d, sub(d, what, "bản chứng thực", "certified copies"), a->certified, b->certified);
    number(d, sub(d, what, "bản sao", "copies"), a->copies, b->copies);
    number(d, sub(d, what, "chỉ xuất trình", "shown only"), a->present_only, b->present_only);
    text(d, sub(d, what, "mã quốc gia", "national code"), a->national, b->national);
}

static void compare_form(struct diff *d, const char *what, const void *pa, const void *pb)
{
    const struct form_field *a = pa, *b = pb;

    title(d, what, a->title, b->title);
    number(d, sub(d, what, "kiểu (mã)", "type (number)"), a->type, b->type);
    number(d, sub(d, what, "bắt buộc", "required"), a->required, b->required);
    number(d, sub(d, what, "nhỏ nhất", "least"), a->min, b->min);
    number(d, sub(d, what, "lớn nhất", "most"), a->max, b->max);
    number(d, sub(d, what, "số lựa chọn", "choices"), (int64_t)a->choices, (int64_t)b->choices);
}

static const struct fee_exempt *find_exempt(const struct fee_item *item, const char *exemption)
{
    size_t i;

    for (i = 0; i < item->exempts; i++)
        if (strcmp(item->exempt[i].exemption, exemption) == 0)
            return &item->exempt[i];
    return NULL;
}

static void compare_exempts(struct diff *d, const char *what, const struct fee_item *a,
                            const struct fee_item *b)
{
    const struct fee_exempt *e;
    size_t i;

    for (i = 0; i < a->exempts; i++)
        if (!find_exempt(b, a->exempt[i].exemption))
            gone(d, sub(d, what, "miễn", "exemption"), a->exempt[i].exemption, false);
    for (i = 0; i < b->exempts; i++) {
        const char *name = arena_printf(d->a, "%s, %s \"%s\"", what, in(d, "miễn", "exemption"),
                                        b->exempt[i].exemption);

        e = find_exempt(a, b->exempt[i].exemption);
        if (!e) {
            gone(d, sub(d, what, "miễn", "exemption"), b->exempt[i].exemption, true);
            continue;
        }
        title(d, name, e->title, b->exempt[i].title);
        text(d, name, e->basis, b->exempt[i].basis);
        condition(d, name, d->new, e->when, b->exempt[i].when);
    }
}

static void compare_fee(struct diff *d, const char *what, const void *pa, const void *pb)
{
    const struct fee_item *a = pa, *b = pb;
    int ch;

    title(d, what, a->title, b->title);
    number(d, sub(d, what, "mức thu (đồng)", "amount (dong)"), a->amount, b->amount);
    for (ch = 0; ch < CHANNELS; ch++) {
        if (!a->has_channel[ch] && !b->has_channel[ch])
            continue;
        number(
            d,
            arena_printf(d->a, "%s, %s", what, text2_in(channel_title((enum channel)ch), d->lang)),
            a->has_channel[ch] ? a->by_channel[ch] : a->amount,
            b->has_channel[ch] ? b->by_channel[ch] : b->amount);
    }
    number(d, sub(d, what, "tối đa (đồng)", "at most (dong)"), a->cap, b->cap);
    number(d, sub(d, what, "thu theo (mã)", "per (number)"), a->per, b->per);
    text(d, sub(d, what, "đếm theo trường", "counts by the field"), a->count, b->count);
    compare_exempts(d, what, a, b);
    condition(d, sub(d, what, "điều kiện", "condition"), d->new, a->when, b->when);
}

static void compare_limit(struct diff *d, const char *what, const struct limit *a,
                          const struct limit *b)
{
    struct quantity none = {0, 0, UNIT_HOUR};
    size_t i;
    int ch;

    limit(d, sub(d, what, "theo luật", "legal"), a->legal, b->legal);
    limit(d, sub(d, what, "cam kết", "promised"), a->committed, b->committed);
    for (ch = 0; ch < CHANNELS; ch++)
        limit(
            d,
            arena_printf(d->a, "%s, %s", what, text2_in(channel_title((enum channel)ch), d->lang)),
            a->by_channel[ch], b->by_channel[ch]);
    for (i = 0; i < a->adds || i < b->adds; i++) {
        limit(d, sub(d, what, "cộng thêm", "addition"), i < a->adds ? a->add[i].limit : none,
              i < b->adds ? b->add[i].limit : none);
        condition(d, sub(d, what, "điều kiện cộng thêm", "condition of the addition"), d->new,
                  i < a->adds ? a->add[i].when : NULL, i < b->adds ? b->add[i].when : NULL);
    }
}

static void compare_case(struct diff *d, const char *what, const void *pa, const void *pb)
{
    const struct procedure_case *a = pa, *b = pb;

    title(d, what, a->title, b->title);
    condition(d, sub(d, what, "điều kiện", "condition"), d->new, a->when, b->when);
    compare_limit(d, what, &a->limit, &b->limit);
    number(d, sub(d, what, "số thành phần riêng", "components of its own"), (int64_t)a->components,
           (int64_t)b->components);
    number(d, sub(d, what, "số khoản thu riêng", "fees of its own"), (int64_t)a->fees,
           (int64_t)b->fees);
}

static void compare_result(struct diff *d, const char *what, const void *pa, const void *pb)
{
    const struct procedure_result *a = pa, *b = pb;

    title(d, what, a->title, b->title);
    number(d, sub(d, what, "bắt buộc", "required"), a->required, b->required);
    condition(d, sub(d, what, "điều kiện", "condition"), d->new, a->when, b->when);
    text(d, sub(d, what, "mã quốc gia", "national code"), a->national, b->national);
}

static void compare_span(struct diff *d, const char *what, const void *pa, const void *pb)
{
    const struct span_limit *a = pa, *b = pb;

    limit(d, what, a->limit, b->limit);
    text(d, sub(d, what, "từ", "from"), target(d->old, a->from_step), target(d->new, b->from_step));
    text(d, sub(d, what, "đến", "to"), target(d->old, a->to_step), target(d->new, b->to_step));
}

#define LIST(vi, en, type, key, find, compare)                                                     \
    ((struct list){vi, en, sizeof(type), offsetof(type, key), offsetof(type, title), find, compare})

static const char *channels_text(struct diff *d, unsigned bits)
{
    const char *s = "";
    int ch;

    for (ch = 0; ch < CHANNELS; ch++)
        if (bits & (1U << ch))
            s = arena_printf(d->a, "%s%s%s", s, *s ? ", " : "",
                             text2_in(channel_title((enum channel)ch), d->lang));
    return s;
}

static void compare_heads(struct diff *d)
{
    const struct procedure *a = d->old, *b = d->new;
    char from[16], to[16];

    text(d, in(d, "Mã thủ tục", "Code"), a->code, b->code);
    title(d, in(d, "Tên", "Name"), a->name, b->name);
    day_iso(a->valid_from, from);
    day_iso(b->valid_from, to);
    text(d, in(d, "Hiệu lực từ", "In force from"), from, to);
    text(d, in(d, "Lĩnh vực", "Field"), a->field_code, b->field_code);
    text(d, in(d, "Cơ quan giải quyết", "Competent agency"), a->competent, b->competent);
    text(d, in(d, "Kênh tiếp nhận", "Channels"), channels_text(d, a->channels),
         channels_text(d, b->channels));
    number(d, in(d, "Tiếp nhận không phụ thuộc địa giới", "Received anywhere"), a->reception_any,
           b->reception_any);
    title(d, in(d, "Kết quả", "Result"), a->result, b->result);
    text(d, in(d, "Lịch", "Calendar"), a->calendar, b->calendar);
    number(d, in(d, "Số lượng hồ sơ (bộ)", "Sets of papers"), a->sets, b->sets);
    number(d, in(d, "Bổ sung: tính tiếp thời hạn", "Supplement: the clock continues"),
           a->restart_continue, b->restart_continue);
    compare_limit(d, in(d, "Thời hạn", "Limit"), &a->limit, &b->limit);
}

bool procedure_diff(const struct procedure *a, const struct procedure *b, enum lang lang,
                    struct buf *out)
{
    struct diff d = {arena_new((size_t)64 << 20), a, b, lang, out, false};

    compare_heads(&d);
    lists(&d, &LIST("trường hợp", "case", struct procedure_case, code, find_case, compare_case),
          a->cases, a->cases_n, b->cases, b->cases_n);
    lists(
        &d,
        &LIST("thành phần", "component", struct component, code, find_component, compare_component),
        a->component, a->components, b->component, b->components);
    lists(&d,
          &LIST("kết quả", "result", struct procedure_result, result, find_result, compare_result),
          a->results, a->results_n, b->results, b->results_n);
    lists(&d, &LIST("trường", "field", struct form_field, field, find_form, compare_form), a->form,
          a->forms, b->form, b->forms);
    lists(&d, &LIST("khoản thu", "fee", struct fee_item, fee, find_fee, compare_fee), a->fee,
          a->fees, b->fee, b->fees);
    lists(&d, &LIST("bước", "step", struct step, step, find_step, compare_step), a->step, a->steps,
          b->step, b->steps);
    lists(&d, &LIST("khoảng không tính", "exclusion", struct stop_reason, reason, find_stop, NULL),
          a->stop, a->stops, b->stop, b->stops);
    lists(&d, &LIST("lý do", "reason", struct reason, reason, find_reason, NULL), a->reason,
          a->reasons, b->reason, b->reasons);
    lists(&d, &LIST("khoảng", "span", struct span_limit, span, find_span, compare_span), a->span,
          a->spans, b->span, b->spans);
    arena_free(d.a);
    return d.any;
}
