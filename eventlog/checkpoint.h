/*
 * Checkpoints: what we sign about the ledger. A checkpoint (C2SP tlog-checkpoint) is three lines,
 * origin, size and root; a signed note (C2SP signed-note) is any such text with lines of
 * signatures below. Tools that we did not write verify both.
 *
 *   audit.example.com/ws/demo                ┐
 *   3                                        │ text, signed to its last line end
 *   2y7/5k02NSvNTCYL3g4RODEMn3e4nUxXV4Z…     ┘
 *
 *   — audit.example.com/ws/demo fuD9lnVH…    Base64 of key id 4 ‖ signature 64; a line for each key
 *
 * Pure functions; any thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_CHECKPOINT_H
#define EVENTLOG_CHECKPOINT_H

#include "core/crypto/crypto.h"

enum {
    NOTE_NAME_MAX = 255,
    NOTE_MAX_BYTES = 64 << 10,
    NOTE_MAX_SIGNATURES = 100,
    NOTE_MOST_KEYS = 16
};

struct checkpoint {
    struct text origin;
    uint64_t size;
    struct digest root;
};

/* A key that signs or verifies notes; its key id follows from both members. */
struct note_key {
    struct text name; /* of the log: its origin */
    uint8_t public_key[32];
};

/* The keys that a log is known by: more than one while it changes them. */
struct note_keys {
    struct note_key keys[NOTE_MOST_KEYS];
    size_t count;
};

/* Of a public key of 32 bytes. */
struct note_key note_key_of(struct text name, struct bytes public_key);

/* May it name a log? Not empty, clean UTF-8 of at most 255 bytes, no white space, control sign or
 * '+'. */
bool note_name_is_valid(struct text name);

/* The three lines, in the arena. The origin must be valid. */
struct text checkpoint_text(struct arena *arena, const struct checkpoint *checkpoint);

/* Reads the text of a note. False (and `out` untouched) when it is no checkpoint; extension lines
 * are allowed and ignored. The origin is borrowed from `text`. */
MUST_USE bool checkpoint_parse(struct arena *arena, struct text text, struct checkpoint *out);

/* First four bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key), big-endian. */
uint32_t note_key_id(const struct note_key *key);

/* The key as verifiers are given it, "<name>+<key id>+<Base64(0x01 ‖ public key)>"; and read from
 * there, with the name borrowed: false when malformed or when the id does not fit. */
struct text note_key_text(struct arena *arena, const struct note_key *key);
MUST_USE bool note_key_parse(struct arena *arena, struct text vkey, struct note_key *out);

/* One or more keys of one log, with white space between them. */
MUST_USE bool note_keys_parse(struct arena *arena, struct text vkeys, struct note_keys *out);

/* `keys` and another one below: note_key_text() and a line end each. */
struct text note_keys_add(struct arena *arena, struct text keys, const struct note_key *key);

/* The whole note: `text` (ending in a line end), an empty line, a signature with each of the seeds. */
struct note_seed {
    uint8_t bytes[32];
};
struct text note_sign(
    struct arena *arena,
    struct text text,
    struct text name,
    const struct note_seed *seeds,
    size_t count);

/* Gives the signed text, borrowed from `note`, when one of the keys has signed it. Signatures by other
 * keys are ignored; one by a known key that does not fit spoils the whole. */
MUST_USE bool note_verify_any(
    struct arena *arena, struct text note, const struct note_keys *keys, struct text *out_text);

/* The same with one key. */
MUST_USE bool note_verify(
    struct arena *arena, struct text note, const struct note_key *key, struct text *out_text);

/* The checkpoint in a note that one of the keys has signed, of the log that they are of. The origin is
 * borrowed from `note`. */
MUST_USE bool checkpoint_verify(
    struct arena *arena, struct text note, const struct note_keys *keys, struct checkpoint *out);

#endif
