/* How pictures look, from one table: the style sheet inside a picture that stands alone, the one
 * that a page loads for pictures put into it, and attributes of each element, so that a picture
 * without any sheet is right, too (a page's policy allows no style of the picture's own).  Any
 * thread. */
#include "common/procedure/diagram.h"

static const struct look {
    const char *name, *property, *value, *variable; /* variable NULL: the same in the dark */
} LOOKS[] = {
    {"paper", "fill", "#fff", "paper"},
    {"band", "fill", "#f6f8fa", "band"},
    {"head", "fill", "#eaeef2", "head"},
    {"rule", "stroke", "#afb8c1", "rule"},
    {"rule", "fill", "none", NULL},
    {"shape", "fill", "#fff", "box"},
    {"shape", "stroke", "#0b5cad", "accent"},
    {"shape", "stroke-width", "1.6", NULL},
    {"end", "stroke-width", "5", NULL},
    {"ink", "fill", "#1f2328", "ink"},
    {"name", "font-size", "20px", NULL},
    {"t", "font-size", "16px", NULL},
    {"s", "font-size", "13px", NULL},
    {"b", "font-weight", "700", NULL},
    {"c", "text-anchor", "middle", NULL},
    {"e", "text-anchor", "end", NULL},
    {"time", "font-size", "14px", NULL},
    {"time", "font-weight", "700", NULL},
    {"time", "fill", "#0b5cad", "accent"},
    {"soft", "fill", "#57606a", "soft"},
    {"way", "fill", "none", NULL},
    {"way", "stroke", "#3b4650", "edge"},
    {"way", "stroke-width", "1.6", NULL},
    {"way", "stroke-linejoin", "round", NULL},
    {"back", "stroke", "#b4540a", "back"},
    {"dash", "stroke-dasharray", "7 5", NULL},
    {"tip", "fill", "#3b4650", "edge"},
    {"tipb", "fill", "#b4540a", "back"},
    {"say", "font-size", "13px", NULL},
    {"sayb", "font-size", "13px", NULL},
    {"sayb", "fill", "#b4540a", "back"},
    {"sayb", "stroke", "#fff", "paper"},
    {"sayb", "stroke-width", "5px", NULL},
    {"sayb", "paint-order", "stroke", NULL},
    {"sayb", "stroke-linejoin", "round", NULL},
    {"sign", "stroke", "#0b5cad", "accent"},
    {"sign", "stroke-width", "2.6", NULL},
    {"sign", "fill", "none", NULL},
    /* what is told over the picture */
    {"done", "fill", "#eaf3ec", "done"},
    {"now", "stroke-width", "4.5", NULL},
    {"ahead", "stroke-dasharray", "5 4", NULL},
    {"late", "stroke", "#b3261e", "late"},
    {"late", "stroke-width", "3", NULL},
    {"fault", "stroke", "#b3261e", "late"},
    {"fault", "stroke-width", "4", NULL},
    {"hatch", "fill", "url(#hatch)", NULL},
    {"stripe", "stroke", "#b3261e", "late"},
    {"stripe", "stroke-width", "2", NULL},
    {"badge", "fill", "#1f2328", "ink"},
    {"badge-late", "fill", "#b3261e", "late"},
    {"on", "fill", "#fff", "paper"},
};
#define LOOKS_N (sizeof LOOKS / sizeof *LOOKS)

static const struct {
    const char *variable, *light, *dark;
} COLOURS[] = {
    {"paper", "#fff", "#0d1117"},     {"ink", "#1f2328", "#e6edf3"},
    {"soft", "#57606a", "#9da7b3"},   {"rule", "#afb8c1", "#3d444d"},
    {"band", "#f6f8fa", "#161b22"},   {"head", "#eaeef2", "#161b22"},
    {"box", "#fff", "#1c2430"},       {"edge", "#3b4650", "#b3bec9"},
    {"accent", "#0b5cad", "#6cb0ff"}, {"back", "#b4540a", "#f0a35e"},
    {"done", "#eaf3ec", "#16301f"},   {"late", "#b3261e", "#ff9d94"},
};
#define COLOURS_N (sizeof COLOURS / sizeof *COLOURS)

static const char FONT[] = "'Be Vietnam Pro','Noto Sans','Segoe UI',Roboto,'DejaVu Sans',Arial,"
                           "sans-serif";

static bool has_word(const char *words, const char *word)
{
    size_t n = strlen(word);

    for (const char *p = words; (p = strstr(p, word)) != NULL; p += n)
        if ((p == words || p[-1] == ' ') && (p[n] == '\0' || p[n] == ' '))
            return true;
    return false;
}

/* The last row that one of the classes has decides, as in the sheet. */
static void attributes(const char *words, struct buf *out)
{
    size_t i, k;

    for (i = 0; i < LOOKS_N; i++) {
        if (!has_word(words, LOOKS[i].name))
            continue;
        for (k = i + 1; k < LOOKS_N; k++)
            if (strcmp(LOOKS[k].property, LOOKS[i].property) == 0 && has_word(words, LOOKS[k].name))
                break;
        if (k == LOOKS_N)
            buf_printf(out, " %s=\"%s\"", LOOKS[i].property, LOOKS[i].value);
    }
}

void picture_class(const struct picture *g, const char *words, struct buf *out)
{
    buf_printf(out, " class=\"%s\"", words);
    if (g->page)
        attributes(words, out);
}

static void rules(const char *scope, struct buf *out)
{
    size_t i;

    for (i = 0; i < LOOKS_N; i++) {
        bool more = i + 1 < LOOKS_N && strcmp(LOOKS[i].name, LOOKS[i + 1].name) == 0;

        if (i == 0 || strcmp(LOOKS[i].name, LOOKS[i - 1].name) != 0)
            buf_printf(out, "%s.%s{", scope, LOOKS[i].name);
        buf_printf(out, "%s:%s", LOOKS[i].property, LOOKS[i].value);
        if (LOOKS[i].variable) /* plain first, for readers that know no variables */
            buf_printf(out, ";%s:var(--%s,%s)", LOOKS[i].property, LOOKS[i].variable,
                       LOOKS[i].value);
        buf_str(out, more ? ";" : "}\n");
    }
}

static void colours(const char *scope, bool dark, struct buf *out)
{
    size_t i;

    buf_printf(out, "%s{", scope);
    for (i = 0; i < COLOURS_N; i++)
        buf_printf(out, "%s--%s:%s", i ? ";" : "", COLOURS[i].variable,
                   dark ? COLOURS[i].dark : COLOURS[i].light);
    if (!dark)
        buf_printf(out, ";font-family:%s", FONT);
    buf_str(out, "}\n");
}

void picture_style(struct buf *out)
{
    buf_str(out, "<style>\n");
    colours("svg", false, out);
    buf_str(out, "@media screen and (prefers-color-scheme:dark){");
    colours("svg", true, out);
    buf_str(out, "}\n");
    rules("", out);
    buf_str(out, "@media print{svg{--paper:#fff;--ink:#000;--band:#f6f8fa;--box:#fff;"
                 "--edge:#222}}\n</style>\n");
}

/* A page says by data-theme what it shows; without one the screen decides. */
void procedure_diagram_css(struct buf *out)
{
    colours(".diagram", false, out);
    buf_str(out, "@media screen and (prefers-color-scheme:dark){");
    colours(":root:not([data-theme=light]) .diagram", true, out);
    buf_str(out, "}\n");
    colours(":root[data-theme=dark] .diagram", true, out);
    rules(".diagram ", out);
    buf_str(out, ".diagram a:focus-visible .shape,.diagram a:hover .shape{stroke-width:5}\n"
                 ".diagram a:focus{outline:none}\n.diagram a:focus-visible{outline:3px solid}\n"
                 "@media (forced-colors:active){.diagram .shape{stroke:CanvasText;fill:Canvas}"
                 ".diagram .ink,.diagram .time,.diagram .soft{fill:CanvasText}"
                 ".diagram .badge,.diagram .badge-late{fill:CanvasText}.diagram .on{fill:Canvas}"
                 ".diagram .way{stroke:CanvasText}}\n"
                 "@media print{.diagram{--paper:#fff;--ink:#000;--band:#f6f8fa;--box:#fff;"
                 "--edge:#222}}\n");
}
