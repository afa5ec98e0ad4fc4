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

/* Each colour stands twice: plain for readers that know no variables, then by variable, so that a
 * page may set its own and dark screens get theirs. */
static const char STYLE[] =
    "<style>\n"
    "svg{--paper:#fff;--ink:#1f2328;--soft:#57606a;--rule:#afb8c1;--band:#f6f8fa;--box:#fff;"
    "--edge:#3b4650;--accent:#0b5cad;--back:#b4540a;font-family:'Be Vietnam Pro','Noto Sans',"
    "'Segoe UI',Roboto,'DejaVu Sans',Arial,sans-serif}\n"
    "@media screen and (prefers-color-scheme:dark){svg{--paper:#0d1117;--ink:#e6edf3;"
    "--soft:#9da7b3;--rule:#3d444d;--band:#161b22;--box:#1c2430;--edge:#b3bec9;"
    "--accent:#6cb0ff;--back:#f0a35e}}\n"
    ".paper{fill:#fff;fill:var(--paper,#fff)}\n"
    ".band{fill:#f6f8fa;fill:var(--band,#f6f8fa)}\n"
    ".head{fill:#eaeef2;fill:var(--band,#eaeef2)}\n"
    ".rule{stroke:#afb8c1;stroke:var(--rule,#afb8c1);fill:none}\n"
    ".step rect,.step polygon,.step circle{fill:#fff;fill:var(--box,#fff);stroke:#0b5cad;"
    "stroke:var(--accent,#0b5cad);stroke-width:1.6}\n"
    "text{fill:#1f2328;fill:var(--ink,#1f2328)}\n"
    ".name{font-size:20px}.t{font-size:16px}.s{font-size:13px}.b{font-weight:700}.c{text-anchor:"
    "middle}"
    ".e{text-anchor:end}\n"
    ".time{font-size:14px;font-weight:700;fill:#0b5cad;fill:var(--accent,#0b5cad)}\n"
    ".soft{fill:#57606a;fill:var(--soft,#57606a)}\n"
    ".way{fill:none;stroke:#3b4650;stroke:var(--edge,#3b4650);stroke-width:1.6;"
    "stroke-linejoin:round}\n"
    ".back{stroke:#b4540a;stroke:var(--back,#b4540a)}.dash{stroke-dasharray:7 5}\n"
    ".tip{fill:#3b4650;fill:var(--edge,#3b4650)}.tipb{fill:#b4540a;fill:var(--back,#b4540a)}\n"
    ".say{font-size:13px}.sayb{font-size:13px;fill:#b4540a;fill:var(--back,#b4540a);"
    "stroke:#fff;stroke:var(--paper,#fff);stroke-width:5px;paint-order:stroke;"
    "stroke-linejoin:round}\n"
    ".sign{stroke:#0b5cad;stroke:var(--accent,#0b5cad);stroke-width:2.6;fill:none}\n"
    "@media print{svg{--paper:#fff;--ink:#000;--band:#f6f8fa;--box:#fff;--edge:#222}}\n"
    "</style>\n"
    "<defs>\n"
    "<marker id=\"tip\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"9\" "
    "markerHeight=\"9\" markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path class=\"tip\" "
    "d=\"M0 0L10 5L0 10z\"/></marker>\n"
    "<marker id=\"tipb\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"9\" "
    "markerHeight=\"9\" markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path class=\"tipb\" "
    "d=\"M0 0L10 5L0 10z\"/></marker>\n"
    "</defs>\n";

static const char *in(const struct picture *g, const char *vi, const char *en)
{
    return g->lang == LANG_EN ? en : vi;
}

static void text_at(struct buf *out, int x, int y, const char *class_name, const char *s)
{
    buf_printf(out, "<text class=\"%s\" x=\"%d\" y=\"%d\">", class_name, x, y);
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
        for (k = 0; k < g->edges; k++)
            if (g->edge[k].from == (int)i && g->edge[k].dashed) {
                buf_str(out, in(g, "; trả lại ", "; returns to "));
                xml_text(out, g->node[g->edge[k].to].title);
            }
        buf_str(out, ". ");
    }
    buf_str(out, "</desc>\n");
}

static void draw_titles(const struct picture *g, struct buf *out)
{
    struct lines t = text_wrap(g->a, g->title, TITLE_WRAP, g->width - 2 * HEAD_X);
    int y = HEAD_X + 18;
    size_t i;

    for (i = 0; i < t.n; i++, y += 26)
        text_at(out, HEAD_X, y, "b name", t.line[i]);
    text_at(out, HEAD_X, y - 2, "t soft", g->subtitle);
}

static void draw_brackets(const struct picture *g, struct buf *out)
{
    size_t i;

    for (i = 0; i < g->brackets; i++) {
        const struct node *a = &g->node[g->bracket[i].from], *b = &g->node[g->bracket[i].to];
        int y = g->lanes_y - (g->bracket_rows - g->bracket[i].row) * BRACKET + 2;
        int x1 = a->x < b->x ? a->x : b->x, x2 = a->x < b->x ? b->x + b->w : a->x + a->w;
        buf_printf(out, "<path class=\"rule\" stroke-width=\"2\" d=\"M%d %dV%dH%dV%d\"/>\n", x1,
                   y + 20, y + 14, x2, y + 20);
        text_at(out, (x1 + x2) / 2, y + 10, "s c", g->bracket[i].label);
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
            buf_printf(out, "<rect class=\"band\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>\n",
                       HEAD_X, l->y, g->width - 2 * HEAD_X, l->h);
        buf_printf(out, "<rect class=\"head\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>\n",
                   HEAD_X, l->y, HEAD_W, l->h);
        buf_printf(out, "<path class=\"rule\" stroke-width=\"%s\" d=\"M%d %dH%d\"/>\n",
                   same ? "0.7" : "1.8", HEAD_X, l->y, g->width - HEAD_X);
        for (k = 0; k < l->agency_text.n; k++)
            text_at(out, HEAD_X + 8, y += 17, "s b", l->agency_text.line[k]);
        for (k = 0; k < l->role_text.n; k++)
            text_at(out, HEAD_X + 8, y += 17, "s", l->role_text.line[k]);
    }
    buf_printf(out, "<path class=\"rule\" stroke-width=\"1.8\" d=\"M%d %dH%dM%d %dV%d\"/>\n",
               HEAD_X, g->below_y, g->width - HEAD_X, HEAD_X + HEAD_W, g->lanes_y, g->below_y);
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
    buf_printf(out, "<path class=\"way back%s\" marker-end=\"url(#tipb)\" d=\"",
               e->dashed ? " dash" : "");
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
        text_at(out, (x1 + x2) / 2, y - 6, "sayb c", e->text.line[i]);
}

static void draw_edge(const struct picture *g, const struct edge *e, struct buf *out)
{
    const struct node *a = &g->node[e->from], *b = &g->node[e->to];
    int last = b->column - 1, x;
    size_t i;

    buf_printf(out, "<path class=\"way\" marker-end=\"url(#tip)\" d=\"M%d %d", right_of(a),
               e->out_y);
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
        text_at(out, x, e->out_y - 5 - 16 * (int)(e->text.n - 1 - i), "say", e->text.line[i]);
}

static void draw_sign(const struct node *n, struct buf *out)
{
    int x = n->x + n->w / 2, y = n->y + DIAMOND / 2, r = DIAMOND / 2;
    size_t i;

    buf_printf(out, "<polygon points=\"%d,%d %d,%d %d,%d %d,%d\"/>\n", x, y - r, x + r, y, x, y + r,
               x - r, y);
    buf_printf(out, "<path class=\"sign\" d=\"M%d %dV%dM%d %dH%d\"/>\n", x, y - 9, y + 9, x - 9, y,
               x + 9);
    for (i = 0; i < n->text.n; i++)
        text_at(out, x, n->y + DIAMOND + 14 + 16 * (int)i, "s c", n->text.line[i]);
}

static void draw_box(const struct node *n, struct buf *out)
{
    int y = n->y + (n->h - (int)(n->text.n + n->times.n) * 20 - 4 - (int)n->more.n * 16 -
                    (n->more.n ? 4 : 0)) /
                       2;
    size_t i;

    buf_printf(out, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"7\"/>\n", n->x, n->y,
               n->w, n->h);
    for (i = 0; i < n->text.n; i++, y += 20)
        text_at(out, n->x + 8, y + 15, "t", n->text.line[i]);
    for (i = 0; i < n->times.n; i++, y += 20)
        text_at(out, n->x + 8, y + 18, "time", n->times.line[i]);
    y += 4;
    for (i = 0; i < n->more.n; i++)
        text_at(out, n->x + 8, y + 15 + 16 * (int)i, "s soft", n->more.line[i]);
}

static void draw_node(const struct picture *g, const struct node *n, struct buf *out)
{
    int r = n->w / 2;

    buf_printf(out, "<g class=\"step\" id=\"%s\">", n->id);
    buf_str(out, "<title>");
    xml_text(out, n->kind == PICTURE_START ? in(g, "Bắt đầu", "Start")
                  : n->kind == PICTURE_END ? in(g, "Kết thúc", "End")
                                           : n->title);
    if (*n->work) {
        buf_str(out, ": ");
        xml_text(out, n->work);
    }
    buf_str(out, "</title>\n");
    if (n->kind == PICTURE_START || n->kind == PICTURE_END)
        buf_printf(out, "<circle cx=\"%d\" cy=\"%d\" r=\"%d\"%s/>\n", n->x + r, n->y + n->h / 2,
                   r - 2, n->kind == PICTURE_END ? " style=\"stroke-width:5\"" : "");
    else if (n->kind == PICTURE_SPLIT || n->kind == PICTURE_JOIN)
        draw_sign(n, out);
    else
        draw_box(n, out);
    buf_str(out, "</g>\n");
}

static void draw_legend(const struct picture *g, struct buf *out)
{
    int y = g->height - 18, x = HEAD_X;

    buf_printf(out, "<path class=\"way\" marker-end=\"url(#tip)\" d=\"M%d %dh44\"/>\n", x, y - 4);
    text_at(out, x + 52, y, "s soft", in(g, "chuyển tiếp", "goes on"));
    if (!g->below_tracks)
        return; /* nothing returns */
    x += 52 + text_width("chuyển tiếp", strlen("chuyển tiếp"), 13) + 28;
    buf_printf(out, "<path class=\"way back dash\" marker-end=\"url(#tipb)\" d=\"M%d %dh44\"/>\n",
               x, y - 4);
    text_at(out, x + 52, y, "s soft", in(g, "trả lại bước trước", "returns"));
}

void picture_svg(const struct picture *g, struct buf *out)
{
    size_t i;

    buf_printf(out,
               "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-labelledby=\"title "
               "desc\" lang=\"%s\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">\n",
               g->lang == LANG_EN ? "en" : "vi", g->width, g->height, g->width, g->height);
    describe(g, out);
    buf_str(out, STYLE);
    buf_printf(out, "<rect class=\"paper\" width=\"%d\" height=\"%d\"/>\n", g->width, g->height);
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
