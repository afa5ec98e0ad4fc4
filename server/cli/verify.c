/* Verification of histories.  The verb owns it.  One thread. */
#include <assert.h>

#include "server/cli/verify.h"

#include <stdlib.h>

#include "common/base/json_out.h"
#include "server/store/indices.h"

#define FAULTS_SHOWN 100

struct fault {
    int64_t dossier, seq;
    const char *code;
    struct text2 text;
};

struct verify {
    struct snapshot *snap;
    struct arena *arena; /* of one dossier: states share what an event did not change */
    struct arena *texts; /* of faults that name figures */
    struct dossier *state;
    const struct procedure *procedure;
    int64_t dossier, seq;
    uint8_t head[SHA256_BYTES];
    bool broken; /* this dossier's fold cannot go on: said once */
    struct fault fault[FAULTS_SHOWN];
    struct verify_count n;
    void (*mend_marks)(void *ctx, int64_t dossier);
    void *mend_ctx;
};

static void add_fault(struct verify *v, const char *code, const char *vi, const char *en)
{
    if (v->n.faults < FAULTS_SHOWN)
        v->fault[v->n.faults] = (struct fault){v->dossier, v->seq, code, {vi, en}};
    v->n.faults++;
}

struct verify *verify_new(struct snapshot *snap)
{
    struct verify *v = calloc(1, sizeof *v);

    if (!v)
        abort();
    v->snap = snap;
    v->arena = arena_new((size_t)256 << 20);
    v->texts = arena_new(1 << 20);
    return v;
}

struct verify *verify_free(struct verify *v)
{
    if (v) {
        arena_free(v->arena);
        arena_free(v->texts);
        free(v);
    }
    return NULL;
}

void verify_mend_marks(struct verify *v, void (*mend)(void *ctx, int64_t dossier), void *ctx)
{
    v->mend_marks = mend;
    v->mend_ctx = ctx;
}

void verify_pin(struct verify *v, const char *procedure_hash)
{
    uint8_t hash[SHA256_BYTES];

    if (v->procedure || !procedure_hash || strlen(procedure_hash) != 2 * SHA256_BYTES ||
        !hex_decode(procedure_hash, 2 * SHA256_BYTES, hash))
        return;
    v->procedure = snapshot_procedure_hash(v->snap, hash);
}

void verify_begin(struct verify *v, int64_t dossier, const char *procedure_hash)
{
    arena_reset(v->arena);
    v->n.dossiers++;
    v->dossier = dossier;
    v->seq = 0;
    v->state = NULL;
    v->procedure = NULL;
    v->broken = false;
    memset(v->head, 0, sizeof v->head);
    verify_pin(v, procedure_hash);
}

static bool same_hex(const char *hex, const uint8_t *bytes)
{
    char own[2 * SHA256_BYTES + 1];

    hex_encode(bytes, SHA256_BYTES, own);
    return hex && strcmp(hex, own) == 0;
}

static void check_chain(struct verify *v, const struct verify_event *in, const struct event *e)
{
    uint8_t digest[SHA256_BYTES], hash[SHA256_BYTES];

    event_digest(in->dossier, e, digest);
    if (!same_hex(in->digest, digest))
        add_fault(v, "digest", "nội dung sự kiện không khớp mã băm của nó",
                  "the event does not match its digest");
    if (!same_hex(in->prev_hash, v->head))
        add_fault(v, "chain", "mã băm trước không nối với sự kiện trước",
                  "the previous hash does not continue the event before");
    event_hash(v->head, digest, in->assigned, hash);
    if (!same_hex(in->hash, hash))
        add_fault(v, "hash", "mã băm không khớp", "the hash does not match");
    memcpy(v->head, hash, sizeof hash);
}

static void fold(struct verify *v, const struct event *e)
{
    struct dossier *next;

    uint8_t pinned[SHA256_BYTES];

    if (v->broken)
        return;
    /* A dossier that was moved is folded by the version of each time. */
    if (event_pins(v->arena, e, pinned))
        v->procedure = snapshot_procedure_hash(v->snap, pinned);
    if (!v->procedure) {
        v->broken = true;
        add_fault(v, "procedure", "không có phiên bản thủ tục của hồ sơ",
                  "the dossier's procedure version is not there");
        return;
    }
    next = dossier_apply(v->arena, v->state, v->dossier, e, v->procedure);
    if (!next) {
        v->broken = true;
        add_fault(v, "fold", "sự kiện không hợp với trạng thái trước nó",
                  "the event does not fit the state before it");
        return;
    }
    v->state = next;
}

void verify_event(struct verify *v, const struct verify_event *in)
{
    struct event e = {.seq = in->seq,
                      .at = in->at,
                      .actor = in->actor,
                      .on_behalf_of = in->on_behalf_of,
                      .agency = (int)in->agency,
                      .payload = arena_strdup(v->arena, in->payload),
                      .assigned = arena_strdup(v->arena, in->assigned)};

    v->n.events++;
    if (in->seq != v->seq + 1) {
        v->seq++;
        add_fault(v, "gap", "thiếu, thừa hoặc đảo sự kiện ở vị trí này",
                  "an event is missing, added or out of order at this place");
    }
    v->seq = in->seq;
    e.role = ROLE_COUNT;
    if (!in->kind || !event_of_name(in->kind, &e.kind) ||
        (in->role && *in->role && !role_of_name(in->role, &e.role))) {
        add_fault(v, "kind", "loại sự kiện hoặc vai trò lạ", "unknown kind of event or role");
        v->broken = true;
        return;
    }
    check_chain(v, in, &e);
    fold(v, &e);
}

static bool same_text(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") == 0;
}

static void put_instant(struct buf *b, char before, instant t)
{
    buf_char(b, before);
    if (t == INSTANT_NONE)
        buf_char(b, '-');
    else
        buf_i64(b, t);
}

/* The open task with the lowest number above this one: rows are told in that order. */
static const struct task *next_task(const struct dossier *s, int64_t above)
{
    const struct task *found = NULL;
    size_t i;

    for (i = 0; i < s->tasks; i++)
        if (s->task[i].task > above && (!found || s->task[i].task < found->task))
            found = &s->task[i];
    return found;
}

/* The columns that lists, queues and figures read, from the state: one line, as the query of
 * cmd_verify.c writes it from the rows of dossier and task. */
static void verify_columns(const struct dossier *s, struct buf *b)
{
    const instant stone[] = {s->submitted,    s->first_decided, s->accepted,
                             s->original_due, s->basis_due,     s->current_due,
                             s->finished,     s->returned,      s->ended};
    int64_t last = 0;
    size_t i;

    buf_printf(b, "%d|%d|%d|%d|%d|%s|%d|%d|%d|%d|%d", (int)s->status, (int)s->money,
               (int)s->handover, (int)s->sync, (int)s->channel, s->procedure, s->version,
               s->receiving, s->competent, s->first_accepted, s->refused_incomplete);
    for (i = 0; i < sizeof stone / sizeof *stone; i++)
        put_instant(b, '|', stone[i]);
    for (i = 0; i < s->tasks; i++) {
        const struct task *t = next_task(s, last);

        assert(t);
        last = t->task;
        buf_printf(b, "%c%lld,%d,%d,%lld,%lld", i ? ';' : '|', (long long)t->task, t->agency,
                   (int)t->role, (long long)t->officer, (long long)s->seq);
        put_instant(b, ',', t->opened);
        put_instant(b, ',', t->received);
        put_instant(b, ',', t->due == INSTANT_NONE ? DUE_NEVER : t->due);
    }
}

static void check_columns(struct verify *v, const struct verify_row *r)
{
    struct buf b;

    buf_init(&b, 1 << 20);
    verify_columns(v->state, &b);
    if (!same_text(buf_cstr(&b), r->columns))
        add_fault(v, "columns", "cột hoặc việc đang mở không bằng lịch sử tính lại",
                  "the columns or open tasks are not what the history folds to");
    buf_free(&b);
    if (r->content && !same_hex(r->content, v->state->content_digest))
        add_fault(v, "content", "nội dung cá nhân không khớp mã băm trong lịch sử",
                  "the personal content does not match its digest in the history");
}

/* The marks of one with a result, against what its history and the calendars of then give. */
static void check_marks(struct verify *v, const struct verify_row *r)
{
    const char *code = v->state->code ? v->state->code : "?", *is;
    struct buf b;

    if (!r->marks)
        return;
    buf_init(&b, 1 << 20);
    if (v->state->accepted != INSTANT_NONE && v->state->finished != INSTANT_NONE)
        index_marks_text(v->arena, v->snap, v->state, &b);
    is = buf_cstr(&b);
    if (!buf_ok(&b) || same_text(is, r->marks)) {
        /* as it should be */
    } else if (v->mend_marks) {
        v->mend_marks(v->mend_ctx, v->dossier);
    } else {
        bool shown = v->n.faults < FAULTS_SHOWN;

        add_fault(v, "mark",
                  shown ? arena_printf(v->texts,
                                       "điểm chỉ số của %s: lưu \"%.400s\", tính lại \"%.400s\"",
                                       code, r->marks, is)
                        : "",
                  shown
                      ? arena_printf(v->texts, "marks of %s: stored \"%.400s\", counted \"%.400s\"",
                                     code, r->marks, is)
                      : "");
    }
    buf_free(&b);
}

void verify_row(struct verify *v, const struct verify_row *r)
{
    struct buf b;

    v->seq = r->seq;
    if (!same_hex(r->head, v->head))
        add_fault(v, "head", "mã băm cuối của hồ sơ không khớp lịch sử",
                  "the row's head is not the last hash of the history");
    if (v->broken)
        return;
    if (!v->state) {
        add_fault(v, "no-history", "hồ sơ không có lịch sử", "the dossier has no history");
        return;
    }
    if (v->state->seq != r->seq)
        add_fault(v, "seq", "số sự kiện của hồ sơ không khớp lịch sử",
                  "the row's number of events is not that of the history");
    if (!same_text(v->state->code, r->code))
        add_fault(v, "code", "mã hồ sơ không khớp lịch sử",
                  "the row's code is not that of the history");
    buf_init(&b, 4 << 20);
    dossier_to_json(v->state, &b);
    if (!buf_ok(&b) || !same_text(buf_cstr(&b), r->state))
        add_fault(v, "state", "trạng thái lưu không bằng lịch sử tính lại",
                  "the stored state is not what the history folds to");
    buf_free(&b);
    check_columns(v, r);
    check_marks(v, r);
}

void verify_no_row(struct verify *v)
{
    add_fault(v, "no-row", "lịch sử không có hồ sơ", "the history has no dossier");
}

void verify_figure_row(struct verify *v, const char *dossier)
{
    (void)span_i64(span_of(dossier), INT64_MIN, INT64_MAX, &v->dossier);
    v->seq = 0;
    add_fault(v, "figure-row", "dòng dùng để tính số liệu không khớp hồ sơ và sổ hạn",
              "the row that figures are counted from is not what dossier and ledgers say");
}

/* Cells of half months (numbered from the year 0, the second of a month from the 15th), of what was
 * pending at the end of one, of the first five of a quarter, of days (numbered from 2000-01-01):
 * figure_cell of the migrations. */
void verify_figure_cell(struct verify *v, const char *agency, const char *span,
                        const char *procedure, const char *stored, const char *counted)
{
    static const struct text2 kinds[] = {
        {"nửa tháng từ", "half month from"},
        {"tồn cuối nửa tháng từ", "pending at the end of the half month from"},
        {"quý từ", "quarter from"},
        {"đang mở, nhận hoặc xét trong nửa tháng từ",
         "open, accepted or decided in the half month from"},
        {"ngày", "day"},
    };
    const char *what = procedure && !*procedure ? "*"
                       : procedure              ? procedure
                       : agency                 ? agency
                                                : "?";
    const struct text2 *kind;
    struct civil day;
    int64_t n = 0;

    v->dossier = v->seq = 0;
    (void)span_i64(span_of(span), 0, 4999999, &n);
    kind = &kinds[n / 1000000];
    n = kind == &kinds[2] ? n % 1000000 * 6 : n % 1000000;
    day = kind == &kinds[4] ? civil_of_day(civil_day((struct civil){2000, 1, 1}) + (dayno)n)
                            : (struct civil){(int)(n / 24), (int)(n % 24 / 2 + 1), n % 2 ? 15 : 1};
    add_fault(v, "figure",
              arena_printf(v->texts, "ô số liệu %s, %s %02d/%02d/%d: lưu %s, đếm lại %s", what,
                           kind->vi, day.day, day.month, day.year, stored, counted),
              arena_printf(v->texts, "figure cell %s, %s %d-%02d-%02d: stored %s, counted %s", what,
                           kind->en, day.year, day.month, day.day, stored, counted));
}

void verify_orphan(struct verify *v, const char *table, const char *dossier)
{
    (void)span_i64(span_of(dossier), INT64_MIN, INT64_MAX, &v->dossier);
    v->seq = 0;
    add_fault(v, "orphan", arena_printf(v->texts, "bảng %s có dòng không khớp hồ sơ nào", table),
              arena_printf(v->texts, "table %s has a row that fits no dossier", table));
}

void verify_seal(struct verify *v, const char *day)
{
    v->dossier = v->seq = 0;
    add_fault(v, "seal",
              arena_printf(v->texts, "niêm phong ngày %s không khớp lịch sử của ngày ấy", day),
              arena_printf(v->texts, "the seal of %s does not fit the history of that day", day));
}

void verify_register(struct verify *v, const char *book)
{
    v->dossier = v->seq = 0;
    add_fault(v, "register",
              arena_printf(v->texts, "sổ theo dõi %s thiếu số, trùng số hoặc khác lúc khóa", book),
              arena_printf(v->texts,
                           "register book %s has numbers missing or double, or is not as it was "
                           "closed",
                           book));
}

void verify_kept(struct verify *v, const char *table, const char *name)
{
    v->dossier = v->seq = 0;
    add_fault(
        v, "kept",
        arena_printf(v->texts, "%s %s: không còn đúng như lúc lưu, hoặc thiếu bản", table, name),
        arena_printf(v->texts, "%s %s is not what was kept, or one of its kind is missing", table,
                     name));
}

struct verify_count verify_counts(const struct verify *v)
{
    return v->n;
}

static size_t shown(const struct verify *v)
{
    return v->n.faults < FAULTS_SHOWN ? (size_t)v->n.faults : FAULTS_SHOWN;
}

void verify_print(const struct verify *v, enum lang lang, struct buf *out)
{
    size_t i;

    for (i = 0; i < shown(v); i++) {
        const struct fault *f = &v->fault[i];
        buf_printf(out,
                   lang == LANG_VI ? "hồ sơ %lld, sự kiện %lld: %s [%s]\n"
                                   : "dossier %lld, event %lld: %s [%s]\n",
                   (long long)f->dossier, (long long)f->seq, text2_in(f->text, lang), f->code);
    }
}

void verify_json(const struct verify *v, enum lang lang, struct buf *out)
{
    struct jw w = jw_to(out);
    size_t i;

    jw_open(&w);
    jw_ki64(&w, "dossiers", v->n.dossiers);
    jw_ki64(&w, "events", v->n.events);
    jw_ki64(&w, "differences", v->n.faults);
    jw_key(&w, "first");
    jw_list(&w);
    for (i = 0; i < shown(v); i++) {
        const struct fault *f = &v->fault[i];
        jw_open(&w);
        jw_ki64(&w, "dossier", f->dossier);
        jw_ki64(&w, "seq", f->seq);
        jw_kstr(&w, "code", f->code);
        jw_kstr(&w, "text", text2_in(f->text, lang));
        jw_close(&w);
    }
    jw_end(&w);
    jw_close(&w);
    buf_char(out, '\n');
}
