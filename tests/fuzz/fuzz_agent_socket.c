/*
 * What a server may send to an agent's socket: whatever the bytes, frames are taken from the front, each
 * as long as it says, and what they carry is a packet or none.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node_agent/packet.h"
#include "core/base/must.h"
#include "core/web/frame.h"

#include <stdint.h>

enum { MOST = 64 << 10, ARENA_BYTES = 16 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct text rest = {(const char *)data, size};
    struct frame frame;
    struct packet packet;

    while (frame_read(rest, MOST, &frame) == FRAME_WHOLE) {
        must(frame.size >= 2 && frame.size <= rest.size);
        must(frame.payload.data + frame.payload.size == rest.data + frame.size);
        packet_read(frame.payload, "/agent-realtime", arena, &packet);
        must(packet.kind != PACKET_EVENT || text_is_present(packet.name));
        must(packet.kind != PACKET_OPEN || text_is_present(packet.payload));
        rest = text_slice(rest, frame.size, rest.size);
    }
    return 0;
}
