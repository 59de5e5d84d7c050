/*
 * A bounded queue between threads: many may put, many may take. Items are linked by a member of
 * their own, so that putting allocates nothing. Items are borrowed while queued.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_RUN_QUEUE_H
#define CORE_RUN_QUEUE_H

#include "core/base/attributes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Embed one as the FIRST member of whatever travels. */
struct queue_item {
    struct queue_item *next;
};

struct queue;

/* `limit`: the most items that may wait. Given to the caller. */
struct queue *queue_new(size_t limit);
void queue_free(struct queue *queue); /* accepts NULL; must be empty */

/* False when full or closed: the item stays the caller's. Never blocks. Any thread. */
MUST_USE bool queue_put(struct queue *queue, struct queue_item *item);

/* As queue_put() but beyond the limit too: for answers, which must not be lost. False only when
 * closed. */
MUST_USE bool queue_put_always(struct queue *queue, struct queue_item *item);

/* Puts a whole chain over ->next (not NULL) at once, beyond the limit too: whoever takes is woken once. False only
 * when closed. */
MUST_USE bool queue_put_all(struct queue *queue, struct queue_item *chain);

/* Takes the oldest item, waiting up to `timeout_us` (negative: for ever). NULL on time-out, or
 * when the queue is closed and empty. */
struct queue_item *queue_take(struct queue *queue, int64_t timeout_us);

/* Takes everything that waits, oldest first, as a chain over ->next; waits as queue_take() when
 * there is nothing. */
struct queue_item *queue_take_all(struct queue *queue, int64_t timeout_us);

/* Nothing more may be put; takers get what is left, then NULL at once. */
void queue_close(struct queue *queue);
bool queue_is_closed(const struct queue *queue);

/* Wakes one waiting taker without an item (it gets NULL). With none waiting, the next that would
 * wait gets NULL at once, so that no wake is lost. */
void queue_wake(struct queue *queue);

/* Its only taker pauses for `us`, whoever wakes it meanwhile: those wakes are spent, what is put stays. Ends at once
 * when the queue is closed. */
void queue_pause(struct queue *queue, int64_t us);

/* How many wait now: for metrics. */
size_t queue_depth(const struct queue *queue);

#endif
