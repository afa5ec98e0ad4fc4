/* What tests of the HTTP room assert over a raw connection.  Owns nothing.  The client's thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/http_room.h"
#include "tests/lib/wire.h"

void room_assert_answer(struct wire *w, int status, const char *body)
{
    struct wire_answer a = wire_answer(w, ROOM_WAIT_MS, false, NULL);

    if (a.status != status || (body && (!a.body || strcmp(a.body, body) != 0)))
        fail_msg("want %d \"%s\", got %d \"%s\"", status, body ? body : "", a.status,
                 a.body ? a.body : "");
    wire_answer_free(&a);
}

void room_wait(atomic_int *n, int want)
{
    for (int i = 0; i < ROOM_WAIT_MS && atomic_load(n) < want; i++)
        wire_sleep_ms(1);
    assert_true(atomic_load(n) >= want);
}
