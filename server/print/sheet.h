/* Tables as files: CSV (RFC 4180, UTF-8 with a byte order mark) and XLSX, row by row, in memory
 * that does not grow with them.  Whoever opened a sheet owns it until it is closed or dropped; one
 * thread at a time. */
#ifndef SERVER_PRINT_SHEET_H
#define SERVER_PRINT_SHEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/span.h"

enum sheet_format { SHEET_CSV, SHEET_XLSX };
const char *sheet_media(enum sheet_format f);

enum cell_kind {
    CELL_TEXT, /* never a formula: a leading = + - @ tab or return gets an apostrophe */
    CELL_INT,
    CELL_TENTHS, /* tenths, shown with one decimal */
};
struct sheet_column {
    const char *title;
    enum cell_kind kind;
    int width; /* signs */
};
struct sheet_cell {
    bool empty;
    struct span text;
    int64_t n;
};

struct sheet;
/* A nameless file in dir (it must be writable).  Columns are copied.  NULL when the file cannot be
 * made. */
struct sheet *sheet_open(enum sheet_format f, const char *dir, const char *name,
                         const struct sheet_column *column, size_t columns);
/* False when the disk is full or a file of this kind takes no more: close tells. */
bool sheet_row(struct sheet *s, const struct sheet_cell *cell);
/* A line of explanation: on a page of its own in XLSX, nowhere in CSV. */
void sheet_note(struct sheet *s, const char *title, const char *text);
/* Ends it; the descriptor stands at the beginning and is the caller's.  -1 when something failed.
 */
int sheet_close(struct sheet *s, size_t *ret_size);
void sheet_drop(struct sheet *s);

#endif
