/*
 * What directories order of accounts:
 *
 *   a user, or operations ─► what is said of a person ─► the command's input, checked by its shape ─► writer ─► visible ─► user
 *
 * Attributes that accounts do not have are read over: directories send whatever they have.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/directory/scim_orders.h"

#include "api/call.h"
#include "api/directory/scim_filter.h"
#include "api/directory/scim_view.h"
#include "commands/identity/directory_commands.h"
#include "core/shape/json_peek.h"
#include "core/shape/shape_json.h"
#include "eventlog/keyed_digest.h"

enum { LARGEST_ORDER = 64 * 1024 };

struct scim_new_user {
    struct text user_name;
    struct text external_id;
    struct text display_name;
    struct json name;
    struct json active;
};
struct scim_user {
    struct text user_name;
    struct text external_id;
    struct text display_name;
    struct json name;
    struct json active;
    struct uuid user_id;
};
struct scim_operation {
    struct text op;
    struct text path;
    struct json value;
};
struct scim_patch {
    struct uuid user_id;
    struct list _operations;
};
struct scim_one_user {
    struct uuid user_id;
};

#define USER_FIELDS(of)                                                                            \
    {TEXT(of, user_name), .tag = 1, .flags = REQUIRED | ONE_LINE,                                  \
     .doc = "Address of the person."},                                                             \
        {TEXT(of, external_id), .tag = 2, .flags = ONE_LINE,                                       \
         .doc = "Id of the person in the directory."},                                             \
        {TEXT(of, display_name), .tag = 3, .flags = ONE_LINE, .doc = "Name to show."},             \
        {JSON(of, name), .tag = 4, .doc = "Name, of which formatted is taken."},                   \
    {                                                                                              \
        JSON(of, active), .tag = 5, .flags = JSON_ANY, .doc = "Whether the person may sign in."    \
    }
#define PATH_FIELD(of, number)                                                                     \
    {                                                                                              \
        UUID(of, user_id), .tag = number, .flags = REQUIRED | FROM_PATH,                           \
                           .doc = "Id of the person."                                              \
    }

static const struct field scim_new_user_fields[] = {USER_FIELDS(scim_new_user)};
const struct shape scim_new_user_shape =
    SHAPE_WITH(scim_new_user, "A person whom a directory sends.", .ignores_unknown = true);

static const struct field scim_user_fields[] = {USER_FIELDS(scim_user), PATH_FIELD(scim_user, 6)};
const struct shape scim_user_shape = SHAPE_WITH(
    scim_user, "A person, as a directory has them from now on.", .ignores_unknown = true);

static const struct field scim_operation_fields[] = {
    {TEXT(scim_operation, op), .tag = 1, .flags = REQUIRED | ONE_LINE,
     .doc = "What is done: add, replace or remove."},
    {TEXT(scim_operation, path), .tag = 2, .flags = ONE_LINE, .max = SCIM_LONGEST_FILTER,
     .doc = "Attribute; without it the value is an object of attributes."},
    {JSON(scim_operation, value), .tag = 3, .flags = JSON_ANY, .doc = "Value of the attribute."},
};
static const struct shape scim_operation_shape =
    SHAPE_WITH(scim_operation, "A change of a person.", .ignores_unknown = true);
static const struct field scim_patch_fields[] = {
    PATH_FIELD(scim_patch, 1),
    {OBJECTS(scim_patch, _operations, scim_operation), .tag = 2, .flags = REQUIRED, .min = 1,
     .max = SCIM_MOST_OPERATIONS, .doc = "Changes, in their order."},
};
const struct shape scim_patch_shape =
    SHAPE_WITH(scim_patch, "What changed of a person.", .ignores_unknown = true);

static const struct field scim_one_user_fields[] = {PATH_FIELD(scim_one_user, 1)};
const struct shape scim_one_user_shape =
    SHAPE_WITH(scim_one_user, "A person, by their id.", .ignores_unknown = true);

struct scim_asked_user {
    struct uuid user_id;
    struct text attributes;
    struct text excluded_attributes;
};
static const struct field scim_asked_user_fields[] = {
    PATH_FIELD(scim_asked_user, 1),
    {TEXT(scim_asked_user, attributes), .tag = 2, .flags = ONE_LINE, .max = SCIM_LONGEST_SELECTION,
     .doc = "Attributes to show, with commas between them; without them all."},
    {TEXT(scim_asked_user, excluded_attributes), .tag = 3, .flags = ONE_LINE,
     .max = SCIM_LONGEST_SELECTION, .doc = "Attributes to leave out, with commas between them."},
};
const struct shape scim_asked_user_shape =
    SHAPE_WITH(scim_asked_user, "A person, and what is asked of them.", .ignores_unknown = true);

/* What is said of a person; what is absent is not said. */
struct said {
    struct text user_name;
    struct text external_id;
    struct text name;
    struct opt_bool is_active;
};

static enum status refuse(struct error *error, const char *code, const char *text)
{
    return error_set_code(error, STATUS_INVALID, code, "%s", text);
}

/* true, false, and as some send them "True" and "False". */
static enum status
read_active(struct arena *arena, struct text value, struct opt_bool *out, struct error *error)
{
    struct text spelled = json_peek_text(arena, value);
    struct text word = spelled.data == NULL ? text_trim(value) : spelled;

    if (!text_equal_ignoring_case(word, text_lit("true")) &&
        !text_equal_ignoring_case(word, text_lit("false")))
        return refuse(error, "validation_failed", "active must be true or false");
    *out = opt_bool_of(text_equal_ignoring_case(word, text_lit("true")));
    return STATUS_OK;
}

static struct text without_urn(struct text name)
{
    const struct text urn = text_lit("urn:ietf:params:scim:schemas:core:2.0:User:");

    return text_starts_with(name, urn) ? text_slice(name, urn.size, name.size) : name;
}

static enum status read_attribute(
    struct arena *arena,
    struct text name,
    struct text value,
    struct said *said,
    struct error *error)
{
    name = without_urn(name);
    if (text_equal_ignoring_case(name, text_lit("active")))
        return read_active(arena, value, &said->is_active, error);
    if (text_equal_ignoring_case(name, text_lit("userName")))
        said->user_name = json_peek_text(arena, value);
    else if (text_equal_ignoring_case(name, text_lit("externalId")))
        said->external_id = json_peek_text(arena, value);
    else if (
        text_equal_ignoring_case(name, text_lit("displayName")) ||
        text_equal_ignoring_case(name, text_lit("name.formatted")))
        said->name = json_peek_text(arena, value);
    else if (text_equal_ignoring_case(name, text_lit("name")))
        said->name = json_peek_text(arena, json_peek_member(arena, value, "formatted"));
    return STATUS_OK;
}

static enum status read_operation(
    struct arena *arena,
    const struct scim_operation *operation,
    struct said *said,
    struct error *error)
{
    struct text name;
    struct text value;
    size_t cursor = 0;
    enum status status = STATUS_OK;

    if (!text_equal_ignoring_case(operation->op, text_lit("add")) &&
        !text_equal_ignoring_case(operation->op, text_lit("replace")))
        return refuse(
            error, "scim_path_invalid",
            "op must be add or replace: nothing of what accounts have here can be removed.");
    if (text_is_present(operation->path))
        return read_attribute(arena, operation->path, operation->value.text, said, error);
    while (status == STATUS_OK &&
           json_peek_pair(arena, operation->value.text, &cursor, &name, &value))
        status = read_attribute(arena, name, value, said, error);
    return status;
}

static void add_text(struct buf *out, const char *name, struct text value)
{
    if (!text_is_present(value))
        return;
    buf_printf(out, "%s\"%s\":", out->size > 1 ? "," : "", name);
    json_write_text(out, value);
}

/* By the command's shape, so that nothing of a directory is taken that it would not take. */
static enum status make_input(
    struct call *call,
    const struct command *command,
    const struct said *said,
    void *input,
    struct error *error)
{
    AUTO_BUF out = {0};

    buf_init(&out, LARGEST_ORDER);
    buf_add_char(&out, '{');
    add_text(&out, "email", said->user_name);
    add_text(&out, "name", said->name);
    add_text(&out, "externalId", said->external_id);
    if (said->is_active.is != 0)
        buf_printf(
            &out, "%s\"isActive\":%s", out.size > 1 ? "," : "",
            opt_bool_is_true(said->is_active) ? "true" : "false");
    buf_add_char(&out, '}');
    if (buf_is_full(&out))
        return refuse(error, "validation_failed", "The attributes of a user are too long.");
    return shape_json_read(command->input, buf_text(&out), call->arena, input, error);
}

static struct bytes digest_of(struct call *call, struct text external_id)
{
    if (!text_is_present(external_id))
        return (struct bytes){NULL, 0};
    return keyed_digest_subject(
        call->services->keyring, call->actor.id, call->arena,
        text_format(call->arena, "scim %.*s", TEXT_ARGS(external_id)));
}

static void show(struct call *call)
{
    call->least_size = call->shown_size;
    scim_answer_user(call, call->route->status, call->handler_state);
}

static void on_ordered(struct call *call)
{
    if (call->submission.status == STATUS_OK)
        call_wait_shown(call, call->submission.size, show);
    else
        call_answer_refusal(call);
}

static void on_created(struct call *call)
{
    struct scim_shown *shown = call->handler_state;

    shown->user_id = call->submission.subject;
    on_ordered(call);
}

void scim_create_user(struct call *call)
{
    const struct scim_new_user *user = call->input;
    struct create_directory_user *order = arena_one(call->arena, struct create_directory_user);
    struct said said = {user->user_name, user->external_id, user->display_name, {0}};
    struct error error;
    enum status status = STATUS_OK;

    if (!call_can_be_shown(call))
        return;
    if (!text_is_present(said.name))
        status = read_attribute(call->arena, text_lit("name"), user->name.text, &said, &error);
    if (status == STATUS_OK && text_is_present(user->active.text))
        status = read_active(call->arena, user->active.text, &said.is_active, &error);
    if (status == STATUS_OK)
        status = make_input(call, &create_directory_user_command, &said, order, &error);
    if (status != STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    order->external_digest = digest_of(call, order->external_id.text);
    call->handler_state = scim_take_shown(call, UUID_NONE);
    if (call->handler_state != NULL)
        call_submit_route(call, &create_directory_user_command, order, on_created);
}

static void change(struct call *call, struct uuid user_id, const struct said *said)
{
    struct change_directory_user *order = arena_one(call->arena, struct change_directory_user);
    struct error error;

    if (!call_can_be_shown(call))
        return;
    if (make_input(call, &change_directory_user_command, said, order, &error) != STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    order->user_id = user_id;
    order->external_digest = digest_of(call, order->external_id.text);
    call->handler_state = scim_take_shown(call, user_id);
    if (call->handler_state != NULL)
        call_submit_route(call, &change_directory_user_command, order, on_ordered);
}

void scim_replace_user(struct call *call)
{
    const struct scim_user *user = call->input;
    struct said said = {user->user_name, user->external_id, user->display_name, {0}};
    struct error error;
    enum status status = STATUS_OK;

    if (!text_is_present(said.name))
        status = read_attribute(call->arena, text_lit("name"), user->name.text, &said, &error);
    if (status == STATUS_OK && text_is_present(user->active.text))
        status = read_active(call->arena, user->active.text, &said.is_active, &error);
    if (status == STATUS_OK)
        change(call, user->user_id, &said);
    else
        call_answer_error(call, &error);
}

void scim_patch_user(struct call *call)
{
    const struct scim_patch *patch = call->input;
    const struct scim_operation *operations = patch->_operations.items;
    struct said said = {.is_active = {0}};
    struct error error;
    enum status status = STATUS_OK;

    for (size_t i = 0; status == STATUS_OK && i < patch->_operations.count; i++)
        status = read_operation(call->arena, &operations[i], &said, &error);
    if (status == STATUS_OK)
        change(call, patch->user_id, &said);
    else
        call_answer_error(call, &error);
}

static void on_left(struct call *call)
{
    if (call->submission.status == STATUS_OK)
        call_answer_json(call, 204, text_lit(""));
    else
        call_answer_refusal(call);
}

void scim_delete_user(struct call *call)
{
    struct leave_directory_user *order = arena_one(call->arena, struct leave_directory_user);

    order->user_id = ((const struct scim_one_user *)call->input)->user_id;
    call_submit_route(call, &leave_directory_user_command, order, on_left);
}

void scim_read_user(struct call *call)
{
    call->handler_state =
        scim_take_shown(call, ((const struct scim_asked_user *)call->input)->user_id);
    if (call->handler_state != NULL)
        call_wait_head(call, show);
}
