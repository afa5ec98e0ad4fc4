/* Pictures of procedures: the same every time, nothing overlaps, nothing breaks, and fast.
 * Owns its arenas; one thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include <cmocka.h>

#include "common/procedure/diagram.h"

#define HEAD                                                                                       \
    "procedure: \"9.000004\"\nversion: 1\nvalid_from: 2026-01-01\nkind: citizen\n"                 \
    "name: {vi: \"Thử <&> \\\"vẽ\\\"\", en: Drawn}\nfield: {code: X, vi: X, en: X}\n"          \
    "competent: A\nreception: any\nchannels: [counter]\nbasis: [luật]\n"                         \
    "result: {vi: K, en: R}\nfee: {amount: 0}\nlimit: 300 working_day\ncomponents: []\n"           \
    "form: [{field: n, vi: \"Số lượng\", en: Number, type: integer}]\nsteps:\n"

static struct procedure *compile(struct arena *a, const char *text)
{
    struct diags d;
    struct procedure *p;
    struct buf out;

    diags_init(&d, a);
    p = procedure_compile(a, span_of(text), NULL, &d);
    if (!p) {
        buf_init(&out, 1 << 20);
        diags_print(&d, "file", span_of(text), LANG_EN, &out);
        print_error("%s", buf_cstr(&out));
    }
    assert_non_null(p);
    return p;
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525U + 1013904223U;
    return *seed >> 16;
}

/* n steps in several lanes with ways forth and back at random; some parallel. */
static struct procedure *random_procedure(struct arena *a, int n, uint32_t seed)
{
    static const char *const roles[] = {"receiver", "specialist", "leader", "clerk",
                                        "division_head"};
    struct buf b;
    struct procedure *p;
    int i, k;

    buf_init(&b, 1 << 20);
    buf_str(&b, HEAD);
    for (i = 0; i < n; i++) {
        buf_printf(&b,
                   "  - step: s%d\n    vi: \"Bước có tên dài ngắn khác nhau%s\"\n    en: Step\n", i,
                   next_random(&seed) % 2 ? ", thẩm tra và trình lãnh đạo phê duyệt" : "");
        if (i > 0 && i < n - 1 && next_random(&seed) % 6 == 0) {
            buf_str(&b, "    split: {join: all, branches: [");
            for (k = 0; k < 3; k++)
                buf_printf(&b, "%s{branch: b%d, vi: Nhánh, en: B, at: %c, role: %s, limit: 1 hour}",
                           k ? ", " : "", k, 'A' + (char)(next_random(&seed) % 3),
                           roles[next_random(&seed) % 5]);
            buf_printf(&b, "]}\n    then: s%d\n", i + 1);
            continue;
        }
        buf_printf(&b, "    at: %s\n    role: %s\n    limit: 2 working_day\n    actions:\n",
                   next_random(&seed) % 2 ? "reception" : "A", roles[next_random(&seed) % 5]);
        if (i == n - 1)
            buf_str(&b, "      - {action: hand_over}\n");
        else
            buf_printf(&b, "      - {action: forward, to: s%d}\n", i + 1);
        if (i > 0 && next_random(&seed) % 2)
            buf_printf(&b, "      - {action: return, to: s%d}\n",
                       (int)(next_random(&seed) % (uint32_t)i));
        if (i < n - 2 && next_random(&seed) % 2)
            buf_printf(
                &b, "      - {action: jump, vi: Nhảy, en: Jump, to: s%d, when: form.n >= 1000}\n",
                i + 2 + (int)(next_random(&seed) % (uint32_t)(n - i - 2)));
    }
    p = compile(a, buf_cstr(&b));
    buf_free(&b);
    return p;
}

static void nothing_overlaps(void **state)
{
    uint32_t seed;

    (void)state;
    for (seed = 1; seed <= 200; seed++) {
        struct arena *a = arena_new((size_t)1 << 26);
        struct procedure *p = random_procedure(a, 2 + (int)(seed % 20), seed);
        struct picture g;
        size_t i, j;

        picture_build(&g, a, p, NULL, LANG_VI);
        picture_layout(&g);
        for (i = 0; i < g.nodes; i++) {
            const struct node *n = &g.node[i];
            const struct lane *l = &g.lane[n->lane];
            assert_true(n->y >= l->y && n->y + n->h <= l->y + l->h);
            assert_true(n->x > 172 && n->x + n->w < g.width);
            for (j = 0; j < n->text.n; j++) /* a word wider than the box cannot be helped */
                assert_true(!strchr(n->text.line[j], ' ') || n->kind > PICTURE_STEP ||
                            text_width(n->text.line[j], strlen(n->text.line[j]), 16) <= n->w - 14);
            for (j = 0; j < i; j++) {
                const struct node *m = &g.node[j];
                if (n->x < m->x + m->w && m->x < n->x + n->w && n->y < m->y + m->h &&
                    m->y < n->y + n->h)
                    fail_msg("seed %u: %s and %s", seed, n->id, m->id);
            }
        }
        arena_free(a);
    }
}

static void the_same_procedure_gives_the_same_picture(void **state)
{
    struct arena *a = arena_new((size_t)1 << 26);
    struct procedure *p = random_procedure(a, 12, 7);
    enum diagram_form form;

    (void)state;
    for (form = DIAGRAM_SVG; form <= DIAGRAM_DOT; form++) {
        struct buf one, two;
        buf_init(&one, 1 << 22);
        buf_init(&two, 1 << 22);
        procedure_diagram(p, NULL, form, LANG_VI, &one);
        procedure_diagram(p, NULL, form, LANG_VI, &two);
        assert_true(buf_ok(&one) && one.n > 200);
        assert_true(span_eq((struct span){one.p, one.n}, (struct span){two.p, two.n}));
        buf_clear(&two);
        procedure_diagram(p, NULL, form, LANG_EN, &two);
        assert_false(span_eq((struct span){one.p, one.n}, (struct span){two.p, two.n}));
        buf_free(&one);
        buf_free(&two);
    }
    arena_free(a);
}

static void the_largest_procedure_is_drawn_quickly(void **state)
{
    struct arena *a = arena_new((size_t)1 << 26);
    struct procedure *p = random_procedure(a, STEPS_MAX, 3);
    struct timespec t0, t1;
    struct buf out;

    (void)state;
    buf_init(&out, 1 << 22);
    (void)clock_gettime(CLOCK_MONOTONIC, &t0);
    procedure_diagram(p, NULL, DIAGRAM_SVG, LANG_VI, &out);
    (void)clock_gettime(CLOCK_MONOTONIC, &t1);
    assert_true(buf_ok(&out));
    /* With sanitizers and neighbours on the machine; the plain program takes a few ms. */
    assert_true((t1.tv_sec - t0.tv_sec) * 1000 + (t1.tv_nsec - t0.tv_nsec) / 1000000 < 2000);
    buf_free(&out);
    arena_free(a);
}

static void texts_break_at_blanks_and_are_escaped(void **state)
{
    struct arena *a = arena_new(1 << 20);
    struct lines l = text_wrap(a, "Quyết định mua sắm", 16, 100);
    struct buf out;

    (void)state;
    assert_int_equal(l.n, 2);
    assert_string_equal(l.line[0], "Quyết định");
    assert_string_equal(l.line[1], "mua sắm");
    assert_int_equal(text_wrap(a, "", 16, 100).n, 0);
    assert_int_equal(text_wrap(a, "mộttừrấtdàikhôngngắtđượcởđâucả", 16, 50).n, 1);
    assert_int_equal(text_width("Ế", strlen("Ế"), 100), text_width("E", 1, 100));
    buf_init(&out, 100);
    xml_text(&out, "<a & \"b\">");
    assert_string_equal(buf_cstr(&out), "&lt;a &amp; &quot;b&quot;&gt;");
    buf_free(&out);
    arena_free(a);
}

static size_t count_of(struct buf *b, const char *what)
{
    size_t n = 0;

    for (const char *p = buf_cstr(b); (p = strstr(p, what)) != NULL; p++)
        n++;
    return n;
}

/* A page's policy allows no style of the picture's own, and pictures there are read by keyboard. */
static void a_picture_for_a_page_brings_no_style_and_every_step_is_a_link(void **state)
{
    struct arena *a = arena_new((size_t)1 << 26);
    struct procedure *p = random_procedure(a, 12, 7);
    struct picture_mark mark[STEPS_MAX] = {{0}};
    struct buf out;

    (void)state;
    mark[2] = (struct picture_mark){MARK_LATE, "3 · ▲ 1", "ba hồ sơ, một <trễ>"};
    buf_init(&out, 1 << 22);
    procedure_picture(p, NULL, mark, LANG_VI, &out);
    assert_true(buf_ok(&out));
    assert_int_equal(count_of(&out, "style"), 0);
    assert_true(count_of(&out, "<a class=\"step\"") >= p->steps);
    assert_int_equal(count_of(&out, "<a "), count_of(&out, "</a>"));
    assert_int_equal(count_of(&out, "data-step=\"s2\""), 1);
    /* late by word, line and pattern */
    assert_int_equal(count_of(&out, "class=\"hatch\""), 1);
    assert_int_equal(count_of(&out, "shape late"), 1);
    assert_true(count_of(&out, "ba hồ sơ, một &lt;trễ&gt;") >= 2);
    buf_free(&out);
    arena_free(a);
}

/* While somebody types: an unknown step, half a file, nothing at all. */
static void a_text_with_errors_is_drawn_as_far_as_it_can_be_read(void **state)
{
    struct arena *a = arena_new((size_t)1 << 26);
    static const char text[] =
        HEAD "  - step: s0\n    vi: Một\n    en: One\n    at: reception\n    role: receiver\n"
             "    actions: [{action: forward, to: s1}]\n"
             "  - step: s1\n    vi: Hai\n    en: Two\n    at: reception\n    role: receiver\n"
             "    actions: [{action: hand_over, to: nowhere_at_all}]\n"
             "  - step: s2\n    vi: Ba\n    en: Three\n    at: reception\n    role: receiver\n"
             "    actions: [{action: return, to: s2}, {action: hand_over}]\n";
    struct buf out;

    (void)state;
    buf_init(&out, 1 << 22);
    for (size_t n = 0; n < sizeof text; n++) {
        uint64_t faulty = 0;
        struct diags d;
        struct procedure *p;

        diags_init(&d, a);
        p = procedure_sketch(a, (struct span){text, n}, NULL, &d, &faulty);
        assert_true(p || d.errors);
        if (!p)
            continue;
        buf_clear(&out);
        procedure_picture(p, NULL, NULL, LANG_VI, &out);
        assert_true(buf_ok(&out) && strstr(buf_cstr(&out), "</svg>"));
        if (n == sizeof text - 1)
            assert_int_equal(faulty & 3, 2); /* s1 names a step that is not there; s0 is sound */
    }
    buf_free(&out);
    arena_free(a);
}

static void the_sheet_knows_every_class_in_light_and_dark(void **state)
{
    static const char *const wanted[] = {
        ".diagram .late{", ".diagram .hatch{",     ".diagram .done{", "prefers-color-scheme:dark",
        "data-theme=dark", "forced-colors:active", "focus-visible"};
    struct buf out;

    (void)state;
    buf_init(&out, 1 << 20);
    procedure_diagram_css(&out);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        assert_non_null(strstr(buf_cstr(&out), wanted[i]));
    assert_int_equal(count_of(&out, "{"), count_of(&out, "}"));
    buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_picture_for_a_page_brings_no_style_and_every_step_is_a_link),
        cmocka_unit_test(a_text_with_errors_is_drawn_as_far_as_it_can_be_read),
        cmocka_unit_test(the_sheet_knows_every_class_in_light_and_dark),
        cmocka_unit_test(nothing_overlaps),
        cmocka_unit_test(the_same_procedure_gives_the_same_picture),
        cmocka_unit_test(the_largest_procedure_is_drawn_quickly),
        cmocka_unit_test(texts_break_at_blanks_and_are_escaped),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
