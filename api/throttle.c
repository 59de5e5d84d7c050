/*
 * The rate-limit table: stripes of buckets, a ring of hit times in each bucket.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/throttle.h"

#include "core/base/heap.h"
#include "core/base/must.h"

#include <pthread.h>
#include <string.h>

enum { STRIPES = 64, BUCKETS_PER_STRIPE = 256, PROBES = 8, LONGEST_CALLER = 46 };

static const int64_t window_us = 60000000;

struct bucket {
    size_t route;
    char caller[LONGEST_CALLER];
    int64_t last_us; /* 0: free */
    int64_t blocked_until_us;
    int64_t *hits; /* ring of `limit` times */
    int64_t first;
    int64_t count;
};

struct stripe {
    pthread_mutex_t lock;
    struct bucket buckets[BUCKETS_PER_STRIPE];
};

struct throttle_table {
    int64_t limit;
    struct stripe stripes[STRIPES];
};

struct throttle_table *throttle_new(int64_t limit)
{
    struct throttle_table *table = heap_new(sizeof(*table));

    table->limit = limit;
    for (size_t i = 0; i < STRIPES; i++)
        must(pthread_mutex_init(&table->stripes[i].lock, NULL) == 0);
    return table;
}

void throttle_free(struct throttle_table *table)
{
    if (table == NULL)
        return;
    for (size_t i = 0; i < STRIPES; i++) {
        for (size_t k = 0; k < BUCKETS_PER_STRIPE; k++)
            heap_free(table->stripes[i].buckets[k].hits);
        pthread_mutex_destroy(&table->stripes[i].lock);
    }
    heap_free(table);
}

/* FNV-1a: the name is a caller's own, so collisions only ever cost the one who makes them. */
static uint64_t hash(size_t route, struct text caller)
{
    uint64_t value = 1469598103934665603ULL ^ route;

    for (size_t i = 0; i < caller.size; i++)
        value = (value ^ (uint8_t)caller.data[i]) * 1099511628211ULL;
    return value ^ value >> 29;
}

static bool is_of(const struct bucket *bucket, size_t route, struct text caller)
{
    return bucket->last_us != 0 && bucket->route == route && text_is(caller, bucket->caller);
}

static void start_bucket(struct bucket *bucket, size_t route, struct text caller, int64_t limit)
{
    int64_t *hits = bucket->hits != NULL ? bucket->hits : heap_array((size_t)limit, sizeof(*hits));

    *bucket = (struct bucket){.route = route, .hits = hits};
    memcpy(bucket->caller, caller.data, caller.size);
}

/* The pair's bucket, or the quietest of its neighbourhood made anew. */
static struct bucket *
find(struct stripe *stripe, uint64_t at, size_t route, struct text caller, int64_t limit)
{
    struct bucket *quietest = NULL;

    for (size_t i = 0; i < PROBES; i++) {
        struct bucket *bucket = &stripe->buckets[(at + i) % BUCKETS_PER_STRIPE];
        if (is_of(bucket, route, caller))
            return bucket;
        if (quietest == NULL || bucket->last_us < quietest->last_us)
            quietest = bucket;
    }
    start_bucket(quietest, route, caller, limit);
    return quietest;
}

static void drop_old_hits(struct bucket *bucket, int64_t limit, int64_t now_us)
{
    while (bucket->count > 0 && bucket->hits[bucket->first] <= now_us - window_us) {
        bucket->first = (bucket->first + 1) % limit;
        bucket->count--;
    }
}

/* Whole seconds, upwards: whoever waits so long waits long enough. */
static int64_t seconds_of(int64_t us)
{
    return (us + 999999) / 1000000;
}

static struct throttle_verdict judge(struct bucket *bucket, int64_t limit, int64_t now_us)
{
    int64_t until;

    bucket->last_us = now_us;
    drop_old_hits(bucket, limit, now_us);
    if (bucket->blocked_until_us <= now_us && bucket->count == limit)
        bucket->blocked_until_us = now_us + window_us;
    if (bucket->blocked_until_us > now_us) {
        until = bucket->blocked_until_us - now_us;
        return (struct throttle_verdict){false, limit, 0, seconds_of(until)};
    }
    bucket->hits[(bucket->first + bucket->count) % limit] = now_us;
    bucket->count++;
    until = bucket->hits[bucket->first] + window_us - now_us;
    return (struct throttle_verdict){true, limit, limit - bucket->count, seconds_of(until)};
}

static struct stripe *
lock_stripe(struct throttle_table *table, size_t route, struct text caller, uint64_t *out_at)
{
    uint64_t at = hash(route, caller);
    struct stripe *stripe = &table->stripes[at % STRIPES];

    *out_at = at / STRIPES;
    pthread_mutex_lock(&stripe->lock);
    return stripe;
}

struct throttle_verdict
throttle_hit(struct throttle_table *table, size_t route, struct text caller, int64_t now_us)
{
    struct throttle_verdict verdict = {.is_allowed = true};
    struct stripe *stripe;
    uint64_t at;

    if (table->limit <= 0)
        return verdict;
    caller = text_slice(caller, 0, LONGEST_CALLER - 1);
    stripe = lock_stripe(table, route, caller, &at);
    verdict = judge(find(stripe, at, route, caller, table->limit), table->limit, now_us);
    pthread_mutex_unlock(&stripe->lock);
    return verdict;
}

struct throttle_verdict
throttle_look(struct throttle_table *table, size_t route, struct text caller, int64_t now_us)
{
    struct throttle_verdict verdict = {.is_allowed = true, .limit = table->limit};
    struct stripe *stripe;
    uint64_t at;

    if (table->limit <= 0)
        return verdict;
    caller = text_slice(caller, 0, LONGEST_CALLER - 1);
    stripe = lock_stripe(table, route, caller, &at);
    for (size_t i = 0; i < PROBES; i++) {
        const struct bucket *bucket = &stripe->buckets[(at + i) % BUCKETS_PER_STRIPE];
        if (is_of(bucket, route, caller) && bucket->blocked_until_us > now_us)
            verdict = (struct throttle_verdict){
                false, table->limit, 0, seconds_of(bucket->blocked_until_us - now_us)};
    }
    pthread_mutex_unlock(&stripe->lock);
    return verdict;
}
