/*
 * Frames of nodes that are told beside the ledger.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NODE_NODE_FRAMES_H
#define API_NODE_NODE_FRAMES_H

#include "api/news/frame.h"
#include "eventlog/telemetry.h"

/* How a node stands; also told after a heartbeat that changed nothing else. */
extern const struct frame node_status_frame;

/* A sample came: struct metric_told. */
struct metric_told {
    struct metric_sample sample;
    struct text agent_version;
};
extern const struct shape metric_told_shape;
extern const struct frame metrics_frame;

#endif
