/*
 * shell.exec: a command for a shell, as the agent's user or, where the node allows it, as root.
 *
 *   command, shell, working_dir, environment, timeout ─► <shell> -lc <command>
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node_agent/action_internal.h"
#include "api/node_agent/work_order.h"
#include "core/base/timestamp.h"
#include "core/shape/json_peek.h"
#include "core/shape/shape_json.h"

enum { MOST_VARIABLES = 1000, LONGEST_TIMEOUT_S = 7 * 86400 };

/* Commands that operators may run as root without being given all of it. */
struct operation {
    const char *command;
    const char *name; /* that the root helper knows it by */
    bool ends_agent;
};
static const struct operation operations[] = {
    {"reboot", "reboot", true},
    {"systemctl restart noderax-agent", "restart-agent", true},
    {"systemctl restart noderax-agent.service", "restart-agent", true},
    {"systemctl restart fleetledger-agent", "restart-agent", true},
    {"systemctl restart fleetledger-agent.service", "restart-agent", true},
    {"apt-get update", "update-package-lists", false},
};

/* Blanks collapsed and trimmed. */
static struct text collapsed(struct text command, struct arena *arena)
{
    char *out = arena_take(arena, command.size + 1);
    size_t size = 0;

    command = text_trim(command);
    for (size_t i = 0; i < command.size; i++) {
        bool is_blank = text_trim(text_slice(command, i, 1)).size == 0;
        if (!is_blank)
            out[size++] = command.data[i];
        else if (out[size - 1] != ' ')
            out[size++] = ' ';
    }
    return (struct text){out, size};
}

static enum status
prepare_operation(struct text command, struct arena *arena, struct job *out, struct error *error)
{
    struct text wanted = collapsed(command, arena);

    for (size_t i = 0; i < COUNT_OF(operations); i++) {
        struct text name = text_from(operations[i].name);
        if (!text_is(wanted, operations[i].command))
            continue;
        action_order(arena, out, &name, 1);
        out->root_verb = "operation";
        out->ends_agent = operations[i].ends_agent;
        return STATUS_OK;
    }
    return error_set_code(
        error, STATUS_INVALID, "operation_unknown",
        "operational root access is limited to reboot, restarting the agent, and apt-get update");
}

/* One part of "1h30m": a number and its unit; absent text where it is none. */
static bool take_part(struct text *rest, double *out_s)
{
    static const struct {
        const char *unit;
        double s;
    } units[] = {{"ns", 1e-9}, {"us", 1e-6}, {"ms", 1e-3}, {"s", 1}, {"m", 60}, {"h", 3600}};
    size_t digits = 0;
    size_t letters = 0;
    double number;

    while (digits < rest->size &&
           ((rest->data[digits] >= '0' && rest->data[digits] <= '9') || rest->data[digits] == '.'))
        digits++;
    while (digits + letters < rest->size && rest->data[digits + letters] >= 'a' &&
           rest->data[digits + letters] <= 'z')
        letters++;
    if (!json_peek_number(text_slice(*rest, 0, digits), &number))
        return false;
    for (size_t i = 0; i < COUNT_OF(units); i++) {
        if (!text_is(text_slice(*rest, digits, letters), units[i].unit))
            continue;
        *out_s += number * units[i].s;
        *rest = text_slice(*rest, digits + letters, rest->size);
        return true;
    }
    return false;
}

/* "90s", "1h30m"; 0 where it is none. */
static double duration_s(struct text t)
{
    double total = 0;

    while (t.size > 0) {
        if (!take_part(&t, &total))
            return 0;
    }
    return total;
}

static void set_timeout(struct text payload, struct arena *arena, struct job *out)
{
    double s = 0;

    if (!json_peek_number(json_peek_member(arena, payload, "timeout_seconds"), &s) || s <= 0)
        s = duration_s(action_text(arena, payload, "timeout"));
    if (s > LONGEST_TIMEOUT_S)
        s = LONGEST_TIMEOUT_S;
    if (s > 0)
        out->timeout_us = (int64_t)(s * US_PER_S);
}

static struct list environment_of(struct text payload, struct arena *arena)
{
    struct text object = json_peek_member(arena, payload, "environment");
    struct text *variables = arena_array(arena, MOST_VARIABLES, sizeof(*variables));
    size_t count = 0;
    size_t cursor = 0;
    struct text name;
    struct text value;

    while (count < MOST_VARIABLES && json_peek_pair(arena, object, &cursor, &name, &value)) {
        struct text text = json_peek_text(arena, value);
        if (text_is_present(text) && name.size > 0 && !text_contains(name, text_lit("=")))
            variables[count++] = text_format(arena, "%.*s=%.*s", TEXT_ARGS(name), TEXT_ARGS(text));
    }
    return (struct list){variables, count};
}

static void
write_order(struct text payload, struct text command, struct arena *arena, struct job *out)
{
    struct text shell = action_text(arena, payload, "shell");
    struct text arguments[] = {
        shell.size > 0 ? shell : text_lit("/bin/sh"), text_lit("-lc"), command};
    struct text directory = action_text(arena, payload, "working_dir");
    const struct work_order order = {
        .arguments = {arguments, COUNT_OF(arguments)},
        .environment = environment_of(payload, arena),
        .directory = directory.size > 0 ? directory : (struct text){NULL, 0},
    };
    AUTO_BUF line = {0};

    buf_init(&line, WORK_ORDER_BYTES);
    shape_json_write(&work_order_shape, &order, &line);
    out->order = buf_is_full(&line) ? (struct text){NULL, 0} : text_copy(arena, buf_text(&line));
}

static enum status
prepare(struct text payload, struct arena *arena, struct job *out, struct error *error)
{
    struct text command = action_text(arena, payload, "command");
    struct text scope = text_trim(action_text(arena, payload, "rootScope"));
    bool is_root = action_flag(arena, payload, "runAsRoot");

    if (text_trim(command).size == 0)
        return error_set_code(
            error, STATUS_INVALID, "command_missing", "shell.exec needs a command");
    set_timeout(payload, arena, out);
    if (is_root && text_is(scope, "operational"))
        return prepare_operation(command, arena, out, error);
    if (is_root && !text_is(scope, "task"))
        return error_set_code(
            error, STATUS_INVALID, "scope_unknown",
            "rootScope must be \"task\" or \"operational\" when runAsRoot is enabled");
    write_order(payload, command, arena, out);
    out->root_verb = is_root ? "task" : NULL;
    if (!text_is_present(out->order))
        return error_set_code(
            error, STATUS_INVALID, "command_too_large", "the command is larger than 1 MiB");
    return STATUS_OK;
}

const struct action shell_action = {.type = "shell.exec", .prepare = prepare};
