/* test_walk.c - folders and arguments as the items they give. */
#include "io/walk.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <check.h>

#include "base/alloc.h"
#include "base/buf.h"

static char folder[] = "/tmp/test_walk.XXXXXX";

static void enter_folder(void)
{
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
}

static void remove_folder(void)
{
    ck_assert_int_eq(chdir("/"), 0);
    pl_buf command;
    pl_buf_init(&command, 4096);
    pl_buf_appendf(&command, "chmod -R u+rwx %s; rm -rf %s", folder, folder);
    ck_assert_int_eq(system(command.ptr), 0);
    pl_buf_release(&command);
}

static void make_file(const char *path)
{
    int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
    ck_assert_int_ge(fd, 0);
    close(fd);
}

static void make_folder(const char *path)
{
    ck_assert_int_eq(mkdir(path, 0755), 0);
}

/* Every item as "path", or "path: kind: problem", a line each. */
static pl_status walk_all(const char *const *paths, size_t count, pl_buf *out)
{
    static const char *const kinds[] = {"file", "special", "unreadable"};
    pl_walk *walk = NULL;
    pl_status status = pl_walk_new(paths, count, &walk, NULL);
    pl_walk_item item;
    while (status == PL_OK && (status = pl_walk_next(walk, &item, NULL)) == PL_OK) {
        if (item.kind == PL_WALK_FILE) {
            ck_assert_ptr_null(item.problem);
            pl_buf_appendf(out, "%s\n", item.path);
        } else {
            pl_buf_appendf(out, "%s: %s: %s\n", item.path, kinds[item.kind], item.problem);
        }
    }
    pl_walk_free(walk);
    return status;
}

static void assert_walk(const char *const *paths, size_t count, const char *expected)
{
    pl_buf out;
    pl_buf_init(&out, (size_t)1 << 20);
    ck_assert_int_eq(walk_all(paths, count, &out), PL_DONE);
    ck_assert_str_eq(out.ptr, expected);
    pl_buf_release(&out);
}

#define ASSERT_WALK(expected, ...)                                                                 \
    assert_walk((const char *const[]){__VA_ARGS__},                                                \
                sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *), expected)

START_TEST(no_paths_give_nothing)
{
    assert_walk(NULL, 0, "");
}
END_TEST

START_TEST(folders_are_entered_in_place_and_sorted_by_byte)
{
    make_folder("d");
    make_folder("d/b");
    make_file("d/b/2");
    make_file("d/b/10");
    make_file("d/a.log");
    make_file("d/b.log");
    make_file("d/Z");
    make_file("d/.hidden");
    make_file("d/\xc3\xa4");
    ASSERT_WALK("d/.hidden\nd/Z\nd/a.log\nd/b/10\nd/b/2\nd/b.log\nd/\xc3\xa4\n", "d");
}
END_TEST

START_TEST(arguments_keep_their_order_and_come_as_often_as_named)
{
    make_file("b");
    make_file("a");
    ASSERT_WALK("b\n-\na\nb\n./a\n", "b", "-", "a", "b", "./a");
}
END_TEST

START_TEST(slashes_at_the_end_are_not_doubled)
{
    make_folder("d");
    make_file("d/a");
    ASSERT_WALK("d/a\nd/a\nd/a\n", "d", "d/", "d//");
}
END_TEST

START_TEST(missing_arguments_are_unreadable)
{
    make_file("f");
    ASSERT_WALK("none: unreadable: No such file or directory\n"
                ": unreadable: No such file or directory\n"
                "f/: unreadable: Not a directory\n",
                "none", "", "f/");
}
END_TEST

START_TEST(links_to_files_are_followed_and_others_reported)
{
    make_folder("d");
    make_folder("other");
    make_file("other/x");
    ck_assert_int_eq(symlink("../other/x", "d/file"), 0);
    ck_assert_int_eq(symlink("../other", "d/folder"), 0);
    ck_assert_int_eq(symlink("nowhere", "d/dangling"), 0);
    ck_assert_int_eq(symlink("loop", "d/loop"), 0);
    ck_assert_int_eq(symlink(".", "d/self"), 0);
    ASSERT_WALK("d/dangling: special: link to nothing\n"
                "d/file\n"
                "d/folder: special: link to a folder\n"
                "d/loop: special: link to nothing\n"
                "d/self: special: link to a folder\n",
                "d");
}
END_TEST

START_TEST(links_named_as_arguments_are_followed)
{
    make_folder("d");
    make_file("d/x");
    ck_assert_int_eq(symlink("d", "folder"), 0);
    ck_assert_int_eq(symlink("d/x", "file"), 0);
    ck_assert_int_eq(symlink("nowhere", "dangling"), 0);
    ASSERT_WALK("folder/x\nfile\ndangling: unreadable: No such file or directory\n", "folder",
                "file", "dangling");
}
END_TEST

START_TEST(pipes_are_read_only_when_named)
{
    make_folder("d");
    ck_assert_int_eq(mkfifo("d/pipe", 0644), 0);
    ASSERT_WALK("d/pipe: special: pipe\nd/pipe\n/dev/null\n", "d", "d/pipe", "/dev/null");
}
END_TEST

START_TEST(sockets_are_special_everywhere)
{
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "socket"};
    ck_assert_int_eq(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
    ASSERT_WALK("socket: special: socket\n", "socket");
    close(fd);
}
END_TEST

START_TEST(what_permission_denies_is_one_item)
{
    make_folder("d");
    make_folder("d/closed");
    make_file("d/closed/x");
    make_file("d/secret");
    make_file("d/z");
    ck_assert_int_eq(chmod("d/closed", 0), 0);
    ck_assert_int_eq(chmod("d/secret", 0), 0);
    ck_assert_int_eq(chmod(folder, 0755), 0);
    ck_assert_int_eq(chmod(".", 0755), 0);
    if (geteuid() == 0)
        ck_assert_int_eq(seteuid(65534), 0); /* nobody: for whom modes count */
    ASSERT_WALK("d/closed: unreadable: Permission denied\n"
                "d/secret: unreadable: Permission denied\n"
                "d/z\n",
                "d");
    if (getuid() == 0)
        ck_assert_int_eq(seteuid(0), 0);
}
END_TEST

START_TEST(deep_folders_need_few_descriptors)
{
    char path[2048] = "d";
    make_folder(path);
    for (int i = 0; i < 300; i++) {
        size_t len = strlen(path);
        memcpy(path + len, "/d", 3);
        make_folder(path);
    }
    size_t len = strlen(path);
    memcpy(path + len, "/f", 3);
    make_file(path);
    struct rlimit limit = {.rlim_cur = 32, .rlim_max = 32};
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
    memcpy(path + len, "/f\n", 4);
    ASSERT_WALK(path, "d");
}
END_TEST

START_TEST(every_failed_allocation_is_reported)
{
    make_folder("d");
    make_folder("d/e");
    make_file("d/e/x");
    make_file("d/y");
    const char *const paths[] = {"d"};
    pl_buf out;
    pl_buf_init(&out, 4096);
    ck_assert_ptr_nonnull(pl_buf_reserve(&out, 2000)); /* so that only the walk allocates */
    pl_status status = PL_ERR_NOMEM;
    for (long n = 0; status == PL_ERR_NOMEM; n++) {
        ck_assert_int_lt(n, 100);
        pl_buf_clear(&out);
        pl_alloc_fail_after(n);
        status = walk_all(paths, 1, &out);
        pl_alloc_fail_after(-1);
    }
    ck_assert_int_eq(status, PL_DONE);
    ck_assert_str_eq(out.ptr, "d/e/x\nd/y\n");
    pl_buf_release(&out);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("walk");
    TCase *tcase = tcase_create("walk");
    tcase_add_checked_fixture(tcase, enter_folder, remove_folder);
    tcase_add_test(tcase, no_paths_give_nothing);
    tcase_add_test(tcase, folders_are_entered_in_place_and_sorted_by_byte);
    tcase_add_test(tcase, arguments_keep_their_order_and_come_as_often_as_named);
    tcase_add_test(tcase, slashes_at_the_end_are_not_doubled);
    tcase_add_test(tcase, missing_arguments_are_unreadable);
    tcase_add_test(tcase, links_to_files_are_followed_and_others_reported);
    tcase_add_test(tcase, links_named_as_arguments_are_followed);
    tcase_add_test(tcase, pipes_are_read_only_when_named);
    tcase_add_test(tcase, sockets_are_special_everywhere);
    tcase_add_test(tcase, what_permission_denies_is_one_item);
    tcase_add_test(tcase, deep_folders_need_few_descriptors);
    tcase_add_test(tcase, every_failed_allocation_is_reported);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
