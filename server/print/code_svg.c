/* A code alone, as a drawing for pages: QR or Code 128 as one SVG path with its quiet zone.
 * Nothing is owned; the buffer is the caller's.  Any thread. */
#include "server/print/inside.h"

#define QUIET_QR  4 /* modules: what the standards ask for */
#define QUIET_128 10
#define BAR_ROWS  28 /* height of the bars, modules */

/* Runs of dark modules of one row, each a rectangle. */
static void row_path(struct buf *out, const struct print_code *c, int row, int height, int quiet)
{
    for (int x = 0, n; x < c->width; x += n) {
        bool dark = c->bit[row * c->width + x] != 0;

        for (n = 1; x + n < c->width && (c->bit[row * c->width + x + n] != 0) == dark; n++)
            ;
        if (dark)
            buf_printf(out, "M%d %dh%dv%dh-%dz", x + quiet, row + quiet, n, height, n);
    }
}

bool print_code_svg(bool qr, struct arena *a, const char *text, struct buf *out)
{
    const struct print_code *c = qr ? code_qr(a, text) : code_128(a, text);
    int quiet = qr ? QUIET_QR : QUIET_128, rows = qr ? 1 : BAR_ROWS;

    if (!c)
        return false;
    buf_printf(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
        "shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h%dv%dh-%dz\"/><path d=\"",
        c->width + 2 * quiet, c->rows * rows + 2 * quiet, c->width + 2 * quiet,
        c->rows * rows + 2 * quiet, c->width + 2 * quiet);
    for (int row = 0; row < c->rows; row++)
        row_path(out, c, row, rows, quiet);
    buf_str(out, "\"/></svg>\n");
    return buf_ok(out);
}
