/* Late entry after an outage (nhập bù sau sự cố) and correction of a wrong result (đính chính):
 * both are taken in now for something that was earlier.  Both times are kept; the legal clock
 * counts from the earlier one, so that the applicant is not harmed; acceptance stays the server's.
 * Any thread. */
#include "common/access/access.h"
#include "common/dossier/request_asks.h"

/* Entered as soon as the system is back: an outage that lasts longer, weekend included, is an
 * incident for the agency above, not a matter of one dossier. */
#define LATE_ENTRY_DAYS 7

/* Decree 118/2025 art. 23: within 3 working days of the detection. */
#define CORRECTION_LIMIT ((struct quantity){3, 1, UNIT_WORKING_DAY_EOD})

bool intake_corrects(const struct intake *in)
{
    return in && in->link && in->link->kind == LINK_CORRECTS;
}

struct quantity correction_limit(void)
{
    return CORRECTION_LIMIT;
}

/* The agency that gave the wrong result corrects it, or its one-stop unit takes it in. */
bool may_correct(const struct deciding *d)
{
    const struct actor *who = &d->c->actor;
    unsigned roles = ROLE_BIT(ROLE_SPECIALIST) | ROLE_BIT(ROLE_CLERK) | ROLE_BIT(ROLE_LEADER) |
                     ROLE_BIT(ROLE_OFFICE_SPECIALIST) | ROLE_BIT(ROLE_COMMITTEE_LEADER);
    const struct intake *in = d->cmd ? d->cmd->intake : NULL;

    return intake_corrects(in) && (who->roles & roles) &&
           access_acts_for(d->c->org, who->agency, in->competent, d->today);
}

static void check_earlier(struct deciding *d, instant claimed)
{
    if (claimed > d->c->now)
        refuse(d, ERR_INVALID, "/claimed", "Thời điểm khai ở tương lai",
               "The moment told lies in the future");
    if (!said(d->cmd->intake->document))
        refuse(d, ERR_R_NEEDS_DOCUMENT, "/document", "Phải ghi biên bản", "Name the minutes");
    else
        words_fit(d, d->cmd->intake->document, WORD_MAX, false, "/document");
}

instant intake_claimed(const struct deciding *d)
{
    const struct intake *in = d->cmd->intake;

    return in && in->claimed != 0 ? in->claimed : INSTANT_NONE;
}

void check_claimed(struct deciding *d)
{
    instant claimed = intake_claimed(d);
    const struct intake *in = d->cmd->intake;

    if (intake_corrects(in)) {
        check_earlier(d, claimed == INSTANT_NONE ? d->c->now : claimed);
        if (in->link->finished == INSTANT_NONE)
            refuse(d, ERR_R_WRONG_STATUS, "/link", "Chỉ đính chính kết quả đã ban hành",
                   "Only a result that was issued is corrected");
        return;
    }
    if (claimed == INSTANT_NONE)
        return;
    check_earlier(d, claimed);
    if (d->s)
        refuse(d, ERR_INVALID, "/claimed", "Hồ sơ đã ghi nhận lúc nộp: không nhập bù",
               "Its submission was recorded: there is nothing to enter late");
    if (claimed < d->c->now - (instant)LATE_ENTRY_DAYS * DAY_MINUTES * 60000000)
        refuse(d, ERR_R_TOO_LATE, "/claimed", "Chỉ nhập bù trong %d ngày", "At most %d days later",
               LATE_ENTRY_DAYS);
}

/* Flagged at once; the head of the one-stop unit looks at it as a second person.  Declined, the
 * flag stays and so does the date on the slip: a promise never gets later because of our own doubt.
 */
void late_entry_asked(struct deciding *d)
{
    struct payload pl = {.wanted = intake_claimed(d),
                         .document = d->cmd->intake ? d->cmd->intake->document : NULL,
                         .basis = INSTANT_NONE,
                         .current = INSTANT_NONE,
                         .claimed = INSTANT_NONE};

    if (pl.wanted != INSTANT_NONE && !intake_corrects(d->cmd->intake))
        ask_agreement(d, REQ_LATE_ENTRY, &pl);
}

/* Told when it is taken in, never afterwards: other events are not back-dated. */
void ask_late_entry(struct deciding *d, const struct ask *ask, struct payload *pl)
{
    (void)ask;
    (void)pl;
    refuse(d, ERR_R_TOO_LATE, NULL, "Nhập bù chỉ được khai khi tiếp nhận",
           "A late entry is told when the dossier is taken in");
}

void send_late_entry(struct deciding *d, const struct request *r, struct payload *pl)
{
    (void)d;
    pl->claimed = r->due;
    pl->wanted = r->due;
}
