/* Reads the code of a dossier as somebody typed it.  Texts live in the caller's arena.
 * Pure; any thread. */
#include "common/dossier/code.h"

#include <string.h>

#define DAY_DIGITS 6

static const char zeros[] = "000"; /* a number has at least four digits */

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t digits_before(const char *s, size_t end)
{
    size_t n = 0;

    while (n < end && digit(s[end - 1 - n]))
        n++;
    return n;
}

/* Without blanks, in upper case. */
static char *plain(struct arena *a, struct span s, size_t *ret_n)
{
    char *out = arena_alloc(a, s.n + 1);
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] != ' ' && s.p[i] != '\t')
            out[n++] = (char)(s.p[i] >= 'a' && s.p[i] <= 'z' ? s.p[i] - 32 : s.p[i]);
    out[n] = '\0';
    *ret_n = n;
    return out;
}

const char *dossier_code_typed(struct arena *a, const char *root, struct span typed)
{
    size_t n, unit, day;
    const char *s = typed.n <= DOSSIER_CODE_MAX ? plain(a, typed, &n) : "";
    const char *dash = strrchr(s, '-'), *number;

    if (!dash)
        return s;
    number = dash + 1;
    n = strlen(number);
    day = (size_t)(dash - s); /* behind the last digit of the day */
    if (n == 0 || digits_before(s, day + 1 + n) != n || digits_before(s, day) < DAY_DIGITS)
        return s;
    unit = day - DAY_DIGITS;
    if (unit > 0 && s[unit - 1] == '-')
        unit--;
    if (unit == 0)
        return s;
    /* "000.00.11.H24-…": the scheme before Decision 20/2020 says the province itself, last. */
    if (digit(s[0]) && strcspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") < unit)
        return s;
    return arena_printf(a, "%s%s%.*s-%.6s-%s%s", digit(s[0]) ? root : "", digit(s[0]) ? "." : "",
                        (int)unit, s, s + day - DAY_DIGITS, n < sizeof zeros ? zeros + n - 1 : "",
                        number);
}
