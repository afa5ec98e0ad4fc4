/* Calendars from files, for the verbs that need one.
 * Everything lives in the caller's arena (made with CALENDAR_ARENA_MAX).  Main thread. */
#ifndef SERVER_CLI_CALENDAR_FILE_H
#define SERVER_CLI_CALENDAR_FILE_H

#include "common/time/calendar.h"
#include "server/cli/cli.h"

struct calendar_file {
    const char *path;
    struct span text;
    struct diags diags;
    struct calendar *calendar; /* NULL: diags say why */
};

/* what: a path, or a bare word for CONFIG-DIR/calendars/WORD.yaml.  What a calendar extends is
 * looked for beside it, then in CONFIG-DIR/calendars.  False when the file itself cannot be read.
 */
bool calendar_file_load(struct cli *c, struct arena *a, const char *what, struct calendar_file *ret,
                        struct text2 *ret_why);

/* The same for verbs that only want the calendar: reports every mistake; NULL then. */
struct calendar *calendar_file_need(struct cli *c, struct arena *a, const char *what);

#endif
