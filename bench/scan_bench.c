/*
 * scan_bench.c - how fast each kernel finds 1, 8, 17, 120 and 400 literals, in GB/s of one core.
 *
 * scan_bench [FILE]: in blocks of 1 MiB, as ingest has them; without FILE in a text like a cluster
 * log, made from a seed.  Beside them counting lines alone and memcpy(), of blocks read before.
 * Times are of the processor, not of the clock: the best of several rounds.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "scan/count.h"
#include "scan/scan_inside.h"

#define TEXT_BYTES ((size_t)256 << 20)
#define BLOCK_BYTES ((size_t)1 << 20)
#define ROUNDS 5
#define KERNELS_MAX 8
#define LITERALS_MAX 400

static const char *const lines[] = {
    "INFO  [RCM] rcm::RcmApi::GetResourceState: (Cluster Disk %u)",
    "INFO  [GUM] Node %u: Processing RequestLock %u:%u",
    "INFO  [GUM] Node %u: Processing GrantLock to %u (sent by %u gumid: %u)",
    "DBG   [NETFTAPI] received NsiParameterNotification  for 10.0.%u.%u (IpDadStatePreferred )",
    "INFO  [NM] Received request from client address HV-%u.",
    "WARN  [RHS] Error %u from IsAlive for resource Virtual Machine VM-%u.",
    "INFO  [RES] Physical Disk: ResourceType control: GET_CLASS_INFO, status 0, bytes %u",
    "INFO  [DM] Node %u: writing paxos tag %u:%u:%u",
    "INFO  [CHANNEL 10.0.%u.%u:~3343~] graceful close, status ERROR_SUCCESS(0)",
    "INFO  [RCM] HandleMonitorReply: ONLINERESOURCE for 'VM-%u', gen(%u) result 0/0.",
    "ERR   [RES] Network Name <CAP-%u>: Online thread Failed: ERROR_ACCESS_DENIED(5) at %08x",
    "INFO  [CAM] Substituting Token Owner: BUILTIN Administrators, Original: S-1-5-18-%u",
    "INFO  [Schannel-Verifier] Ctor: ctx %08x%08x",
};
#define LINES (sizeof lines / sizeof *lines)

static const char *const literals[] = {
    "ClusterUpgradePhase",
    " New View is ",
    "Shutdown lock acquired",
    "[RCM] move of group ",
    "Farthest reported progress",
    " Microsoft-Windows-FailoverClustering/1135 ",
    " Microsoft-Windows-FailoverClustering/1177 ",
    "ClusterUpgradeFunctionalLevel",
    "death timer is already running",
    "Setup phase change: [",
    "Executing phase [",
    "Failed execution phase ",
    "Overall progress: [",
    "Host OS version: ",
    "] exiting with HRESULT [",
    "Rollback-Online-",
    "Validating the cluster.",
};
#define LITERALS (sizeof literals / sizeof *literals)

static const char *const first_words[] = {
    "Draining ",      "Evicting ", "Pausing ",        "Resuming ",   "Upgrading ",
    "Quarantine of ", "Lost ",     "Joining ",        "Validating ", "Stopping ",
    "Restarting ",    "Moving ",   "Failed to open ", "Adding "};
static const char *const second_words[] = {
    "node",    "cluster group", "resource", "quorum",    "witness", "the image", "virtual machine",
    "network", "role",          "disk",     "paxos tag", "update",  "session"};

static uint32_t roll(uint64_t *seed, uint32_t sides)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*seed >> 33) % sides;
}

/* One line in 20,000 holds a literal. */
static void append_line(uint64_t *seed, uint64_t time_ms, pl_buf *text)
{
    char line[256];
    pl_buf_appendf(text, "%08x.%08x::2024/07/%02u-%02u:%02u:%02u.%03u ", roll(seed, 0x4000),
                   roll(seed, 0x4000), 1 + (unsigned)(time_ms / 86400000 % 28),
                   (unsigned)(time_ms / 3600000 % 24), (unsigned)(time_ms / 60000 % 60),
                   (unsigned)(time_ms / 1000 % 60), (unsigned)(time_ms % 1000));
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(line, sizeof line, lines[roll(seed, LINES)], roll(seed, 300), roll(seed, 1 << 20),
             roll(seed, 16), roll(seed, 1 << 20));
#pragma GCC diagnostic pop
    pl_buf_append(text, pl_str_of(line));
    if (roll(seed, 20000) == 0)
        pl_buf_append(text, pl_str_of(literals[roll(seed, LITERALS)]));
    pl_buf_append(text, PL_STR("\r\n"));
}

static void make_text(pl_buf *text)
{
    uint64_t seed = 7, time_ms = 0;
    while (text->len < TEXT_BYTES - 512) {
        append_line(&seed, time_ms, text);
        time_ms += roll(&seed, 40);
    }
}

static void read_text(const char *path, pl_buf *text)
{
    static char chunk[1 << 16];
    FILE *file = fopen(path, "rb");
    size_t len = 1;
    while (file != NULL && text->len < TEXT_BYTES - sizeof chunk && len > 0) {
        len = fread(chunk, 1, sizeof chunk, file);
        pl_buf_append(text, (pl_str){chunk, len});
    }
    if (file != NULL)
        fclose(file);
}

/* The first are those above, the rest is made of words; a dialect's literals share words, too. */
static void make_literals(pl_str *out, pl_buf *bytes)
{
    size_t ends[LITERALS_MAX];
    uint64_t seed = 3;
    for (size_t i = 0; i < LITERALS_MAX; i++) {
        if (i < LITERALS) {
            pl_buf_append(bytes, pl_str_of(literals[i]));
        } else {
            pl_buf_append(bytes, pl_str_of(first_words[roll(&seed, 14)]));
            pl_buf_append(bytes, pl_str_of(second_words[roll(&seed, 13)]));
            pl_buf_appendf(bytes, " %c%c%u", 'a' + (int)roll(&seed, 26), 'a' + (int)roll(&seed, 26),
                           roll(&seed, 100));
        }
        ends[i] = bytes->len;
    }
    for (size_t i = 0; i < LITERALS_MAX; i++) {
        const size_t start = i > 0 ? ends[i - 1] : 0;
        out[i] = (pl_str){bytes->ptr + start, ends[i] - start};
    }
}

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* What is measured: does its work on a block, and returns something of it. */
typedef size_t work(const void *arg, pl_str block);

static double gb_per_s(work *run, const void *arg, pl_str text, size_t *sum)
{
    static char buffer[BLOCK_BYTES];
    double best_s = 1e9;
    for (int round = 0; round < ROUNDS; round++) {
        double spent_s = 0;
        *sum = 0;
        for (size_t at = 0; at < text.len; at += BLOCK_BYTES) {
            const pl_str block = {buffer, pl_str_slice(text, at, BLOCK_BYTES).len};
            memcpy(buffer, text.ptr + at, block.len); /* as read(): into the cache */
            const double start_s = now_s();
            *sum += run(arg, block);
            spent_s += now_s() - start_s;
        }
        best_s = spent_s < best_s ? spent_s : best_s;
    }
    return (double)text.len / best_s / 1e9;
}

static size_t copy_block(const void *arg, pl_str block)
{
    static char to[BLOCK_BYTES];
    (void)arg;
    memcpy(to, block.ptr, block.len);
    return (size_t)(unsigned char)to[block.len / 2];
}

static size_t count_block(const void *arg, pl_str block)
{
    (void)arg;
    return pl_count_line_ends(block);
}

static size_t find_line_ends(const void *arg, pl_str block)
{
    size_t count = 0;
    (void)arg;
    for (const char *at = block.ptr, *end = at + block.len;
         at < end && (at = memchr(at, '\n', (size_t)(end - at))) != NULL; at++)
        count++;
    return count;
}

struct scan_job {
    pl_kernel kernel;
    const pl_scan_set *set;
    pl_scan_result *result;
};

static size_t scan_block(const void *arg, pl_str block)
{
    const struct scan_job *job = arg;
    const pl_scan_input input = {.text = block};
    if (pl_scan_by(job->kernel, job->set, &input, job->result, NULL) != PL_OK)
        abort();
    return job->result->count;
}

static void measure_sets(const pl_str *wanted, pl_str text)
{
    static const size_t counts[] = {1, 8, 17, 120, LITERALS_MAX};
    pl_kernel kernels[KERNELS_MAX];
    const size_t kernel_count = pl_kernels(kernels, KERNELS_MAX);
    pl_scan_result result;
    pl_scan_result_init(&result);
    for (size_t i = 0; i < kernel_count; i++)
        for (size_t j = 0; j < sizeof counts / sizeof *counts; j++) {
            struct scan_job job = {kernels[i], NULL, &result};
            pl_scan_set *set = NULL;
            size_t sum;
            if (pl_scan_set_new(wanted, counts[j], &set, NULL) != PL_OK)
                abort();
            job.set = set;
            const double speed = gb_per_s(scan_block, &job, text, &sum);
            printf("%-8s %4zu literals %7.2f GB/s %8zu lines\n", kernels[i].name, counts[j], speed,
                   sum);
            pl_scan_set_free(set);
        }
    pl_scan_result_release(&result);
}

static void measure_plan(const pl_str *wanted)
{
    pl_scan_set *set = NULL;
    const int times = 200;
    const double start_s = now_s();
    for (int i = 0; i < times; i++) {
        if (pl_scan_set_new(wanted, 120, &set, NULL) != PL_OK)
            abort();
        pl_scan_set_free(set);
    }
    printf("a set of 120 literals is made in %.1f us\n", (now_s() - start_s) / times * 1e6);
}

int main(int argc, char **argv)
{
    pl_buf text, bytes;
    pl_str wanted[LITERALS_MAX];
    size_t sum;
    pl_buf_init(&text, TEXT_BYTES);
    pl_buf_init(&bytes, (size_t)1 << 20);
    if (argc > 1)
        read_text(argv[1], &text);
    else
        make_text(&text);
    make_literals(wanted, &bytes);
    const pl_str all = pl_buf_str(&text);
    printf("memcpy()               %7.2f GB/s\n", gb_per_s(copy_block, NULL, all, &sum));
    printf("line ends counted      %7.2f GB/s\n", gb_per_s(count_block, NULL, all, &sum));
    printf("line ends by memchr()  %7.2f GB/s\n", gb_per_s(find_line_ends, NULL, all, &sum));
    measure_plan(wanted);
    measure_sets(wanted, all);
    pl_buf_release(&bytes);
    pl_buf_release(&text);
    return 0;
}
