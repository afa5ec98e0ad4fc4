/* What papers of all kinds say of a dossier.  Texts go into the record's arena.  The worker's
 * thread. */
#include "server/api/paper_fill.h"

#include <string.h>

#include "server/api/state.h"
#include "server/store/halls.h"

bool fill_nothing(struct paper_fill *f, const char *vi, const char *en)
{
    f->why = (struct text2){vi, en};
    return false;
}

void fill_text(struct paper_fill *f, enum paper_field field, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    paper_set(f->r, field, arena_vprintf(f->rq->arena, fmt, ap));
    va_end(ap);
}

instant fill_instant(const char *text)
{
    instant t;

    return text && instant_parse(span_of(text), &t) ? t : INSTANT_NONE;
}

void fill_moment(struct paper_fill *f, enum paper_field field, instant t)
{
    struct buf b;

    buf_init(&b, 256);
    if (t != INSTANT_NONE) {
        paper_time_words(t, LANG_VI, &b);
        paper_set(f->r, field, buf_cstr(&b));
    }
    buf_free(&b);
}

void fill_time(struct paper_fill *f, enum paper_field field, const char *text)
{
    fill_moment(f, field, fill_instant(text));
}

void fill_money(struct paper_fill *f, enum paper_field field, int64_t dong)
{
    struct buf b;

    buf_init(&b, 64);
    paper_money(dong, &b);
    fill_text(f, field, dong ? "%s đồng" : "Không", buf_cstr(&b));
    buf_free(&b);
}

/* ---- agencies */

int fill_agency(const struct paper_fill *f, const json_t *agency)
{
    const char *key = json_str(agency, "agency");

    return key ? organisation_find(f->snap->org, key) : -1;
}

const char *fill_agency_name(const struct paper_fill *f, int agency)
{
    return agency >= 0 ? f->snap->org->agency[agency].name.vi : NULL;
}

static bool after(const char **s, const char *prefix)
{
    size_t n = strlen(prefix);

    if (strncmp(*s, prefix, n) != 0)
        return false;
    *s += n;
    return true;
}

/* Địa danh (Decree 30/2020, appendix I): the name of the province, city or commune where it sits.
 */
static const char *place_of(const struct organisation *o, int i)
{
    static const char *const kinds[] = {"thành phố ", "tỉnh ", "phường ", "xã ",
                                        "đặc khu ",   "quận ", "huyện ",  "thị xã "};
    const char *s;

    while (i >= 0 && o->agency[i].type != AGENCY_PROVINCE && o->agency[i].type != AGENCY_COMMUNE &&
           o->agency[i].type != AGENCY_DISTRICT)
        i = o->agency[i].parent;
    if (i < 0)
        return NULL;
    s = o->agency[i].name.vi;
    (void)after(&s, "Ủy ban nhân dân ");
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        if (after(&s, kinds[k]))
            break;
    return s;
}

void fill_issuer(struct paper_fill *f, int agency, instant made)
{
    const struct organisation *o = f->snap->org;
    int above = agency >= 0 ? o->agency[agency].parent : -1;
    struct buf b;

    f->r->made = made;
    f->issuer = agency + 1;
    paper_set(f->r, PF_UNIT, fill_agency_name(f, agency));
    paper_set(f->r, PF_SUPERIOR, fill_agency_name(f, above));
    paper_set(f->r, PF_PLACE, place_of(o, agency));
    buf_init(&b, 256);
    if (made != INSTANT_NONE)
        paper_day_words(lminute_day(lminute_of(made)), LANG_VI, &b);
    paper_set(f->r, PF_DATED, buf_cstr(&b));
    buf_free(&b);
}

/* ---- history */

const json_t *fill_event(const struct paper_fill *f, const char *kind)
{
    size_t i = json_array_size(f->history);

    while (i-- > 0) {
        const json_t *e = json_array_get(f->history, i);
        const char *k = json_str(e, "kind");

        if (k && strcmp(k, kind) == 0)
            return e;
    }
    return NULL;
}

const char *fill_officer(const struct paper_fill *f, int64_t officer)
{
    for (size_t i = 0; officer && i < json_array_size(f->history); i++) {
        const json_t *e = json_array_get(f->history, i);

        if (json_i64(e, "actor", 0) == officer)
            return json_str(e, "name");
    }
    return NULL;
}

/* ---- people */

static void person(struct paper_fill *f, const char *key, const int field[4])
{
    const json_t *p = json_object_get(f->content, key);
    static const char *const members[] = {"name", "address", "phone", "email"};

    for (size_t i = 0; p && i < 4; i++)
        if (field[i] >= 0)
            paper_set(f->r, (enum paper_field)field[i], json_str(p, members[i]));
}

static void people(struct paper_fill *f)
{
    static const int applicant[] = {PF_APPLICANT, PF_APPLICANT_ADDRESS, PF_APPLICANT_PHONE,
                                    PF_APPLICANT_EMAIL};
    static const int owner[] = {PF_OWNER, PF_OWNER_ADDRESS, -1, -1};
    static const int authorised[] = {PF_AUTHORISED, -1, -1, -1};

    person(f, "applicant", applicant);
    person(f, "owner", owner);
    person(f, "authorised", authorised);
    paper_set(f->r, PF_APPLICANT_ID,
              json_str(json_object_get(f->content, "applicant"), "id_number"));
}

/* ---- papers handed in */

const char *fill_component(const struct paper_fill *f, const char *code)
{
    size_t n = 0;
    const struct component *c =
        f->p ? procedure_components(f->p, json_str(f->d, "case"), &n) : NULL;

    for (size_t i = 0; i < n; i++)
        if (code && strcmp(c[i].code, code) == 0)
            return c[i].title.vi;
    return code;
}

static void count(struct paper_fill *f, struct paper_row *row, enum paper_cell cell, int64_t n,
                  const char *kind, struct buf *all)
{
    char text[32];

    if (n == 0)
        return;
    (void)snprintf(text, sizeof text, "%02lld", (long long)n);
    paper_cell(f->r, row, cell, text);
    buf_printf(all, "%s%s %s", all->n ? ", " : "", text, kind);
}

void fill_components(struct paper_fill *f)
{
    const json_t *list = json_object_get(f->content, "components");

    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *c = json_array_get(list, i);
        const char *from = json_str(c, "reused");
        struct paper_row *row = paper_add(f->r, PL_COMPONENTS);
        struct buf all;

        buf_init(&all, 512);
        paper_cell(f->r, row, PC_NO, arena_printf(f->rq->arena, "%zu", i + 1));
        paper_cell(f->r, row, PC_TITLE, fill_component(f, json_str(c, "component")));
        count(f, row, PC_ORIGINALS, json_i64(c, "originals", 0), "bản chính", &all);
        count(f, row, PC_CERTIFIED, json_i64(c, "certified", 0), "bản chứng thực", &all);
        count(f, row, PC_COPIES, json_i64(c, "copies", 0), "bản sao", &all);
        if (json_flag(c, "presented", false)) {
            paper_cell(f->r, row, PC_NOTE, "xuất trình, đã đối chiếu");
            buf_printf(&all, "%sxuất trình", all.n ? ", " : "");
        }
        if (from) {
            paper_cell(f->r, row, PC_REUSED, from);
            buf_printf(&all, "%sdùng lại từ %s", all.n ? ", " : "", from);
        }
        paper_cell(f->r, row, PC_QUANTITY, buf_cstr(&all));
        buf_free(&all);
    }
}

void fill_reasons(struct paper_fill *f, const json_t *codes)
{
    for (size_t i = 0; i < json_array_size(codes); i++) {
        const char *code = json_string_value(json_array_get(codes, i));
        const struct reason *r = code && f->p ? procedure_reason(f->p, code) : NULL;
        struct paper_row *row = paper_add(f->r, PL_REASONS);

        paper_cell(f->r, row, PC_NO, arena_printf(f->rq->arena, "%zu", i + 1));
        paper_cell(f->r, row, PC_TITLE, r ? r->title.vi : code);
    }
}

/* ---- the dossier */

static void promised(struct paper_fill *f)
{
    const char *limit = state_limit(f->rq->arena, f->d, LANG_VI);

    paper_set(f->r, PF_LIMIT, limit ? limit : "");
    fill_time(f, PF_RECEIVED, json_str(f->d, "accepted"));
    fill_time(f, PF_DUE, json_str(json_object_get(f->d, "due"), "original"));
}

static void collected(struct paper_fill *f, int receiving)
{
    const char *by = json_str(f->content, "result_by");

    if (by && strcmp(by, "post") == 0)
        paper_set(f->r, PF_RESULT_BY, "Qua dịch vụ bưu chính công ích");
    else if (by && strcmp(by, "online") == 0)
        paper_set(f->r, PF_RESULT_BY, "Trực tuyến, trên Cổng Dịch vụ công quốc gia");
    else
        paper_set(f->r, PF_RESULT_BY, fill_agency_name(f, receiving));
    paper_set(f->r, PF_RESULT_ADDRESS, json_str(f->content, "result_address"));
}

/* The hotline of the hall where it was received. */
static void called(struct paper_fill *f, int receiving)
{
    struct hall_at at;

    if (receiving >= 0 && store_hall_of(f->snap, f->snap->org->agency[receiving].id, &at))
        paper_set(f->r, PF_HOTLINE, at.hall->hotline);
}

/* The address that people type, and what the QR code says: the page with the code filled in.  On
 * paper that carries the secret the QR carries both, behind '#', where no server sees or keeps them
 * (server/web/track.js). */
static void tracked(struct paper_fill *f, const char *code, const char *secret)
{
    const struct api_conf *conf = f->rq->api->conf;
    struct span asked = http_head(f->rq->http)->host;
    const char *host = conf->hosts ? conf->host[0] : arena_span(f->rq->arena, asked);

    fill_text(f, PF_TRACK_PAGE, "%s/tra-cuu", host);
    if (secret)
        fill_text(f, PF_TRACK_URL, "%s://%s/tra-cuu#%s/%s", conf->plain_cookie ? "http" : "https",
                  host, code, secret);
    else
        fill_text(f, PF_TRACK_URL, "%s://%s/tra-cuu?code=%s", conf->plain_cookie ? "http" : "https",
                  host, code);
}

/* Trích yếu; what only says the name of the procedure again is left out. */
static void subject(struct paper_fill *f)
{
    const char *name = f->r->field[PF_PROCEDURE], *said;

    paper_set(f->r, PF_SUMMARY, json_str(f->content, "summary"));
    said = f->r->field[PF_SUMMARY];
    if (said && name && strcmp(said, name) == 0)
        paper_set(f->r, PF_SUMMARY, NULL);
}

void fill_dossier(struct paper_fill *f)
{
    int receiving = fill_agency(f, json_object_get(f->d, "receiving"));
    int competent = fill_agency(f, json_object_get(f->d, "competent"));
    const char *code = json_str(f->d, "code"), *channel = json_str(f->d, "channel");
    const struct span secret = req_query(f->rq, "secret");
    const char *said = secret.p ? arena_span(f->rq->arena, secret) : NULL;

    paper_set(f->r, PF_CODE, code);
    paper_set(f->r, PF_PROCEDURE, f->p ? f->p->name.vi : NULL);
    paper_set(f->r, PF_PROCEDURE_CODE, json_str(f->d, "procedure"));
    paper_set(f->r, PF_SECTOR, f->p ? f->p->field.vi : NULL);
    paper_set(f->r, PF_REGIME, f->regime);
    subject(f);
    for (int i = 0; channel && i < CHANNELS; i++)
        if (strcmp(channel, channel_name((enum channel)i)) == 0)
            paper_set(f->r, PF_CHANNEL, channel_title((enum channel)i).vi);
    paper_set(f->r, PF_AGENCY, fill_agency_name(f, competent));
    fill_text(f, PF_SETS, "%02d", f->p ? f->p->sets : 1);
    people(f);
    promised(f);
    fill_money(f, PF_FEE, json_i64(f->d, "fee", 0));
    collected(f, receiving);
    called(f, receiving);
    paper_set(f->r, PF_SECRET, said);
    if (code)
        tracked(f, code, said);
}
