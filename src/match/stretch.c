/* stretch.c - words, blanks and signs are the runs of a text; a piece is one run or two. */
#include "match/stretch.h"

#include <ctype.h>

#define SPOILER                                                                                    \
    '\1' /* no pattern asks for it, so the match fails there and looks for other ways              \
          */

static int kind_of(char c)
{
    if (isalnum((unsigned char)c) || c == '_')
        return 1;
    return c == ' ' || c == '\t' ? 2 : 3;
}

/* The offset after the run that begins at `from`. */
static size_t run_end(pl_str text, size_t from)
{
    size_t to = from;
    while (to < text.len && kind_of(text.ptr[to]) == kind_of(text.ptr[from]))
        to++;
    return to;
}

/* `text` with its piece [from, to) repeated, then `rest` bytes of what follows, then the spoiler.
 */
static void stretch(pl_str text, size_t from, size_t to, size_t rest, pl_buf *out)
{
    size_t begin = to - from > PL_STRETCH_PIECE_MAX ? to - PL_STRETCH_PIECE_MAX : from;
    pl_str piece = pl_str_slice(text, begin, to - begin);
    pl_buf_clear(out);
    pl_buf_append(out, pl_str_slice(text, 0, to));
    for (size_t i = 0; i < PL_STRETCH_TIMES_MIN || i * piece.len < PL_STRETCH_BYTES; i++)
        pl_buf_append(out, piece);
    pl_buf_append(out, pl_str_slice(text, to, rest));
    pl_buf_append_char(out, SPOILER);
}

bool pl_stretch_explodes(pl_exec *exec, const pl_regex *regex, pl_str text, uint32_t steps_max,
                         pl_buf *scratch, size_t *at)
{
    enum { PIECES = 2, RESTS = 3 };
    for (size_t from = 0; from < text.len; from = run_end(text, from)) {
        size_t run = run_end(text, from), next = run < text.len ? run_end(text, run) : run;
        const size_t ends[PIECES] = {run, next}, rests[RESTS] = {0, next - run, text.len};
        for (size_t i = 0; i < PIECES * RESTS; i++) {
            stretch(text, from, ends[i / RESTS], rests[i % RESTS], scratch);
            if (pl_exec_within(exec, regex, pl_buf_str(scratch), steps_max))
                continue;
            *at = from;
            return true;
        }
    }
    return false;
}
