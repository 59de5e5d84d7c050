/*
 * Between the keyring (who has which key) and the boxes (what is done with it).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_KEYRING_INTERNAL_H
#define EVENTLOG_KEYRING_INTERNAL_H

#include "core/base/map.h"
#include "eventlog/seal.h"
#include "eventlog/store/env.h"

#include <pthread.h>
#include <stdatomic.h>

enum {
    KEY_ID_SIZE = 8,
    KEY_NAME_SIZE = 16 + KEY_ID_SIZE,
    WRAPPED_TAG = AEAD_NONCE_SIZE,
    WRAPPED_KEY = WRAPPED_TAG + AEAD_TAG_SIZE,
    WRAPPED_SIZE = WRAPPED_KEY + AEAD_KEY_SIZE,
    WRAPPED_MONTH = WRAPPED_SIZE, /* of a key of origins, behind it */
    WRAPPED_MOST = WRAPPED_MONTH + 4,
    OWN_KEYS = KEY_JWT + 1
};

struct data_key;

/* How the file is opened, and its table. */
struct store_settings keyring_store_settings(const char *home, bool is_read_only);
extern const struct store_table_spec keyring_table_spec;

struct keyring {
    char *home;
    struct store_env *env;
    pthread_mutex_t spare_lock;
    struct store_env *spare;                             /* NULL until a commit has failed */
    _Atomic(struct store_env *) to_read;                 /* one of both */
    struct store_table table;                            /* in each */
    const struct store_fault_injection *fault_injection; /* borrowed; NULL but in tests */
    bool is_read_only;
    uint8_t secret[AEAD_KEY_SIZE];        /* the key-encryption key, */
    uint8_t former[AEAD_KEY_SIZE];        /* and the one before it, which opens, too … */
    bool has_former;                      /* … where the operator has given it */
    uint8_t own[OWN_KEYS][AEAD_KEY_SIZE]; /* by enum installation_key; fixed once opened */
    struct mac *macs[DIGEST_KINDS];       /* of keyed digests; fixed once opened */
    _Atomic uint64_t lost;                /* boxes met whose key is in no row */
    pthread_mutex_t trace_lock;           /* of whoever commits, and of wiping */
    atomic_bool has_traces;               /* of a destroyed key, in this process's memory */
    atomic_bool is_wipe_due;              /* … and perhaps in the file: keys.unwiped is there */

    struct aead_sealer *sealer; /* the writer's */

    /* The writer's: newest keys of subjects that it sealed for, and which of them to store. */
    struct map *cached; /* by subject and month: struct data_key, owned */
    struct data_key **unstored;
    size_t unstored_count;
    size_t unstored_capacity;
};

/* The start of the digest of a key: as random as the key, so that no two keys share one and a key
 * that stands under a foreign id is found out. */
struct key_id {
    uint8_t bytes[KEY_ID_SIZE];
};
struct key_id key_id_of(const uint8_t key[AEAD_KEY_SIZE]);

/* One of a subject's keys. */
struct data_key {
    struct uuid subject;
    int64_t month; /* whose origins it seals (timestamp_month); 0: it seals fields */
    struct key_id id;
    uint8_t bytes[AEAD_KEY_SIZE];
};

/* What keys.mdb says of a key. */
enum key_state {
    KEY_PRESENT,
    KEY_DESTROYED, /* an empty row is left */
    KEY_LOST       /* never heard of: the file is older than the key, or another one */
};

/* A key's name in the table: subject 16 ‖ key id 8. */
struct key_name {
    uint8_t bytes[KEY_NAME_SIZE];
};
struct key_name key_name_of(struct uuid subject, struct key_id id);
struct bytes key_name_bytes(const struct key_name *name);

/* The name of the salt's row. */
extern const struct bytes keyring_salt_name;

/* Is that what stands in the row of a key that is not destroyed? Its size says so. */
bool keyring_is_wrapped(struct bytes wrapped);

/* The month that the key of such a row is of; 0: of none. */
int64_t keyring_month_of(struct bytes wrapped);

/* Opens what stands in the row of that name: nonce 12 ‖ tag 16 ‖ key 32, and a month perhaps. False where the secret
 * is not the one that it was wrapped with, or the row is damaged or empty. */
MUST_USE bool keyring_unwrap(
    const uint8_t secret[AEAD_KEY_SIZE],
    struct bytes name,
    struct bytes wrapped,
    uint8_t out[AEAD_KEY_SIZE]);

/* The same by either key-encryption key of the keyring. */
MUST_USE bool keyring_opens(
    const struct keyring *keyring,
    struct bytes name,
    struct bytes wrapped,
    uint8_t out[AEAD_KEY_SIZE]);

/* The other way round, under the one that there is; in the room. */
struct wrapped_room {
    uint8_t bytes[WRAPPED_MOST];
};
struct bytes keyring_wrap(
    const struct keyring *keyring,
    struct bytes name,
    const uint8_t key[AEAD_KEY_SIZE],
    int64_t month,
    struct wrapped_room *room);

/* From now on this process has traces of rows that are gone, and marks that. */
MUST_USE enum status keyring_begin_traces(struct keyring *keyring, struct error *error);

/* Stores a key, wrapped. */
MUST_USE enum status keyring_put(
    struct keyring *keyring,
    struct store_txn *txn,
    const struct data_key *key,
    struct error *error);

/* Wipes what the writer remembers, unstored keys too. */
void keyring_forget_cached(struct keyring *keyring);

/* The key under which a subject's fields are sealed today, or where they came from in a month; made when there is
 * none that is not destroyed. `out` names subject and month. Writer thread. */
MUST_USE enum status
keyring_key_for_sealing(struct keyring *keyring, struct data_key *out, struct error *error);

/* Before a commit: where it may bring traces of destroyed keys to the file, that is marked, synced. */
MUST_USE enum status keyring_note_traces(struct keyring *keyring, struct error *error);

/* Is keys.unwiped there? */
bool keyring_has_mark(const struct keyring *keyring);

/* What a writing transaction puts. */
typedef enum status
keyring_fill(struct keyring *keyring, struct store_txn *txn, void *context, struct error *error);

/* The one way into the table once it is unlocked: commits what `fill` puts, and notes first that this may bring
 * traces. After a failed commit LMDB may refuse the environment to everybody: readers have another one then. Any
 * thread. */
MUST_USE enum status
keyring_write(struct keyring *keyring, keyring_fill *fill, void *context, struct error *error);

/* A reading transaction on the keys. Any thread. */
MUST_USE enum status
keyring_begin(struct keyring *keyring, struct store_txn **out, struct error *error);

/* Fills the bytes of the key that `out` names by subject and id, if it is there. */
MUST_USE enum status keyring_find(
    struct keyring *keyring,
    struct store_txn *txn,
    struct data_key *out,
    enum key_state *out_state,
    struct error *error);

/* Reads the rows that every file has, and makes them in a new one: secret, own keys, digests' keys. */
MUST_USE enum status keyring_unlock(
    struct keyring *keyring, const struct keyring_settings *settings, struct error *error);

/* The key-encryption key: made of `secret` (argon2id, with the salt of keys.mdb) when that is given,
 * else the 32 bytes of <home>/secret.key, which is made first when `may_create`. STATUS_INVALID when
 * there is none or it has another size, STATUS_UNAVAILABLE when the file cannot be read or written. */
struct secret_source {
    const char *home;
    struct text secret; /* absent: the file */
    struct text former; /* the same of the key-encryption key before it */
    uint8_t salt[PASSWORD_SALT_SIZE];
    bool may_create;
};
MUST_USE enum status
secret_load(const struct secret_source *source, uint8_t out[AEAD_KEY_SIZE], struct error *error);

/* The one before it; of <home>/secret.key.former where no text is given. STATUS_NOT_FOUND when there is none. */
MUST_USE enum status secret_load_former(
    const struct secret_source *source, uint8_t out[AEAD_KEY_SIZE], struct error *error);

#endif
