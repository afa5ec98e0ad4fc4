/* A throw-away PostgreSQL cluster for one test program, by tests/lib/cluster.sh.
 * It vanishes with the program, also when the program is killed.  Run from the top of the tree. */
#ifndef TESTS_LIB_CLUSTER_H
#define TESTS_LIB_CLUSTER_H

#include <stdbool.h>

#define CLUSTER_SETTINGS_MAX 8

struct cluster {
    char dir[128];
    char conninfo[256]; /* of the superuser */
};

/* settings: NULL or a NULL-terminated list of "name=value".  Ends the program when impossible. */
void cluster_start(struct cluster *c, const char *name, const char *const *settings);
void cluster_stop(struct cluster *c);                                 /* as a crash would */
void cluster_restart(struct cluster *c, const char *const *settings); /* after a stop */
void cluster_remove(struct cluster *c);

#endif
