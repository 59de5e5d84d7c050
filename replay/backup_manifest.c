/*
 * Manifests as JSON, and the names that they have.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "replay/backup_manifest.h"

#include "core/base/encode.h"
#include "core/base/heap.h"
#include "core/shape/shape_json.h"

#include <stdio.h>
#include <string.h>

enum { HEX_DIGEST = 2 * DIGEST_SIZE, MOST_FILES = 1000000, LARGEST_FILE = 128 << 20 };

static bool is_hex_digest(struct text text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (hex_value(text.data[i]) < 0)
            return false;
    }
    return text.size == HEX_DIGEST;
}
#define DIGEST_RULE .accepts = is_hex_digest, .rule = "it must be a SHA-256 digest in hexadecimal"
#define NAME_RULE                                                                                  \
    .accepts = file_store_name_is_valid, .rule = "it must be the name of a file in a store"

static const struct field backup_part_fields[] = {
    {TEXT(backup_part, name), .flags = REQUIRED, NAME_RULE, .doc = "Name of the file."},
    {INT64(backup_part, size), .flags = REQUIRED, .min = 1, .max = LARGEST_FILE,
     .doc = "Its size in bytes."},
    {TEXT(backup_part, digest), .flags = REQUIRED, DIGEST_RULE, .doc = "SHA-256 of its bytes."},
};
static const struct shape backup_part_shape = SHAPE(backup_part, "A file of a backup.");

static const struct field backup_range_fields[] = {
    {TEXT(backup_range, name), .flags = REQUIRED, NAME_RULE, .doc = "Name of the file."},
    {INT64(backup_range, size), .flags = REQUIRED, .min = 1, .max = LARGEST_FILE,
     .doc = "Its size in bytes."},
    {TEXT(backup_range, digest), .flags = REQUIRED, DIGEST_RULE, .doc = "SHA-256 of its bytes."},
    {INT64(backup_range, from), .flags = REQUIRED, .doc = "Position of its first event."},
    {INT64(backup_range, to), .flags = REQUIRED, .min = 1,
     .doc = "The position behind its last event."},
    {TEXT(backup_range, root), .flags = REQUIRED, DIGEST_RULE,
     .doc = "Root of the ledger of that size."},
};
static const struct shape backup_range_shape = SHAPE(backup_range, "A range of the ledger.");

static const struct field backup_manifest_fields[] = {
    {INT64(backup_manifest, format), .flags = REQUIRED, .min = BACKUP_FORMAT, .max = BACKUP_FORMAT,
     .doc = "Format of the backup."},
    {TEXT(backup_manifest, ledger), .flags = REQUIRED, DIGEST_RULE,
     .doc = "Hash of the leaf at position 0, by which the ledger is known."},
    {TEXT(backup_manifest, chain), .flags = REQUIRED, NAME_RULE,
     .doc = "The chain that it belongs to: when its first backup was begun."},
    {INT64(backup_manifest, number), .flags = REQUIRED, .doc = "Its number in the chain, from 0."},
    {TIMESTAMP(backup_manifest, made_at), .flags = REQUIRED, .doc = "When it was begun."},
    {INT64(backup_manifest, size), .flags = REQUIRED, .min = 1,
     .doc = "Number of events, from the first one on."},
    {TEXT(backup_manifest, root), .flags = REQUIRED, DIGEST_RULE,
     .doc = "Root of the ledger of that size."},
    {TEXT(backup_manifest, checkpoint), .flags = REQUIRED, .max = 65536,
     .doc = "Signed checkpoint that the events lead to."},
    {OBJECTS(backup_manifest, ranges, backup_range), .flags = REQUIRED, .max = MOST_FILES,
     .doc = "Files of the ledger's events, in their order."},
    {OBJECTS(backup_manifest, checkpoints, backup_part), .flags = REQUIRED, .max = MOST_FILES,
     .doc = "Files of the checkpoints that were signed."},
    {OBJECTS(backup_manifest, keys, backup_part), .flags = REQUIRED, .max = MOST_FILES,
     .doc = "Files of the wrapped keys, in their store."},
};
static const struct shape backup_manifest_shape = SHAPE(backup_manifest, "What is in a backup.");

struct text backup_digest(struct arena *arena, struct digest digest)
{
    return hex_encode(arena, (struct bytes){digest.bytes, DIGEST_SIZE});
}

struct text backup_stamp(struct arena *arena, struct timestamp at)
{
    char long_form[TIMESTAMP_TEXT_SIZE];

    timestamp_print(at, long_form); /* 2026-03-22T16:47:29.206Z */
    return text_format(
        arena, "%.4s%.2s%.2sT%.2s%.2s%.2sZ", long_form, long_form + 5, long_form + 8,
        long_form + 11, long_form + 14, long_form + 17);
}

struct timestamp backup_stamp_time(struct arena *arena, struct text stamp)
{
    struct timestamp at = {0};

    if (stamp.size == 16)
        (void)!timestamp_parse(
            text_format(
                arena, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", stamp.data, stamp.data + 4, stamp.data + 6,
                stamp.data + 9, stamp.data + 11, stamp.data + 13),
            &at);
    return at;
}

struct text backup_manifest_unfinished_name(struct arena *arena, struct text chain)
{
    return text_format(arena, "%.*s/unfinished.json", TEXT_ARGS(chain));
}

static enum status
write_json(const struct backup_manifest *manifest, struct buf *out, struct error *error)
{
    buf_init(out, MANIFEST_MAX_BYTES);
    shape_json_write(&backup_manifest_shape, manifest, out);
    buf_add_char(out, '\n');
    if (buf_is_full(out))
        return error_set(
            error, STATUS_TOO_LARGE, "the chain has too many files: begin another one by --full");
    return STATUS_OK;
}

enum status backup_manifest_put(
    struct file_store *store,
    const struct backup_manifest *manifest,
    struct arena *arena,
    struct text *out_name,
    struct error *error)
{
    AUTO_BUF json = {0};
    struct text digest;
    enum status status = write_json(manifest, &json, error);

    if (status != STATUS_OK)
        return status;
    digest = backup_digest(arena, sha256(buf_bytes(&json)));
    *out_name = text_format(
        arena, "%.*s/manifest-%06lld-%.*s.json", TEXT_ARGS(manifest->chain),
        (long long)manifest->number, TEXT_ARGS(digest));
    return file_store_put(store, *out_name, buf_bytes(&json), error);
}

enum status backup_manifest_put_unfinished(
    struct file_store *store,
    const struct backup_manifest *manifest,
    struct arena *arena,
    struct error *error)
{
    AUTO_BUF json = {0};
    enum status status = write_json(manifest, &json, error);

    if (status != STATUS_OK)
        return status;
    return file_store_put(
        store, backup_manifest_unfinished_name(arena, manifest->chain), buf_bytes(&json), error);
}

struct text backup_manifest_chain_of(struct text name)
{
    return text_slice(name, 0, text_find(name, '/', 0));
}

static enum status damaged(struct error *error, struct text name, const char *why)
{
    return error_set_code(
        error, STATUS_CORRUPT, "backup_damaged", "%.*s is damaged: %s", TEXT_ARGS(name), why);
}

/* The ranges follow one another, from the first event to the last. */
static const char *gap_in(const struct backup_manifest *manifest)
{
    const struct backup_range *ranges = manifest->ranges.items;
    int64_t next = 0;

    for (size_t i = 0; i < manifest->ranges.count; i++) {
        if (ranges[i].from != next || ranges[i].to <= next)
            return "its ranges do not follow one another";
        next = ranges[i].to;
    }
    if (next != manifest->size)
        return "its ranges do not reach as far as it says";
    return NULL;
}

/* "<chain>/manifest-<number>-<digest>.json" */
static bool is_name_of(
    struct text name,
    const struct backup_manifest *manifest,
    struct bytes json,
    struct arena *arena)
{
    struct text digest = backup_digest(arena, sha256(json));
    struct text wanted = text_format(
        arena, "%.*s/manifest-%06lld-%.*s.json", TEXT_ARGS(manifest->chain),
        (long long)manifest->number, TEXT_ARGS(digest));

    return text_equal(name, wanted);
}

static bool is_unfinished(struct text name)
{
    return text_ends_with(name, text_lit("/unfinished.json"));
}

static enum status check(
    struct text name,
    const struct backup_manifest *manifest,
    struct bytes json,
    struct arena *arena,
    struct error *error)
{
    const char *gap = gap_in(manifest);

    if (!is_unfinished(name) && !is_name_of(name, manifest, json, arena))
        return damaged(error, name, "its bytes are not those that its name says");
    return gap == NULL ? STATUS_OK : damaged(error, name, gap);
}

enum status backup_manifest_get(
    struct file_store *store,
    struct text name,
    struct arena *arena,
    struct backup_manifest *out,
    struct error *error)
{
    AUTO_BUF json = {0};
    struct error why;
    enum status status;

    buf_init(&json, MANIFEST_MAX_BYTES);
    status = file_store_get(store, name, &json, error);
    if (status != STATUS_OK)
        return status;
    if (shape_json_read(&backup_manifest_shape, buf_text(&json), arena, out, &why) != STATUS_OK)
        return damaged(error, name, why.text);
    return check(name, out, buf_bytes(&json), arena, error);
}

/* What is listed, one visited file after the other. */
struct listing {
    struct arena *arena;
    struct text *names;
    size_t count;
    size_t room;
    struct text unfinished;
};

static void visit(const struct stored_file *file, void *context)
{
    struct listing *listing = context;
    struct text chain = backup_manifest_chain_of(file->name);
    struct text rest = text_slice(file->name, chain.size, file->name.size);

    if (is_unfinished(file->name))
        listing->unfinished = text_copy(listing->arena, file->name);
    if (!text_starts_with(rest, text_lit("/manifest-")))
        return;
    listing->names =
        heap_grow(listing->names, listing->count, &listing->room, sizeof(*listing->names));
    listing->names[listing->count++] = text_copy(listing->arena, file->name);
}

enum status backup_manifest_list(
    struct file_store *store,
    struct arena *arena,
    struct backup_manifest_list *out,
    struct error *error)
{
    struct listing listing = {.arena = arena, .unfinished = {NULL, 0}};
    enum status status = file_store_list(store, text_lit(""), visit, &listing, error);

    if (status == STATUS_OK) {
        struct text *names = arena_array(arena, listing.count + 1, sizeof(*names));

        if (listing.count > 0)
            memcpy(names, listing.names, listing.count * sizeof(*names));
        *out = (struct backup_manifest_list){names, listing.count, listing.unfinished};
    }
    heap_free(listing.names);
    return status;
}

/* Whether a file of a part was visited. */
struct looking {
    const struct backup_part *part;
    bool is_there;
};

static void look_at(const struct stored_file *file, void *context)
{
    struct looking *looking = context;

    looking->is_there = looking->is_there || (text_equal(file->name, looking->part->name) &&
                                              file->size == (uint64_t)looking->part->size);
}

const struct backup_part *
backup_part_stored(struct file_store *store, const struct list *parts, struct text digest)
{
    const struct backup_part *all = parts->items;

    for (size_t i = 0; i < parts->count; i++) {
        struct looking looking = {.part = &all[i], .is_there = false};

        if (text_equal(all[i].digest, digest) &&
            file_store_list(store, all[i].name, look_at, &looking, NULL) == STATUS_OK &&
            looking.is_there)
            return &all[i];
    }
    return NULL;
}
