/*
 * Printing the timeline: as JSON, a line an event or all in one array; as CSV (RFC 4180); or as columns.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/evidence/timeline_print.h"

#include "api/evidence/recorded_event.h"
#include "core/shape/shape_json.h"
#include "eventlog/ledger.h"
#include "eventlog/ledger_index.h"
#include "eventlog/seal.h"

enum { PAGE_ARENA_BYTES = 64 << 20, MOST_TRIES = 3 };

enum { OUTPUT_TABLE = 1, OUTPUT_JSON, OUTPUT_JSONL, OUTPUT_CSV };
static const char csv_head[] =
    "position,recordedAt,type,outcome,actorKind,actor,workspace,stream,correlation\r\n";
static const char *const output_names[] = {"table", "json", "jsonl", "csv", NULL};

static const struct field timeline_options_fields[] = {
    {ENUM(timeline_options, output, output_names), .tag = 18, .flags = HAS_FALLBACK,
     .fallback = OUTPUT_TABLE, .doc = "How events are printed."},
};
const struct shape timeline_options_shape = SHAPE_WITH(
    timeline_options,
    "What is looked for on the timeline, and how it is printed.",
    .base = &timeline_input_shape);

struct printing {
    int64_t output;
    struct buf *out;
    size_t count;
};

static void add_id(struct buf *out, struct uuid id)
{
    char printed[UUID_TEXT_SIZE] = "";

    if (uuid_is_present(id))
        uuid_print(id, printed);
    buf_add_c(out, printed);
}

/* Names, ids and times: nothing in them asks for quotes, and no spreadsheet takes them for a formula. */
static void print_columns(struct buf *out, char separator, const struct recorded_event *event)
{
    const struct uuid ids[] = {
        event->actor->id, event->workspace, event->stream, event->correlation};
    const char *outcome = enum_name(outcome_names, event->outcome);
    const char *kind = enum_name(actor_kind_names, event->actor->kind);
    char at[TIMESTAMP_TEXT_SIZE];

    timestamp_print(event->recorded_at, at);
    buf_printf(
        out, "%lld%c%s%c%.*s%c%s%c%s", (long long)event->position, separator, at, separator,
        TEXT_ARGS(event->type), separator, outcome, separator, kind);
    for (size_t i = 0; i < COUNT_OF(ids); i++) {
        buf_add_char(out, separator);
        add_id(out, ids[i]);
    }
    buf_add_c(out, separator == ',' ? "\r\n" : "\n");
}

static void print_event(struct printing *printing, const struct recorded_event *event)
{
    struct buf *out = printing->out;

    if (printing->output == OUTPUT_JSON && printing->count > 0)
        buf_add_char(out, ',');
    if (printing->output == OUTPUT_JSON || printing->output == OUTPUT_JSONL)
        shape_json_write(&recorded_event_shape, event, out);
    else
        print_columns(out, printing->output == OUTPUT_CSV ? ',' : '\t', event);
    if (printing->output == OUTPUT_JSONL)
        buf_add_char(out, '\n');
    printing->count++;
}

static enum status print_pages(
    const struct timeline_sources *sources,
    struct ledger_index *index,
    struct timeline_search *search,
    size_t limit,
    struct printing *printing,
    struct error *error)
{
    AUTO_ARENA arena = arena_new(PAGE_ARENA_BYTES);
    enum status status = STATUS_OK;

    while (status == STATUS_OK && printing->count < limit && search->from < search->end) {
        const struct timeline_event *events = NULL;
        size_t count = 0;
        arena_reset(arena);
        search->work = TIMELINE_WORK;
        status = timeline_find(
            sources->ledger, index, search, limit - printing->count, arena, &events, &count, error);
        for (size_t i = 0; i < count && status == STATUS_OK; i++) {
            const struct recorded_event event = recorded_event_of(&events[i], arena);
            print_event(printing, &event);
        }
    }
    return status;
}

static enum status print_found(
    const struct timeline_sources *sources,
    struct ledger_index *index,
    const struct timeline_options *options,
    struct buf *out,
    struct error *error)
{
    AUTO_ARENA arena = arena_new(PAGE_ARENA_BYTES);
    struct printing printing = {.output = options->output.is, .out = out};
    struct timeline_question question;
    enum status status = timeline_filter_read(sources, &options->input, arena, &question, error);

    if (status != STATUS_OK)
        return status;
    question.search.filter = &question.filter;
    if (printing.output == OUTPUT_CSV)
        buf_add_c(out, csv_head);
    if (printing.output == OUTPUT_JSON)
        buf_add_char(out, '[');
    status = print_pages(
        sources, index, &question.search, (size_t)options->input.limit, &printing, error);
    if (printing.output == OUTPUT_JSON)
        buf_add_c(out, "]\n");
    return status;
}

/* Beside a server the index may have gone on since the ledger was looked at. */
static enum status
open_index(const char *home, struct ledger *ledger, struct ledger_index **out, struct error *error)
{
    enum status status = STATUS_CORRUPT;

    for (int i = 0; i < MOST_TRIES && status == STATUS_CORRUPT; i++) {
        status = ledger_refresh(ledger, error);
        if (status == STATUS_OK)
            status = ledger_index_open(home, ledger, true, out, error);
    }
    return status;
}

enum status timeline_print(
    const char *home,
    struct text secret,
    const struct timeline_options *options,
    struct buf *out,
    struct error *error)
{
    const struct ledger_settings settings = {.home = home, .is_read_only = true};
    struct timeline_sources sources = {.ledger = NULL};
    struct ledger_index *index = NULL;
    enum status status = ledger_open(&settings, &sources.ledger, error);

    if (status == STATUS_OK)
        status = keyring_open(home, secret, true, &sources.keyring, error);
    if (status == STATUS_OK)
        status = open_index(home, sources.ledger, &index, error);
    if (status == STATUS_OK) {
        sources.now = ledger_now(sources.ledger);
        status = print_found(&sources, index, options, out, error);
    }
    ledger_index_close(index);
    keyring_close(sources.keyring);
    ledger_close(sources.ledger);
    return status;
}
