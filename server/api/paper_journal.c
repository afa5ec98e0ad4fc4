/* The record of processing (phiếu quá trình xử lý): each event of the dossier with who did it, to
 * whom it went and until when.  The worker's thread. */
#include <string.h>

#include "server/api/paper_fill.h"

/* "Chuyển đến bước: Thẩm định"; an event that speaks of no step says only what it is. */
static const char *deed(const struct paper_fill *f, const json_t *event)
{
    const char *title = json_str(event, "title"), *key = json_str(event, "kind");
    const char *step = json_str(json_object_get(event, "data"), "step");
    int at = step && f->p ? procedure_step(f->p, step) : STEP_NONE;

    if (!title)
        title = key;
    return at < 0 ? title : arena_printf(f->rq->arena, "%s: %s", title, f->p->step[at].title.vi);
}

static const char *doer(const struct paper_fill *f, const json_t *event)
{
    const char *name = json_str(event, "name"), *role = json_str(event, "role");
    enum role r;

    if (!name)
        return "Hệ thống";
    if (!role || !role_of_name(role, &r))
        return name;
    return arena_printf(f->rq->arena, "%s (%s)", name, role_title(r).vi);
}

/* The officer who has it now where the history knows the name, and the agency. */
static const char *taker(const struct paper_fill *f, const json_t *data)
{
    int64_t id = json_i64(data, "agency", 0);
    const char *officer = fill_officer(f, json_i64(data, "officer", 0));
    const char *agency =
        id > 0 ? fill_agency_name(f, organisation_of_id(f->snap->org, (int)id)) : NULL;

    if (!officer || !agency)
        return officer ? officer : agency;
    return arena_printf(f->rq->arena, "%s, %s", officer, agency);
}

static void cell_moment(struct paper_fill *f, struct paper_row *row, enum paper_cell c, instant t)
{
    struct buf b;

    if (t == INSTANT_NONE || t <= 0 || t >= DUE_NEVER)
        return;
    buf_init(&b, 64);
    paper_time_short(t, &b);
    paper_cell(f->r, row, c, buf_cstr(&b));
    buf_free(&b);
}

bool fill_journal(struct paper_fill *f)
{
    size_t n = json_array_size(f->history);

    if (n == 0)
        return fill_nothing(f, "Hồ sơ chưa có lịch sử.", "The dossier has no history.");
    fill_issuer(f, fill_agency(f, json_object_get(f->d, "receiving")),
                fill_instant(json_str(json_array_get(f->history, n - 1), "at")));
    fill_dossier(f);
    for (size_t i = 0; i < n; i++) {
        const json_t *e = json_array_get(f->history, i), *data = json_object_get(e, "data");
        struct paper_row *row = paper_add(f->r, PL_EVENTS);

        paper_cell(f->r, row, PC_NO, arena_printf(f->rq->arena, "%zu", i + 1));
        cell_moment(f, row, PC_DONE, fill_instant(json_str(e, "at")));
        paper_cell(f->r, row, PC_BY, doer(f, e));
        paper_cell(f->r, row, PC_TITLE, deed(f, e));
        paper_cell(f->r, row, PC_TO, taker(f, data));
        cell_moment(f, row, PC_DUE, json_i64(data, "due", INSTANT_NONE));
    }
    return true;
}
