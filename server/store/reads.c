/* Who read whose personal data: one line a person and dossier within some minutes, since a screen
 * reads a dossier again after each act (audit.c gathers the lines).
 * Belongs to the store; the worker's thread. */
#include <stdio.h>
#include <stdlib.h>

#include "server/store/inside.h"

#define RECENT_MAX 4096
#define RECENT_US  (INT64_C(10) * 60 * 1000000)

struct reads {
    struct {
        int64_t user, dossier, at; /* monotonic µs; 0: free */
    } recent[RECENT_MAX];
};

static bool known(struct reads *k, int64_t user, int64_t dossier)
{
    uint64_t h = ((uint64_t)user * 0x9E3779B97F4A7C15u) ^ ((uint64_t)dossier * 0xC2B2AE3D27D4EB4Fu);
    size_t i = (size_t)((h ^ h >> 29) % RECENT_MAX);
    int64_t now = clock_mono_us();

    if (k->recent[i].at && k->recent[i].user == user && k->recent[i].dossier == dossier &&
        now - k->recent[i].at < RECENT_US)
        return true;
    k->recent[i].user = user;
    k->recent[i].dossier = dossier;
    k->recent[i].at = now;
    return false;
}

void reads_note(struct store *st, int64_t user, int64_t dossier, const char *code)
{
    char detail[96];

    if (!st->reads) {
        st->reads = calloc(1, sizeof *st->reads);
        if (!st->reads)
            abort();
    }
    if (known(st->reads, user, dossier))
        return;
    (void)snprintf(detail, sizeof detail, "{\"dossier\":\"%.64s\"}", code);
    audit_add(st, "personal-read", user, NULL, detail, true);
}
