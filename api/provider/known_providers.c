/*
 * Documents of providers, in a table under one lock.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/provider/known_providers.h"

#include "api/provider/used_tokens.h"
#include "core/base/heap.h"
#include "core/base/must.h"

#include <pthread.h>
#include <string.h>

enum { MOST_DOCUMENTS = 64 };

struct kept {
    char *url; /* NULL: the place is free */
    size_t url_size;
    char *body; /* NULL: it could not be had */
    size_t size;
    int64_t at_us;
    int64_t renewed_us; /* when it was last asked for before its time; 0: never */
};

struct known_providers {
    pthread_mutex_t lock;
    struct kept kept[MOST_DOCUMENTS];
    struct used_tokens *used;
};

struct known_providers *known_providers_new(void)
{
    struct known_providers *known = heap_new(sizeof(*known));

    must(pthread_mutex_init(&known->lock, NULL) == 0);
    known->used = used_tokens_new();
    return known;
}

struct used_tokens *known_providers_used_tokens(struct known_providers *known)
{
    return known->used;
}

static void drop(struct kept *kept)
{
    heap_free(kept->url);
    heap_free(kept->body);
    *kept = (struct kept){.url = NULL};
}

void known_providers_free(struct known_providers *known)
{
    if (known == NULL)
        return;
    for (size_t i = 0; i < MOST_DOCUMENTS; i++)
        drop(&known->kept[i]);
    must(pthread_mutex_destroy(&known->lock) == 0);
    used_tokens_free(known->used);
    heap_free(known);
}

/* Locked. NULL where it is not there. */
static struct kept *find(struct known_providers *known, struct text url)
{
    for (size_t i = 0; i < MOST_DOCUMENTS; i++) {
        struct kept *kept = &known->kept[i];
        if (kept->url != NULL && text_equal((struct text){kept->url, kept->url_size}, url))
            return kept;
    }
    return NULL;
}

bool known_providers_find(
    struct known_providers *known,
    struct text url,
    int64_t now_us,
    struct arena *arena,
    struct known_document *out)
{
    const struct kept *kept;

    must(pthread_mutex_lock(&known->lock) == 0);
    kept = find(known, url);
    if (kept != NULL) {
        out->body = kept->body == NULL ? (struct text){NULL, 0}
                                       : text_copy(arena, (struct text){kept->body, kept->size});
        out->age_us = now_us - kept->at_us;
    }
    must(pthread_mutex_unlock(&known->lock) == 0);
    return kept != NULL;
}

static char *copy_of(struct text t)
{
    char *copy = heap_new(t.size + 1);

    memcpy(copy, t.data, t.size);
    return copy;
}

/* Locked: the place of a URL, a free one, or that of the oldest. */
static struct kept *place_for(struct known_providers *known, struct text url)
{
    struct kept *place = find(known, url);

    for (size_t i = 0; place == NULL && i < MOST_DOCUMENTS; i++) {
        if (known->kept[i].url == NULL)
            place = &known->kept[i];
    }
    if (place != NULL)
        return place;
    place = &known->kept[0];
    for (size_t i = 1; i < MOST_DOCUMENTS; i++) {
        if (known->kept[i].at_us < place->at_us)
            place = &known->kept[i];
    }
    return place;
}

void known_providers_keep(
    struct known_providers *known, struct text url, int64_t now_us, struct text body)
{
    struct kept fresh = {copy_of(url), url.size, NULL, body.size, now_us, 0};
    struct kept *place;

    if (text_is_present(body))
        fresh.body = copy_of(body);
    must(pthread_mutex_lock(&known->lock) == 0);
    place = place_for(known, url);
    if (place->url != NULL && text_equal((struct text){place->url, place->url_size}, url))
        fresh.renewed_us = place->renewed_us;
    drop(place);
    *place = fresh;
    must(pthread_mutex_unlock(&known->lock) == 0);
}

bool known_providers_may_renew(
    struct known_providers *known, struct text url, int64_t now_us, int64_t pause_us)
{
    struct kept *kept;
    bool may;

    must(pthread_mutex_lock(&known->lock) == 0);
    kept = find(known, url);
    may = kept != NULL && (kept->renewed_us == 0 || now_us - kept->renewed_us >= pause_us);
    if (may)
        kept->renewed_us = now_us;
    must(pthread_mutex_unlock(&known->lock) == 0);
    return may;
}
