/* Procedure and organisation files from any bytes: compiled or refused with places inside the text;
 * what compiles is drawn in every form, compared with itself and evaluated.  One arena an input. */
#include <assert.h>

#include "common/procedure/import.h"
#include "common/procedure/procedure.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void check_places(const struct diags *d, size_t n)
{
    size_t i;

    for (i = 0; i < d->n; i++) {
        assert(d->item[i].at.line >= 0 && (size_t)d->item[i].at.line <= n + 2);
        assert(d->item[i].text.vi && d->item[i].text.en);
    }
}

static void use(struct procedure *p)
{
    struct facts f = {.p = p};
    enum diagram_form form;
    struct buf out;
    size_t i, count;

    buf_init(&out, (size_t)32 << 20);
    for (form = DIAGRAM_SVG; form <= DIAGRAM_DOT; form++) {
        procedure_diagram(p, NULL, form, form % 2 ? LANG_EN : LANG_VI, &out);
        buf_clear(&out);
    }
    assert(!procedure_diff(p, p, LANG_VI, &out));
    (void)procedure_limit(p, &f, true);
    assert(procedure_fee(p, &f, 7) >= 0);
    (void)procedure_components(p, NULL, &count);
    for (i = 0; i < p->cases_n; i++) {
        f.case_code = p->cases[i].code;
        (void)procedure_limit(p, &f, false);
        (void)procedure_fee(p, &f, 1);
    }
    buf_free(&out);
}

/* However wrong it is, what can be read of it can be drawn. */
static void sketch(struct span text, struct arena *a, struct diags *d)
{
    uint64_t faulty = 0;
    struct procedure *p = procedure_sketch(a, text, NULL, d, &faulty);
    struct picture_mark mark[STEPS_MAX] = {{0}};
    struct buf out;

    if (!p)
        return;
    assert(p->steps <= STEPS_MAX);
    for (size_t i = 0; i < p->steps; i++)
        if (faulty >> i & 1)
            mark[i] = (struct picture_mark){MARK_FAULT, "!", "x"};
    buf_init(&out, (size_t)32 << 20);
    procedure_picture(p, NULL, mark, LANG_VI, &out);
    buf_free(&out);
}

/* As a record of the national catalogue: a draft, or a reason. */
static void import(struct span text, struct arena *a, struct diags *d)
{
    const struct yaml_node **record;
    const char *code;
    struct buf out;
    size_t i, n;

    if (!import_records(a, text, &record, &n, d))
        return;
    for (i = 0; i < n; i++) {
        buf_init(&out, IMPORT_DRAFT_MAX);
        (void)import_draft(a, record[i], NULL, d, &out, &code);
        buf_free(&out);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *a;
    struct diags d;
    struct procedure *p;

    if (n > 20000)
        return 0;
    a = arena_new((size_t)256 << 20);
    diags_init(&d, a);
    p = procedure_compile(a, (struct span){(const char *)data, n}, NULL, &d);
    assert((p == NULL) == (d.errors > 0));
    check_places(&d, n);
    if (p)
        use(p);
    diags_init(&d, a);
    sketch((struct span){(const char *)data, n}, a, &d);
    diags_init(&d, a);
    (void)organisation_compile(a, (struct span){(const char *)data, n}, &d);
    check_places(&d, n);
    diags_init(&d, a);
    import((struct span){(const char *)data, n}, a, &d);
    check_places(&d, n);
    arena_free(a);
    return 0;
}
