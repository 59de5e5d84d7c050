/*
 * Counters.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/meter.h"

#include "core/base/heap.h"
#include "core/base/must.h"

const int64_t meter_bounds_us[METER_BUCKETS] = {500,   1000,   2500,   5000,    10000,
                                                25000, 100000, 500000, 2500000, 10000000};

const char *const pool_names[POOL_COUNT] = {"read", "plain", "large", "hash", "outward"};

struct meter *meter_new(size_t route_count, size_t message_count)
{
    struct meter *meter = heap_new(sizeof(*meter));

    meter->route_count = route_count;
    meter->message_count = message_count;
    meter->routes = heap_array(route_count + 1 + message_count, sizeof(*meter->routes));
    return meter;
}

void meter_free(struct meter *meter)
{
    if (meter == NULL)
        return;
    heap_free(meter->routes);
    heap_free(meter);
}

void meter_answer(struct meter *meter, size_t route, int status, int64_t took_us)
{
    struct meter_route *row;
    size_t bucket = 0;

    must(route <= meter->route_count + meter->message_count);
    row = &meter->routes[route];
    while (bucket < METER_BUCKETS && took_us > meter_bounds_us[bucket])
        bucket++;
    atomic_fetch_add(&row->answers[status >= 100 && status < 600 ? status / 100 : 5], 1);
    atomic_fetch_add(&row->total_us, (uint64_t)(took_us < 0 ? 0 : took_us));
    atomic_fetch_add(&row->buckets[bucket], 1);
}
