/* test_matcher_clock.c - what goes from line to line besides names: days, boots, anchors, stamps
 * around a line; and two names of one node. */
#include "match/matcher.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "support/matching.h"

static const char clock_dialect[] =
    "dialect: c\ntitle: C\nsource: s\nvisit: lines\nrecognise: {markers: [x]}\n"
    "unwrap: [{json: log, ts: time}, {strip: '^(?<ts>\\S+Z) std(?:out|err) [FP] '}]\n"
    "shapes:\n"
    "  - {id: boot, time: since-boot, pattern: '^\\[ *(?<ts>\\d+\\.\\d+)\\] (?<text>.*)$'}\n"
    "  - {id: day, time: time-of-day, pattern: '^(?<ts>\\d\\d:\\d\\d:\\d\\d) (?<text>.*)$'}\n"
    "  - {id: bare, time: none, pattern: '^(?<text>.*)$'}\n"
    "context:\n"
    "  - {id: date, literal: 'date ', pattern: '^date (?<date>.*)$', " SAMPLES
    "  - {id: at, literal: 'at ', pattern: '^at (?<at>.*)$', " SAMPLES "aliases:\n"
    "  - {id: two, literal: ' is ', pattern: '^(?<a>\\S+) is (?<b>\\S+)$', " SAMPLES
    "  - {id: own, literal: 'called ', pattern: '^called (?<a>\\S+)$', " SAMPLES
    "node: [{path: '(?<node>\\w+)\\.log$'}]\n"
    "models:\n"
    "  - model: roll\n    scope: node\n    phases: [{phase: drain, kind: drain}]\n"
    "rules:\n"
    "  - {id: enter, literal: 'enter', gives: [{model: roll, phase: drain, transition: enter}],"
    " pattern: '^enter', " SAMPLES
    "  - {id: boot, literal: 'Linux', gives: [{transition: boot}, {model: roll, phase: drain,"
    " transition: enter}], pattern: '^Linux', " SAMPLES;

/* What a text must give: a line for each event, with its time, quality and what comes before a
 * boot. */
struct timed {
    const char *text, *events;
};

static const struct timed timed_cases[] = {
    /* lines without a stamp belong to the one above, also where no rule looks at that */
    {"10:00:00 nothing\nenter\ndate 2024-02-06T10:00:01Z\n", "enter 2024-02-06T10:00:00 derived\n"},
    /* a midnight that only lines without a meaning show */
    {"date 2024-02-06T09:00:00Z\n10:00:00 enter\n20:00:00 x\n06:00:00 x\n11:00:00 enter\n",
     "enter 2024-02-06T10:00:00 derived\nenter 2024-02-07T11:00:00 derived\n"},
    {"10:00:00 enter\n", "enter - none\n"},
    {"[ 5.0] enter\n[ 7.0] at 2024-02-06T10:00:07Z\n[ 8.0] enter\n",
     "enter 2024-02-06T10:00:05 derived\nenter 2024-02-06T10:00:08 derived\n"},
    /* before the boot, in the boot before: only the second one is dated */
    {"[ 5.0] at 2024-02-06T10:00:05Z\n[ 90.0] x\n[ 0.0] Linux\n[ 2.0] at 2024-02-06T10:05:02Z\n",
     "boot 2024-02-06T10:05:00 derived before 2024-02-06T10:01:30\n"
     "enter 2024-02-06T10:05:00 derived\n"},
    {"[ 90.0] x\n[ 0.0] Linux\n[ 2.0] at 2024-02-06T10:05:02Z\n",
     "boot 2024-02-06T10:05:00 derived\nenter 2024-02-06T10:05:00 derived\n"},
    /* an anchor in a log without stamps: from there on, then or later */
    {"enter\nat 2024-02-06-10-00-00\nenter\n",
     "enter - none\nenter 2024-02-06T10:00:00 zone-assumed floor\n"},
    {"2024-02-06T10:00:00.5Z stdout F enter\n", "enter 2024-02-06T10:00:00 exact\n"},
    {"{\"log\":\"enter\\n\",\"time\":\"2024-02-06T10:00:00Z\"}\n",
     "enter 2024-02-06T10:00:00 exact\n"},
    {"2024-02-06T10:00:00Z stdout F 09:00:00 enter\n", "enter 2024-02-06T10:00:00 exact\n"},
    {"{\"log\":\"enter\\n\",\"time\":7}\n", "enter - none\n"},
};

static void render_time(const matching *m, const pl_moment *moment, pl_buf *out)
{
    const pl_epoch *epoch = moment->epoch > 0 ? &m->summary.epochs[moment->epoch - 1] : NULL;
    int64_t us = moment->us;
    if (epoch != NULL)
        us = epoch->known ? us + epoch->base_us : PL_TIME_NONE;
    size_t from = out->len;
    pl_time_append(out, us);
    if (us == PL_TIME_NONE)
        pl_buf_append_char(out, '-');
    else
        pl_buf_cut(out, from + sizeof "2024-02-06T10:00:00" - 1);
}

static void render(const matching *m, pl_buf *out)
{
    for (size_t i = 0; i < m->count; i++) {
        const pl_event *event = &m->events[i];
        const pl_moment *moment = &event->moment;
        if (event->is_alias)
            continue;
        pl_quality quality = moment->quality;
        if (moment->epoch > 0 && !m->summary.epochs[moment->epoch - 1].known)
            quality = PL_QUALITY_NONE;
        else if (moment->epoch > 0)
            quality = m->summary.epochs[moment->epoch - 1].quality;
        pl_buf_appendf(out, "%s ", pl_transition_name(event->transition));
        render_time(m, moment, out);
        pl_buf_appendf(out, " %s%s", pl_quality_name(quality), moment->floor ? " floor" : "");
        pl_buf before;
        pl_buf_init(&before, 64);
        render_time(m, &event->before, &before);
        if (!pl_str_equal(pl_buf_str(&before), PL_STR("-")))
            pl_buf_appendf(out, " before %s", before.ptr);
        pl_buf_release(&before);
        pl_buf_append_char(out, '\n');
    }
}

/* The epochs are the matcher's: they are looked at before it ends. */
static pl_status read_text(matching *m, const char *text, pl_epoch *epochs)
{
    const pl_block block = {
        .ptr = text, .len = pl_str_of(text).len, .encoding = PL_ENCODING_UTF8, .last = true};
    pl_status status = matching_begin(m);
    if (status == PL_OK)
        status = matching_block(m, &block);
    if (status == PL_OK) {
        pl_matcher_finish(m->matcher, &m->summary);
        for (size_t i = 0; i < m->summary.epoch_count; i++)
            epochs[i] = m->summary.epochs[i];
    }
    status = matching_end(m, status);
    m->summary.epochs = epochs;
    return status;
}

static matching the_matching;
static pl_epoch the_epochs[PL_EPOCHS_MAX];

static void setup(void)
{
    matching_init(&the_matching);
    matching_load(&the_matching, clock_dialect);
}

static void teardown(void)
{
    matching_release(&the_matching);
}

START_TEST(lines_are_dated_by_what_stands_around_them)
{
    matching *m = &the_matching;
    pl_buf events;
    pl_buf_init(&events, 4096);
    ck_assert_int_eq(read_text(m, timed_cases[_i].text, the_epochs), PL_OK);
    render(m, &events);
    ck_assert_str_eq(events.ptr == NULL ? "" : events.ptr, timed_cases[_i].events);
    pl_buf_release(&events);
}
END_TEST

START_TEST(names_that_a_line_joins_are_no_events)
{
    matching *m = &the_matching;
    matching_text(m, "n1 is 10.0.0.7\ncalled ca2c2a5f\nenter\n");
    ck_assert_uint_eq(m->count, 3);
    ck_assert(m->events[0].is_alias && m->events[1].is_alias && !m->events[2].is_alias);
    ck_assert(pl_str_equal(m->events[0].node, PL_STR("n1")));
    ck_assert(pl_str_equal(m->events[0].witness, PL_STR("10.0.0.7")));
    /* of one name, and who writes the line */
    ck_assert(pl_str_equal(m->events[1].node, PL_STR("ca2c2a5f")));
    ck_assert(pl_str_equal(m->events[1].witness, PL_STR("a")));
    ck_assert_uint_eq(m->events[1].line_no, 2);
}
END_TEST

START_TEST(the_zone_and_the_date_of_the_user_are_in_the_description)
{
    matching *m = &the_matching;
    pl_buf texts[3];
    for (size_t i = 0; i < 3; i++) {
        pl_buf_init(&texts[i], 65536);
        m->options.clock = (pl_clock_options){.has_zone = i == 1, .has_date = i == 2};
        ck_assert_int_eq(matching_begin(m), PL_OK);
        pl_matcher_describe(m->matcher, PL_STR(""), &texts[i]);
        ck_assert_int_eq(matching_end(m, PL_ERR_NOMEM), PL_ERR_NOMEM);
        for (size_t k = 0; k < i; k++)
            ck_assert(!pl_str_equal(pl_buf_str(&texts[k]), pl_buf_str(&texts[i])));
    }
    for (size_t i = 0; i < 3; i++)
        pl_buf_release(&texts[i]);
}
END_TEST

START_TEST(every_allocation_may_fail)
{
    matching *m = &the_matching;
    static const char text[] = "[ 5.0] at 2024-02-06T10:00:05Z\n[ 0.0] Linux\nn1 is n2\nenter\n"
                               "2024-02-06T10:00:00Z stdout F 09:00:00 enter\n";
    pl_status status = PL_ERR_NOMEM;
    for (long i = 0; status != PL_OK; i++) {
        ck_assert_int_lt(i, 10000);
        pl_alloc_fail_after(i);
        status = read_text(m, text, the_epochs);
        pl_alloc_fail_after(-1);
        ck_assert(status == PL_OK || status == PL_ERR_NOMEM);
    }
    ck_assert_uint_eq(m->count, 5);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("matcher_clock");
    TCase *tcase = tcase_create("matcher_clock");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, lines_are_dated_by_what_stands_around_them, 0,
                        (int)(sizeof timed_cases / sizeof *timed_cases));
    tcase_add_test(tcase, names_that_a_line_joins_are_no_events);
    tcase_add_test(tcase, the_zone_and_the_date_of_the_user_are_in_the_description);
    tcase_add_test(tcase, every_allocation_may_fail);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
