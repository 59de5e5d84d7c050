/*
 * The ring and its threads. A slot is given BATCH_EVENTS positions; where their bodies are so large
 * that one batch does not hold them, the slot comes round again for the rest before others do.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/base/timestamp.h"
#include "core/run/thread.h"
#include "projections/readers_internal.h"

#include <errno.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

enum { MOST_READERS = 4, SLOTS_AHEAD = 2 };

enum slot_state {
    SLOT_WANTED,  /* has positions to read: waits for a reader */
    SLOT_READING, /* belongs to a reader */
    SLOT_READY,   /* belongs to the fold */
    SLOT_IDLE     /* nothing is left to read */
};

struct reader_slot {
    enum slot_state state;
    uint64_t at;
    uint64_t end;
    struct batch batch;
    enum status status;
    struct error error;
};

struct readers {
    const struct batch_source *source;
    pthread_mutex_t lock; /* over all that follows, but the batches, which have an owner */
    pthread_cond_t changed;
    bool is_stopping;
    uint64_t next; /* first position that no slot has */
    uint64_t end;
    size_t current; /* the slot that the fold takes next */
    size_t slot_count;
    struct reader_slot slots[MOST_READERS + SLOTS_AHEAD];
    size_t thread_count;
    struct thread *threads[MOST_READERS];
};

static void give_positions(struct readers *readers, struct reader_slot *slot)
{
    uint64_t left = readers->end - readers->next;

    slot->state = left == 0 ? SLOT_IDLE : SLOT_WANTED;
    slot->at = readers->next;
    slot->end = readers->next + (left < BATCH_EVENTS ? left : BATCH_EVENTS);
    readers->next = slot->end;
}

/* The wanted slot that the fold will ask for first, or NULL. */
static struct reader_slot *find_wanted(struct readers *readers)
{
    for (size_t i = 0; i < readers->slot_count; i++) {
        struct reader_slot *slot = &readers->slots[(readers->current + i) % readers->slot_count];
        if (slot->state == SLOT_WANTED)
            return slot;
    }
    return NULL;
}

static void fill(const struct readers *readers, struct reader_slot *slot)
{
    size_t limit = (size_t)(slot->end - slot->at);
    struct error *error = &slot->error;

    slot->status = batch_read(&slot->batch, readers->source, slot->at, limit, error);
    if (slot->status == STATUS_OK)
        slot->status = batch_open(&slot->batch, readers->source, 0, slot->batch.count, error);
    if (slot->status == STATUS_OK && slot->batch.count == 0)
        slot->status =
            error_set(error, STATUS_INTERNAL, "the ledger is shorter than was asked for");
}

/* With the lock held. A wake that was lost would cost a second, and not for ever. */
static void wait_for_change(struct readers *readers)
{
    int64_t until_us = monotonic_us() + US_PER_S;
    const struct timespec until = {
        .tv_sec = (time_t)(until_us / US_PER_S), .tv_nsec = (long)(until_us % US_PER_S * 1000)};
    int rc = pthread_cond_clockwait(&readers->changed, &readers->lock, CLOCK_MONOTONIC, &until);

    must(rc == 0 || rc == ETIMEDOUT);
}

static void run(void *context)
{
    struct readers *readers = context;

    must(pthread_mutex_lock(&readers->lock) == 0);
    while (!readers->is_stopping) {
        struct reader_slot *slot = find_wanted(readers);
        if (slot == NULL) {
            wait_for_change(readers);
            continue;
        }
        slot->state = SLOT_READING;
        must(pthread_mutex_unlock(&readers->lock) == 0);
        fill(readers, slot);
        must(pthread_mutex_lock(&readers->lock) == 0);
        slot->state = SLOT_READY;
        must(pthread_cond_broadcast(&readers->changed) == 0);
    }
    must(pthread_mutex_unlock(&readers->lock) == 0);
}

/* One processor is left to the fold and the database. */
static size_t reader_count(void)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);

    if (processors <= 2)
        return 1;
    return processors > MOST_READERS ? MOST_READERS : (size_t)processors - 1;
}

struct readers *readers_new(const struct batch_source *source, uint64_t at, uint64_t end)
{
    struct readers *readers = heap_new(sizeof(*readers));

    readers->source = source;
    readers->next = at;
    readers->end = end;
    must(pthread_mutex_init(&readers->lock, NULL) == 0);
    must(pthread_cond_init(&readers->changed, NULL) == 0);
    readers->thread_count = reader_count();
    readers->slot_count = readers->thread_count + SLOTS_AHEAD;
    for (size_t i = 0; i < readers->slot_count; i++) {
        batch_init(&readers->slots[i].batch);
        give_positions(readers, &readers->slots[i]);
    }
    for (size_t i = 0; i < readers->thread_count; i++)
        readers->threads[i] = thread_start("reader", run, readers);
    return readers;
}

void readers_free(struct readers *readers)
{
    if (readers == NULL)
        return;
    must(pthread_mutex_lock(&readers->lock) == 0);
    readers->is_stopping = true;
    must(pthread_cond_broadcast(&readers->changed) == 0);
    must(pthread_mutex_unlock(&readers->lock) == 0);
    for (size_t i = 0; i < readers->thread_count; i++)
        thread_join(readers->threads[i]);
    for (size_t i = 0; i < readers->slot_count; i++)
        batch_fini(&readers->slots[i].batch);
    must(pthread_cond_destroy(&readers->changed) == 0);
    must(pthread_mutex_destroy(&readers->lock) == 0);
    heap_free(readers);
}

enum status readers_next(struct readers *readers, struct batch **out, struct error *error)
{
    struct reader_slot *slot = &readers->slots[readers->current];

    must(pthread_mutex_lock(&readers->lock) == 0);
    must(slot->state != SLOT_IDLE);
    while (slot->state != SLOT_READY)
        wait_for_change(readers);
    must(pthread_mutex_unlock(&readers->lock) == 0);
    if (slot->status == STATUS_OK)
        *out = &slot->batch;
    else if (error != NULL)
        *error = slot->error;
    return slot->status;
}

void readers_done(struct readers *readers)
{
    struct reader_slot *slot = &readers->slots[readers->current];

    must(pthread_mutex_lock(&readers->lock) == 0);
    slot->at += slot->batch.count;
    if (slot->at < slot->end) {
        slot->state = SLOT_WANTED;
    } else {
        give_positions(readers, slot);
        readers->current = (readers->current + 1) % readers->slot_count;
    }
    must(pthread_cond_broadcast(&readers->changed) == 0);
    must(pthread_mutex_unlock(&readers->lock) == 0);
}
