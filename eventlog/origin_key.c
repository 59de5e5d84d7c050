/*
 * Persons by the month, all others by the day.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/origin_key.h"

#include "core/crypto/crypto.h"
#include "eventlog/keyed_digest.h"

#include <string.h>

struct uuid origin_subject(struct actor actor, struct timestamp at)
{
    static const char purpose[] = "origin of a day";
    int64_t day = keyed_digest_day(at);
    uint8_t seed[sizeof(purpose) + 9];
    struct digest digest;

    if (actor.kind == ACTOR_USER && uuid_is_present(actor.id))
        return actor.id;
    memcpy(seed, purpose, sizeof(purpose));
    seed[sizeof(purpose)] = (uint8_t)actor.kind;
    for (int i = 0; i < 8; i++)
        seed[sizeof(purpose) + 1 + (size_t)i] = (uint8_t)((uint64_t)day >> (56 - 8 * i));
    digest = sha256((struct bytes){seed, sizeof(seed)});
    return uuid_v8(digest.bytes);
}

struct origin_key origin_key_of(struct actor actor, struct uuid person, struct timestamp at)
{
    struct uuid of = UUID_NONE;

    if (actor.kind == ACTOR_USER)
        of = actor.id;
    else if (actor.kind == ACTOR_STRANGER)
        of = person;
    if (uuid_is_present(of))
        return (struct origin_key){of, timestamp_month(at)};
    return (struct origin_key){origin_subject(actor, at), 0};
}
