/* exec.c - PCRE2's matcher behind one call. */
#include "match/exec.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/alloc.h"

struct pl_exec {
    pcre2_match_data *data;
    pcre2_match_context *context;
    pcre2_jit_stack *stack;
    uint64_t limited;
};

pl_status pl_exec_new(pl_exec **out, pl_error *err)
{
    pl_exec *exec = pl_alloc(1, sizeof *exec);
    if (exec == NULL)
        return pl_fail(err, PL_ERR_NOMEM, "no memory for a matcher");
    exec->data = pcre2_match_data_create(PL_REGEX_GROUPS_MAX, NULL);
    exec->context = pcre2_match_context_create(NULL);
    exec->stack = pcre2_jit_stack_create(32 << 10, PL_JIT_STACK_BYTES, NULL);
    if (exec->data == NULL || exec->context == NULL || exec->stack == NULL) {
        pl_exec_free(exec);
        return pl_fail(err, PL_ERR_NOMEM, "no memory for a matcher");
    }
    pcre2_set_match_limit(exec->context, PL_MATCH_STEPS_MAX);
    pcre2_set_depth_limit(exec->context, PL_MATCH_DEPTH_MAX);
    pcre2_set_heap_limit(exec->context, PL_MATCH_HEAP_KIB_MAX);
    pcre2_jit_stack_assign(exec->context, NULL, exec->stack);
    *out = exec;
    return PL_OK;
}

void pl_exec_free(pl_exec *exec)
{
    if (exec == NULL)
        return;
    pcre2_match_data_free(exec->data);
    pcre2_match_context_free(exec->context);
    pcre2_jit_stack_free(exec->stack);
    pl_release(exec);
}

static int run(pl_exec *exec, const pl_regex *regex, pl_str subject, uint32_t options)
{
    PCRE2_SPTR bytes = (PCRE2_SPTR)(subject.ptr == NULL ? "" : subject.ptr);
    return pcre2_match(regex->code, bytes, subject.len, 0, options, exec->data, exec->context);
}

bool pl_exec_match(pl_exec *exec, const pl_regex *regex, pl_str subject, pl_captures *captures)
{
    int count = run(exec, regex, subject, 0);
    if (count < 0) {
        exec->limited += count != PCRE2_ERROR_NOMATCH;
        return false;
    }
    const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(exec->data);
    captures->regex = regex;
    for (uint32_t group = 0; group <= regex->group_count; group++) {
        bool set = group < (uint32_t)count && ends[2 * group] != PCRE2_UNSET;
        captures->groups[group] = (pl_str){0};
        if (set)
            captures->groups[group] =
                pl_str_slice(subject, ends[2 * group], ends[2 * group + 1] - ends[2 * group]);
    }
    return true;
}

uint64_t pl_exec_limited(const pl_exec *exec)
{
    return exec->limited;
}

bool pl_exec_within(pl_exec *exec, const pl_regex *regex, pl_str subject, uint32_t steps_max)
{
    pcre2_set_match_limit(exec->context, steps_max);
    int count = run(exec, regex, subject, PCRE2_NO_JIT);
    pcre2_set_match_limit(exec->context, PL_MATCH_STEPS_MAX);
    return count >= 0 || count == PCRE2_ERROR_NOMATCH;
}

/* A prefix of the subject that could still become a match is one that PCRE2 calls a partial match.
 */
size_t pl_exec_reach(pl_exec *exec, const pl_regex *regex, pl_str subject)
{
    for (size_t len = subject.len; len > 0; len--)
        if (run(exec, regex, pl_str_slice(subject, 0, len), PCRE2_PARTIAL_HARD | PCRE2_NO_JIT) ==
            PCRE2_ERROR_PARTIAL)
            return len;
    return 0;
}

pl_str pl_capture(const pl_captures *captures, pl_str name)
{
    const pl_regex *regex = captures->regex;
    for (uint32_t i = 0; i < regex->name_count; i++)
        if (captures->groups[regex->names[i].group].ptr != NULL &&
            pl_str_equal(regex->names[i].name, name))
            return captures->groups[regex->names[i].group];
    return (pl_str){0};
}
