/*
 * Reading exports: each is its event, found by the index.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/export/exports.h"

#include "api/call.h"
#include "api/evidence/timeline.h"
#include "core/base/encode.h"
#include "eventlog/ledger_read.h"
#include "eventlog/signer.h"

struct export_view {
    struct uuid id;
    int64_t position;
    struct timestamp made_at;
    const struct event_actor *actor;
    struct uuid workspace;
    struct enum_value format;
    struct text media_type;
    struct text file_name;
    int64_t first_position;
    int64_t end_position;
    const struct export_filter *filter;
    int64_t count;
    struct text root;
    struct text ledger_root;
    struct text checkpoint;
};
static const struct field export_view_fields[] = {
    {UUID(export_view, id), .flags = REQUIRED, .doc = "Id of the export."},
    {INT64(export_view, position), .flags = REQUIRED, .doc = "Position of the event that says so."},
    {TIMESTAMP(export_view, made_at), .flags = REQUIRED, .doc = "When it was recorded."},
    {OBJECT(export_view, actor, event_actor), .flags = REQUIRED, .doc = "Who made it."},
    {UUID(export_view, workspace), .doc = "Its workspace; null where it is of the platform."},
    {ENUM(export_view, format, export_format_names), .flags = REQUIRED,
     .doc = "Format of its content."},
    {TEXT(export_view, media_type), .flags = REQUIRED, .doc = "Media type of its content."},
    {TEXT(export_view, file_name), .flags = REQUIRED, .doc = "What the file may be called."},
    {INT64(export_view, first_position), .flags = REQUIRED,
     .doc = "First position that it was made of."},
    {INT64(export_view, end_position), .flags = REQUIRED,
     .doc = "Position behind the last: the size of the ledger that it was made of."},
    {OBJECT(export_view, filter, export_filter), .flags = REQUIRED, .doc = "What its events have."},
    {INT64(export_view, count), .flags = REQUIRED,
     .doc = "Number of its events, and so of its lines behind a head."},
    {TEXT(export_view, root), .flags = REQUIRED,
     .doc = "Root of the tree (RFC 6962) whose leaves are the leafHash of each line, in their "
            "order; in hexadecimal."},
    {TEXT(export_view, ledger_root), .flags = REQUIRED,
     .doc = "Root of the ledger of the size endPosition, in hexadecimal."},
    {TEXT(export_view, checkpoint),
     .doc = "The newest signed checkpoint where it covers all of the export, as a C2SP note."},
};
const struct shape export_view_shape = SHAPE(export_view, "An export of evidence.");

struct export_page {
    struct list exports;
    struct text next;
};
static const struct field export_page_fields[] = {
    {OBJECTS(export_page, exports, export_view), .flags = REQUIRED,
     .doc = "The exports, newest first."},
    {TEXT(export_page, next),
     .doc = "Where to go on (after); null where there are no more. A page may be short, and not "
            "the last."},
};
const struct shape export_page_shape = SHAPE(export_page, "A page of exports.");

struct export_list_input {
    int64_t limit;
    struct text after;
    struct uuid workspace_id;
};
static const struct field export_list_input_fields[] = {
    {INT64(export_list_input, limit), .flags = HAS_FALLBACK | CLAMP, .min = 1, .max = 100,
     .fallback = 100, .doc = "Greatest number of exports."},
    {TEXT(export_list_input, after), .flags = ONE_LINE, .max = 128,
     .doc = "Where to go on: next of the page before."},
    {UUID(export_list_input, workspace_id), .flags = FROM_PATH, .doc = "Workspace of the exports."},
};
const struct shape export_list_input_shape = SHAPE(export_list_input, "Exports that are listed.");

static const struct field export_question_fields[] = {
    {UUID(export_question, workspace_id), .flags = FROM_PATH, .doc = "Workspace of the export."},
    {UUID(export_question, export_id), .flags = REQUIRED | FROM_PATH, .doc = "Id of the export."},
};
const struct shape export_question_shape = SHAPE(export_question, "Export that is read.");

static struct text print_digest(struct call *call, struct bytes digest)
{
    return hex_encode(call->arena, digest);
}

static struct text find_checkpoint(struct call *call, const struct export_made *made)
{
    struct signed_checkpoint newest;

    if (!signer_newest(call->services->signer, call->arena, &newest) ||
        newest.size < (uint64_t)made->end)
        return (struct text){NULL, 0};
    return newest.note;
}

static struct export_view view_export(struct call *call, const struct record *record)
{
    const struct export_made *made = record->event;
    const struct export_format *format = export_format_of(made->format);
    const struct timeline_event event = {record->entry, record->has_body};
    char id[UUID_TEXT_SIZE];

    uuid_print(made->export_id, id);
    return (struct export_view){
        .id = made->export_id,
        .position = record->entry.position,
        .made_at = record->entry.recorded_at,
        .actor = recorded_event_of(&event, call->arena).actor,
        .workspace = record->entry.workspace,
        .format = made->format,
        .media_type = text_from(format->media_type),
        .file_name = text_format(call->arena, "fleetledger-export-%s.%s", id, format->file_ending),
        .first_position = made->first,
        .end_position = made->end,
        .filter = made->filter,
        .count = made->count,
        .root = print_digest(call, made->root),
        .ledger_root = print_digest(call, made->ledger_root),
        .checkpoint = find_checkpoint(call, made),
    };
}

static enum status
read_export(struct call *call, int64_t position, struct record *out, struct error *error)
{
    return ledger_read_one(
        call->services->ledger, (struct position){(uint64_t)position}, call->arena, out, error);
}

void export_answer(struct call *call, int status, struct position at)
{
    struct record record = {0};
    struct export_view view;
    struct error error;

    call->ledger_size = ledger_size(call->services->ledger);
    if (read_export(call, (int64_t)at.value, &record, &error) != STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    view = view_export(call, &record);
    call_answer_shape(call, status, &export_view_shape, &view);
}

enum status export_find(
    struct call *call,
    const struct export_question *question,
    const struct export_made **out,
    struct record *out_record,
    struct error *error)
{
    const struct timeline_filter filter = {
        .workspace = call->access.workspace_id,
        .entity = question->export_id,
        .type = text_from(export_made_event.name)};
    struct timeline_search search = {
        .filter = &filter,
        .end = ledger_size(call->services->ledger),
        .newest_first = true,
        .work = TIMELINE_WORK};
    const struct timeline_event *events = NULL;
    size_t count = 0;
    enum status status = timeline_find(
        call->services->ledger, call->services->index, &search, 1, call->arena, &events, &count,
        error);

    if (status == STATUS_OK && count == 0)
        status =
            error_set_code(error, STATUS_NOT_FOUND, "export_not_found", "Export was not found");
    if (status == STATUS_OK)
        status = read_export(call, events[0].entry.position, out_record, error);
    if (status == STATUS_OK)
        *out = out_record->event;
    return status;
}

void export_read_handle(struct call *call)
{
    const struct export_made *made = NULL;
    struct record record = {0};
    struct export_view view;
    struct error error;

    if (export_find(call, call->input, &made, &record, &error) != STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    view = view_export(call, &record);
    call_answer_shape(call, 200, &export_view_shape, &view);
}

static enum status view_all(
    struct call *call,
    const struct timeline_event *events,
    size_t count,
    struct export_view *views,
    struct error *error)
{
    enum status status = STATUS_OK;

    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        struct record record = {0};
        status = read_export(call, events[i].entry.position, &record, error);
        if (status == STATUS_OK)
            views[i] = view_export(call, &record);
    }
    return status;
}

static enum status list_exports(
    struct call *call,
    struct timeline_question *question,
    struct export_page *out,
    struct error *error)
{
    const struct export_list_input *input = call->input;
    const struct timeline_event *events = NULL;
    struct export_view *views = arena_array(call->arena, (size_t)input->limit, sizeof(*views));
    size_t count = 0;
    enum status status = timeline_find(
        call->services->ledger, call->services->index, &question->search, (size_t)input->limit,
        call->arena, &events, &count, error);

    if (status == STATUS_OK)
        status = view_all(call, events, count, views, error);
    if (status == STATUS_OK)
        *out = (struct export_page){{views, count}, timeline_cursor_next(question, call->arena)};
    return status;
}

void export_list_handle(struct call *call)
{
    const struct export_list_input *input = call->input;
    struct timeline_input asked;
    struct timeline_question question;
    struct export_page page;
    struct error error;
    enum status status;

    shape_clear(&timeline_input_shape, &asked);
    asked.type = text_from(export_made_event.name);
    asked.after = input->after;
    status = timeline_ask(call, &asked, &question, &error);
    question.search.newest_first = true;
    if (status == STATUS_OK)
        status = list_exports(call, &question, &page, &error);
    if (status == STATUS_OK)
        call_answer_shape(call, 200, &export_page_shape, &page);
    else
        call_answer_error(call, &error);
}
