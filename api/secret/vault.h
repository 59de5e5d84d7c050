/*
 * The vault: every value of a secret that may still be needed, sealed, and which nodes were given it.
 *
 *   start:   the write model ──┐
 *   writer:  what was recorded ┴─► [here] ──opened──► secret_delivery.h   into the claim of the node that runs the task
 *                                        └─ forms ──► secret_masking.h    out of all that such a node reports
 *
 * A node's reports are masked by every version that it was ever given and that was not destroyed since: its tasks may
 * have left a value behind. Clear values are in no memory of it; the forms that are looked for are, once a node that has
 * some reports something. Nodes that were given the same versions share them.
 *
 * Any thread, where nothing else is said.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_SECRET_VAULT_H
#define API_SECRET_VAULT_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/mask/mask.h"

struct keyring;
struct model;
struct record;
struct vault;

/* With what the model holds. Before the writer has it. Given. */
struct vault *vault_new(struct keyring *keyring, const struct model *model);
void vault_free(struct vault *vault); /* accepts NULL */

/* The writer's thread: what was committed, before anybody is answered. */
void vault_committed(struct vault *vault, const struct record *records, size_t count);

/* The value of a version, in the arena, which is overwritten at its end. STATUS_CORRUPT where it cannot be opened. */
MUST_USE enum status vault_open(
    struct vault *vault,
    struct uuid version_id,
    struct arena *arena,
    struct text *out,
    struct error *error);

/* By what a node's reports are masked, until it is put back; `*out` NULL: by nothing. STATUS_CORRUPT where a value cannot be
 * opened: then nothing that the node says may be kept. */
struct vault_forms;
MUST_USE enum status vault_take_forms(
    struct vault *vault, struct uuid node_id, struct vault_forms **out, struct error *error);
void vault_put_forms(struct vault *vault, struct vault_forms *forms);
const struct mask *vault_mask(const struct vault_forms *forms);

/* What stood before the next text of a stream of a node, which is remembered of the 16 streams that it wrote to last. */
struct mask_carry vault_carry(struct vault *vault, struct uuid node_id, struct uuid stream);
void vault_keep_carry(
    struct vault *vault, struct uuid node_id, struct uuid stream, struct mask_carry carry);

#endif
