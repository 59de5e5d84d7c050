/*
 * The steps of upgrades of this program, each a row.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/upgrade/upgrades.h"

const char *const upgrade_status_names[] = {"queued", "completed", "failed", NULL};

static const struct field upgrade_row_fields[] = {
    {UUID(upgrade_row, id), .flags = REQUIRED, .doc = "Id of the upgrade."},
    {ENUM(upgrade_row, step, upgrade_step_names), .flags = REQUIRED, .doc = "Step of it."},
    {ENUM(upgrade_row, status, upgrade_status_names), .flags = REQUIRED,
     .doc = "Status of the step."},
    {TEXT(upgrade_row, version), .flags = REQUIRED, .doc = "Version of the release."},
    {TEXT(upgrade_row, release_id), .flags = REQUIRED,
     .doc = "Commit that the release was made from."},
    {TEXT(upgrade_row, released_at), .flags = REQUIRED,
     .doc = "When it was published, as its publisher says it."},
    {TEXT(upgrade_row, sha256), .flags = REQUIRED, .doc = "SHA-256 of its program."},
    {TEXT(upgrade_row, binary_url), .flags = REQUIRED,
     .doc = "Where its publisher has the program."},
    {TEXT(upgrade_row, error), .doc = "What went wrong."},
    {ENUM(upgrade_row, rollback, upgrade_rollback_names),
     .doc = "What became of the program before, where the step failed."},
    {UUID(upgrade_row, requested_by_user_id), .doc = "Person who ordered it."},
    {TIMESTAMP(upgrade_row, requested_at), .flags = REQUIRED, .doc = "Time it was ordered."},
    {TIMESTAMP(upgrade_row, began_at), .doc = "Time it began."},
    {TIMESTAMP(upgrade_row, ended_at), .doc = "Time it ended."},
};
const struct shape upgrade_row_shape = SHAPE(upgrade_row, "A step of an upgrade of this program.");

static const struct table_index indexes[] = {
    {.columns = "requested_at, id"},
    {.columns = NULL},
};

const struct table upgrades_table = {
    .name = "upgrades",
    .area = "upgrade",
    .shape = &upgrade_row_shape,
    .indexes = indexes,
};
