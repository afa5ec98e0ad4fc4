/* common/base: text views, arena, buffers, mistakes, digests, the list of errors.
 * Owns what each test makes; single-threaded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "common/base/arena.h"
#include "common/base/buf.h"
#include "common/base/diag.h"
#include "common/base/digest.h"
#include "common/base/err.h"

static struct arena *a;

/* ---- span -------------------------------------------------------------------------------- */

static void whole_numbers_are_read_strictly(void **state)
{
    static const char *const bad[] = {"",    "-",   "+1",  " 1",  "1 ",
                                      "1.0", "0x1", "1e3", "--1", "9999999999999999999"};
    int64_t v = 7;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof bad / sizeof *bad; i++)
        if (span_i64(span_of(bad[i]), INT64_MIN, INT64_MAX, &v))
            fail_msg("taken: \"%s\"", bad[i]);
    assert_int_equal(v, 7);
    assert_true(span_i64(span_of("-42"), -42, 0, &v) && v == -42);
    assert_true(span_i64(span_of("999999999999999999"), 0, INT64_MAX, &v));
    assert_false(span_i64(span_of("5"), 0, 4, &v));
    assert_false(span_i64(span_of("-1"), 0, 4, &v));
}

static void cutting_and_trimming(void **state)
{
    struct span head, rest;

    (void)state;
    assert_true(span_cut(span_of("a=b=c"), '=', &head, &rest));
    assert_true(span_is(head, "a") && span_is(rest, "b=c"));
    assert_true(span_cut(span_of("a="), '=', &head, &rest));
    assert_true(span_is(head, "a") && rest.n == 0);
    assert_false(span_cut(span_of("abc"), '=', &head, &rest));
    assert_true(span_is(head, "abc") && rest.n == 0);
    assert_false(span_cut(SPAN_NONE, '=', &head, &rest));
    assert_true(span_is(span_trim(span_of(" \t a b\r\n")), "a b"));
    assert_int_equal(span_trim(span_of(" \n ")).n, 0);
    assert_true(span_starts(span_of("abc"), "ab"));
    assert_false(span_starts(span_of("ab"), "abc"));
    assert_true(span_eq(SPAN_NONE, SPAN_LIT("")));
}

/* ---- arena ------------------------------------------------------------------------------- */

static void the_arena_gives_zeroed_aligned_memory(void **state)
{
    size_t i, k;

    (void)state;
    for (i = 1; i < 5000; i += 97) {
        unsigned char *p = arena_alloc(a, i);
        assert_int_equal((uintptr_t)p % 16, 0);
        for (k = 0; k < i; k++)
            assert_int_equal(p[k], 0);
        memset(p, 0xff, i);
    }
    arena_reset(a);
    assert_int_equal(arena_used(a), 0);
    for (k = 0; k < 4000; k++)
        assert_int_equal(((unsigned char *)arena_alloc(a, 1))[0], 0);
    assert_non_null(arena_alloc(a, 3000000)); /* larger than any block */
}

/* It keeps what it needed the last time, however much that was: clean, and never more than a block.
 */
static void an_arena_that_is_used_again_gives_zeroes(void **state)
{
    static const size_t sizes[] = {100, 5000, 40000, 3000000, 40000, 100};
    size_t i, k, n;

    (void)state;
    for (i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        for (n = 0; n < sizes[i]; n += 500) {
            unsigned char *p = arena_alloc(a, 500);

            for (k = 0; k < 500; k++)
                assert_int_equal(p[k], 0);
            memset(p, 0xff, 500);
        }
        assert_int_equal(arena_used(a), n);
        arena_reset(a);
        assert_int_equal(arena_used(a), 0);
    }
}

static void arena_text_and_growing_arrays(void **state)
{
    struct {
        int *item;
        size_t n, cap;
    } list = {0};
    int i;

    (void)state;
    for (i = 0; i < 1000; i++)
        ARENA_PUSH(a, list.item, list.n, list.cap) = i;
    for (i = 0; i < 1000; i++)
        assert_int_equal(list.item[i], i);
    assert_int_equal(list.n, 1000);
    assert_null(arena_strdup(a, NULL));
    assert_string_equal(arena_strdup(a, "Đào"), "Đào");
    assert_string_equal(arena_strndup(a, "abcdef", 3), "abc");
    assert_string_equal(arena_span(a, SPAN_NONE), "");
    assert_string_equal(arena_printf(a, "%d %s", 7, "ngày"), "7 ngày");
    assert_null(arena_free(NULL));
}

/* ---- buf --------------------------------------------------------------------------------- */

static void a_buffer_never_passes_its_maximum(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, 5);
    buf_str(&b, "abcde");
    assert_true(buf_ok(&b));
    assert_string_equal(buf_cstr(&b), "abcde");
    buf_char(&b, 'f');
    assert_false(buf_ok(&b));
    assert_string_equal(buf_cstr(&b), "");
    buf_str(&b, "g"); /* overflow is a state */
    assert_int_equal(b.n, 5);
    buf_clear(&b);
    assert_true(buf_ok(&b));
    buf_printf(&b, "%s", "123456");
    assert_false(buf_ok(&b));
    buf_free(&b);
    assert_int_equal(b.max, 5);
    buf_init(&b, 0);
    assert_string_equal(buf_cstr(&b), "");
    buf_put(&b, "", 0);
    assert_true(buf_ok(&b));
    buf_free(&b);
}

static void a_buffer_prints_numbers_and_grows(void **state)
{
    struct buf b;
    int i;

    (void)state;
    buf_init(&b, 1 << 20);
    buf_i64(&b, INT64_MIN);
    buf_char(&b, ' ');
    buf_i64(&b, INT64_MAX);
    buf_char(&b, ' ');
    buf_i64(&b, 0);
    assert_string_equal(buf_cstr(&b), "-9223372036854775808 9223372036854775807 0");
    buf_clear(&b);
    for (i = 0; i < 100000; i++)
        buf_span(&b, SPAN_LIT("0123456789"));
    assert_int_equal(b.n, 1000000);
    assert_true(buf_ok(&b));
    buf_str(&b, NULL);
    assert_int_equal(strlen(buf_cstr(&b)), 1000000);
    buf_free(&b);
}

/* ---- diag -------------------------------------------------------------------------------- */

static void mistakes_show_line_caret_and_nearest_word(void **state)
{
    static const char *const words[] = {"holiday", "make_up", "exception"};
    static const char source[] = "first\n\t- {tên: \"Tết Nguyên đán\", kind: holliday}\r\nlast\n";
    struct diags d;
    struct buf out;

    (void)state;
    diags_init(&d, a);
    buf_init(&out, 4096);
    /* columns are characters, not bytes: kind's value begins at character 33 */
    diag_add(&d, DIAG_ERROR, (struct mark){2, 33}, "X001", "loại \"%s\" lạ", "no kind \"%s\"",
             "holliday");
    diag_nearest(&d, "holliday", words, 3);
    diag_add_text(&d, DIAG_WARNING, (struct mark){0, 0}, "X002",
                  (struct text2){"cả tệp", "the whole file"});
    diags_sort(&d);
    assert_int_equal(d.errors, 1);
    diags_print(&d, "t.yaml", span_of(source), LANG_EN, &out);
    assert_string_equal(buf_cstr(&out), "t.yaml: warning: the whole file [X002]\n"
                                        "t.yaml:2:33: error: no kind \"holliday\" [X001]\n"
                                        "    \t- {tên: \"Tết Nguyên đán\", kind: holliday}\n"
                                        "    \t                               ^\n"
                                        "    did you mean \"holiday\"?\n");
    buf_clear(&out);
    diags_print(&d, "t.yaml", SPAN_NONE, LANG_VI, &out);
    assert_string_equal(buf_cstr(&out), "t.yaml: cảnh báo: cả tệp [X002]\n"
                                        "t.yaml:2:33: lỗi: loại \"holliday\" lạ [X001]\n"
                                        "    ý bạn là \"holiday\"?\n");
    buf_clear(&out);
    diags_json(&d, "t.yaml", LANG_VI, &out);
    assert_string_equal(buf_cstr(&out),
                        "[{\"file\":\"t.yaml\",\"line\":0,\"col\":0,\"severity\":\"warning\","
                        "\"code\":\"X002\",\"text\":\"cả tệp\"},"
                        "{\"file\":\"t.yaml\",\"line\":2,\"col\":33,\"severity\":\"error\","
                        "\"code\":\"X001\",\"text\":\"loại \\\"holliday\\\" lạ\","
                        "\"nearest\":\"holiday\"}]");
    buf_free(&out);
}

/* A line of a hostile file must not steer the terminal that shows the mistake. */
static void control_characters_of_a_source_line_are_not_printed(void **state)
{
    struct diags d;
    struct buf out;

    (void)state;
    diags_init(&d, a);
    buf_init(&out, 4096);
    diag_add_text(&d, DIAG_ERROR, (struct mark){1, 1}, "X001", (struct text2){"x", "x"});
    diags_print(&d, "t", span_of("a\x1b[2Jb\x07\xc2\x9b"), LANG_EN, &out);
    assert_null(strchr(buf_cstr(&out), '\x1b'));
    assert_null(strchr(buf_cstr(&out), '\x07'));
    assert_non_null(strstr(buf_cstr(&out), "a?[2Jb??\n"));
    buf_free(&out);
}

static void mistakes_beyond_the_limit_are_counted(void **state)
{
    struct diags d;
    struct buf out;
    int i;

    (void)state;
    diags_init(&d, a);
    buf_init(&out, 1 << 20);
    for (i = 0; i < DIAG_MAX + 7; i++)
        diag_add(&d, DIAG_ERROR, (struct mark){DIAG_MAX - i % 3, 1}, "X001", "%d", "%d", i);
    assert_int_equal(d.n, DIAG_MAX);
    assert_int_equal(d.errors, DIAG_MAX + 7);
    assert_int_equal(d.dropped, 7);
    diags_sort(&d);
    for (i = 1; i < DIAG_MAX; i++) /* stable: same place, same order */
        assert_true(d.item[i - 1].at.line < d.item[i].at.line ||
                    atoll(d.item[i - 1].text.vi) < atoll(d.item[i].text.vi));
    diags_print(&d, "f", SPAN_NONE, LANG_EN, &out);
    assert_non_null(strstr(buf_cstr(&out), "7 more mistakes"));
    buf_free(&out);
}

static void the_nearest_word_is_near(void **state)
{
    static const char *const words[] = {"mon", "tue", "wed", "specialist"};

    (void)state;
    assert_string_equal(word_nearest("mno", words, 4), "mon"); /* a swap counts once */
    assert_string_equal(word_nearest("specailist", words, 4), "specialist");
    assert_null(word_nearest("friday", words, 4));
    assert_null(word_nearest("z", (const char *const[]){"a", "b"}, 2)); /* no guess from nothing */
    assert_null(word_nearest("", words, 0));
}

/* ---- digest and errors ------------------------------------------------------------------- */

static void digest_vectors(void **state)
{
    uint8_t d[SHA256_BYTES], back[SHA256_BYTES];
    struct sha256_stream *s = sha256_new();
    char hex[2 * SHA256_BYTES + 1];

    (void)state;
    sha256("abc", 3, d);
    hex_encode(d, sizeof d, hex);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    sha256(NULL, 0, d);
    hex_encode(d, sizeof d, hex);
    assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    sha256_add(s, "a", 1);
    sha256_add(s, "", 0);
    sha256_add(s, "bc", 2);
    sha256_end(s, d);
    hex_encode(d, sizeof d, hex);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_true(hex_decode("BA7816bf", 8, back));
    assert_memory_equal(back, d, 4);
    assert_false(hex_decode("abc", 3, back));
    assert_false(hex_decode("zz", 2, back));
    assert_true(ct_equal("same", "same", 4));
    assert_false(ct_equal("same", "sane", 4));
}

static void secrets_people_type(void **state)
{
    static const uint8_t bytes[] = {0x00, 0x44, 0x32, 0x14, 0xc7, 0x42, 0x54, 0xb6, 0x35, 0xcf};
    char out[17];

    (void)state;
    base32_encode(bytes, 16, out);
    assert_string_equal(out, "0123456789ABCDEF");
    assert_true(base32_normalise("o1il-abc d", out, sizeof out));
    assert_string_equal(out, "0111ABCD");
    assert_false(base32_normalise("U", out, sizeof out));
    assert_false(base32_normalise("", out, sizeof out));
    assert_false(base32_normalise("01234567890123456", out, sizeof out));
    assert_false(base32_normalise("é", out, sizeof out));
}

static void the_list_of_errors_is_whole(void **state)
{
    int i;

    (void)state;
    for (i = 0; i < ERR_COUNT; i++) {
        enum err e = (enum err)i;
        assert_int_equal(err_of_code(err_code(e)), e); /* codes are unique */
        assert_true(err_status(e) >= 200 && err_status(e) < 600);
        assert_true(err_title(e, LANG_VI)[0] && err_title(e, LANG_EN)[0]);
    }
    assert_int_equal(err_of_code("no-such-code"), ERR_COUNT);
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
        T(whole_numbers_are_read_strictly),
        T(cutting_and_trimming),
        T(the_arena_gives_zeroed_aligned_memory),
        T(an_arena_that_is_used_again_gives_zeroes),
        T(arena_text_and_growing_arrays),
        T(a_buffer_never_passes_its_maximum),
        T(a_buffer_prints_numbers_and_grows),
        T(mistakes_show_line_caret_and_nearest_word),
        T(control_characters_of_a_source_line_are_not_printed),
        T(mistakes_beyond_the_limit_are_counted),
        T(the_nearest_word_is_near),
        T(digest_vectors),
        T(secrets_people_type),
        T(the_list_of_errors_is_whole),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
