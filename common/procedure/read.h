/* The parts of the reader and checker and what they pass along while one file is compiled.
 * Inside the room.  Everything lives in the arena of the procedure; one thread at a time. */
#ifndef COMMON_PROCEDURE_READ_H
#define COMMON_PROCEDURE_READ_H

#include "common/base/shape.h"
#include "common/procedure/names.h"
#include "common/time/shape_date.h"

struct pending { /* a condition read before the fields it may speak of are known */
    const struct expr **slot;
    const char *text;
    struct mark at;
};

struct compile {
    struct arena *arena;
    struct diags *diags;
    const struct procedure_env *env;
    struct procedure *p;
    struct yaml_node *root;
    struct pending *pending;
    size_t pendings, pending_cap;
    struct procedure_anywhere *anywhere;
    size_t anywheres;
    bool uncertain; /* a reference is unknown and not even guessed: the graph says nothing */
};

struct procedure_anywhere { /* an act open in many steps, as read */
    struct action action;
    const char **in;
    size_t ins;
};

struct place_raw { /* `at: {under: CA, of: competent}`, as read */
    const char *under;
    int of; /* 0 reception, 1 competent */
};

struct choice_item {
    const char *choice;
    struct text2 title;
};

struct procedure_raw { /* the root shape reads into this */
    struct procedure p;
    struct procedure_anywhere *anywhere;
    size_t anywheres;
};

extern const struct shape PROCEDURE_SHAPE, PLACE_SHAPE;

/* Hooks of the tables (read_values.c). */
shape_hook read_quantity, read_condition, read_limit, read_fee, read_fee_channels, read_choices,
    read_moment, read_on_due;
extern const struct shape LIMIT_SHAPE, FEE_ITEM_SHAPE, CHOICE_SHAPE;

/* Passes over a procedure that was read; each reports all it finds. */
void compile_conditions(struct compile *c);
void compile_steps(struct compile *c); /* references between steps, places, roles */
void check_items(struct compile *c);   /* cases, components, form, fees, reasons */
/* warnings, escalation, timed acts of a step (check_timers.c) */
void check_step_timers(struct compile *c, const struct yaml_node *n, struct step *s);
void check_agencies(struct compile *c); /* agencies and roles of the organisation */
void check_graph(struct compile *c);    /* reachability, ways out, spans */
void check_time(struct compile *c);     /* sums of limits */

void sketch_mend(struct procedure *p); /* sketch.c */

/* Node of a step, of one of its actions (NULL for an inherited one). */
struct yaml_node *step_node(const struct compile *c, size_t step);
struct yaml_node *item_node(const struct yaml_node *map, const char *key, size_t i);
/* Place of a key's value in a map, of the map itself when the key is absent. */
struct mark mark_of(const struct yaml_node *map, const char *key);
const char *node_text(const struct yaml_node *map, const char *key); /* NULL when no text */

/* The scope of this procedure's conditions (fields.c). */
struct expr_scope procedure_scope(struct compile *c);

#endif
