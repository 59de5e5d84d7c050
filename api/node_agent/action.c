/*
 * The table of types, and how a row of it is applied.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node_agent/action.h"

#include "api/node_agent/action_internal.h"
#include "api/node_agent/work_order.h"
#include "core/shape/json_peek.h"
#include "core/shape/shape_json.h"

enum { LARGEST_RESULT = 3 << 20 };

struct text action_text(struct arena *arena, struct text payload, const char *name)
{
    return json_peek_text(arena, json_peek_member(arena, payload, name));
}

bool action_flag(struct arena *arena, struct text payload, const char *name)
{
    return text_is(json_peek_member(arena, payload, name), "true");
}

void action_order(struct arena *arena, struct job *job, const struct text *arguments, size_t count)
{
    const struct work_order order = {.arguments = {arguments, count}};
    AUTO_BUF out = {0};

    buf_init(&out, WORK_ORDER_BYTES);
    shape_json_write(&work_order_shape, &order, &out);
    job->order = text_copy(arena, buf_text(&out));
}

static const struct action *find_action(struct text type)
{
    if (text_is(type, shell_action.type))
        return &shell_action;
    if (text_is(type, log_scan_action.type))
        return &log_scan_action;
    if (text_is(type, update_action.type))
        return &update_action;
    for (const struct action *action = package_actions; action->type != NULL; action++) {
        if (text_is(type, action->type))
            return action;
    }
    return NULL;
}

enum status action_prepare(
    struct text type,
    struct json payload,
    int64_t usual_timeout_us,
    struct arena *arena,
    struct job *out,
    struct error *error)
{
    const struct action *action = find_action(type);

    if (action == NULL)
        return error_set_code(
            error, STATUS_INVALID, "type_unsupported", "unsupported task type: %.*s",
            TEXT_ARGS(text_first_bytes(type, 120)));
    *out = (struct job){.action = action, .timeout_us = usual_timeout_us};
    return action->prepare(
        text_is_present(payload.text) ? payload.text : text_lit("{}"), arena, out, error);
}

bool action_has_result(const struct action *action)
{
    return action->read_result != NULL;
}

struct text action_result(const struct action *action, struct text output, struct arena *arena)
{
    AUTO_BUF out = {0};

    if (action->read_result == NULL || !text_is_present(output))
        return (struct text){NULL, 0};
    buf_init(&out, LARGEST_RESULT);
    if (!action->read_result(output, arena, &out) || buf_is_full(&out))
        return (struct text){NULL, 0};
    return text_copy(arena, buf_text(&out));
}
