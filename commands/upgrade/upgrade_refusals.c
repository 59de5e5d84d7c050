/*
 * Why commands about upgrades are refused.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/upgrade/upgrade.h"

const struct refusal refused_upgrade_unsupported = {
    "upgrade_unsupported",
    STATUS_CONFLICT,
    "Control-plane self-update is only available for installer-managed deployments.",
    "Set SERVER_RELEASES_KEY and where releases come from, or update the program by its package.",
};
const struct refusal refused_upgrade_open = {
    "upgrade_open",
    STATUS_CONFLICT,
    "Control-plane %s is already in progress. Wait for the current operation to finish before starting another one.",
    "See operation of the summary.",
};
const struct refusal refused_upgrade_feed = {
    "upgrade_release_missing",
    STATUS_CONFLICT,
    "The official control-plane release feed is currently unavailable.",
    "See where releases of the program come from; the server's log says what went wrong.",
};
const struct refusal refused_upgrade_ready = {
    "upgrade_ready",
    STATUS_CONFLICT,
    "Control-plane release %s is already prepared.",
    "Apply it.",
};
const struct refusal refused_upgrade_runs = {
    "upgrade_runs",
    STATUS_CONFLICT,
    "Control-plane release %s is already installed.",
    "There is nothing to do until there is a newer one.",
};
const struct refusal refused_upgrade_not_ready = {
    "upgrade_not_ready",
    STATUS_CONFLICT,
    "Download the latest control-plane release before applying it.",
    "Order the download, and wait until preparedRelease of the summary shows it.",
};
const struct refusal refused_upgrade_rollout = {
    "upgrade_rollout_open",
    STATUS_CONFLICT,
    "Agent rollout %s is still active. Finish or cancel the rollout before applying a control-plane update.",
    "Finish or cancel activeRollout of the summary of agent updates.",
};

const struct refusal *const upgrade_refusals[] = {
    &refused_upgrade_unsupported, &refused_upgrade_open,
    &refused_upgrade_feed,        &refused_upgrade_ready,
    &refused_upgrade_runs,        &refused_upgrade_not_ready,
    &refused_upgrade_rollout,     NULL,
};
