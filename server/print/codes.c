/* QR and Code 128 as modules, by zint.  In the caller's arena.  Any thread. */
#include <stdlib.h>
#include <string.h>

#include "server/print/inside.h"

#define LEVEL_M  2
#define TEXT_MAX 200

static bool module_at(const struct zint_symbol *s, int row, int col)
{
    return (s->encoded_data[row][col / 8] >> (col % 8)) & 1;
}

static const struct print_code *taken(struct arena *a, const struct zint_symbol *s, int rows)
{
    struct print_code *c = ARENA_NEW(a, struct print_code);
    uint8_t *bit = ARENA_ARRAY(a, uint8_t, (size_t)(s->width * rows));

    for (int r = 0; r < rows; r++)
        for (int x = 0; x < s->width; x++)
            bit[r * s->width + x] = module_at(s, r, x);
    *c = (struct print_code){s->width, rows, bit};
    return c;
}

static const struct print_code *encode(struct arena *a, int symbology, const char *text)
{
    const struct print_code *c = NULL;
    struct zint_symbol *s;
    unsigned char copy[TEXT_MAX + 1];
    size_t n = text ? strlen(text) : 0;

    if (n == 0 || n > TEXT_MAX || !libs_open())
        return NULL;
    memcpy(copy, text, n + 1);
    s = ZBarcode_Create();
    if (!s)
        abort();
    s->symbology = symbology;
    s->input_mode = UNICODE_MODE;
    s->show_hrt = 0;
    if (symbology == BARCODE_QRCODE)
        s->option_1 = LEVEL_M;
    if (ZBarcode_Encode(s, copy, (int)n) < ZINT_ERROR && s->rows > 0)
        c = taken(a, s, symbology == BARCODE_QRCODE ? s->rows : 1);
    ZBarcode_Delete(s);
    return c;
}

const struct print_code *code_qr(struct arena *a, const char *text)
{
    return encode(a, BARCODE_QRCODE, text);
}

const struct print_code *code_128(struct arena *a, const char *text)
{
    return encode(a, BARCODE_CODE128, text);
}
