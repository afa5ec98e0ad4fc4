/* Parser and type checker of conditions: recursive descent, one mistake of syntax a text, every
 * mistake of types.  The tree lives in the caller's arena.  One thread at a time. */
#include <assert.h>

#include "common/base/utf8.h"
#include "common/procedure/expr_node.h"
#include "common/time/civil.h"

#define LIST_MAX 64

enum token {
    T_END,
    T_FIELD,
    T_INT,
    T_TEXT,
    T_DATE,
    T_TRUE,
    T_FALSE,
    T_AND,
    T_OR,
    T_NOT,
    T_IN,
    T_COMPARE,
    T_OPEN,
    T_CLOSE,
    T_LIST,
    T_LIST_END,
    T_COMMA,
    T_BAD
};

struct parser {
    struct arena *a;
    const struct expr_scope *scope;
    struct diags *d;
    const char *text;
    const char *next; /* after the token */
    struct mark at;   /* of text[0] */
    bool failed;      /* syntax: nothing more is reported */
    bool wrong;       /* types */
    int depth;
    enum token t;
    struct span s; /* of the token; a text without its quotes */
    enum compare cmp;
    int64_t i;
    struct mark t_at;
};

static struct mark mark_at(const struct parser *p, const char *c)
{
    size_t chars = utf8_length((struct span){p->text, (size_t)(c - p->text)});

    return (struct mark){p->at.line, p->at.col + (int)chars};
}

static void refuse(struct parser *p, struct mark at, const char *code, const char *vi,
                   const char *en)
{
    if (!p->failed)
        diag_add_text(p->d, DIAG_ERROR, at, code,
                      (struct text2){arena_printf(p->d->arena, "điều kiện: %s", vi),
                                     arena_printf(p->d->arena, "condition: %s", en)});
    p->failed = true;
    p->t = T_BAD;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static void lex_word(struct parser *p, const char *c)
{
    static const struct {
        const char *word;
        enum token t;
    } words[] = {{"and", T_AND}, {"or", T_OR},     {"not", T_NOT},
                 {"in", T_IN},   {"true", T_TRUE}, {"false", T_FALSE}};
    size_t i;

    while (is_letter(*c) || is_digit(*c) || *c == '.' || (*c == '-' && is_letter(c[1])))
        c++;
    p->s.n = (size_t)(c - p->s.p);
    p->next = c;
    p->t = T_FIELD;
    for (i = 0; i < sizeof words / sizeof words[0]; i++)
        if (span_is(p->s, words[i].word))
            p->t = words[i].t;
}

static void lex_number(struct parser *p, const char *c)
{
    char digits[20];
    size_t n = 0;
    dayno day;

    if (strlen(c) >= 10 && day_parse((struct span){c, 10}, &day)) {
        p->next = c + 10;
        p->t = T_DATE;
        p->i = day;
        return;
    }
    for (; is_digit(*c) || *c == '-' || (*c == '_' && is_digit(c[1])); c++) {
        if (*c == '-' && n > 0)
            break;
        if (*c != '_' && n < sizeof digits)
            digits[n++] = *c;
    }
    p->next = c;
    p->s.n = (size_t)(c - p->s.p);
    p->t = T_INT;
    if (is_letter(*c) || *c == '.' || *c == '-' ||
        !span_i64((struct span){digits, n}, -999999999999999, 999999999999999, &p->i))
        refuse(p, p->t_at, "P301",
               "số không hợp lệ (số nguyên tối đa 15 chữ số, hoặc ngày "
               "năm-tháng-ngày)",
               "not a number (whole, at most 15 digits, or a date year-month-day)");
}

static void lex_text(struct parser *p, const char *c)
{
    const char *end = strchr(c + 1, *c);

    if (!end) {
        refuse(p, p->t_at, "P309", "văn bản chưa đóng dấu nháy", "text without closing quote");
        return;
    }
    p->s = (struct span){c + 1, (size_t)(end - c - 1)};
    p->next = end + 1;
    p->t = T_TEXT;
}

static void lex_sign(struct parser *p, const char *c)
{
    static const struct {
        const char *sign;
        enum token t;
        enum compare cmp;
    } signs[] = {{"!=", T_COMPARE, CMP_NE}, {"<=", T_COMPARE, CMP_LE}, {">=", T_COMPARE, CMP_GE},
                 {"=", T_COMPARE, CMP_EQ},  {"<", T_COMPARE, CMP_LT},  {">", T_COMPARE, CMP_GT},
                 {"(", T_OPEN, 0},          {")", T_CLOSE, 0},         {"[", T_LIST, 0},
                 {"]", T_LIST_END, 0},      {",", T_COMMA, 0}};
    size_t i;

    if (span_starts(span_of(c), "==")) {
        refuse(p, p->t_at, "P301", "so sánh bằng viết là \"=\"", "equality is written \"=\"");
        return;
    }
    for (i = 0; i < sizeof signs / sizeof signs[0]; i++)
        if (span_starts(span_of(c), signs[i].sign)) {
            p->t = signs[i].t;
            p->cmp = signs[i].cmp;
            p->next = c + strlen(signs[i].sign);
            return;
        }
    refuse(p, p->t_at, "P301", "ký tự lạ", "stray character");
}

static void advance(struct parser *p)
{
    const char *c = p->next;

    while (*c == ' ' || *c == '\t' || *c == '\n')
        c++;
    p->t_at = mark_at(p, c);
    p->s = (struct span){c, 0};
    p->next = c;
    if (p->failed)
        p->t = T_BAD;
    else if (*c == '\0')
        p->t = T_END;
    else if (is_letter(*c))
        lex_word(p, c);
    else if (is_digit(*c) || (*c == '-' && is_digit(c[1])))
        lex_number(p, c);
    else if (*c == '\'' || *c == '"')
        lex_text(p, c);
    else
        lex_sign(p, c);
}

static struct text2 type_words(enum value_type t)
{
    static const struct text2 words[] = {{"trống", "nothing"},
                                         {"có/không", "yes or no"},
                                         {"số", "number"},
                                         {"văn bản", "text"},
                                         {"ngày", "date"}};

    return words[t];
}

static void unknown_field(struct parser *p, const struct operand *o)
{
    diag_add(p->d, DIAG_ERROR, o->at, "P303", "điều kiện: không có trường \"%s\"",
             "condition: there is no field \"%s\"", o->field);
    diag_nearest(p->d, o->field, p->scope->names, p->scope->n);
    p->wrong = true;
}

static struct operand parse_operand(struct parser *p, bool literal)
{
    struct operand o = {.at = p->t_at};

    switch (p->t) {
    case T_FIELD:
        if (literal) {
            refuse(p, p->t_at, "P302", "ở đây cần một giá trị (văn bản đặt trong dấu nháy)",
                   "a value is expected here (texts go in quotes)");
            return o;
        }
        o.field = arena_span(p->a, p->s);
        o.v.type = p->scope->type(p->scope->ctx, o.field);
        if (o.v.type == VALUE_NONE)
            unknown_field(p, &o);
        else if (p->scope->choices)
            o.word = p->scope->choices(p->scope->ctx, o.field, &o.words);
        break;
    case T_INT:
        o.v = (struct value){VALUE_INT, p->i, SPAN_NONE};
        break;
    case T_DATE:
        o.v = (struct value){VALUE_DATE, p->i, SPAN_NONE};
        break;
    case T_TEXT:
        o.v = (struct value){VALUE_TEXT, 0, {arena_span(p->a, p->s), p->s.n}};
        break;
    case T_TRUE:
    case T_FALSE:
        o.v = (struct value){VALUE_BOOL, p->t == T_TRUE, SPAN_NONE};
        break;
    default:
        refuse(p, p->t_at, "P302", "ở đây cần một trường hoặc một giá trị",
               "a field or a value is expected here");
        return o;
    }
    advance(p);
    return o;
}

/* Both sides of one type; a text literal is one of the field's words. */
static void check_pair(struct parser *p, const struct operand *f, const struct operand *v)
{
    struct text2 tf = type_words(f->v.type), tv = type_words(v->v.type);
    size_t i;

    if (f->v.type == VALUE_NONE || v->v.type == VALUE_NONE)
        return;
    if (f->v.type != v->v.type) {
        diag_add_text(
            p->d, DIAG_ERROR, v->at, "P304",
            (struct text2){
                arena_printf(p->d->arena, "điều kiện: so sánh %s với %s", tf.vi, tv.vi),
                arena_printf(p->d->arena, "condition: compares %s with %s", tf.en, tv.en)});
        p->wrong = true;
        return;
    }
    if (!f->words || v->field || v->v.type != VALUE_TEXT)
        return;
    for (i = 0; i < f->words; i++)
        if (strcmp(f->word[i], v->v.s.p) == 0)
            return;
    diag_add(p->d, DIAG_ERROR, v->at, "P310", "điều kiện: \"%s\" không bao giờ là \"%s\"",
             "condition: \"%s\" is never \"%s\"", f->field, v->v.s.p);
    diag_nearest(p->d, v->v.s.p, f->word, f->words);
    p->wrong = true;
}

static struct expr_node *node_new(struct parser *p, enum node_op op)
{
    struct expr_node *n = ARENA_NEW(p->a, struct expr_node);

    n->op = op;
    return n;
}

static void parse_list(struct parser *p, struct expr_node *n)
{
    size_t cap = 0;

    advance(p); /* in */
    if (p->t != T_LIST) {
        refuse(p, p->t_at, "P302", "sau \"in\" cần danh sách [..]", "\"in\" needs a list [..]");
        return;
    }
    do {
        struct operand o;
        advance(p);
        o = parse_operand(p, true);
        if (n->n == LIST_MAX)
            refuse(p, o.at, "P306", "danh sách quá dài (tối đa 64)", "list too long (at most 64)");
        if (p->failed)
            return;
        check_pair(p, &n->left, &o);
        ARENA_PUSH(p->a, n->list, n->n, cap) = o;
    } while (p->t == T_COMMA);
    if (p->t != T_LIST_END)
        refuse(p, p->t_at, "P309", "danh sách chưa đóng bằng \"]\"", "list without closing \"]\"");
    else
        advance(p);
}

static struct expr_node *parse_comparison(struct parser *p)
{
    struct expr_node *n = node_new(p, NODE_TRUTH), *outer;
    bool negated = false;

    n->left = parse_operand(p, false);
    if (p->t == T_NOT) {
        negated = true;
        advance(p);
        if (p->t != T_IN)
            refuse(p, p->t_at, "P302", "sau \"not\" ở đây cần \"in\"", "\"in\" expected here");
    }
    if (p->t == T_IN) {
        n->op = NODE_IN;
        parse_list(p, n);
    } else if (p->t == T_COMPARE) {
        n->op = NODE_COMPARE;
        n->cmp = p->cmp;
        advance(p);
        n->right = parse_operand(p, false);
        if (n->left.field)
            check_pair(p, &n->left, &n->right);
        else
            check_pair(p, &n->right, &n->left);
        if (n->left.v.type == VALUE_BOOL && n->cmp != CMP_EQ && n->cmp != CMP_NE)
            refuse(p, n->left.at, "P304",
                   "có/không chỉ so sánh bằng = hoặc !=", "yes or no compares with = or != only");
    } else if (!p->failed && n->left.v.type != VALUE_BOOL && n->left.v.type != VALUE_NONE) {
        refuse(p, n->left.at, "P305", "đây không phải là một điều kiện (thiếu so sánh)",
               "this is not a condition (a comparison is missing)");
    }
    if (!negated)
        return n;
    outer = node_new(p, NODE_NOT);
    outer->a = n;
    return outer;
}

static struct expr_node *parse_or(struct parser *p);

static struct expr_node *parse_not(struct parser *p)
{
    struct expr_node *n;

    if (p->t != T_NOT && p->t != T_OPEN)
        return parse_comparison(p);
    if (++p->depth > EXPR_DEPTH_MAX)
        refuse(p, p->t_at, "P306", "ngoặc lồng quá sâu (tối đa 16)",
               "nested too deeply (at most 16)");
    if (p->t == T_NOT) {
        advance(p);
        n = node_new(p, NODE_NOT);
        n->a = parse_not(p);
    } else if (p->t == T_OPEN) {
        advance(p);
        n = parse_or(p);
        if (p->t != T_CLOSE)
            refuse(p, p->t_at, "P302", "thiếu \")\"", "\")\" is missing");
        else
            advance(p);
    } else {
        n = node_new(p, NODE_TRUTH);
    }
    p->depth--;
    return n;
}

static struct expr_node *parse_chain(struct parser *p, enum token t, enum node_op op,
                                     struct expr_node *(*part)(struct parser *))
{
    struct expr_node *left = part(p);

    while (p->t == t) {
        struct expr_node *n = node_new(p, op);
        advance(p);
        n->a = left;
        n->b = part(p);
        left = n;
    }
    return left;
}

static struct expr_node *parse_and(struct parser *p)
{
    return parse_chain(p, T_AND, NODE_AND, parse_not);
}

static struct expr_node *parse_or(struct parser *p)
{
    return parse_chain(p, T_OR, NODE_OR, parse_and);
}

struct expr *expr_compile_in(struct arena *a, const char *text, struct mark at,
                             const struct expr_scope *scope, struct diags *d)
{
    struct parser p = {.a = a, .scope = scope, .d = d, .text = text, .next = text, .at = at};
    struct expr *e = ARENA_NEW(a, struct expr);

    if (utf8_length(span_of(text)) > EXPR_TEXT_MAX) {
        refuse(&p, at, "P306", "quá dài (tối đa 500 ký tự)", "too long (at most 500 characters)");
        return NULL;
    }
    advance(&p);
    e->text = arena_strdup(a, text);
    e->root = parse_or(&p);
    if (p.t != T_END)
        refuse(&p, p.t_at, "P302", "thừa phần này, cần \"and\" hoặc \"or\"",
               "\"and\" or \"or\" is expected here");
    if (p.failed || p.wrong)
        return NULL;
    e->constant = expr_solve(e);
    if (e->constant == TRI_FALSE) {
        diag_add_text(
            d, DIAG_ERROR, at, "P307",
            (struct text2){"điều kiện không bao giờ đúng", "dead condition: it never holds"});
        return NULL;
    }
    if (e->constant == TRI_TRUE)
        diag_add_text(d, DIAG_WARNING, at, "P308",
                      (struct text2){"điều kiện luôn luôn đúng", "the condition always holds"});
    return e;
}

struct expr *expr_compile(struct arena *a, const char *text, struct mark at, expr_field_type *type,
                          void *ctx, const char *const *names, size_t n, struct diags *d)
{
    struct expr_scope scope = {type, NULL, ctx, names, n};

    return expr_compile_in(a, text, at, &scope, d);
}
