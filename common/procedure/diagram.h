/* The picture of a procedure as nodes in lanes with arrows, before it is drawn: one model for SVG,
 * BPMN, Mermaid and DOT.  Inside the room.  Lives in the writer's own arena; one thread. */
#ifndef COMMON_PROCEDURE_DIAGRAM_H
#define COMMON_PROCEDURE_DIAGRAM_H

#include "common/procedure/graph.h"
#include "common/procedure/names.h"

enum node_kind {
    PICTURE_START,
    PICTURE_STEP,
    PICTURE_SPLIT,
    PICTURE_BRANCH,
    PICTURE_JOIN,
    PICTURE_END
};

struct lines { /* a text broken to fit a width */
    const char **line;
    size_t n;
};

struct node {
    enum node_kind kind;
    const char *id;    /* letters, digits, "_": unique in the picture */
    const char *title; /* "2. Thẩm định", or "" */
    const char *time;  /* "16 ngày", or "" */
    const char *work;
    const char **extra; /* acts that stay in the step, timed acts */
    size_t extras;
    int step; /* index, or -1 */
    int lane, column, row;
    /* layout */
    struct lines text, more, times;
    int x, y, w, h;
    int outs, ins, bottoms; /* how many arrows leave right, enter left, use the bottom */
    int out_y, in_i, bottom_i;
};

enum route { ROUTE_SOURCE_LANE, ROUTE_TARGET_LANE, ROUTE_CHANNEL, ROUTE_BELOW };
struct edge {
    int from, to;
    bool back;         /* a return, or an arrow against the order: drawn below */
    bool dashed;       /* a return */
    const char *label; /* "" when it goes without saying */
    /* layout */
    enum route route;
    struct lines text;
    int text_w, slot_h;
    int out_y, in_y;
    int track[2]; /* in the gutter of the source, in that of the target */
    int channel;  /* lane whose lower edge it runs along, -1 none */
    int channel_track;
    int below_track, from_x, to_x;
    bool from_side, to_side; /* back edges that cannot use the bottom */
};

struct lane {
    const char *agency; /* name */
    const char *role;
    const char *group; /* key: lanes of one agency stand together */
    struct lines agency_text, role_text;
    int y, h, rows, tracks;
};

struct bracket { /* a limit over several steps */
    const char *label;
    int from, to; /* nodes */
    int first, last, row;
};

struct picture {
    struct arena *a;
    const struct procedure *p;
    const struct organisation *org;
    enum lang lang;
    const char *title, *subtitle;
    struct node *node;
    size_t nodes, node_cap;
    struct edge *edge;
    size_t edges, edge_cap;
    struct lane *lane;
    size_t lanes, lane_cap;
    struct bracket *bracket;
    size_t brackets;
    int bracket_rows;
    int of_step[STEPS_MAX]; /* node a step is entered by */
    int exit_of[STEPS_MAX]; /* node it is left from */
    int columns;
    int *column_x, *column_w, *gutter_label, *gutter_tracks;
    int width, height, lanes_y, below_y, below_tracks;
    bool page;                       /* for a page: no style of its own, steps are links */
    const struct picture_mark *mark; /* one a step, or NULL */
};

/* Nodes, lanes, arrows and columns. */
void picture_build(struct picture *g, struct arena *a, const struct procedure *p,
                   const struct organisation *org, enum lang lang);
/* Places and ways; everything in whole pixels, the same for the same procedure. */
void picture_layout(struct picture *g);

/* Breaks at blanks so that each line is at most max pixels at that size; long words stand alone. */
#define TITLE_WRAP 23 /* the title's size is 20, but bold letters are wider than measured */
struct lines text_wrap(struct arena *a, const char *s, int size, int max);
int text_width(const char *s, size_t n, int size);
void xml_text(struct buf *out, const char *s); /* escaped, for text and attributes */
const char *quantity_text(struct arena *a, struct quantity q, enum lang lang);
/* "Giá dự toán ≤ 500.000.000 và kênh nộp = Trực tuyến" */
const char *condition_words(struct arena *a, const struct procedure *p, const struct expr *e,
                            enum lang lang);
const char *moment_words(struct arena *a, const struct moment *m, enum lang lang);

/* ' class="WORDS"', for pages with the attributes that the classes stand for. */
void picture_class(const struct picture *g, const char *words, struct buf *out);
void picture_style(struct buf *out); /* <style> of a picture that stands alone */
void picture_svg(const struct picture *g, struct buf *out);
void picture_bpmn(const struct picture *g, struct buf *out);
void picture_mermaid(const struct picture *g, struct buf *out);
void picture_dot(const struct picture *g, struct buf *out);

#endif
