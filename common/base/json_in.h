/* Strict JSON input over jansson: bounded depth and size, no duplicate keys, no NUL, no trailing
 * bytes, valid UTF-8.  The caller owns the json_t it gets (json_decref).  Any thread. */
#ifndef COMMON_BASE_JSON_IN_H
#define COMMON_BASE_JSON_IN_H

#include <jansson.h>

#include "common/base/arena.h"
#include "common/base/span.h"

#define JSON_DEPTH_MAX 32
#define JSON_NODES_MAX 20000

struct json_fault {
    int line, col; /* from 1; 0 when unknown */
    const char *text_vi;
    const char *text_en;
};

/* The document must be an object or an array.  NULL and *ret_fault on any defect. */
json_t *json_read(struct span text, struct json_fault *ret_fault);

/* Convenience on objects: NULL / def when absent or of another type. */
const char *json_str(const json_t *obj, const char *key);
int64_t json_i64(const json_t *obj, const char *key, int64_t def);
bool json_flag(const json_t *obj, const char *key, bool def);

#endif
