/*
 * What belongs to a backup: every file with its digest, and the signed checkpoint that their events lead to.
 *
 *   <chain>/manifest-<number>-<SHA-256 of its bytes>.json      <chain>: when its first backup was begun
 *   <chain>/range-<from>-<to>.zst    <chain>/checkpoints-<size>-<part>.zst      in the store
 *   keys/<time>-<chain>-<number>-<part>.zst                                     in that of keys
 *
 * The first backup of a chain is whole, each later one adds ranges and names all files of the chain: so the
 * newest manifest is enough. A manifest's name tells whether it was changed, it tells it of all other files, and
 * the checkpoint tells it of all of them together. A name that ends with ".cms" is of an encrypted file.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REPLAY_BACKUP_MANIFEST_H
#define REPLAY_BACKUP_MANIFEST_H

#include "core/base/arena.h"
#include "core/crypto/crypto.h"
#include "core/files/file_store.h"
#include "core/shape/shape.h"

enum { BACKUP_FORMAT = 1, MANIFEST_MAX_BYTES = 64 << 20, MANIFEST_ARENA_BYTES = 256 << 20 };

/* A file as it is stored. */
struct backup_part {
    struct text name;
    int64_t size;
    struct text digest; /* SHA-256 of its bytes, hexadecimal, as all digests here */
};

/* The part of that digest, if the store still has its file; else NULL. */
const struct backup_part *
backup_part_stored(struct file_store *store, const struct list *parts, struct text digest);

/* A range of the ledger. */
struct backup_range {
    struct text name;
    int64_t size;
    struct text digest;
    int64_t from;
    int64_t to;       /* the position behind its last */
    struct text root; /* of the ledger of that size */
};

struct backup_manifest {
    int64_t format;
    struct text ledger; /* hash of the leaf at position 0: no two ledgers have the same */
    struct text chain;
    int64_t number;           /* in the chain, from 0 */
    struct timestamp made_at; /* begun, where it is not finished yet */
    int64_t size;             /* of the ledger, as far as it is in here */
    struct text root;         /* of that size */
    struct text
        checkpoint;     /* signed; of that size, or where nobody could sign it, of a smaller one */
    struct list ranges; /* of struct backup_range, the first one from 0, without a gap */
    struct list checkpoints; /* of struct backup_part: rows of checkpoints.mdb (home_rows.h) */
    struct list keys; /* of struct backup_part: rows of keys.mdb, in the store of keys; perhaps
                                those of the backup before */
};

/* A digest as it stands here, in the arena. */
struct text backup_digest(struct arena *arena, struct digest digest);

/* How a manifest, or one that is not finished, is stored; the name lies in the arena. */
MUST_USE enum status backup_manifest_put(
    struct file_store *store,
    const struct backup_manifest *manifest,
    struct arena *arena,
    struct text *out_name,
    struct error *error);
MUST_USE enum status backup_manifest_put_unfinished(
    struct file_store *store,
    const struct backup_manifest *manifest,
    struct arena *arena,
    struct error *error);
struct text backup_manifest_unfinished_name(struct arena *arena, struct text chain);

/* STATUS_CORRUPT, code "backup_damaged", where it is not what its name says, or makes no sense. */
MUST_USE enum status backup_manifest_get(
    struct file_store *store,
    struct text name,
    struct arena *arena,
    struct backup_manifest *out,
    struct error *error);

/* What a store holds, by name, the oldest first; in the arena. */
struct backup_manifest_list {
    const struct text *names; /* of manifests */
    size_t count;
    struct text unfinished; /* the newest that was begun and not finished; absent: none */
};
MUST_USE enum status backup_manifest_list(
    struct file_store *store,
    struct arena *arena,
    struct backup_manifest_list *out,
    struct error *error);

/* The chain that a file of a backup belongs to, by its name. */
struct text backup_manifest_chain_of(struct text name);

/* A time as names have it, "20260322T164729Z", and back: absent where it is none. */
struct text backup_stamp(struct arena *arena, struct timestamp at);
struct timestamp backup_stamp_time(struct arena *arena, struct text stamp);

#endif
