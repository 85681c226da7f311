/* test_timeline.c - swim lanes on a store made by hand: every column is where it must be. */
#include "render/timeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <check.h>

#include "base/alloc.h"
#include "base/civil.h"
#include "base/escape.h"
#include "render/lanes.h"
#include "render/report.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define SECOND PL_US_PER_SECOND
#define MINUTE (60 * SECOND)

static pl_store *store;
static pl_buf out;
static pl_error err;

static pl_status take(void *arg, pl_str bytes, pl_error *error)
{
    (void)arg, (void)error;
    pl_buf_append(&out, bytes);
    return PL_OK;
}

static const pl_sink sink = {.write = take};

/* ---- the axis */

static const struct {
    int64_t length_us;
    size_t columns;
    int64_t step_us;
} steps[] = {
    /* A label of 5 takes 8 columns with its room: 100 columns of 36 s, 8 of them are 4:48. */
    {60 * MINUTE, 100, 5 * MINUTE},
    /* 100 columns of 30 ms; a label of 12 and its room are 450 ms. */
    {3 * SECOND, 100, 500000},
    /* 100 columns of 3 s; a label of 8 and its room are 33 s, of 5 and its room 24 s. */
    {300 * SECOND, 100, MINUTE},
    /* Three weeks: a column is 5.04 h, 8 of them 40.3 h. */
    {21 * PL_US_PER_DAY, 100, 2 * PL_US_PER_DAY},
    /* 400 days: a column is 4 days, a label of 10 and its room 52 days. */
    {400 * PL_US_PER_DAY, 100, 13 * 7 * PL_US_PER_DAY},
    {1, 40, 1},
    /* 9,998 years do not overflow. */
    {INT64_C(9998) * 365 * PL_US_PER_DAY, 293, INT64_C(364000) * PL_US_PER_DAY},
};

START_TEST(the_step_is_the_smallest_with_room_for_labels)
{
    pl_axis axis = pl_axis_new(0, steps[_i].length_us, steps[_i].columns);
    ck_assert_int_eq(axis.step_us, steps[_i].step_us);
    size_t last = pl_axis_column(&axis, steps[_i].length_us);
    ck_assert_uint_eq(last, steps[_i].columns - 1);
    ck_assert_uint_eq(pl_axis_column(&axis, 0), 0);
}
END_TEST

START_TEST(ticks_are_at_round_times)
{
    int64_t noon_us = 12 * 60 * MINUTE;
    pl_axis axis = pl_axis_new(noon_us + 7 * SECOND, noon_us + 60 * MINUTE, 100);
    ck_assert_int_eq(pl_axis_tick(&axis, axis.from_us), noon_us + 5 * MINUTE);
    ck_assert_int_eq(pl_axis_tick(&axis, noon_us + 5 * MINUTE), noon_us + 5 * MINUTE);
    ck_assert_int_eq(pl_axis_tick(&axis, noon_us + 56 * MINUTE), noon_us + 60 * MINUTE);
    ck_assert_int_eq(pl_axis_tick(&axis, noon_us + 60 * MINUTE + 1), INT64_MAX);
}
END_TEST

static const struct {
    int64_t step_us, at_us;
    const char *label;
} labels[] = {
    {10 * MINUTE, 90 * MINUTE, "01:30"},
    {10 * MINUTE, PL_US_PER_DAY, "01-02"}, /* midnight says the new day */
    {15 * SECOND, 75 * SECOND, "00:01:15"},
    {100000, 75 * SECOND + 300000, "00:01:15.300"},
    {100, 300, "00:00:00.000300"},
    {PL_US_PER_DAY, 40 * PL_US_PER_DAY, "02-10"},
    {7 * PL_US_PER_DAY, 4 * PL_US_PER_DAY, "1970-01-05"},
};

START_TEST(labels_say_as_much_as_the_step_has)
{
    pl_axis axis = {.from_us = 0, .to_us = INT64_MAX / 2, .columns = 80};
    axis.step_us = labels[_i].step_us;
    pl_axis_append_label(&axis, labels[_i].at_us, &out);
    ck_assert_str_eq(out.ptr, labels[_i].label);
}
END_TEST

START_TEST(weeks_begin_on_mondays)
{
    pl_axis axis = {.from_us = 0, .to_us = INT64_MAX / 2, .columns = 80};
    axis.step_us = 7 * PL_US_PER_DAY;
    ck_assert_int_eq(pl_axis_tick(&axis, 0), 4 * PL_US_PER_DAY);
    ck_assert_int_eq(pl_axis_tick(&axis, 4 * PL_US_PER_DAY + 1), 11 * PL_US_PER_DAY);
}
END_TEST

/* ---- lanes.  Times are seconds after 1970-01-01T00:00:00Z. */

#define S "*1000000"

static const char *const base[] = {
    "INSERT INTO cluster VALUES (2, 'alpha')",
    "INSERT INTO model (model_id, name, scope, serial, gap_us, begins, run_key) "
    "VALUES (1, 'roll', 'node', 0, 1, 0, NULL)",
    "INSERT INTO phase VALUES (1,1,NULL,0,'WORK',1,'install',0,NULL,0,0,NULL,60000000),"
    " (2,1,1,1,'part',NULL,'install',0,NULL,0,0,NULL,NULL),"
    " (3,1,NULL,2,'DONE',2,'done',0,'done',0,0,NULL,NULL)",
    "INSERT INTO source VALUES (1, 1, x'01', x'01', 1500, 30, 'utf-8', 'roll', 0, 7, 2, NULL)",
    "INSERT INTO place VALUES (1, 'x.log', '', x'01', 'file', 1, 'read', 0, NULL, NULL)",
    "INSERT INTO line (line_id, line_no, sub, byte_off, ts_us, ts_quality, order_us,"
    " cluster_id, model_id, phase_id, transition, rule, text, key, dated)"
    " VALUES ((1 << 25) + 101, 7, 0, 900, 0, 'exact', 0, 2, 1, 1, 'enter', 'r', 't', 1, 1)",
    "INSERT INTO standing (event_id, line_id, run_id) VALUES (101, (1 << 25) + 101, 1)",
    "INSERT INTO run (run_id, cluster_id, model_id, started_us, ended_us, as_of_us, assessment)"
    " VALUES (1, 2, 1, 0, 100" S ", 100" S ", 'Stalled')",
};

/* 100 s in 91 columns behind names of 7: a column is 1.0989 s, column n begins at n * 1.0989 s. */
static const char *const three_nodes[] = {
    "INSERT INTO node VALUES (1,2,'stalled',NULL,'',0,1), (2,2,'failed',NULL,'',0,1),"
    " (3,2,'good',NULL,'',0,1)",
    "INSERT INTO run_node (run_id, node_id, assessment, attempts) VALUES (1,1,'Stalled',1),"
    " (1,2,'Failed',2), (1,3,'Completed',1)",
    "INSERT INTO span (span_id, run_id, node_id, attempt, phase_id, enter_us, exit_us, open_us,"
    " closed_by, result, enter_event_id) VALUES"
    " (1, 1, 3, 1, 1, 0, 10" S ", NULL, 'implied', 'ok', 101),"
    " (2, 1, 3, 1, 2, 2" S ", 4" S ", NULL, 'explicit', 'ok', 101),"
    " (3, 1, 3, 1, 3, 10" S ", NULL, 90" S ", 'evidence-end', 'open', 101),"
    " (4, 1, 2, 1, 1, 20" S ", 30" S ", NULL, 'explicit', 'failed', 101),"
    " (5, 1, 2, 2, 1, 40" S ", 40" S ", NULL, 'explicit', 'skipped', 101),"
    " (6, 1, 2, 2, 1, 50" S ", NULL, 50" S ", 'evidence-end', 'open', 101),"
    " (7, 1, 1, 1, 1, 60" S ", NULL, 40" S ", 'evidence-end', 'open', 101),"
    " (8, 1, 1, 1, 1, NULL, NULL, NULL, 'evidence-end', 'open', 101)",
    "INSERT INTO finding (finding, rule, severity, confidence, run_id, cluster_id, node_id, "
    "attempt,"
    " phase_id, since_us, summary) VALUES"
    " ('stalled-a', 'stalled', 'error', 'high', 1, 2, 1, 1, 1, 60" S ", 's')",
};

/* 500 healthy nodes one after the other, and one that failed among them. */
static const char *const many_nodes[] = {
    "INSERT INTO node SELECT value, 2, printf('node%03d', value), NULL, '', 0, 1"
    " FROM (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < "
    "500)"
    "  SELECT value FROM n)",
    "INSERT INTO run_node (run_id, node_id, assessment, attempts) SELECT 1, node_id,"
    " CASE node_id WHEN 250 THEN 'Failed' ELSE 'Completed' END, 1 FROM node",
    "INSERT INTO span (run_id, node_id, attempt, phase_id, enter_us, exit_us, closed_by, result,"
    " enter_event_id) SELECT 1, node_id, 1, 1, node_id" S ", node_id" S " + 5" S
    ", 'explicit', CASE node_id WHEN 250 THEN 'failed' ELSE 'ok' END, 101 FROM node",
};

static void execute(const char *const *statements, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        pl_stmt *stmt = NULL;
        pl_status status = pl_stmt_get(store, statements[i], &stmt, &err);
        if (status == PL_OK)
            status = pl_stmt_run(stmt, &err);
        ck_assert_msg(status == PL_OK, "%s: %s", statements[i], err.msg);
    }
}

static void setup(void)
{
    pl_buf_init(&out, (size_t)1 << 22);
    ck_assert_int_eq(pl_store_open(NULL, PL_STORE_TEMP, &store, &err), PL_OK);
}

static void teardown(void)
{
    pl_alloc_fail_after(-1);
    pl_store_close(store);
    pl_buf_release(&out);
}

static void draw(pl_timeline_options options)
{
    pl_buf_clear(&out);
    ck_assert_int_eq(pl_store_seal(store, &err), PL_OK);
    pl_status status = pl_timeline(store, &options, &sink, &err);
    ck_assert_msg(status == PL_OK, "%d: %s", status, err.msg);
}

/* The line that begins with `start`, without its end. */
static pl_str line_of(const char *start)
{
    pl_str text = pl_buf_str(&out);
    while (text.len > 0) {
        size_t end = pl_str_find(text, PL_STR("\n"), 0);
        pl_str line = pl_str_slice(text, 0, end);
        if (pl_str_starts(line, pl_str_of(start)))
            return line;
        text = pl_str_slice(text, end == SIZE_MAX ? text.len : end + 1, SIZE_MAX);
    }
    ck_abort_msg("no line begins with '%s' in:\n%s", start, out.ptr);
}

static void assert_line(const char *start, const char *want)
{
    pl_str line = line_of(start);
    ck_assert_msg(pl_str_equal(line, pl_str_of(want)), "got:\n" PL_FMT "\nwant:\n%s", PL_ARG(line),
                  want);
}

START_TEST(every_phase_is_in_its_columns)
{
    execute(base, COUNT(base));
    execute(three_nodes, COUNT(three_nodes));
    draw((pl_timeline_options){.width = 0});
    /* WORK 0 .. 10 s: columns 0 .. 9 (10 s = 9.1 columns, which DONE begins). */
    assert_line("good ", "good     1========2........................................."
                         "........................................");
    /* 20 s = 18.2, 30 s = 27.3; 40 s = 36.4; 50 s = 45.5: a key, a fill, an end. */
    assert_line("failed ", "failed                     1xxxxxxxxX        /        1-----"
                           "--------------------------------------->");
    /* 60 s = 54.6 */
    assert_line("stalled ", "stalled                                                     "
                            "   1!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!");
    assert_line("Phases", "Phases  1 WORK  2 DONE  3 part");
    assert_line("Marks ", "Marks   = ok  . at rest  / skipped  -> open  ! stalled  xX failed");
    assert_line("1 phase ", "1 phase without a time not shown");
}
END_TEST

START_TEST(nested_phases_have_a_lane_below)
{
    execute(base, COUNT(base));
    execute(three_nodes, COUNT(three_nodes));
    draw((pl_timeline_options){.width = 0});
    /* 2 s = 1.8, 4 s = 3.6 columns, below the lane of good, which began first. */
    const char *below = strchr(strstr(out.ptr, "\ngood ") + 1, '\n') + 1;
    ck_assert_msg(strncmp(below, "          3==\n", 14) == 0, "%s", below);
}
END_TEST

static size_t widest_line(void)
{
    size_t widest = 0;
    for (pl_str text = pl_buf_str(&out); text.len > 0;) {
        size_t end = pl_str_find(text, PL_STR("\n"), 0);
        size_t columns = pl_utf8_width(pl_str_slice(text, 0, end));
        widest = columns > widest ? columns : widest;
        text = pl_str_slice(text, end + 1, SIZE_MAX);
    }
    return widest;
}

START_TEST(no_line_is_wider_than_the_terminal)
{
    static const struct {
        size_t width, widest;
    } widths[] = {{20, 60}, {60, 60}, {61, 61}, {100, 100}, {299, 299}, {300, 300}, {1000, 300}};
    execute(base, COUNT(base));
    execute(three_nodes, COUNT(three_nodes));
    for (size_t i = 0; i < COUNT(widths); i++) {
        draw((pl_timeline_options){.width = widths[i].width, .unicode = true});
        ck_assert_uint_eq(widest_line(), widths[i].widest);
        draw((pl_timeline_options){.width = widths[i].width});
        ck_assert_uint_eq(widest_line(), widths[i].widest);
        for (size_t k = 0; k < out.len; k++)
            ck_assert((unsigned char)out.ptr[k] < 0x80);
    }
}
END_TEST

START_TEST(of_many_nodes_healthy_ones_that_do_not_fit_are_counted)
{
    execute(base, COUNT(base));
    execute(many_nodes, COUNT(many_nodes));
    draw((pl_timeline_options){.width = 80, .height = 29});
    /* 29 lines: 20 for lanes, one of them for the node that failed. */
    assert_line("480 ", "480 completed nodes not shown (--details nodes)");
    ck_assert_uint_gt(line_of("node019").len, 0);
    ck_assert_ptr_null(strstr(out.ptr, "node020"));
    ck_assert_uint_gt(line_of("node250").len, 0);
    draw((pl_timeline_options){.width = 80, .height = 29, .every_node = true});
    ck_assert_ptr_null(strstr(out.ptr, "not shown"));
    ck_assert_uint_gt(line_of("node500").len, 0);
}
END_TEST

START_TEST(names_may_be_anything)
{
    static const char *const names[] = {
        "UPDATE node SET name = char(27) || '[31mred' WHERE node_id = 1",
        "UPDATE node SET name = '節点' WHERE node_id = 2",
        "UPDATE node SET name = 'a-name-that-is-longer-than-a-third-of-lines' WHERE node_id = 3",
    };
    execute(base, COUNT(base));
    execute(three_nodes, COUNT(three_nodes));
    execute(names, COUNT(names));
    draw((pl_timeline_options){.width = 60, .unicode = true});
    ck_assert_ptr_null(strchr(out.ptr, '\x1b'));
    ck_assert_uint_eq(widest_line(), 60);
    ck_assert_ptr_nonnull(strstr(out.ptr, "a-name-that-is-lo...  1━"));
    /* Four columns of name, sixteen blanks and the gap; 20 s are 7.6 of 38 columns. */
    ck_assert_ptr_nonnull(strstr(out.ptr, "節点                         1××"));
}
END_TEST

START_TEST(colour_is_only_for_what_went_wrong)
{
    execute(base, COUNT(base));
    execute(three_nodes, COUNT(three_nodes));
    draw((pl_timeline_options){.width = 0, .colour = true});
    ck_assert_ptr_nonnull(strstr(out.ptr, "\x1b[1;31m1xxxxxxxxX\x1b[0m"));
    ck_assert_ptr_nonnull(strstr(out.ptr, "good     1========2..."));
}
END_TEST

START_TEST(a_run_that_there_is_not_is_refused)
{
    execute(base, COUNT(base));
    pl_timeline_options options = {.run_id = 9};
    ck_assert_int_eq(pl_timeline(store, &options, &sink, &err), PL_ERR_USAGE);
    ck_assert_str_eq(err.msg, "there is no run 9");
    ck_assert_uint_eq(out.len, 0);
}
END_TEST

START_TEST(no_run_is_no_lanes)
{
    draw((pl_timeline_options){.run_id = PL_RUN_LATEST});
    ck_assert_str_eq(out.ptr, "No upgrade run found.\n");
}
END_TEST

START_TEST(every_failed_allocation_is_told)
{
    execute(base, COUNT(base));
    execute(three_nodes, COUNT(three_nodes));
    draw((pl_timeline_options){.unicode = true});
    size_t whole = out.len;
    pl_status status = PL_ERR_NOMEM;
    for (long count = 0; status != PL_OK; count++) {
        pl_buf_clear(&out);
        ck_assert_ptr_nonnull(pl_buf_reserve(&out, 2 * whole));
        pl_buf_cut(&out, 0);
        pl_timeline_options options = {.unicode = true};
        pl_alloc_fail_after(count);
        status = pl_timeline(store, &options, &sink, &err);
        pl_alloc_fail_after(-1);
        ck_assert_msg(status == PL_OK || status == PL_ERR_NOMEM, "%d %s", status, err.msg);
        ck_assert_int_lt(count, 1000);
    }
    ck_assert_uint_eq(out.len, whole);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("timeline");
    TCase *tcase = tcase_create("timeline");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, the_step_is_the_smallest_with_room_for_labels, 0, COUNT(steps));
    tcase_add_test(tcase, ticks_are_at_round_times);
    tcase_add_loop_test(tcase, labels_say_as_much_as_the_step_has, 0, COUNT(labels));
    tcase_add_test(tcase, weeks_begin_on_mondays);
    tcase_add_test(tcase, every_phase_is_in_its_columns);
    tcase_add_test(tcase, nested_phases_have_a_lane_below);
    tcase_add_test(tcase, no_line_is_wider_than_the_terminal);
    tcase_add_test(tcase, of_many_nodes_healthy_ones_that_do_not_fit_are_counted);
    tcase_add_test(tcase, names_may_be_anything);
    tcase_add_test(tcase, colour_is_only_for_what_went_wrong);
    tcase_add_test(tcase, a_run_that_there_is_not_is_refused);
    tcase_add_test(tcase, no_run_is_no_lanes);
    tcase_add_test(tcase, every_failed_allocation_is_told);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
