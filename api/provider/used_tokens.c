/*
 * Names of tokens, in a ring under one lock.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/provider/used_tokens.h"

#include "core/base/heap.h"
#include "core/base/must.h"

#include <pthread.h>
#include <string.h>

struct used_tokens {
    pthread_mutex_t lock;
    size_t noted; /* ever */
    struct digest names[USED_TOKENS];
};

struct used_tokens *used_tokens_new(void)
{
    struct used_tokens *used = heap_new(sizeof(*used));

    must(pthread_mutex_init(&used->lock, NULL) == 0);
    return used;
}

void used_tokens_free(struct used_tokens *used)
{
    if (used == NULL)
        return;
    must(pthread_mutex_destroy(&used->lock) == 0);
    heap_free(used);
}

bool used_tokens_have(struct used_tokens *used, const struct digest *name)
{
    bool has = false;

    must(pthread_mutex_lock(&used->lock) == 0);
    for (size_t i = 0; !has && i < used->noted && i < USED_TOKENS; i++)
        has = memcmp(used->names[i].bytes, name->bytes, DIGEST_SIZE) == 0;
    must(pthread_mutex_unlock(&used->lock) == 0);
    return has;
}

void used_tokens_note(struct used_tokens *used, const struct digest *name)
{
    must(pthread_mutex_lock(&used->lock) == 0);
    used->names[used->noted++ % USED_TOKENS] = *name;
    must(pthread_mutex_unlock(&used->lock) == 0);
}
