/* pack.h - builds compressed streams and archives in memory, for the tests of io. */
#ifndef PL_TESTS_PACK_H
#define PL_TESTS_PACK_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <archive.h>
#include <archive_entry.h>
#include <bzlib.h>
#include <check.h>
#include <lz4frame.h>
#include <lzma.h>
#define ZLIB_CONST
#include <zlib.h>
#include <zstd.h>

#include "base/buf.h"
#include "base/str.h"
#include "io/sniff.h"

#define PACK_MAX ((size_t)256 << 20)

/* Readable lines, each unlike the others: they compress, but not to nothing. */
static inline void pack_lines(pl_buf *out, size_t bytes)
{
    uint32_t state = 12345;
    size_t end = out->len + bytes;
    for (unsigned line = 1; out->len < end; line++) {
        state = state * 1664525 + 1013904223;
        pl_buf_appendf(out, "line %u node%u %08x is being upgraded\n", line, state >> 30, state);
    }
    pl_buf_cut(out, end - 1);
    pl_buf_append_char(out, '\n');
}

static inline void pack_gzip(pl_buf *out, pl_str in)
{
    z_stream z = {0};
    ck_assert_int_eq(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    size_t room = deflateBound(&z, in.len), start = out->len;
    z.next_out = (Bytef *)pl_buf_reserve(out, room);
    z.avail_out = (uInt)room;
    z.next_in = (const Bytef *)in.ptr;
    z.avail_in = (uInt)in.len;
    ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
    pl_buf_cut(out, start + z.total_out);
    deflateEnd(&z);
}

static inline void pack_xz(pl_buf *out, pl_str in)
{
    size_t room = lzma_stream_buffer_bound(in.len), start = out->len, used = 0;
    uint8_t *to = (uint8_t *)pl_buf_reserve(out, room);
    ck_assert_int_eq(lzma_easy_buffer_encode(1, LZMA_CHECK_CRC64, NULL, (const uint8_t *)in.ptr,
                                             in.len, to, &used, room),
                     LZMA_OK);
    pl_buf_cut(out, start + used);
}

static inline void pack_zstd_window(pl_buf *out, pl_str in, int window_log)
{
    ZSTD_CStream *z = ZSTD_createCStream();
    ck_assert(!ZSTD_isError(ZSTD_CCtx_setParameter(z, ZSTD_c_checksumFlag, 1)));
    ck_assert(!ZSTD_isError(ZSTD_CCtx_setParameter(z, ZSTD_c_windowLog, window_log)));
    size_t room = ZSTD_compressBound(in.len) + 1024, start = out->len;
    ZSTD_outBuffer to = {pl_buf_reserve(out, room), room, 0};
    ZSTD_inBuffer from = {in.ptr, in.len, 0};
    ck_assert(!ZSTD_isError(ZSTD_compressStream2(z, &to, &from, ZSTD_e_continue)));
    ck_assert_uint_eq(ZSTD_compressStream2(z, &to, &from, ZSTD_e_end), 0);
    ck_assert_uint_eq(from.pos, in.len);
    pl_buf_cut(out, start + to.pos);
    ZSTD_freeCStream(z);
}

static inline void pack_bzip2(pl_buf *out, pl_str in)
{
    unsigned room = (unsigned)(in.len + in.len / 50 + 1000);
    size_t start = out->len;
    char *to = pl_buf_reserve(out, room);
    bz_stream bz = {0};
    ck_assert_int_eq(BZ2_bzCompressInit(&bz, 1, 0, 0), BZ_OK);
    pl_buf copy; /* the library wants its input writable */
    pl_buf_init(&copy, PACK_MAX);
    pl_buf_append(&copy, in);
    bz.next_in = copy.ptr;
    bz.avail_in = (unsigned)in.len;
    bz.next_out = to;
    bz.avail_out = room;
    ck_assert_int_eq(BZ2_bzCompress(&bz, BZ_FINISH), BZ_STREAM_END);
    BZ2_bzCompressEnd(&bz);
    pl_buf_release(&copy);
    pl_buf_cut(out, start + room - bz.avail_out);
}

static inline void pack_lz4(pl_buf *out, pl_str in)
{
    const LZ4F_preferences_t how = {
        .frameInfo = {.contentChecksumFlag = LZ4F_contentChecksumEnabled}};
    size_t room = LZ4F_compressFrameBound(in.len, &how), start = out->len;
    size_t used = LZ4F_compressFrame(pl_buf_reserve(out, room), room, in.ptr, in.len, &how);
    ck_assert(!LZ4F_isError(used));
    pl_buf_cut(out, start + used);
}

/* Appends `in` compressed as `format`. */
static inline void pack(pl_buf *out, pl_format format, pl_str in)
{
    if (format == PL_FORMAT_GZIP)
        pack_gzip(out, in);
    else if (format == PL_FORMAT_XZ)
        pack_xz(out, in);
    else if (format == PL_FORMAT_ZSTD)
        pack_zstd_window(out, in, 0);
    else if (format == PL_FORMAT_BZIP2)
        pack_bzip2(out, in);
    else if (format == PL_FORMAT_LZ4)
        pack_lz4(out, in);
    else
        pl_buf_append(out, in);
}

typedef struct pack_file {
    const char *name;
    pl_str bytes;
    unsigned type;      /* AE_IFREG when 0 */
    const char *target; /* of a link; a hard link with type 0 */
} pack_file;

static inline la_ssize_t pack_on_write(struct archive *writer, void *data, const void *bytes,
                                       size_t len)
{
    (void)writer;
    pl_buf_append(data, (pl_str){bytes, len});
    return (la_ssize_t)len;
}

static inline void pack_entry(struct archive *writer, const pack_file *file)
{
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_pathname(entry, file->name);
    archive_entry_set_mtime(entry, 1684800000, 0);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_filetype(entry, file->type == 0 ? AE_IFREG : file->type);
    if (file->target != NULL && file->type == 0)
        archive_entry_set_hardlink(entry, file->target);
    else if (file->target != NULL)
        archive_entry_set_symlink(entry, file->target);
    archive_entry_set_size(entry, (la_int64_t)file->bytes.len);
    ck_assert_int_ge(archive_write_header(writer, entry), ARCHIVE_WARN);
    if (file->bytes.len > 0)
        ck_assert_int_eq(archive_write_data(writer, file->bytes.ptr, file->bytes.len),
                         (la_ssize_t)file->bytes.len);
    archive_entry_free(entry);
}

/*
 * Appends an archive as libarchive writes it: "ustar", "pax", "gnutar", "7zip", or "zip", which
 * then has its sizes behind the bytes, as written to a pipe.
 */
static inline void pack_archive(pl_buf *out, const char *format, const char *options,
                                const pack_file *files, size_t count)
{
    struct archive *writer = archive_write_new();
    ck_assert_int_eq(archive_write_set_format_by_name(writer, format), ARCHIVE_OK);
    archive_write_set_bytes_per_block(writer, 512);
    archive_write_set_bytes_in_last_block(writer, 1);
    ck_assert_int_eq(archive_write_set_options(writer, options), ARCHIVE_OK);
    archive_write_set_passphrase(writer, "secret");
    ck_assert_int_eq(archive_write_open(writer, out, NULL, pack_on_write, NULL), ARCHIVE_OK);
    for (size_t i = 0; i < count; i++)
        pack_entry(writer, &files[i]);
    ck_assert_int_eq(archive_write_close(writer), ARCHIVE_OK);
    archive_write_free(writer);
}

static inline void pack_number(pl_buf *out, uint64_t number, int bytes)
{
    for (; bytes > 0; bytes--, number >>= 8)
        pl_buf_append_char(out, (char)(number & 0xff));
}

/* The fields that a local header and the central directory share, from "version needed" on. */
static inline void pack_zip_fields(pl_buf *out, const pack_file *file, bool deflated,
                                   size_t packed_bytes)
{
    pack_number(out, 20, 2);
    pack_number(out, 0x800, 2); /* the name is UTF-8 */
    pack_number(out, deflated ? 8 : 0, 2);
    pack_number(out, 0x56b76000, 4); /* 2023-05-23 12:00 */
    pack_number(out, crc32(0, (const Bytef *)file->bytes.ptr, (uInt)file->bytes.len), 4);
    pack_number(out, packed_bytes, 4);
    pack_number(out, file->bytes.len, 4);
    pack_number(out, strlen(file->name), 2);
    pack_number(out, 0, 2);
}

/* Deflated bytes are those of a gzip stream without its header (10 bytes) and trailer (8). */
static inline void pack_zip_body(pl_buf *body, const pack_file *file, bool deflated)
{
    pl_buf_init(body, PACK_MAX);
    if (!deflated) {
        pl_buf_append(body, file->bytes);
        return;
    }
    pack_gzip(body, file->bytes);
    memmove(body->ptr, body->ptr + 10, body->len - 18);
    pl_buf_cut(body, body->len - 18);
}

/* Appends a zip file with its sizes in front of the bytes, as written to disk. */
static inline void pack_zip(pl_buf *out, bool deflated, const pack_file *files, size_t count)
{
    size_t start = out->len;
    pl_buf directory;
    pl_buf_init(&directory, PACK_MAX);
    for (size_t i = 0; i < count; i++) {
        pl_buf body;
        pack_zip_body(&body, &files[i], deflated);
        pl_buf_append(&directory, PL_STR("PK\1\2\24\0"));
        pack_zip_fields(&directory, &files[i], deflated, body.len);
        pl_buf_append_repeat(&directory, '\0', 10);
        pack_number(&directory, out->len - start, 4);
        pl_buf_append(&directory, pl_str_of(files[i].name));
        pl_buf_append(out, PL_STR("PK\3\4"));
        pack_zip_fields(out, &files[i], deflated, body.len);
        pl_buf_append(out, pl_str_of(files[i].name));
        pl_buf_append(out, pl_buf_str(&body));
        pl_buf_release(&body);
    }
    size_t directory_off = out->len - start;
    pl_buf_append(out, pl_buf_str(&directory));
    pl_buf_append(out, PL_STR("PK\5\6\0\0\0\0"));
    pack_number(out, count, 2);
    pack_number(out, count, 2);
    pack_number(out, directory.len, 4);
    pack_number(out, directory_off, 4);
    pack_number(out, 0, 2);
    pl_buf_release(&directory);
}

#define PACK_CAB_BLOCK 32768

/* The check sum of a cabinet's block, over 4 bytes at a time; the last 1 to 3 count backwards. */
static inline uint32_t pack_cab_sum(pl_str bytes, uint32_t seed)
{
    const unsigned char *at = (const unsigned char *)bytes.ptr;
    size_t left = bytes.len;
    for (; left >= 4; at += 4, left -= 4)
        seed ^= at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
    uint32_t rest = 0;
    while (left > 0)
        rest |= (uint32_t)*at++ << (8 * --left);
    return seed ^ rest;
}

static inline void pack_cab_block(pl_buf *out, bool mszip, pl_str plain)
{
    pl_buf body, sizes;
    pl_buf_init(&body, PACK_MAX);
    pl_buf_init(&sizes, 4);
    const pack_file file = {"", plain, 0, NULL};
    if (mszip)
        pack_zip_body(&body, &file, true);
    size_t packed = mszip ? body.len + 2 : plain.len;
    pack_number(&sizes, packed, 2);
    pack_number(&sizes, plain.len, 2);
    size_t start = out->len;
    pl_buf_append(out, mszip ? PL_STR("CK") : plain);
    pl_buf_append(out, pl_buf_str(&body));
    uint32_t sum = pack_cab_sum(pl_str_slice(pl_buf_str(out), start, packed), 0);
    pl_buf_cut(out, start);
    pack_number(out, pack_cab_sum(pl_buf_str(&sizes), sum), 4);
    pl_buf_append(out, pl_buf_str(&sizes));
    pl_buf_append(out, mszip ? PL_STR("CK") : plain);
    pl_buf_append(out, pl_buf_str(&body));
    pl_buf_release(&body);
    pl_buf_release(&sizes);
}

static inline size_t pack_cab_blocks(pl_buf *out, bool mszip, const pack_file *files, size_t count)
{
    pl_buf all;
    pl_buf_init(&all, PACK_MAX);
    for (size_t i = 0; i < count; i++)
        pl_buf_append(&all, files[i].bytes);
    size_t blocks = 0;
    for (size_t at = 0; at < all.len; at += PACK_CAB_BLOCK, blocks++)
        pack_cab_block(out, mszip, pl_str_slice(pl_buf_str(&all), at, PACK_CAB_BLOCK));
    pl_buf_release(&all);
    return blocks;
}

/* Appends a cabinet of one folder.  A file with a target goes on in the cabinet of that name. */
static inline void pack_cab(pl_buf *out, bool mszip, const pack_file *files, size_t count)
{
    pl_buf blocks, table;
    pl_buf_init(&blocks, PACK_MAX);
    pl_buf_init(&table, PACK_MAX);
    const char *next = NULL;
    size_t block_count = pack_cab_blocks(&blocks, mszip, files, count), off = 0;
    for (size_t i = 0; i < count; off += files[i++].bytes.len) {
        pack_number(&table, files[i].bytes.len, 4);
        pack_number(&table, off, 4);
        pack_number(&table, files[i].target != NULL ? 0xfffe : 0, 2);
        pack_number(&table, 0x600056b7, 4); /* 2023-05-23 12:00 */
        pack_number(&table, 0xa0, 2);       /* the name is UTF-8 */
        pl_buf_append(&table, (pl_str){files[i].name, strlen(files[i].name) + 1});
        next = files[i].target != NULL ? files[i].target : next;
    }
    size_t names = next != NULL ? strlen(next) + 1 + sizeof "disk 2" : 0;
    pl_buf_append(out, PL_STR("MSCF\0\0\0\0"));
    pack_number(out, 44 + names + table.len + blocks.len, 4);
    pack_number(out, 0, 4);
    pack_number(out, 44 + names, 4); /* where the table begins */
    pack_number(out, 0, 4);
    pack_number(out, 0x103, 2);
    pack_number(out, 1, 2);
    pack_number(out, count, 2);
    pack_number(out, next != NULL ? 2 : 0, 2);
    pack_number(out, 0, 4);
    if (next != NULL) {
        pl_buf_append(out, (pl_str){next, strlen(next) + 1});
        pl_buf_append(out, (pl_str){"disk 2", sizeof "disk 2"});
    }
    pack_number(out, 44 + names + table.len, 4);
    pack_number(out, block_count, 2);
    pack_number(out, mszip ? 1 : 0, 2);
    pl_buf_append(out, pl_buf_str(&table));
    pl_buf_append(out, pl_buf_str(&blocks));
    pl_buf_release(&blocks);
    pl_buf_release(&table);
}

#endif
