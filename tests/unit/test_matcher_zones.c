/* test_matcher_zones.c - logs in zones whose clocks are set: which of two moments a line means. */
#include "match/matcher.h"

#include <stdlib.h>

#include <check.h>

#include "base/alloc.h"
#include "support/matching.h"
#include "support/zone_file.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

#define AUTUMN "2026-10-25 "
#define SPRING "2026-03-29 "
#define BERLIN "zone Europe/Berlin\n"

static const char zoned_dialect[] =
    "dialect: z\ntitle: Z\nsource: s\nrecognise: {markers: [x]}\n"
    "shapes:\n"
    "  - {id: full, time: local, pattern: '^(?<ts>\\d{4}-\\d\\d-\\d\\d [\\d:.]+) (?<text>.*)$'}\n"
    "  - {id: short, time: yearless, pattern: '^(?<ts>[A-Z]\\w\\w +\\d+ [\\d:]+) (?<text>.*)$'}\n"
    "  - {id: bare, time: none, pattern: '^(?<text>.*)$'}\n"
    "context:\n"
    "  - {id: zone, literal: 'zone ', pattern: '^zone (?<zone>\\S+)$', " SAMPLES
    "  - {id: part, literal: 'part', pattern: '^(?<section>part)$', " SAMPLES "models:\n"
    "  - model: m\n    scope: node\n    phases:\n      - {phase: up, kind: start}\n"
    "rules:\n"
    "  - {id: enter, literal: 'enter', gives: [{model: m, phase: up, transition: enter}],"
    " pattern: '^enter$', " SAMPLES
    "  - {id: dst, literal: 'told', gives: [{model: m, phase: up, transition: enter}],"
    " pattern: '^told (?<dst>\\w+)$', " SAMPLES
    "  - {id: boot, literal: 'boot', gives: [{transition: boot}], pattern: '^boot$', " SAMPLES;

static const char daily_dialect[] =
    "dialect: d\ntitle: D\nsource: s\nrecognise: {markers: [x]}\n"
    "shapes:\n"
    "  - {id: day, time: time-of-day, pattern: '^(?<ts>\\d\\d:\\d\\d:\\d\\d) (?<text>.*)$'}\n"
    "  - {id: bare, time: none, pattern: '^(?<text>.*)$'}\n"
    "context:\n"
    "  - {id: date, literal: 'day ', pattern: '^day (?<date>\\S+)$', " SAMPLES
    "  - {id: zone, literal: 'zone ', pattern: '^zone (?<zone>\\S+)$', " SAMPLES "models:\n"
    "  - model: m\n    scope: node\n    phases:\n      - {phase: up, kind: start}\n"
    "rules:\n"
    "  - {id: enter, literal: 'enter', gives: [{model: m, phase: up, transition: enter}],"
    " pattern: '^enter$', " SAMPLES;

static matching the_matching;
static zone_folder the_folder;
static pl_zones *the_zones;

static void setup(void)
{
    char path[128];
    zone_folder_make(&the_folder);
    zone_folder_path(&the_folder, "Europe", path);
    ck_assert_int_eq(mkdir(path, 0700), 0);
    zone_folder_add(&the_folder, "Europe/Berlin", ZONE_CENTRAL);
    the_zones = pl_zones_new(the_folder.path);
    matching_init(&the_matching);
    the_matching.options.zones = the_zones;
}

static void teardown(void)
{
    matching_release(&the_matching);
    pl_zones_free(the_zones);
    zone_folder_remove(&the_folder);
}

static void append_time(pl_buf *out, int64_t us)
{
    pl_time_append(out, us);
    pl_buf_cut(out, out->len - 8); /* .000000Z */
}

static void render(const matching *m, pl_buf *out)
{
    for (size_t i = 0; i < m->count; i++) {
        const pl_event *event = &m->events[i];
        append_time(out, event->moment.us);
        pl_buf_appendf(out, " %s", pl_quality_name(event->moment.quality));
        if (event->facts.len > 0)
            pl_buf_appendf(out, " " PL_FMT, PL_ARG(event->facts));
        if (event->before.us != PL_TIME_NONE) {
            pl_buf_append(out, PL_STR(" before "));
            append_time(out, event->before.us);
        }
        pl_buf_append_char(out, '\n');
    }
}

#define FOLD " derived {\"dst\":\"fold\"}"
#define GAP " derived {\"dst\":\"gap\"}"

static const struct {
    const char *text, *events;
} cases[] = {
    /* both sides of both changes */
    {BERLIN SPRING "01:59:59 enter\n" SPRING "03:00:00 enter\n",
     "2026-03-29T00:59:59 exact\n2026-03-29T01:00:00 exact\n"},
    {BERLIN AUTUMN "01:59:59 enter\n" AUTUMN "03:00:00 enter\n",
     "2026-10-24T23:59:59 exact\n2026-10-25T02:00:00 exact\n"},
    /* a time that never was: read with the offset before */
    {BERLIN SPRING "02:30:00 enter\n", "2026-03-29T01:30:00" GAP "\n"},
    /* a time that was twice: the first, until the lines go back over the hour */
    {BERLIN AUTUMN "02:10:00 enter\n" AUTUMN "02:50:00 enter\n" AUTUMN "02:05:00 enter\n" AUTUMN
                   "02:20:00 enter\n" AUTUMN "02:59:59 enter\n" AUTUMN "03:00:01 enter\n",
     "2026-10-25T00:10:00" FOLD "\n2026-10-25T00:50:00" FOLD "\n2026-10-25T01:05:00" FOLD
     "\n2026-10-25T01:20:00" FOLD "\n2026-10-25T01:59:59" FOLD "\n2026-10-25T02:00:01 exact\n"},
    /* a line that comes a minute late goes back over nothing */
    {BERLIN AUTUMN "02:30:00 enter\n" AUTUMN "02:29:00 enter\n" AUTUMN "02:30:01 enter\n",
     "2026-10-25T00:30:00" FOLD "\n2026-10-25T00:29:00" FOLD "\n2026-10-25T00:30:01" FOLD "\n"},
    {BERLIN AUTUMN "02:30:00 enter\n" AUTUMN "02:28:59 enter\n",
     "2026-10-25T00:30:00" FOLD "\n2026-10-25T01:28:59" FOLD "\n"},
    /* nor does a log that was put behind one of later days */
    {BERLIN "2026-11-02 09:00:00 enter\n" AUTUMN "02:30:00 enter\n",
     "2026-11-02T08:00:00 exact\n2026-10-25T00:30:00" FOLD "\n"},
    /* lines without any meaning tell it as well */
    {BERLIN AUTUMN "01:50:00 enter\n" AUTUMN "02:50:00 -\n" AUTUMN "02:05:00 -\n" AUTUMN
                   "02:10:00 enter\n",
     "2026-10-24T23:50:00 exact\n2026-10-25T01:10:00" FOLD "\n"},
    /* and those below them */
    {BERLIN AUTUMN "02:50:00 enter\n" AUTUMN "02:05:00 -\nenter\n" AUTUMN "02:20:00 enter\n",
     "2026-10-25T00:50:00" FOLD "\n2026-10-25T01:05:00" FOLD "\n2026-10-25T01:20:00" FOLD "\n"},
    /* where the hole of a boot begins */
    {BERLIN AUTUMN "01:59:00 enter\n" AUTUMN "02:58:00 -\n" AUTUMN "02:01:00 boot\n",
     "2026-10-24T23:59:00 exact\n2026-10-25T01:01:00" FOLD " before 2026-10-25T00:58:00\n"},
    {BERLIN AUTUMN "02:10:00 -\n" AUTUMN "02:58:00 -\n" AUTUMN "02:05:00 -\n" AUTUMN
                   "03:01:00 boot\n",
     "2026-10-25T02:01:00 exact before 2026-10-25T01:05:00\n"},
    /* in a section nothing above counts */
    {BERLIN AUTUMN "02:50:00 enter\npart\n" AUTUMN "02:10:00 enter\n",
     "2026-10-25T00:50:00" FOLD "\n2026-10-25T00:10:00" FOLD "\n"},
    /* without a year it is no better than that */
    {BERLIN "Oct 25 02:50:00 enter\nOct 25 02:10:00 enter\n",
     "2026-10-25T00:50:00 year-assumed {\"dst\":\"fold\"}\n"
     "2026-10-25T01:10:00 year-assumed {\"dst\":\"fold\"}\n"},
    /* a capture of that name is the dialect's */
    {BERLIN SPRING "02:30:00 told yes\n", "2026-03-29T01:30:00 derived {\"dst\":\"yes\"}\n"},
    /* zones that nobody knows change nothing */
    {"zone Mars/Olympus\n" AUTUMN "02:30:00 enter\n", "2026-10-25T02:30:00 zone-assumed\n"},
    {"zone ../Europe/Berlin\n" AUTUMN "02:30:00 enter\n", "2026-10-25T02:30:00 zone-assumed\n"},
    {BERLIN "zone Mars\n" AUTUMN "12:00:00 enter\n", "2026-10-25T11:00:00 exact\n"},
    {BERLIN "zone +05:00\n" AUTUMN "02:30:00 enter\n", "2026-10-24T21:30:00 exact\n"},
};

START_TEST(a_line_means_the_moment_that_keeps_the_order_of_the_source)
{
    matching *m = &the_matching;
    pl_buf events;
    pl_buf_init(&events, 4096);
    matching_load(m, zoned_dialect);
    m->options.reference_us = pl_civil_to_us((pl_civil){.year = 2026, .month = 12, .day = 1});
    matching_text(m, cases[_i].text);
    render(m, &events);
    ck_assert_str_eq(events.ptr, cases[_i].events);
    pl_buf_release(&events);
}
END_TEST

START_TEST(blocks_may_be_cut_behind_any_line)
{
    matching *m = &the_matching;
    pl_str text = pl_str_of(cases[_i].text);
    matching_load(m, zoned_dialect);
    m->options.reference_us = pl_civil_to_us((pl_civil){.year = 2026, .month = 12, .day = 1});
    for (size_t cut = pl_str_find(text, PL_STR("\n"), 0) + 1; cut < text.len;
         cut = pl_str_find(text, PL_STR("\n"), cut) + 1) {
        pl_buf events;
        pl_buf_init(&events, 4096);
        matching_cut(m, text, &cut, 1);
        render(m, &events);
        ck_assert_msg(pl_str_equal(pl_buf_str(&events), pl_str_of(cases[_i].events)), "%zu:\n%s",
                      cut, events.ptr);
        pl_buf_release(&events);
    }
}
END_TEST

START_TEST(the_zone_of_the_user_beats_the_one_that_a_line_names)
{
    matching *m = &the_matching;
    matching_load(m, zoned_dialect);
    m->options.clock.has_zone = true;
    ck_assert_int_eq(
        pl_zones_find(the_zones, PL_STR("Europe/Berlin"), &m->options.clock.zone, NULL), PL_OK);
    matching_text(m, "zone +05:00\n2026-07-01 12:00:00 enter\n");
    ck_assert_int_eq(m->events[0].moment.us,
                     pl_civil_to_us((pl_civil){.year = 2026, .month = 7, .day = 1, .hour = 10}));
}
END_TEST

/* The moments of a log of times of day, as the epochs at its end have them. */
static void assert_dated(const char *text, const char *moments)
{
    matching *m = &the_matching;
    pl_buf times;
    pl_buf_init(&times, 4096);
    const pl_block block = {
        .ptr = text, .len = pl_str_of(text).len, .encoding = PL_ENCODING_UTF8, .last = true};
    pl_status status = matching_begin(m);
    if (status == PL_OK)
        status = matching_block(m, &block);
    ck_assert_int_eq(status, PL_OK);
    pl_matcher_finish(m->matcher, &m->summary);
    for (size_t i = 0; i < m->count; i++) {
        const pl_moment *moment = &m->events[i].moment;
        const pl_epochs *epochs = (const pl_epochs *)(const void *)m->summary.epochs;
        append_time(&times, pl_epochs_moment(epochs, moment->us, moment->epoch));
        pl_buf_append_char(&times, '\n');
    }
    ck_assert_str_eq(times.ptr, moments);
    pl_buf_release(&times);
    ck_assert_int_eq(matching_end(m, PL_ERR_NOMEM), PL_ERR_NOMEM);
}

START_TEST(times_of_day_cross_a_change_whether_the_date_stands_above_or_below)
{
    static const char spring[] = "2026-03-29T00:30:00\n2026-03-29T01:30:00\n2026-03-29T10:00:00\n";
    static const char autumn[] = "2026-10-24T23:30:00\n2026-10-25T02:00:00\n2026-10-25T11:00:00\n";
    matching_load(&the_matching, daily_dialect);
    assert_dated(BERLIN "day 2026-03-29\n01:30:00 enter\n03:30:00 enter\n12:00:00 enter\n", spring);
    assert_dated(BERLIN "01:30:00 enter\n03:30:00 enter\n12:00:00 enter\nday 2026-03-29\n", spring);
    assert_dated(BERLIN "01:30:00 enter\n03:00:00 enter\n12:00:00 enter\nday 2026-10-25\n", autumn);
    /* the day before the change, and the day after it */
    assert_dated(BERLIN "23:00:00 enter\n04:00:00 enter\nday 2026-03-29\n",
                 "2026-03-28T22:00:00\n2026-03-29T02:00:00\n");
    assert_dated(BERLIN "12:00:00 enter\n13:00:00 enter\nday 2026-03-29\n",
                 "2026-03-29T10:00:00\n2026-03-29T11:00:00\n");
}
END_TEST

START_TEST(the_zones_that_lines_name_are_described_with_their_files)
{
    matching *m = &the_matching;
    static const char text[] = BERLIN "zone Mars/Olympus\n" BERLIN "zone +02:00\nzone ..\n";
    const pl_block block = {
        .ptr = text, .len = sizeof text - 1, .encoding = PL_ENCODING_UTF8, .last = true};
    pl_zone zone;
    pl_buf wanted, told;
    pl_buf_init(&wanted, 4096);
    pl_buf_init(&told, 4096);
    matching_load(m, zoned_dialect);
    ck_assert_int_eq(pl_zones_find(the_zones, PL_STR("Europe/Berlin"), &zone, NULL), PL_OK);
    pl_zone_describe(&zone, &wanted);
    pl_buf_append(&wanted, PL_STR("no zone Mars/Olympus\n"));
    ck_assert_int_eq(matching_begin(m), PL_OK);
    ck_assert_int_eq(matching_block(m, &block), PL_OK);
    pl_matcher_describe_zones(m->matcher, &told);
    ck_assert_str_eq(told.ptr, wanted.ptr);
    ck_assert_int_eq(matching_end(m, PL_ERR_NOMEM), PL_ERR_NOMEM);
    pl_buf_release(&wanted);
    pl_buf_release(&told);
}
END_TEST

START_TEST(every_allocation_may_fail)
{
    matching *m = &the_matching;
    matching_load(m, zoned_dialect);
    pl_status status = PL_ERR_NOMEM;
    for (long i = 0; status != PL_OK; i++) {
        ck_assert_int_lt(i, 10000);
        pl_zones_free(the_zones);
        the_zones = m->options.zones = pl_zones_new(the_folder.path);
        pl_alloc_fail_after(i);
        status = matching_try(m, pl_str_of(cases[3].text), NULL, 0);
        pl_alloc_fail_after(-1);
        ck_assert(status == PL_OK || status == PL_ERR_NOMEM);
    }
    ck_assert_uint_eq(m->count, 6);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("matcher_zones");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, a_line_means_the_moment_that_keeps_the_order_of_the_source, 0,
                        COUNT(cases));
    tcase_add_loop_test(tcase, blocks_may_be_cut_behind_any_line, 0, COUNT(cases));
    tcase_add_test(tcase, the_zone_of_the_user_beats_the_one_that_a_line_names);
    tcase_add_test(tcase, times_of_day_cross_a_change_whether_the_date_stands_above_or_below);
    tcase_add_test(tcase, the_zones_that_lines_name_are_described_with_their_files);
    tcase_add_test(tcase, every_allocation_may_fail);
    Suite *suite = suite_create("matcher_zones");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
