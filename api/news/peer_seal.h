/*
 * What the servers of one installation tell one another through Redis, sealed so that nobody else can read it, add
 * to it or repeat it: Redis is trusted with nothing.
 *
 *   version 1 ‖ sender 16 ‖ number 8 ‖ tag 16 ‖ AES-256-GCM of the packed message
 *
 * The key follows from one that leader and followers share, and from the sender, whose id is new with each seal; its
 * numbers rise, and each is a nonce once. Additional data are version, sender and number.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NEWS_PEER_SEAL_H
#define API_NEWS_PEER_SEAL_H

#include "api/node/node_frames.h"
#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/crypto/crypto.h"

/* One of them is there: a node that was seen, or a sample that it sent. */
struct peer_message {
    struct timestamp sent_at;
    struct uuid node_id; /* that was seen … */
    struct timestamp seen_at;
    struct opt_bool is_told; /* … and whether screens are told, as of a heartbeat */
    const struct metric_told *sample;
};
extern const struct shape peer_message_shape;

enum {
    PEER_HEAD_SIZE = 1 + 16 + 8 + AEAD_TAG_SIZE,
    PEER_CHANNEL_SIZE = 64,
    PEER_LARGEST_MESSAGE = 128 << 10,
    PEER_WINDOW_S = 30, /* between the clocks of two servers, the way included */
    PEER_MOST_SENDERS = 16
};

struct peer_seal;

/* `key`: of the installation; copied. `sender`: never used before. Given. */
struct peer_seal *peer_seal_new(const uint8_t key[AEAD_KEY_SIZE], struct uuid sender);
void peer_seal_free(struct peer_seal *seal); /* wipes its keys; accepts NULL */

/* The channel of the installation, which tells nothing of it. */
void peer_seal_channel(const struct peer_seal *seal, char out[PEER_CHANNEL_SIZE]);

/* Appends the sealed message. False: it is too large. Any thread. */
MUST_USE bool
peer_seal_close(struct peer_seal *seal, const struct peer_message *message, struct buf *out);
/* The same of one that is packed already, or of what is none: for tests. */
MUST_USE bool peer_seal_close_packed(struct peer_seal *seal, struct bytes packed, struct buf *out);

enum peer_verdict {
    PEER_TAKEN,
    PEER_FOREIGN, /* sealed by nobody of ours, or no message of this version */
    PEER_STALE    /* heard before, or from another time */
};

/* Opens what came; the message lies in the arena. One thread. */
enum peer_verdict peer_seal_open(
    struct peer_seal *seal,
    struct bytes sealed,
    struct timestamp now,
    struct arena *arena,
    struct peer_message *out);

#endif
