/*
 * Statements of resources, put together from their declarations. Every name in them is ours; every
 * value is bound.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/resource_sql.h"

#include "core/base/must.h"

#include <string.h>

enum { LONGEST_STATEMENT = 64 << 10, LONGEST_NAME = 512, LONGEST_USUAL_PAGE = 100 };

struct writing {
    const struct resource *resource;
    const struct shape *shape;
    const struct resource_input *input;
    const char *table;
    struct buf text;
    struct buf name; /* "tasks workspace status after" */
    bool has_condition;
};

static bool is_given(const struct writing *w, const struct field *field)
{
    const void *value = field_at(field, w->input);

    if (field_is_absent(field, w->input))
        return false;
    return field->kind != KIND_TEXT || ((const struct text *)value)->size > 0;
}

static void note(struct writing *w, const char *what)
{
    buf_printf(&w->name, " %s", what);
}

/* "where", and from then on "and". */
static void begin_condition(struct writing *w)
{
    buf_add_c(&w->text, w->has_condition ? "\n    and " : "\nwhere ");
    w->has_condition = true;
}

static const char *scope_column(const struct resource *resource)
{
    return resource->scope_column == NULL ? "workspace_id" : resource->scope_column;
}

/* What a row of a workspace must fulfil, where no memberships are walked (they are for lists). */
static void add_workspace(struct writing *w, const struct resource *resource)
{
    const char *table = resource->table->name;
    const char *column = scope_column(resource);

    if (uuid_is_present(w->input->workspace_id)) {
        begin_condition(w);
        buf_printf(&w->text, "%s.%s = :workspace_id", table, column);
        note(w, "workspace");
    } else if (uuid_is_present(w->input->member_id)) {
        begin_condition(w);
        buf_printf(
            &w->text, "%s.%s in (select workspace_id from memberships where user_id = :member_id)",
            table, column);
        note(w, "member");
    } else {
        must(opt_bool_is_true(w->input->sees_all)); /* nobody may forget who asks */
    }
}

/* The row's parent is the one of the path, and one that the caller may read. */
static void add_parent(struct writing *w)
{
    const struct resource *parent = w->resource->parent;
    const char *id = resource_id_parameter(parent);

    begin_condition(w);
    buf_printf(&w->text, "%s.%s = :%s", w->table, scope_column(w->resource), id);
    begin_condition(w);
    buf_printf(
        &w->text, "exists (select from %s where %s.id = :%s", parent->table->name,
        parent->table->name, id);
    add_workspace(w, parent);
    buf_add_char(&w->text, ')');
}

static void add_scope(struct writing *w, bool walks_memberships)
{
    if (w->resource->where != NULL) {
        begin_condition(w);
        buf_add_c(&w->text, w->resource->where);
    }
    switch (w->resource->scope) {
    case SCOPE_WORKSPACE:
        if (walks_memberships) {
            begin_condition(w);
            buf_printf(&w->text, "%s.%s = own.workspace_id", w->table, scope_column(w->resource));
        } else {
            add_workspace(w, w->resource);
        }
        break;
    case SCOPE_PARENT:
        add_parent(w);
        break;
    case SCOPE_CALLER: /* by the id, which is the caller's */
    case SCOPE_PLATFORM:
        break;
    case SCOPE_UNDECLARED:
        must_fail(__FILE__, __LINE__, "a scope");
    }
}

static bool walks_memberships(const struct writing *w)
{
    return w->resource->scope == SCOPE_WORKSPACE && !uuid_is_present(w->input->workspace_id) &&
           uuid_is_present(w->input->member_id);
}

/* The filter whose values are searched before its rows, or NULL. */
static const struct filter *filter_by_values(const struct writing *w, size_t *out_index)
{
    for (size_t i = 0; i < resource_filter_count(w->resource); i++) {
        *out_index = i;
        if (w->resource->filters[i].has_few_values &&
            is_given(w, resource_filter_field(w->resource, w->shape, i)))
            return &w->resource->filters[i];
    }
    return NULL;
}

static void add_contains(struct writing *w, const struct filter *filter, size_t n)
{
    const char *column = resource_filter_column(filter);
    const char *pattern = resource_pattern_field(w->shape, n)->name;

    if (filter->id_column != NULL && is_given(w, resource_value_id_field(w->shape, n))) {
        buf_printf(
            &w->text, "%s.%s = :%s", w->table, filter->id_column,
            resource_value_id_field(w->shape, n)->name);
        note(w, "id");
    } else if (filter->has_few_values) {
        buf_printf(&w->text, "%s.%s = few.value", w->table, column);
    } else if (filter->second_column != NULL) {
        buf_printf(
            &w->text, "(%s.%s ilike :%s or %s.%s ilike :%s)", w->table, column, pattern, w->table,
            filter->second_column, pattern);
    } else {
        buf_printf(&w->text, "%s.%s ilike :%s", w->table, column, pattern);
    }
}

static void add_filter(struct writing *w, size_t n)
{
    const struct filter *filter = &w->resource->filters[n];
    const struct field *field = resource_filter_field(w->resource, w->shape, n);
    const char *column = resource_filter_column(filter);

    begin_condition(w);
    note(w, filter->name);
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
        add_contains(w, filter, n);
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
static bool includes_all(const struct writing *w)
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
static bool has_own_index(const struct writing *w)
{
    for (size_t i = 0; i < resource_filter_count(w->resource); i++) {
        const struct filter *filter = &w->resource->filters[i];
        bool is_own = filter->comparison == FILTER_EQUAL || filter->has_few_values;
        if (is_own && is_given(w, resource_filter_field(w->resource, w->shape, i)))
            return true;
    }
    return false;
}

static void add_filters(struct writing *w)
{
    for (size_t i = 0; i < resource_filter_count(w->resource); i++) {
        bool is_always = w->resource->filters[i].comparison == FILTER_INCLUDES;
        if (is_always || is_given(w, resource_filter_field(w->resource, w->shape, i)))
            add_filter(w, i);
    }
    if (resource_filter_count(w->resource) > 0 && !has_own_index(w)) {
        begin_condition(w);
        buf_printf(&w->text, "%s." TABLE_UNFILTERED, w->table);
    }
}

/* "(a, b) < (:cursor_1, :cursor_2)": PostgreSQL finds the place in an index. */
static void add_cursor_tuple(struct writing *w, int direction)
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
static void add_cursor_steps(struct writing *w)
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

static void add_cursor(struct writing *w)
{
    int direction = resource_direction(w->resource);
    const struct field *last =
        resource_cursor_field(w->shape, resource_order_count(w->resource) - 1);

    if (uuid_is_present(w->input->after_id))
        note(w, "after row");
    else if (is_given(w, last))
        note(w, "after");
    else
        return;
    begin_condition(w);
    if (direction != 0)
        add_cursor_tuple(w, direction);
    else
        add_cursor_steps(w);
}

static void add_order(struct writing *w)
{
    buf_add_c(&w->text, "\norder by ");
    for (size_t i = 0; i < resource_order_count(w->resource); i++) {
        const struct order *order = &w->resource->order[i];
        buf_printf(
            &w->text, "%s%s.%s%s", i == 0 ? "" : ", ", w->table, order->column,
            order->is_descending ? " desc" : "");
    }
}

static bool has_offset(const struct writing *w)
{
    return w->input->offset > 0;
}

static void add_inner_limit(struct writing *w)
{
    add_order(w);
    if (has_offset(w))
        buf_add_c(&w->text, "\nlimit :limit + :offset");
    else
        buf_printf(&w->text, "\nlimit %lld", (long long)w->resource->limit.most);
}

static void add_rows(struct writing *w)
{
    w->has_condition = false;
    buf_add_c(&w->text, "select ");
    table_print_columns(w->resource->table, w->table, &w->text);
    buf_printf(&w->text, "\nfrom %s", w->table);
    add_scope(w, walks_memberships(w));
    add_filters(w);
    add_cursor(w);
    add_inner_limit(w);
}

/* The values of a column, found one after the other in its index, that contain the text. */
static void add_values(struct writing *w, const struct filter *filter, size_t n)
{
    const char *column = resource_filter_column(filter);

    buf_add_c(&w->text, "with recursive known(value) as (\n(");
    for (int step = 0; step < 2; step++) {
        buf_printf(&w->text, "select %s.%s from %s", w->table, column, w->table);
        w->has_condition = false;
        add_scope(w, walks_memberships(w));
        if (step > 0) {
            begin_condition(w);
            buf_printf(&w->text, "%s.%s > known.value", w->table, column);
        }
        buf_printf(&w->text, "\norder by %s.%s\nlimit 1)", w->table, column);
        if (step == 0)
            buf_add_c(&w->text, "\nunion all\nselect (");
    }
    buf_printf(
        &w->text,
        "\nfrom known\nwhere known.value is not null)\n"
        "select known.value\nfrom known\nwhere known.value ilike :%s",
        resource_pattern_field(w->shape, n)->name);
}

/* The rows of a page: as they stand in the table, or gathered from memberships or
 * values. */
static void add_page(struct writing *w)
{
    size_t n = 0;
    const struct filter *by_values = filter_by_values(w, &n);
    bool is_gathered = walks_memberships(w) || includes_all(w) || by_values != NULL;

    if (!is_gathered) {
        add_rows(w);
        return;
    }
    buf_add_c(&w->text, "select ");
    table_print_columns(w->resource->table, w->table, &w->text);
    buf_add_c(&w->text, "\nfrom ");
    if (walks_memberships(w)) {
        buf_add_c(
            &w->text, "(select workspace_id from memberships where user_id = :member_id) own\n"
                      "cross join lateral ");
        note(w, "member");
    }
    if (includes_all(w)) {
        buf_add_c(&w->text, "(values (false), (true)) either(value)\ncross join lateral ");
        note(w, "all");
    }
    if (by_values != NULL) {
        buf_add_char(&w->text, '(');
        add_values(w, by_values, n);
        buf_add_c(&w->text, ") few\ncross join lateral ");
    }
    buf_add_char(&w->text, '(');
    add_rows(w);
    buf_printf(&w->text, ") %s", w->table);
    add_inner_limit(w);
}

static const char *own_sql(const struct resource *resource, const char *name)
{
    const struct view_column *own = resource->columns;

    for (; own != NULL && own->name != NULL; own++) {
        if (strcmp(own->name, name) == 0)
            return own->sql;
    }
    return NULL;
}

static void add_view(struct writing *w)
{
    const struct shape *view = resource_view(w->resource);

    buf_add_c(&w->text, "select ");
    for (size_t i = 0; i < shape_count(view); i++) {
        const char *name = shape_field_at(view, i)->name;
        const char *sql = own_sql(w->resource, name);
        buf_add_c(&w->text, i == 0 ? "" : ", ");
        if (sql != NULL)
            buf_printf(&w->text, "%s as %s", sql, name);
        else
            buf_printf(&w->text, "%s.%s", w->table, name);
    }
    buf_add_c(&w->text, "\nfrom ");
}

static void add_joins(struct writing *w)
{
    if (w->resource->joins != NULL)
        buf_printf(&w->text, "\n%s", w->resource->joins);
}

static void begin(struct writing *w)
{
    w->table = w->resource->table->name;
    buf_init(&w->text, LONGEST_STATEMENT);
    buf_init(&w->name, LONGEST_NAME);
    buf_add_c(&w->name, w->resource->name);
}

static struct sql end(struct writing *w, struct arena *arena)
{
    struct sql sql = {
        .name = text_copy(arena, buf_text(&w->name)).data,
        .text = text_copy(arena, buf_text(&w->text)).data,
        .params = w->shape,
        .row = resource_view(w->resource),
    };

    must(!buf_is_full(&w->text) && !buf_is_full(&w->name));
    buf_fini(&w->text);
    buf_fini(&w->name);
    return sql;
}

/* A plan for a search depends on what is searched for, and one for a list that is answered whole on
 * how long it is. */
static bool depends_on_values(const struct writing *w)
{
    if (w->resource->limit.most > LONGEST_USUAL_PAGE)
        return true;
    for (size_t i = 0; i < resource_filter_count(w->resource); i++) {
        if (w->resource->filters[i].comparison == FILTER_CONTAINS &&
            is_given(w, resource_filter_field(w->resource, w->shape, i)))
            return true;
    }
    return false;
}

struct sql resource_list_sql(
    const struct resource *resource,
    const struct shape *shape,
    const void *input,
    struct arena *arena)
{
    struct writing w = {.resource = resource, .shape = shape, .input = input};
    struct sql sql;

    begin(&w);
    add_view(&w);
    buf_add_char(&w.text, '(');
    add_page(&w);
    buf_printf(&w.text, ") %s", w.table);
    add_joins(&w);
    add_order(&w);
    buf_add_c(&w.text, "\nlimit :limit");
    if (has_offset(&w)) {
        buf_add_c(&w.text, " offset :offset");
        note(&w, "offset");
    }
    note(&w, "list");
    sql = end(&w, arena);
    sql.is_planned_by_values = depends_on_values(&w);
    return sql;
}

static void add_from(struct writing *w)
{
    add_view(w);
    buf_add_c(&w->text, w->table);
    add_joins(w);
    begin_condition(w);
}

struct sql resource_row_sql(
    const struct resource *resource,
    const struct shape *shape,
    const void *input,
    struct arena *arena)
{
    struct writing w = {.resource = resource, .shape = shape, .input = input};

    begin(&w);
    add_from(&w);
    buf_printf(&w.text, "%s.id = :%s", w.table, resource_id_parameter(resource));
    add_scope(&w, false);
    note(&w, "row");
    return end(&w, arena);
}

struct sql resource_rows_sql(
    const struct resource *resource,
    const struct shape *shape,
    const void *input,
    struct arena *arena)
{
    struct writing w = {.resource = resource, .shape = shape, .input = input};

    begin(&w);
    add_from(&w);
    buf_printf(&w.text, "%s.id = any(:ids)", w.table);
    add_scope(&w, false);
    buf_printf(&w.text, "\norder by %s.id", w.table);
    note(&w, "rows");
    return end(&w, arena);
}

/* Fills the input so that every predicate of the list is asked for. */
static void ask_everything(
    const struct resource *resource, const struct shape *shape, struct resource_input *input)
{
    for (size_t i = 0; i < shape->count; i++) {
        const struct field *field = &shape->fields[i];
        if (field->kind == KIND_TEXT)
            *(struct text *)field_in(field, input) = text_lit("x");
        else if (field->kind != KIND_LIST)
            memset(field_in(field, input), 1, field->size);
    }
    for (size_t i = 0; i < resource_filter_count(resource); i++) {
        if (resource->filters[i].comparison == FILTER_CONTAINS)
            *(struct uuid *)field_in(resource_value_id_field(shape, i), input) = UUID_NONE;
    }
    input->offset = 0;
    input->after_id = UUID_NONE;
    input->sees_all = OPT_FALSE;
}

static void describe_parameters(const struct shape *shape, struct buf *out)
{
    buf_add_c(out, "\n| Parameter | Meaning |\n|---|---|\n");
    for (size_t i = 0; i < shape->count; i++) {
        const struct field *field = &shape->fields[i];
        char name[64];
        if ((field->flags & SERVER_SET) != 0)
            continue;
        field_json_name(field, name);
        buf_printf(out, "| `%s` | %s |\n", name, field->doc);
    }
}

static const char *scope_sentence(const struct resource *resource)
{
    switch (resource->scope) {
    case SCOPE_WORKSPACE:
        return "Rows of the workspace in the path; without one, of the caller's workspaces, or of "
               "all for platform admins.";
    case SCOPE_PARENT:
        return "Rows of the parent in the path, where the caller may read that.";
    case SCOPE_CALLER:
        return "The caller's own row.";
    case SCOPE_PLATFORM:
        return "All rows, for platform admins.";
    case SCOPE_UNDECLARED:
        break;
    }
    return "";
}

void resource_describe(const struct resource *resource, struct buf *out)
{
    AUTO_ARENA arena = arena_new(1 << 20);
    const struct shape *shape = resource_input_shape(resource, true, arena);
    struct resource_input *input = arena_take(arena, shape->size);

    buf_printf(out, "\n## %s\n\n%s\n", resource->name, scope_sentence(resource));
    if (resource_order_count(resource) == 0)
        return;
    describe_parameters(shape, out);
    ask_everything(resource, shape, input);
    buf_printf(out, "\n```sql\n%s\n```\n", resource_list_sql(resource, shape, input, arena).text);
}
