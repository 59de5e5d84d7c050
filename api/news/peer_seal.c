/*
 * Keys, numbers and what is believed of what comes. Threads publish out of order, so a number is taken that is up to
 * 63 behind the greatest, once.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/news/peer_seal.h"

#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/shape/json_check.h"
#include "core/shape/shape_pack.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

enum { VERSION = 1, ID_SIZE = 16, BOUND_SIZE = 1 + ID_SIZE + 8, WINDOW = 64 };

static const struct field peer_message_fields[] = {
    {TIMESTAMP(peer_message, sent_at), .tag = 1, .flags = REQUIRED,
     .doc = "Time by the sender's clock."},
    {UUID(peer_message, node_id), .tag = 2, .doc = "Id of the node that was seen."},
    {TIMESTAMP(peer_message, seen_at), .tag = 3, .doc = "Time it was seen."},
    {BOOL(peer_message, is_told), .tag = 4, .doc = "Whether screens are told."},
    {OBJECT(peer_message, sample, metric_told), .tag = 5, .doc = "Sample that a node sent."},
};
const struct shape peer_message_shape =
    SHAPE(peer_message, "What a server tells the others of its installation.");

/* One whose message was opened. */
struct sender {
    struct uuid id; /* absent: nobody */
    uint8_t key[AEAD_KEY_SIZE];
    uint64_t newest;
    uint64_t taken; /* a bit for each of the WINDOW numbers up to the newest, that one last */
    uint64_t heard; /* when, by the count of what was opened */
};

struct peer_seal {
    uint8_t key[AEAD_KEY_SIZE];
    struct uuid self;
    uint8_t own_key[AEAD_KEY_SIZE];
    atomic_uint_fast64_t number;
    struct sender senders[PEER_MOST_SENDERS];
    uint64_t opened;
};

static void derive(
    const uint8_t key[AEAD_KEY_SIZE],
    const char purpose[16],
    struct uuid sender,
    uint8_t out[AEAD_KEY_SIZE])
{
    uint8_t message[16 + ID_SIZE];
    struct digest digest;

    memcpy(message, purpose, 16);
    memcpy(message + 16, sender.bytes, ID_SIZE);
    digest =
        hmac_sha256((struct bytes){key, AEAD_KEY_SIZE}, (struct bytes){message, sizeof(message)});
    memcpy(out, digest.bytes, AEAD_KEY_SIZE);
    crypto_wipe(&digest, sizeof(digest));
}

struct peer_seal *peer_seal_new(const uint8_t key[AEAD_KEY_SIZE], struct uuid sender)
{
    struct peer_seal *seal = heap_new(sizeof(*seal));

    derive(key, "redis peers  key", UUID_NONE, seal->key);
    seal->self = sender;
    derive(seal->key, "redis peers send", sender, seal->own_key);
    return seal;
}

void peer_seal_free(struct peer_seal *seal)
{
    if (seal == NULL)
        return;
    crypto_wipe(seal, sizeof(*seal));
    heap_free(seal);
}

void peer_seal_channel(const struct peer_seal *seal, char out[PEER_CHANNEL_SIZE])
{
    uint8_t name[AEAD_KEY_SIZE];
    int size = snprintf(out, PEER_CHANNEL_SIZE, "fleetledger:");

    derive(seal->key, "redis peers name", UUID_NONE, name);
    for (size_t i = 0; i < 16; i++)
        size += snprintf(out + size, (size_t)(PEER_CHANNEL_SIZE - size), "%02x", name[i]);
}

/* The head but for its tag. */
static void write_bound(uint8_t out[BOUND_SIZE], struct uuid sender, uint64_t number)
{
    out[0] = VERSION;
    memcpy(out + 1, sender.bytes, ID_SIZE);
    for (int i = 0; i < 8; i++)
        out[1 + ID_SIZE + i] = (uint8_t)(number >> (56 - 8 * i));
}

static uint64_t number_in(const uint8_t bound[BOUND_SIZE])
{
    uint64_t number = 0;

    for (int i = 0; i < 8; i++)
        number = number << 8 | bound[1 + ID_SIZE + i];
    return number;
}

static struct aead
aead_of(const uint8_t *key, const uint8_t bound[BOUND_SIZE], uint8_t nonce[AEAD_NONCE_SIZE])
{
    memset(nonce, 0, AEAD_NONCE_SIZE);
    memcpy(nonce + AEAD_NONCE_SIZE - 8, bound + 1 + ID_SIZE, 8);
    return (struct aead){.key = key, .nonce = nonce, .extra = {bound, BOUND_SIZE}};
}

bool peer_seal_close_packed(struct peer_seal *seal, struct bytes packed, struct buf *out)
{
    uint8_t head[PEER_HEAD_SIZE];
    uint8_t nonce[AEAD_NONCE_SIZE];
    uint8_t *sealed;
    struct aead aead;

    if (packed.size == 0 || packed.size > PEER_LARGEST_MESSAGE)
        return false;
    write_bound(head, seal->self, atomic_fetch_add(&seal->number, 1) + 1);
    aead = aead_of(seal->own_key, head, nonce);
    sealed = heap_array(packed.size, 1);
    aead_seal(&aead, packed, sealed, head + BOUND_SIZE);
    buf_add(out, head, sizeof(head));
    buf_add(out, sealed, packed.size);
    heap_free(sealed);
    return !buf_is_full(out);
}

bool peer_seal_close(struct peer_seal *seal, const struct peer_message *message, struct buf *out)
{
    AUTO_BUF packed = {0};

    buf_init(&packed, PEER_LARGEST_MESSAGE);
    shape_pack(&peer_message_shape, message, &packed);
    return !buf_is_full(&packed) && peer_seal_close_packed(seal, buf_bytes(&packed), out);
}

static struct sender *sender_of(struct peer_seal *seal, struct uuid id)
{
    for (size_t i = 0; i < PEER_MOST_SENDERS; i++) {
        if (uuid_equal(seal->senders[i].id, id))
            return &seal->senders[i];
    }
    return NULL;
}

/* In the place of nobody, else of who was heard least lately. */
static struct sender *
remember(struct peer_seal *seal, struct uuid id, const uint8_t key[AEAD_KEY_SIZE])
{
    struct sender *place = &seal->senders[0];

    for (size_t i = 1; i < PEER_MOST_SENDERS; i++) {
        if (seal->senders[i].heard < place->heard)
            place = &seal->senders[i];
    }
    *place = (struct sender){.id = id};
    memcpy(place->key, key, AEAD_KEY_SIZE);
    return place;
}

/* Notes that this number has come. False: it has before, or that is not known any more. */
static bool take_number(struct sender *sender, uint64_t number)
{
    uint64_t ahead = number > sender->newest ? number - sender->newest : 0;
    uint64_t behind = sender->newest - number;

    if (ahead > 0) {
        sender->taken = (ahead < WINDOW ? sender->taken << ahead : 0) | 1;
        sender->newest = number;
        return true;
    }
    if (behind >= WINDOW || (sender->taken >> behind & 1) != 0)
        return false;
    sender->taken |= UINT64_C(1) << behind;
    return true;
}

static bool is_of_now(struct timestamp sent_at, struct timestamp now)
{
    int64_t window_us = PEER_WINDOW_S * (int64_t)US_PER_S;

    return sent_at.us > now.us - window_us && sent_at.us < now.us + window_us;
}

/* A sample has all that a sample has, and JSON that a screen can read. */
static bool is_whole(const struct peer_message *message)
{
    const struct metric_told *told = message->sample;
    struct text stats = told == NULL ? (struct text){NULL, 0} : told->sample.network_stats.text;

    if (!timestamp_is_present(message->sent_at))
        return false;
    if (told == NULL)
        return uuid_is_present(message->node_id) && timestamp_is_present(message->seen_at);
    return uuid_is_present(told->sample.id) && uuid_is_present(told->sample.node_id) &&
           uuid_is_present(told->sample.workspace_id) &&
           timestamp_is_present(told->sample.recorded_at) &&
           (!text_is_present(stats) || (stats.data[0] == '{' && json_is_valid(stats)));
}

static bool unpack(struct bytes packed, struct arena *arena, struct peer_message *out)
{
    struct error error;

    return shape_unpack_canonical(&peer_message_shape, packed, arena, out, &error) == STATUS_OK &&
           is_whole(out);
}

static bool
open_box(const uint8_t *key, struct bytes sealed, struct arena *arena, struct bytes *out)
{
    uint8_t nonce[AEAD_NONCE_SIZE];
    struct aead aead = aead_of(key, sealed.data, nonce);
    struct bytes box = {sealed.data + PEER_HEAD_SIZE, sealed.size - PEER_HEAD_SIZE};
    uint8_t *plain = arena_take(arena, box.size);

    *out = (struct bytes){plain, box.size};
    return aead_open(&aead, box, sealed.data + BOUND_SIZE, plain);
}

enum peer_verdict peer_seal_open(
    struct peer_seal *seal,
    struct bytes sealed,
    struct timestamp now,
    struct arena *arena,
    struct peer_message *out)
{
    uint8_t key[AEAD_KEY_SIZE];
    struct bytes packed;
    struct sender *sender;
    struct uuid id;

    if (sealed.size <= PEER_HEAD_SIZE || sealed.size > PEER_HEAD_SIZE + PEER_LARGEST_MESSAGE ||
        sealed.data[0] != VERSION)
        return PEER_FOREIGN;
    memcpy(id.bytes, sealed.data + 1, ID_SIZE);
    sender = uuid_is_present(id) ? sender_of(seal, id) : NULL;
    if (sender == NULL)
        derive(seal->key, "redis peers send", id, key);
    else
        memcpy(key, sender->key, AEAD_KEY_SIZE);
    if (!open_box(key, sealed, arena, &packed) || !unpack(packed, arena, out))
        return PEER_FOREIGN;
    if (!is_of_now(out->sent_at, now))
        return PEER_STALE;
    if (sender == NULL)
        sender = remember(seal, id, key);
    sender->heard = ++seal->opened;
    return take_number(sender, number_in(sealed.data)) ? PEER_TAKEN : PEER_STALE;
}
