/* What calls about figures share: the question as parameters.  Not for other rooms.  The worker's
 * thread. */
#ifndef SERVER_API_FIGURES_H
#define SERVER_API_FIGURES_H

#include "common/figures/period.h"
#include "server/api/export.h"
#include "server/api/page.h"
#include "server/store/figures.h"

#define FIGURE_PARAMS                                                                              \
    {"from", {"từ ngày; mặc định đầu tháng này", "from; default: first day of this month"}},       \
        {"to", {"đến trước ngày; mặc định ngày mai", "up to, exclusive; default: tomorrow"}},      \
        {"period",                                                                                 \
         {"thay from, to: kỳ báo cáo 2026-11, 2026-Q4, 2026-H2, 2026",                             \
          "instead of from and to: reporting period 2026-11, 2026-Q4, 2026-H2, 2026"}},            \
        {"as_of", {"tính đến thời điểm", "as known at this instant"}},                             \
        {"basis", {"original, basis (mặc định) hoặc current", "original, basis or current"}},      \
        {"agencies",                                                                               \
         {"historical (mặc định): cơ quan lúc đó; successor: cơ quan kế thừa",                     \
          "historical: the agency of the time; successor: the one that took over"}},               \
        {"agency", {"cơ quan, cả cấp dưới", "agency, with those under it"}},                       \
        {"field", {"mã lĩnh vực", "code of the field"}},                                           \
        {"procedure", {"mã thủ tục", "code of the procedure"}}, {"channel", {"kênh", "channel"}},  \
        {"officer", {"người thụ lý", "number of the officer"}},                                    \
        {"receiving", {"nơi tiếp nhận, cả cấp dưới", "receiving unit, with those under it"}},      \
    {                                                                                              \
        "applicant",                                                                               \
        {                                                                                          \
            "loại người nộp: citizen, enterprise, state, other",                                   \
                "kind of applicant: citizen, enterprise, state, other"                             \
        }                                                                                          \
    }
#define FORMAT_PARAM                                                                               \
    {"format", {"json (mặc định), csv, xlsx hoặc pdf", "json, csv, xlsx or pdf"}},                 \
        EXPORT_PROGRESS_PARAM

#define FIGURES_ROUTE .method = HTTP_GET, .permission = PERM_FIGURES, .lane = LANE_REPORT

extern const struct answer_shape figures_head_shape;  /* figures_head_json, for A_WITH */
extern const struct answer_shape figures_count_shape; /* figures_row_json */
extern const struct answer_shape figures_rate_shape;  /* {"n","of","tenths"} */

/* False after answering 400. */
bool figures_read(struct req *rq, struct figures_query *q);

/* False after answering 400: more days, weeks … than rows of an answer. */
bool figures_not_long(struct req *rq, const struct figures_query *q);

/* figures=received,rate_on_time: only these; false after answering 400. */
bool figures_asked(struct req *rq, struct span names, struct figures_query *q);

/* May a key stand for a row of this dimension?  NULL: the total. */
bool figures_names_row(enum figure_by by, const char *key);

/* What it is called in files and on paper (figures_words.c): "… theo thủ tục", "từ … đến hết …",
 * filters (of a file with the agency, which a form tells elsewhere; NULL: none), how lateness is
 * judged. */
struct text2 figures_titled(struct req *rq, struct text2 what, const struct figures_query *q);
const char *figures_period_words(struct req *rq, const struct figures_query *q, enum lang lang);
const char *figures_scope_words(struct req *rq, const struct figures_query *q, bool file,
                                enum lang lang);
const char *figures_judged_words(struct req *rq, enum due_basis basis, instant as_of,
                                 enum lang lang);
/* Fills what stands above a file's rows. */
void figures_export_head(struct req *rq, struct export *e, struct text2 title,
                         const struct figures_query *q);

/* The same as files (export.h); each answers the request. */
void figures_export_rows(struct req *rq, int asked, const struct figures_query *q);
void figures_export_cross(struct req *rq, int asked, const struct figures_query *q);
void figures_export_list(struct req *rq, int asked, const struct figures_query *q);
void figures_export_items(struct req *rq, int asked, const struct figures_query *q);
void figures_export_form(struct req *rq, int asked, const struct figures_query *q, bool b);
void figures_print_form(struct req *rq, const struct figures_query *q, bool b);
void figures_export_load(struct req *rq, int asked, int agency);
void figures_export_steps(struct req *rq, int asked, const struct figures_query *q, bool late);
void figures_export_late(struct req *rq, int asked, const struct figures_query *q);
void figures_export_scores(struct req *rq, int asked, const struct figures_query *q,
                           const char *index);
void figures_export_reasons(struct req *rq, int asked, const struct figures_query *q);

#endif
