/*
 * What the audit trail says of deliveries: who tried a dead letter again or gave it up.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/notification_events.h"
#include "projections/audit.h"

#define DEAD_LETTER(event_tag, action_name)                                                        \
    .event = &event_tag##_event, .list = AUDIT_PLATFORM, .action = action_name,                    \
    .target_type = "outbox", .target_id = OF_EVENT(event_tag, outbox_id)

const struct audit_rule notification_audit_rules[] = {
    {.event = &delivery_succeeded_event, .no_entry = "Done by the program; the outbox shows it."},
    {.event = &delivery_failed_event, .no_entry = "Done by the program; the outbox shows it."},
    {DEAD_LETTER(delivery_requeued, "outbox.requeued")},
    {DEAD_LETTER(delivery_dropped, "outbox.dropped")},
    {0},
};
