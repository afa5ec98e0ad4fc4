/* Payloads of events by table: which members each kind has and in which order they are written.
 * Results live in the caller's arena.  Any thread. */
#include "common/dossier/inside.h"
#include "common/dossier/record.h"

_Static_assert(EV_COUNT <= 64, "one bit a kind");

#define BIT(k) ((uint64_t)1 << EV_##k)
/* Kinds that share members. */
#define K_INTAKE  (BIT(SUBMITTED) | BIT(ACCEPTED))
#define K_DECIDED BIT(ATTEMPT_DECIDED)
#define K_START   BIT(STEP_STARTED)
#define K_FINISH  (BIT(STEP_FINISHED) | BIT(RETURNED_TO_STEP))
#define K_BACK    BIT(PULLED_BACK)
#define K_TASK    (K_START | K_FINISH | K_BACK | BIT(RECEIVED) | BIT(CLAIMED) | BIT(ASSIGNED))
#define K_DRAFT   BIT(DRAFT_SUBMITTED)
/* Requests: opened (asked or sent at once), sent, answered, and all that is about one. */
#define K_ASKED  (BIT(SUPPLEMENT_DRAFTED) | BIT(EXTENSION_REQUESTED) | BIT(REQUESTED))
#define K_AGREED (BIT(EXTENSION_APPROVED) | BIT(REQUEST_AGREED) | BIT(REQUEST_DECLINED))
#define K_SENT                                                                                     \
    (BIT(SUPPLEMENT_SENT) | BIT(DUE_ADJUSTED) | BIT(EXCLUSION_STARTED) | BIT(SUSPENDED) |          \
     BIT(CONSULT_SENT) | BIT(FIN_REQUESTED) | BIT(PAPER_SENT) | BIT(CASE_CHANGED) |                \
     BIT(LATE_ENTRY) | BIT(FIN_UNMATCHED) | BIT(LINK_ENDED))
#define K_ANSWERED                                                                                 \
    (BIT(SUPPLEMENT_RECEIVED) | BIT(EXCLUSION_ENDED) | BIT(RESUMED) | BIT(CONSULT_ANSWERED) |      \
     BIT(CONSULT_DEEMED_AGREED) | BIT(FIN_PAID) | BIT(PAPER_RECEIVED) | BIT(REFUNDED) |            \
     BIT(FIN_SENT_BACK) | BIT(LINK_DECIDED))
#define K_REQUEST                                                                                  \
    (K_ASKED | K_AGREED | K_SENT | K_ANSWERED | BIT(REQUEST_CANCELLED) | BIT(SUPPLEMENT_TIMEOUT))
#define K_ENDED (BIT(WITHDRAWN) | BIT(STOPPED) | BIT(CLOSED))
#define K_MOVED (BIT(MIGRATED) | BIT(ORG_SUCCESSION))
/* Events that may say anew what was promised, and by which limit. */
#define K_PROMISED (BIT(ACCEPTED) | BIT(CASE_CHANGED) | BIT(MIGRATED))
#define K_RULES    (BIT(DUE_ADJUSTED) | BIT(MIGRATED))
#define K_LINK     (BIT(LINKED) | BIT(SUBMITTED) | BIT(CORRECTED))
/* Requests that nobody asked for: another system, another dossier told. */
#define K_TOLD  (BIT(FIN_UNMATCHED) | BIT(LINK_ENDED))
#define K_MONEY (BIT(FIN_PAID) | BIT(REFUNDED))
#define K_WORDS                                                                                    \
    (K_DECIDED | K_FINISH | K_BACK | BIT(ASSIGNED) | BIT(REFUSED) | BIT(RESULT_HANDED_OVER) |      \
     BIT(NOTED) | BIT(RELATIVE_DECLARED) | BIT(APPROVED) | K_REQUEST | K_ENDED | K_MOVED |         \
     BIT(CORRECTED) | BIT(LINKED))

/* Whatever can be done for somebody else. */
#define K_ANY ((((uint64_t)1 << EV_COUNT) - 1) & ~(uint64_t)1)

#define F(key, type, member, kinds)                                                                \
    {                                                                                              \
        key, type, offsetof(struct payload, member), 0, NULL, kinds                                \
    }
#define LIST(key, type, member, count, sub, kinds)                                                 \
    {                                                                                              \
        key, type, offsetof(struct payload, member), offsetof(struct payload, count), sub, kinds   \
    }

static const struct record_field check_fields[] = {
    {"component", REC_TEXT, offsetof(struct payload_check, component), 0, NULL, 0},
    {"originals", REC_INT, offsetof(struct payload_check, originals), 0, NULL, 0},
    {"certified", REC_INT, offsetof(struct payload_check, certified), 0, NULL, 0},
    {"copies", REC_INT, offsetof(struct payload_check, copies), 0, NULL, 0},
    {"presented", REC_BOOL, offsetof(struct payload_check, presented), 0, NULL, 0},
    {"files", REC_TEXTS, offsetof(struct payload_check, file),
     offsetof(struct payload_check, files), NULL, 0},
    {"reused", REC_TEXT, offsetof(struct payload_check, reused), 0, NULL, 0},
};
static const struct record check_record = {check_fields, sizeof check_fields / sizeof *check_fields,
                                           sizeof(struct payload_check)};

static const struct record_field clock_fields[] = {
    {"kind", REC_INT, offsetof(struct payload_clock, kind), 0, NULL, 0},
    {"subject", REC_INT, offsetof(struct payload_clock, subject), 0, NULL, 0},
    {"budget", REC_SHARE, offsetof(struct payload_clock, budget), 0, NULL, 0},
    {"calendar", REC_TEXT, offsetof(struct payload_clock, calendar), 0, NULL, 0},
    {"due", REC_INSTANT, offsetof(struct payload_clock, due), 0, NULL, 0},
};
static const struct record clock_record = {clock_fields, sizeof clock_fields / sizeof *clock_fields,
                                           sizeof(struct payload_clock)};

static const struct record_field move_fields[] = {
    {"kind", REC_INT, offsetof(struct payload_move, kind), 0, NULL, 0},
    {"subject", REC_INT, offsetof(struct payload_move, subject), 0, NULL, 0},
    {"visit", REC_INT, offsetof(struct payload_move, visit), 0, NULL, 0},
    {"restart", REC_BOOL, offsetof(struct payload_move, restart), 0, NULL, 0},
    {"due", REC_INSTANT, offsetof(struct payload_move, due), 0, NULL, 0},
};
static const struct record move_record = {move_fields, sizeof move_fields / sizeof *move_fields,
                                          sizeof(struct payload_move)};

static const struct record_field fee_fields[] = {
    {"fee", REC_TEXT, offsetof(struct payload_fee, fee), 0, NULL, 0},
    {"charge", REC_BOOL, offsetof(struct payload_fee, charge), 0, NULL, 0},
    {"units", REC_I64, offsetof(struct payload_fee, units), 0, NULL, 0},
    {"full", REC_I64, offsetof(struct payload_fee, full), 0, NULL, 0},
    {"amount", REC_I64, offsetof(struct payload_fee, amount), 0, NULL, 0},
    {"exemption", REC_TEXT, offsetof(struct payload_fee, exemption), 0, NULL, 0},
};
static const struct record fee_record = {fee_fields, sizeof fee_fields / sizeof *fee_fields,
                                         sizeof(struct payload_fee)};

static const struct record_field task_fields[] = {
    {"task", REC_I64, offsetof(struct payload_task, task), 0, NULL, 0},
    {"step", REC_TEXT, offsetof(struct payload_task, step), 0, NULL, 0},
    {"agency", REC_INT, offsetof(struct payload_task, agency), 0, NULL, 0},
    {"due", REC_INSTANT, offsetof(struct payload_task, due), 0, NULL, 0},
    {"role", REC_TEXT, offsetof(struct payload_task, role), 0, NULL, 0},
    {"officer", REC_I64, offsetof(struct payload_task, officer), 0, NULL, 0},
};
static const struct record task_record = {task_fields, sizeof task_fields / sizeof *task_fields,
                                          sizeof(struct payload_task)};

static const struct record_field branch_fields[] = {
    {"step", REC_INT, offsetof(struct payload_branch, step), 0, NULL, 0},
    {"branch", REC_INT, offsetof(struct payload_branch, branch), 0, NULL, 0},
    {"key", REC_TEXT, offsetof(struct payload_branch, key), 0, NULL, 0},
};
static const struct record branch_record = {
    branch_fields, sizeof branch_fields / sizeof *branch_fields, sizeof(struct payload_branch)};

static const struct record_field fields[] = {
    F("task", REC_I64, task,
      K_TASK | BIT(BRANCH_CLOSED) | K_REQUEST | BIT(REMINDED) | BIT(SUBMITTED) | BIT(LINKED) |
          BIT(NOBODY_LEFT)),
    F("step", REC_TEXT, step, K_START | K_BACK | BIT(BRANCH_CLOSED)),
    F("visit", REC_INT, visit, K_START | K_BACK | BIT(REMINDED)),
    F("agency", REC_INT, agency, K_START | K_BACK | K_REQUEST | BIT(BRANCH_CLOSED)),
    F("role", REC_TEXT, role, K_START | K_BACK | K_REQUEST | BIT(REMINDED) | BIT(NOBODY_LEFT)),
    F("officer", REC_I64, officer, K_START | K_BACK | BIT(ASSIGNED) | BIT(BRANCH_CLOSED)),
    F("assign", REC_TEXT, assign, K_START),
    F("received", REC_BOOL, received, K_START),
    F("into", REC_I64, into, K_BACK),
    F("opened", REC_I64, opened, K_BACK),
    F("due", REC_I64, due, K_START | K_BACK | BIT(ACCEPTED) | K_REQUEST | BIT(LINKED)),
    F("from_task", REC_I64, from_task, K_START),
    F("from_officer", REC_I64, from_officer, K_START),
    F("from_step", REC_TEXT, from_step, K_START | K_BACK),
    F("from_agency", REC_INT, from_agency, K_START),
    F("action", REC_TEXT, action, K_FINISH),
    F("to", REC_TEXT, to, K_FINISH | BIT(RESULT_HANDED_OVER)),
    F("attempt", REC_INT, attempt, BIT(SUBMITTED) | K_DECIDED),
    F("outcome", REC_TEXT, outcome, K_DECIDED | K_ANSWERED | K_FINISH),
    F("procedure", REC_TEXT, procedure, K_INTAKE | BIT(MIGRATED)),
    F("version", REC_INT, version, K_INTAKE | BIT(MIGRATED)),
    F("definition", REC_HASH, definition, K_INTAKE | BIT(MIGRATED)),
    F("regime", REC_TEXT, regime, K_INTAKE),
    F("calendar", REC_TEXT, calendar, BIT(ACCEPTED) | BIT(DUE_ADJUSTED)),
    F("calendar_hash", REC_HASH, calendar_hash, BIT(ACCEPTED) | BIT(DUE_ADJUSTED)),
    F("channel", REC_TEXT, channel, K_INTAKE),
    F("receiving", REC_INT, receiving, K_INTAKE | BIT(ORG_SUCCESSION)),
    F("competent", REC_INT, competent, K_INTAKE | BIT(ORG_SUCCESSION)),
    F("case", REC_TEXT, case_code, K_INTAKE | BIT(CASE_CHANGED) | BIT(REQUESTED)),
    F("island", REC_BOOL, island, K_INTAKE),
    F("mountain", REC_BOOL, mountain, K_INTAKE),
    F("applicant", REC_TEXT, applicant, K_INTAKE),
    F("owner", REC_HASH, owner, K_INTAKE),
    F("content", REC_HASH, content, K_INTAKE),
    F("chain", REC_HASH, chain, K_INTAKE),
    F("earlier", REC_I64, earlier, BIT(SUBMITTED)),
    LIST("form", REC_VALUES, form, forms, NULL, K_INTAKE | BIT(MIGRATED)),
    LIST("components", REC_LIST, check, checks, &check_record, K_INTAKE | BIT(SUPPLEMENT_RECEIVED)),
    F("components_complete", REC_BOOL, components_complete, K_INTAKE),
    F("form_complete", REC_BOOL, form_complete, K_INTAKE),
    LIST("reasons", REC_TEXTS, reason_code, reason_codes, NULL,
         K_DECIDED | BIT(SUPPLEMENT_DRAFTED) | BIT(SUPPLEMENT_SENT)),
    LIST("missing", REC_TEXTS, missing, missings, NULL,
         K_DECIDED | BIT(SUPPLEMENT_DRAFTED) | BIT(SUPPLEMENT_SENT) | BIT(REQUESTED)),
    F("incomplete", REC_BOOL, incomplete, K_DECIDED | K_BACK | BIT(REFUSED)),
    F("legal", REC_SHARE, legal, K_PROMISED),
    F("committed", REC_SHARE, committed, K_PROMISED),
    F("fee", REC_I64, fee, BIT(ACCEPTED) | BIT(CASE_CHANGED)),
    F("refusal", REC_BOOL, refusal, K_DRAFT | K_FINISH | BIT(NUMBERED)),
    F("given", REC_BOOL, given, BIT(NUMBERED) | BIT(FIN_PAID)),
    F("text", REC_TEXT, text, K_DRAFT | K_FINISH | K_REQUEST),
    F("number", REC_TEXT, number, BIT(NUMBERED) | K_FINISH),
    F("date", REC_INT, date, BIT(NUMBERED) | K_FINISH),
    F("signer", REC_TEXT, signer, BIT(NUMBERED) | K_FINISH),
    F("file", REC_TEXT, file, BIT(NUMBERED) | K_DRAFT | BIT(FILE_ATTACHED) | K_FINISH | K_REQUEST),
    F("component", REC_TEXT, component, BIT(FILE_ATTACHED)),
    F("to_whom", REC_TEXT, to_whom, BIT(RESULT_HANDED_OVER)),
    F("reason", REC_TEXT, reason, K_WORDS | K_DRAFT),
    F("note", REC_TEXT, note, K_WORDS),
    LIST("clocks", REC_LIST, clock, clocks, &clock_record,
         K_INTAKE | K_START | K_FINISH | K_SENT | K_MOVED | BIT(BRANCH_CLOSED)),
    F("request", REC_I64, request, K_REQUEST),
    F("kind", REC_INT, kind, K_REQUEST | BIT(LINKED) | BIT(SUBMITTED) | BIT(REMINDED)),
    F("side", REC_I64, side, K_REQUEST),
    F("from", REC_I64, from, K_ASKED | K_SENT),
    F("to_agency", REC_INT, to_agency, K_ASKED | K_SENT),
    F("wanted", REC_INSTANT, wanted, K_ASKED | K_SENT),
    F("exception", REC_TEXT, exception, K_ASKED | K_AGREED | K_SENT),
    F("document", REC_TEXT, document, K_REQUEST | K_ENDED | K_MOVED | K_FINISH | BIT(CORRECTED)),
    F("reference", REC_TEXT, reference, K_ANSWERED | K_LINK | K_TOLD),
    F("method", REC_TEXT, method,
      K_ANSWERED | BIT(FIN_UNMATCHED) | BIT(SUPPLEMENT_SENT) | BIT(DUE_ADJUSTED)),
    F("late", REC_BOOL, late, K_ASKED | K_SENT),
    F("extra", REC_BOOL, extra, K_ASKED | K_SENT),
    F("overdue", REC_BOOL, overdue, K_SENT),
    F("stops", REC_BOOL, stops, K_ASKED | K_SENT),
    F("silent", REC_BOOL, silent, K_ASKED | K_SENT),
    F("tells", REC_TEXT, tells, BIT(CONSULT_SENT)),
    F("state", REC_INT, state, K_REQUEST),
    F("amount", REC_I64, amount, K_ASKED | K_SENT | K_ANSWERED),
    F("basis", REC_INSTANT, basis, K_REQUEST | K_MOVED),
    F("current", REC_INSTANT, current, K_REQUEST | K_MOVED),
    LIST("moves", REC_LIST, move, moves, &move_record,
         K_REQUEST | K_MOVED | K_FINISH | BIT(BRANCH_CLOSED)),
    F("branch", REC_INT, branch, K_START | K_FINISH | BIT(BRANCH_CLOSED)),
    F("result", REC_TEXT, result, K_FINISH | BIT(NUMBERED)),
    F("rung", REC_INT, rung, BIT(REMINDED)),
    F("subject", REC_INT, subject, BIT(REMINDED)),
    F("late_minutes", REC_I64, late_minutes, BIT(REMINDED)),
    LIST("tasks", REC_LIST, moved, moveds, &task_record, K_MOVED),
    F("other", REC_I64, other, BIT(LINKED) | BIT(SUBMITTED) | BIT(CORRECTED)),
    F("finished", REC_INSTANT, finished, BIT(LINKED)),
    F("quantity", REC_I64, quantity, K_INTAKE),
    F("claimed", REC_INSTANT, claimed, BIT(ACCEPTED) | BIT(LATE_ENTRY)),
    F("delegation", REC_I64, delegation, K_ANY),
    F("approver", REC_I64, approver, K_RULES | BIT(ORG_SUCCESSION)),
    LIST("steps", REC_TEXTS, step_key, step_keys, NULL, BIT(MIGRATED)),
    LIST("spans", REC_TEXTS, span_key, span_keys, NULL, BIT(MIGRATED)),
    F("since", REC_INSTANT, since, BIT(REMINDED)),
    F("told", REC_I64, told, BIT(REMINDED)),
    F("told_agency", REC_INT, told_agency, BIT(REMINDED) | BIT(NOBODY_LEFT)),
    F("does", REC_TEXT, does, BIT(REMINDED)),
    F("why_not", REC_TEXT, why_not, BIT(REMINDED)),
    F("exemption", REC_TEXT, exemption, K_INTAKE),
    F("evidence", REC_TEXT, evidence, K_INTAKE),
    LIST("fees", REC_LIST, fee_line, fee_lines, &fee_record, BIT(ACCEPTED) | BIT(CASE_CHANGED)),
    F("charge", REC_I64, charge, K_MONEY),
    F("duty", REC_I64, duty, K_MONEY),
    F("refunds", REC_I64, refunds, BIT(REQUESTED) | BIT(REFUNDED) | BIT(FIN_UNMATCHED)),
    F("undone", REC_TEXT, undone, K_BACK),
    LIST("was_task", REC_LIST, was_task, was_tasks, &state_task_record, K_BACK),
    {"was_draft", REC_ONE, offsetof(struct payload, was_draft), 0, &state_draft_record, K_BACK},
    {"was_result", REC_ONE, offsetof(struct payload, was_result), 0, &state_result_record, K_BACK},
    F("owed", REC_I64, owed, BIT(FIN_UNMATCHED)),
    F("ticket", REC_I64, ticket, K_DECIDED),
    F("ended", REC_TEXT, ended, BIT(LINKED)),
    LIST("branches", REC_LIST, branch_key, branch_keys, &branch_record, BIT(MIGRATED)),
    F("turn", REC_INT, turn, K_RULES),
};
static const struct record payload_record = {fields, sizeof fields / sizeof *fields,
                                             sizeof(struct payload)};

/* Far above anything decide makes out of input that has its own limits. */
#define PAYLOAD_MAX ((size_t)1 << 20)

const char *payload_write(struct arena *a, enum event_kind k, const struct payload *p)
{
    struct buf b;
    char *text;

    buf_init(&b, PAYLOAD_MAX);
    record_write(&payload_record, p, (uint64_t)1 << k, &b);
    text = buf_ok(&b) ? arena_strndup(a, b.p, b.n) : NULL;
    buf_free(&b);
    return text;
}

bool payload_read(struct arena *a, enum event_kind k, const char *json, struct payload *ret)
{
    record_clear(&payload_record, ret);
    if (!json || k <= EV_NONE || k >= EV_COUNT)
        return false;
    return record_read(a, &payload_record, ret, (uint64_t)1 << k, span_of(json));
}

bool event_pins(struct arena *a, const struct event *e, uint8_t ret_hash[SHA256_BYTES])
{
    struct payload pl;

    if ((e->kind != EV_SUBMITTED && e->kind != EV_ACCEPTED && e->kind != EV_MIGRATED) ||
        !payload_read(a, e->kind, e->payload, &pl) || !pl.procedure)
        return false;
    memcpy(ret_hash, pl.definition, SHA256_BYTES);
    return true;
}

static const char *kind_of_bit(unsigned bit)
{
    return event_name((enum event_kind)bit);
}

void payload_schema(struct buf *out)
{
    record_schema(&payload_record, kind_of_bit, out);
}
