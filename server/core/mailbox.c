/* Mailbox: calls posted by any thread, run in order by the one reader.
 * The worker owns it; letters made here are freed here before their call runs.
 * mailbox_post, mailbox_post_letter, mailbox_wake: any thread; the rest: the reader. */
#include "server/core/mailbox.h"

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

bool mailbox_init(struct mailbox *mb, size_t max)
{
    mb->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (mb->fd < 0)
        return false;
    pthread_mutex_init(&mb->lock, NULL);
    mb->head = NULL;
    mb->tail = &mb->head;
    mb->count = 0;
    mb->max = max;
    mb->closed = false;
    return true;
}

void mailbox_wake(struct mailbox *mb)
{
    uint64_t one = 1;
    ssize_t n;

    do
        n = write(mb->fd, &one, sizeof one);
    while (n < 0 && errno == EINTR);
    /* EAGAIN: the counter is at its end, so the reader is awake anyway */
    assert(n == (ssize_t)sizeof one || errno == EAGAIN);
}

/* Caller holds the lock; true when the reader must be woken. */
static bool append(struct mailbox *mb, struct letter *l)
{
    bool was_empty = mb->head == NULL;

    l->next = NULL;
    *mb->tail = l;
    mb->tail = &l->next;
    return was_empty;
}

bool mailbox_post(struct mailbox *mb, void (*fn)(void *arg), void *arg)
{
    struct letter *l = malloc(sizeof *l);
    bool wake = false, taken;

    if (!l)
        return false;
    *l = (struct letter){.fn = fn, .arg = arg, .own = true};
    pthread_mutex_lock(&mb->lock);
    taken = !mb->closed && mb->count < mb->max;
    if (taken) {
        mb->count++;
        wake = append(mb, l);
    }
    pthread_mutex_unlock(&mb->lock);
    if (!taken)
        free(l);
    else if (wake)
        mailbox_wake(mb);
    return taken;
}

bool mailbox_post_letter(struct mailbox *mb, struct letter *l)
{
    bool wake = false, taken;

    l->own = false;
    pthread_mutex_lock(&mb->lock);
    taken = !mb->closed;
    if (taken)
        wake = append(mb, l);
    pthread_mutex_unlock(&mb->lock);
    if (wake)
        mailbox_wake(mb);
    return taken;
}

void mailbox_run(struct mailbox *mb)
{
    struct letter *l;
    uint64_t counter;

    /* Cleared before taking the list: a post that comes in between wakes us once more. */
    if (read(mb->fd, &counter, sizeof counter) < 0)
        assert(errno == EAGAIN || errno == EINTR);
    pthread_mutex_lock(&mb->lock);
    l = mb->head;
    mb->head = NULL;
    mb->tail = &mb->head;
    mb->count = 0;
    pthread_mutex_unlock(&mb->lock);
    while (l) {
        struct letter *next = l->next;
        void (*fn)(void *) = l->fn;
        void *arg = l->arg;

        if (l->own)
            free(l);
        fn(arg);
        l = next;
    }
}

void mailbox_close(struct mailbox *mb)
{
    pthread_mutex_lock(&mb->lock);
    mb->closed = true;
    pthread_mutex_unlock(&mb->lock);
}

void mailbox_free(struct mailbox *mb)
{
    assert(mb->closed && !mb->head);
    close(mb->fd);
    pthread_mutex_destroy(&mb->lock);
}
