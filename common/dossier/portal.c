/* What the national portal is told of a dossier: its ten statuses (trạng thái hồ sơ).  Pure. */
#include "common/dossier/parts.h"

/* A step may say more of work that is under way: 2 received, 6 a financial obligation.  It can
 * never say that something has ended. */
static int under_way(int step)
{
    return step == 2 || step == 6 ? step : 4;
}

int portal_status(enum dossier_status s, int step)
{
    switch (s) {
    case DS_SUBMITTED:
        return 1;
    case DS_INTAKE_SUPPLEMENT:
    case DS_SUPPLEMENT:
        return 5;
    case DS_REJECTED_INTAKE:
        return 3;
    case DS_ACCEPTED:
        return 2;
    case DS_FIN_OBLIGATION:
        return 6;
    case DS_WITHDRAWN:
        return 7;
    case DS_SUSPENDED:
    case DS_STOPPED:
    case DS_CLOSED:
        return 8;
    case DS_RELEASED:
        return 9;
    case DS_RETURNED:
        return 10;
    case DS_NONE:
    case DS_COUNT:
        return 0;
    case DS_PROCESSING:
    case DS_APPROVED:
    case DS_CONSULTING:
    case DS_EXCLUDED:
        break;
    }
    return under_way(step);
}
