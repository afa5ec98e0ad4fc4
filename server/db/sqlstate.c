/* What an SQLSTATE means for the answer.
 * Pure.  Any thread. */
#include <string.h>

#include "server/db/inside.h"

static bool in_class(const char *state, const char *class)
{
    return strncmp(state, class, 2) == 0;
}

static bool is(const char *state, const char *code)
{
    return strcmp(state, code) == 0;
}

enum err err_of_sqlstate(const char *s)
{
    if (is(s, "23505")) /* unique_violation */
        return ERR_CONFLICT;
    if (in_class(s, "22") || in_class(s, "23")) /* data, other constraints */
        return ERR_INVALID;
    if (is(s, "40001") || is(s, "40P01") || is(s, "55P03")) /* serialisation, deadlock, lock wait */
        return ERR_RACE;
    if (is(s, "53000")) /* insufficient_resources: figure_follow says so, PostgreSQL names which */
        return ERR_FIGURES_ANEW;
    if (is(s, "57014")) /* query_canceled: the statement's own timeout */
        return ERR_TIMEOUT;
    /* connection, resources, shutdown; a session that is of no use: the next one does it */
    if (in_class(s, "53") || in_class(s, "57") || in_class(s, "58") || sqlstate_breaks_session(s))
        return ERR_UNAVAILABLE;
    return ERR_INTERNAL;
}

bool sqlstate_breaks_session(const char *s)
{
    /* 25P02: the session is stuck in a failed transaction, which poisons whoever comes next.
     * 25P03: the server has ended it, since its transaction stood idle.
     * 26000, 0A000: its prepared statements are gone or no longer fit the tables.
     * 25006: the server is a standby now. */
    return is(s, "25P02") || is(s, "25P03") || is(s, "26000") || is(s, "0A000") || is(s, "25006") ||
           in_class(s, "08") || is(s, "57P01") || is(s, "57P02") || is(s, "57P03");
}
