/* sniff.c - magic numbers. */
#include "io/sniff.h"

#define TAR_HEADER 512
#define TAR_CHECKSUM_OFF 148
#define TAR_CHECKSUM_LEN 8
#define TAR_MAGIC_OFF 257

static bool is_bzip2(pl_str head)
{
    if (head.len < 10 || !pl_str_starts(head, PL_STR("BZh")) || head.ptr[3] < '1' ||
        head.ptr[3] > '9')
        return false;
    pl_str block = pl_str_slice(head, 4, 6);
    return pl_str_equal(block, PL_STR("\x31\x41\x59\x26\x53\x59")) ||
           pl_str_equal(block, PL_STR("\x17\x72\x45\x38\x50\x90"));
}

static bool is_zstd(pl_str head)
{
    if (pl_str_starts(head, PL_STR("\x28\xb5\x2f\xfd")))
        return true;
    return head.len >= 4 && ((unsigned char)head.ptr[0] & 0xf0) == 0x50 &&
           pl_str_equal(pl_str_slice(head, 1, 3), PL_STR("\x2a\x4d\x18"));
}

static bool is_zip(pl_str head)
{
    return pl_str_starts(head, PL_STR("PK\3\4")) || pl_str_starts(head, PL_STR("PK\5\6")) ||
           pl_str_starts(head, PL_STR("PK\7\10"));
}

/* Tar headers older than "ustar" have only their checksum, over themselves with that field blank.
 */
static bool has_tar_checksum(pl_str head)
{
    if (head.len < TAR_HEADER || head.ptr[0] == '\0')
        return false;
    unsigned long told = 0, sum = 0;
    size_t digits = 0;
    pl_str field = pl_str_slice(head, TAR_CHECKSUM_OFF, TAR_CHECKSUM_LEN);
    for (size_t i = 0; i < field.len; i++) {
        if (field.ptr[i] >= '0' && field.ptr[i] <= '7') {
            told = told * 8 + (unsigned long)(field.ptr[i] - '0');
            digits++;
        } else if (digits > 0) {
            break;
        } else if (field.ptr[i] != ' ') {
            return false;
        }
    }
    for (size_t i = 0; i < TAR_HEADER; i++) {
        bool blank = i - TAR_CHECKSUM_OFF < TAR_CHECKSUM_LEN;
        sum += blank ? ' ' : (unsigned char)head.ptr[i];
    }
    return digits > 0 && told == sum;
}

static bool is_tar(pl_str head)
{
    pl_str magic = pl_str_slice(head, TAR_MAGIC_OFF, 8);
    return pl_str_starts(magic, PL_STR("ustar\0")) || pl_str_equal(magic, PL_STR("ustar  \0")) ||
           has_tar_checksum(head);
}

pl_format pl_sniff(pl_str head)
{
    if (pl_str_starts(head, PL_STR("\x1f\x8b\x08")))
        return PL_FORMAT_GZIP;
    if (pl_str_starts(head, PL_STR("\xfd"
                                   "7zXZ\0")))
        return PL_FORMAT_XZ;
    if (is_zstd(head))
        return PL_FORMAT_ZSTD;
    if (is_bzip2(head))
        return PL_FORMAT_BZIP2;
    if (pl_str_starts(head, PL_STR("\x04\x22\x4d\x18")))
        return PL_FORMAT_LZ4;
    if (is_zip(head))
        return PL_FORMAT_ZIP;
    if (pl_str_starts(head, PL_STR("7z\xbc\xaf\x27\x1c")))
        return PL_FORMAT_7Z;
    if (pl_str_starts(head, PL_STR("MSCF\0\0\0\0")))
        return PL_FORMAT_CAB;
    return is_tar(head) ? PL_FORMAT_TAR : PL_FORMAT_PLAIN;
}

const char *pl_format_name(pl_format format)
{
    static const char *const names[] = {
        [PL_FORMAT_PLAIN] = "plain", [PL_FORMAT_GZIP] = "gzip",   [PL_FORMAT_XZ] = "xz",
        [PL_FORMAT_ZSTD] = "zstd",   [PL_FORMAT_BZIP2] = "bzip2", [PL_FORMAT_TAR] = "tar",
        [PL_FORMAT_LZ4] = "lz4",     [PL_FORMAT_ZIP] = "zip",     [PL_FORMAT_7Z] = "7z",
        [PL_FORMAT_CAB] = "cab",
    };
    return names[format];
}

bool pl_format_is_archive(pl_format format)
{
    return format == PL_FORMAT_TAR || format == PL_FORMAT_ZIP || format == PL_FORMAT_7Z ||
           format == PL_FORMAT_CAB;
}

bool pl_format_has_directory(pl_format format)
{
    return format == PL_FORMAT_ZIP || format == PL_FORMAT_7Z;
}

const char *pl_sniff_binary(pl_str head)
{
    static const struct {
        pl_str magic;
        const char *name;
    } known[] = {
        {{"\x7f"
          "ELF",
          4},
         "elf program"},
        {{"%PDF-", 5}, "pdf document"},
        {{"\x89PNG\r\n", 6}, "png image"},
        {{"\xff\xd8\xff", 3}, "jpeg image"},
        {{"SQLite format 3\0", 16}, "sqlite database"},
        {{"\x02\x21\x4c\x18", 4}, "lz4 in its legacy format, not opened"},
        {{"Rar!\x1a\x07", 6}, "rar archive, not opened"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (pl_str_starts(head, known[i].magic))
            return known[i].name;
    return NULL;
}
