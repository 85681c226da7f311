/* test_sections.c - files in sections, headers that tell the clock, and lines about many nodes. */
#include "support/matching.h"

#include <string.h>

#include "base/alloc.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))
#define ONE "match: [{line: x}], not: [y]}\n"

static const char sections_dialect[] =
    "dialect: t\ntitle: T\nsource: s\nrecognise: {markers: [x]}\n"
    "shapes:\n"
    "  - {id: line, time: local, pattern: '^(?<ts>\\d{4}/\\d\\d/\\d\\d-[\\d:.]+) (?<text>.*)$'}\n"
    "  - {id: cut, time: time-of-day, pattern: '^(?<ts>\\d\\d:\\d\\d:\\d\\d) (?<text>.*)$'}\n"
    "  - {id: bare, time: none, pattern: '^(?<text>.*)$'}\n"
    "context:\n"
    "  - {id: section, literal: '[=== ', pattern: '^\\[=== (?<section>.+) ===\\]$', " ONE
    "  - {id: node, literal: 'I am ', pattern: '^I am (?<node>\\w+)(?: id "
    "(?<speaker>\\d+))?$', " ONE
    "  - {id: bias, literal: 'bias ', pattern: '^bias (?<bias>\\S+)$', " ONE
    "  - {id: clock, literal: 'clock ', pattern: '^clock (?<clock>\\w+)$', " ONE
    "node: [context, {path: '(?<node>\\w+)_c\\.log$'}]\n"
    "models:\n"
    "  - model: m\n    scope: node\n    phases:\n      - {phase: up, kind: done}\n"
    "      - {phase: down, kind: state}\n"
    "rules:\n"
    "  - {id: view, literal: 'view ', pattern: '^(?:Node (?<speaker>\\d+): )?view (?<in>[\\w, ]*)/"
    "(?<out>[\\w, ]*)$', gives: [{model: m, phase: up, transition: enter, about: '{in}'},"
    " {model: m, phase: down, transition: enter, about: '{out}', only: underway},"
    " {transition: note}], strength: inferred, " ONE
    "  - {id: enter, literal: 'enter ', pattern: '^enter (?<phase>\\w+)(?: of (?<subject>\\w+))?$',"
    " gives: [{model: m, phase: '{phase}', transition: enter}], confidence: medium, " ONE;

static matching *m;

static void setup(void)
{
    m = pl_alloc(1, sizeof *m);
    ck_assert_ptr_nonnull(m);
    matching_init(m);
    matching_load(m, sections_dialect);
}

static void teardown(void)
{
    matching_release(m);
    pl_release(m);
}

static void read_text(const char *text)
{
    m->options.head = pl_str_of(text);
    matching_text(m, text);
}

/* ---- lists */

/* Whom the events of the line "view ..." are about. */
static const struct {
    const char *line, *events;
} list_cases[] = {
    {"2026/02/06-10:00:00 view 1 2/3\n", "1.0 10:00:00 zone-assumed 1 ? m/up enter\n"
                                         "1.1 10:00:00 zone-assumed 2 ? m/up enter\n"
                                         "1.2 10:00:00 zone-assumed 3 ? m/down enter\n"
                                         "1.3 10:00:00 zone-assumed ? ? note\n"},
    {"2026/02/06-10:00:00 view a, b,c ,,d/\n", "1.0 10:00:00 zone-assumed a ? m/up enter\n"
                                               "1.1 10:00:00 zone-assumed b ? m/up enter\n"
                                               "1.2 10:00:00 zone-assumed c ? m/up enter\n"
                                               "1.3 10:00:00 zone-assumed d ? m/up enter\n"
                                               "1.4 10:00:00 zone-assumed ? ? note\n"},
    {"2026/02/06-10:00:00 view / ,\n", "1.0 10:00:00 zone-assumed ? ? note\n"},
};

START_TEST(an_event_comes_of_each_name_of_a_list)
{
    read_text(list_cases[_i].line);
    matching_assert_events(m, list_cases[_i].events);
}
END_TEST

START_TEST(events_know_how_sure_they_are_and_when_they_count)
{
    read_text("2026/02/06-10:00:00 view a/b\n2026/02/06-10:00:00 enter up\n");
    ck_assert_uint_eq(m->count, 4);
    for (size_t i = 0; i < 3; i++) {
        ck_assert_int_eq(m->events[i].strength, PL_STRENGTH_INFERRED);
        ck_assert_int_eq(m->events[i].confidence, PL_CONFIDENCE_LOW);
        ck_assert_int_eq(m->events[i].only_underway, i == 1);
    }
    ck_assert_int_eq(m->events[3].strength, PL_STRENGTH_EXPLICIT);
    ck_assert_int_eq(m->events[3].confidence, PL_CONFIDENCE_MEDIUM);
}
END_TEST

/* ---- who writes */

START_TEST(one_who_says_his_number_is_called_by_it_where_nothing_names_him)
{
    read_text("2026/02/06-10:00:00 enter up\n2026/02/06-10:00:01 Node 2: view /\n"
              "2026/02/06-10:00:02 enter down\n");
    ck_assert_uint_eq(m->count, 3);
    assert_str(m->events[0].node, ""); /* the writer of rows gives it the summary's */
    assert_str(m->events[1].node, "2");
    assert_str(m->events[2].node, "2");
    assert_str(m->summary.node, "2");
    assert_str(m->summary.own_node, "2");
}
END_TEST

START_TEST(else_it_is_another_name_of_his)
{
    m->options.source_path = PL_STR("logs/oak_c.log");
    read_text("2026/02/06-10:00:01 Node 2: view /\n");
    ck_assert_uint_eq(m->count, 2);
    ck_assert(m->events[0].is_alias);
    assert_str(m->events[0].node, "2");
    assert_str(m->events[0].witness, "oak");
    ck_assert(!m->events[1].is_alias);
    ck_assert_uint_eq(m->events[1].sub, 0);
    assert_str(m->events[1].node, "oak");
}
END_TEST

START_TEST(the_name_of_a_context_line_beats_the_path_and_joins_the_number)
{
    m->options.source_path = PL_STR("logs/renamed_c.log");
    read_text("I am oak id 2\n2026/02/06-10:00:01 enter up\n");
    ck_assert_uint_eq(m->count, 2);
    ck_assert(m->events[0].is_alias);
    assert_str(m->events[0].witness, "oak");
    assert_str(m->events[1].node, "oak");
}
END_TEST

/* ---- the clock */

static const struct {
    const char *header, *event;
} clock_cases[] = {
    {"", "10:00:00 zone-assumed"},
    {"clock local\n", "10:00:00 zone-assumed"}, /* no bias: the zone is not known */
    {"bias 240\n", "10:00:00 zone-assumed"},    /* a bias alone says nothing of the stamps */
    {"bias 240\nclock local\n", "14:00:00 exact"},
    {"clock local\nbias 240\n", "14:00:00 exact"},
    {"bias 240\nclock UTC\n", "10:00:00 exact"},
    {"clock GMT\n", "10:00:00 exact"},
    {"bias -330\nclock LOCAL\n", "04:30:00 exact"},
    {"bias -05:30\nclock local\n", "04:30:00 exact"},
    {"bias +8:00\nclock local\n", "18:00:00 exact"},
    {"bias 4:00:00\nclock local\n", "14:00:00 exact"},
    {"bias soon\nclock local\n", "10:00:00 zone-assumed"},
    {"bias 1440\nclock local\n", "10:00:00 zone-assumed"},
    {"bias 4:60\nclock local\n", "10:00:00 zone-assumed"},
    {"bias 24:00\nclock local\n", "10:00:00 zone-assumed"},
};

START_TEST(a_header_tells_what_is_to_be_added_to_its_clock)
{
    pl_buf text, wanted;
    pl_buf_init(&text, 4096);
    pl_buf_init(&wanted, 4096);
    pl_buf_appendf(&text, "%s2026/02/06-10:00:00 enter up\n", clock_cases[_i].header);
    size_t lines = 1;
    for (const char *c = clock_cases[_i].header; *c != '\0'; c++)
        lines += *c == '\n';
    pl_buf_appendf(&wanted, "%zu.0 %s ? ? m/up enter\n", lines, clock_cases[_i].event);
    read_text(text.ptr);
    matching_assert_events(m, wanted.ptr);
    pl_buf_release(&text);
    pl_buf_release(&wanted);
}
END_TEST

/* ---- sections */

static void assert_moment(int64_t us, const char *wanted)
{
    pl_buf text;
    pl_buf_init(&text, 64);
    pl_time_append(&text, us);
    ck_assert_str_eq(text.len > 0 ? text.ptr : "", wanted);
    pl_buf_release(&text);
}

static const char in_sections[] = "clock local\nbias 60\n"
                                  "[=== Events ===]\n"
                                  "2026/02/06-12:00:00 enter up\n"
                                  "2026/02/06-13:30:00 the end\n"
                                  "[=== Lines ===]\n"
                                  "2026/02/06-09:00:00 the beginning\n"
                                  "2026/02/06-10:00:00 enter down\n"
                                  "2026/02/06-09:59:00 enter up\n"
                                  "2026/02/06-11:00:00 nothing\n"
                                  "[=== Empty ===]\n"
                                  "no stamp\n";

static void assert_sections(void)
{
    ck_assert_uint_eq(m->count, 3);
    assert_moment(m->events[0].order_us, "2026-02-06T13:00:00.000000Z");
    assert_moment(m->events[1].order_us, "2026-02-06T11:00:00.000000Z"); /* no step back */
    assert_moment(m->events[2].order_us, "2026-02-06T11:00:00.000000Z"); /* in a section it is */
    assert_moment(m->summary.first_us, "2026-02-06T10:00:00.000000Z");
    assert_moment(m->summary.last_us, "2026-02-06T14:30:00.000000Z");
}

START_TEST(time_begins_anew_in_every_section)
{
    read_text(in_sections);
    assert_sections();
}
END_TEST

START_TEST(wherever_blocks_are_cut)
{
    const size_t len = strlen(in_sections);
    m->options.head = pl_str_of(in_sections);
    for (size_t at = 1; at < len; at++) {
        if (in_sections[at - 1] != '\n' || strncmp(in_sections, "clock local\nbias 60\n", at) == 0)
            continue;
        matching_cut(m, pl_str_of(in_sections), &at, 1);
        assert_sections();
    }
}
END_TEST

START_TEST(no_stamp_is_borrowed_over_the_beginning_of_a_section)
{
    static const char text[] = "2026/02/06-10:00:00 nothing\n[=== Table ===]\nenter up\n"
                               "2026/02/06-11:00:00 nothing\nenter down\n";
    const size_t cut = strlen("2026/02/06-10:00:00 nothing\n[=== Table ===]\n");
    m->options.head = pl_str_of(text);
    for (size_t cuts = 0; cuts < 2; cuts++) {
        matching_cut(m, pl_str_of(text), &cut, cuts);
        matching_assert_events(
            m, "3.0 - none ? ? m/up enter\n5.0 11:00:00 zone-assumed ? ? m/down enter\n");
    }
}
END_TEST

START_TEST(times_of_day_begin_anew_too_and_on_the_same_day)
{
    m->options.clock.has_date = true;
    m->options.clock.date = (pl_civil){.year = 2026, .month = 2, .day = 6};
    read_text("23:00:00 enter up\n[=== Lines ===]\n01:00:00 enter down\n");
    ck_assert_uint_eq(m->count, 2);
    ck_assert_int_eq(m->events[0].moment.us - m->events[1].moment.us, 22 * 3600 * PL_US_PER_SECOND);
}
END_TEST

/* ---- which lines are looked at */

static const struct {
    const char *head;
    bool every_line;
} follow_cases[] = {
    {"", true}, /* nothing is known */
    {"no stamp\n", true},
    {"2026/02/06-10:00:00 nothing\nno stamp\n", false},
    {"10:00:00 nothing\n", true},
    {"2026/02/06-10:00:00 nothing\n10:00:00 nothing\n", true},
};

START_TEST(every_line_is_looked_at_where_times_of_day_are)
{
    m->options.head = pl_str_of(follow_cases[_i].head);
    matching_text(m, follow_cases[_i].head);
    ck_assert_int_eq(m->every_line, follow_cases[_i].every_line);
}
END_TEST

START_TEST(every_allocation_may_fail)
{
    static const char text[] =
        "I am oak id 2\n[=== Lines ===]\n2026/02/06-10:00:00 Node 2: view a b/c\n";
    pl_status status = PL_ERR_NOMEM;
    m->options.head = pl_str_of(text);
    for (long i = 0; status != PL_OK; i++) {
        ck_assert_int_lt(i, 10000);
        pl_alloc_fail_after(i);
        status = matching_try(m, pl_str_of(text), NULL, 0);
        pl_alloc_fail_after(-1);
        ck_assert(status == PL_OK || status == PL_ERR_NOMEM);
    }
    ck_assert_uint_eq(m->count, 6);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sections");
    TCase *tcase = tcase_create("sections");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, an_event_comes_of_each_name_of_a_list, 0, COUNT(list_cases));
    tcase_add_test(tcase, events_know_how_sure_they_are_and_when_they_count);
    tcase_add_test(tcase, one_who_says_his_number_is_called_by_it_where_nothing_names_him);
    tcase_add_test(tcase, else_it_is_another_name_of_his);
    tcase_add_test(tcase, the_name_of_a_context_line_beats_the_path_and_joins_the_number);
    tcase_add_loop_test(tcase, a_header_tells_what_is_to_be_added_to_its_clock, 0,
                        COUNT(clock_cases));
    tcase_add_test(tcase, time_begins_anew_in_every_section);
    tcase_add_test(tcase, wherever_blocks_are_cut);
    tcase_add_test(tcase, no_stamp_is_borrowed_over_the_beginning_of_a_section);
    tcase_add_test(tcase, times_of_day_begin_anew_too_and_on_the_same_day);
    tcase_add_loop_test(tcase, every_line_is_looked_at_where_times_of_day_are, 0,
                        COUNT(follow_cases));
    tcase_add_test(tcase, every_allocation_may_fail);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
