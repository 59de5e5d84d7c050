/*
 * Building sets of read models: what the engine does live, and what replay, prepare and verify do
 * beside a serving set. One thread, one connection.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_BUILD_H
#define PROJECTIONS_BUILD_H

#include "core/base/error.h"
#include "core/db/db.h"
#include "eventlog/ledger.h"
#include "eventlog/seal.h"
#include "projections/projector.h"

struct build;

/* Opens a schema ("set_…") for writing, making it (tables without their indexes) when missing; one
 * that exists goes on from its recorded position, if it has all its tables and the ledger confirms
 * size and root, else it is dropped and starts anew. Brings the registry up to date before, and sets the connection's search path.
 * STATUS_CONFLICT (code "set_is_written") while another connection has the same set open. */
MUST_USE enum status build_open(
    struct db *db,
    const char *schema,
    struct ledger *log,
    struct keyring *keyring,
    struct build **out,
    struct error *error);
void build_close(struct build *build); /* accepts NULL */

/* Ledger size that the schema reflects. */
uint64_t build_size(const struct build *build);

/* When the last event that build_step() applied was recorded. */
struct timestamp build_recorded_at(const struct build *build);

/* Has it its indexes? A set is never served without. */
bool build_is_ready(const struct build *build);

/* Folds everything up to `size` in memory and writes it with COPY, then makes the indexes; commits
 * with the position every so often, so that it can be resumed. For schemas far behind. `progress`
 * may be NULL; it is called about ten times a second and returns false to stop (STATUS_TIMED_OUT). */
MUST_USE enum status build_rebuild(
    struct build *build,
    uint64_t size,
    bool (*progress)(uint64_t done, uint64_t size, void *context),
    void *context,
    struct error *error);

/* The same without the indexes: for a set that is compared, not served. */
MUST_USE enum status build_fold(
    struct build *build,
    uint64_t size,
    bool (*progress)(uint64_t done, uint64_t size, void *context),
    void *context,
    struct error *error);

/* Brings the set to within BUILD_NEAR_EVENTS of the head, ready: rebuilds to the head, looks where
 * it is by then, and again until what is left is little or the rounds are used up (a writer that is
 * faster than the fold). `progress` as above. */
enum { BUILD_NEAR_EVENTS = 5000 };
MUST_USE enum status build_catch_up(
    struct build *build,
    bool (*progress)(uint64_t done, uint64_t size, void *context),
    void *context,
    struct error *error);

/* Applies up to `limit` events in one transaction. *out_applied 0: at the head. On an event that
 * cannot be applied, bisects to it, applies what lies before, and tells position, table and reason
 * in the error (code "projection_failed"). */
MUST_USE enum status
build_step(struct build *build, size_t limit, size_t *out_applied, struct error *error);

/* Makes the schema the serving set (with its indexes, if they are missing still) and closes the
 * request to switch to it; `out_generation` may be NULL. */
MUST_USE enum status
build_serve(struct build *build, uint64_t *out_generation, struct error *error);

/* Asks the engine of a running server to catch this set up and serve it: for those who build beside
 * one. The set must be whole, and closed soon after, because the engine opens it. */
MUST_USE enum status build_request_switch(struct build *build, struct error *error);

/* Events that held text which PostgreSQL would refuse, since it was opened: it was cleaned. */
uint64_t build_cleaned(const struct build *build);

#endif
