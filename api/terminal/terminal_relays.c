/*
 * What agents and screens are told of terminals at once, from what is on record.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/news/relay.h"
#include "api/own_command.h"
#include "commands/terminal/terminal_commands.h"
#include "core/base/log.h"
#include "eventlog/events/terminal_events.h"

/* To the agent. What is typed goes in pieces: stock agents read no message of more than 32 KiB. */

enum { MOST_TYPED = 16384 };

struct terminal_order {
    struct text type;
    struct uuid session_id;
    int64_t cols;
    int64_t rows;
    struct opt_bool run_as_root;
    struct bytes payload;
};
static const struct field terminal_order_fields[] = {
    {TEXT(terminal_order, type), .flags = REQUIRED, .doc = "Name of the message."},
    {UUID(terminal_order, session_id), .flags = REQUIRED, .doc = "Id of the session."},
    {INT64(terminal_order, cols), .flags = OMIT_ABSENT, .doc = "Width in columns."},
    {INT64(terminal_order, rows), .flags = OMIT_ABSENT, .doc = "Height in rows."},
    {BOOL(terminal_order, run_as_root), .flags = OMIT_ABSENT, .doc = "Whether it is a root shell."},
    {BYTES(terminal_order, payload), .flags = OMIT_ABSENT, .doc = "What was typed."},
};
static const struct shape terminal_order_shape =
    SHAPE(terminal_order, "What an agent is to do with a shell.");

struct terminal_stop {
    struct text type;
    struct uuid session_id;
    struct text reason;
};
static const struct field terminal_stop_fields[] = {
    {TEXT(terminal_stop, type), .flags = REQUIRED, .doc = "Name of the message."},
    {UUID(terminal_stop, session_id), .flags = REQUIRED, .doc = "Id of the session."},
    {TEXT(terminal_stop, reason), .doc = "Reason of it."},
};
static const struct shape terminal_stop_shape = SHAPE(terminal_stop, "An agent is to end a shell.");

static bool fill_start(const struct relay_context *context, void *payload)
{
    const struct terminal_created *event = context->record->event;
    struct terminal_order *order = payload;

    order->type = text_lit("terminal.start");
    order->session_id = event->session_id;
    order->cols = event->cols;
    order->rows = event->rows;
    order->run_as_root = event->run_as_root;
    return true;
}

static bool fill_resize(const struct relay_context *context, void *payload)
{
    const struct terminal_resized *event = context->record->event;
    struct terminal_order *order = payload;

    order->type = text_lit("terminal.resize");
    order->session_id = event->session_id;
    order->cols = event->cols;
    order->rows = event->rows;
    return opt_bool_is_true(event->is_open);
}

/* A piece of what was typed; false where there is none. */
static bool fill_input(const struct relay_context *context, size_t from, void *payload)
{
    const struct terminal_recorded *event = context->record->event;
    struct terminal_order *order = payload;

    if (event->direction.is != TERMINAL_STDIN || event->data.size <= from)
        return false;
    order->type = text_lit("terminal.input");
    order->session_id = event->session_id;
    order->payload = (struct bytes){event->data.data + from, event->data.size - from};
    if (order->payload.size > MOST_TYPED)
        order->payload.size = MOST_TYPED;
    return true;
}

static bool fill_first_input(const struct relay_context *context, void *payload)
{
    return fill_input(context, 0, payload);
}

static bool fill_second_input(const struct relay_context *context, void *payload)
{
    return fill_input(context, MOST_TYPED, payload);
}

static bool fill_stop_of(struct uuid session_id, struct text reason, void *payload)
{
    struct terminal_stop *stop = payload;

    stop->type = text_lit("terminal.stop");
    stop->session_id = session_id;
    stop->reason = reason;
    return true;
}

static bool fill_stop(const struct relay_context *context, void *payload)
{
    const struct terminal_termination_requested *event = context->record->event;

    return fill_stop_of(event->session_id, event->reason, payload);
}

static bool fill_stop_again(const struct relay_context *context, void *payload)
{
    const struct terminal_stop_repeated *event = context->record->event;

    return fill_stop_of(event->session_id, event->reason, payload);
}

/* What the agent reported itself it knows. */
static bool fill_stop_failed(const struct relay_context *context, void *payload)
{
    const struct terminal_failed *event = context->record->event;

    return event->end.is != TERMINAL_ENDED_BY_AGENT &&
           fill_stop_of(event->session_id, event->reason, payload);
}

static struct uuid node_of_created(const struct record *record)
{
    return ((const struct terminal_created *)record->event)->node_id;
}

static struct uuid node_of_resized(const struct record *record)
{
    return ((const struct terminal_resized *)record->event)->node_id;
}

static struct uuid node_of_recorded(const struct record *record)
{
    return ((const struct terminal_recorded *)record->event)->node_id;
}

static struct uuid node_of_stop(const struct record *record)
{
    return ((const struct terminal_termination_requested *)record->event)->node_id;
}

static struct uuid node_of_repeated(const struct record *record)
{
    return ((const struct terminal_stop_repeated *)record->event)->node_id;
}

static struct uuid node_of_failed(const struct record *record)
{
    return ((const struct terminal_failed *)record->event)->node_id;
}

/* The agent is not there: the session ends, or its own deadline sees to it where the writer is full. */
static void say_undelivered(
    const struct relay_context *context, struct uuid session_id, enum terminal_delivery delivery)
{
    const struct fail_terminal_delivery order = {session_id, {delivery}};
    const struct own_command own = {
        .command = &fail_terminal_delivery_command,
        .input = &order,
        .causation = context->record->entry.event_id};

    if (!own_command_submit(context->services->writer, &own))
        log_warning("terminal.undelivered_not_said", log_uuid("session", session_id));
}

static void start_unheard(const struct relay_context *context)
{
    say_undelivered(context, context->record->entry.stream, DELIVERS_START);
}

static void input_unheard(const struct relay_context *context)
{
    say_undelivered(context, context->record->entry.stream, DELIVERS_INPUT);
}

static void resize_unheard(const struct relay_context *context)
{
    say_undelivered(context, context->record->entry.stream, DELIVERS_RESIZE);
}

static void stop_unheard(const struct relay_context *context)
{
    say_undelivered(context, context->record->entry.stream, DELIVERS_STOP);
}

/* To the screens. */

struct shown_chunk {
    struct uuid id;
    struct uuid session_id;
    struct enum_value direction;
    struct text encoding;
    struct bytes payload;
    int64_t seq;
    struct timestamp source_timestamp;
    struct timestamp created_at;
};
static const struct field shown_chunk_fields[] = {
    {UUID(shown_chunk, id), .flags = REQUIRED, .doc = "Id of the chunk."},
    {UUID(shown_chunk, session_id), .flags = REQUIRED, .doc = "Id of the session."},
    {ENUM(shown_chunk, direction, terminal_direction_names), .flags = REQUIRED,
     .doc = "Stream of the chunk."},
    {TEXT(shown_chunk, encoding), .flags = REQUIRED, .doc = "Encoding of the payload: base64."},
    {BYTES(shown_chunk, payload), .flags = REQUIRED, .doc = "The bytes of the chunk."},
    {INT64(shown_chunk, seq), .flags = REQUIRED, .doc = "Number of the chunk."},
    {TIMESTAMP(shown_chunk, source_timestamp), .doc = "Time by the agent's clock."},
    {TIMESTAMP(shown_chunk, created_at), .flags = REQUIRED, .doc = "Time it was recorded."},
};
static const struct shape shown_chunk_shape = SHAPE(shown_chunk, "Output of a terminal session.");

struct shown_output {
    struct uuid session_id;
    const struct shown_chunk *chunk;
    struct uuid source_instance_id;
};
static const struct field shown_output_fields[] = {
    {UUID(shown_output, session_id), .flags = REQUIRED, .doc = "Id of the session."},
    {OBJECT(shown_output, chunk, shown_chunk), .flags = REQUIRED,
     .doc = "Output that was recorded."},
    {UUID(shown_output, source_instance_id), .flags = REQUIRED,
     .doc = "Start of the server that told it."},
};
static const struct shape shown_output_shape =
    SHAPE(shown_output, "Output of a terminal session, as screens are told.");

static bool fill_output(const struct relay_context *context, void *payload)
{
    const struct terminal_recorded *event = context->record->event;
    struct shown_chunk *chunk = arena_one(context->arena, struct shown_chunk);
    struct shown_output *output = payload;

    if (event->direction.is == TERMINAL_STDIN)
        return false;
    *chunk = (struct shown_chunk){
        .id = event->chunk_id,
        .session_id = event->session_id,
        .direction = event->direction,
        .encoding = text_lit("base64"),
        .payload = event->data,
        .seq = event->seq,
        .source_timestamp = event->said_at,
        .created_at = context->record->entry.recorded_at,
    };
    output->session_id = event->session_id;
    output->chunk = chunk;
    output->source_instance_id = context->services->boot_id;
    return true;
}

struct shown_notice {
    struct uuid session_id;
    struct text message;
};
static const struct field shown_notice_fields[] = {
    {UUID(shown_notice, session_id), .flags = REQUIRED, .doc = "Id of the session."},
    {TEXT(shown_notice, message), .flags = REQUIRED, .doc = "What has happened."},
};
static const struct shape shown_notice_shape =
    SHAPE(shown_notice, "What a screen is told of its own attachment.");

static bool fill_taken(const struct relay_context *context, void *payload)
{
    const struct terminal_control_taken *event = context->record->event;
    struct shown_notice *notice = payload;

    notice->session_id = event->session_id;
    notice->message = text_lit("Somebody else has taken control of this terminal session.");
    return uuid_is_present(event->former_attachment_id);
}

static struct uuid former_of(const struct record *record)
{
    return ((const struct terminal_control_taken *)record->event)->former_attachment_id;
}

#define TO_AGENT  .namespace = "/agent-realtime", .kind = ROOM_AGENT
#define TO_SCREEN .namespace = "/terminal", .kind = ROOM_TERMINAL

const struct relay terminal_relays[] = {
    {.after = &terminal_created_event,
     TO_AGENT,
     .name = "terminal.start",
     .doc = "Starts a shell.",
     .shape = &terminal_order_shape,
     .fill = fill_start,
     .room = node_of_created,
     .unheard = start_unheard},
    {.after = &terminal_resized_event,
     TO_AGENT,
     .name = "terminal.resize",
     .doc = "Gives a shell another size.",
     .shape = &terminal_order_shape,
     .fill = fill_resize,
     .room = node_of_resized,
     .unheard = resize_unheard},
    {.after = &terminal_recorded_event,
     TO_AGENT,
     .name = "terminal.input",
     .doc = "Types into a shell.",
     .shape = &terminal_order_shape,
     .fill = fill_first_input,
     .room = node_of_recorded,
     .unheard = input_unheard},
    {.after = &terminal_recorded_event,
     TO_AGENT,
     .name = "terminal.input",
     .doc = "Types into a shell, the rest of what was long.",
     .shape = &terminal_order_shape,
     .fill = fill_second_input,
     .room = node_of_recorded},
    {.after = &terminal_termination_requested_event,
     TO_AGENT,
     .name = "terminal.stop",
     .doc = "Ends a shell.",
     .shape = &terminal_stop_shape,
     .fill = fill_stop,
     .room = node_of_stop,
     .unheard = stop_unheard},
    {.after = &terminal_stop_repeated_event,
     TO_AGENT,
     .name = "terminal.stop",
     .doc = "Ends a shell that the agent has not ended.",
     .shape = &terminal_stop_shape,
     .fill = fill_stop_again,
     .room = node_of_repeated,
     .unheard = stop_unheard},
    {.after = &terminal_failed_event,
     TO_AGENT,
     .name = "terminal.stop",
     .doc = "Ends a shell that was given up.",
     .shape = &terminal_stop_shape,
     .fill = fill_stop_failed,
     .room = node_of_failed},
    {.after = &terminal_recorded_event,
     TO_SCREEN,
     .name = "terminal.output",
     .doc = "Shows what a shell wrote.",
     .shape = &shown_output_shape,
     .fill = fill_output},
    {.after = &terminal_control_taken_event,
     TO_SCREEN,
     .name = "terminal.error",
     .doc = "Tells who had control that somebody else has it.",
     .shape = &shown_notice_shape,
     .fill = fill_taken,
     .room = former_of},
    {.name = NULL},
};
