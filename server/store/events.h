/* What has just changed, told to everybody who listens: after each commit of acts the store sends a
 * few words (NOTIFY, of its own and coalesced: it never stands in the way of a commit), and every
 * daemon on the database hears them on the channel EVENTS_CHANNEL.  Ids only, nothing personal.
 * See store.h for the rules of calls; the worker's thread. */
#ifndef SERVER_STORE_EVENTS_H
#define SERVER_STORE_EVENTS_H

#include "server/store/store.h"

#define EVENTS_CHANNEL "motcua_event"

/* A notification is one or more lines, words parted by one blank:
 *   D CODE SEQ AT AGENCIES OFFICERS QUEUES   a dossier moved; AT in microseconds; agencies and
 * officers that may know of it, by number; queues that changed as AGENCY.ROLE.OFFICER; lists parted
 * by commas, "-": none
 *   N AGENCY.ROLE.OFFICER                    stands in the list of that officer, or (0) of
 * everybody with the role there
 *   X NAME AGENCY DATA                       something else: who may see the agency is told
 *   S HASH                                   a session ended (hexadecimal)
 *   R                                        too much at once: what happened is not listed */

/* Something that is no dossier's: event: NAME (letters and dashes), data: DATA (JSON without line
 * ends, at most 1000 bytes), to everybody who may see that agency. */
void store_publish(struct store *st, const char *name, int agency, const char *data);
void store_publish_session_end(struct store *st, const uint8_t token_hash[SHA256_BYTES]);

/* May this viewer see what happens at that agency? */
bool store_sees_agency(const struct snapshot *snap, const struct viewer *v, int agency);

/* Which of these sessions still live, in their order; alive is read during the call only. */
typedef void store_alive(void *owner, enum err e, const bool *alive, size_t n);
void store_sessions_alive(struct store *st, const struct span *hash, size_t n, store_alive *done,
                          void *owner);

#endif
