/* Runs a scenario and gives its account, as text or JSON.  Everything lives in the caller's arena.
 * Any thread. */
#include "common/base/json_out.h"
#include "common/dossier/simulate_inside.h"

static const char *phrase(const struct sim *m, const char *vi, const char *en)
{
    return m->lang == LANG_EN ? en : vi;
}

static void put_minute(struct buf *out, instant t)
{
    char day[16];
    int clock = lminute_clock(lminute_of(t));

    day_iso(lminute_day(lminute_of(t)), day);
    buf_printf(out, "%s %02d:%02d", day, clock / 60, clock % 60);
}

/* "PROCESSING  appraise  hạn bước 2026-03-05 10:00" */
static void text_state(const struct sim *m, struct buf *out)
{
    const struct task *t = m->s && m->s->tasks ? &m->s->task[0] : NULL;

    if (!m->s)
        return;
    buf_printf(out, "  → %s", text2_in(dossier_status_title(m->s->status), m->lang));
    if (m->s->code && m->s->tasks == 1 && m->s->task[0].visit == 1 && m->s->dones == 0)
        buf_printf(out, "  %s", m->s->code);
    if (t) {
        buf_printf(out, "  [%s", m->p->step[t->step].step);
        if (t->due != INSTANT_NONE) {
            buf_str(out, phrase(m, ", hạn bước ", ", step due "));
            put_minute(out, t->due);
        }
        buf_char(out, ']');
    }
    if (m->s->current_due != INSTANT_NONE) {
        buf_str(out, phrase(m, "  hẹn trả ", "  promised "));
        put_minute(out, m->s->current_due);
    }
}

static void text_step(const struct sim *m, const struct sim_step *st, bool accepted,
                      const struct sim_difference *diff, size_t n, struct buf *out)
{
    size_t i;

    for (i = 0; i < m->fireds; i++) {
        buf_str(out, "⏰ ");
        put_minute(out, m->fired[i].at);
        buf_printf(out, "  %s  %s", m->fired[i].word, text2_in(m->fired[i].title, m->lang));
        if (m->fired[i].does)
            buf_printf(out, " → %s", m->fired[i].does);
        if (m->fired[i].why_not)
            buf_printf(out, " [%s]", m->fired[i].why_not);
        buf_char(out, '\n');
    }
    buf_str(out, n ? "✗ " : "✓ ");
    put_minute(out, st->when);
    if (st->has_do)
        buf_printf(out, "  %s: %s", st->who.text ? st->who.text : "", st->what);
    text_state(m, out);
    buf_char(out, '\n');
    for (i = 0; !accepted && i < m->decision.refusals; i++) {
        const struct refusal *r = &m->decision.refusal[i];

        buf_printf(out, "    %s [%s]: %s%s%s\n", phrase(m, "từ chối", "refused"), err_code(r->e),
                   text2_in(r->detail, m->lang), r->pointer ? "  " : "",
                   r->pointer ? r->pointer : "");
    }
    for (i = 0; i < n; i++)
        buf_printf(out, "    %s:%d:%d: %s: %s %s, %s %s\n", m->file, diff[i].at.line,
                   diff[i].at.col, diff[i].key, phrase(m, "mong đợi", "expected"), diff[i].expected,
                   phrase(m, "thực tế", "got"), diff[i].got);
}

static void json_refusals(struct jw *w, const struct sim *m)
{
    size_t i;

    jw_key(w, "refused");
    jw_list(w);
    for (i = 0; i < m->decision.refusals; i++) {
        const struct refusal *r = &m->decision.refusal[i];

        jw_open(w);
        jw_kstr(w, "code", err_code(r->e));
        jw_kstr(w, "detail", text2_in(r->detail, m->lang));
        if (r->pointer)
            jw_kstr(w, "pointer", r->pointer);
        jw_close(w);
    }
    jw_end(w);
}

static void json_instant(struct jw *w, const char *key, instant t)
{
    char text[32];

    if (t == INSTANT_NONE)
        return;
    instant_rfc3339(t, text);
    jw_kstr(w, key, text);
}

static void json_fired(struct jw *w, const struct sim *m)
{
    size_t i;

    if (!m->fireds)
        return;
    jw_key(w, "fired");
    jw_list(w);
    for (i = 0; i < m->fireds; i++) {
        jw_open(w);
        json_instant(w, "at", m->fired[i].at);
        jw_kstr(w, "rung", m->fired[i].word);
        if (m->fired[i].does)
            jw_kstr(w, "does", m->fired[i].does);
        if (m->fired[i].why_not)
            jw_kstr(w, "why_not", m->fired[i].why_not);
        jw_close(w);
    }
    jw_end(w);
}

static void json_step(struct jw *w, const struct sim *m, const struct sim_step *st, bool accepted,
                      const struct sim_difference *diff, size_t n)
{
    const struct task *t = m->s && m->s->tasks ? &m->s->task[0] : NULL;
    size_t i;

    jw_open(w);
    json_instant(w, "at", st->when);
    if (st->has_do) {
        jw_kstr(w, "by", st->who.text);
        jw_kstr(w, "do", st->what);
    }
    json_fired(w, m);
    if (!accepted)
        json_refusals(w, m);
    if (m->s) {
        jw_kstr(w, "state", dossier_status_name(m->s->status));
        jw_kstr(w, "class", dossier_class_name(dossier_class_at(m->s, DUE_BASIS, st->when)));
        if (m->s->code)
            jw_kstr(w, "code", m->s->code);
        json_instant(w, "due", m->s->current_due);
    }
    if (t) {
        jw_kstr(w, "step", m->p->step[t->step].step);
        if (t->due != INSTANT_NONE)
            json_instant(w, "step_due", t->due);
    }
    jw_key(w, "differences");
    jw_list(w);
    for (i = 0; i < n; i++) {
        jw_open(w);
        jw_ki64(w, "line", diff[i].at.line);
        jw_kstr(w, "key", diff[i].key);
        jw_kstr(w, "expected", diff[i].expected);
        jw_kstr(w, "got", diff[i].got);
        jw_close(w);
    }
    jw_end(w);
    jw_close(w);
}

static void account_head(const struct sim *m, struct jw *w)
{
    if (w) {
        jw_open(w);
        jw_kstr(w, "file", m->file);
        if (m->title.vi)
            jw_kstr(w, "scenario", text2_in(m->title, m->lang));
        jw_kstr(w, "procedure", m->p->code);
        jw_key(w, "steps");
        jw_list(w);
    }
}

static void play(struct sim *m, struct jw *w, struct buf *out, struct simulate_result *ret)
{
    size_t i;

    account_head(m, w);
    if (!w && m->title.vi)
        buf_printf(out, "%s\n", text2_in(m->title, m->lang));
    for (i = 0; i < m->steps; i++) {
        struct sim_difference *diff;
        bool accepted = sim_play(m, &m->step[i]);
        size_t n = sim_compare(m, &m->step[i], accepted, &diff);

        if (w)
            json_step(w, m, &m->step[i], accepted, diff, n);
        else
            text_step(m, &m->step[i], accepted, diff, n, out);
        ret->steps++;
        ret->differences += n;
    }
    if (w) {
        jw_end(w);
        jw_ki64(w, "differences", (int64_t)ret->differences);
        jw_close(w);
        buf_char(out, '\n');
        return;
    }
    buf_printf(out, "%s: %zu %s, %zu %s\n", m->file, ret->steps, phrase(m, "bước", "steps"),
               ret->differences, phrase(m, "chỗ khác mong đợi", "differences"));
}

void simulate_run(struct arena *a, const char *file, struct span text, simulate_source *source,
                  void *ctx, enum lang lang, enum simulate_form form, struct buf *out,
                  struct simulate_result *ret)
{
    struct sim *m = ARENA_NEW(a, struct sim);
    struct jw w = jw_to(out);
    struct diags d;

    *ret = (struct simulate_result){0};
    diags_init(&d, a);
    m->a = a;
    m->d = &d;
    m->file = file;
    m->source = source;
    m->ctx = ctx;
    m->lang = lang;
    ret->valid = sim_read(m, text, out);
    if (ret->valid) {
        play(m, form == SIMULATE_JSON ? &w : NULL, out, ret);
        return;
    }
    diags_sort(&d);
    if (form == SIMULATE_JSON) {
        buf_clear(out);
        jw_open(&w);
        jw_kstr(&w, "file", file);
        jw_key(&w, "errors");
        w.comma = false;
        diags_json(&d, file, lang, out);
        w.comma = true;
        jw_close(&w);
        buf_char(out, '\n');
    } else
        diags_print(&d, file, text, lang, out);
}
