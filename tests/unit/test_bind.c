/* Binding of JSON: what each table row accepts, and every way it refuses, all at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "common/base/bind.h"

struct person {
    const char *name, *phone;
};
struct item {
    const char *component;
    int originals;
    const char **files;
    size_t files_n;
};
struct thing {
    const char *name, *note, *code, *hash, *day, *secret;
    int copies, channel;
    int64_t money;
    bool island;
    const struct person *person;
    struct item *items;
    size_t items_n;
    const char **tags;
    size_t tags_n;
    const json_t *form;
};
static const char *const channels[] = {"counter", "online", "post", NULL};
static const struct bind_key person_keys[] = {
    BIND(struct person, TEXT, name, BIND_REQUIRED, 1, 10, "tên", "name"),
    BIND(struct person, WORD, phone, 0, 8, 15, NULL, NULL),
};
static const struct bind_shape person_shape = BIND_SHAPE("Person", struct person, person_keys);
static const struct bind_key item_keys[] = {
    BIND(struct item, WORD, component, BIND_REQUIRED, 1, 40, NULL, NULL),
    BIND(struct item, INT, originals, 0, 0, 99, NULL, NULL),
    BIND_MANY(struct item, TEXTS, files, files_n, 0, 0, 3, NULL, NULL, NULL),
};
static const struct bind_shape item_shape = BIND_SHAPE("Item", struct item, item_keys);
static const struct bind_key thing_keys[] = {
    BIND(struct thing, TEXT, name, BIND_REQUIRED, 1, 6, "họ tên", "full name"),
    BIND(struct thing, LINES, note, 0, 0, 20, NULL, NULL),
    BIND(struct thing, WORD, code, 0, 1, 12, NULL, NULL),
    BIND(struct thing, HASH, hash, 0, 0, 0, NULL, NULL),
    BIND(struct thing, DATE, day, 0, 0, 0, NULL, NULL),
    BIND(struct thing, SECRET, secret, 0, 3, 8, NULL, NULL),
    BIND(struct thing, INT, copies, 0, 1, 9, NULL, NULL),
    BIND_WORDS(struct thing, channel, 0, channels, "kênh", "channel"),
    BIND(struct thing, I64, money, 0, 0, 1000000000000, NULL, NULL),
    BIND(struct thing, BOOL, island, 0, 0, 0, NULL, NULL),
    BIND_SUB(struct thing, person, 0, &person_shape, NULL, NULL),
    BIND_MANY(struct thing, LIST, items, items_n, 0, 0, 3, &item_shape, NULL, NULL),
    BIND_MANY(struct thing, TEXTS, tags, tags_n, 0, 1, 4, NULL, NULL, NULL),
    BIND(struct thing, JSON, form, 0, 0, 0, NULL, NULL),
};
static const struct bind_shape thing_shape = BIND_SHAPE("Thing", struct thing, thing_keys);

static struct arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = arena_new(1 << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena = arena_free(arena);
    return 0;
}

static json_t *parse(const char *text)
{
    struct json_fault f;
    json_t *j = json_read(span_of(text), &f);

    assert_non_null(j);
    return j;
}

/* Every key holds what it was given. */
static void reads_every_kind(void **state)
{
    struct violations v;
    struct thing t = {.channel = 7};
    json_t *j =
        parse("{\"name\":\"Nguy\xe1\xbb\x85n\",\"note\":\"a\\nb\",\"code\":\"H24.11-1\","
              "\"hash\":\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\","
              "\"day\":\"2028-02-29\",\"secret\":\"\xc4\x91\xc4\x91\xc4\x91\",\"copies\":9,"
              "\"channel\":\"post\",\"money\":500000000000,\"island\":true,"
              "\"person\":{\"name\":\"Lan\"},\"items\":[{\"component\":\"request\","
              "\"originals\":2,\"files\":[\"a\",\"b\"]},{\"component\":\"x\"}],"
              "\"tags\":[\"t\"],\"form\":{\"estimate\":1}}");

    (void)state;
    violations_init(&v, arena);
    assert_true(bind_json(j, &thing_shape, &t, &v));
    assert_int_equal(v.n, 0);
    assert_string_equal(t.name, "Nguyễn");
    assert_string_equal(t.note, "a\nb");
    assert_string_equal(t.code, "H24.11-1");
    assert_string_equal(t.day, "2028-02-29");
    assert_int_equal(t.copies, 9);
    assert_int_equal(t.channel, 2);
    assert_true(t.money == 500000000000);
    assert_true(t.island);
    assert_string_equal(t.person->name, "Lan");
    assert_null(t.person->phone);
    assert_int_equal(t.items_n, 2);
    assert_string_equal(t.items[0].files[1], "b");
    assert_int_equal(t.items[1].originals, 0);
    assert_string_equal(t.tags[0], "t");
    assert_int_equal(json_i64(t.form, "estimate", 0), 1);
    json_decref(j);
}

static void absent_and_null_keep_the_default(void **state)
{
    struct violations v;
    struct thing t = {.channel = 1, .copies = 3};
    json_t *j = parse("{\"name\":\"a\",\"channel\":null,\"copies\":null,\"person\":null}");

    (void)state;
    violations_init(&v, arena);
    assert_true(bind_json(j, &thing_shape, &t, &v));
    assert_int_equal(t.channel, 1);
    assert_int_equal(t.copies, 3);
    assert_null(t.person);
    json_decref(j);
}

/* One wrong member each: the code and the place of the only violation. */
static void refuses_with_pointer_and_code(void **state)
{
    static const struct {
        const char *json, *pointer, *code;
    } cases[] = {
        {"{}", "/name", "missing"},
        {"{\"name\":null}", "/name", "missing"},
        {"{\"name\":\"\"}", "/name", "empty"},
        {"{\"name\":\"   \"}", "/name", "empty"},
        {"{\"name\":\"1234567\"}", "/name", "length"},
        {"{\"name\":7}", "/name", "wrong-type"},
        {"{\"name\":\"a\\u0007\"}", "/name", "characters"},
        {"{\"name\":\"a\\nb\"}", "/name", "characters"},
        {"{\"name\":\"a\\u202eb\"}", "/name", "characters"},
        {"{\"name\":\"a\\ue000\"}", "/name", "characters"},
        {"{\"name\":\"a\",\"nmae\":1}", "/nmae", "unknown-member"},
        {"{\"name\":\"a\",\"a/b~c\":1}", "/a~1b~0c", "unknown-member"},
        {"{\"name\":\"a\",\"code\":\"a b\"}", "/code", "characters"},
        {"{\"name\":\"a\",\"code\":\"\xc4\x91\"}", "/code", "characters"},
        {"{\"name\":\"a\",\"code\":\"1234567890123\"}", "/code", "length"},
        {"{\"name\":\"a\",\"hash\":\"ABC\"}", "/hash", "format"},
        {"{\"name\":\"a\",\"day\":\"2026-02-29\"}", "/day", "date"},
        {"{\"name\":\"a\",\"day\":\"2026-1-1\"}", "/day", "date"},
        {"{\"name\":\"a\",\"day\":\"1899-12-31\"}", "/day", "date"},
        {"{\"name\":\"a\",\"day\":20260101}", "/day", "date"},
        {"{\"name\":\"a\",\"copies\":0}", "/copies", "range"},
        {"{\"name\":\"a\",\"copies\":1.5}", "/copies", "wrong-type"},
        {"{\"name\":\"a\",\"copies\":\"1\"}", "/copies", "wrong-type"},
        {"{\"name\":\"a\",\"channel\":\"fax\"}", "/channel", "not-in-list"},
        {"{\"name\":\"a\",\"channel\":1}", "/channel", "wrong-type"},
        {"{\"name\":\"a\",\"island\":1}", "/island", "wrong-type"},
        {"{\"name\":\"a\",\"person\":[]}", "/person", "wrong-type"},
        {"{\"name\":\"a\",\"person\":{}}", "/person/name", "missing"},
        {"{\"name\":\"a\",\"items\":[{\"component\":\"x\"},{}]}", "/items/1/component", "missing"},
        {"{\"name\":\"a\",\"items\":[{\"component\":\"x\",\"files\":[\"a\",3]}]}",
         "/items/0/files/1", "wrong-type"},
        {"{\"name\":\"a\",\"items\":{}}", "/items", "wrong-type"},
        {"{\"name\":\"a\",\"tags\":[]}", "/tags", "items"},
        {"{\"name\":\"a\",\"tags\":[\"1\",\"2\",\"3\",\"4\",\"5\"]}", "/tags", "items"},
        {"{\"name\":\"a\",\"form\":[]}", "/form", "wrong-type"},
        {"[]", "", "wrong-type"},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct violations v;
        struct thing t = {0};
        json_t *j = parse(cases[i].json);

        violations_init(&v, arena);
        assert_false(bind_json(j, &thing_shape, &t, &v));
        assert_int_equal(v.n, 1);
        assert_string_equal(v.item[0].pointer, cases[i].pointer);
        assert_string_equal(v.item[0].code, cases[i].code);
        assert_true(strlen(v.item[0].text.vi) > 3 && strlen(v.item[0].text.en) > 3);
        json_decref(j);
    }
}

static void names_the_nearest_member(void **state)
{
    struct violations v;
    struct thing t = {0};
    json_t *j = parse("{\"name\":\"a\",\"chanel\":\"post\"}");

    (void)state;
    violations_init(&v, arena);
    assert_false(bind_json(j, &thing_shape, &t, &v));
    assert_string_equal(v.item[0].text.en, "no such field, did you mean \"channel\"?");
    json_decref(j);
}

static void collects_all_but_not_without_end(void **state)
{
    struct violations v;
    struct thing t = {0};
    char text[2048] = "{";
    size_t n = 1;
    int i;
    json_t *j;

    (void)state;
    for (i = 0; i < 30; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "\"wrong%d\":%d,", i, i);
    (void)snprintf(text + n, sizeof text - n, "\"copies\":\"x\"}");
    j = parse(text);
    violations_init(&v, arena);
    assert_false(bind_json(j, &thing_shape, &t, &v));
    assert_int_equal(v.n, VIOLATIONS_MAX);
    assert_int_equal(v.dropped, 30 + 1 + 1 - VIOLATIONS_MAX); /* unknown, copies, name missing */
    json_decref(j);
}

/* Counted in characters after composition: NFD "Nguyễn" (8 code points) is 6. */
static void length_counts_composed_characters(void **state)
{
    struct violations v;
    struct thing t = {0};
    json_t *j = parse("{\"name\":\"Nguye\xcc\x82\xcc\x83n\"}");

    (void)state;
    violations_init(&v, arena);
    assert_true(bind_json(j, &thing_shape, &t, &v));
    assert_string_equal(t.name, "Nguyễn");
    json_decref(j);
}

static void schema_says_the_same_as_the_table(void **state)
{
    struct buf b;
    struct json_fault f;
    json_t *j, *props;

    (void)state;
    buf_init(&b, 65536);
    bind_schema(&thing_shape, &b);
    j = json_read((struct span){b.p, b.n}, &f);
    assert_non_null(j);
    assert_false(json_flag(j, "additionalProperties", true));
    props = json_object_get(j, "properties");
    assert_int_equal(json_object_size(props), sizeof thing_keys / sizeof *thing_keys);
    assert_int_equal(json_array_size(json_object_get(j, "required")), 1);
    assert_int_equal(json_i64(json_object_get(props, "copies"), "maximum", 0), 9);
    assert_int_equal(json_array_size(json_object_get(json_object_get(props, "channel"), "enum")),
                     3);
    assert_string_equal(json_str(json_object_get(json_object_get(props, "items"), "items"), "type"),
                        "object");
    json_decref(j);
    buf_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(reads_every_kind, setup, teardown),
        cmocka_unit_test_setup_teardown(absent_and_null_keep_the_default, setup, teardown),
        cmocka_unit_test_setup_teardown(refuses_with_pointer_and_code, setup, teardown),
        cmocka_unit_test_setup_teardown(names_the_nearest_member, setup, teardown),
        cmocka_unit_test_setup_teardown(collects_all_but_not_without_end, setup, teardown),
        cmocka_unit_test_setup_teardown(length_counts_composed_characters, setup, teardown),
        cmocka_unit_test_setup_teardown(schema_says_the_same_as_the_table, setup, teardown),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
