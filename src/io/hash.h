/* hash.h - the one hash of the program: XXH3 (xxhash.com).  Identity, not tamper evidence. */
#ifndef PL_IO_HASH_H
#define PL_IO_HASH_H

#include <stdint.h>

#include "base/str.h"

typedef struct pl_hash128 {
    uint8_t bytes[16]; /* canonical (big-endian) XXH3-128 */
} pl_hash128;

uint64_t pl_hash64(pl_str s);
pl_hash128 pl_hash128_of(pl_str s);

/* The content hash of a stream: XXH3-128 over the XXH3-128 of every PL_CONTENT_CHUNK bytes. */
#define PL_CONTENT_CHUNK ((size_t)1 << 20)
typedef struct pl_content_hash pl_content_hash;
pl_content_hash *pl_content_hash_new(void); /* NULL: no memory */
void pl_content_hash_free(pl_content_hash *hash);
void pl_content_hash_reset(pl_content_hash *hash);
void pl_content_hash_add(pl_content_hash *hash, pl_str bytes);
/* The hash of all bytes added so far; more may be added after it. */
pl_hash128 pl_content_hash_now(const pl_content_hash *hash);
/* Bytes added so far. */
uint64_t pl_content_hash_bytes(const pl_content_hash *hash);

#endif
