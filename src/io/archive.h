/*
 * archive.h - the entries of a tar, zip, 7z or cab, one after another, damaged ones included.
 *
 * Where a tar or zip is broken in the middle, reading goes on with the next entry that can be
 * found; a cab ends there, and a 7z without its directory has no entries.
 * Nothing is ever written to disk, so names like "../x" are only text.
 */
#ifndef PL_IO_ARCHIVE_H
#define PL_IO_ARCHIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "phaseline/error.h"

#include "base/str.h"
#include "io/sniff.h"
#include "io/stream.h"

/* Bytes of an entry's name; longer ones are cut there. */
#define PL_ARCHIVE_NAME_MAX ((size_t)4096)
/* New starts behind damage, per archive: an archive of nothing but damage ends soon. */
#define PL_ARCHIVE_RESUME_MAX 1000

typedef struct pl_archive pl_archive;

typedef struct pl_entry {
    pl_str name;      /* valid UTF-8, as it stands in the archive, but those made on DOS have '/'
                         for '\\'; good until the next call on the archive */
    int64_t mtime_us; /* PL_TIME_NONE when not told */
    uint64_t size;    /* PL_STREAM_SIZE_UNKNOWN when not told */
    bool is_encrypted;
    const char *special; /* what it is when it holds no bytes, e.g. "symbolic link to"; else NULL */
    const char *target;  /* of a link, "" for other specials */
} pl_entry;

/*
 * Opens `source`, whose head pl_sniff() takes for `format`, an archive; that of a 7z can seek.
 * Takes over `source`.
 * NULL: no memory, and `source` is still the caller's.
 */
pl_archive *pl_archive_new(pl_format format, pl_stream *source);
/* PL_OK: *entry is the next that is no folder; PL_DONE: no more, see pl_archive_ending();
 * PL_ERR_NOMEM. */
PL_CHECKED pl_status pl_archive_next(pl_archive *archive, pl_entry *entry);
/* The bytes of the current entry, valid until the next pl_archive_next(); NULL: no memory. */
pl_stream *pl_archive_entry_stream(pl_archive *archive);
/* How the archive as a whole ended, after PL_DONE: its first fault that is not only an entry's. */
const pl_ending *pl_archive_ending(const pl_archive *archive);
pl_format pl_archive_format(const pl_archive *archive);
/* Bytes of the archive read so far. */
uint64_t pl_archive_bytes(const pl_archive *archive);
void pl_archive_free(pl_archive *archive);

#endif
