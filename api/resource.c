/*
 * What follows from the declaration of a resource: the shape of its input, and whether it says all
 * that it must.
 *
 *   struct resource_input │ value, pattern, id of each filter │ cursor's value of each order column
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/resource.h"

#include "core/base/must.h"

#include <string.h>

enum {
    SLOT = sizeof(struct text), /* enough for a value of any kind that a filter can have */
    FILTERS_AT = sizeof(struct resource_input),
    CURSOR_AT = FILTERS_AT + MOST_FILTERS * 3 * SLOT,
    INPUT_SIZE = CURSOR_AT + MOST_ORDER * SLOT,
    MOST_FIELDS = 10 + 3 * MOST_FILTERS + MOST_ORDER,
    LONGEST_CURSOR = 1000
};

/* Names of the fields that no caller gives; prepared statements keep them. */
static const char *const pattern_names[MOST_FILTERS] = {
    "pattern_1", "pattern_2", "pattern_3", "pattern_4",  "pattern_5",  "pattern_6",
    "pattern_7", "pattern_8", "pattern_9", "pattern_10", "pattern_11", "pattern_12"};
static const char *const value_id_names[MOST_FILTERS] = {
    "value_id_1", "value_id_2", "value_id_3", "value_id_4",  "value_id_5",  "value_id_6",
    "value_id_7", "value_id_8", "value_id_9", "value_id_10", "value_id_11", "value_id_12"};
static const char *const cursor_names[MOST_ORDER] = {
    "cursor_1", "cursor_2", "cursor_3", "cursor_4", "cursor_5"};

static const struct field workspace_id_field = {
    UUID(resource_input, workspace_id), .flags = FROM_PATH, .doc = "Id of the workspace."};
static const struct field id_field = {
    UUID(resource_input, id), .flags = FROM_PATH, .doc = "Id of the row."};
static const struct field parent_id_field = {
    UUID(resource_input, parent_id), .flags = FROM_PATH, .doc = "Id of the parent."};
static const struct field limit_field = {
    INT64(resource_input, limit), .flags = HAS_FALLBACK, .min = 1, .doc = "Most rows to answer."};
static const struct field offset_field = {
    INT64(resource_input, offset), .flags = HAS_FALLBACK, .min = 0, .fallback = 0,
    .doc = "Rows to skip; not together with after."};
static const struct field after_field = {
    TEXT(resource_input, after), .flags = ONE_LINE, .max = LONGEST_CURSOR,
    .doc = "Cursor of the page before, from the Link header of its answer."};
static const struct field follow_field = {
    BOOL(resource_input, follow), .flags = HAS_FALLBACK, .fallback = 2,
    .doc = "Whether to go on with what is added, as server-sent events."};
static const struct field set_fields[] = {
    {UUID(resource_input, member_id), .flags = SERVER_SET, .doc = "Whose workspaces are read."},
    {BOOL(resource_input, sees_all), .flags = SERVER_SET, .doc = "Whether all workspaces are."},
    {BOOL(resource_input, has_no_factor), .flags = SERVER_SET,
     .doc = "Whether those of all that require a second factor are left out."},
    {LIST_OF(resource_input, ids, KIND_UUID), .flags = SERVER_SET, .doc = "Rows to read."},
    {UUID(resource_input, after_id), .flags = SERVER_SET, .doc = "Row that the page follows."},
};

const struct field *resource_column(const struct resource *resource, const char *column)
{
    const struct field *field = shape_field(resource->table->shape, text_from(column));

    return field != NULL && strcmp(field->name, column) == 0 ? field : NULL;
}

const char *resource_filter_column(const struct filter *filter)
{
    return filter->column == NULL ? filter->name : filter->column;
}

const char *resource_id_parameter(const struct resource *resource)
{
    return resource->id_parameter == NULL ? "id" : resource->id_parameter;
}

size_t resource_filter_count(const struct resource *resource)
{
    size_t count = 0;

    while (resource->filters != NULL && resource->filters[count].name != NULL)
        count++;
    return count;
}

size_t resource_order_count(const struct resource *resource)
{
    size_t count = 0;

    while (resource->order[count].column != NULL)
        count++;
    return count;
}

int resource_direction(const struct resource *resource)
{
    size_t count = resource_order_count(resource);
    size_t descending = 0;

    for (size_t i = 0; i < count; i++)
        descending += resource->order[i].is_descending ? 1 : 0;
    return descending == 0 ? 1 : descending == count ? -1 : 0;
}

bool resource_is_of_workspaces(const struct resource *resource)
{
    const struct resource *decides = resource->scope == SCOPE_PARENT ? resource->parent : resource;

    return decides->scope == SCOPE_WORKSPACE;
}

const struct shape *resource_view(const struct resource *resource)
{
    return resource->view == NULL ? resource->table->shape : resource->view;
}

/* A shape that is being made. */
struct making {
    struct field *fields;
    size_t count;
};

static struct field *add(struct making *making, const struct field *field)
{
    must(field != NULL && making->count < MOST_FIELDS);
    making->fields[making->count] = *field;
    return &making->fields[making->count++];
}

static size_t filter_at(size_t n, size_t slot)
{
    return FILTERS_AT + (3 * n + slot) * SLOT;
}

static struct field value_field(const struct resource *resource, size_t n)
{
    const struct filter *filter = &resource->filters[n];
    const struct field *column = resource_column(resource, resource_filter_column(filter));
    struct field field;

    must(column != NULL);
    field = (struct field){
        .name = filter->name,
        .kind = filter_is_search(filter) ? KIND_TEXT : column->kind,
        .offset = (uint32_t)filter_at(n, 0),
        .size = filter_is_search(filter) ? (uint32_t)sizeof(struct text) : column->size,
        .flags = ONE_LINE | (filter->is_trimmed ? TRIM : 0),
        .max = filter->max,
        .names = column->names,
        .doc = filter->doc,
    };

    if (filter->comparison == FILTER_AT_MOST)
        field.flags |= TO_ITS_END;
    if (filter->comparison == FILTER_INCLUDES) {
        field.flags |= HAS_FALLBACK;
        field.fallback = OPT_FALSE.is;
    }
    return field;
}

static void add_filters(struct making *making, const struct resource *resource)
{
    for (size_t i = 0; i < resource_filter_count(resource); i++) {
        struct field value = value_field(resource, i);
        struct field pattern = value;
        struct field id = set_fields[0];
        add(making, &value);
        if (!filter_is_search(&resource->filters[i]))
            continue;
        pattern.name = pattern_names[i];
        pattern.offset = (uint32_t)filter_at(i, 1);
        pattern.flags = SERVER_SET;
        add(making, &pattern);
        id.name = value_id_names[i];
        id.offset = (uint32_t)filter_at(i, 2);
        add(making, &id);
    }
}

static void add_page(struct making *making, const struct resource *resource)
{
    struct field *limit = add(making, &limit_field);

    limit->max = resource->limit.most;
    limit->fallback = resource->limit.usual;
    limit->flags |= resource->limit.is_refused ? 0 : CLAMP;
    if (!resource->has_no_offset)
        add(making, &offset_field);
    add(making, &after_field);
    if (resource->is_over != NULL)
        add(making, &follow_field);
    for (size_t i = 0; i < resource_order_count(resource); i++) {
        struct field *value = add(making, resource_column(resource, resource->order[i].column));
        value->name = cursor_names[i];
        value->offset = (uint32_t)(CURSOR_AT + i * SLOT);
        value->flags = SERVER_SET;
    }
}

bool resource_is_caller(const struct resource *resource)
{
    return resource->scope == SCOPE_CALLER && resource->scope_column == NULL;
}

static void add_path(struct making *making, const struct resource *resource, bool is_list)
{
    if (resource_is_of_workspaces(resource))
        add(making, &workspace_id_field);
    if (resource->scope == SCOPE_PARENT) {
        struct field *parent = add(making, &parent_id_field);
        parent->name = resource_id_parameter(resource->parent);
        parent->doc = shape_field_at(resource->parent->table->shape, 0)->doc;
    }
    if (!is_list && !(resource_is_of_workspaces(resource) &&
                      strcmp(resource_id_parameter(resource), workspace_id_field.name) == 0)) {
        struct field *id = add(making, &id_field);
        id->name = resource_id_parameter(resource);
        id->doc = shape_field_at(resource->table->shape, 0)->doc;
        id->flags = resource_is_caller(resource) ? SERVER_SET : FROM_PATH;
    }
}

const struct shape *
resource_input_shape(const struct resource *resource, bool is_list, struct arena *arena)
{
    struct shape *shape = arena_one(arena, struct shape);
    struct making making = {arena_array(arena, MOST_FIELDS, sizeof(struct field)), 0};

    add_path(&making, resource, is_list);
    if (is_list)
        add_filters(&making, resource);
    if (is_list)
        add_page(&making, resource);
    for (size_t i = 0; i < COUNT_OF(set_fields); i++)
        add(&making, &set_fields[i]);
    *shape = (struct shape){
        .name = resource->name,
        .doc = resource_view(resource)->doc,
        .fields = making.fields,
        .count = making.count,
        .size = INPUT_SIZE,
    };
    return shape;
}

static const struct field *named(const struct shape *input, const char *name)
{
    const struct field *field = shape_field(input, text_from(name));

    must(field != NULL);
    return field;
}

const struct field *
resource_filter_field(const struct resource *resource, const struct shape *input, size_t n)
{
    return named(input, resource->filters[n].name);
}

const struct field *resource_pattern_field(const struct shape *input, size_t n)
{
    return named(input, pattern_names[n]);
}

const struct field *resource_value_id_field(const struct shape *input, size_t n)
{
    return named(input, value_id_names[n]);
}

const struct field *resource_cursor_field(const struct shape *input, size_t n)
{
    return named(input, cursor_names[n]);
}

static bool is_column(const struct resource *resource, const char *name)
{
    return name == NULL || resource_column(resource, name) != NULL;
}

static const char *problem_of_scope(const struct resource *resource)
{
    const char *column = resource->scope_column;

    if (resource->scope == SCOPE_UNDECLARED)
        return "does not say whose rows it is about (scope)";
    if (resource->scope == SCOPE_PARENT && (resource->parent == NULL || column == NULL))
        return "has no parent, or no column with its id";
    if (resource->scope == SCOPE_PARENT && resource->parent->scope != SCOPE_WORKSPACE &&
        resource->parent->scope != SCOPE_PLATFORM)
        return "has a parent that belongs to no workspace, and not to the platform";
    if (resource->scope == SCOPE_WORKSPACE && !is_column(resource, "workspace_id") &&
        column == NULL)
        return "has no column with its workspace";
    return is_column(resource, column) ? NULL : "has no column of its scope's name";
}

/* Values in a table of their own are those of an id's rows; they stand in columns of the same names. */
static bool can_search_values(const struct resource *resource, const struct filter *filter)
{
    const struct table *values = filter->values;

    if (values == NULL)
        return !filter->has_few_values || resource->scope != SCOPE_PARENT;
    return resource->scope != SCOPE_PARENT && filter->id_column != NULL &&
           shape_field(values->shape, text_from(filter->id_column)) != NULL &&
           shape_field(values->shape, text_from(resource_filter_column(filter))) != NULL;
}

static const char *problem_of_filter(const struct resource *resource, const struct filter *filter)
{
    const struct field *column = resource_column(resource, resource_filter_column(filter));

    if (column == NULL || !is_column(resource, filter->id_column))
        return "has a filter by what is no column";
    if (column->size > SLOT)
        return "has a filter by a column of a kind that is too large";
    if (filter->comparison == FILTER_INCLUDES && column->kind != KIND_BOOL)
        return "has a filter that includes rows by no boolean";
    if (filter->comparison == FILTER_SELECTS &&
        (column->kind != KIND_TEXT || filter->set_column == NULL))
        return "has a selector of what is no set of words";
    if (!can_search_values(resource, filter))
        return "has a search by values where that is not possible";
    return filter->doc == NULL ? "has a filter without a sentence" : NULL;
}

static const char *problem_of_order(const struct resource *resource)
{
    size_t count = resource_order_count(resource);
    const char *key = shape_field_at(resource->table->shape, 0)->name;

    if (count == 0)
        return NULL; /* it has no lists */
    if (strcmp(resource->order[count - 1].column, key) != 0)
        return "has an order that does not end with its key";
    if (resource->limit.most < 1 || resource->limit.usual > resource->limit.most)
        return "has no limit for its pages";
    for (size_t i = 0; i < count; i++) {
        const char *column = resource->order[i].column;
        if (!is_column(resource, column) ||
            shape_field(resource_view(resource), text_from(column)) == NULL)
            return "has an order by what is no column of its view";
    }
    return NULL;
}

/* Every field of the view is a column, or has its own SQL. */
static const char *problem_of_view(const struct resource *resource)
{
    const struct shape *view = resource_view(resource);

    for (size_t i = 0; i < shape_count(view); i++) {
        const struct view_column *own = resource->columns;
        const char *name = shape_field_at(view, i)->name;
        while (own != NULL && own->name != NULL && strcmp(own->name, name) != 0)
            own++;
        if ((own == NULL || own->name == NULL) && !is_column(resource, name))
            return "shows what is no column";
    }
    return NULL;
}

const char *resource_problem(const struct resource *resource)
{
    const char *problem = problem_of_scope(resource);

    if (problem == NULL)
        problem = problem_of_view(resource);
    if (problem == NULL)
        problem = problem_of_order(resource);
    if (problem == NULL && resource_filter_count(resource) > MOST_FILTERS)
        problem = "has too many filters";
    for (size_t i = 0; problem == NULL && i < resource_filter_count(resource); i++)
        problem = problem_of_filter(resource, &resource->filters[i]);
    return problem;
}
