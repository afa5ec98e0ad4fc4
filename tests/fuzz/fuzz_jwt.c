/* Any bytes as a set of keys (up to the first line's end) and a token: never read out of bounds,
 * never believed, for nobody signed them. */
#include <assert.h>
#include <string.h>

#include "common/base/json_in.h"
#include "common/base/jwt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct jwt_want want = {"https://id.example.gov.vn", "motcua", "n0nce", "login",
                                  1795000000};
    struct span all = {(const char *)data, size}, keys, token;
    struct json_fault f;
    char login[65];
    json_t *j;

    if (size > 32768 || !span_cut(all, '\n', &keys, &token))
        return 0;
    j = json_read(keys, &f);
    assert(jwt_check(token, j, &want, login, sizeof login) != JWT_FINE);
    json_decref(j);
    return 0;
}
