/*
 * A backup, read through before anything is made of it.
 *
 *   manifest ─► every file: there, of its size and digest, opened, whole
 *            ─► every event: in its place, its body that of its entry ─► root of each range
 *            ─► root of the checkpoint ◄── signed by a key that the events themselves name
 *
 * What is learned on the way is kept for whoever restores: which bodies were dropped, and which keys destroyed, at any
 * time that the backup knows of.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REPLAY_BACKUP_CHECK_H
#define REPLAY_BACKUP_CHECK_H

#include "core/crypto/envelope.h"
#include "eventlog/keyring_copy.h"
#include "eventlog/log_identity.h"
#include "eventlog/position.h"
#include "replay/backup_manifest.h"
#include "replay/backup_store.h"

/* Where its files come from. */
struct backup_source {
    struct backup_stores stores;
    struct envelope_key *key; /* of encrypted ones; NULL: none */
    struct buf stored;        /* reused */
    struct buf opened;        /* reused */
};
void backup_source_init(struct backup_source *source);
void backup_source_fini(struct backup_source *source); /* closes stores and key */

/* A file's content, decrypted where it is encrypted; borrowed from the source until the next one. STATUS_CORRUPT, code
 * "backup_damaged" or "backup_incomplete", names it. */
MUST_USE enum status backup_load(
    struct backup_source *source,
    struct file_store *store,
    const struct backup_part *part,
    struct bytes *out,
    struct error *error);

/* The events of a range, and rows, in the place of what is in `out`. */
MUST_USE enum status backup_load_range(
    struct backup_source *source,
    const struct backup_range *range,
    struct buf *out,
    struct error *error);
MUST_USE enum status backup_load_rows(
    struct backup_source *source,
    struct file_store *store,
    const struct backup_part *part,
    struct buf *out,
    struct error *error);

/* How much is wanted: up to a position, up to a time, or all where both are absent. */
struct backup_goal {
    int64_t position; /* of the last event, or INT64_ABSENT */
    struct timestamp time;
};

/* A body that an event of the backup dropped. */
struct backup_drop {
    uint64_t at;
    uint64_t by;
};

/* A key that was destroyed: a row's key of keys.mdb. */
struct backup_destroyed {
    uint8_t name[KEY_ROW_NAME_SIZE];
};

struct backup_facts {
    uint64_t size;                /* of what is wanted */
    struct digest root;           /* of that */
    struct timestamp at;          /* when its last event was recorded */
    struct log_identity identity; /* as of then, in the arena */
    struct bytes own_key_ids;     /* of position 0, in the arena */
    struct backup_drop *drops;    /* by rising position */
    size_t drop_count;
    struct backup_destroyed *destroyed; /* in the order of their bytes */
    size_t destroyed_count;
};

/* Reads all of it. STATUS_INVALID: the goal is not in it. The
 * facts are given: backup_facts_fini(). */
MUST_USE enum status backup_check(
    struct backup_source *source,
    const struct backup_manifest *manifest,
    const struct backup_goal *goal,
    struct arena *arena,
    struct backup_facts *out,
    struct error *error);
void backup_facts_fini(struct backup_facts *facts);

/* Was the body at a position dropped, and by which event? */
bool backup_facts_dropped(const struct backup_facts *facts, uint64_t at, uint64_t *out_by);

/* Was the key of that row destroyed? */
bool backup_facts_destroyed(const struct backup_facts *facts, struct bytes row_key);

#endif
