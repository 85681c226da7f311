/*
 * reader.c - the stack of archives that are open, and the one member that stands on top of it.
 *
 * Way of the bytes: file or archive entry -> unpackers -> either an archive, put on the stack, or
 * text, cut into blocks.  The streams of the members above pull from the archives below.
 */
#include "io/reader.h"

#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/civil.h"
#include "io/archive.h"
#include "io/blocks.h"
#include "io/held.h"
#include "io/sniff.h"
#include "io/stream.h"
#include "io/unpack.h"

#define NAME_BYTES_MAX (PL_ARCHIVE_DEPTH_MAX * (PL_ARCHIVE_NAME_MAX + 1))

struct frame {
    pl_archive *archive; /* owned */
    size_t name_len;     /* of reader->name: the part that names this archive */
    int64_t mtime_us;
};

struct pl_reader {
    const char *path; /* borrowed */
    pl_meter meter;
    int64_t mtime_us;  /* of the file */
    bool has_begun;    /* the file itself has been shown */
    pl_stream *stream; /* owned; of the current member, NULL when an archive took it over */
    pl_member member;  /* the current one */
    pl_ending ending;  /* of a member without blocks; else the stream knows */
    uint64_t bytes;    /* of a member without blocks */
    uint64_t size;     /* what it should hold, or PL_STREAM_SIZE_UNKNOWN */
    bool has_content;  /* the blocks' hash is over all of the member */
    pl_buf name;       /* of the current member inside the file */
    pl_blocks *blocks; /* owned */
    struct frame frames[PL_ARCHIVE_DEPTH_MAX];
    size_t depth; /* frames in use */
};

const char *pl_source_status_name(pl_source_status status)
{
    static const char *const names[] = {
        [PL_SOURCE_READ] = "read",
        [PL_SOURCE_CONTAINER] = "container",
        [PL_SOURCE_NO_DIALECT] = "no-dialect",
        [PL_SOURCE_EMPTY] = "empty",
        [PL_SOURCE_BINARY] = "binary",
        [PL_SOURCE_TRUNCATED] = "truncated",
        [PL_SOURCE_DAMAGED] = "damaged",
        [PL_SOURCE_ENCRYPTED] = "encrypted",
        [PL_SOURCE_SPECIAL] = "special",
        [PL_SOURCE_UNREADABLE] = "unreadable",
        [PL_SOURCE_LIMIT] = "limit",
        [PL_SOURCE_TOO_DEEP] = "too-deep",
    };
    return names[status];
}

static pl_status fail_nomem(const char *path, pl_error *err)
{
    return pl_fail(err, PL_ERR_NOMEM, "no memory to read %s", path);
}

static pl_reader *new_reader(const char *path)
{
    pl_reader *reader = pl_alloc(1, sizeof *reader);
    if (reader == NULL)
        return NULL;
    reader->path = path;
    reader->mtime_us = PL_TIME_NONE;
    reader->meter.free_bytes = PL_UNPACK_FREE_BYTES;
    pl_buf_init(&reader->name, NAME_BYTES_MAX);
    reader->blocks = pl_blocks_new();
    if (reader->blocks != NULL)
        return reader;
    pl_reader_free(reader);
    return NULL;
}

pl_status pl_reader_open(const char *path, pl_reader **out, pl_error *err)
{
    pl_reader *reader = new_reader(path);
    if (reader != NULL)
        reader->stream = pl_stream_open(path, &reader->meter, &reader->mtime_us);
    if (reader != NULL && reader->stream != NULL) {
        *out = reader;
        return PL_OK;
    }
    pl_reader_free(reader);
    return fail_nomem(path, err);
}

pl_status pl_reader_open_memory(pl_str bytes, const char *path, pl_reader **out, pl_error *err)
{
    pl_reader *reader = new_reader(path);
    if (reader != NULL)
        reader->stream = pl_stream_open_memory(bytes, &reader->meter);
    if (reader != NULL && reader->stream != NULL) {
        *out = reader;
        return PL_OK;
    }
    pl_reader_free(reader);
    return fail_nomem(path, err);
}

void pl_reader_free(pl_reader *reader)
{
    if (reader == NULL)
        return;
    pl_stream_free(reader->stream);
    while (reader->depth > 0)
        pl_archive_free(reader->frames[--reader->depth].archive);
    pl_blocks_free(reader->blocks);
    pl_buf_release(&reader->name);
    pl_release(reader);
}

/*
 * What is read by its directory comes into memory where the stream cannot seek.  A zip that is too
 * large for that is read as it comes.
 */
static pl_status make_seekable(pl_reader *reader, pl_format format)
{
    if (reader->stream->ops->seek != NULL || !pl_format_has_directory(format))
        return PL_OK;
    pl_stream *held = pl_held_new(reader->stream, PL_ARCHIVE_HELD_MAX);
    if (held == NULL)
        return PL_ERR_NOMEM;
    reader->stream = held;
    if (format == PL_FORMAT_7Z && held->ops->seek == NULL)
        pl_ending_set(&reader->ending, PL_SOURCE_LIMIT,
                      "a 7z inside something else is read up to %zu MiB, and this is larger",
                      PL_ARCHIVE_HELD_MAX >> 20);
    return PL_OK;
}

/* The member is an archive: the stack takes the stream over. */
static pl_status open_archive(pl_reader *reader, pl_format format)
{
    if (reader->depth == PL_ARCHIVE_DEPTH_MAX) {
        pl_ending_set(&reader->ending, PL_SOURCE_TOO_DEEP, "archives nest deeper than %d",
                      PL_ARCHIVE_DEPTH_MAX);
        return PL_OK;
    }
    reader->member.kind = pl_format_name(format);
    pl_status status = make_seekable(reader, format);
    if (status != PL_OK || reader->ending.status != PL_SOURCE_READ)
        return status;
    uint64_t size = reader->stream->size;
    pl_archive *archive = pl_archive_new(format, reader->stream);
    if (archive == NULL)
        return PL_ERR_NOMEM;
    reader->stream = NULL;
    reader->frames[reader->depth++] =
        (struct frame){archive, reader->name.len, reader->member.mtime_us};
    reader->ending.status = PL_SOURCE_CONTAINER;
    reader->bytes = size != PL_STREAM_SIZE_UNKNOWN ? size : 0;
    return PL_OK;
}

static void end_without_text(pl_reader *reader)
{
    if (reader->stream->ending.status != PL_SOURCE_READ) {
        reader->ending = reader->stream->ending;
        return;
    }
    pl_ending_set(&reader->ending, PL_SOURCE_EMPTY, "%s",
                  reader->bytes == 0 ? "no bytes" : "no bytes but a byte order mark");
    pl_block block;
    while (pl_blocks_next(reader->blocks, &block)) /* to hash the mark */
        continue;
    reader->has_content = true;
}

static void end_binary(pl_reader *reader, const char *known)
{
    if (reader->stream->ending.status != PL_SOURCE_READ)
        reader->ending = reader->stream->ending;
    else if (known != NULL)
        pl_ending_set(&reader->ending, PL_SOURCE_BINARY, "not text: %s", known);
    else
        pl_ending_set(&reader->ending, PL_SOURCE_BINARY, "not text");
    if (reader->stream->size != PL_STREAM_SIZE_UNKNOWN)
        reader->bytes = reader->stream->size;
}

/* The member is neither compressed nor an archive. */
static void open_plain(pl_reader *reader)
{
    pl_member *member = &reader->member;
    size_t text_bytes =
        pl_blocks_begin(reader->blocks, reader->stream, &member->encoding, &member->layout);
    pl_str probe = pl_blocks_probe(reader->blocks);
    const char *known = pl_sniff_binary(probe);
    reader->bytes = probe.len;
    reader->size = reader->stream->size;
    if (text_bytes == 0)
        end_without_text(reader);
    else if (known != NULL ||
             (member->encoding == PL_ENCODING_BINARY && member->layout == PL_LAYOUT_LINES))
        end_binary(reader, known);
    else
        member->has_blocks = reader->has_content = true;
}

static void begin_member(pl_reader *reader, const char *kind, int64_t mtime_us)
{
    reader->member = (pl_member){.path = pl_str_of(reader->path),
                                 .member = pl_buf_str(&reader->name),
                                 .kind = kind,
                                 .mtime_us = mtime_us};
    reader->ending = (pl_ending){.status = PL_SOURCE_READ};
    reader->bytes = 0;
    reader->size = PL_STREAM_SIZE_UNKNOWN;
    reader->has_content = false;
}

/* Finds out what reader->stream holds and makes that the current member. */
static pl_status open_member(pl_reader *reader, const char *kind, int64_t mtime_us)
{
    begin_member(reader, kind, mtime_us);
    for (int unpackers = 0;; unpackers++) {
        pl_format format = pl_sniff(pl_stream_peek(reader->stream, PL_STREAM_HEAD));
        if (pl_format_is_archive(format))
            return open_archive(reader, format);
        if (format == PL_FORMAT_PLAIN)
            break;
        if (unpackers == PL_UNPACK_DEPTH_MAX) {
            pl_ending_set(&reader->ending, PL_SOURCE_TOO_DEEP, "compressed more than %d times",
                          PL_UNPACK_DEPTH_MAX);
            return PL_OK;
        }
        pl_stream *unpacked = pl_unpack_new(format, reader->stream);
        if (unpacked == NULL)
            return PL_ERR_NOMEM;
        reader->stream = unpacked;
        if (reader->depth == 0 && unpackers == 0)
            reader->member.kind = pl_format_name(format);
    }
    open_plain(reader);
    return PL_OK;
}

static pl_status open_entry(pl_reader *reader, const pl_entry *entry)
{
    const struct frame *top = &reader->frames[reader->depth - 1];
    pl_buf_cut(&reader->name, top->name_len);
    if (top->name_len > 0)
        pl_buf_append_char(&reader->name, '!');
    pl_buf_append(&reader->name, entry->name);
    if (reader->name.failed != PL_OK)
        return PL_ERR_NOMEM;
    const char *kind = pl_format_name(pl_archive_format(top->archive));
    begin_member(reader, kind, entry->mtime_us);
    if (entry->special != NULL) {
        pl_ending_set(&reader->ending, PL_SOURCE_SPECIAL, "%s%s", entry->special, entry->target);
        return PL_OK;
    }
    if (entry->is_encrypted) {
        reader->size = entry->size;
        pl_ending_set(&reader->ending, PL_SOURCE_ENCRYPTED, "encrypted");
        return PL_OK;
    }
    reader->stream = pl_archive_entry_stream(top->archive);
    if (reader->stream == NULL)
        return PL_ERR_NOMEM;
    return open_member(reader, kind, entry->mtime_us);
}

/* Takes the archive that has ended from the stack; true when it is to be shown again for its fault.
 */
static bool close_archive(pl_reader *reader)
{
    const struct frame *top = &reader->frames[--reader->depth];
    pl_buf_cut(&reader->name, top->name_len);
    begin_member(reader, pl_format_name(pl_archive_format(top->archive)), top->mtime_us);
    reader->ending = *pl_archive_ending(top->archive);
    reader->bytes = pl_archive_bytes(top->archive);
    pl_archive_free(top->archive);
    return reader->ending.status != PL_SOURCE_READ;
}

static pl_status next_member(pl_reader *reader)
{
    if (!reader->has_begun) {
        reader->has_begun = true;
        return open_member(reader, reader->stream->ops->name, reader->mtime_us);
    }
    pl_stream_free(reader->stream);
    reader->stream = NULL;
    while (reader->depth > 0) {
        pl_entry entry;
        pl_status status = pl_archive_next(reader->frames[reader->depth - 1].archive, &entry);
        if (status == PL_OK)
            return open_entry(reader, &entry);
        if (status != PL_DONE)
            return status;
        if (close_archive(reader))
            return PL_OK;
    }
    return PL_DONE;
}

pl_status pl_reader_next(pl_reader *reader, pl_member *member, pl_error *err)
{
    pl_status status = next_member(reader);
    if (status < 0 || reader->meter.nomem)
        return fail_nomem(reader->path, err);
    if (status == PL_OK)
        *member = reader->member;
    return status;
}

pl_status pl_reader_block(pl_reader *reader, pl_block *block, pl_error *err)
{
    pl_block next = {.len = 0};
    bool more = reader->member.has_blocks && pl_blocks_next(reader->blocks, &next);
    if (reader->meter.nomem)
        return fail_nomem(reader->path, err);
    if (!more)
        return PL_DONE;
    *block = next;
    return PL_OK;
}

pl_status pl_reader_want_prefix(pl_reader *reader, uint64_t bytes, pl_error *err)
{
    if (!reader->member.has_blocks)
        return PL_OK;
    return pl_blocks_want_prefix(reader->blocks, bytes, err);
}

bool pl_reader_prefix(const pl_reader *reader, uint64_t bytes, pl_hash128 *out)
{
    return reader->member.has_blocks && pl_blocks_prefix(reader->blocks, bytes, out);
}

pl_status pl_reader_end(pl_reader *reader, pl_member_end *end, pl_error *err)
{
    pl_block block;
    pl_status status;
    while ((status = pl_reader_block(reader, &block, err)) == PL_OK)
        continue;
    if (status != PL_DONE)
        return status;
    const pl_content_hash *content = pl_blocks_content(reader->blocks);
    bool has_blocks = reader->member.has_blocks;
    const pl_ending *ending = has_blocks ? &reader->stream->ending : &reader->ending;
    *end = (pl_member_end){.status = ending->status,
                           .problem = ending->problem[0] != '\0' ? ending->problem : NULL,
                           .bytes = has_blocks ? pl_content_hash_bytes(content) : reader->bytes,
                           .has_size = reader->size != PL_STREAM_SIZE_UNKNOWN,
                           .size = reader->size,
                           .has_content = reader->has_content};
    if (end->has_content)
        end->content = pl_content_hash_now(content);
    return PL_OK;
}
