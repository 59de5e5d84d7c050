/*
 * The steps of upgrades of this program.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MIGRATIONS_UPGRADE_UPGRADES_H
#define MIGRATIONS_UPGRADE_UPGRADES_H

#include "core/db/table.h"
#include "eventlog/events/upgrade_events.h"

enum upgrade_status { UPGRADE_QUEUED = 1, UPGRADE_COMPLETED = 2, UPGRADE_FAILED = 3 };
extern const char *const upgrade_status_names[];

struct upgrade_row {
    struct uuid id;
    struct enum_value step;
    struct enum_value status;
    struct text version;
    struct text release_id;
    struct text released_at;
    struct text sha256;
    struct text binary_url;
    struct text error;
    struct enum_value rollback;
    struct uuid requested_by_user_id;
    struct timestamp requested_at;
    struct timestamp began_at;
    struct timestamp ended_at;
};
extern const struct shape upgrade_row_shape;
extern const struct table upgrades_table;

#endif
