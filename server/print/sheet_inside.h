/* What the files of tables share.  Not for other rooms. */
#ifndef SERVER_PRINT_SHEET_INSIDE_H
#define SERVER_PRINT_SHEET_INSIDE_H

#include "server/print/sheet.h"

struct sheet_note {
    char *title, *text;
};

/* ---- sheet_pdf.c.  Columns are borrowed until it is freed. */
struct sheet_pdf;
struct sheet_pdf *sheet_pdf_open(const struct sheet_head *head, const struct sheet_column *column,
                                 size_t columns);
bool sheet_pdf_row(struct sheet_pdf *s, const struct sheet_cell *cell);
bool sheet_pdf_full(const struct sheet_pdf *s);
/* The file; -1: it failed, or is full. */
int sheet_pdf_close(struct sheet_pdf *s, const char *dir, const char *title,
                    const struct sheet_note *note, size_t notes);
void sheet_pdf_free(struct sheet_pdf *s);

#endif
