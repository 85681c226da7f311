/* test_scan.c - the scan finds what looking at every line would find, and counts the same lines. */
#include "scan/scan.h"

#include <stdlib.h>
#include <string.h>

#include <check.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "io/reader.h"

#include "support/scanning.h"

#define COUNT(table) ((int)(sizeof(table) / sizeof *(table)))
#define TEXT_MAX ((size_t)1 << 20)

static pl_scan_set *make_set(const pl_str *literals, size_t count)
{
    pl_scan_set *set = NULL;
    pl_error err;
    ck_assert_int_eq(pl_scan_set_new(literals, count, &set, &err), PL_OK);
    return set;
}

static void scan(const pl_scan_set *set, pl_str text, pl_scan_options options,
                 pl_scan_result *result)
{
    pl_error err;
    ck_assert_int_eq(pl_scan(set, text, options, result, &err), PL_OK);
}

static const struct worked {
    const char *text;
    pl_scan_options options;
    const char *result;
} worked[] = {
    /* the literals: 0 "phase", 1 "phase=3", 2 "ase", 3 "node" */
    {"", {0}, "lines 0 cut 0"},
    {"\n\n", {0}, "lines 2 cut 0"},
    {"nothing", {0}, "lines 1 cut 0"},
    {"a\nb phase\nc\n", {0}, "1 'b phase' 0 2\nlines 3 cut 0"},
    {"node phase=3\r\nx\nease", {0}, "0 'node phase=3\r' 0 1 2 3\n2 'ease' 2\nlines 3 cut 0"},
    {"PHASE Node\nphas\ne\n", {0}, "lines 3 cut 0"},
    {"phase phase phase\nphase=4\n",
     {0},
     "0 'phase phase phase' 0 2\n1 'phase=4' 0 2\nlines 2 cut 0"},
    {"a\n\nnode", {.every_line = true}, "0 'a'\n1 ''\n2 'node' 3\nlines 3 cut 0"},
    {"\n", {.every_line = true}, "0 ''\nlines 1 cut 0"},
    {"", {.every_line = true}, "lines 0 cut 0"},
    /* the tail of a judged line is counted here, and never a candidate */
    {"phase\nnode\n", {.open_start = true}, "1 'node' 3\nlines 2 cut 0"},
    {"\nnode", {.open_start = true}, "1 'node' 3\nlines 2 cut 0"},
    {"phase", {.open_start = true}, "lines 1 cut 0"},
    {"", {.open_start = true}, "lines 1 cut 0"},
    {"phase\nx\n", {.open_start = true, .every_line = true}, "1 'x'\nlines 2 cut 0"},
    /* the head of a line that goes on is judged and cut here, and counted in the next text */
    {"a\nnode", {.open_end = true}, "1 'node' 3\nlines 1 cut 1"},
    {"node", {.open_end = true}, "0 'node' 3\nlines 0 cut 1"},
    {"a\nb", {.open_end = true, .every_line = true}, "0 'a'\n1 'b'\nlines 1 cut 1"},
    {"a\n", {.open_end = true, .every_line = true}, "0 'a'\n1 ''\nlines 1 cut 1"},
    /* the middle of a line */
    {"node", {.open_start = true, .open_end = true, .every_line = true}, "lines 0 cut 0"},
    {"node\nphase", {.open_start = true, .open_end = true}, "1 'phase' 0 2\nlines 1 cut 1"},
};

START_TEST(small_texts_give_the_result_worked_out_by_hand)
{
    const pl_str literals[] = {PL_STR("phase"), PL_STR("phase=3"), PL_STR("ase"), PL_STR("node")};
    pl_scan_set *set = make_set(literals, 4);
    pl_scan_result result;
    pl_scan_result_init(&result);
    pl_buf out;
    pl_buf_init(&out, 1000);
    scan(set, pl_str_of(worked[_i].text), worked[_i].options, &result);
    append_result(&out, &result);
    ck_assert_str_eq(out.ptr, worked[_i].result);
    pl_buf_release(&out);
    pl_scan_result_release(&result);
    pl_scan_set_free(set);
}
END_TEST

START_TEST(the_empty_view_has_only_the_line_that_goes_on)
{
    pl_scan_set *set = make_set(NULL, 0);
    pl_scan_result result;
    pl_scan_result_init(&result);
    for (int every = 0; every < 2; every++) {
        scan(set, (pl_str){NULL, 0}, (pl_scan_options){.every_line = every == 1}, &result);
        ck_assert_uint_eq(result.count, 0);
        ck_assert_uint_eq(result.line_count, 0);
    }
    scan(set, (pl_str){NULL, 0}, (pl_scan_options){.every_line = true, .open_end = true}, &result);
    ck_assert_uint_eq(result.count, 1); /* the head, still empty, of a line that goes on */
    pl_scan_result_release(&result);
    pl_scan_set_free(set);
}
END_TEST

START_TEST(a_set_without_literals_finds_nothing_but_counts)
{
    pl_scan_set *set = make_set(NULL, 0);
    pl_scan_result result;
    pl_scan_result_init(&result);
    scan(set, PL_STR("a\nb\n"), (pl_scan_options){0}, &result);
    ck_assert_uint_eq(result.count, 0);
    ck_assert_uint_eq(result.line_count, 2);
    pl_scan_result_release(&result);
    pl_scan_set_free(set);
}
END_TEST

START_TEST(a_text_of_line_ends_only_is_counted_whole)
{
    static char text[100003];
    memset(text, '\n', sizeof text);
    pl_scan_set *set = make_set(NULL, 0);
    pl_scan_result result;
    pl_scan_result_init(&result);
    scan(set, (pl_str){text, sizeof text}, (pl_scan_options){0}, &result);
    ck_assert_uint_eq(result.line_count, 100003);
    scan(set, (pl_str){text, 31}, (pl_scan_options){0}, &result);
    ck_assert_uint_eq(result.line_count, 31);
    pl_scan_result_release(&result);
    pl_scan_set_free(set);
}
END_TEST

START_TEST(the_literals_are_copied)
{
    char word[] = "word";
    pl_scan_set *set = make_set(&(pl_str){word, 4}, 1);
    memset(word, '-', 4);
    pl_scan_result result;
    pl_scan_result_init(&result);
    scan(set, PL_STR("----\nword\n"), (pl_scan_options){0}, &result);
    ck_assert_uint_eq(result.count, 1);
    ck_assert_uint_eq(result.items[0].line_index, 1);
    pl_scan_result_release(&result);
    pl_scan_set_free(set);
}
END_TEST

START_TEST(a_set_is_that_of_its_own_literals_only)
{
    const pl_str literals[] = {PL_STR("phase"), PL_STR("node")};
    const pl_str turned[] = {PL_STR("node"), PL_STR("phase")};
    const pl_str other[] = {PL_STR("phase"), PL_STR("nodes")};
    const bool any_case[] = {false, true};
    pl_error err;
    pl_scan_set *set = make_set(literals, 2), *none = make_set(NULL, 0), *cased = NULL;
    ck_assert_int_eq(pl_scan_set_new_cased(literals, any_case, 2, &cased, &err), PL_OK);
    ck_assert(pl_scan_set_is(set, literals, 2));
    ck_assert(!pl_scan_set_is(set, literals, 1));
    ck_assert(!pl_scan_set_is(set, turned, 2));
    ck_assert(!pl_scan_set_is(set, other, 2));
    ck_assert(!pl_scan_set_is(cased, literals, 2));
    ck_assert(pl_scan_set_is(none, NULL, 0));
    ck_assert(!pl_scan_set_is(none, literals, 2));
    pl_scan_set_free(set);
    pl_scan_set_free(none);
    pl_scan_set_free(cased);
}
END_TEST

START_TEST(empty_literals_line_ends_and_too_many_are_refused)
{
    static pl_str many[PL_SCAN_LITERALS_MAX + 1];
    for (int i = 0; i < COUNT(many); i++)
        many[i] = PL_STR("x");
    pl_scan_set *set = NULL;
    pl_error err;
    ck_assert_int_eq(pl_scan_set_new((pl_str[]){PL_STR("a"), PL_STR("")}, 2, &set, &err),
                     PL_ERR_USAGE);
    ck_assert_str_eq(err.msg, "literal 1 is empty");
    ck_assert_int_eq(pl_scan_set_new((pl_str[]){PL_STR("a\n")}, 1, &set, &err), PL_ERR_USAGE);
    ck_assert_int_eq(pl_scan_set_new(many, COUNT(many), &set, &err), PL_ERR_USAGE);
    ck_assert_ptr_null(set);
    pl_scan_set_free(make_set(many, PL_SCAN_LITERALS_MAX));
}
END_TEST

/* Lines of one length around the limit, with a literal whose last byte is at `hit_end`. */
static const struct limit {
    size_t len, hit_end;
    size_t candidates, cut;
} limits[] = {
    {PL_LINE_MAX - 1, PL_LINE_MAX - 1, 1, 0},
    {PL_LINE_MAX, PL_LINE_MAX, 1, 0},
    {PL_LINE_MAX + 1, PL_LINE_MAX, 1, 1},
    {PL_LINE_MAX + 1, PL_LINE_MAX + 1, 0, 1},
    {3 * PL_LINE_MAX, 4, 1, 1},
    {3 * PL_LINE_MAX, PL_LINE_MAX + 3, 0, 1},
    {3 * PL_LINE_MAX, 3 * PL_LINE_MAX, 0, 1},
};

START_TEST(a_line_counts_only_with_its_first_line_max_bytes)
{
    const struct limit limit = limits[_i];
    pl_buf text;
    pl_buf_init(&text, TEXT_MAX);
    pl_buf_append(&text, PL_STR("a\n"));
    pl_buf_append_repeat(&text, '.', limit.hit_end - 4);
    pl_buf_append(&text, PL_STR("word"));
    pl_buf_append_repeat(&text, '.', limit.len - limit.hit_end);
    pl_buf_append(&text, PL_STR("\nb\n"));
    pl_scan_set *set = make_set((pl_str[]){PL_STR("word")}, 1);
    pl_scan_result result;
    pl_scan_result_init(&result);
    scan(set, pl_buf_str(&text), (pl_scan_options){0}, &result);
    ck_assert_uint_eq(result.count, limit.candidates);
    ck_assert_uint_eq(result.line_count, 3);
    ck_assert_uint_eq(result.cut_count, limit.cut);
    if (limit.candidates == 1)
        ck_assert_uint_eq(result.items[0].line.len,
                          limit.len < PL_LINE_MAX ? limit.len : PL_LINE_MAX);
    pl_scan_result_release(&result);
    pl_scan_set_free(set);
    pl_buf_release(&text);
}
END_TEST

/* Few letters, so that literals are common and overlap; now and then a run up to the limit. */
static void make_text(uint64_t *seed, pl_buf *text)
{
    static const char letters[] = "aab\nc";
    for (uint32_t left = roll(seed, 200); left > 0; left--)
        pl_buf_append_char(text, letters[roll(seed, 5)]);
    for (uint32_t runs = roll(seed, 3); runs > 0; runs--) {
        pl_buf_append_repeat(text, '.', PL_LINE_MAX - 4 + roll(seed, 6));
        for (uint32_t left = roll(seed, 30); left > 0; left--)
            pl_buf_append_char(text, letters[roll(seed, 5)]);
    }
}

static size_t make_literals(uint64_t *seed, pl_str *literals, char (*room)[5])
{
    const size_t count = roll(seed, 7);
    for (size_t i = 0; i < count; i++) {
        const size_t len = 1 + roll(seed, 5);
        for (size_t j = 0; j < len; j++)
            room[i][j] = "abcd."[roll(seed, 4)];
        literals[i] = (pl_str){room[i], len};
    }
    return count;
}

#define SEEDS 600

START_TEST(random_texts_give_what_a_look_at_every_line_gives)
{
    uint64_t seed = (uint64_t)_i;
    pl_scan_options options = {(_i & 1) != 0, (_i & 2) != 0, (_i & 4) != 0};
    char room[7][5];
    pl_str literals[7];
    pl_buf text, got, want;
    pl_buf_init(&text, TEXT_MAX);
    pl_buf_init(&got, TEXT_MAX);
    pl_buf_init(&want, TEXT_MAX);
    pl_scan_result result;
    pl_scan_result_init(&result);
    for (int round = 0; round < 8; round++) {
        const size_t count = make_literals(&seed, literals, room);
        pl_buf_clear(&text);
        pl_buf_clear(&got);
        pl_buf_clear(&want);
        make_text(&seed, &text);
        pl_scan_set *set = make_set(literals, count);
        scan(set, pl_buf_str(&text), options, &result);
        append_result(&got, &result);
        append_expected(&(struct reference){literals, NULL, count, options}, pl_buf_str(&text),
                        &want);
        ck_assert_int_eq(pl_buf_status(&want, NULL), PL_OK);
        ck_assert(pl_str_equal(pl_buf_str(&got), pl_buf_str(&want)));
        pl_scan_set_free(set);
    }
    pl_scan_result_release(&result);
    pl_buf_release(&want);
    pl_buf_release(&got);
    pl_buf_release(&text);
}
END_TEST

START_TEST(every_allocation_may_fail_and_the_next_scan_is_whole)
{
    const pl_str literals[] = {PL_STR("a"), PL_STR("b"), PL_STR("ab")};
    pl_buf text;
    pl_buf_init(&text, 1000);
    for (int i = 0; i < 100; i++)
        pl_buf_append(&text, PL_STR("ab\n"));
    pl_status status = PL_ERR_NOMEM;
    long failures = 0;
    for (; status == PL_ERR_NOMEM; failures++) {
        pl_scan_set *set = NULL;
        pl_scan_result result;
        pl_scan_result_init(&result);
        pl_alloc_fail_after(failures);
        status = pl_scan_set_new(literals, 3, &set, NULL);
        if (status == PL_OK)
            status = pl_scan(set, pl_buf_str(&text), (pl_scan_options){0}, &result, NULL);
        pl_alloc_fail_after(-1);
        if (set != NULL) {
            scan(set, pl_buf_str(&text), (pl_scan_options){0}, &result);
            ck_assert_uint_eq(result.count, 100);
            ck_assert_uint_eq(result.hit_count, 300);
        }
        pl_scan_result_release(&result);
        pl_scan_set_free(set);
    }
    ck_assert_int_eq(status, PL_OK);
    ck_assert_int_gt(failures, 5);
    pl_buf_release(&text);
}
END_TEST

static Suite *scan_suite(void)
{
    TCase *tcase = tcase_create("scan");
    tcase_add_loop_test(tcase, small_texts_give_the_result_worked_out_by_hand, 0, COUNT(worked));
    tcase_add_test(tcase, the_empty_view_has_only_the_line_that_goes_on);
    tcase_add_test(tcase, a_set_without_literals_finds_nothing_but_counts);
    tcase_add_test(tcase, a_text_of_line_ends_only_is_counted_whole);
    tcase_add_test(tcase, the_literals_are_copied);
    tcase_add_test(tcase, a_set_is_that_of_its_own_literals_only);
    tcase_add_test(tcase, empty_literals_line_ends_and_too_many_are_refused);
    tcase_add_loop_test(tcase, a_line_counts_only_with_its_first_line_max_bytes, 0, COUNT(limits));
    tcase_add_loop_test(tcase, random_texts_give_what_a_look_at_every_line_gives, 0, SEEDS);
    tcase_add_test(tcase, every_allocation_may_fail_and_the_next_scan_is_whole);
    Suite *suite = suite_create("scan");
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    SRunner *runner = srunner_create(scan_suite());
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
