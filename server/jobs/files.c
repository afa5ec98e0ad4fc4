/* Writing and finding files by the hash of their content.  A writer belongs to one upload; its
 * calls come from pool threads, one at a time. */
#include "server/jobs/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "server/core/worker.h"

#define NAME_BYTES   16
#define HEX_MAX      (2 * SHA256_BYTES + 1)
#define LEFT_SECONDS 86400

struct file_writer {
    int dir, fd;
    char name[16 + 2 * NAME_BYTES]; /* "incoming/…" */
    struct sha256_stream *hash;
    int64_t size;
    bool failed;
};

static const struct {
    const char *media, *extension;
} types[FILE_TYPES] = {
    [FILE_UNKNOWN] = {"application/octet-stream", ""},
    [FILE_PDF] = {"application/pdf", ".pdf"},
    [FILE_JPEG] = {"image/jpeg", ".jpg"},
    [FILE_PNG] = {"image/png", ".png"},
    [FILE_DOCX] = {"application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                   ".docx"},
};

const char *file_media_type(enum file_type t)
{
    return types[t].media;
}

const char *file_extension(enum file_type t)
{
    return types[t].extension;
}

static bool begins(struct span s, const char *p, size_t n)
{
    return s.n >= n && memcmp(s.p, p, n) == 0;
}

static bool is_pdf(struct span s)
{
    return s.n >= 8 && begins(s, "%PDF-", 5) && (s.p[5] == '1' || s.p[5] == '2') && s.p[6] == '.' &&
           s.p[7] >= '0' && s.p[7] <= '9';
}

static bool is_jpeg(struct span s)
{
    /* start of image, then a marker that may come first */
    return s.n >= 4 && begins(s, "\xff\xd8\xff", 3) && (unsigned char)s.p[3] >= 0xc0 &&
           (unsigned char)s.p[3] != 0xff;
}

static bool is_png(struct span s)
{
    return s.n >= 24 && begins(s, "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR", 16);
}

static bool is_docx(struct span s)
{
    static const char first[] = "[Content_Types].xml";

    /* a zip whose first member is the table of an Office document */
    return s.n >= 30 + sizeof first - 1 && begins(s, "PK\x03\x04", 4) &&
           memcmp(s.p + 30, first, sizeof first - 1) == 0 && memmem(s.p, s.n, "PK", 2);
}

enum file_type file_sniff(struct span head)
{
    if (is_pdf(head))
        return FILE_PDF;
    if (is_jpeg(head))
        return FILE_JPEG;
    if (is_png(head))
        return FILE_PNG;
    return is_docx(head) ? FILE_DOCX : FILE_UNKNOWN;
}

static bool make_dir(int at, const char *name)
{
    return mkdirat(at, name, 0700) == 0 || errno == EEXIST;
}

static void sweep_incoming(int incoming)
{
    DIR *d = fdopendir(incoming);
    struct dirent *e;
    struct stat st;
    time_t now = (time_t)(clock_now() / 1000000);

    if (!d) {
        close(incoming);
        return;
    }
    while ((e = readdir(d)))
        if (e->d_name[0] != '.' && fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(st.st_mode) && now - st.st_mtime > LEFT_SECONDS)
            (void)unlinkat(dirfd(d), e->d_name, 0); /* what cannot go stays for the next time */
    closedir(d);
}

bool file_store_prepare(const char *dir)
{
    int at, incoming;

    if (mkdir(dir, 0700) != 0 && errno != EEXIST)
        return false;
    at = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (at < 0)
        return false;
    if (!make_dir(at, "incoming") ||
        (incoming = openat(at, "incoming", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)) < 0) {
        close(at);
        return false;
    }
    sweep_incoming(incoming);
    close(at);
    return true;
}

struct file_writer *file_writer_new(const char *dir)
{
    struct file_writer *w = calloc(1, sizeof *w);
    uint8_t r[NAME_BYTES];
    char hex[2 * NAME_BYTES + 1];

    if (!w)
        abort();
    random_bytes(r, sizeof r);
    hex_encode(r, sizeof r, hex);
    (void)snprintf(w->name, sizeof w->name, "incoming/%s", hex);
    w->hash = sha256_new();
    w->fd = -1;
    w->dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (w->dir >= 0)
        w->fd = openat(w->dir, w->name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    w->failed = w->fd < 0;
    return w;
}

bool file_writer_add(struct file_writer *w, const void *p, size_t n)
{
    const char *at = p;
    size_t left = n;

    if (w->failed)
        return false;
    sha256_add(w->hash, p, n);
    while (left) {
        ssize_t k = write(w->fd, at, left);
        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0) {
            w->failed = true;
            return false;
        }
        at += k;
        left -= (size_t)k;
    }
    w->size += (int64_t)n;
    return true;
}

static void writer_free(struct file_writer *w)
{
    uint8_t unused[SHA256_BYTES];

    if (w->hash)
        sha256_end(w->hash, unused);
    if (w->fd >= 0)
        close(w->fd);
    if (w->dir >= 0)
        close(w->dir);
    free(w);
}

struct file_writer *file_writer_abandon(struct file_writer *w)
{
    if (!w)
        return NULL;
    if (w->fd >= 0)
        (void)unlinkat(w->dir, w->name, 0); /* else the sweep of tomorrow takes it */
    writer_free(w);
    return NULL;
}

static bool sync_dir(int at, const char *name)
{
    int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    bool ok;

    if (fd < 0)
        return false;
    ok = fsync(fd) == 0;
    close(fd);
    return ok;
}

/* aa, aa/bb: made and synced upwards, so that the name survives a crash. */
static bool make_place(int dir, const char *hex, char aa[8], char bb[8])
{
    (void)snprintf(aa, 8, "%.2s", hex);
    (void)snprintf(bb, 8, "%.2s/%.2s", hex, hex + 2);
    return make_dir(dir, aa) && make_dir(dir, bb);
}

bool file_writer_commit(struct file_writer *w, uint8_t ret_hash[SHA256_BYTES], int64_t *ret_size)
{
    uint8_t hash[SHA256_BYTES];
    char hex[HEX_MAX], aa[8], bb[8], path[8 + HEX_MAX];
    int64_t size = w->size;
    bool ok;

    sha256_end(w->hash, hash);
    w->hash = NULL;
    hex_encode(hash, sizeof hash, hex);
    ok = !w->failed && fsync(w->fd) == 0 && fchmod(w->fd, 0400) == 0 &&
         make_place(w->dir, hex, aa, bb);
    if (ok) {
        (void)snprintf(path, sizeof path, "%s/%s", bb, hex);
        /* linkat never replaces: what is there already is the same content */
        ok = linkat(w->dir, w->name, w->dir, path, 0) == 0 || errno == EEXIST;
    }
    ok = ok && sync_dir(w->dir, bb) && sync_dir(w->dir, aa) && fsync(w->dir) == 0;
    (void)file_writer_abandon(w); /* the incoming name; the stored one stays */
    if (!ok)
        return false;
    memcpy(ret_hash, hash, sizeof hash);
    *ret_size = size;
    return true;
}

int file_open(const char *dir, const uint8_t hash[SHA256_BYTES], int64_t *ret_size)
{
    char hex[HEX_MAX], path[8 + HEX_MAX];
    struct stat st;
    int at, fd;

    hex_encode(hash, SHA256_BYTES, hex);
    (void)snprintf(path, sizeof path, "%.2s/%.2s/%s", hex, hex + 2, hex);
    at = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (at < 0)
        return -1;
    fd = openat(at, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    close(at);
    if (fd < 0)
        return -1;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        close(fd);
        return -1;
    }
    *ret_size = st.st_size;
    return fd;
}
