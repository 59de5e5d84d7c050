/*
 * Question: which keys does somebody have? Whoever asks opens the boxes.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/security_key.h"
#include "eventlog/events/identity_events.h"

static const struct field query_security_keys_fields[] = {
    {UUID(query_security_keys, user_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the person."},
};
static const struct shape query_security_keys_shape =
    SHAPE(query_security_keys, "Person whose security keys are looked up.");

static const struct field known_key_fields[] = {
    {UUID(known_key, key_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the security key."},
    {UUID(known_key, event_id), .tag = 2, .flags = REQUIRED,
     .doc = "Id of the event that its boxes are encrypted for."},
    {PERSONAL(known_key, credential), .tag = 3, .doc = "Id by which the key knows itself."},
    {PERSONAL(known_key, public_key), .tag = 4, .doc = "Public key of the security key."},
    {LIST_OF(known_key, transports, KIND_TEXT), .tag = 5, .doc = "How browsers reach it."},
};
static const struct shape known_key_shape = SHAPE(known_key, "A security key of somebody.");

static const struct field security_keys_lookup_fields[] = {
    {OBJECTS(security_keys_lookup, keys, known_key), .tag = 1, .doc = "The person's keys."},
};
static const struct shape security_keys_lookup_shape =
    SHAPE(security_keys_lookup, "Security keys of somebody.");

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    const struct query_security_keys *question = input;
    struct security_keys_lookup *found = answer;
    struct known_key *keys = arena_array(arena, SECURITY_KEYS_OF_USER, sizeof(*keys));
    struct uuid id = UUID_NONE;
    struct security_key key;
    size_t count = 0;

    while (count < SECURITY_KEYS_OF_USER &&
           security_key_next(decision->model, question->user_id, &id)) {
        if (!security_key_load(decision, question->user_id, id, &key))
            continue;
        keys[count++] =
            (struct known_key){id, key.event_id, key.credential, key.public_key, key.transports};
    }
    found->keys = (struct list){keys, count};
}

const struct command query_security_keys_command = {
    .name = "query_security_keys",
    .doc = "Looks up the security keys of a person.",
    .input = &query_security_keys_shape,
    .answer = &security_keys_lookup_shape,
    .answer_from = answer_from,
    .is_question = true,
};
