/* What the files of scores share: one scoring under way.  Everything lies in the call's arena.  Not
 * for other rooms.  The worker's thread. */
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
    const struct index_list *list; /* what is behind a mark is asked for */
};

/* The agency (place in the organisation) whose row the marks of this one count with; -1: none. */
int index_row_agency(struct pending *p, const struct scoring *s, int64_t id);

/* Where its time went, by the calendars of when it got its result.  False: nobody can tell. */
bool index_spent(struct arena *a, struct snapshot *snap, const struct dossier *d,
                 struct spent *ret);
/* Makes the marks that are not made yet, at most some twenty thousand, then calls next. */
void index_marks_make(struct pending *p, void (*next)(struct pending *p));
/* The values entered, of officers or of agencies; taken one by one. */
enum {
    ENTERED_COMPONENT,
    ENTERED_AGENCY,
    ENTERED_N,
    ENTERED_OF,
    ENTERED_DOCUMENT,
    ENTERED_OFFICER
};
void index_entered_ask(struct pending *p, const struct scoring *s, bool officers);
void index_entered_take(struct pending *p, const struct index *x, struct index_entered *to,
                        const struct db_rows *r, int i);
/* Is more asked than of an agency and a time?  Then what people entered of all is not told. */
bool index_filtered(const struct figures_query *q);
/* Where the list of the dossiers with so many points is: of an agency's row, or of an officer. */
const char *index_list_of(struct pending *p, const struct scoring *s, const char *component,
                          int points, const char *agency, int64_t officer);
/* [{"points","n","list"}], the best first; n: cases with 0, 1, 2 points. */
void index_marks_json(struct pending *p, struct jw *w, const struct scoring *s,
                      const char *component, const int64_t n[3], const char *agency,
                      int64_t officer);
/* {"index","title","title_en","max", head of the figures, "counted","of"}, the object left open. */
void index_head_json(struct jw *w, const struct scoring *s, int64_t max);

#endif
