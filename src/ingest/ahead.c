/* ahead.c - one thread that fills a short queue; the first block is read without it, as most
 * members have no other. */
#include "ingest/ahead.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/alloc.h"

/* Besides these one block is with the taker; one is being read only when there is room for it. */
#define QUEUE_MAX (PL_BLOCKS_KEPT - 1)

struct pl_ahead {
    bool has_thread;
    pthread_t thread;
    pthread_mutex_t lock; /* guards all below */
    pthread_cond_t changed;
    pl_reader *reader; /* being read by the thread; NULL: it waits */
    bool stop, quit;   /* asked of the thread: leave the reader; end */
    pl_block queue[QUEUE_MAX];
    size_t queued;
    pl_status ended; /* how reading ended; PL_OK: it goes on */
    pl_error err;
    /* the taker's own */
    pl_reader *source;
    bool is_handed;
};

/* False: reading is over. */
static bool pass_on(pl_ahead *ahead, pl_status status, const pl_block *block)
{
    pthread_mutex_lock(&ahead->lock);
    if (status == PL_OK && !ahead->stop)
        ahead->queue[ahead->queued++] = *block;
    bool goes_on = status == PL_OK && !ahead->stop && !block->last;
    if (!goes_on) {
        ahead->ended = status == PL_OK ? PL_DONE : status;
        ahead->reader = NULL;
    }
    pthread_cond_broadcast(&ahead->changed);
    pthread_mutex_unlock(&ahead->lock);
    return goes_on;
}

/* The buffer of the next block may be that of the oldest one in use. */
static void wait_for_room(pl_ahead *ahead)
{
    pthread_mutex_lock(&ahead->lock);
    while (ahead->queued == QUEUE_MAX && !ahead->stop)
        pthread_cond_wait(&ahead->changed, &ahead->lock);
    pthread_mutex_unlock(&ahead->lock);
}

static void read_blocks(pl_ahead *ahead, pl_reader *reader)
{
    pl_block block = {.last = true};
    bool goes_on = true;
    while (goes_on) {
        wait_for_room(ahead);
        pl_status status = pl_reader_block(reader, &block, &ahead->err);
        goes_on = pass_on(ahead, status, &block);
    }
}

static void *work(void *arg)
{
    pl_ahead *ahead = arg;
    pthread_mutex_lock(&ahead->lock);
    while (!ahead->quit) {
        pl_reader *reader = ahead->reader;
        if (reader == NULL) {
            pthread_cond_wait(&ahead->changed, &ahead->lock);
            continue;
        }
        pthread_mutex_unlock(&ahead->lock);
        read_blocks(ahead, reader);
        pthread_mutex_lock(&ahead->lock);
    }
    pthread_mutex_unlock(&ahead->lock);
    return NULL;
}

pl_status pl_ahead_new(int jobs, pl_ahead **out, pl_error *err)
{
    pl_ahead *ahead = pl_alloc(1, sizeof *ahead);
    if (ahead == NULL)
        return pl_fail(err, PL_ERR_NOMEM, "no memory for a queue");
    pthread_mutex_init(&ahead->lock, NULL);
    pthread_cond_init(&ahead->changed, NULL);
    ahead->has_thread = jobs > 1 && pthread_create(&ahead->thread, NULL, work, ahead) == 0;
    *out = ahead; /* without a thread everything is as with one job */
    return PL_OK;
}

void pl_ahead_free(pl_ahead *ahead)
{
    if (ahead == NULL)
        return;
    pl_ahead_end(ahead);
    if (ahead->has_thread) {
        pthread_mutex_lock(&ahead->lock);
        ahead->quit = true;
        pthread_cond_broadcast(&ahead->changed);
        pthread_mutex_unlock(&ahead->lock);
        pthread_join(ahead->thread, NULL);
    }
    pthread_cond_destroy(&ahead->changed);
    pthread_mutex_destroy(&ahead->lock);
    pl_release(ahead);
}

void pl_ahead_begin(pl_ahead *ahead, pl_reader *reader)
{
    ahead->source = reader;
    ahead->is_handed = false;
}

static void hand_over(pl_ahead *ahead)
{
    pthread_mutex_lock(&ahead->lock);
    ahead->queued = 0;
    ahead->ended = PL_OK;
    ahead->stop = false;
    ahead->reader = ahead->source;
    pthread_cond_broadcast(&ahead->changed);
    pthread_mutex_unlock(&ahead->lock);
    ahead->is_handed = true;
}

static pl_status take(pl_ahead *ahead, pl_block *block, pl_error *err)
{
    pthread_mutex_lock(&ahead->lock);
    while (ahead->queued == 0 && ahead->ended == PL_OK)
        pthread_cond_wait(&ahead->changed, &ahead->lock);
    pl_status status = PL_OK;
    if (ahead->queued == 0) {
        status = ahead->ended;
        if (status < 0)
            *err = ahead->err;
    } else {
        *block = ahead->queue[0];
        ahead->queued--;
        for (size_t i = 0; i < ahead->queued; i++)
            ahead->queue[i] = ahead->queue[i + 1];
    }
    pthread_cond_broadcast(&ahead->changed);
    pthread_mutex_unlock(&ahead->lock);
    return status;
}

pl_status pl_ahead_block(pl_ahead *ahead, pl_block *block, pl_error *err)
{
    pl_status status = PL_OK;
    if (ahead->is_handed)
        return take(ahead, block, err);
    status = pl_reader_block(ahead->source, block, err);
    if (status == PL_OK && ahead->has_thread && !block->last)
        hand_over(ahead);
    return status;
}

void pl_ahead_end(pl_ahead *ahead)
{
    if (!ahead->is_handed)
        return;
    pthread_mutex_lock(&ahead->lock);
    ahead->stop = true;
    pthread_cond_broadcast(&ahead->changed);
    while (ahead->reader != NULL)
        pthread_cond_wait(&ahead->changed, &ahead->lock);
    ahead->queued = 0;
    pthread_mutex_unlock(&ahead->lock);
    ahead->is_handed = false;
}
