/* Of the test program's main thread, as the world is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/json_in.h"
#include "tests/lib/figures_asked.h"

static const struct viewer all = {.user = 1, .agency = 1, .roles = 1u << ROLE_AUDITOR, .all = true};

instant when(const char *local)
{
    instant t = 0;

    assert_true(instant_parse(span_of(local), &t));
    return t;
}

static json_t *heard_json(struct store_world *x)
{
    struct json_fault f;
    json_t *j;

    wait_heard(x);
    assert_int_equal(heard.e, ERR_OK);
    j = json_read(span_of(heard.json), &f);
    assert_non_null(j);
    return j;
}

json_t *figures_answer(struct store_world *x, const struct figures_query *q)
{
    store_figures(x->st, &all, q, hear, NULL);
    return heard_json(x);
}

json_t *figures_answer_list(struct store_world *x, const struct figures_query *q)
{
    store_figures_list(x->st, &all, q, hear, NULL);
    return heard_json(x);
}

enum figure_id figure_named(const char *name)
{
    int i = 0;

    while (i < FIGURES && strcmp(FIGURE[i].name, name) != 0)
        i++;
    assert_true(i < FIGURES);
    return (enum figure_id)i;
}

static json_t *first_item(json_t *j)
{
    json_t *item = json_array_get(json_object_get(j, "items"), 0);

    assert_non_null(item);
    return item;
}

static int64_t sum(json_t *item, const char *const *column)
{
    int64_t n = 0;

    for (; *column; column++)
        n += json_i64(item, *column, 0);
    return n;
}

void figures_check(struct store_world *x, const struct figures_query *q,
                   const struct expected *want)
{
    static const struct {
        const char *total, *part[4];
    } identity[] = {
        {"total", {"received_online", "received_other", "carried"}},
        {"total", {"resolved", "pending"}},
        {"pending", {"pending_within", "pending_overdue", "pending_waiting"}},
        {"resolved", {"resolved_early", "resolved_on_time", "resolved_late"}},
    };
    json_t *j = figures_answer(x, q), *item = first_item(j);

    for (; want->column; want++) {
        if (json_i64(item, want->column, -1) != want->n)
            print_message("%s: %lld, not %lld\n", want->column,
                          (long long)json_i64(item, want->column, -1), (long long)want->n);
        assert_int_equal(json_i64(item, want->column, -1), want->n);
    }
    for (size_t i = 0; i < sizeof identity / sizeof *identity; i++)
        assert_int_equal(json_i64(item, identity[i].total, -1), sum(item, identity[i].part));
    json_decref(j);
}

void figures_rate_is(struct store_world *x, const struct figures_query *q, const char *key,
                     int64_t n, int64_t of, int64_t tenths)
{
    json_t *j = figures_answer(x, q), *rate = json_object_get(first_item(j), key);

    assert_int_equal(json_i64(rate, "n", -1), n);
    assert_int_equal(json_i64(rate, "of", -1), of);
    assert_int_equal(json_i64(rate, "tenths", -1), tenths);
    json_decref(j);
}
