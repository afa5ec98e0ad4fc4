/* Log: one JSON object a line on stderr, no personal data, bounded length, one write per line.
 * Any thread. */
#ifndef SERVER_CORE_LOG_H
#define SERVER_CORE_LOG_H

#include <stdint.h>

enum log_level { LOG_L_ERROR, LOG_L_WARN, LOG_L_INFO, LOG_L_DEBUG };

void log_set_level(enum log_level max);
/* Fields: alternating key and typed value, ended by LOG_END:
 *   log_event(LOG_L_INFO, "listening", LOG_STR("address", a), LOG_INT("port", p), LOG_END); */
struct log_field {
    const char *key; /* NULL ends the list */
    const char *str; /* used when not NULL */
    int64_t num;
};
static inline struct log_field LOG_STR(const char *key, const char *v) {
    return (struct log_field){key, v ? v : "", 0};
}
#define LOG_INT(k, v) ((struct log_field){(k), 0, (int64_t)(v)})
void log_fields(enum log_level level, const char *event, const struct log_field *fields);
#define log_event(level, event, ...)                                                               \
    log_fields((level), (event), (const struct log_field[]){__VA_ARGS__, {0, 0, 0}})
#define log_plain(level, event) log_fields((level), (event), (const struct log_field[]){{0, 0, 0}})

#endif
