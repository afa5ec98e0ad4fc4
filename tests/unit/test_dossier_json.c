/* The stored forms: state and payloads as canonical JSON, digests and hashes of events with their
 * documented encoding.  Expected digests were computed outside this program.  One thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "common/access/access.h"
#include "common/dossier/payload.h"
#include "tests/lib/dossier_world.h"

static const char minimal[] = "{\"st\":1,\"p\":\"1.1\",\"rg\":\"nd118\"}";

static bool reads(const char *text)
{
    struct arena *a = arena_new((size_t)64 << 20);
    bool ok = dossier_of_json(a, span_of(text)) != NULL;

    arena_free(a);
    return ok;
}

static void a_state_is_read_strictly_but_in_any_order(void **state)
{
    static const struct {
        const char *text;
        bool fine;
    } cases[] = {
        {minimal, true},
        {" { \"rg\" : \"nd118\" , \"st\" : 1 ,\n\"p\":\"1.1\" } ", true}, /* as jsonb gives it */
        {"{\"st\":1,\"p\":\"1.1\",\"rg\":\"nd118\"} x", false},
        {"{\"st\":1,\"p\":\"1.1\",\"rg\":\"nd118\"", false},
        {"{\"st\":1,\"st\":1,\"p\":\"1.1\",\"rg\":\"nd118\"}", false}, /* twice */
        {"{\"st\":1,\"p\":\"1.1\",\"rg\":\"nd118\",\"zz\":1}", false}, /* unknown */
        {"{\"st\":99,\"p\":\"1.1\",\"rg\":\"nd118\"}", false},
        {"{\"st\":-1,\"p\":\"1.1\",\"rg\":\"nd118\"}", false},
        {"{\"st\":1.0,\"p\":\"1.1\",\"rg\":\"nd118\"}", false}, /* integers only */
        {"{\"st\":1e0,\"p\":\"1.1\",\"rg\":\"nd118\"}", false},
        {"{\"st\":01,\"p\":\"1.1\",\"rg\":\"nd118\"}", false},
        {"{\"st\":\"1\",\"p\":\"1.1\",\"rg\":\"nd118\"}", false},
        {"{\"st\":1,\"rg\":\"nd118\"}", false}, /* no procedure */
        {"{\"st\":1,\"p\":\"1\\u0000\",\"rg\":\"nd118\"}", false},
        {"{\"st\":1,\"p\":\"1\\ud800\",\"rg\":\"nd118\"}", false},
        {"{\"st\":1,\"p\":\"1\\x\",\"rg\":\"nd118\"}", false},
        {"{\"st\":1,\"p\":\"\\u0031\\n\\\"\",\"rg\":\"nd118\"}", true},
        {"{\"st\":1,\"p\":\"1\",\"rg\":\"n\",\"sb\":9223372036854775807}", true},
        {"{\"st\":1,\"p\":\"1\",\"rg\":\"n\",\"sb\":9223372036854775808}", false},
        {"{\"st\":1,\"p\":\"1\",\"rg\":\"n\",\"pv\":2147483648}", false},
        {"{\"st\":1,\"p\":\"1\",\"rg\":\"n\",\"ph\":\"abc\"}", false},
        {"{\"st\":1,\"p\":\"1\",\"rg\":\"n\",\"lg\":[1,0,0]}", false},
        {"{\"st\":1,\"p\":\"1\",\"rg\":\"n\",\"lg\":[1,1,9]}", false},
        {"{\"st\":1,\"p\":\"1\",\"rg\":\"n\",\"ts\":[[1]]}",
         true}, /* the rest of the row is empty */
        {"{\"st\":1,\"p\":\"1\",\"rg\":\"n\",\"ts\":[[1,]]}", false},
        {"{\"st\":1,\"p\":\"1\",\"rg\":\"n\",\"ts\":[,]}", false},
        {"{\"st\":1,\"p\":\"1\",\"rg\":\"n\",\"ts\":[]}", true},
        {"[]", false},
        {"", false},
        {"null", false},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++)
        if (reads(cases[i].text) != cases[i].fine)
            fail_msg("%s", cases[i].text);
}

static void no_prefix_of_a_state_is_a_state(void **state)
{
    struct world *w = world_new(NULL);
    struct intake in = world_intake(w);
    const char *text;
    size_t n;

    (void)state;
    world_officer(w, 1, W_TT, ROLE_BIT(ROLE_RECEIVER));
    world_by(w, 1);
    assert_true(world_do(w, &(struct command){.kind = CMD_TAKE_IN, .intake = &in}));
    text = world_json(w, w->s);
    for (n = 0; n < strlen(text); n++)
        assert_null(dossier_of_json(w->a, (struct span){text, n}));
    assert_non_null(dossier_of_json(w->a, span_of(text)));
    world_free(w);
}

static void words_survive_whatever_they_hold(void **state)
{
    static const char *const words[] = {"Đã gọi \"anh\" \\ chị\n\tdòng hai", "漢字 🙂 \x7f",
                                        "/", "{}[],:"};
    struct arena *a = arena_new((size_t)1 << 20);
    size_t i;

    (void)state;
    for (i = 0; i < sizeof words / sizeof *words; i++) {
        struct payload p = {.note = words[i]}, back;
        const char *json = payload_write(a, EV_NOTED, &p);

        assert_true(payload_read(a, EV_NOTED, json, &back));
        assert_string_equal(back.note, words[i]);
    }
    arena_free(a);
}

static void numbers_of_every_length_go_there_and_back(void **state)
{
    static const int64_t near[] = {-2, -1, 0, 1, 7};
    struct arena *a = arena_new((size_t)1 << 20);
    char text[80];
    int64_t ten = 1, v;
    int length, i, sign;

    (void)state;
    for (length = 1; length <= 19; length++, ten *= length <= 19 ? 10 : 1)
        for (i = 0; i < 5; i++)
            for (sign = -1; sign <= 1; sign += 2) {
                struct payload p = {.officer = sign * (ten + near[i])}, back;

                if (p.officer == 0)
                    continue;
                snprintf(text, sizeof text, "{\"officer\":%lld}", (long long)p.officer);
                assert_string_equal(payload_write(a, EV_ASSIGNED, &p), text);
                assert_true(payload_read(a, EV_ASSIGNED, text, &back));
                assert_int_equal(back.officer, p.officer);
            }
    for (v = INT64_MIN, i = 0; i < 2; v = INT64_MAX, i++) {
        struct payload p = {.officer = v}, back;

        assert_true(payload_read(a, EV_ASSIGNED, payload_write(a, EV_ASSIGNED, &p), &back));
        assert_int_equal(back.officer, v);
    }
    arena_free(a);
}

static void what_is_no_number_of_ours_is_refused(void **state)
{
    static const char *const not_ours[] = {"-",
                                           "-0",
                                           "00",
                                           "012345678",
                                           "+1",
                                           "1234567890123456x",
                                           "12345678:",
                                           "1234567/",
                                           "1.5",
                                           "12345678901234567890",
                                           "99999999999999999999999999",
                                           "-9223372036854775809",
                                           "0x10"};
    struct arena *a = arena_new((size_t)1 << 20);
    struct payload back;
    char text[80];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof not_ours / sizeof *not_ours; i++) {
        snprintf(text, sizeof text, "{\"officer\":%s}", not_ours[i]);
        if (payload_read(a, EV_ASSIGNED, text, &back))
            fail_msg("%s", text);
    }
    arena_free(a);
}

static void a_payload_holds_only_what_its_kind_has(void **state)
{
    struct arena *a = arena_new((size_t)1 << 20);
    struct payload p = {.task = 3, .officer = 9, .action = "forward", .note = "x"}, back;

    (void)state;
    assert_string_equal(payload_write(a, EV_ASSIGNED, &p),
                        "{\"task\":3,\"officer\":9,\"note\":\"x\"}");
    assert_string_equal(payload_write(a, EV_RECEIVED, &p), "{\"task\":3}");
    assert_string_equal(payload_write(a, EV_STEP_FINISHED, &p),
                        "{\"task\":3,\"action\":\"forward\",\"note\":\"x\"}");
    assert_string_equal(payload_write(a, EV_RESULT_READY, &p), "{}");
    assert_true(payload_read(a, EV_ASSIGNED, "{\"task\":3,\"officer\":9}", &back));
    assert_false(payload_read(a, EV_RECEIVED, "{\"task\":3,\"officer\":9}", &back));
    assert_false(payload_read(a, EV_NONE, "{}", &back));
    assert_false(payload_read(a, EV_RECEIVED, NULL, &back));
    arena_free(a);
}

/* The encoding of the README, done by hand in another language. */
static void digests_follow_the_documented_encoding(void **state)
{
    static const uint8_t zero[SHA256_BYTES];
    struct event e = {.seq = 3,
                      .kind = EV_ACCEPTED,
                      .at = 1772413200123456,
                      .actor = 101,
                      .on_behalf_of = 0,
                      .agency = 10,
                      .role = ROLE_RECEIVER,
                      .payload = "{\"fee\":5}"};
    uint8_t digest[SHA256_BYTES], hash[SHA256_BYTES];
    char hex[65];

    (void)state;
    event_digest(7, &e, digest);
    hex_encode(digest, SHA256_BYTES, hex);
    assert_string_equal(hex, "7a56098a9e2bae3054b443d1bd3f1a4fa9ee40c3188f45ee09a669fe9585880b");
    event_hash(zero, digest, "H24.11-260302-0001", hash);
    hex_encode(hash, SHA256_BYTES, hex);
    assert_string_equal(hex, "34f9a873f5c48c0f662b291ccf174a8979a5191dc6f9d2dc3a82a50d11de4ae0");
    event_hash(zero, digest, NULL, hash);
    hex_encode(hash, SHA256_BYTES, hex);
    assert_string_equal(hex, "4b9c615a5cdda53824eb42eae17d02c9797e1ea903a66209dfdf1aadc5ce0deb");
}

static void every_part_of_an_event_changes_its_digest(void **state)
{
    const struct event e = {.seq = 3, .kind = EV_NOTED, .at = 5, .actor = 1, .payload = "{}"};
    uint8_t base[SHA256_BYTES], other[SHA256_BYTES];
    struct event x[8];
    size_t i;

    (void)state;
    event_digest(7, &e, base);
    for (i = 0; i < 8; i++)
        x[i] = e;
    x[0].seq = 4;
    x[1].kind = EV_CLAIMED;
    x[2].at = 6;
    x[3].actor = 2;
    x[4].on_behalf_of = 1;
    x[5].agency = 1;
    x[6].role = ROLE_LEADER;
    x[7].payload = "{ }";
    for (i = 0; i < 8; i++) {
        event_digest(7, &x[i], other);
        assert_memory_not_equal(base, other, SHA256_BYTES);
    }
    event_digest(8, &e, other);
    assert_memory_not_equal(base, other, SHA256_BYTES);
}

static void long_payloads_have_the_same_encoding(void **state)
{
    struct arena *a = arena_new((size_t)1 << 20);
    char *note = arena_alloc(a, 5001);
    struct event e = {.seq = 1, .kind = EV_NOTED, .payload = note};
    uint8_t digest[SHA256_BYTES];
    char hex[65];

    (void)state;
    memset(note, 'a', 5000);
    event_digest(1, &e, digest);
    hex_encode(digest, SHA256_BYTES, hex);
    assert_string_equal(hex, "4e478d88ff3321b2f647f244d6772e8dfbbef1393b9b4b670476c3327bd13d42");
    arena_free(a);
}

static void a_broken_history_does_not_fold(void **state)
{
    struct world *w = world_new(NULL);
    struct intake in = world_intake(w);
    struct event e;

    (void)state;
    world_officer(w, 1, W_TT, ROLE_BIT(ROLE_RECEIVER));
    world_by(w, 1);
    assert_true(world_do(w, &(struct command){.kind = CMD_TAKE_IN, .intake = &in}));
    e = w->event[0]; /* again from the start */
    assert_null(dossier_apply(w->a, w->s, 7, &e, w->p));
    e.seq = w->s->seq + 1; /* submitted twice */
    assert_null(dossier_apply(w->a, w->s, 7, &e, w->p));
    e = (struct event){.seq = w->s->seq + 2, .kind = EV_NOTED, .payload = "{\"note\":\"x\"}"};
    assert_null(dossier_apply(w->a, w->s, 7, &e, w->p)); /* one is missing */
    e.seq--;
    assert_non_null(dossier_apply(w->a, w->s, 7, &e, w->p));
    assert_null(dossier_apply(w->a, NULL, 7, &e, w->p)); /* no beginning */
    e.payload = "{\"task\":1}";
    assert_null(dossier_apply(w->a, w->s, 7, &e, w->p));
    e.kind = EV_RESULT_HANDED_OVER;
    e.payload = "{\"to_whom\":\"owner\"}";
    assert_null(dossier_apply(w->a, w->s, 7, &e, w->p)); /* not ready */
    e.kind = EV_WITHDRAWN;                               /* without the applicant's letter */
    e.payload = "{}";
    assert_null(dossier_apply(w->a, w->s, 7, &e, w->p));
    e = w->event[2];
    assert_int_equal(e.kind, EV_ACCEPTED);
    w->p->hash[0] ^= 1; /* folded with another version of the procedure */
    assert_null(dossier_apply(w->a, w->s, 7, &e, w->p));
    world_free(w);
}

static void names_go_there_and_back(void **state)
{
    unsigned i;

    (void)state;
    for (i = EV_NONE + 1; i < EV_COUNT; i++) {
        enum event_kind k;

        assert_true(event_of_name(event_name((enum event_kind)i), &k) && k == i);
        assert_true(*event_title(k).vi && *event_title(k).en);
    }
    for (i = 0; i < DS_COUNT; i++) {
        enum dossier_status s;

        assert_true(dossier_status_of_name(dossier_status_name((enum dossier_status)i), &s));
        assert_int_equal(s, i);
        assert_true(*dossier_status_title(s).vi && *dossier_status_title(s).en);
    }
    for (i = 0; i < CMD_KINDS; i++) {
        enum command_kind c;

        assert_true(command_of_name(command_name((enum command_kind)i), &c) && c == i);
    }
    assert_false(event_of_name("NONE", &(enum event_kind){EV_NONE}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_state_is_read_strictly_but_in_any_order),
        cmocka_unit_test(no_prefix_of_a_state_is_a_state),
        cmocka_unit_test(words_survive_whatever_they_hold),
        cmocka_unit_test(numbers_of_every_length_go_there_and_back),
        cmocka_unit_test(what_is_no_number_of_ours_is_refused),
        cmocka_unit_test(a_payload_holds_only_what_its_kind_has),
        cmocka_unit_test(digests_follow_the_documented_encoding),
        cmocka_unit_test(every_part_of_an_event_changes_its_digest),
        cmocka_unit_test(long_payloads_have_the_same_encoding),
        cmocka_unit_test(a_broken_history_does_not_fold),
        cmocka_unit_test(names_go_there_and_back),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
