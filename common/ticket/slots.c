/* Slots of a day, codes and phones as people type them, the calendar file of an appointment.
 * Owns nothing.  Any thread. */
#include "common/ticket/slots.h"

#include <string.h>

#define MINUTE_US       INT64_C(60000000)
#define FOLD_AT         75
#define CLOSED_DAYS_MAX 21 /* longer than any Tết */

/* Safe with Telex, VNI and VIQR switched on: no vowel to follow, no D, W; digits stay without one.
 */
static const char signs[] = "0123456789BCFGHJKLMNPQRSTVXZ";
#define SIGNS (sizeof signs - 1)

size_t slots_of_day(const struct hall *h, const struct calendar *c, dayno d, int *ret_clock)
{
    const struct day_sessions *day;
    size_t n = 0;

    if (h->slot_minutes == 0 || d < calendar_first_day(c) || d > calendar_last_day(c))
        return 0;
    day = calendar_day(c, d);
    for (unsigned i = 0; i < day->n; i++)
        for (int at = day->s[i].open; at + h->slot_minutes <= day->s[i].close && n < HALL_SLOTS_MAX;
             at += h->slot_minutes)
            ret_clock[n++] = at;
    return n;
}

bool slot_bookable(const struct hall *h, const struct calendar *c, instant slot, instant now)
{
    lminute m = lminute_of(slot);
    int clock[HALL_SLOTS_MAX];
    size_t n = slots_of_day(h, c, lminute_day(m), clock), i;

    for (i = 0; i < n && clock[i] != lminute_clock(m); i++)
        ;
    return i < n && instant_of(m) == slot && slot > now &&
           lminute_day(m) <= lminute_day(lminute_of(now)) + h->days_ahead;
}

/* Of one day: the beginning of the time for numbers that ends after `m`; -1: none. */
static int64_t numbers_from(const struct hall *h, const struct calendar *c, dayno d, lminute m)
{
    const struct day_sessions *day = calendar_day(c, d);

    for (unsigned i = 0; i < day->n; i++)
        if (day_start(d) + day->s[i].close > m)
            return day_start(d) + day->s[i].open - h->early;
    return -1;
}

bool hall_gives_numbers(const struct hall *h, const struct calendar *c, instant now,
                        instant *ret_next)
{
    lminute m = lminute_of(now);

    if (ret_next)
        *ret_next = INSTANT_NONE;
    for (dayno d = lminute_day(m); d <= lminute_day(m) + CLOSED_DAYS_MAX; d++) {
        int64_t from;

        if (d < calendar_first_day(c) || d > calendar_last_day(c))
            continue;
        from = numbers_from(h, c, d, m);
        if (from < 0)
            continue;
        if (ret_next && from > m)
            *ret_next = instant_of(from);
        return from <= m;
    }
    return false;
}

instant appointment_since(const struct hall *h, instant slot, instant now)
{
    return now <= slot + h->grace * MINUTE_US ? slot - h->head_start * MINUTE_US : now;
}

void appointment_code(const uint8_t digest[32], char out[APPOINTMENT_CODE + 1])
{
    for (unsigned i = 0; i < APPOINTMENT_CODE; i++) {
        /* 24 bits a sign: the signs are as good as equally likely */
        uint32_t v =
            (uint32_t)digest[3 * i] << 16 | (uint32_t)digest[3 * i + 1] << 8 | digest[3 * i + 2];

        out[i] = signs[v % SIGNS];
    }
    out[APPOINTMENT_CODE] = '\0';
}

bool appointment_code_read(struct span s, char out[APPOINTMENT_CODE + 1])
{
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];

        if (c == ' ' || c == '-' || c == '\t')
            continue;
        if (c >= 'a' && c <= 'z')
            c = (char)(c - 32);
        if (n == APPOINTMENT_CODE || !memchr(signs, c, SIGNS))
            return false;
        out[n++] = c;
    }
    out[n] = '\0';
    return n == APPOINTMENT_CODE;
}

bool phone_read(struct span s, char out[PHONE_MAX + 1])
{
    bool abroad = false;
    size_t n = 0;

    s = span_trim(s);
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];

        if (c == '+' && i == 0)
            abroad = true;
        else if (c >= '0' && c <= '9' && n < PHONE_MAX)
            out[n++] = c;
        else if (c != ' ' && c != '.' && c != '-' && c != '(' && c != ')')
            return false;
    }
    if (abroad && (n < 3 || out[0] != '8' || out[1] != '4'))
        return false;
    if (abroad) { /* +84 912… is 0912… */
        memmove(out + 1, out + 2, n - 2);
        out[0] = '0';
        n--;
    }
    out[n] = '\0';
    return n >= 9 && n <= 11 && out[0] == '0';
}

/* ---------------------------------------------------------------- the calendar file */

static void utc(struct buf *out, instant t)
{
    lminute m = lminute_of(t) - LOCAL_OFFSET_MINUTES;
    struct civil c = civil_of_day(lminute_day(m));

    buf_printf(out, "%04d%02d%02dT%02d%02d00Z", c.year, c.month, c.day, lminute_clock(m) / 60,
               lminute_clock(m) % 60);
}

/* One property: the text escaped, the line folded before a character that does not fit. */
static void line(struct buf *out, const char *name, const char *text)
{
    size_t at = strlen(name) + 1;

    buf_printf(out, "%s:", name);
    for (const char *p = text; *p;) {
        char one[8];
        size_t n = 0;

        if (*p == '\n' || *p == ',' || *p == ';' || *p == '\\')
            one[n++] = '\\';
        one[n++] = *p == '\n' ? 'n' : *p;
        for (p++; ((unsigned char)*p & 0xc0) == 0x80 && n < sizeof one; p++)
            one[n++] = *p;
        if (at + n > FOLD_AT) {
            buf_str(out, "\r\n ");
            at = 1;
        }
        buf_put(out, one, n);
        at += n;
    }
    buf_str(out, "\r\n");
}

void appointment_ics(const struct appointment_told *t, struct buf *out)
{
    buf_str(out, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//motcua//appointments//VI\r\n"
                 "METHOD:PUBLISH\r\nBEGIN:VEVENT\r\n");
    line(out, "UID", t->uid);
    buf_str(out, "DTSTAMP:");
    utc(out, t->made);
    buf_str(out, "\r\nDTSTART:");
    utc(out, t->from);
    buf_str(out, "\r\nDTEND:");
    utc(out, t->from + t->minutes * MINUTE_US);
    buf_str(out, "\r\n");
    line(out, "SUMMARY", t->title);
    line(out, "LOCATION", t->place);
    line(out, "DESCRIPTION", t->about);
    buf_str(out, "END:VEVENT\r\nEND:VCALENDAR\r\n");
}
