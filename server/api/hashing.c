/* One job for both: argon2 takes twenty milliseconds and as many mebibytes.  A job owns copies of
 * what it needs.  The worker's thread, but for the run itself. */
#include "server/api/hashing.h"

#include <stdlib.h>

struct hashing {
    struct req *rq;
    char *password, *encoded;
    char out[PASSWORD_HASH_MAX];
    bool right;
    void (*checked)(struct req *rq, bool right);
    void (*hashed)(struct req *rq, const char *encoded);
};

static void run(void *job)
{
    struct hashing *h = job;

    h->right =
        h->checked ? password_verify(h->password, h->encoded) : password_hash(h->password, h->out);
}

static void wipe(struct hashing *h)
{
    explicit_bzero(h->password, strlen(h->password));
    free(h->password);
    free(h->encoded);
    explicit_bzero(h->out, sizeof h->out);
    free(h);
}

static void done(void *job, bool ran)
{
    struct hashing *h = job;
    struct req *rq = h->rq;

    if (!req_back(rq))
        ;
    else if (!ran)
        reply_problem(rq, ERR_UNAVAILABLE);
    else if (h->checked)
        h->checked(rq, h->right);
    else if (!h->right)
        reply_problem(rq, ERR_INTERNAL);
    else
        h->hashed(rq, arena_strdup(rq->arena, h->out));
    wipe(h);
}

static void submit(struct req *rq, struct hashing h, const char *password, const char *encoded)
{
    struct hashing *kept = malloc(sizeof *kept);

    if (!kept)
        abort();
    *kept = h;
    kept->rq = rq;
    kept->password = strdup(password);
    kept->encoded = encoded ? strdup(encoded) : NULL;
    if (!kept->password || (encoded && !kept->encoded))
        abort();
    if (pool_submit(rq->api->conf->hashing, rq->api->worker, run, done, kept)) {
        (void)req_held(rq);
        return;
    }
    wipe(kept);
    reply_problem(rq, ERR_OVERLOADED);
}

void check_password(struct req *rq, const char *password, const char *encoded,
                    void (*told)(struct req *rq, bool right))
{
    submit(rq, (struct hashing){.checked = told}, password, encoded);
}

void hash_password(struct req *rq, const char *password,
                   void (*told)(struct req *rq, const char *encoded))
{
    submit(rq, (struct hashing){.hashed = told}, password, NULL);
}
