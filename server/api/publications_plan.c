/* What a proposal of texts would change, for the one who makes it and the one who approves it.
 * The pool's thread. */
#include "server/api/procedures.h"
#include "server/api/publishing.h"
#include "server/store/dossier_json.h"

#define PLAN_ARENA ((size_t)512 << 20)

const char *const publication_text_kinds[] = {"calendar", "regime", "organisation", "procedure",
                                              NULL};

/* Against what holds on the day it begins; itself, when it is published already. */
static const struct procedure *before(const struct snapshot *s, const struct procedure *p)
{
    const struct procedure *found = NULL;

    for (size_t i = 0; i < s->procedures; i++)
        if (strcmp(s->procedure[i]->code, p->code) == 0 && s->procedure[i]->version < p->version)
            found = s->procedure[i];
    return found;
}

static void procedure_json(struct changing *g, struct jw *w, const struct text_in *t)
{
    struct arena *a = arena_new(PLAN_ARENA);
    const struct procedure *p, *old;
    int64_t stay = 0;
    struct diags d;
    char day[16];

    p = snapshot_procedure_compile(g->snap, a, span_of(t->text), &d);
    if (p) {
        old = before(g->snap, p);
        day_iso(p->valid_from, day);
        jw_kstr(w, "procedure", p->code);
        jw_ktext2(w, "title", p->name, g->lang);
        jw_ki64(w, "version", p->version);
        jw_kstr(w, "valid_from", day);
        jw_key(w, "against");
        if (old)
            jw_i64(w, old->version);
        else
            jw_null(w);
        procedure_diff_json(w, old, p, g->lang);
        if (publication_open(g->conninfo, p->code, p->version, &stay) == ERR_OK)
            jw_ki64(w, "stay", stay);
    }
    arena_free(a);
}

void publication_plan_json(struct changing *g, struct jw *w, const struct texts_in *in, bool whole)
{
    jw_key(w, "texts");
    jw_list(w);
    for (size_t i = 0; i < in->texts; i++) {
        const struct text_in *t = &in->text[i];

        jw_open(w);
        jw_kstr(w, "kind", publication_text_kinds[t->kind]);
        jw_kstr(w, "name", t->name);
        if (whole)
            jw_kstr(w, "text", t->text);
        if (t->kind == TEXT_PROCEDURE)
            procedure_json(g, w, t);
        jw_close(w);
    }
    jw_end(w);
}

static const struct answer_key planned_keys[] = {
    A_ENUM("kind", 0, publication_text_kinds, "loại", "kind"),
    A_WORD("name", ANSWER_NULL, "tên lịch", "name of a calendar"),
    A_TEXT("text", ANSWER_MAYBE, "nội dung", "the text"),
    A_WORD("procedure", ANSWER_MAYBE, "mã thủ tục", "code of the procedure"),
    A_TEXT("title", ANSWER_MAYBE, "tên thủ tục", "its name"),
    A_INT("version", ANSWER_MAYBE, "phiên bản", "version"),
    A_DATE("valid_from", ANSWER_MAYBE, "có hiệu lực từ", "in force from"),
    A_INT("against", ANSWER_MAYBE | ANSWER_NULL, "so với phiên bản; null: thủ tục mới",
          "compared with version; null: a new procedure"),
    A_TEXTS("lines", ANSWER_MAYBE, "khác gì, bằng lời", "what changes, in words"),
    A_INT("stay", ANSWER_MAYBE, "hồ sơ đang mở ở lại phiên bản cũ",
          "open dossiers that stay on older versions"),
};
const struct answer_shape answer_planned_text = A_SHAPE("PlannedText", planned_keys);
