/*
 * phaseline/upgrade_log.h - logs a cluster upgrade in the form phaseline reads
 * (docs/log-format.md).
 *
 * Windows tells the phases of ClusterUpgradeFunctionalLevel() to the calling process only.  Pass
 * pl_upgrade_log_progress() as its callback, and what it is told is kept, a line per call:
 *
 *     pl_upgrade_log log = {0};
 *     log.out = fopen("upgrade.log", "a");
 *     log.cluster = "HVC01";
 *     log.node = "NODE1";
 *     DWORD error = ClusterUpgradeFunctionalLevel(cluster, TRUE, pl_upgrade_log_progress, &log);
 *     if (error != ERROR_SUCCESS && error != ERROR_CLUSTER_UPGRADE_RESTART_REQUIRED)
 *         pl_upgrade_log_failed(&log, log.phase, error);
 *
 * Header only, C99 or C++, nothing to link; on Windows with an SDK for Windows Server 2016 or
 * later.  A log that cannot be written never stops an upgrade.  One thread at a time per log.
 */
#ifndef PHASELINE_UPGRADE_LOG_H
#define PHASELINE_UPGRADE_LOG_H

#include <errno.h>
#include <stdint.h>
#include <stdio.h>

#ifdef _WIN32
#include <windows.h>

#include <clusapi.h>

#define PL_UPGRADE_CALL WINAPI
typedef BOOL pl_upgrade_bool;
typedef CLUSTER_UPGRADE_PHASE pl_upgrade_phase;
#else
#include <sys/time.h>

/* The callback's types elsewhere, so that a caller can be tested without Windows. */
#define PL_UPGRADE_CALL
typedef int pl_upgrade_bool;
typedef enum pl_upgrade_phase {
    PL_UPGRADE_INITIALIZE = 1,
    PL_UPGRADE_VALIDATING_UPGRADE = 2,
    PL_UPGRADE_UPGRADING_COMPONENTS = 3,
    PL_UPGRADE_INSTALLING_NEW_COMPONENTS = 4,
    PL_UPGRADE_UPGRADE_COMPLETE = 5
} pl_upgrade_phase;
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* The same type as PCLUSTER_UPGRADE_PROGRESS_CALLBACK. */
typedef pl_upgrade_bool(PL_UPGRADE_CALL *pl_upgrade_callback)(void *arg, pl_upgrade_phase phase);

/* Zero it, then set `out`, `cluster` and `node`.  Text is UTF-8; every pointer is borrowed. */
typedef struct pl_upgrade_log {
    FILE *out;
    const char *cluster; /* NULL: not written */
    const char *node;    /* the computer that runs the caller; NULL: not written */
    int64_t (*now)(
        void);  /* microseconds since 1970-01-01T00:00:00Z, >= 0; NULL: the system's clock */
    int phase;  /* the last one Windows reported; 0: none yet */
    int failed; /* errno of the first line that could not be written; 0: none */
} pl_upgrade_log;

/* What a line says after time, cluster, node and model; what is NULL is not written. */
typedef struct pl_upgrade_entry {
    const char *phase; /* short name, number, or the C name */
    const char *event; /* enter exit fail skip retry pause resume progress rollback note */
    const char *error; /* decimal error code */
    const char *from;  /* version before */
    const char *to;    /* version after */
    const char *msg;   /* free text */
} pl_upgrade_entry;

static inline int64_t pl_upgrade_log_system_us(void)
{
#ifdef _WIN32
    FILETIME now; /* in 100 ns since 1601-01-01 */
    int64_t ticks;
#if defined(_WIN32_WINNT) && _WIN32_WINNT >= 0x0602
    GetSystemTimePreciseAsFileTime(&now);
#else
    GetSystemTimeAsFileTime(&now);
#endif
    ticks = (int64_t)(((uint64_t)now.dwHighDateTime << 32) | now.dwLowDateTime);
    return ticks / 10 - (int64_t)11644473600 * 1000000;
#else
    struct timeval now;
    gettimeofday(&now, NULL);
    return (int64_t)now.tv_sec * 1000000 + (int64_t)now.tv_usec;
#endif
}

/* Years begin in March here, so that the leap day is the last of its year. */
static inline void pl_upgrade_log_put_time(FILE *out, int64_t us)
{
    const int64_t seconds = us / 1000000;
    const long second = (long)(seconds % 86400);
    const long day = (long)(seconds / 86400) + 719468; /* since 0000-03-01 */
    const long of_era = day % 146097;                  /* 400 years */
    const long year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    const long of_year = of_era - (365 * year + year / 4 - year / 100);
    const long month = (5 * of_year + 2) / 153; /* 0: March */
    fprintf(out, "time=%04ld-%02ld-%02ldT%02ld:%02ld:%02ld.%06ldZ",
            year + day / 146097 * 400 + (month > 9 ? 1 : 0), month > 9 ? month - 9 : month + 3,
            of_year - (153 * month + 2) / 5 + 1, second / 3600, second / 60 % 60, second % 60,
            (long)(us % 1000000));
}

static inline int pl_upgrade_log_needs_quotes(const char *value)
{
    const char *at = value;
    while ((unsigned char)*at > ' ' && *at != '"' && *at != '=' && *at != 0x7f)
        at++;
    return *at != '\0' || at == value;
}

static inline void pl_upgrade_log_put_quoted(FILE *out, const char *value)
{
    putc('"', out);
    for (; *value != '\0'; value++) {
        if (*value == '"' || *value == '\\')
            fprintf(out, "\\%c", *value);
        else if (*value == '\n')
            fputs("\\n", out);
        else if ((unsigned char)*value < ' ' || *value == 0x7f)
            fprintf(out, "\\x%02x", (unsigned)*value);
        else
            putc(*value, out);
    }
    putc('"', out);
}

static inline void pl_upgrade_log_put(FILE *out, const char *key, const char *value)
{
    if (value == NULL)
        return;
    fprintf(out, " %s=", key);
    if (pl_upgrade_log_needs_quotes(value))
        pl_upgrade_log_put_quoted(out, value);
    else
        fputs(value, out);
}

/* Writes one line and flushes it; a failure is remembered in log->failed, nothing else. */
static inline void pl_upgrade_log_write(pl_upgrade_log *log, const pl_upgrade_entry *entry)
{
    if (log->out == NULL) {
        log->failed = log->failed != 0 ? log->failed : EBADF;
        return;
    }
    errno = 0;
    pl_upgrade_log_put_time(log->out, log->now != NULL ? log->now() : pl_upgrade_log_system_us());
    pl_upgrade_log_put(log->out, "cluster", log->cluster);
    pl_upgrade_log_put(log->out, "node", log->node);
    pl_upgrade_log_put(log->out, "model", "wsfc-functional-level");
    pl_upgrade_log_put(log->out, "phase", entry->phase);
    pl_upgrade_log_put(log->out, "event", entry->event);
    pl_upgrade_log_put(log->out, "error", entry->error);
    pl_upgrade_log_put(log->out, "from", entry->from);
    pl_upgrade_log_put(log->out, "to", entry->to);
    pl_upgrade_log_put(log->out, "msg", entry->msg);
    putc('\n', log->out);
    if ((fflush(log->out) != 0 || ferror(log->out)) && log->failed == 0)
        log->failed = errno != 0 ? errno : EIO;
    clearerr(log->out);
}

/* The short name of phases 1 to 5; of any other its digits, in `number`. */
static inline const char *pl_upgrade_log_phase_name(int phase, char *number, size_t number_size)
{
    static const char *const names[] = {"Initialize", "ValidatingUpgrade", "UpgradingComponents",
                                        "InstallingNewComponents", "UpgradeComplete"};
    if (phase >= 1 && phase <= 5)
        return names[phase - 1];
    snprintf(number, number_size, "%d", phase);
    return number;
}

/* The callback: `arg` is the pl_upgrade_log.  Always lets the upgrade go on. */
static inline pl_upgrade_bool PL_UPGRADE_CALL pl_upgrade_log_progress(void *arg,
                                                                      pl_upgrade_phase phase)
{
    pl_upgrade_log *log = (pl_upgrade_log *)arg;
    pl_upgrade_entry entry = {NULL, "enter", NULL, NULL, NULL, NULL};
    char number[16];
    log->phase = (int)phase;
    entry.phase = pl_upgrade_log_phase_name(log->phase, number, sizeof number);
    pl_upgrade_log_write(log, &entry);
    return 1;
}

/* Says that the upgrade failed in `phase` (0: before the first) with the code Windows returned. */
static inline void pl_upgrade_log_failed(pl_upgrade_log *log, int phase, unsigned long error_code)
{
    pl_upgrade_entry entry = {NULL, "fail", NULL, NULL, NULL, NULL};
    char number[16], error[24];
    if (phase != 0)
        entry.phase = pl_upgrade_log_phase_name(phase, number, sizeof number);
    snprintf(error, sizeof error, "%lu", error_code);
    entry.error = error;
    pl_upgrade_log_write(log, &entry);
}

/* Free text for whoever reads the log later; it changes no state. */
static inline void pl_upgrade_log_note(pl_upgrade_log *log, const char *text)
{
    pl_upgrade_entry entry = {NULL, "note", NULL, NULL, NULL, NULL};
    entry.msg = text;
    pl_upgrade_log_write(log, &entry);
}

#ifdef __cplusplus
}
#endif

#endif
