/* Reads of the store on a real cluster: one dossier, masking, queues by cursor, search in every
 * form, tracking, sessions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/json_in.h"
#include "tests/lib/store_world.h"

static struct store_world x;
static struct arena *a;
static char *first_code, *first_secret;

static instant when(const char *local)
{
    instant t = 0;

    assert_true(instant_parse(span_of(local), &t));
    return t;
}

/* The last answer, which must be strict JSON. */
static json_t *answer(void)
{
    struct json_fault f;
    json_t *j;

    wait_heard(&x);
    assert_int_equal(heard.e, ERR_OK);
    j = json_read(span_of(heard.json), &f);
    if (!j)
        print_message("%d:%d %s: %.300s\n", f.line, f.col, f.text_en, heard.json);
    assert_non_null(j);
    return j;
}

static size_t items(const json_t *j)
{
    return json_array_size(json_object_get(j, "items"));
}

static const json_t *item(const json_t *j, size_t i)
{
    return json_array_get(json_object_get(j, "items"), i);
}

static void take_in(const char *k, const char *name, const char *phone, const char *id)
{
    struct act act;

    act_init(&act, a, CMD_TAKE_IN, actor_of(&x, "lan.tiepnhan"));
    intake_fill(&act, name, phone, id);
    act.idempotency_key = k;
    assert_int_equal(act_do(&x, &act), ERR_OK);
    if (!first_code) {
        first_code = strdup(act.assigned);
        first_secret = strdup(act.track_secret);
    }
}

/* ---------------------------------------------------------------- one dossier */

static void dossier_is_read_with_history_and_content(void **state)
{
    struct viewer lan = viewer_of(&x, "lan.tiepnhan");
    json_t *j;

    (void)state;
    store_dossier(x.st, &lan, first_code, true, LANG_VI, hear, NULL);
    j = answer();
    assert_string_equal(json_str(j, "code"), first_code);
    assert_string_equal(json_str(j, "status"), "ACCEPTED");
    assert_int_equal(heard.version, json_i64(j, "seq", 0));
    assert_int_equal(json_array_size(json_object_get(j, "history")), heard.version);
    assert_string_equal(
        json_str(json_object_get(json_object_get(j, "content"), "applicant"), "name"),
        "Nguyễn Thị Đào Hoa");
    assert_false(json_flag(j, "masked", true));
    assert_int_equal(json_array_size(json_object_get(j, "tasks")), 1);
    json_decref(j);
}

static void who_only_looks_on_sees_no_person(void **state)
{
    struct viewer v = viewer_of(&x, "lan.tiepnhan");
    json_t *j;

    (void)state;
    v.user = 999999;
    v.all = true;
    v.roles = 1u << ROLE_AUDITOR;
    store_dossier(x.st, &v, first_code, false, LANG_EN, hear, NULL);
    j = answer();
    assert_true(json_flag(j, "masked", false));
    assert_string_equal(
        json_str(json_object_get(json_object_get(j, "content"), "applicant"), "name"),
        "N*** T*** Đ*** H***");
    assert_null(strstr(heard.json, "0912345678"));
    assert_null(strstr(heard.json, "031099001234"));
    json_decref(j);
}

static void dossier_of_others_does_not_exist(void **state)
{
    struct viewer stranger = viewer_of(&x, "an.stp");

    (void)state;
    store_dossier(x.st, &stranger, first_code, false, LANG_VI, hear, NULL);
    wait_heard(&x);
    assert_int_equal(heard.e, ERR_NOT_FOUND);
    store_dossier(x.st, &stranger, "H24.11-260101-9999", false, LANG_VI, hear, NULL);
    wait_heard(&x);
    assert_int_equal(heard.e, ERR_NOT_FOUND);
}

/* ---------------------------------------------------------------- queues */

static struct queue_query query(enum queue_scope scope, int agency)
{
    return (struct queue_query){.scope = scope,
                                .agency = agency,
                                .role = ROLE_RECEIVER,
                                .urgency = -1,
                                .now = clock_now(),
                                .today_end = when("2026-11-24T00:00+07:00"),
                                .soon_end = when("2026-11-26T00:00+07:00"),
                                .after_due = INSTANT_NONE,
                                .limit = 50};
}

static void queue_is_paged_by_cursor_without_gap_or_repeat(void **state)
{
    struct viewer lan = viewer_of(&x, "lan.tiepnhan");
    struct queue_query q = query(QUEUE_UNIT, 10);
    char seen[64][32] = {""};
    int n = 0;
    bool more = true;

    (void)state;
    q.limit = 4;
    while (more && n < 60) {
        struct span due, id, next;
        json_t *j;

        store_queue(x.st, &lan, &q, hear, NULL);
        j = answer();
        for (size_t i = 0; i < items(j); i++) {
            const char *code = json_str(item(j, i), "code");

            for (int k = 0; k < n; k++)
                assert_string_not_equal(seen[k], code);
            snprintf(seen[n++], sizeof seen[0], "%s", code);
        }
        more = json_str(j, "next") != NULL;
        if (more) {
            next = span_of(json_str(j, "next"));
            assert_true(span_cut(next, '.', &due, &id));
            assert_true(span_i64(due, INT64_MIN, INT64_MAX, &q.after_due));
            assert_true(span_i64(id, 0, INT64_MAX, &q.after_id));
        }
        json_decref(j);
    }
    assert_int_equal(n, side_number(&x, "SELECT count(*) FROM motcua.task WHERE agency = 10"));
}

static void queue_row_says_what_is_asked_and_by_when(void **state)
{
    struct viewer lan = viewer_of(&x, "lan.tiepnhan");
    struct queue_query q = query(QUEUE_MINE, 10);
    json_t *j;

    (void)state;
    q.officer = lan.user;
    q.officer_name = "Nguyễn Thị Lan";
    store_queue(x.st, &lan, &q, hear, NULL);
    j = answer();
    assert_true(items(j) > 0);
    assert_string_equal(json_str(item(j, 0), "step"), "receive");
    assert_string_equal(json_str(item(j, 0), "agency"), "TTPVHCC");
    assert_non_null(json_str(item(j, 0), "title"));
    assert_non_null(json_str(item(j, 0), "applicant"));
    assert_string_equal(json_str(item(j, 0), "due"), "2026-11-25T11:30:00+07:00");
    assert_string_equal(json_str(item(j, 0), "urgency"), "soon");
    json_decref(j);
}

static void counts_add_up_and_filters_hold(void **state)
{
    struct viewer lan = viewer_of(&x, "lan.tiepnhan");
    struct queue_query q = query(QUEUE_ROLE, 10);
    int64_t all;
    json_t *j;

    (void)state;
    q.counts = true;
    store_queue(x.st, &lan, &q, hear, NULL);
    j = answer();
    all = json_i64(j, "all", -1);
    assert_int_equal(all, side_number(&x, "SELECT count(*) FROM motcua.task WHERE agency = 10 AND "
                                          "role = 1"));
    assert_int_equal(json_i64(j, "overdue", -1) + json_i64(j, "today", -1) +
                         json_i64(j, "soon", -1) + json_i64(j, "later", -1),
                     all);
    json_decref(j);
    q = query(QUEUE_ALL, 10);
    q.urgency = 0;
    store_queue(x.st, &lan, &q, hear, NULL);
    j = answer();
    assert_int_equal(items(j), 0);
    json_decref(j);
    q = query(QUEUE_UNIT, 10);
    q.procedure = "9.999999";
    store_queue(x.st, &lan, &q, hear, NULL);
    j = answer();
    assert_int_equal(items(j), 0);
    json_decref(j);
    q = query(QUEUE_UNIT, 140);
    store_queue(x.st, &lan, &q, hear, NULL);
    wait_heard(&x);
    assert_int_equal(heard.e, ERR_FORBIDDEN);
}

static void submissions_wait_at_their_unit(void **state)
{
    struct viewer lan = viewer_of(&x, "lan.tiepnhan"), other = viewer_of(&x, "an.stp");
    struct act sub;
    json_t *j;

    (void)state;
    act_init(&sub, a, CMD_SUBMIT, (struct actor){0});
    intake_fill(&sub, "Bệnh viện Kiến An", NULL, NULL);
    ((struct intake *)(uintptr_t)sub.cmd.intake)->channel = CHANNEL_ONLINE;
    assert_int_equal(act_do(&x, &sub), ERR_OK);
    store_submissions(x.st, &lan, INSTANT_NONE, 0, 50, LANG_VI, hear, NULL);
    j = answer();
    assert_int_equal(items(j), 1);
    assert_string_equal(json_str(item(j, 0), "code"), sub.assigned);
    json_decref(j);
    store_submissions(x.st, &other, INSTANT_NONE, 0, 50, LANG_VI, hear, NULL);
    j = answer();
    assert_int_equal(items(j), 0);
    json_decref(j);
    store_dossier(x.st, &lan, sub.assigned, true, LANG_VI, hear, NULL);
    j = answer();
    assert_string_equal(json_str(j, "status"), "SUBMITTED");
    json_decref(j);
}

/* ---------------------------------------------------------------- search */

static void search_finds_by_every_form(void **state)
{
    static const struct {
        const char *q;
        size_t found;
    } cases[] = {
        {"Nguyễn Thị Đào Hoa", 1},
        {"nguyen thi dao hoa", 1},
        {"NGUYEN THI", 1},
        {"nguye\xCC\x82\xCC\x83n thi\xCC\xA3 \xC4\x91"
         "a\xCC\x80o hoa",
         1},            /* composed in pieces (NFD) */
        {"đào hoa", 1}, /* from the given name */
        {"dao hoa", 1},
        {"Hoa", 1},
        {"thi", 0}, /* neither first nor last word */
        {"0912345678", 1},
        {"0912", 1},
        {"001234", 1}, /* tail of the identity number */
        {"1234", 1},
        {"031099001234", 1},
        {"9900", 0},
        {"H24.11-261123-", 8},
        {"h24.11-261123-0001", 1},
        {"%", 0},
        {"n_uyen", 0},
        {"'; DROP TABLE", 0},
    };
    struct viewer lan = viewer_of(&x, "lan.tiepnhan"), stranger = viewer_of(&x, "an.stp");

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *j;

        store_search(x.st, &lan, span_of(cases[i].q), 50, LANG_VI, hear, NULL);
        j = answer();
        if (items(j) != cases[i].found)
            print_message("q = %s\n", cases[i].q);
        assert_int_equal(items(j), cases[i].found);
        json_decref(j);
        store_search(x.st, &stranger, span_of(cases[i].q), 50, LANG_VI, hear, NULL);
        j = answer();
        assert_int_equal(items(j), 0);
        json_decref(j);
    }
}

/* ---------------------------------------------------------------- tracking */

static struct track_answer told;
static bool tracked;

static void track_came(void *owner, enum err e, const struct track_answer *t)
{
    (void)owner;
    assert_int_equal(e, ERR_OK);
    told = *t;
    tracked = true;
}

static bool track(const char *code, const char *secret)
{
    tracked = false;
    store_track(x.st, code, secret, a, track_came, NULL);
    assert_true(wait_for(&x, &tracked));
    return told.found;
}

static void tracking_needs_the_secret_and_the_right_code_if_any(void **state)
{
    char wrong[32], typed[32];

    (void)state;
    assert_true(track(first_code, first_secret));
    assert_string_equal(told.stage.vi, "Đã tiếp nhận");
    assert_int_equal(told.steps, 8);
    assert_int_equal(told.step, 1);
    assert_string_equal(told.place.vi, "Trung tâm Phục vụ hành chính công thành phố");
    assert_int_equal(told.status, DS_ACCEPTED);
    assert_true(told.due > told.accepted && told.finished == INSTANT_NONE);
    snprintf(wrong, sizeof wrong, "%s", first_secret);
    wrong[0] = wrong[0] == '0' ? '1' : '0';
    assert_false(track(first_code, wrong));
    assert_false(track(first_code, ""));
    assert_false(track("H24.11-260101-0001", first_secret));
    assert_null(told.code);
    /* as people type it: small letters, no dashes */
    snprintf(typed, sizeof typed, "%.4s%.4s %.4s%.4s", first_secret, first_secret + 5,
             first_secret + 10, first_secret + 15);
    for (char *c = typed; *c; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c + 32);
    assert_true(track(first_code, typed));
    /* sixteen signs name the dossier; a part of them does not */
    assert_true(track("", typed));
    typed[12] = '\0';
    assert_false(track("", typed));
}

/* ---------------------------------------------------------------- people */

static struct session_user met;
static bool user_there;
static enum err user_e;
static int64_t waits;

static void user_came(void *owner, enum err e, const struct session_user *u)
{
    (void)owner;
    user_e = e;
    if (u)
        met = *u;
    user_there = true;
}

static void wait_came(void *owner, enum err e, int64_t ms)
{
    (void)owner;
    assert_int_equal(e, ERR_OK);
    waits = ms;
    user_there = true;
}

static enum err session_get(const uint8_t token[32])
{
    user_there = false;
    store_session_get(x.st, token, a, user_came, NULL);
    assert_true(wait_for(&x, &user_there));
    return user_e;
}

static void session_lives_and_ends(void **state)
{
    uint8_t token[32] = {1, 2, 3}, csrf[32] = {9};
    struct viewer lan = viewer_of(&x, "lan.tiepnhan");
    instant now = clock_now();

    (void)state;
    store_session_create(x.st, lan.user, token, csrf, "10.0.0.1", now + INT64_C(1800000000),
                         now + INT64_C(36000000000), false, hear, NULL);
    wait_heard(&x);
    assert_int_equal(heard.e, ERR_OK);
    assert_int_equal(session_get(token), ERR_OK);
    assert_string_equal(met.login, "lan.tiepnhan");
    assert_int_equal(met.roles, 1u << ROLE_RECEIVER);
    assert_int_equal(met.agency, 10);
    assert_memory_equal(met.csrf_hash, csrf, 32);
    assert_int_equal(session_get(token), ERR_OK); /* kept */
    store_session_end(x.st, token, hear, NULL);
    wait_heard(&x);
    assert_int_equal(session_get(token), ERR_NOT_FOUND);
    token[0] = 77;
    assert_int_equal(session_get(token), ERR_NOT_FOUND);
}

static int64_t attempt(const char *login, const char *peer, bool success)
{
    user_there = false;
    store_sign_in_attempt(x.st, login, peer, success, wait_came, NULL);
    assert_true(wait_for(&x, &user_there));
    return waits;
}

static void failed_sign_ins_wait_longer_and_longer(void **state)
{
    int64_t last = 0;

    (void)state;
    for (int i = 0; i < 4; i++)
        assert_int_equal(attempt("mai.traketqua", "10.0.0.7", false), 0);
    for (int i = 0; i < 6; i++) {
        int64_t ms = attempt("mai.traketqua", "10.0.0.7", false);

        assert_true(ms > last);
        last = ms;
    }
    user_there = false;
    store_sign_in_allowed(x.st, "mai.traketqua", "10.9.9.9", wait_came, NULL);
    assert_true(wait_for(&x, &user_there));
    assert_true(waits > 0);
    attempt("mai.traketqua", "10.0.0.7", true);
    user_there = false;
    store_sign_in_allowed(x.st, "mai.traketqua", "10.9.9.9", wait_came, NULL);
    assert_true(wait_for(&x, &user_there));
    assert_int_equal(waits, 0);
    user_there = false;
    store_user_by_login(x.st, "mai.traketqua", a, user_came, NULL);
    assert_true(wait_for(&x, &user_there));
    assert_int_equal(user_e, ERR_OK);
    assert_null(met.password_hash);
    user_there = false;
    store_user_by_login(x.st, "nobody", a, user_came, NULL);
    assert_true(wait_for(&x, &user_there));
    assert_int_equal(user_e, ERR_NOT_FOUND);
}

static int setup(void **state)
{
    (void)state;
    store_world_at("2026-11-23T08:10:00+07:00");
    return 0;
}

int main(void)
{
    static const char *const only[] = {"1.005416", NULL};
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(dossier_is_read_with_history_and_content, setup),
        cmocka_unit_test_setup(who_only_looks_on_sees_no_person, setup),
        cmocka_unit_test_setup(dossier_of_others_does_not_exist, setup),
        cmocka_unit_test_setup(queue_is_paged_by_cursor_without_gap_or_repeat, setup),
        cmocka_unit_test_setup(queue_row_says_what_is_asked_and_by_when, setup),
        cmocka_unit_test_setup(counts_add_up_and_filters_hold, setup),
        cmocka_unit_test_setup(submissions_wait_at_their_unit, setup),
        cmocka_unit_test_setup(search_finds_by_every_form, setup),
        cmocka_unit_test_setup(tracking_needs_the_secret_and_the_right_code_if_any, setup),
        cmocka_unit_test_setup(session_lives_and_ends, setup),
        cmocka_unit_test_setup(failed_sign_ins_wait_longer_and_longer, setup),
    };
    int failed;

    cmocka_set_message_output(CM_OUTPUT_TAP);
    store_world_start(&x, only);
    a = arena_new((size_t)256 << 20);
    store_world_at("2026-11-23T08:10:00+07:00");
    store_world_open(&x, 1);
    take_in("r1", "Nguyễn Thị Đào Hoa", "+84 912 345 678", "031099001234");
    for (int i = 0; i < 7; i++)
        take_in(arena_printf(a, "r-%d", i), arena_printf(a, "Trường Tiểu học số %d", i), NULL,
                NULL);
    failed = cmocka_run_group_tests_name("store: reads", tests, NULL, NULL);
    store_world_close(&x);
    store_world_end(&x);
    arena_free(a);
    free(first_code);
    free(first_secret);
    return failed;
}
