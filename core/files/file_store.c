/*
 * What all kinds of stores have in common: names that are looked at first.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/files/file_store.h"

#include "core/base/heap.h"

struct file_store {
    const struct file_store_kind *kind;
    void *state;
    char *place;
};

struct file_store *
file_store_new(const struct file_store_kind *kind, void *state, const char *place)
{
    struct file_store *store = heap_new(sizeof(*store));

    store->kind = kind;
    store->state = state;
    store->place = heap_copy(place);
    return store;
}

void file_store_close(struct file_store *store)
{
    if (store == NULL)
        return;
    store->kind->close(store->state);
    heap_free(store->place);
    heap_free(store);
}

const char *file_store_place(const struct file_store *store)
{
    return store->place;
}

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
}

static bool is_part(struct text part)
{
    if (part.size == 0 || part.data[0] == '.')
        return false;
    for (size_t i = 0; i < part.size; i++) {
        if (!is_plain(part.data[i]))
            return false;
    }
    return true;
}

bool file_store_name_is_valid(struct text name)
{
    struct text rest = name;

    if (name.size > FILE_STORE_NAME_MAX)
        return false;
    while (text_is_present(rest)) {
        if (!is_part(text_cut(&rest, '/')))
            return false;
    }
    return text_is_present(name);
}

static enum status expect_name(struct text name, struct error *error)
{
    if (file_store_name_is_valid(name))
        return STATUS_OK;
    return error_set(
        error, STATUS_INVALID, "\"%.*s\" is no name of a file in a store",
        TEXT_ARGS(text_first_bytes(name, 80)));
}

enum status file_store_put(
    struct file_store *store, struct text name, struct bytes content, struct error *error)
{
    enum status status = expect_name(name, error);

    return status == STATUS_OK ? store->kind->put(store->state, name, content, error) : status;
}

enum status
file_store_get(struct file_store *store, struct text name, struct buf *out, struct error *error)
{
    size_t before = out->size;
    enum status status = expect_name(name, error);

    if (status == STATUS_OK)
        status = store->kind->get(store->state, name, out, error);
    if (status != STATUS_OK)
        buf_truncate(out, before);
    return status;
}

enum status file_store_list(
    struct file_store *store,
    struct text prefix,
    stored_file_visitor *each,
    void *context,
    struct error *error)
{
    return store->kind->list(store->state, prefix, each, context, error);
}

enum status file_store_remove(struct file_store *store, struct text name, struct error *error)
{
    enum status status = expect_name(name, error);

    return status == STATUS_OK ? store->kind->remove(store->state, name, error) : status;
}
