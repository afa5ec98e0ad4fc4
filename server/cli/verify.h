/* Verification of histories, fed event by event and row by row: chain, digests, fold, row.
 * The verb owns it; no database here, so that tests can feed it.  One thread. */
#ifndef SERVER_CLI_VERIFY_H
#define SERVER_CLI_VERIFY_H

#include "server/cli/cli.h"
#include "server/store/store.h"

struct verify;

struct verify_event {
    int64_t dossier, seq, at, actor, on_behalf_of, agency;                    /* at: microseconds */
    const char *kind, *role, *payload, *assigned, *digest, *prev_hash, *hash; /* hex */
};
struct verify_row {
    int64_t dossier, seq;
    const char *head, *code, *number, *procedure_hash, *state;
    const char *columns; /* what lists read: see verify_columns() in verify.c */
    const char *content; /* digest (hex) of the personal content, NULL when it was erased */
    const char *marks;   /* as index_marks_text() writes them; NULL: they are yet to be made */
};
struct verify_count {
    int64_t dossiers, events, faults;
};

struct verify *verify_new(struct snapshot *snap);
struct verify *verify_free(struct verify *v);
/* Told of each dossier whose marks are not what its history gives, which then is no fault. */
void verify_mend_marks(struct verify *v, void (*mend)(void *ctx, int64_t dossier), void *ctx);
void verify_begin(struct verify *v, int64_t dossier, const char *procedure_hash);
void verify_pin(struct verify *v, const char *procedure_hash); /* of the row, before its events */
void verify_event(struct verify *v, const struct verify_event *e);
void verify_row(struct verify *v, const struct verify_row *r);
void verify_no_row(struct verify *v);
/* A row that figures are counted from which dossier and ledgers do not say. */
void verify_figure_row(struct verify *v, const char *dossier);
/* A cell of an agency, or of a procedure, that a recount gives otherwise; all as text. */
void verify_figure_cell(struct verify *v, const char *agency, const char *span,
                        const char *procedure, const char *stored, const char *counted);
/* A row of a table that hangs on no dossier, or a dossier without its promise. */
void verify_orphan(struct verify *v, const char *table, const char *dossier);
/* A day whose seal a recount gives otherwise, or that does not follow the seal before. */
void verify_seal(struct verify *v, const char *day);
/* A register book ("agency/field/year") that a recount gives otherwise. */
void verify_register(struct verify *v, const char *book);
/* A row of a table that is kept under its digest (frozen reports, templates, published texts) and
 * is not what that says. */
void verify_kept(struct verify *v, const char *table, const char *name);
struct verify_count verify_counts(const struct verify *v);
/* The first faults (100 at most), each with dossier and position. */
void verify_print(const struct verify *v, enum lang lang, struct buf *out);
void verify_json(const struct verify *v, enum lang lang, struct buf *out);

#endif
