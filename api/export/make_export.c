/*
 * Making an export: its events are found and counted, and their leaves made into one root, before it is
 * recorded. Long ones are worked on in turns, so that a worker is free for others in between.
 *
 *   input ─► timeline_ask() ─► [timeline_find() ─► leaves ─► root]* ─► make_export ─► answer
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/call.h"
#include "api/evidence/timeline.h"
#include "api/export/export_lines.h"
#include "api/export/exports.h"
#include "commands/platform/platform_commands.h"
#include "eventlog/ledger_read.h"

enum { PAGES_AT_ONCE = 20 };

static const struct field export_input_fields[] = {
    TIMELINE_FILTER_ROWS,
    {ENUM(timeline_input, order, timeline_order_names), .tag = 15, .flags = SERVER_SET,
     .doc = "Exports begin with the oldest."},
    {INT64(timeline_input, limit), .tag = 16, .flags = SERVER_SET, .doc = "They have all."},
    {TEXT(timeline_input, after), .tag = 17, .flags = SERVER_SET, .doc = "They have no pages."},
    {ENUM(export_input, format, export_format_names), .tag = 18, .flags = REQUIRED,
     .doc = "Format of the file."},
    {UUID(export_input, workspace_id), .tag = 19, .flags = FROM_PATH,
     .doc = "Workspace of the events."},
};
const struct shape export_input_shape = SHAPE(export_input, "Evidence to export.");

/* An export that is being made. In the call's arena. */
struct making {
    struct timeline_question question;
    struct export_source source;
    uint64_t first;
    uint64_t from; /* what is left */
    struct tree_growth leaves;
};

static void search_on(struct call *call);

static void show_made(struct call *call)
{
    export_answer(call, 201, call->submission.first);
}

static void on_made(struct call *call)
{
    if (call->submission.status == STATUS_OK)
        call_to_lane(call, LANE_PLAIN, show_made);
    else
        call_answer_refusal(call);
}

static struct bytes keep_root(struct call *call, struct digest root)
{
    return bytes_copy(call->arena, (struct bytes){root.bytes, DIGEST_SIZE});
}

static void submit(struct call *call, const struct making *making)
{
    const struct export_input *input = call->input;
    struct export_filter *filter = arena_one(call->arena, struct export_filter);
    struct make_export *order = arena_one(call->arena, struct make_export);
    struct digest ledger_root_then;
    struct error error;

    if (ledger_root(call->services->ledger, making->source.end, &ledger_root_then, &error) !=
        STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    *filter = export_filter_record(&making->question.filter, call->arena);
    *order = (struct make_export){
        .workspace_id = call->access.workspace_id,
        .format = input->format,
        .first = (int64_t)making->first,
        .end = (int64_t)making->source.end,
        .filter = filter,
        .count = (int64_t)making->leaves.size,
        .root = keep_root(call, tree_growth_root(&making->leaves)),
        .ledger_root = keep_root(call, ledger_root_then),
    };
    call_submit_route(call, &make_export_command, order, on_made);
}

/* Between two turns: somebody still waits for it? */
static void take_turn(struct call *call)
{
    struct error error;

    if (!call->transport->is_abandoned(call)) {
        call_to_lane(call, LANE_PLAIN, search_on);
        return;
    }
    error_set(&error, STATUS_UNAVAILABLE, "Nobody waits for the export; none was made.");
    call_answer_error(call, &error);
}

static void search_on(struct call *call)
{
    struct making *making = call->handler_state;
    struct error error;

    for (int i = 0; i < PAGES_AT_ONCE && making->from < making->source.end; i++) {
        if (export_count_page(&making->source, &making->from, &making->leaves, &error) !=
            STATUS_OK) {
            call_answer_error(call, &error);
            return;
        }
    }
    if (making->from < making->source.end)
        call_to_loop(call, take_turn);
    else
        submit(call, making);
}

void export_make_handle(struct call *call)
{
    const struct export_input *input = call->input;
    struct making *making = arena_one(call->arena, struct making);
    struct error error;

    *making = (struct making){.leaves = {.size = 0}};
    if (timeline_ask(call, &input->filter, &making->question, &error) != STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    export_settle(call->services->ledger, &making->question.search);
    making->first = making->question.search.from;
    making->from = making->first;
    making->source = (struct export_source){
        call->services->ledger, call->services->index, &making->question.filter,
        making->question.search.end};
    call->handler_state = making;
    search_on(call);
}
