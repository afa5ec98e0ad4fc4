/* Reads and checks the file of a reception hall.  Objects live in the caller's arena and never
 * change.  Any thread. */
#include "common/ticket/hall.h"

#include <stdio.h>
#include <string.h>

#include "common/base/shape.h"

#define COUNT(a)   (sizeof(a) / sizeof((a)[0]))
#define SAYS(v, e) .vi = v, .en = e

struct counter_raw {
    int counter;
    const char **serves;
    size_t serves_n;
};

struct cards_raw {
    int from, to;
};

struct appointments_raw {
    int slot, days_ahead, head_start, grace, per_phone;
};

struct hall_raw {
    struct hall h;
    struct counter_raw *counter;
    size_t counters;
    struct cards_raw cards;
    struct appointments_raw book;
};

struct check {
    struct arena *arena;
    struct diags *d;
    struct hall_raw *raw;
    struct yaml_node *root;
};

#define T struct hall_service
static const struct shape_key SERVICE_KEYS[] = {
    {.key = "service",
     .kind = SHAPE_WORD,
     .required = true,
     .at = offsetof(T, service),
     SAYS("khóa của dịch vụ", "key of the service")},
    {.key = "letter",
     .kind = SHAPE_WORD,
     .required = true,
     .at = offsetof(T, letter),
     SAYS("chữ đứng trước số: một chữ hoa", "letter before the number: one capital")},
    {.key = "name",
     .kind = SHAPE_TEXT2,
     .required = true,
     .at = offsetof(T, name),
     SAYS("tên trên ki-ốt", "name on the kiosk")},
    {.key = "fields",
     .kind = SHAPE_TEXTS,
     .at = offsetof(T, field),
     .at_n = offsetof(T, fields),
     SAYS("mã lĩnh vực của các thủ tục", "codes of fields of procedures")},
    {.key = "minutes",
     .kind = SHAPE_INT,
     .required = true,
     .min = 1,
     .max = 240,
     .at = offsetof(T, minutes),
     SAYS("phút cho một lượt, khi chưa đo được", "minutes for one, until it was measured")},
    {.key = "slots",
     .kind = SHAPE_INT,
     .min = 0,
     .max = 100,
     .at = offsetof(T, slots),
     SAYS("số lượt hẹn mỗi khung giờ", "appointments in one slot")},
};
static const struct shape SERVICE_SHAPE = {"service", sizeof(T), SERVICE_KEYS, COUNT(SERVICE_KEYS),
                                           "service"};
#undef T
#define T struct counter_raw
static const struct shape_key COUNTER_KEYS[] = {
    {.key = "counter",
     .kind = SHAPE_INT,
     .required = true,
     .min = 1,
     .max = HALL_COUNTER_MAX,
     .at = offsetof(T, counter),
     SAYS("số quầy", "number of the counter")},
    {.key = "serves",
     .kind = SHAPE_TEXTS,
     .required = true,
     .min = 1,
     .at = offsetof(T, serves),
     .at_n = offsetof(T, serves_n),
     SAYS("các dịch vụ", "services")},
};
static const struct shape COUNTER_SHAPE = {"counter", sizeof(T), COUNTER_KEYS, COUNT(COUNTER_KEYS),
                                           NULL};
#undef T
#define T struct hall_priority
static const struct shape_key PRIORITY_KEYS[] = {
    {.key = "group",
     .kind = SHAPE_WORD,
     .required = true,
     .at = offsetof(T, group),
     SAYS("khóa", "key")},
    {.key = "name",
     .kind = SHAPE_TEXT2,
     .required = true,
     .at = offsetof(T, name),
     SAYS("người được ưu tiên", "who goes first")},
};
static const struct shape PRIORITY_SHAPE = {"priority", sizeof(T), PRIORITY_KEYS,
                                            COUNT(PRIORITY_KEYS), "group"};
#undef T
#define T struct cards_raw
static const struct shape_key CARD_KEYS[] = {
    {.key = "from",
     .kind = SHAPE_INT,
     .required = true,
     .min = 1,
     .max = 9999,
     .at = offsetof(T, from),
     SAYS("thẻ đầu", "first card")},
    {.key = "to",
     .kind = SHAPE_INT,
     .required = true,
     .min = 1,
     .max = 9999,
     .at = offsetof(T, to),
     SAYS("thẻ cuối", "last card")},
};
static const struct shape CARDS_SHAPE = {"cards", sizeof(T), CARD_KEYS, COUNT(CARD_KEYS), NULL};
#undef T
#define T struct appointments_raw
static const struct shape_key BOOK_KEYS[] = {
    {.key = "slot",
     .kind = SHAPE_INT,
     .required = true,
     .min = 5,
     .max = 240,
     .at = offsetof(T, slot),
     SAYS("phút mỗi khung giờ", "minutes of a slot")},
    {.key = "days_ahead",
     .kind = SHAPE_INT,
     .required = true,
     .min = 1,
     .max = 60,
     .at = offsetof(T, days_ahead),
     SAYS("đặt trước tối đa bao nhiêu ngày", "how many days ahead")},
    {.key = "head_start",
     .kind = SHAPE_INT,
     .min = 0,
     .max = 120,
     .at = offsetof(T, head_start),
     SAYS("được tính như đến trước khung giờ bấy nhiêu phút",
          "counts as having come so many minutes before the slot")},
    {.key = "grace",
     .kind = SHAPE_INT,
     .min = 0,
     .max = 120,
     .at = offsetof(T, grace),
     SAYS("đến muộn tối đa, phút", "minutes late that still count")},
    {.key = "per_phone",
     .kind = SHAPE_INT,
     .required = true,
     .min = 1,
     .max = 20,
     .at = offsetof(T, per_phone),
     SAYS("số lịch hẹn một ngày của một số điện thoại", "appointments of one phone on one day")},
};
static const struct shape BOOK_SHAPE = {"appointments", sizeof(T), BOOK_KEYS, COUNT(BOOK_KEYS),
                                        NULL};
#undef T
#define T struct hall_raw
static const struct shape_key HALL_KEYS[] = {
    {.key = "hall",
     .kind = SHAPE_WORD,
     .required = true,
     .at = offsetof(T, h.hall),
     SAYS("cơ quan có sảnh này", "agency whose hall it is")},
    {.key = "calendar",
     .kind = SHAPE_WORD,
     .required = true,
     .at = offsetof(T, h.calendar),
     SAYS("lịch mở cửa", "when it is open")},
    {.key = "address",
     .kind = SHAPE_TEXT2,
     .at = offsetof(T, h.address),
     SAYS("địa chỉ", "address")},
    {.key = "hotline",
     .kind = SHAPE_TEXT,
     .at = offsetof(T, h.hotline),
     SAYS("đường dây nóng", "hotline")},
    {.key = "services",
     .kind = SHAPE_LIST,
     .required = true,
     .min = 1,
     .max = HALL_SERVICES_MAX,
     .sub = &SERVICE_SHAPE,
     .at = offsetof(T, h.service),
     .at_n = offsetof(T, h.services),
     SAYS("dịch vụ", "services")},
    {.key = "counters",
     .kind = SHAPE_LIST,
     .required = true,
     .min = 1,
     .max = HALL_COUNTERS_MAX,
     .sub = &COUNTER_SHAPE,
     .at = offsetof(T, counter),
     .at_n = offsetof(T, counters),
     SAYS("quầy", "counters")},
    {.key = "priority",
     .kind = SHAPE_LIST,
     .max = 20,
     .sub = &PRIORITY_SHAPE,
     .at = offsetof(T, h.priority),
     .at_n = offsetof(T, h.priorities),
     SAYS("ai được ưu tiên", "who goes first")},
    {.key = "priority_cap",
     .kind = SHAPE_INT,
     .min = 1,
     .max = 20,
     .at = offsetof(T, h.cap),
     SAYS("số lượt ưu tiên liền nhau tối đa ở một quầy khi còn người khác chờ",
          "at most so many with priority in a row at one counter while others wait")},
    {.key = "cards",
     .kind = SHAPE_MAP,
     .sub = &CARDS_SHAPE,
     .at = offsetof(T, cards),
     SAYS("thẻ số dùng lại", "reusable cards")},
    {.key = "early",
     .kind = SHAPE_INT,
     .min = 0,
     .max = 240,
     .at = offsetof(T, h.early),
     SAYS("phát số trước giờ mở cửa bao nhiêu phút",
          "minutes before a session in which numbers are given already")},
    {.key = "appointments",
     .kind = SHAPE_MAP,
     .sub = &BOOK_SHAPE,
     .at = offsetof(T, book),
     SAYS("lịch hẹn", "appointments")},
};
static const struct shape HALL_SHAPE = {"hall", sizeof(T), HALL_KEYS, COUNT(HALL_KEYS), NULL};
#undef T

/* ---------------------------------------------------------------- checks */

static struct mark mark_of(const struct check *c, const char *list, size_t i, const char *key)
{
    const struct yaml_node *items = yaml_get(c->root, list);
    const struct yaml_node *item = items && i < items->n ? items->item[i] : NULL;
    const struct yaml_node *v = item && key ? yaml_get(item, key) : item;

    return v ? v->at : c->root->at;
}

static void check_letters(const struct check *c)
{
    const struct hall *h = &c->raw->h;

    for (size_t i = 0; i < h->services; i++) {
        const char *s = h->service[i].letter;

        if (strlen(s) != 1 || *s < 'A' || *s > 'Z')
            diag_add(c->d, DIAG_ERROR, mark_of(c, "services", i, "letter"), "H001",
                     "“%s” không phải một chữ hoa", "“%s” is not one capital letter", s);
        for (size_t k = 0; k < i; k++)
            if (strcmp(h->service[k].letter, s) == 0)
                diag_add(c->d, DIAG_ERROR, mark_of(c, "services", i, "letter"), "H002",
                         "Chữ “%s” đã dùng cho “%s”", "Letter “%s” is that of “%s” already", s,
                         h->service[k].service);
    }
}

static void check_fields(const struct check *c)
{
    const struct hall *h = &c->raw->h;

    for (size_t i = 0; i < h->services; i++)
        for (size_t f = 0; f < h->service[i].fields; f++) {
            int first = hall_service_of(h, h->service[i].field[f]);

            if (first >= 0 && (size_t)first != i)
                diag_add(c->d, DIAG_ERROR, mark_of(c, "services", i, "fields"), "H005",
                         "Lĩnh vực “%s” đã thuộc “%s”", "Field “%s” belongs to “%s” already",
                         h->service[i].field[f], h->service[first].service);
        }
}

static unsigned serves_of(const struct check *c, size_t i)
{
    const struct counter_raw *raw = &c->raw->counter[i];
    const struct hall *h = &c->raw->h;
    const char *names[HALL_SERVICES_MAX];
    unsigned serves = 0;

    for (size_t s = 0; s < h->services; s++)
        names[s] = h->service[s].service;
    for (size_t k = 0; k < raw->serves_n; k++) {
        int s = hall_service(h, span_of(raw->serves[k]));

        if (s >= 0) {
            serves |= 1u << s;
            continue;
        }
        diag_add(c->d, DIAG_ERROR, mark_of(c, "counters", i, "serves"), "H003",
                 "Không có dịch vụ “%s”", "There is no service “%s”", raw->serves[k]);
        diag_nearest(c->d, raw->serves[k], names, h->services);
    }
    return serves;
}

static void take_counters(const struct check *c)
{
    struct hall *h = &c->raw->h;
    unsigned all = 0;

    h->counter = ARENA_ARRAY(c->arena, struct hall_counter, c->raw->counters + 1);
    for (size_t i = 0; i < c->raw->counters; i++) {
        int number = c->raw->counter[i].counter;

        if (hall_counter(h, number))
            diag_add(c->d, DIAG_ERROR, mark_of(c, "counters", i, "counter"), "H004",
                     "Quầy %d có hai lần", "Counter %d stands here twice", number);
        h->counter[h->counters++] = (struct hall_counter){number, serves_of(c, i)};
        all |= h->counter[i].serves;
    }
    for (size_t s = 0; s < h->services; s++)
        if (!((all >> s) & 1u))
            diag_add(c->d, DIAG_ERROR, mark_of(c, "services", s, "service"), "H006",
                     "Không quầy nào phục vụ “%s”", "No counter serves “%s”",
                     h->service[s].service);
}

static void take_cards(const struct check *c)
{
    const struct cards_raw *r = &c->raw->cards;

    if (r->from == 0)
        return;
    if (r->to < r->from || r->to - r->from >= HALL_CARDS_MAX)
        diag_add(c->d, DIAG_ERROR, yaml_get(c->root, "cards")->at, "H007",
                 "Thẻ phải từ số nhỏ đến số lớn, nhiều nhất %d thẻ",
                 "Cards go from a small number to a greater one, %d at most", HALL_CARDS_MAX);
    c->raw->h.card_first = r->from;
    c->raw->h.card_last = r->to;
}

static void take_appointments(const struct check *c)
{
    const struct appointments_raw *r = &c->raw->book;
    struct hall *h = &c->raw->h;
    bool any = false;

    for (size_t i = 0; i < h->services; i++)
        any |= h->service[i].slots > 0;
    if (any != (r->slot > 0))
        diag_add(c->d, DIAG_ERROR, c->root->at, "H008",
                 "Lịch hẹn cần cả `appointments` và `slots` ở ít nhất một dịch vụ",
                 "Appointments need both `appointments` and `slots` of a service");
    h->slot_minutes = r->slot;
    h->days_ahead = r->days_ahead;
    h->head_start = r->head_start;
    h->grace = r->grace;
    h->per_phone = r->per_phone;
}

struct hall *hall_compile(struct arena *a, struct span text, struct diags *d)
{
    struct hall_raw *raw = ARENA_NEW(a, struct hall_raw);
    struct shape_reader r = {.arena = a, .diags = d};
    struct check c = {a, d, raw, yaml_read(a, text, d)};
    size_t errors = d->errors;

    if (!c.root)
        return NULL;
    if (c.root->kind != YAML_MAP) {
        diag_add(d, DIAG_ERROR, c.root->at, "Y013", "Phải là các cặp khóa: giá trị",
                 "Must be pairs of key: value");
        return NULL;
    }
    raw->h.cap = 2;
    shape_read(&r, &HALL_SHAPE, c.root, raw);
    if (d->errors == errors) {
        check_letters(&c);
        check_fields(&c);
        take_counters(&c);
        take_cards(&c);
        take_appointments(&c);
    }
    return d->errors == errors ? &raw->h : NULL;
}

/* ---------------------------------------------------------------- questions */

int hall_service(const struct hall *h, struct span service)
{
    for (size_t i = 0; i < h->services; i++)
        if (span_is(service, h->service[i].service))
            return (int)i;
    return -1;
}

int hall_service_of(const struct hall *h, const char *field)
{
    for (size_t i = 0; i < h->services; i++)
        for (size_t k = 0; k < h->service[i].fields; k++)
            if (strcmp(h->service[i].field[k], field) == 0)
                return (int)i;
    return -1;
}

const struct hall_counter *hall_counter(const struct hall *h, int64_t counter)
{
    for (size_t i = 0; i < h->counters; i++)
        if (h->counter[i].counter == counter)
            return &h->counter[i];
    return NULL;
}

const struct hall_priority *hall_priority(const struct hall *h, struct span group)
{
    for (size_t i = 0; i < h->priorities; i++)
        if (span_is(group, h->priority[i].group))
            return &h->priority[i];
    return NULL;
}

void ticket_label(const char *letter, int64_t number, char out[TICKET_LABEL_MAX])
{
    (void)snprintf(out, TICKET_LABEL_MAX, "%s-%03d", letter, (int)(number % 1000000));
}
