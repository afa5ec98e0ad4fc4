/* The one list of errors.  Pure values.  Any thread. */
#ifndef COMMON_BASE_ERR_H
#define COMMON_BASE_ERR_H

#include "common/base/lang.h"

enum err {
#define E(name, status, code, vi, en) ERR_##name,
#include "common/base/err.def"
#undef E
    ERR_COUNT
};

int err_status(enum err e);       /* HTTP status */
const char *err_code(enum err e); /* code on the wire, e.g. "wrong-status" */
const char *err_title(enum err e, enum lang lang);
const char *err_cure(enum err e, enum lang lang); /* what to do about it; NULL: the title says it */
/* ERR_COUNT when no error has that code. */
enum err err_of_code(const char *code);

#endif
