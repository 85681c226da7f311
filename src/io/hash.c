/* hash.c - XXH3 in its canonical form, whole and chunk by chunk. */
#include "io/hash.h"

#include <stdalign.h>
#include <string.h>

#define XXH_STATIC_LINKING_ONLY /* the state as a type, so that it can be embedded and copied */
#include <xxhash.h>
#if defined(__x86_64__)
#include <xxh_x86dispatch.h> /* the same functions, in the library's AVX forms: twice as fast */
#endif

#include "base/alloc.h"

struct pl_content_hash {
    XXH3_state_t outer;   /* over the hashes of the chunks that are complete */
    XXH3_state_t chunk;   /* over the bytes of the chunk that is not */
    size_t chunk_bytes;   /* 0 .. PL_CONTENT_CHUNK - 1 */
    uint64_t total_bytes; /* all added */
    void *memory;         /* owned: what pl_alloc() gave, less aligned than the states need */
};

static pl_hash128 canonical(XXH128_hash_t value)
{
    XXH128_canonical_t canon;
    XXH128_canonicalFromHash(&canon, value);
    pl_hash128 out;
    _Static_assert(sizeof out == sizeof canon, "both are 16 bytes, most significant first");
    memcpy(&out, &canon, sizeof out);
    return out;
}

uint64_t pl_hash64(pl_str s)
{
    return XXH3_64bits(s.len > 0 ? s.ptr : "", s.len);
}

pl_hash128 pl_hash128_of(pl_str s)
{
    return canonical(XXH3_128bits(s.len > 0 ? s.ptr : "", s.len));
}

pl_content_hash *pl_content_hash_new(void)
{
    size_t align = alignof(pl_content_hash);
    char *memory = pl_alloc(1, sizeof(pl_content_hash) + align);
    if (memory == NULL)
        return NULL;
    void *aligned = memory + (align - (uintptr_t)memory % align) % align;
    pl_content_hash *hash = aligned;
    hash->memory = memory;
    pl_content_hash_reset(hash);
    return hash;
}

void pl_content_hash_free(pl_content_hash *hash)
{
    if (hash != NULL)
        pl_release(hash->memory);
}

void pl_content_hash_reset(pl_content_hash *hash)
{
    XXH3_128bits_reset(&hash->outer);
    XXH3_128bits_reset(&hash->chunk);
    hash->chunk_bytes = 0;
    hash->total_bytes = 0;
}

static void add_chunk(XXH3_state_t *outer, const XXH3_state_t *chunk)
{
    pl_hash128 hash = canonical(XXH3_128bits_digest(chunk));
    XXH3_128bits_update(outer, hash.bytes, sizeof hash.bytes);
}

void pl_content_hash_add(pl_content_hash *hash, pl_str bytes)
{
    hash->total_bytes += bytes.len;
    while (bytes.len > 0) {
        pl_str part = pl_str_slice(bytes, 0, PL_CONTENT_CHUNK - hash->chunk_bytes);
        XXH3_128bits_update(&hash->chunk, part.ptr, part.len);
        hash->chunk_bytes += part.len;
        bytes = pl_str_slice(bytes, part.len, bytes.len);
        if (hash->chunk_bytes == PL_CONTENT_CHUNK) {
            add_chunk(&hash->outer, &hash->chunk);
            XXH3_128bits_reset(&hash->chunk);
            hash->chunk_bytes = 0;
        }
    }
}

pl_hash128 pl_content_hash_now(const pl_content_hash *hash)
{
    XXH3_state_t outer;
    XXH3_copyState(&outer, &hash->outer);
    if (hash->chunk_bytes > 0)
        add_chunk(&outer, &hash->chunk);
    return canonical(XXH3_128bits_digest(&outer));
}

uint64_t pl_content_hash_bytes(const pl_content_hash *hash)
{
    return hash->total_bytes;
}
