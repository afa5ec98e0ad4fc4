/* What the files of this room share: bands of drawn things that flow down a sheet and are then
 * dealt out to pages.  They live as long as one render; its thread only.  Not for other rooms. */
#ifndef SERVER_PRINT_INSIDE_H
#define SERVER_PRINT_INSIDE_H

#include "server/print/libs.h"
#include "server/print/print.h"

#define MM(x) ((x)*72.0 / 25.4)

/* ---- fonts.c */
bool fonts_open(void); /* false: the libraries are not there */

/* ---- codes.c */
struct print_code {
    int width, rows;    /* modules */
    const uint8_t *bit; /* width * rows bytes, 0 or 1 */
};
/* NULL: the text does not fit into such a code. */
const struct print_code *code_qr(struct arena *a, const char *text);  /* level M */
const struct print_code *code_128(struct arena *a, const char *text); /* one row */

/* ---- flow.c: y grows downwards, x from the left edge of the sheet; all in points */
enum drawn_kind { DRAWN_TEXT, DRAWN_LINE, DRAWN_CODE };
struct drawn {
    enum drawn_kind kind;
    double x, y;         /* y from the top of the band */
    PangoLayout *layout; /* TEXT: its lines [first, last) */
    int first, last;
    double dx, dy, thick; /* LINE: to (x + dx, y + dy) */
    const struct print_code *code;
    double module, height; /* CODE: width of a module; height of a row */
};
struct band {           /* never torn over two pages */
    double gap, height; /* gap: above it, not at the top of a page */
    struct drawn *drawn;
    size_t n, cap;
    int head;       /* band to repeat at the top of a new page (head of a table), or -1 */
    bool with_next; /* stays with the next one */
};
struct flow {
    struct arena *arena;
    PangoContext *pango;
    const struct paper_record *record;
    bool roll, english;
    double font; /* points */
    double left, width;
    struct band *band;
    size_t bands, cap;
    PangoLayout **layout; /* all of them, for unref */
    size_t layouts, layout_cap;
};

struct set {            /* how a text is set */
    double width, size; /* points */
    int align;          /* enum paper_align */
    unsigned style;     /* PAPER_BOLD … of the whole */
    double indent;      /* of the first line; negative: of the others */
};
/* A text; NULL when it has fields and all of them are empty. */
PangoLayout *flow_text(struct flow *f, const struct paper_text *t, const struct paper_row *row,
                       struct set how);
PangoLayout *flow_texts(struct flow *f, const struct paper_text *t, size_t n,
                        const struct paper_row *row, struct set how); /* one under the other */
double layout_height(PangoLayout *l);
double layout_width(PangoLayout *l); /* of the widest line */
struct band *flow_band(struct flow *f, double gap);
void band_text(struct flow *f, struct band *b, PangoLayout *l, double x, double y); /* all lines */
void band_line(struct flow *f, struct band *b, double x, double y, double dx, double dy,
               double thick);
void band_code(struct flow *f, struct band *b, const struct print_code *c, double x, double y,
               double module, double height);
/* Line by line, so that a long paragraph may be torn; l may be NULL: nothing. */
void flow_paragraph(struct flow *f, PangoLayout *l, double x, double gap);
void flow_free(struct flow *f);
double flow_height(const struct flow *f);

/* ---- blocks.c */
void flow_block(struct flow *f, const struct paper_block *b);
/* ---- table.c */
void flow_table(struct flow *f, const struct paper_block *b, double size, double gap);

#endif
