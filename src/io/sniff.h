/* sniff.h - what a stream is, by its first bytes; names are never asked. */
#ifndef PL_IO_SNIFF_H
#define PL_IO_SNIFF_H

#include <stdbool.h>

#include "base/str.h"

typedef enum pl_format {
    PL_FORMAT_PLAIN, /* none of the others */
    PL_FORMAT_GZIP,
    PL_FORMAT_XZ,
    PL_FORMAT_ZSTD, /* also a skippable frame */
    PL_FORMAT_BZIP2,
    PL_FORMAT_LZ4,
    PL_FORMAT_TAR,
    PL_FORMAT_ZIP,
    PL_FORMAT_7Z,
    PL_FORMAT_CAB,
} pl_format;

/* Judges the first bytes of a stream; a tar header takes 512, the others at most 10. */
pl_format pl_sniff(pl_str head);
/* "gzip", ...; "plain". */
const char *pl_format_name(pl_format format);
bool pl_format_is_archive(pl_format format);
/* True of archives whose directory stands at their end: zip and 7z. */
bool pl_format_has_directory(pl_format format);
/* The name of a well-known format that holds no log lines of its own, or NULL. */
const char *pl_sniff_binary(pl_str head);

#endif
