/* Where the demonstration's cluster lives and as whom: PostgreSQL refuses to run as root, and
 * another user must be able to reach the directory.  Blocking; main thread of a verb only. */
#ifndef SERVER_JOBS_PRIVATE_HOME_H
#define SERVER_JOBS_PRIVATE_HOME_H

#include <stddef.h>

#include "common/base/buf.h"

/* Absolute directory for the cluster: var_dir itself where it can be reached, else the directory
 * that private_cluster_settle made and linked as var_dir/elsewhere. */
bool private_home(const char *var_dir, char *ret_path, size_t size, struct buf *ret_error);

#endif
