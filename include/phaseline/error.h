/*
 * phaseline/error.h - how every function of the library says what went wrong.
 *
 * A status is the return value; the words are in a pl_error of the caller's, filled without the
 * heap.  A damaged log line is data and never an error: errors mean that the work cannot go on.
 */
#ifndef PHASELINE_ERROR_H
#define PHASELINE_ERROR_H

#if defined(__GNUC__)
#define PL_CHECKED __attribute__((warn_unused_result))
#define PL_PRINTF(format_at, args_at) __attribute__((format(printf, format_at, args_at)))
#define PL_API __attribute__((visibility("default")))
#else
#define PL_CHECKED
#define PL_PRINTF(format_at, args_at)
#define PL_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef enum pl_status {
    PL_OK = 0,          /* done */
    PL_DONE = 1,        /* nothing (more) to give; not a failure */
    PL_ERR_USAGE = -1,  /* the caller's arguments cannot be meant */
    PL_ERR_NOMEM = -2,  /* the allocator refused */
    PL_ERR_LIMIT = -3,  /* a documented maximum was met */
    PL_ERR_IO = -4,     /* the system refused a read or a write; sys_errno says why */
    PL_ERR_FORMAT = -5, /* a file of ours (dialect, schema) is not well formed */
    PL_ERR_DB = -6,     /* the database is locked, corrupt, newer, or not ours */
    PL_ERR_SQL = -7,    /* the user's SQL is wrong or is not allowed */
} pl_status;

typedef struct pl_error {
    pl_status status;
    int sys_errno; /* 0 when the system had no part in it */
    char msg[256]; /* one line, lower case, no full stop */
} pl_error;

/* Fills `err` (NULL allowed) and returns `status`, so that callers can `return pl_fail(...)`. */
PL_API pl_status pl_fail(pl_error *err, pl_status status, const char *format, ...) PL_PRINTF(3, 4);

/* Puts "context: " in front of the words in `err` (NULL allowed). */
PL_API void pl_error_context(pl_error *err, const char *format, ...) PL_PRINTF(2, 3);

#ifdef __cplusplus
}
#endif

#endif
