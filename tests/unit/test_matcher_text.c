/* test_matcher_text.c - the text of an event and its place; and that events depend on nothing else,
 * neither on where the text is cut into blocks nor on memory that ran out before. */
#include "support/matching.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "io/hash.h"

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

START_TEST(bytes_that_are_no_utf8_are_repaired_and_counted)
{
    matching_text(m,
                  "I am n\xff\npart of C\xc3\nenter dr\x80in; \xf0\x9f\x98\nenter done of n\xe9\n");
    ck_assert_uint_eq(m->count, 2);
    assert_str(m->events[0].text, "enter dr\xef\xbf\xbdin; \xef\xbf\xbd");
    ck_assert_uint_eq(m->events[0].repaired, 2);
    assert_str(m->events[0].node, "n\xef\xbf\xbd");
    assert_str(m->events[0].cluster, "C\xef\xbf\xbd");
    assert_str(m->events[1].node, "n\xef\xbf\xbd");
    assert_str(m->summary.node, "n\xef\xbf\xbd");
    assert_str(m->summary.cluster, "C\xef\xbf\xbd");
    assert_str(m->summary.own_node, "n\xef\xbf\xbd");
}
END_TEST

START_TEST(a_text_is_cut_at_4_kib_before_a_character)
{
    /* "enter done; " is 12 bytes: the last whole character ends at 4096, 4095, 4094, 4093 */
    for (size_t shift = 0; shift < 4; shift++) {
        pl_buf text;
        pl_buf_init(&text, 1 << 20);
        pl_buf_append(&text, PL_STR("enter done; "));
        pl_buf_append_repeat(&text, '.', shift);
        for (int i = 0; i < 1500; i++)
            pl_buf_append(&text, PL_STR("\xf0\x9f\x98\x80"));
        matching_text(m, text.ptr);
        ck_assert_uint_eq(m->count, 1);
        ck_assert_uint_eq(m->events[0].text.len, shift == 0 ? 4096 : 4092 + shift);
        ck_assert_uint_eq(m->events[0].repaired, 0);
        ck_assert_uint_eq(m->events[0].key, pl_hash64(pl_buf_str(&text)));
        pl_buf_release(&text);
    }
}
END_TEST

START_TEST(a_carriage_return_belongs_to_the_line_end)
{
    matching_text(m, DAY "10:00:00Z <n1> enter drain\r\nI am n2\r\nboot a\r\n");
    assert_events("1.0 10:00:00 exact n1 ? roll/drain enter begins\n"
                  "3.0 10:00:00 derived n1 ? boot\n");
    assert_str(m->events[0].text, DAY "10:00:00Z <n1> enter drain");
    ck_assert_uint_eq(m->events[0].key, pl_hash64(PL_STR(DAY "10:00:00Z <n1> enter drain")));
    assert_str(m->summary.node, "n2");
}
END_TEST

START_TEST(the_last_line_without_a_line_end_is_partial)
{
    static const struct {
        const char *text;
        bool partial;
    } cases[] = {{"boot a\nboot b\n", false},
                 {"boot a\nboot b", true},
                 {"boot a\nboot b\r", true},
                 {"boot a\nboot b\r\n", false}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        const size_t cut = strlen("boot a\n");
        for (size_t cuts = 0; cuts < 2; cuts++) {
            matching_cut(m, pl_str_of(cases[i].text), &cut, cuts);
            ck_assert_uint_eq(m->count, 2);
            ck_assert(!m->events[0].partial);
            ck_assert_int_eq(m->events[1].partial, cases[i].partial);
        }
    }
    pl_buf text;
    pl_buf_init(&text, 1 << 20);
    pl_buf_append(&text, PL_STR("boot "));
    pl_buf_append_repeat(&text, '.', LOOKBACK);
    matching_text(m, text.ptr);
    ck_assert_uint_eq(m->count, 1);
    ck_assert(m->events[0].partial);
    ck_assert_uint_eq(m->summary.cut_lines, 1);
    pl_buf_release(&text);
}
END_TEST

START_TEST(lines_and_offsets_go_on_over_blocks_and_lines_that_are_too_long)
{
    pl_buf text;
    pl_buf_init(&text, 16 << 20);
    size_t wanted[3];
    pl_buf_append(&text, PL_STR("\nenter drain; 2\n"));
    wanted[0] = 1;
    wanted[1] = text.len;
    pl_buf_append(&text, PL_STR("enter drain; 3")); /* goes on over two blocks */
    pl_buf_append_repeat(&text, '.', (2 << 20) + 17);
    pl_buf_append(&text, PL_STR("enter drain; no line of its own\n"));
    wanted[2] = text.len;
    pl_buf_append(&text, PL_STR("enter drain; 4"));
    matching_bytes(m, pl_buf_str(&text));
    ck_assert_uint_eq(m->count, 3);
    for (size_t i = 0; i < 3; i++) {
        ck_assert_uint_eq(m->events[i].line_no, i + 2);
        ck_assert_uint_eq(m->events[i].byte_off, wanted[i]);
        ck_assert_int_eq(m->events[i].partial, i == 2);
    }
    ck_assert_uint_eq(m->summary.lines, 4);
    ck_assert_uint_eq(m->summary.cut_lines, 1);
    pl_buf_release(&text);
}
END_TEST

START_TEST(offsets_of_utf16_count_its_bytes_and_the_mark)
{
    static const char plain[] = "boot a\n\nenter drain; caf\xc3\xa9\r\nboot b";
    pl_buf wide;
    pl_buf_init(&wide, 65536);
    pl_buf_append(&wide, PL_STR("\xff\xfe"));
    for (const char *at = plain; *at != '\0'; at++) {
        bool is_e_acute = *at == '\xc3';
        at += is_e_acute;
        pl_buf_append_char(&wide, is_e_acute ? '\xe9' : *at);
        pl_buf_append_char(&wide, '\0');
    }
    matching_bytes(m, pl_buf_str(&wide));
    assert_events("1.0 - none ? ? boot\n3.0 - none ? ? roll/drain enter begins\n"
                  "4.0 - none ? ? boot\n");
    ck_assert_uint_eq(m->events[0].byte_off, 2);
    ck_assert_uint_eq(m->events[1].byte_off, 2 + 2 * 8);
    ck_assert_uint_eq(m->events[2].byte_off, 2 + 2 * (8 + 19));
    assert_str(m->events[1].text, "enter drain; caf\xc3\xa9");
    ck_assert(m->events[2].partial);
    pl_buf_release(&wide);
}
END_TEST

static uint32_t rolled(uint32_t *state, uint32_t sides)
{
    *state = *state * 1664525 + 1013904223;
    return (*state >> 8) % sides;
}

/* Lines of all kinds, stamps among them, some long, some with odd bytes. */
static void random_log(pl_buf *text, uint32_t *seed)
{
    static const char *const lines[] = {"enter drain",
                                        "enter nowhere; \xff",
                                        "both things",
                                        "I am n2",
                                        "part of D",
                                        "one of g",
                                        "running 8",
                                        "nothing",
                                        "",
                                        "disk sda full",
                                        "said one/drain/enter\r",
                                        "commit now",
                                        "3 of 9 left",
                                        "a \xc3\xa9 b",
                                        "step on n7"};
    for (int i = 0; i < 400; i++) {
        uint32_t kind = rolled(seed, 4);
        if (kind == 0)
            pl_buf_appendf(text, DAY "%02u:%02u:00Z <n%u> ", rolled(seed, 24), rolled(seed, 60),
                           rolled(seed, 3));
        else if (kind == 1 && rolled(seed, 2) == 0)
            pl_buf_appendf(text, "2024/02/06 %02u:00:00 ", rolled(seed, 24));
        pl_buf_append(text, pl_str_of(lines[rolled(seed, COUNT(lines))]));
        if (rolled(seed, 40) == 0)
            pl_buf_append_repeat(text, '.', rolled(seed, 40000));
        pl_buf_append_char(text, '\n');
    }
    if (rolled(seed, 2) == 0)
        pl_buf_append(text, PL_STR("boot x"));
}

static void render_all(pl_buf *out)
{
    for (size_t i = 0; i < m->count; i++)
        matching_render(&m->events[i], out);
    pl_buf_appendf(out, "node=" PL_FMT " cluster=" PL_FMT " own=" PL_FMT " lines=%llu last=%lld",
                   PL_ARG(m->summary.node), PL_ARG(m->summary.cluster), PL_ARG(m->summary.own_node),
                   (unsigned long long)m->summary.lines, (long long)m->summary.last_us);
}

/* Both are long: tells the first line that differs. */
static void assert_same(const pl_buf *got, const pl_buf *wanted)
{
    size_t at = 0, line = 0;
    while (at < got->len && got->ptr[at] == wanted->ptr[at])
        line = got->ptr[at++] == '\n' ? at : line;
    ck_assert_msg(got->ptr[at] == wanted->ptr[at], "%.300s, not %.300s", got->ptr + line,
                  wanted->ptr + line);
}

START_TEST(events_do_not_depend_on_where_the_text_is_cut)
{
    uint32_t seed = (uint32_t)_i + 1;
    pl_buf text, whole, parts;
    pl_buf_init(&text, 16 << 20);
    pl_buf_init(&whole, 16 << 20);
    pl_buf_init(&parts, 16 << 20);
    random_log(&text, &seed);
    matching_cut(m, pl_buf_str(&text), NULL, 0);
    ck_assert_uint_gt(m->count, 100);
    render_all(&whole);
    for (uint32_t often = 1; often < 64; often *= 3) {
        size_t cuts[500], count = 0;
        for (size_t at = 0; at + 1 < text.len; at++)
            if (text.ptr[at] == '\n' && rolled(&seed, often) == 0)
                cuts[count++] = at + 1;
        matching_cut(m, pl_buf_str(&text), cuts, count);
        pl_buf_clear(&parts);
        render_all(&parts);
        assert_same(&parts, &whole);
    }
    pl_buf_release(&text);
    pl_buf_release(&whole);
    pl_buf_release(&parts);
}
END_TEST

static void describe(pl_buf *out, const char *text)
{
    pl_buf_init(out, 65536);
    ck_assert_int_eq(pl_matcher_new(&m->options, &m->matcher, &m->err), PL_OK);
    pl_matcher_describe(m->matcher, pl_str_of(text), out);
    pl_matcher_free(m->matcher);
}

START_TEST(equal_descriptions_mean_equal_readings)
{
    static const struct {
        const char *path, *node, *cluster;
        int64_t reference_us;
        bool same;
    } cases[] = {
        {"C/x/n1.log", "", "", 0, true},
        {"C/y/n1.log", "", "", PL_US_PER_DAY * 400, true}, /* no stamp lacks its year */
        {"C/x/n2.log", "", "", 0, false},
        {"D/x/n1.log", "", "", 0, false},
        {"C/x/n1.log", "n1", "", 0, false},
        {"C/x/n1.log", "", "n1", 0, false},
    };
    pl_buf texts[COUNT(cases)];
    for (size_t i = 0; i < COUNT(cases); i++) {
        m->options.source_path = pl_str_of(cases[i].path);
        m->options.node = pl_str_of(cases[i].node);
        m->options.cluster = pl_str_of(cases[i].cluster);
        m->options.reference_us = cases[i].reference_us;
        describe(&texts[i], DAY "10:00:00Z a\n");
        ck_assert_msg(pl_str_equal(pl_buf_str(&texts[i]), pl_buf_str(&texts[0])) == cases[i].same,
                      "%zu", i);
    }
    for (size_t i = 0; i < COUNT(cases); i++)
        pl_buf_release(&texts[i]);
}
END_TEST

START_TEST(the_year_of_a_reading_is_that_of_its_first_stamp)
{
    static const struct {
        int year, month;
        bool same;
    } copies[] = {{2023, 11, true}, {2023, 12, true}, {2024, 3, true}, {2024, 12, false}};
    matching_release(m);
    matching_init(m);
    matching_load(m,
                  "dialect: k\ntitle: K\nsource: s\nrecognise: {markers: [x]}\n"
                  "shapes: [{id: s, pattern: '^(?<ts>\\d{4} \\S+) (?<text>.*)$', time: yearless},"
                  " {id: b, pattern: '^(?<text>.*)$', time: none}]\nrules: []\n");
    pl_buf texts[COUNT(copies)];
    for (size_t i = 0; i < COUNT(copies); i++) {
        m->options.reference_us =
            pl_civil_to_us((pl_civil){copies[i].year, copies[i].month, 1, 0, 0, 0, 0});
        describe(&texts[i], "no stamp\n1028 10:00:00.000000 a\n");
        ck_assert_msg(pl_str_equal(pl_buf_str(&texts[i]), pl_buf_str(&texts[0])) == copies[i].same,
                      "%zu: %s", i, texts[i].ptr);
    }
    for (size_t i = 0; i < COUNT(copies); i++)
        pl_buf_release(&texts[i]);
}
END_TEST

START_TEST(every_allocation_may_fail_and_the_next_run_is_whole)
{
    matching_load(
        m, "dialect: u\ntitle: U\nsource: s\nrecognise: {markers: [x]}\n"
           "unwrap: [{json: log}]\nnode: [line, {path: '(?<node>\\w+)\\.log'}]\n"
           "shapes: [{id: s, pattern: '^(?<ts>\\S+) <(?<node>[^@>]+)(?:@(?<cluster>[^>]+))?>"
           " (?<text>.*)$', time: absolute}, {id: b, pattern: '^(?<text>.*)$', time: none}]\n"
           "rules:\n  - {id: enter, literal: 'enter ', pattern: '^enter (?<what>\\w+)',"
           " gives: [{transition: note}], " SAMPLES);
    const pl_str text = PL_STR("{\"log\":\"" DAY "10:00:00Z <n1@C> enter drain; x\"}\n" DAY
                               "10:00:01Z <g:n2@C> both things\n" DAY "10:00:02Z I am n3\n"
                               "enter nowhere; why\nrunning 8\nI am n4\ndisk sda full\n"
                               "part of D\none of g\nenter install; y\n");
    const size_t cuts[] = {pl_str_find(text, PL_STR("enter nowhere"), 0)};
    pl_buf whole, again;
    pl_buf_init(&whole, 1 << 20);
    pl_buf_init(&again, 1 << 20);
    matching_cut(m, text, cuts, 1);
    render_all(&whole);
    long n = 0;
    for (pl_status status = PL_ERR_NOMEM; status != PL_OK; n++) {
        ck_assert_int_lt(n, 10000);
        pl_alloc_fail_after(n);
        status = matching_try(m, text, cuts, 1);
        pl_alloc_fail_after(-1);
        ck_assert_msg(status == PL_OK || status == PL_ERR_NOMEM, "%d: %s", status, m->err.msg);
    }
    ck_assert_int_gt(n, 50);
    render_all(&again); /* nothing was lost silently */
    assert_same(&again, &whole);
    pl_buf_release(&whole);
    pl_buf_release(&again);
}
END_TEST

static void add_tests(TCase *tcase)
{
    tcase_add_test(tcase, bytes_that_are_no_utf8_are_repaired_and_counted);
    tcase_add_test(tcase, a_text_is_cut_at_4_kib_before_a_character);
    tcase_add_test(tcase, a_carriage_return_belongs_to_the_line_end);
    tcase_add_test(tcase, the_last_line_without_a_line_end_is_partial);
    tcase_add_test(tcase, lines_and_offsets_go_on_over_blocks_and_lines_that_are_too_long);
    tcase_add_test(tcase, offsets_of_utf16_count_its_bytes_and_the_mark);
    tcase_add_loop_test(tcase, events_do_not_depend_on_where_the_text_is_cut, 0, 20);
    tcase_add_test(tcase, equal_descriptions_mean_equal_readings);
    tcase_add_test(tcase, the_year_of_a_reading_is_that_of_its_first_stamp);
    tcase_add_test(tcase, every_allocation_may_fail_and_the_next_run_is_whole);
}

int main(void)
{
    TCase *tcase = tcase_create("matcher_text");
    tcase_add_checked_fixture(tcase, setup, teardown);
    add_tests(tcase);
    Suite *suite = suite_create("matcher_text");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
