/*
 * Relays: what must follow a commit at once, told from the record itself and nothing else: what an agent is
 * to do, what a terminal shows. So nothing reaches a screen or a machine that is not on the ledger.
 *
 *   {.after = &node_root_access_wanted_event, .name = "root-access.updated", .kind = ROOM_AGENT, …}
 *
 *   writer: committed ──► loop ──► ledger, from the first record that is relayed (a worker) ──► rooms
 *
 * Relays of one record go out in the order of the catalogue, records in that of the ledger.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NEWS_RELAY_H
#define API_NEWS_RELAY_H

#include "api/services.h"
#include "api/socket/rooms.h"
#include "eventlog/record.h"

struct loop_context;

/* What the making of a payload may use. */
struct relay_context {
    const struct services *services;
    const struct record *record;
    struct arena *arena;
};

struct relay {
    const struct event_type *after;
    const char *namespace; /* "/agent-realtime" */
    const char *name;      /* "root-access.updated" */
    const char *doc;       /* a sentence */
    const struct shape *shape;
    /* Fills the payload, all of whose fields are absent. False: this record is not told. */
    bool (*fill)(const struct relay_context *context, void *payload);
    /* Who hears it: the room of the record's stream, or of what `room` says. */
    enum room_kind kind;
    struct uuid (*room)(const struct record *record);
    /* Nobody was there. On any loop's thread. NULL: that needs nothing. */
    void (*unheard)(const struct relay_context *context);
};

/* Each area's, in api/<area>/<area>_relays.c and ended by a row without a name; and all of them. */
extern const struct relay node_relays[];
extern const struct relay terminal_relays[];

struct relay_area {
    const char *name;
    const struct relay *relays;
};
extern const struct relay_area relay_catalog[]; /* ended by a row without a name */

/* The follower. */
struct relays;

/* On the loop, which need not run yet. */
struct relays *relays_new(const struct services *services, struct loop_context *loop);
void relays_free(struct relays *relays); /* after the loop ended; accepts NULL */

/* Is anything of this type relayed? Any thread. */
bool relays_follow(const struct event_type *type);

/* Records from `from` on, before `to`, have been committed, and one of them at least is relayed. Any
 * thread, but in the ledger's order. */
void relays_announce(struct relays *relays, uint64_t from, uint64_t to);

/* Nothing more is read; true once nothing is under way. Any thread. */
bool relays_stop(struct relays *relays);

#endif
