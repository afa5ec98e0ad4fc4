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
#define CHANNELS_ONLINE  BIT(CHANNEL_ONLINE)
#define CHANNELS_POST    BIT(CHANNEL_POST)
#define CHANNELS_OTHER   (BIT(CHANNEL_COUNTER) | BIT(CHANNEL_POST))
#define CHANNELS_ANY     0xf

const struct figure_def FIGURE[FIGURES] = {
#define F(id, name, stream, classes, needs, without, channels, vi, en, avi, aen)                   \
    {name,      STREAM_##stream,     CLASSES_##classes, (needs),                                   \
     (without), CHANNELS_##channels, {vi, en},          {avi, aen}},
#include "common/figures/figures.def"
#undef F
};
const char *const FIGURE_WORDS[] = {
#define F(id, name, stream, classes, needs, without, channels, vi, en, avi, aen) name,
#include "common/figures/figures.def"
#undef F
    NULL};

#define B(id) (UINT64_C(1) << FIGURE_##id)
const struct rate_def RATE[RATES] = {
#define R(id, name, n, of, vi, en, avi, aen) {name, (n), (of), {vi, en}, {avi, aen}},
#include "common/figures/rates.def"
#undef R
};
_Static_assert(FIGURES <= 64, "a rate names figures by bits");

static bool counts(const struct figure_def *d, int32_t facts)
{
    bool first = (facts & FACT_FIRST) != 0;

    return first == (d->stream == STREAM_FIRST) &&
           (d->classes & BIT(facts & FACT_CLASS_MASK)) != 0 &&
           (d->channels & BIT((facts >> FACT_CHANNEL_SHIFT) & 3)) != 0 &&
           (facts & d->needs) == d->needs && (facts & d->without) == 0;
}

void figures_add(struct figure_row *to, int32_t facts, int64_t n)
{
    for (int i = 0; i < FIGURES; i++)
        if (counts(&FIGURE[i], facts))
            to->n[i] += n;
}

void figures_sum(struct figure_row *to, const struct figure_row *r)
{
    for (int i = 0; i < FIGURES; i++)
        to->n[i] += r->n[i];
}

static int64_t sum_of(const struct figure_row *r, uint64_t which)
{
    int64_t n = 0;

    for (int i = 0; i < FIGURES; i++)
        if ((which >> i) & 1)
            n += r->n[i];
    return n;
}

struct rate figures_rate(const struct figure_row *r, enum rate_id id)
{
    struct rate x = {sum_of(r, RATE[id].n), sum_of(r, RATE[id].of), -1};

    if (x.of > 0)
        x.tenths = (int)((x.n * 2000 + x.of) / (2 * x.of));
    return x;
}

static const struct {
    uint64_t left, right;
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
};

const char *figures_identity(const struct figure_row *r)
{
    for (size_t i = 0; i < sizeof identities / sizeof *identities; i++)
        if (sum_of(r, identities[i].left) != sum_of(r, identities[i].right))
            return identities[i].said;
    return NULL;
}

static const uint64_t form[FORM_COLUMNS] = {B(TOTAL),
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
