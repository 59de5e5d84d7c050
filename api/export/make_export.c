/*
 * Making an export: its events are found and counted, and their leaves made into one root, before it is
 * recorded. Long ones are worked on in turns, so that a worker is free for others in between.
 *
 *   input ─► timeline_ask() ─► [timeline_find() ─► leaves ─► root]* ─► make_export ─► answer
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/call.h"
#include "api/evidence/timeline.h"
#include "api/export/exports.h"
#include "commands/platform/platform_commands.h"
#include "eventlog/ledger_read.h"
#include "eventlog/tree.h"

enum { PAGE = 1000, PAGE_ARENA_BYTES = 64 << 20, PAGES_AT_ONCE = 20 };

struct export_input {
    struct timeline_input filter; /* first */
    struct enum_value format;
    struct uuid workspace_id;
};
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
    uint64_t first;
    uint64_t end;
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

    if (ledger_root(call->services->ledger, making->end, &ledger_root_then, &error) != STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    *filter = export_filter_record(&making->question.filter, call->arena);
    *order = (struct make_export){
        .workspace_id = call->access.workspace_id,
        .format = input->format,
        .first = (int64_t)making->first,
        .end = (int64_t)making->end,
        .filter = filter,
        .count = (int64_t)making->leaves.size,
        .root = keep_root(call, tree_growth_root(&making->leaves)),
        .ledger_root = keep_root(call, ledger_root_then),
    };
    call_submit_route(call, &make_export_command, order, on_made);
}

static void add_leaves(struct making *making, const struct timeline_event *events, size_t count)
{
    AUTO_BUF packed = {0};

    buf_init(&packed, ENTRY_MAX_BYTES);
    for (size_t i = 0; i < count; i++) {
        buf_clear(&packed);
        entry_pack(&events[i].entry, &packed);
        tree_grow(&making->leaves, tree_leaf(buf_bytes(&packed)));
    }
}

static enum status search_page(struct call *call, struct making *making, struct error *error)
{
    AUTO_ARENA arena = arena_new(PAGE_ARENA_BYTES);
    struct timeline_search *search = &making->question.search;
    const struct timeline_event *events = NULL;
    size_t count = 0;
    enum status status;

    search->work = TIMELINE_WORK;
    status = timeline_find(
        call->services->ledger, call->services->index, search, PAGE, arena, &events, &count, error);
    if (status == STATUS_OK)
        add_leaves(making, events, count);
    return status;
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
    const struct timeline_search *search = &making->question.search;
    enum status status = STATUS_OK;
    struct error error;

    for (int i = 0; i < PAGES_AT_ONCE && status == STATUS_OK && search->from < search->end; i++)
        status = search_page(call, making, &error);
    if (status != STATUS_OK)
        call_answer_error(call, &error);
    else if (search->from < search->end)
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
    making->first = making->question.search.from;
    making->end = making->question.search.end;
    if (making->end < making->first)
        making->end = making->first;
    making->question.search.newest_first = false;
    call->handler_state = making;
    search_on(call);
}
