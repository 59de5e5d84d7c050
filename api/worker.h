/*
 * Workers: threads that do for calls what would hold up a loop.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_WORKER_H
#define API_WORKER_H

#include "api/reader.h"
#include "api/services.h"

/* What a worker thread owns. */
struct worker {
    struct reader reader; /* of lane "read" */
    struct http_gzip *gzip;
};

struct worker_settings {
    struct queue *queue;       /* the lane */
    const char *conninfo;      /* NULL: a worker without a connection */
    struct replicas *replicas; /* that it may read from; NULL: none */
    const struct progress *progress;
    atomic_uint_fast64_t *busy; /* counts those at work */
    bool gives_way;             /* to all other threads */
};

/* Takes calls until the queue is closed; `context` is a struct worker_settings. The worker's thread. */
void worker_run(void *context);

#endif
