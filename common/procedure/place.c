/* Where work is done: at the unit that received the dossier, at who is competent, at an agency by
 * name, or at the unit of a body (police, tax) that works for one of the first two.  Titles live in
 * the caller's arena.  Any thread. */
#include "common/procedure/procedure.h"

int place_on(const struct organisation *o, enum place at, const char *agency, int receiving,
             int competent, dayno d)
{
    int i = agency ? organisation_find(o, agency) : -1;

    switch (at) {
    case AT_RECEPTION:
        i = receiving;
        break;
    case AT_COMPETENT:
        i = competent;
        break;
    case AT_AGENCY:
        break;
    case AT_UNIT_RECEPTION:
        return organisation_serving(o, i, receiving, d);
    case AT_UNIT_COMPETENT:
        return organisation_serving(o, i, competent, d);
    }
    return i < 0 ? -1 : organisation_on(o, i, d);
}

struct text2 place_title(struct arena *a, const struct procedure *p, const struct organisation *org,
                         enum place at, const char *agency)
{
    const char *key = at == AT_COMPETENT ? p->competent : agency;
    int i = org && key ? organisation_find(org, key) : -1;
    struct text2 name = i >= 0 ? org->agency[i].name : (struct text2){key ? key : "", NULL};

    if (at == AT_RECEPTION)
        return (struct text2){"Bộ phận Một cửa", "One-stop unit"};
    if (at == AT_COMPETENT || at == AT_AGENCY)
        return name;
    return (struct text2){
        arena_printf(a, "Đơn vị của %s phụ trách %s", name.vi,
                     at == AT_UNIT_COMPETENT ? "địa bàn giải quyết" : "nơi tiếp nhận"),
        arena_printf(a, "Unit of %s for the %s", text2_in(name, LANG_EN),
                     at == AT_UNIT_COMPETENT ? "competent agency" : "place of reception")};
}

const char *place_word(struct arena *a, enum place at, const char *agency)
{
    switch (at) {
    case AT_RECEPTION:
        return "reception";
    case AT_COMPETENT:
        return "competent";
    case AT_AGENCY:
        break;
    case AT_UNIT_RECEPTION:
        return arena_printf(a, "%s:reception", agency);
    case AT_UNIT_COMPETENT:
        return arena_printf(a, "%s:competent", agency);
    }
    return agency;
}
