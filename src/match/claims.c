/* claims.c - one name for each who claims, compared in pairs. */
#include "match/claims.h"

#include "decode/decode.h"

#define NAME_MAX_BYTES 4096

void pl_claims_init(pl_claims *claims)
{
    *claims = (pl_claims){0};
    for (size_t i = 0; i < PL_CLAIMANTS; i++)
        pl_buf_init(&claims->said[i], NAME_MAX_BYTES);
}

void pl_claims_release(pl_claims *claims)
{
    for (size_t i = 0; i < PL_CLAIMANTS; i++)
        pl_buf_release(&claims->said[i]);
}

static bool is_label_of(pl_str label, pl_str name)
{
    return name.len > label.len && name.ptr[label.len] == '.' &&
           pl_str_equal_nocase(label, pl_str_slice(name, 0, label.len));
}

static bool is_address(pl_str name)
{
    size_t marks = 0;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        marks += c == '.' || c == ':';
        if (!digit && c != '.' && c != ':')
            return false;
    }
    return marks > 0;
}

static bool is_same(pl_str a, pl_str b)
{
    return pl_str_equal_nocase(a, b) || is_label_of(a, b) || is_label_of(b, a) || is_address(a) ||
           is_address(b);
}

bool pl_claim(pl_claims *claims, pl_claimant by, pl_str name)
{
    pl_buf *said = &claims->said[by];
    if (name.len == 0 || name.len > NAME_MAX_BYTES)
        return true;
    if (said->len == 0)
        pl_decode_line(name, said);
    else
        claims->many[by] |= !is_same(pl_buf_str(said), name);
    return pl_buf_status(said, NULL) == PL_OK;
}

bool pl_claims_differ(const pl_claims *claims, pl_conflict *out)
{
    static const char *const names[] = {"option", "line", "context", "path"};
    for (size_t i = 0; i < PL_CLAIMANTS; i++)
        for (size_t k = i + 1; k < PL_CLAIMANTS; k++) {
            pl_str one = pl_buf_str(&claims->said[i]), other = pl_buf_str(&claims->said[k]);
            if (one.len == 0 || other.len == 0 || claims->many[i] || claims->many[k] ||
                is_same(one, other))
                continue;
            *out = (pl_conflict){names[i], names[k], one, other};
            return true;
        }
    return false;
}
