/* What the files of `motcuad report` share: its options, and waiting for an answer.  Main thread.
 */
#ifndef SERVER_CLI_REPORT_VERB_H
#define SERVER_CLI_REPORT_VERB_H

#include "common/base/json_in.h"
#include "server/cli/asking.h"
#include "server/store/figures.h"

enum {
    O_FROM = SETTINGS_OPTIONS_N,
    O_TO,
    O_AS_OF,
    O_BASIS,
    O_AGENCY,
    O_BY,
    O_LATE,
    O_REMARK,
    O_AUTHOR,
    O_YEAR,
    O_LAST,
    O_TOPIC,
    O_INDEX,
    O_ACROSS,
    O_FIGURE,
    O_COUNT,
    O_OPERAND = O_COUNT, /* the word after the report's name */
    O_VALUES
};

/* Waits for what was asked and prints it: as it came with --json, else as `print` says.  must: a
 * flag of the answer without which it was found wrong; NULL: none. */
int report_answer(struct cli *c, struct asking *k,
                  void (*print)(const struct cli *c, const json_t *j, struct buf *out),
                  const char *must);
const char *report_say(const struct cli *c, const char *vi, const char *en);
/* "97,8 % (44/45)" */
void report_percent(struct buf *out, const json_t *rate, const struct cli *c);
const char *report_name(const struct cli *c, const json_t *item); /* of a row */
int report_bad(struct cli *c, const char *option, const char *value);
int64_t report_account(struct asking *k, const char *login); /* 0: nobody */
bool report_agency(struct cli *c, struct asking *k, const char *agency, int *ret);

/* One report: `period` when it asks for --from and --to. */
typedef int report_run(struct cli *c, struct asking *k, const struct figures_query *query,
                       const char *const *value);
/* report_frozen.c */
report_run report_freeze, report_frozen, report_show, report_verify, report_diff;
/* report_register.c */
report_run report_registers, report_close_register;
/* report_topics.c */
report_run report_topic, report_index;

#endif
