/*
 * Workers take calls from the queue of their lane, one at a time. The pipeline's drawing is in call.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/worker.h"

#include "api/call.h"
#include "core/http/gzip.h"
#include "core/run/queue.h"
#include "core/run/thread.h"

static bool is_stopping(void *context)
{
    return queue_is_closed(context);
}

void worker_run(void *context)
{
    const struct worker_settings *settings = context;
    struct worker worker = {
        .reader =
            {.conninfo = settings->conninfo,
             .progress = settings->progress,
             .is_stopping = is_stopping,
             .context = settings->queue},
        .gzip = http_gzip_new(),
    };

    if (settings->replicas != NULL)
        worker.reader.replicas =
            replica_links_new(settings->replicas, is_stopping, settings->queue);
    if (settings->gives_way)
        thread_give_way();
    for (;;) {
        struct call *call = (struct call *)queue_take(settings->queue, -1); /* allowed: idle */
        if (call == NULL && queue_is_closed(settings->queue))
            break;
        if (call == NULL)
            continue;
        call->worker = &worker;
        atomic_fetch_add(settings->busy, 1);
        call->next(call);
        atomic_fetch_sub(settings->busy, 1);
    }
    replica_links_free(worker.reader.replicas);
    reader_close(&worker.reader);
    http_gzip_free(worker.gzip);
}
