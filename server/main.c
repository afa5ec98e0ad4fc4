/* The program: hands the command line to the table of verbs.
 * Owns nothing but the streams' names.  Main thread. */
#include "server/cli/cli.h"

int main(int argc, char **argv)
{
    struct cli c = {.lang = LANG_VI, .out = stdout, .err = stderr, .config_dir = "config"};

    return cli_main(&c, argc, argv);
}
