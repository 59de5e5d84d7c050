/*
 * The projection engine: one thread, one order, one position for all areas.
 *
 * A read-model set is a schema named after the fingerprint of its SQL and projector versions. The
 * engine finds or builds the set of this program beside the serving one, catches up, and makes it
 * the serving one in one transaction. It survives PostgreSQL going away.
 *
 * An event that cannot be applied stops it loudly at that position (alarm, metric, health), until
 * an operator quarantines the event for the table, or a new program applies it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_ENGINE_H
#define PROJECTIONS_ENGINE_H

#include "core/base/error.h"
#include "eventlog/ledger.h"
#include "eventlog/progress.h"
#include "eventlog/seal.h"

struct engine;

struct engine_settings {
    struct ledger *log;
    struct keyring *keyring;
    const char *conninfo;
    struct progress *progress; /* published here; progress_init() before */
    /* Called on the projector's thread when the serving set has reached `size`; with
     * `generation` counting switches of the set. NULL for none. */
    void (*reached)(uint64_t size, uint64_t generation, void *context);
    void *context;
};

struct engine *engine_new(const struct engine_settings *settings);

/* Follows the ledger until engine_stop(). The projector's thread. */
void engine_run(struct engine *engine);

/* Something was appended: wakes it. Any thread. */
void engine_wake(struct engine *engine);
void engine_stop(struct engine *engine); /* any thread */
void engine_free(struct engine *engine); /* accepts NULL */

/* Why it is stopped or not connected; STATUS_OK when it is neither. Any thread. */
struct error engine_error(const struct engine *engine);

#endif
