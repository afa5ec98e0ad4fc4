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

const char *err_cure(enum err e, enum lang lang)
{
    static const struct text2 cures[ERR_COUNT] = {
#define C(name, vi, en) [ERR_##name] = {vi, en},
#include "common/base/cures.def"
#undef C
    };

    assert((unsigned)e < ERR_COUNT);
    return cures[e].vi ? text2_in(cures[e], lang) : NULL;
}

enum err err_of_code(const char *code)
{
    unsigned i;

    for (i = 0; i < ERR_COUNT; i++)
        if (strcmp(list[i].code, code) == 0)
            break;
    return (enum err)i;
}
