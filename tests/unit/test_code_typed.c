/* Codes of dossiers as people type them from the slip: each way finds the same dossier, and what is
 * no code stays what it is.  One thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "common/dossier/code.h"

static void reads(const char *typed, const char *want)
{
    struct arena *a = arena_new(65536);

    assert_string_equal(dossier_code_typed(a, "H24", span_of(typed)), want);
    arena_free(a);
}

static void as_it_is_printed(void **state)
{
    (void)state;
    reads("H24.11-261103-0001", "H24.11-261103-0001");
    reads(" h24.11 - 261103 - 0001 ", "H24.11-261103-0001");
    reads("H24.15.02-261103-12345", "H24.15.02-261103-12345");
}

static void shorter(void **state)
{
    (void)state;
    reads("11-261103-0001", "H24.11-261103-0001");
    reads("11261103-1", "H24.11-261103-0001");
    reads("11 261103-42", "H24.11-261103-0042");
    reads("15.02261103-123", "H24.15.02-261103-0123");
    reads("h24.11261103-1", "H24.11-261103-0001");
}

/* Codes given before Decision 20/2020 (agency written highest level last) are found for ever. */
static void of_the_older_scheme(void **state)
{
    (void)state;
    reads("000.00.11.H24-190612-0001", "000.00.11.H24-190612-0001");
    reads("000.00.11.h24 - 190612 - 0001", "000.00.11.H24-190612-0001");
    reads("012.05.11.H23-200101-12345", "012.05.11.H23-200101-12345");
}

static void no_code(void **state)
{
    (void)state;
    reads("", "");
    reads("-", "-");
    reads("261103-1", "261103-1"); /* of which unit? */
    reads("11-261103-", "11-261103-");
    reads("11-26110-1", "11-26110-1");
    reads("' or 1=1 --", "'OR1=1--");
    reads("11-261103-00x1", "11-261103-00X1");
    reads("0123456789012345678901234567890123456789012345678901234567890123456789", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_it_is_printed),
        cmocka_unit_test(shorter),
        cmocka_unit_test(of_the_older_scheme),
        cmocka_unit_test(no_code),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("codes as typed", tests, NULL, NULL);
}
