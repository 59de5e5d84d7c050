/*
 * Following lists.
 *
 *   records of the parent's stream ─► its row, then the page behind the last row ─► events
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/list_follow.h"

#include "api/follow.h"
#include "api/select.h"
#include "core/base/heap.h"
#include "core/shape/shape_json.h"
#include "eventlog/ledger_read.h"

#include <stdio.h>

enum { RECORDS_AT_ONCE = 1000, READ_BYTES = 1 << 20, LARGEST_ROW = 4 << 20 };

struct list_follow {
    struct follow follow; /* first */
    const struct resource *resource;
    struct uuid parent_id;
    bool is_concerned; /* there may be rows that have not been told */
};

bool list_follow_is_wanted(const struct call *call)
{
    const struct resource_input *input = call->input;

    return call->route->lists->is_over != NULL && opt_bool_is_true(input->follow) &&
           text_is(call->request->method, "GET");
}

/* Looks how far the ledger goes on, and whether any of it is of the parent. */
static enum status
look(struct list_follow *follow, struct call *call, uint64_t *out_next, struct error *error)
{
    uint64_t shown = call->services->progress->size;
    uint64_t left = shown > follow->follow.mark ? shown - follow->follow.mark : 0;
    size_t limit = left < RECORDS_AT_ONCE ? (size_t)left : RECORDS_AT_ONCE;
    struct record *records = arena_array(call->arena, limit, sizeof(*records));
    struct position from = {follow->follow.mark};
    size_t count = 0;
    enum status status = STATUS_OK;

    if (limit > 0)
        status = ledger_read(
            call->services->ledger, from, limit, READ_BYTES, call->arena, records, &count, error);
    for (size_t i = 0; status == STATUS_OK && i < count; i++)
        follow->is_concerned =
            follow->is_concerned || uuid_equal(records[i].entry.stream, follow->parent_id);
    *out_next = from.value + count;
    return status;
}

static void add_rows(struct list_follow *follow, const struct list *rows, struct buf *out)
{
    const struct shape *view = resource_view(follow->resource);
    const struct field *id = shape_field(view, text_lit("id"));
    AUTO_BUF data = {0};

    buf_init(&data, LARGEST_ROW);
    for (size_t i = 0; i < rows->count; i++) {
        const void *row = list_item(rows, view->size, i);
        buf_clear(&data);
        shape_json_write(view, row, &data);
        uuid_print(*(const struct uuid *)field_at(id, row), follow->follow.id);
        follow_add_event(out, "row", text_from(follow->follow.id), buf_text(&data));
    }
}

/* The parent's row is read first: what it says to be over has all its rows by then. */
static enum status
read_rows(struct list_follow *follow, struct call *call, struct buf *out, struct error *error)
{
    const struct resource *resource = follow->resource;
    const void *parent = NULL;
    struct list rows = {NULL, 0};
    enum status status = select_row(call, resource->parent, UUID_NONE, &parent, error);

    if (status == STATUS_OK)
        status = select_page_after(call, resource, text_from(follow->follow.id), &rows, error);
    if (status != STATUS_OK)
        return status;
    add_rows(follow, &rows, out);
    follow->follow.has_more = (int64_t)rows.count == resource->limit.most;
    follow->is_concerned = follow->follow.has_more;
    follow->follow.is_over =
        !follow->follow.has_more && (parent == NULL || resource->is_over(parent));
    if (follow->follow.is_over)
        follow_add_event(out, "end", text_lit(""), text_lit("{}"));
    return STATUS_OK;
}

static enum status
read_list(struct follow *base, struct call *call, struct buf *out, struct error *error)
{
    struct list_follow *follow = (struct list_follow *)base;
    uint64_t next;
    enum status status = look(follow, call, &next, error);

    if (status == STATUS_OK && follow->is_concerned)
        status = read_rows(follow, call, out, error);
    if (status == STATUS_OK)
        base->mark = next;
    return status;
}

static const struct follow_kind list_kind = {.read = read_list, .lane = LANE_READ};

static void begin_stream(struct call *call)
{
    follow_begin(call, call->handler_state, &list_kind);
}

/* Has the caller had all of it, and is it over? */
static enum status has_had_all(
    struct call *call, const void *parent, struct text last_id, bool *out, struct error *error)
{
    const struct resource *resource = call->route->lists;
    struct list rows = {NULL, 0};
    enum status status = STATUS_OK;

    *out = last_id.size > 0 && resource->is_over(parent);
    if (*out)
        status = select_page_after(call, resource, last_id, &rows, error);
    *out = *out && rows.count == 0;
    return status;
}

static struct list_follow *
new_follow(const struct call *call, struct uuid parent_id, struct text last_id)
{
    struct list_follow *follow = heap_new(sizeof(*follow));

    follow->resource = call->route->lists;
    follow->parent_id = parent_id;
    follow->is_concerned = true;
    follow->follow.mark = call->services->progress->size - 1; /* so that it is read at once */
    (void)snprintf(follow->follow.id, sizeof(follow->follow.id), "%.*s", TEXT_ARGS(last_id));
    return follow;
}

/* False: it is none of a row, as ours are. */
static bool check_id(struct text last_id, struct error *error)
{
    struct uuid id;

    if (last_id.size == 0 || uuid_parse(last_id, &id))
        return true;
    error_set_code(
        error, STATUS_INVALID, "invalid_cursor",
        "after (or Last-Event-ID) must be the id of a row of this list.");
    return false;
}

void list_follow_begin(struct call *call)
{
    const struct resource_input *input = call->input;
    const struct resource *resource = call->route->lists;
    struct text last_id = follow_last_id(call, input->after);
    const void *parent = NULL;
    bool has_all = false;
    struct error error;

    if (!check_id(last_id, &error) ||
        select_row(call, resource->parent, UUID_NONE, &parent, &error) != STATUS_OK ||
        (parent != NULL && has_had_all(call, parent, last_id, &has_all, &error) != STATUS_OK)) {
        call_answer_error(call, &error);
    } else if (parent == NULL) {
        select_answer_missing(call, resource->parent);
    } else if (has_all) {
        call_answer_json(call, 204, text_lit(""));
    } else {
        call->handler_state = new_follow(call, input->parent_id, last_id);
        call_to_loop(call, begin_stream);
    }
}
