/*
 * Create a rollout: a release of the agent for some nodes, in their order. All are looked at before, and one that cannot
 * be updated refuses the whole. Its first update begins at once, by the clock.
 *
 *   api ──create_rollout, with what the catalogue says of the release──► [here] ──rollout_created──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/rollout/rollout.h"
#include "commands/rollout/rollout_lookup.h"
#include "commands/upgrade/upgrade_lookup.h"

enum { DAY_S = 86400 };

static const struct field create_rollout_fields[] = {
    {LIST_OF(create_rollout, node_ids, KIND_UUID), .tag = 1, .flags = REQUIRED | UNIQUE, .min = 1,
     .max = ROLLOUT_MOST_TARGETS, .doc = "Nodes whose agents are updated, in this order."},
    {TEXT(create_rollout, version), .tag = 2, .flags = ONE_LINE, .min = 1,
     .max = ROLLOUT_LONGEST_VERSION, .doc = "Version of the release; the newest when absent."},
    {BOOL(create_rollout, rollback), .tag = 3, .flags = HAS_FALLBACK, .fallback = 2,
     .doc = "Whether it is a way back, for the record: the version says what is done."},
    {INT64(create_rollout, canary), .tag = 4, .flags = HAS_FALLBACK, .fallback = 0, .min = 0,
     .max = ROLLOUT_MOST_TARGETS,
     .doc = "Number of targets of the first wave; 0 for as many as of any other."},
    {INT64(create_rollout, wave_size), .tag = 5, .flags = HAS_FALLBACK, .fallback = 1, .min = 1,
     .max = ROLLOUT_MOST_TARGETS,
     .doc = "Number of targets that are updated at the same time; the next ones follow when all "
            "of them are over."},
    {INT64(create_rollout, most_failures), .tag = 6, .flags = HAS_FALLBACK, .fallback = 0, .min = 0,
     .max = ROLLOUT_MOST_TARGETS, .doc = "Number of failures that do not pause it yet."},
    {INT64(create_rollout, pause_seconds), .tag = 10, .flags = HAS_FALLBACK, .fallback = 0,
     .min = 0, .max = 30 * DAY_S, .doc = "Seconds from the end of a wave to the next one."},
    {TEXT(create_rollout, target_version), .tag = 7, .flags = SERVER_SET,
     .doc = "Version of the release that was found."},
    {TEXT(create_rollout, commit), .tag = 8, .flags = SERVER_SET,
     .doc = "Commit that it was made from."},
    {OBJECTS(create_rollout, artifacts, rollout_artifact), .tag = 9, .flags = SERVER_SET,
     .doc = "Programs of the release."},
};
static const struct shape create_rollout_shape = SHAPE(create_rollout, "Rollout to create.");

/* One that is not over is the newest. */
struct text rollout_open_version(const struct decision *decision)
{
    struct uuid id;
    struct rollout rollout;

    if (model_next_link(decision->model, LINK_NEWEST_ROLLOUT, UUID_NONE, UUID_NONE, &id, NULL) &&
        model_load(decision->model, &rollout_aggregate, id, decision->arena, &rollout) &&
        rollout.status.is != ROLLOUT_COMPLETED && rollout.status.is != ROLLOUT_CANCELLED)
        return rollout.target_version;
    return (struct text){NULL, 0};
}

/* What the nodes are called now, in the decision's arena. */
static enum status look_at_nodes(
    const struct decision *decision,
    const struct create_rollout *order,
    struct list *out_nodes,
    struct error *error)
{
    const struct wanted_release release = {order->target_version, order->artifacts};
    const struct uuid *ids = order->node_ids.items;
    struct rollout_node *nodes =
        arena_array(decision->arena, order->node_ids.count, sizeof(*nodes));
    enum status status = STATUS_OK;

    for (size_t i = 0; status == STATUS_OK && i < order->node_ids.count; i++) {
        struct node_lookup node;
        status = rollout_node_must_fit(decision, ids[i], &release, &node, error);
        if (status == STATUS_OK)
            nodes[i] = (struct rollout_node){
                node.workspace_id, node.team_id, node.name, node.agent_version};
    }
    *out_nodes = (struct list){nodes, order->node_ids.count};
    return status;
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct create_rollout *order = input;
    struct rollout_created created = {
        .target_version = order->target_version,
        .rollback = order->rollback,
        .commit = order->commit,
        .artifacts = order->artifacts,
        .node_ids = order->node_ids,
        .canary = order->canary,
        .wave_size = order->wave_size,
        .most_failures = order->most_failures,
        .pause_seconds = order->pause_seconds > 0 ? order->pause_seconds : INT64_ABSENT,
    };
    enum status status;

    if (upgrade_is_being_applied(decision))
        return decision_refuse(error, &refused_rollout_upgrade);
    if (text_is_present(rollout_open_version(decision)))
        return decision_refuse(error, &refused_rollout_open);
    if (!text_is_present(order->target_version))
        return decision_refuse(error, &refused_rollout_release);
    status = look_at_nodes(decision, order, &created.nodes, error);
    if (status != STATUS_OK)
        return status;
    created.rollout_id = decision_id(decision);
    decision_emit(decision, &rollout_created_event, created.rollout_id, UUID_NONE, &created);
    return STATUS_OK;
}

const struct command create_rollout_command = {
    .name = "create_rollout",
    .doc = "Creates a rollout: a release of the agent for some nodes.",
    .input = &create_rollout_shape,
    .decide = decide,
};
