/* The demonstration's own PostgreSQL cluster: under var/, reachable only through a Unix socket in a
 * directory of mode 0700, checksums on, durable settings, never run by root.
 * Blocking; main thread of a verb only.  The verb owns the object. */
#ifndef SERVER_JOBS_PRIVATE_CLUSTER_H
#define SERVER_JOBS_PRIVATE_CLUSTER_H

#include "common/base/buf.h"

struct private_cluster;

/* First, before any thread: when we are root, becomes the owner of the checkout, else `postgres`,
 * else `nobody`, for good, after giving var_dir to that user.  Takes the lock var_dir/lock (a
 * second demonstration on the same directory is refused, with the process that holds it). */
bool private_cluster_settle(const char *var_dir, struct buf *ret_error);

/* Makes the cluster when there is none (all or nothing), waits for one that a killed run left
 * behind, starts it, waits until it answers.  The server ends by itself when this process dies. */
struct private_cluster *private_cluster_start(const char *var_dir, struct buf *ret_error);

/* Connection string of the cluster's owner, without a database name. */
const char *private_cluster_conninfo(const struct private_cluster *pc);
bool private_cluster_alive(const struct private_cluster *pc);

/* Fast shutdown, waits (30 s at most), frees; takes NULL, returns NULL. */
struct private_cluster *private_cluster_stop(struct private_cluster *pc);

#endif
