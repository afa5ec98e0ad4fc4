/* The indices that score agencies, as files.  Main thread. */
#ifndef SERVER_CLI_INDICES_FILE_H
#define SERVER_CLI_INDICES_FILE_H

#include "common/figures/index.h"
#include "server/cli/cli.h"

/* Those of a folder, "" for those of the program; what is wrong with them is printed. */
bool indices_read(struct cli *c, struct arena *a, const char *folder, struct indices *ret);

#endif
