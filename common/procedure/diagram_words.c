/* The picture as text for other tools: Mermaid and DOT.  Owns nothing.  Any thread. */
#include "common/procedure/diagram.h"

/* Inside double quotes: Mermaid and DOT both take HTML entities or backslashes for them. */
static void quoted(struct buf *out, const char *s, bool entities)
{
    for (; *s; s++) {
        if (*s == '"')
            buf_str(out, entities ? "#quot;" : "\\\"");
        else if (*s == '\\' && !entities)
            buf_str(out, "\\\\");
        else if (entities && (*s == '<' || *s == '>'))
            buf_str(out, *s == '<' ? "#lt;" : "#gt;");
        else
            buf_char(out, *s);
    }
}

static void label(struct buf *out, const struct node *n, bool entities)
{
    quoted(out, n->title, entities);
    if (*n->time) {
        buf_str(out, entities ? "<br/>" : "\\n");
        quoted(out, n->time, entities);
    }
}

void picture_mermaid(const struct picture *g, struct buf *out)
{
    size_t i, k;

    buf_str(out, "---\ntitle: \"");
    quoted(out, g->title, true);
    buf_str(out, "\"\n---\nflowchart LR\n");
    for (i = 0; i < g->lanes; i++) {
        buf_printf(out, "  subgraph lane_%zu[\"", i);
        quoted(out, g->lane[i].agency, true);
        buf_str(out, " — ");
        quoted(out, g->lane[i].role, true);
        buf_str(out, "\"]\n");
        for (k = 0; k < g->nodes; k++) {
            const struct node *n = &g->node[k];
            if (n->lane != (int)i)
                continue;
            buf_printf(out, "    %s", n->id);
            if (n->kind == PICTURE_START)
                buf_str(out, "((\" \"))\n");
            else if (n->kind == PICTURE_END)
                buf_str(out, "(((\" \")))\n");
            else {
                bool sign = n->kind == PICTURE_SPLIT || n->kind == PICTURE_JOIN;
                buf_str(out, sign ? "{\"" : "[\"");
                label(out, n, true);
                buf_str(out, sign ? "\"}\n" : "\"]\n");
            }
        }
        buf_str(out, "  end\n");
    }
    for (i = 0; i < g->edges; i++) {
        const struct edge *e = &g->edge[i];
        buf_printf(out, "  %s %s", g->node[e->from].id, e->dashed ? "-.->" : "-->");
        if (*e->label) {
            buf_str(out, "|\"");
            quoted(out, e->label, true);
            buf_str(out, "\"|");
        }
        buf_printf(out, " %s\n", g->node[e->to].id);
    }
}

void picture_dot(const struct picture *g, struct buf *out)
{
    size_t i, k;

    buf_str(out, "digraph procedure {\n  label=\"");
    quoted(out, g->title, false);
    buf_str(out, "\";\n  rankdir=LR;\n  node [shape=box, style=rounded];\n");
    for (i = 0; i < g->lanes; i++) {
        buf_printf(out, "  subgraph cluster_%zu {\n    label=\"", i);
        quoted(out, g->lane[i].agency, false);
        buf_str(out, " — ");
        quoted(out, g->lane[i].role, false);
        buf_str(out, "\";\n");
        for (k = 0; k < g->nodes; k++) {
            const struct node *n = &g->node[k];
            if (n->lane != (int)i)
                continue;
            buf_printf(out, "    %s [label=\"", n->id);
            label(out, n, false);
            buf_printf(out, "\"%s];\n",
                       n->kind == PICTURE_START ? ", shape=circle"
                       : n->kind == PICTURE_END ? ", shape=doublecircle"
                       : n->kind == PICTURE_SPLIT || n->kind == PICTURE_JOIN ? ", shape=diamond"
                                                                             : "");
        }
        buf_str(out, "  }\n");
    }
    for (i = 0; i < g->edges; i++) {
        const struct edge *e = &g->edge[i];
        buf_printf(out, "  %s -> %s [label=\"", g->node[e->from].id, g->node[e->to].id);
        quoted(out, e->label, false);
        buf_printf(out, "\"%s];\n", e->dashed ? ", style=dashed, constraint=false" : "");
    }
    buf_str(out, "}\n");
}
