/*
 * How far a sink has come: an observation, kept beside the ledger in <home>/sinks/<id>. Where it is lost,
 * or is that of another ledger, the sink goes on where the ledger itself last says that it was.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_SINK_SINK_PLACE_H
#define API_SINK_SINK_PLACE_H

#include "core/base/error.h"
#include "core/base/uuid.h"
#include "eventlog/ledger_read.h"

struct sink_place {
    uint64_t next;     /* first position that is not sent */
    struct uuid event; /* the one before it; absent: not known */
};

/* False when there is none, or none of this ledger. */
bool sink_place_read(
    const char *home, struct uuid sink_id, struct ledger *log, struct sink_place *out);

/* In one step, not synced. */
MUST_USE enum status sink_place_write(
    const char *home, struct uuid sink_id, const struct sink_place *place, struct error *error);

/* Of a sink that is no more. */
void sink_place_forget(const char *home, struct uuid sink_id);

#endif
