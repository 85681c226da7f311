/* test_matcher_told.c - moments that lines tell on two clocks, what context lines said, and values
 * that change. */
#include "match/matcher.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "support/matching.h"

static const char told_dialect[] =
    "dialect: w\ntitle: W\nsource: s\nrecognise: {markers: [x]}\n"
    "shapes:\n"
    "  - {id: row, time: local, pattern: '^(?<ts>\\d+/\\d+/\\d+ [\\d:]+ [AP]M) (?<text>.*)$'}\n"
    "  - {id: told, time: told, pattern: '^(?<text>.*?(?<ts>\\d+/\\d+/\\d+)?.*)$'}\n"
    "context:\n"
    "  - {id: node, literal: 'Node ', pattern: '^Node (?<subject>\\w+)(?<status>)$', " SAMPLES
    "  - {id: status, literal: 'Status ', pattern: '^Status (?<status>\\w+)$', " SAMPLES
    "  - {id: since, literal: 'Since ', pattern: '^Since (?<since>.*)$', " SAMPLES
    "  - {id: cluster, literal: 'Cluster ', pattern: '^Cluster (?<cluster>\\w+)$', " SAMPLES
    "cluster: [context]\n"
    "models:\n"
    "  - model: roll\n    scope: node\n    phases:\n"
    "      - {phase: drain, kind: drain}\n      - {phase: done, kind: done}\n"
    "rules:\n"
    "  - {id: enter, literal: 'enter', gives: [{model: roll, phase: drain, transition: enter}],"
    " pattern: '^(?<subject>\\w+) enter$', " SAMPLES
    "  - {id: utc, literal: 'utc ', recall: [subject], gives: [{model: roll, phase: drain,"
    " transition: enter, moment: since}, {model: roll, phase: drain, transition: exit}],"
    " pattern: '^utc (?<utc>\\S+)(?: as (?<instant>\\w+))?$', " SAMPLES
    "  - {id: local, literal: 'local ', recall: [subject], facts: {how: seen}, gives: [{model: "
    "roll,"
    " phase: drain, transition: exit}],"
    " pattern: '^local (?<local>.*?)(?: as (?<instant>\\w+))?$', " SAMPLES
    "  - {id: if, literal: 'iff', when: {status: Good}, recall: [subject, status], gives: [{model:"
    " roll, phase: done, transition: enter, moment: told}], pattern: '^iff$', " SAMPLES
    "  - {id: any, literal: 'any', when: {status: '*'}, gives: [{transition: note, of: cluster}],"
    " pattern: '^any$', " SAMPLES "  - {id: level, literal: ['level ', 'Level: '], changes: "
    "level_now, gives: [{model: roll, phase:"
    " done, transition: enter, of: cluster}], pattern: '^[lL]evel:? (?<level_now>\\d+)$', " SAMPLES;

/* What a text must give: a line for each event: transition, node or - for the cluster, time,
 * quality, facts. */
struct told {
    const char *text, *events;
};

static const struct told told_cases[] = {
    /* the same instant on both clocks, 5 h apart, dates the row above both */
    {"3/9/2026 1:00:00 AM a enter\nNode b\nSince 3/9/2026 6:10:00 AM\nutc 0:10:00 as x\n"
     "Since 3/9/2026 1:10:00 AM\nlocal 0:10:00 as x\n",
     "enter a 2026-03-09T06:00:00 derived -\nenter b 2026-03-09T06:10:00 exact -\n"
     "exit b 2026-03-09T06:20:00 exact -\nexit b 2026-03-09T06:20:00 derived {\"how\":\"seen\"}\n"},
    /* a quarter of an hour is a zone, with up to 2 min between the two clocks */
    {"Since 3/9/2026 6:10:00 AM\nutc 1s as x\nlocal 3/9/2026 11:56:59 AM as x\n",
     "enter (none) 2026-03-09T06:10:00 exact -\nexit (none) 2026-03-09T06:10:01 exact -\n"
     "exit (none) 2026-03-09T06:11:59 derived {\"how\":\"seen\"}\n"},
    /* no instant has both clocks: the earliest of each, when a zone lies between them */
    {"3/9/2026 1:00:15 AM a enter\nSince 3/9/2026 6:00:00 AM\nutc 1s\n",
     "enter a 2026-03-09T06:00:15 derived -\nenter (none) 2026-03-09T06:00:00 exact -\n"
     "exit (none) 2026-03-09T06:00:01 exact -\n"},
    /* none does: the zone is assumed */
    {"3/9/2026 1:09:15 AM a enter\nSince 3/9/2026 6:00:00 AM\nutc 1s\n",
     "enter a 2026-03-09T01:09:15 zone-assumed -\nenter (none) 2026-03-09T06:00:00 exact -\n"
     "exit (none) 2026-03-09T06:00:01 exact -\n"},
    {"3/9/2026 1:00:00 AM a enter\n", "enter a 2026-03-09T01:00:00 zone-assumed -\n"},
    /* what is told last comes first: no order of the file */
    {"Node a\nSince 3/9/2026 6:10:00 AM\nutc 1s\nSince 3/9/2026 5:10:00 AM\nutc 1s\n",
     "enter a 2026-03-09T06:10:00 exact -\nexit a 2026-03-09T06:10:01 exact -\n"
     "enter a 2026-03-09T05:10:00 exact -\nexit a 2026-03-09T05:10:01 exact -\n"},
    /* a duration since nothing tells no moment */
    {"Node a\nutc 1s\n", "enter a - none -\nexit a - none -\n"},
    /* a rule that recalls, and one that holds only after certain lines */
    {"Node a\nStatus Bad\niff\nStatus Good\niff\n", "enter a - none {\"status\":\"Good\"}\n"},
    {"Node a\nStatus Good\nNode b\niff\nany\nStatus Bad\nany\n", "note - - none -\n"},
    /* the first sight is a note, the same again nothing, cluster by cluster */
    {"Cluster A\nlevel 9\nlevel 9\nLevel: 10\nCluster B\nlevel 11\nCluster A\nlevel 10\n",
     "note - - none {\"level_now\":\"9\"}\n"
     "enter - - none {\"level_now\":\"10\",\"from\":\"9\",\"to\":\"10\"}\n"
     "note - - none {\"level_now\":\"11\"}\n"},
};

static matching the_matching;
static pl_epoch the_epochs[PL_EPOCHS_MAX];

static void setup(void)
{
    matching_init(&the_matching);
    matching_load(&the_matching, told_dialect);
}

static void teardown(void)
{
    matching_release(&the_matching);
}

/* The epochs are the matcher's: they are looked at before it ends. */
static pl_status read_text(matching *m, const char *text)
{
    const pl_block block = {
        .ptr = text, .len = pl_str_of(text).len, .encoding = PL_ENCODING_UTF8, .last = true};
    pl_status status = matching_begin(m);
    if (status == PL_OK)
        status = matching_block(m, &block);
    if (status == PL_OK) {
        pl_matcher_finish(m->matcher, &m->summary);
        for (size_t i = 0; i < m->summary.epoch_count; i++)
            the_epochs[i] = m->summary.epochs[i];
    }
    return matching_end(m, status);
}

static void render(const pl_event *event, pl_buf *out)
{
    const pl_moment *moment = &event->moment;
    const pl_epoch *epoch = moment->epoch > 0 ? &the_epochs[moment->epoch - 1] : NULL;
    pl_str node = event->node.len > 0 ? event->node : PL_STR("(none)");
    pl_buf_appendf(out, "%s " PL_FMT " ", pl_transition_name(event->transition),
                   PL_ARG(event->whole_cluster ? PL_STR("-") : node));
    size_t from = out->len;
    if (moment->us == PL_TIME_NONE) {
        pl_buf_append_char(out, '-');
    } else {
        pl_time_append(out, moment->us + (epoch != NULL ? epoch->base_us : 0));
        pl_buf_cut(out, from + sizeof "2024-02-06T10:00:00" - 1);
    }
    pl_buf_appendf(out, " %s " PL_FMT "\n",
                   pl_quality_name(epoch != NULL ? epoch->quality : moment->quality),
                   PL_ARG(event->facts.len > 0 ? event->facts : PL_STR("-")));
}

START_TEST(lines_tell_moments_of_two_clocks)
{
    matching *m = &the_matching;
    pl_buf events;
    pl_buf_init(&events, 4096);
    ck_assert_int_eq(read_text(m, told_cases[_i].text), PL_OK);
    for (size_t i = 0; i < m->count; i++)
        render(&m->events[i], &events);
    ck_assert_str_eq(events.ptr, told_cases[_i].events);
    pl_buf_release(&events);
}
END_TEST

START_TEST(what_is_told_comes_in_the_order_of_its_moments)
{
    matching *m = &the_matching;
    ck_assert_int_eq(read_text(m, told_cases[5].text), PL_OK);
    ck_assert_uint_eq(m->count, 4);
    ck_assert_int_lt(m->events[2].order_us, m->events[0].order_us);
}
END_TEST

START_TEST(the_zone_of_the_user_beats_pairs)
{
    matching *m = &the_matching;
    m->options.clock = (pl_clock_options){.has_zone = true, .zone = {.minutes = 60}};
    ck_assert_int_eq(read_text(m, told_cases[0].text), PL_OK);
    ck_assert_uint_eq(m->events[0].moment.epoch, 0);
    ck_assert_int_eq(m->events[0].moment.quality, PL_QUALITY_EXACT);
    ck_assert_int_eq(m->events[0].moment.us, INT64_C(1773014400) * 1000000); /* 2026-03-09T00:00Z */
}
END_TEST

START_TEST(every_allocation_may_fail)
{
    matching *m = &the_matching;
    pl_status status = PL_ERR_NOMEM;
    for (long i = 0; status != PL_OK; i++) {
        ck_assert_int_lt(i, 10000);
        pl_alloc_fail_after(i);
        status = read_text(m, "Node a\nStatus Good\niff\nCluster A\nlevel 9\nlevel 10\n");
        pl_alloc_fail_after(-1);
        ck_assert(status == PL_OK || status == PL_ERR_NOMEM);
    }
    ck_assert_uint_eq(m->count, 3);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("matcher_told");
    TCase *tcase = tcase_create("matcher_told");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, lines_tell_moments_of_two_clocks, 0,
                        (int)(sizeof told_cases / sizeof *told_cases));
    tcase_add_test(tcase, what_is_told_comes_in_the_order_of_its_moments);
    tcase_add_test(tcase, the_zone_of_the_user_beats_pairs);
    tcase_add_test(tcase, every_allocation_may_fail);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
