/*
 * A small table of followers, and the size that the last of the wanted number has.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/holders.h"

#include "core/base/heap.h"
#include "core/base/must.h"

#include <pthread.h>
#include <stdatomic.h>

struct holder {
    struct uuid follower;
    uint64_t size;
    int64_t heard_us;
};

struct holders {
    int64_t wanted;
    atomic_uint_fast64_t size; /* that so many of them hold */
    pthread_mutex_t lock;      /* of all below */
    struct holder rows[HOLDERS_MOST];
    size_t count;
};

struct holders *holders_new(int64_t wanted)
{
    struct holders *holders = heap_new(sizeof(*holders));

    holders->wanted = wanted;
    must(pthread_mutex_init(&holders->lock, NULL) == 0);
    return holders;
}

void holders_free(struct holders *holders)
{
    if (holders == NULL)
        return;
    pthread_mutex_destroy(&holders->lock);
    heap_free(holders);
}

int64_t holders_wanted(const struct holders *holders)
{
    return holders == NULL ? 0 : holders->wanted;
}

/* Its row; a new one, or that of whoever was heard longest ago, where it has none. */
static struct holder *row_of(struct holders *holders, struct uuid follower)
{
    struct holder *oldest = &holders->rows[0];

    for (size_t i = 0; i < holders->count; i++) {
        if (uuid_equal(holders->rows[i].follower, follower))
            return &holders->rows[i];
        if (holders->rows[i].heard_us < oldest->heard_us)
            oldest = &holders->rows[i];
    }
    return holders->count < HOLDERS_MOST ? &holders->rows[holders->count++] : oldest;
}

/* The largest size that at least so many hold. */
static uint64_t held_by(const struct holders *holders, int64_t wanted)
{
    uint64_t held = 0;

    for (size_t i = 0; i < holders->count; i++) {
        int64_t as_much = 0;

        for (size_t other = 0; other < holders->count; other++)
            as_much += holders->rows[other].size >= holders->rows[i].size;
        if (as_much >= wanted && holders->rows[i].size > held)
            held = holders->rows[i].size;
    }
    return held;
}

bool holders_note(struct holders *holders, struct uuid follower, uint64_t size, int64_t now_us)
{
    uint64_t before;
    uint64_t held;

    if (holders_wanted(holders) == 0)
        return false;
    pthread_mutex_lock(&holders->lock);
    *row_of(holders, follower) = (struct holder){follower, size, now_us};
    held = held_by(holders, holders->wanted);
    before = atomic_exchange(&holders->size, held);
    pthread_mutex_unlock(&holders->lock);
    return held > before;
}

uint64_t holders_size(const struct holders *holders)
{
    return holders_wanted(holders) == 0 ? UINT64_MAX : atomic_load(&holders->size);
}

size_t holders_heard(struct holders *holders, int64_t since_us)
{
    size_t heard = 0;

    if (holders == NULL)
        return 0;
    pthread_mutex_lock(&holders->lock);
    for (size_t i = 0; i < holders->count; i++)
        heard += holders->rows[i].heard_us >= since_us;
    pthread_mutex_unlock(&holders->lock);
    return heard;
}
