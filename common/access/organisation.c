/* Reads, checks and answers questions about the organisation: who stands under whom, who acted for
 * whom on a day (three tiers until 30 June 2025, two since).  Objects live in the caller's arena
 * and never change.  Any thread. */
#include "common/access/organisation.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/base/digest.h"
#include "common/base/shape.h"
#include "common/time/shape_date.h"

#define COUNT(a)     (sizeof(a) / sizeof((a)[0]))
#define AGENCIES_MAX 3000
#define SAYS(v, e)   .vi = v, .en = e
#define DATE         .kind = SHAPE_HOOK, .hook = shape_date, .schema = SHAPE_DATE_SCHEMA
#define OPEN_END     INT32_MAX
#define SYSTEM_BIT   (1U << ROLE_SYSTEM)

struct agency_raw {
    struct agency a;
    const char *parent, *successor;
    const char **serves;
    size_t served;
};

struct person_raw {
    struct person p;
    const char *agency;
};

struct organisation_raw {
    const char *portal;
    struct agency_raw *agency;
    size_t agencies;
    struct person_raw *person;
    size_t persons;
};

struct check {
    struct arena *arena;
    struct diags *d;
    struct organisation *o;
    struct organisation_raw *raw;
    struct yaml_node *root;
    const char **names; /* of all agencies */
};

static const char *const TYPE_WORDS[] = {"province",   "office",   "onestop",
                                         "department", "division", "vertical",
                                         "district",   "commune",  NULL};

#define R(name, text, vi, en) text,
static const char *const ROLE_WORDS[ROLE_COUNT + 1] = {
#include "common/access/roles.def"
    NULL};
#undef R
#define R(name, text, vi, en) {vi, en},
static const struct text2 ROLE_TITLE[ROLE_COUNT] = {
#include "common/access/roles.def"
};
#undef R

#define T struct agency_raw
static const struct shape_key AGENCY_KEYS[] = {
    {.key = "agency",
     .kind = SHAPE_WORD,
     .required = true,
     .at = offsetof(T, a.agency),
     SAYS("khóa ngắn dùng trong tệp thủ tục", "short key used in procedure files")},
    {.key = "id",
     .kind = SHAPE_INT,
     .required = true,
     .min = 1,
     .max = 999999,
     .at = offsetof(T, a.id),
     SAYS("số trong cơ sở dữ liệu, không đổi", "stable number")},
    {.key = "code",
     .kind = SHAPE_WORD,
     .required = true,
     .at = offsetof(T, a.code),
     SAYS("mã định danh trên mã hồ sơ", "identifier on dossier codes")},
    {.key = "type",
     .kind = SHAPE_CHOICE,
     .required = true,
     .at = offsetof(T, a.type),
     .words = TYPE_WORDS,
     SAYS("loại", "type")},
    {.key = "name",
     .kind = SHAPE_TEXT2,
     .required = true,
     .at = offsetof(T, a.name),
     SAYS("tên", "name")},
    {.key = "parent", .kind = SHAPE_WORD, .at = offsetof(T, parent), SAYS("cấp trên", "parent")},
    {.key = "calendar",
     .kind = SHAPE_WORD,
     .at = offsetof(T, a.calendar),
     SAYS("lịch làm việc; mặc định như cấp trên", "calendar; default: as the parent")},
    {.key = "valid_from",
     DATE,
     .required = true,
     .at = offsetof(T, a.valid_from),
     SAYS("ngày bắt đầu", "first day")},
    {.key = "valid_to", DATE, .at = offsetof(T, a.valid_to), SAYS("ngày cuối", "last day")},
    {.key = "successor",
     .kind = SHAPE_WORD,
     .at = offsetof(T, successor),
     SAYS("cơ quan kế thừa", "who takes over")},
    {.key = "island", .kind = SHAPE_BOOL, .at = offsetof(T, a.island), SAYS("hải đảo", "island")},
    {.key = "mountain",
     .kind = SHAPE_BOOL,
     .at = offsetof(T, a.mountain),
     SAYS("miền núi, vùng khó khăn", "mountainous, disadvantaged")},
    {.key = "serves",
     .kind = SHAPE_TEXTS,
     .min = 1,
     .max = AGENCIES_MAX,
     .at = offsetof(T, serves),
     .at_n = offsetof(T, served),
     SAYS("đơn vị ngành dọc: các nơi nó phụ trách",
          "unit of a vertical body: the places it serves")},
};
static const struct shape AGENCY_SHAPE = {"agency", sizeof(T), AGENCY_KEYS, COUNT(AGENCY_KEYS),
                                          "agency"};
#undef T
#define T struct person_raw
static const struct shape_key PERSON_KEYS[] = {
    {.key = "login",
     .kind = SHAPE_WORD,
     .required = true,
     .at = offsetof(T, p.login),
     SAYS("tên đăng nhập", "login")},
    {.key = "name",
     .kind = SHAPE_TEXT,
     .required = true,
     .at = offsetof(T, p.name),
     SAYS("họ tên", "name")},
    {.key = "agency",
     .kind = SHAPE_WORD,
     .required = true,
     .at = offsetof(T, agency),
     SAYS("cơ quan", "agency")},
    {.key = "roles",
     .kind = SHAPE_BITS,
     .required = true,
     .min = 1,
     .at = offsetof(T, p.roles),
     .words = ROLE_WORDS,
     SAYS("vai trò", "roles")},
};
static const struct shape PERSON_SHAPE = {"person", sizeof(T), PERSON_KEYS, COUNT(PERSON_KEYS),
                                          "login"};
#undef T
#define T struct organisation_raw
static const struct shape_key ROOT_KEYS[] = {
    {.key = "agencies",
     .kind = SHAPE_LIST,
     .required = true,
     .min = 1,
     .max = AGENCIES_MAX,
     .sub = &AGENCY_SHAPE,
     .at = offsetof(T, agency),
     .at_n = offsetof(T, agencies),
     SAYS("các cơ quan, đơn vị", "agencies")},
    {.key = "people",
     .kind = SHAPE_LIST,
     .max = AGENCIES_MAX,
     .sub = &PERSON_SHAPE,
     .at = offsetof(T, person),
     .at_n = offsetof(T, persons),
     SAYS("tài khoản mẫu", "demo accounts")},
    {.key = "portal",
     .kind = SHAPE_WORD,
     .at = offsetof(T, portal),
     SAYS("mã đơn vị gửi trên Cổng Dịch vụ công quốc gia; không có: không gửi",
          "unit that sends to the national portal; none: nothing is sent")},
};
static const struct shape ROOT_SHAPE = {"organisation", sizeof(T), ROOT_KEYS, COUNT(ROOT_KEYS),
                                        NULL};
#undef T

const char *role_name(enum role r)
{
    return ROLE_WORDS[r];
}

struct text2 role_title(enum role r)
{
    return ROLE_TITLE[r];
}

bool role_of_name(const char *name, enum role *ret)
{
    int r;

    for (r = 0; r < ROLE_COUNT; r++)
        if (strcmp(ROLE_WORDS[r], name) == 0) {
            *ret = (enum role)r;
            return true;
        }
    return false;
}

static struct mark place(const struct check *c, const char *list, size_t i, const char *key)
{
    const struct yaml_node *item = yaml_get(c->root, list)->item[i];
    const struct yaml_node *v = yaml_get(item, key);

    return v ? v->at : item->at;
}

static int find(struct check *c, const char *name, const char *list, size_t i, const char *key)
{
    int found = name && *name ? organisation_find(c->o, name) : -1;

    if (!name || !*name || found >= 0)
        return found;
    diag_add(c->d, DIAG_ERROR, place(c, list, i, key), "O001", "không có cơ quan \"%s\"",
             "there is no agency \"%s\"", name);
    diag_nearest(c->d, name, c->names, c->o->agencies);
    return -1;
}

static bool overlap(const struct agency *a, const struct agency *b)
{
    return a->valid_from <= b->valid_to && b->valid_from <= a->valid_to;
}

static void check_duplicates(struct check *c, size_t i)
{
    const struct agency *a = &c->o->agency[i], *b;
    size_t j;

    for (j = 0; j < i; j++) {
        b = &c->o->agency[j];
        if (a->id && a->id == b->id)
            diag_add(c->d, DIAG_ERROR, place(c, "agencies", i, "id"), "O003",
                     "số %d đã là của \"%s\"", "number %d belongs to \"%s\"", a->id, b->agency);
        if (*a->code && strcmp(a->code, b->code) == 0 && overlap(a, b))
            diag_add(c->d, DIAG_ERROR, place(c, "agencies", i, "code"), "O004",
                     "mã \"%s\" cùng thời gian đã là của \"%s\"",
                     "code \"%s\" belongs to \"%s\" at the same time", a->code, b->agency);
    }
}

static void check_validity(struct check *c, size_t i)
{
    const struct agency *a = &c->o->agency[i], *s;

    if (a->valid_to < a->valid_from) {
        diag_add_text(c->d, DIAG_ERROR, place(c, "agencies", i, "valid_to"), "O006",
                      (struct text2){"ngày cuối trước ngày bắt đầu", "it ends before it begins"});
        return;
    }
    if (a->valid_to == OPEN_END && a->successor >= 0)
        diag_add(c->d, DIAG_ERROR, place(c, "agencies", i, "successor"), "O010",
                 "\"%s\" có cơ quan kế thừa nhưng chưa kết thúc (thiếu valid_to)",
                 "\"%s\" has a successor but no end (valid_to)", a->agency);
    if (a->valid_to != OPEN_END && a->successor < 0 && !c->raw->agency[i].successor)
        diag_add(c->d, DIAG_WARNING, place(c, "agencies", i, "valid_to"), "O005",
                 "\"%s\" kết thúc mà không có cơ quan kế thừa", "\"%s\" ends without a successor",
                 a->agency);
    if (a->successor < 0 || a->valid_to == OPEN_END)
        return;
    s = &c->o->agency[a->successor];
    if (s->valid_from > a->valid_to + 1 || s->valid_to <= a->valid_to)
        diag_add(c->d, DIAG_ERROR, place(c, "agencies", i, "successor"), "O007",
                 "\"%s\" không hoạt động vào ngày sau khi \"%s\" kết thúc",
                 "\"%s\" does not exist on the day after \"%s\" ends", s->agency, a->agency);
}

/* Each cycle is reported once, at its member that comes first in the file. */
static void check_cycle(struct check *c, size_t i, const char *key, bool parents)
{
    int at = (int)i;
    size_t n;

    for (n = 0; n <= c->o->agencies; n++) {
        at = parents ? c->o->agency[at].parent : c->o->agency[at].successor;
        if (at < 0 || (at < (int)i && n < c->o->agencies))
            return;
        if (at == (int)i)
            break;
    }
    if (at != (int)i)
        return;
    diag_add(c->d, DIAG_ERROR, place(c, "agencies", i, key), "O002",
             "\"%s\" đứng trên chính nó (vòng %s)", "\"%s\" stands over itself (cycle of %s)",
             c->o->agency[i].agency, key);
}

static void check_parent(struct check *c, size_t i)
{
    const struct agency *a = &c->o->agency[i], *p;

    if (a->parent < 0)
        return;
    p = &c->o->agency[a->parent];
    if (p->valid_to < a->valid_to || p->valid_from > a->valid_from)
        diag_add(c->d, DIAG_WARNING, place(c, "agencies", i, "parent"), "O008",
                 "cấp trên \"%s\" không tồn tại suốt thời gian của \"%s\"",
                 "the parent \"%s\" does not exist all the time of \"%s\"", p->agency, a->agency);
}

struct numbered {
    int id, at;
};

static int by_id(const void *a, const void *b)
{
    const struct numbered *x = a, *y = b;

    return x->id != y->id ? (x->id > y->id) - (x->id < y->id) : (x->at > y->at) - (x->at < y->at);
}

/* Every line of a queue or history names agencies by their numbers. */
static void index_ids(struct check *c)
{
    struct organisation *o = c->o;
    struct numbered *n = ARENA_ARRAY(c->arena, struct numbered, o->agencies + 1);
    int *at = ARENA_ARRAY(c->arena, int, o->agencies + 1);

    for (size_t i = 0; i < o->agencies; i++)
        n[i] = (struct numbered){o->agency[i].id, (int)i};
    qsort(n, o->agencies, sizeof *n, by_id);
    for (size_t i = 0; i < o->agencies; i++)
        at[i] = n[i].at;
    o->by_id = at;
}

static void compile_serves(struct check *c, size_t i)
{
    const struct agency_raw *raw = &c->raw->agency[i];
    struct agency *a = &c->o->agency[i];
    int *to = ARENA_ARRAY(c->arena, int, raw->served + 1);

    for (size_t k = 0; k < raw->served; k++) {
        to[a->served] = find(c, raw->serves[k], "agencies", i, "serves");
        a->served += to[a->served] >= 0;
    }
    a->serves = to;
}

static bool works_for(const struct agency *a, int place)
{
    for (size_t k = 0; k < a->served; k++)
        if (a->serves[k] == place)
            return true;
    return false;
}

/* One place, one unit of a body at a time: else nobody could say who is competent there. */
static void check_serves(struct check *c, size_t i)
{
    const struct agency *a = &c->o->agency[i];

    for (size_t j = 0; j < i && a->served; j++) {
        const struct agency *b = &c->o->agency[j];

        for (size_t k = 0; k < b->served && b->parent == a->parent && overlap(a, b); k++)
            if (works_for(a, b->serves[k]))
                diag_add(c->d, DIAG_ERROR, place(c, "agencies", i, "serves"), "O011",
                         "\"%s\" cùng thời gian đã do \"%s\" phụ trách",
                         "\"%s\" is served by \"%s\" at the same time",
                         c->o->agency[b->serves[k]].agency, b->agency);
    }
}

static void compile_agencies(struct check *c)
{
    struct organisation *o = c->o;
    size_t i;

    o->agencies = c->raw->agencies;
    o->agency = ARENA_ARRAY(c->arena, struct agency, o->agencies + 1);
    c->names = ARENA_ARRAY(c->arena, const char *, o->agencies + 1);
    for (i = 0; i < o->agencies; i++) {
        o->agency[i] = c->raw->agency[i].a;
        if (!o->agency[i].agency)
            o->agency[i].agency = "";
        if (!o->agency[i].code)
            o->agency[i].code = "";
        if (!yaml_get(yaml_get(c->root, "agencies")->item[i], "valid_to"))
            o->agency[i].valid_to = OPEN_END;
        c->names[i] = o->agency[i].agency;
    }
    index_ids(c);
    for (i = 0; i < o->agencies; i++) {
        o->agency[i].parent = find(c, c->raw->agency[i].parent, "agencies", i, "parent");
        o->agency[i].successor = find(c, c->raw->agency[i].successor, "agencies", i, "successor");
        compile_serves(c, i);
    }
    for (i = 0; i < o->agencies; i++) {
        check_duplicates(c, i);
        check_validity(c, i);
        check_cycle(c, i, "parent", true);
        check_cycle(c, i, "successor", false);
        check_parent(c, i);
        check_serves(c, i);
    }
}

static void compile_people(struct check *c)
{
    struct organisation *o = c->o;
    size_t i;

    o->persons = c->raw->persons;
    o->person = ARENA_ARRAY(c->arena, struct person, o->persons + 1);
    for (i = 0; i < o->persons; i++) {
        o->person[i] = c->raw->person[i].p;
        o->person[i].agency = find(c, c->raw->person[i].agency, "people", i, "agency");
        if (o->person[i].roles & SYSTEM_BIT)
            diag_add_text(c->d, DIAG_ERROR, place(c, "people", i, "roles"), "O009",
                          (struct text2){"vai trò system là của máy, không giao cho người",
                                         "the role system is the machine's, not a person's"});
    }
}

struct organisation *organisation_compile(struct arena *a, struct span text, struct diags *d)
{
    struct organisation_raw raw = {0};
    struct organisation *o = ARENA_NEW(a, struct organisation);
    struct shape_reader r = {.arena = a, .diags = d};
    struct check c = {.arena = a, .d = d, .o = o, .raw = &raw};
    size_t errors = d->errors;

    c.root = yaml_read(a, text, d);
    if (!c.root)
        return NULL;
    shape_read(&r, &ROOT_SHAPE, c.root, &raw);
    sha256(text.p, text.n, o->hash);
    o->portal = raw.portal;
    compile_agencies(&c);
    compile_people(&c);
    diags_sort(d);
    return d->errors == errors ? o : NULL;
}

int organisation_find(const struct organisation *o, const char *agency)
{
    size_t i;

    for (i = 0; i < o->agencies; i++)
        if (strcmp(o->agency[i].agency, agency) == 0)
            return (int)i;
    return -1;
}

int organisation_of_id(const struct organisation *o, int id)
{
    size_t from = 0, to = o->agencies;

    while (from < to) {
        size_t mid = from + (to - from) / 2;

        if (o->agency[o->by_id[mid]].id < id)
            from = mid + 1;
        else
            to = mid;
    }
    return from < o->agencies && o->agency[o->by_id[from]].id == id ? o->by_id[from] : -1;
}

/* The part of a code that says who it is, in the order of Decision 20/2020: "000.00.11.H24" of the
 * scheme before it (QCVN 102:2016, highest level last, levels that are not used zero) is "H24.11".
 * What is of neither scheme stays as it is.  to has room for the text. */
static void code_plain(const char *code, char *to, size_t room)
{
    const char *dot = strrchr(code, '.'), *end = code + strlen(code);
    size_t n = 0;

    if (code[0] < '0' || code[0] > '9' || !dot || (dot[1] >= '0' && dot[1] <= '9'))
        dot = NULL;
    if (!dot || (size_t)(end - code) >= room) {
        snprintf(to, room, "%s", code);
        return;
    }
    for (;; dot--) { /* group by group from the right */
        if (dot >= code && *dot != '.')
            continue;
        if (strspn(dot + 1, "0") < (size_t)(end - dot - 1))
            n += (size_t)snprintf(to + n, room - n, "%s%.*s", n ? "." : "", (int)(end - dot - 1),
                                  dot + 1);
        if (dot < code)
            return;
        end = dot;
    }
}

int organisation_of_code(const struct organisation *o, const char *code)
{
    char wanted[64], own[64];
    int best = -1;
    size_t i;

    code_plain(code, wanted, sizeof wanted);
    for (i = 0; i < o->agencies && *wanted; i++) {
        code_plain(o->agency[i].code, own, sizeof own);
        if (strcmp(own, wanted) == 0 &&
            (best < 0 || o->agency[i].valid_to > o->agency[best].valid_to))
            best = (int)i;
    }
    return best;
}

int organisation_on(const struct organisation *o, int i, dayno d)
{
    while (i >= 0 && o->agency[i].valid_to < d && o->agency[i].successor >= 0)
        i = o->agency[i].successor;
    return i;
}

static bool acts_on(const struct organisation *o, int i, dayno d)
{
    return i >= 0 && o->agency[i].valid_from <= d && d <= o->agency[i].valid_to;
}

/* Units beneath body that work for exactly this place; one that ended hands on to who took over. */
static int unit_for(const struct organisation *o, int body, int place, dayno d)
{
    int later = -1;

    for (int i = 0; i < (int)o->agencies; i++) {
        if (!works_for(&o->agency[i], place) || !organisation_within(o, i, body))
            continue;
        if (acts_on(o, i, d))
            return i;
        if (later < 0 && acts_on(o, organisation_on(o, i, d), d))
            later = organisation_on(o, i, d);
    }
    return later;
}

int organisation_serving(const struct organisation *o, int body, int place, dayno d)
{
    int at, i;

    if (body < 0)
        return -1;
    place = place < 0 ? -1 : organisation_on(o, place, d);
    if (place >= 0 && organisation_within(o, place, body))
        return acts_on(o, place, d) ? place : -1;
    for (at = place; at >= 0; at = o->agency[at].parent)
        if ((i = unit_for(o, body, at, d)) >= 0)
            return i;
    body = organisation_on(o, body, d);
    return acts_on(o, body, d) ? body : -1;
}

bool organisation_within(const struct organisation *o, int i, int ancestor)
{
    while (i >= 0 && i != ancestor)
        i = o->agency[i].parent;
    return i >= 0 && i == ancestor;
}

const char *organisation_calendar(const struct organisation *o, int i)
{
    while (i >= 0 && !o->agency[i].calendar)
        i = o->agency[i].parent;
    return i >= 0 ? o->agency[i].calendar : NULL;
}
