/*
 * Tables of the events of labels.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/label_events.h"

#include "core/shape/alteration.h"
#include "eventlog/events/node_events.h"

static const struct field node_labels_changed_fields[] = {
    {UUID(node_labels_changed, node_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the node."},
    {JSON(node_labels_changed, changes), .tag = 2, .flags = REQUIRED,
     .doc = "Values by keys; null: taken away."},
};
EVENT(
    node_labels_changed,
    EVT_NODE_LABELS_CHANGED,
    "node.labels_changed",
    "The labels of a node were changed.");

static const struct field node_labels_reported_fields[] = {
    {UUID(node_labels_reported, node_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the node."},
    {JSON(node_labels_reported, changes), .tag = 2, .flags = REQUIRED,
     .doc = "Values by keys, which begin with agent/; null: no longer reported."},
    {OBJECTS(node_labels_reported, altered, alteration), .tag = 3,
     .doc = "What was altered of them so that they could be taken; absent: nothing."},
};
EVENT(
    node_labels_reported,
    EVT_NODE_LABELS_REPORTED,
    "node.labels_reported",
    "An agent reported other labels of its machine.");
