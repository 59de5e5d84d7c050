/*
 * The body of a webhook.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/outbound/posts.h"
#include "core/base/buf.h"
#include "core/shape/shape_json.h"
#include "eventlog/events/workspace_events.h"

enum { LARGEST_BODY = 256 << 10 };

struct webhook_data {
    struct uuid workspace_id;
    struct text workspace_name;
    struct enum_value severity;
    struct text message;
    struct uuid node_id;
    struct text node_name;
    int64_t events;
    int64_t warnings;
    int64_t criticals;
    struct list first;
};
static const struct field webhook_data_fields[] = {
    {UUID(webhook_data, workspace_id), .flags = OMIT_ABSENT,
     .doc = "Id of the workspace; absent of what is the platform's, and of its digests."},
    {TEXT(webhook_data, workspace_name), .flags = OMIT_ABSENT, .doc = "Name of the workspace."},
    {ENUM(webhook_data, severity, severity_names), .flags = OMIT_ABSENT,
     .doc = "Severity of the event."},
    {TEXT(webhook_data, message), .flags = OMIT_ABSENT, .doc = "What happened, in plain words."},
    {UUID(webhook_data, node_id), .flags = OMIT_ABSENT, .doc = "Id of the node."},
    {TEXT(webhook_data, node_name), .flags = OMIT_ABSENT, .doc = "Name of the node."},
    {INT64(webhook_data, events), .flags = OMIT_ABSENT, .doc = "Number of events of a digest."},
    {INT64(webhook_data, warnings), .flags = OMIT_ABSENT, .doc = "Number of warnings among them."},
    {INT64(webhook_data, criticals), .flags = OMIT_ABSENT,
     .doc = "Number of critical ones among them."},
    {OBJECTS(webhook_data, first, told), .flags = OMIT_ABSENT,
     .doc = "The first of them, at most ten."},
};
static const struct shape webhook_data_shape = SHAPE(webhook_data, "What a webhook tells.");

struct webhook {
    struct text specversion;
    struct text id;
    struct text source;
    struct text type;
    struct timestamp time;
    struct text datacontenttype;
    const struct webhook_data *data;
};
static const struct field webhook_fields[] = {
    {TEXT(webhook, specversion), .flags = REQUIRED, .doc = "Version of CloudEvents."},
    {TEXT(webhook, id), .flags = REQUIRED, .doc = "Id by which a repeat is known."},
    {TEXT(webhook, source), .flags = REQUIRED, .doc = "The workspace, as a path, or the platform."},
    {TEXT(webhook, type), .flags = REQUIRED, .doc = "Type of the event."},
    {TIMESTAMP(webhook, time), .flags = REQUIRED, .doc = "Time of the event."},
    {TEXT(webhook, datacontenttype), .flags = REQUIRED, .doc = "Type of the data."},
    {OBJECT(webhook, data, webhook_data), .flags = REQUIRED, .doc = "Details of the event."},
};
static const struct shape webhook_shape = SHAPE(webhook, "The body of a webhook.");

struct text posts_id(const struct due *due, struct arena *arena)
{
    char id[UUID_TEXT_SIZE];

    uuid_print(uuid_is_present(due->event_id) ? due->event_id : due->id, id);
    return text_copy(arena, text_from(id));
}

static struct text source_of(const struct due *due, struct arena *arena)
{
    char id[UUID_TEXT_SIZE];

    if (!uuid_is_present(due->of_workspace_id))
        return text_lit("/platform");
    uuid_print(due->of_workspace_id, id);
    return text_format(arena, "/workspaces/%s", id);
}

static struct webhook_data data_of(const struct due *due, const struct list *told)
{
    struct webhook_data data = {
        .workspace_id = due->of_workspace_id,
        .workspace_name = due->workspace_name,
        .events = INT64_ABSENT,
        .warnings = INT64_ABSENT,
        .criticals = INT64_ABSENT,
    };

    if (due_is_digest(due)) {
        data.events = due->events;
        data.warnings = due->warnings;
        data.criticals = due->criticals;
        data.first = *told;
        return data;
    }
    data.severity = due->severity;
    data.message = due->message;
    data.node_id = due->node_id;
    data.node_name = due->node_name;
    return data;
}

struct text posts_webhook_body(const struct due *due, const struct list *told, struct arena *arena)
{
    const struct webhook_data data = data_of(due, told);
    const struct webhook webhook = {
        .specversion = text_lit("1.0"),
        .id = posts_id(due, arena),
        .source = source_of(due, arena),
        .type = due_is_digest(due)
                    ? text_lit("fleetledger.digest")
                    : text_format(arena, "fleetledger.%.*s", TEXT_ARGS(due->event_type)),
        .time = due->detected_at,
        .datacontenttype = text_lit("application/json"),
        .data = &data,
    };
    AUTO_BUF out = {0};

    buf_init(&out, LARGEST_BODY);
    shape_json_write(&webhook_shape, &webhook, &out);
    return text_copy(arena, buf_text(&out));
}
