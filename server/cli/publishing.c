/* Publishing the configuration folders, file by file in the order of their names.
 * Blocking; main thread of a verb. */
#include "server/cli/publishing.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/jobs/password.h"
#include "server/store/store.h"

#define FILE_MAX  ((size_t)4 << 20)
#define FILES_MAX 1000

typedef bool publish_fn(const struct publishing *p, const char *name, struct span text,
                        struct buf *why);

static bool refused(const struct publishing *p, const char *path, const char *why)
{
    if (!cli_refuse_unreachable(p->c, why))
        (void)cli_refuse(p->c, "không công bố được %s: %s", "cannot publish %s: %s", path, why);
    return false;
}

static bool publish_file(const struct publishing *p, const char *path, const char *name,
                         publish_fn *fn)
{
    struct arena *a = arena_new(FILE_MAX * 2);
    struct text2 why2;
    struct span text;
    struct buf why;
    bool ok;

    buf_init(&why, 65536);
    ok = cli_file_read(a, path, FILE_MAX, &text, &why2);
    if (!ok) {
        (void)refused(p, path, text2_in(why2, p->c->lang));
    } else {
        ok = fn(p, name, text, &why);
        if (!ok)
            (void)refused(p, path, buf_cstr(&why));
        else if (p->told)
            p->told(p->ctx, path);
    }
    buf_free(&why);
    arena_free(a);
    return ok;
}

static bool ends(const char *s, const char *end)
{
    size_t n = strlen(s), k = strlen(end);

    return n > k && strcmp(s + n - k, end) == 0;
}

static int wanted(const struct dirent *e)
{
    return e->d_name[0] != '.' && ends(e->d_name, ".yaml") && !ends(e->d_name, ".scenario.yaml");
}

static bool publish_dir(const struct publishing *p, const char *dir, publish_fn *fn)
{
    struct arena *a = arena_new((size_t)4 << 20);
    struct dirent **list = NULL;
    int n = scandir(dir, &list, wanted, alphasort), i;
    bool ok = n >= 0 && n <= FILES_MAX;

    if (n < 0)
        (void)refused(p, dir, strerror(errno));
    for (i = 0; i < n; i++) {
        const char *file = list[i]->d_name;
        if (ok)
            ok = publish_file(p, arena_printf(a, "%s/%s", dir, file),
                              arena_strndup(a, file, strlen(file) - 5), fn);
        free(list[i]);
    }
    free(list);
    arena_free(a);
    return ok;
}

static struct two_persons two(const struct publishing *p)
{
    return (struct two_persons){p->author, p->approver};
}

static bool calendar(const struct publishing *p, const char *name, struct span text,
                     struct buf *why)
{
    return store_publish_calendar(p->conninfo, name, text, two(p), why);
}

static bool regime(const struct publishing *p, const char *name, struct span text, struct buf *why)
{
    (void)name;
    return store_publish_regime(p->conninfo, text, two(p), why);
}

static bool organisation(const struct publishing *p, const char *name, struct span text,
                         struct buf *why)
{
    (void)name;
    return store_publish_organisation(p->conninfo, text, two(p), why);
}

static bool procedure(const struct publishing *p, const char *name, struct span text,
                      struct buf *why)
{
    (void)name;
    return store_publish_procedure(p->conninfo, text, two(p), why);
}

static bool hall(const struct publishing *p, const char *name, struct span text, struct buf *why)
{
    (void)name;
    return store_publish_hall(p->conninfo, text, two(p), why);
}

/* An office without a hall of its own has no such folder. */
static bool publish_halls(const struct publishing *p)
{
    return access(p->cfg->halls_directory, F_OK) != 0 ||
           publish_dir(p, p->cfg->halls_directory, hall);
}

bool publish_all(const struct publishing *p)
{
    return publish_dir(p, p->cfg->calendars_directory, calendar) &&
           publish_dir(p, p->cfg->regimes_directory, regime) &&
           publish_file(p, p->cfg->organisation_file, "organisation", organisation) &&
           publish_dir(p, p->cfg->procedures_directory, procedure) && publish_halls(p);
}

/* ---- people */

static bool put_people(const struct publishing *p, const struct organisation *o,
                       const char *encoded)
{
    struct arena *a = arena_new((size_t)4 << 20);
    struct account_change *change = ARENA_ARRAY(a, struct account_change, o->persons + 1);
    struct buf why;
    size_t i, n = 0;
    bool ok;

    buf_init(&why, 4096);
    for (i = 0; i < o->persons; i++) {
        const struct person *who = &o->person[i];
        if (who->roles == 1u << ROLE_SYSTEM) /* nobody signs in as the system */
            continue;
        change[n++] = (struct account_change){.login = who->login,
                                              .name = who->name,
                                              .agency = o->agency[who->agency].id,
                                              .encoded = encoded,
                                              .active = 1,
                                              .make = -1,
                                              .roles = (int64_t)who->roles};
    }
    ok = store_account_put(p->conninfo, change, n, &why);
    if (!ok)
        (void)refused(p, p->cfg->organisation_file, buf_cstr(&why));
    buf_free(&why);
    arena_free(a);
    return ok;
}

/* One hash for all: they share the password anyway, and eighty hashes would take four seconds. */
bool publish_people(const struct publishing *p, const char *password)
{
    struct arena *a = arena_new((size_t)64 << 20);
    char encoded[PASSWORD_HASH_MAX];
    struct organisation *o = NULL;
    struct text2 why;
    struct span text;
    struct diags d;
    bool ok;

    diags_init(&d, a);
    if (!cli_file_read(a, p->cfg->organisation_file, FILE_MAX, &text, &why))
        (void)refused(p, p->cfg->organisation_file, text2_in(why, p->c->lang));
    else
        o = organisation_compile(a, text, &d);
    ok = o && password_hash(password, encoded) && put_people(p, o, encoded);
    arena_free(a);
    return ok;
}
