/*
 * The other servers of an installation, as far as news go that are on no ledger: signs of life and samples. Agents
 * say them to the leader, followers pass them on to it (api/follower/forward.h); so it publishes, and its followers
 * listen.
 *
 *   leader    an agent ─► telemetry, news; seal ─► Redis
 *   follower  Redis ─► [ours? new?] ─► telemetry, news
 *
 * A leader takes nothing out of Redis, and nothing that comes from there is recorded: what a stranger writes, or a
 * Redis that lies, is counted and forgotten.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NEWS_PEERS_H
#define API_NEWS_PEERS_H

#include "api/news/peer_seal.h"
#include "api/services.h"
#include "core/redis/redis.h"

struct peers;

/* *out is NULL where the settings name no Redis. Given. */
MUST_USE enum status
peers_new(const struct services *services, struct peers **out, struct error *error);
void peers_free(struct peers *peers); /* after its thread; accepts NULL */

/* Until peers_stop(). A thread of its own; NULL: ends at once. */
void peers_run(void *peers);
void peers_stop(struct peers *peers); /* any thread; accepts NULL */

/* Observations, which are on no ledger: kept in telemetry, told to screens here, and to the followers. Any thread. */

/* A node gave a sign of life; is_told: screens hear of it. */
void peers_note_node(
    const struct services *services, struct uuid node, struct timestamp at, bool is_told);

/* A node sent a sample, which is copied. */
void peers_note_sample(const struct services *services, const struct metric_told *told);

/* Any thread. */
struct peers_figures {
    bool is_on; /* else all is zero */
    bool listens;
    struct redis_figures redis;
    uint64_t taken;
    uint64_t foreign;
    uint64_t stale;
};
struct peers_figures peers_figures(const struct peers *peers);

#endif
