/* Counting by facts, rates and identities, all from the two lists.  Owns nothing.  Any thread. */
#include "common/figures/figures.h"

#include "common/procedure/procedure.h"

#define BIT(v)           (1 << (v))
#define CLASSES_EARLY    BIT(CLASS_EARLY)
#define CLASSES_ON_TIME  BIT(CLASS_ON_TIME)
#define CLASSES_LATE     BIT(CLASS_LATE)
#define CLASSES_WITHIN   BIT(CLASS_PENDING_WITHIN)
#define CLASSES_OVERDUE  BIT(CLASS_PENDING_OVERDUE)
#define CLASSES_WAITING  BIT(CLASS_WAITING)
#define CLASSES_ENDED    BIT(CLASS_ENDED_OTHER)
#define CLASSES_RESOLVED (CLASSES_EARLY | CLASSES_ON_TIME | CLASSES_LATE)
#define CLASSES_PENDING  (CLASSES_WITHIN | CLASSES_OVERDUE | CLASSES_WAITING)
#define CLASSES_COUNTED  (CLASSES_RESOLVED | CLASSES_PENDING)
#define CLASSES_ANY      0xff
/* of items */
#define CLASSES_DONE     (CLASSES_ON_TIME | CLASSES_LATE)
#define CLASSES_OPEN     (CLASSES_WITHIN | CLASSES_OVERDUE)
#define CLASSES_LIVE     (CLASSES_DONE | CLASSES_OPEN)
#define CHANNELS_ONLINE  BIT(CHANNEL_ONLINE)
#define CHANNELS_POST    BIT(CHANNEL_POST)
#define CHANNELS_COUNTER BIT(CHANNEL_COUNTER)
#define CHANNELS_OTHER   (BIT(CHANNEL_COUNTER) | BIT(CHANNEL_POST))
#define CHANNELS_ANY     0xf

#define ROW(id, name, stream, classes, needs, without, channels, vi, en, avi, aen, money)          \
    {                                                                                              \
        name, STREAM_##stream, CLASSES_##classes, (needs), (without), CHANNELS_##channels,         \
            {vi, en}, {avi, aen}, money                                                            \
    }
const struct figure_def FIGURE[FIGURES] = {
#define F(...) ROW(__VA_ARGS__, false),
#define M(...) ROW(__VA_ARGS__, true),
#include "common/figures/figures.def"
#include "common/figures/topic_figures.def"
#undef M
#undef F
};
const char *const FIGURE_WORDS[] = {
#define F(id, name, ...) name,
#define M                F
#include "common/figures/figures.def"
#include "common/figures/topic_figures.def"
#undef M
#undef F
    NULL};

#define B(id) ((figure_set)1 << FIGURE_##id)
const struct rate_def RATE[RATES] = {
#define R(id, name, n, of, vi, en, avi, aen) {name, (n), (of), {vi, en}, {avi, aen}},
#include "common/figures/rates.def"
#include "common/figures/topic_rates.def"
#undef R
};
_Static_assert(FIGURES <= 128, "a rate names figures by bits");

const struct topic_def TOPIC[TOPICS] = {
#define S(x) (1u << STREAM_##x)
#define T(id, name, streams, vi, en, cvi, cen, lvi, len)                                           \
    {name, (streams), {vi, en}, {cvi, cen}, {lvi, len}},
#include "common/figures/topics.def"
#undef T
#undef S
};
const char *const TOPIC_WORDS[] = {
#define T(id, name, ...) name,
#include "common/figures/topics.def"
#undef T
    NULL};

enum figure_topic figure_topic_of(enum figure_id id)
{
    int t = 0;

    while (t < TOPICS - 1 && !((TOPIC[t].streams >> FIGURE[id].stream) & 1))
        t++;
    return (enum figure_topic)t;
}

enum figure_topic rate_topic_of(enum rate_id id)
{
    int i = 0;

    while (i < FIGURES - 1 && !figure_in(RATE[id].of, i))
        i++;
    return figure_topic_of((enum figure_id)i);
}

static enum figure_stream stream_of(int32_t facts)
{
    if (facts & FACT_FIRST)
        return STREAM_FIRST;
    return (enum figure_stream)((facts >> FACT_KIND_SHIFT) & FACT_KIND_MASK);
}

static bool counts(const struct figure_def *d, int32_t facts)
{
    return stream_of(facts) == d->stream && (d->classes & BIT(facts & FACT_CLASS_MASK)) != 0 &&
           (d->channels & BIT((facts >> FACT_CHANNEL_SHIFT) & 3)) != 0 &&
           (facts & d->needs) == d->needs && (facts & d->without) == 0;
}

void figures_add(struct figure_row *to, int32_t facts, int64_t n)
{
    for (int i = 0; i < FIGURES; i++)
        if (counts(&FIGURE[i], facts))
            to->n[i] += n;
}

void figures_add_items(struct figure_row *to, int32_t facts, int64_t n, int64_t amount)
{
    for (int i = 0; i < FIGURES; i++)
        if (counts(&FIGURE[i], facts))
            to->n[i] += FIGURE[i].money ? amount : n;
}

const char *const FIGURE_ITEM_WORDS[] = {"in_time", "late", "within", "overdue", "ended", NULL};

enum figure_item_class figure_item_class(int32_t facts)
{
    switch (facts & FACT_CLASS_MASK) {
    case CLASS_LATE:
        return ITEM_LATE;
    case CLASS_PENDING_WITHIN:
        return ITEM_WITHIN;
    case CLASS_PENDING_OVERDUE:
        return ITEM_OVERDUE;
    case CLASS_ENDED_OTHER:
        return ITEM_ENDED;
    default:
        return ITEM_IN_TIME;
    }
}

void figures_sum(struct figure_row *to, const struct figure_row *r)
{
    for (int i = 0; i < FIGURES; i++)
        to->n[i] += r->n[i];
}

static int64_t sum_of(const struct figure_row *r, figure_set which)
{
    int64_t n = 0;

    for (int i = 0; i < FIGURES; i++)
        if (figure_in(which, i))
            n += r->n[i];
    return n;
}

struct rate rate_of(int64_t n, int64_t of)
{
    return (struct rate){n, of, of > 0 ? (int)((n * 2000 + of) / (2 * of)) : -1};
}

struct rate figures_rate(const struct figure_row *r, enum rate_id id)
{
    return rate_of(sum_of(r, RATE[id].n), sum_of(r, RATE[id].of));
}

static const struct {
    figure_set left, right;
    const char *said;
} identities[] = {
    {B(TOTAL), B(RECEIVED_ONLINE) | B(RECEIVED_OTHER) | B(CARRIED), "(1) = (2) + (3) + (4)"},
    {B(TOTAL), B(RESOLVED) | B(PENDING), "(1) = (5) + (9)"},
    {B(RESOLVED), B(RESOLVED_EARLY) | B(RESOLVED_ON_TIME) | B(RESOLVED_LATE),
     "(5) = (6) + (7) + (8)"},
    {B(PENDING), B(PENDING_WITHIN) | B(PENDING_OVERDUE) | B(PENDING_WAITING),
     "(9) = (10) + (11) + waiting"},
    {B(RECEIVED), B(RECEIVED_ONLINE) | B(RECEIVED_OTHER), "received = (2) + (3)"},
    {B(FIRST_DECIDED), B(FIRST_ACCEPTED) | B(FIRST_NOT_ACCEPTED),
     "first decided = accepted + not accepted"},
    {B(FIRST_DECIDED), B(VALID_FIRST) | B(NOT_VALID_FIRST), "first decided = valid + not valid"},
    {B(INTAKE_TOTAL), B(INTAKE_NEW) | B(INTAKE_CARRIED), "to answer = new + carried over"},
    {B(INTAKE_TOTAL), B(INTAKE_IN_TIME) | B(INTAKE_LATE) | B(INTAKE_WITHIN) | B(INTAKE_OVERDUE),
     "to answer = in time + late + within + overdue"},
    {B(INTAKE_IN_TIME) | B(INTAKE_LATE),
     B(INTAKE_ACCEPTED) | B(INTAKE_RETURNED) | B(INTAKE_REJECTED),
     "answered = accepted + returned + refused"},
    {B(SUPP_TOTAL), B(SUPP_ASKED) | B(SUPP_CARRIED), "requests = sent + carried over"},
    {B(SUPP_TOTAL),
     B(SUPP_COMPLETED) | B(SUPP_COMPLETED_LATE) | B(SUPP_WAITING) | B(SUPP_UNANSWERED) |
         B(SUPP_ENDED),
     "requests = completed + late + awaited + unanswered + ended"},
    {B(CONSULT_TOTAL), B(CONSULT_NEW) | B(CONSULT_CARRIED), "opinions = new + carried over"},
    {B(CONSULT_TOTAL),
     B(CONSULT_IN_TIME) | B(CONSULT_LATE) | B(CONSULT_DEEMED) | B(CONSULT_WITHIN) |
         B(CONSULT_OVERDUE),
     "opinions = in time + late + deemed + within + overdue"},
    {B(APOLOGIES), B(APOLOGIES_IN_TIME) | B(APOLOGIES_LATE), "apologies = in time + late"},
    {B(FEE_TOTAL), B(FEE_PAID) | B(FEE_UNPAID), "to pay = paid + unpaid"},
    {B(RESULTS_TOTAL), B(RESULTS_NEW) | B(RESULTS_CARRIED), "results = new + left from before"},
    {B(RESULTS_TOTAL), B(RESULTS_COLLECTED) | B(RESULTS_LEFT), "results = handed over + left"},
    {B(PAPERS_TOTAL), B(PAPERS_IN_TIME) | B(PAPERS_LATE) | B(PAPERS_WITHIN) | B(PAPERS_OVERDUE),
     "paper = in time + late + within + overdue"},
    {B(TAKEN_IN), B(TAKEN_IN_COUNTER) | B(TAKEN_IN_ONLINE) | B(TAKEN_IN_POST),
     "taken in = counter + online + post"},
};

const char *figures_identity(const struct figure_row *r)
{
    for (size_t i = 0; i < sizeof identities / sizeof *identities; i++)
        if (sum_of(r, identities[i].left) != sum_of(r, identities[i].right))
            return identities[i].said;
    return NULL;
}

static const figure_set form[FORM_COLUMNS] = {B(TOTAL),
                                              B(RECEIVED_ONLINE),
                                              B(RECEIVED_OTHER),
                                              B(CARRIED),
                                              B(RESOLVED),
                                              B(RESOLVED_EARLY),
                                              B(RESOLVED_ON_TIME),
                                              B(RESOLVED_LATE),
                                              B(PENDING),
                                              B(PENDING_WITHIN) | B(PENDING_WAITING),
                                              B(PENDING_OVERDUE)};

void figures_form(const struct figure_row *r, int64_t ret[FORM_COLUMNS])
{
    for (int i = 0; i < FORM_COLUMNS; i++)
        ret[i] = sum_of(r, form[i]);
}

struct text2 figures_form_title(int column)
{
    static const struct text2 title[FORM_COLUMNS] = {
        {"Nhận giải quyết: tổng số", "In the work: total"},
        {"Nhận trong kỳ: trực tuyến", "Received in the period: online"},
        {"Nhận trong kỳ: trực tiếp, bưu chính công ích", "Received in the period: counter, post"},
        {"Từ kỳ trước", "Carried over"},
        {"Đã giải quyết: tổng số", "Resolved: total"},
        {"Đã giải quyết: trước hạn", "Resolved: early"},
        {"Đã giải quyết: đúng hạn", "Resolved: on time"},
        {"Đã giải quyết: quá hạn", "Resolved: late"},
        {"Đang giải quyết: tổng số", "Pending: total"},
        {"Đang giải quyết: trong hạn", "Pending: within"},
        {"Đang giải quyết: quá hạn", "Pending: overdue"},
    };

    return title[column];
}
