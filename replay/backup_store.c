/*
 * Kinds of stores, told apart by how they are named.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "replay/backup_store.h"

#include "core/base/arena.h"

enum { ARENA_BYTES = 1 << 16 };

static enum status refuse(struct text place, struct error *error)
{
    return error_set_code(
        error, STATUS_INVALID, "store_unknown",
        "%.*s is no place that backups can lie in: name a directory, or s3://bucket/prefix",
        TEXT_ARGS(text_first_bytes(place, 200)));
}

static enum status open_objects(
    struct text bucket_and_prefix,
    const struct object_store_settings *objects,
    struct file_store **out,
    struct error *error)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct object_store_settings settings = *objects;
    struct text rest = bucket_and_prefix;

    settings.bucket = text_cut(&rest, '/');
    while (text_ends_with(rest, text_lit("/")))
        rest.size--;
    settings.prefix = rest;
    if (settings.endpoint.size == 0)
        settings.endpoint =
            text_format(arena, "https://s3.%.*s.amazonaws.com", TEXT_ARGS(settings.region));
    return object_store_open(&settings, out, error);
}

enum status backup_store_open(
    struct text place,
    enum file_store_use use,
    const struct object_store_settings *objects,
    struct file_store **out,
    struct error *error)
{
    static const struct text scheme = TEXT_OF("s3://");

    if (objects != NULL && text_starts_with(place, scheme))
        return open_objects(
            text_slice(place, scheme.size, place.size - scheme.size), objects, out, error);
    if (text_contains(place, text_lit("://")))
        return refuse(place, error);
    return file_store_directory_open(place, use, out, error);
}

enum status backup_stores_open(
    struct text data,
    struct text keys,
    enum file_store_use use,
    const struct object_store_settings *objects,
    struct backup_stores *out,
    struct error *error)
{
    enum status status;

    *out = (struct backup_stores){.data = NULL};
    status = backup_store_open(data, use, objects, &out->data, error);
    if (status == STATUS_OK && text_is_present(keys) && !text_equal(keys, data))
        return backup_store_open(keys, use, objects, &out->keys, error);
    out->keys = out->data;
    return status;
}

void backup_stores_close(struct backup_stores *stores)
{
    if (stores->keys != stores->data)
        file_store_close(stores->keys);
    file_store_close(stores->data);
    *stores = (struct backup_stores){.data = NULL};
}
