/*
 * The labels of nodes: what events make of them, and which nodes a selector matches.
 *
 *   change_labels, agents' reports ──► node_labels_changed, node_labels_reported ──► [here]
 *   task_order, run_schedule ──selector──► [here] ──► nodes
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node.h"
#include "commands/node/node_lookup.h"
#include "core/label/selector.h"

enum { LARGEST_SET = 256 << 10 }; /* unpacked, of one node */

static const struct field node_labels_fields[] = {
    {OBJECTS(node_labels, labels, label), .tag = 1, .doc = "Labels of the node, by rising key."},
};
static const struct shape node_labels_shape = SHAPE(node_labels, "Labels of a node.");
const struct aggregate node_labels_aggregate = {
    STATE_NODE_LABELS, "node_labels", &node_labels_shape};

static struct list load(const struct model *model, struct uuid node_id, struct arena *arena)
{
    struct node_labels labels;

    if (!model_load(model, &node_labels_aggregate, node_id, arena, &labels))
        return (struct list){NULL, 0};
    return labels.labels;
}

struct list node_labels(const struct decision *decision, struct uuid node_id)
{
    return load(decision->model, node_id, decision->arena);
}

void node_labels_evolve(struct fold *fold, struct uuid node_id, struct json changes)
{
    struct node_labels labels;
    struct node node;

    if (!model_load(fold->model, &node_aggregate, node_id, fold->arena, &node))
        return;
    labels.labels =
        label_set_patched(fold->arena, load(fold->model, node_id, fold->arena), changes);
    if (labels.labels.count > 0)
        model_store(fold->model, &node_labels_aggregate, node_id, &labels);
    else
        model_remove(fold->model, &node_labels_aggregate, node_id);
}

static bool is_selected(
    const struct model *model,
    struct uuid node_id,
    const struct selector *selector,
    struct arena *arena)
{
    struct node node;

    return selector_matches(selector, load(model, node_id, arena)) &&
           model_load(model, &node_aggregate, node_id, arena, &node) &&
           !opt_bool_is_true(node.is_in_maintenance);
}

struct list node_select(
    const struct decision *decision,
    struct uuid workspace_id,
    const struct selector *selector,
    size_t most)
{
    AUTO_ARENA arena = arena_new(LARGEST_SET);
    struct uuid *found = arena_array(decision->arena, most + 1, sizeof(*found));
    struct uuid node_id = UUID_NONE;
    size_t count = 0;

    while (count <= most &&
           model_next_link(
               decision->model, LINK_WORKSPACE_NODE, workspace_id, node_id, &node_id, NULL)) {
        if (is_selected(decision->model, node_id, selector, arena))
            found[count++] = node_id;
        arena_reset(arena);
    }
    return (struct list){found, count};
}
