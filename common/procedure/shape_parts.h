/* What the tables of keys share.  Inside the room; constants. */
#ifndef COMMON_PROCEDURE_SHAPE_PARTS_H
#define COMMON_PROCEDURE_SHAPE_PARTS_H

#include "common/procedure/read.h"

#define COUNT(a)  (sizeof(a) / sizeof((a)[0]))
#define MONEY_MAX INT64_C(999999999999)

#define QUANTITY                                                                                   \
    .kind = SHAPE_HOOK, .hook = read_quantity, .schema = "{\"$ref\":\"#/$defs/quantity\"}"
#define CONDITION                 .kind = SHAPE_HOOK, .hook = read_condition, .schema = "{\"type\":\"string\"}"
#define DATE                      .kind = SHAPE_HOOK, .hook = shape_date, .schema = SHAPE_DATE_SCHEMA
#define WORD_LATER                .kind = SHAPE_HOOK, .schema = "{\"type\":\"string\"}"
#define SAYS(vietnamese, english) .vi = vietnamese, .en = english
#define LIMIT_SCHEMA              "{\"oneOf\":[{\"$ref\":\"#/$defs/quantity\"},{\"$ref\":\"#/$defs/limit\"}]}"
#define LIMIT                     .kind = SHAPE_HOOK, .hook = read_limit, .sub = &LIMIT_SHAPE, .schema = LIMIT_SCHEMA
#define FEE_SCHEMA                                                                                 \
    "{\"oneOf\":[{\"$ref\":\"#/$defs/fee_item\"},{\"type\":\"object\",\"properties\":{\"items\":"  \
    "{\"type\":\"array\",\"items\":{\"$ref\":\"#/$defs/fee_item\"}}},\"required\":[\"items\"],"    \
    "\"additionalProperties\":false}]}"

extern const struct shape COMPONENT_SHAPE, FORM_SHAPE, CASE_SHAPE; /* shape_items.c */
extern const struct shape STEP_SHAPE, ANYWHERE_SHAPE, SPAN_SHAPE;  /* shape_steps.c */

#endif
