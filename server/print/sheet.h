/* Tables as files: CSV (RFC 4180, UTF-8 with a byte order mark) and XLSX, row by row, in memory
 * that does not grow with them; PDF, as long as a paper may be.  Whoever opened a sheet owns it
 * until it is closed or dropped; one thread at a time. */
#ifndef SERVER_PRINT_SHEET_H
#define SERVER_PRINT_SHEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/lang.h"
#include "common/base/span.h"
#include "common/paper/paper.h"

enum sheet_format { SHEET_CSV, SHEET_XLSX, SHEET_PDF };
const char *sheet_media(enum sheet_format f);

enum cell_kind {
    CELL_TEXT, /* never a formula: a leading = + - @ tab or return gets an apostrophe */
    CELL_INT,
    CELL_TENTHS, /* tenths, shown with one decimal */
    CELL_THOUSANDTHS,
};
struct sheet_column {
    const char *title;
    enum cell_kind kind;
    int width; /* signs */
};
struct sheet_cell {
    bool empty;
    bool again; /* told by the row above: a PDF does not say it twice */
    struct span text;
    int64_t n;
};

/* What stands above the rows of a PDF: unit, place and day, period, scope, how it is judged
 * (PF_SUPERIOR, PF_UNIT, PF_PLACE, PF_DATED, PF_PERIOD, PF_SUMMARY, PF_STAGE), who made it
 * (PF_OFFICER).  Borrowed until the sheet is closed. */
struct sheet_head {
    const struct paper_record *record;
    enum lang lang;
};

struct sheet;
/* A nameless file in dir (it must be writable).  Columns are copied.  name: of the page in XLSX,
 * the title of a PDF; head: of a PDF only.  NULL when the file cannot be made. */
struct sheet *sheet_open(enum sheet_format f, const char *dir, const char *name,
                         const struct sheet_head *head, const struct sheet_column *column,
                         size_t columns);
/* False when the disk is full or a file of this kind takes no more: close tells. */
bool sheet_row(struct sheet *s, const struct sheet_cell *cell);
/* A PDF takes no more rows or columns: nothing more need be read. */
bool sheet_full(const struct sheet *s);
/* A line of explanation: on a page of its own in XLSX, below the rows of a PDF, nowhere in CSV. */
void sheet_note(struct sheet *s, const char *title, const char *text);
/* Ends it; the descriptor stands at the beginning and is the caller's.  -1 when something failed;
 * ret_full: because a PDF is longer than a paper may be. */
int sheet_close(struct sheet *s, bool *ret_full, size_t *ret_size);
void sheet_drop(struct sheet *s);

#endif
