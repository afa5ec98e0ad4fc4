/* What the files of this room share about a worker.  Not for other rooms. */
#ifndef SERVER_CORE_WORKER_INSIDE_H
#define SERVER_CORE_WORKER_INSIDE_H

struct mailbox;
struct worker;

struct mailbox *worker_mailbox(struct worker *w); /* any thread */

#endif
