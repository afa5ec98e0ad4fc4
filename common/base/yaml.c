/* YAML tree over libyaml's event interface, so that every node keeps its mark and size is bounded
 * while reading.  The tree lives in the caller's arena.  One thread at a time. */
#include "common/base/yaml.h"

#include <assert.h>
#include <yaml.h>

#include "common/base/utf8.h"

struct reader {
    yaml_parser_t parser;
    struct arena *arena; /* texts */
    struct arena *tree;  /* nodes: nobody keeps them */
    struct diags *diags;
    struct span text;
    size_t nodes;
    bool stop;
};

static struct mark mark_of(yaml_mark_t m)
{
    return (struct mark){(int)m.line + 1, (int)m.column + 1};
}

static void refuse(struct reader *r, struct mark at, const char *code, const char *vi,
                   const char *en)
{
    if (!r->stop)
        diag_add_text(r->diags, DIAG_ERROR, at, code, (struct text2){vi, en});
    r->stop = true;
}

/* Line and column of a byte, for faults found before lines are counted. */
static struct mark mark_of_byte(struct span text, size_t byte)
{
    struct mark at = {1, 1};
    size_t i;

    for (i = 0; i < byte && i < text.n; i++) {
        at.col += ((unsigned char)text.p[i] & 0xc0) != 0x80;
        if (text.p[i] == '\n')
            at = (struct mark){at.line + 1, 1};
    }
    return at;
}

/* What libyaml complains of most, with the cure; anything else is told in its own words. */
static const struct {
    const char *problem;
    struct text2 text;
} problems[] = {
    {"did not find expected key",
     {"dòng này thụt lề không khớp với các dòng trên, hoặc phía trên thiếu dấu đóng",
      "this line's indent does not fit the lines above, or something above is not closed"}},
    {"did not find expected '-' indicator",
     {"danh sách cần dấu \"- \" thẳng cột với các mục trên",
      "a list wants \"- \" in the same column as the items above"}},
    {"did not find expected ',' or ']'",
     {"trong [ … ] thiếu dấu phẩy hoặc dấu ]", "a comma or ] is missing in [ … ]"}},
    {"did not find expected ',' or '}'",
     {"trong { … } thiếu dấu phẩy hoặc dấu }", "a comma or } is missing in { … }"}},
    {"could not find expected ':'",
     {"sau khóa cần dấu hai chấm và một dấu cách", "a key wants a colon and a blank after it"}},
    {"mapping values are not allowed in this context",
     {"dấu hai chấm không đúng chỗ: thụt lề sai, hoặc đặt chữ có dấu \": \" trong dấu nháy",
      "a colon out of place: a wrong indent, or quote the text that holds \": \""}},
    {"found character that cannot start any token",
     {"giá trị không thể bắt đầu bằng ký tự này (tab, @, `, %): dùng dấu cách hoặc dấu nháy",
      "a value cannot start with this character (tab, @, `, %): use blanks or quotes"}},
    {"found a tab character that violates indentation",
     {"thụt lề bằng dấu cách, không dùng tab", "indent with blanks, not tabs"}},
    {"found a tab character where an indentation space is expected",
     {"thụt lề bằng dấu cách, không dùng tab", "indent with blanks, not tabs"}},
    {"found unexpected end of stream",
     {"hết tệp mà dấu nháy chưa đóng", "the file ends inside quotes"}},
    {"did not find expected node content", {"thiếu giá trị ở đây", "a value is missing here"}},
    {"found unknown escape character",
     {"sau dấu \\ trong \"…\" là ký tự lạ: dùng '…' hoặc viết \\\\",
      "an unknown character after \\ in \"…\": use '…' or write \\\\"}},
};

static struct text2 syntax_text(struct reader *r, const char *problem)
{
    size_t i;

    for (i = 0; i < sizeof problems / sizeof *problems; i++)
        if (strcmp(problems[i].problem, problem) == 0)
            return (struct text2){
                arena_printf(r->arena, "sai cú pháp YAML: %s", problems[i].text.vi),
                arena_printf(r->arena, "YAML syntax error: %s", problems[i].text.en)};
    return (struct text2){arena_printf(r->arena, "sai cú pháp YAML (%s)", problem),
                          arena_printf(r->arena, "YAML syntax error (%s)", problem)};
}

static bool next_event(struct reader *r, yaml_event_t *ev)
{
    struct text2 why;

    if (r->stop)
        return false;
    if (yaml_parser_parse(&r->parser, ev))
        return true;
    if (r->parser.error == YAML_READER_ERROR) {
        bool control = r->parser.problem && strstr(r->parser.problem, "control");
        struct mark at = mark_of_byte(r->text, r->parser.problem_offset);
        if (control)
            refuse(r, at, "Y005", "có ký tự điều khiển: tệp không phải văn bản thuần",
                   "a control character: the file is not plain text");
        else
            refuse(r, at, "Y005", "tệp không phải UTF-8 hợp lệ: hãy lưu lại với mã UTF-8",
                   "the file is not valid UTF-8: save it again as UTF-8");
    } else {
        why = syntax_text(r, r->parser.problem ? r->parser.problem : "syntax");
        refuse(r, mark_of(r->parser.problem_mark), "Y001", why.vi, why.en);
    }
    return false;
}

static struct yaml_node *node_new(struct reader *r, enum yaml_kind kind, struct mark at, int depth)
{
    struct yaml_node *n;

    if (++r->nodes > YAML_NODES_MAX || depth > YAML_DEPTH_MAX) {
        refuse(r, at, "Y002", "tệp quá nhiều phần tử hoặc lồng quá sâu",
               "too many nodes or nested too deeply");
        return NULL;
    }
    n = ARENA_NEW(r->tree, struct yaml_node);
    n->kind = kind;
    n->at = at;
    return n;
}

static struct yaml_node *scalar(struct reader *r, const yaml_event_t *ev, int depth)
{
    struct yaml_node *n = node_new(r, YAML_SCALAR, mark_of(ev->start_mark), depth);
    struct span raw = {(const char *)ev->data.scalar.value, ev->data.scalar.length};

    if (!n)
        return NULL;
    if (text_check(raw, true) != TEXT_FINE)
        refuse(r, n->at, "Y005", "có ký tự không được phép", "forbidden characters");
    n->text = text_nfc(r->arena, raw).p;
    n->quoted = ev->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    return n->text ? n : NULL;
}

static struct yaml_node *value(struct reader *r, yaml_event_t *ev, int depth);

static struct yaml_node *sequence(struct reader *r, struct mark at, int depth)
{
    struct yaml_node *n = node_new(r, YAML_SEQ, at, depth);
    size_t cap = 0;
    yaml_event_t ev;

    while (n && next_event(r, &ev)) {
        bool end = ev.type == YAML_SEQUENCE_END_EVENT;
        struct yaml_node *v = end ? NULL : value(r, &ev, depth + 1);
        yaml_event_delete(&ev);
        if (end)
            return n;
        if (v)
            ARENA_PUSH(r->tree, n->item, n->n, cap) = v;
    }
    return NULL;
}

/* Takes key and value of a pair into the map, unless the key was there before. */
static void put_pair(struct reader *r, struct yaml_node *n, size_t cap[2], struct yaml_node *k,
                     struct yaml_node *v)
{
    size_t count = n->n;

    if (k->kind != YAML_SCALAR) {
        diag_add_text(r->diags, DIAG_ERROR, k->at, "Y004",
                      (struct text2){"khóa phải là một từ", "a key must be a word"});
        return;
    }
    if (yaml_get(n, k->text)) {
        diag_add(r->diags, DIAG_ERROR, k->at, "Y003", "khóa \"%s\" bị lặp lại",
                 "duplicate key \"%s\"", k->text);
        return;
    }
    ARENA_PUSH(r->tree, n->key, count, cap[0]) = k;
    ARENA_PUSH(r->tree, n->item, n->n, cap[1]) = v;
}

static struct yaml_node *mapping(struct reader *r, struct mark at, int depth)
{
    struct yaml_node *n = node_new(r, YAML_MAP, at, depth), *k = NULL;
    size_t cap[2] = {0, 0};
    yaml_event_t ev;

    while (n && next_event(r, &ev)) {
        bool end = ev.type == YAML_MAPPING_END_EVENT;
        struct yaml_node *v = end ? NULL : value(r, &ev, depth + 1);
        yaml_event_delete(&ev);
        if (end)
            return n;
        if (!v)
            return NULL;
        if (k)
            put_pair(r, n, cap, k, v);
        k = k ? NULL : v;
    }
    return NULL;
}

static struct yaml_node *value(struct reader *r, yaml_event_t *ev, int depth)
{
    struct mark at = mark_of(ev->start_mark);
    bool anchored = (ev->type == YAML_SCALAR_EVENT && ev->data.scalar.anchor) ||
                    (ev->type == YAML_SEQUENCE_START_EVENT && ev->data.sequence_start.anchor) ||
                    (ev->type == YAML_MAPPING_START_EVENT && ev->data.mapping_start.anchor);
    /* "!!binary", "!include": silently ignoring one would read something else than was written */
    bool tagged = (ev->type == YAML_SCALAR_EVENT && ev->data.scalar.tag) ||
                  (ev->type == YAML_SEQUENCE_START_EVENT && ev->data.sequence_start.tag) ||
                  (ev->type == YAML_MAPPING_START_EVENT && ev->data.mapping_start.tag);

    if (ev->type == YAML_ALIAS_EVENT || anchored || tagged) {
        refuse(r, at, "Y007", "không dùng neo (&), bí danh (*) và thẻ kiểu (!) của YAML",
               "anchors, aliases and tags are not accepted");
        return NULL;
    }
    if (ev->type == YAML_SCALAR_EVENT)
        return scalar(r, ev, depth);
    if (ev->type == YAML_SEQUENCE_START_EVENT)
        return sequence(r, at, depth);
    if (ev->type == YAML_MAPPING_START_EVENT)
        return mapping(r, at, depth);
    return NULL;
}

static struct yaml_node *document(struct reader *r)
{
    struct yaml_node *root = NULL;
    bool seen = false, end = false;
    yaml_event_t ev;

    while (!end && next_event(r, &ev)) {
        if (ev.type == YAML_DOCUMENT_START_EVENT && seen)
            refuse(r, mark_of(ev.start_mark), "Y006", "tệp chỉ được có một tài liệu YAML",
                   "only one YAML document a file");
        else if (ev.type == YAML_DOCUMENT_START_EVENT)
            seen = true;
        else if (ev.type == YAML_STREAM_END_EVENT)
            end = true;
        else if (ev.type != YAML_STREAM_START_EVENT && ev.type != YAML_DOCUMENT_END_EVENT)
            root = value(r, &ev, 1);
        yaml_event_delete(&ev);
    }
    if (!r->stop && !root)
        refuse(r, (struct mark){1, 1}, "Y001", "tệp trống", "the file is empty");
    return r->stop ? NULL : root;
}

struct yaml_node *yaml_read(struct arena *a, struct span text, struct diags *d)
{
    struct reader r = {.arena = a, .tree = arena_scratch(a), .diags = d, .text = text};
    struct yaml_node *root;

    if (text.n > YAML_BYTES_MAX) {
        refuse(&r, (struct mark){0, 0}, "Y002", "tệp quá lớn", "the file is too large");
        return NULL;
    }
    if (!yaml_parser_initialize(&r.parser)) {
        refuse(&r, (struct mark){0, 0}, "Y001", "hết bộ nhớ", "out of memory");
        return NULL;
    }
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)(text.n ? text.p : ""), text.n);
    root = document(&r);
    yaml_parser_delete(&r.parser);
    return root;
}
