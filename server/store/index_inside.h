/* What the files of scores share: one scoring under way, and a dossier with its marks.  Everything
 * lies in the call's arena.  Not for other rooms.  The worker's thread. */
#ifndef SERVER_STORE_INDEX_INSIDE_H
#define SERVER_STORE_INDEX_INSIDE_H

#include "common/figures/spent.h"
#include "server/store/figures_inside.h"
#include "server/store/indices.h"

struct scored; /* agencies: index.c */
struct people; /* officers: index_officers.c */
struct scoring {
    struct figures *f;
    const struct index *x;
    struct people *people; /* whose scores are asked for; NULL: those of agencies */
    struct scored *row;
    size_t rows, cap;
    int topic; /* the next one to be counted */
    int64_t counted, of;
    instant after; /* cursor of the states */
    int64_t after_id;
};

/* A dossier of the pass, while it is looked at. */
struct marked {
    const struct dossier *d;
    const struct procedure *pr; /* NULL: nobody knows it any more */
    int times, agencies;        /* points of indicators 3 and 4 */
    bool timed;                 /* else its working time cannot be told: */
    struct spent x;
};

/* Asks for the states of the dossiers resolved, a page after the other, then tells. */
void index_pass(struct pending *p, struct scoring *s);
/* {"index","title","title_en","max", head of the figures, "counted","of"}, the object left open. */
void index_head_json(struct jw *w, const struct scoring *s, int64_t max);

void people_take(struct pending *p, struct scoring *s, const struct marked *m);
void people_tell(struct pending *p, struct scoring *s);

#endif
