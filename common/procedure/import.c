/* A record of the national catalogue becomes a draft: what it is, who is competent, what it rests
 * on, and steps to be replaced.  Everything lives in the caller's arena; one thread at a time. */
#include "common/base/json_out.h"
#include "common/base/utf8.h"
#include "common/procedure/importing.h"

/* ---------------------------------------------------------------- values of a record */

bool import_records(struct arena *a, struct span json, const struct yaml_node ***ret, size_t *ret_n,
                    struct diags *d)
{
    /* JSON is YAML in flow style; this reader keeps the place of every value. */
    const struct yaml_node *root = yaml_read(a, json, d);
    size_t i, n = !root ? 0 : root->kind == YAML_SEQ ? root->n : 1;

    if (!root)
        return false;
    if (n == 0 || n > IMPORT_RECORDS_MAX || root->kind == YAML_SCALAR) {
        diag_add(d, DIAG_ERROR, root->at, "Y023", "cần một bản ghi, hoặc danh sách 1–%d bản ghi",
                 "one record is needed, or a list of 1–%d", IMPORT_RECORDS_MAX);
        return false;
    }
    *ret = ARENA_ARRAY(a, const struct yaml_node *, n);
    for (i = 0; i < n; i++)
        (*ret)[i] = root->kind == YAML_SEQ ? root->item[i] : root;
    *ret_n = n;
    return true;
}

const char *import_said(const struct import *i, const struct yaml_node *map, const char *key)
{
    const struct yaml_node *v = yaml_get(map, key);
    const char *s = v && v->kind == YAML_SCALAR ? v->text : "";
    char *to = arena_strdup(i->a, s);
    size_t n = 0;

    if (v && v->kind == YAML_SCALAR && !v->quoted && strcmp(s, "null") == 0)
        return "";
    for (; *s; s++)
        if (*s != ' ' && *s != '\t' && *s != '\n' && *s != '\r')
            to[n++] = *s;
        else if (n && to[n - 1] != ' ')
            to[n++] = ' ';
    while (n && to[n - 1] == ' ')
        n--;
    to[n] = '\0';
    return to;
}

struct mark import_at(const struct yaml_node *map, const char *key)
{
    const struct yaml_node *v = yaml_get(map, key);

    return v ? v->at : map->at;
}

const struct yaml_node *import_list(const struct yaml_node *map, const char *key)
{
    static const struct yaml_node nothing = {.kind = YAML_SEQ};
    const struct yaml_node *v = yaml_get(map, key);

    return v && v->kind == YAML_SEQ ? v : &nothing;
}

bool import_speaks(const struct import *i, const char *text, const char *words)
{
    return strstr(text_fold(i->a, span_of(text)).p, words) != NULL;
}

bool import_channel(const struct import *i, const struct yaml_node *method, enum channel *ret)
{
    static const char *const names[CHANNELS] = {"DIRECT", "ONLINE", "POSTAL"};
    const char *said = import_said(i, method, "submissionMethod");
    int c;

    for (c = 0; c < CHANNELS && strcmp(said, names[c]) != 0; c++)
        ;
    *ret = (enum channel)c;
    return c < CHANNELS;
}

/* ---------------------------------------------------------------- writing */

void import_quoted(struct import *i, const char *text)
{
    struct jw w = jw_to(i->out);

    jw_str(&w, text);
}

void import_gap(struct import *i, const char *key, const char *said)
{
    buf_printf(i->out, "# %s: còn thiếu, phải quyết định / to be decided: %s\n", key,
               *said ? said : "danh mục không nêu / the catalogue does not say");
}

static void text_of(struct import *i, const char *key, const char *vi)
{
    buf_printf(i->out, "%s: {vi: ", key);
    import_quoted(i, vi);
    buf_str(i->out, "}\n");
}

/* ---------------------------------------------------------------- the head of the file */

/* For firms only where no person is named among those who may ask for it. */
static const char *kind(const struct import *i)
{
    const struct yaml_node *who = import_list(i->record, "subjectTypes");
    const char *internal = import_said(i, i->record, "isInternal");
    bool firms = false, people = false;
    size_t k;

    if (strcmp(internal, "true") == 0 || strcmp(internal, "1") == 0 ||
        strcmp(import_said(i, i->record, "type"), "STANDARD_INTERNAL") == 0)
        return "internal";
    for (k = 0; k < who->n; k++) {
        const char *name = import_said(i, who->item[k], "name");

        firms = firms || import_speaks(i, name, "doanh nghiep");
        people = people || import_speaks(i, name, "cong dan") || import_speaks(i, name, "ca nhan");
    }
    return firms && !people ? "enterprise" : "citizen";
}

static void write_field(struct import *i)
{
    const struct yaml_node *list = import_list(i->record, "categories");
    const struct yaml_node *first = list->n ? list->item[0] : i->record;
    const char *code = import_said(i, first, "code"), *name = import_said(i, first, "name");

    if (!list->n || !*code || !*name) {
        HAZARD(i, ERROR, import_at(i->record, "categories"), "N014",
               "danh mục không nêu %s: để trống", "the catalogue does not name %s: left out",
               "lĩnh vực / the field");
        import_gap(i, "field", name);
        return;
    }
    if (list->n > 1)
        HAZARD(i, WARNING, list->item[1]->at, "N015",
               "có %zu lĩnh vực, bản nháp lấy lĩnh vực đầu: %s",
               "%zu fields are named, the draft takes the first: %s", list->n, name);
    buf_printf(i->out, "field: {code: %s, vi: ", code);
    import_quoted(i, name);
    buf_str(i->out, "}\n");
}

/* Who resolves it: whoever has the authority, else whoever carries it out, by code in either
 * scheme.  The catalogue names a commune by its level alone, never one of them. */
static void write_competent(struct import *i)
{
    static const char *const lists[] = {"departmentsAuthority", "departmentsExecuting"};
    const char *named = "";
    size_t l, k;

    for (l = 0; l < sizeof lists / sizeof *lists; l++) {
        const struct yaml_node *list = import_list(i->record, lists[l]);

        for (k = 0; k < list->n; k++) {
            int at =
                i->org ? organisation_of_code(i->org, import_said(i, list->item[k], "code")) : -1;

            if (at >= 0) {
                buf_printf(i->out, "competent: %s\n", i->org->agency[at].agency);
                return;
            }
            if (!*named)
                named = import_said(i, list->item[k], "name");
        }
    }
    HAZARD(i, ERROR, import_at(i->record, lists[0]), "N012",
           "cơ quan giải quyết (%s) không có mã nào trong organisation.yaml: để trống",
           "no code of who resolves it (%s) is in organisation.yaml: left out",
           *named ? named : "không nêu / not named");
    import_gap(i, "competent", named);
}

static void write_channels(struct import *i)
{
    const struct yaml_node *list = import_list(i->record, "executionMethods");
    bool has[CHANNELS] = {false};
    const char *comma = "";
    enum channel c;
    size_t k;

    for (k = 0; k < list->n; k++)
        if (import_channel(i, list->item[k], &c))
            has[c] = true;
    if (!has[CHANNEL_COUNTER] && !has[CHANNEL_ONLINE] && !has[CHANNEL_POST]) {
        HAZARD(i, ERROR, import_at(i->record, "executionMethods"), "N014",
               "danh mục không nêu %s: để trống", "the catalogue does not name %s: left out",
               "cách thức thực hiện / the channels");
        import_gap(i, "channels", "");
        return;
    }
    buf_str(i->out, "channels: [");
    for (k = 0; k < CHANNELS; k++)
        if (has[k]) {
            buf_printf(i->out, "%s%s", comma, channel_name((enum channel)k));
            comma = ", ";
        }
    buf_str(i->out, "]\n");
}

static void write_basis(struct import *i)
{
    const struct yaml_node *list = import_list(i->record, "legalBasis");
    size_t k;

    if (!list->n) {
        HAZARD(i, ERROR, import_at(i->record, "legalBasis"), "N014",
               "danh mục không nêu %s: để trống", "the catalogue does not name %s: left out",
               "căn cứ pháp lý / the legal basis");
        import_gap(i, "basis", "");
        return;
    }
    buf_str(i->out, "basis:\n");
    for (k = 0; k < list->n; k++) {
        const char *code = import_said(i, list->item[k], "code");

        buf_str(i->out, "  - ");
        import_quoted(i, arena_printf(i->a, "%s%s%s", import_said(i, list->item[k], "name"),
                                      *code ? ", " : "", code));
        buf_char(i->out, '\n');
    }
}

static void write_results(struct import *i)
{
    const struct yaml_node *list = import_list(i->record, "results");
    size_t k;

    if (!list->n) {
        HAZARD(i, ERROR, import_at(i->record, "results"), "N014", "danh mục không nêu %s: để trống",
               "the catalogue does not name %s: left out", "kết quả / the result");
        import_gap(i, "results", "");
        return;
    }
    if (list->n > 1)
        HAZARD(i, WARNING, list->item[1]->at, "N016",
               "có %zu kết quả: danh mục không nói cái nào phải có, cái nào thay cho cái nào",
               "%zu results: the catalogue does not say which are required and which are "
               "alternatives",
               list->n);
    buf_str(i->out, "results:\n");
    for (k = 0; k < list->n; k++) {
        const char *code = import_said(i, list->item[k], "code");

        buf_printf(i->out, "  - {result: r%zu, vi: ", k + 1);
        import_quoted(i, import_said(i, list->item[k], "name"));
        if (*code) {
            buf_str(i->out, ", national: ");
            import_quoted(i, code);
        }
        buf_str(i->out, list->n == 1 ? ", required: true}\n" : "}\n");
    }
}

/* ---------------------------------------------------------------- steps */

/* The catalogue tells citizens how it goes; who does what inside, and how long, is decided by the
 * province and is not in it.  The plainest way stands here to be replaced. */
static void write_steps(struct import *i)
{
    const struct yaml_node *list = import_list(i->record, "executionSteps");
    size_t k;

    buf_str(i->out,
            "\n# Các bước nội bộ không có trong danh mục: khung dưới đây phải được thay bằng "
            "quy trình đã phê duyệt.\n# The internal steps are not in the catalogue: "
            "replace this frame by the approved process.\n");
    for (k = 0; k < list->n; k++)
        buf_printf(i->out, "# %s %s\n", import_said(i, list->item[k], "name"),
                   import_said(i, list->item[k], "description"));
    buf_str(
        i->out,
        "steps:\n"
        "  - step: receive\n    vi: \"Tiếp nhận hồ sơ\"\n    en: \"Receive\"\n    at: reception\n"
        "    role: receiver\n    portal: 2\n    actions:\n      - {action: forward, to: resolve}\n"
        "  - step: resolve\n    vi: \"Thẩm định, xử lý\"\n    en: \"Appraise\"\n    at: competent\n"
        "    role: specialist\n    portal: 4\n    actions:\n"
        "      - {action: forward, to: approve, needs: [draft]}\n"
        "      - {action: supplement, effect: supplement, needs: [reason]}\n"
        "  - step: approve\n    vi: \"Phê duyệt\"\n    en: \"Approve\"\n    at: competent\n"
        "    role: leader\n    not_by: resolve\n    portal: 4\n    actions:\n"
        "      - {action: approve, to: issue}\n"
        "      - {action: return, to: resolve, needs: [reason]}\n"
        "      - {action: refuse, to: issue, needs: [reason]}\n"
        "  - step: issue\n    vi: \"Cấp số, đóng dấu, chuyển kết quả\"\n"
        "    en: \"Number, seal, send on\"\n    at: competent\n    role: clerk\n    portal: 4\n"
        "    actions:\n      - {action: number, needs: [result]}\n"
        "      - {action: release, to: return}\n"
        "  - step: return\n    vi: \"Trả kết quả\"\n    en: \"Hand over\"\n    at: reception\n"
        "    role: returner\n    portal: 9\n    actions:\n      - {action: hand_over}\n");
}

/* ---------------------------------------------------------------- one record */

static void write_head(struct import *i, const char *code, const char *name)
{
    const struct yaml_node *decided = yaml_get(i->record, "procedureProposal");
    const char *decision = arena_printf(i->a, "Quyết định công bố %s ngày %s",
                                        import_said(i, decided, "proposalNumber"),
                                        import_said(i, decided, "decisionDate"));

    buf_printf(i->out,
               "# Bản nháp đọc từ Cơ sở dữ liệu quốc gia về TTHC: phải hoàn thiện, kiểm tra, rồi "
               "người thứ hai phê duyệt.\n"
               "# Draft read from the national catalogue: complete it, check it, have a second "
               "person approve it.\n"
               "procedure: \"%s\"\nversion: 1\n",
               code);
    HAZARD(i, ERROR, import_at(i->record, "procedureProposal"), "N013",
           "ngày có hiệu lực không có trong danh mục (%s): để trống",
           "the first day in force is not in the catalogue (%s): left out", decision);
    import_gap(i, "valid_from", decision);
    buf_printf(i->out, "kind: %s\n", kind(i));
    text_of(i, "name", name);
    write_field(i);
    write_competent(i);
    buf_str(i->out, "reception: any\n");
    write_channels(i);
    write_basis(i);
    write_results(i);
    buf_str(i->out, "reconstructed: true\n");
}

static bool is_code(const char *s)
{
    size_t n = 0;

    while (s[n] >= '0' && s[n] <= '9')
        n++;
    if (n == 0 || n > 2 || s[n] != '.')
        return false;
    return strspn(s + n + 1, "0123456789") == 6 && s[n + 7] == '\0';
}

bool import_draft(struct arena *a, const struct yaml_node *record, const struct organisation *org,
                  struct diags *d, struct buf *out, const char **ret_code)
{
    struct import i = {.a = a, .record = record, .org = org, .d = d, .out = out};
    const char *code = import_said(&i, record, "code"), *name = import_said(&i, record, "name");
    const struct yaml_node *raw = yaml_get(record, "code");

    if (!is_code(code) || !*name) {
        HAZARD(&i, ERROR, record->at, "N001",
               "bản ghi không có tên hoặc mã dạng 1.234567 (\"%s\"): không lập được bản nháp",
               "the record has no name or no code like 1.234567 (\"%s\"): no draft can be made",
               code);
        return false;
    }
    if (strcmp(code, raw->text) != 0)
        HAZARD(&i, WARNING, raw->at, "N002", "mã thủ tục có khoảng trắng thừa: đã bỏ",
               "blanks around the code were taken off");
    *ret_code = code;
    write_head(&i, code, name);
    import_limit(&i);
    import_fee(&i);
    import_components(&i);
    write_steps(&i);
    return buf_ok(out);
}
