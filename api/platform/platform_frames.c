/*
 * What is told of system events: each of them, by the events of the ledger that make one (a test compares
 * them with the rules of the read model).
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/news/frame.h"
#include "api/platform/platform_resources.h"
#include "eventlog/events/authority_events.h"
#include "eventlog/events/channel_events.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/rolling_events.h"
#include "eventlog/events/rollout_events.h"
#include "eventlog/events/schedule_events.h"
#include "eventlog/events/session_events.h"
#include "eventlog/events/task_events.h"
#include "eventlog/events/upgrade_events.h"

static const struct event_type *const created[] = {
    &node_registered_event,
    &node_agent_replaced_event,
    &node_came_online_event,
    &node_went_offline_event,
    &node_cpu_crossed_event,
    &node_team_changed_event,
    &node_maintenance_entered_event,
    &node_maintenance_left_event,
    &node_root_access_wanted_event,
    &node_notifications_changed_event,
    &task_created_event,
    &task_started_event,
    &task_completed_event,
    &task_cancelled_event,
    &task_timed_out_event,
    &task_abandoned_event,
    &schedule_created_event,
    &schedule_enabled_event,
    &schedule_disabled_event,
    &schedule_retimed_event,
    &schedule_deleted_event,
    &schedule_skipped_event,
    &schedule_ran_event,
    &schedule_failed_event,
    &schedule_held_event,
    &rolling_run_stopped_event,
    &rolling_run_completed_event,
    &rolling_run_held_event,
    &rollout_created_event,
    &rollout_dispatched_event,
    &rollout_confirmed_event,
    &rollout_failed_event,
    &rollout_held_event,
    &channel_switched_off_event,
    &upgrade_completed_event,
    &upgrade_failed_event,
    &sessions_ended_event,
    &sign_in_failed_event,
    &user_signed_in_event,
    &authority_declared_event,
    &role_granted_event,
    &root_rotated_event,
    NULL,
};

static const struct frame event_created_frame = {
    .name = "event.created",
    .doc = "Something happened that operators are notified of.",
    .after = created,
    .key = FRAME_OF_EVENT,
    .resource = &event_resource,
    .node = "node_id"};

const struct frame *const platform_frames[] = {&event_created_frame, NULL};
