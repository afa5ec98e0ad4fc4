/* CSV by hand, XLSX by libxlsxwriter in its constant-memory mode, PDF by sheet_pdf.c.  A sheet owns
 * its file, which has no name any more when it is handed out.  Pool threads, one at a time. */
#include "server/print/sheet_inside.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/print/libs.h"

#define XLSX_ROWS  1048575 /* of one page, below the head */
#define TEXT_MAX   32767   /* signs of one cell; so many bytes are told at most */
#define SHEET_PATH 4096

struct sheet {
    enum sheet_format format;
    struct sheet_column *column;
    size_t columns;
    bool failed;
    FILE *csv;
    char path[SHEET_PATH], name[32];
    lxw_workbook *book;
    lxw_worksheet *page;
    lxw_format *head, *tenths, *thousandths;
    uint32_t rows; /* of the page */
    int pages;
    struct sheet_pdf *pdf;
    char *title; /* of a PDF */
    struct sheet_note *note;
    size_t notes;
};

const char *sheet_media(enum sheet_format f)
{
    switch (f) {
    case SHEET_CSV:
        return "text/csv; charset=utf-8";
    case SHEET_PDF:
        return "application/pdf";
    default:
        return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    }
}

static void *must(void *p)
{
    if (!p)
        abort();
    return p;
}

static size_t begins(struct span t, const char *const *with)
{
    for (; *with; with++)
        if (span_starts(t, *with))
            return strlen(*with);
    return 0;
}

/* Does a program that opens the file take it for one?  The full-width signs count in some
 * languages, and what is not seen in front of a sign may be dropped. */
static bool looks_like_formula(struct span t)
{
    static const char *const unseen[] = {" ",      "\u00a0", "\u3000", "\u200b", "\u200c", "\u200d",
                                         "\u2060", "\ufeff", "\u202a", "\u202d", "\u202e", NULL};
    static const char *const sign[] = {"=",  "+",  "-",  "@",  "\t", "\r",
                                       "\n", "＝", "＋", "－", "＠", NULL};
    size_t n;

    if (t.n == 0 || !strchr(" =+-@\t\r\n\xc2\xe2\xe3\xef", t.p[0]))
        return false; /* as nearly all do */
    while ((n = begins(t, unseen)) > 0)
        t = (struct span){t.p + n, t.n - n};
    return begins(t, sign) > 0;
}

/* ---------------------------------------------------------------- CSV */

static void csv_text(FILE *f, struct span t)
{
    bool quote = looks_like_formula(t);

    for (size_t i = 0; i < t.n && !quote; i++)
        quote = t.p[i] == '"' || t.p[i] == ',' || t.p[i] == ';' || t.p[i] == '\n' || t.p[i] == '\r';
    if (!quote) {
        (void)fwrite(t.p, 1, t.n, f);
        return;
    }
    (void)fputc('"', f);
    if (looks_like_formula(t))
        (void)fputc('\'', f);
    for (size_t i = 0; i < t.n; i++) {
        if (t.p[i] == '"')
            (void)fputc('"', f);
        (void)fputc(t.p[i], f);
    }
    (void)fputc('"', f);
}

static void csv_cell(FILE *f, enum cell_kind kind, const struct sheet_cell *c)
{
    if (c->empty)
        return;
    if (kind == CELL_TEXT)
        csv_text(f, c->text);
    else if (kind == CELL_INT)
        (void)fprintf(f, "%lld", (long long)c->n);
    else if (kind == CELL_TENTHS)
        (void)fprintf(f, "%lld.%lld", (long long)(c->n / 10), (long long)(c->n % 10));
    else
        (void)fprintf(f, "%lld.%03lld", (long long)(c->n / 1000), (long long)(c->n % 1000));
}

static bool csv_open(struct sheet *s, const char *dir)
{
    int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

    if (fd < 0)
        return false;
    s->csv = fdopen(fd, "w+");
    if (!s->csv) {
        (void)close(fd);
        return false;
    }
    (void)fputs("\xef\xbb\xbf", s->csv);
    for (size_t i = 0; i < s->columns; i++) {
        if (i)
            (void)fputc(',', s->csv);
        csv_text(s->csv, span_of(s->column[i].title));
    }
    (void)fputs("\r\n", s->csv);
    return true;
}

static bool csv_row(struct sheet *s, const struct sheet_cell *cell)
{
    for (size_t i = 0; i < s->columns; i++) {
        if (i)
            (void)fputc(',', s->csv);
        csv_cell(s->csv, s->column[i].kind, &cell[i]);
    }
    (void)fputs("\r\n", s->csv);
    return ferror(s->csv) == 0;
}

static int csv_close(struct sheet *s)
{
    int fd = -1;

    if (fflush(s->csv) == 0 && !ferror(s->csv))
        fd = fcntl(fileno(s->csv), F_DUPFD_CLOEXEC, 3);
    (void)fclose(s->csv);
    s->csv = NULL;
    if (fd >= 0)
        (void)lseek(fd, 0, SEEK_SET);
    return fd;
}

/* ---------------------------------------------------------------- XLSX */

/* XML has no U+FFFE and U+FFFF: with one of them nothing of the file could be read. */
static void as_xml(char *text)
{
    for (char *p = text; (p = strstr(p, "\xef\xbf")) != NULL; p += 2)
        if (p[2] == '\xbe' || p[2] == '\xbf')
            p[2] = '\xbd';
}

static lxw_error xlsx_text(struct sheet *s, lxw_col_t col, struct span t, lxw_format *format)
{
    char *copy = must(malloc(t.n + 2)); /* the library wants an end */
    lxw_error e;
    size_t n = t.n < TEXT_MAX ? t.n : TEXT_MAX - 1, at = 0;

    while (n < t.n && n > 0 && ((unsigned char)t.p[n] & 0xc0) == 0x80)
        n--; /* not within a letter */
    if (looks_like_formula(t))
        copy[at++] = '\'';
    memcpy(copy + at, t.p, n);
    copy[at + n] = '\0';
    as_xml(copy);
    e = worksheet_write_string(s->page, s->rows, col, copy, format);
    free(copy);
    return e;
}

static bool xlsx_page(struct sheet *s)
{
    char name[40];

    if (s->pages++ == 0)
        (void)snprintf(name, sizeof name, "%s", s->name);
    else
        (void)snprintf(name, sizeof name, "%.20s (%d)", s->name, s->pages);
    s->page = workbook_add_worksheet(s->book, name);
    s->rows = 0;
    if (!s->page)
        return false;
    for (size_t i = 0; i < s->columns; i++) {
        (void)worksheet_set_column(s->page, (lxw_col_t)i, (lxw_col_t)i, s->column[i].width, NULL);
        (void)xlsx_text(s, (lxw_col_t)i, span_of(s->column[i].title), s->head);
    }
    worksheet_freeze_panes(s->page, 1, 0);
    return true;
}

static bool xlsx_open(struct sheet *s, const char *dir)
{
    char dir_copy[SHEET_PATH];
    lxw_workbook_options options = {.constant_memory = LXW_TRUE, .tmpdir = dir_copy};
    int fd;

    if (!libs_open() ||
        snprintf(s->path, sizeof s->path, "%s/.sheet-XXXXXX", dir) >= (int)sizeof s->path)
        return false;
    (void)snprintf(dir_copy, sizeof dir_copy, "%s", dir);
    fd = mkostemp(s->path, O_CLOEXEC);
    if (fd < 0)
        return false;
    (void)close(fd);
    s->book = workbook_new_opt(s->path, &options);
    if (!s->book)
        return false;
    s->head = workbook_add_format(s->book);
    s->tenths = workbook_add_format(s->book);
    s->thousandths = workbook_add_format(s->book);
    if (!s->head || !s->tenths || !s->thousandths)
        return false;
    format_set_bold(s->head);
    format_set_text_wrap(s->head);
    format_set_num_format(s->tenths, "0.0");
    format_set_num_format(s->thousandths, "0.000");
    return xlsx_page(s);
}

static bool xlsx_row(struct sheet *s, const struct sheet_cell *cell)
{
    lxw_error e = LXW_NO_ERROR;

    if (s->rows == XLSX_ROWS && !xlsx_page(s))
        return false;
    s->rows++;
    for (size_t i = 0; i < s->columns && e == LXW_NO_ERROR; i++) {
        lxw_col_t col = (lxw_col_t)i;

        if (cell[i].empty)
            continue;
        if (s->column[i].kind == CELL_TEXT)
            e = xlsx_text(s, col, cell[i].text, NULL);
        else if (s->column[i].kind == CELL_INT)
            e = worksheet_write_number(s->page, s->rows, col, (double)cell[i].n, NULL);
        else if (s->column[i].kind == CELL_TENTHS)
            e = worksheet_write_number(s->page, s->rows, col, (double)cell[i].n / 10, s->tenths);
        else
            e = worksheet_write_number(s->page, s->rows, col, (double)cell[i].n / 1000,
                                       s->thousandths);
    }
    return e == LXW_NO_ERROR;
}

static void xlsx_notes(struct sheet *s)
{
    lxw_worksheet *page = s->notes ? workbook_add_worksheet(s->book, "Định nghĩa") : NULL;

    for (size_t i = 0; page && i < s->notes; i++) {
        (void)worksheet_write_string(page, (lxw_row_t)i, 0, s->note[i].title, s->head);
        (void)worksheet_write_string(page, (lxw_row_t)i, 1, s->note[i].text, NULL);
    }
}

static int xlsx_close(struct sheet *s)
{
    lxw_error e;
    int fd = -1;

    xlsx_notes(s);
    e = workbook_close(s->book);
    s->book = NULL;
    if (e == LXW_NO_ERROR)
        fd = open(s->path, O_RDONLY | O_CLOEXEC);
    (void)unlink(s->path);
    return fd;
}

/* ---------------------------------------------------------------- all */

static bool begin(struct sheet *s, const char *dir, const char *name, const struct sheet_head *head)
{
    switch (s->format) {
    case SHEET_CSV:
        return csv_open(s, dir);
    case SHEET_XLSX:
        return xlsx_open(s, dir);
    case SHEET_PDF:
        s->title = must(strdup(name));
        s->pdf = sheet_pdf_open(head, s->column, s->columns);
        return snprintf(s->path, sizeof s->path, "%s", dir) < (int)sizeof s->path;
    }
    return false;
}

struct sheet *sheet_open(enum sheet_format f, const char *dir, const char *name,
                         const struct sheet_head *head, const struct sheet_column *column,
                         size_t columns)
{
    struct sheet *s = must(calloc(1, sizeof *s));

    s->format = f;
    (void)snprintf(s->name, sizeof s->name, "%s", name);
    s->column = must(calloc(columns ? columns : 1, sizeof *s->column));
    for (size_t i = 0; i < columns; i++) {
        s->column[i] = column[i];
        s->column[i].title = must(strdup(column[i].title));
    }
    s->columns = columns;
    if (begin(s, dir, name, head))
        return s;
    sheet_drop(s);
    return NULL;
}

bool sheet_row(struct sheet *s, const struct sheet_cell *cell)
{
    if (s->failed)
        return false;
    if (s->format == SHEET_CSV)
        s->failed = !csv_row(s, cell);
    else if (s->format == SHEET_XLSX)
        s->failed = !xlsx_row(s, cell);
    else
        s->failed = !sheet_pdf_row(s->pdf, cell);
    return !s->failed;
}

bool sheet_full(const struct sheet *s)
{
    return s->pdf && sheet_pdf_full(s->pdf);
}

void sheet_note(struct sheet *s, const char *title, const char *text)
{
    if (s->format == SHEET_CSV)
        return;
    s->note = must(realloc(s->note, (s->notes + 1) * sizeof *s->note));
    s->note[s->notes++] = (struct sheet_note){must(strdup(title)), must(strdup(text))};
}

static int finish(struct sheet *s)
{
    switch (s->format) {
    case SHEET_CSV:
        return csv_close(s);
    case SHEET_XLSX:
        return xlsx_close(s);
    case SHEET_PDF:
        return sheet_pdf_close(s->pdf, s->path, s->title, s->note, s->notes);
    }
    return -1;
}

int sheet_close(struct sheet *s, bool *ret_full, size_t *ret_size)
{
    int fd = finish(s);
    struct stat st;

    *ret_full = sheet_full(s);
    if (fd >= 0 && (s->failed || fstat(fd, &st) != 0)) {
        (void)close(fd);
        fd = -1;
    }
    if (fd >= 0)
        *ret_size = (size_t)st.st_size;
    sheet_drop(s);
    return fd;
}

void sheet_drop(struct sheet *s)
{
    if (s->csv)
        (void)fclose(s->csv);
    if (s->book)
        (void)workbook_close(s->book);
    if (s->format == SHEET_XLSX && s->path[0])
        (void)unlink(s->path);
    sheet_pdf_free(s->pdf);
    for (size_t i = 0; i < s->columns; i++)
        free((void *)(uintptr_t)s->column[i].title);
    for (size_t i = 0; i < s->notes; i++) {
        free(s->note[i].title);
        free(s->note[i].text);
    }
    free(s->note);
    free(s->column);
    free(s->title);
    free(s);
}
