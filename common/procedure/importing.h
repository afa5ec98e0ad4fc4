/* What the parts of the import pass along while one record is read.  Inside the room; everything in
 * the caller's arena; one thread at a time. */
#ifndef COMMON_PROCEDURE_IMPORTING_H
#define COMMON_PROCEDURE_IMPORTING_H

#include "common/procedure/import.h"
#include "common/procedure/procedure.h"

struct import {
    struct arena *a;
    const struct yaml_node *record;
    const struct organisation *org;
    struct diags *d;
    struct buf *out;
};

#define HAZARD(i, severity, at, code, ...)                                                         \
    diag_add((i)->d, DIAG_##severity, (at), (code), __VA_ARGS__)

/* A value as one line without runs of blanks; "" when absent, null or not a text. */
const char *import_said(const struct import *i, const struct yaml_node *map, const char *key);
/* Its place, or that of the map. */
struct mark import_at(const struct yaml_node *map, const char *key);
/* A list, or an empty one. */
const struct yaml_node *import_list(const struct yaml_node *map, const char *key);
/* Whether the words say it, accents and case aside; words without accents. */
bool import_speaks(const struct import *i, const char *text, const char *words);
bool import_channel(const struct import *i, const struct yaml_node *method, enum channel *ret);

/* `# …`: what the record says where a key was left out. */
void import_gap(struct import *i, const char *key, const char *said);
void import_quoted(struct import *i, const char *text);

/* Passes: each writes its keys of the draft. */
void import_limit(struct import *i);      /* limit, cases */
void import_fee(struct import *i);        /* fee */
void import_components(struct import *i); /* components */

#endif
