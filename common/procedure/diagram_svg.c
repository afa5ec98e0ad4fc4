/* The picture as SVG: swim lanes that a department hangs on its wall and a screen shows in light
 * and dark; names and steps in words for those who do not see it.  Owns nothing.  Any thread. */
#include "common/procedure/diagram.h"

#define HEAD_X  16
#define HEAD_W  156
#define BELOW   30
#define TRACK   11
#define CHANNEL 14
#define DIAMOND 44
#define BRACKET 26

static const char *in(const struct picture *g, const char *vi, const char *en)
{
    return g->lang == LANG_EN ? en : vi;
}

static void text_at(const struct picture *g, struct buf *out, int x, int y, const char *class_name,
                    const char *s)
{
    buf_str(out, "<text");
    picture_class(g, class_name, out);
    buf_printf(out, " x=\"%d\" y=\"%d\">", x, y);
    xml_text(out, s);
    buf_str(out, "</text>\n");
}

/* What the picture shows, in words, step by step. */
static void describe(const struct picture *g, struct buf *out)
{
    size_t i, k;

    buf_str(out, "<title id=\"title\">");
    xml_text(out, g->title);
    buf_str(out, "</title>\n<desc id=\"desc\">");
    xml_text(out, g->subtitle);
    buf_str(out, ". ");
    for (i = 0; i < g->nodes; i++) {
        const struct node *n = &g->node[i];
        if (n->kind == PICTURE_START || n->kind == PICTURE_END || n->kind == PICTURE_JOIN)
            continue;
        xml_text(out, n->title);
        buf_str(out, " (");
        xml_text(out, g->lane[n->lane].agency);
        buf_str(out, ", ");
        xml_text(out, g->lane[n->lane].role);
        buf_str(out, *n->time ? ", " : "");
        xml_text(out, n->time);
        buf_str(out, ")");
        if (n->step >= 0 && g->mark && g->mark[n->step].say && n->kind != PICTURE_BRANCH) {
            buf_str(out, ": ");
            xml_text(out, g->mark[n->step].say);
        }
        for (k = 0; k < g->edges; k++)
            if (g->edge[k].from == (int)i && g->edge[k].dashed) {
                buf_str(out, in(g, "; trả lại ", "; returns to "));
                xml_text(out, g->node[g->edge[k].to].title);
            }
        buf_str(out, ". ");
    }
    buf_str(out, "</desc>\n");
}

static void rect(const struct picture *g, struct buf *out, const char *class_name, int x, int y,
                 int w, int h)
{
    buf_str(out, "<rect");
    picture_class(g, class_name, out);
    buf_printf(out, " x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>\n", x, y, w, h);
}

/* "<path class=…": its own attributes follow. */
static void path(const struct picture *g, struct buf *out, const char *class_name)
{
    buf_str(out, "<path");
    picture_class(g, class_name, out);
}

/* Tips of arrows; stripes over what is late or wrong. */
static void draw_defs(const struct picture *g, struct buf *out)
{
    static const char *const tips[] = {"tip", "tipb"};
    size_t i;

    buf_str(out, "<defs>\n");
    for (i = 0; i < 2; i++) {
        buf_printf(
            out,
            "<marker id=\"%s\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"9\" "
            "markerHeight=\"9\" markerUnits=\"userSpaceOnUse\" orient=\"auto\">",
            tips[i]);
        path(g, out, tips[i]);
        buf_str(out, " d=\"M0 0L10 5L0 10z\"/></marker>\n");
    }
    if (g->mark) {
        buf_str(out, "<pattern id=\"hatch\" width=\"10\" height=\"10\" "
                     "patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">");
        path(g, out, "stripe");
        buf_str(out, " stroke-opacity=\"0.28\" d=\"M0 0V10\"/></pattern>\n");
    }
    buf_str(out, "</defs>\n");
}

static void draw_titles(const struct picture *g, struct buf *out)
{
    struct lines t = text_wrap(g->a, g->title, TITLE_WRAP, g->width - 2 * HEAD_X);
    int y = HEAD_X + 18;
    size_t i;

    for (i = 0; i < t.n; i++, y += 26)
        text_at(g, out, HEAD_X, y, "ink b name", t.line[i]);
    text_at(g, out, HEAD_X, y - 2, "ink t soft", g->subtitle);
}

static void draw_brackets(const struct picture *g, struct buf *out)
{
    size_t i;

    for (i = 0; i < g->brackets; i++) {
        const struct node *a = &g->node[g->bracket[i].from], *b = &g->node[g->bracket[i].to];
        int y = g->lanes_y - (g->bracket_rows - g->bracket[i].row) * BRACKET + 2;
        int x1 = a->x < b->x ? a->x : b->x, x2 = a->x < b->x ? b->x + b->w : a->x + a->w;
        path(g, out, "rule");
        buf_printf(out, " stroke-width=\"2\" d=\"M%d %dV%dH%dV%d\"/>\n", x1, y + 20, y + 14, x2,
                   y + 20);
        text_at(g, out, (x1 + x2) / 2, y + 10, "ink s c", g->bracket[i].label);
    }
}

static void draw_lanes(const struct picture *g, struct buf *out)
{
    size_t i, k;

    for (i = 0; i < g->lanes; i++) {
        const struct lane *l = &g->lane[i];
        int lines = (int)(l->agency_text.n + l->role_text.n), y = l->y + l->h / 2 - lines * 17 / 2;
        bool same = i > 0 && strcmp(g->lane[i - 1].group, l->group) == 0;
        if (i % 2 == 0)
            rect(g, out, "band", HEAD_X, l->y, g->width - 2 * HEAD_X, l->h);
        rect(g, out, "head", HEAD_X, l->y, HEAD_W, l->h);
        path(g, out, "rule");
        buf_printf(out, " stroke-width=\"%s\" d=\"M%d %dH%d\"/>\n", same ? "0.7" : "1.8", HEAD_X,
                   l->y, g->width - HEAD_X);
        for (k = 0; k < l->agency_text.n; k++)
            text_at(g, out, HEAD_X + 8, y += 17, "ink s b", l->agency_text.line[k]);
        for (k = 0; k < l->role_text.n; k++)
            text_at(g, out, HEAD_X + 8, y += 17, "ink s", l->role_text.line[k]);
    }
    path(g, out, "rule");
    buf_printf(out, " stroke-width=\"1.8\" d=\"M%d %dH%dM%d %dV%d\"/>\n", HEAD_X, g->below_y,
               g->width - HEAD_X, HEAD_X + HEAD_W, g->lanes_y, g->below_y);
}

static int track_x(const struct picture *g, int column, int track)
{
    int label = g->gutter_label[column] ? g->gutter_label[column] + 10 : 0;

    return g->column_x[column] + g->column_w[column] + label + 8 + TRACK * (track + 1);
}

static int right_of(const struct node *n)
{
    return n->kind == PICTURE_SPLIT || n->kind == PICTURE_JOIN ? n->x + n->w / 2 + DIAMOND / 2
                                                               : n->x + n->w;
}

static int left_of(const struct node *n)
{
    return n->kind == PICTURE_SPLIT || n->kind == PICTURE_JOIN ? n->x + n->w / 2 - DIAMOND / 2
                                                               : n->x;
}

static int bottom_of(const struct node *n)
{
    return n->y + n->h;
}

static void draw_below(const struct picture *g, const struct edge *e, struct buf *out)
{
    const struct node *a = &g->node[e->from], *b = &g->node[e->to];
    int y = g->below_y + 24 + e->below_track * BELOW, x1, x2;
    size_t i;

    x1 = e->from_side ? track_x(g, a->column, e->track[0]) : e->from_x;
    x2 = e->to_side ? track_x(g, b->column - 1, e->track[1]) : e->to_x;
    path(g, out, e->dashed ? "way back dash" : "way back");
    buf_str(out, " marker-end=\"url(#tipb)\" d=\"");
    if (e->from_side)
        buf_printf(out, "M%d %dH%d", right_of(a), e->out_y, x1);
    else
        buf_printf(out, "M%d %d", x1, bottom_of(a));
    buf_printf(out, "V%dH%d", y, x2);
    if (e->to_side)
        buf_printf(out, "V%dH%d", e->in_y, left_of(b));
    else
        buf_printf(out, "V%d", bottom_of(b));
    buf_str(out, "\"/>\n");
    for (i = 0; i < e->text.n && i < 1; i++)
        text_at(g, out, (x1 + x2) / 2, y - 6, "sayb c", e->text.line[i]);
}

static void draw_edge(const struct picture *g, const struct edge *e, struct buf *out)
{
    const struct node *a = &g->node[e->from], *b = &g->node[e->to];
    int last = b->column - 1, x;
    size_t i;

    path(g, out, "way");
    buf_printf(out, " marker-end=\"url(#tip)\" d=\"M%d %d", right_of(a), e->out_y);
    if (e->route == ROUTE_CHANNEL) {
        const struct lane *l = &g->lane[e->channel];
        buf_printf(out, "H%dV%d", track_x(g, a->column, e->track[0]),
                   l->y + l->h - 8 - CHANNEL * e->channel_track);
    }
    x = e->route == ROUTE_TARGET_LANE ? track_x(g, a->column, e->track[0])
                                      : track_x(g, last, e->track[1]);
    if (e->out_y != e->in_y || e->route == ROUTE_CHANNEL)
        buf_printf(out, "H%dV%d", x, e->in_y);
    buf_printf(out, "H%d\"/>\n", left_of(b));
    x = g->column_x[a->column] + g->column_w[a->column] + 6;
    for (i = 0; i < e->text.n; i++)
        text_at(g, out, x, e->out_y - 5 - 16 * (int)(e->text.n - 1 - i), "ink say",
                e->text.line[i]);
}

/* ---------------------------------------------------------------- nodes */

/* Classes of the shape of a step: what is told over it changes its line, its ground and more. */
static const char *shape_class(const struct picture *g, const struct node *n)
{
    unsigned m = n->step >= 0 && g->mark ? g->mark[n->step].flags : 0;

    return arena_printf(g->a, "shape%s%s%s%s%s%s", n->kind == PICTURE_END ? " end" : "",
                        m & MARK_DONE ? " done" : "", m & MARK_NOW ? " now" : "",
                        m & MARK_AHEAD ? " ahead" : "", m & MARK_LATE ? " late" : "",
                        m & MARK_FAULT ? " fault" : "");
}

static void draw_sign(const struct picture *g, const struct node *n, struct buf *out)
{
    int x = n->x + n->w / 2, y = n->y + DIAMOND / 2, r = DIAMOND / 2;
    size_t i;

    buf_str(out, "<polygon");
    picture_class(g, shape_class(g, n), out);
    buf_printf(out, " points=\"%d,%d %d,%d %d,%d %d,%d\"/>\n", x, y - r, x + r, y, x, y + r, x - r,
               y);
    path(g, out, "sign");
    buf_printf(out, " d=\"M%d %dV%dM%d %dH%d\"/>\n", x, y - 9, y + 9, x - 9, y, x + 9);
    for (i = 0; i < n->text.n; i++)
        text_at(g, out, x, n->y + DIAMOND + 14 + 16 * (int)i, "ink s c", n->text.line[i]);
}

static void draw_box(const struct picture *g, const struct node *n, struct buf *out)
{
    int y = n->y + (n->h - (int)(n->text.n + n->times.n) * 20 - 4 - (int)n->more.n * 16 -
                    (n->more.n ? 4 : 0)) /
                       2;
    bool hatched = n->step >= 0 && g->mark && (g->mark[n->step].flags & (MARK_LATE | MARK_FAULT));
    size_t i;

    for (i = 0; i < (hatched ? 2u : 1u); i++) { /* the pattern lies over the ground */
        buf_str(out, "<rect");
        picture_class(g, i ? "hatch" : shape_class(g, n), out);
        buf_printf(out, " x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"7\"/>\n", n->x, n->y,
                   n->w, n->h);
    }
    for (i = 0; i < n->text.n; i++, y += 20)
        text_at(g, out, n->x + 8, y + 15, "ink t", n->text.line[i]);
    for (i = 0; i < n->times.n; i++, y += 20)
        text_at(g, out, n->x + 8, y + 18, "time", n->times.line[i]);
    y += 4;
    for (i = 0; i < n->more.n; i++)
        text_at(g, out, n->x + 8, y + 15 + 16 * (int)i, "soft s", n->more.line[i]);
}

#define BADGE_H 18
/* A word on the upper edge: how many are here, how late; never a colour alone. */
static void draw_badge(const struct picture *g, const struct node *n, struct buf *out)
{
    const struct picture_mark *m = n->step >= 0 && g->mark ? &g->mark[n->step] : NULL;
    int w, x;

    if (!m || !m->badge || n->kind == PICTURE_JOIN || n->kind == PICTURE_BRANCH)
        return;
    w = text_width(m->badge, strlen(m->badge), 13) + 12;
    x = n->x + n->w - w;
    buf_str(out, "<rect");
    picture_class(g, m->flags & (MARK_LATE | MARK_FAULT) ? "badge-late" : "badge", out);
    buf_printf(out, " x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"9\"/>\n", x,
               n->y - BADGE_H + 6, w, BADGE_H);
    text_at(g, out, x + 6, n->y + 2, "on s b", m->badge);
}

static const char *node_name(const struct picture *g, const struct node *n)
{
    const struct picture_mark *m = n->step >= 0 && g->mark ? &g->mark[n->step] : NULL;
    const char *title = n->kind == PICTURE_START ? in(g, "Bắt đầu", "Start")
                        : n->kind == PICTURE_END ? in(g, "Kết thúc", "End")
                                                 : n->title;

    if (*n->work)
        title = arena_printf(g->a, "%s: %s", title, n->work);
    return m && m->say ? arena_printf(g->a, "%s — %s", title, m->say) : title;
}

/* In a page each step is a link: it takes the focus, and the page's script hears it. */
static void open_node(const struct picture *g, const struct node *n, const char *name,
                      struct buf *out)
{
    const struct step *s = n->step >= 0 ? &g->p->step[n->step] : NULL;
    bool link = s && g->page && n->kind != PICTURE_JOIN;

    buf_printf(out, "<%s class=\"step\" id=\"%s\"", link ? "a" : "g", n->id);
    if (s) {
        buf_str(out, " data-step=\"");
        xml_text(out, s->step);
        buf_printf(out, "\" data-line=\"%d\"", s->mark.line);
    }
    if (link) {
        buf_str(out, " href=\"#step=");
        xml_text(out, s->step);
        buf_char(out, '"'); /* its name is its title and its text: no label that could differ */
    }
    buf_str(out, "><title>");
    xml_text(out, name);
    buf_str(out, "</title>\n");
}

static void draw_node(const struct picture *g, const struct node *n, struct buf *out)
{
    int r = n->w / 2;

    open_node(g, n, node_name(g, n), out);
    if (n->kind == PICTURE_START || n->kind == PICTURE_END) {
        buf_str(out, "<circle");
        picture_class(g, shape_class(g, n), out);
        buf_printf(out, " cx=\"%d\" cy=\"%d\" r=\"%d\"/>\n", n->x + r, n->y + n->h / 2, r - 2);
    } else if (n->kind == PICTURE_SPLIT || n->kind == PICTURE_JOIN) {
        draw_sign(g, n, out);
    } else {
        draw_box(g, n, out);
    }
    draw_badge(g, n, out);
    buf_printf(out, "</%s>\n", g->page && n->step >= 0 && n->kind != PICTURE_JOIN ? "a" : "g");
}

static void draw_legend(const struct picture *g, struct buf *out)
{
    int y = g->height - 18, x = HEAD_X;

    path(g, out, "way");
    buf_printf(out, " marker-end=\"url(#tip)\" d=\"M%d %dh44\"/>\n", x, y - 4);
    text_at(g, out, x + 52, y, "ink s soft", in(g, "chuyển tiếp", "goes on"));
    if (!g->below_tracks)
        return; /* nothing returns */
    x += 52 + text_width("chuyển tiếp", strlen("chuyển tiếp"), 13) + 28;
    path(g, out, "way back dash");
    buf_printf(out, " marker-end=\"url(#tipb)\" d=\"M%d %dh44\"/>\n", x, y - 4);
    text_at(g, out, x + 52, y, "ink s soft", in(g, "trả lại bước trước", "returns"));
}

void picture_svg(const struct picture *g, struct buf *out)
{
    size_t i;

    buf_printf(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"diagram\" "
        "font-family=\"Be Vietnam Pro,Noto Sans,Segoe UI,Roboto,DejaVu Sans,Arial,sans-serif\" "
        "role=\"%s\" "
        "aria-labelledby=\"title desc\" lang=\"%s\" width=\"%d\" height=\"%d\" viewBox=\"0 0 "
        "%d %d\">\n",
        g->page ? "group" : "img", g->lang == LANG_EN ? "en" : "vi", g->width, g->height, g->width,
        g->height);
    describe(g, out);
    if (!g->page)
        picture_style(out);
    draw_defs(g, out);
    rect(g, out, "paper", 0, 0, g->width, g->height);
    draw_titles(g, out);
    draw_lanes(g, out);
    draw_brackets(g, out);
    for (i = 0; i < g->edges; i++)
        if (!g->edge[i].back)
            draw_edge(g, &g->edge[i], out);
    for (i = 0; i < g->nodes; i++)
        draw_node(g, &g->node[i], out);
    for (i = 0; i < g->edges; i++)
        if (g->edge[i].back)
            draw_below(g, &g->edge[i], out);
    draw_legend(g, out);
    buf_str(out, "</svg>\n");
}
