/* The only way across threads: a bounded queue of calls with an eventfd that wakes the reader.
 * The worker owns it; it owns the letters it allocated, never their arguments.
 * Posting: any thread.  Running and closing: the reader's thread. */
#ifndef SERVER_CORE_MAILBOX_H
#define SERVER_CORE_MAILBOX_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

struct letter {
    struct letter *next;
    void (*fn)(void *arg);
    void *arg;
    bool own; /* made by mailbox_post: counted and freed here */
};

struct mailbox {
    pthread_mutex_t lock;
    struct letter *head, **tail;
    size_t count; /* letters made by mailbox_post that wait */
    size_t max;
    bool closed;
    int fd; /* readable when something waits */
};

bool mailbox_init(struct mailbox *mb, size_t max); /* false: no descriptor */
/* False when full or closed; arg stays the caller's. */
bool mailbox_post(struct mailbox *mb, void (*fn)(void *arg), void *arg);
/* A letter the caller keeps until fn runs; cannot be refused for fullness, only when closed. */
bool mailbox_post_letter(struct mailbox *mb, struct letter *l);
void mailbox_wake(struct mailbox *mb);
/* Runs what waits now, in order; what is posted meanwhile waits for the next call. */
void mailbox_run(struct mailbox *mb);
void mailbox_close(struct mailbox *mb); /* no more posts; what waits can still be run */
void mailbox_free(struct mailbox *mb);  /* must be closed and run empty */

#endif
