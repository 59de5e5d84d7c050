/*
 * The content of an export, as a file that goes on while it is taken: its events are found again, some at a
 * time, and printed in its format. Whoever was cut off goes on behind the position of the last whole line.
 *
 *   export_made ─► timeline_find() ─► ledger_read_one() ─► export_format_add() ─► follow.h
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/call.h"
#include "api/export/exports.h"
#include "api/follow.h"
#include "commands/identity/identity_commands.h"
#include "core/base/heap.h"
#include "core/base/must.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/ledger_read.h"

enum {
    PAGE = 1000,
    PAGE_ARENA_BYTES = 64 << 20,
    LINE_ARENA_BYTES = 256 << 20, /* a body may be 4 MiB, and many times that printed */
    PIECE_BYTES = 1 << 20         /* then it is sent */
};

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
struct source {
    struct ledger *ledger;
    struct ledger_index *index;
    const struct export_format *format;
    struct timeline_filter filter;
    uint64_t end;
    struct text origin_name; /* that the ledger began with, so that it is the same each time */
};

static enum status find_source(
    const struct content *content, struct call *call, struct source *out, struct error *error)
{
    const struct services *services = call->services;
    struct record made = {0};
    struct record opened = {0};
    const struct export_made *export = NULL;
    enum status status = ledger_read_one(services->ledger, content->at, call->arena, &made, error);

    if (status == STATUS_OK)
        status =
            ledger_read_one(services->ledger, (struct position){0}, call->arena, &opened, error);
    if (status != STATUS_OK)
        return status;
    must(made.type == &export_made_event && opened.type == &ledger_opened_event);
    export = made.event;
    *out = (struct source){
        .ledger = services->ledger,
        .index = services->index,
        .format = content->format,
        .filter = export_filter_search(export->filter, call->arena),
        .end = (uint64_t) export->end,
        .origin_name = ((const struct ledger_opened *)opened.event)->origin_name,
    };
    return STATUS_OK;
}

static enum status
add_line(const struct source *source, int64_t position, struct buf *out, struct error *error)
{
    AUTO_ARENA arena = arena_new(LINE_ARENA_BYTES);
    struct record record = {0};
    enum status status = ledger_read_one(
        source->ledger, (struct position){(uint64_t)position}, arena, &record, error);

    if (status != STATUS_OK)
        return status;
    export_format_add(source->format, source->origin_name, &record, arena, out);
    buf_add_c(out, source->format->line_end);
    return STATUS_OK;
}

/* Lines of a page, until there are enough; `mark` is behind the last. */
static enum status
add_page(const struct source *source, uint64_t *mark, struct buf *out, struct error *error)
{
    AUTO_ARENA arena = arena_new(PAGE_ARENA_BYTES);
    struct timeline_search search = {
        .filter = &source->filter, .from = *mark, .end = source->end, .work = TIMELINE_WORK};
    const struct timeline_event *events = NULL;
    size_t count = 0;
    size_t i = 0;
    enum status status =
        timeline_find(source->ledger, source->index, &search, PAGE, arena, &events, &count, error);

    for (; i < count && status == STATUS_OK && out->size < PIECE_BYTES; i++)
        status = add_line(source, events[i].entry.position, out, error);
    if (status == STATUS_OK)
        *mark = i < count ? (uint64_t)events[i].entry.position : search.from;
    return status;
}

static enum status
read_content(struct follow *follow, struct call *call, struct buf *out, struct error *error)
{
    struct content *content = (struct content *)follow;
    struct source source;
    enum status status = find_source(content, call, &source, error);

    if (status == STATUS_OK && content->needs_head)
        buf_add_c(out, content->format->head);
    if (status == STATUS_OK && follow->mark < source.end)
        status = add_page(&source, &follow->mark, out, error);
    follow->is_broken = status == STATUS_CORRUPT;
    if (status != STATUS_OK)
        return status;
    content->needs_head = false;
    follow->is_over = follow->mark >= source.end;
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
    error_set_code(
        error, STATUS_INVALID, "invalid_filter",
        "afterPosition must be a position of the export: from %lld, and less than %lld",
        (long long)made->first, (long long)made->end);
    error_field(error, "afterPosition");
    return STATUS_INVALID;
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
