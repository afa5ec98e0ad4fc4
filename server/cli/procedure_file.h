/* Procedure and organisation files for the verbs that need them.
 * Everything lives in the caller's arena (made with PROCEDURE_ARENA_MAX).  Main thread. */
#ifndef SERVER_CLI_PROCEDURE_FILE_H
#define SERVER_CLI_PROCEDURE_FILE_H

#include "common/procedure/procedure.h"
#include "server/cli/cli.h"

#define PROCEDURE_ARENA_MAX ((size_t)256 << 20)

struct procedure_file {
    const char *path;
    struct span text;
    struct diags diags;
    struct procedure *procedure; /* NULL: diags say why */
};

/* Reads and compiles against org (may be NULL).  A file that cannot be read is a mistake too. */
void procedure_file_load(struct arena *a, const char *path, const struct organisation *org,
                         struct procedure_file *ret);
/* The same for verbs that only want the procedure: reports every mistake; NULL then. */
struct procedure *procedure_file_need(struct cli *c, struct arena *a, const char *path,
                                      const struct organisation *org);
/* CONFIG-DIR/organisation.yaml, or NULL when there is none; a wrong one is reported and refused. */
bool organisation_file_load(struct cli *c, struct arena *a, const struct organisation **ret);

/* Prints the mistakes of one file: lines of text, or {"file","fine","mistakes"} as JSON. */
void report_diags(struct cli *c, const char *path, struct span text, const struct diags *d,
                  struct buf *out);
/* The *.yaml of a folder but scenarios, by name; false when it cannot be read. */
bool list_yaml(struct arena *a, const char *folder, const char ***ret, size_t *ret_n);

int procedure_dry_run_verb(struct cli *c, const struct cli_verb *verb, int argc, char **argv);
int procedure_import_verb(struct cli *c, const struct cli_verb *verb, int argc, char **argv);
int procedure_load_verb(struct cli *c, const struct cli_verb *verb, int argc, char **argv);

#endif
