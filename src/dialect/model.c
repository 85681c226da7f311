/* model.c - the words of phase models. */
#include "dialect/model.h"

static const char *const transition_names[] = {
    [PL_ENTER] = "enter",   [PL_EXIT] = "exit",         [PL_FAIL] = "fail",
    [PL_SKIP] = "skip",     [PL_RETRY] = "retry",       [PL_PAUSE] = "pause",
    [PL_RESUME] = "resume", [PL_PROGRESS] = "progress", [PL_ROLLBACK] = "rollback",
    [PL_BOOT] = "boot",     [PL_NOTE] = "note",
};

static const char *const kind_names[] = {
    [PL_KIND_QUEUED] = "queued", [PL_KIND_PRECHECK] = "precheck", [PL_KIND_STAGE] = "stage",
    [PL_KIND_DRAIN] = "drain",   [PL_KIND_STOP] = "stop",         [PL_KIND_INSTALL] = "install",
    [PL_KIND_REBOOT] = "reboot", [PL_KIND_START] = "start",       [PL_KIND_REJOIN] = "rejoin",
    [PL_KIND_VERIFY] = "verify", [PL_KIND_RESUME] = "resume",     [PL_KIND_COMMIT] = "commit",
    [PL_KIND_DONE] = "done",     [PL_KIND_ROLLBACK] = "rollback", [PL_KIND_STATE] = "state",
};

static int word_index(pl_str word, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (pl_str_equal(word, pl_str_of(names[i])))
            return (int)i;
    return -1;
}

const char *pl_transition_name(pl_transition transition)
{
    return transition_names[transition];
}

const char *pl_phase_kind_name(pl_phase_kind kind)
{
    return kind_names[kind];
}

bool pl_transition_of(pl_str name, pl_transition *out)
{
    int index =
        word_index(name, transition_names, sizeof transition_names / sizeof *transition_names);
    if (index < 0)
        return false;
    *out = (pl_transition)index;
    return true;
}

bool pl_phase_kind_of(pl_str name, pl_phase_kind *out)
{
    int index = word_index(name, kind_names, sizeof kind_names / sizeof *kind_names);
    if (index < 0)
        return false;
    *out = (pl_phase_kind)index;
    return true;
}

int pl_model_phase(const pl_model *model, pl_str word)
{
    uint64_t rank;
    bool is_rank = pl_str_to_u64(word, &rank) && rank > 0;
    for (size_t i = 0; i < model->phase_count; i++) {
        if (pl_str_equal_nocase(model->phases[i].name, word))
            return (int)i;
        if (is_rank && (uint64_t)model->phases[i].rank == rank)
            return (int)i;
    }
    return -1;
}
