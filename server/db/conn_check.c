/* What is asked of a new connection before it serves: the server's settings, and once per db all
 * statements.  The connection owns what is due.  The worker's thread. */
#include <string.h>

#include "server/db/check.h"
#include "server/db/inside.h"

static void check_settings(struct conn *c, const PGresult *res)
{
    struct server_facts s = {
        .fsync = PQgetvalue(res, 0, 0),
        .full_page_writes = PQgetvalue(res, 0, 1),
        .synchronous_commit = PQgetvalue(res, 0, 2),
        .data_checksums = PQgetvalue(res, 0, 3),
        .version = PQserverVersion(c->pg),
        .standby = strcmp(PQgetvalue(res, 0, 5), "true") == 0,
    };
    struct arena *a = arena_new(65536);
    struct findings *f = ARENA_NEW(a, struct findings);

    findings_init(f, a);
    check_server(&s, f);
    if (f->n > 0) {
        c->check_failed = true;
        db_fault_set(c->db, f->item[0].code, text2_in(f->item[0].reason, LANG_EN));
    }
    arena_free(a);
}

void conn_check_result(struct conn *c, PGresult *res)
{
    const struct statement *s = c->check_at >= 0 ? &c->db->statements->item[c->check_at] : NULL;

    switch (PQresultStatus(res)) {
    case PGRES_TUPLES_OK:
        check_settings(c, res);
        break;
    case PGRES_COMMAND_OK:
        c->prepared[c->check_at / 8] |= (unsigned char)(1 << c->check_at % 8);
        break;
    case PGRES_PIPELINE_SYNC:
        c->check_at = s ? c->check_at + 1 : c->check_from;
        c->checks_due--;
        break;
    default:
        c->check_failed = true;
        db_fault_set(c->db, s ? s->name : "settings",
                     PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY));
    }
    PQclear(res);
}

bool conn_checks_send(struct conn *c)
{
    const struct statements *all = c->db->statements;

    c->check_from = db_share(c->db, c->lane, &c->check_to);
    c->checks_due = 1;
    c->check_at = -1;
    c->check_failed = false;
    if (!PQsendQueryParams(c->pg, CHECK_SERVER_SQL, 0, NULL, NULL, NULL, NULL, 0) ||
        !PQpipelineSync(c->pg))
        return false;
    if (!c->verifying)
        return true;
    /* A Sync each, so that every statement that does not fit is named, not only the first. */
    for (int i = c->check_from; i < c->check_to; i++) {
        if (!PQsendPrepare(c->pg, all->item[i].name, all->item[i].sql, 0, NULL) ||
            !PQpipelineSync(c->pg))
            return false;
        c->checks_due++;
    }
    return true;
}
