/*
 * archive.c - libarchive fed by hand.
 *
 * It gets the source in chunks that stay ours; of a tar or zip behind a lead: bytes that make it
 * take whatever follows for the right format.  So it can be opened anew at any place behind damage.
 */
#include "io/archive.h"

#include <errno.h>
#include <inttypes.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include <archive.h>
#include <archive_entry.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/civil.h"
#include "base/escape.h"

#define TAR_RECORD 512
#define CHUNK_BYTES ((size_t)64 << 10)
/* Of a damaged zip entry libarchive drops what it unpacked from the chunk with the damage. */
#define ZIP_CHUNK_BYTES ((size_t)4 << 10)
#define HEAD_7Z_BYTES 32
#define HEAD_7Z_DIRECTORY 12 /* in it: how far behind it the directory is, and how long */
#define HEAD_CAB_BYTES 12
#define HEAD_CAB_SIZE 8  /* in it: of the whole cabinet */
#define ZIP_END_BYTES 22 /* of the record that ends a zip file, without its comment */
#define ZIP_END_MAGIC PL_STR("PK\5\6")
#define OVERLAP 3 /* bytes kept of the chunk before, so that no magic falls between two */

struct pl_archive {
    pl_format format;
    struct archive *handle;      /* owned */
    struct archive_entry *entry; /* a view into handle */
    pl_stream *source;           /* owned */
    locale_t utf8_locale;        /* owned; (locale_t)0: the system has none */
    bool by_directory;           /* read by its directory: 7z always, zip where that is possible */
    bool is_broken;              /* libarchive must not be asked for more */
    bool at_end;                 /* libarchive asked for more than the source has */
    uint64_t told_bytes;         /* how large a 7z or cab says it is, 0 of others */
    uint64_t entries;
    unsigned resumes;
    pl_ending ending;
    pl_buf name;       /* of the entry */
    uint64_t base_off; /* in the source, of the byte after the lead */
    pl_str lead;       /* empty when read by directory */
    bool lead_given;
    uint64_t end_magic_off; /* of the last zip end record seen, UINT64_MAX before one was */
    uint64_t chunk_off;     /* in the source, of the chunk */
    size_t chunk_len;
    size_t chunk_at; /* of the byte that libarchive gets next; beyond chunk_len: skips */
    char window[OVERLAP + CHUNK_BYTES]; /* the chunk is behind the overlap */
};

struct tar_header {
    char name[100], numbers[48], check_sum[8], type, target[100], magic[8], rest[247];
};
_Static_assert(sizeof(struct tar_header) == TAR_RECORD, "a header is one record");

/* Of a folder, which gives no entry. */
static const struct tar_header tar_lead = {.name = "./",
                                           .check_sum = "002041",
                                           .type = '5',
                                           .magic = {'u', 's', 't', 'a', 'r', 0, '0', '0'}};

/* The mark of a split zip file: behind it libarchive looks for the next entry by its magic. */
static const char zip_lead[] = {'P', 'K', '\7', '\10'};

static void find_end_magic(struct pl_archive *archive)
{
    pl_str window = {archive->window, OVERLAP + archive->chunk_len};
    size_t at = 0;
    while ((at = pl_str_find(window, ZIP_END_MAGIC, at)) != SIZE_MAX)
        archive->end_magic_off = archive->chunk_off + at++ - OVERLAP;
}

/* Makes the next bytes of the source the chunk; false where there are no more, then it stays. */
static bool next_chunk(struct pl_archive *archive)
{
    char *chunk = archive->window + OVERLAP;
    memmove(archive->window, archive->window + archive->chunk_len, OVERLAP);
    size_t room = archive->format == PL_FORMAT_ZIP ? ZIP_CHUNK_BYTES : CHUNK_BYTES;
    size_t len = pl_stream_read(archive->source, chunk, room);
    if (len == 0)
        return false;
    archive->chunk_off += archive->chunk_len;
    archive->chunk_at -= archive->chunk_len;
    archive->chunk_len = len;
    if (archive->format == PL_FORMAT_ZIP)
        find_end_magic(archive);
    return true;
}

/* Where the bytes known so far end. */
static uint64_t known_end(const struct pl_archive *archive)
{
    return archive->chunk_off + archive->chunk_len;
}

static la_ssize_t on_read(struct archive *handle, void *data, const void **bytes)
{
    (void)handle;
    struct pl_archive *archive = data;
    if (!archive->lead_given && archive->lead.len > 0) {
        archive->lead_given = true;
        *bytes = archive->lead.ptr;
        return (la_ssize_t)archive->lead.len;
    }
    while (archive->chunk_at >= archive->chunk_len)
        if (!next_chunk(archive)) {
            archive->at_end = true;
            return 0;
        }
    *bytes = archive->window + OVERLAP + archive->chunk_at;
    size_t len = archive->chunk_len - archive->chunk_at;
    archive->chunk_at = archive->chunk_len;
    return (la_ssize_t)len;
}

static void seek_source(struct pl_archive *archive, uint64_t off)
{
    pl_stream_seek(archive->source, off);
    memset(archive->window, 0, OVERLAP);
    archive->chunk_off = off;
    archive->chunk_len = archive->chunk_at = 0;
    archive->at_end = false;
}

static la_int64_t on_seek(struct archive *handle, void *data, la_int64_t offset, int whence)
{
    (void)handle;
    struct pl_archive *archive = data;
    la_int64_t from = 0;
    if (whence == SEEK_CUR)
        from = (la_int64_t)(archive->chunk_off + archive->chunk_at);
    else if (whence == SEEK_END)
        from = (la_int64_t)archive->source->size;
    if (__builtin_add_overflow(from, offset, &from) || from < 0)
        return ARCHIVE_FATAL;
    seek_source(archive, (uint64_t)from);
    return from;
}

static void support_format(const struct pl_archive *archive, struct archive *handle)
{
    if (archive->format == PL_FORMAT_TAR) {
        archive_read_support_format_tar(handle);
        archive_read_set_format_option(handle, "tar", "read_concatenated_archives", "1");
    } else if (archive->format == PL_FORMAT_7Z) {
        archive_read_support_format_7zip(handle);
    } else if (archive->format == PL_FORMAT_CAB) {
        archive_read_support_format_cab(handle);
    } else if (archive->by_directory) {
        archive_read_support_format_zip_seekable(handle);
    } else {
        archive_read_support_format_zip_streamable(handle);
    }
}

/* A new handle that reads from where the source stands.  False: no memory, or not taken for a zip.
 */
static bool open_handle(struct pl_archive *archive)
{
    archive_read_free(archive->handle);
    struct archive *handle = archive->handle = archive_read_new();
    if (handle == NULL)
        return false;
    support_format(archive, handle);
    if (archive->by_directory)
        archive_read_set_seek_callback(handle, on_seek);
    archive_read_set_read_callback(handle, on_read);
    archive_read_set_callback_data(handle, archive);
    return archive_read_open1(handle) == ARCHIVE_OK;
}

/* Opens anew at `off` of the source; before the chunk only where the source can seek. */
static bool restart(struct pl_archive *archive, uint64_t off)
{
    archive->at_end = false;
    if (archive->source->ops->seek != NULL)
        seek_source(archive, off);
    else
        archive->chunk_at = (size_t)(off - archive->chunk_off);
    archive->by_directory = false;
    archive->base_off = off;
    archive->lead_given = false;
    if (archive->format == PL_FORMAT_TAR)
        archive->lead = (pl_str){(const char *)&tar_lead, sizeof tar_lead};
    else
        archive->lead = (pl_str){zip_lead, sizeof zip_lead};
    return open_handle(archive);
}

static uint64_t number_at(pl_str head, size_t off, size_t bytes)
{
    uint64_t number = 0;
    for (size_t i = bytes; i > 0; i--)
        number = number << 8 | (unsigned char)head.ptr[off + i - 1];
    return number;
}

static uint64_t told_bytes(pl_format format, pl_stream *source)
{
    pl_str head = pl_stream_peek(source, HEAD_7Z_BYTES);
    uint64_t bytes = 0;
    if (format == PL_FORMAT_CAB && head.len >= HEAD_CAB_BYTES)
        bytes = number_at(head, HEAD_CAB_SIZE, 4);
    if (format != PL_FORMAT_7Z || head.len < HEAD_7Z_BYTES)
        return bytes;
    if (__builtin_add_overflow(number_at(head, HEAD_7Z_DIRECTORY, 8),
                               number_at(head, HEAD_7Z_DIRECTORY + 8, 8), &bytes) ||
        __builtin_add_overflow(bytes, HEAD_7Z_BYTES, &bytes))
        bytes = 0;
    return bytes;
}

/* Tar and zip can be opened at every entry. */
static bool can_restart(const struct pl_archive *archive)
{
    return archive->format == PL_FORMAT_TAR || archive->format == PL_FORMAT_ZIP;
}

static bool open_first(struct pl_archive *archive)
{
    if (archive->by_directory)
        seek_source(archive, 0);
    if (archive->by_directory || !can_restart(archive))
        return open_handle(archive) || (can_restart(archive) && restart(archive, 0));
    return restart(archive, 0);
}

pl_archive *pl_archive_new(pl_format format, pl_stream *source)
{
    struct pl_archive *archive = pl_alloc(1, sizeof *archive);
    if (archive == NULL)
        return NULL;
    archive->format = format;
    archive->source = source;
    archive->end_magic_off = UINT64_MAX;
    pl_buf_init(&archive->name, PL_ARCHIVE_NAME_MAX);
    /* In the C locale libarchive drops names it knows to be UTF-8. */
    archive->utf8_locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    archive->told_bytes = told_bytes(format, source);
    archive->by_directory = pl_format_has_directory(format) && source->ops->seek != NULL;
    if (open_first(archive))
        return archive;
    archive->source = NULL;
    pl_archive_free(archive);
    return NULL;
}

void pl_archive_free(pl_archive *archive)
{
    if (archive == NULL)
        return;
    archive_read_free(archive->handle);
    pl_stream_free(archive->source);
    if (archive->utf8_locale != (locale_t)0)
        freelocale(archive->utf8_locale);
    pl_buf_release(&archive->name);
    pl_release(archive);
}

/* How far libarchive has come in the source. */
static uint64_t position(const struct pl_archive *archive)
{
    uint64_t off = (uint64_t)archive_filter_bytes(archive->handle, 0);
    return archive->base_off + (off > archive->lead.len ? off - archive->lead.len : 0);
}

static const char *words_of(const struct pl_archive *archive)
{
    const char *words = archive_error_string(archive->handle);
    return words != NULL ? words : "no details";
}

/* True when the source is known to end before the archive does. */
static bool is_cut(const struct pl_archive *archive)
{
    uint64_t size = archive->source->size;
    return archive->at_end || (size != PL_STREAM_SIZE_UNKNOWN && size < archive->told_bytes);
}

static void note_fault(struct pl_archive *archive)
{
    const pl_ending *under = &archive->source->ending;
    const char *format = pl_format_name(archive->format);
    if (under->status != PL_SOURCE_READ)
        pl_ending_set(&archive->ending, under->status, "%s", under->problem);
    else if (strstr(words_of(archive), "is encrypted") != NULL)
        pl_ending_set(&archive->ending, PL_SOURCE_ENCRYPTED, "the names in the %s are encrypted",
                      format);
    else if (archive->format == PL_FORMAT_7Z && is_cut(archive))
        pl_ending_set(&archive->ending, PL_SOURCE_TRUNCATED,
                      "%s ends early, its directory is missing", format);
    else if (is_cut(archive))
        pl_ending_set(&archive->ending, PL_SOURCE_TRUNCATED, "%s ends early at byte %" PRIu64,
                      format, known_end(archive));
    else
        pl_ending_set(&archive->ending, PL_SOURCE_DAMAGED, "%s is damaged at byte %" PRIu64 ": %s",
                      format, position(archive), words_of(archive));
}

/* Goes behind the place where libarchive gave up; false: there is nothing, or too much damage. */
static bool resume(struct pl_archive *archive)
{
    if (!can_restart(archive) || archive->resumes++ == PL_ARCHIVE_RESUME_MAX)
        return false;
    if (archive->by_directory && archive->entries == 0)
        return restart(archive, 0);
    uint64_t off = position(archive) + 1;
    if (archive->source->ops->seek == NULL && off < archive->chunk_off)
        off = archive->chunk_off;
    if (archive->format == PL_FORMAT_TAR)
        off = (off + TAR_RECORD - 1) / TAR_RECORD * TAR_RECORD;
    if (archive->at_end && off >= known_end(archive))
        return false;
    return restart(archive, off);
}

/* libarchive takes the end of a file for the end of the archive: true when that was not marked. */
static bool lacks_end(const struct pl_archive *archive, uint64_t header_off)
{
    if (archive->by_directory)
        return false;
    if (archive->format == PL_FORMAT_TAR)
        return position(archive) == header_off;
    if (archive->format == PL_FORMAT_CAB)
        return known_end(archive) < archive->told_bytes;
    return archive->end_magic_off == UINT64_MAX || archive->end_magic_off < header_off ||
           archive->end_magic_off + ZIP_END_BYTES > known_end(archive);
}

/* At the end of the entries: reads on to the end of the source, whose fault may come only there. */
static void finish(struct pl_archive *archive)
{
    uint64_t header_off = (uint64_t)archive_read_header_position(archive->handle);
    header_off = archive->base_off + header_off - archive->lead.len;
    bool more = !archive->by_directory;
    while (more) {
        archive->chunk_at = archive->chunk_len;
        more = next_chunk(archive);
    }
    if (archive->source->ending.status != PL_SOURCE_READ)
        note_fault(archive);
    else if (lacks_end(archive, header_off))
        pl_ending_set(&archive->ending, PL_SOURCE_TRUNCATED,
                      "%s ends without its end mark, members may be missing",
                      pl_format_name(archive->format));
}

static void set_name(struct pl_archive *archive)
{
    const char *name = archive_entry_pathname_utf8(archive->entry);
    if (name == NULL)
        name = archive_entry_pathname(archive->entry);
    pl_str rest = pl_str_of(name != NULL ? name : "(unreadable name)");
    pl_buf_clear(&archive->name);
    while (rest.len > 0 && archive->name.len + 4 <= PL_ARCHIVE_NAME_MAX) {
        uint32_t c;
        size_t len = pl_utf8_next(rest, &c);
        pl_buf_append(&archive->name,
                      c == UINT32_MAX ? PL_STR("\xef\xbf\xbd") : pl_str_slice(rest, 0, len));
        rest = pl_str_slice(rest, len, rest.len);
    }
}

static int64_t mtime_of(struct archive_entry *entry)
{
    int64_t us;
    if (!archive_entry_mtime_is_set(entry) ||
        __builtin_mul_overflow((int64_t)archive_entry_mtime(entry), PL_US_PER_SECOND, &us) ||
        __builtin_add_overflow(us, archive_entry_mtime_nsec(entry) / 1000, &us))
        return PL_TIME_NONE;
    return us;
}

static void set_special(struct archive_entry *from, pl_entry *entry)
{
    entry->special = NULL;
    entry->target = archive_entry_hardlink(from);
    if (entry->target != NULL) {
        entry->special = "hard link to ";
        return;
    }
    entry->target = archive_entry_symlink(from);
    switch (archive_entry_filetype(from)) {
    case AE_IFLNK:
        entry->special = "symbolic link to ";
        break;
    case AE_IFCHR:
        entry->special = "character device";
        break;
    case AE_IFBLK:
        entry->special = "block device";
        break;
    case AE_IFIFO:
        entry->special = "pipe";
        break;
    case AE_IFSOCK:
        entry->special = "socket";
        break;
    default:
        break;
    }
    if (entry->target == NULL)
        entry->target = "";
}

static uint64_t size_of(struct archive_entry *entry)
{
    bool told = archive_entry_size_is_set(entry) && archive_entry_size(entry) >= 0;
    return told ? (uint64_t)archive_entry_size(entry) : PL_STREAM_SIZE_UNKNOWN;
}

static pl_status describe(struct pl_archive *archive, pl_entry *entry)
{
    set_name(archive);
    entry->name = pl_buf_str(&archive->name);
    entry->mtime_us = mtime_of(archive->entry);
    entry->size = size_of(archive->entry);
    entry->is_encrypted = archive_entry_is_encrypted(archive->entry) != 0;
    set_special(archive->entry, entry);
    return archive->name.failed == PL_OK ? PL_OK : PL_ERR_NOMEM;
}

static bool has_no_memory(const struct pl_archive *archive)
{
    return archive->source->meter->nomem || archive->handle == NULL ||
           archive_errno(archive->handle) == ENOMEM;
}

static pl_status next_entry(struct pl_archive *archive, pl_entry *entry)
{
    while (!archive->is_broken) {
        int result = archive_read_next_header(archive->handle, &archive->entry);
        if (result == ARCHIVE_OK || result == ARCHIVE_WARN) {
            archive->entries++;
            if (archive_entry_filetype(archive->entry) != AE_IFDIR)
                return describe(archive, entry);
            continue;
        }
        if (has_no_memory(archive))
            return PL_ERR_NOMEM;
        if (result == ARCHIVE_EOF) {
            finish(archive);
            return archive->source->meter->nomem ? PL_ERR_NOMEM : PL_DONE;
        }
        note_fault(archive);
        if (result == ARCHIVE_FATAL && !resume(archive))
            return has_no_memory(archive) ? PL_ERR_NOMEM : PL_DONE;
    }
    note_fault(archive);
    return PL_DONE;
}

pl_status pl_archive_next(pl_archive *archive, pl_entry *entry)
{
    locale_t callers = uselocale(archive->utf8_locale); /* of this thread only */
    pl_status status = next_entry(archive, entry);
    uselocale(callers);
    return status;
}

const pl_ending *pl_archive_ending(const pl_archive *archive)
{
    return &archive->ending;
}

pl_format pl_archive_format(const pl_archive *archive)
{
    return archive->format;
}

uint64_t pl_archive_bytes(const pl_archive *archive)
{
    return archive->source->made;
}

struct entry_stream {
    pl_stream stream;
    struct pl_archive *archive; /* borrowed */
    pl_str piece;               /* given by libarchive, not yet handed out */
    uint64_t hole;              /* zeros to hand out before it: sparse files have them */
    uint64_t off;               /* behind the piece */
    bool is_over;               /* no piece follows */
};

/* What libarchive says of members that are as they should be, but not for it. */
static const struct {
    const char *words;
    pl_source_status status;
    const char *problem;
} beyond_it[] = {
    {"Unsupported", PL_SOURCE_UNREADABLE, NULL},
    {"Unexpected codec", PL_SOURCE_UNREADABLE, NULL},
    {"Unknown codec", PL_SOURCE_UNREADABLE, NULL},
    {"Compression method not supported", PL_SOURCE_UNREADABLE, NULL},
    {"Crypto codec", PL_SOURCE_ENCRYPTED, "encrypted"},
    {"Cannot restore this file split", PL_SOURCE_UNREADABLE,
     "goes on in another cabinet of the same set, which is not joined to this one"},
};

/* False: they are damaged. */
static bool end_beyond(pl_ending *ending, const char *format, const char *words)
{
    for (size_t i = 0; i < sizeof beyond_it / sizeof *beyond_it; i++)
        if (strncmp(words, beyond_it[i].words, strlen(beyond_it[i].words)) == 0) {
            const char *problem = beyond_it[i].problem != NULL ? beyond_it[i].problem : words;
            pl_ending_set(ending, beyond_it[i].status, "%s: %s", format, problem);
            return true;
        }
    return false;
}

static void end_entry(struct entry_stream *entry, int result)
{
    pl_archive *archive = entry->archive;
    pl_stream *stream = &entry->stream;
    const char *format = pl_format_name(archive->format), *words = words_of(archive);
    entry->is_over = true;
    /* Its cab reader goes on with a block that it has given up, and crashes. */
    archive->is_broken = archive->format == PL_FORMAT_CAB && result == ARCHIVE_FATAL;
    if (archive->format == PL_FORMAT_TAR && entry->off == stream->size)
        return; /* only the padding behind it is missing: the archive's fault */
    if (archive_errno(archive->handle) == ENOMEM && result == ARCHIVE_FATAL)
        pl_stream_nomem(stream);
    if (archive->source->ending.status != PL_SOURCE_READ)
        pl_ending_set(&stream->ending, archive->source->ending.status, "%s",
                      archive->source->ending.problem);
    else if (end_beyond(&stream->ending, format, words))
        return;
    else if (archive->at_end)
        pl_ending_set(&stream->ending, PL_SOURCE_TRUNCATED,
                      "%s ends early after %" PRIu64 " bytes of this member", format, entry->off);
    else
        pl_ending_set(&stream->ending, PL_SOURCE_DAMAGED,
                      "%s is damaged after %" PRIu64 " bytes of this member: %s", format,
                      entry->off, words);
}

/* libarchive may give a last piece and a fault in one call. */
static void next_piece(struct entry_stream *entry)
{
    const void *bytes = NULL;
    size_t len = 0;
    la_int64_t off = 0;
    int result = archive_read_data_block(entry->archive->handle, &bytes, &len, &off);
    if (result == ARCHIVE_EOF) {
        entry->is_over = true;
        return;
    }
    if (bytes != NULL || len == 0) {
        if (off > 0 && (uint64_t)off > entry->off)
            entry->hole = (uint64_t)off - entry->off;
        entry->piece = (pl_str){bytes, len};
        entry->off += entry->hole + len;
    }
    if (result != ARCHIVE_OK)
        end_entry(entry, result);
}

static size_t entry_read(pl_stream *stream, char *dst, size_t room)
{
    struct entry_stream *entry = (struct entry_stream *)stream;
    while (entry->piece.len == 0 && entry->hole == 0 && !entry->is_over)
        next_piece(entry);
    if (entry->hole > 0) {
        size_t zeros = entry->hole < room ? (size_t)entry->hole : room;
        memset(dst, 0, zeros);
        entry->hole -= zeros;
        return zeros;
    }
    pl_str part = pl_str_slice(entry->piece, 0, room);
    if (part.len > 0)
        memcpy(dst, part.ptr, part.len);
    entry->piece = pl_str_slice(entry->piece, part.len, entry->piece.len);
    return part.len;
}

static void entry_free(pl_stream *stream)
{
    pl_release(stream);
}

pl_stream *pl_archive_entry_stream(pl_archive *archive)
{
    static const pl_stream_ops ops[] = {
        [PL_FORMAT_TAR] = {"tar", entry_read, NULL, entry_free},
        [PL_FORMAT_ZIP] = {"zip", entry_read, NULL, entry_free},
        [PL_FORMAT_7Z] = {"7z", entry_read, NULL, entry_free},
        [PL_FORMAT_CAB] = {"cab", entry_read, NULL, entry_free},
    };
    struct entry_stream *entry = pl_alloc(1, sizeof *entry);
    if (entry == NULL)
        return NULL;
    pl_stream *stream = (pl_stream *)entry;
    stream->ops = &ops[archive->format];
    stream->meter = archive->source->meter;
    stream->size = size_of(archive->entry);
    entry->archive = archive;
    return stream;
}
