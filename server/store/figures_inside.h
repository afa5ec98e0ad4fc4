/* What the files of figures share: one question under way, its rows.  Everything lies in the call's
 * arena.  Not for other rooms.  The worker's thread. */
#ifndef SERVER_STORE_FIGURES_INSIDE_H
#define SERVER_STORE_FIGURES_INSIDE_H

#include "server/store/figures.h"
#include "server/store/inside.h"

struct figures_item {
    const char *key; /* NULL: of the total, or nobody */
    struct text2 title;
    int order;        /* agencies: place in the organisation; periods: number */
    instant from, to; /* periods */
    struct figure_row row, previous;
};

struct figures {
    struct figures_query q;
    instant now, observed, end; /* end: of what is told, not after now */
    instant bound[FIGURE_ROWS_MAX + 1];
    size_t bounds;
    const int32_t *agency; /* that it counts with */
    size_t agencies;
    const int32_t *receiving;
    size_t receivings; /* 0: any */
    const int32_t *competent;
    size_t competents; /* 0: any */
    const char **procedure;
    size_t procedures; /* of the field or the one asked for */
    bool procedures_any;
    struct figures_item *item, total;
    size_t items, cap;
    bool series; /* the second question, of periods, is under way */
    bool b;      /* form II.06b */
};

struct load_query {
    int agency;
    instant now, edge[3]; /* ends of today, of the next working day, of the week */
    struct load_capacity capacity;
    enum lang lang;
};

/* Checks nothing: values come from tables.  Reads the clock. */
struct figures *figures_new(struct pending *p, const struct viewer *v,
                            const struct figures_query *q);
/* What of the settled dossiers may be counted from cells (migrations 0031, 0046). */
enum figures_cells { CELLS_NONE, CELLS_AGENCY, CELLS_PROCEDURE, CELLS_WHOLE };
/* What must be looked through for the figures that are asked for: p_want of migration 0046. */
int32_t figures_wanted(const struct figures_query *q);
/* Is what is asked for a sum over periods?  Not what is told of a moment (pending), nor what a
 * later end takes out again (received, then withdrawn). */
bool figures_flow(const struct figures_query *q);
/* The arguments $1 to $12 that all statements begin with. */
void figures_args(struct pending *p, const struct figures *f, int by, struct db_args *args);
/* $6 of the statements: by number of an agency, the body whose territory it serves. */
void figures_bodies(const struct organisation *o, struct arena *a, struct db_args *args);
/* The same for statements of items, $1 to $12. */
void figures_items_args(struct pending *p, const struct figures *f, int by, struct db_args *args);
/* The kind of items that a figure counts, as bits of their facts, and those bits of any kind. */
static inline int32_t figures_kind(const struct figure_def *d)
{
    return (int32_t)d->stream << FACT_KIND_SHIFT;
}
#define FACT_KINDS (FACT_KIND_MASK << FACT_KIND_SHIFT)
/* The kinds of items of the topic. */
size_t figures_kinds(enum figure_topic t, int32_t *ret);
/* What the statement groups by for a dimension. */
int figures_by_of(const struct figures *f);
/* The values of the row's key that a statement compares with; null: of the total. */
void figures_key(struct pending *p, const struct figures *f, struct db_args *args);
/* The question without the period before it, up to `limit` rows. */
void figures_listed(struct figures *f, int limit);
/* Answers with a page of what is behind a number, `row` writing each; cursor: the column that says
 * where the next page begins. */
typedef void figures_row_tell(struct pending *p, struct jw *w, const struct db_rows *r, int i);
void figures_list_tell(struct pending *p, const struct db_rows *r, figures_row_tell *row,
                       int cursor);
/* What all must have: procedures, channel, officer, receiving units, kind of applicant. */
void figures_filters(const struct figures *f, struct db_args *args);
/* The procedures that are asked for, or null. */
void figures_procedures(const struct figures *f, struct db_args *args);
/* Counts the rows of figures_counts into the items; may be called once more for a series. */
void figures_take(struct pending *p, struct figures *f, const struct db_rows *r);
void figures_count(struct pending *p, const struct figures *f);
/* $1 to $13 of frozen_changes: the same period as known at two instants; room for `more`. */
struct db_args *figures_changes_args(struct pending *p, const struct viewer *v,
                                     const struct figures_query *q, instant before, instant after,
                                     int more);
/* The periods of a series, each an item, with their bounds. */
void figures_periods(struct pending *p, struct figures *f);
/* The agency that has taken over from this one by now; itself, if nobody has. */
int figures_heir(const struct organisation *o, const struct figures *f, int id);

/* An item of its own; the item of this key, made when there is none.  Rows come in order, so it
 * mostly is the last one. */
struct figures_item *figures_item_new(struct pending *p, struct figures *f);
struct figures_item *figures_item_of(struct pending *p, struct figures *f, struct span key,
                                     struct span officer);
int figures_by_order(const void *a, const void *b); /* of items, for qsort */
enum figures_cells figures_cells_for(const struct pending *p, const struct figures *f, int by,
                                     int across);
/* Codes of the field, each once (versions of one procedure stand beside each other). */
size_t figures_codes(struct pending *p, const char *field, const char ***ret);
/* Only what stands in the column across_key of the dimension across. */
void figures_narrow(struct pending *p, struct figures *f);

/* Sends after what figures are counted from has followed all acts committed before
 * this call.  args in the call's arena. */
void figures_send(struct pending *p, enum db_lane lane, const char *stmt,
                  const struct db_args *args);

/* figures_tell.c */
void figures_head_json(struct jw *w, const struct figures *f);
void figures_rate_json(struct jw *w, struct rate r);
void figures_row_json(struct jw *w, const struct figure_row *r, const struct figures_query *q);
/* As it was called at the end of the report, else its newest version; NULL: unknown. */
const struct procedure *figures_procedure(struct pending *p, const struct figures *f,
                                          const char *code);
/* Titles and order of an item whose key came from the database. */
void figures_name(struct pending *p, const struct figures *f, struct figures_item *it,
                  struct span key, struct span officer);

#endif
