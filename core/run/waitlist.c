/*
 * Two binary heaps of waiters, each of whom knows its slot in them, and a map from key to the first
 * waiter of a ring. Who is to be woken leaves all three first and joins a ring of its own, so that
 * waking may add and cancel at will, and who is added meanwhile is not woken by the same call.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/run/waitlist.h"

#include "core/base/heap.h"
#include "core/base/map.h"
#include "core/base/must.h"

enum order { BY_DEADLINE, BY_NUMBER, ORDERS };

struct heap {
    struct waiter **slots; /* from 1: the children of n are 2n and 2n + 1 */
    size_t count;
    size_t capacity;
};

struct waitlist {
    struct heap heaps[ORDERS];
    struct map *keys; /* key → the one who came first */
};

struct waitlist *waitlist_new(void)
{
    struct waitlist *list = heap_new(sizeof(*list));

    list->keys = map_new();
    return list;
}

void waitlist_free(struct waitlist *list)
{
    if (list == NULL)
        return;
    for (size_t i = 0; i < ORDERS; i++)
        heap_free(list->heaps[i].slots);
    map_free(list->keys);
    heap_free(list);
}

/* Heaps. */

static void heap_place(struct heap *heap, enum order order, size_t slot, struct waiter *waiter)
{
    heap->slots[slot] = waiter;
    waiter->slots[order] = slot;
}

static void heap_rise(struct heap *heap, enum order order, size_t slot, struct waiter *waiter)
{
    for (; slot > 1; slot /= 2) {
        struct waiter *parent = heap->slots[slot / 2];
        if (parent->ranks[order] <= waiter->ranks[order])
            break;
        heap_place(heap, order, slot, parent);
    }
    heap_place(heap, order, slot, waiter);
}

static void heap_sink(struct heap *heap, enum order order, size_t slot, struct waiter *waiter)
{
    for (size_t child = 2 * slot; child <= heap->count; child = 2 * slot) {
        if (child < heap->count &&
            heap->slots[child + 1]->ranks[order] < heap->slots[child]->ranks[order])
            child++;
        if (heap->slots[child]->ranks[order] >= waiter->ranks[order])
            break;
        heap_place(heap, order, slot, heap->slots[child]);
        slot = child;
    }
    heap_place(heap, order, slot, waiter);
}

static void heap_insert(struct waitlist *list, enum order order, struct waiter *waiter)
{
    struct heap *heap = &list->heaps[order];

    if (heap->count + 1 >= heap->capacity) {
        heap->capacity = heap->capacity == 0 ? 64 : 2 * heap->capacity;
        heap->slots = heap_resize(heap->slots, heap->capacity * sizeof(struct waiter *));
    }
    heap->count++;
    heap_rise(heap, order, heap->count, waiter);
}

static void heap_remove(struct waitlist *list, enum order order, struct waiter *waiter)
{
    struct heap *heap = &list->heaps[order];
    size_t slot = waiter->slots[order];
    struct waiter *last;

    if (slot == 0)
        return;
    waiter->slots[order] = 0;
    last = heap->slots[heap->count--];
    if (last == waiter)
        return;
    if (slot > 1 && heap->slots[slot / 2]->ranks[order] > last->ranks[order])
        heap_rise(heap, order, slot, last);
    else
        heap_sink(heap, order, slot, last);
}

static struct waiter *heap_first(const struct waitlist *list, enum order order)
{
    return list->heaps[order].count == 0 ? NULL : list->heaps[order].slots[1];
}

/* Rings. */

static void ring_start(struct waiter *waiter)
{
    waiter->next = waiter->previous = waiter;
}

/* Puts one in front of another; in front of the first is behind the last. */
static void ring_insert(struct waiter *at, struct waiter *waiter)
{
    waiter->next = at;
    waiter->previous = at->previous;
    at->previous->next = waiter;
    at->previous = waiter;
}

static void ring_remove(struct waiter *waiter)
{
    waiter->next->previous = waiter->previous;
    waiter->previous->next = waiter->next;
    waiter->next = waiter->previous = NULL;
}

/* One that is being woken already is the first of no key. */
static void leave_key(struct waitlist *list, struct waiter *waiter)
{
    if (waiter->next == NULL)
        return;
    if (map_get(list->keys, waiter->key) == waiter) {
        if (waiter->next == waiter)
            map_remove(list->keys, waiter->key);
        else
            map_put(list->keys, waiter->key, waiter->next);
    }
    ring_remove(waiter);
}

static void start_waiting(struct waitlist *list, struct waiter *waiter, int64_t deadline_us)
{
    must(waiter->wake != NULL);
    must(waiter->next == NULL && waiter->slots[BY_DEADLINE] == 0);
    waiter->ranks[BY_DEADLINE] = deadline_us;
    heap_insert(list, BY_DEADLINE, waiter);
}

void waitlist_add_key(
    struct waitlist *list, struct waiter *waiter, struct uuid key, int64_t deadline_us)
{
    struct waiter *first = map_get(list->keys, key);

    must(uuid_is_present(key));
    start_waiting(list, waiter, deadline_us);
    waiter->key = key;
    if (first != NULL) {
        ring_insert(first, waiter);
        return;
    }
    ring_start(waiter);
    map_put(list->keys, key, waiter);
}

void waitlist_add_number(
    struct waitlist *list, struct waiter *waiter, uint64_t number, int64_t deadline_us)
{
    must(number <= INT64_MAX);
    start_waiting(list, waiter, deadline_us);
    waiter->key = UUID_NONE;
    waiter->ranks[BY_NUMBER] = (int64_t)number;
    heap_insert(list, BY_NUMBER, waiter);
}

void waitlist_cancel(struct waitlist *list, struct waiter *waiter)
{
    for (enum order order = 0; order < ORDERS; order++)
        heap_remove(list, order, waiter);
    leave_key(list, waiter);
}

/* `due` is the head of a ring; it waits for nothing itself. */
static void take_out(struct waitlist *list, struct waiter *due, struct waiter *waiter)
{
    waitlist_cancel(list, waiter);
    ring_insert(due, waiter);
}

static void wake(struct waiter *due, enum wake_reason reason)
{
    while (due->next != due) {
        struct waiter *waiter = due->next;
        ring_remove(waiter);
        waiter->wake(waiter, reason);
    }
}

void waitlist_wake_key(struct waitlist *list, struct uuid key)
{
    struct waiter due;

    ring_start(&due);
    for (struct waiter *first = map_get(list->keys, key); first != NULL;
         first = map_get(list->keys, key))
        take_out(list, &due, first);
    wake(&due, WAKE_REACHED);
}

static void
take_out_up_to(struct waitlist *list, enum order order, int64_t rank, struct waiter *due)
{
    for (struct waiter *first = heap_first(list, order);
         first != NULL && first->ranks[order] <= rank; first = heap_first(list, order))
        take_out(list, due, first);
}

void waitlist_wake_reached(struct waitlist *list, uint64_t number)
{
    struct waiter due;

    ring_start(&due);
    take_out_up_to(list, BY_NUMBER, number > INT64_MAX ? INT64_MAX : (int64_t)number, &due);
    wake(&due, WAKE_REACHED);
}

void waitlist_expire(struct waitlist *list, int64_t now_us)
{
    struct waiter due;

    ring_start(&due);
    take_out_up_to(list, BY_DEADLINE, now_us, &due);
    wake(&due, WAKE_EXPIRED);
}

void waitlist_wake_all(struct waitlist *list)
{
    struct waiter due;

    ring_start(&due);
    take_out_up_to(list, BY_DEADLINE, INT64_MAX, &due);
    wake(&due, WAKE_ENDED);
}

int64_t waitlist_next_deadline(const struct waitlist *list)
{
    const struct waiter *first = heap_first(list, BY_DEADLINE);

    return first == NULL ? INT64_MAX : first->ranks[BY_DEADLINE];
}

size_t waitlist_count(const struct waitlist *list)
{
    return list->heaps[BY_DEADLINE].count;
}
