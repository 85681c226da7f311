/* regex.c - PCRE2's compiler behind one call. */
#include "dialect/regex.h"

#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#define COMPILE_OPTIONS (PCRE2_NEVER_BACKSLASH_C | PCRE2_DUPNAMES | PCRE2_DOLLAR_ENDONLY)

/* PCRE2's name table: entries of two bytes group number (big-endian) and a terminated name. */
static pl_status read_names(const pcre2_code *code, pl_arena *arena, pl_regex *out, pl_error *err)
{
    uint32_t count = 0, entry_bytes = 0;
    PCRE2_SPTR table = NULL;
    pcre2_pattern_info(code, PCRE2_INFO_NAMECOUNT, &count);
    pcre2_pattern_info(code, PCRE2_INFO_NAMEENTRYSIZE, &entry_bytes);
    pcre2_pattern_info(code, PCRE2_INFO_NAMETABLE, &table);
    if (count == 0)
        return PL_OK;
    out->names = pl_arena_take(arena, count, sizeof *out->names);
    if (out->names == NULL)
        return pl_fail(err, PL_ERR_NOMEM, "no memory for %u group names", count);
    for (uint32_t i = 0; i < count; i++) {
        const unsigned char *entry = table + (size_t)i * entry_bytes;
        out->names[i].group = (uint32_t)entry[0] << 8 | entry[1];
        out->names[i].name = pl_arena_copy(arena, pl_str_of((const char *)entry + 2));
        if (out->names[i].name.ptr == NULL)
            return pl_fail(err, PL_ERR_NOMEM, "no memory for a group name");
    }
    out->name_count = count;
    return PL_OK;
}

pl_status pl_regex_compile(pl_str pattern, pl_arena *arena, pl_regex *out, pl_error *err)
{
    int code_no = 0;
    PCRE2_SIZE offset = 0;
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)pattern.ptr, pattern.len, COMPILE_OPTIONS,
                                     &code_no, &offset, NULL);
    if (code == NULL) {
        PCRE2_UCHAR words[128];
        if (code_no == PCRE2_ERROR_HEAP_FAILED)
            return pl_fail(err, PL_ERR_NOMEM, "no memory for a pattern");
        pcre2_get_error_message(code_no, words, sizeof words);
        return pl_fail(err, PL_ERR_FORMAT, "pattern: %s at offset %zu", (const char *)words,
                       offset);
    }
    pl_regex regex = {.code = code, .pattern = pattern};
    pcre2_pattern_info(code, PCRE2_INFO_CAPTURECOUNT, &regex.group_count);
    pl_status status = PL_OK;
    if (regex.group_count >= PL_REGEX_GROUPS_MAX)
        status =
            pl_fail(err, PL_ERR_LIMIT, "pattern: more than %d groups", PL_REGEX_GROUPS_MAX - 1);
    else
        status = read_names(code, arena, &regex, err);
    if (status != PL_OK) {
        pl_regex_release(&regex);
        return status;
    }
    /* Without JIT (no executable memory) the interpreter gives the same answers, slower. */
    (void)pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
    *out = regex;
    return PL_OK;
}

void pl_regex_release(pl_regex *regex)
{
    pcre2_code_free(regex->code);
    regex->code = NULL;
}

_Bool pl_regex_has(const pl_regex *regex, pl_str name)
{
    for (uint32_t i = 0; i < regex->name_count; i++)
        if (pl_str_equal(regex->names[i].name, name))
            return 1;
    return 0;
}
