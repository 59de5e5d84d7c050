/*
 * Packets of Socket.IO: what is read is what a packet may be, and written again it is read as the same.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/socket/packet.h"
#include "core/base/must.h"
#include "core/shape/shape.h"
#include "core/shape/shape_json.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ARENA_BYTES = 8 << 20, WRITTEN_BYTES = 8 << 20 };

static void check(const struct packet *packet)
{
    must(packet->namespace.size > 0 && packet->namespace.data[0] == '/');
    must(packet->ack == INT64_ABSENT || packet->ack >= 0);
    must(text_is_utf8(packet->data));
    if (packet->type == PACKET_EVENT)
        must(text_is_present(packet->name) && text_is_utf8(packet->name) && packet->data.size > 0);
    else
        must(!text_is_present(packet->name));
}

static void write_packet(const struct packet *packet, struct buf *out)
{
    if (packet->type == PACKET_EVENT) {
        buf_add_char(out, '2');
        buf_add_text(out, packet->namespace);
        buf_add_char(out, ',');
        if (packet->ack != INT64_ABSENT)
            buf_add_int64(out, packet->ack);
        buf_add_char(out, '[');
        json_write_text(out, packet->name);
        buf_add_char(out, ',');
        buf_add_text(out, packet->data);
        buf_add_char(out, ']');
        return;
    }
    packet_write(out, packet->type, packet->namespace, packet->ack, packet->data);
}

static void read_again(const struct packet *packet, struct arena *arena)
{
    struct packet again;
    struct text text;
    AUTO_BUF out = {0};

    buf_init(&out, WRITTEN_BYTES);
    write_packet(packet, &out);
    text = buf_text(&out);
    if (packet->type != PACKET_EVENT)
        text = text_slice(text, 1, text.size); /* the sign of a message of Engine.IO */
    must(packet_read(text, arena, &again));
    must(again.type == packet->type && again.ack == packet->ack);
    must(text_equal(again.namespace, packet->namespace) && text_equal(again.name, packet->name));
    must(text_equal(again.data, packet->data));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct text text = text_of_bytes((struct bytes){data, size});
    struct packet packet;

    if (!text_is_utf8(text) || !packet_read(text, arena, &packet) || arena_is_full(arena))
        return 0;
    check(&packet);
    read_again(&packet, arena);
    return 0;
}
