/* common/base at the boundary: YAML, JSON and UTF-8 that come from outside.
 * Owns what each test makes; single-threaded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <utf8proc.h>

#include "common/base/arena.h"
#include "common/base/buf.h"
#include "common/base/json_in.h"
#include "common/base/json_out.h"
#include "common/base/utf8.h"
#include "common/base/yaml.h"

static struct arena *a;

/* ---- yaml -------------------------------------------------------------------------------- */

static struct yaml_node *read_yaml(const char *text, struct diags *d)
{
    diags_init(d, a);
    return yaml_read(a, span_of(text), d);
}

static void every_node_keeps_its_mark(void **state)
{
    struct diags d;
    struct yaml_node *top = read_yaml("tên: \"Lê\"\nlist:\n  - a\n  - {k: \"1.10\"}\n", &d), *n;

    (void)state;
    assert_non_null(top);
    n = yaml_get(top, "tên");
    assert_string_equal(n->text, "Lê");
    assert_true(n->quoted);
    assert_int_equal(n->at.col, 6); /* characters, not bytes */
    assert_int_equal(yaml_key(top, "list")->at.line, 2);
    n = yaml_get(top, "list");
    assert_int_equal(n->n, 2);
    assert_false(n->item[0]->quoted);
    n = yaml_get(n->item[1], "k");
    assert_true(n->at.line == 4 && n->at.col == 9 && n->quoted);
    assert_null(yaml_get(top, "nothing"));
    assert_null(yaml_get(NULL, "nothing"));
}

struct bad_yaml {
    const char *text, *code;
    int line, col;
};

static void what_is_not_accepted_says_why(void **state)
{
    static const struct bad_yaml bad[] = {
        {"", "Y001", 1, 1},
        {"a: [1\nb: 2\n", "Y001", 2, 2},
        {"a: 1\na: 2\n", "Y003", 2, 1},
        {"? [x]\n: 1\n", "Y004", 1, 3},
        {"a: \"\\0\"\n", "Y005", 1, 4},
        {"a: \"\\u202e\"\n", "Y005", 1, 4},
        {"a: \xff\n", "Y005", 1, 4},
        {"a: 1\nb: đá \xff\n", "Y005", 2, 7},
        {"a: 1\nb: x\x01y\n", "Y005", 2, 5},
        {"a: 1\n---\nb: 2\n", "Y006", 2, 1},
        {"a: &x 1\nb: 2\n", "Y007", 1, 4},
        {"a: [&x [*x]]\n", "Y007", 1, 5},
        {"a: *x\n", "Y007", 1, 4},
        {"a: !!binary aGk=\n", "Y007", 1, 4},
        {"a: !include /etc/passwd\n", "Y007", 1, 4},
    };
    struct diags d;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof bad / sizeof *bad; i++) {
        (void)read_yaml(bad[i].text, &d);
        if (d.n != 1 || strcmp(d.item[0].code, bad[i].code) != 0 ||
            d.item[0].at.line != bad[i].line || d.item[0].at.col != bad[i].col)
            fail_msg("\"%s\": %zu found, %s at %d:%d", bad[i].text, d.n, d.n ? d.item[0].code : "-",
                     d.n ? d.item[0].at.line : 0, d.n ? d.item[0].at.col : 0);
    }
}

static const char *repeated(const char *head, const char *piece, size_t n)
{
    struct buf b;
    const char *s;

    buf_init(&b, (size_t)8 << 20);
    buf_str(&b, head);
    while (n--)
        buf_str(&b, piece);
    s = arena_strdup(a, buf_cstr(&b));
    buf_free(&b);
    return s;
}

static void yaml_size_depth_and_nodes_are_bounded(void **state)
{
    struct diags d;

    (void)state;
    assert_null(read_yaml(repeated("", "[", 100), &d));
    assert_string_equal(d.item[0].code, "Y002");
    assert_null(read_yaml(repeated("a: [", "1,", YAML_NODES_MAX + 1), &d));
    assert_string_equal(d.item[0].code, "Y002");
    assert_null(read_yaml(repeated("a: ", "x", YAML_BYTES_MAX), &d));
    assert_string_equal(d.item[0].code, "Y002");
    assert_non_null(read_yaml(repeated("a: ", "x", 100000), &d));
}

static void typed_reading_collects_every_mistake(void **state)
{
    static const char *const known[] = {"name", "count", "flag", "list", "map", "title", NULL};
    struct diags d;
    struct yaml_node *top = read_yaml("name: [x]\ncount: \"7\"\nflag: maybe\nlist: x\nmap: []\n"
                                      "title: {en: x}\ncuont: 1\n",
                                      &d);
    static const char *const want[] = {"Y010", "Y011", "Y014", "Y015",
                                       "Y012", "Y013", "Y018", "Y017"};
    const char *text = "kept";
    struct text2 title;
    int64_t n = 5;
    bool flag = true;
    size_t i;

    (void)state;
    yaml_only_keys(top, known, &d);
    assert_string_equal(d.item[0].nearest, "count");
    assert_false(yaml_text(top, "name", true, &text, &d));
    assert_false(yaml_int(top, "count", true, 0, 9, &n, &d));
    assert_false(yaml_bool(top, "flag", true, &flag, &d));
    assert_null(yaml_list(top, "list", true, &d));
    assert_null(yaml_map(top, "map", true, &d));
    assert_true(yaml_text2(top, "title", true, &title, &d));
    assert_false(yaml_text(top, "gone", true, &text, &d));
    assert_false(yaml_text(top, "gone", false, &text, &d)); /* silently */
    assert_string_equal(text, "kept");
    assert_true(n == 5 && flag);
    assert_int_equal(d.n, sizeof want / sizeof *want);
    for (i = 0; i < d.n; i++)
        assert_string_equal(d.item[i].code, want[i]);
}

/* ---- json -------------------------------------------------------------------------------- */

static void json_is_read_strictly(void **state)
{
    static const char *const bad[] = {
        "",
        " ",
        "1",
        "\"x\"",
        "{\"a\":1}x",
        "{\"a\":1,}",
        "{'a':1}",
        "{\"a\":1",
        "{\"a\":01}",
        "[NaN]",
        "{\"a\":1}{}",
        "[\"\\u0000\"]",
        "[\"\xff\"]",
        "{\"a\":1,\"a\":2}",
        "[\"\\ud800\"]",
        "[1e999]",
        "[99999999999999999999]",
        "\xef\xbb\xbf{}",
    };
    struct json_fault f;
    json_t *j;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof bad / sizeof *bad; i++) {
        j = json_read(span_of(bad[i]), &f);
        if (j)
            fail_msg("taken: %s", bad[i]);
        assert_non_null(f.text_vi);
        assert_non_null(f.text_en);
    }
    assert_null(json_read((struct span){"{\"a\":\0 1}", 9}, &f));
    j = json_read(span_of("{\"tên\": \"Đào\", \"n\": 7, \"b\": true}"), &f);
    assert_non_null(j);
    assert_string_equal(json_str(j, "tên"), "Đào");
    assert_int_equal(json_i64(j, "n", 1), 7);
    assert_int_equal(json_i64(j, "tên", 1), 1);
    assert_true(json_flag(j, "b", false));
    assert_false(json_flag(j, "n", false));
    assert_null(json_str(j, "n"));
    json_decref(j);
    assert_null(json_read(span_of("{\"a\":1,\n\"a\":2}"), &f));
    assert_string_equal(f.text_en, "duplicate key");
    assert_int_equal(f.line, 2);
}

static void json_depth_and_nodes_are_bounded(void **state)
{
    struct json_fault f;
    json_t *j;

    (void)state;
    assert_null(json_read(span_of(repeated("", "[", JSON_DEPTH_MAX + 1)), &f));
    assert_string_equal(f.text_en, "nested too deeply or too many values");
    assert_null(json_read(span_of(repeated("[1", ",1", JSON_NODES_MAX)), &f));
    assert_string_equal(f.text_en, "nested too deeply or too many values");
    /* brackets inside strings are text */
    j = json_read(span_of("[\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"[[[[\"]"), &f);
    assert_non_null(j);
    json_decref(j);
}

static void json_is_written_with_commas_and_escapes(void **state)
{
    struct buf b;
    struct jw w;
    struct json_fault f;
    json_t *j;

    (void)state;
    buf_init(&b, 4096);
    w = jw_to(&b);
    jw_open(&w);
    jw_kstr(&w, "a", "\"\\\n\t\r\x01\x7f</script>Đào");
    jw_ki64(&w, "n", -7);
    jw_kbool(&w, "t", true);
    jw_knull(&w, "z");
    jw_kstr(&w, "s", NULL);
    jw_key(&w, "l");
    jw_list(&w);
    jw_i64(&w, 1);
    jw_open(&w);
    jw_close(&w);
    jw_list(&w);
    jw_end(&w);
    jw_raw(&w, SPAN_LIT("{\"r\":1}"));
    jw_bool(&w, false);
    jw_end(&w);
    jw_kspan(&w, "e", SPAN_NONE);
    jw_close(&w);
    assert_string_equal(buf_cstr(&b), "{\"a\":\"\\\"\\\\\\n\\t\\r\\u0001\\u007f</script>Đào\","
                                      "\"n\":-7,\"t\":true,\"z\":null,\"s\":null,"
                                      "\"l\":[1,{},[],{\"r\":1},false],\"e\":\"\"}");
    j = json_read((struct span){b.p, b.n}, &f);
    assert_non_null(j);
    assert_string_equal(json_str(j, "a"), "\"\\\n\t\r\x01\x7f</script>Đào");
    json_decref(j);
    buf_free(&b);
}

/* Texts are looked at in whole words: whatever their length and wherever it stands, what must be
 * escaped is found, and nothing else. */
static void an_escape_is_found_at_every_place(void **state)
{
    static const unsigned char byte[] = {0x00, 0x1f, '"',  '\\', 0x7f, 0x20,
                                         0x21, 0x5b, 0x7e, 0x80, 0xa2, 0xff};
    char text[50], longer[60];

    (void)state;
    for (size_t n = 1; n <= sizeof text; n++)
        for (size_t at = 0; at < n; at++)
            for (size_t k = 0; k < sizeof byte; k++) {
                bool escaped = k < 5;
                struct buf b;
                struct jw w;

                memset(text, 'x', sizeof text);
                text[at] = (char)byte[k];
                memcpy(longer, text, n);
                longer[n] = '"'; /* what stands behind it does not count */
                buf_init(&b, 4096);
                w = jw_to(&b);
                jw_span(&w, (struct span){longer, n});
                assert_int_equal(b.n > n + 2, escaped);
                assert_memory_equal(b.p + 1, text, at);
                buf_free(&b);
            }
}

/* ---- utf8 -------------------------------------------------------------------------------- */

static void only_valid_utf8_passes(void **state)
{
    static const char *const bad[] = {
        "\xff", "\xc0\x80",         "\xe0\x80\x80", "\xed\xa0\x80", "a\xcc", "\xf4\x90\x80\x80",
        "\x80", "\xf0\x82\x82\xac", "Đ\xe1\xba"};
    size_t i;

    (void)state;
    for (i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(utf8_valid(span_of(bad[i])));
    assert_true(utf8_valid(span_of("Nguyễn Văn Đào 😀")));
    assert_true(utf8_valid(SPAN_NONE));
    assert_int_equal(utf8_length(span_of("Nguyễn")), 6);
}

static void typed_text_is_checked(void **state)
{
    (void)state;
    assert_int_equal(text_check(span_of("Nguyễn Thị Đào"), false), TEXT_FINE);
    assert_int_equal(text_check(span_of("Nguye\xcc\x82\xcc\x83n"), false), TEXT_FINE);
    assert_int_equal(text_check(span_of("hai\ndòng\t"), true), TEXT_FINE);
    assert_int_equal(text_check(span_of("hai\ndòng"), false), TEXT_CONTROL);
    assert_int_equal(text_check(span_of("\r"), true), TEXT_CONTROL);
    assert_int_equal(text_check((struct span){"a\0b", 3}, true), TEXT_CONTROL);
    assert_int_equal(text_check(span_of("\xc2\x85"), true), TEXT_CONTROL);
    assert_int_equal(text_check(span_of("a\xe2\x80\xae"
                                        "b"),
                                false),
                     TEXT_BIDI);
    assert_int_equal(text_check(span_of("\xee\x80\x80"), false), TEXT_UNASSIGNED);
    assert_int_equal(text_check(span_of("\xff"), false), TEXT_NOT_UTF8);
    assert_int_equal(text_check(span_of(repeated("a", "\xcc\x81", 8)), false), TEXT_FINE);
    assert_int_equal(text_check(span_of(repeated("a", "\xcc\x81", 9)), false), TEXT_MARKS);
}

static void composed_and_decomposed_names_become_one(void **state)
{
    struct span nfd = span_of("Nguye\xcc\x82\xcc\x83n"), out = text_nfc(a, nfd);

    (void)state;
    assert_true(span_is(out, "Nguyễn"));
    assert_true(span_is(text_nfc(a, out), "Nguyễn"));
    assert_true(span_is(text_nfc(a, span_of("abc")), "abc"));
    assert_null(text_nfc(a, span_of("a\xff")).p);
    assert_int_equal(text_nfc(a, SPAN_NONE).n, 0);
}

/* What is taken for composed without looking it up is so: every character, between two others. */
static void composing_is_what_unicode_says(void **state)
{
    (void)state;
    for (utf8proc_int32_t cp = 1; cp <= 0xffff; cp++) {
        utf8proc_uint8_t text[16] = "x", *want;
        utf8proc_ssize_t n = utf8proc_encode_char(cp, text + 1);
        struct span got;

        if (cp >= 0xd800 && cp <= 0xdfff)
            continue;
        memcpy(text + 1 + n, "ễ", sizeof "ễ");
        want = utf8proc_NFC(text);
        got = text_nfc(a, span_of((const char *)text));
        if (!want || !span_is(got, (const char *)want))
            fail_msg("U+%04X", (unsigned)cp);
        free(want);
        arena_reset(a);
    }
}

static void folding_is_what_search_compares(void **state)
{
    static const char *const pair[][2] = {
        {"  Nguyễn Thị Đào-Hoa", "nguyen thi dao hoa"},
        {"Nguye\xcc\x82\xcc\x83n", "nguyen"},
        {"ĐẶNG đặng", "dang dang"},
        {"Ưng Ước", "ung uoc"},
        {"H24.11-261123-0001", "h24 11 261123 0001"},
        {"…", ""},
        {"", ""},
        {"ＡＢＣ１２", "abc12"},
        {"a\xc2\xa0  b", "a b"},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof pair / sizeof *pair; i++) {
        struct span out = text_fold(a, span_of(pair[i][0]));
        if (!span_is(out, pair[i][1]))
            fail_msg("\"%s\" folds to \"%.*s\"", pair[i][0], SPAN_FMT(out));
    }
    assert_null(text_fold(a, span_of("\xff")).p);
}

static int fresh_arena(void **state)
{
    (void)state;
    a = arena_new((size_t)256 << 20);
    return 0;
}

static int drop_arena(void **state)
{
    (void)state;
    a = arena_free(a);
    return 0;
}

#define T(f) cmocka_unit_test_setup_teardown(f, fresh_arena, drop_arena)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(every_node_keeps_its_mark),
        T(what_is_not_accepted_says_why),
        T(yaml_size_depth_and_nodes_are_bounded),
        T(typed_reading_collects_every_mistake),
        T(json_is_read_strictly),
        T(json_depth_and_nodes_are_bounded),
        T(json_is_written_with_commas_and_escapes),
        T(an_escape_is_found_at_every_place),
        T(only_valid_utf8_passes),
        T(typed_text_is_checked),
        T(composed_and_decomposed_names_become_one),
        T(composing_is_what_unicode_says),
        T(folding_is_what_search_compares),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("base formats", tests, NULL, NULL);
}
