/*
 * Orders about packages, and what agents report of them in several spellings.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/task/package_view.h"

#include "api/task/awaited.h"
#include "api/task/package_lines.h"
#include "core/shape/json_peek.h"
#include "eventlog/events/task_events.h"

static const struct field package_view_fields[] = {
    {TEXT(package_view, name), .tag = 1, .flags = REQUIRED, .doc = "Name of the package."},
    {TEXT(package_view, version), .tag = 2, .doc = "Version of the package."},
    {TEXT(package_view, architecture), .tag = 3, .doc = "Processor architecture that it is for."},
    {TEXT(package_view, description), .tag = 4, .doc = "Description of the package."},
};
const struct shape package_view_shape = SHAPE(package_view, "A package.");

static const struct field found_package_view_fields[] = {
    {TEXT(found_package_view, name), .tag = 1, .flags = REQUIRED, .doc = "Name of the package."},
    {TEXT(found_package_view, version), .tag = 2, .doc = "Version of the package."},
    {TEXT(found_package_view, description), .tag = 3, .doc = "Description of the package."},
};
static const struct shape found_package_view_shape =
    SHAPE(found_package_view, "A package that was found.");

#define ORDER_FIELDS(view)                                                                         \
    {UUID(view, task_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the task."},                  \
        {ENUM(view, task_status, task_status_names), .tag = 2, .flags = REQUIRED,                  \
         .doc = "Status of the request; failed also when the result cannot be read."},             \
        {UUID(view, id), .tag = 3, .flags = REQUIRED,                                              \
         .doc = "Id of the task, under another name."},                                            \
        {ENUM(view, status, task_status_names), .tag = 4, .flags = REQUIRED,                       \
         .doc = "Status of the task."},                                                            \
        {UUID(view, node_id), .tag = 5, .flags = REQUIRED, .doc = "Id of the node."},              \
        {TEXT(view, operation), .tag = 6, .flags = REQUIRED, .doc = "Type of the task."},          \
        {LIST_OF(view, names, KIND_TEXT), .tag = 7, .flags = REQUIRED,                             \
         .doc = "Names of the packages."},                                                         \
        {BOOL(view, purge), .tag = 8, .doc = "Whether settings are removed too."},                 \
    {                                                                                              \
        TEXT(view, term), .tag = 9, .doc = "Text that is searched for."                            \
    }

static const struct field package_order_view_fields[] = {ORDER_FIELDS(package_order_view)};
const struct shape package_order_view_shape =
    SHAPE(package_order_view, "A task about packages, and its status.");

static const struct field package_list_view_fields[] = {
    ORDER_FIELDS(package_list_view),
    {OBJECTS(package_list_view, packages, package_view), .tag = 10, .flags = REQUIRED,
     .doc = "Packages that are installed."},
    {TEXT(package_list_view, error), .tag = 11, .doc = "Error, when there are no packages."},
};
const struct shape package_list_view_shape = SHAPE(package_list_view, "Packages of a node.");

static const struct field package_search_view_fields[] = {
    ORDER_FIELDS(package_search_view),
    {OBJECTS(package_search_view, results, found_package_view), .tag = 10, .flags = REQUIRED,
     .doc = "Packages that were found."},
    {TEXT(package_search_view, error), .tag = 11, .doc = "Error, when there are no packages."},
};
const struct shape package_search_view_shape =
    SHAPE(package_search_view, "Packages that a node can install.");

static size_t count_items(struct text array)
{
    size_t cursor = 0;
    size_t count = 0;
    struct text item;

    while (count < MOST_PACKAGES && json_peek_item(array, &cursor, &item))
        count++;
    return count;
}

static struct list texts_in(struct arena *arena, struct text array)
{
    struct text *texts = arena_array(arena, count_items(array) + 1, sizeof(*texts));
    struct list list = {texts, 0};
    size_t cursor = 0;
    struct text item;

    while (list.count < MOST_PACKAGES && json_peek_item(array, &cursor, &item)) {
        struct text value = json_peek_text(arena, item);
        if (text_is_present(value))
            texts[list.count++] = value;
    }
    return list;
}

struct package_order_view package_order_of(struct arena *arena, const struct task_row *task)
{
    struct text payload = task->payload.text;
    struct text purge = json_peek_member(arena, payload, "purge");
    struct package_order_view order = {
        .task_id = task->id,
        .task_status = task->status,
        .id = task->id,
        .status = task->status,
        .node_id = task->node_id,
        .operation = task->type,
        .names = texts_in(arena, json_peek_member(arena, payload, "names")),
        .term = json_peek_text(arena, json_peek_member(arena, payload, "term")),
    };

    if (text_is(purge, "true") || text_is(purge, "false"))
        order.purge = opt_bool_of(text_is(purge, "true"));
    return order;
}

/* The first of the members that says something, trimmed; absent for none. */
static struct text
said_in(struct arena *arena, struct text object, const char *name, const char *other_name)
{
    struct text said = text_trim(json_peek_text(arena, json_peek_member(arena, object, name)));

    if (said.size == 0)
        said = text_trim(json_peek_text(arena, json_peek_member(arena, object, other_name)));
    return said.size > 0 ? said : (struct text){0};
}

/* Entries without a name are passed over. */
static struct list packages_in(struct arena *arena, struct text array)
{
    struct package_view *packages = arena_array(arena, count_items(array) + 1, sizeof(*packages));
    struct list list = {packages, 0};
    size_t cursor = 0;
    struct text item;

    for (size_t i = 0; i < MOST_PACKAGES && json_peek_item(array, &cursor, &item); i++) {
        struct package_view *package = &packages[list.count];
        package->name = said_in(arena, item, "name", "package");
        package->version = said_in(arena, item, "version", "version");
        package->architecture = said_in(arena, item, "architecture", "arch");
        package->description = said_in(arena, item, "description", "summary");
        list.count += text_is_present(package->name) ? 1 : 0;
    }
    return list;
}

static bool is_array(struct text value)
{
    return text_starts_with(value, text_lit("["));
}

/* What programs printed, wherever agents have put it. */
static struct list packages_printed(struct arena *arena, const struct task_row *task)
{
    static const char *const names[] = {"packages", "installedPackages", "installed", "output",
                                        "stdout",   "message",           "rawOutput"};
    struct list list = package_lines(arena, task->output);

    for (size_t i = 0; i < COUNT_OF(names) && list.count == 0; i++) {
        struct text value = json_peek_member(arena, task->result.text, names[i]);
        list = is_array(value) ? packages_in(arena, value)
                               : package_lines(arena, json_peek_text(arena, value));
    }
    return list;
}

/* Why a task that has ended tells nothing. */
static struct text error_of(struct arena *arena, const struct task_row *task)
{
    struct text output = text_trim(task->output);
    struct text error =
        text_trim(json_peek_text(arena, json_peek_member(arena, task->result.text, "error")));

    if (output.size > 0)
        return output;
    return error.size > 0 ? error : text_lit("Task did not complete successfully.");
}

static const struct text unstructured =
    TEXT_OF("Task completed without a structured package result.");

struct package_list_view package_list_of_task(struct arena *arena, const struct task_row *task)
{
    struct package_order_view order = package_order_of(arena, task);
    struct text packages = json_peek_member(arena, task->result.text, "packages");
    struct package_list_view view = {
        order.task_id, order.task_status, order.id,   order.status, order.node_id, order.operation,
        order.names,   order.purge,       order.term, {"", 0},      {0},
    };

    if (task->status.is != TASK_SUCCESS) {
        view.error = error_of(arena, task);
        return view;
    }
    if (is_array(packages)) {
        view.packages = packages_in(arena, packages);
        return view;
    }
    view.packages = packages_printed(arena, task);
    if (view.packages.count == 0) {
        view.task_status = (struct enum_value){TASK_FAILED};
        view.error = unstructured;
    }
    return view;
}

static struct list found_in(struct arena *arena, struct text array)
{
    struct list packages = packages_in(arena, array);
    const struct package_view *from = packages.items;
    struct found_package_view *found = arena_array(arena, packages.count + 1, sizeof(*found));

    for (size_t i = 0; i < packages.count; i++)
        found[i] = (struct found_package_view){from[i].name, from[i].version, from[i].description};
    return (struct list){found, packages.count};
}

struct package_search_view package_search_of_task(struct arena *arena, const struct task_row *task)
{
    struct package_order_view order = package_order_of(arena, task);
    struct text results = json_peek_member(arena, task->result.text, "results");
    struct package_search_view view = {
        order.task_id, order.task_status, order.id,   order.status, order.node_id, order.operation,
        order.names,   order.purge,       order.term, {"", 0},      {0},
    };

    if (!is_array(results))
        results = json_peek_member(arena, task->result.text, "packages");
    if (task->status.is != TASK_SUCCESS) {
        view.error = error_of(arena, task);
    } else if (is_array(results)) {
        view.results = found_in(arena, results);
    } else {
        view.task_status = (struct enum_value){TASK_FAILED};
        view.error = unstructured;
    }
    return view;
}
