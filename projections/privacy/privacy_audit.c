/*
 * What the audit trail says of forgetting.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/privacy_events.h"
#include "projections/audit.h"

static const struct detail person_erased_details[] = {
    {.name = "reason", .from = OF_EVENT(person_erased, reason)},
    {.name = "rule", .from = OF_EVENT(person_erased, rule)},
    {0},
};

const struct audit_rule privacy_audit_rules[] = {
    {.event = &person_erased_event,
     .list = AUDIT_PLATFORM,
     .action = "person.erased",
     .target_type = "user",
     .target_id = OF_EVENT(person_erased, subject_id),
     .metadata = person_erased_details},
    {0},
};
