/* Dates in tables of keys: a hook for common/base/shape.h.  Owns nothing.  Any thread. */
#ifndef COMMON_TIME_SHAPE_DATE_H
#define COMMON_TIME_SHAPE_DATE_H

#include "common/base/shape.h"
#include "common/time/civil.h"

/* field: dayno.  Y016 when the value is no date. */
shape_hook shape_date;
#define SHAPE_DATE_SCHEMA "{\"type\":\"string\",\"format\":\"date\"}"

#endif
