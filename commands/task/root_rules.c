/*
 * What a task may do as root: the profile that is in force on its node must open the surface that
 * the work needs. Checked when the task is made; the agent checks again.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node_lookup.h"
#include "commands/task/task.h"
#include "core/base/buf.h"
#include "core/shape/json_peek.h"
#include "eventlog/events/node_events.h"

static const char *profile_name(int64_t profile)
{
    return enum_name(root_profile_names, (struct enum_value){profile});
}

static enum status operational_must_be_allowed(
    const struct decision *decision, const struct node_lookup *node, struct error *error)
{
    if (node_allows_root(node, SURFACE_OPERATIONAL))
        return STATUS_OK;
    return decision_refuse(
        error, &refused_operational_root, text_c(decision->arena, node->hostname),
        profile_name(node->applied_profile), profile_name(node->desired_profile),
        enum_name(root_sync_names, (struct enum_value){node->root_sync}));
}

static enum status task_root_allowed(
    const struct decision *decision, const struct node_lookup *node, struct error *error)
{
    if (node_allows_root(node, SURFACE_TASK))
        return STATUS_OK;
    return decision_refuse(
        error, &refused_task_root, text_c(decision->arena, node->hostname),
        profile_name(node->applied_profile));
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Runs of white space as one blank, none at the ends. */
static struct text collapse(struct arena *arena, struct text t)
{
    AUTO_BUF out = {0};

    buf_init(&out, t.size + 1);
    for (size_t i = 0; i < t.size; i++) {
        if (!is_blank(t.data[i]))
            buf_add_char(&out, t.data[i]);
        else if (out.size > 0 && i + 1 < t.size && !is_blank(t.data[i + 1]))
            buf_add_char(&out, ' ');
    }
    return out.size == 0 ? text_lit("") : text_copy(arena, buf_text(&out));
}

/* The few commands that operational access is for. */
static bool is_operational(struct arena *arena, struct text payload)
{
    static const char *const commands[] = {
        "reboot", "systemctl restart noderax-agent", "apt-get update"};
    struct text command =
        collapse(arena, json_peek_text(arena, json_peek_member(arena, payload, "command")));

    for (size_t i = 0; i < COUNT_OF(commands); i++) {
        if (text_is(command, commands[i]))
            return true;
    }
    return false;
}

static enum status shell_must_be_allowed(
    const struct decision *decision,
    const struct node_lookup *node,
    struct text scope,
    struct text payload,
    struct error *error)
{
    if (text_is(scope, "task"))
        return task_root_allowed(decision, node, error);
    if (!text_is(scope, "operational"))
        return decision_refuse(error, &refused_root_scope);
    if (!is_operational(decision->arena, payload))
        return decision_refuse(error, &refused_operational_command);
    return operational_must_be_allowed(decision, node, error);
}

static bool changes_packages(struct text type)
{
    return text_is(type, "packageInstall") || text_is(type, "packageRemove") ||
           text_is(type, "packagePurge");
}

enum status task_root_must_be_allowed(
    const struct decision *decision,
    const struct node_lookup *node,
    struct text type,
    struct text payload,
    struct error *error)
{
    struct arena *arena = decision->arena;
    struct text scope;

    if (changes_packages(type))
        return operational_must_be_allowed(decision, node, error);
    if (!text_is(type, "log.scan") && !text_is(type, "shell.exec"))
        return STATUS_OK;
    if (!text_is(json_peek_member(arena, payload, "runAsRoot"), "true"))
        return STATUS_OK;
    scope = text_trim(json_peek_text(arena, json_peek_member(arena, payload, "rootScope")));
    if (text_is(type, "shell.exec"))
        return shell_must_be_allowed(decision, node, scope, payload, error);
    if (!text_is(scope, "operational"))
        return decision_refuse(error, &refused_log_scan_scope);
    return operational_must_be_allowed(decision, node, error);
}
