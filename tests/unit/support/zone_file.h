/*
 * zone_file.h - a folder of zone files of a test's own.
 */
#ifndef PL_TESTS_ZONE_FILE_H
#define PL_TESTS_ZONE_FILE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <check.h>

/* What Central Europe does, in all years. */
#define ZONE_CENTRAL "CET-1CEST,M3.5.0,M10.5.0/3"

typedef struct zone_folder {
    char path[64];
} zone_folder;

static inline void zone_folder_make(zone_folder *folder)
{
    snprintf(folder->path, sizeof folder->path, "/tmp/phaseline-zones-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder->path));
}

static inline void zone_folder_path(const zone_folder *folder, const char *name, char path[128])
{
    snprintf(path, 128, "%s/%s", folder->path, name);
}

static inline void zone_folder_write(const zone_folder *folder, const char *name, const void *bytes,
                                     size_t len)
{
    char path[128];
    zone_folder_path(folder, name, path);
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, len, file), len);
    ck_assert_int_eq(fclose(file), 0);
}

/* A zone without changes, of version 2, that goes by `rule` at all times. */
static inline void zone_folder_add(const zone_folder *folder, const char *name, const char *rule)
{
    static const char head[44] = "TZif2", block[44 + 10] = "TZif2";
    char bytes[400];
    size_t len = 0;
    for (int i = 0; i < 2; i++) {
        memcpy(bytes + len, block, sizeof block);
        bytes[len + sizeof head - 5] = 1; /* one type, of four letters */
        bytes[len + sizeof head - 1] = 4;
        len += sizeof block;
    }
    len += (size_t)snprintf(bytes + len, sizeof bytes - len, "\n%s\n", rule);
    zone_folder_write(folder, name, bytes, len);
}

static inline void zone_folder_remove(const zone_folder *folder)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", folder->path);
    ck_assert_int_eq(system(command), 0);
}

#endif
