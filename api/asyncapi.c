/*
 * AsyncAPI 3.0.0: a channel is a namespace, an operation one message of it, with its acknowledgement as
 * the reply.
 *
 *   message_catalog ─► what is heard ─┐
 *                                     ├─► messages of channels ─► schemas
 *   told_catalog ────► what is told ──┘
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/asyncapi.h"

#include "api/openapi_internal.h"
#include "api/told.h"
#include "core/base/arena.h"
#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/shape/shape_json.h"

enum {
    LARGEST_DOCUMENT = 4 << 20,
    LARGEST_INPUT = 1 << 18,
    MOST_ENTRIES = 512,
    MOST_CHANNELS = 16
};

/* One message, as it stands in its channel: heard, acknowledged or told. */
struct message_entry {
    struct text channel; /* "agent-realtime" */
    struct text name;
    const char *doc;
    const char *suffix;          /* of the key, behind the name: ".ack" of an acknowledgement */
    const struct route *route;   /* of what is heard, else NULL */
    const struct shape *payload; /* NULL: an object that says nothing */
    enum schema_side side;
    bool is_told;
};

struct document {
    struct openapi_components components;
    struct message_entry entries[MOST_ENTRIES];
    size_t count;
    struct text channels[MOST_CHANNELS];
    size_t channel_count;
    struct arena *arena; /* of inputs that are made */
};

static void note_channel(struct document *document, struct text channel)
{
    for (size_t i = 0; i < document->channel_count; i++) {
        if (text_equal(document->channels[i], channel))
            return;
    }
    must(document->channel_count < MOST_CHANNELS);
    document->channels[document->channel_count++] = channel;
}

static void add_entry(struct document *document, struct message_entry entry)
{
    must(document->count < MOST_ENTRIES);
    document->entries[document->count++] = entry;
    note_channel(document, entry.channel);
    if (entry.payload != NULL)
        openapi_components_add(&document->components, entry.payload, entry.side);
}

/* Its path is "/<namespace>/<name>". */
static void add_message(struct document *document, const struct route *route)
{
    struct text name = text_slice(text_from(route->path), 1, text_from(route->path).size);
    struct text channel = text_cut(&name, '/');
    struct message_entry heard = {
        .channel = channel,
        .name = name,
        .doc = route->doc,
        .suffix = "",
        .route = route,
        .payload = route_input(route, document->arena),
        .side = SCHEMA_MESSAGE,
    };
    struct message_entry acknowledgement = {
        .channel = channel,
        .name = name,
        .doc = "Acknowledges it, where that was asked for.",
        .suffix = ".ack",
        .payload = route_answer(route),
        .side = SCHEMA_ANSWER,
    };

    add_entry(document, heard);
    if (acknowledgement.payload != NULL)
        add_entry(document, acknowledgement);
}

/* Several events may be told by one name: it stands here once. */
static bool is_told_before(const struct document *document, const struct message_entry *entry)
{
    for (size_t i = 0; i < document->count; i++) {
        const struct message_entry *other = &document->entries[i];
        if (other->is_told && text_equal(other->channel, entry->channel) &&
            text_equal(other->name, entry->name))
            return true;
    }
    return false;
}

static void add_told(struct document *document, const struct told *told)
{
    struct message_entry entry = {
        .channel = text_slice(text_from(told->namespace), 1, text_from(told->namespace).size),
        .name = text_from(told->name),
        .doc = told->doc,
        .suffix = "",
        .payload = told->shape,
        .side = SCHEMA_ANSWER,
        .is_told = true,
    };

    if (!is_told_before(document, &entry))
        add_entry(document, entry);
}

static void gather(struct document *document)
{
    struct told told;

    for (const struct route_area *area = message_catalog; area->name != NULL; area++) {
        for (const struct route *route = area->routes; route->method != NULL; route++)
            add_message(document, route);
    }
    for (const struct told_area *area = told_catalog; area->name != NULL; area++) {
        for (size_t i = 0; told_at(area, i, &told); i++)
            add_told(document, &told);
    }
}

/* The key of a message in its channel; with that, that of its component. */
static void write_key(const struct message_entry *entry, bool is_component, struct buf *out)
{
    if (is_component)
        buf_printf(out, "%.*s.", TEXT_ARGS(entry->channel));
    buf_printf(
        out, "%s%.*s%s", entry->is_told ? "told." : "", TEXT_ARGS(entry->name), entry->suffix);
}

static void write_channel(const struct document *document, struct text channel, struct buf *out)
{
    size_t count = 0;

    buf_printf(
        out,
        "\"%.*s\":{\"address\":\"/%.*s\",\"description\":\"Namespace of Socket.IO.\","
        "\"messages\":{",
        TEXT_ARGS(channel), TEXT_ARGS(channel));
    for (size_t i = 0; i < document->count; i++) {
        const struct message_entry *entry = &document->entries[i];
        if (!text_equal(entry->channel, channel))
            continue;
        buf_add_c(out, count++ > 0 ? ",\"" : "\"");
        write_key(entry, false, out);
        buf_add_c(out, "\":{\"$ref\":\"#/components/messages/");
        write_key(entry, true, out);
        buf_add_c(out, "\"}");
    }
    buf_add_c(out, "}}");
}

static void write_message_reference(const struct message_entry *entry, struct buf *out)
{
    buf_printf(out, "{\"$ref\":\"#/channels/%.*s/messages/", TEXT_ARGS(entry->channel));
    write_key(entry, false, out);
    buf_add_c(out, "\"}");
}

/* An acknowledgement stands behind what it acknowledges. */
static const struct message_entry *acknowledgement_of(const struct document *document, size_t index)
{
    const struct message_entry *next = &document->entries[index + 1];

    return index + 1 < document->count && next->suffix[0] != '\0' ? next : NULL;
}

static void write_channel_reference(const struct message_entry *entry, struct buf *out)
{
    buf_printf(out, "\"channel\":{\"$ref\":\"#/channels/%.*s\"}", TEXT_ARGS(entry->channel));
}

static void write_reply(const struct message_entry *acknowledgement, struct buf *out)
{
    if (acknowledgement == NULL)
        return;
    buf_add_c(out, ",\"reply\":{");
    write_channel_reference(acknowledgement, out);
    buf_add_c(out, ",\"messages\":[");
    write_message_reference(acknowledgement, out);
    buf_add_c(out, "]}");
}

static void write_operation(const struct document *document, size_t index, struct buf *out)
{
    const struct message_entry *entry = &document->entries[index];

    buf_add_c(out, index > 0 ? ",\"" : "\"");
    write_key(entry, true, out);
    buf_printf(out, "\":{\"action\":\"%s\",", entry->is_told ? "send" : "receive");
    write_channel_reference(entry, out);
    buf_add_c(out, ",\"summary\":");
    json_write_text(out, text_from(entry->doc));
    buf_add_c(out, ",\"messages\":[");
    write_message_reference(entry, out);
    buf_add_char(out, ']');
    if (entry->route != NULL && entry->route->most_in_5s > 0)
        buf_printf(
            out, ",\"description\":\"At most %lld in five seconds.\"",
            (long long)entry->route->most_in_5s);
    write_reply(acknowledgement_of(document, index), out);
    buf_add_char(out, '}');
}

static void write_message(const struct message_entry *entry, struct buf *out)
{
    buf_add_char(out, '"');
    write_key(entry, true, out);
    buf_add_c(out, "\":{\"name\":");
    json_write_text(out, entry->name);
    buf_add_c(out, ",\"summary\":");
    json_write_text(out, text_from(entry->doc));
    buf_add_c(out, ",\"contentType\":\"application/json\",\"payload\":");
    if (entry->payload != NULL)
        shape_reference_write(entry->payload, out);
    else
        buf_add_c(out, "{\"type\":\"object\"}");
    buf_add_char(out, '}');
}

static void write_document(const struct document *document, struct buf *out)
{
    buf_add_c(
        out,
        "{\"asyncapi\":\"3.0.0\",\"info\":{\"title\":\"Fleetledger\",\"version\":\"1\","
        "\"description\":\"What goes over sockets: Socket.IO 5 on Engine.IO 4. A message is an "
        "event with one argument, its payload; a reply is its acknowledgement, which only comes "
        "where it is asked for. Payloads of /agent-realtime also have `type`, the message's "
        "name; what is told of changes also has `sequence`, the size of the ledger that it "
        "reflects, and `sourceInstanceId`.\",\"license\":{\"name\":\"Apache-2.0\",\"url\":"
        "\"https://www.apache.org/licenses/LICENSE-2.0\"}},\"servers\":{\"here\":{"
        "\"host\":\"{host}\",\"pathname\":\"/socket.io/\",\"protocol\":\"ws\","
        "\"description\":\"This server; wss where it is reached by https.\",\"variables\":"
        "{\"host\":{\"default\":\"localhost:3001\","
        "\"description\":\"Its host and port.\"}}}},\"channels\":{");
    for (size_t i = 0; i < document->channel_count; i++) {
        buf_add_c(out, i > 0 ? "," : "");
        write_channel(document, document->channels[i], out);
    }
    buf_add_c(out, "},\"operations\":{");
    for (size_t i = 0; i < document->count; i++) {
        if (document->entries[i].suffix[0] == '\0')
            write_operation(document, i, out);
    }
    buf_add_c(out, "},\"components\":{\"messages\":{");
    for (size_t i = 0; i < document->count; i++) {
        buf_add_c(out, i > 0 ? "," : "");
        write_message(&document->entries[i], out);
    }
    buf_add_c(out, "},\"schemas\":{");
    openapi_schemas_write(&document->components, out);
    buf_add_c(out, "}}}");
}

struct text asyncapi_print(struct arena *arena)
{
    struct document *document = heap_new(sizeof(*document));
    AUTO_ARENA inputs = arena_new(LARGEST_INPUT);
    AUTO_BUF out = {0};

    document->arena = inputs;
    buf_init(&out, LARGEST_DOCUMENT);
    gather(document);
    write_document(document, &out);
    heap_free(document);
    return text_copy(arena, buf_text(&out));
}
