/*
 * The queue: a chain under one mutex. Depth and the closed mark are atomics beside it, so that
 * metrics and questions take no lock.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/run/queue.h"

#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/base/timestamp.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

struct queue {
    pthread_mutex_t lock;
    pthread_cond_t filled; /* waits by the monotonic clock */
    struct queue_item *head;
    struct queue_item **tail;
    size_t limit;
    size_t waiting; /* takers asleep */
    size_t wakes;   /* takers still to be woken without an item */
    atomic_size_t depth;
    atomic_bool is_closed;
};

struct queue *queue_new(size_t limit)
{
    struct queue *queue = heap_new(sizeof(*queue));
    pthread_condattr_t attributes;

    must(limit > 0);
    queue->limit = limit;
    queue->tail = &queue->head;
    must(pthread_mutex_init(&queue->lock, NULL) == 0);
    must(pthread_condattr_init(&attributes) == 0);
    must(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0);
    must(pthread_cond_init(&queue->filled, &attributes) == 0);
    must(pthread_condattr_destroy(&attributes) == 0);
    return queue;
}

void queue_free(struct queue *queue)
{
    if (queue == NULL)
        return;
    must(queue->head == NULL);
    must(pthread_cond_destroy(&queue->filled) == 0);
    must(pthread_mutex_destroy(&queue->lock) == 0);
    heap_free(queue);
}

static void lock(struct queue *queue)
{
    must(pthread_mutex_lock(&queue->lock) == 0);
}

static void unlock(struct queue *queue)
{
    must(pthread_mutex_unlock(&queue->lock) == 0);
}

/* Who is woken finds the lock free. */
static bool put(struct queue *queue, struct queue_item *chain, size_t limit)
{
    bool is_put;

    lock(queue);
    is_put = !queue->is_closed && queue->depth < limit;
    while (is_put && chain != NULL) {
        *queue->tail = chain;
        queue->tail = &chain->next;
        queue->depth++;
        chain = chain->next;
    }
    unlock(queue);
    if (is_put)
        must(pthread_cond_signal(&queue->filled) == 0);
    return is_put;
}

bool queue_put(struct queue *queue, struct queue_item *item)
{
    item->next = NULL;
    return put(queue, item, queue->limit);
}

bool queue_put_always(struct queue *queue, struct queue_item *item)
{
    item->next = NULL;
    return put(queue, item, SIZE_MAX);
}

bool queue_put_all(struct queue *queue, struct queue_item *chain)
{
    return put(queue, chain, SIZE_MAX);
}

/* False when `until_us` has passed. */
static bool wait_until(struct queue *queue, int64_t until_us)
{
    struct timespec until;
    int rc;

    if (until_us < 0) {
        must(pthread_cond_wait(&queue->filled, &queue->lock) == 0); /* allowed: idle threads */
        return true;
    }
    until.tv_sec = (time_t)(until_us / US_PER_S);
    until.tv_nsec = (long)(until_us % US_PER_S * 1000);
    rc = pthread_cond_timedwait(&queue->filled, &queue->lock, &until);
    must(rc == 0 || rc == ETIMEDOUT);
    return rc == 0;
}

/* With the lock held: returns when there is an item, or nothing to wait for any more. */
static void wait_for_item(struct queue *queue, int64_t timeout_us)
{
    int64_t until_us = timeout_us < 0 ? -1 : monotonic_us() + timeout_us;
    bool may_wait = timeout_us != 0;

    queue->waiting++;
    while (queue->head == NULL && !queue->is_closed && queue->wakes == 0 && may_wait)
        may_wait = wait_until(queue, until_us);
    queue->waiting--;
    if (queue->head == NULL && queue->wakes > 0)
        queue->wakes--;
}

struct queue_item *queue_take(struct queue *queue, int64_t timeout_us)
{
    struct queue_item *item;

    lock(queue);
    wait_for_item(queue, timeout_us);
    item = queue->head;
    if (item != NULL) {
        queue->head = item->next;
        if (queue->head == NULL)
            queue->tail = &queue->head;
        item->next = NULL;
        queue->depth--;
    }
    unlock(queue);
    return item;
}

struct queue_item *queue_take_all(struct queue *queue, int64_t timeout_us)
{
    struct queue_item *chain;

    lock(queue);
    wait_for_item(queue, timeout_us);
    chain = queue->head;
    queue->head = NULL;
    queue->tail = &queue->head;
    queue->depth = 0;
    unlock(queue);
    return chain;
}

void queue_close(struct queue *queue)
{
    lock(queue);
    queue->is_closed = true;
    must(pthread_cond_broadcast(&queue->filled) == 0);
    unlock(queue);
}

bool queue_is_closed(const struct queue *queue)
{
    return queue->is_closed;
}

/* Remembered when nobody waits just now, so that a wake is never lost to a taker on its way; but
 * no more than can be used, so that wakes do not pile up. */
void queue_wake(struct queue *queue)
{
    lock(queue);
    if (queue->wakes < queue->waiting || queue->wakes == 0)
        queue->wakes++;
    must(pthread_cond_signal(&queue->filled) == 0);
    unlock(queue);
}

void queue_pause(struct queue *queue, int64_t us)
{
    int64_t until_us = monotonic_us() + us;

    lock(queue);
    while (!queue->is_closed && wait_until(queue, until_us))
        continue;
    queue->wakes = 0;
    unlock(queue);
}

size_t queue_depth(const struct queue *queue)
{
    return queue->depth;
}
