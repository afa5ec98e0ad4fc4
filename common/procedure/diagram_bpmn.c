/* The picture as BPMN 2.0: one pool, the lanes, tasks, gateways and flows, with the places of the
 * SVG so that other tools show the same picture.  Deadlines stand in the documentation of each
 * task, for BPMN has no place for them.  Owns nothing.  Any thread. */
#include "common/procedure/diagram.h"

#define HEAD_X 16
#define HEAD_W 156

static void attribute(struct buf *out, const char *name, const char *s)
{
    buf_printf(out, " %s=\"", name);
    xml_text(out, s);
    buf_char(out, '"');
}

/* More than one way on needs a gateway that chooses; BPMN tasks would take all at once. */
static bool chooses(const struct picture *g, size_t i)
{
    size_t k, ways = 0;

    for (k = 0; k < g->edges; k++)
        ways += g->edge[k].from == (int)i;
    return ways > 1 && (g->node[i].kind == PICTURE_STEP || g->node[i].kind == PICTURE_JOIN);
}

static const char *element(const struct node *n)
{
    switch (n->kind) {
    case PICTURE_START:
        return "startEvent";
    case PICTURE_END:
        return "endEvent";
    case PICTURE_SPLIT:
        return "parallelGateway";
    case PICTURE_JOIN:
        return "inclusiveGateway";
    case PICTURE_STEP:
    case PICTURE_BRANCH:
        break;
    }
    return "userTask";
}

static void flows_of(const struct picture *g, size_t i, struct buf *out)
{
    size_t k;

    for (k = 0; k < g->edges; k++)
        if (g->edge[k].to == (int)i)
            buf_printf(out, "<bpmn:incoming>flow_%zu</bpmn:incoming>", k);
    if (chooses(g, i)) {
        buf_printf(out, "<bpmn:outgoing>flow_to_%s</bpmn:outgoing>", g->node[i].id);
        return;
    }
    for (k = 0; k < g->edges; k++)
        if (g->edge[k].from == (int)i)
            buf_printf(out, "<bpmn:outgoing>flow_%zu</bpmn:outgoing>", k);
}

static void write_nodes(const struct picture *g, struct buf *out)
{
    size_t i, k;

    for (i = 0; i < g->nodes; i++) {
        const struct node *n = &g->node[i];
        buf_printf(out, "    <bpmn:%s id=\"%s\"", element(n), n->id);
        attribute(out, "name", n->title);
        buf_char(out, '>');
        if (*n->time || *n->work) {
            buf_str(out, "<bpmn:documentation>");
            xml_text(out, n->work);
            buf_str(out, *n->work && *n->time ? " — " : "");
            xml_text(out, n->time);
            buf_str(out, "</bpmn:documentation>");
        }
        flows_of(g, i, out);
        buf_printf(out, "</bpmn:%s>\n", element(n));
        if (!chooses(g, i))
            continue;
        buf_printf(out,
                   "    <bpmn:exclusiveGateway id=\"choice_%s\"><bpmn:incoming>flow_to_%s"
                   "</bpmn:incoming>",
                   n->id, n->id);
        for (k = 0; k < g->edges; k++)
            if (g->edge[k].from == (int)i)
                buf_printf(out, "<bpmn:outgoing>flow_%zu</bpmn:outgoing>", k);
        buf_printf(out,
                   "</bpmn:exclusiveGateway>\n    <bpmn:sequenceFlow id=\"flow_to_%s\" "
                   "sourceRef=\"%s\" targetRef=\"choice_%s\"/>\n",
                   n->id, n->id, n->id);
    }
    for (k = 0; k < g->edges; k++) {
        const struct edge *e = &g->edge[k];
        buf_printf(
            out, "    <bpmn:sequenceFlow id=\"flow_%zu\" sourceRef=\"%s%s\" targetRef=\"%s\"", k,
            chooses(g, (size_t)e->from) ? "choice_" : "", g->node[e->from].id, g->node[e->to].id);
        if (*e->label)
            attribute(out, "name", e->label);
        buf_str(out, "/>\n");
    }
}

static void write_lanes(const struct picture *g, struct buf *out)
{
    size_t i, k;

    buf_str(out, "    <bpmn:laneSet id=\"lanes\">\n");
    for (i = 0; i < g->lanes; i++) {
        const char *name = arena_printf(g->a, "%s — %s", g->lane[i].agency, g->lane[i].role);
        buf_printf(out, "      <bpmn:lane id=\"lane_%zu\"", i);
        attribute(out, "name", name);
        buf_char(out, '>');
        for (k = 0; k < g->nodes; k++) {
            if (g->node[k].lane != (int)i)
                continue;
            buf_printf(out, "<bpmn:flowNodeRef>%s</bpmn:flowNodeRef>", g->node[k].id);
            if (chooses(g, k))
                buf_printf(out, "<bpmn:flowNodeRef>choice_%s</bpmn:flowNodeRef>", g->node[k].id);
        }
        buf_str(out, "</bpmn:lane>\n");
    }
    buf_str(out, "    </bpmn:laneSet>\n");
}

static void shape(struct buf *out, const char *prefix, const char *id, int x, int y, int w, int h,
                  const char *more)
{
    buf_printf(out,
               "      <bpmndi:BPMNShape id=\"di_%s%s\" bpmnElement=\"%s%s\"%s><dc:Bounds x=\"%d\" "
               "y=\"%d\" width=\"%d\" height=\"%d\"/></bpmndi:BPMNShape>\n",
               prefix, id, prefix, id, more, x, y, w, h);
}

static void point(struct buf *out, int x, int y)
{
    buf_printf(out, "<di:waypoint x=\"%d\" y=\"%d\"/>", x, y);
}

#define CHOICE 24 /* size of the gateway drawn at the right edge of a task */

static void write_flow_places(const struct picture *g, struct buf *out)
{
    size_t k;

    for (k = 0; k < g->edges; k++) {
        const struct edge *e = &g->edge[k];
        const struct node *a = &g->node[e->from], *b = &g->node[e->to];
        bool gate = chooses(g, (size_t)e->from);
        int x = a->x + a->w + (gate ? CHOICE + 4 : 0), y = a->y + a->h / 2;
        int turn = b->x - 12, y2 = b->y + b->h / 2;
        buf_printf(out, "      <bpmndi:BPMNEdge id=\"di_flow_%zu\" bpmnElement=\"flow_%zu\">", k,
                   k);
        if (e->back) {
            int below = g->below_y + 24 + 30 * e->below_track;
            point(out, x - (gate ? CHOICE / 2 : a->w / 2), y + (gate ? CHOICE / 2 : a->h / 2));
            point(out, x - (gate ? CHOICE / 2 : a->w / 2), below);
            point(out, b->x + b->w / 2, below);
            point(out, b->x + b->w / 2, b->y + b->h);
        } else {
            point(out, x, y);
            point(out, turn, y);
            point(out, turn, y2);
            point(out, b->x, y2);
        }
        buf_str(out, "</bpmndi:BPMNEdge>\n");
    }
}

static void write_places(const struct picture *g, struct buf *out)
{
    size_t i;

    shape(out, "", "pool", HEAD_X, g->lanes_y, g->width - 2 * HEAD_X, g->below_y - g->lanes_y,
          " isHorizontal=\"true\"");
    for (i = 0; i < g->lanes; i++)
        shape(out, "lane_", arena_printf(g->a, "%zu", i), HEAD_X + 30, g->lane[i].y,
              g->width - 2 * HEAD_X - 30, g->lane[i].h, " isHorizontal=\"true\"");
    for (i = 0; i < g->nodes; i++) {
        const struct node *n = &g->node[i];
        int x = n->x + n->w, y = n->y + n->h / 2;
        shape(out, "", n->id, n->x, n->y, n->w, n->h, "");
        if (!chooses(g, i))
            continue;
        shape(out, "choice_", n->id, x + 4, y - CHOICE / 2, CHOICE, CHOICE, "");
        buf_printf(out, "      <bpmndi:BPMNEdge id=\"di_flow_to_%s\" bpmnElement=\"flow_to_%s\">",
                   n->id, n->id);
        point(out, x, y);
        point(out, x + 4, y);
        buf_str(out, "</bpmndi:BPMNEdge>\n");
    }
    write_flow_places(g, out);
}

void picture_bpmn(const struct picture *g, struct buf *out)
{
    buf_str(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                 "<bpmn:definitions xmlns:bpmn=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" "
                 "xmlns:bpmndi=\"http://www.omg.org/spec/BPMN/20100524/DI\" "
                 "xmlns:dc=\"http://www.omg.org/spec/DD/20100524/DC\" "
                 "xmlns:di=\"http://www.omg.org/spec/DD/20100524/DI\" id=\"definitions\" "
                 "targetNamespace=\"urn:motcua:procedure\">\n"
                 "  <bpmn:collaboration id=\"collaboration\"><bpmn:participant id=\"pool\"");
    attribute(out, "name", g->title);
    buf_str(out, " processRef=\"process\"/></bpmn:collaboration>\n"
                 "  <bpmn:process id=\"process\" isExecutable=\"false\"");
    attribute(out, "name", g->title);
    buf_str(out, ">\n");
    write_lanes(g, out);
    write_nodes(g, out);
    buf_str(out, "  </bpmn:process>\n  <bpmndi:BPMNDiagram id=\"diagram\">\n    <bpmndi:BPMNPlane "
                 "id=\"plane\" bpmnElement=\"collaboration\">\n");
    write_places(g, out);
    buf_str(out, "    </bpmndi:BPMNPlane>\n  </bpmndi:BPMNDiagram>\n</bpmn:definitions>\n");
}
