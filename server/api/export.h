/* Answers as files: the same question and the same rows as the JSON of a call, as CSV, XLSX or PDF,
 * page after page through the job pool, in bounded memory.  Not for other rooms.  The worker's
 * thread; rows are written on a pool thread. */
#ifndef SERVER_API_EXPORT_H
#define SERVER_API_EXPORT_H

#include <jansson.h>

#include "server/api/req.h"
#include "server/print/sheet.h"

#define EXPORT_COLUMNS 256
#define EXPORT_MS      1800000 /* such an answer may take so long … */
#define EXPORT_PAGE_MS 120000  /* … while none of its pages takes longer than this */

struct export_word { /* what a code is called; the last has no key */
    const char *key;
    struct text2 title;
};
struct export_column {
    const char *key, *sub; /* member of an item, and of that one, or NULL.  Of a member that is a
                            * list the first such column takes the first, and so on */
    struct text2 title;
    enum cell_kind kind;
    int width;
};
struct export_note {
    struct text2 title, about;
};
struct export
{
    const char *name; /* of the file, without its ending; in the request's arena */
    struct export_column column[EXPORT_COLUMNS];
    size_t columns;
    const struct export_word *words[EXPORT_COLUMNS]; /* of a column of codes, or NULL */
    bool agency[EXPORT_COLUMNS];                     /* of keys: a PDF tells their names */
    const struct export_note *note;
    size_t notes;
    bool total;         /* the member "total" is the last row */
    const char *each;   /* a row for each object of this member, a list of each item; its columns
                         * have it as their key.  Numbers of the item stand in its first row */
    struct text2 sheet; /* title of the sheet; vi NULL: figures */
    struct text2 title; /* of a PDF; vi NULL: there is none */
    /* which days, of whom, how it is judged: above the rows of a PDF, on the notes' page of XLSX;
     * in the language asked for, or NULL */
    const char *period, *scope, *judged;
    instant made; /* dates a PDF; 0: now */
    instant
        *ret_after; /* first part of the cursor goes there before a page is asked for, or NULL */
    /* Asks for the page after `after_id`; the answer has "items" and "next". */
    void (*ask)(struct req * rq, void *question, int64_t after_id, store_json *done);
    void *question; /* in the request's arena */
    /* More columns, that only the first answer tells, or NULL; their titles live as long as it. */
    void (*widen)(struct export * e, const json_t *answer);
    /* How many rows there will be: asked once a file has more than one page and somebody wants to
     * know (progress=); `counted` reads the answer, -1: unknown.  NULL: nobody knows. */
    void (*count)(struct req * rq, void *question, store_json *done);
    int64_t (*counted)(const json_t *answer, const void *question);
};

#define EXPORT_PROGRESS_PARAM                                                                                                \
    {                                                                                                                        \
        "progress",                                                                                                          \
        {                                                                                                                    \
            "chữ do người gọi đặt; sự kiện export của /v1/events mang chữ ấy cho biết tệp đã ghi " \
            "bao nhiêu dòng",                                                                                                \
                "a word of the caller's own; events `export` of /v1/events that bear it tell how "                           \
                "many rows of the file are written"                                                                          \
        }                                                                                                                    \
    }

extern const char *const EXPORT_WORDS[]; /* json, csv, xlsx, pdf */
enum { EXPORT_PDF = 3 };                 /* as export_asked answers it */
const char *export_media(unsigned i);    /* for tables of routes */
const char *export_sheets(unsigned i);   /* without PDF: it has a form of its own, or none */
/* What is asked for: by `format`, else by Accept.  0: JSON; else the format + 1; -1 after answering
 * 400. */
int export_asked(struct req *rq);
/* Answers the request.  `e` is copied. */
void export_begin(struct req *rq, int asked, const struct export *e);

#endif
