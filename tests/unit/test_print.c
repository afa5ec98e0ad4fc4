/* Papers as PDF: the same bytes twice, one page however long a name, bounded sizes and times, every
 * shipped template with whatever people type.  What the pages say is read back in
 * tests/api/test_papers.py. One thread. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include <utf8proc.h>

#include <cmocka.h>

#include "server/print/print.h"
#include "tests/lib/dice.h"

#define MOST_MS                                                                                    \
    300 /* of one page, sanitizers and a busy machine allowed for; measured: see the note */

#define MADE INT64_C(1795000000000000)

static struct print_papers *papers;
static struct arena *a;
static struct paper_record record;
static struct buf pdf;

static int open_room(void **state)
{
    struct buf why;

    (void)state;
    buf_init(&why, 65536);
    papers = print_papers_load(NULL, LANG_EN, &why);
    if (!papers)
        print_error("%s\n", buf_cstr(&why));
    buf_free(&why);
    buf_init(&pdf, PRINT_BYTES_MAX);
    return papers && print_fonts_there() ? 0 : -1;
}

static int close_room(void **state)
{
    (void)state;
    buf_free(&pdf);
    papers = print_papers_free(papers);
    print_cool();
    return 0;
}

static int setup(void **state)
{
    (void)state;
    a = arena_new((size_t)64 << 20);
    paper_record_init(&record, a);
    record.made = MADE;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    a = arena_free(a);
    return 0;
}

static bool is_count(int c)
{
    return c == PC_NO || c == PC_ORIGINALS || c == PC_CERTIFIED || c == PC_COPIES;
}

/* Every field and three rows of every list say `text`. */
static void say_everywhere(const char *text)
{
    for (int f = 0; f < PAPER_FIELDS; f++)
        paper_set(&record, (enum paper_field)f, text);
    paper_set(&record, PF_CODE, "H24.02-261122-0001");
    paper_set(&record, PF_TRACK_URL, "https://motcua.example.vn/tra-cuu?code=H24.02-261122-0001");
    for (int l = 0; l < PAPER_LISTS; l++)
        for (int i = 0; i < 3; i++) {
            struct paper_row *row = paper_add(&record, (enum paper_list)l);

            for (int c = 0; c < PAPER_CELLS; c++)
                paper_cell(&record, row, (enum paper_cell)c, is_count(c) ? "01" : text);
        }
}

static struct print_order order_of(size_t template)
{
    const struct paper_template *t = print_papers_set(papers)->item[template];

    return (struct print_order){.template = t,
                                .form = paper_form_of(t, "nd118-2025", NULL),
                                .record = &record,
                                .copy = t->copies ? 0 : -1};
}

static struct print_facts draw(const struct print_order *o)
{
    struct print_facts facts = {0};

    buf_clear(&pdf);
    assert_int_equal(print_render(o, &pdf, &facts), PRINT_FINE);
    assert_true(pdf.n > 1000 && memcmp(pdf.p, "%PDF-", 5) == 0);
    return facts;
}

static const char *bytes(void)
{
    return arena_strndup(a, pdf.p, pdf.n);
}

/* Width and height of each size of paper, as ISO 216 has them. */
static const double sheet_mm[][2] = {
    [PAPER_A5] = {148, 210}, [PAPER_A4] = {210, 297}, [PAPER_A4_WIDE] = {297, 210}};

/* Forms 01 to 07: number, title and size under Circular 01/2018 and under Circular 03/2025. */
static void forms_01_to_07_under_both_circulars(void **state)
{
    static const struct {
        enum paper_kind kind;
        int size;
        const char *name_2018, *name_2025; /* NULL: that circular has none */
        const char *title_2018, *title_2025;
    } want[] = {
        {PAPER_RECEIPT, PAPER_A5, "Mẫu số 01", "Mẫu số 01",
         "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ", "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ"},
        {PAPER_SUPPLEMENT, PAPER_A5, "Mẫu số 02", "Mẫu số 02",
         "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ", "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ"},
        {PAPER_REFUSAL, PAPER_A5, "Mẫu số 03", "Mẫu số 03",
         "PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ", "PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ"},
        {PAPER_APOLOGY, PAPER_A5, "Mẫu số 04", "Mẫu số 04",
         "PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ",
         "VĂN BẢN XIN LỖI VÀ ĐỀ NGHỊ GIA HẠN THỜI GIAN GIẢI QUYẾT"},
        {PAPER_STOP, PAPER_A5, NULL, "Mẫu số 05", "THÔNG BÁO DỪNG GIẢI QUYẾT HỒ SƠ",
         "THÔNG BÁO DỪNG GIẢI QUYẾT HỒ SƠ"},
        {PAPER_CONTROL, PAPER_A5, "Mẫu số 05", "Mẫu số 06",
         "PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ",
         "PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ"},
        {PAPER_REGISTER, PAPER_A4_WIDE, "Mẫu số 06", "Mẫu số 07", "SỔ THEO DÕI HỒ SƠ",
         "SỔ THEO DÕI HỒ SƠ"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof want / sizeof *want * 2; i++) {
        const struct paper_form *f = NULL;
        bool old = i % 2;
        const struct paper_template *t = paper_choose(print_papers_set(papers), want[i / 2].kind,
                                                      old ? "nd61-2018" : "nd118-2025", NULL, &f);
        const char *name = old ? want[i / 2].name_2018 : want[i / 2].name_2025;

        assert_int_equal(t->size, want[i / 2].size);
        assert_string_equal(f->title, old ? want[i / 2].title_2018 : want[i / 2].title_2025);
        assert_string_equal(f->name ? f->name : "", name ? name : "");
        if (name)
            assert_string_equal(f->basis,
                                old ? "Thông tư 01/2018/TT-VPCP" : "Thông tư 03/2025/TT-VPCP");
    }
}

static void every_paper_has_a_template_and_is_drawn(void **state)
{
    const struct paper_set *set = print_papers_set(papers);

    (void)state;
    for (int k = 0; k < PAPER_KINDS; k++) {
        const struct paper_form *f = NULL;

        assert_non_null(paper_choose(set, (enum paper_kind)k, "nd61-2018", NULL, &f));
        assert_non_null(paper_choose(set, (enum paper_kind)k, "nd118-2025", NULL, &f));
    }
    say_everywhere("Uỷ ban nhân dân phường Ngô Quyền");
    for (size_t i = 0; i < set->n; i++) {
        struct print_order o = order_of(i);
        struct print_facts facts = draw(&o);
        const double *mm = sheet_mm[o.template->size];

        assert_true(fabs(facts.width - mm[0] * 72 / 25.4) < 0.15);
        assert_true(fabs(facts.height - mm[1] * 72 / 25.4) < 0.15);
        assert_true(pdf.n <= 60000);
        print_message("# %s: %d page(s) at %d %%, %zu bytes\n",
                      paper_kind_name((enum paper_kind)o.template->kind), facts.pages, facts.scale,
                      pdf.n);
        if (o.template->one_page)
            assert_int_equal(facts.pages, 1);
    }
}

static void the_same_order_gives_the_same_bytes(void **state)
{
    (void)state;
    say_everywhere("Đặng Thị Ước");
    for (size_t i = 0; i < print_papers_set(papers)->n; i++) {
        struct print_order o = order_of(i);
        const char *first;
        size_t n;

        (void)draw(&o);
        first = bytes();
        n = pdf.n;
        (void)draw(&o);
        assert_int_equal(pdf.n, n);
        assert_memory_equal(pdf.p, first, n);
        o.reprint = true;
        (void)draw(&o);
        assert_true(pdf.n != n || memcmp(pdf.p, first, n) != 0);
    }
}

/* Composed or not, it is drawn by the same glyphs. */
static void decomposed_letters_are_drawn_as_composed_ones(void **state)
{
    const char *name = "Nguyễn Thị Thuỷ Ưởng Đặng Quỳnh";
    utf8proc_uint8_t *nfd = utf8proc_NFD((const utf8proc_uint8_t *)name);
    struct print_order o = order_of(0);
    const char *first;
    size_t n;

    (void)state;
    say_everywhere(name);
    (void)draw(&o);
    first = bytes();
    n = pdf.n;
    paper_record_init(&record, a);
    record.made = MADE;
    say_everywhere((const char *)nfd);
    (void)draw(&o);
    assert_true(strlen((const char *)nfd) > strlen(name));
    assert_int_equal(pdf.n, n);
    assert_memory_equal(pdf.p, first, n);
    free(nfd);
}

static void the_roll_is_as_long_as_what_stands_on_it(void **state)
{
    double before = 0;

    (void)state;
    for (int n = 1; n < 40; n += 19) {
        struct print_order o = order_of(0);
        struct print_facts facts;

        for (size_t i = 0; o.template->kind != PAPER_RECEIPT; i++)
            o = order_of(i);
        say_everywhere(n == 1 ? "An" : "Nguyễn Thị Phương Thuỷ Ngọc Quỳnh");
        for (int i = 0; i < n; i++)
            paper_cell(&record, paper_add(&record, PL_COMPONENTS), PC_TITLE,
                       "Bản sao giấy khai sinh");
        o.sheet = PRINT_ROLL;
        facts = draw(&o);
        assert_int_equal(facts.pages, 1);
        assert_true(facts.width > 226.7 && facts.width < 226.8);
        assert_true(facts.height > before);
        before = facts.height;
    }
}

static void what_is_not_made_for_a_sheet_is_refused(void **state)
{
    struct print_facts facts = {.pages = 77};
    size_t refused = 0;

    (void)state;
    for (size_t i = 0; i < print_papers_set(papers)->n; i++) {
        struct print_order o = order_of(i);

        o.sheet = o.template->rolls ? PRINT_A4 : PRINT_ROLL;
        buf_clear(&pdf);
        if (o.template->rolls) {
            (void)draw(&o);
            continue;
        }
        assert_int_equal(print_render(&o, &pdf, &facts), PRINT_NO_SHEET);
        assert_true(pdf.n == 0 && facts.pages == 77);
        refused++;
    }
    assert_true(refused > 0);
}

/* The longest of everything: smaller first, then more pages, never endless, never too big. */
static void too_much_text_goes_on_to_other_pages(void **state)
{
    char *text = arena_alloc(a, PAPER_TEXT_MAX * 3 + 1);

    (void)state;
    for (size_t i = 0; i < PAPER_TEXT_MAX; i++)
        memcpy(text + i * 3, i % 7 == 6 ? "a  " : "ẵ", 3);
    say_everywhere("Nguyễn Thị Thuỷ");
    paper_set(&record, PF_PROCEDURE, text);
    paper_set(&record, PF_REASON, text);
    paper_set(&record, PF_PERIOD, text);
    for (int l = 0; l < PAPER_LISTS; l++)
        paper_cell(&record, record.list[l].row[1], PC_TITLE, text);
    for (size_t i = 0; i < print_papers_set(papers)->n; i++) {
        struct print_order o = order_of(i);
        struct print_facts facts = draw(&o);

        assert_true(facts.pages >= 1 && facts.pages < 12);
        assert_true(facts.pages == 1 || facts.scale >= 90);
    }
}

static void a_thousand_rows_are_drawn(void **state)
{
    struct print_order o = order_of(0);
    int pages;

    (void)state;
    for (size_t i = 0; o.template->kind != PAPER_REGISTER; i++)
        o = order_of(i);
    for (int i = 0; i < PAPER_ROWS_MAX; i++) {
        struct paper_row *row = paper_add(&record, PL_DOSSIERS);

        for (int c = 0; c < PAPER_CELLS; c++)
            paper_cell(&record, row, (enum paper_cell)c, "Nguyễn Văn An");
    }
    pages = draw(&o).pages;
    assert_true(pages > 20 && pages < PRINT_PAGES_MAX);
}

/* The words of the last page. */
static const char *last_words(void)
{
    static char words[65536];
    char file[] = "/tmp/motcua-print-XXXXXX", *from = words;
    int fd = mkstemp(file);
    FILE *f;
    size_t n;

    assert_true(fd >= 0);
    assert_int_equal(write(fd, pdf.p, pdf.n), pdf.n);
    close(fd);
    f = popen(arena_printf(a, "pdftotext %s -", file), "re");
    assert_non_null(f);
    n = fread(words, 1, sizeof words - 1, f);
    assert_int_equal(pclose(f), 0);
    unlink(file);
    words[n] = '\0';
    for (char *at = strchr(words, '\f'); at && at[1]; at = strchr(at + 1, '\f'))
        from = at + 1;
    return from;
}

/* However many rows there are: what is signed ends on the page of the signatures. */
static void signatures_do_not_stand_on_a_page_alone(void **state)
{
    struct print_order o = order_of(0);

    (void)state;
    for (size_t i = 0; o.template->kind != PAPER_REGISTER; i++)
        o = order_of(i);
    paper_set(&record, PF_TOTAL, "77");
    for (int n = 1; n <= 32; n++) {
        paper_cell(&record, paper_add(&record, PL_DOSSIERS), PC_NAME, "An");
        if (n % 4)
            continue;
        (void)draw(&o);
        assert_non_null(strstr(last_words(), "77"));
    }
}

/* Letters of every script, marks without letters, emoji, both directions, nothing at all. */
static void whatever_is_typed_is_drawn(void **state)
{
    static const int32_t first[] = {' ',    'a',    0x300,  0x590,  0x600,   0x900,
                                    0x1100, 0x1ea0, 0x2000, 0x4e00, 0x1f300, 0x10ffff - 400};

    (void)state;
    dice_seed(20261122);
    for (int round = 0; round < 12; round++) {
        struct print_order o = order_of(dice((unsigned)print_papers_set(papers)->n));
        char text[401];
        size_t n = 0;

        paper_record_init(&record, a);
        for (unsigned i = dice(40); i > 0; i--) {
            int32_t cp = first[dice(sizeof first / sizeof *first)] + (int32_t)dice(400);

            n += (size_t)utf8proc_encode_char(cp, (utf8proc_uint8_t *)text + n);
        }
        text[n] = '\0';
        say_everywhere(text);
        o.english = round % 2 == 0;
        o.copy = -1;
        assert_true(draw(&o).pages >= 1);
    }
    paper_record_init(&record, a); /* nothing to say */
    for (size_t i = 0; i < print_papers_set(papers)->n; i++) {
        struct print_order o = order_of(i);

        (void)draw(&o);
    }
}

static int by_time(const void *x, const void *y)
{
    int64_t p = *(const int64_t *)x, q = *(const int64_t *)y;

    return (p > q) - (p < q);
}

/* Of this thread, whatever else the machine does. */
static int64_t cpu_us(void)
{
    struct timespec t;

    assert_int_equal(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t), 0);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void a_page_takes_milliseconds(void **state)
{
    struct print_order o = order_of(0);
    int64_t took[15];

    (void)state;
    for (size_t i = 0; o.template->kind != PAPER_RECEIPT; i++)
        o = order_of(i);
    say_everywhere("Trường Trung học phổ thông Ngô Quyền");
    for (size_t i = 0; i < sizeof took / sizeof *took; i++) {
        int64_t begun = cpu_us();

        (void)draw(&o);
        took[i] = cpu_us() - begun;
    }
    qsort(took, sizeof took / sizeof *took, sizeof *took, by_time);
    print_message("# a receipt: median %lld us, slowest %lld us\n", (long long)took[7],
                  (long long)took[14]);
    assert_true(took[7] < MOST_MS * 1000);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(forms_01_to_07_under_both_circulars),
        T(every_paper_has_a_template_and_is_drawn),
        T(the_same_order_gives_the_same_bytes),
        T(decomposed_letters_are_drawn_as_composed_ones),
        T(the_roll_is_as_long_as_what_stands_on_it),
        T(what_is_not_made_for_a_sheet_is_refused),
        T(too_much_text_goes_on_to_other_pages),
        T(a_thousand_rows_are_drawn),
        T(signatures_do_not_stand_on_a_page_alone),
        T(whatever_is_typed_is_drawn),
        T(a_page_takes_milliseconds),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, open_room, close_room);
}
