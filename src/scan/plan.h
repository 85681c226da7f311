/*
 * plan.h - how a set of literals is looked for: a window of each, and what tells windows apart.
 *
 * Of each literal the five bytes that are rarest in logs (pl_byte_frequency) and in the fewest
 * other literals are its window; shorter literals have places in it where any byte will do.  Three
 * sieves follow one another, each letting through all windows and ever less of what is none:
 *
 *   1. the kernel, at every place of the text: each window is in one of eight buckets, and each
 * pair of neighbouring bytes is looked up in a table of the buckets that have such a pair there.
 *      Where one bucket has all four, the place goes on.  (A pair is better than a byte: in logs
 * few bytes are rare, but many pairs are.)
 *   2. `maybe`, for the places left: a bit per hash of the window's first four bytes.
 *   3. the literals themselves, by the same hash.
 *
 * ASCII case is folded in 2 (not in 3), so that a literal in any case has one entry.
 */
#ifndef PL_SCAN_PLAN_H
#define PL_SCAN_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "phaseline/error.h"

#include "base/str.h"

#define PL_WINDOW 5
#define PL_WINDOW_HASHED 4 /* bytes of it that the hash is of */
#define PL_WINDOW_PAIRS (PL_WINDOW - 1)
#define PL_PAIR_KINDS 128
#define PL_NIBBLE_KINDS 16
#define PL_HALVES 2
#define PL_MAYBE_BITS 15
#define PL_CHAIN_BITS 10
#define PL_CHAIN_END UINT16_MAX

/* A literal, and where its window begins in it. */
typedef struct pl_sought {
    pl_str text;
    uint32_t hashed; /* the window's first four bytes, folded */
    uint16_t window_off;
    uint16_t next; /* in its chain */
    bool any_case;
} pl_sought;

typedef struct pl_plan {
    /* sieve 1: bit b of an entry is bucket b; for kernels with tables of 128 entries ... */
    uint8_t pairs[PL_WINDOW_PAIRS][PL_PAIR_KINDS];
    /* ... and for those with 16, by the first byte's lower half and by the pair.  They tell less
       apart: of many windows each bucket has two halves, in tables of their own. */
    uint8_t low[PL_HALVES][PL_WINDOW_PAIRS][PL_NIBBLE_KINDS];
    uint8_t mixed[PL_HALVES][PL_WINDOW_PAIRS][PL_NIBBLE_KINDS];
    bool is_halved;
    uint32_t maybe[(1 << PL_MAYBE_BITS) / 32]; /* sieve 2 */
    /* sieve 3: chains of literals by hash, and one of those too short to have one */
    uint16_t chains[1 << PL_CHAIN_BITS], short_chain;
    size_t count;
    pl_sought *sought; /* borrowed */
} pl_plan;

/* Fills `plan` for `sought`, of which `text` and `any_case` are set; fewer than PL_CHAIN_END. */
void pl_plan_make(pl_plan *plan, pl_sought *sought, size_t count);

/* Which of the 128, or 16, kinds a pair is of.  The kernels do the same with SIMD. */
static inline unsigned pl_pair_kind(unsigned char first, unsigned char second)
{
    return (first ^ (unsigned)second << 3) & (PL_PAIR_KINDS - 1);
}

static inline unsigned pl_mixed_kind(unsigned char first, unsigned char second)
{
    return ((unsigned)first >> 4 ^ (unsigned)second >> 2) & (PL_NIBBLE_KINDS - 1);
}

/* The first four bytes of a window as one number, letters without case. */
static inline uint32_t pl_window_hashed(const char *at)
{
    uint32_t bytes;
    memcpy(&bytes, at, sizeof bytes);
    return bytes | UINT32_C(0x20202020);
}

static inline uint32_t pl_window_hash(uint32_t hashed)
{
    return hashed * UINT32_C(0x9e3779b1) >> (32 - PL_MAYBE_BITS);
}

static inline bool pl_plan_maybe(const pl_plan *plan, const char *at)
{
    const uint32_t hash = pl_window_hash(pl_window_hashed(at));
    return (plan->maybe[hash / 32] >> hash % 32 & 1) != 0;
}

/* The first literal of the chain for the window at `at`. */
static inline uint16_t pl_plan_chain(const pl_plan *plan, uint32_t hashed)
{
    return plan->chains[pl_window_hash(hashed) >> (PL_MAYBE_BITS - PL_CHAIN_BITS)];
}

#endif
