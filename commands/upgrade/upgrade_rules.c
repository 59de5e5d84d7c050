/*
 * What both orders have in common.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/upgrade/upgrade.h"

static const struct field upgrade_order_fields[] = {
    {BOOL(upgrade_order, is_supported), .tag = 1, .flags = SERVER_SET,
     .doc = "Whether the program can be upgraded over HTTP."},
    {TEXT(upgrade_order, own_release_id), .tag = 2, .flags = SERVER_SET,
     .doc = "Commit of the program that runs."},
    {TEXT(upgrade_order, version), .tag = 3, .flags = SERVER_SET,
     .doc = "Version of the newest release."},
    {TEXT(upgrade_order, release_id), .tag = 4, .flags = SERVER_SET,
     .doc = "Commit that it was made from."},
    {TEXT(upgrade_order, released_at), .tag = 5, .flags = SERVER_SET,
     .doc = "When it was published."},
    {TEXT(upgrade_order, sha256), .tag = 6, .flags = SERVER_SET, .doc = "SHA-256 of its program."},
    {TEXT(upgrade_order, binary_url), .tag = 7, .flags = SERVER_SET,
     .doc = "Where its publisher has the program."},
};
const struct shape upgrade_order_shape =
    SHAPE(upgrade_order, "What is known where a step is ordered.");

enum status upgrade_must_be_possible(
    const struct decision *decision, const struct upgrade_order *order, struct error *error)
{
    struct upgrade_state newest = upgrade_newest(decision);

    if (!opt_bool_is_true(order->is_supported))
        return decision_refuse(error, &refused_upgrade_unsupported);
    if (!opt_bool_is_true(newest.is_open))
        return STATUS_OK;
    return decision_refuse(error, &refused_upgrade_open, upgrade_step_names[newest.step.is - 1]);
}
