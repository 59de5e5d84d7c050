/*
 * What the files of the write model share.
 *
 *   state         kind ‖ id                → packed aggregate
 *   claims        kind ‖ key (or digest)   → holder
 *   links         kind ‖ from ‖ to         → value
 *   timers        kind ‖ due ‖ id          → id of the event that set it
 *   streams       stream                   → revision
 *   commands      command id               → what was done    commands_by_time  at ‖ id   → nothing
 *   meta          "mark"                   → packed model_mark
 *
 * Numbers in keys and values are big-endian, so that keys sort as numbers do.
 *
 * The transaction is begun by the first touch after a commit, on the thread that touches: so a
 * model may be handed from the thread that opened it to the one that goes on.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_STORE_MODEL_INTERNAL_H
#define EVENTLOG_STORE_MODEL_INTERNAL_H

#include "core/base/buf.h"
#include "eventlog/model.h"
#include "eventlog/store/env.h"
#include "eventlog/store/key.h"

enum model_table {
    MODEL_STATE,
    MODEL_CLAIMS,
    MODEL_LINKS,
    MODEL_TIMERS,
    MODEL_STREAMS,
    MODEL_COMMANDS,
    MODEL_COMMANDS_BY_TIME,
    MODEL_META,
    MODEL_TABLES
};

/* Every table but meta holds what was folded. */
enum { MODEL_FOLDED_TABLES = MODEL_META };

extern const struct store_table_spec model_table_specs[MODEL_TABLES];

enum { RECENT_MAX_BYTES = 512 };

/* The state that was loaded or stored last, where it holds ids and numbers alone: a command, its
 * events and its answer ask for the same one. */
struct recent_state {
    const struct aggregate *type; /* NULL: none */
    struct uuid id;
    uint64_t value[RECENT_MAX_BYTES / 8];
};

/* The part that reading changes too: a const model begins its transaction here. */
struct model_session {
    struct store_env *env;
    struct store_txn *txn; /* NULL right after a commit */
    bool is_read_only;
    struct recent_state recent;
};

struct model {
    struct model_session *session;
    char *directory;
    const struct store_fault_injection *fault_injection; /* borrowed; NULL but in tests */
    struct store_table tables[MODEL_TABLES];
    struct digest fingerprint;
    uint64_t size;
    struct digest root;
    struct uuid cause; /* event that is being folded */
    struct buf packed; /* reused for every aggregate */
};

/* model_open() with injected faults (borrowed), for tests. */
MUST_USE enum status model_open_with(
    const char *directory,
    struct digest fingerprint,
    const struct store_fault_injection *fault_injection,
    struct model **out,
    struct error *error);

/* The open transaction, begun when there is none. */
struct store_txn *model_txn(const struct model *model);

/* False when there is no such key. The value is lent until the model changes. */
bool model_get(
    const struct model *model, enum model_table table, struct bytes key, struct bytes *out);
void model_put(struct model *model, enum model_table table, struct bytes key, struct bytes value);
/* Nothing happens when there is no such key. */
void model_delete(struct model *model, enum model_table table, struct bytes key);

/* The first pair at or after `*key`, which is replaced by its key. False when there is none. */
bool model_seek(
    const struct model *model, enum model_table table, struct bytes *key, struct bytes *value);

#endif
