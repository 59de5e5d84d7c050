/*
 * Catching up in batches, at most about once a second, so that one commit of the index serves many
 * events.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/indexer.h"

#include "core/base/heap.h"
#include "core/base/log.h"
#include "core/base/timestamp.h"
#include "core/run/queue.h"
#include "eventlog/ledger_index.h"

enum { BATCH_EVENTS = 50000 };
static const int64_t every_us = US_PER_S;

struct indexer {
    struct ledger_index *index;
    struct queue *wakeup; /* carries nothing: it is only rung and closed */
};

struct indexer *indexer_new(struct ledger_index *index)
{
    struct indexer *indexer = heap_new(sizeof(*indexer));

    indexer->index = index;
    indexer->wakeup = queue_new(1);
    return indexer;
}

void indexer_free(struct indexer *indexer)
{
    if (indexer == NULL)
        return;
    queue_free(indexer->wakeup);
    heap_free(indexer);
}

void indexer_wake(struct indexer *indexer)
{
    queue_wake(indexer->wakeup);
}

void indexer_stop(struct indexer *indexer)
{
    queue_close(indexer->wakeup);
}

static void catch_up(struct indexer *indexer)
{
    struct error error;
    size_t added = BATCH_EVENTS;

    while (added == BATCH_EVENTS && !queue_is_closed(indexer->wakeup)) {
        added = 0;
        if (ledger_index_catch_up(indexer->index, BATCH_EVENTS, &added, &error) != STATUS_OK)
            log_error("indexer.failed", log_cause(&error));
    }
}

static void coalesce(struct indexer *indexer)
{
    int64_t until_us = monotonic_us() + every_us;

    for (int64_t left = every_us; left > 0 && !queue_is_closed(indexer->wakeup);
         left = until_us - monotonic_us())
        queue_take(indexer->wakeup, left);
}

void indexer_run(struct indexer *indexer)
{
    while (!queue_is_closed(indexer->wakeup)) {
        catch_up(indexer);
        coalesce(indexer);
    }
}
