/* test_kernel.c - whatever instructions a kernel uses, it finds what a look at every line finds. */
#include "scan/kernel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <check.h>

#include "scan/scan_inside.h"

#include "support/scanning.h"

#define KERNELS_MAX 8
#define TEXT_MAX ((size_t)1 << 20)
#define LITERALS 40
#define LITERAL_BYTES 48

/* Literals and a text of a block of its own, so that sanitizers see a look beyond its end. */
struct bench {
    pl_kernel kernels[KERNELS_MAX];
    size_t kernel_count;
    char room[LITERALS][LITERAL_BYTES];
    pl_str literals[LITERALS];
    bool any_case[LITERALS];
    size_t count;
    char *text; /* owned */
    size_t len;
    pl_scan_result result;
    pl_buf got, want;
};

static struct bench bench;

static void open_bench(void)
{
    bench.kernel_count = pl_kernels(bench.kernels, KERNELS_MAX);
    pl_scan_result_init(&bench.result);
    pl_buf_init(&bench.got, 8 * TEXT_MAX);
    pl_buf_init(&bench.want, 8 * TEXT_MAX);
}

static void close_bench(void)
{
    pl_buf_release(&bench.want);
    pl_buf_release(&bench.got);
    pl_scan_result_release(&bench.result);
}

/* Every kernel gives what the reference gives. */
static void compare_all(pl_scan_options options)
{
    const struct reference reference = {bench.literals, bench.any_case, bench.count, options};
    const pl_scan_input input = {{bench.text, bench.len}, options};
    pl_scan_set *set = NULL;
    pl_error err;
    ck_assert_int_eq(pl_scan_set_new_cased(bench.literals, bench.any_case, bench.count, &set, &err),
                     PL_OK);
    pl_buf_clear(&bench.want);
    append_expected(&reference, input.text, &bench.want);
    ck_assert_int_eq(pl_buf_status(&bench.want, NULL), PL_OK);
    for (size_t i = 0; i < bench.kernel_count; i++) {
        pl_buf_clear(&bench.got);
        ck_assert_int_eq(pl_scan_by(bench.kernels[i], set, &input, &bench.result, &err), PL_OK);
        append_result(&bench.got, &bench.result);
        ck_assert_msg(pl_str_equal(pl_buf_str(&bench.got), pl_buf_str(&bench.want)), "%s differs",
                      bench.kernels[i].name);
    }
    pl_scan_set_free(set);
}

static void set_text(pl_str text)
{
    bench.text = malloc(text.len);
    ck_assert_ptr_nonnull(bench.text);
    memcpy(bench.text, text.ptr, text.len);
    bench.len = text.len;
}

static void add_literal(pl_str bytes, bool any_case)
{
    memcpy(bench.room[bench.count], bytes.ptr, bytes.len);
    bench.literals[bench.count] = (pl_str){bench.room[bench.count], bytes.len};
    bench.any_case[bench.count++] = any_case;
}

START_TEST(the_scalar_kernel_is_always_there_and_last)
{
    ck_assert_uint_ge(bench.kernel_count, 1);
    ck_assert_str_eq(bench.kernels[bench.kernel_count - 1].name, "scalar");
    pl_kernel best;
    ck_assert_uint_eq(pl_kernels(&best, 1), 1);
    ck_assert_str_eq(best.name, bench.kernels[0].name);
    for (size_t i = 1; i < bench.kernel_count; i++)
        ck_assert_str_ne(bench.kernels[i].name, bench.kernels[i - 1].name);
}
END_TEST

/* What may stand in a text: few letters in both cases, blanks, NULs, bytes of UTF-8 and others. */
static const char alphabets[][9] = {"aAbBcC.\n", "ab\n\0\0[] ", "\xc3\xa4\xff\x80 \n\x8a\xe1",
                                    "aaaaaa\na", "0123456\n",   {'\n', '*', 'J', 'j', 1, '!'}};

static char *random_text(uint64_t *seed, size_t *len)
{
    const uint32_t sizes[] = {40, 300, 9000, 30000};
    const char *alphabet = alphabets[roll(seed, 6)];
    const uint32_t sides = alphabet[4] == 1 ? 6 : 8, rare_ends = roll(seed, 2);
    *len = roll(seed, sizes[roll(seed, 4)]);
    char *text = malloc(*len > 0 ? *len : 1);
    ck_assert_ptr_nonnull(text);
    for (size_t i = 0; i < *len; i++) {
        text[i] = alphabet[roll(seed, sides)];
        if (rare_ends == 1 && text[i] == '\n' && roll(seed, 40) > 0)
            text[i] = 'x';
    }
    return text;
}

static char turned(char c)
{
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return is_letter ? (char)(c ^ 0x20) : c;
}

/* Mostly pieces of the text: whole, with a byte changed, in other case, one inside the other. */
static void random_literals(uint64_t *seed, pl_str text)
{
    for (uint32_t left = roll(seed, LITERALS); left > 0; left--) {
        char bytes[LITERAL_BYTES];
        const size_t len = 1 + roll(seed, roll(seed, 2) == 0 ? 6 : LITERAL_BYTES);
        const size_t at = text.len > 0 ? roll(seed, (uint32_t)text.len) : 0;
        const pl_str piece = pl_str_slice(text, at, len);
        const bool any_case = roll(seed, 3) == 0;
        if (piece.len == 0 || memchr(piece.ptr, '\n', piece.len) != NULL)
            continue;
        memcpy(bytes, piece.ptr, piece.len);
        if (roll(seed, 3) == 0)
            bytes[roll(seed, (uint32_t)piece.len)] = "ab\xff."[roll(seed, 4)];
        for (size_t i = 0; any_case && i < piece.len; i++)
            bytes[i] = roll(seed, 2) == 0 ? turned(bytes[i]) : bytes[i];
        add_literal((pl_str){bytes, piece.len}, any_case);
    }
}

START_TEST(random_bytes_give_what_a_look_at_every_line_gives)
{
    uint64_t seed = (uint64_t)_i + 1000;
    for (int round = 0; round < 8; round++) {
        bench.count = 0;
        bench.text = random_text(&seed, &bench.len);
        random_literals(&seed, (pl_str){bench.text, bench.len});
        compare_all((pl_scan_options){(_i & 1) != 0, (_i & 2) != 0, (_i & 4) != 0});
        free(bench.text);
    }
}
END_TEST

/* A literal around every end that the search has: of a step, of a piece, of the text. */
static const size_t places[] = {0, 40, PL_KERNEL_MAX - 90, 2 * PL_KERNEL_MAX - 90};

START_TEST(a_literal_is_found_wherever_pieces_end)
{
    static const char *const literals[] = {"abc", "four", "the longer literal"};
    char text[2 * PL_KERNEL_MAX + 200];
    for (size_t which = 0; which < 3; which++)
        for (size_t at = places[_i]; at < places[_i] + 180; at++) {
            const pl_str literal = pl_str_of(literals[which]);
            memset(text, '-', sizeof text);
            for (size_t i = 50; i < at; i += 51)
                text[i] = '\n';
            memcpy(text + at, literal.ptr, literal.len);
            bench.count = 0;
            add_literal(literal, which == 1);
            set_text((pl_str){text, at + literal.len + (at % 3 == 0 ? at % 70 : 0)});
            compare_all((pl_scan_options){0});
            ck_assert_uint_eq(bench.result.count, 1);
            free(bench.text);
        }
}
END_TEST

START_TEST(a_window_at_the_end_of_the_text_is_no_literal)
{
    bench.count = 0;
    add_literal(PL_STR("end of it"), false);
    for (size_t len = 1; len < 9; len++) {
        set_text((pl_str){"end of it", len});
        compare_all((pl_scan_options){0});
        ck_assert_uint_eq(bench.result.count, 0);
        free(bench.text);
    }
}
END_TEST

START_TEST(letters_fit_either_case_only_where_asked)
{
    bench.count = 0;
    add_literal(PL_STR("Node [up]"), true);
    add_literal(PL_STR("node [up]"), false);
    add_literal(PL_STR("\xc3\x84"), true); /* not an ASCII letter: as it stands */
    set_text(PL_STR("NODE [UP]\nnode {up}\nnode [up]\n\xc3\xa4\n"));
    compare_all((pl_scan_options){0});
    ck_assert_str_eq(bench.got.ptr, "0 'NODE [UP]' 0\n2 'node [up]' 0 1\nlines 4 cut 0");
    free(bench.text);
}
END_TEST

START_TEST(many_literals_with_one_window_are_told_apart)
{
    bench.count = 0;
    for (int i = 0; i < LITERALS; i++) {
        char bytes[LITERAL_BYTES];
        const int len =
            snprintf(bytes, sizeof bytes, "ZQXJ%.*s", i, "eeeeeeeeeeeeeeeeeeeeeeeeeeee");
        add_literal((pl_str){bytes, (size_t)len}, i % 2 == 1);
    }
    set_text(PL_STR("ZQXJeeeee\nzqxjee\nZQXJ"));
    compare_all((pl_scan_options){0});
    ck_assert_uint_eq(bench.result.count, 3);
    free(bench.text);
}
END_TEST

START_TEST(a_literal_may_be_longer_than_any_offset_of_a_window)
{
    static char literal[70000];
    memset(literal, 'e', sizeof literal);
    memcpy(literal + sizeof literal - 6, "ZQXJ!Z", 6);
    const pl_str literals[] = {{literal, sizeof literal}, {literal, 66}};
    pl_scan_set *set = NULL;
    ck_assert_int_eq(pl_scan_set_new(literals, 2, &set, NULL), PL_OK);
    for (size_t i = 0; i < bench.kernel_count; i++) {
        const pl_scan_input input = {.text = {literal, sizeof literal}};
        ck_assert_int_eq(pl_scan_by(bench.kernels[i], set, &input, &bench.result, NULL), PL_OK);
        ck_assert_uint_eq(bench.result.count, 1);
        ck_assert_uint_eq(bench.result.hit_count, 1); /* the long one ends beyond PL_LINE_MAX */
        ck_assert_uint_eq(bench.result.hits[0], 1);
    }
    pl_scan_set_free(set);
}
END_TEST

static Suite *kernel_suite(void)
{
    TCase *tcase = tcase_create("kernel");
    tcase_add_checked_fixture(tcase, open_bench, close_bench);
    tcase_add_test(tcase, the_scalar_kernel_is_always_there_and_last);
    tcase_add_loop_test(tcase, random_bytes_give_what_a_look_at_every_line_gives, 0, 200);
    tcase_add_loop_test(tcase, a_literal_is_found_wherever_pieces_end, 0, 4);
    tcase_add_test(tcase, a_window_at_the_end_of_the_text_is_no_literal);
    tcase_add_test(tcase, letters_fit_either_case_only_where_asked);
    tcase_add_test(tcase, many_literals_with_one_window_are_told_apart);
    tcase_add_test(tcase, a_literal_may_be_longer_than_any_offset_of_a_window);
    Suite *suite = suite_create("kernel");
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    SRunner *runner = srunner_create(kernel_suite());
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
