/* Where everything stands.  Boxes stand in columns, one column a step of the way; between columns
 * lie gutters, where arrows turn and where their texts stand, so that no arrow and no text ever
 * crosses a box: an arrow runs along the middle of a lane only where that lane is empty, else along
 * a channel at the lane's lower edge; returns run below all lanes.  Whole pixels; the same
 * procedure gives the same picture.  Lives in the writer's arena.  One thread. */
#include "common/procedure/diagram.h"

#define MARGIN     16
#define HEAD_W     156 /* names of the lanes */
#define BOX_W      160
#define BOX_PAD    7
#define TEXT_SIZE  16
#define TEXT_LINE  20
#define SMALL_SIZE 13
#define SMALL_LINE 16
#define ROUND_W    30
#define DIAMOND_W  72
#define DIAMOND_H  44
#define LABEL_W    118
#define GUTTER_MIN 34
#define TRACK      11
#define SLOT_MIN   18
#define LANE_PAD   10
#define CHANNEL    14
#define BELOW      30
#define PORT       16
#define BRACKET    26

static int imin(int a, int b)
{
    return a < b ? a : b;
}

static int imax(int a, int b)
{
    return a > b ? a : b;
}

/* ---- sizes ------------------------------------------------------------------------------- */

static void size_node(struct picture *g, struct node *n)
{
    struct lines part;
    size_t i, k, cap = 0;

    n->w = n->h = ROUND_W;
    if (n->kind == PICTURE_START || n->kind == PICTURE_END)
        return;
    if (n->kind == PICTURE_SPLIT || n->kind == PICTURE_JOIN) {
        n->w = imax(DIAMOND_W, 100);
        n->text = text_wrap(g->a, n->title, SMALL_SIZE, n->w - 4);
        n->h = DIAMOND_H + (int)n->text.n * SMALL_LINE + 4;
        return;
    }
    n->w = BOX_W;
    n->text = text_wrap(g->a, n->title, TEXT_SIZE, BOX_W - 2 * BOX_PAD);
    for (i = 0; i < n->extras; i++) {
        part = text_wrap(g->a, n->extra[i], SMALL_SIZE, BOX_W - 2 * BOX_PAD);
        for (k = 0; k < part.n; k++)
            ARENA_PUSH(g->a, n->more.line, n->more.n, cap) = part.line[k];
    }
    n->times = text_wrap(g->a, n->time, TEXT_SIZE, BOX_W - 2 * BOX_PAD); /* 14, but bold */
    n->h = 2 * BOX_PAD + (int)(n->text.n + n->times.n) * TEXT_LINE + 4 +
           (int)n->more.n * SMALL_LINE + (n->more.n ? 4 : 0);
}

static void size_edge(struct picture *g, struct edge *e)
{
    size_t i;

    e->text = text_wrap(g->a, e->label, SMALL_SIZE, e->back ? 400 : LABEL_W);
    for (i = 0; i < e->text.n; i++)
        e->text_w =
            imax(e->text_w, text_width(e->text.line[i], strlen(e->text.line[i]), SMALL_SIZE));
    e->slot_h = imax(SLOT_MIN, (int)e->text.n * SMALL_LINE + 10);
}

/* ---- ways -------------------------------------------------------------------------------- */

static bool lane_free(const struct picture *g, int lane, int from, int to)
{
    size_t i;

    for (i = 0; i < g->nodes; i++)
        if (g->node[i].lane == lane && g->node[i].column > from && g->node[i].column < to)
            return false;
    return true;
}

/* Nothing stands under the node in its column. */
static bool below_free(const struct picture *g, const struct node *n)
{
    size_t i;

    for (i = 0; i < g->nodes; i++) {
        const struct node *m = &g->node[i];
        if (m->column == n->column &&
            (m->lane > n->lane || (m->lane == n->lane && m->row > n->row)))
            return false;
    }
    return true;
}

static void route_edge(struct picture *g, struct edge *e)
{
    struct node *a = &g->node[e->from], *b = &g->node[e->to];
    int last = b->column - 1;

    if (e->back) {
        e->route = ROUTE_BELOW;
        e->from_side = !below_free(g, a);
        e->to_side = !below_free(g, b);
        if (e->from_side)
            e->track[0] = g->gutter_tracks[a->column]++;
        if (e->to_side)
            e->track[1] = g->gutter_tracks[last]++;
        a->bottoms += !e->from_side;
        b->bottoms += !e->to_side;
        a->outs += e->from_side;
        b->ins += e->to_side;
        return;
    }
    a->outs++;
    b->ins++;
    if (lane_free(g, a->lane, a->column, b->column)) {
        e->route = ROUTE_SOURCE_LANE;
    } else if (lane_free(g, b->lane, a->column, b->column)) {
        e->route = ROUTE_TARGET_LANE;
    } else {
        e->route = ROUTE_CHANNEL;
        e->channel = b->lane < a->lane ? a->lane - 1 : a->lane;
        e->channel_track = g->lane[e->channel].tracks++;
    }
    if (e->text_w > g->gutter_label[a->column])
        g->gutter_label[a->column] = e->text_w;
}

/* Arrows out of one box must not cross: those that go up turn first, the upper before the lower;
 * those that go down turn last to first. */
static int turn_rank(const struct picture *g, const struct edge *e)
{
    int up = g->node[e->to].lane - g->node[e->from].lane;

    return up < 0 ? -1000 + up : up > 0 ? 1000 - up : 0;
}

/* Tracks in gutters: by the rank, then in the order of the file. */
static void give_tracks(struct picture *g)
{
    int column, best;
    size_t i, left;
    bool *done = ARENA_ARRAY(g->a, bool, g->edges + 1);

    for (left = 0; left < g->edges; left++) {
        best = -1;
        for (i = 0; i < g->edges; i++)
            if (!done[i] && (best < 0 || turn_rank(g, &g->edge[i]) < turn_rank(g, &g->edge[best])))
                best = (int)i;
        done[best] = true;
        if (g->edge[best].back)
            continue;
        column = g->node[g->edge[best].from].column;
        if (g->edge[best].route != ROUTE_SOURCE_LANE)
            g->edge[best].track[0] = g->gutter_tracks[column]++;
        if (g->edge[best].route != ROUTE_TARGET_LANE)
            g->edge[best].track[1] = g->gutter_tracks[g->node[g->edge[best].to].column - 1]++;
    }
}

/* Returns: short ones above long ones, side by side where they do not meet. */
static void stack_below(struct picture *g)
{
    size_t i, left;
    bool *done = ARENA_ARRAY(g->a, bool, g->edges + 1);

    for (left = 0; left < g->edges; left++) {
        int best = -1, length = 0, track, from, to;
        for (i = 0; i < g->edges; i++) {
            const struct edge *e = &g->edge[i];
            int l = g->node[e->from].column - g->node[e->to].column;
            if (e->back && !done[i] && (best < 0 || l < length)) {
                best = (int)i;
                length = l;
            }
        }
        if (best < 0)
            return;
        from = g->node[g->edge[best].to].column;
        to = g->node[g->edge[best].from].column;
        for (track = 0; track < (int)g->edges; track++) {
            bool clash = false;
            for (i = 0; i < g->edges; i++)
                if (done[i] && g->edge[i].back && g->edge[i].below_track == track &&
                    g->node[g->edge[i].to].column <= to && g->node[g->edge[i].from].column >= from)
                    clash = true;
            if (!clash)
                break;
        }
        g->edge[best].below_track = track;
        g->below_tracks = imax(g->below_tracks, track + 1);
        done[best] = true;
    }
}

/* ---- places ------------------------------------------------------------------------------ */

static void set_columns_x(struct picture *g)
{
    int c, x = MARGIN + HEAD_W + 14;
    size_t i;

    for (i = 0; i < g->nodes; i++)
        g->column_w[g->node[i].column] = imax(g->column_w[g->node[i].column], g->node[i].w);
    for (c = 0; c < g->columns; c++) {
        int label = g->gutter_label[c] ? g->gutter_label[c] + 10 : 0;
        g->column_x[c] = x;
        x += g->column_w[c];
        if (c + 1 < g->columns)
            x += imax(GUTTER_MIN, label + 16 + TRACK * (g->gutter_tracks[c] + 1));
    }
    g->width = x + MARGIN + 8;
}

/* A box is at least as high as its arrows need. */
static void stretch_nodes(struct picture *g)
{
    size_t i, k;

    for (i = 0; i < g->nodes; i++) {
        struct node *n = &g->node[i];
        int need = 0;
        for (k = 0; k < g->edges; k++)
            if (g->edge[k].from == (int)i && (!g->edge[k].back || g->edge[k].from_side))
                need += g->edge[k].slot_h;
        need = imax(need, n->ins * SLOT_MIN);
        if (n->kind == PICTURE_STEP || n->kind == PICTURE_BRANCH)
            n->h = imax(n->h, need);
    }
}

static void set_lanes_y(struct picture *g)
{
    int *row_h = ARENA_ARRAY(g->a, int, g->nodes + 1), y = g->lanes_y;
    size_t l, i;
    int r, sum;

    for (l = 0; l < g->lanes; l++) {
        struct lane *lane = &g->lane[l];
        int names;
        lane->agency_text = text_wrap(g->a, lane->agency, SMALL_SIZE + 1, HEAD_W - 16);
        lane->role_text = text_wrap(g->a, lane->role, SMALL_SIZE, HEAD_W - 16);
        names = (int)(lane->agency_text.n + lane->role_text.n) * (SMALL_LINE + 1) + 16;
        for (r = 0, sum = 0; r < lane->rows; r++) {
            row_h[r] = 0;
            for (i = 0; i < g->nodes; i++)
                if (g->node[i].lane == (int)l && g->node[i].row == r)
                    row_h[r] = imax(row_h[r], g->node[i].h);
            sum += row_h[r] + LANE_PAD;
        }
        lane->y = y;
        lane->h = imax(sum + LANE_PAD, names);
        y += (lane->h - sum + LANE_PAD) / 2;
        for (r = 0; r < lane->rows; r++) {
            for (i = 0; i < g->nodes; i++) {
                struct node *n = &g->node[i];
                if (n->lane != (int)l || n->row != r)
                    continue;
                n->x = g->column_x[n->column] + (g->column_w[n->column] - n->w) / 2;
                n->y = y + (row_h[r] - n->h) / 2;
            }
            y += row_h[r] + LANE_PAD;
        }
        lane->h += lane->tracks * CHANNEL;
        y = lane->y + lane->h;
    }
    g->below_y = y;
}

static bool is_sign(const struct node *n)
{
    return n->kind == PICTURE_SPLIT || n->kind == PICTURE_JOIN;
}

/* The middle line of a node, where a lone arrow leaves and enters. */
static int middle(const struct node *n)
{
    if (is_sign(n))
        return n->y + DIAMOND_H / 2;
    return n->y + n->h / 2;
}

static void set_ports(struct picture *g)
{
    size_t i, k;

    for (i = 0; i < g->nodes; i++) {
        struct node *n = &g->node[i];
        int sum = 0, in = 0, port = 0, y;
        for (k = 0; k < g->edges; k++)
            if (g->edge[k].from == (int)i && (!g->edge[k].back || g->edge[k].from_side))
                sum += g->edge[k].slot_h;
        y = n->outs == 1 ? 0 : middle(n) - sum / 2;
        for (k = 0; k < g->edges; k++) {
            struct edge *e = &g->edge[k];
            if (e->from == (int)i && (!e->back || e->from_side)) {
                e->out_y = n->outs == 1 || is_sign(n) ? middle(n) : y + e->slot_h - 5;
                y += e->slot_h;
            }
            if (e->to == (int)i && (!e->back || e->to_side))
                e->in_y =
                    middle(n) + (is_sign(n) ? 0 : (2 * in++ - n->ins + 1) * (SLOT_MIN - 2) / 2);
            if (e->back && e->from == (int)i && !e->from_side)
                e->from_x = n->x + n->w / 2 + (2 * port++ - n->bottoms + 1) * PORT / 2;
            if (e->back && e->to == (int)i && !e->to_side)
                e->to_x = n->x + n->w / 2 + (2 * port++ - n->bottoms + 1) * PORT / 2;
        }
    }
}

/* A lone arrow between neighbours of one height runs straight. */
static void straighten(struct picture *g)
{
    size_t k;

    for (k = 0; k < g->edges; k++) {
        struct edge *e = &g->edge[k];
        const struct node *b = &g->node[e->to];
        if (!e->back && e->route != ROUTE_CHANNEL && b->ins == 1 && e->out_y > b->y + 6 &&
            e->out_y < b->y + b->h - 6 && (b->kind == PICTURE_STEP || b->kind == PICTURE_BRANCH) &&
            g->node[e->from].lane == b->lane)
            e->in_y = e->out_y;
    }
}

/* Brackets that do not meet share a row. */
static void stack_brackets(struct picture *g)
{
    size_t i, j;

    for (i = 0; i < g->brackets; i++) {
        struct bracket *b = &g->bracket[i];
        b->first = imin(g->node[b->from].column, g->node[b->to].column);
        b->last = imax(g->node[b->from].column, g->node[b->to].column);
        for (j = 0; j < i; j++)
            if (g->bracket[j].row == b->row && g->bracket[j].first <= b->last &&
                g->bracket[j].last >= b->first) {
                b->row++;
                j = (size_t)-1; /* look at all of them again for the next row */
            }
        g->bracket_rows = imax(g->bracket_rows, b->row + 1);
    }
}

static int title_height(const struct picture *g)
{
    struct lines t = text_wrap(g->a, g->title, TITLE_WRAP, g->width - 2 * MARGIN);

    return MARGIN + (int)t.n * 26 + 24 + g->bracket_rows * BRACKET + 8;
}

void picture_layout(struct picture *g)
{
    size_t n = (size_t)g->columns + 1, i;

    g->column_x = ARENA_ARRAY(g->a, int, n);
    g->column_w = ARENA_ARRAY(g->a, int, n);
    g->gutter_label = ARENA_ARRAY(g->a, int, n);
    g->gutter_tracks = ARENA_ARRAY(g->a, int, n);
    for (i = 0; i < g->nodes; i++)
        size_node(g, &g->node[i]);
    for (i = 0; i < g->edges; i++)
        size_edge(g, &g->edge[i]);
    for (i = 0; i < g->edges; i++)
        route_edge(g, &g->edge[i]);
    give_tracks(g);
    stack_below(g);
    set_columns_x(g);
    g->width = imax(g->width, 760); /* the line below the title fits */
    stack_brackets(g);
    g->lanes_y = title_height(g);
    stretch_nodes(g);
    set_lanes_y(g);
    set_ports(g);
    straighten(g);
    g->height = g->below_y + (g->below_tracks ? g->below_tracks * BELOW + 12 : 0) + 44;
}
