/* Invented people, forms and papers of the demonstration, from a seed.  Any likeness is chance:
 * names are put together from common parts, numbers from a range of their own.  Any thread. */
#include "server/cli/demo.h"

#include "common/base/json_out.h"

static const char *const families[] = {"Nguyễn", "Trần", "Lê",  "Phạm", "Hoàng", "Phan",
                                       "Vũ",     "Đặng", "Bùi", "Đỗ",   "Hồ",    "Ngô",
                                       "Dương",  "Lý",   "Đào", "Đinh", "Mai",   "Trịnh"};
static const char *const men[] = {
    "Văn An",    "Đức Bình",  "Quốc Cường", "Minh Dũng",  "Hữu Đạt",    "Văn Giang",
    "Mạnh Hà",   "Đình Hải",  "Quang Huy",  "Trung Kiên", "Hoàng Long", "Văn Nam",
    "Xuân Phúc", "Minh Quân", "Thanh Sơn",  "Anh Tuấn",   "Đức Thắng",  "Quốc Việt"};
static const char *const women[] = {
    "Thị Anh",  "Ngọc Bích", "Thị Cúc",     "Thùy Dương", "Thị Đào",     "Hương Giang",
    "Thu Hà",   "Thị Hạnh",  "Thanh Huyền", "Thị Lan",    "Phương Linh", "Thị Mai",
    "Bảo Ngọc", "Thị Oanh",  "Mai Phương",  "Thị Quỳnh",  "Thanh Tâm",   "Thị Yến"};
static const char *const streets[] = {"Lạch Tray", "Trần Phú", "Điện Biên Phủ", "Lê Lợi",
                                      "Tô Hiệu",   "Cầu Đất",  "Hai Bà Trưng",  "Nguyễn Đức Cảnh"};
static const char *const places[] = {"phường Hồng Bàng",     "phường Lê Chân", "phường Ngô Quyền",
                                     "phường Lê Thanh Nghị", "xã Thanh Hà",    "đặc khu Cát Hải"};
static const char *const trades[] = {"Thương mại", "Xây dựng", "Vận tải biển", "Cơ khí",
                                     "Nông sản",   "Du lịch",  "May mặc",      "Thủy sản"};
static const char *const firm_names[] = {"Sao Biển", "Hải Đăng", "Bình Minh", "Hoa Phượng",
                                         "Đông Bắc", "Tam Bạc",  "Cát Bà",    "An Phú"};
static const char *const offices[] = {"Trường THCS Trần Phú",     "Trường THPT Thái Phiên",
                                      "Trung tâm Y tế Hồng Bàng", "Thư viện thành phố",
                                      "Bảo tàng thành phố",       "Trường Mầm non Sao Mai",
                                      "Ban Quản lý chợ Sắt",      "Trung tâm Văn hóa thành phố"};

#define PICK(r, list) ((list)[demo_below((r), (int)(sizeof(list) / sizeof *(list)))])

/* splitmix64: the same seed tells the same story everywhere */
uint64_t demo_next(struct demo_random *r)
{
    uint64_t z = (r->state += 0x9e3779b97f4a7c15ULL);

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

int demo_below(struct demo_random *r, int n)
{
    return n > 0 ? (int)(demo_next(r) % (uint64_t)n) : 0;
}

bool demo_chance(struct demo_random *r, int percent)
{
    return demo_below(r, 100) < percent;
}

static const char *address(struct demo_random *r, struct arena *a)
{
    return arena_printf(a, "%d %s, %s, thành phố Hải Phòng", 1 + demo_below(r, 400),
                        PICK(r, streets), PICK(r, places));
}

static const char *phone(struct demo_random *r, struct arena *a)
{
    return arena_printf(a, "09%08d", demo_below(r, 100000000));
}

struct person_data demo_person(struct demo_random *r, struct arena *a)
{
    bool man = demo_chance(r, 50);

    return (struct person_data){
        .kind = "citizen",
        .name = arena_printf(a, "%s %s", PICK(r, families), man ? PICK(r, men) : PICK(r, women)),
        .id_type = "cccd",
        /* 999: no province has this number */
        .id_number = arena_printf(a, "999%d%08d", demo_below(r, 4), demo_below(r, 100000000)),
        .birth = arena_printf(a, "%d-%02d-%02d", 1950 + demo_below(r, 55), 1 + demo_below(r, 12),
                              1 + demo_below(r, 28)),
        .sex = man ? "male" : "female",
        .address = address(r, a),
        .phone = phone(r, a),
    };
}

struct person_data demo_firm(struct demo_random *r, struct arena *a)
{
    const char *trade = PICK(r, trades);

    return (struct person_data){
        .kind = "enterprise",
        .name = arena_printf(a, "Công ty TNHH %s %s", trade, PICK(r, firm_names)),
        .id_type = "tax",
        .id_number = arena_printf(a, "999%07d", demo_below(r, 10000000)),
        .address = address(r, a),
        .phone = phone(r, a),
    };
}

struct person_data demo_office(struct demo_random *r, struct arena *a)
{
    return (struct person_data){
        .kind = "state",
        .name = PICK(r, offices),
        .id_type = "organisation",
        .id_number = arena_printf(a, "H24.99.%02d", demo_below(r, 100)),
        .address = address(r, a),
        .phone = arena_printf(a, "0225%07d", demo_below(r, 10000000)),
    };
}

/* ---- forms */

static int64_t number_for(struct demo_random *r, const struct form_field *f)
{
    int64_t lo = f->min, hi = f->max;

    if (f->type == FORM_MONEY) {
        if (hi <= lo || hi > 900000000)
            hi = 900000000;
        return lo + (int64_t)(demo_next(r) % (uint64_t)((hi - lo) / 1000000 + 1)) * 1000000;
    }
    if (hi <= lo || hi - lo > 20)
        hi = lo + 20;
    return lo + demo_below(r, (int)(hi - lo + 1));
}

static struct value value_for(struct demo_random *r, struct arena *a, const struct form_field *f,
                              dayno today)
{
    switch (f->type) {
    case FORM_MONEY:
    case FORM_INTEGER:
        return (struct value){VALUE_INT, number_for(r, f), SPAN_NONE};
    case FORM_DATE:
        return (struct value){VALUE_DATE, today - 1 - demo_below(r, 300), SPAN_NONE};
    case FORM_BOOL:
        return (struct value){VALUE_BOOL, demo_chance(r, 30), SPAN_NONE};
    case FORM_CHOICE:
        if (!f->choices)
            break;
        return (struct value){VALUE_TEXT, 0, span_of(f->choice[demo_below(r, (int)f->choices)])};
    case FORM_TEXT:
        return (struct value){VALUE_TEXT, 0,
                              span_of(arena_printf(a, "Theo đơn số %d", 1 + demo_below(r, 900)))};
    }
    return (struct value){VALUE_NONE, 0, SPAN_NONE};
}

struct value *demo_form(struct demo_random *r, struct arena *a, const struct procedure *p,
                        dayno today, const char **ret_json)
{
    struct value *v = ARENA_ARRAY(a, struct value, p->forms ? p->forms : 1);
    struct buf b;
    struct jw w = jw_to(&b);
    char day[16];
    size_t i;

    buf_init(&b, 65536);
    jw_open(&w);
    for (i = 0; i < p->forms; i++) {
        if (!p->form[i].required && demo_chance(r, 40))
            continue;
        v[i] = value_for(r, a, &p->form[i], today);
        if (v[i].type == VALUE_NONE)
            continue;
        jw_key(&w, p->form[i].field);
        if (v[i].type == VALUE_TEXT)
            jw_span(&w, v[i].s);
        else if (v[i].type == VALUE_BOOL)
            jw_bool(&w, v[i].i != 0);
        else if (v[i].type == VALUE_DATE) {
            day_iso((dayno)v[i].i, day);
            jw_str(&w, day);
        } else
            jw_i64(&w, v[i].i);
    }
    jw_close(&w);
    *ret_json = arena_strndup(a, b.p, b.n);
    buf_free(&b);
    return v;
}

struct check_off *demo_checks(struct demo_random *r, struct arena *a, const struct procedure *p,
                              const struct facts *f, size_t *ret_n, const char **ret_json)
{
    size_t i, k = 0, n;
    const struct component *c = procedure_components(p, f->case_code, &n);
    struct check_off *out = ARENA_ARRAY(a, struct check_off, n ? n : 1);
    struct buf b;
    struct jw w = jw_to(&b);

    buf_init(&b, 65536);
    jw_list(&w);
    for (i = 0; i < n; i++) {
        bool wanted = component_required(&c[i], f) || c[i].need == NEED_ONE_OF;
        if (c[i].need == NEED_NOTE || (!wanted && !demo_chance(r, 30)))
            continue;
        out[k] = (struct check_off){.component = c[i].code,
                                    .originals = c[i].originals,
                                    .certified = c[i].certified,
                                    .copies = c[i].copies,
                                    .presented = c[i].present_only};
        if (!out[k].originals && !out[k].certified && !out[k].copies && !out[k].presented)
            out[k].originals = 1;
        jw_open(&w);
        jw_kstr(&w, "component", out[k].component);
        jw_ki64(&w, "originals", out[k].originals);
        jw_ki64(&w, "certified", out[k].certified);
        jw_ki64(&w, "copies", out[k].copies);
        jw_kbool(&w, "presented", out[k].presented);
        jw_close(&w);
        k++;
    }
    jw_end(&w);
    *ret_n = k;
    *ret_json = arena_strndup(a, b.p, b.n);
    buf_free(&b);
    return out;
}
