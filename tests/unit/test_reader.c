/* test_reader.c - one path as members and blocks: containers, kinds, statuses, limits. */
#include "io/reader.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <check.h>

#include "base/alloc.h"
#include "base/civil.h"
#include "io/walk.h"
#include "ledger.h"
#include "pack.h"

#define ENTRY(name, text)                                                                          \
    {                                                                                              \
        name, PL_STR_INIT(text), 0, NULL                                                           \
    }

/* Reads `bytes` and compares with the ledger written out by hand. */
static void assert_ledger(pl_str bytes, const char *expected)
{
    static ledger got;
    ledger_read_memory(bytes, &got);
    ledger_assert(&got, expected);
    ledger_release(&got);
}

static void new_buf(pl_buf *buf)
{
    pl_buf_init(buf, PACK_MAX);
}

START_TEST(plain_text_is_one_member)
{
    static ledger got;
    ledger_read_memory(PL_STR("a\nb"), &got);
    ledger_assert(&got, "|file|read|3\n");
    ck_assert_ptr_null(got.rows[0].end.problem);
    ck_assert(got.rows[0].end.has_content);
    ck_assert_mem_eq(
        got.rows[0].end.content.bytes,
        pl_hash128_of((pl_str){(const char *)pl_hash128_of(PL_STR("a\nb")).bytes, 16}).bytes, 16);
    ledger_release(&got);
}
END_TEST

static const struct {
    pl_str bytes;
    const char *ledger, *problem;
    bool has_content;
} without_blocks[] = {
    {PL_STR_INIT(""), "|file|empty\n", "no bytes", true},
    {PL_STR_INIT("\xff\xfe"), "|file|empty\n", "no bytes but a byte order mark", true},
    {PL_STR_INIT("\xef\xbb\xbf"), "|file|empty\n", "no bytes but a byte order mark", true},
    {PL_STR_INIT("\1\2\3\4"), "|file|binary\n", "not text", false},
    {PL_STR_INIT("%PDF-1.4\nalso text"), "|file|binary\n", "not text: pdf document", false},
    {PL_STR_INIT("\x1f\x8b\x08"), "|gzip|truncated\n",
     "gzip stream ends early after 0 bytes unpacked", false},
};

START_TEST(what_holds_no_lines_has_no_blocks_and_says_why)
{
    static ledger got;
    ledger_read_memory(without_blocks[_i].bytes, &got);
    ledger_assert(&got, without_blocks[_i].ledger);
    ck_assert_str_eq(got.rows[0].problem, without_blocks[_i].problem);
    ck_assert_int_eq(got.rows[0].end.has_content, without_blocks[_i].has_content);
    if (without_blocks[_i].has_content)
        ck_assert_uint_eq(got.rows[0].end.bytes, without_blocks[_i].bytes.len);
    ledger_release(&got);
}
END_TEST

START_TEST(codecs_are_seen_through_and_nest)
{
    static const pl_format order[] = {PL_FORMAT_GZIP, PL_FORMAT_XZ, PL_FORMAT_ZSTD,
                                      PL_FORMAT_BZIP2};
    pl_buf layers[6], lz4;
    for (int i = 0; i < 6; i++)
        new_buf(&layers[i]);
    new_buf(&lz4);
    pl_buf_append(&layers[0], PL_STR("line\n"));
    for (int i = 0; i < 5; i++)
        pack(&layers[i + 1], order[i % 4], pl_buf_str(&layers[i]));
    pack(&lz4, PL_FORMAT_LZ4, pl_buf_str(&layers[3]));
    assert_ledger(pl_buf_str(&lz4), "|lz4|read|5\n");
    pl_buf_release(&lz4);
    assert_ledger(pl_buf_str(&layers[1]), "|gzip|read|5\n");
    assert_ledger(pl_buf_str(&layers[2]), "|xz|read|5\n");
    assert_ledger(pl_buf_str(&layers[3]), "|zstd|read|5\n");
    assert_ledger(pl_buf_str(&layers[4]), "|bzip2|read|5\n");
    assert_ledger(pl_buf_str(&layers[5]), "|gzip|too-deep\n");
    for (int i = 0; i < 6; i++)
        pl_buf_release(&layers[i]);
}
END_TEST

static const pack_file two[] = {ENTRY("a.log", "alpha\n"), ENTRY("dir/b.log", "beta\nbeta\n")};

static const struct {
    const char *format;
    pl_format codec;
    const char *ledger;
} archives[] = {
    {"ustar", PL_FORMAT_PLAIN, "|tar|container\na.log|tar|read|6\ndir/b.log|tar|read|10\n"},
    {"pax", PL_FORMAT_PLAIN, "|tar|container\na.log|tar|read|6\ndir/b.log|tar|read|10\n"},
    {"gnutar", PL_FORMAT_GZIP, "|tar|container\na.log|tar|read|6\ndir/b.log|tar|read|10\n"},
    {"v7tar", PL_FORMAT_PLAIN, "|tar|container\na.log|tar|read|6\ndir/b.log|tar|read|10\n"},
    {"ustar", PL_FORMAT_ZSTD, "|tar|container\na.log|tar|read|6\ndir/b.log|tar|read|10\n"},
    {"ustar", PL_FORMAT_XZ, "|tar|container\na.log|tar|read|6\ndir/b.log|tar|read|10\n"},
    {"ustar", PL_FORMAT_BZIP2, "|tar|container\na.log|tar|read|6\ndir/b.log|tar|read|10\n"},
    {"zip", PL_FORMAT_PLAIN, "|zip|container\na.log|zip|read|6\ndir/b.log|zip|read|10\n"},
    {"zip", PL_FORMAT_GZIP, "|zip|container\na.log|zip|read|6\ndir/b.log|zip|read|10\n"},
    {"7zip", PL_FORMAT_PLAIN, "|7z|container\na.log|7z|read|6\ndir/b.log|7z|read|10\n"},
    {"7zip", PL_FORMAT_GZIP, "|7z|container\na.log|7z|read|6\ndir/b.log|7z|read|10\n"},
    {"ustar", PL_FORMAT_LZ4, "|tar|container\na.log|tar|read|6\ndir/b.log|tar|read|10\n"},
};
#define ARCHIVES (int)(sizeof archives / sizeof *archives)

START_TEST(archives_give_their_members_whatever_is_around_them)
{
    pl_buf archive, packed;
    new_buf(&archive);
    new_buf(&packed);
    pack_archive(&archive, archives[_i].format, "", two, 2);
    pack(&packed, archives[_i].codec, pl_buf_str(&archive));
    static ledger got;
    ledger_read_memory(pl_buf_str(&packed), &got);
    ledger_assert(&got, archives[_i].ledger);
    ck_assert_str_eq(got.rows[2].text.ptr, "beta\nbeta\n");
    ck_assert_int_eq(got.rows[1].mtime_us, INT64_C(1684800000000000));
    ledger_release(&got);
    pl_buf_release(&archive);
    pl_buf_release(&packed);
}
END_TEST

START_TEST(zips_written_to_disk_are_read_stored_or_deflated)
{
    for (int deflated = 0; deflated <= 1; deflated++) {
        pl_buf zip, packed;
        new_buf(&zip);
        new_buf(&packed);
        pack_zip(&zip, deflated != 0, two, 2);
        pack(&packed, PL_FORMAT_GZIP, pl_buf_str(&zip));
        assert_ledger(pl_buf_str(&zip), archives[7].ledger);
        assert_ledger(pl_buf_str(&packed), archives[8].ledger);
        pl_buf_release(&zip);
        pl_buf_release(&packed);
    }
}
END_TEST

/* `depth` archives around one line, tar.gz and zip by turns. */
static void pack_nested(pl_buf *out, int depth)
{
    pl_buf inner;
    new_buf(&inner);
    pl_buf_append(&inner, PL_STR("deep\n"));
    for (int i = 0; i < depth; i++) {
        pl_buf archive;
        new_buf(&archive);
        const pack_file file = {i == 0 ? "log" : "in", pl_buf_str(&inner), 0, NULL};
        pack_archive(&archive, i % 2 == 0 ? "ustar" : "zip", "", &file, 1);
        pl_buf_clear(&inner);
        pack(&inner, i % 2 == 0 ? PL_FORMAT_GZIP : PL_FORMAT_PLAIN, pl_buf_str(&archive));
        pl_buf_release(&archive);
    }
    pl_buf_append(out, pl_buf_str(&inner));
    pl_buf_release(&inner);
}

START_TEST(archives_in_archives_are_opened_to_depth_four)
{
    static const char *const expected[] = {
        "|tar|container\nlog|tar|read|5\n",
        "|zip|container\nin|tar|container\nin!log|tar|read|5\n",
        "|tar|container\nin|zip|container\nin!in|tar|container\nin!in!log|tar|read|5\n",
        "|zip|container\nin|tar|container\nin!in|zip|container\nin!in!in|tar|container\n"
        "in!in!in!log|tar|read|5\n",
        "|tar|container\nin|zip|container\nin!in|tar|container\nin!in!in|zip|container\n"
        "in!in!in!in|zip|too-deep\n",
    };
    pl_buf nested;
    new_buf(&nested);
    pack_nested(&nested, _i + 1);
    assert_ledger(pl_buf_str(&nested), expected[_i]);
    pl_buf_release(&nested);
}
END_TEST

START_TEST(zips_in_zips_are_read_between_their_neighbours)
{
    pl_buf inner, outer;
    new_buf(&inner);
    new_buf(&outer);
    pack_zip(&inner, true, two, 2);
    const pack_file files[] = {
        two[0], {"nested.zip", pl_buf_str(&inner), 0, NULL}, ENTRY("z", "last\n")};
    pack_zip(&outer, false, files, 3);
    assert_ledger(pl_buf_str(&outer), "|zip|container\na.log|zip|read|6\n"
                                      "nested.zip|zip|container\n"
                                      "nested.zip!a.log|zip|read|6\n"
                                      "nested.zip!dir/b.log|zip|read|10\n"
                                      "z|zip|read|5\n");
    pl_buf_release(&inner);
    pl_buf_release(&outer);
}
END_TEST

START_TEST(a_7z_and_a_cab_inside_others_are_read)
{
    pl_buf cab, sevenzip, tar, packed;
    new_buf(&cab);
    new_buf(&sevenzip);
    new_buf(&tar);
    new_buf(&packed);
    pack_cab(&cab, true, two, 2);
    const pack_file inner[] = {{"in.cab", pl_buf_str(&cab), 0, NULL}, two[0]};
    pack_archive(&sevenzip, "7zip", "", inner, 2);
    const pack_file outer[] = {{"in.7z", pl_buf_str(&sevenzip), 0, NULL}, ENTRY("z", "last\n")};
    pack_archive(&tar, "ustar", "", outer, 2);
    pack(&packed, PL_FORMAT_GZIP, pl_buf_str(&tar));
    assert_ledger(pl_buf_str(&packed), "|tar|container\nin.7z|7z|container\n"
                                       "in.7z!in.cab|cab|container\n"
                                       "in.7z!in.cab!a.log|cab|read|6\n"
                                       "in.7z!in.cab!dir/b.log|cab|read|10\n"
                                       "in.7z!a.log|7z|read|6\nz|tar|read|5\n");
    pl_buf_release(&cab);
    pl_buf_release(&sevenzip);
    pl_buf_release(&tar);
    pl_buf_release(&packed);
}
END_TEST

START_TEST(stored_bytes_of_an_inner_zip_may_look_like_its_own_marks)
{
    pl_buf text, inner, outer;
    new_buf(&text);
    new_buf(&inner);
    new_buf(&outer);
    pack_lines(&text, 900);
    pl_buf_append(&text, PL_STR("PK\7\10 PK\3\4\n"));
    pack_lines(&text, 89);
    const pack_file files[] = {{"marks", pl_buf_str(&text), 0, NULL}, ENTRY("after", "after\n")};
    pack_archive(&inner, "zip", "zip:compression=store", files, 2);
    pack(&outer, PL_FORMAT_GZIP, pl_buf_str(&inner));
    assert_ledger(pl_buf_str(&outer), "|zip|container\nmarks|zip|read|999\nafter|zip|read|6\n");
    pl_buf_release(&text);
    pl_buf_release(&inner);
    pl_buf_release(&outer);
}
END_TEST

START_TEST(a_7z_too_large_to_be_held_is_a_limit)
{
    pl_buf big, tar, packed;
    new_buf(&big);
    new_buf(&tar);
    new_buf(&packed);
    pl_buf_append(&big, PL_STR("7z\xbc\xaf\x27\x1c"));
    pl_buf_append_repeat(&big, '\0', (size_t)64 << 20);
    const pack_file files[] = {{"big.7z", pl_buf_str(&big), 0, NULL}, two[0]};
    pack_archive(&tar, "ustar", "", files, 2);
    pack(&packed, PL_FORMAT_ZSTD, pl_buf_str(&big));
    static ledger got;
    ledger_read_memory(pl_buf_str(&tar), &got);
    ledger_assert(&got, "|tar|container\nbig.7z|7z|limit\na.log|tar|read|6\n");
    ck_assert_str_eq(got.rows[1].problem,
                     "a 7z inside something else is read up to 64 MiB, and this is larger");
    ledger_release(&got);
    assert_ledger(pl_buf_str(&packed), "|7z|limit\n");
    pl_buf_release(&big);
    pl_buf_release(&tar);
    pl_buf_release(&packed);
}
END_TEST

START_TEST(members_of_archives_are_unpacked_and_keep_the_archive_as_kind)
{
    pl_buf inner, outer;
    new_buf(&inner);
    new_buf(&outer);
    pack(&inner, PL_FORMAT_GZIP, PL_STR("zipped\n"));
    const pack_file file = {"b.log.gz", pl_buf_str(&inner), 0, NULL};
    pack_archive(&outer, "ustar", "", &file, 1);
    assert_ledger(pl_buf_str(&outer), "|tar|container\nb.log.gz|tar|read|7\n");
    pl_buf_release(&inner);
    pl_buf_release(&outer);
}
END_TEST

START_TEST(folders_give_no_row_and_links_say_where_they_point)
{
    static const pack_file files[] = {
        {"dir/", {NULL, 0}, AE_IFDIR, NULL},  ENTRY("dir/a", "x\n"),
        {"hard", {NULL, 0}, 0, "dir/a"},      {"soft", {NULL, 0}, AE_IFLNK, "../\n/etc"},
        {"pipe", {NULL, 0}, AE_IFIFO, NULL},  {"dev", {NULL, 0}, AE_IFCHR, NULL},
        {"empty", {NULL, 0}, AE_IFREG, NULL},
    };
    pl_buf tar;
    new_buf(&tar);
    pack_archive(&tar, "ustar", "", files, sizeof files / sizeof *files);
    static ledger got;
    ledger_read_memory(pl_buf_str(&tar), &got);
    ledger_assert(&got, "|tar|container\ndir/a|tar|read|2\nhard|tar|special\nsoft|tar|special\n"
                        "pipe|tar|special\ndev|tar|special\nempty|tar|empty\n");
    ck_assert_str_eq(ledger_find(&got, "hard")->problem, "hard link to dir/a");
    ck_assert_str_eq(ledger_find(&got, "soft")->problem, "symbolic link to ../?/etc");
    ck_assert_str_eq(ledger_find(&got, "pipe")->problem, "pipe");
    ck_assert_str_eq(ledger_find(&got, "dev")->problem, "character device");
    ledger_release(&got);
    pl_buf_release(&tar);
}
END_TEST

START_TEST(encrypted_members_are_told_and_others_read)
{
    static const pack_file open[] = {ENTRY("open", "readable\n")};
    pl_buf zip;
    new_buf(&zip);
    pack_archive(&zip, "zip", "zip:encryption=zipcrypt", two, 2);
    assert_ledger(pl_buf_str(&zip),
                  "|zip|container\na.log|zip|encrypted\ndir/b.log|zip|encrypted\n");
    const pack_file files[] = {{"secret.zip", pl_buf_str(&zip), 0, NULL}, open[0]};
    pl_buf tar;
    new_buf(&tar);
    pack_archive(&tar, "ustar", "", files, 2);
    static ledger got;
    ledger_read_memory(pl_buf_str(&tar), &got);
    ck_assert_int_eq(ledger_find(&got, "secret.zip!a.log")->end.status, PL_SOURCE_ENCRYPTED);
    ck_assert_str_eq(ledger_find(&got, "open")->text.ptr, "readable\n");
    ledger_release(&got);
    pl_buf_release(&zip);
    pl_buf_release(&tar);
}
END_TEST

START_TEST(names_keep_utf8_backslashes_dots_and_duplicates)
{
    static const pack_file files[] = {
        ENTRY("h\xc3\xb6st/\xe6\x97\xa5.log", "1\n"),
        ENTRY("C\\Windows\\x.log", "2\n"),
        ENTRY("../../etc/passwd", "3\n"),
        ENTRY("same", "4\n"),
        ENTRY("same", "5\n"),
        ENTRY("bad\xff"
              "name",
              "6\n"),
    };
    pl_buf tar, zip;
    new_buf(&tar);
    new_buf(&zip);
    pack_archive(&tar, "gnutar", "", files, sizeof files / sizeof *files);
    /* without the last: it would claim to be UTF-8 in the zip file; that was made on DOS, where
     * backslashes part folders */
    pack_zip(&zip, true, files, sizeof files / sizeof *files - 1);
    assert_ledger(pl_buf_str(&tar), "|tar|container\n"
                                    "h\xc3\xb6st/\xe6\x97\xa5.log|tar|read|2\n"
                                    "C\\Windows\\x.log|tar|read|2\n"
                                    "../../etc/passwd|tar|read|2\n"
                                    "same|tar|read|2\nsame|tar|read|2\n"
                                    "bad\xef\xbf\xbdname|tar|read|2\n");
    assert_ledger(pl_buf_str(&zip), "|zip|container\n"
                                    "h\xc3\xb6st/\xe6\x97\xa5.log|zip|read|2\n"
                                    "C/Windows/x.log|zip|read|2\n"
                                    "../../etc/passwd|zip|read|2\n"
                                    "same|zip|read|2\nsame|zip|read|2\n");
    pl_buf_release(&tar);
    pl_buf_release(&zip);
}
END_TEST

START_TEST(pax_names_that_are_utf8_come_through)
{
    /* written by hand: the writer needs a UTF-8 locale for it */
    pl_buf tar;
    new_buf(&tar);
    static const pack_file files[] = {ENTRY("x", "23 path=h\xc3\xb6st/l\xc3\xb6g.txt\n"),
                                      ENTRY("plain", "text\n")};
    pack_archive(&tar, "ustar", "", files, 2);
    tar.ptr[156] = 'x';
    unsigned sum = 0;
    memset(tar.ptr + 148, ' ', 8);
    for (int i = 0; i < 512; i++)
        sum += (unsigned char)tar.ptr[i];
    snprintf(tar.ptr + 148, 8, "%06o", sum);
    assert_ledger(pl_buf_str(&tar), "|tar|container\nh\xc3\xb6st/l\xc3\xb6g.txt|tar|read|5\n");
    pl_buf_release(&tar);
}
END_TEST

START_TEST(content_does_not_depend_on_the_container)
{
    pl_buf text, archive, packed;
    new_buf(&text);
    new_buf(&archive);
    new_buf(&packed);
    pack_lines(&text, (3 << 20) + 17);
    const pack_file file = {"x", pl_buf_str(&text), 0, NULL};
    pack_zip(&archive, true, &file, 1);
    pack(&packed, PL_FORMAT_ZSTD, pl_buf_str(&text));
    static ledger plain, zipped, compressed;
    ledger_read_memory(pl_buf_str(&text), &plain);
    ledger_read_memory(pl_buf_str(&archive), &zipped);
    ledger_read_memory(pl_buf_str(&packed), &compressed);
    pl_hash128 hash = plain.rows[0].end.content;
    ck_assert_mem_eq(zipped.rows[1].end.content.bytes, hash.bytes, 16);
    ck_assert_mem_eq(compressed.rows[0].end.content.bytes, hash.bytes, 16);
    ck_assert_uint_eq(zipped.rows[1].end.bytes, text.len);
    ck_assert(pl_str_equal(pl_buf_str(&zipped.rows[1].text), pl_buf_str(&text)));
    ledger_release(&plain);
    ledger_release(&zipped);
    ledger_release(&compressed);
    pl_buf_release(&text);
    pl_buf_release(&archive);
    pl_buf_release(&packed);
}
END_TEST

START_TEST(prefixes_are_hashed_on_the_way)
{
    static const uint64_t lengths[] = {0, 1, 3, 65536, 1 << 20, (1 << 20) + 1, 1500000, 2000001};
    pl_buf text;
    new_buf(&text);
    pl_buf_append(&text, PL_STR("\xef\xbb\xbf"));
    pack_lines(&text, 2000000 - 3);
    pl_reader *reader;
    pl_member member;
    pl_member_end end;
    ck_assert_int_eq(pl_reader_open_memory(pl_buf_str(&text), "t", &reader, NULL), PL_OK);
    ck_assert_int_eq(pl_reader_next(reader, &member, NULL), PL_OK);
    for (size_t i = 0; i < 8; i++)
        ck_assert_int_eq(pl_reader_want_prefix(reader, lengths[i], NULL), PL_OK);
    ck_assert_int_eq(pl_reader_want_prefix(reader, 5, NULL), PL_ERR_USAGE);
    ck_assert_int_eq(pl_reader_end(reader, &end, NULL), PL_OK);
    for (size_t i = 0; i < 8; i++) {
        pl_content_hash *hash = pl_content_hash_new();
        pl_content_hash_add(hash, pl_str_slice(pl_buf_str(&text), 0, (size_t)lengths[i]));
        pl_hash128 got, wanted = pl_content_hash_now(hash);
        pl_content_hash_free(hash);
        ck_assert_int_eq(pl_reader_prefix(reader, lengths[i], &got), lengths[i] <= text.len);
        if (lengths[i] <= text.len)
            ck_assert_mem_eq(got.bytes, wanted.bytes, 16);
    }
    pl_hash128 unused;
    ck_assert(!pl_reader_prefix(reader, 7, &unused)); /* never wanted */
    pl_reader_free(reader);
    pl_buf_release(&text);
}
END_TEST

START_TEST(prefixes_that_have_gone_by_cannot_be_wanted)
{
    pl_reader *reader;
    pl_member member;
    pl_block block;
    ck_assert_int_eq(pl_reader_open_memory(PL_STR("some text\n"), "t", &reader, NULL), PL_OK);
    ck_assert_int_eq(pl_reader_next(reader, &member, NULL), PL_OK);
    ck_assert_int_eq(pl_reader_block(reader, &block, NULL), PL_OK);
    ck_assert_int_eq(pl_reader_want_prefix(reader, 4, NULL), PL_ERR_USAGE);
    pl_reader_free(reader);
}
END_TEST

START_TEST(members_need_not_be_read_to_go_on)
{
    pl_buf archive, packed;
    new_buf(&archive);
    new_buf(&packed);
    pack_archive(&archive, "ustar", "", two, 2);
    pack(&packed, PL_FORMAT_GZIP, pl_buf_str(&archive));
    pl_reader *reader;
    pl_member member;
    ck_assert_int_eq(pl_reader_open_memory(pl_buf_str(&packed), "x.tgz", &reader, NULL), PL_OK);
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(pl_reader_next(reader, &member, NULL), PL_OK);
    ck_assert(pl_str_equal(member.member, PL_STR("dir/b.log")));
    ck_assert(pl_str_equal(member.path, PL_STR("x.tgz")));
    ck_assert_int_eq(pl_reader_next(reader, &member, NULL), PL_DONE);
    pl_reader_free(reader);
    pl_buf_release(&archive);
    pl_buf_release(&packed);
}
END_TEST

START_TEST(files_are_read_as_memory_is)
{
    char path[] = "/tmp/test_reader.XXXXXX";
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    pl_buf zip;
    new_buf(&zip);
    pack_zip(&zip, true, two, 2);
    ck_assert_int_eq(write(fd, zip.ptr, zip.len), (ssize_t)zip.len);
    struct timespec times[2] = {{1684800000, 123456000}, {1684800000, 123456000}};
    ck_assert_int_eq(futimens(fd, times), 0);
    close(fd);
    pl_reader *reader;
    static ledger got;
    ck_assert_int_eq(pl_reader_open(path, &reader, NULL), PL_OK);
    ck_assert_int_eq(ledger_read(reader, &got), PL_DONE);
    ledger_assert(&got, archives[7].ledger);
    ck_assert_int_eq(got.rows[0].mtime_us, INT64_C(1684800000123456));
    ck_assert_uint_eq(got.rows[0].end.bytes, zip.len);
    pl_reader_free(reader);
    ledger_release(&got);
    pl_buf_release(&zip);
    unlink(path);
}
END_TEST

START_TEST(standard_input_is_read_as_a_stream)
{
    pl_buf zip;
    new_buf(&zip);
    pack_zip(&zip, true, two, 2);
    int fds[2];
    ck_assert_int_eq(pipe(fds), 0);
    ck_assert_int_eq(write(fds[1], zip.ptr, zip.len), (ssize_t)zip.len);
    close(fds[1]);
    ck_assert_int_eq(dup2(fds[0], STDIN_FILENO), STDIN_FILENO);
    pl_reader *reader;
    static ledger got;
    ck_assert_int_eq(pl_reader_open("-", &reader, NULL), PL_OK);
    ck_assert_int_eq(ledger_read(reader, &got), PL_DONE);
    ledger_assert(&got, archives[7].ledger);
    ck_assert_int_eq(got.rows[0].mtime_us, PL_TIME_NONE);
    pl_reader_free(reader);
    ledger_release(&got);
    ck_assert_int_eq(fcntl(STDIN_FILENO, F_GETFD), 0); /* still open */
    ck_assert_int_eq(pl_reader_open("-", &reader, NULL), PL_OK);
    ck_assert_int_eq(ledger_read(reader, &got), PL_DONE);
    ledger_assert(&got, "|stdin|empty\n");
    pl_reader_free(reader);
    pl_buf_release(&zip);
}
END_TEST

START_TEST(what_cannot_be_opened_is_an_unreadable_member)
{
    static const char *const paths[] = {"/nonexistent/x", "/"};
    static const char *const problems[] = {"No such file or directory", "Is a directory"};
    for (int i = 0; i < 2; i++) {
        pl_reader *reader;
        static ledger got;
        ck_assert_int_eq(pl_reader_open(paths[i], &reader, NULL), PL_OK);
        ck_assert_int_eq(ledger_read(reader, &got), PL_DONE);
        ledger_assert(&got, "|file|unreadable\n");
        ck_assert_str_eq(got.rows[0].problem, problems[i]);
        ck_assert(!got.rows[0].end.has_content);
        pl_reader_free(reader);
        ledger_release(&got);
    }
}
END_TEST

START_TEST(holes_of_sparse_files_are_zeros)
{
    /* an old GNU sparse header: 1,000 zeros, then "end\n" */
    pl_buf tar;
    new_buf(&tar);
    static const pack_file file = ENTRY("sparse.log", "end\n");
    pack_archive(&tar, "gnutar", "", &file, 1);
    tar.ptr[156] = 'S';
    memcpy(tar.ptr + 386,
           "00000001750\0"
           "00000000004\0",
           24);
    memcpy(tar.ptr + 483, "00000001754\0", 12); /* 1,004: all of it */
    memset(tar.ptr + 148, ' ', 8);
    unsigned sum = 0;
    for (int i = 0; i < 512; i++)
        sum += (unsigned char)tar.ptr[i];
    snprintf(tar.ptr + 148, 8, "%06o", sum);
    static ledger got;
    ledger_read_memory(pl_buf_str(&tar), &got);
    ledger_assert(&got, "|tar|container\nsparse.log|tar|read|1004\n");
    for (int i = 0; i < 1000; i++)
        ck_assert_int_eq(got.rows[1].text.ptr[i], 0);
    ck_assert_str_eq(got.rows[1].text.ptr + 1000, "end\n");
    ledger_release(&got);
    pl_buf_release(&tar);
}
END_TEST

static void pack_7z_in_lz4(pl_buf *out)
{
    pl_buf archive;
    new_buf(&archive);
    pack_archive(&archive, "7zip", "", two, 2);
    pack(out, PL_FORMAT_LZ4, pl_buf_str(&archive));
    pl_buf_release(&archive);
}

START_TEST(every_failed_allocation_is_reported)
{
    pl_buf nested;
    new_buf(&nested);
    if (_i == 0)
        pack_nested(&nested, 3);
    else
        pack_7z_in_lz4(&nested);
    static ledger got;
    pl_status status = PL_ERR_NOMEM;
    long n = 0;
    for (; status == PL_ERR_NOMEM; n++) {
        ck_assert_int_lt(n, 1000);
        pl_reader *reader = NULL;
        got.count = 0;
        pl_alloc_fail_after(n);
        status = pl_reader_open_memory(pl_buf_str(&nested), "t", &reader, NULL);
        if (status == PL_OK)
            status = ledger_read(reader, &got);
        pl_alloc_fail_after(-1);
        pl_reader_free(reader);
        if (status == PL_ERR_NOMEM)
            ledger_release(&got);
    }
    ck_assert_int_eq(status, PL_DONE);
    ck_assert_int_gt(n, 10);
    ledger_assert(&got, _i == 0 ? "|tar|container\nin|zip|container\nin!in|tar|container\n"
                                  "in!in!log|tar|read|5\n"
                                : archives[10].ledger);
    ledger_release(&got);
    pl_buf_release(&nested);
}
END_TEST

static void read_to_end(const char *path)
{
    pl_reader *reader;
    pl_member member;
    pl_member_end end;
    pl_status status;
    ck_assert_int_eq(pl_reader_open(path, &reader, NULL), PL_OK);
    while ((status = pl_reader_next(reader, &member, NULL)) == PL_OK) {
        ck_assert_int_eq(pl_reader_end(reader, &end, NULL), PL_OK);
        ck_assert_int_ne(end.status, PL_SOURCE_UNREADABLE);
    }
    ck_assert_int_eq(status, PL_DONE);
    pl_reader_free(reader);
}

START_TEST(the_corpus_is_read_to_its_end)
{
    const char *root = getenv("PHASELINE_ROOT"), *corpus = getenv("PHASELINE_CORPUS");
    pl_buf path;
    pl_buf_init(&path, 4096);
    pl_buf_appendf(&path, "%s%s/odd",
                   corpus != NULL ? corpus
                   : root != NULL ? root
                                  : ".",
                   corpus != NULL ? "" : "/../shared/corpus");
    if (access(path.ptr, R_OK) == 0) {
        const char *const paths[] = {path.ptr};
        pl_walk *walk;
        pl_walk_item item;
        ck_assert_int_eq(pl_walk_new(paths, 1, &walk, NULL), PL_OK);
        while (pl_walk_next(walk, &item, NULL) == PL_OK)
            if (item.kind == PL_WALK_FILE)
                read_to_end(item.path);
        pl_walk_free(walk);
    }
    pl_buf_release(&path);
}
END_TEST

START_TEST(statuses_have_the_words_of_the_ledger)
{
    ck_assert_str_eq(pl_source_status_name(PL_SOURCE_READ), "read");
    ck_assert_str_eq(pl_source_status_name(PL_SOURCE_NO_DIALECT), "no-dialect");
    ck_assert_str_eq(pl_source_status_name(PL_SOURCE_UNREADABLE), "unreadable");
    ck_assert_str_eq(pl_source_status_name(PL_SOURCE_TOO_DEEP), "too-deep");
}
END_TEST

static Suite *make_suite(void)
{
    Suite *suite = suite_create("reader");
    TCase *tcase = tcase_create("reader");
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, plain_text_is_one_member);
    tcase_add_loop_test(tcase, what_holds_no_lines_has_no_blocks_and_says_why, 0, 6);
    tcase_add_test(tcase, codecs_are_seen_through_and_nest);
    tcase_add_loop_test(tcase, archives_give_their_members_whatever_is_around_them, 0, ARCHIVES);
    tcase_add_test(tcase, zips_written_to_disk_are_read_stored_or_deflated);
    tcase_add_loop_test(tcase, archives_in_archives_are_opened_to_depth_four, 0, 5);
    tcase_add_test(tcase, zips_in_zips_are_read_between_their_neighbours);
    tcase_add_test(tcase, a_7z_and_a_cab_inside_others_are_read);
    tcase_add_test(tcase, stored_bytes_of_an_inner_zip_may_look_like_its_own_marks);
    tcase_add_test(tcase, a_7z_too_large_to_be_held_is_a_limit);
    tcase_add_test(tcase, members_of_archives_are_unpacked_and_keep_the_archive_as_kind);
    tcase_add_test(tcase, folders_give_no_row_and_links_say_where_they_point);
    tcase_add_test(tcase, encrypted_members_are_told_and_others_read);
    tcase_add_test(tcase, names_keep_utf8_backslashes_dots_and_duplicates);
    tcase_add_test(tcase, pax_names_that_are_utf8_come_through);
    tcase_add_test(tcase, content_does_not_depend_on_the_container);
    tcase_add_test(tcase, prefixes_are_hashed_on_the_way);
    tcase_add_test(tcase, prefixes_that_have_gone_by_cannot_be_wanted);
    tcase_add_test(tcase, members_need_not_be_read_to_go_on);
    tcase_add_test(tcase, files_are_read_as_memory_is);
    tcase_add_test(tcase, standard_input_is_read_as_a_stream);
    tcase_add_test(tcase, what_cannot_be_opened_is_an_unreadable_member);
    tcase_add_test(tcase, holes_of_sparse_files_are_zeros);
    tcase_add_loop_test(tcase, every_failed_allocation_is_reported, 0, 2);
    tcase_add_test(tcase, the_corpus_is_read_to_its_end);
    tcase_add_test(tcase, statuses_have_the_words_of_the_ledger);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    SRunner *runner = srunner_create(make_suite());
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
