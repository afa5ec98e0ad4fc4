/* Change of case and late entry after an outage: both only with a second person.  Any thread. */
#include "common/dossier/request_asks.h"

void ask_case(struct deciding *d, const struct ask *ask, struct payload *pl)
{
    (void)ask;
    (void)pl;
    refuse(d, ERR_R_NOT_EXECUTABLE, NULL, NULL, NULL);
}

void send_case(struct deciding *d, const struct request *r, struct payload *pl)
{
    (void)r;
    (void)pl;
    refuse(d, ERR_R_NOT_EXECUTABLE, NULL, NULL, NULL);
}

void ask_late_entry(struct deciding *d, const struct ask *ask, struct payload *pl)
{
    (void)ask;
    (void)pl;
    refuse(d, ERR_R_NOT_EXECUTABLE, NULL, NULL, NULL);
}
