/*
 * Have a node's agent install or remove packages; that needs operational root access on the node.
 *
 *   api ──install_packages, remove_package──► [here] ──task_created──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node_lookup.h"
#include "commands/task/package_commands.h"
#include "commands/task/task.h"

enum { LONGEST_NAME = 255, MOST_NAMES = 1000 };
enum { IS_YES = 1 };

const char *const yes_no_names[] = {"true", "false", NULL};

/* What begins with a dash would be an option of the program that the agent runs. */
static bool is_package_name(struct text name)
{
    return name.size > 0 && text_length(name) <= LONGEST_NAME && name.data[0] != '-';
}

static const struct field install_packages_fields[] = {
    {UUID(install_packages, workspace_id), .tag = 1, .flags = FROM_PATH,
     .doc = "Workspace that the node must belong to; any when absent."},
    {UUID(install_packages, id), .tag = 2, .flags = REQUIRED | FROM_PATH, .doc = "Id of the node."},
    {LIST_OF(install_packages, names, KIND_TEXT), .tag = 3,
     .flags = ONE_LINE | REQUIRED | UNIQUE | TRIM, .min = 1, .max = MOST_NAMES,
     .accepts = is_package_name,
     .rule = "each value in names must have 1 to 255 characters and not begin with a dash",
     .doc = "Names of the packages."},
    {BOOL(install_packages, purge), .tag = 4, .flags = HAS_FALLBACK, .fallback = 2,
     .doc = "Option that is passed on to the agent."},
};
static const struct shape install_packages_shape = SHAPE(install_packages, "Packages to install.");

static const struct field remove_package_fields[] = {
    {UUID(remove_package, workspace_id), .tag = 1, .flags = FROM_PATH,
     .doc = "Workspace that the node must belong to; any when absent."},
    {UUID(remove_package, id), .tag = 2, .flags = REQUIRED | FROM_PATH, .doc = "Id of the node."},
    {TEXT(remove_package, name), .tag = 3, .flags = ONE_LINE | REQUIRED | FROM_PATH | TRIM,
     .accepts = is_package_name,
     .rule = "name must have 1 to 255 characters and not begin with a dash",
     .doc = "Name of the package."},
    {ENUM(remove_package, purge, yes_no_names), .tag = 4, .flags = HAS_FALLBACK | TRIM | LOWER,
     .fallback = 2, .doc = "Whether settings are removed too."},
};
static const struct shape remove_package_shape = SHAPE(remove_package, "Package to remove.");

struct package_payload {
    struct list names;
    struct list packages;
    struct text package; /* where there is only one */
    struct opt_bool purge;
};
static const struct field package_payload_fields[] = {
    {LIST_OF(package_payload, names, KIND_TEXT), .doc = "Names of the packages."},
    {LIST_OF(package_payload, packages, KIND_TEXT),
     .doc = "Names of the packages, for agents that read this name."},
    {TEXT(package_payload, package), .flags = OMIT_ABSENT,
     .doc = "Name of the package, where there is only one."},
    {BOOL(package_payload, purge), .doc = "Whether settings are removed too."},
};
static const struct shape package_payload_shape =
    SHAPE(package_payload, "Parameters of a task that changes packages.");

static struct json
payload_of(const struct decision *decision, struct list names, struct opt_bool purge)
{
    struct package_payload payload = {names, names, {0}, purge};

    if (names.count == 1)
        payload.package = *(const struct text *)names.items;
    return task_payload(decision, &package_payload_shape, &payload);
}

static enum status create(
    struct decision *decision,
    struct uuid workspace_id,
    struct task_created *task,
    struct error *error)
{
    struct node_lookup node;
    enum status status = task_node_must_exist(decision, workspace_id, task->node_id, &node, error);

    if (status == STATUS_OK)
        status = task_work_must_be_possible(decision, &node, task->type, task->payload.text, error);
    task->is_internal = OPT_FALSE;
    if (status == STATUS_OK)
        task_emit_created(decision, &node, task);
    return status;
}

static enum status decide_install(struct decision *decision, const void *input, struct error *error)
{
    const struct install_packages *order = input;
    struct task_created task = {
        .node_id = order->id,
        .type = text_lit("packageInstall"),
        .payload = payload_of(decision, order->names, order->purge),
    };

    return create(decision, order->workspace_id, &task, error);
}

static enum status decide_remove(struct decision *decision, const void *input, struct error *error)
{
    const struct remove_package *order = input;
    bool is_purge = order->purge.is == IS_YES;
    struct task_created task = {
        .node_id = order->id,
        .type = is_purge ? text_lit("packagePurge") : text_lit("packageRemove"),
        .payload = payload_of(decision, (struct list){&order->name, 1}, opt_bool_of(is_purge)),
    };

    return create(decision, order->workspace_id, &task, error);
}

const struct command install_packages_command = {
    .name = "install_packages",
    .doc = "Installs packages on a node.",
    .input = &install_packages_shape,
    .decide = decide_install,
};

const struct command remove_package_command = {
    .name = "remove_package",
    .doc = "Removes a package from a node.",
    .input = &remove_package_shape,
    .decide = decide_remove,
};
