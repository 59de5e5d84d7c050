/*
 * How a step went, as whoever carries it out finds. What is over already stays as it is, so a report may be repeated.
 *
 *   upgrader ──settle_upgrade──► [here] ──upgrade_completed | upgrade_failed──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/upgrade/upgrade.h"

static const struct field settle_upgrade_fields[] = {
    {UUID(settle_upgrade, upgrade_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the upgrade."},
    {TEXT(settle_upgrade, error), .tag = 2, .max = UPGRADE_LONGEST_ERROR,
     .doc = "What went wrong; absent on success."},
    {ENUM(settle_upgrade, rollback, upgrade_rollback_names), .tag = 3,
     .doc = "What became of the program before, on failure."},
    {TIMESTAMP(settle_upgrade, began_at), .tag = 4, .doc = "Time the step began."},
};
static const struct shape settle_upgrade_shape = SHAPE(settle_upgrade, "How a step went.");

static void emit_completed(
    struct decision *decision,
    const struct settle_upgrade *order,
    const struct upgrade_state *newest)
{
    const struct upgrade_completed completed = {
        .upgrade_id = order->upgrade_id,
        .step = newest->step,
        .release_id = newest->release.release_id,
        .version = newest->release.version,
        .began_at = order->began_at,
    };

    decision_emit(decision, &upgrade_completed_event, order->upgrade_id, UUID_NONE, &completed);
}

static void emit_failed(
    struct decision *decision,
    const struct settle_upgrade *order,
    const struct upgrade_state *newest)
{
    const struct upgrade_failed failed = {
        .upgrade_id = order->upgrade_id,
        .step = newest->step,
        .release_id = newest->release.release_id,
        .version = newest->release.version,
        .began_at = order->began_at,
        .error = order->error,
        .rollback = order->rollback.is > 0 ? order->rollback
                                           : (struct enum_value){UPGRADE_ROLLBACK_NOT_NEEDED},
    };

    decision_emit(decision, &upgrade_failed_event, order->upgrade_id, UUID_NONE, &failed);
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct settle_upgrade *order = input;
    struct upgrade_state newest = upgrade_newest(decision);

    (void)error;
    if (!opt_bool_is_true(newest.is_open) ||
        !uuid_equal(newest.release.upgrade_id, order->upgrade_id))
        return STATUS_OK;
    if (text_is_present(order->error))
        emit_failed(decision, order, &newest);
    else
        emit_completed(decision, order, &newest);
    return STATUS_OK;
}

const struct command settle_upgrade_command = {
    .name = "settle_upgrade",
    .doc = "Records how a step of an upgrade went.",
    .input = &settle_upgrade_shape,
    .decide = decide,
};
