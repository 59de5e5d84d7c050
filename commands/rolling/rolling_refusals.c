/*
 * Why commands about rolling runs are refused.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/rolling/rolling.h"

const struct refusal refused_rolling_missing = {
    "rolling_run_not_found",
    STATUS_NOT_FOUND,
    "Rolling run %s was not found",
    "List the rolling runs of the workspace.",
};
const struct refusal refused_rolling_work = {
    "rolling_run_work_unclear",
    STATUS_INVALID,
    "Either type with payload, or templateId with parameters must say what is done.",
    "Send a type and its payload; or a templateId without a type, with values for its parameters.",
};
const struct refusal refused_rolling_targets = {
    "rolling_run_targets_unclear",
    STATUS_INVALID,
    "One of nodeIds, teamId, selector and selectionId must say whom it is for.",
    "Send one of them, and not the others.",
};
const struct refusal refused_rolling_waves = {
    "rolling_run_waves_unclear",
    STATUS_INVALID,
    "Either waveSize or waveShare must say how large a wave is.",
    "Send a number of nodes, or a share of them in per cent.",
};
const struct refusal refused_rolling_wave_size = {
    "rolling_run_wave_too_large",
    STATUS_TOO_LARGE,
    "A wave can make at most 1000 tasks, with payloads of 8 MiB altogether.",
    "Make the waves smaller, or the payload.",
};
const struct refusal refused_rolling_payload = {
    "rolling_run_payload_too_large",
    STATUS_TOO_LARGE,
    "The payload of a rolling run, with its values, has at most 64 KiB.",
    "Leave out what its tasks can fetch themselves.",
};
const struct refusal refused_rolling_too_large = {
    "rolling_run_too_large",
    STATUS_TOO_LARGE,
    "A rolling run is for at most 10000 nodes.",
    "Make several, for a part of the nodes each.",
};
const struct refusal refused_rolling_full = {
    "rolling_runs_full",
    STATUS_CONFLICT,
    "A workspace has at most 100 rolling runs that are neither completed nor cancelled.",
    "Cancel those that are not to go on.",
};
const struct refusal refused_rolling_status = {
    "rolling_run_status",
    STATUS_CONFLICT,
    "The rolling run is %s, so it cannot be %s.",
    "Read it again: it may have gone on meanwhile.",
};
const struct refusal refused_rolling_target_missing = {
    "rolling_target_not_found",
    STATUS_NOT_FOUND,
    "Target %s of the rolling run was not found",
    "List the targets of the rolling run: their ids are not those of nodes.",
};
const struct refusal refused_rolling_not_pending = {
    "rolling_target_not_pending",
    STATUS_CONFLICT,
    "Target %s is not pending any more, so it cannot be skipped.",
    "List the targets of the rolling run that are pending.",
};
const struct refusal refused_rolling_not_retryable = {
    "rolling_target_not_failed",
    STATUS_CONFLICT,
    "Target %s has not failed and was not missed, so it cannot be tried again.",
    "List the targets of the rolling run that failed or were not reached.",
};
const struct refusal refused_rolling_nothing_to_retry = {
    "rolling_run_nothing_failed",
    STATUS_CONFLICT,
    "No target of the rolling run has failed or was not reached.",
    "Nothing is left to try again.",
};

const struct refusal *const rolling_refusals[] = {
    &refused_rolling_missing,          &refused_rolling_work,
    &refused_rolling_targets,          &refused_rolling_waves,
    &refused_rolling_wave_size,        &refused_rolling_payload,
    &refused_rolling_too_large,        &refused_rolling_full,
    &refused_rolling_status,           &refused_rolling_target_missing,
    &refused_rolling_not_pending,      &refused_rolling_not_retryable,
    &refused_rolling_nothing_to_retry, NULL,
};
