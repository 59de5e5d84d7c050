/*
 * What directories order of accounts:
 *
 *   a user, or operations ─► scim_said.c ─► the command's input, checked by its shape ─► writer ─► visible ─► user
 *
 * An account whose person has no name of their own is called by its address, and by the new one where that changes: what
 * it is called now is read before.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/directory/scim_orders.h"

#include "api/call.h"
#include "api/directory/scim_filter.h"
#include "api/directory/scim_said.h"
#include "api/directory/scim_select.h"
#include "api/directory/scim_view.h"
#include "api/directory/scim_write.h"
#include "commands/identity/directory_commands.h"
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
struct scim_patch {
    struct uuid user_id;
    struct list _operations;
};
struct scim_one_user {
    struct uuid user_id;
};

/* For the reference: scim_said.c reads them, whatever the case of their names. */
#define USER_FIELDS(of)                                                                            \
    {TEXT(of, user_name), .tag = 1, .flags = ONE_LINE, .doc = "Address of the person; required."}, \
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

/* By the command's shape, so that nothing of a directory is taken that it would not take. */
static enum status make_input(
    struct call *call,
    const struct command *command,
    const struct scim_said *said,
    void *input,
    struct error *error)
{
    AUTO_BUF out = {0};

    buf_init(&out, LARGEST_ORDER);
    buf_add_char(&out, '{');
    scim_write_member(&out, "email", said->user_name);
    scim_write_member(&out, "name", scim_said_name(said));
    scim_write_member(&out, "externalId", said->external_id);
    if (said->is_active.is != 0)
        buf_printf(
            &out, "%s\"isActive\":%s", out.size > 1 ? "," : "",
            opt_bool_is_true(said->is_active) ? "true" : "false");
    buf_add_char(&out, '}');
    if (buf_is_full(&out))
        return error_set_code(
            error, STATUS_INVALID, "validation_failed", "The attributes of a user are too long.");
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

/* A whole user has an address. */
static enum status read_user(struct call *call, struct scim_said *said, struct error *error)
{
    enum status status = scim_said_read_user(call->arena, call->request->body, said, error);

    if (status == STATUS_OK && !text_is_present(said->user_name))
        return error_set_field(error, "validation_failed", "userName", "must be an address");
    return status;
}

void scim_create_user(struct call *call)
{
    struct create_directory_user *order = arena_one(call->arena, struct create_directory_user);
    struct scim_said said = {.is_active = {0}};
    struct error error;
    enum status status = STATUS_OK;

    if (!call_can_be_shown(call))
        return;
    status = read_user(call, &said, &error);
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

/* `address` is what the person is called by, where there is no new one. */
static void
change(struct call *call, struct uuid user_id, const struct scim_said *said, struct text address)
{
    struct change_directory_user *order = arena_one(call->arena, struct change_directory_user);
    struct error error;

    if (make_input(call, &change_directory_user_command, said, order, &error) != STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    if (said->has_no_name && !text_is_present(order->name.text))
        order->name.text =
            directory_usual_name(text_is_present(order->email.text) ? order->email.text : address);
    order->user_id = user_id;
    order->external_digest = digest_of(call, order->external_id.text);
    order->has_no_external_id = opt_bool_of(said->has_no_external_id);
    call->handler_state = scim_take_shown(call, user_id);
    if (call->handler_state != NULL)
        call_submit_route(call, &change_directory_user_command, order, on_ordered);
}

/* What is not said is not assigned from then on (RFC 7644, section 3.5.1), but for `active`, which always is. */
void scim_replace_user(struct call *call)
{
    struct scim_said said = {.is_active = {0}};
    struct error error;

    if (!call_can_be_shown(call))
        return;
    if (read_user(call, &said, &error) != STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    said.has_no_name = !text_is_present(scim_said_name(&said));
    said.has_no_external_id = !text_is_present(said.external_id);
    change(call, ((const struct scim_user *)call->input)->user_id, &said, (struct text){NULL, 0});
}

struct patching {
    struct uuid user_id;
    struct scim_said said;
};

/* LANE_READ. Whom the directory does not look after the command refuses. */
static void change_from_now(struct call *call)
{
    struct patching *patching = call->handler_state;
    const struct scim_asked asked = {.user_id = patching->user_id, .count = 1};
    const struct scim_row *row = NULL;
    size_t count = 0;
    struct error error;

    if (scim_select(call, &asked, &row, &count, &error) != STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    if (count > 0 && text_equal(row->name, directory_usual_name(row->email)))
        patching->said.has_no_name = true;
    change(
        call, patching->user_id, &patching->said, count > 0 ? row->email : (struct text){NULL, 0});
}

/* Does what the person is called depend on what they are called now? */
static bool needs_row(const struct scim_said *said)
{
    return !text_is_present(scim_said_name(said)) &&
           (said->has_no_name || text_is_present(said->user_name));
}

void scim_patch_user(struct call *call)
{
    const struct scim_patch *patch = call->input;
    const struct scim_operation *operations = patch->_operations.items;
    struct patching *patching = arena_one(call->arena, struct patching);
    struct error error;
    enum status status = STATUS_OK;

    if (!call_can_be_shown(call))
        return;
    patching->user_id = patch->user_id;
    for (size_t i = 0; status == STATUS_OK && i < patch->_operations.count; i++)
        status = scim_said_read_operation(call->arena, &operations[i], &patching->said, &error);
    call->handler_state = patching;
    if (status != STATUS_OK)
        call_answer_error(call, &error);
    else if (needs_row(&patching->said))
        call_wait_head(call, change_from_now);
    else
        change(call, patching->user_id, &patching->said, (struct text){NULL, 0});
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
