/* Papers and results that are held of a person already, so that nobody asks for them again
 * (118/2025 art. 5 i).  Rows become JSON here; the worker owns what is under way, its thread. */
#include "common/access/access.h"
#include "common/base/json_in.h"
#include "server/store/counter.h"
#include "server/store/dossier_json.h"
#include "server/store/inside.h"

enum {
    H_CODE,
    H_PROCEDURE,
    H_VERSION,
    H_COMPONENT,
    H_FILE,
    H_NAME,
    H_TYPE,
    H_ACCEPTED,
    H_FINISHED,
    H_BODY
};

struct held_asked {
    const char *identity;           /* as dossier_search keeps it */
    const struct procedure *wanted; /* what it is to be used for; NULL: only looked at */
    enum lang lang;
};

struct held_paper {
    const char *procedure; /* of the dossier that holds it */
    const char *component; /* NULL: a result */
    const char *national;  /* code of the paper or of the result; NULL: none */
};

/* Of the owner, who may be somebody else than whoever submitted it. */
static bool owned(struct arena *a, struct span body, const char *identity)
{
    struct json_fault fault;
    json_t *content = json_read(body, &fault);
    const json_t *owner = json_object_get(content, "owner");
    const char *number =
        json_str(owner ? owner : json_object_get(content, "applicant"), "id_number");
    const char *signs = number ? signs_only(a, number, true, true) : NULL;
    bool is = signs && strcmp(signs, identity) == 0;

    json_decref(content);
    return is;
}

static const struct component *component_of(const struct procedure *p, const char *key)
{
    size_t i, k;

    for (i = 0; p && i < p->components; i++)
        if (strcmp(p->component[i].code, key) == 0)
            return &p->component[i];
    for (k = 0; p && k < p->cases_n; k++)
        for (i = 0; i < p->cases[k].components; i++)
            if (strcmp(p->cases[k].component[i].code, key) == 0)
                return &p->cases[k].component[i];
    return NULL;
}

/* What it is: its title and the code by which another procedure asks for the same. */
static void what_json(struct jw *w, const struct procedure *p, struct held_paper *h, enum lang lang)
{
    const char *key = h->component;
    const struct component *c = key ? component_of(p, key) : NULL;
    const char *result = p && p->results_n ? p->results[0].national : NULL;
    struct text2 title = c ? c->title : key || p == NULL ? (struct text2){NULL, NULL} : p->result;

    h->national = c ? c->national : key ? NULL : result;
    jw_kstr(w, "component", key);
    jw_kbool(w, "result", key == NULL);
    jw_kstr(w, "title", title.vi ? text2_in(title, lang) : key);
    jw_kstr(w, "national", h->national);
}

/* The same component of the same procedure, or the same paper by its national code. */
static void fits(struct jw *w, const struct procedure *p, const struct component *c, size_t n,
                 const struct held_paper *h)
{
    for (size_t i = 0; i < n; i++) {
        bool same = h->component && strcmp(h->procedure, p->code) == 0 &&
                    strcmp(h->component, c[i].code) == 0;
        bool national = h->national && c[i].national && strcmp(h->national, c[i].national) == 0;

        if (same || national)
            jw_str(w, c[i].code);
    }
}

static void fits_json(struct jw *w, const struct procedure *p, const struct held_paper *h)
{
    jw_key(w, "fits");
    jw_list(w);
    fits(w, p, p->component, p->components, h);
    for (size_t i = 0; i < p->cases_n; i++)
        fits(w, p, p->cases[i].component, p->cases[i].components, h);
    jw_end(w);
}

static void held_came(struct pending *p, const struct db_outcome *out)
{
    const struct held_asked *q = p->mine;
    const struct db_rows *r = out->rows;
    struct jw w = json_answer(p);
    int i, n = 0;

    jw_open(&w);
    jw_key(&w, "items");
    jw_list(&w);
    for (i = 0; i < db_count(r); i++) {
        struct span code = db_get_span(r, i, H_PROCEDURE), key = db_get_span(r, i, H_COMPONENT);
        const struct procedure *version =
            procedure_numbered(p->st->snap, code, (int)db_get_i64(r, i, H_VERSION));
        struct held_paper h = {.procedure = arena_span(p->own, code),
                               .component = key.p ? arena_span(p->own, key) : NULL};

        if (!owned(p->own, db_get_span(r, i, H_BODY), q->identity))
            continue;
        n++;
        jw_open(&w);
        jw_kspan(&w, "code", db_get_span(r, i, H_CODE));
        jw_kspan(&w, "procedure", code);
        what_json(&w, version, &h, q->lang);
        if (q->wanted)
            fits_json(&w, q->wanted, &h);
        jw_kspan(&w, "file", db_get_span(r, i, H_FILE));
        jw_kspan(&w, "name", db_get_span(r, i, H_NAME));
        jw_kspan(&w, "media_type", db_get_span(r, i, H_TYPE));
        jw_ktime(&w, "accepted", db_get_time(r, i, H_ACCEPTED));
        jw_ktime(&w, "finished", db_get_time(r, i, H_FINISHED));
        jw_close(&w);
    }
    jw_end(&w);
    jw_close(&w);
    pending_json(p, n);
}

static void nothing(void *arg)
{
    struct jw w = json_answer(arg);

    jw_raw(&w, SPAN_LIT("{\"items\":[]}"));
    pending_json(arg, 0);
}

void store_held(struct store *st, const struct viewer *v, const char *id_number,
                const struct procedure *wanted, enum lang lang, store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, held_came);
    struct held_asked *q = ARENA_NEW(p->own, struct held_asked);
    struct db_args *args = read_args(p, 4);
    const int32_t *seen;
    size_t n = viewer_agencies(st, v, p->own, &seen);

    q->identity = signs_only(p->own, id_number, true, true);
    q->wanted = wanted;
    q->lang = lang;
    p->mine = q;
    p->json = done;
    if (!q->identity || access_reads_only(v->roles) || v->all) {
        worker_later(st->worker, nothing, p);
        return;
    }
    db_i32s(args, seen, NULL, n);
    db_text(args, q->identity);
    db_i32(args, HELD_DOSSIERS);
    db_i32(args, HELD_MAX);
    pending_send(p, LANE_READ, "people_held", args);
}
