/* The one list of errors, as tables.  Any thread. */
#include "common/base/err.h"

#include <assert.h>
#include <string.h>

static const struct {
    int status;
    const char *code;
    struct text2 title;
} list[ERR_COUNT] = {
#define E(name, status, code, vi, en) [ERR_##name] = {status, code, {vi, en}},
#include "common/base/err.def"
#undef E
};

int err_status(enum err e)
{
    assert((unsigned)e < ERR_COUNT);
    return list[e].status;
}

const char *err_code(enum err e)
{
    assert((unsigned)e < ERR_COUNT);
    return list[e].code;
}

const char *err_title(enum err e, enum lang lang)
{
    assert((unsigned)e < ERR_COUNT);
    return text2_in(list[e].title, lang);
}

enum err err_of_code(const char *code)
{
    unsigned i;

    for (i = 0; i < ERR_COUNT; i++)
        if (strcmp(list[i].code, code) == 0)
            break;
    return (enum err)i;
}
