/*
 * One file after the other; the manifest comes last, and makes them a backup.
 *
 *   backup_place.c: where it goes on ─► newest signed checkpoint
 *                   ─► ranges, noted in unfinished.json as they are stored
 *                   ─► checkpoints, keys ─► manifest ─► what is not kept any more is removed
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "replay/backup.h"

#include "core/base/failpoint.h"
#include "core/base/heap.h"
#include "core/crypto/envelope.h"
#include "core/files/compressor.h"
#include "core/shape/shape_json.h"
#include "eventlog/checkpoint.h"
#include "eventlog/checkpoints.h"
#include "eventlog/home_rows.h"
#include "eventlog/ledger.h"
#include "replay/backup_expiry.h"
#include "replay/backup_internal.h"
#include "replay/backup_range.h"
#include "replay/exit_codes.h"
#include "replay/workspace.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

enum {
    LEVEL = 3,
    SIGNED_WITHIN_MS = 3000, /* a server signs every second */
    LOOK_EVERY_MS = 100,
    ROWS_BYTES = 48 << 20,
    MOST_KEPT = 100000
};

static const struct field backup_options_fields[] = {
    {TEXT(backup_options, to), .flags = REQUIRED, .min = 1, .max = 4000,
     .doc = "Directory that the backups lie in, made where it is missing, or s3://bucket/prefix."},
    {TEXT(backup_options, keys_to), .min = 1, .max = 4000,
     .doc = "Directory for the wrapped keys, which can lie elsewhere; else they go with the rest."},
    {BOOL(backup_options, full), .doc = "Begin another chain, in place of adding what is new."},
    {INT64(backup_options, full_days), .min = 1, .max = MOST_KEPT,
     .doc = "Age of a chain, in days, from which on another one is begun; else only by --full."},
    {TEXT(backup_options, encrypt_to), .min = 1, .max = 4000,
     .doc = "File with a certificate (PEM) whose key alone opens the files."},
    {INT64(backup_options, keep_full), .min = 1, .max = MOST_KEPT,
     .doc = "Number of newest chains to keep; older ones are removed, whole."},
    {INT64(backup_options, keep_days), .min = 1, .max = MOST_KEPT,
     .doc = "Days for any moment of which chains are kept; older ones are removed, whole."},
    {INT64(backup_options, keep_keys_days), .flags = HAS_FALLBACK, .fallback = 30, .min = 0,
     .max = MOST_KEPT,
     .doc = "Days after which backups of keys are removed, but for the newest: so long a "
            "destroyed key lives on in them."},
    {BOOL(backup_options, json), .doc = "Print what was done as JSON."},
};
const struct shape backup_options_shape = SHAPE(backup_options, "Where to, and what is kept.");

static const struct field backed_up_fields[] = {
    {TEXT(backed_up, manifest), .doc = "Name of the manifest in the store."},
    {INT64(backed_up, number), .doc = "Its number in the chain; 0: a full backup."},
    {INT64(backed_up, size), .doc = "Number of events that the backup leads to."},
    {INT64(backed_up, signed_size), .doc = "Number of them that its checkpoint is of."},
    {INT64(backed_up, new_events), .doc = "Number of events that this run has added."},
    {INT64(backed_up, new_bytes), .doc = "Bytes that this run has stored."},
    {INT64(backed_up, removed_chains), .doc = "Number of chains that are not kept any more."},
    {DOUBLE(backed_up, seconds), .doc = "Duration in seconds."},
};
static const struct shape backed_up_shape = SHAPE(backed_up, "Outcome of a backup.");

/* Storing. */

/* Stores a file, encrypted where that is asked for; `part` tells of it. */
static enum status put_file(
    struct backup *backup,
    struct file_store *store,
    struct text name,
    struct bytes content,
    struct backup_part *part,
    struct error *error)
{
    enum status status = failpoint_pass(FAILPOINT_BACKUP, error);

    if (status == STATUS_OK && backup->recipient != NULL) {
        buf_clear(&backup->sealed);
        name = text_format(backup->arena, "%.*s.cms", TEXT_ARGS(name));
        status = envelope_seal(backup->recipient, content, &backup->sealed, error);
        content = buf_bytes(&backup->sealed);
    }
    if (status == STATUS_OK)
        status = file_store_put(store, name, content, error);
    if (status != STATUS_OK)
        return status;
    *part = (struct backup_part){
        name, (int64_t)content.size, backup_digest(backup->arena, sha256(content))};
    backup->done.new_bytes += part->size;
    return STATUS_OK;
}

static enum status
put_range(struct backup *backup, struct range_writer *writer, uint64_t end, struct error *error)
{
    struct range range = {(uint64_t)backup->manifest.size, end};
    struct backup_range made = {.from = (int64_t)range.from};
    struct backup_part part;
    struct text name;
    enum status status = range_write(writer, backup->log, &range, error);

    if (status == STATUS_OK)
        status = backup_root(backup, range.to, &made.root, error);
    if (status != STATUS_OK)
        return status;
    name = text_format(
        backup->arena, "%.*s/range-%012llu-%012llu.zst", TEXT_ARGS(backup->manifest.chain),
        (unsigned long long)range.from, (unsigned long long)range.to);
    status = put_file(backup, backup->stores.data, name, buf_bytes(&writer->file), &part, error);
    if (status != STATUS_OK)
        return status;
    made.to = (int64_t)range.to;
    made.name = part.name;
    made.size = part.size;
    made.digest = part.digest;
    backup_add_range(backup, &made);
    backup->done.new_events += made.to - made.from;
    return backup_manifest_put_unfinished(
        backup->stores.data, &backup->manifest, backup->arena, error);
}

static enum status interrupted(struct error *error)
{
    return error_set_code(
        error, STATUS_UNAVAILABLE, "stopped", "stopped; the next backup goes on from there");
}

static enum status put_ranges(struct backup *backup, uint64_t end, struct error *error)
{
    struct range_writer writer;
    enum status status = STATUS_OK;

    range_writer_init(&writer);
    progress_bar_begin(&backup->progress, "backing up", (uint64_t)backup->manifest.size);
    while (status == STATUS_OK && (uint64_t)backup->manifest.size < end) {
        if (stopping_is_wanted(&backup->stopping, 0))
            status = interrupted(error);
        else
            status = put_range(backup, &writer, end, error);
        if (!opt_bool_is_true(backup->options->json))
            progress_bar_show(&backup->progress, (uint64_t)backup->manifest.size, end);
    }
    progress_bar_clear(&backup->progress);
    range_writer_fini(&writer);
    return status;
}

/* Rows of a file of the home. */

struct rows_files {
    enum home_file file;
    struct file_store *store;
    struct text name; /* without "-<part>.zst" */
    const struct list
        *former; /* parts that may be named again, unless what they hold has changed; NULL: none */
};

/* Named again, so that what seldom changes is not stored at each backup. An encrypted file is never the same. */
static bool is_stored(
    struct backup *backup,
    const struct rows_files *files,
    struct bytes content,
    struct backup_part *part)
{
    const struct backup_part *same = NULL;

    if (files->former != NULL)
        same = backup_part_stored(
            files->store, files->former, backup_digest(backup->arena, sha256(content)));
    if (same != NULL)
        *part = *same;
    return same != NULL;
}

static enum status put_rows_part(
    struct backup *backup,
    const struct rows_files *files,
    struct home_rows_place *place,
    size_t number,
    struct backup_part *part,
    struct error *error)
{
    struct compressor *compressor = compressor_new(LEVEL);
    AUTO_BUF rows = {0};
    AUTO_BUF frame = {0};
    struct text name = text_format(backup->arena, "%.*s-%03zu.zst", TEXT_ARGS(files->name), number);
    enum status status;

    buf_init(&rows, RANGE_MAX_BYTES);
    buf_init(&frame, RANGE_FILE_MAX_BYTES);
    status = home_rows_copy(backup->home, files->file, ROWS_BYTES, place, &rows, error);
    compressor_add(compressor, buf_bytes(&rows), &frame);
    compressor_end(compressor, &frame);
    compressor_free(compressor);
    if (status == STATUS_OK && !is_stored(backup, files, buf_bytes(&frame), part))
        status = put_file(backup, files->store, name, buf_bytes(&frame), part, error);
    return status;
}

static enum status put_rows(
    struct backup *backup, const struct rows_files *files, struct list *out, struct error *error)
{
    enum { MOST_PARTS = 1000 };
    struct backup_part *parts = arena_array(backup->arena, MOST_PARTS, sizeof(*parts));
    struct home_rows_place place = {.size = 0};
    size_t count = 0;
    enum status status = STATUS_OK;

    while (status == STATUS_OK && !place.is_all && count < MOST_PARTS) {
        status = put_rows_part(backup, files, &place, count, &parts[count], error);
        count++;
    }
    if (status == STATUS_OK && !place.is_all)
        return error_set(error, STATUS_TOO_LARGE, "a file of the home has too many rows");
    *out = (struct list){parts, count};
    return status;
}

/* Keys come last: each that an event of the ranges needs was stored before that event. */
static enum status put_other_files(struct backup *backup, struct error *error)
{
    struct backup_manifest *manifest = &backup->manifest;
    struct arena *arena = backup->arena;
    const struct rows_files checkpoints = {
        HOME_CHECKPOINTS, backup->stores.data,
        text_format(
            arena, "%.*s/checkpoints-%06lld", TEXT_ARGS(manifest->chain),
            (long long)manifest->number),
        NULL};
    const struct rows_files keys = {
        HOME_KEYS, backup->stores.keys,
        text_format(
            arena, "keys/%.*s-%.*s-%06lld", TEXT_ARGS(backup_stamp(arena, manifest->made_at)),
            TEXT_ARGS(manifest->chain), (long long)manifest->number),
        &backup->former_keys};
    enum status status = put_rows(backup, &checkpoints, &manifest->checkpoints, error);

    return status == STATUS_OK ? put_rows(backup, &keys, &manifest->keys, error) : status;
}

/* How far. */

static enum status
newest_checkpoint(struct backup *backup, struct checkpoint *out, struct error *error)
{
    struct checkpoints *kept = NULL;
    struct kept_checkpoint newest;
    enum status status = checkpoints_open(backup->home, true, &kept, error);

    if (status == STATUS_OK)
        status = checkpoints_newest(kept, backup->arena, &newest, error);
    checkpoints_close(kept);
    if (status == STATUS_NOT_FOUND)
        return error_set_code(
            error, STATUS_CONFLICT, "not_signed",
            "nothing was signed of this ledger yet: start the server, and back up then");
    if (status != STATUS_OK)
        return status;
    if (!checkpoint_parse(backup->arena, newest.note, out))
        return error_set(error, STATUS_CORRUPT, "checkpoints.mdb holds what is no checkpoint");
    backup->manifest.checkpoint = newest.note;
    return STATUS_OK;
}

/* A server signs what there is within a second; where none runs, nobody does. */
static enum status
await_checkpoint(struct backup *backup, struct checkpoint *out, struct error *error)
{
    uint64_t wanted = ledger_size(backup->log);
    int64_t until_us = monotonic_us() + (int64_t)backup->signed_within_ms * US_PER_MS;
    enum status status = newest_checkpoint(backup, out, error);

    while (status == STATUS_OK && out->size < wanted && monotonic_us() < until_us) {
        (void)poll(NULL, 0, LOOK_EVERY_MS);
        status = newest_checkpoint(backup, out, error);
    }
    return status == STATUS_OK ? ledger_refresh(backup->log, error) : status;
}

static enum status find_end(struct backup *backup, uint64_t *out, struct error *error)
{
    uint64_t began = ledger_size(backup->log);
    struct checkpoint newest = {.size = 0};
    struct digest root;
    enum status status = await_checkpoint(backup, &newest, error);

    if (status != STATUS_OK)
        return status;
    if (newest.size <= ledger_size(backup->log))
        status = ledger_root(backup->log, newest.size, &root, error);
    if (status != STATUS_OK)
        return status;
    if (newest.size > ledger_size(backup->log) ||
        memcmp(root.bytes, newest.root.bytes, DIGEST_SIZE) != 0)
        return error_set_code(
            error, STATUS_CONFLICT, "ledger_contradicted",
            "the ledger does not continue the newest checkpoint that was signed of it: find out why "
            "before it is backed up; docs/operations.md tells how, \"An older ledger was put back\"");
    backup->done.signed_size = (int64_t)newest.size;
    *out = newest.size >= began ? newest.size : ledger_size(backup->log);
    return STATUS_OK;
}

/* The whole. */

static enum status open_stores(struct backup *backup, struct error *error)
{
    const struct backup_options *options = backup->options;
    enum status status = STATUS_OK;

    if (text_is_present(options->encrypt_to))
        status = envelope_recipient_read(
            text_c(backup->arena, options->encrypt_to), &backup->recipient, error);
    if (status != STATUS_OK)
        return status;
    return backup_stores_open(
        options->to, options->keys_to, FILE_STORE_WRITE, backup->objects, &backup->stores, error);
}

/* Locked, since not every store can tell that another one writes to it. */
static enum status open_home(struct backup *backup, struct error *error)
{
    const struct ledger_settings settings = {.home = backup->home, .is_read_only = true};
    struct digest leaf = {0};
    enum status status = workspace_lock(backup->home, "backup", &backup->home_lock, error);

    if (status == STATUS_OK)
        status = ledger_open(&settings, &backup->log, error);
    if (status == STATUS_OK && ledger_size(backup->log) == 0)
        return error_set_code(
            error, STATUS_NOT_FOUND, "ledger_missing", "the ledger in %s has no events yet",
            backup->home);
    if (status == STATUS_OK)
        status = ledger_leaf(backup->log, (struct position){0}, &leaf, error);
    if (status == STATUS_OK)
        backup->manifest.ledger = backup_digest(backup->arena, leaf);
    return status;
}

static enum status finish(struct backup *backup, struct error *error)
{
    const struct backup_policy policy = {
        .keep_full = backup->options->keep_full == INT64_ABSENT ? 0 : backup->options->keep_full,
        .keep_days = backup->options->keep_days == INT64_ABSENT ? 0 : backup->options->keep_days,
        .keep_keys_days = backup->options->keep_keys_days,
    };
    size_t removed = 0;
    enum status status = failpoint_pass(FAILPOINT_BACKUP, error);

    if (status == STATUS_OK)
        status = backup_manifest_put(
            backup->stores.data, &backup->manifest, backup->arena, &backup->done.manifest, error);
    if (status == STATUS_OK)
        status = failpoint_pass(FAILPOINT_BACKUP, error);
    if (status == STATUS_OK)
        status = file_store_remove(
            backup->stores.data,
            backup_manifest_unfinished_name(backup->arena, backup->manifest.chain), error);
    if (status == STATUS_OK)
        status = backup_expire(&backup->stores, &policy, &backup->manifest, &removed, error);
    backup->done.number = backup->manifest.number;
    backup->done.size = backup->manifest.size;
    backup->done.removed_chains = (int64_t)removed;
    return status;
}

static enum status back_up(struct backup *backup, struct error *error)
{
    uint64_t end = 0;
    enum status status = open_home(backup, error);

    if (status == STATUS_OK)
        status = open_stores(backup, error);
    if (status == STATUS_OK)
        status = find_end(backup, &end, error);
    if (status == STATUS_OK)
        status = backup_find_place(backup, error);
    if (status == STATUS_OK)
        status = put_ranges(backup, end, error);
    if (status == STATUS_OK)
        status = put_other_files(backup, error);
    return status == STATUS_OK ? finish(backup, error) : status;
}

static void close_all(struct backup *backup)
{
    backup_stores_close(&backup->stores);
    envelope_recipient_free(backup->recipient);
    ledger_close(backup->log);
    workspace_unlock(backup->home_lock);
    heap_free(backup->ranges);
    buf_fini(&backup->sealed);
}

static void say_what_was_done(const struct backup *backup)
{
    const struct backed_up *done = &backup->done;
    AUTO_BUF out = {0};

    if (opt_bool_is_true(backup->options->json)) {
        buf_init(&out, 1 << 16);
        shape_json_write(&backed_up_shape, done, &out);
        printf("%s\n", out.data);
        return;
    }
    printf(
        "%s backup of %lld events, %lld of them new, in %.*s\n",
        done->number == 0 ? "Full" : "Incremental", (long long)done->size,
        (long long)done->new_events, TEXT_ARGS(done->manifest));
    if (done->size > done->signed_size)
        printf(
            "Its last %lld events were not signed yet: no server runs here.\n",
            (long long)(done->size - done->signed_size));
    if (done->removed_chains > 0)
        printf("%lld chains are not kept any more.\n", (long long)done->removed_chains);
}

int backup_run(
    const struct data_dir_settings *settings,
    const struct backup_options *options,
    const struct object_store_settings *objects)
{
    AUTO_ARENA arena = arena_new(MANIFEST_ARENA_BYTES);
    struct backup backup = {
        .options = options,
        .objects = objects,
        .home = settings->path,
        .signed_within_ms = settings->server_ms > 0 ? settings->server_ms : SIGNED_WITHIN_MS,
        .home_lock = -1,
        .arena = arena,
        .manifest = {.format = BACKUP_FORMAT, .made_at = timestamp_now()},
    };
    int64_t began_us = monotonic_us();
    struct error error;
    enum status status;

    buf_init(&backup.sealed, 2 * RANGE_FILE_MAX_BYTES);
    backup.manifest.checkpoints = backup.manifest.keys = (struct list){"", 0};
    stopping_begin(&backup.stopping);
    status = data_dir_has_ledger(settings, &error);
    if (status == STATUS_OK)
        status = back_up(&backup, &error);
    stopping_end(&backup.stopping);
    close_all(&backup);
    backup.done.seconds = (double)(monotonic_us() - began_us) / US_PER_S;
    if (status == STATUS_OK) {
        say_what_was_done(&backup);
        return fflush(stdout) == 0 ? EXIT_HOLDS : EXIT_TROUBLE;
    }
    fprintf(stderr, "fleetledger backup: %s\n  why: %s\n", error.text, error.code);
    return backup.stopping.is_wanted ? EXIT_INTERRUPTED : exit_code_for(status);
}
