/* The shipped configuration file and the table of keys: sound, whole, documented. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "server/core/config.h"

static struct arena *arena;
static struct diags diags;
static struct config *cfg;

static int setup(void **state)
{
    (void)state;
    arena = arena_new((size_t)8 << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    cfg = config_free(cfg);
    arena = arena_free(arena);
    return 0;
}

static void load(const char *text)
{
    char file[] = "/tmp/motcua-config-XXXXXX";
    struct config_input in = {file, true, NULL, NULL, 0, CONFIG_FOR_SERVICE};
    int fd = mkstemp(file);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    diags_init(&diags, arena);
    cfg = config_load(&in, &diags);
    unlink(file);
    assert_non_null(cfg);
}

static void the_shipped_file_is_sound_but_for_the_certificate_of_the_house(void **state)
{
    struct config_input in = {"config/motcua.yaml", true, NULL, NULL, 0, CONFIG_FOR_SERVICE};

    (void)state;
    diags_init(&diags, arena);
    cfg = config_load(&in, &diags);
    for (size_t i = 0; i < diags.n; i++) {
        assert_string_equal(diags.item[i].code, "C008");
        assert_non_null(strstr(diags.item[i].text.en, "/etc/motcua/tls."));
    }
    assert_string_equal(cfg->calendars_directory, "config/calendars");
    /* Written values that are not commented agree with the built-in ones where they repeat them. */
    assert_int_equal(cfg->session_idle, 30);
    assert_int_equal(cfg->rate_sign_in, 10);
}

/* The shipped file with its comments opened: every key it explains exists. */
static void commented_keys_of_the_shipped_file_exist(void **state)
{
    char text[20000], *at = text;
    FILE *f = fopen("config/motcua.yaml", "re");
    char line[400];

    (void)state;
    assert_non_null(f);
    while (fgets(line, sizeof line, f)) {
        char *hash = strchr(line, '#');
        const char *body = hash ? hash + 1 + strspn(hash + 1, " ") : NULL;
        size_t word = body ? strspn(body, "abcdefghijklmnopqrstuvwxyz_") : 0;

        /* "# key: value" or "#   key: value"; prose has blanks before its colon */
        if (hash && hash == line + strspn(line, " ") && word && body[word] == ':' &&
            (body[word + 1] == ' ' || body[word + 1] == '\n') && !strstr(body, "check") &&
            strncmp(body, "error", 5) != 0) {
            memmove(hash, hash + 2, strlen(hash + 2) + 1);
            if (!strstr(line, "_file:") && !strstr(line, "salt"))
                at += snprintf(at, sizeof text - (size_t)(at - text), "%s", line);
        } else if (!hash || strspn(line, " ") != (size_t)(hash - line)) {
            at += snprintf(at, sizeof text - (size_t)(at - text), "%s", line);
        }
    }
    fclose(f);
    load(text);
    for (size_t i = 0; i < diags.n; i++) {
        if (strcmp(diags.item[i].code, "C018") == 0)
            continue; /* its key is a file, and those are left out above */
        if (strcmp(diags.item[i].code, "C008") != 0)
            print_message("# %d:%d %s\n", diags.item[i].at.line, diags.item[i].at.col,
                          diags.item[i].text.en);
        assert_string_equal(diags.item[i].code, "C008");
    }
    assert_true(cfg->origin[CONFIG_KEY_limit_stop_time].source == CONFIG_FILE);
    assert_true(cfg->origin[CONFIG_KEY_database_depth].source == CONFIG_FILE);
}

static void the_table_of_keys_is_documented_in_both_languages(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, 65536);
    config_document(LANG_VI, &b);
    config_document(LANG_EN, &b);
    assert_true(buf_ok(&b));
    assert_non_null(strstr(buf_cstr(&b), "| `database.wait` | `5000` | 100..60000 | ms |"));
    buf_free(&b);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(the_shipped_file_is_sound_but_for_the_certificate_of_the_house),
        T(commented_keys_of_the_shipped_file_exist),
        T(the_table_of_keys_is_documented_in_both_languages),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
