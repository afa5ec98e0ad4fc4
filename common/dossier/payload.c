/* Payloads of events by table: which members each kind has and in which order they are written.
 * Results live in the caller's arena.  Any thread. */
#include "common/dossier/payload.h"

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
#define K_WORDS                                                                                    \
    (K_DECIDED | K_FINISH | K_BACK | BIT(ASSIGNED) | BIT(REFUSED) | BIT(RESULT_HANDED_OVER) |      \
     BIT(NOTED) | BIT(APPROVED))

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

static const struct record_field fields[] = {
    F("task", REC_I64, task, K_TASK),
    F("step", REC_TEXT, step, K_START | K_BACK),
    F("visit", REC_INT, visit, K_START | K_BACK),
    F("agency", REC_INT, agency, K_START | K_BACK),
    F("role", REC_TEXT, role, K_START | K_BACK),
    F("officer", REC_I64, officer, K_START | K_BACK | BIT(ASSIGNED)),
    F("assign", REC_TEXT, assign, K_START),
    F("received", REC_BOOL, received, K_START),
    F("into", REC_I64, into, K_BACK),
    F("opened", REC_I64, opened, K_BACK),
    F("due", REC_I64, due, K_START | K_BACK | BIT(ACCEPTED)),
    F("from_task", REC_I64, from_task, K_START),
    F("from_officer", REC_I64, from_officer, K_START),
    F("from_step", REC_TEXT, from_step, K_START),
    F("from_agency", REC_INT, from_agency, K_START),
    F("action", REC_TEXT, action, K_FINISH),
    F("to", REC_TEXT, to, BIT(RETURNED_TO_STEP)),
    F("attempt", REC_INT, attempt, BIT(SUBMITTED) | K_DECIDED),
    F("outcome", REC_TEXT, outcome, K_DECIDED),
    F("procedure", REC_TEXT, procedure, K_INTAKE),
    F("version", REC_INT, version, K_INTAKE),
    F("definition", REC_HASH, definition, K_INTAKE),
    F("regime", REC_TEXT, regime, K_INTAKE),
    F("calendar", REC_TEXT, calendar, BIT(ACCEPTED)),
    F("calendar_hash", REC_HASH, calendar_hash, BIT(ACCEPTED)),
    F("channel", REC_TEXT, channel, K_INTAKE),
    F("receiving", REC_INT, receiving, K_INTAKE),
    F("competent", REC_INT, competent, K_INTAKE),
    F("case", REC_TEXT, case_code, K_INTAKE),
    F("island", REC_BOOL, island, K_INTAKE),
    F("mountain", REC_BOOL, mountain, K_INTAKE),
    F("applicant", REC_TEXT, applicant, K_INTAKE),
    F("owner", REC_HASH, owner, K_INTAKE),
    F("content", REC_HASH, content, K_INTAKE),
    F("chain", REC_HASH, chain, K_INTAKE),
    F("earlier", REC_I64, earlier, BIT(SUBMITTED)),
    LIST("form", REC_VALUES, form, forms, NULL, K_INTAKE),
    LIST("components", REC_LIST, check, checks, &check_record, K_INTAKE),
    F("components_complete", REC_BOOL, components_complete, K_INTAKE),
    F("form_complete", REC_BOOL, form_complete, K_INTAKE),
    LIST("reasons", REC_TEXTS, reason_code, reason_codes, NULL, K_DECIDED),
    LIST("missing", REC_TEXTS, missing, missings, NULL, K_DECIDED),
    F("incomplete", REC_BOOL, incomplete, K_DECIDED | BIT(REFUSED)),
    F("legal", REC_SHARE, legal, BIT(ACCEPTED)),
    F("committed", REC_SHARE, committed, BIT(ACCEPTED)),
    F("fee", REC_I64, fee, BIT(ACCEPTED)),
    F("refusal", REC_BOOL, refusal, K_DRAFT),
    F("given", REC_BOOL, given, BIT(NUMBERED)),
    F("text", REC_TEXT, text, K_DRAFT),
    F("number", REC_TEXT, number, BIT(NUMBERED)),
    F("date", REC_INT, date, BIT(NUMBERED)),
    F("signer", REC_TEXT, signer, BIT(NUMBERED)),
    F("file", REC_TEXT, file, BIT(NUMBERED) | K_DRAFT | BIT(FILE_ATTACHED)),
    F("component", REC_TEXT, component, BIT(FILE_ATTACHED)),
    F("to_whom", REC_TEXT, to_whom, BIT(RESULT_HANDED_OVER)),
    F("reason", REC_TEXT, reason, K_WORDS | K_DRAFT),
    F("note", REC_TEXT, note, K_WORDS),
    LIST("clocks", REC_LIST, clock, clocks, &clock_record, K_INTAKE | K_START | K_FINISH),
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

static const char *kind_of_bit(unsigned bit)
{
    return event_name((enum event_kind)bit);
}

void payload_schema(struct buf *out)
{
    record_schema(&payload_record, kind_of_bit, out);
}
