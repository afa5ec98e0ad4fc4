/* What every verb of the program shares: languages, output streams, the table of verbs.
 * One file a verb (cmd_NAME.c) with its entry at the top; cli.c holds the table.
 * Owned by main(); main thread only. */
#ifndef SERVER_CLI_CLI_H
#define SERVER_CLI_CLI_H

#include <stdio.h>

#include "common/base/arena.h"
#include "common/base/buf.h"
#include "common/base/diag.h"

/* Exit codes of every verb. */
enum cli_exit { CLI_FINE = 0, CLI_REFUSED = 1, CLI_MISUSE = 2 };

struct cli {
    enum lang lang;
    bool json;
    FILE *out, *err;
    const char *config_dir;
};

struct cli_verb {
    const char *name;
    /* argv[0] is the verb itself; answers an exit code. */
    int (*run)(struct cli *, int argc, char **argv);
    struct text2 summary; /* one line */
    struct text2 usage;   /* after the name of the program */
};

extern const struct cli_verb *const cli_verbs[]; /* NULL ends the table */

/* The program: global options, then the verb.  Exit code. */
int cli_main(struct cli *c, int argc, char **argv);

/* "motcuad: TEXT" on the error stream, then how to use the verb; answers CLI_MISUSE. */
int cli_misuse(struct cli *c, const struct cli_verb *verb, const char *vi, const char *en, ...)
    __attribute__((format(printf, 3, 5))) __attribute__((format(printf, 4, 5)));
/* A refusal: with --json {"error":…} on the output, else one line on the error stream;
 * answers CLI_REFUSED. */
int cli_refuse(struct cli *c, const char *vi, const char *en, ...)
    __attribute__((format(printf, 2, 4))) __attribute__((format(printf, 3, 4)));

/* When why says that the database was not reached: refuses with the cure and answers true. */
bool cli_refuse_unreachable(struct cli *c, const char *why);

/* The whole of a file in the arena (NUL-terminated); false with *ret_why set when it cannot be
 * read or is larger than max.  ret_why is a text of the arena. */
bool cli_file_read(struct arena *a, const char *path, size_t max, struct span *ret_text,
                   struct text2 *ret_why);

/* Options of a verb: walks "--name value", "--name=value" and "--flag"; the rest are operands.
 *   struct cli_args it = {argc, argv, .at = 1};
 *   while ((r = cli_next(&it, specs, n)) != CLI_END) … */
struct cli_option {
    const char *name; /* "--from" */
    bool flag;        /* takes no value */
};
struct cli_args {
    int argc;
    char **argv;
    int at;
    bool operands_only;  /* after "--" */
    const char *operand; /* CLI_OPERAND: the word */
    const char *value;   /* the value of an option */
    const char *bad;     /* CLI_UNKNOWN, CLI_NO_VALUE, CLI_EXTRA_VALUE: the word */
};
enum { CLI_END = -1, CLI_OPERAND = -2, CLI_UNKNOWN = -3, CLI_NO_VALUE = -4, CLI_EXTRA_VALUE = -5 };
/* Index of the option in specs, or one of the above. */
int cli_next(struct cli_args *it, const struct cli_option *specs, size_t n);
/* Reports what cli_next did not like (result < CLI_OPERAND) with the nearest option. */
int cli_bad_option(struct cli *c, const struct cli_verb *verb, const struct cli_args *it,
                   int result, const struct cli_option *specs, size_t n);

/* Writes the buffer to the stream and flushes; false when it failed (closed pipe, full disk). */
bool cli_put(FILE *to, const struct buf *b);

#endif
