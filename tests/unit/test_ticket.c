/* Rules of the reception hall as tables: states of a ticket, calling order with the cap of
 * priority, waiting times played ahead, reusable cards, slots, codes, phones, the calendar file,
 * the hall's own file with its mistakes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/ticket/queue.h"
#include "common/ticket/slots.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define MINUTE   INT64_C(60000000)
#define ALL      0xffu

/* ---------------------------------------------------------------- states */

static void what_may_be_done_in_which_state(void **state)
{
    /* rows: acts; columns: waiting called serving done absent cancelled; "-": may not */
    static const struct {
        enum ticket_act act;
        const char *to[TICKET_STATES];
        bool card_comes_back;
    } table[] = {
        {TICKET_CALL, {"called", "-", "-", "-", "-", "-"}, false},
        {TICKET_RECALL, {"-", "called", "-", "-", "called", "-"}, false},
        {TICKET_MISS, {"-", "absent", "-", "-", "-", "-"}, false},
        {TICKET_SERVE, {"-", "serving", "-", "-", "-", "-"}, false},
        {TICKET_FINISH, {"-", "done", "done", "-", "-", "-"}, true},
        {TICKET_CANCEL, {"cancelled", "cancelled", "-", "-", "cancelled", "-"}, true},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(table); i++) {
        for (int s = 0; s < TICKET_STATES; s++) {
            enum ticket_state to = ticket_after(table[i].act, (enum ticket_state)s);

            assert_string_equal(to == TICKET_STATES ? "-" : TICKET_STATE_WORDS[to], table[i].to[s]);
        }
        assert_int_equal(ticket_card_returns(table[i].act), table[i].card_comes_back);
    }
}

/* ---------------------------------------------------------------- order */

/* "a5 b3!": service, minute of arrival, ! priority; ids from 1 in the order written. */
static size_t waiting_of(const char *text, struct ticket_waiting *w)
{
    size_t n = 0;

    while (*text) {
        int service = *text++ - 'a';
        char *end;
        long minute = strtol(text, &end, 10);

        w[n] = (struct ticket_waiting){(int64_t)n + 1, service, *end == '!', minute * MINUTE};
        n++;
        text = end + (*end == '!');
        text += *text == ' ';
    }
    return n;
}

static void who_is_called_next(void **state)
{
    static const struct {
        const char *rule, *waiting, *order;
        unsigned serves;
        int cap, run;
    } table[] = {
        {"by arrival", "a3 a1 a2", "2 3 1", ALL, 2, 0},
        {"at the same moment by number", "a1 a1 a1", "1 2 3", ALL, 2, 0},
        {"priority before who came earlier", "a1 a2 a9!", "3 1 2", ALL, 2, 0},
        {"after two with priority one without", "a1 a2 a3! a4! a5! a6!", "3 4 1 5 6 2", ALL, 2, 0},
        {"the run of this counter counts", "a1 a2!", "1 2", ALL, 2, 2},
        {"a cap of one alternates", "a1 a2 a3! a4!", "3 1 4 2", ALL, 1, 0},
        {"only priority waits: the cap does not matter", "a1! a2! a3!", "1 2 3", ALL, 2, 5},
        {"a counter calls only what it serves", "a1 b2 c3", "2", 2u, 2, 0},
        {"priority of another service does not matter", "a1! b2 b3", "2 3", 2u, 2, 0},
        {"nobody", "", "", ALL, 2, 0},
        {"a slot still to come waits while others are here", "a60 a5", "2 1", ALL, 2, 0},
        {"but not before an idle counter", "a60", "1", ALL, 2, 0},
    };
    struct ticket_waiting w[16];
    int64_t got[16];
    char text[128];

    (void)state;
    for (size_t i = 0; i < COUNT(table); i++) {
        size_t n = waiting_of(table[i].waiting, w);
        size_t k = queue_order(w, n, table[i].serves, table[i].cap, table[i].run, 10 * MINUTE, got,
                               COUNT(got));

        text[0] = '\0';
        for (size_t j = 0, at = 0; j < k; j++)
            at += (size_t)snprintf(text + at, sizeof text - at, "%s%d", j ? " " : "", (int)got[j]);
        print_message("# %s\n", table[i].rule);
        assert_string_equal(text, table[i].order);
    }
}

/* However many with priority come, whoever has none is called within (cap + 1) x (those before her
 * + 1) calls of a counter that serves her. */
static void priority_never_starves_others(void **state)
{
    (void)state;
    for (int cap = 1; cap <= 4; cap++)
        for (int before = 0; before < 5; before++) {
            struct ticket_waiting w[64];
            int64_t next;
            size_t n = 0;
            int run = 0, calls = 0;
            int64_t id = 1;

            for (int k = 0; k <= before; k++)
                w[n++] = (struct ticket_waiting){id++, 0, false, k};
            for (;;) { /* before each call two more with priority come */
                size_t i;

                w[n++] = (struct ticket_waiting){id++, 0, true, 0};
                w[n++] = (struct ticket_waiting){id++, 0, true, 0};
                assert_int_equal(queue_order(w, n, ALL, cap, run, 1000, &next, 1), 1);
                calls++;
                if (next == before + 1)
                    break;
                for (i = 0; w[i].id != next; i++)
                    ;
                run = queue_run(run, w[i].priority);
                w[i] = w[--n];
                assert_true(n < COUNT(w) - 2);
            }
            assert_true(calls <= (cap + 1) * (before + 1));
        }
}

/* ---------------------------------------------------------------- waiting time */

static void how_long_it_will_take(void **state)
{
    static const struct {
        const char *rule, *waiting;
        struct queue_counter counter[3];
        size_t counters;
        const char *mine;
        int minutes; /* -1: nobody serves her */
        size_t ahead;
    } table[] = {
        {"an idle counter: at once", "", {{ALL, 0, 0}}, 1, "a10", 0, 0},
        {"one before me: ten minutes", "a1", {{ALL, 0, 0}}, 1, "a10", 10, 1},
        {"two counters halve it", "a1 a2 a3 a4", {{ALL, 0, 0}, {ALL, 0, 0}}, 2, "a10", 20, 4},
        {"a counter at work is free later", "", {{ALL, 0, 14 * MINUTE}}, 1, "a10", 4, 0},
        {"each service by its own time", "b1 b2", {{ALL, 0, 0}}, 1, "a10", 6, 2},
        {"others' services do not delay me", "b1 b2 b3", {{1u, 0, 0}, {2u, 0, 0}}, 2, "a10", 0, 0},
        {"who goes first delays me", "a1 a2! a3!", {{ALL, 0, 0}}, 1, "a10", 30, 3},
        {"but within the cap", "a1! a2! a3!", {{ALL, 0, 0}}, 1, "a10", 20, 2},
        {"no open counter serves me", "a1", {{2u, 0, 0}}, 1, "a10", -1, 0},
        {"no counter is open", "a1", {{0, 0, 0}}, 0, "a10", -1, 0},
    };
    static const int seconds[8] = {600, 180};

    (void)state;
    for (size_t i = 0; i < COUNT(table); i++) {
        struct ticket_waiting w[16], mine[1];
        size_t n = waiting_of(table[i].waiting, w);
        struct queue_wait got;

        (void)waiting_of(table[i].mine, mine);
        mine->id = 99;
        got =
            queue_expect(w, n, table[i].counter, table[i].counters, 2, seconds, mine, 10 * MINUTE);
        print_message("# %s\n", table[i].rule);
        if (table[i].minutes < 0) {
            assert_true(got.at == INSTANT_NONE);
            continue;
        }
        assert_int_equal((got.at - 10 * MINUTE) / MINUTE, table[i].minutes);
        assert_int_equal(got.ahead, table[i].ahead);
    }
}

static void service_times_are_measured_or_planned(void **state)
{
    int four[] = {60, 60, 60, 60}, odd[] = {900, 60, 120, 6000, 180},
        even[] = {60, 120, 180, 240, 300, 360};

    (void)state;
    assert_int_equal(queue_service_seconds(NULL, 0, 10), 600);
    assert_int_equal(queue_service_seconds(four, 4, 10), 600); /* too few to tell */
    assert_int_equal(queue_service_seconds(odd, 5, 10), 180);  /* one long visit moves nothing */
    assert_int_equal(queue_service_seconds(even, 6, 10), 180);
}

static void minutes_are_told_roughly(void **state)
{
    static const int table[][2] = {{-5, 0},   {0, 0},    {1, 1},    {60, 1},   {61, 2},
                                   {600, 10}, {601, 15}, {900, 15}, {901, 20}, {7200, 120}};

    (void)state;
    for (size_t i = 0; i < COUNT(table); i++)
        assert_int_equal(queue_minutes_told(table[i][0]), table[i][1]);
}

/* ---------------------------------------------------------------- cards */

static void cards_at_the_desk_go_round(void **state)
{
    bool out[5] = {false, true, false, false, false};
    instant given[5] = {30, 40, 10, INSTANT_NONE, INSTANT_NONE};
    int32_t order[5];

    (void)state;
    assert_int_equal(cards_order(11, 15, out, given, order), 4);
    assert_int_equal(order[0], 14); /* never given today, the lowest first */
    assert_int_equal(order[1], 15);
    assert_int_equal(order[2], 13); /* then who rested longest */
    assert_int_equal(order[3], 11);
    memset(out, 1, sizeof out);
    assert_int_equal(cards_order(11, 15, out, given, order), 0);
}

/* ---------------------------------------------------------------- slots */

static bool none_extended(void *ctx, const char *name, struct span *text, const char **file)
{
    (void)ctx;
    (void)name;
    (void)text;
    (void)file;
    return false;
}

struct fixture {
    struct arena *a;
    struct calendar *calendar;
    struct hall hall;
};

static const char *const office =
    "calendar: office\nname: {vi: \"Giờ\", en: \"Hours\"}\ntimezone: Asia/Ho_Chi_Minh\n"
    "until: 2027-12-31\nweek:\n  mon: [07:30-11:45, 13:00-17:00]\n  tue: [07:30-11:30]\n"
    "days:\n  - {date: 2026-03-09, kind: holiday, name: \"Nghỉ\", basis: \"QĐ 1\"}\n";

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct diags d;

    f->a = arena_new(CALENDAR_ARENA_MAX * 2);
    diags_init(&d, f->a);
    f->calendar = calendar_compile(f->a, span_of(office), none_extended, NULL, &d);
    if (!f->calendar)
        print_message("# %s\n", d.n ? d.item[0].text.en : "?");
    assert_non_null(f->calendar);
    f->hall = (struct hall){.slot_minutes = 60, .days_ahead = 7, .head_start = 15, .grace = 10};
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    arena_free(f->a);
    free(f);
    return 0;
}

static instant at(const char *text)
{
    instant t;

    assert_true(instant_parse(span_of(text), &t));
    return t;
}

static void slots_are_whole_and_inside_sessions(void **state)
{
    const struct fixture *f = *state;
    int clock[HALL_SLOTS_MAX];
    dayno monday;

    assert_true(day_parse(SPAN_LIT("2026-03-02"), &monday));
    assert_int_equal(slots_of_day(&f->hall, f->calendar, monday, clock), 8);
    assert_int_equal(clock[0], 7 * 60 + 30);
    assert_int_equal(clock[3], 10 * 60 + 30); /* 11:30 would run over the lunch break */
    assert_int_equal(clock[4], 13 * 60);
    assert_int_equal(slots_of_day(&f->hall, f->calendar, monday + 1, clock), 4);
    assert_int_equal(slots_of_day(&f->hall, f->calendar, monday + 2, clock), 0); /* closed */
    assert_int_equal(slots_of_day(&f->hall, f->calendar, monday + 7, clock), 0); /* a day off */
    assert_int_equal(slots_of_day(&f->hall, f->calendar, monday + 5000, clock), 0);
}

static void only_slots_ahead_may_be_booked(void **state)
{
    static const struct {
        const char *slot;
        bool may;
    } table[] = {
        {"2026-03-02T09:30:00+07:00", true},  {"2026-03-02T08:30:00+07:00", false}, /* past */
        {"2026-03-02T09:00:00+07:00", false}, /* now, and no slot */
        {"2026-03-02T09:45:00+07:00", false}, /* between two */
        {"2026-03-02T09:30:30+07:00", false}, {"2026-03-02T12:30:00+07:00", false}, /* lunch */
        {"2026-03-03T07:30:00+07:00", true},  {"2026-03-09T07:30:00+07:00", false}, /* a day off */
        {"2026-03-16T07:30:00+07:00", false}, /* too far ahead */
    };
    const struct fixture *f = *state;

    for (size_t i = 0; i < COUNT(table); i++)
        assert_int_equal(slot_bookable(&f->hall, f->calendar, at(table[i].slot),
                                       at("2026-03-02T09:00:00+07:00")),
                         table[i].may);
}

static void numbers_are_given_while_the_hall_is_open(void **state)
{
    static const struct {
        const char *now, *next; /* next: NULL: now; "": never, as far as the calendar goes */
    } table[] = {
        {"2026-03-02T07:29:59+07:00", "2026-03-02T07:30:00+07:00"},
        {"2026-03-02T07:30:00+07:00", NULL},
        {"2026-03-02T11:44:59+07:00", NULL},
        {"2026-03-02T11:45:00+07:00", "2026-03-02T13:00:00+07:00"}, /* lunch */
        {"2026-03-02T17:00:00+07:00", "2026-03-03T07:30:00+07:00"},
        {"2026-03-03T11:30:00+07:00", "2026-03-10T07:30:00+07:00"}, /* Monday is a day off */
        {"2027-12-30T09:00:00+07:00", ""},
    };
    const struct fixture *f = *state;
    struct hall early = f->hall;
    instant next;

    for (size_t i = 0; i < COUNT(table); i++) {
        const char *want = table[i].next;

        assert_int_equal(hall_gives_numbers(&f->hall, f->calendar, at(table[i].now), &next), !want);
        assert_true(next == (want && *want ? at(want) : INSTANT_NONE));
    }
    early.early = 30;
    assert_true(hall_gives_numbers(&early, f->calendar, at("2026-03-02T07:00:00+07:00"), NULL));
    assert_true(hall_gives_numbers(&early, f->calendar, at("2026-03-02T12:30:00+07:00"), NULL));
    assert_false(hall_gives_numbers(&early, f->calendar, at("2026-03-02T12:29:00+07:00"), &next));
    assert_true(next == at("2026-03-02T12:30:00+07:00"));
}

static void who_comes_in_time_has_a_head_start(void **state)
{
    const struct fixture *f = *state;
    instant slot = at("2026-03-02T09:30:00+07:00");

    assert_true(appointment_since(&f->hall, slot, slot - 120 * MINUTE) == slot - 15 * MINUTE);
    assert_true(appointment_since(&f->hall, slot, slot) == slot - 15 * MINUTE);
    assert_true(appointment_since(&f->hall, slot, slot + 10 * MINUTE) == slot - 15 * MINUTE);
    assert_true(appointment_since(&f->hall, slot, slot + 11 * MINUTE) == slot + 11 * MINUTE);
}

/* ---------------------------------------------------------------- codes and phones */

static void codes_survive_input_methods(void **state)
{
    uint8_t digest[32];
    char code[APPOINTMENT_CODE + 1], read[APPOINTMENT_CODE + 1];

    (void)state;
    for (int i = 0; i < 1000; i++) {
        for (size_t k = 0; k < sizeof digest; k++)
            digest[k] = (uint8_t)(i * 131 + (int)k * 29 + i / 7);
        appointment_code(digest, code);
        assert_int_equal(strlen(code), APPOINTMENT_CODE);
        assert_null(strpbrk(code, "AEIOUYDW"));
        assert_true(appointment_code_read(span_of(code), read));
        assert_string_equal(code, read);
    }
    assert_true(appointment_code_read(SPAN_LIT("7qkm-3xnp"), read));
    assert_string_equal(read, "7QKM3XNP");
    assert_false(appointment_code_read(SPAN_LIT("7QKM3XN"), read));
    assert_false(appointment_code_read(SPAN_LIT("7QKM3XNP2"), read));
    assert_false(appointment_code_read(SPAN_LIT("7QKM3XNA"), read));
    assert_false(appointment_code_read(SPAN_LIT("7QKM3X\xc3\x8d"), read));
}

static void phones_are_read_forgivingly(void **state)
{
    static const struct {
        const char *typed, *read; /* NULL: none */
    } table[] = {
        {"0912345678", "0912345678"},
        {"  0912.345.678 ", "0912345678"},
        {"+84 912 345 678", "0912345678"},
        {"(0225) 3846-077", "02253846077"},
        {"912345678", NULL},
        {"+1 912 345 678", NULL},
        {"09123456789012", NULL},
        {"0912 345 67a", NULL},
        {"", NULL},
        {"+", NULL},
        {"+84", NULL},
        {"0912345", NULL},
    };
    char out[PHONE_MAX + 1];

    (void)state;
    for (size_t i = 0; i < COUNT(table); i++) {
        bool ok = phone_read(span_of(table[i].typed), out);

        assert_int_equal(ok, table[i].read != NULL);
        if (ok)
            assert_string_equal(out, table[i].read);
    }
}

static void a_calendar_file_is_folded_and_escaped(void **state)
{
    const struct appointment_told t = {
        .uid = "7@lich-hen.motcua",
        .title = "Đất đai, nhà ở; xây dựng",
        .place = "Trung tâm Phục vụ hành chính công thành phố – cơ sở Hồng Bàng, số 1 Hoàng Diệu, "
                 "phường Hồng Bàng",
        .about = "Mã\nlịch hẹn",
        .from = at("2026-03-02T09:30:00+07:00"),
        .made = at("2026-02-28T23:10:00+07:00"),
        .minutes = 30};
    const char *p, *end;
    struct buf b;

    (void)state;
    buf_init(&b, 4096);
    appointment_ics(&t, &b);
    assert_non_null(strstr(buf_cstr(&b), "DTSTART:20260302T023000Z\r\nDTEND:20260302T030000Z\r\n"));
    assert_non_null(strstr(buf_cstr(&b), "DTSTAMP:20260228T161000Z\r\n"));
    assert_non_null(strstr(buf_cstr(&b), "SUMMARY:Đất đai\\, nhà ở\\; xây dựng\r\n"));
    assert_non_null(strstr(buf_cstr(&b), "DESCRIPTION:Mã\\nlịch hẹn\r\n"));
    for (p = buf_cstr(&b); *p; p = end + 2) {
        end = strstr(p, "\r\n");
        assert_non_null(end);
        assert_true(end - p <= 75);
        assert_true((p[0] & 0xc0) != 0x80); /* no character is torn apart */
        assert_true(p[0] != ' ' || (p[1] & 0xc0) != 0x80);
    }
    buf_free(&b);
}

/* ---------------------------------------------------------------- the hall's file */

#define HEAD "hall: X\ncalendar: office\n"

static void mistakes_of_a_hall_are_found(void **state)
{
    static const struct {
        const char *code, *text;
    } table[] = {
        {NULL, HEAD "services: [{service: land, letter: A, name: {vi: a, en: a}, minutes: 5}]\n"
                    "counters: [{counter: 1, serves: [land]}]\n"},
        {"H001", HEAD "services: [{service: land, letter: ab, name: {vi: a, en: a}, minutes: 5}]\n"
                      "counters: [{counter: 1, serves: [land]}]\n"},
        {"H002", HEAD "services: [{service: land, letter: A, name: {vi: a, en: a}, minutes: 5}, "
                      "{service: b, letter: A, name: {vi: a, en: a}, minutes: 5}]\n"
                      "counters: [{counter: 1, serves: [land, b]}]\n"},
        {"H003", HEAD "services: [{service: land, letter: A, name: {vi: a, en: a}, minutes: 5}]\n"
                      "counters: [{counter: 1, serves: [land, lnd]}]\n"},
        {"H004", HEAD "services: [{service: land, letter: A, name: {vi: a, en: a}, minutes: 5}]\n"
                      "counters: [{counter: 1, serves: [land]}, {counter: 1, serves: [land]}]\n"},
        {"H005", HEAD "services: [{service: land, letter: A, name: {vi: a, en: a}, minutes: 5, "
                      "fields: [F]}, {service: b, letter: B, name: {vi: a, en: a}, minutes: 5, "
                      "fields: [F]}]\ncounters: [{counter: 1, serves: [land, b]}]\n"},
        {"H006", HEAD "services: [{service: land, letter: A, name: {vi: a, en: a}, minutes: 5}, "
                      "{service: b, letter: B, name: {vi: a, en: a}, minutes: 5}]\n"
                      "counters: [{counter: 1, serves: [land]}]\n"},
        {"H007",
         HEAD "cards: {from: 9, to: 3}\nservices: [{service: land, letter: A, name: {vi: a, "
              "en: a}, minutes: 5}]\ncounters: [{counter: 1, serves: [land]}]\n"},
        {"H008", HEAD "services: [{service: land, letter: A, name: {vi: a, en: a}, minutes: 5, "
                      "slots: 2}]\ncounters: [{counter: 1, serves: [land]}]\n"},
        {"Y013", "- x\n"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(table); i++) {
        struct arena *a = arena_new((size_t)4 << 20);
        struct diags d;
        const struct hall *h;

        diags_init(&d, a);
        h = hall_compile(a, span_of(table[i].text), &d);
        assert_int_equal(h == NULL, table[i].code != NULL);
        if (table[i].code) {
            assert_true(d.n >= 1);
            assert_string_equal(d.item[0].code, table[i].code);
        }
        arena_free(a);
    }
}

static void a_label_is_a_letter_and_three_digits(void **state)
{
    char out[TICKET_LABEL_MAX];

    (void)state;
    ticket_label("A", 7, out);
    assert_string_equal(out, "A-007");
    ticket_label("B", 1234, out);
    assert_string_equal(out, "B-1234");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_may_be_done_in_which_state),
        cmocka_unit_test(who_is_called_next),
        cmocka_unit_test(priority_never_starves_others),
        cmocka_unit_test(how_long_it_will_take),
        cmocka_unit_test(service_times_are_measured_or_planned),
        cmocka_unit_test(minutes_are_told_roughly),
        cmocka_unit_test(cards_at_the_desk_go_round),
        cmocka_unit_test_setup_teardown(slots_are_whole_and_inside_sessions, setup, teardown),
        cmocka_unit_test_setup_teardown(only_slots_ahead_may_be_booked, setup, teardown),
        cmocka_unit_test_setup_teardown(numbers_are_given_while_the_hall_is_open, setup, teardown),
        cmocka_unit_test_setup_teardown(who_comes_in_time_has_a_head_start, setup, teardown),
        cmocka_unit_test(codes_survive_input_methods),
        cmocka_unit_test(phones_are_read_forgivingly),
        cmocka_unit_test(a_calendar_file_is_folded_and_escaped),
        cmocka_unit_test(mistakes_of_a_hall_are_found),
        cmocka_unit_test(a_label_is_a_letter_and_three_digits),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
