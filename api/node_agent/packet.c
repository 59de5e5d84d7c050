/*
 * Reading and writing packets.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node_agent/packet.h"

#include "core/shape/json_peek.h"
#include "core/shape/shape_json.h"

#include <string.h>

/* Absent where it is no JSON. */
static struct text valid_json(struct text t, struct arena *arena)
{
    struct text out = {NULL, 0};

    return json_compact(t, arena, &out, NULL) == STATUS_OK ? out : (struct text){NULL, 0};
}

static void read_event(struct text data, struct arena *arena, struct packet *out)
{
    struct text array;
    struct text name;
    size_t cursor = 0;

    /* The number of an answer that is asked for: we never give one. */
    while (data.size > 0 && data.data[0] >= '0' && data.data[0] <= '9')
        data = text_slice(data, 1, data.size);
    array = valid_json(data, arena);
    if (!json_peek_item(array, &cursor, &name) ||
        !text_is_present(out->name = json_peek_text(arena, name)))
        return;
    out->kind = PACKET_EVENT;
    if (!json_peek_item(array, &cursor, &out->payload))
        out->payload = (struct text){NULL, 0};
}

/* Behind the 4: a type, the namespace and a comma, data. Without namespace it is the one at the root. */
static void
read_message(struct text message, const char *name_space, struct arena *arena, struct packet *out)
{
    static const enum packet_kind kinds[] = {
        PACKET_CONNECTED, PACKET_GONE, PACKET_EVENT, PACKET_IGNORED, PACKET_REFUSED};
    unsigned type = message.size == 0 ? 9 : (unsigned)(message.data[0] - '0');
    struct text data = text_slice(message, 1, message.size);

    if (type >= COUNT_OF(kinds))
        return;
    out->kind = PACKET_IGNORED;
    if (!text_is(text_cut(&data, ','), name_space))
        return;
    if (kinds[type] == PACKET_EVENT) {
        out->kind = PACKET_MALFORMED;
        read_event(data, arena, out);
        return;
    }
    out->kind = kinds[type];
    out->payload = valid_json(data, arena);
}

void packet_read(
    struct text message, const char *name_space, struct arena *arena, struct packet *out)
{
    struct text rest = text_slice(message, 1, message.size);

    *out = (struct packet){.kind = PACKET_MALFORMED};
    switch (message.size == 0 ? '\0' : message.data[0]) {
    case '0':
        out->payload = valid_json(rest, arena);
        out->kind = text_is_present(out->payload) ? PACKET_OPEN : PACKET_MALFORMED;
        break;
    case '2':
        out->kind = PACKET_PING;
        break;
    case '4':
        read_message(rest, name_space, arena, out);
        break;
    case '1': /* the end of the connection follows */
    case '6':
        out->kind = PACKET_IGNORED;
        break;
    default:
        break;
    }
}

void packet_write_connect(const char *name_space, struct buf *out)
{
    buf_printf(out, "40%s,", name_space);
}

void packet_write_event(
    const char *name_space,
    const char *name,
    const struct shape *shape,
    const void *value,
    struct buf *out)
{
    buf_printf(out, "42%s,[\"%s\",", name_space, name);
    shape_json_write(shape, value, out);
    buf_add_char(out, ']');
}
