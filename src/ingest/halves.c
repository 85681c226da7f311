/* halves.c - one thread with a decoder of its own. */
#include "ingest/halves.h"

#include <pthread.h>

#include "base/alloc.h"

#define HEADER_BYTES 4096 /* of an event log, before its first chunk */
#define CHUNK_BYTES 65536

enum state { IDLE, ASKED, DONE, QUIT };

struct pl_halves {
    pl_decoder *decoder; /* owned */
    bool has_thread;
    pthread_t thread;
    pthread_mutex_t lock; /* guards `state` */
    pthread_cond_t changed;
    enum state state;
    const pl_block *part; /* borrowed */
    const pl_event_filter *filter;
    pl_status status;
    pl_text text;
    pl_error err;
};

static void decode(pl_halves *halves)
{
    halves->status =
        pl_decode_block(halves->decoder, halves->part, halves->filter, &halves->text, &halves->err);
}

static void *work(void *arg)
{
    pl_halves *halves = arg;
    pthread_mutex_lock(&halves->lock);
    while (halves->state != QUIT) {
        if (halves->state != ASKED) {
            pthread_cond_wait(&halves->changed, &halves->lock);
            continue;
        }
        pthread_mutex_unlock(&halves->lock);
        decode(halves);
        pthread_mutex_lock(&halves->lock);
        halves->state = DONE;
        pthread_cond_broadcast(&halves->changed);
    }
    pthread_mutex_unlock(&halves->lock);
    return NULL;
}

pl_status pl_halves_new(int jobs, pl_halves **out, pl_error *err)
{
    pl_halves *halves = pl_alloc(1, sizeof *halves);
    if (halves == NULL)
        return pl_fail(err, PL_ERR_NOMEM, "no memory to decode side by side");
    pl_status status = pl_decoder_new(&halves->decoder, err);
    if (status != PL_OK) {
        pl_release(halves);
        return status;
    }
    pthread_mutex_init(&halves->lock, NULL);
    pthread_cond_init(&halves->changed, NULL);
    halves->has_thread = jobs > 1 && pthread_create(&halves->thread, NULL, work, halves) == 0;
    *out = halves; /* without a thread everything is as with one job */
    return PL_OK;
}

static void set_state(pl_halves *halves, enum state state)
{
    pthread_mutex_lock(&halves->lock);
    halves->state = state;
    pthread_cond_broadcast(&halves->changed);
    pthread_mutex_unlock(&halves->lock);
}

void pl_halves_free(pl_halves *halves)
{
    if (halves == NULL)
        return;
    if (halves->has_thread) {
        set_state(halves, QUIT);
        pthread_join(halves->thread, NULL);
    }
    pthread_cond_destroy(&halves->changed);
    pthread_mutex_destroy(&halves->lock);
    pl_decoder_free(halves->decoder);
    pl_release(halves);
}

size_t pl_halves_split(const pl_block *block, pl_block parts[2])
{
    parts[0] = *block;
    uint64_t middle = block->byte_off + block->len / 2;
    if (block->layout != PL_LAYOUT_EVTX || middle < HEADER_BYTES + CHUNK_BYTES)
        return 1;
    middle -= (middle - HEADER_BYTES) % CHUNK_BYTES;
    if (middle <= block->byte_off)
        return 1;
    parts[1] = *block;
    parts[0].len = (size_t)(middle - block->byte_off);
    parts[0].last = false;
    parts[1].ptr += parts[0].len;
    parts[1].len -= parts[0].len;
    parts[1].byte_off = middle;
    parts[1].no = block->no + 1; /* not the first of its member */
    parts[0].open_end = parts[1].open_start = false;
    return 2;
}

void pl_halves_begin(pl_halves *halves, const pl_block *part, const pl_event_filter *filter)
{
    halves->part = part;
    halves->filter = filter;
    if (halves->has_thread)
        set_state(halves, ASKED);
}

pl_status pl_halves_end(pl_halves *halves, pl_text *text, pl_error *err)
{
    if (halves->has_thread) {
        pthread_mutex_lock(&halves->lock);
        while (halves->state != DONE)
            pthread_cond_wait(&halves->changed, &halves->lock);
        halves->state = IDLE;
        pthread_mutex_unlock(&halves->lock);
    } else {
        decode(halves);
    }
    *text = halves->text;
    if (halves->status != PL_OK)
        *err = halves->err;
    return halves->status;
}
