/*
 * Telling a former leader that another one leads: by whoever knows, until it has heard.
 *
 *   <home>/succeeds ──► [herald] ──proof (eventlog/succession.h)──► POST /ledger/succession
 *   URL, position                       first checkpoint of the epoch that followed its own
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REPLAY_HERALD_H
#define REPLAY_HERALD_H

#include "core/base/error.h"
#include "core/base/text.h"

#include <stdint.h>

struct fetch;
struct herald;
struct leadership;
struct ledger;
struct signer;

/* All are borrowed. */
struct herald_parts {
    struct ledger *log;
    struct signer *signer;
    const struct leadership *leadership;
};

/* Once, a server that leads that epoch, with what it answers. What proves it is the first checkpoint of the next epoch that is
 * kept, whose keys that server knows, or where none is the newest; STATUS_UNAVAILABLE also where nothing of this epoch was
 * signed yet, and STATUS_CONFLICT, code "not_superseded", where it leads all the same. */
MUST_USE enum status herald_tell(
    const struct herald_parts *parts, int64_t epoch, struct fetch *fetch, struct error *error);

/* Was that why it failed: that server is there, and does not take it? */
bool herald_is_refusal(const struct fetch *fetch, const struct error *why);

/* Given. `home` has the mark that it succeeds another one, which is asked by its URL. */
MUST_USE enum status herald_new(
    const struct herald_parts *parts,
    const char *home,
    struct text ca_file,
    struct herald **out,
    struct error *error);
void herald_free(struct herald *herald); /* after its thread; accepts NULL */

/* Tells every few seconds, and seldom once it was heard, until herald_stop(). A thread of its own. */
void herald_run(void *herald);
void herald_stop(struct herald *herald); /* any thread; accepts NULL */

#endif
