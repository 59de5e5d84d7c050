/*
 * Statements of resources, put together from their declarations. Every name in them is ours; every
 * value is bound.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/resource_sql.h"

#include "api/resource_internal.h"
#include "core/base/must.h"

#include <string.h>

enum { LONGEST_STATEMENT = 64 << 10, LONGEST_NAME = 512, LONGEST_USUAL_PAGE = 100 };

/* Values in a table of their own, of which a page is gathered at most. */
#define MOST_VALUES "100"

/* First rows of a list that a search looks at; and how many of them must match for it to go on to
 * more of them before it asks the index. */
#define NEAR_ROWS    "400"
#define MANY_NEAR    "5"
#define FURTHER_ROWS "4000"

static void add_order(struct resource_writing *w)
{
    buf_add_c(&w->text, "\norder by ");
    for (size_t i = 0; i < resource_order_count(w->resource); i++) {
        const struct order *order = &w->resource->order[i];
        buf_printf(
            &w->text, "%s%s.%s%s", i == 0 ? "" : ", ", w->table, order->column,
            order->is_descending ? " desc" : "");
    }
}

static bool has_offset(const struct resource_writing *w)
{
    return w->input->offset > 0;
}

static bool has_search(const struct resource_writing *w, bool (*is_meant)(const struct filter *))
{
    for (size_t i = 0; i < resource_filter_count(w->resource); i++) {
        if (is_meant(&w->resource->filters[i]) &&
            resource_is_given(w, resource_filter_field(w->resource, w->shape, i)))
            return true;
    }
    return false;
}

static bool contains_text(const struct filter *filter)
{
    return filter->comparison == FILTER_CONTAINS;
}

static bool is_whole(const struct resource_writing *w)
{
    return w->resource->limit.most > LONGEST_USUAL_PAGE;
}

/* A plan for a text depends on which one is searched for, and one for a list that is answered whole on how long it is.
 * One for a selector does not: PostgreSQL knows nothing of labels, and is told which rows to look at. */
static bool depends_on_values(const struct resource_writing *w)
{
    return is_whole(w) || has_search(w, contains_text);
}

static void add_limit_of_page(struct resource_writing *w)
{
    buf_add_c(&w->text, has_offset(w) ? ":limit + :offset" : ":limit");
}

static void add_inner_limit(struct resource_writing *w)
{
    add_order(w);
    buf_add_c(&w->text, "\nlimit ");
    if (has_offset(w) || is_whole(w) || has_search(w, filter_is_search))
        add_limit_of_page(w);
    else
        buf_printf(&w->text, "%lld", (long long)w->resource->limit.most);
}

static void begin_select(struct resource_writing *w, const char *from)
{
    w->has_condition = false;
    buf_add_c(&w->text, "select ");
    table_print_columns(w->resource->table, w->table, &w->text);
    table_print_computed(w->resource->table, w->table, &w->text);
    buf_printf(&w->text, "\nfrom %s", from);
}

static void add_matching(struct resource_writing *w)
{
    begin_select(w, w->table);
    resource_add_scope(w, resource_walks_memberships(w));
    resource_add_filters(w);
    resource_add_cursor(w);
    if (w->only_if != NULL) {
        resource_begin_condition(w);
        buf_add_c(&w->text, w->only_if);
    }
}

/* Rows that the search has not looked at yet, in parentheses. */
static void begin_unsearched(struct resource_writing *w, const struct filter *searched)
{
    begin_select(w, "(");
    w->left_out = searched;
    add_matching(w);
    w->left_out = NULL;
}

/* How rows are tested by themselves, and whether the column's index can find them: it knows no text without three
 * signs in a row (trigrams), and no selector that only denies (it has the words that there are); it would read all
 * of it. */
static void add_test(struct resource_writing *w, const struct filter *searched)
{
    const char *pattern = resource_pattern(w, searched);

    if (searched->comparison == FILTER_SELECTS)
        buf_printf(&w->text, "%s.%s @@ :%s::tsquery", w->table, searched->set_column, pattern);
    else
        buf_printf(&w->text, "%s.%s like :%s", w->table, resource_filter_column(searched), pattern);
}

static void
add_is_indexed(struct resource_writing *w, const struct filter *searched, bool is_indexed)
{
    const char *pattern = resource_pattern(w, searched);

    if (searched->comparison == FILTER_SELECTS)
        buf_printf(&w->text, "querytree(:%s::tsquery) %s 'T'", pattern, is_indexed ? "<>" : "=");
    else
        buf_printf(&w->text, ":%s %s '\\w{3}'", pattern, is_indexed ? "~" : "!~");
}

static void end_unsearched(struct resource_writing *w, const struct filter *searched)
{
    buf_printf(&w->text, ") %s\nwhere ", w->table);
    add_test(w, searched);
}

/* Those that match among so many first rows of the list. */
static void add_first(struct resource_writing *w, const struct filter *searched, const char *count)
{
    begin_unsearched(w, searched);
    add_order(w);
    buf_printf(&w->text, "\nlimit %s", count);
    end_unsearched(w, searched);
}

/* A page that they fill, or that they do not. */
static void add_fills(struct resource_writing *w, const char *rows, const char *comparison)
{
    buf_printf(&w->text, "(select count(*) from %s) %s ", rows, comparison);
    add_limit_of_page(w);
}

static void add_if_page(struct resource_writing *w, const char *rows)
{
    buf_printf(&w->text, "select %s.*\nfrom %s\nwhere ", rows, rows);
    add_fills(w, rows, ">=");
    buf_add_c(&w->text, ")\nunion all\n(");
}

static void end_all(struct resource_writing *w, const struct filter *searched, bool is_indexed)
{
    add_is_indexed(w, searched, is_indexed);
    buf_add_c(&w->text, "\n    and ");
    add_fills(w, "near", "<");
    buf_add_c(&w->text, "\n    and ");
    add_fills(w, "further", "<");
    add_inner_limit(w);
    buf_add_char(&w->text, ')');
}

/* All that match: by the column's index, or where that cannot tell, by looking at each. Without "offset 0"
 * PostgreSQL might go in the order of the list. */
static void add_all(struct resource_writing *w, const struct filter *searched)
{
    begin_select(w, "(");
    add_matching(w);
    buf_printf(&w->text, "\noffset 0) %s\nwhere ", w->table);
    end_all(w, searched, true);
    buf_add_c(&w->text, "\nunion all\n(");
    begin_unsearched(w, searched);
    buf_add_c(&w->text, "\noffset 0");
    end_unsearched(w, searched);
    buf_add_c(&w->text, "\n    and ");
    end_all(w, searched, false);
}

/* What many rows contain is soon met in the order of the list; what few contain is found by the
 * column's index. Which of both it is, is counted among the first rows. */
static void add_searched_rows(struct resource_writing *w, const struct filter *searched)
{
    buf_add_c(&w->text, "with near as materialized (\n");
    add_first(w, searched, NEAR_ROWS);
    add_inner_limit(w);
    buf_add_c(&w->text, "),\nfurther as materialized (\n");
    add_first(w, searched, FURTHER_ROWS);
    buf_add_c(&w->text, "\n    and (select count(*) from near) >= " MANY_NEAR "\n    and ");
    add_fills(w, "near", "<");
    add_inner_limit(w);
    buf_add_c(&w->text, ")\n(");
    add_if_page(w, "near");
    add_if_page(w, "further");
    add_all(w, searched);
}

static void add_rows(struct resource_writing *w)
{
    const struct filter *searched = resource_filter_of_rows(w);

    if (searched != NULL) {
        add_searched_rows(w, searched);
        return;
    }
    add_matching(w);
    add_inner_limit(w);
}

/* The values of a column, found one after the other in its index, that contain the text. */
static void add_values(struct resource_writing *w, const struct filter *filter)
{
    const char *column = resource_filter_column(filter);

    buf_add_c(&w->text, "(with recursive known(value) as (\n(");
    for (int step = 0; step < 2; step++) {
        buf_printf(&w->text, "select %s.%s from %s", w->table, column, w->table);
        w->has_condition = false;
        resource_add_scope(w, resource_walks_memberships(w));
        if (step > 0) {
            resource_begin_condition(w);
            buf_printf(&w->text, "%s.%s > known.value", w->table, column);
        }
        buf_printf(&w->text, "\norder by %s.%s\nlimit 1)", w->table, column);
        if (step == 0)
            buf_add_c(&w->text, "\nunion all\nselect (");
    }
    buf_printf(
        &w->text,
        "\nfrom known\nwhere known.value is not null)\n"
        "select known.value\nfrom known\nwhere known.value like :%s) few",
        resource_pattern(w, filter));
}

/* The rows of a page: as they stand in the table, or gathered from memberships or values. */
static void add_gathered(struct resource_writing *w)
{
    const struct filter *by_values = w->by_values;
    bool is_gathered =
        resource_walks_memberships(w) || resource_includes_all(w) || by_values != NULL;

    if (!is_gathered) {
        add_rows(w);
        return;
    }
    buf_add_c(&w->text, "select ");
    table_print_columns(w->resource->table, w->table, &w->text);
    buf_add_c(&w->text, "\nfrom ");
    if (resource_walks_memberships(w)) {
        buf_printf(&w->text, "(%s) own\ncross join lateral ", resource_own_workspaces(w->resource));
        resource_note(w, "member");
    }
    if (resource_includes_all(w)) {
        buf_add_c(&w->text, "(values (false), (true)) either(value)\ncross join lateral ");
        resource_note(w, "all");
    }
    if (by_values != NULL) {
        if (by_values->values != NULL)
            buf_add_c(&w->text, "found few");
        else
            add_values(w, by_values);
        buf_add_c(&w->text, "\ncross join lateral ");
    }
    buf_add_char(&w->text, '(');
    add_rows(w);
    buf_printf(&w->text, ") %s", w->table);
    add_inner_limit(w);
}

/* The values that a search finds in a table of their own, which stands in for that of the rows. */
static void add_found(struct resource_writing *w, const struct filter *filter)
{
    const char *column = resource_filter_column(filter);

    buf_printf(
        &w->text, "with found as materialized (\nselect %s.%s as id, %s.%s as value\nfrom %s %s",
        w->table, filter->id_column, w->table, column, filter->values->name, w->table);
    w->has_condition = false;
    resource_add_scope(w, false);
    resource_begin_condition(w);
    buf_printf(
        &w->text, "%s.%s like :%s\nlimit " MOST_VALUES " + 1)\n", w->table, column,
        resource_pattern(w, filter));
}

/* Of few values that were found the rows of each; of many, which are soon met, the rows in their
 * order. They are counted, not guessed, so what PostgreSQL knows of a column does not matter. */
static void add_page(struct resource_writing *w)
{
    const struct filter *found = resource_filter_of_found_values(w);
    const struct filter *few = resource_filter_of_few_values(w);

    w->by_values = few;
    if (found == NULL) {
        add_gathered(w);
        return;
    }
    add_found(w, found);
    buf_add_char(&w->text, '(');
    w->by_values = found;
    w->only_if = "(select count(*) from found) <= " MOST_VALUES;
    add_gathered(w);
    buf_add_c(&w->text, ")\nunion all\n(");
    w->by_values = few;
    w->only_if = "(select count(*) from found) > " MOST_VALUES;
    add_gathered(w);
    buf_add_char(&w->text, ')');
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

static void add_view(struct resource_writing *w)
{
    const struct shape *view = resource_view(w->resource);

    buf_add_c(&w->text, "select ");
    for (size_t i = 0; i < shape_count(view); i++) {
        const char *name = shape_field_at(view, i)->name;
        const char *sql = own_sql(w->resource, name);
        buf_add_c(&w->text, i == 0 ? "" : ", ");
        buf_add_c(&w->text, sql != NULL ? sql : w->table);
        buf_add_c(&w->text, sql != NULL ? " as " : ".");
        buf_add_c(&w->text, name);
    }
    buf_add_c(&w->text, "\nfrom ");
}

static void add_joins(struct resource_writing *w)
{
    if (w->resource->joins != NULL)
        buf_printf(&w->text, "\n%s", w->resource->joins);
}

static void begin(struct resource_writing *w)
{
    w->table = w->resource->table->name;
    buf_init(&w->text, LONGEST_STATEMENT);
    buf_init(&w->name, LONGEST_NAME);
    buf_add_c(&w->name, w->resource->name);
}

static struct sql end(struct resource_writing *w, struct arena *arena)
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

struct sql resource_list_sql(
    const struct resource *resource,
    const struct shape *shape,
    const void *input,
    struct arena *arena)
{
    struct resource_writing w = {.resource = resource, .shape = shape, .input = input};
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
        resource_note(&w, "offset");
    }
    resource_note(&w, "list");
    sql = end(&w, arena);
    sql.is_planned_by_values = depends_on_values(&w);
    return sql;
}

static void add_from(struct resource_writing *w)
{
    add_view(w);
    buf_add_c(&w->text, w->table);
    add_joins(w);
    resource_begin_condition(w);
}

struct sql resource_row_sql(
    const struct resource *resource,
    const struct shape *shape,
    const void *input,
    struct arena *arena)
{
    struct resource_writing w = {.resource = resource, .shape = shape, .input = input};

    begin(&w);
    add_from(&w);
    buf_printf(&w.text, "%s.id = :%s", w.table, resource_id_parameter(resource));
    resource_add_scope(&w, false);
    resource_note(&w, "row");
    return end(&w, arena);
}

struct sql resource_rows_sql(
    const struct resource *resource,
    const struct shape *shape,
    const void *input,
    struct arena *arena)
{
    struct resource_writing w = {.resource = resource, .shape = shape, .input = input};

    begin(&w);
    add_from(&w);
    buf_printf(&w.text, "%s.id = any(:ids)", w.table);
    resource_add_scope(&w, false);
    buf_printf(&w.text, "\norder by %s.id", w.table);
    resource_note(&w, "rows");
    return end(&w, arena);
}
