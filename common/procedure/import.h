/* A record of the national catalogue of procedures (Cơ sở dữ liệu quốc gia về TTHC) made into a
 * draft of a procedure file, with every hazard named: what the record leaves unclear is left out
 * and told, never guessed, so that the draft does not pass the check before somebody has decided.
 * Format and hazards: config/procedures/CATALOGUE.md.  Everything in the caller's arena.  Pure. */
#ifndef COMMON_PROCEDURE_IMPORT_H
#define COMMON_PROCEDURE_IMPORT_H

#include "common/access/organisation.h"
#include "common/base/yaml.h"

#define IMPORT_RECORDS_MAX 1000
#define IMPORT_DRAFT_MAX   ((size_t)1 << 20) /* bytes of one draft */

/* The records of a file: one object or a list of them.  False: d says why. */
bool import_records(struct arena *a, struct span json, const struct yaml_node ***ret, size_t *ret_n,
                    struct diags *d);

/* Writes the draft of one record.  org may be NULL: no agency is found then.  Hazards go to d: an
 * error marks what was left out and must be decided, a warning what should be looked at.  *ret_code
 * is the code of the procedure; false when there is no code or name to make a draft of. */
bool import_draft(struct arena *a, const struct yaml_node *record, const struct organisation *org,
                  struct diags *d, struct buf *out, const char **ret_code);

#endif
