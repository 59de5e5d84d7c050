/*
 * What a call looks at, and that it is on record before the call goes on.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/evidence/look.h"

#include "api/call.h"
#include "api/evidence/looks.h"
#include "core/shape/shape_json.h"
#include "eventlog/keyed_digest.h"

#include <string.h>

enum { MOST_FILTER = 4096 };

/* They choose the page and say nothing of what is on it. */
static bool is_of_page(const struct field *field)
{
    static const char *const names[] = {"after", "limit", "order"};

    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (strcmp(field->name, names[i]) == 0)
            return true;
    }
    return false;
}

struct text look_filter(
    struct keyring *keyring,
    const struct shape *shape,
    const void *input,
    struct timestamp at,
    struct arena *arena)
{
    struct field *fields = arena_array(arena, shape_count(shape), sizeof(*fields));
    struct shape asked = {.name = shape->name, .fields = fields, .size = shape->size};
    void *copy = arena_take(arena, shape->size);
    AUTO_BUF json = {0};

    memcpy(copy, input, shape->size);
    for (size_t i = 0; i < shape_count(shape); i++) {
        const struct field *field = shape_field_at(shape, i);
        if (field_is_absent(field, input) || is_of_page(field))
            continue;
        if (field->kind == KIND_TEXT && field->digest != 0) {
            struct text *text = field_in(field, copy);
            *text =
                keyed_digest_parameter(keyring, (enum digest_kind)field->digest, at, arena, *text);
        }
        fields[asked.count++] = *field;
    }
    buf_init(&json, MOST_FILTER);
    shape_json_write(&asked, copy, &json);
    return buf_is_full(&json) ? (struct text){NULL, 0} : text_copy(arena, buf_text(&json));
}

/* A look on its way. */
struct looking {
    struct look look;
    struct record_look order;
    void (*next)(struct call *call);
};

static struct looking *looking_of(struct call *call, struct text filter)
{
    struct looking *looking = arena_one(call->arena, struct looking);
    struct keyring *keyring = call->services->keyring;
    int64_t since_us = call->access.token_made_at.us;
    int64_t window = (call->arrived_at.us - since_us) / LOOKS_WINDOW_US;
    struct look_digest name = {
        .person = call->actor.id,
        .session = keyed_digest_session(keyring, call->access.token),
        .window = window,
        .route = text_from(call->route->path),
        .filter = filter,
    };

    call->actor.session = name.session;
    looking->look = (struct look){
        .actor = call->actor,
        .name = keyed_digest_look(keyring, &name),
        .at = call->arrived_at,
        .window = window,
        .until = {since_us + (window + 1) * LOOKS_WINDOW_US},
    };
    looking->order = (struct record_look){
        .workspace_id = call->access.workspace_id, .route = name.route, .filter = {filter}};
    return looking;
}

/* What is answered is no outcome of an order. */
static void go_on(struct call *call)
{
    struct looking *looking = call->handler_state;

    looks_noted(call->services->looks, &looking->look);
    call->submission = (struct submission){.status = STATUS_OK};
    call->handler_state = NULL;
    looking->next(call);
}

/* A worker: it waits for the disk. */
static void keep(struct call *call)
{
    const struct looking *looking = call->handler_state;
    struct error error;

    if (looks_keep(call->services->looks, &looking->look, &looking->order, &error) == STATUS_OK)
        call_to_loop(call, go_on);
    else
        call_answer_error(call, &error);
}

static void on_recorded(struct call *call)
{
    if (call->submission.status == STATUS_OK)
        go_on(call);
    else
        call_to_lane(call, LANE_PLAIN, keep);
}

void look_begin(struct call *call, void (*next)(struct call *call))
{
    struct text filter = text_lit("{}");
    struct looking *looking;
    struct error error;

    if (call->input_shape != NULL)
        filter = look_filter(
            call->services->keyring, call->input_shape, call->input, call->arrived_at, call->arena);
    if (filter.data == NULL) {
        error_set(&error, STATUS_TOO_LARGE, "That is more than can be put on record of a look.");
        call_answer_error(call, &error);
        return;
    }
    looking = looking_of(call, filter);
    if (looks_note(call->services->looks, &looking->look)) {
        next(call);
        return;
    }
    looking->next = next;
    call->handler_state = looking;
    call_submit_once(call, &record_look_command, &looking->order, looking->look.name, on_recorded);
}
