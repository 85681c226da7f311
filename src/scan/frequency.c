/*
 * frequency.c - how common bytes are in logs, and how they follow one another.
 *
 * Source: counted over 113 logs of some twenty products (cluster, setup, database, orchestration),
 * each weighing the same, then rounded, with 1 for what hardly occurs.  Brackets are entered 32
 * times higher: what stands in them is a tag, which its log repeats on line after line.  All are
 * estimates: a wrong number costs time, never a hit.
 */
#include "scan/frequency.h"

const uint16_t pl_byte_frequency[256] = {
    /* clang-format off */
    1, 1, 1, 1, 1, 1, 1, 1, 1, 4, 39, 1, 1, 10, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1,
    570, 1, 9, 2, 2, 3, 1, 6, 23, 24, 16, 3, 47, 92, 64, 22, /*  !"#$%&'()*+,-./ */
    163, 106, 99, 56, 46, 38, 43, 27, 34, 39, 76, 1, 5, 9, 11, 1, /* 0123456789:;<=>? */
    1, 15, 6, 18, 14, 15, 15, 4, 3, 24, 1, 3, 16, 12, 18, 17, /* @ABCDEFGHIJKLMNO */
    8, 1, 18, 19, 15, 7, 3, 5, 1, 2, 3, 1000, 7, 1000, 1, 28, /* PQRSTUVWXYZ[\]^_ */
    3, 139, 20, 80, 83, 261, 69, 58, 36, 116, 2, 35, 94, 50, 135, 175, /* `abcdefghijklmno */
    51, 4, 139, 127, 174, 51, 15, 14, 13, 12, 2, 2, 5, 2, 1, 1, /* pqrstuvwxyz{|}~ */
    2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
    2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
    2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
    2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 2, 6, 5, 3, 3, 2, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    /* clang-format on */
};

enum kind { BLANK, SMALL, CAPITAL, DIGIT, OTHER };

static enum kind kind_of(unsigned char c)
{
    if (c == ' ')
        return BLANK;
    if (c >= 'a' && c <= 'z')
        return SMALL;
    if (c >= 'A' && c <= 'Z')
        return CAPITAL;
    return c >= '0' && c <= '9' ? DIGIT : OTHER;
}

unsigned pl_pair_lift(unsigned char first, unsigned char second)
{
    static const uint8_t lifts[][OTHER + 1] = {
        [BLANK] = {43, 10, 31, 9, 12},  [SMALL] = {11, 27, 5, 1, 8},
        [CAPITAL] = {10, 16, 91, 3, 5}, [DIGIT] = {9, 1, 4, 60, 29},
        [OTHER] = {17, 5, 20, 28, 35},
    };
    return lifts[kind_of(first)][kind_of(second)];
}
