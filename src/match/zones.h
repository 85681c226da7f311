/*
 * zones.h - zones by name: UTC, +02:00, and those that a folder of zone files knows, such as
 * Europe/Berlin.
 *
 * A file is read once, when it is asked for.  Names may come from logs: nothing outside of the
 * folder, and no file that is not named as a zone, is opened.
 */
#ifndef PL_MATCH_ZONES_H
#define PL_MATCH_ZONES_H

#include <stdbool.h>
#include <stdint.h>

#include "phaseline/error.h"

#include "base/buf.h"
#include "base/str.h"
#include "base/tz.h"

#define PL_ZONES_FOLDER "/usr/share/zoneinfo" /* where Debian's package tzdata has them */
#define PL_ZONE_NAME_MAX 64                   /* longer is no name of a zone */
#define PL_ZONES_NAMES_MAX                                                                         \
    1024 /* names asked for, twice as many as there are; further ones are unknown */

typedef struct pl_zones pl_zones;

typedef struct pl_zone {
    int minutes;      /* east of UTC, at all times; without `tz` */
    const pl_tz *tz;  /* NULL: none; this and `name` live as long as the pl_zones they are from */
    pl_str name;      /* with `tz` */
    uint64_t content; /* XXH3-64 of its file */
} pl_zone;

/* Could be the name of a zone file: Europe/Berlin, Etc/GMT+5, EST5EDT.  A name begins with a
 * capital; none has a dot. */
bool pl_zone_is_name(pl_str name);
/* Appends a line that tells this zone from all others, also from the same name with another file.
 */
void pl_zone_describe(const pl_zone *zone, pl_buf *out);
/* What the wall clock shows, as moments; as pl_tz_moments(). */
pl_wall pl_zone_moments(const pl_zone *zone, int64_t wall_us, int64_t *first_us,
                        int64_t *second_us);

/* Zones of the files in `folder` (borrowed), ended with pl_zones_free().  NULL: no memory. */
pl_zones *pl_zones_new(const char *folder);
/* Ends `zones`; NULL is allowed. */
void pl_zones_free(pl_zones *zones);
/*
 * The zone of that name; with `zones` NULL only UTC and offsets are known.
 *
 * PL_ERR_USAGE: there is none, and the words say what is missing; PL_ERR_NOMEM.
 */
PL_CHECKED pl_status pl_zones_find(pl_zones *zones, pl_str name, pl_zone *out, pl_error *err);

#endif
