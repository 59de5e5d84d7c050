/*
 * Sealing what is personal, and the installation's own keys.
 *
 * keys.mdb holds a data key for each subject's fields, and one for where they came from in each month
 * (origin_key.h), wrapped by the key-encryption key. A box is
 *   subject 16 ‖ key id 8 ‖ nonce 12 ‖ tag 16 ‖ ciphertext,
 * AES-256-GCM with additional data = event id 16 ‖ field tag u16be. Destroying a subject's keys
 * forgets the person in every copy of the ledger: what they sealed reads as absent from then on. So does
 * what was sealed under a key that keys.mdb never heard of, but that is a loss, and counted.
 *
 * The keyring may be used by any thread for opening and digests; sealing is the writer's.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_SEAL_H
#define EVENTLOG_SEAL_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/crypto/crypto.h"
#include "core/shape/shape.h"
#include "eventlog/record.h"

struct keyring;

/* Opens <home>/keys.mdb, and makes the installation's own keys when it has no rows yet. The
 * key-encryption key is argon2id of `secret` when given, else the 32 bytes of <home>/secret.key (random,
 * mode 0600, made with the own keys). A wrong secret is STATUS_INVALID with code "wrong_secret".
 * Given. */
MUST_USE enum status keyring_open(
    const char *home,
    struct text secret,
    bool is_read_only,
    struct keyring **out,
    struct error *error);
void keyring_close(struct keyring *keyring); /* accepts NULL */

/* The same where another key-encryption key is on its way in: what the former one wrapped opens, too. It is made of
 * `former` when that is given, else of <home>/secret.key.former, if there is one. */
struct store_fault_injection;
struct keyring_settings {
    const char *home;
    struct text secret;
    struct text former;
    bool is_read_only;
    const struct store_fault_injection *fault_injection; /* borrowed; NULL but in tests */
};
MUST_USE enum status keyring_open_with(
    const struct keyring_settings *settings, struct keyring **out, struct error *error);

/* Wraps whatever the former key-encryption key wrapped anew, under the one that there is; in one commit, synced, and
 * what is left of the former rows is overwritten, as keyring_wipe() does. Any thread. STATUS_CORRUPT where a row opens
 * under neither: then nothing is written. */
enum { KEY_ENCRYPTION_ID_SIZE = 8 };
struct rewrapping {
    uint8_t key_id[KEY_ENCRYPTION_ID_SIZE]; /* of the key-encryption key that there is */
    bool has_former;                        /* and it is another one */
    int64_t rows;                           /* that were wrapped anew */
};
MUST_USE enum status
keyring_rewrap(struct keyring *keyring, struct rewrapping *out, struct error *error);

/* Keys of the installation. Any thread. */
enum installation_key {
    KEY_DIGEST = 1,  /* keyed digests of personal fields */
    KEY_TOKEN = 2,   /* mailed and install tokens: HMAC(key, purpose ‖ record id ‖ n) */
    KEY_SIGNING = 3, /* Ed25519 seed of checkpoints */
    KEY_JWT = 4      /* when JWT_SECRET is not set */
};
MUST_USE enum status keyring_installation_key(
    struct keyring *keyring, enum installation_key which, uint8_t out[32], struct error *error);

/* Whose key seals the personal fields of such a struct: its shape's subject field, or `fallback` where that
 * is absent or there is none. */
struct uuid seal_subject(const struct shape *shape, const void *value, struct uuid fallback);

/* Seals every personal field that has text: fills box, drops text. Digests that are due are there
 * already (keyed_digest_personal); personal fields stand at the top of a shape. Makes and remembers missing
 * keys, which keyring_commit() must have synced before the entry is. Writer thread. */
MUST_USE enum status keyring_seal(
    struct keyring *keyring,
    const struct shape *shape,
    struct uuid event_id,
    struct uuid fallback_subject,
    struct arena *arena,
    void *value,
    struct error *error);

/* The same of an origin, under the key that it is to be sealed under. Writer thread. */
struct origin_key;
MUST_USE enum status keyring_seal_origin(
    struct keyring *keyring,
    struct uuid event_id,
    const struct origin_key *under,
    struct arena *arena,
    struct origin *origin,
    struct error *error);

/* Syncs keys made since the last call; nothing to do is free. Writer thread. */
MUST_USE enum status keyring_commit(struct keyring *keyring, struct error *error);

/* Opens every personal field that has a box: fills text, which the arena overwrites at its end; a
 * destroyed or lost key leaves it absent. A box that does not fit its key is STATUS_CORRUPT. Any
 * thread. */
MUST_USE enum status keyring_open_fields(
    struct keyring *keyring,
    const struct shape *shape,
    struct uuid event_id,
    struct arena *arena,
    void *value,
    struct error *error);

/* A box that is kept outside of its event, in state or in a row, and what it is bound to. */
struct kept_box {
    struct bytes box;          /* absent: opens to no text */
    struct uuid event_id;      /* of the event that it was sealed in */
    const struct shape *shape; /* of any event that seals it under this tag */
    uint16_t tag;
};

/* The same for one such box: its text in the arena; absent where its key was destroyed or lost. */
MUST_USE enum status keyring_open_box(
    struct keyring *keyring,
    const struct kept_box *kept,
    struct arena *arena,
    struct text *out,
    struct error *error);

/* Whose key a box is sealed under; absent where it is none. */
struct uuid keyring_box_subject(struct bytes box);

/* Is a box that of an empty text? That needs no key. */
bool keyring_box_is_empty(struct bytes box);

/* Both of a record's personal parts, its origin and its event, in place. Any thread. */
MUST_USE enum status keyring_open_record(
    struct keyring *keyring, struct arena *arena, struct record *record, struct error *error);

/* What position 0 holds of the own keys, 8 bytes each: the start of SHA-256("key id" ‖ key). Another
 * installation's keys.mdb, or one that was emptied, has others. */
enum { KEYRING_OWN_IDS_SIZE = 4 * 8 };
void keyring_own_ids(const struct keyring *keyring, uint8_t out[KEYRING_OWN_IDS_SIZE]);

/* Is there a key of anybody, destroyed ones among them? Any thread. */
MUST_USE enum status keyring_has_subjects(struct keyring *keyring, bool *out, struct error *error);

/* How many boxes were met so far whose key keys.mdb has no row for. Any thread. */
uint64_t keyring_lost(const struct keyring *keyring);

/* The Ed25519 public key of the first seed of checkpoints, which position 0 names. */
void keyring_verifier_key(const struct keyring *keyring, uint8_t out[32]);

/* Makes another seed of checkpoints and gives the public key that verifies what it signs; synced. A seed is
 * for ever, and never given out again under another name. Any thread. */
MUST_USE enum status
keyring_make_signing_key(struct keyring *keyring, uint8_t out_verifier[32], struct error *error);

/* The seed whose public key that is; the caller wipes it. STATUS_NOT_FOUND (the error is left alone) when
 * there is none. Any thread. */
MUST_USE enum status keyring_signing_seed(
    struct keyring *keyring, const uint8_t verifier[32], uint8_t out_seed[32], struct error *error);

/* The public key of every seed that there is, the first one first. Any thread. */
MUST_USE enum status keyring_each_signing_key(
    struct keyring *keyring,
    void (*each)(const uint8_t verifier[32], void *context),
    void *context,
    struct error *error);

/* What a box says of itself, and whether its text can be had. */
enum box_state {
    BOX_OPENS,
    BOX_FORGOTTEN, /* its key was destroyed: an empty row is left */
    BOX_LOST,      /* its key is in no row */
    BOX_DAMAGED    /* it does not fit its key, or is none */
};
struct box_seen {
    const struct shape *part; /* whose field it is: origin_shape, or that of the event's type */
    const struct field *field;
    struct uuid subject;
    uint8_t key_id[8];
    enum box_state state;
};

/* Tries every box of a record, origin and event, and calls `each`. Nothing is counted as lost. Any
 * thread. */
MUST_USE enum status keyring_try_record(
    struct keyring *keyring,
    const struct record *record,
    void (*each)(const struct box_seen *box, void *context),
    void *context,
    struct error *error);

/* Every key of a subject, by its id, destroyed ones among them. Any thread. */
MUST_USE enum status keyring_each_key(
    struct keyring *keyring,
    struct uuid subject,
    void (*each)(const uint8_t key_id[8], bool is_destroyed, void *context),
    void *context,
    struct error *error);

/* Makes the rows of keys say what the record says: that they were destroyed, whatever is there now; a backup that
 * was restored may have brought some back. `names`: of each subject 16 ‖ key id 8, joined; `*out_were_there` tells
 * how many of them opened something still. In one commit, synced; keyring_wipe() is due where there were any. Nothing
 * that was sealed may wait for keyring_commit(). The writer's thread. */
MUST_USE enum status keyring_destroy(
    struct keyring *keyring, struct bytes names, uint64_t *out_were_there, struct error *error);

/* Overwrites what is left of destroyed keys in parts of keys.mdb that are no longer used, where that is due;
 * after a crash too. STATUS_UNAVAILABLE, code "being_read", while another process reads what was before:
 * again later. Any thread. */
MUST_USE enum status keyring_wipe(struct keyring *keyring, struct error *error);

/* Is nothing left of them? Any thread. */
bool keyring_is_wiped(const struct keyring *keyring);

#endif
