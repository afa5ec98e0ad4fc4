/* Strict JSON input.  The caller owns the json_t.  Any thread (jansson keeps no state). */
#include "common/base/json_in.h"

#include "common/base/utf8.h"

/* jansson recurses to 2,048 levels and builds trees much larger than the text: bound both before
 * it sees the text.  Strings are skipped; everything else is left to the real parser. */
static bool within_bounds(struct span t)
{
    size_t i, depth = 0, nodes = 1;
    bool in_string = false;

    for (i = 0; i < t.n; i++) {
        char c = t.p[i];
        if (in_string) {
            if (c == '\\')
                i++;
            else if (c == '"')
                in_string = false;
            continue;
        }
        if (c == '"')
            in_string = true;
        else if (c == '{' || c == '[') {
            if (++depth > JSON_DEPTH_MAX)
                return false;
            nodes++;
        } else if ((c == '}' || c == ']') && depth)
            depth--;
        else if (c == ',' && ++nodes > JSON_NODES_MAX)
            return false;
    }
    return nodes <= JSON_NODES_MAX;
}

json_t *json_read(struct span text, struct json_fault *ret_fault)
{
    json_error_t e;
    json_t *j;

    *ret_fault = (struct json_fault){0};
    if (text.n == 0 || !utf8_valid(text)) {
        ret_fault->text_vi = text.n ? "không phải UTF-8" : "nội dung trống";
        ret_fault->text_en = text.n ? "not UTF-8" : "empty";
        return NULL;
    }
    if (!within_bounds(text)) {
        ret_fault->text_vi = "lồng quá sâu hoặc quá nhiều phần tử";
        ret_fault->text_en = "nested too deeply or too many values";
        return NULL;
    }
    j = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, &e);
    if (!j) {
        ret_fault->line = e.line;
        ret_fault->col = e.column;
        ret_fault->text_vi = json_error_code(&e) == json_error_duplicate_key ? "khóa bị lặp lại"
                                                                             : "sai cú pháp JSON";
        ret_fault->text_en =
            json_error_code(&e) == json_error_duplicate_key ? "duplicate key" : "syntax error";
    }
    return j;
}

const char *json_str(const json_t *obj, const char *key)
{
    return json_string_value(json_object_get(obj, key));
}

int64_t json_i64(const json_t *obj, const char *key, int64_t def)
{
    const json_t *v = json_object_get(obj, key);

    return json_is_integer(v) ? (int64_t)json_integer_value(v) : def;
}

bool json_flag(const json_t *obj, const char *key, bool def)
{
    const json_t *v = json_object_get(obj, key);

    return json_is_boolean(v) ? json_is_true(v) : def;
}
