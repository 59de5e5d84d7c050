/*
 * Sending a batch, each transport in its way.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/sink/sink_internal.h"

#include <string.h>

enum { MOST_BYTES = EXPORT_MOST_BYTES + (2 << 20) };

/* How lines become one body. */
struct wrapping {
    const char *media_type;
    const char *head;
    const char *between;
    const char *end;
};

/* CloudEvents have a form of their own for many (HTTP binding 1.0, 3.3); all others are sent as a file of
 * them begins. */
static struct wrapping wrapping_of(const struct export_format *format)
{
    if (strcmp(format->name, "cloudevents") == 0)
        return (struct wrapping){"application/cloudevents-batch+json", "[", ",", "]"};
    return (struct wrapping){format->media_type, format->head, format->line_end, format->line_end};
}

static struct text
wrap(const struct wrapping *wrapping, const struct sink_batch *batch, struct arena *arena)
{
    AUTO_BUF out = {0};

    buf_init(&out, MOST_BYTES);
    buf_add_c(&out, wrapping->head);
    for (size_t i = 0; i < batch->count; i++) {
        if (i > 0)
            buf_add_c(&out, wrapping->between);
        buf_add_text(&out, batch->lines[i].text);
    }
    buf_add_c(&out, wrapping->end);
    return text_copy(arena, buf_text(&out));
}

/* What is wrong with what was sent is the event's; all else is the receiver's. */
static enum sink_outcome outcome_of(int status, struct error *error)
{
    if (status >= 200 && status < 300)
        return SINK_SENT;
    error_set(error, STATUS_UNAVAILABLE, "the receiver answered with status %d", status);
    return status == 400 || status == 413 || status == 422 ? SINK_REFUSED : SINK_FAILED;
}

static enum sink_outcome send_by_http(
    struct sink *sink, const struct sink_batch *batch, struct arena *arena, struct error *error)
{
    const struct wrapping wrapping = wrapping_of(sink->format);
    const struct web_post post = {
        .url = sink->known.address,
        .content_type = wrapping.media_type,
        .body = wrap(&wrapping, batch, arena),
        .token = sink->token,
        .ca_file = sink->parts->settings->sink_ca_file,
    };
    struct web_answer answer;

    if (outbound_post(sink->outbound, &post, arena, &answer, error) != STATUS_OK)
        return SINK_FAILED;
    return outcome_of(answer.status, error);
}

static enum sink_outcome send_by_syslog(
    struct sink *sink, const struct sink_batch *batch, struct arena *arena, struct error *error)
{
    const struct stream_server server = {
        .host = sink->address.host,
        .port = sink->address.port,
        .is_secure = sink->address.transport == SINK_SYSLOG_TLS,
        .ca_file = sink->parts->settings->sink_ca_file,
    };
    AUTO_BUF frames = {0};

    buf_init(&frames, MOST_BYTES);
    for (size_t i = 0; i < batch->count; i++)
        sink_syslog_frame(&batch->lines[i], sink->host_name, arena, &frames);
    return outbound_stream(sink->outbound, &server, buf_text(&frames), arena, error) == STATUS_OK
               ? SINK_SENT
               : SINK_FAILED;
}

static enum sink_outcome send_to_file(
    struct sink *sink, const struct sink_batch *batch, struct arena *arena, struct error *error)
{
    const struct wrapping lines = {
        .head = "", .between = sink->format->line_end, .end = sink->format->line_end};
    struct text directory = sink->parts->settings->sink_directory;

    if (directory.size == 0) {
        error_set(error, STATUS_UNAVAILABLE, "SINK_DIRECTORY is not set");
        return SINK_FAILED;
    }
    return sink_file_append(
               text_c(arena, directory), sink->address.file, text_from(sink->format->head),
               wrap(&lines, batch, arena), arena, error) == STATUS_OK
               ? SINK_SENT
               : SINK_FAILED;
}

enum sink_outcome sink_send(
    struct sink *sink, const struct sink_batch *batch, struct arena *arena, struct error *error)
{
    switch (sink->address.transport) {
    case SINK_FILE:
        return send_to_file(sink, batch, arena, error);
    case SINK_SYSLOG_TLS:
    case SINK_SYSLOG_TCP:
        return send_by_syslog(sink, batch, arena, error);
    default:
        return send_by_http(sink, batch, arena, error);
    }
}
