/* A self-signed certificate for the demonstration: EC P-256, names localhost, 127.0.0.1, ::1.
 * Blocking; verbs only.  Owns nothing. */
#ifndef SERVER_JOBS_SELF_SIGNED_H
#define SERVER_JOBS_SELF_SIGNED_H

#include "common/base/buf.h"

/* Makes DIR/cert.pem and DIR/key.pem (0600) unless a pair is there that lasts 30 more days. */
bool self_signed_ensure(const char *dir, struct buf *ret_error);

#endif
