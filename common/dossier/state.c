/* The stored form of a state: canonical JSON with compact keys, written and read by one table.
 * Results live in the caller's arena or buffer.  Any thread. */
#include "common/dossier/inside.h"
#include "common/dossier/record.h"

/* Enumerations are stored as their numbers: new values may only be added at the end. */
_Static_assert(DS_RETURNED == 8 && DS_EXCLUDED == 16 && DS_COUNT == 17, "stored numbers moved");
_Static_assert(ROLE_RECEIVER == 1 && ROLE_SYSTEM == 16 && ROLE_COUNT == 17, "stored numbers moved");
_Static_assert(CLOCK_LEGAL == 0 && CLOCK_PAPER == 7 && CLOCK_ENDED == 2, "stored numbers moved");
_Static_assert(REQ_SUPPLEMENT == 1 && REQ_LINKED == 12 && RS_LAPSED == 6, "numbers moved");
_Static_assert(UNIT_HOUR == 0 && UNIT_SAME_DAY == 6 && UNIT_COUNT == 7, "stored numbers moved");
_Static_assert(CHANNEL_COUNTER == 0 && CHANNEL_ONLINE == 1 && CHANNEL_POST == 2, "numbers moved");
_Static_assert(MONEY_EXEMPT == 4 && HANDOVER_POSTED == 3 && SYNC_FAILED == 3, "numbers moved");

#define F(S, key, type, member)                                                                    \
    {                                                                                              \
        key, type, offsetof(struct S, member), 0, NULL, 0                                          \
    }
#define LIST(S, key, type, member, count, sub)                                                     \
    {                                                                                              \
        key, type, offsetof(struct S, member), offsetof(struct S, count), sub, 0                   \
    }
#define TABLE(S, name, rows)                                                                       \
    static const struct record name = {rows, sizeof rows / sizeof *rows, sizeof(struct S)}

static const struct record_field interval_fields[] = {
    F(clock_interval, "from", REC_INSTANT, from),
    F(clock_interval, "to", REC_INSTANT, to),
    F(clock_interval, "running", REC_BOOL, running),
    F(clock_interval, "seq", REC_I64, seq_from),
};
TABLE(clock_interval, interval_record, interval_fields);

static const struct record_field clock_fields[] = {
    F(clock, "kind", REC_INT, kind),
    F(clock, "subject", REC_INT, subject),
    F(clock, "visit", REC_INT, visit),
    F(clock, "budget", REC_SHARE, budget),
    F(clock, "calendar", REC_TEXT, calendar),
    F(clock, "received", REC_INSTANT, received),
    F(clock, "state", REC_INT, state),
    F(clock, "due", REC_INSTANT, due),
    LIST(clock, "intervals", REC_LIST, interval, intervals, &interval_record),
    F(clock, "fired", REC_I64, fired),
    F(clock, "moved", REC_INT, moved),
    F(clock, "was", REC_INSTANT, was),
};
TABLE(clock, clock_record, clock_fields);

static const struct record_field task_fields[] = {
    F(task, "task", REC_I64, task),
    F(task, "step", REC_INT, step),
    F(task, "visit", REC_INT, visit),
    F(task, "agency", REC_INT, agency),
    F(task, "role", REC_INT, role),
    F(task, "officer", REC_I64, officer),
    F(task, "opened", REC_INSTANT, opened),
    F(task, "received", REC_INSTANT, received),
    F(task, "received_by", REC_I64, received_by),
    F(task, "due", REC_INSTANT, due),
    F(task, "from_officer", REC_I64, from_officer),
    F(task, "from_step", REC_INT, from_step),
    F(task, "from_task", REC_I64, from_task),
    F(task, "from_agency", REC_INT, from_agency),
    F(task, "seq", REC_I64, seq),
    F(task, "request", REC_I64, request),
    F(task, "branch", REC_INT, branch),
    F(task, "nobody_left", REC_BOOL, nobody_left),
};
const struct record state_task_record = {task_fields, sizeof task_fields / sizeof *task_fields,
                                         sizeof(struct task)};

static const struct record_field done_fields[] = {
    F(step_done, "step", REC_INT, step),           F(step_done, "visit", REC_INT, visit),
    F(step_done, "officer", REC_I64, officer),     F(step_done, "agency", REC_INT, agency),
    F(step_done, "started", REC_INSTANT, started), F(step_done, "finished", REC_INSTANT, finished),
    F(step_done, "due", REC_INSTANT, due),         F(step_done, "action", REC_TEXT, action),
    F(step_done, "branch", REC_INT, branch),       F(step_done, "outcome", REC_TEXT, outcome),
};
TABLE(step_done, done_record, done_fields);

static const struct record_field draft_fields[] = {
    F(draft, "by", REC_I64, by),
    F(draft, "at", REC_INSTANT, at),
    F(draft, "refusal", REC_BOOL, refusal),
    F(draft, "text", REC_TEXT, text),
    F(draft, "reason", REC_TEXT, reason),
    F(draft, "file", REC_TEXT, file),
};
const struct record state_draft_record = {draft_fields, sizeof draft_fields / sizeof *draft_fields,
                                          sizeof(struct draft)};

/* A number given by the counter is a column, not repeated here: see typed_number(). */
static const struct record_field result_fields[] = {
    F(dossier_result, "refusal", REC_BOOL, refusal),
    F(dossier_result, "by", REC_I64, approved_by),
    F(dossier_result, "at", REC_INSTANT, approved_at),
    F(dossier_result, "reason", REC_TEXT, reason),
    F(dossier_result, "number", REC_TEXT, number),
    F(dossier_result, "given", REC_BOOL, number_given),
    F(dossier_result, "date", REC_INT, date),
    F(dossier_result, "signer", REC_TEXT, signer),
    F(dossier_result, "file", REC_TEXT, file),
    F(dossier_result, "numbered", REC_I64, numbered_by),
};
const struct record state_result_record = {
    result_fields, sizeof result_fields / sizeof *result_fields, sizeof(struct dossier_result)};

static const struct record_field request_fields[] = {
    F(request, "request", REC_I64, request),
    F(request, "kind", REC_INT, kind),
    F(request, "state", REC_INT, state),
    F(request, "by", REC_I64, by),
    F(request, "agreed_by", REC_I64, agreed_by),
    F(request, "sent_by", REC_I64, sent_by),
    F(request, "done_by", REC_I64, done_by),
    F(request, "task", REC_I64, task),
    F(request, "from", REC_I64, from),
    F(request, "agency", REC_INT, agency),
    F(request, "to_agency", REC_INT, to_agency),
    F(request, "asked", REC_INSTANT, asked),
    F(request, "sent", REC_INSTANT, sent),
    F(request, "done", REC_INSTANT, done),
    F(request, "due", REC_INSTANT, due),
    F(request, "reason", REC_TEXT, reason),
    F(request, "exception", REC_TEXT, exception),
    F(request, "document", REC_TEXT, document),
    F(request, "end_document", REC_TEXT, end_document),
    LIST(request, "missing", REC_TEXTS, missing, missings, NULL),
    LIST(request, "reasons", REC_TEXTS, reason_code, reason_codes, NULL),
    F(request, "late", REC_BOOL, late),
    F(request, "extra", REC_BOOL, extra),
    F(request, "overdue", REC_BOOL, overdue),
    F(request, "stops", REC_BOOL, stops),
    F(request, "silent", REC_BOOL, silent),
    F(request, "amount", REC_I64, amount),
    F(request, "outcome", REC_TEXT, outcome),
    F(request, "reference", REC_TEXT, reference),
    F(request, "seq", REC_I64, seq),
    F(request, "method", REC_TEXT, method),
    F(request, "receipt", REC_I64, receipt),
    F(request, "refunds", REC_I64, refunds),
    F(request, "case", REC_TEXT, case_code),
    F(request, "tells", REC_TEXT, tells),
};
TABLE(request, request_record, request_fields);

static const struct record_field part_fields[] = {
    F(part, "result", REC_TEXT, result), F(part, "number", REC_TEXT, number),
    F(part, "date", REC_INT, date),      F(part, "signer", REC_TEXT, signer),
    F(part, "file", REC_TEXT, file),     F(part, "refusal", REC_BOOL, refusal),
    F(part, "by", REC_I64, by),          F(part, "at", REC_INSTANT, at),
};
TABLE(part, part_record, part_fields);

static const struct record_field link_fields[] = {
    F(link, "kind", REC_INT, kind),    F(link, "dossier", REC_I64, dossier),
    F(link, "code", REC_TEXT, code),   F(link, "task", REC_I64, task),
    F(link, "due", REC_INSTANT, due),  F(link, "finished", REC_INSTANT, finished),
    F(link, "ended", REC_TEXT, ended),
};
TABLE(link, link_record, link_fields);

static const struct record_field fee_fields[] = {
    F(fee_due, "fee", REC_TEXT, fee),      F(fee_due, "charge", REC_BOOL, charge),
    F(fee_due, "units", REC_I64, units),   F(fee_due, "full", REC_I64, full),
    F(fee_due, "amount", REC_I64, amount), F(fee_due, "exemption", REC_TEXT, exemption),
};
TABLE(fee_due, fee_record, fee_fields);

static const struct record_field conflict_fields[] = {
    F(conflict, "officer", REC_I64, officer),
    F(conflict, "at", REC_INSTANT, at),
};
TABLE(conflict, conflict_record, conflict_fields);

static const struct record_field rule_change_fields[] = {
    F(rule_change, "at", REC_INSTANT, at),          F(rule_change, "version", REC_BOOL, version),
    F(rule_change, "document", REC_TEXT, document), F(rule_change, "from", REC_INSTANT, from),
    F(rule_change, "to", REC_INSTANT, to),
};
TABLE(rule_change, rule_change_record, rule_change_fields);

static const struct record_field state_fields[] = {
    F(dossier, "st", REC_INT, status),
    F(dossier, "mo", REC_INT, money),
    F(dossier, "ho", REC_INT, handover),
    F(dossier, "sy", REC_INT, sync),
    F(dossier, "p", REC_TEXT, procedure),
    F(dossier, "pv", REC_INT, version),
    F(dossier, "ph", REC_HASH, procedure_hash),
    F(dossier, "ca", REC_TEXT, case_code),
    F(dossier, "rg", REC_TEXT, regime),
    F(dossier, "cl", REC_TEXT, calendar),
    F(dossier, "ch", REC_HASH, calendar_hash),
    F(dossier, "cn", REC_INT, channel),
    F(dossier, "rc", REC_INT, receiving),
    F(dossier, "cp", REC_INT, competent),
    F(dossier, "is", REC_BOOL, island),
    F(dossier, "mt", REC_BOOL, mountain),
    F(dossier, "ak", REC_TEXT, applicant_kind),
    F(dossier, "ok", REC_HASH, owner_key),
    F(dossier, "cd", REC_HASH, content_digest),
    LIST(dossier, "fm", REC_VALUES, form, forms, NULL),
    F(dossier, "at", REC_INT, attempts),
    F(dossier, "sb", REC_INSTANT, submitted),
    F(dossier, "er", REC_I64, earlier),
    F(dossier, "fd", REC_INSTANT, first_decided),
    F(dossier, "ac", REC_INSTANT, accepted),
    F(dossier, "fa", REC_BOOL, first_accepted),
    F(dossier, "sl", REC_BOOL, supplemented_later),
    F(dossier, "ri", REC_BOOL, refused_incomplete),
    F(dossier, "cc", REC_BOOL, components_complete),
    F(dossier, "fc", REC_BOOL, form_complete),
    F(dossier, "fe", REC_I64, fee),
    F(dossier, "lg", REC_SHARE, legal),
    F(dossier, "co", REC_SHARE, committed),
    F(dossier, "od", REC_INSTANT, original_due),
    F(dossier, "bd", REC_INSTANT, basis_due),
    F(dossier, "cu", REC_INSTANT, current_due),
    F(dossier, "fi", REC_INSTANT, finished),
    F(dossier, "re", REC_INSTANT, returned),
    F(dossier, "en", REC_INSTANT, ended),
    F(dossier, "la", REC_INSTANT, last_at),
    {"dr", REC_ONE, offsetof(struct dossier, draft), 0, &state_draft_record, 0},
    {"rs", REC_ONE, offsetof(struct dossier, result), 0, &state_result_record, 0},
    F(dossier, "lt", REC_I64, last_task),
    LIST(dossier, "ts", REC_LIST, task, tasks, &state_task_record),
    LIST(dossier, "dn", REC_LIST, done, dones, &done_record),
    LIST(dossier, "ck", REC_LIST, clock, clocks, &clock_record),
    LIST(dossier, "rq", REC_LIST, request, requests, &request_record),
    LIST(dossier, "pt", REC_LIST, part, parts, &part_record),
    LIST(dossier, "lk", REC_LIST, link, links, &link_record),
    F(dossier, "qt", REC_I64, quantity),
    F(dossier, "cm", REC_INSTANT, claimed),
    F(dossier, "pd", REC_I64, paid),
    F(dossier, "ex", REC_TEXT, exemption),
    F(dossier, "ev", REC_TEXT, evidence),
    LIST(dossier, "fl", REC_LIST, fee_due, fee_dues, &fee_record),
    F(dossier, "bo", REC_BOOL, by_officer),
    F(dossier, "fr", REC_INT, first_receiving),
    LIST(dossier, "dm", REC_LIST, rule_change, rule_changes, &rule_change_record),
    LIST(dossier, "cf", REC_LIST, conflict, conflicts, &conflict_record),
    F(dossier, "nl", REC_BOOL, nobody_left),
};
TABLE(dossier, state_record, state_fields);

void dossier_to_json(const struct dossier *s, struct buf *out)
{
    struct dossier copy;

    if (s->result.number_given && s->result.number) {
        copy = *s;
        copy.result.number = NULL;
        s = &copy;
    }
    record_write(&state_record, s, 0, out);
}

static bool in(int v, int n)
{
    return v >= 0 && v < n;
}

static bool plausible(const struct dossier *s)
{
    size_t i;

    if (!in((int)s->status, DS_COUNT) || !in((int)s->money, MONEY_EXEMPT + 1) ||
        !in((int)s->handover, HANDOVER_POSTED + 1) || !in((int)s->sync, SYNC_FAILED + 1) ||
        !in((int)s->channel, CHANNELS) || !s->procedure || !s->regime)
        return false;
    for (i = 0; i < s->tasks; i++)
        if (!in(s->task[i].step, STEPS_MAX) || !in((int)s->task[i].role, ROLE_COUNT))
            return false;
    for (i = 0; i < s->dones; i++)
        if (!in(s->done[i].step, STEPS_MAX) || !in(s->done[i].branch, BRANCHES_MAX + 1) ||
            (s->done[i].branch != 0) != (s->done[i].outcome != NULL))
            return false;
    for (i = 0; i < s->clocks; i++)
        if (!in((int)s->clock[i].kind, CLOCK_KINDS) ||
            !in((int)s->clock[i].state, CLOCK_ENDED + 1) || s->clock[i].subject < -1 ||
            s->clock[i].subject >= STEPS_MAX * BRANCHES_MAX || s->clock[i].intervals == 0 ||
            !in(s->clock[i].moved, (int)s->rule_changes + 1))
            return false;
    for (i = 0; i < s->requests; i++)
        if (s->request[i].kind == REQ_NONE || !in((int)s->request[i].kind, REQ_KINDS) ||
            !in((int)s->request[i].state, RS_COUNT) || s->request[i].request != (int64_t)i + 1)
            return false;
    for (i = 0; i < s->links; i++)
        if (!in((int)s->link[i].kind, LINK_CORRECTED_BY + 1))
            return false;
    for (i = 0; i < s->parts; i++)
        if (!s->part[i].result)
            return false;
    return true;
}

struct dossier *dossier_of_json(struct arena *a, struct span json)
{
    struct dossier *s = ARENA_NEW(a, struct dossier);
    size_t i;

    record_clear(&state_record, s);
    if (!record_read(a, &state_record, s, 0, json) || !plausible(s))
        return NULL;
    s->task_cap = s->tasks;
    s->done_cap = s->dones;
    s->clock_cap = s->clocks;
    s->request_cap = s->requests;
    s->part_cap = s->parts;
    s->link_cap = s->links;
    s->conflict_cap = s->conflicts;
    for (i = 0; i < s->clocks; i++)
        s->clock[i].interval_cap = s->clock[i].intervals;
    return s;
}

struct dossier *dossier_new(struct arena *a, int64_t id)
{
    struct dossier *s = ARENA_NEW(a, struct dossier);

    record_clear(&state_record, s);
    s->id = id;
    return s;
}
