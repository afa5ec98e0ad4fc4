/* Texts of configuration that are built in or lie in a folder: read one after the other, whole. The
 * thread that starts or reloads the service. */
#ifndef SERVER_CORE_TEXTS_H
#define SERVER_CORE_TEXTS_H

#include <stdbool.h>

#include "common/base/arena.h"
#include "common/base/buf.h"
#include "server/core/embed.h"

/* Each *.yaml of the folder by name, or each of the table when dir is NULL or "".  text lives in
 * the arena.  False with a message when a file cannot be read, there is none, or add refused one.
 */
bool texts_each(struct arena *a, const char *dir, const struct embedded *built_in,
                bool (*add)(void *ctx, const char *name, struct span text), void *ctx,
                struct buf *ret_error);

#endif
