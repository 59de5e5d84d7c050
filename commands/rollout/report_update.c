/*
 * The agent of a target tells how far its update has come, or that it failed. What lies behind changes nothing: reports
 * may arrive late, twice or in another order. One that nothing was dispatched for waits on, whatever is said of it.
 *
 *   agent ──report_update──► [here] ──rollout_progressed | (rollout_failed, task_completed?)──► ledger
 *
 * That an update succeeded no report says: that is seen by the version (rollout_note_version).
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/rollout/rollout.h"
#include "core/shape/alteration.h"

/* What agents may say, and what it is called here. */
static const char *const reported_names[] = {"dispatched", "downloading", "verifying",
                                             "installing", "restarting",  "waiting_for_reconnect",
                                             "failed",     NULL};
static const enum update_status reported_statuses[] = {
    UPDATE_DISPATCHED, UPDATE_DOWNLOADING,  UPDATE_VERIFYING, UPDATE_INSTALLING,
    UPDATE_RESTARTING, UPDATE_RECONNECTING, UPDATE_FAILED};

static const struct field report_update_fields[] = {
    {UUID(report_update, node_id), .tag = 1, .flags = SERVER_SET, .doc = "Id of the agent's node."},
    {BYTES(report_update, credential_digest), .tag = 2, .flags = SERVER_SET | SECRET,
     .doc = "Digest of the agent's credential."},
    {UUID(report_update, target_id), .tag = 3, .flags = REQUIRED | FROM_PATH | EXACT,
     .doc = "Id of the target."},
    {ENUM(report_update, status, reported_names), .tag = 4, .flags = REQUIRED | EXACT,
     .doc = "What the agent does, or that it failed."},
    {INT64(report_update, progress_percent), .tag = 5, .flags = REQUIRED | EXACT, .min = 0,
     .max = 100, .doc = "How far it has come, in per cent."},
    {TEXT(report_update, message), .tag = 6, .max = ROLLOUT_LONGEST_MESSAGE,
     .doc = "What it says about that."},
    {OBJECTS(report_update, altered, alteration), .tag = 7, .flags = SERVER_SET,
     .doc = "What was altered of the report so that it could be taken."},
};
static const struct shape report_update_shape = SHAPE_WITH(
    report_update,
    "How far the update of a target has come.",
    .is_lenient = true,
    .altered_tag = 7);

static bool is_ahead(const struct rollout_target *target, const struct rollout_progressed *reported)
{
    if (reported->status.is != target->status.is)
        return reported->status.is > target->status.is;
    return reported->progress_percent > target->progress_percent ||
           (reported->progress_percent == target->progress_percent &&
            text_is_present(reported->message) &&
            !text_equal(reported->message, target->status_message));
}

static void note_progress(
    struct decision *decision,
    const struct report_update *report,
    struct enum_value status,
    const struct rollout_target *target)
{
    struct rollout_progressed progressed = {
        .rollout_id = target->rollout_id,
        .target_id = target->id,
        .status = status,
        .progress_percent = report->progress_percent,
        .message = report->message,
        .altered = report->altered,
    };

    if (!is_ahead(target, &progressed))
        return;
    if (progressed.progress_percent < target->progress_percent)
        progressed.progress_percent = target->progress_percent;
    decision_emit(
        decision, &rollout_progressed_event, target->rollout_id, target->workspace_id, &progressed);
}

static void note_failure(
    struct decision *decision, const struct report_update *report, const struct update *update)
{
    struct update_end end = {
        .cause = UPDATE_FAILURE_REPORTED, .message = report->message, .altered = report->altered};
    struct rollout rollout;

    if (report->message.size == 0)
        end.message = text_format(
            decision->arena, "%.*s reported an update failure.",
            TEXT_ARGS(update->shown.node_name_snapshot));
    if (model_load(
            decision->model, &rollout_aggregate, update->shown.rollout_id, decision->arena,
            &rollout))
        rollout_emit_failed(decision, &rollout, update, &end);
}

static enum status find(
    const struct decision *decision,
    const struct report_update *report,
    struct update *out,
    struct error *error)
{
    struct node_lookup node;

    if (!node_lookup_agent(decision, report->node_id, report->credential_digest, &node))
        return decision_refuse(error, &refused_rollout_agent);
    if (!model_load(decision->model, &update_aggregate, report->target_id, decision->arena, out))
        return decision_refuse(
            error, &refused_rollout_target_missing, decision_show(decision, report->target_id));
    if (!uuid_equal(out->shown.node_id, report->node_id))
        return decision_refuse(error, &refused_rollout_target_of_others);
    return STATUS_OK;
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct report_update *report = input;
    const struct enum_value reported = {reported_statuses[report->status.is - 1]};
    struct update update = {.task_status = {0}};
    enum status status = find(decision, report, &update, error);

    if (status != STATUS_OK || !rollout_target_is_active(update.shown.status))
        return status;
    if (reported.is == UPDATE_FAILED)
        note_failure(decision, report, &update);
    else
        note_progress(decision, report, reported, &update.shown);
    return STATUS_OK;
}

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    const struct report_update *report = input;
    struct rollout_target *shown = answer;
    struct update update;

    (void)arena;
    if (model_load(decision->model, &update_aggregate, report->target_id, decision->arena, &update))
        *shown = update.shown;
}

const struct command report_update_command = {
    .name = "report_update",
    .doc = "Reports how far the update of an agent has come.",
    .input = &report_update_shape,
    .decide = decide,
    .answer = &rollout_target_shape,
    .answer_from = answer_from,
};
