/* Counters, gauges and histograms, declared in one table (metrics.def), counted per worker without
 * locks and summed when read.  Any thread. */
#ifndef SERVER_CORE_METRICS_H
#define SERVER_CORE_METRICS_H

#include <stdint.h>

#include "common/base/buf.h"

enum metric {
#define M(name, kind, text, help) METRIC_##name,
#include "server/core/metrics.def"
#undef M
    METRIC_COUNT
};

void metric_add(enum metric m, int64_t v);                /* counters and gauges */
void metric_set(enum metric m, int64_t v);                /* gauges */
void metric_observe(enum metric m, int64_t microseconds); /* histograms */
/* Prometheus text format 0.0.4 */
void metrics_print(struct buf *out);

#endif
