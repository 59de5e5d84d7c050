/*
 * Rollouts, newest first, each with its targets in their order and how many of them stand how: read by one more
 * statement for all rollouts of an answer.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/rollout/rollout_resources.h"

#include "api/call.h"
#include "migrations/rollout/rollout_targets.h"
#include "migrations/rollout/rollouts.h"

/* Those that were cancelled are in the total only. */
struct rollout_counts {
    int64_t total;
    int64_t completed;
    int64_t failed;
    int64_t skipped;
    int64_t active;
    int64_t pending;
};
static const struct field rollout_counts_fields[] = {
    {INT64(rollout_counts, total), .flags = REQUIRED, .doc = "Number of all targets."},
    {INT64(rollout_counts, completed), .flags = REQUIRED,
     .doc = "Number of those whose agents have the version."},
    {INT64(rollout_counts, failed), .flags = REQUIRED, .doc = "Number of those that failed."},
    {INT64(rollout_counts, skipped), .flags = REQUIRED,
     .doc = "Number of those that were left out."},
    {INT64(rollout_counts, active), .flags = REQUIRED,
     .doc = "Number of those that are being updated."},
    {INT64(rollout_counts, pending), .flags = REQUIRED, .doc = "Number of those that wait."},
};
static const struct shape rollout_counts_shape =
    SHAPE(rollout_counts, "How many targets of a rollout stand how.");

struct rollout_view {
    struct rollout_row row;
    struct text requested_by_email_snapshot;
    const struct rollout_counts *counts;
    struct list targets; /* of struct rollout_target */
};
static const struct field rollout_view_fields[] = {
    {TEXT(rollout_view, requested_by_email_snapshot),
     .doc = "Address of whoever created it; null where they are not known any more."},
    {OBJECT(rollout_view, counts, rollout_counts), .flags = REQUIRED,
     .doc = "How many of its targets stand how."},
    {OBJECTS(rollout_view, targets, rollout_target), .flags = REQUIRED,
     .doc = "Its targets, in their order."},
};
const struct shape rollout_view_shape = SHAPE_WITH(
    rollout_view,
    "A rollout: a release of the agent, brought to nodes.",
    .base = &rollout_row_shape);

/* Counts and targets are filled in. */
static const struct view_column columns[] = {
    {"requested_by_email_snapshot",
     "(select users.email from users where users.id = rollouts.requested_by_user_id)"},
    {"counts", "jsonb_build_object('total', 0, 'completed', 0, 'failed', 0, 'skipped', 0,"
               " 'active', 0, 'pending', 0)"},
    {"targets", "'[]'::jsonb"},
    {NULL, NULL},
};

struct targets_question {
    struct list rollout_ids;
};
static const struct field targets_question_fields[] = {
    {LIST_OF(targets_question, rollout_ids, KIND_UUID), .tag = 1, .doc = "Ids of the rollouts."},
};
static const struct shape targets_question_shape =
    SHAPE(targets_question, "Rollouts whose targets are read.");

static const struct query targets_query = {
    .scope = SCOPE_PLATFORM,
    .input = &targets_question_shape,
    .sql =
        {.name = "rollout_targets",
         .params = &targets_question_shape,
         .row = &rollout_target_shape,
         .text = "select id, rollout_id, node_id, workspace_id, team_id, node_name_snapshot,\n"
                 "    previous_version, target_version, status, progress_percent, status_message,\n"
                 "    task_id, sequence, dispatched_at, completed_at, created_at, updated_at\n"
                 "from rollout_targets\n"
                 "where rollout_id = any(:rollout_ids)\n"
                 "order by rollout_id, sequence, id"},
};

static void count(struct rollout_counts *counts, struct enum_value status)
{
    counts->total++;
    counts->completed += status.is == UPDATE_COMPLETED;
    counts->failed += status.is == UPDATE_FAILED;
    counts->skipped += status.is == UPDATE_SKIPPED;
    counts->active += rollout_target_is_active(status);
    counts->pending += status.is == UPDATE_PENDING;
}

/* Those of one rollout stand together. */
static void fill_one(
    struct arena *arena,
    struct rollout_view *rollout,
    const struct rollout_target *all,
    size_t all_count)
{
    struct rollout_counts *counts = arena_one(arena, struct rollout_counts);
    size_t first = 0;
    size_t count_of = 0;

    while (first < all_count && !uuid_equal(all[first].rollout_id, rollout->row.id))
        first++;
    while (first + count_of < all_count &&
           uuid_equal(all[first + count_of].rollout_id, rollout->row.id))
        count(counts, all[first + count_of++].status);
    rollout->counts = counts;
    if (count_of > 0)
        rollout->targets = (struct list){&all[first], count_of};
}

static enum status fill_targets(struct call *call, void *rows, size_t count, struct error *error)
{
    struct rollout_view *rollouts = rows;
    struct uuid *ids = arena_array(call->arena, count, sizeof(*ids));
    const struct targets_question question = {{ids, count}};
    const void *targets = NULL;
    size_t target_count = 0;
    enum status status;

    for (size_t i = 0; i < count; i++)
        ids[i] = rollouts[i].row.id;
    status = call_query(call, &targets_query, &question, &targets, &target_count, error);
    for (size_t i = 0; status == STATUS_OK && i < count; i++)
        fill_one(call->arena, &rollouts[i], targets, target_count);
    return status;
}

const struct resource rollout_resource = {
    .name = "rollouts",
    .table = &rollouts_table,
    .view = &rollout_view_shape,
    .columns = columns,
    .fill_live = fill_targets,
    .scope = SCOPE_PLATFORM,
    .missing = "Agent update rollout %s was not found",
    .order = {{"created_at", true}, {"id", true}},
    .limit = {.usual = 20, .most = 20},
};
