/*
 * What directories order of groups:
 *
 *   a group, or operations ─► scim_group_patch.c ─► the command's input, checked by its shape ─► writer ─► visible ─► group
 *
 * A PATCH is answered without a body: a group may have ten thousand members, of which one comes.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/directory/scim_group_orders.h"

#include "api/call.h"
#include "api/directory/scim_group_patch.h"
#include "api/directory/scim_group_view.h"
#include "api/directory/scim_orders.h"
#include "api/directory/scim_write.h"
#include "api/entity_tag.h"
#include "commands/identity/directory_commands.h"
#include "core/shape/shape_json.h"

enum { LARGEST_NAMES = 16 * 1024 };

struct scim_new_group {
    struct text display_name;
    struct text external_id;
    struct json members;
};
struct scim_group {
    struct text display_name;
    struct text external_id;
    struct json members;
    struct uuid group_id;
};
struct scim_gone_group {
    struct uuid group_id;
};

#define GROUP_FIELDS(of)                                                                           \
    {TEXT(of, display_name), .tag = 1, .flags = REQUIRED | ONE_LINE, .doc = "Name of the group."}, \
        {TEXT(of, external_id), .tag = 2, .flags = ONE_LINE,                                       \
         .doc = "Id of the group in the directory."},                                              \
    {                                                                                              \
        JSON(of, members), .tag = 3, .flags = JSON_ANY,                                            \
                           .doc = "People in it: objects whose value is the id of an account."     \
    }
#define PATH_FIELD(of, number)                                                                     \
    {                                                                                              \
        UUID(of, group_id), .tag = number, .flags = REQUIRED | FROM_PATH,                          \
                            .doc = "Id of the group."                                              \
    }

static const struct field scim_new_group_fields[] = {GROUP_FIELDS(scim_new_group)};
const struct shape scim_new_group_shape =
    SHAPE_WITH(scim_new_group, "A group that a directory sends.", .ignores_unknown = true);

static const struct field scim_group_fields[] = {
    GROUP_FIELDS(scim_group), PATH_FIELD(scim_group, 4)};
const struct shape scim_group_shape =
    SHAPE_WITH(scim_group, "A group, as a directory has it from now on.", .ignores_unknown = true);

static const struct field scim_gone_group_fields[] = {PATH_FIELD(scim_gone_group, 1)};
const struct shape scim_gone_group_shape =
    SHAPE_WITH(scim_gone_group, "A group, by its id.", .ignores_unknown = true);

/* Names go through the command's shape, so that nothing of a directory is taken that it would not take. */
static enum status read_names(
    struct call *call,
    const struct command *command,
    struct text display_name,
    struct text external_id,
    void *input,
    struct error *error)
{
    AUTO_BUF out = {0};

    buf_init(&out, LARGEST_NAMES);
    buf_add_char(&out, '{');
    scim_write_member(&out, "displayName", display_name);
    scim_write_member(&out, "externalId", external_id);
    buf_add_char(&out, '}');
    if (buf_is_full(&out))
        return error_set_code(
            error, STATUS_INVALID, "validation_failed", "displayName or externalId is too long.");
    return shape_json_read(command->input, buf_text(&out), call->arena, input, error);
}

static void show(struct call *call)
{
    const struct uuid *group_id = call->handler_state;

    call->least_size = call->shown_size;
    scim_answer_group(call, call->route->status, *group_id);
}

static void show_ordered(struct call *call)
{
    if (call->submission.status == STATUS_OK)
        call_wait_shown(call, call->submission.size, show);
    else
        call_answer_refusal(call);
}

static void on_created(struct call *call)
{
    struct uuid *group_id = arena_one(call->arena, struct uuid);

    *group_id = call->submission.subject;
    call->handler_state = group_id;
    show_ordered(call);
}

void scim_create_group(struct call *call)
{
    const struct scim_new_group *group = call->input;
    struct create_directory_group *order = arena_one(call->arena, struct create_directory_group);
    struct list members;
    struct error error;
    enum status status;

    if (!call_can_be_shown(call))
        return;
    status = scim_group_members_read(call->arena, group->members.text, &members, &error);
    if (status == STATUS_OK)
        status = read_names(
            call, &create_directory_group_command, group->display_name, group->external_id, order,
            &error);
    if (status != STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    order->members = members;
    call_submit_route(call, &create_directory_group_command, order, on_created);
}

/* Into the command's input; NULL: answered. */
static struct change_directory_group *
make_change(struct call *call, struct uuid group_id, const struct scim_group_change *change)
{
    struct change_directory_group *order = arena_one(call->arena, struct change_directory_group);
    struct error error;

    if (read_names(
            call, &change_directory_group_command, change->display_name, change->external_id, order,
            &error) != STATUS_OK) {
        call_answer_error(call, &error);
        return NULL;
    }
    order->group_id = group_id;
    order->replaces_members = opt_bool_of(change->replaces_members);
    order->added = change->added;
    order->removed = change->removed;
    call->handler_state = &order->group_id;
    return order;
}

void scim_replace_group(struct call *call)
{
    const struct scim_group *group = call->input;
    struct scim_group_change change = {
        .display_name = group->display_name,
        .external_id = group->external_id.data != NULL ? group->external_id : text_lit(""),
        .replaces_members = true,
    };
    struct change_directory_group *order;
    struct error error;

    if (!call_can_be_shown(call))
        return;
    if (scim_group_members_read(call->arena, group->members.text, &change.added, &error) !=
        STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    order = make_change(call, group->group_id, &change);
    if (order != NULL)
        call_submit_route(call, &change_directory_group_command, order, show_ordered);
}

static void on_patched(struct call *call)
{
    if (call->submission.status != STATUS_OK) {
        call_answer_refusal(call);
        return;
    }
    if (call->submission.emitted > 0)
        call_header(call, "ETag", entity_tag(call->arena, call->submission.revision, text_lit("")));
    call_answer_json(call, 204, text_lit(""));
}

void scim_patch_group(struct call *call)
{
    const struct scim_group_patch *patch = call->input;
    struct scim_group_change change;
    struct change_directory_group *order;
    struct error error;

    if (scim_group_patch_read(call->arena, patch, &change, &error) != STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    order = make_change(call, patch->group_id, &change);
    if (order != NULL)
        call_submit_route(call, &change_directory_group_command, order, on_patched);
}

/* Of a large group some have left it: then the rest of it, by an order of its own. */
static void on_deleted(struct call *call)
{
    const struct deleted_directory_group *deleted = call->submission.answer;

    if (call->submission.status != STATUS_OK)
        call_answer_refusal(call);
    else if (opt_bool_is_true(deleted->is_gone))
        call_answer_json(call, 204, text_lit(""));
    else
        call_submit(call, &delete_directory_group_command, call->handler_state, on_deleted);
}

void scim_delete_group(struct call *call)
{
    struct delete_directory_group *order = arena_one(call->arena, struct delete_directory_group);

    order->group_id = ((const struct scim_gone_group *)call->input)->group_id;
    call->handler_state = order;
    call_submit_route(call, &delete_directory_group_command, order, on_deleted);
}
