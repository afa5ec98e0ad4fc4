/* Text at the boundary: UTF-8 validity, NFC, and the folded form that search compares.
 * Results live in the caller's arena.  Any thread. */
#ifndef COMMON_BASE_UTF8_H
#define COMMON_BASE_UTF8_H

#include "common/base/arena.h"
#include "common/base/span.h"

bool utf8_valid(struct span s);
size_t utf8_length(struct span s); /* characters (code points) of valid text */

enum text_fault {
    TEXT_FINE,
    TEXT_NOT_UTF8,
    TEXT_CONTROL,    /* C0, C1, DEL; tab and line feed are fine where lines are allowed */
    TEXT_BIDI,       /* direction overrides and isolates */
    TEXT_UNASSIGNED, /* unassigned, private use, surrogates, non-characters */
    TEXT_MARKS,      /* more than 8 combining marks in a row */
};

/* Checks what people typed.  lines: tab and LF allowed. */
enum text_fault text_check(struct span s, bool lines);

/* Canonical composition; {NULL,0} when s is not valid UTF-8. */
struct span text_nfc(struct arena *a, struct span s);

/* For searching: NFC, lower case, no accents, đ as d, every run of anything that is neither
 * letter nor digit as one blank, none at the ends.  "  Nguyễn Thị Đào-Hoa" gives "nguyen thi dao
 * hoa". */
struct span text_fold(struct arena *a, struct span s);

#endif
