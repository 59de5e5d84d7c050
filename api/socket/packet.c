/*
 * Packets.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/socket/packet.h"

#include "core/shape/json_check.h"
#include "core/shape/json_peek.h"
#include "core/shape/shape.h"
#include "core/shape/shape_json.h"

enum { LONGEST_NAMESPACE = 64, MOST_ACK_DIGITS = 15 };

/* Names that the libraries of both sides keep for themselves. */
static const char *const reserved[] = {"connect",       "connect_error", "disconnect",
                                       "disconnecting", "newListener",   "removeListener"};

static bool is_reserved(struct text name)
{
    for (size_t i = 0; i < COUNT_OF(reserved); i++) {
        if (text_is(name, reserved[i]))
            return true;
    }
    return false;
}

static struct text rest_from(struct text t, size_t at)
{
    return text_slice(t, at, t.size);
}

/* "/name," or, where nothing follows, "/name". */
static bool take_namespace(struct text *rest, struct text *out)
{
    size_t end;

    *out = text_lit("/");
    if (rest->size == 0 || rest->data[0] != '/')
        return true;
    end = text_find(*rest, ',', 0);
    *out = text_slice(*rest, 0, end);
    *rest = rest_from(*rest, end < rest->size ? end + 1 : end);
    return out->size <= LONGEST_NAMESPACE;
}

static bool take_ack(struct text *rest, int64_t *out)
{
    size_t digits = 0;

    *out = INT64_ABSENT;
    while (digits < rest->size && rest->data[digits] >= '0' && rest->data[digits] <= '9')
        digits++;
    if (digits == 0)
        return true;
    if (digits > MOST_ACK_DIGITS || !text_to_int64(text_slice(*rest, 0, digits), out))
        return false;
    *rest = rest_from(*rest, digits);
    return true;
}

/* ["name", {…}]: one argument or none. */
static bool read_event(struct packet *packet, struct arena *arena)
{
    struct text item;
    size_t cursor = 0;

    if (!json_peek_item(packet->data, &cursor, &item))
        return false;
    packet->name = json_peek_text(arena, item);
    if (!text_is_present(packet->name) || is_reserved(packet->name))
        return false;
    if (!json_peek_item(packet->data, &cursor, &item))
        item = text_lit("{}");
    packet->data = item;
    return true;
}

static bool read_data(struct packet *packet, struct text rest, struct arena *arena)
{
    packet->data = rest.size > 0 ? text_trim(rest) : (struct text){NULL, 0};
    if (rest.size > 0 && !json_is_valid(rest))
        return false;
    switch (packet->type) {
    case PACKET_EVENT:
        return read_event(packet, arena);
    case PACKET_CONNECT:
        return packet->data.size == 0 || packet->data.data[0] == '{';
    case PACKET_ACK:
        return packet->ack != INT64_ABSENT && packet->data.size > 0 && packet->data.data[0] == '[';
    case PACKET_DISCONNECT:
        return packet->data.size == 0;
    case PACKET_CONNECT_ERROR:
        break;
    }
    return true;
}

bool packet_read(struct text text, struct arena *arena, struct packet *out)
{
    struct text rest;

    if (text.size == 0 || text.data[0] < '0' || text.data[0] > '0' + PACKET_ACK)
        return false;
    *out = (struct packet){.whole = text, .type = (enum packet_type)(text.data[0] - '0')};
    rest = rest_from(text, 1);
    return take_namespace(&rest, &out->namespace) && take_ack(&rest, &out->ack) &&
           read_data(out, rest, arena);
}

static void begin(struct buf *out, enum packet_type type, struct text namespace)
{
    buf_add_char(out, ENGINE_MESSAGE);
    buf_add_char(out, (char)('0' + (int)type));
    if (text_is(namespace, "/"))
        return;
    buf_add_text(out, namespace);
    buf_add_char(out, ','); /* also with nothing behind it: the agent's reader wants it */
}

void packet_write(
    struct buf *out, enum packet_type type, struct text namespace, int64_t ack, struct text data)
{
    begin(out, type, namespace);
    if (ack != INT64_ABSENT)
        buf_add_int64(out, ack);
    buf_add_text(out, data);
}

void packet_write_event(struct buf *out, struct text namespace, const char *name, struct text data)
{
    begin(out, PACKET_EVENT, namespace);
    buf_add_char(out, '[');
    json_write_text(out, text_from(name));
    buf_add_char(out, ',');
    buf_add_text(out, data);
    buf_add_char(out, ']');
}

void packet_write_ack(struct buf *out, struct text namespace, int64_t ack, struct text data)
{
    begin(out, PACKET_ACK, namespace);
    buf_add_int64(out, ack);
    buf_add_char(out, '[');
    buf_add_text(out, data);
    buf_add_char(out, ']');
}
