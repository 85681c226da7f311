/*
 * tz.h - a zone whose clocks are set now and then: what its wall clock shows, as moments.
 *
 * Read from the bytes of a zone file (TZif, RFC 8536, versions 1 and up): its changes, and the rule
 * by which it goes on after the last.  Leap seconds are not known: no log counts them.
 */
#ifndef PL_BASE_TZ_H
#define PL_BASE_TZ_H

#include <stdint.h>

#include "phaseline/error.h"

#include "base/str.h"

#define PL_TZ_BYTES_MAX ((size_t)64 << 10) /* of a zone file; the largest there are have 4 KiB */

typedef struct pl_tz pl_tz;

/*
 * Reads a zone file.
 *
 * On PL_OK *out is a new zone, which borrows nothing; the caller ends it with pl_tz_free().
 * PL_ERR_FORMAT: not a zone file, cut, too long, or one that counts leap seconds; PL_ERR_NOMEM.
 */
PL_CHECKED pl_status pl_tz_new(pl_str bytes, pl_tz **out, pl_error *err);
/* Ends `tz`; NULL is allowed. */
void pl_tz_free(pl_tz *tz);

/* Seconds to be added to UTC at `utc_s`, seconds since 1970-01-01T00:00:00Z. */
int32_t pl_tz_offset(const pl_tz *tz, int64_t utc_s);

/* How often a wall clock shows a time. */
typedef enum pl_wall {
    PL_WALL_ONCE,
    PL_WALL_TWICE, /* it was set back over it */
    PL_WALL_NEVER, /* it was set forward over it */
} pl_wall;

/*
 * When the wall clock shows `wall_us` (its date and time of day, read as if it were UTC).
 *
 * *first_us is that moment; of two the earlier one, and *second_us the later one.  A time that is
 * never shown is read with the offset before the change: as far behind it as the clock was wrong.
 * Where there is one moment only, *second_us is the same.
 */
pl_wall pl_tz_moments(const pl_tz *tz, int64_t wall_us, int64_t *first_us, int64_t *second_us);

#endif
