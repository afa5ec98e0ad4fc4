/* Papers as PDF: templates and records of common/paper/ laid out by pango, drawn by cairo, codes by
 * zint.  The same order gives the same bytes: nothing here looks at a clock.
 * Takes milliseconds: call it in the job pool, not on a loop.  One font map a thread. */
#ifndef SERVER_PRINT_PRINT_H
#define SERVER_PRINT_PRINT_H

#include "common/paper/paper.h"

#define PRINT_BYTES_MAX ((size_t)16 << 20) /* of one file */
#define PRINT_PAGES_MAX 200

enum print_sheet {
    PRINT_OWN,  /* the template's own size */
    PRINT_A4,   /* two A5 side by side, with a line to cut along */
    PRINT_ROLL, /* 80 mm, as long as it gets */
};
extern const char *const PRINT_SHEET_WORDS[]; /* "a5", "a4", "80mm"; NULL-terminated */

struct print_order {
    const struct paper_template *template;
    const struct paper_form *form;
    const struct paper_record *record;
    enum print_sheet sheet;
    int copy;     /* index into the template's copies; -1: each of them, one after the other */
    bool english; /* second lines */
    bool reprint; /* marked “BẢN IN LẠI” */
};
enum print_fault {
    PRINT_FINE,
    PRINT_NO_SHEET, /* the template has nothing for this sheet */
    PRINT_TOO_LONG, /* more than PRINT_PAGES_MAX or PRINT_BYTES_MAX */
    PRINT_FAILED,   /* no font, or cairo refused: logged */
};
struct print_facts {
    int pages;
    double width, height; /* of the first page, in points */
    int scale;            /* percent that the text was set at to fit on one page */
};
/* ret_pdf must be initialised with room for PRINT_BYTES_MAX; untouched but for PRINT_FINE. */
enum print_fault print_render(const struct print_order *o, struct buf *ret_pdf,
                              struct print_facts *ret);
/* Several papers in one file, each beginning on a sheet of its own.  ret: of the whole, its first
 * page. */
enum print_fault print_render_all(const struct print_order *o, size_t n, struct buf *ret_pdf,
                                  struct print_facts *ret);
/* False, and a line in the log: a font of papers is not installed; something else is drawn then.
 * Loads nothing: fonts take 5 MB and some 20 ms, which is for the first paper. */
bool print_fonts_there(void);
/* Gives this thread's fonts back.  What all threads share stays until the program ends: pango goes
 * on sorting fonts in threads of its own behind the last paper, and FcFini aborts under them. */
void print_cool(void);

/* The templates of a folder (*.yaml), or those built in when dir is NULL or "".  NULL and every
 * mistake with its place when one cannot be used.  Blocking; the caller frees. */
struct print_papers;
struct print_papers *print_papers_load(const char *dir, enum lang lang, struct buf *ret_error);
struct print_papers *print_papers_free(struct print_papers *p);
const struct paper_set *print_papers_set(const struct print_papers *p);

/* One code as SVG, black on white with its quiet zone: QR (level M) or Code 128.  False: the text
 * does not fit into such a code. */
bool print_code_svg(bool qr, struct arena *a, const char *text, struct buf *out);

#endif
