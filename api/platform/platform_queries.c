/*
 * Statements that read system events and audit entries.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/platform/platform_queries.h"

#include "eventlog/events/workspace_events.h"

struct event_view {
    struct uuid id;
    struct uuid workspace_id;
    struct uuid node_id;
    struct text type;
    struct enum_value severity;
    struct text message;
    struct json metadata;
    struct timestamp created_at;
};
static const struct field event_view_fields[] = {
    {UUID(event_view, id), .tag = 1, .flags = REQUIRED, .doc = "The event."},
    {UUID(event_view, workspace_id), .tag = 2, .flags = REQUIRED, .doc = "Its workspace."},
    {UUID(event_view, node_id), .tag = 3, .doc = "The node it is about."},
    {TEXT(event_view, type), .tag = 4, .flags = REQUIRED, .doc = "What happened."},
    {ENUM(event_view, severity, severity_names), .tag = 5, .flags = REQUIRED,
     .doc = "How bad it is."},
    {TEXT(event_view, message), .tag = 6, .flags = REQUIRED, .doc = "In plain words."},
    {JSON(event_view, metadata), .tag = 7, .doc = "Details."},
    {TIMESTAMP(event_view, created_at), .tag = 8, .flags = REQUIRED, .doc = "When."},
};
static const struct shape event_view_shape = SHAPE(event_view, "A system event.");

struct event_filter {
    struct uuid workspace_id;
    struct uuid node_id;
    struct text type;
    struct enum_value severity;
    int64_t limit;
    struct uuid member_id;
};
static const struct field event_filter_fields[] = {
    {UUID(event_filter, workspace_id), .tag = 1, .flags = FROM_PATH, .doc = "Only in this one."},
    {UUID(event_filter, node_id), .tag = 2, .doc = "Only of this node."},
    {TEXT(event_filter, type), .tag = 3, .flags = TRIM, .max = 120, .doc = "Only of this type."},
    {ENUM(event_filter, severity, severity_names), .tag = 4, .doc = "Only these."},
    {INT64(event_filter, limit), .tag = 5, .flags = HAS_FALLBACK | CLAMP, .min = 1, .max = 100,
     .fallback = 50, .doc = "How many at most."},
    {UUID(event_filter, member_id), .tag = 6, .flags = SERVER_SET,
     .doc = "Only where they belong."},
};
static const struct shape event_filter_shape = SHAPE(event_filter, "Which events.");

const struct query events_query = {
    .input = &event_filter_shape,
    .sql =
        {.name = "events",
         .params = &event_filter_shape,
         .row = &event_view_shape,
         .text = "select id, workspace_id, node_id, type, severity, message, metadata, created_at\n"
                 "from events\n"
                 "where (:workspace_id::uuid is null or workspace_id = :workspace_id)\n"
                 "    and (:member_id::uuid is null or workspace_id in\n"
                 "        (select workspace_id from memberships where user_id = :member_id))\n"
                 "    and (:node_id::uuid is null or node_id = :node_id)\n"
                 "    and (coalesce(:type::text, '') = '' or type = :type)\n"
                 "    and (:severity::text is null or severity = :severity)\n"
                 "order by created_at desc, id desc\n"
                 "limit :limit"},
};

static const char *const scope_names[] = {"platform", "workspace", NULL};
static const char *const actor_type_names[] = {"user", "system", "agent", NULL};

struct audit_view {
    struct uuid id;
    struct enum_value scope;
    struct uuid workspace_id;
    struct enum_value actor_type;
    struct uuid actor_user_id;
    struct text actor_email_snapshot;
    struct text action;
    struct text target_type;
    struct text target_id;
    struct text target_label;
    struct text ip_address;
    struct text user_agent;
    struct json changes;
    struct json metadata;
    struct timestamp created_at;
};
static const struct field audit_view_fields[] = {
    {UUID(audit_view, id), .tag = 1, .flags = REQUIRED, .doc = "The entry."},
    {ENUM(audit_view, scope, scope_names), .tag = 2, .flags = REQUIRED, .doc = "Of what."},
    {UUID(audit_view, workspace_id), .tag = 3, .doc = "In which workspace."},
    {ENUM(audit_view, actor_type, actor_type_names), .tag = 4, .flags = REQUIRED,
     .doc = "What kind of actor."},
    {UUID(audit_view, actor_user_id), .tag = 5, .doc = "Which person."},
    {TEXT(audit_view, actor_email_snapshot), .tag = 6,
     .doc = "Their address at the time; null once forgotten."},
    {TEXT(audit_view, action), .tag = 7, .flags = REQUIRED, .doc = "What was done."},
    {TEXT(audit_view, target_type), .tag = 8, .flags = REQUIRED, .doc = "To what kind of thing."},
    {TEXT(audit_view, target_id), .tag = 9, .doc = "To which one."},
    {TEXT(audit_view, target_label), .tag = 10, .doc = "Its name at the time."},
    {TEXT(audit_view, ip_address), .tag = 11, .doc = "From where."},
    {TEXT(audit_view, user_agent), .tag = 12, .doc = "With what."},
    {JSON(audit_view, changes), .tag = 13, .doc = "Before and after."},
    {JSON(audit_view, metadata), .tag = 14, .doc = "Details."},
    {TIMESTAMP(audit_view, created_at), .tag = 15, .flags = REQUIRED, .doc = "When."},
};
static const struct shape audit_view_shape = SHAPE(audit_view, "An audit entry.");

struct audit_filter {
    struct uuid workspace_id;
    int64_t limit;
    int64_t offset;
    struct text actor;
    struct text action;
    struct text target_type;
    struct timestamp from;
    struct timestamp to;
};
static const struct field audit_filter_fields[] = {
    {UUID(audit_filter, workspace_id), .tag = 1, .flags = FROM_PATH, .doc = "Of this one."},
    {INT64(audit_filter, limit), .tag = 2, .flags = HAS_FALLBACK, .min = 1, .max = 100,
     .fallback = 50, .doc = "How many at most."},
    {INT64(audit_filter, offset), .tag = 3, .flags = HAS_FALLBACK, .min = 0, .fallback = 0,
     .doc = "How many to leave out."},
    {TEXT(audit_filter, actor), .tag = 4, .max = 255, .doc = "Part of an address, or a user id."},
    {TEXT(audit_filter, action), .tag = 5, .max = 120, .doc = "Part of the action."},
    {TEXT(audit_filter, target_type), .tag = 6, .max = 80, .doc = "Exactly this kind of thing."},
    {TIMESTAMP(audit_filter, from), .tag = 7, .doc = "Not before."},
    {TIMESTAMP(audit_filter, to), .tag = 8, .doc = "Not after."},
};
static const struct shape audit_filter_shape = SHAPE(audit_filter, "Which entries.");

#define AUDIT_SELECT(condition)                                                                    \
    "select id, scope, workspace_id, actor_type, actor_user_id, actor_email_snapshot, action,\n"   \
    "    target_type, target_id, target_label, ip_address, user_agent, changes, metadata,\n"       \
    "    created_at\n"                                                                             \
    "from audit_logs\n"                                                                            \
    "where " condition "\n"                                                                        \
    "    and (coalesce(:actor::text, '') = ''\n"                                                   \
    "        or position(lower(:actor) in lower(actor_email_snapshot)) > 0\n"                      \
    "        or actor_user_id::text = lower(:actor))\n"                                            \
    "    and (coalesce(:action::text, '') = ''\n"                                                  \
    "        or position(lower(:action) in lower(action)) > 0)\n"                                  \
    "    and (coalesce(:target_type::text, '') = '' or target_type = :target_type)\n"              \
    "    and (:from::timestamptz is null or created_at >= :from)\n"                                \
    "    and (:to::timestamptz is null or created_at <= :to)\n"                                    \
    "order by created_at desc, id desc\n"                                                          \
    "limit :limit offset :offset"

const struct query platform_audit_query = {
    .input = &audit_filter_shape,
    .sql =
        {.name = "platform_audit",
         .params = &audit_filter_shape,
         .row = &audit_view_shape,
         .text = AUDIT_SELECT("scope = 'platform' and :workspace_id::uuid is null")},
};

const struct query workspace_audit_query = {
    .input = &audit_filter_shape,
    .sql =
        {.name = "workspace_audit",
         .params = &audit_filter_shape,
         .row = &audit_view_shape,
         .text = AUDIT_SELECT("workspace_id = :workspace_id")},
};
