/* Templates of papers from any bytes: compiled or refused with places inside the text; what
 * compiles is filled with a record, text by text.  One arena an input. */
#include <assert.h>

#include "common/paper/paper.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void fill(struct arena *a, const struct paper_texts *t, const struct paper_record *r,
                 const struct paper_row *row)
{
    for (size_t i = 0; i < t->n; i++) {
        struct paper_words w = {.styles = 0};

        buf_init(&w.text, (size_t)4 << 20);
        (void)paper_merge(a, &t->item[i], r, row, &w);
        for (size_t k = 0; k < w.styles; k++)
            assert(w.style[k].from < w.style[k].to && w.style[k].to <= w.text.n);
        buf_free(&w.text);
    }
}

static void use(struct arena *a, const struct paper_template *t)
{
    struct paper_set set = {.item = {t}, .n = 1};
    const struct paper_form *f = NULL;
    struct paper_record r;
    struct paper_row *row;

    paper_record_init(&r, a);
    paper_set(&r, PF_CODE, "H24.02-261122-0001");
    paper_set(&r, PF_APPLICANT, "Nguyễn Thị Ước");
    row = paper_add(&r, PL_COMPONENTS);
    paper_cell(&r, row, PC_TITLE, "Đơn {code} **đậm**");
    (void)paper_choose(&set, (enum paper_kind)t->kind, "nd118-2025", "G15", &f);
    assert(t->forms == 0 || paper_form_of(t, NULL, NULL));
    assert(paper_copy_of(t, SPAN_LIT("")) == -1);
    for (size_t i = 0; i < t->blocks; i++) {
        (void)paper_holds(&t->body[i].when, &r);
        fill(a, &t->body[i].text, &r, row);
        for (size_t c = 0; c < t->body[i].columns; c++)
            fill(a, &t->body[i].column[c].text, &r, row);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *a = arena_new((size_t)256 << 20);
    const struct paper_template *t;
    struct diags d;

    diags_init(&d, a);
    t = paper_template_compile(a, (struct span){(const char *)data, n}, &d);
    assert(t || d.errors);
    for (size_t i = 0; i < d.n; i++)
        assert(d.item[i].at.line >= 0 && (size_t)d.item[i].at.line <= n + 2);
    if (t)
        use(a, t);
    arena_free(a);
    return 0;
}
