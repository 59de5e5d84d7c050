/*
 * The content of an export, as a file that goes on while it is taken: its events are found again, some at a
 * time, and printed in its format. Whoever was cut off goes on behind the position of the last whole line.
 *
 *   export_made ─► timeline_find() ─► ledger_read_one() ─► export_format_add() ─► follow.h
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/call.h"
#include "api/export/export_lines.h"
#include "api/export/exports.h"
#include "api/follow.h"
#include "commands/identity/identity_commands.h"
#include "core/base/heap.h"
#include "core/base/must.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/ledger_read.h"

struct export_content_input {
    struct export_question question; /* first */
    int64_t after_position;
};
static const struct field export_content_input_fields[] = {
    {INT64(export_content_input, after_position),
     .doc = "Position of the last whole line that the caller has; what follows it is answered."},
};
const struct shape export_content_input_shape =
    SHAPE_WITH(export_content_input, "Content that is read.", .base = &export_question_shape);

struct content {
    struct follow follow; /* first; its mark is where the search goes on */
    struct position at;   /* of the export's event */
    const struct export_format *format;
    bool needs_head;
};

/* What a piece is made of. In the call's arena. */
struct piece {
    struct timeline_filter filter;
    struct export_source source;
    struct export_print print;
};

static enum status
find_piece(const struct content *content, struct call *call, struct piece *out, struct error *error)
{
    const struct services *services = call->services;
    struct record *made = arena_one(call->arena, struct record);
    const struct export_made *export = NULL;
    enum status status = ledger_read_one(services->ledger, content->at, call->arena, made, error);

    if (status != STATUS_OK)
        return status;
    must(made->type == &export_made_event);
    export = made->event;
    out->print = (struct export_print){content->format, {.arena = call->arena}};
    out->filter = export_filter_search(export->filter, call->arena);
    out->source = (struct export_source){
        services->ledger, services->index, &out->filter, (uint64_t) export->end};
    return log_history_read(
        &out->print.history, services->ledger, services->index, out->source.end, error);
}

static enum status
read_content(struct follow *follow, struct call *call, struct buf *out, struct error *error)
{
    struct content *content = (struct content *)follow;
    struct piece piece = {.filter = {.type = {NULL, 0}}};
    enum status status = find_piece(content, call, &piece, error);

    if (status == STATUS_OK && content->needs_head)
        buf_add_c(out, content->format->head);
    if (status == STATUS_OK && follow->mark < piece.source.end)
        status = export_add_lines(&piece.source, &piece.print, &follow->mark, out, error);
    follow->is_broken = status == STATUS_CORRUPT;
    if (status != STATUS_OK)
        return status;
    content->needs_head = false;
    follow->is_over = follow->mark >= piece.source.end;
    follow->has_more = !follow->is_over;
    return STATUS_OK;
}

/* Who may export, may take it along. */
static bool may_go_on(const struct user_scope *scope, struct uuid workspace_id)
{
    const struct uuid *administered = scope->administered_ids.items;

    if (scope->role.is == ROLE_PLATFORM_ADMIN || scope->role.is == ROLE_PLATFORM_AUDITOR)
        return true;
    for (size_t i = 0; i < scope->administered_ids.count; i++) {
        if (uuid_equal(administered[i], workspace_id))
            return true;
    }
    return false;
}

static const struct follow_kind content_kind = {
    .read = read_content, .lane = LANE_PLAIN, .may_go_on = may_go_on};

static void begin(struct call *call)
{
    follow_begin(call, call->handler_state, &content_kind);
}

static enum status check_place(
    const struct export_content_input *input, const struct export_made *made, struct error *error)
{
    if (input->after_position == INT64_ABSENT ||
        (input->after_position >= made->first && input->after_position < made->end))
        return STATUS_OK;
    return error_set_field(
        error, "invalid_filter", "afterPosition",
        "must be a position of the export: from %lld, and less than %lld", (long long)made->first,
        (long long)made->end);
}

static void add_headers(struct call *call, const struct export_made *made)
{
    char id[UUID_TEXT_SIZE];

    uuid_print(made->export_id, id);
    call_header(
        call, "Content-Disposition",
        text_format(
            call->arena, "attachment; filename=\"fleetledger-export-%s.%s\"", id,
            export_format_of(made->format)->file_ending));
}

static struct content *make_content(
    const struct export_content_input *input,
    const struct export_made *made,
    const struct record *record)
{
    struct content *content = heap_new(sizeof(*content));
    bool is_first = input->after_position == INT64_ABSENT;

    content->at = record->position;
    content->format = export_format_of(made->format);
    content->needs_head = is_first;
    content->follow.mark = (uint64_t)(is_first ? made->first : input->after_position + 1);
    content->follow.has_more = true;
    content->follow.media_type = content->format->media_type;
    return content;
}

void export_content_handle(struct call *call)
{
    const struct export_content_input *input = call->input;
    const struct export_made *made = NULL;
    struct record record = {0};
    struct error error;
    enum status status = export_find(call, &input->question, &made, &record, &error);

    if (status == STATUS_OK)
        status = check_place(input, made, &error);
    if (status != STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    call->ledger_size = ledger_size(call->services->ledger);
    add_headers(call, made);
    if (text_is(call->request->method, "HEAD")) {
        call_answer_text(call, 200, export_format_of(made->format)->media_type, text_lit(""));
        return;
    }
    call->handler_state = make_content(input, made, &record);
    call_to_loop(call, begin);
}
