/*
 * Observations are not mutations: metric samples and bare heartbeats live in telemetry.mdb, a
 * sub-database a day, dropped whole when old, gone with the file by design.
 * One thread (telemetry) writes; any thread reads what is committed.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_TELEMETRY_H
#define EVENTLOG_TELEMETRY_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/shape/shape.h"

struct telemetry;

/* One sample, as the API shows it. */
struct metric_sample {
    struct uuid id;
    struct uuid workspace_id;
    struct uuid node_id;
    double cpu_usage;
    double memory_usage;
    double disk_usage;
    double temperature;
    struct json network_stats;
    struct timestamp recorded_at;
};
extern const struct shape metric_sample_shape;

MUST_USE enum status
telemetry_open(const char *directory, struct telemetry **out, struct error *error);
void telemetry_close(struct telemetry *telemetry); /* accepts NULL */

/* Telemetry thread: in an open transaction until telemetry_commit(). A failure is kept, and told
 * there; what was added since the commit before is then lost. A sample is left out when it is far
 * too large (64 KiB) or would need more than 400 days at once. Forgetting a node takes its
 * last-seen mark; its samples go with their days. */
void telemetry_add(struct telemetry *telemetry, const struct metric_sample *sample);
void telemetry_seen(struct telemetry *telemetry, struct uuid node, struct timestamp at);
void telemetry_forget_node(struct telemetry *telemetry, struct uuid node);
MUST_USE enum status telemetry_commit(struct telemetry *telemetry, struct error *error);
/* Commits, and with it drops every day before that of `day`. */
MUST_USE enum status
telemetry_drop_before(struct telemetry *telemetry, struct timestamp day, struct error *error);

/* Of a node, or of a workspace when `node` is absent, or of all when both are; recorded in
 * [from, to] where those are present. */
struct telemetry_query {
    struct uuid workspace;
    struct uuid node;
    struct timestamp from;
    struct timestamp to;
    size_t limit;
};

/* Any thread, committed data: newest first. */
MUST_USE enum status telemetry_samples(
    struct telemetry *telemetry,
    const struct telemetry_query *query,
    struct arena *arena,
    const struct metric_sample **out,
    size_t *out_count,
    struct error *error);

/* When a node was last seen; absent when never. */
struct timestamp telemetry_last_seen(struct telemetry *telemetry, struct uuid node);

#endif
