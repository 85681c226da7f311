/* test_archive.c - damaged archives: what was before the damage, what comes after it, what is said.
 */
#include "io/archive.h"

#include <stdlib.h>
#include <string.h>

#include <check.h>

#include "ledger.h"
#include "pack.h"

#define NAME_A "a.txt"
#define NAME_B "b.txt"
#define A_BYTES 1000
#define B_BYTES 700

/* Two members; texts of A_BYTES and B_BYTES that do not resemble each other. */
struct pair {
    pl_buf a, b, archive;
};

static void pair_init(struct pair *pair)
{
    pl_buf_init(&pair->a, PACK_MAX);
    pl_buf_init(&pair->b, PACK_MAX);
    pl_buf_init(&pair->archive, PACK_MAX);
    pack_lines(&pair->a, A_BYTES);
    pl_buf_append(&pair->b, PL_STR("the other one\n"));
    pack_lines(&pair->b, B_BYTES - pair->b.len);
}

static void pair_release(struct pair *pair)
{
    pl_buf_release(&pair->a);
    pl_buf_release(&pair->b);
    pl_buf_release(&pair->archive);
}

enum { TAR, ZIP_STORED, ZIP_DEFLATED, ZIP_PIPED, SEVENZIP, CAB_STORED, CAB_MSZIP };

static void pair_pack(struct pair *pair, int kind)
{
    pair_init(pair);
    const pack_file files[] = {{NAME_A, pl_buf_str(&pair->a), 0, NULL},
                               {NAME_B, pl_buf_str(&pair->b), 0, NULL}};
    if (kind == TAR)
        pack_archive(&pair->archive, "ustar", "", files, 2);
    else if (kind == ZIP_PIPED)
        pack_archive(&pair->archive, "zip", "", files, 2);
    else if (kind == SEVENZIP)
        pack_archive(&pair->archive, "7zip", "", files, 2);
    else if (kind == CAB_STORED || kind == CAB_MSZIP)
        pack_cab(&pair->archive, kind == CAB_MSZIP, files, 2);
    else
        pack_zip(&pair->archive, kind == ZIP_DEFLATED, files, 2);
}

/* The text of a row that must be the front of `whole`, and whole when its status says so. */
static void assert_front(const ledger_row *row, const pl_buf *whole)
{
    ck_assert_uint_le(row->text.len, whole->len);
    ck_assert_mem_eq(row->text.ptr, whole->ptr, row->text.len);
    if (row->end.status == PL_SOURCE_READ)
        ck_assert_uint_eq(row->text.len, whole->len);
}

static bool has_row(const ledger *all, const char *name)
{
    for (size_t i = 0; i < all->count; i++)
        if (strcmp(all->rows[i].name, name) == 0)
            return true;
    return false;
}

/* How the container ended: its second row when it has one, else well. */
static pl_source_status container_status(const ledger *all)
{
    ck_assert_uint_ge(all->count, 1);
    ck_assert_int_eq(all->rows[0].end.status, PL_SOURCE_CONTAINER);
    const ledger_row *last = &all->rows[all->count - 1];
    return all->count > 1 && last->name[0] == '\0' ? last->end.status : PL_SOURCE_READ;
}

START_TEST(a_tar_cut_anywhere_keeps_what_is_before)
{
    /* header 0, a 512..1512 (padded to 1536), header 1536, b 2048..2748 (to 3072), end mark ..4096
     */
    struct pair pair;
    static ledger got;
    pair_pack(&pair, TAR);
    for (size_t cut = 263; cut <= 4096; cut++) {
        ledger_read_memory(pl_str_slice(pl_buf_str(&pair.archive), 0, cut), &got);
        ck_assert_int_eq(has_row(&got, NAME_A), cut >= 512);
        ck_assert_int_eq(has_row(&got, NAME_B), cut >= 2048);
        if (cut >= 512) {
            const ledger_row *a = ledger_find(&got, NAME_A);
            assert_front(a, &pair.a);
            ck_assert_uint_eq(a->text.len, cut - 512 < A_BYTES ? cut - 512 : A_BYTES);
            ck_assert_int_eq(a->end.status, cut < 1512 ? PL_SOURCE_TRUNCATED : PL_SOURCE_READ);
        }
        if (cut >= 2048) {
            const ledger_row *b = ledger_find(&got, NAME_B);
            assert_front(b, &pair.b);
            ck_assert_uint_eq(b->text.len, cut - 2048 < B_BYTES ? cut - 2048 : B_BYTES);
            ck_assert_int_eq(b->end.status, cut < 2748 ? PL_SOURCE_TRUNCATED : PL_SOURCE_READ);
        }
        bool whole = cut >= 3584 && cut % 512 == 0;
        ck_assert_int_eq(container_status(&got), whole ? PL_SOURCE_READ : PL_SOURCE_TRUNCATED);
        ledger_release(&got);
    }
    pair_release(&pair);
}
END_TEST

START_TEST(a_zip_cut_anywhere_keeps_what_is_before)
{
    struct pair pair;
    static ledger got;
    pair_pack(&pair, _i);
    pl_str all = pl_buf_str(&pair.archive);
    size_t b_off = pl_str_find(all, PL_STR("PK\3\4"), 4);
    size_t directory_off = pl_str_find(all, PL_STR("PK\1\2"), 0);
    size_t descriptor = _i == ZIP_PIPED ? 24 : 0; /* at most; libarchive does not ask for it */
    for (size_t cut = 4; cut < all.len; cut++) {
        ledger_read_memory(pl_str_slice(all, 0, cut), &got);
        ck_assert_int_eq(container_status(&got), PL_SOURCE_TRUNCATED);
        if (has_row(&got, NAME_A))
            assert_front(ledger_find(&got, NAME_A), &pair.a);
        if (has_row(&got, NAME_B))
            assert_front(ledger_find(&got, NAME_B), &pair.b);
        if (cut >= b_off + 8) /* the 24 bytes that a descriptor can have are there */
            ck_assert_int_eq(ledger_find(&got, NAME_A)->end.status, PL_SOURCE_READ);
        else if (cut < b_off - descriptor && has_row(&got, NAME_A))
            ck_assert_int_eq(ledger_find(&got, NAME_A)->end.status, PL_SOURCE_TRUNCATED);
        if (cut >= directory_off + 8)
            ck_assert_int_eq(ledger_find(&got, NAME_B)->end.status, PL_SOURCE_READ);
        if (cut > b_off - 100 - descriptor)
            ck_assert_uint_gt(ledger_find(&got, NAME_A)->text.len, A_BYTES / 3);
        ledger_release(&got);
    }
    ledger_read_memory(all, &got);
    ck_assert_int_eq(container_status(&got), PL_SOURCE_READ);
    ck_assert_uint_eq(got.count, 3);
    ledger_release(&got);
    pair_release(&pair);
}
END_TEST

START_TEST(a_compressed_tar_cut_anywhere_keeps_what_is_before)
{
    struct pair pair;
    pl_buf packed;
    static ledger got;
    pair_pack(&pair, TAR);
    pl_buf_init(&packed, PACK_MAX);
    pack(&packed, PL_FORMAT_GZIP, pl_buf_str(&pair.archive));
    for (size_t cut = packed.len / 8; cut < packed.len; cut++) {
        ledger_read_memory(pl_str_slice(pl_buf_str(&packed), 0, cut), &got);
        const ledger_row *last = &got.rows[got.count - 1];
        ck_assert_int_eq(last->end.status, PL_SOURCE_TRUNCATED);
        ck_assert_ptr_nonnull(strstr(last->problem, "gzip stream ends early"));
        if (has_row(&got, NAME_A))
            assert_front(ledger_find(&got, NAME_A), &pair.a);
        if (has_row(&got, NAME_B))
            assert_front(ledger_find(&got, NAME_B), &pair.b);
        ledger_release(&got);
    }
    pl_buf_release(&packed);
    pair_release(&pair);
}
END_TEST

START_TEST(damage_in_the_first_member_does_not_reach_the_second)
{
    struct pair pair;
    static ledger got;
    pair_pack(&pair, _i);
    pl_str all = pl_buf_str(&pair.archive);
    size_t b_off = _i == TAR ? 1536 : pl_str_find(all, PL_STR("PK\3\4"), 4);
    for (size_t at = _i == TAR ? 0 : 4; at < b_off; at++) {
        if (_i == TAR && at >= 257 && at < 263)
            continue; /* without its magic it is no archive */
        pair.archive.ptr[at] ^= 0x10;
        ledger_read_memory(all, &got);
        ck_assert_msg(has_row(&got, NAME_B), "byte %zu", at);
        const ledger_row *b = ledger_find(&got, NAME_B);
        ck_assert_msg(b->end.status == PL_SOURCE_READ, "byte %zu: %s", at, b->problem);
        assert_front(b, &pair.b);
        pair.archive.ptr[at] ^= 0x10;
        ledger_release(&got);
    }
    pair_release(&pair);
}
END_TEST

START_TEST(damaged_bytes_of_a_zip_or_7z_are_never_taken_for_good_ones)
{
    struct pair pair;
    static ledger got;
    pair_pack(&pair, _i);
    pl_str all = pl_buf_str(&pair.archive);
    for (size_t at = _i == SEVENZIP ? 6 : 4; at < all.len; at++) {
        pair.archive.ptr[at] ^= 0x10;
        ledger_read_memory(all, &got);
        for (size_t i = 0; i < got.count; i++) {
            const ledger_row *row = &got.rows[i];
            pl_str text = pl_buf_str(&row->text);
            ck_assert_msg(row->end.status != PL_SOURCE_READ ||
                              pl_str_equal(text, pl_buf_str(&pair.a)) ||
                              pl_str_equal(text, pl_buf_str(&pair.b)),
                          "byte %zu: %s", at, row->name);
        }
        pair.archive.ptr[at] ^= 0x10;
        ledger_release(&got);
    }
    pair_release(&pair);
}
END_TEST

START_TEST(a_zip_in_a_stream_goes_on_behind_damage)
{
    struct pair pair;
    pl_buf packed;
    static ledger got;
    pair_pack(&pair, _i);
    size_t b_off = pl_str_find(pl_buf_str(&pair.archive), PL_STR("PK\3\4"), 4);
    pair.archive.ptr[b_off / 2] ^= 0x55;
    pair.archive.ptr[b_off / 2 + 1] ^= 0x55;
    pl_buf_init(&packed, PACK_MAX);
    pack(&packed, PL_FORMAT_GZIP, pl_buf_str(&pair.archive));
    ledger_read_memory(pl_buf_str(&packed), &got);
    ck_assert_int_eq(ledger_find(&got, NAME_A)->end.status, PL_SOURCE_DAMAGED);
    ck_assert_int_eq(ledger_find(&got, NAME_B)->end.status, PL_SOURCE_READ);
    assert_front(ledger_find(&got, NAME_B), &pair.b);
    ledger_release(&got);
    pl_buf_release(&packed);
    pair_release(&pair);
}
END_TEST

START_TEST(problems_of_zip_members_name_the_check_sum)
{
    struct pair pair;
    static ledger got;
    pair_pack(&pair, ZIP_STORED);
    pair.archive.ptr[100] ^= 1; /* in the bytes of a */
    ledger_read_memory(pl_buf_str(&pair.archive), &got);
    const ledger_row *a = ledger_find(&got, NAME_A);
    ck_assert_int_eq(a->end.status, PL_SOURCE_DAMAGED);
    ck_assert_ptr_nonnull(strstr(a->problem, "zip is damaged after 1000 bytes of this member: "));
    ck_assert_ptr_nonnull(strstr(a->problem, "bad CRC"));
    ck_assert_uint_eq(a->text.len, A_BYTES); /* all of it is kept */
    ck_assert_int_eq(container_status(&got), PL_SOURCE_READ);
    ledger_release(&got);
    pair_release(&pair);
}
END_TEST

START_TEST(damage_deep_in_a_large_zip_member_keeps_what_is_before)
{
    pl_buf text, zip;
    pl_buf_init(&text, PACK_MAX);
    pl_buf_init(&zip, PACK_MAX);
    pack_lines(&text, 2 << 20);
    const pack_file file = {NAME_A, pl_buf_str(&text), 0, NULL};
    pack_zip(&zip, true, &file, 1);
    memset(zip.ptr + zip.len / 2, 0xff, 64);
    static ledger got;
    ledger_read_memory(pl_buf_str(&zip), &got);
    const ledger_row *a = ledger_find(&got, NAME_A);
    ck_assert_int_eq(a->end.status, PL_SOURCE_DAMAGED);
    /* half, less the chunk of 4 KiB that held the damage: some 16 KiB unpacked */
    ck_assert_uint_gt(a->text.len, text.len / 2 - (64 << 10));
    size_t same = 0;
    while (same < a->text.len && a->text.ptr[same] == text.ptr[same])
        same++;
    ck_assert_uint_gt(same, text.len / 2 - (64 << 10));
    ledger_release(&got);
    pl_buf_release(&text);
    pl_buf_release(&zip);
}
END_TEST

START_TEST(a_zip_whose_directory_is_broken_is_read_as_a_stream)
{
    struct pair pair;
    static ledger got;
    pair_pack(&pair, ZIP_DEFLATED);
    size_t directory_off = pl_str_find(pl_buf_str(&pair.archive), PL_STR("PK\1\2"), 0);
    memset(pair.archive.ptr + directory_off, 'x', 40);
    ledger_read_memory(pl_buf_str(&pair.archive), &got);
    ck_assert_int_eq(ledger_find(&got, NAME_A)->end.status, PL_SOURCE_READ);
    ck_assert_int_eq(ledger_find(&got, NAME_B)->end.status, PL_SOURCE_READ);
    ck_assert_int_eq(container_status(&got), PL_SOURCE_DAMAGED);
    ledger_release(&got);
    pair_release(&pair);
}
END_TEST

START_TEST(an_inner_archive_that_is_cut_does_not_end_the_outer)
{
    struct pair pair;
    pl_buf outer;
    static ledger got;
    pair_pack(&pair, TAR);
    pl_buf_init(&outer, PACK_MAX);
    const pack_file files[] = {
        {"in.tar", pl_str_slice(pl_buf_str(&pair.archive), 0, 2100), 0, NULL},
        {"after", PL_STR("after\n"), 0, NULL}};
    pack_archive(&outer, "ustar", "", files, 2);
    ledger_read_memory(pl_buf_str(&outer), &got);
    ledger_assert(&got, "|tar|container\nin.tar|tar|container\nin.tar!a.txt|tar|read|1000\n"
                        "in.tar!b.txt|tar|truncated|52\nin.tar|tar|truncated\nafter|tar|read|6\n");
    ledger_release(&got);
    pl_buf_release(&outer);
    pair_release(&pair);
}
END_TEST

START_TEST(two_tars_in_one_file_are_both_read)
{
    pl_buf tar;
    pl_buf_init(&tar, PACK_MAX);
    static const pack_file one = {"one", PL_STR_INIT("1\n"), 0, NULL};
    static const pack_file two = {"two", PL_STR_INIT("2\n"), 0, NULL};
    pack_archive(&tar, "ustar", "", &one, 1);
    pack_archive(&tar, "gnutar", "", &two, 1);
    static ledger got;
    ledger_read_memory(pl_buf_str(&tar), &got);
    ledger_assert(&got, "|tar|container\none|tar|read|2\ntwo|tar|read|2\n");
    ledger_release(&got);
    pl_buf_release(&tar);
}
END_TEST

START_TEST(a_7z_cut_anywhere_has_no_members_and_says_so)
{
    struct pair pair;
    static ledger got;
    pair_pack(&pair, SEVENZIP);
    pl_str all = pl_buf_str(&pair.archive);
    for (size_t cut = 6; cut < all.len; cut++) {
        ledger_read_memory(pl_str_slice(all, 0, cut), &got);
        ledger_assert(&got, "|7z|container\n|7z|truncated\n");
        ledger_release(&got);
    }
    pair_release(&pair);
}
END_TEST

START_TEST(a_cab_cut_anywhere_keeps_the_blocks_before)
{
    pl_buf text, cab;
    static ledger got;
    pl_buf_init(&text, PACK_MAX);
    pl_buf_init(&cab, PACK_MAX);
    pack_lines(&text, 3 * PACK_CAB_BLOCK);
    const pack_file files[] = {{NAME_A, pl_buf_str(&text), 0, NULL},
                               {NAME_B, PL_STR_INIT("the other one\n"), 0, NULL}};
    pack_cab(&cab, _i != 0, files, 2);
    pl_str all = pl_buf_str(&cab);
    for (size_t cut = 8; cut < all.len; cut += cut < 200 ? 1 : 211) {
        ledger_read_memory(pl_str_slice(all, 0, cut), &got);
        ck_assert_int_eq(container_status(&got), PL_SOURCE_TRUNCATED);
        if (has_row(&got, NAME_A))
            assert_front(ledger_find(&got, NAME_A), &text);
        if (_i == 0 && cut > 200) /* the heads of all and of the blocks are shorter than that */
            ck_assert_uint_ge(ledger_find(&got, NAME_A)->text.len + PACK_CAB_BLOCK, cut - 200);
        ledger_release(&got);
    }
    ledger_read_memory(all, &got);
    ledger_assert(&got, "|cab|container\na.txt|cab|read|98304\nb.txt|cab|read|14\n");
    ck_assert(pl_str_equal(pl_buf_str(&got.rows[1].text), pl_buf_str(&text)));
    ledger_release(&got);
    pl_buf_release(&text);
    pl_buf_release(&cab);
}
END_TEST

/* libarchive checks a stored block only at its end: a member before that is told to be well. */
START_TEST(damage_in_the_blocks_of_a_cab_is_told)
{
    struct pair pair;
    static ledger got;
    pair_pack(&pair, _i);
    size_t body = 44 + 2 * (16 + sizeof NAME_A); /* the table of files has no check sum */
    for (size_t at = body; at < pair.archive.len; at++) {
        pair.archive.ptr[at] ^= 0x10;
        ledger_read_memory(pl_buf_str(&pair.archive), &got);
        bool is_told = container_status(&got) != PL_SOURCE_READ;
        for (size_t i = 1; i < got.count; i++)
            is_told |= got.rows[i].end.status != PL_SOURCE_READ;
        ck_assert_msg(is_told, "byte %zu", at);
        if (_i == CAB_MSZIP)
            ck_assert_msg(!has_row(&got, NAME_A) ||
                              ledger_find(&got, NAME_A)->end.status != PL_SOURCE_READ,
                          "byte %zu", at);
        pair.archive.ptr[at] ^= 0x10;
        ledger_release(&got);
    }
    pair_release(&pair);
}
END_TEST

START_TEST(a_7z_without_members_is_only_a_container)
{
    pl_buf archive;
    static ledger got;
    pl_buf_init(&archive, PACK_MAX);
    pack_archive(&archive, "7zip", "", NULL, 0);
    ledger_read_memory(pl_buf_str(&archive), &got);
    ledger_assert(&got, "|7z|container\n");
    ledger_release(&got);
    pl_buf_release(&archive);
}
END_TEST

/* Written by 7-Zip: one member s.log, stored; with the password x. */
#define SECRET_7Z                                                                                  \
    "\x37\x7a\xbc\xaf\x27\x1c\x00\x04\x55\x36\x59\x63\x10\x00\x00\x00\x00\x00\x00\x00\x62\x00"     \
    "\x00\x00\x00\x00\x00\x00\xd1\xe7\xcb\xb3\xe5\x7c\x25\x98\x05\x7c\xcf\x7e\xbb\x3c\x19\xe8"     \
    "\xa8\x37\x95\xcc\x01\x04\x06\x00\x01\x09\x10\x00\x07\x0b\x01\x00\x02\x24\x06\xf1\x07\x01"     \
    "\x12\x53\x0f\x21\xad\x51\xbb\x25\xec\x20\xb2\xe9\x80\x52\xb4\xb0\x14\xbb\x15\x01\x00\x01"     \
    "\x00\x0c\x0c\x0c\x00\x08\x0a\x01\xf3\x16\x7d\xca\x00\x00\x05\x01\x19\x03\x00\x00\x00\x11"     \
    "\x0d\x00\x73\x00\x2e\x00\x6c\x00\x6f\x00\x67\x00\x00\x00\x14\x0a\x01\x00\x75\x6c\xe8\x25"     \
    "\xc9\x7a\xdd\x01\x15\x06\x01\x00\x20\x80\xa4\x81\x00\x00"
/* The same with its names encrypted, too. */
#define SECRET_NAMES_7Z                                                                            \
    "\x37\x7a\xbc\xaf\x27\x1c\x00\x04\x2c\x97\x4d\xf1\x80\x00\x00\x00\x00\x00\x00\x00\x2e\x00"     \
    "\x00\x00\x00\x00\x00\x00\xd0\x00\xdc\xd6\x73\x80\xbe\x7e\x74\x49\x0a\xb3\x2d\xe3\xc0\x04"     \
    "\x31\xe0\xfb\xbd\x5c\x31\xad\xa3\xd3\x86\x0f\xd4\xf0\x89\x4d\x32\xb3\x70\x0b\xe4\x3f\xc0"     \
    "\x8b\x25\x55\xf3\xf3\x61\xbf\x7b\x98\xef\x73\xe1\xa3\xc5\x76\x03\x8e\xb1\x21\x9e\x67\x8f"     \
    "\xe9\x6a\xbe\x66\x8c\xf2\x9e\xa0\x16\xa4\x8a\xb2\xc7\xf6\xd0\x6a\x6e\x0c\x4e\xc1\x24\x4a"     \
    "\x0d\x63\x50\x71\xd4\xac\x7c\xa3\x5f\x98\xbe\xed\x0e\xd4\x77\x89\x9c\xfd\x74\xcb\x99\xe6"     \
    "\x0c\xa3\x1f\x6a\xf9\x64\x3e\x17\x08\x03\xe2\xf9\x13\x90\xde\xa6\xfb\x92\x7c\x72\x4b\x55"     \
    "\x2b\x31\xb8\x1c\x46\x8d\x17\x06\x10\x01\x09\x70\x00\x07\x0b\x01\x00\x01\x24\x06\xf1\x07"     \
    "\x01\x12\x53\x0f\xc5\x19\xa8\xf6\x97\x42\x19\x46\x44\x35\x80\x1b\x29\x74\xaa\xe9\x0c\x62"     \
    "\x0a\x01\x40\x87\xd3\x39\x00\x00"

START_TEST(an_encrypted_7z_is_told_as_such)
{
    static const struct {
        pl_str bytes;
        const char *ledger;
    } secrets[] = {
        {PL_STR_INIT(SECRET_7Z), "|7z|container\ns.log|7z|encrypted\n"},
        {PL_STR_INIT(SECRET_NAMES_7Z), "|7z|container\n|7z|encrypted\n"},
    };
    static ledger got;
    ledger_read_memory(secrets[_i].bytes, &got);
    ledger_assert(&got, secrets[_i].ledger);
    ledger_release(&got);
}
END_TEST

START_TEST(a_member_that_goes_on_in_another_cabinet_is_unreadable)
{
    pl_buf text, cab;
    static ledger got;
    pl_buf_init(&text, PACK_MAX);
    pl_buf_init(&cab, PACK_MAX);
    pack_lines(&text, A_BYTES);
    const pack_file files[] = {{NAME_A, pl_buf_str(&text), 0, NULL},
                               {NAME_B, PL_STR_INIT("the front"), 0, "next.cab"}};
    pack_cab(&cab, false, files, 2);
    ledger_read_memory(pl_buf_str(&cab), &got);
    ledger_assert(&got, "|cab|container\na.txt|cab|read|1000\nb.txt|cab|unreadable\n");
    ck_assert_ptr_nonnull(strstr(ledger_find(&got, NAME_B)->problem, "in another cabinet"));
    ledger_release(&got);
    pl_buf_release(&text);
    pl_buf_release(&cab);
}
END_TEST

START_TEST(an_archive_of_nothing_but_damage_ends)
{
    pl_buf zip;
    pl_buf_init(&zip, PACK_MAX);
    for (int i = 0; i < 200000; i++)
        pl_buf_append(&zip, PL_STR("PK\3\4"));
    static ledger got;
    pl_reader *reader;
    pl_member member;
    ck_assert_int_eq(pl_reader_open_memory(pl_buf_str(&zip), "t", &reader, NULL), PL_OK);
    size_t members = 0;
    while (pl_reader_next(reader, &member, NULL) == PL_OK)
        members++;
    ck_assert_uint_le(members, 2 * PL_ARCHIVE_RESUME_MAX + 2);
    pl_reader_free(reader);
    ledger_release(&got);
    pl_buf_release(&zip);
}
END_TEST

static Suite *make_suite(void)
{
    Suite *suite = suite_create("archive");
    TCase *tcase = tcase_create("archive");
    tcase_set_timeout(tcase, 240);
    tcase_add_test(tcase, a_tar_cut_anywhere_keeps_what_is_before);
    tcase_add_loop_test(tcase, a_zip_cut_anywhere_keeps_what_is_before, ZIP_STORED, ZIP_PIPED + 1);
    tcase_add_test(tcase, a_compressed_tar_cut_anywhere_keeps_what_is_before);
    tcase_add_loop_test(tcase, damage_in_the_first_member_does_not_reach_the_second, TAR,
                        ZIP_PIPED + 1);
    tcase_add_loop_test(tcase, damaged_bytes_of_a_zip_or_7z_are_never_taken_for_good_ones,
                        ZIP_STORED, SEVENZIP + 1);
    tcase_add_loop_test(tcase, a_zip_in_a_stream_goes_on_behind_damage, ZIP_STORED, ZIP_PIPED + 1);
    tcase_add_test(tcase, problems_of_zip_members_name_the_check_sum);
    tcase_add_test(tcase, damage_deep_in_a_large_zip_member_keeps_what_is_before);
    tcase_add_test(tcase, a_zip_whose_directory_is_broken_is_read_as_a_stream);
    tcase_add_test(tcase, an_inner_archive_that_is_cut_does_not_end_the_outer);
    tcase_add_test(tcase, two_tars_in_one_file_are_both_read);
    tcase_add_test(tcase, a_7z_cut_anywhere_has_no_members_and_says_so);
    tcase_add_loop_test(tcase, a_cab_cut_anywhere_keeps_the_blocks_before, 0, 2);
    tcase_add_loop_test(tcase, damage_in_the_blocks_of_a_cab_is_told, CAB_STORED, CAB_MSZIP + 1);
    tcase_add_test(tcase, a_7z_without_members_is_only_a_container);
    tcase_add_loop_test(tcase, an_encrypted_7z_is_told_as_such, 0, 2);
    tcase_add_test(tcase, a_member_that_goes_on_in_another_cabinet_is_unreadable);
    tcase_add_test(tcase, an_archive_of_nothing_but_damage_ends);
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
