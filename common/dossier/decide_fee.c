/* What is charged at acceptance: computed from the version's tariff by case, channel, quantity and
 * exemption; an amount that was typed in is only compared (Decree 118/2025 art. 24).
 * Everything lives in the decision's arena.  Any thread. */
#include "common/dossier/inside.h"

#define QUANTITY_MAX 100000

static const struct intake *intake_of(const struct deciding *d)
{
    static const struct intake nothing;

    return d->cmd->intake ? d->cmd->intake : &nothing;
}

/* What was submitted stands until the officer says otherwise; "" takes an exemption back. */
static const char *said_or(const char *told, const char *before)
{
    return told ? (*told ? told : NULL) : before;
}

void fee_told(const struct deciding *d, struct payload *pl)
{
    const struct dossier *s = d->s && d->s->status == DS_SUBMITTED ? d->s : NULL;
    const struct intake *in = intake_of(d);

    pl->quantity = in->quantity ? in->quantity : s ? s->quantity : 0;
    pl->exemption = said_or(in->exemption, s ? s->exemption : NULL);
    pl->evidence = pl->exemption ? said_or(in->evidence, s ? s->evidence : NULL) : NULL;
}

void check_fee_told(struct deciding *d, const struct intake_facts *f)
{
    const struct intake *in = intake_of(d);
    struct payload pl = {0};

    fee_told(d, &pl);
    if (in->fee < 0)
        refuse(d, ERR_INVALID, "/fee", NULL, NULL);
    if (pl.quantity < 0 || pl.quantity > QUANTITY_MAX)
        refuse(d, ERR_INVALID, "/quantity", "Số lượng không hợp lệ", "Wrong quantity");
    words_fit(d, in->evidence, WORD_MAX, false, "/evidence");
    if (pl.exemption && !procedure_exemption(d->p, f->case_code, pl.exemption))
        refuse(d, ERR_R_NOT_NAMED, "/exemption", "Thủ tục không có trường hợp miễn “%s”",
               "The procedure has no exemption “%s”", pl.exemption);
}

/* Chosen by hand: only with the paper that proves it. */
static void check_exemption(struct deciding *d, const struct intake_facts *f,
                            const struct payload *told)
{
    const struct fee_exempt *e = procedure_exemption(d->p, f->case_code, told->exemption);
    struct facts facts = f->facts;

    if (!e)
        return;
    if (e->when && !expr_eval(e->when, facts_get, &facts))
        refuse(d, ERR_R_CONDITION, "/exemption", "Trường hợp miễn “%s” không đúng với hồ sơ",
               "Exemption “%s” does not hold for this dossier", e->exemption);
    if (!e->when && (!told->evidence || !*told->evidence))
        refuse(d, ERR_R_NEEDS_DOCUMENT, "/evidence", "Phải ghi giấy tờ chứng minh được miễn",
               "Name the paper that proves the exemption");
}

static void compare(struct deciding *d, int64_t fee)
{
    const struct intake *in = intake_of(d);

    if ((in->fee_told || in->fee > 0) && in->fee != fee)
        refuse(d, ERR_R_AMOUNT, "/fee", "Theo biểu mức thu là %lld đồng, được khai %lld đồng",
               "The tariff gives %lld dong, %lld were told", (long long)fee, (long long)in->fee);
}

void fee_lines_of(struct deciding *d, const struct facts *f, int64_t quantity,
                  const char *exemption, struct payload *pl)
{
    struct fee_line line[FEE_ITEMS_MAX];
    size_t i, n = procedure_fee_lines(d->p, f, quantity, exemption, line);

    pl->fee = 0;
    pl->fee_line = ARENA_ARRAY(d->a, struct payload_fee, n ? n : 1);
    pl->fee_lines = n;
    for (i = 0; i < n; i++) {
        pl->fee_line[i] = (struct payload_fee){.fee = line[i].item->fee,
                                               .charge = line[i].item->charge,
                                               .units = line[i].units,
                                               .full = line[i].full,
                                               .amount = line[i].amount};
        if (line[i].exempt)
            pl->fee_line[i].exemption = line[i].exempt->exemption;
        pl->fee += line[i].amount;
    }
}

bool fee_charged(struct deciding *d, const struct intake_facts *f, struct payload *pl)
{
    struct payload told = {0};

    fee_told(d, &told);
    check_exemption(d, f, &told);
    fee_lines_of(d, &f->facts, told.quantity, told.exemption, pl);
    compare(d, pl->fee);
    return fine(d);
}
