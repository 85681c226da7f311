/* frequency.h - how common bytes are in logs: where in a literal to look for it. */
#ifndef PL_SCAN_FREQUENCY_H
#define PL_SCAN_FREQUENCY_H

#include <stdint.h>

#define PL_FREQUENCY_BITS 12

/* Occurrences among 1 << PL_FREQUENCY_BITS bytes of text, at least 1. */
extern const uint16_t pl_byte_frequency[256];

#endif
