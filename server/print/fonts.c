/* The fonts of papers: Liberation without its hinting programs (a third of every embedded subset,
 * of no use on paper), Noto for what it lacks; and nothing else, whatever is installed or
 * configured, so that the same record gives the same bytes.  Made once a process, kept in memory
 * files.  Any thread. */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "server/core/log.h"
#include "server/print/inside.h"

#define LIBERATION "/usr/share/fonts/truetype/liberation2/"
#define NOTO       "/usr/share/fonts/truetype/noto/"

static const char *const faces[] = {"LiberationSerif-Regular", "LiberationSerif-Bold",
                                    "LiberationSerif-Italic",  "LiberationSerif-BoldItalic",
                                    "LiberationSans-Regular",  "LiberationSans-Bold"};

/* Looked at in this order where Liberation has no glyph.  Few of them, since pango sorts all fonts
 * there are for every new size: with the whole of Noto a page took five times as long. */
static const char *const others[] = {
    "NotoSerif-Regular",        "NotoSans-Regular",           "NotoSansSymbols-Regular",
    "NotoSansSymbols2-Regular", "NotoSansMath-Regular",       "NotoSansTaiViet-Regular",
    "NotoSansCham-Regular",     "NotoSansLao-Regular",        "NotoSansKhmer-Regular",
    "NotoSansThai-Regular",     "NotoSansMyanmar-Regular",    "NotoSansHebrew-Regular",
    "NotoSansArabic-Regular",   "NotoSansDevanagari-Regular", "NotoSansTamil-Regular"};

/* Nobody's fonts, caches or settings are looked at. */
static const char config_text[] = "<?xml version=\"1.0\"?><fontconfig></fontconfig>";

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool opened;

#define PATH_SIZE 256

static void path_of(const char *folder, const char *face, char ret[PATH_SIZE])
{
    (void)snprintf(ret, PATH_SIZE, "%s%s.ttf", folder, face);
}

static void say_missing(void)
{
    log_event(LOG_L_ERROR, "print-fonts-missing",
              LOG_STR("packages", "fonts-liberation2 fonts-noto-core"));
}

bool print_fonts_there(void)
{
    char path[PATH_SIZE];
    bool all = true;

    for (size_t i = 0; i < sizeof faces / sizeof *faces; i++) {
        path_of(LIBERATION, faces[i], path);
        all = all && access(path, R_OK) == 0;
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        path_of(NOTO, others[i], path);
        all = all && access(path, R_OK) == 0;
    }
    if (!all)
        say_missing();
    return all;
}

/* The whole font without hints; the caller destroys it. */
static hb_blob_t *unhinted(const char *path)
{
    hb_blob_t *file = hb_blob_create_from_file_or_fail(path), *out = NULL;
    hb_subset_input_t *in;
    hb_face_t *face, *made;

    if (!file)
        return NULL;
    face = hb_face_create(file, 0);
    hb_blob_destroy(file);
    in = hb_subset_input_create_or_fail();
    if (in) {
        hb_set_invert(hb_subset_input_unicode_set(in));
        hb_subset_input_set_flags(in, HB_SUBSET_FLAGS_NO_HINTING);
        made = hb_subset_or_fail(face, in);
        if (made)
            out = hb_face_reference_blob(made);
        hb_face_destroy(made);
        hb_subset_input_destroy(in);
    }
    hb_face_destroy(face);
    return out;
}

/* As a file that only this process can name, open as long as it lives. */
static bool add_face(FcConfig *fc, const char *face)
{
    char path[PATH_SIZE];
    hb_blob_t *b;
    unsigned n = 0;
    const char *data;
    bool ok = false;
    int fd;

    path_of(LIBERATION, face, path);
    b = unhinted(path);
    if (!b)
        return false;
    data = hb_blob_get_data(b, &n);
    fd = memfd_create(face, MFD_CLOEXEC);
    if (fd >= 0 && n && write(fd, data, n) == (ssize_t)n) {
        (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        ok = FcConfigAppFontAddFile(fc, (const FcChar8 *)path);
    }
    if (!ok && fd >= 0)
        (void)close(fd);
    hb_blob_destroy(b);
    return ok;
}

static void open_fonts(void)
{
    FcConfig *fc = FcConfigCreate();
    bool complete = FcConfigParseAndLoadFromMemory(fc, (const FcChar8 *)config_text, FcTrue) &&
                    FcConfigBuildFonts(fc);
    for (size_t i = 0; i < sizeof faces / sizeof *faces; i++) {
        complete = add_face(fc, faces[i]) && complete;
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        char path[PATH_SIZE];

        path_of(NOTO, others[i], path);
        complete = FcConfigAppFontAddFile(fc, (const FcChar8 *)path) && complete;
    }
    (void)FcConfigSetCurrent(fc);
    FcConfigDestroy(fc); /* the current one holds it */
    if (!complete)
        say_missing();
}

bool fonts_open(void)
{
    bool ok;

    (void)pthread_mutex_lock(&lock);
    if (!opened && libs_open()) {
        open_fonts();
        opened = true;
    }
    ok = opened;
    (void)pthread_mutex_unlock(&lock);
    return ok;
}

/* To the leak checker what fontconfig holds looks lost: it keeps pointers as offsets. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LEAKS_ARE_LOOKED_FOR 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(LEAKS_ARE_LOOKED_FOR)
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig\n";
}
#endif
