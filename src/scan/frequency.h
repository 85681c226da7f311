/* frequency.h - how common bytes are in logs: where in a literal to look for it. */
#ifndef PL_SCAN_FREQUENCY_H
#define PL_SCAN_FREQUENCY_H

#include <stdint.h>

#define PL_FREQUENCY_BITS 12

/* Occurrences among 1 << PL_FREQUENCY_BITS bytes of text, at least 1. */
extern const uint16_t pl_byte_frequency[256];
/*
 * How many times as often as by chance `second` follows `first`, in sixteenths.  By kind of byte:
 * after a capital mostly another comes, after a digit a digit.
 */
unsigned pl_pair_lift(unsigned char first, unsigned char second);

#endif
