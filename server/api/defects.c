/* The list of mistakes, for every check of a text.  Nothing is owned.  Any thread. */
#include "server/api/defects.h"

static const char *const severities[] = {"error", "warning", NULL};

static void defect_json(struct jw *w, const struct diag *x, enum lang lang)
{
    jw_open(w);
    jw_ki64(w, "line", x->at.line);
    jw_ki64(w, "column", x->at.col);
    jw_kstr(w, "severity", severities[x->severity]);
    jw_kstr(w, "code", x->code);
    jw_kstr(w, "message", text2_in(x->text, lang));
    jw_kstr(w, "nearest", x->nearest);
    jw_close(w);
}

void defects_json(struct jw *w, const struct diags *d, enum lang lang)
{
    size_t i, errors = 0;

    for (i = 0; i < d->n; i++)
        errors += d->item[i].severity == DIAG_ERROR;
    jw_kbool(w, "fine", d->errors == 0);
    jw_ki64(w, "errors", (int64_t)d->errors);
    jw_ki64(w, "warnings", (int64_t)(d->n - errors));
    jw_ki64(w, "unlisted", (int64_t)d->dropped);
    jw_key(w, "defects");
    jw_list(w);
    for (i = 0; i < d->n; i++)
        defect_json(w, &d->item[i], lang);
    jw_end(w);
}

void changing_fail_defects(struct changing *g, const struct diags *d)
{
    bool en = g->lang == LANG_EN;
    const struct diag *x = NULL;

    for (size_t i = 0; i < d->n && !x; i++)
        if (d->item[i].severity == DIAG_ERROR)
            x = &d->item[i];
    changing_fail(g, ERR_INVALID,
                  !x ? NULL
                     : arena_printf(g->rq->arena,
                                    en ? "the text has %zu mistakes; line %d, column %d: %s [%s]"
                                       : "nội dung có %zu lỗi; dòng %d, cột %d: %s [%s]",
                                    d->errors, x->at.line, x->at.col, text2_in(x->text, g->lang),
                                    x->code));
}

static const struct answer_key defect_keys[] = {
    A_INT("line", 0, "dòng, từ 1; 0: cả tệp", "line, from 1; 0: the whole text"),
    A_INT("column", 0, "cột, từ 1", "column, from 1, in characters"),
    A_ENUM("severity", 0, severities, "lỗi hay cảnh báo", "error or warning"),
    A_WORD("code", 0, "mã lỗi, xem motcuad procedure codes", "code, see motcuad procedure codes"),
    A_TEXT("message", 0, "sai gì", "what is wrong"),
    A_TEXT("nearest", ANSWER_NULL, "từ có lẽ định viết", "the word probably meant"),
};
static const struct answer_shape defect_shape = A_SHAPE("Defect", defect_keys);
static const struct answer_key defects_keys[] = {
    A_BOOL("fine", 0, "không có lỗi", "there is no error"),
    A_INT("errors", 0, "số lỗi, kể cả không liệt kê", "errors, those not listed included"),
    A_INT("warnings", 0, "số cảnh báo được liệt kê", "warnings that are listed"),
    A_INT("unlisted", 0, "số chỗ sai không liệt kê (tối đa 500)",
          "more that are not listed (500 are)"),
    A_LIST("defects", 0, &defect_shape, "mọi chỗ sai, theo dòng", "all that is wrong, by line"),
};
const struct answer_shape answer_defects = A_SHAPE("Defects", defects_keys);
