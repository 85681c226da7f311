/*
 * measure.c - runs a command and appends to a file what it took:
 *
 *     measure FILE LABEL COMMAND [ARGUMENT]...
 *
 * One line, with tabs: label, exit code, seconds of wall time, seconds of CPU time, largest
 * resident set of a process of it in KiB.  Of a shell the last two hold its pipeline, too.  What
 * the command prints goes where the caller sends it; its exit code is ours only where the command
 * could not be run (126) or a signal ended it (125).
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double seconds_of(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static int note(const char *path, const char *label, int code, double wall)
{
    struct rusage used;
    FILE *file = fopen(path, "a");
    if (file == NULL || getrusage(RUSAGE_CHILDREN, &used) != 0) {
        perror(path);
        return 126;
    }
    fprintf(file, "%s\t%d\t%.6f\t%.6f\t%ld\n", label, code, wall,
            seconds_of(used.ru_utime) + seconds_of(used.ru_stime), used.ru_maxrss);
    return fclose(file) == 0 ? 0 : 126;
}

int main(int argc, char **argv)
{
    int state = 0;
    if (argc < 4) {
        fprintf(stderr, "usage: measure FILE LABEL COMMAND [ARGUMENT]...\n");
        return 126;
    }
    const double start = seconds_now();
    const pid_t child = fork();
    if (child == 0) {
        execvp(argv[3], argv + 3);
        fprintf(stderr, "measure: %s: %s\n", argv[3], strerror(errno));
        _exit(126);
    }
    if (child < 0 || waitpid(child, &state, 0) < 0) {
        perror("measure");
        return 126;
    }
    const double wall = seconds_now() - start;
    if (!WIFEXITED(state) || WEXITSTATUS(state) == 126)
        return WIFEXITED(state) ? 126 : 125;
    return note(argv[1], argv[2], WEXITSTATUS(state), wall);
}
