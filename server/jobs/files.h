/* The content-addressed file store: DIR/aa/bb/SHA256, each file written whole and synced, with its
 * directories, before anything may name it.  The same content again is the same file.
 * Blocking: pool threads and verbs only (but file_open).  The caller owns the writer. */
#ifndef SERVER_JOBS_FILES_H
#define SERVER_JOBS_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/digest.h"
#include "common/base/span.h"

enum file_type { FILE_UNKNOWN, FILE_PDF, FILE_JPEG, FILE_PNG, FILE_DOCX, FILE_TYPES };
#define FILE_BIT(t)      (1u << (t))
#define FILE_SNIFF_BYTES 512
const char *file_media_type(enum file_type t); /* "application/pdf" */
const char *file_extension(enum file_type t);  /* ".pdf" */
/* By content, from the first FILE_SNIFF_BYTES (or all there is): the whole signature must stand at
 * the very beginning, as everybody else reads it.  Pure. */
enum file_type file_sniff(struct span head);

/* Makes DIR and DIR/incoming, removes what a killed run left in it a day ago.  False with errno. */
bool file_store_prepare(const char *dir);

struct file_writer;
struct file_writer *file_writer_new(const char *dir);
bool file_writer_add(struct file_writer *w, const void *p, size_t n); /* false: disk */
/* Syncs and gives the file its name; the writer is freed.  False: nothing is stored. */
bool file_writer_commit(struct file_writer *w, uint8_t ret_hash[SHA256_BYTES], int64_t *ret_size);
struct file_writer *file_writer_abandon(struct file_writer *w); /* takes NULL, returns NULL */

/* For reading; -1 when there is none or it is not a plain file.  Any thread. */
int file_open(const char *dir, const uint8_t hash[SHA256_BYTES], int64_t *ret_size);

#endif
