/* Answers packed for the way (Content-Encoding: gzip), with what was packed lately at hand.
 * One for each worker, owned by its struct api; the worker's thread. */
#ifndef SERVER_API_PACKING_H
#define SERVER_API_PACKING_H

#include <stdint.h>

#include "common/base/span.h"

#define PACK_MIN ((size_t)1000) /* shorter answers fit a packet anyway */

struct packing;
struct packing *packing_new(void);
struct packing *packing_free(struct packing *p); /* takes NULL */

/* The body as a gzip member; SPAN_NONE when it is short or does not get smaller.  What comes back
 * is p's and stands until the next call.  A body that was packed lately is compared byte by byte
 * and not packed again. */
struct span packing_pack(struct packing *p, struct span body);

/* Whether the coding stands in the value of Accept-Encoding and is not refused by q=0. */
bool packing_accepts(struct span accept_encoding, const char *coding);

#endif
