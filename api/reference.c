/*
 * Reciting the tables of routes. What goes in and comes out stands in the OpenAPI document and on
 * the page of commands; here is who may call what, and how it is answered.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/reference.h"

#include "api/resource_sql.h"
#include "api/route.h"
#include "api/router.h"
#include "core/base/buf.h"
#include "core/shape/shape_describe.h"

#include <string.h>

static const char *who_may(enum who who)
{
    switch (who) {
    case WHO_ANYONE:
        return "anyone";
    case WHO_USER:
        return "user";
    case WHO_PLATFORM_ADMIN:
        return "platform admin";
    case WHO_WORKSPACE_MEMBER:
        return "workspace member";
    case WHO_WORKSPACE_ADMIN:
        return "workspace admin";
    case WHO_PLATFORM_AUDITOR:
        return "platform auditor";
    case WHO_WORKSPACE_AUDITOR:
        return "workspace admin, platform auditor";
    case WHO_LEDGER_READER:
        return "platform auditor, anyone where LEDGER_PUBLIC";
    case WHO_FOLLOWER:
        return "follower";
    case WHO_DIRECTORY:
        return "directory";
    case WHO_AGENT:
        return "agent";
    }
    return "";
}

/* From where the answer is made: "read" waits for the read model, "state" needs none. */
static const char *answered_from(const struct route *route)
{
    if (route->lists != NULL || route->reads != NULL || route->query != NULL ||
        route->shows != NULL)
        return "read";
    return route->command != NULL ? "state" : "own";
}

static void describe_limits(const struct route *route, struct buf *out)
{
    if (route->is_about_caller)
        buf_add_c(out, " Auditors may, too.");
    if (route->throttle == THROTTLE_NONE)
        buf_add_c(out, " Not throttled.");
    if (route->body_limit > 0)
        buf_printf(out, " Bodies up to %zu KiB.", route->body_limit / 1024);
}

static void describe_route(const struct route *route, struct buf *out)
{
    buf_printf(out, "| `%s ", route->method);
    route_path(route, out);
    buf_printf(out, "` | %s | %d %s | ", who_may(route->who), route->status, answered_from(route));
    if (route->command != NULL)
        buf_printf(out, "`%s`", route->command->name);
    buf_printf(out, " | %s", route->doc);
    describe_limits(route, out);
    buf_add_c(out, " |\n");
}

static void describe_report(const struct route *route, struct buf *out)
{
    AUTO_ARENA arena = arena_new(1 << 20);
    const struct shape *shape = route_input(route, arena);

    if (shape == NULL || !shape->is_lenient)
        return;
    buf_printf(out, "\n### `%s ", route->method);
    route_path(route, out);
    buf_printf(
        out, "`\n\nUnknown members are %s.%s\n\n", shape->refuses_unknown ? "refused" : "dropped",
        route->stand_in == NULL ? ""
                                : " A body that is no JSON object stands for the report itself.");
    shape_describe_leniency(shape, out);
}

/* What agents are never refused for. */
static void describe_reports(struct buf *out)
{
    buf_add_c(
        out,
        "\n## What is taken of agents' reports\n\n"
        "An agent does not repeat what was refused, so no detail refuses a report. U+FFFD stands for\n"
        "what is no text, null for what is nested deeper than 64, the largest number for a larger one;\n"
        "other values become text where text is wanted. What was altered is counted\n"
        "(`agent_reports_altered_total`) and, of lines and ends of tasks, recorded with them.\n");
    for (const struct route_area *area = route_catalog; area->name != NULL; area++) {
        for (const struct route *route = area->routes; route->method != NULL; route++)
            describe_report(route, out);
    }
}

void reference_routes(struct buf *out)
{
    for (const struct route_area *area = route_catalog; area->name != NULL; area++) {
        buf_printf(
            out,
            "\n## %s\n\n| Route | Who may | Answers | Command | Meaning |\n|---|---|---|---|---|\n",
            area->name);
        for (const struct route *route = area->routes; route->method != NULL; route++)
            describe_route(route, out);
    }
    describe_reports(out);
}

/* Fills the input so that every predicate of the list is asked for. */
static void ask_everything(
    const struct resource *resource, const struct shape *shape, struct resource_input *input)
{
    for (size_t i = 0; i < shape->count; i++) {
        const struct field *field = &shape->fields[i];
        if (field->kind == KIND_TEXT)
            *(struct text *)field_in(field, input) = text_lit("x");
        else if (field->kind != KIND_LIST)
            memset(field_in(field, input), 1, field->size);
    }
    for (size_t i = 0; i < resource_filter_count(resource); i++) {
        if (filter_is_search(&resource->filters[i]))
            *(struct uuid *)field_in(resource_value_id_field(shape, i), input) = UUID_NONE;
    }
    input->offset = 0;
    input->after_id = UUID_NONE;
    input->sees_all = OPT_FALSE;
}

static void describe_parameters(const struct shape *shape, struct buf *out)
{
    buf_add_c(out, "\n| Parameter | Meaning |\n|---|---|\n");
    for (size_t i = 0; i < shape->count; i++) {
        const struct field *field = &shape->fields[i];
        char name[64];
        if ((field->flags & SERVER_SET) != 0)
            continue;
        field_json_name(field, name);
        buf_printf(out, "| `%s` | %s |\n", name, field->doc);
    }
}

static const char *scope_sentence(const struct resource *resource)
{
    switch (resource->scope) {
    case SCOPE_WORKSPACE:
        return "Rows of the workspace in the path; without one, of the caller's workspaces, or of "
               "all for platform admins.";
    case SCOPE_PARENT:
        return "Rows of the parent in the path, where the caller may read that.";
    case SCOPE_CALLER:
        return "What is the caller's own.";
    case SCOPE_PLATFORM:
        return "All rows, for platform admins.";
    case SCOPE_UNDECLARED:
        break;
    }
    return "";
}

static void describe_resource(const struct resource *resource, struct buf *out)
{
    AUTO_ARENA arena = arena_new(1 << 20);
    const struct shape *shape = resource_input_shape(resource, true, arena);
    struct resource_input *input = arena_take(arena, shape->size);

    buf_printf(out, "\n## %s\n\n%s\n", resource->name, scope_sentence(resource));
    if (resource_order_count(resource) == 0)
        return;
    describe_parameters(shape, out);
    ask_everything(resource, shape, input);
    buf_printf(out, "\n```sql\n%s\n```\n", resource_list_sql(resource, shape, input, arena).text);
}

/* Did an earlier route list it? */
static bool is_repeat(const struct route *wanted)
{
    for (const struct route_area *area = route_catalog; area->name != NULL; area++) {
        for (const struct route *route = area->routes; route->method != NULL; route++) {
            if (route == wanted)
                return false;
            if (route->lists == wanted->lists)
                return true;
        }
    }
    return false;
}

void reference_describe_lists(struct buf *out)
{
    for (const struct route_area *area = route_catalog; area->name != NULL; area++) {
        for (const struct route *route = area->routes; route->method != NULL; route++) {
            if (route->lists != NULL && !is_repeat(route))
                describe_resource(route->lists, out);
        }
    }
}
