/* wanted.c - the pairs of all rules, once each. */
#include "match/wanted.h"

#include "base/alloc.h"

static bool has_pair(const pl_event_filter *filter, const pl_event_pair *pair)
{
    for (size_t i = 0; i < filter->count; i++)
        if (filter->pairs[i].id == pair->id &&
            pl_str_equal_nocase(filter->pairs[i].provider, pair->provider))
            return true;
    return false;
}

static pl_status add_dialect(pl_wanted *wanted, const pl_dialect *dialect, pl_error *err)
{
    wanted->any |= dialect->follow_lines;
    for (size_t i = 0; i < dialect->rule_count; i++) {
        const pl_rule *rule = &dialect->rules[i];
        const pl_event_pair pair = {rule->provider, rule->event_id};
        wanted->any |= pair.provider.len == 0;
        if (has_pair(&wanted->filter, &pair))
            continue;
        if (!pl_grow(&wanted->pairs, &wanted->room, wanted->filter.count + 1, sizeof pair))
            return pl_fail(err, PL_ERR_NOMEM, "no memory for wanted events");
        wanted->pairs[wanted->filter.count++] = pair;
        wanted->filter.pairs = wanted->pairs;
    }
    return PL_OK;
}

pl_status pl_wanted_open(pl_wanted *wanted, const pl_dialect_set *set, uint64_t mask, pl_error *err)
{
    pl_status status = PL_OK;
    *wanted = (pl_wanted){0};
    for (size_t i = 0; status == PL_OK && i < set->count; i++)
        if ((mask >> i & 1) != 0)
            status = add_dialect(wanted, set->items[i], err);
    return status;
}

const pl_event_filter *pl_wanted_filter(const pl_wanted *wanted)
{
    return wanted->any ? NULL : &wanted->filter;
}

void pl_wanted_release(pl_wanted *wanted)
{
    pl_release(wanted->pairs);
}
