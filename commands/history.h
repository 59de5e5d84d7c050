/*
 * What is no longer in the write model and still on the ledger. Deciding may read what is committed; folding
 * never does.
 *
 *   decide ──history_find──► struct history ──stream and types──► index ──positions──► ledger
 *
 * Only of streams that were retired (model_retire_stream()), which is a good day after their last event: the
 * index has them, unless it is built again. Where nothing was ever retired it is not asked.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_HISTORY_H
#define COMMANDS_HISTORY_H

#include "commands/command.h"

enum { HISTORY_MOST_TYPES = 16 };

struct history_query {
    struct uuid stream;
    const struct event_type *const *types; /* NULL-ended; NULL: of any type */
    uint64_t size;                         /* of the ledger; only events below it are found */
    bool newest_first;
    size_t limit;
};

/* A place to look in; the writer's thread. */
struct history {
    enum status (*find)(
        const struct history *history,
        const struct history_query *query,
        struct arena *arena,
        const struct record **out,
        size_t *out_count,
        struct error *error);
};

/* Events of a stream that may have been retired, in the decision's arena; `size` is filled in. None where it
 * was not. STATUS_UNAVAILABLE while the index does not reach so far. */
MUST_USE enum status history_find(
    const struct decision *decision,
    const struct history_query *query,
    const struct record **out,
    size_t *out_count,
    struct error *error);

/* The revision of a stream, also of a retired one; 0 when it has no events. */
MUST_USE enum status history_revision(
    const struct decision *decision, struct uuid stream, uint64_t *out, struct error *error);

struct ledger;
struct ledger_index;

/* The one of the ledger and its index. */
struct ledger_history {
    struct history history; /* first */
    struct ledger *ledger;
    struct ledger_index *index;
};
struct ledger_history ledger_history_of(struct ledger *ledger, struct ledger_index *index);

#endif
