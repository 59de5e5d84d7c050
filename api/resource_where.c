/*
 * The conditions of a resource's statements: whose rows, which of them, from where on. This is where
 * a scope becomes SQL.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/resource_internal.h"
#include "core/base/must.h"

bool resource_is_given(const struct resource_writing *w, const struct field *field)
{
    const void *value = field_at(field, w->input);

    if (field_is_absent(field, w->input))
        return false;
    return field->kind != KIND_TEXT || ((const struct text *)value)->size > 0;
}

void resource_note(struct resource_writing *w, const char *what)
{
    buf_printf(&w->name, " %s", what);
}

/* "where", and from then on "and". */
void resource_begin_condition(struct resource_writing *w)
{
    buf_add_c(&w->text, w->has_condition ? "\n    and " : "\nwhere ");
    w->has_condition = true;
}

static const char *scope_column(const struct resource *resource)
{
    return resource->scope_column == NULL ? "workspace_id" : resource->scope_column;
}

const char *resource_own_workspaces(const struct resource *resource)
{
    return text_is(text_from(scope_column(resource)), "id") ? OWN_WORKSPACES : OPEN_WORKSPACES;
}

/* Platform admins without a second factor: what is shut to them is left out, but for the workspaces themselves. Which are
 * shut is asked once: asked of each row, PostgreSQL would take care to look at few rows, and read an index for that. */
static void add_open(struct resource_writing *w, const struct resource *resource)
{
    const char *column = scope_column(resource);

    if (!opt_bool_is_true(w->input->has_no_factor) || text_is(text_from(column), "id"))
        return;
    resource_begin_condition(w);
    buf_printf(
        &w->text,
        "not coalesce(%s.%s in (select id from workspaces where second_factor_required), false)",
        resource->table->name, column);
    resource_note(w, "open");
}

/* What a row of a workspace must fulfil, where no memberships are walked (they are for lists). */
static void add_workspace(struct resource_writing *w, const struct resource *resource)
{
    const char *table = resource->table->name;
    const char *column = scope_column(resource);

    if (uuid_is_present(w->input->workspace_id)) {
        resource_begin_condition(w);
        buf_printf(&w->text, "%s.%s = :workspace_id", table, column);
        resource_note(w, "workspace");
    } else if (uuid_is_present(w->input->member_id)) {
        resource_begin_condition(w);
        buf_printf(&w->text, "%s.%s in (%s)", table, column, resource_own_workspaces(resource));
        resource_note(w, "member");
    } else {
        must(opt_bool_is_true(w->input->sees_all)); /* nobody may forget who asks */
        if (resource->scope_column == NULL) {
            resource_begin_condition(w);
            buf_add_c(&w->text, TABLE_OF_ALL("workspace_id"));
        }
        add_open(w, resource);
    }
}

/* The row's parent is the one of the path, and one that the caller may read. */
static void add_parent(struct resource_writing *w)
{
    const struct resource *parent = w->resource->parent;
    const char *id = resource_id_parameter(parent);

    resource_begin_condition(w);
    buf_printf(&w->text, "%s.%s = :%s", w->table, scope_column(w->resource), id);
    resource_begin_condition(w);
    buf_printf(
        &w->text, "exists (select from %s where %s.id = :%s", parent->table->name,
        parent->table->name, id);
    if (parent->scope == SCOPE_WORKSPACE)
        add_workspace(w, parent);
    buf_add_char(&w->text, ')');
}

void resource_add_scope(struct resource_writing *w, bool walks_memberships)
{
    if (w->resource->where != NULL) {
        resource_begin_condition(w);
        buf_add_c(&w->text, w->resource->where);
    }
    switch (w->resource->scope) {
    case SCOPE_WORKSPACE:
        if (walks_memberships) {
            resource_begin_condition(w);
            buf_printf(&w->text, "%s.%s = own.workspace_id", w->table, scope_column(w->resource));
        } else {
            add_workspace(w, w->resource);
        }
        break;
    case SCOPE_PARENT:
        add_parent(w);
        break;
    case SCOPE_CALLER:
        if (w->resource->scope_column == NULL)
            break; /* by the id, which is the caller's */
        resource_begin_condition(w);
        buf_printf(&w->text, "%s.%s = :member_id", w->table, scope_column(w->resource));
        break;
    case SCOPE_PLATFORM:
        break;
    case SCOPE_UNDECLARED:
        must_fail(__FILE__, __LINE__, "a scope");
    }
}

bool resource_walks_memberships(const struct resource_writing *w)
{
    return w->resource->scope == SCOPE_WORKSPACE && !uuid_is_present(w->input->workspace_id) &&
           uuid_is_present(w->input->member_id);
}

const char *resource_pattern(const struct resource_writing *w, const struct filter *filter)
{
    return resource_pattern_field(w->shape, (size_t)(filter - w->resource->filters))->name;
}

/* Is what is searched for an id? */
static bool is_by_id(const struct resource_writing *w, size_t n)
{
    return w->resource->filters[n].id_column != NULL &&
           resource_is_given(w, resource_value_id_field(w->shape, n));
}

static bool is_searched(const struct resource_writing *w, size_t n)
{
    return resource_is_given(w, resource_filter_field(w->resource, w->shape, n)) && !is_by_id(w, n);
}

const struct filter *resource_filter_of_few_values(const struct resource_writing *w)
{
    for (size_t i = 0; i < resource_filter_count(w->resource); i++) {
        if (w->resource->filters[i].has_few_values && is_searched(w, i))
            return &w->resource->filters[i];
    }
    return NULL;
}

const struct filter *resource_filter_of_found_values(const struct resource_writing *w)
{
    for (size_t i = 0; i < resource_filter_count(w->resource); i++) {
        if (w->resource->filters[i].values != NULL && is_searched(w, i))
            return &w->resource->filters[i];
    }
    return NULL;
}

const struct filter *resource_filter_of_rows(const struct resource_writing *w)
{
    for (size_t i = 0; i < resource_filter_count(w->resource); i++) {
        const struct filter *filter = &w->resource->filters[i];
        if (filter_is_search(filter) && !filter->has_few_values && filter->values == NULL &&
            is_searched(w, i))
            return filter;
    }
    return NULL;
}

/* What PostgreSQL guesses of a text from a sample of the rows could make it read them all: it is not
 * told the text, unless the column has few values. */
static void add_like(struct resource_writing *w, const struct filter *filter)
{
    buf_printf(
        &w->text, filter->has_few_values ? "%s.%s like :%s" : "%s.%s like (select :%s)", w->table,
        resource_filter_column(filter), resource_pattern(w, filter));
}

static void add_contains(struct resource_writing *w, size_t n)
{
    const struct filter *filter = &w->resource->filters[n];
    const char *column = resource_filter_column(filter);

    if (is_by_id(w, n)) {
        buf_printf(
            &w->text, "%s.%s = :%s", w->table, filter->id_column,
            resource_value_id_field(w->shape, n)->name);
        resource_note(w, "id");
    } else if (filter == w->by_values) {
        if (filter->values != NULL)
            buf_printf(&w->text, "%s.%s = few.id and ", w->table, filter->id_column);
        buf_printf(&w->text, "%s.%s = few.value", w->table, column);
    } else {
        add_like(w, filter);
    }
}

/* Nothing is guessed of its words either. The index is of rows that have any, as all have that it is asked for; other
 * statements do not say so, and cannot use it to find the rows of a workspace. */
static void add_selects(struct resource_writing *w, const struct filter *filter)
{
    buf_printf(
        &w->text, "%s.%s @@ (select :%s::tsquery)", w->table, filter->set_column,
        resource_pattern(w, filter));
    if (filter == resource_filter_of_rows(w))
        buf_printf(&w->text, " and %s.%s <> ''", w->table, resource_filter_column(filter));
}

static void add_filter(struct resource_writing *w, size_t n)
{
    const struct filter *filter = &w->resource->filters[n];
    const struct field *field = resource_filter_field(w->resource, w->shape, n);
    const char *column = resource_filter_column(filter);

    resource_begin_condition(w);
    resource_note(w, filter->name);
    switch (filter->comparison) {
    case FILTER_EQUAL:
        buf_printf(&w->text, "%s.%s = :%s", w->table, column, field->name);
        break;
    case FILTER_AT_LEAST:
        buf_printf(&w->text, "%s.%s >= :%s", w->table, column, field->name);
        break;
    case FILTER_AT_MOST:
        buf_printf(&w->text, "%s.%s <= :%s", w->table, column, field->name);
        break;
    case FILTER_CONTAINS:
        add_contains(w, n);
        break;
    case FILTER_SELECTS:
        add_selects(w, filter);
        break;
    case FILTER_INCLUDES:
        if (opt_bool_is_true(*(const struct opt_bool *)field_at(field, w->input)))
            buf_printf(&w->text, "%s.%s = either.value", w->table, column);
        else
            buf_printf(&w->text, "not %s.%s", w->table, column);
        break;
    }
}

/* Those that are left out unless they are asked for, too, are read beside the others: an index is
 * in the order of the list for each of both only. */
bool resource_includes_all(const struct resource_writing *w)
{
    for (size_t i = 0; i < resource_filter_count(w->resource); i++) {
        const struct field *field = resource_filter_field(w->resource, w->shape, i);
        if (w->resource->filters[i].comparison == FILTER_INCLUDES &&
            opt_bool_is_true(*(const struct opt_bool *)field_at(field, w->input)))
            return true;
    }
    return false;
}

/* Is there an index of its own for what is asked? */
static bool has_own_index(const struct resource_writing *w)
{
    for (size_t i = 0; i < resource_filter_count(w->resource); i++) {
        const struct filter *filter = &w->resource->filters[i];
        bool is_own = filter->comparison == FILTER_EQUAL || filter == w->by_values ||
                      (filter->comparison == FILTER_CONTAINS && is_by_id(w, i));
        if (is_own && resource_is_given(w, resource_filter_field(w->resource, w->shape, i)))
            return true;
    }
    return false;
}

void resource_add_filters(struct resource_writing *w)
{
    for (size_t i = 0; i < resource_filter_count(w->resource); i++) {
        bool is_always = w->resource->filters[i].comparison == FILTER_INCLUDES;
        if (&w->resource->filters[i] == w->left_out)
            continue;
        if (is_always || resource_is_given(w, resource_filter_field(w->resource, w->shape, i)))
            add_filter(w, i);
    }
    if (resource_filter_count(w->resource) > 0 && !has_own_index(w)) {
        resource_begin_condition(w);
        buf_printf(&w->text, "%s." TABLE_UNFILTERED, w->table);
    }
}

/* "(a, b) < (:cursor_1, :cursor_2)": PostgreSQL finds the place in an index. */
static void add_cursor_tuple(struct resource_writing *w, int direction)
{
    size_t count = resource_order_count(w->resource);

    buf_add_char(&w->text, '(');
    for (size_t i = 0; i < count; i++)
        buf_printf(&w->text, "%s%s.%s", i == 0 ? "" : ", ", w->table, w->resource->order[i].column);
    buf_printf(&w->text, ") %c (", direction < 0 ? '<' : '>');
    for (size_t i = 0; i < count; i++) {
        buf_add_c(&w->text, i == 0 ? "" : ", ");
        if (uuid_is_present(w->input->after_id))
            buf_printf(
                &w->text, "(select a.%s from %s a where a.id = :after_id)",
                w->resource->order[i].column, w->table);
        else
            buf_printf(&w->text, ":%s", resource_cursor_field(w->shape, i)->name);
    }
    buf_add_char(&w->text, ')');
}

/* An order of both directions has no tuple: a > x or (a = x and (b < y or …)). */
static void add_cursor_steps(struct resource_writing *w)
{
    size_t count = resource_order_count(w->resource);

    for (size_t i = 0; i < count; i++) {
        const struct order *order = &w->resource->order[i];
        const char *value = resource_cursor_field(w->shape, i)->name;
        buf_printf(
            &w->text, "(%s.%s %c :%s", w->table, order->column, order->is_descending ? '<' : '>',
            value);
        if (i + 1 < count)
            buf_printf(&w->text, " or %s.%s = :%s and ", w->table, order->column, value);
    }
    for (size_t i = 0; i < count; i++)
        buf_add_char(&w->text, ')');
}

void resource_add_cursor(struct resource_writing *w)
{
    int direction = resource_direction(w->resource);
    const struct field *last =
        resource_cursor_field(w->shape, resource_order_count(w->resource) - 1);

    if (uuid_is_present(w->input->after_id))
        resource_note(w, "after row");
    else if (resource_is_given(w, last))
        resource_note(w, "after");
    else
        return;
    resource_begin_condition(w);
    if (direction != 0)
        add_cursor_tuple(w, direction);
    else
        add_cursor_steps(w);
}
