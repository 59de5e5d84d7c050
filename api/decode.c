/*
 * Reading a request into the input of its route: path, then query string (of queries) or body (of
 * commands). What the server itself knows (an agent's id and credential, whose workspaces a list
 * may show) goes into the fields of those names.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/decode.h"

#include "api/body_type.h"
#include "api/run.h"
#include "core/shape/json_peek.h"
#include "core/shape/shape_json.h"

#include <string.h>

enum { LONGEST_NAME = 64 };

static enum status
read_params(struct call *call, const struct shape *shape, struct text pairs, struct error *error)
{
    const struct param *params;
    size_t count;

    if (!params_parse(call->arena, pairs, &params, &count))
        return error_set_code(
            error, STATUS_INVALID, "malformed_query",
            "The query string has a bad escape or more than 64 parameters.");
    return shape_params_read(shape, params, count, call->arena, call->input, error);
}

/* A report whose body is no JSON object says what the route itself says: a task has ended, a line was
 * written. Who sent it would not send it again. */
static enum status
read_report(struct call *call, const struct shape *shape, struct text body, struct error *error)
{
    enum status status = shape_json_read(shape, body, call->arena, call->input, error);
    struct text instead = text_lit("{}");

    if (status != STATUS_INVALID || !text_is(text_from(error->code), "malformed_json"))
        return status;
    if (call->route->stand_in != NULL)
        instead = call->route->stand_in(call->arena, body);
    if (text_trim(body).size == 0)
        return shape_json_read(shape, instead, call->arena, call->input, error);
    return shape_json_read_instead(shape, instead, call->arena, call->input, error);
}

static void count_altered(struct call *call, const struct shape *shape)
{
    const struct field *altered = shape_field_of_tag(shape, shape->altered_tag);

    if (((const struct list *)field_at(altered, call->input))->count > 0)
        atomic_fetch_add(&call->services->meter->reports_altered, 1);
}

/* A report is read whatever its type is called. */
static enum status
read_body(struct call *call, const struct shape *shape, struct text body, struct error *error)
{
    enum status status;

    if (shape->is_lenient) {
        status = read_report(call, shape, body, error);
        if (status == STATUS_OK)
            count_altered(call, shape);
        return status;
    }
    status = route_is_message(call->route) ? STATUS_OK : body_type_check(call, error);
    if (status == STATUS_OK && call->route->takes_form)
        status = read_params(call, shape, body, error);
    else if (status == STATUS_OK)
        status = shape_json_read(shape, body, call->arena, call->input, error);
    return status;
}

/* Who is attached to something by its socket. */
static void fill_from_socket(struct call *call, const struct shape *shape)
{
    const struct field *attachment = shape_field(shape, text_lit("attachment_id"));

    if (attachment != NULL && route_is_message(call->route))
        *(struct uuid *)field_in(attachment, call->input) = call->connection;
}

static void fill_from_agent(struct call *call, const struct shape *shape)
{
    const struct field *node = shape_field(shape, text_lit("node_id"));
    const struct field *credential = shape_field(shape, text_lit("credential_digest"));

    const struct field *connection = shape_field(shape, text_lit("connection"));
    const struct field *pushed = shape_field(shape, text_lit("is_pushed"));

    if (call->route->who != WHO_AGENT || node == NULL)
        return;
    if (pushed != NULL && route_is_message(call->route))
        *(struct opt_bool *)field_in(pushed, call->input) = OPT_TRUE;
    if (connection != NULL)
        *(struct uuid *)field_in(connection, call->input) = call->connection;
    *(struct uuid *)field_in(node, call->input) = call->actor.id;
    if (credential != NULL)
        *(struct bytes *)field_in(credential, call->input) =
            (struct bytes){call->credential.bytes, DIGEST_SIZE};
}

/* Outside a workspace, and by statements that ask for them, people see what is in their own; platform
 * admins see everything. Resources do this themselves. */
static void fill_from_member(struct call *call, const struct shape *shape)
{
    const struct field *member = shape_field(shape, text_lit("member_id"));

    bool is_asked = call->route->who == WHO_USER || call->route->query != NULL;

    if (!is_asked || call->access.is_platform_admin || member == NULL)
        return;
    *(struct uuid *)field_in(member, call->input) = call->actor.id;
}

/* What a route has in its path a message of a socket has in its payload: taken out of it. What the socket
 * itself knows must not be said: it would be there twice, which is refused. */
static struct text take_params_of_message(struct call *call, const struct shape *shape)
{
    size_t room = shape_count(shape) + call->path_param_count + 1;
    struct param *params = arena_array(call->arena, room, sizeof(*params));
    const char **names = arena_array(call->arena, room, sizeof(*names));
    struct text payload = call->request->body;
    size_t count = 0;

    for (size_t i = 0; i < call->path_param_count; i++)
        params[count++] = call->path_params[i];
    for (size_t i = 0, named = 0; i < shape_count(shape); i++) {
        const struct field *field = shape_field_at(shape, i);
        char *name = arena_take(call->arena, LONGEST_NAME);

        if ((field->flags & FROM_PATH) == 0)
            continue;
        field_json_name(field, name);
        names[named++] = name;
        params[count].name = text_from(name);
        params[count].value =
            json_peek_text(call->arena, json_peek_member(call->arena, payload, name));
        count += text_is_present(params[count].value) ? 1 : 0;
    }
    call->path_params = params;
    call->path_param_count = count;
    return names[0] == NULL ? payload : json_peek_without(call->arena, payload, names);
}

/* To directories an id is any text, of which some are of nothing. */
static enum status refuse_path(const struct call *call, enum status status, struct error *error)
{
    if (call->route->who != WHO_DIRECTORY)
        return status;
    return error_set_code(
        error, STATUS_NOT_FOUND, "scim_resource_not_found", "There is nothing of that id.");
}

static enum status read_input(struct call *call, struct error *error)
{
    const struct shape *shape = route_input(call->route, call->arena);
    bool has_body = route_has_body(call->route);
    struct text body = call->request->body;
    enum status status;

    if (shape == NULL)
        return STATUS_OK;
    call->input_shape = shape;
    call->input = arena_take(call->arena, shape->size);
    shape_clear(shape, call->input);
    if (route_is_message(call->route))
        body = take_params_of_message(call, shape);
    status = shape_path_read(
        shape, call->path_params, call->path_param_count, call->arena, call->input, error);
    if (status != STATUS_OK)
        return refuse_path(call, status, error);
    status = has_body ? read_body(call, shape, body, error)
                      : read_params(call, shape, call->request->query, error);
    if (status == STATUS_OK) {
        fill_from_agent(call, shape);
        fill_from_socket(call, shape);
    }
    if (status == STATUS_OK && call->route->command == NULL)
        fill_from_member(call, shape);
    return status;
}

static void decode(struct call *call)
{
    struct error error;

    if (read_input(call, &error) == STATUS_OK)
        run_call(call);
    else
        call_answer_error(call, &error);
}

/* What a large body costs is its caller's account. */
static void decode_large(struct call *call)
{
    struct budget *budget = call->services->budget;
    char caller[BUDGET_CALLER_SIZE];
    int64_t begun_us = cpu_time_us();

    memcpy(caller, call->budget.caller, sizeof(caller));
    decode(call); /* and the call is somebody else's now, or gone */
    budget_spend(budget, text_from(caller), cpu_time_us() - begun_us, monotonic_us());
}

void decode_call(struct call *call)
{
    if (!call_is_large(call))
        decode(call);
    else if (!call_try_lane(call, LANE_LARGE, decode_large))
        call_answer_busy(call);
}
