/*
 * Sinks, as they are set up, and how far they have come.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/sink/sink_resources.h"

#include "api/call.h"
#include "api/sink/sinks.h"
#include "migrations/sink/sinks.h"

struct sink_view {
    struct sink_row row;
    int64_t next_position;
    int64_t behind;
    int64_t failed_tries;
};
static const struct field sink_view_fields[] = {
    {INT64(sink_view, next_position),
     .doc = "First position in the ledger that it has not taken; null while it begins."},
    {INT64(sink_view, behind), .doc = "Number of events from there to the ledger's end."},
    {INT64(sink_view, failed_tries),
     .doc = "Number of tries that failed, since the last that did not."},
};
static const struct shape sink_view_shape =
    SHAPE_WITH(sink_view, "A sink.", .base = &sink_row_shape);

static const struct view_column sink_columns[] = {
    {"next_position", "null::bigint"},
    {"behind", "null::bigint"},
    {"failed_tries", "null::bigint"},
    {NULL, NULL},
};

static void
fill_one(struct sink_view *view, const struct sink_figure *figures, size_t count, uint64_t size)
{
    for (size_t i = 0; i < count; i++) {
        if (!uuid_equal(figures[i].id, view->row.id))
            continue;
        view->next_position = (int64_t)figures[i].next;
        view->behind = size > figures[i].next ? (int64_t)(size - figures[i].next) : 0;
        view->failed_tries = (int64_t)figures[i].failed_tries;
    }
}

static enum status fill_progress(struct call *call, void *rows, size_t count, struct error *error)
{
    struct sink_view *sinks = rows;
    struct sink_figure figures[MOST_SINKS];
    size_t known = sinks_figures(call->services->sinks, figures);
    uint64_t size = ledger_size(call->services->ledger);

    (void)error;
    for (size_t i = 0; i < count; i++)
        fill_one(&sinks[i], figures, known, size);
    return STATUS_OK;
}

const struct resource sink_resource = {
    .name = "sinks",
    .table = &sinks_table,
    .view = &sink_view_shape,
    .columns = sink_columns,
    .fill_live = fill_progress,
    .scope = SCOPE_PLATFORM,
    .id_parameter = "sink_id",
    .missing = "Sink %s was not found",
    .order = {{"created_at", false}, {"id", false}},
    .limit = {.usual = MOST_SINKS, .most = MOST_SINKS},
};
