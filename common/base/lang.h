/* The two languages of every text: Vietnamese first, English complete.  Pure values. */
#ifndef COMMON_BASE_LANG_H
#define COMMON_BASE_LANG_H

enum lang { LANG_VI, LANG_EN };

struct text2 {
    const char *vi;
    const char *en; /* NULL: fall back to vi (checkers complain before that happens) */
};

static inline const char *text2_in(struct text2 t, enum lang lang)
{
    return lang == LANG_EN && t.en ? t.en : t.vi;
}

#endif
