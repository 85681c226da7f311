/* test_matcher.c - what lines mean, whom they are about and when they were written. */
#include "support/matching.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define LOOKBACK ((size_t)64 << 10)

static matching *m;

static void setup(void)
{
    m = pl_alloc(1, sizeof *m);
    ck_assert_ptr_nonnull(m);
    matching_init(m);
    matching_load(m, matching_dialect);
}

static void teardown(void)
{
    matching_release(m);
    pl_release(m);
}

static void assert_events(const char *wanted)
{
    matching_assert_events(m, wanted);
}

static void assert_facts(size_t i, const char *wanted)
{
    ck_assert_uint_lt(i, m->count);
    ck_assert_int_eq(m->events[i].facts.ptr == NULL, wanted[0] == '\0');
    assert_str(m->events[i].facts, wanted);
}

/* ---- shapes and stamps */

START_TEST(a_log_may_change_its_shape_and_change_back)
{
    matching_text(m, "2024/02/06 10:00:00 enter drain\n" DAY "10:00:01Z <n1@C> enter install\n"
                     "2024/02/06 10:00:02.5 enter done\n");
    assert_events("1.0 10:00:00 zone-assumed ? ? roll/drain enter begins\n"
                  "2.0 10:00:01 exact n1 C roll/install enter begins\n"
                  "3.0 10:00:02 zone-assumed ? ? roll/done enter begins\n");
    ck_assert(m->events[1].moment.dated);
    assert_str(m->events[0].rule, "t.enter");
    assert_str(m->events[1].text, DAY "10:00:01Z <n1@C> enter install");
}
END_TEST

START_TEST(a_line_without_a_stamp_takes_that_of_the_line_above)
{
    matching_text(m, "enter drain\n" DAY "10:00:00Z <g1:n1@C> nothing\n"
                     "nothing either\n"
                     "enter install\n"
                     "2024/02/06 11:00:00 nothing\n"
                     "enter done\n");
    assert_events("1.0 - none ? ? roll/drain enter begins\n"
                  "4.0 10:00:00 derived n1 C roll/install enter begins\n"
                  "6.0 11:00:00 zone-assumed ? ? roll/done enter begins\n");
    for (size_t i = 0; i < 3; i++)
        ck_assert(!m->events[i].moment.dated);
    assert_facts(1, "{\"group\":\"g1\"}");
}
END_TEST

START_TEST(a_line_under_one_that_has_no_time_has_none)
{
    matching_text(m, DAY "10:00:00Z nothing\n1970-01-01T00:00:01Z <n1> nothing\nenter drain\n");
    assert_events("3.0 - none n1 ? roll/drain enter begins\n");
}
END_TEST

/* A stamped line, `fill` bytes of other lines, and a line that wants the stamp. */
static void far_below(pl_buf *text, size_t fill, size_t line_len)
{
    pl_buf_clear(text);
    pl_buf_append(text, PL_STR(DAY "10:00:00Z nothing\n"));
    while (fill > 0) {
        size_t len = fill < line_len ? fill : line_len;
        pl_buf_append_repeat(text, '.', len - 1);
        pl_buf_append_char(text, '\n');
        fill -= len;
    }
    pl_buf_append(text, PL_STR("enter drain\n"));
}

START_TEST(a_stamp_is_sought_64_kib_above_and_not_further_whatever_the_blocks)
{
    static const size_t lines[] = {50, 1000, 40000, LOOKBACK};
    const size_t stamped = strlen(DAY "10:00:00Z nothing\n");
    pl_buf text;
    pl_buf_init(&text, 1 << 20);
    for (size_t l = 0; l < COUNT(lines); l++) {
        for (size_t over = 0; over < 2; over++) {
            far_below(&text, LOOKBACK - stamped + over, lines[l]);
            /* cut nowhere, behind the stamped line, in the middle, and before the last line */
            size_t middle = stamped + lines[l] < LOOKBACK ? stamped + lines[l] : stamped;
            const size_t cuts[] = {stamped, middle, text.len - strlen("enter drain\n")};
            for (size_t cut = 0; cut <= COUNT(cuts) + 1; cut++) {
                if (cut == 0)
                    matching_cut(m, pl_buf_str(&text), NULL, 0);
                else if (cut <= COUNT(cuts))
                    matching_cut(m, pl_buf_str(&text), &cuts[cut - 1], 1);
                else if (middle > stamped && middle < cuts[2])
                    matching_cut(m, pl_buf_str(&text), cuts, COUNT(cuts));
                ck_assert_uint_eq(m->count, 1);
                ck_assert_msg((m->events[0].moment.us == PL_TIME_NONE) == (over == 1),
                              "lines of %zu, %zu over, cut %zu", lines[l], over, cut);
            }
        }
    }
    pl_buf_release(&text);
}
END_TEST

START_TEST(lines_of_a_node_keep_their_order_over_steps_back)
{
    static const struct {
        const char *stamp;
        const char *order;
    } lines[] = {
        {"", "-"}, /* nothing before it */
        {DAY "10:00:05.000000Z ", "10:00:05.000000"},
        {DAY "10:00:04.000001Z ", "10:00:05.000000"}, /* 999,999 us back */
        {DAY "10:00:04.000000Z ", "10:00:05.000000"}, /* a second back */
        {"1970-01-01T00:00:00Z ", "10:00:05.000000"}, /* no time: its place in the file */
        {DAY "09:00:00.000000Z ", "10:00:05.000000"}, /* an hour back */
        {DAY "12:00:00.000000Z ", "12:00:00.000000"},
    };
    pl_buf text;
    pl_buf_init(&text, 4096);
    for (size_t i = 0; i < COUNT(lines); i++)
        pl_buf_appendf(&text, "%senter drain\n", lines[i].stamp);
    matching_text(m, text.ptr);
    ck_assert_uint_eq(m->count, COUNT(lines));
    for (size_t i = 0; i < COUNT(lines); i++) {
        pl_buf_clear(&text);
        pl_time_append(&text, m->events[i].order_us);
        pl_str got = text.len > 0 ? pl_str_slice(pl_buf_str(&text), 11, 15) : PL_STR("-");
        ck_assert_msg(pl_str_equal(got, pl_str_of(lines[i].order)), "%zu: " PL_FMT, i, PL_ARG(got));
    }
    pl_buf_release(&text);
}
END_TEST

static void assert_ends(const char *first, const char *last)
{
    pl_buf text;
    pl_buf_init(&text, 256);
    pl_time_append(&text, m->summary.first_us);
    pl_buf_append_char(&text, ' ');
    pl_time_append(&text, m->summary.last_us);
    pl_str got = pl_buf_str(&text);
    ck_assert_msg(
        pl_str_starts(got, pl_str_of(first)) &&
            pl_str_starts(pl_str_slice(got, strlen(first) > 0 ? 28 : 1, SIZE_MAX), pl_str_of(last)),
        PL_FMT, PL_ARG(got));
    ck_assert(first[0] != '\0' || m->summary.first_us == PL_TIME_NONE);
    ck_assert(last[0] != '\0' || m->summary.last_us == PL_TIME_NONE);
    pl_buf_release(&text);
}

START_TEST(the_first_and_last_stamped_line_are_known_even_when_they_mean_nothing)
{
    matching_text(m, "no stamp\n" DAY "10:00:00Z a\n" DAY "11:00:00Z enter drain\n" DAY
                     "12:00:00Z z\nno stamp\n");
    assert_ends(DAY "10:00:00", DAY "12:00:00");
    matching_text(m, DAY "11:00:00Z only");
    assert_ends(DAY "11:00:00", DAY "11:00:00");
    matching_text(m, "no stamp\nenter drain\n");
    assert_ends("", "");
    /* the last in the file, not the latest; and lines without a time are none */
    matching_text(m, "1970-01-01T00:00:00Z a\n" DAY "12:00:00Z a\n" DAY "11:00:00Z boot b\n"
                     "1970-01-01T00:00:00Z a\n");
    assert_ends(DAY "12:00:00", DAY "11:00:00");
}
END_TEST

START_TEST(lines_that_mean_something_date_a_source_whose_ends_have_no_stamps)
{
    pl_buf text;
    pl_buf_init(&text, 1 << 20);
    pl_buf_append_repeat(&text, '\n', LOOKBACK + 10);
    pl_buf_append(&text, PL_STR(DAY "10:00:00Z boot a\n" DAY "11:00:00Z boot b\n"));
    pl_buf_append_repeat(&text, '\n', LOOKBACK + 10);
    matching_text(m, text.ptr);
    assert_ends(DAY "10:00:00", DAY "11:00:00");
    pl_buf_release(&text);
}
END_TEST

START_TEST(the_ends_of_a_bundle_are_those_of_all_its_dialects)
{
    matching_load(m, "dialect: u\ntitle: U\nsource: s\nrecognise: {markers: [x]}\n"
                     "shapes: [{id: s, pattern: '^u (?<ts>\\S+) (?<text>.*)$', time: absolute}]\n"
                     "rules: []\n");
    matching_text(m, "u " DAY "09:00:00Z a\n" DAY "10:00:00Z a\nu " DAY "11:00:00Z a\n" DAY
                     "12:00:00Z a\n");
    assert_ends(DAY "09:00:00", DAY "12:00:00");
    matching_text(m, DAY "09:00:00Z a\nu " DAY "10:00:00Z a\n" DAY "11:00:00Z a\nu " DAY
                         "12:00:00Z a\n");
    assert_ends(DAY "09:00:00", DAY "12:00:00");
}
END_TEST

/* ---- who and where */

START_TEST(context_lines_hold_from_where_they_stand_and_the_first_is_remembered)
{
    matching_text(m, DAY "10:00:00Z enter drain\n" DAY "10:00:01Z I am n1\n" DAY
                         "10:00:02Z part of C\n" DAY "10:00:03Z enter install\n" DAY
                         "10:00:04Z I am n2\n" DAY "10:00:05Z part of D\n" DAY
                         "10:00:06Z enter done\n" DAY "10:00:07Z <n3@E> enter done\n");
    assert_events("1.0 10:00:00 exact ? ? roll/drain enter begins\n"
                  "4.0 10:00:03 exact n1 C roll/install enter begins\n"
                  "7.0 10:00:06 exact n2 D roll/done enter begins\n"
                  "8.0 10:00:07 exact n3 E roll/done enter begins\n");
    assert_str(m->summary.node, "n1");
    assert_str(m->summary.cluster, "C");
}
END_TEST

START_TEST(a_version_in_a_context_line_is_a_note_too)
{
    matching_text(m, DAY "10:00:00Z I am n1\n" DAY "10:00:01Z running 8.0.28\n");
    assert_events("2.0 10:00:01 exact n1 ? note\n");
    assert_facts(0, "{\"version\":\"8.0.28\"}");
    assert_str(m->events[0].rule, "t.version");
}
END_TEST

START_TEST(the_line_beats_the_option_which_beats_context_and_path)
{
    static const char text[] = DAY "10:00:00Z I am n1\n" DAY "10:00:01Z part of C\n" DAY
                                   "10:00:02Z <n2@D> enter drain\n" DAY "10:00:03Z enter drain\n";
    m->options.source_path = PL_STR("F/logs/n9.log");
    matching_text(m, DAY "10:00:00Z enter drain\n");
    assert_events("1.0 10:00:00 exact n9 F roll/drain enter begins\n");
    matching_text(m, text);
    assert_events("3.0 10:00:02 exact n2 D roll/drain enter begins\n"
                  "4.0 10:00:03 exact n1 C roll/drain enter begins\n");
    m->options.node = PL_STR("opt");
    m->options.cluster = PL_STR("OPT");
    matching_text(m, text);
    assert_events("3.0 10:00:02 exact n2 D roll/drain enter begins\n"
                  "4.0 10:00:03 exact opt OPT roll/drain enter begins\n");
}
END_TEST

START_TEST(who_writes_is_a_witness_unless_it_is_the_subject)
{
    matching_text(m, DAY
                  "10:00:00Z <n1> enter drain of n2\n" DAY "10:00:01Z <n1> enter drain of N1\n" DAY
                  "10:00:02Z <n1> enter drain of n2 seen by n3\n" DAY
                  "10:00:03Z <n1> enter drain seen by n3\n" DAY "10:00:04Z enter drain of n2\n");
    assert_events("1.0 10:00:00 exact n2<n1 ? roll/drain enter begins\n"
                  "2.0 10:00:01 exact N1 ? roll/drain enter begins\n"
                  "3.0 10:00:02 exact n2<n3 ? roll/drain enter begins\n"
                  "4.0 10:00:03 exact n1<n3 ? roll/drain enter begins\n"
                  "5.0 10:00:04 exact n2 ? roll/drain enter begins\n");
}
END_TEST

START_TEST(a_serial_model_without_subject_and_a_cluster_model_are_about_the_cluster)
{
    matching_text(m, DAY "10:00:00Z <n1> step on n2\n" DAY "10:00:01Z <n1> step on\n" DAY
                         "10:00:02Z <n1> commit now\n" DAY "10:00:03Z commit now of n2\n" DAY
                         "10:00:04Z commit now says n3\n");
    assert_events("1.0 10:00:00 exact n2<n1 ? one/drain enter\n"
                  "2.0 10:00:01 exact *<n1 ? one/drain enter\n"
                  "3.0 10:00:02 exact *<n1 ? all/commit enter\n"
                  "4.0 10:00:03 exact * ? all/commit enter\n"
                  "5.0 10:00:04 exact *<n3 ? all/commit enter\n");
}
END_TEST

START_TEST(a_log_is_a_nodes_own_when_only_that_node_writes_in_it)
{
    static const struct {
        const char *text, *path, *own;
    } cases[] = {
        {"<n1> enter drain\n<N1> boot a\n", "a.log", "n1"},
        {"<n1> enter drain\n<n2> boot a\n", "x/n1.log", ""},
        {"<n1> enter drain of n2\n", "a.log", "n1"},
        {"enter drain of n2\n", "a.log", ""},
        {"nothing\n", "x/n9.log", "n9"},
        {"boot a\nI am n1\n", "a.log", "n1"}, /* named only after its last event */
        {"I am n1\nboot a\nI am n2\nboot b\n", "a.log", ""},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        pl_buf text;
        pl_buf_init(&text, 4096);
        for (const char *at = cases[i].text; *at != '\0'; at = strchr(at, '\n') + 1) {
            pl_buf_append(&text, PL_STR(DAY "10:00:00Z "));
            pl_buf_append(&text, (pl_str){at, (size_t)(strchr(at, '\n') - at) + 1});
        }
        m->options.source_path = pl_str_of(cases[i].path);
        matching_text(m, text.ptr);
        assert_str(m->summary.own_node, cases[i].own);
        pl_buf_release(&text);
    }
}
END_TEST

START_TEST(a_name_over_1024_bytes_is_none)
{
    pl_buf text;
    pl_buf_init(&text, 1 << 20);
    pl_buf_append(&text, PL_STR("I am n1\npart of C\nI am "));
    pl_buf_append_repeat(&text, 'x', 1025);
    pl_buf_append(&text, PL_STR("\npart of "));
    pl_buf_append_repeat(&text, 'x', 60000);
    pl_buf_append(&text, PL_STR("\nenter drain\nI am "));
    pl_buf_append_repeat(&text, '\xff', 1024);
    pl_buf_append(&text, PL_STR("\nenter drain\n"));
    matching_text(m, text.ptr);
    ck_assert_uint_eq(m->count, 2);
    assert_str(m->events[0].node, "n1");
    assert_str(m->events[0].cluster, "C");
    ck_assert_uint_eq(m->events[1].node.len, 3 * 1024); /* U+FFFD each */
    pl_buf_release(&text);
}
END_TEST

/* ---- what lines mean */

START_TEST(a_line_may_mean_several_things)
{
    matching_text(m, DAY "10:00:00Z <n1> both things\n" DAY "10:00:01Z <n1> enter drain\n");
    assert_events("1.0 10:00:00 exact n1 ? roll/drain exit\n"
                  "1.1 10:00:00 exact n1 ? roll/install enter\n"
                  "2.0 10:00:01 exact n1 ? roll/drain enter begins\n");
    ck_assert_uint_eq(m->events[0].key, m->events[1].key);
}
END_TEST

START_TEST(words_names_and_ranks_name_phases)
{
    matching_text(m, "enter D\nenter DRAIN\nenter 2\nenter 0\nenter 4\nenter nowhere\n");
    assert_events("1.0 - none ? ? roll/drain enter begins\n"
                  "2.0 - none ? ? roll/drain enter begins\n"
                  "3.0 - none ? ? roll/install enter begins\n"
                  "4.0 - none ? ? roll/- note\n"
                  "5.0 - none ? ? roll/- note\n"
                  "6.0 - none ? ? roll/- note\n");
    assert_facts(0, "");
    assert_facts(3, "{\"unrecognised\":\"0\"}");
    assert_facts(5, "{\"unrecognised\":\"nowhere\"}");
}
END_TEST

START_TEST(model_phase_and_transition_may_be_words_of_the_line)
{
    matching_text(m, "said roll/II/started\n"
                     "said roll/done/fail\n"
                     "said roll//rollback\n"
                     "said one/drain/exit\n"
                     "said wheel/drain/enter\n"
                     "said roll/drain/leap\n"
                     "said roll/drain/\n"
                     "said /drain/enter\n"
                     "said //boot\n");
    assert_events("1.0 - none ? ? roll/install enter\n"
                  "2.0 - none ? ? roll/done fail\n"
                  "3.0 - none ? ? roll/- rollback\n"
                  "4.0 - none * ? one/drain exit\n"
                  "5.0 - none ? ? note\n"
                  "6.0 - none ? ? roll/- note\n"
                  "7.0 - none ? ? roll/drain note\n" /* says nothing */
                  "8.0 - none ? ? note\n"            /* only boot and note do without a model */
                  "9.0 - none ? ? boot\n");
    assert_facts(4, "{\"unrecognised\":\"wheel\"}");
    assert_facts(5, "{\"unrecognised\":\"leap\"}");
    for (size_t i = 6; i < 9; i++)
        assert_facts(i, "");
}
END_TEST

START_TEST(other_captures_are_facts_in_json)
{
    matching_text(m, "enter drain of n1; it said \"no\" \\ \tcaf\xc3\xa9 \xff\n"
                     "3 of 7 left\n"
                     "3 of 7 left (0x5)\n"
                     "one of workers\n"
                     "enter drain\n");
    /* a tab is a control character, and the byte that is no UTF-8 becomes U+FFFD */
    assert_facts(0, "{\"why\":\"it said \\\"no\\\" \\\\ \\tcaf\xc3\xa9 \xef\xbf\xbd\"}");
    assert_facts(1, "{\"cur\":\"3\",\"total\":\"7\",\"falling\":\"yes\"}");
    assert_facts(2, "{\"cur\":\"3\",\"total\":\"7\",\"falling\":\"yes\"}");
    assert_facts(3, "{\"group\":\"workers\"}");
    ck_assert_ptr_null(m->events[1].code.ptr);
    assert_str(m->events[2].code, "0x5");
}
END_TEST

START_TEST(a_known_failure_carries_its_cause_and_advice_filled_in)
{
    matching_text(m, DAY "10:00:00Z <n1> disk \"sda\" bad\n");
    assert_events("1.0 10:00:00 exact n1 ? note\n");
    assert_str(m->events[0].rule, "known.t.disk");
    assert_facts(0, "{\"state\":\"bad\",\"what\":\"\\\"sda\\\"\",\"cause\":\"the \\\"sda\\\" of is "
                    "bad\",\"advice\":\"swap \\\"sda\\\" {\",\"phase\":\"install\"}");
}
END_TEST

START_TEST(a_pair_is_a_note_that_says_which_moment_it_tells)
{
    matching_text(m, DAY "10:00:00Z <n1> joined as 7\n" DAY "10:00:01Z <n2> met n1\n" DAY
                         "10:00:02Z <n1> boot 1\n");
    assert_events("1.0 10:00:00 exact n1 ? note\n2.0 10:00:01 exact n2 ? note\n"
                  "3.0 10:00:02 exact n1 ? boot\n");
    assert_str(m->events[0].pair_key, "7");
    assert_str(m->events[0].pair->moment, "t.joined");
    ck_assert_int_eq(m->events[0].pair->within_us, 5000000);
    assert_str(m->events[1].pair_key, "");
    assert_str(m->events[1].pair->moment, "meeting");
    assert_facts(1, "{\"who\":\"n1\"}");
    ck_assert_ptr_null(m->events[2].pair);
}
END_TEST

START_TEST(facts_that_are_too_long_are_left_out)
{
    pl_buf text;
    pl_buf_init(&text, 1 << 20);
    pl_buf_append(&text, PL_STR("enter drain; "));
    pl_buf_append_repeat(&text, 'x', 20000);
    pl_buf_append(&text, PL_STR("\nenter drain; y\n"));
    matching_text(m, text.ptr);
    ck_assert_uint_eq(m->count, 2);
    ck_assert_int_eq(m->events[0].transition, PL_ENTER);
    assert_facts(0, "");
    assert_facts(1, "{\"why\":\"y\"}");
    pl_buf_release(&text);
}
END_TEST

START_TEST(every_dialect_reads_a_line_in_its_own_way)
{
    matching_load(m, "dialect: u\ntitle: U\nsource: s\nrecognise: {markers: [x]}\n"
                     "unwrap: [{json: log}]\n"
                     "shapes: [{id: s, pattern: '^(?<text>.*)$', time: none}]\n"
                     "rules:\n  - {id: enter, literal: 'enter ', pattern: '^enter (?<what>\\w+)',"
                     " gives: [{transition: note}], " SAMPLES);
    matching_text(m, "{\"log\":\"enter drain\"}\nenter drain\nboot u\n");
    assert_events("1.0 - none ? ? note\n"
                  "2.0 - none ? ? roll/drain enter begins\n"
                  "2.1 - none ? ? note\n"
                  "3.0 - none ? ? boot\n");
    assert_str(m->events[0].rule, "u.enter");
    assert_str(m->events[0].text, "enter drain");
    assert_str(m->events[1].text, "enter drain");
    ck_assert_uint_ne(m->events[0].key, m->events[1].key); /* of the line as it stands */
    ck_assert_uint_eq(m->events[1].key, m->events[2].key);
}
END_TEST

START_TEST(a_weak_rule_counts_behind_another_or_when_asked)
{
    matching_load(m, "dialect: w\ntitle: W\nsource: s\nrecognise: {markers: [x]}\n"
                     "shapes:\n  - {id: bare, time: none, pattern: '^(?<text>.*)$'}\n"
                     "rules:\n"
                     "  - {id: number, literal: 'phase ', weak: yes, gives: [{model: roll, phase:"
                     " '{phase}', transition: enter}], pattern: '^phase (?<phase>\\d)$', " SAMPLES
                     "  - {id: name, literal: 'in ', gives: [{model: roll, phase: '{phase}',"
                     " transition: enter}], pattern: '^in (?<phase>\\w+)$', " SAMPLES);
    m->options.mask = 2;
    static const char text[] = "phase 1\nin drain\nphase 2\n";
    matching_text(m, text);
    assert_events("2.0 - none ? ? roll/drain enter\n3.0 - none ? ? roll/install enter\n");
    m->options.asked = true;
    matching_text(m, text);
    assert_events("1.0 - none ? ? roll/drain enter\n2.0 - none ? ? roll/drain enter\n"
                  "3.0 - none ? ? roll/install enter\n");
}
END_TEST

START_TEST(a_dialect_that_visits_lines_sees_them_all)
{
    matching_load(m,
                  "dialect: v\ntitle: V\nsource: s\nvisit: lines\nrecognise: {markers: [x]}\n"
                  "shapes: [{id: s, pattern: '^(?<text>.*)$', time: none}]\n"
                  "rules:\n  - {id: short, pattern: '^.?$', gives: [{transition: note}], " SAMPLES);
    matching_text(m, "a\nbb\n\nenter drain\nc");
    assert_events("1.0 - none ? ? note\n"
                  "3.0 - none ? ? note\n"
                  "4.0 - none ? ? roll/drain enter begins\n"
                  "5.0 - none ? ? note\n");
}
END_TEST

START_TEST(a_pattern_that_meets_its_limit_is_counted_and_gives_nothing)
{
    pl_buf text;
    pl_buf_init(&text, 1 << 20);
    pl_buf_append_repeat(&text, 'a', 5000);
    pl_buf_append(&text, PL_STR("!\naaaaaaaaaaaa\n"));
    matching_text(m, text.ptr);
    assert_events("2.0 - none ? ? note\n");
    ck_assert_uint_eq(m->summary.limited, 1);
    pl_buf_release(&text);
}
END_TEST

static void add_tests(TCase *tcase)
{
    tcase_add_test(tcase, a_log_may_change_its_shape_and_change_back);
    tcase_add_test(tcase, a_line_without_a_stamp_takes_that_of_the_line_above);
    tcase_add_test(tcase, a_line_under_one_that_has_no_time_has_none);
    tcase_add_test(tcase, a_stamp_is_sought_64_kib_above_and_not_further_whatever_the_blocks);
    tcase_add_test(tcase, lines_of_a_node_keep_their_order_over_steps_back);
    tcase_add_test(tcase, the_first_and_last_stamped_line_are_known_even_when_they_mean_nothing);
    tcase_add_test(tcase, lines_that_mean_something_date_a_source_whose_ends_have_no_stamps);
    tcase_add_test(tcase, the_ends_of_a_bundle_are_those_of_all_its_dialects);
    tcase_add_test(tcase, context_lines_hold_from_where_they_stand_and_the_first_is_remembered);
    tcase_add_test(tcase, a_version_in_a_context_line_is_a_note_too);
    tcase_add_test(tcase, the_line_beats_the_option_which_beats_context_and_path);
    tcase_add_test(tcase, who_writes_is_a_witness_unless_it_is_the_subject);
    tcase_add_test(tcase, a_serial_model_without_subject_and_a_cluster_model_are_about_the_cluster);
    tcase_add_test(tcase, a_log_is_a_nodes_own_when_only_that_node_writes_in_it);
    tcase_add_test(tcase, a_name_over_1024_bytes_is_none);
    tcase_add_test(tcase, a_line_may_mean_several_things);
    tcase_add_test(tcase, words_names_and_ranks_name_phases);
    tcase_add_test(tcase, model_phase_and_transition_may_be_words_of_the_line);
    tcase_add_test(tcase, other_captures_are_facts_in_json);
    tcase_add_test(tcase, a_pair_is_a_note_that_says_which_moment_it_tells);
    tcase_add_test(tcase, a_known_failure_carries_its_cause_and_advice_filled_in);
    tcase_add_test(tcase, facts_that_are_too_long_are_left_out);
    tcase_add_test(tcase, every_dialect_reads_a_line_in_its_own_way);
    tcase_add_test(tcase, a_weak_rule_counts_behind_another_or_when_asked);
    tcase_add_test(tcase, a_dialect_that_visits_lines_sees_them_all);
    tcase_add_test(tcase, a_pattern_that_meets_its_limit_is_counted_and_gives_nothing);
}

int main(void)
{
    TCase *tcase = tcase_create("matcher");
    tcase_add_checked_fixture(tcase, setup, teardown);
    add_tests(tcase);
    Suite *suite = suite_create("matcher");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
