/*
 * What the audit trail says of rolling runs: what people did with them. What they do by themselves their row, their
 * targets and system events tell.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/rolling_events.h"
#include "migrations/rolling/rolling_runs.h"
#include "projections/audit.h"

#define RUN(event_tag, what)                                                                       \
    .event = &event_tag##_event, .list = AUDIT_WORKSPACE, .action = what,                          \
    .target_type = "rolling-run", .target_id = OF_EVENT(event_tag, run_id)
#define STEERED(event_tag, what)                                                                   \
    RUN(event_tag, what), .table = &rolling_runs_table, .label = {OF_ROW(rolling_run_row, name)}

#define NO_ENTRY(event_tag, reason) .event = &event_tag##_event, .no_entry = reason

static const struct detail created_details[] = {
    {.name = "type", .from = OF_EVENT(rolling_run_created, type)},
    {.name = "template_id", .from = OF_EVENT(rolling_run_created, template_id)},
    {.name = "team_id", .from = OF_EVENT(rolling_run_created, target_team_id)},
    {.name = "selector",
     .from = OF_EVENT(rolling_run_created, selector),
     .is_omitted_when_absent = true},
    {.name = "selection_id",
     .from = OF_EVENT(rolling_run_created, selection_id),
     .is_omitted_when_absent = true},
    {.name = "targets", .from = COUNT_IN(rolling_run_created, node_ids)},
    {.name = "canary", .from = OF_EVENT(rolling_run_created, canary)},
    {.name = "wave_size", .from = OF_EVENT(rolling_run_created, wave_size)},
    {.name = "most_failures", .from = OF_EVENT(rolling_run_created, most_failures)},
    {0},
};
static const struct detail stopped_details[] = {
    {.name = "cause", .from = OF_EVENT(rolling_run_stopped, cause)},
    {.name = "reason", .from = OF_EVENT(rolling_run_stopped, reason)},
    {0},
};
static const struct detail resumed_details[] = {
    {.name = "reason", .from = OF_EVENT(rolling_run_resumed, reason)},
    {0},
};
static const struct detail retried_details[] = {
    {.name = "targets", .from = COUNT_IN(rolling_run_retried, target_ids)},
    {.name = "reason", .from = OF_EVENT(rolling_run_retried, reason)},
    {0},
};
static const struct detail skipped_details[] = {
    {.name = "targets", .from = COUNT_IN(rolling_run_skipped, target_ids)},
    {.name = "reason", .from = OF_EVENT(rolling_run_skipped, reason)},
    {0},
};
static const struct detail cancelled_details[] = {
    {.name = "targets", .from = COUNT_IN(rolling_run_cancelled, target_ids)},
    {.name = "cause", .from = OF_EVENT(rolling_run_cancelled, cause)},
    {.name = "reason", .from = OF_EVENT(rolling_run_cancelled, reason)},
    {0},
};

const struct audit_rule rolling_audit_rules[] = {
    {RUN(rolling_run_created, "rolling-run.created"),
     .label = {OF_EVENT(rolling_run_created, name)}, .metadata = created_details},
    {STEERED(rolling_run_stopped, "rolling-run.stopped"), .metadata = stopped_details,
     .is_by_users_only = true},
    {STEERED(rolling_run_resumed, "rolling-run.resumed"), .metadata = resumed_details},
    {STEERED(rolling_run_retried, "rolling-run.retried"), .metadata = retried_details},
    {STEERED(rolling_run_skipped, "rolling-run.targets-skipped"), .metadata = skipped_details},
    {STEERED(rolling_run_cancelled, "rolling-run.cancelled"), .metadata = cancelled_details},
    {NO_ENTRY(rolling_run_wave_begun, "Done by the program; the run's targets tell it.")},
    {NO_ENTRY(rolling_run_counted, "Done by the program; the run's targets tell it.")},
    {NO_ENTRY(rolling_run_paused, "Done by the program; the run tells it.")},
    {NO_ENTRY(rolling_run_held, "Done by the program; a system event tells it.")},
    {NO_ENTRY(rolling_run_completed, "Done by the program; a system event tells it.")},
    {0},
};
