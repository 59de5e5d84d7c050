/*
 * Metadata of audit entries: a struct and its table for each.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "projections/platform/audit_metadata.h"

#include "eventlog/events/identity_events.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/platform_events.h"
#include "eventlog/events/workspace_events.h"
#include "projections/json_of.h"

struct failure_told {
    struct enum_value failure;
};
static const struct field failure_told_fields[] = {
    {ENUM(failure_told, failure, sign_in_failure_names), .doc = "What was wrong."},
};
static const struct shape failure_told_shape = SHAPE(failure_told, "Of a failed sign-in.");

struct json sign_in_failed_metadata(struct arena *arena, const struct sign_in_failed *event)
{
    const struct failure_told told = {event->failure};

    return json_of(arena, &failure_told_shape, &told);
}

struct refusal_told {
    struct text code;
    struct text method;
    struct text route;
    struct uuid workspace_id;
};
static const struct field refusal_told_fields[] = {
    {TEXT(refusal_told, code), .doc = "Why it was refused."},
    {TEXT(refusal_told, method), .doc = "Method of the request."},
    {TEXT(refusal_told, route), .doc = "Pattern of the route."},
    {UUID(refusal_told, workspace_id), .flags = OMIT_ABSENT, .doc = "Where it was tried."},
};
static const struct shape refusal_told_shape = SHAPE(refusal_told, "Of a refused request.");

struct json refusal_metadata(
    struct arena *arena, const struct refusal_recorded *event, struct uuid workspace_id)
{
    const struct refusal_told told = {event->code, event->method, event->route, workspace_id};

    return json_of(arena, &refusal_told_shape, &told);
}

struct workspace_told {
    struct text slug;
    struct text default_timezone;
};
static const struct field workspace_told_fields[] = {
    {TEXT(workspace_told, slug), .doc = "Its unique short name."},
    {TEXT(workspace_told, default_timezone), .doc = "Time zone of its schedules."},
};
static const struct shape workspace_told_shape = SHAPE(workspace_told, "Of a new workspace.");

struct json workspace_metadata(struct arena *arena, const struct workspace_created *event)
{
    const struct workspace_told told = {event->slug, event->default_timezone};

    return json_of(arena, &workspace_told_shape, &told);
}

struct node_told {
    struct uuid workspace_id;
    struct text hostname;
    struct enum_value source;
};
static const struct field node_told_fields[] = {
    {UUID(node_told, workspace_id), .doc = "Where it belongs."},
    {TEXT(node_told, hostname), .doc = "Its host name."},
    {ENUM(node_told, source, node_source_names), .doc = "How it came to be."},
};
static const struct shape node_told_shape = SHAPE(node_told, "Of a new node.");

struct json node_metadata(struct arena *arena, const struct node_added *event)
{
    const struct node_told told = {event->workspace_id, event->hostname, event->source};

    return json_of(arena, &node_told_shape, &told);
}

struct place_told {
    struct uuid workspace_id;
};
static const struct field place_told_fields[] = {
    {UUID(place_told, workspace_id), .doc = "Where it happened."},
};
static const struct shape place_told_shape = SHAPE(place_told, "Of what has only a place.");

struct json place_metadata(struct arena *arena, struct uuid workspace_id)
{
    const struct place_told told = {workspace_id};

    return json_of(arena, &place_told_shape, &told);
}

struct task_told {
    struct uuid node_id;
    struct text hostname;
};
static const struct field task_told_fields[] = {
    {UUID(task_told, node_id), .doc = "The node that runs it."},
    {TEXT(task_told, hostname), .doc = "Host name of that node."},
};
static const struct shape task_told_shape = SHAPE(task_told, "Of a new task.");

struct json task_metadata(struct arena *arena, struct uuid node_id, struct text hostname)
{
    const struct task_told told = {node_id, hostname};

    return json_of(arena, &task_told_shape, &told);
}

struct cancel_told {
    struct uuid workspace_id;
    struct text reason;
};
static const struct field cancel_told_fields[] = {
    {UUID(cancel_told, workspace_id), .doc = "Where it happened."},
    {TEXT(cancel_told, reason), .doc = "Why."},
};
static const struct shape cancel_told_shape = SHAPE(cancel_told, "Of a task to be stopped.");

struct json cancel_metadata(struct arena *arena, struct uuid workspace_id, struct text reason)
{
    const struct cancel_told told = {workspace_id, reason};

    return json_of(arena, &cancel_told_shape, &told);
}
