/*
 * Tables of the events of upgrades.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/upgrade_events.h"

const char *const upgrade_step_names[] = {"download", "apply", NULL};
const char *const upgrade_rollback_names[] = {"not_needed", "succeeded", NULL};

static const struct field upgrade_requested_fields[] = {
    {UUID(upgrade_requested, upgrade_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the upgrade."},
    {TEXT(upgrade_requested, version), .tag = 2, .flags = REQUIRED, .max = 64,
     .doc = "Version of the release."},
    {TEXT(upgrade_requested, release_id), .tag = 3, .flags = REQUIRED, .max = 255,
     .doc = "Commit that the release was made from."},
    {TEXT(upgrade_requested, released_at), .tag = 4, .flags = REQUIRED, .max = 255,
     .doc = "When it was published, as its publisher says it."},
    {TEXT(upgrade_requested, sha256), .tag = 5, .flags = REQUIRED, .max = 64,
     .doc = "SHA-256 of its program, in hexadecimal."},
    {TEXT(upgrade_requested, binary_url), .tag = 6, .flags = REQUIRED, .max = 2048,
     .doc = "Where its publisher has the program."},
};
const struct shape upgrade_requested_shape =
    SHAPE(upgrade_requested, "A release of this program that is wanted.");

/* Of events that are a request and nothing else. */
#define REQUEST(tag_of, sentence)                                                                  \
    {                                                                                              \
        .name = #tag_of, .doc = sentence, .fields = upgrade_requested_fields,                      \
        .count = sizeof(upgrade_requested_fields) / sizeof(upgrade_requested_fields[0]),           \
        .size = sizeof(struct tag_of)                                                              \
    }

EVENT_WITH(
    upgrade_download_requested,
    EVT_UPGRADE_DOWNLOAD_REQUESTED,
    "upgrade.download_requested",
    "A release of this program is to be fetched and checked.",
    REQUEST(upgrade_download_requested, "A release of this program is to be fetched and checked."),
    .schema = 1);

EVENT_WITH(
    upgrade_apply_requested,
    EVT_UPGRADE_APPLY_REQUESTED,
    "upgrade.apply_requested",
    "A release that was fetched is to run.",
    REQUEST(upgrade_apply_requested, "A release that was fetched is to run."),
    .schema = 1);

#define SETTLED(type)                                                                              \
    {UUID(type, upgrade_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the upgrade."},            \
        {ENUM(type, step, upgrade_step_names), .tag = 2, .flags = REQUIRED,                        \
         .doc = "Which step of it."},                                                              \
        {TEXT(type, release_id), .tag = 3, .flags = REQUIRED, .max = 255,                          \
         .doc = "Commit that the release was made from."},                                         \
        {TEXT(type, version), .tag = 4, .flags = REQUIRED, .max = 64,                              \
         .doc = "Version of the release."},                                                        \
    {                                                                                              \
        TIMESTAMP(type, began_at), .tag = 5, .doc = "Time the step began."                         \
    }

static const struct field upgrade_completed_fields[] = {SETTLED(upgrade_completed)};
EVENT(
    upgrade_completed,
    EVT_UPGRADE_COMPLETED,
    "upgrade.completed",
    "A step of an upgrade has succeeded.");

static const struct field upgrade_failed_fields[] = {
    SETTLED(upgrade_failed),
    {TEXT(upgrade_failed, error), .tag = 6, .flags = REQUIRED, .max = UPGRADE_LONGEST_ERROR,
     .doc = "What went wrong."},
    {ENUM(upgrade_failed, rollback, upgrade_rollback_names), .tag = 7, .flags = REQUIRED,
     .doc = "What became of the program before."},
};
EVENT(upgrade_failed, EVT_UPGRADE_FAILED, "upgrade.failed", "A step of an upgrade has failed.");

const struct event_type *const upgrade_event_types[] = {
    &upgrade_download_requested_event,
    &upgrade_apply_requested_event,
    &upgrade_completed_event,
    &upgrade_failed_event,
    NULL,
};
