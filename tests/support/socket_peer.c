/*
 * Frames by hand.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/socket_peer.h"

#include "core/base/arena.h"
#include "core/base/encode.h"
#include "tests/support/peer.h"

#include <openssl/evp.h>

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

enum { PATIENCE_S = 10, LARGEST_HEAD = 16 << 10 };

int socket_peer_accept(int listener)
{
    struct pollfd polled = {.fd = listener, .events = POLLIN};
    const struct timeval patience = {.tv_sec = PATIENCE_S};
    int peer;

    if (poll(&polled, 1, PATIENCE_S * 1000) != 1)
        return -1;
    peer = accept(listener, NULL, NULL);
    if (peer >= 0)
        (void)setsockopt(peer, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    return peer;
}

static bool receive_all(int peer, void *out, size_t size)
{
    char *at = out;

    while (size > 0) {
        ssize_t got = recv(peer, at, size, 0);
        if (got <= 0)
            return false;
        at += got;
        size -= (size_t)got;
    }
    return true;
}

bool socket_peer_shake_hands(int peer)
{
    static const char name[] = "Sec-WebSocket-Key: ";
    AUTO_ARENA arena = arena_new(LARGEST_HEAD);
    char head[LARGEST_HEAD] = "";
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned digest_size = 0;
    size_t size = 0;
    const char *key;
    struct text both;

    while (size + 1 < sizeof(head) && strstr(head, "\r\n\r\n") == NULL) {
        if (!receive_all(peer, head + size, 1))
            return false;
        size++;
    }
    key = strstr(head, name);
    if (key == NULL)
        return false;
    key += sizeof(name) - 1;
    both = text_format(
        arena, "%.*s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", (int)strcspn(key, "\r"), key);
    if (EVP_Digest(both.data, both.size, digest, &digest_size, EVP_sha1(), NULL) != 1)
        return false;
    return peer_send(
        peer, text_format(
                  arena,
                  "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                  "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
                  base64_encode(arena, (struct bytes){digest, digest_size}).data)
                  .data);
}

bool socket_peer_send_frame(int peer, unsigned first, struct text payload)
{
    unsigned char head[10] = {(unsigned char)first};
    size_t size = 2;

    if (payload.size < 126) {
        head[1] = (unsigned char)payload.size;
    } else if (payload.size <= 0xFFFF) {
        head[1] = 126;
        head[2] = (unsigned char)(payload.size >> 8);
        head[3] = (unsigned char)payload.size;
        size = 4;
    } else {
        head[1] = 127;
        for (int i = 0; i < 8; i++)
            head[2 + i] = (unsigned char)((uint64_t)payload.size >> (56 - 8 * i));
        size = 10;
    }
    return peer_send_bytes(peer, head, size) && peer_send_bytes(peer, payload.data, payload.size);
}

bool socket_peer_send(int peer, const char *message)
{
    return socket_peer_send_frame(peer, 0x81, text_from(message));
}

int socket_peer_receive(int peer, struct buf *out)
{
    unsigned char head[10];
    unsigned char mask[4];
    unsigned char part[4096]; /* a multiple of the mask */
    uint64_t size;
    size_t more;

    if (!receive_all(peer, head, 2) || (head[1] & 0x80) == 0)
        return -1;
    size = head[1] & 0x7F;
    more = size == 126 ? 2 : size == 127 ? 8 : 0;
    if (!receive_all(peer, head + 2, more) || !receive_all(peer, mask, sizeof(mask)))
        return -1;
    for (size_t i = 0; i < more; i++)
        size = (i == 0 ? 0 : size << 8) | head[2 + i];
    buf_clear(out);
    for (uint64_t at = 0; at < size; at += sizeof(part)) {
        size_t wanted = size - at < sizeof(part) ? (size_t)(size - at) : sizeof(part);
        if (!receive_all(peer, part, wanted))
            return -1;
        for (size_t i = 0; i < wanted; i++)
            part[i] ^= mask[i % 4];
        buf_add(out, part, wanted);
    }
    return buf_is_full(out) ? -1 : head[0];
}
