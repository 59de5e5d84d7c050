/*
 * Reading paths that are asked about.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/evidence/access_path.h"

#include "api/call.h"
#include "migrations/tables.h"

/* What the id behind a segment is of. What is not here is not looked for. */
static const struct {
    const char *segment;
    const char *entity;
} things[] = {
    {"nodes", "node"},
    {"node-installs", "install"},
    {"tasks", "task"},
    {"task-templates", "template"},
    {"scheduled-tasks", "schedule"},
    {"rolling-runs", "rolling_run"},
    {"selections", "selection"},
    {"channels", "channel"},
    {"secrets", "secret"},
    {"teams", "team"},
    {"members", "membership"},
    {"terminal-sessions", "terminal"},
    {"users", "user"},
    {"service-accounts", "user"},
    {"sinks", "sink"},
    {"holds", "hold"},
};

struct thing {
    struct text segment;
    struct text value;
    struct entity_input entity; /* `kind` absent: nobody knows */
};

static struct enum_value entity_behind(struct text segment, bool is_in_team)
{
    if (is_in_team && text_is(segment, "members"))
        return enum_from(table_entities, text_lit("team_member"));
    for (size_t i = 0; i < COUNT_OF(things); i++) {
        if (text_is(segment, things[i].segment))
            return enum_from(table_entities, text_from(things[i].entity));
    }
    return (struct enum_value){0};
}

/* The next parameter of the route's path, but for the workspace. */
static bool
next_thing(const struct match *match, struct text *rest, size_t *index, struct thing *out)
{
    bool is_in_team = false;
    struct text before = {NULL, 0};

    for (struct text seen = text_from(match->route->path); text_is_present(seen);)
        is_in_team = text_is(text_cut(&seen, '/'), "teams") || is_in_team;
    while (text_is_present(*rest)) {
        struct text segment = text_cut(rest, '/');
        bool is_parameter = segment.size > 1 && segment.data[0] == ':';
        const struct param *param = is_parameter ? &match->params[(*index)++] : NULL;
        if (param == NULL || text_is(param->name, "workspaceId")) {
            before = segment;
            continue;
        }
        *out = (struct thing){
            .segment = before,
            .value = param->value,
            .entity.kind = entity_behind(before, is_in_team),
        };
        return true;
    }
    return false;
}

static enum status check_thing(
    struct call *call, const struct access_path *path, struct thing *thing, struct error *error)
{
    struct entity entity;
    enum status status;

    if (thing->entity.kind.is == 0)
        return STATUS_OK;
    if (!uuid_parse(thing->value, &thing->entity.id))
        return error_set_field(
            error, "validation_failed", "path", "must have a UUID behind %.*s",
            TEXT_ARGS(thing->segment));
    if (route_is_inside(path->match.route))
        thing->entity.workspace_id = path->workspace_id;
    entity = entity_of(&thing->entity);
    status = entity_must_be(call, &entity, error);
    if (status == STATUS_NOT_FOUND)
        error_field(error, "path");
    return status;
}

enum status
access_path_check_things(struct call *call, const struct access_path *path, struct error *error)
{
    struct text rest = text_from(path->match.route->path);
    struct thing thing;
    size_t index = 0;
    enum status status = STATUS_OK;

    while (status == STATUS_OK && next_thing(&path->match, &rest, &index, &thing))
        status = check_thing(call, path, &thing, error);
    return status;
}

/* The workspace that a row is in. */
static enum status find_workspace(
    struct call *call, const struct entity *entity, struct uuid *out, struct error *error)
{
    const struct services *services = call->services;
    const struct fold_sources sources = {services->ledger, services->index, services->keyring};
    const struct field *field = shape_field(entity->table->shape, text_lit("workspace_id"));
    const struct fold fold = {
        .table = entity->table,
        .key = entity->id,
        .size = call->ledger_size,
        .is_until_made = true,
    };
    struct fold_result result;
    enum status status = fold_row(&sources, &fold, call->arena, &result, error);

    if (status == STATUS_OK && result.row != NULL && field != NULL)
        *out = *(const struct uuid *)field_at(field, result.row);
    return status;
}

/* What any user may ask about lies in a workspace all the same, where its table says so. */
static enum status
read_place_of_thing(struct call *call, struct access_path *out, struct error *error)
{
    struct text rest = text_from(out->match.route->path);
    struct thing thing;
    struct entity entity;
    size_t index = 0;
    enum status status;

    if (out->match.route->who != WHO_USER || !next_thing(&out->match, &rest, &index, &thing) ||
        (!text_is(thing.segment, "nodes") && !text_is(thing.segment, "tasks")))
        return STATUS_OK;
    status = check_thing(call, out, &thing, error);
    if (status != STATUS_OK)
        return status;
    entity = entity_of(&thing.entity);
    out->is_of_thing = true;
    out->thing = entity;
    return find_workspace(call, &entity, &out->workspace_id, error);
}

enum status
access_path_refuse_thing(struct call *call, const struct access_path *path, struct error *error)
{
    error_set_code(
        error, STATUS_NOT_FOUND, "entity_not_found", "%.*s was not found",
        TEXT_ARGS(entity_name(&path->thing, call->arena)));
    error_field(error, "path");
    return STATUS_NOT_FOUND;
}

static enum status
check_workspace(struct call *call, const struct access_path *path, struct error *error)
{
    const struct entity_input asked = {
        .kind = enum_from(table_entities, text_lit("workspace")), .id = path->workspace_id};
    const struct entity entity = entity_of(&asked);
    enum status status = entity_must_be(call, &entity, error);

    if (status == STATUS_NOT_FOUND)
        error_field(error, "path");
    return status;
}

static enum status read_workspace(struct call *call, struct access_path *out, struct error *error)
{
    for (size_t i = 0; i < out->match.param_count; i++) {
        if (!text_is(out->match.params[i].name, "workspaceId"))
            continue;
        out->workspace = out->match.params[i].value;
        if (!uuid_parse(out->workspace, &out->workspace_id))
            return error_set_field(
                error, "validation_failed", "path",
                "must have the workspace's UUID behind workspaces");
        return check_workspace(call, out, error);
    }
    return read_place_of_thing(call, out, error);
}

/* As it is copied from a browser, with its query. */
static struct text without_query(struct text path)
{
    return text_cut(&path, '?');
}

enum status access_path_read(
    struct call *call,
    struct text method,
    struct text path,
    struct access_path *out,
    struct error *error)
{
    enum status status;

    *out = (struct access_path){.workspace_id = UUID_NONE};
    status = router_match(
        call->services->router, method, without_query(path), call->arena, &out->match, error);
    if (status == STATUS_NOT_FOUND)
        return error_set_field(
            error, "route_unknown", "path",
            "is no path of this server that is called by %.*s: GET /api/v1/docs shows all",
            TEXT_ARGS(method));
    if (status != STATUS_OK) {
        error_field(error, "path");
        return status;
    }
    return read_workspace(call, out, error);
}
