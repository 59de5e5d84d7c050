/*
 * Randomness, drawn in blocks per thread so that an id does not cost a system call.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/random.h"

#include "core/base/must.h"

#include <string.h>
#include <sys/random.h>

/* Enough for the ids, salts and nonces of some sixty events. */
enum { POOL_BYTES = 4096 };

static void draw(void *out, size_t size)
{
    size_t done = 0;

    while (done < size) {
        ssize_t got = getrandom((char *)out + done, size - done, 0);
        must(got > 0);
        done += (size_t)got;
    }
}

void random_fill(void *out, size_t size)
{
    static _Thread_local uint8_t pool[POOL_BYTES];
    static _Thread_local size_t left;

    if (size > sizeof(pool)) {
        draw(out, size);
        return;
    }
    if (left < size) {
        draw(pool, sizeof(pool));
        left = sizeof(pool);
    }
    memcpy(out, pool + left - size, size);
    memset(pool + left - size, 0, size);
    left -= size;
}

struct uuid uuid_new(void)
{
    uint8_t random[8];

    random_fill(random, sizeof(random));
    return uuid_v7(timestamp_now(), random);
}
