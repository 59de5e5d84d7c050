/*
 * What the audit trail says of forgetting, and of what may not be forgotten.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/privacy_events.h"
#include "projections/audit.h"

static const struct detail person_erased_details[] = {
    {.name = "reason", .from = OF_EVENT(person_erased, reason)},
    {.name = "rule", .from = OF_EVENT(person_erased, rule)},
    {0},
};

static const struct detail hold_placed_details[] = {
    {.name = "kind", .from = OF_EVENT(hold_placed, kind)},
    {.name = "target_id", .from = OF_EVENT(hold_placed, target_id)},
    {.name = "first_position", .from = OF_EVENT(hold_placed, first_position)},
    {.name = "last_position", .from = OF_EVENT(hold_placed, last_position)},
    {.name = "reason", .from = OF_EVENT(hold_placed, reason)},
    {0},
};
static const struct detail hold_released_details[] = {
    {.name = "reason", .from = OF_EVENT(hold_released, reason)},
    {0},
};
static const struct detail erasure_refused_details[] = {
    {.name = "hold_id", .from = OF_EVENT(erasure_refused, hold_id)},
    {.name = "reason", .from = OF_EVENT(erasure_refused, reason)},
    {.name = "rule", .from = OF_EVENT(erasure_refused, rule)},
    {0},
};

static const struct detail origins_dropped_details[] = {
    {.name = "rule", .from = OF_EVENT(origins_dropped, rule)},
    {.name = "actor_kind", .from = OF_EVENT(origins_dropped, actor_kind)},
    {.name = "since", .from = OF_EVENT(origins_dropped, since)},
    {.name = "until", .from = OF_EVENT(origins_dropped, until)},
    {0},
};
static const struct detail origins_withheld_details[] = {
    {.name = "rule", .from = OF_EVENT(origins_withheld, rule)},
    {.name = "until", .from = OF_EVENT(origins_withheld, until)},
    {0},
};

const struct audit_rule privacy_audit_rules[] = {
    {.event = &person_erased_event,
     .list = AUDIT_PLATFORM,
     .action = "person.erased",
     .target_type = "user",
     .target_id = OF_EVENT(person_erased, subject_id),
     .metadata = person_erased_details},
    {.event = &hold_placed_event,
     .list = AUDIT_PLATFORM,
     .action = "hold.placed",
     .target_type = "hold",
     .target_id = OF_EVENT(hold_placed, hold_id),
     .metadata = hold_placed_details},
    {.event = &hold_released_event,
     .list = AUDIT_PLATFORM,
     .action = "hold.released",
     .target_type = "hold",
     .target_id = OF_EVENT(hold_released, hold_id),
     .metadata = hold_released_details},
    {.event = &erasure_refused_event,
     .list = AUDIT_PLATFORM,
     .action = "person.erasure_refused",
     .target_type = "user",
     .target_id = OF_EVENT(erasure_refused, subject_id),
     .metadata = erasure_refused_details},
    {.event = &origins_dropped_event,
     .list = AUDIT_PLATFORM,
     .action = "origins.dropped",
     .target_type = "ledger",
     .target_id = OF_ENTRY(stream),
     .metadata = origins_dropped_details},
    {.event = &origins_withheld_event,
     .list = AUDIT_PLATFORM,
     .action = "origins.withheld",
     .target_type = "hold",
     .target_id = OF_EVENT(origins_withheld, hold_id),
     .metadata = origins_withheld_details},
    {0},
};
