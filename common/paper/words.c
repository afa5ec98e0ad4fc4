/* Numbers and times as papers write them.  Pure; any thread. */
#include <stdio.h>

#include "common/paper/paper.h"

#define WORKING_DAY_MINUTES 480

static const char *const digits[] = {"không", "một", "hai", "ba",  "bốn",
                                     "năm",   "sáu", "bảy", "tám", "chín"};
static const char *const units_en[] = {"zero",    "one",     "two",       "three",    "four",
                                       "five",    "six",     "seven",     "eight",    "nine",
                                       "ten",     "eleven",  "twelve",    "thirteen", "fourteen",
                                       "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"};
static const char *const tens_en[] = {"",      "",      "twenty",  "thirty", "forty",
                                      "fifty", "sixty", "seventy", "eighty", "ninety"};

static void word(struct buf *b, const char *s)
{
    if (b->n)
        buf_char(b, ' ');
    buf_str(b, s);
}

/* linh năm, mười lăm, hai mươi mốt, ba mươi tư stays “bốn” as receipts write it. */
static void below_hundred_vi(unsigned n, bool after, struct buf *b)
{
    unsigned tens = n / 10, ones = n % 10;

    if (tens == 0) {
        if (ones && after)
            word(b, "linh");
        if (ones)
            word(b, digits[ones]);
        return;
    }
    if (tens > 1)
        word(b, digits[tens]);
    word(b, tens == 1 ? "mười" : "mươi");
    if (ones == 1 && tens > 1)
        word(b, "mốt");
    else if (ones == 5)
        word(b, "lăm");
    else if (ones)
        word(b, digits[ones]);
}

static void group_vi(unsigned n, bool first, struct buf *b)
{
    if (!first || n >= 100) {
        word(b, digits[n / 100]);
        word(b, "trăm");
    }
    below_hundred_vi(n % 100, !first || n >= 100, b);
}

static void below_thousand_en(unsigned n, struct buf *b)
{
    if (n >= 100) {
        word(b, units_en[n / 100]);
        word(b, "hundred");
        n %= 100;
    }
    if (n >= 20) {
        word(b, tens_en[n / 10]);
        if (n % 10)
            buf_printf(b, "-%s", units_en[n % 10]);
    } else if (n) {
        word(b, units_en[n]);
    }
}

static void number_words(int64_t n, enum lang lang, struct buf *b)
{
    static const struct text2 powers[] = {{"", ""},
                                          {"nghìn", "thousand"},
                                          {"triệu", "million"},
                                          {"tỷ", "billion"},
                                          {"nghìn tỷ", "trillion"},
                                          {"triệu tỷ", "quadrillion"},
                                          {"tỷ tỷ", "quintillion"}};
    bool first = true;

    if (n == 0) {
        word(b, lang == LANG_EN ? units_en[0] : digits[0]);
        return;
    }
    for (int i = 6; i >= 0; i--) {
        int64_t base = 1;
        unsigned group;

        for (int k = 0; k < i; k++)
            base *= 1000;
        group = (unsigned)(n / base % 1000);
        if (group == 0)
            continue;
        if (lang == LANG_EN)
            below_thousand_en(group, b);
        else
            group_vi(group, first, b);
        if (i)
            word(b, text2_in(powers[i], lang));
        first = false;
    }
}

void paper_money_words(int64_t dong, enum lang lang, struct buf *out)
{
    struct buf b;

    buf_init(&b, 1024);
    number_words(dong < 0 ? 0 : dong, lang, &b);
    word(&b, lang == LANG_EN ? "dong" : "đồng");
    /* The first letter is one byte but for “không” and friends, which begin with plain letters. */
    if (b.n && b.p[0] >= 'a' && b.p[0] <= 'z')
        b.p[0] = (char)(b.p[0] - 'a' + 'A');
    buf_put(out, b.p, b.n);
    buf_free(&b);
}

void paper_money(int64_t dong, struct buf *out)
{
    char text[32];
    int n = snprintf(text, sizeof text, "%lld", (long long)dong);

    for (int i = 0; i < n; i++) {
        buf_char(out, text[i]);
        if (text[i] != '-' && i + 1 < n && (n - i - 1) % 3 == 0)
            buf_char(out, '.');
    }
}

static const char *const months_en[] = {"January",   "February", "March",    "April",
                                        "May",       "June",     "July",     "August",
                                        "September", "October",  "November", "December"};

void paper_day_words(dayno d, enum lang lang, struct buf *out)
{
    struct civil c = civil_of_day(d);

    if (lang == LANG_EN)
        buf_printf(out, "%d %s %d", c.day, months_en[c.month - 1], c.year);
    else
        /* Decree 30/2020 on official documents: 0 before days under 10 and months 1 and 2. */
        buf_printf(out, c.month <= 2 ? "ngày %02d tháng %02d năm %d" : "ngày %02d tháng %d năm %d",
                   c.day, c.month, c.year);
}

void paper_time_words(instant t, enum lang lang, struct buf *out)
{
    lminute m = lminute_of(t);
    int clock = lminute_clock(m);

    if (lang == LANG_EN)
        buf_printf(out, "%02d:%02d, ", clock / 60, clock % 60);
    else
        buf_printf(out, "%02d giờ %02d phút, ", clock / 60, clock % 60);
    paper_day_words(lminute_day(m), lang, out);
}

void paper_day_short(dayno d, struct buf *out)
{
    struct civil c = civil_of_day(d);

    buf_printf(out, "%02d/%02d/%d", c.day, c.month, c.year);
}

void paper_time_short(instant t, struct buf *out)
{
    lminute m = lminute_of(t);
    int clock = lminute_clock(m);

    buf_printf(out, "%02d:%02d ", clock / 60, clock % 60);
    paper_day_short(lminute_day(m), out);
}

static void part(struct buf *b, int64_t n, const char *vi, const char *en, enum lang lang)
{
    if (n == 0)
        return;
    if (b->n)
        buf_char(b, ' ');
    buf_printf(b, "%lld %s%s", (long long)n, lang == LANG_EN ? en : vi,
               lang == LANG_EN && n != 1 ? "s" : "");
}

void paper_minutes_words(int64_t minutes, enum lang lang, struct buf *out)
{
    int64_t n = minutes < 0 ? -minutes : minutes;
    struct buf b;

    buf_init(&b, 256);
    part(&b, n / WORKING_DAY_MINUTES, "ngày", "day", lang);
    part(&b, n % WORKING_DAY_MINUTES / 60, "giờ", "hour", lang);
    part(&b, n % 60, "phút", "minute", lang);
    if (!b.n)
        buf_str(&b, lang == LANG_EN ? "0 minutes" : "0 phút");
    if (minutes < 0)
        buf_str(out, "−");
    buf_put(out, b.p, b.n);
    buf_free(&b);
}
