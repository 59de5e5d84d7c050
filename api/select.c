/*
 * Answering from the read model: statements on the worker's connection. The size that the answer
 * reflects is read before them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/select.h"

#include "api/access_rule.h"
#include "api/cursor.h"
#include "api/resource_sql.h"
#include "api/worker.h"
#include "core/base/must.h"
#include "core/label/selector.h"
#include "core/unicode/unicode.h"

#include <string.h>

enum { LONGEST_LINK = 16 << 10 };

/* What is read later reflects no less than what was read before. */
static uint64_t least_size(const struct call *call)
{
    if (call->least_size == 0)
        return call->services->progress->size;
    return call->ledger_size > call->least_size ? call->ledger_size : call->least_size;
}

static enum status
run(struct call *call,
    const struct sql *sql,
    const void *input,
    struct list *out_rows,
    struct error *error)
{
    struct reading reading = {.sql = sql, .params = input, .size = least_size(call)};
    enum status status;

    must(call->worker != NULL);
    status = reader_read(&call->worker->reader, &reading, call->arena, error);
    if (status != STATUS_OK)
        return status;
    *out_rows = reading.rows;
    call->ledger_size = reading.size;
    return status;
}

enum status call_query(
    struct call *call,
    const struct query *query,
    const void *input,
    const void **out_rows,
    size_t *out_count,
    struct error *error)
{
    struct list rows = {NULL, 0};
    enum status status;

    must(query_keeps_scope(query));
    status = run(call, &query->sql, input, &rows, error);

    if (status == STATUS_OK) {
        *out_rows = rows.items;
        *out_count = rows.count;
    }
    return status;
}

void call_answer_query(struct call *call, int status, const struct query *query, const void *input)
{
    const void *rows = NULL;
    size_t count = 0;
    struct error error;

    if (call_query(call, query, input, &rows, &count, &error) == STATUS_OK)
        call_answer_list(call, status, query->sql.row, rows, count);
    else
        call_answer_error(call, &error);
}

/* Whose rows the caller gets; said here and nowhere else. */
static void
set_scope(const struct call *call, const struct resource *resource, struct resource_input *input)
{
    if (resource_is_caller(resource) && !uuid_is_present(input->id))
        input->id = call->actor.id;
    if (resource->scope == SCOPE_CALLER)
        input->member_id = call->actor.id;
    must(
        resource->scope != SCOPE_PLATFORM || call->access.is_platform_admin ||
        call->access.is_platform_auditor || access_may_recover(call->route, &call->access));
    if (!resource_is_of_workspaces(resource))
        return;
    input->sees_all = opt_bool_of(call->access.is_platform_admin);
    input->member_id = call->access.is_platform_admin ? UUID_NONE : call->actor.id;
    input->has_no_factor = opt_bool_of(call->access.has_no_factor);
}

/* An input that holds what the path says. */
static enum status read_path(
    struct call *call,
    const struct shape *shape,
    struct resource_input **out_input,
    struct error *error)
{
    *out_input = arena_take(call->arena, shape->size);
    shape_clear(shape, *out_input);
    return shape_path_read(
        shape, call->path_params, call->path_param_count, call->arena, *out_input, error);
}

/* Without a fill there is nothing live in a view. */
static enum status fill_live(
    struct call *call, const struct resource *resource, struct list *rows, struct error *error)
{
    size_t size = resource_view(resource)->size;
    void *own;

    if (resource->fill_live == NULL || rows->count == 0)
        return STATUS_OK;
    own = arena_array(call->arena, rows->count, size);
    memcpy(own, rows->items, rows->count * size);
    rows->items = own;
    return resource->fill_live(call, own, rows->count, error);
}

enum status select_row(
    struct call *call,
    const struct resource *resource,
    struct uuid id,
    const void **out_row,
    struct error *error)
{
    const struct shape *shape = resource_input_shape(resource, false, call->arena);
    const struct field *place = shape_field(shape, text_from(resource_id_parameter(resource)));
    struct resource_input *input;
    struct list rows = {NULL, 0};
    struct sql sql;
    enum status status = read_path(call, shape, &input, error);

    if (status != STATUS_OK)
        return status;
    if (uuid_is_present(id))
        *(struct uuid *)field_in(place, input) = id;
    set_scope(call, resource, input);
    sql = resource_row_sql(resource, shape, input, call->arena);
    status = run(call, &sql, input, &rows, error);
    if (status == STATUS_OK)
        status = fill_live(call, resource, &rows, error);
    if (status == STATUS_OK)
        *out_row = rows.count == 0 ? NULL : rows.items;
    return status;
}

enum status select_rows(
    struct call *call,
    const struct resource *resource,
    const struct list *ids,
    struct list *out_rows,
    struct error *error)
{
    const struct shape *shape = resource_input_shape(resource, true, call->arena);
    struct resource_input *input;
    struct sql sql;
    enum status status = read_path(call, shape, &input, error);

    if (status != STATUS_OK)
        return status;
    input->ids = *ids;
    set_scope(call, resource, input);
    sql = resource_rows_sql(resource, shape, input, call->arena);
    status = run(call, &sql, input, out_rows, error);
    return status == STATUS_OK ? fill_live(call, resource, out_rows, error) : status;
}

struct text select_pattern(struct arena *arena, struct text wanted)
{
    struct text folded = unicode_folded(arena, wanted);
    struct text part = text_is_present(folded) ? folded : wanted;
    char *out = arena_take(arena, 2 * part.size + 3);
    size_t size = 0;

    out[size++] = '%';
    for (size_t i = 0; i < part.size; i++) {
        if (part.data[i] == '%' || part.data[i] == '_' || part.data[i] == '\\')
            out[size++] = '\\';
        out[size++] = part.data[i];
    }
    out[size++] = '%';
    return (struct text){out, size};
}

/* The tsquery of a selector. */
static enum status query_of(
    struct arena *arena,
    const struct filter *filter,
    struct text given,
    struct text *out,
    struct error *error)
{
    struct selector *selector = arena_one(arena, struct selector);
    struct text why = {NULL, 0};

    if (!selector_read(given, arena, selector, &why))
        return error_set_field(error, "selector_invalid", filter->name, "%.*s", TEXT_ARGS(why));
    *out = selector_query(selector, arena);
    return STATUS_OK;
}

/* What a search looks for: a pattern, or a query; or an id, if that is what the text is. */
static enum status make_patterns(
    struct arena *arena,
    const struct resource *resource,
    const struct shape *shape,
    void *input,
    struct error *error)
{
    enum status status = STATUS_OK;

    for (size_t i = 0; status == STATUS_OK && i < resource_filter_count(resource); i++) {
        const struct filter *filter = &resource->filters[i];
        const struct field *given = resource_filter_field(resource, shape, i);
        struct text *pattern;
        struct text part;
        if (!filter_is_search(filter))
            continue;
        part = *(const struct text *)field_at(given, input);
        if (part.size == 0)
            continue;
        pattern = field_in(resource_pattern_field(shape, i), input);
        if (filter->comparison == FILTER_SELECTS)
            status = query_of(arena, filter, part, pattern, error);
        else
            *pattern = select_pattern(arena, part);
        if (filter->id_column != NULL)
            (void)!uuid_parse(part, field_in(resource_value_id_field(shape, i), input));
    }
    return status;
}

static enum status select_page(
    struct call *call,
    const struct resource *resource,
    const struct shape *shape,
    struct resource_input *input,
    struct list *out_rows,
    struct error *error)
{
    struct sql sql;
    enum status status = cursor_read(resource, shape, input, call->arena, error);

    if (status == STATUS_OK)
        status = make_patterns(call->arena, resource, shape, input, error);
    if (status != STATUS_OK)
        return status;
    set_scope(call, resource, input);
    sql = resource_list_sql(resource, shape, input, call->arena);
    status = run(call, &sql, input, out_rows, error);
    return status == STATUS_OK ? fill_live(call, resource, out_rows, error) : status;
}

enum status select_first_page(
    struct call *call, const struct resource *resource, struct list *out_rows, struct error *error)
{
    const struct shape *shape = resource_input_shape(resource, true, call->arena);
    struct resource_input *input;
    enum status status = read_path(call, shape, &input, error);

    if (status != STATUS_OK)
        return status;
    input->limit = resource->limit.usual;
    return select_page(call, resource, shape, input, out_rows, error);
}

enum status select_page_after(
    struct call *call,
    const struct resource *resource,
    struct text after,
    struct list *out_rows,
    struct error *error)
{
    const struct shape *shape = resource_input_shape(resource, true, call->arena);
    struct resource_input *input;
    enum status status = read_path(call, shape, &input, error);

    if (status != STATUS_OK)
        return status;
    input->limit = resource->limit.most;
    input->after = after;
    return select_page(call, resource, shape, input, out_rows, error);
}

void select_answer_missing(struct call *call, const struct resource *resource)
{
    struct text id = text_lit("");
    const char *at = strstr(resource->missing, "%s");
    struct error error;

    if (call->path_param_count > 0)
        id = call->path_params[call->path_param_count - 1].value;
    if (at == NULL)
        error_set(&error, STATUS_NOT_FOUND, "%s", resource->missing);
    else
        error_set(
            &error, STATUS_NOT_FOUND, "%.*s%.*s%s", (int)(at - resource->missing),
            resource->missing, TEXT_ARGS(id), at + 2);
    call_answer_error(call, &error);
}

/* What a command has just done is shown to whoever could do it. */
static bool
may_read(struct call *call, const struct resource *resource, const void *row, struct error *error)
{
    return row == NULL || resource->may_show == NULL || route_kind(call->route) != ROUTE_ROW ||
           resource->may_show(call, row, error) == STATUS_OK;
}

void select_answer_row(
    struct call *call, int status, const struct resource *resource, struct uuid id)
{
    const void *row = NULL;
    struct error error;

    if (select_row(call, resource, id, &row, &error) != STATUS_OK ||
        !may_read(call, resource, row, &error))
        call_answer_error(call, &error);
    else if (row == NULL)
        select_answer_missing(call, resource);
    else
        call_answer_shape(call, status, resource_view(resource), row);
}

void select_answer_rows(
    struct call *call, int status, const struct resource *resource, const struct list *ids)
{
    struct list rows = {NULL, 0};
    struct error error;

    if (select_rows(call, resource, ids, &rows, &error) == STATUS_OK)
        call_answer_list(call, status, resource_view(resource), rows.items, rows.count);
    else
        call_answer_error(call, &error);
}

/* What would end the address in the header. */
static void add_escaped(struct buf *out, struct text part)
{
    for (size_t i = 0; i < part.size; i++) {
        if (part.data[i] == '<' || part.data[i] == '>')
            buf_printf(out, "%%%02X", (unsigned)part.data[i]);
        else
            buf_add_char(out, part.data[i]);
    }
}

/* The same request after the last row: the query string as it was, but for where the page begins. */
static void add_link(struct call *call, const struct resource *resource, const void *last_row)
{
    struct text path = call->request->path;
    struct text pairs = call->request->query;
    const char *separator = "?";
    AUTO_BUF link = {0};

    buf_init(&link, LONGEST_LINK);
    buf_add_char(&link, '<');
    add_escaped(&link, path);
    while (text_is_present(pairs)) {
        struct text pair = text_cut(&pairs, '&');
        if (pair.size == 0 || text_starts_with(pair, text_lit("after=")) ||
            text_starts_with(pair, text_lit("offset=")))
            continue;
        buf_add_c(&link, separator);
        add_escaped(&link, pair);
        separator = "&";
    }
    buf_printf(
        &link, "%safter=%.*s>; rel=\"next\"", separator,
        TEXT_ARGS(cursor_make(resource, last_row, call->arena)));
    if (!buf_is_full(&link))
        call_header(call, "Link", text_copy(call->arena, buf_text(&link)));
}

/* An empty list of something that is there, or of nothing? And may the caller see what is in it? */
static bool
check_parent(struct call *call, const struct resource *resource, bool *out, struct error *error)
{
    const void *row = NULL;
    enum status status = select_row(call, resource->parent, UUID_NONE, &row, error);

    *out = row != NULL;
    if (status == STATUS_OK && row != NULL && resource->may_show != NULL)
        status = resource->may_show(call, row, error);
    return status == STATUS_OK;
}

void select_answer_page(struct call *call, int status, const struct resource *resource)
{
    const struct shape *view = resource_view(resource);
    struct resource_input *input = call->input;
    struct list rows = {NULL, 0};
    bool is_there = true;
    struct error error;

    if ((resource->may_show != NULL && !check_parent(call, resource, &is_there, &error)) ||
        select_page(call, resource, call->input_shape, input, &rows, &error) != STATUS_OK ||
        (rows.count == 0 && resource->scope == SCOPE_PARENT &&
         !check_parent(call, resource, &is_there, &error))) {
        call_answer_error(call, &error);
        return;
    }
    if (!is_there) {
        select_answer_missing(call, resource->parent);
        return;
    }
    if ((int64_t)rows.count == input->limit)
        add_link(call, resource, (const char *)rows.items + (rows.count - 1) * view->size);
    call_answer_list(call, status, view, rows.items, rows.count);
}
