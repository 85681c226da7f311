/* test_recognise.c - a source is read by the dialects whose hints and shapes it holds, and no
 * others. */
#include "match/recognise.h"

#include <stdlib.h>
#include <string.h>

#include <check.h>

#include "base/alloc.h"
#include "io/reader.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define STAMPED "2024-02-06T10:00:00Z a line\n"

static pl_dialect_set set;
static pl_exec *exec;
static pl_error err;

static void setup(void)
{
    pl_dialect_set_init(&set);
    ck_assert_int_eq(pl_exec_new(&exec, &err), PL_OK);
}

static void teardown(void)
{
    pl_exec_free(exec);
    pl_dialect_set_release(&set);
}

/* A dialect with a stamped shape and one that fits any line. */
static void load(const char *name, const char *recognise, const char *more)
{
    pl_buf yaml;
    pl_buf_init(&yaml, 4096);
    pl_buf_appendf(&yaml,
                   "dialect: %s\ntitle: T\nsource: s\nrecognise: %s\n%s\nshapes:\n"
                   "  - {id: s, pattern: '^(?<ts>\\d{4}-\\S+) (?<text>.*)$', time: absolute}\n"
                   "  - {id: b, pattern: '^(?<text>.*)$', time: none}\n"
                   "rules: []\n",
                   name, recognise, more);
    pl_status status = pl_dialect_load(&set, pl_buf_str(&yaml), PL_STR("t.yaml"), &err);
    ck_assert_msg(status == PL_OK, "%s", err.msg);
    pl_buf_release(&yaml);
}

static uint64_t mask_of(const char *path, pl_str text)
{
    uint64_t mask = 0;
    pl_status status = pl_recognise(&set, exec, pl_str_of(path), text, &mask, &err);
    ck_assert_msg(status == PL_OK, "%s", err.msg);
    return mask;
}

static bool recognises(const char *path, const char *text)
{
    return mask_of(path, pl_str_of(text)) == 1;
}

START_TEST(a_source_path_has_slashes_only_and_its_member_behind_it)
{
    static const struct {
        const char *path, *member, *wanted;
    } cases[] = {
        {"/var/log/a.log", "", "/var/log/a.log"},
        {"a.zip", "logs/b.log", "a.zip/logs/b.log"},
        {"a.zip", "logs\\node1\\b.log", "a.zip/logs/node1/b.log"},
        {"C:\\logs\\a.log", "", "C:/logs/a.log"},
        {"a.tar", "in.zip!x\\b.log", "a.tar/in.zip/x/b.log"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        pl_buf out;
        pl_buf_init(&out, 4096);
        pl_buf_append(&out, PL_STR("!\\"));
        pl_source_path(&out, pl_str_of(cases[i].path), pl_str_of(cases[i].member));
        ck_assert_uint_ge(out.len, 2);
        ck_assert_int_eq(memcmp(out.ptr, "!\\", 2), 0); /* what stood there is not its business */
        ck_assert_str_eq(out.ptr + 2, cases[i].wanted);
        pl_buf_release(&out);
    }
}
END_TEST

START_TEST(a_glob_is_held_against_as_many_last_components_as_it_has)
{
    static const struct {
        const char *glob, *path;
        bool fits;
    } cases[] = {
        {"genesis*.log", "genesis.log", true},
        {"genesis*.log", "/a/b/genesis.1.log", true},
        {"genesis*.log", "/a/genesis/b.log", false},
        {"genesis*.log", "/a/old-genesis.log", false},
        {"genesis*.log", "/a/genesis.log/", false},
        {"*.log", "a.log", true},
        {"*.LOG", "/x/a.log", true},
        {"cluster.log", "/x/Cluster.LOG", true},
        {"node*/cluster.log", "/x/node1/cluster.log", true},
        {"node*/cluster.log", "node1/cluster.log", true},
        {"node*/cluster.log", "/x/node1/y/cluster.log", false},
        {"node*/cluster.log", "cluster.log", false},
        {"*/*/c.log", "/a/b/c.log", true},
        {"[ab]?.log", "/x/b1.log", true},
        {"[ab]?.log", "/x/c1.log", false},
        {"b.log", "x.tar/in.zip/b.log", true},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char recognise[64];
        snprintf(recognise, sizeof recognise, "{paths: ['%s']}", cases[i].glob);
        load("t", recognise, "");
        ck_assert_msg(recognises(cases[i].path, STAMPED) == cases[i].fits, "%s on %s",
                      cases[i].glob, cases[i].path);
    }
}
END_TEST

START_TEST(of_a_very_long_path_the_end_counts)
{
    pl_buf path;
    pl_buf_init(&path, 65536);
    load("t", "{paths: ['node1/cluster.log']}", "");
    for (int i = 0; i < 3000; i++)
        pl_buf_append(&path, PL_STR("folder/"));
    pl_buf_append(&path, PL_STR("node1/cluster.log"));
    ck_assert(recognises(path.ptr, STAMPED));
    pl_buf_release(&path);
}
END_TEST

START_TEST(a_marker_stands_in_for_a_path_and_counts_case)
{
    load("t", "{paths: ['x.log'], markers: [' WSREP: ', '[Galera]']}", "");
    ck_assert(recognises("y.txt", STAMPED "text [Galera] text\n"));
    ck_assert(recognises("y.txt", "a WSREP: b\n" STAMPED));
    ck_assert(recognises("x.log", STAMPED));
    ck_assert(!recognises("y.txt", STAMPED));
    ck_assert(!recognises("y.txt", STAMPED "text [galera] text\n"));
}
END_TEST

START_TEST(a_hint_without_a_stamped_line_is_not_enough)
{
    load("t", "{paths: ['x.log'], markers: [mark]}", "");
    ck_assert(!recognises("x.log", "mark, but no stamp\n"));
    ck_assert(!recognises("x.log", "mark 2024-02-06T10:00:00Z not in front\n"));
    ck_assert(!recognises("x.log", ""));
    ck_assert(recognises("x.log", "\n\nno stamp\n" STAMPED));
}
END_TEST

START_TEST(a_stamped_line_looks_as_it_will_when_it_is_read)
{
    load("t", "{paths: ['x.log']}", "");
    ck_assert(recognises("x.log", "2024-02-06T10:00:00Z a line\r\n"));
    ck_assert(recognises("x.log", "2024-02-06T10:00:00Z without an end"));
    ck_assert(!recognises("x.log", "  2024-02-06T10:00:00Z indented\n"));
}
END_TEST

START_TEST(a_wrapped_line_is_unwrapped_first)
{
    load("t", "{markers: ['log']}", "unwrap: [{json: log}]");
    ck_assert(recognises("x", "{\"log\":\"2024-02-06T10:00:00Z a \\\"line\\\"\\n\"}\n"));
    ck_assert(!recognises("x", "{\"log\":\"a line\\n\"}\n"));
}
END_TEST

START_TEST(only_the_first_64_kib_count)
{
    pl_buf text;
    pl_buf_init(&text, 1 << 20);
    load("t", "{markers: ['mark']}", "");
    /* the stamped line ends with the 64 KiB, the marker is in it */
    pl_buf_append_repeat(&text, '\n', (64 << 10) - strlen("2024-02-06T10:00:00Z mark"));
    pl_buf_append(&text, PL_STR("2024-02-06T10:00:00Z mark"));
    ck_assert_uint_eq(text.len, 64 << 10);
    pl_buf_append(&text, PL_STR("\nmore\n"));
    ck_assert_uint_eq(mask_of("x", pl_buf_str(&text)), 1);
    /* a byte further back the marker is cut */
    pl_buf_clear(&text);
    pl_buf_append_repeat(&text, '\n', (64 << 10) - strlen("2024-02-06T10:00:00Z mark") + 1);
    pl_buf_append(&text, PL_STR("2024-02-06T10:00:00Z mark\n"));
    ck_assert_uint_eq(mask_of("x", pl_buf_str(&text)), 0);
    /* the marker is there, the stamped line is not */
    pl_buf_clear(&text);
    pl_buf_append(&text, PL_STR("mark\n"));
    pl_buf_append_repeat(&text, '\n', 64 << 10);
    pl_buf_append(&text, PL_STR(STAMPED));
    ck_assert_uint_eq(mask_of("x", pl_buf_str(&text)), 0);
    pl_buf_release(&text);
}
END_TEST

START_TEST(every_dialect_that_recognises_a_source_has_its_bit)
{
    load("a", "{paths: ['x.log']}", "");
    load("b", "{markers: [bee]}", "");
    load("c", "{markers: [sea]}", "");
    ck_assert_uint_eq(mask_of("x.log", PL_STR(STAMPED)), 1);
    ck_assert_uint_eq(mask_of("x.log", PL_STR(STAMPED "sea\n")), 5);
    ck_assert_uint_eq(mask_of("y.log", PL_STR(STAMPED "bee sea\n")), 6);
    ck_assert_uint_eq(mask_of("y.log", PL_STR(STAMPED)), 0);
}
END_TEST

START_TEST(every_allocation_may_fail_and_the_mask_stays)
{
    load("t", "{markers: ['log']}", "unwrap: [{json: log}]");
    pl_str text = PL_STR("{\"log\":\"2024-02-06T10:00:00Z a line\"}\n");
    for (long n = 0;; n++) {
        uint64_t mask = 99;
        pl_alloc_fail_after(n);
        pl_status status = pl_recognise(&set, exec, PL_STR("x"), text, &mask, &err);
        pl_alloc_fail_after(-1);
        if (status == PL_OK) {
            ck_assert_uint_eq(mask, 1);
            ck_assert_int_ge(n, 1);
            break;
        }
        ck_assert_int_eq(status, PL_ERR_NOMEM);
        ck_assert_uint_eq(mask, 99);
    }
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("recognise");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, a_source_path_has_slashes_only_and_its_member_behind_it);
    tcase_add_test(tcase, a_glob_is_held_against_as_many_last_components_as_it_has);
    tcase_add_test(tcase, of_a_very_long_path_the_end_counts);
    tcase_add_test(tcase, a_marker_stands_in_for_a_path_and_counts_case);
    tcase_add_test(tcase, a_hint_without_a_stamped_line_is_not_enough);
    tcase_add_test(tcase, a_stamped_line_looks_as_it_will_when_it_is_read);
    tcase_add_test(tcase, a_wrapped_line_is_unwrapped_first);
    tcase_add_test(tcase, only_the_first_64_kib_count);
    tcase_add_test(tcase, every_dialect_that_recognises_a_source_has_its_bit);
    tcase_add_test(tcase, every_allocation_may_fail_and_the_mask_stays);
    Suite *suite = suite_create("recognise");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
