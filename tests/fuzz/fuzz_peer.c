/*
 * What comes by Redis: as it is, where nothing opens, and as what a server of ours would have sealed, which is then
 * unpacked. Whatever it is, at most a whole message is taken, and the same one never twice.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/news/peer_seal.h"
#include "core/base/must.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct uuid sender = {{1}};
static const struct uuid listener = {{2}};

static void expect_whole(const struct peer_message *message)
{
    must(timestamp_is_present(message->sent_at));
    must(message->sample != NULL || uuid_is_present(message->node_id));
}

/* Under the sender's first number. */
static void open_twice(struct bytes sealed, struct timestamp now)
{
    const uint8_t key[AEAD_KEY_SIZE] = {7};
    struct peer_seal *seal = peer_seal_new(key, listener);
    AUTO_ARENA arena = arena_new(1 << 20);
    struct peer_message message;

    if (peer_seal_open(seal, sealed, now, arena, &message) == PEER_TAKEN) {
        expect_whole(&message);
        must(peer_seal_open(seal, sealed, now, arena, &message) == PEER_STALE);
    }
    peer_seal_free(seal);
}

static void open_sealed(struct bytes packed)
{
    const uint8_t key[AEAD_KEY_SIZE] = {7};
    struct peer_seal *seal = peer_seal_new(key, sender);
    AUTO_BUF sealed = {0};

    buf_init(&sealed, PEER_HEAD_SIZE + PEER_LARGEST_MESSAGE);
    if (peer_seal_close_packed(seal, packed, &sealed))
        open_twice(buf_bytes(&sealed), (struct timestamp){1});
    peer_seal_free(seal);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    open_twice((struct bytes){data, size}, (struct timestamp){1});
    open_sealed((struct bytes){data, size});
    return 0;
}
