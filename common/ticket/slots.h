/* Appointments (đặt lịch hẹn): which slots a hall has on a day, who counts as having come in time,
 * the code that stands for one, and its calendar file (iCalendar, RFC 5545).
 * Values only; any thread. */
#ifndef COMMON_TICKET_SLOTS_H
#define COMMON_TICKET_SLOTS_H

#include "common/base/buf.h"
#include "common/ticket/hall.h"
#include "common/time/calendar.h"

/* Beginnings of the slots of a day, as minutes of the day: whole slots inside the sessions of the
 * calendar.  None when the calendar does not know the day.  At most HALL_SLOTS_MAX. */
size_t slots_of_day(const struct hall *h, const struct calendar *c, dayno d, int *ret_clock);
/* May it be booked at `now`?  It is one of its day, lies ahead, and not beyond days_ahead. */
bool slot_bookable(const struct hall *h, const struct calendar *c, instant slot, instant now);

/* Whether numbers are given at `now`: inside a session of the hall's calendar, or at most `early`
 * minutes before one.  If not, ret_next: when they are given again (INSTANT_NONE: not within the
 * days that the calendar knows).  ret_next may be NULL. */
bool hall_gives_numbers(const struct hall *h, const struct calendar *c, instant now,
                        instant *ret_next);

/* Her place in the queue when she takes a number at `now`: in time (until the slot and the grace
 * after it) she counts as having come head_start minutes before the slot; later as everybody. */
instant appointment_since(const struct hall *h, instant slot, instant now);

/* "7QKM3XNP": eight signs that no Vietnamese input method changes (digits and consonants that are
 * no tone keys), from a digest.  In print with a hyphen after four. */
#define APPOINTMENT_CODE 8
void appointment_code(const uint8_t digest[32], char out[APPOINTMENT_CODE + 1]);
/* As typed or scanned: small letters grow, blanks and hyphens go; false when it cannot be one. */
bool appointment_code_read(struct span s, char out[APPOINTMENT_CODE + 1]);

/* A phone as typed: "+84 912 345 678", "0912.345.678"; ret "0912345678".  False when it is none. */
#define PHONE_MAX 12
bool phone_read(struct span s, char out[PHONE_MAX + 1]);

struct appointment_told {
    const char *uid, *title, *place, *about;
    instant from, made;
    int minutes;
};
/* Lines end with CRLF and are folded at 75 bytes, never inside a character. */
void appointment_ics(const struct appointment_told *t, struct buf *out);

#endif
