/*
 * Removing: a chain's manifests go first, from the newest on, so that what is left of it by a kill is either
 * restored as before or seen to be nothing.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "replay/backup_expiry.h"

#include "core/base/heap.h"

#include <string.h>

enum { KEPT_MANIFESTS = 2 };
static const int64_t day_us = INT64_C(86400) * US_PER_S;

/* Names of files, the first one first; they lie in the arena. */
struct names {
    struct arena *arena;
    struct text *items;
    size_t count;
    size_t room;
};

static void add_name(struct names *names, struct text name)
{
    names->items = heap_grow(names->items, names->count, &names->room, sizeof(*names->items));
    names->items[names->count++] = text_copy(names->arena, name);
}

static void visit(const struct stored_file *file, void *context)
{
    add_name(context, file->name);
}

static bool is_manifest(struct text name)
{
    return text_contains(name, text_lit("/manifest-"));
}

static enum status
remove_names(struct file_store *store, const struct names *names, struct error *error)
{
    enum status status = STATUS_OK;

    for (size_t i = names->count; i > 0 && status == STATUS_OK; i--) {
        if (is_manifest(names->items[i - 1]))
            status = file_store_remove(store, names->items[i - 1], error);
    }
    for (size_t i = 0; i < names->count && status == STATUS_OK; i++) {
        if (!is_manifest(names->items[i]))
            status = file_store_remove(store, names->items[i], error);
    }
    return status;
}

/* Chains, the oldest first. */
struct chain {
    struct text name;
    struct timestamp begun_at;
    bool is_whole; /* has a manifest */
    struct names files;
};

struct chains {
    struct arena *arena;
    struct chain *items;
    size_t count;
};

static void sort_into_chains(struct chains *chains, const struct names *names)
{
    chains->items = heap_array(names->count + 1, sizeof(*chains->items));
    for (size_t i = 0; i < names->count; i++) {
        struct text name = backup_manifest_chain_of(names->items[i]);
        struct timestamp begun_at = backup_stamp_time(chains->arena, name);
        struct chain *last = chains->count == 0 ? NULL : &chains->items[chains->count - 1];

        if (!timestamp_is_present(begun_at))
            continue; /* keys, or nothing of ours */
        if (last == NULL || !text_equal(last->name, name)) {
            last = &chains->items[chains->count++];
            *last = (struct chain){name, begun_at, false, {.arena = chains->arena}};
        }
        add_name(&last->files, names->items[i]);
        last->is_whole = last->is_whole || is_manifest(names->items[i]);
    }
}

static void free_chains(struct chains *chains)
{
    for (size_t i = 0; i < chains->count; i++)
        heap_free(chains->items[i].files.items);
    heap_free(chains->items);
}

/* How many whole chains are newer, and when the next of them was begun: from then on this one is not needed. */
static bool is_expired(
    const struct chains *chains, size_t i, const struct backup_policy *policy, struct timestamp now)
{
    int64_t newer = 0;
    struct timestamp until = {0};

    for (size_t next = chains->count; next > i + 1; next--) {
        if (chains->items[next - 1].is_whole) {
            until = chains->items[next - 1].begun_at;
            newer++;
        }
    }
    if (newer == 0)
        return false;
    if (!chains->items[i].is_whole)
        return true;
    if (policy->keep_full == 0 && policy->keep_days == 0)
        return false;
    return (policy->keep_full == 0 || newer >= policy->keep_full) &&
           (policy->keep_days == 0 || until.us < now.us - policy->keep_days * day_us);
}

static enum status trim(struct file_store *store, const struct chain *chain, struct error *error)
{
    size_t kept = 0;
    enum status status = STATUS_OK;

    for (size_t i = chain->files.count; i > 0 && status == STATUS_OK; i--) {
        if (is_manifest(chain->files.items[i - 1]) && kept++ >= KEPT_MANIFESTS)
            status = file_store_remove(store, chain->files.items[i - 1], error);
    }
    return status;
}

static enum status expire_chains(
    struct file_store *store,
    const struct chains *chains,
    const struct backup_policy *policy,
    struct timestamp now,
    size_t *out_removed,
    struct error *error)
{
    enum status status = STATUS_OK;

    for (size_t i = 0; i < chains->count && status == STATUS_OK; i++) {
        if (!is_expired(chains, i, policy, now)) {
            status = trim(store, &chains->items[i], error);
            continue;
        }
        status = remove_names(store, &chains->items[i].files, error);
        *out_removed += chains->items[i].is_whole;
    }
    return status;
}

static bool names_part(const struct list *parts, struct text name)
{
    const struct backup_part *all = parts->items;

    for (size_t i = 0; i < parts->count; i++) {
        if (text_equal(all[i].name, name))
            return true;
    }
    return false;
}

/* "keys/<time>-…" */
static enum status expire_keys(
    const struct backup_stores *stores,
    const struct backup_policy *policy,
    const struct backup_manifest *newest,
    struct arena *arena,
    struct error *error)
{
    static const struct text folder = TEXT_OF("keys/");
    struct names names = {.arena = arena};
    enum status status = file_store_list(stores->keys, folder, visit, &names, error);

    for (size_t i = 0; i < names.count && status == STATUS_OK; i++) {
        struct text rest = text_slice(names.items[i], folder.size, names.items[i].size);
        struct timestamp at =
            backup_stamp_time(arena, text_slice(rest, 0, text_find(rest, '-', 0)));

        if (timestamp_is_present(at) && !names_part(&newest->keys, names.items[i]) &&
            at.us <= newest->made_at.us - policy->keep_keys_days * day_us)
            status = file_store_remove(stores->keys, names.items[i], error);
    }
    heap_free(names.items);
    return status;
}

enum status backup_expire(
    const struct backup_stores *stores,
    const struct backup_policy *policy,
    const struct backup_manifest *newest,
    size_t *out_removed,
    struct error *error)
{
    AUTO_ARENA arena = arena_new(MANIFEST_ARENA_BYTES);
    struct names names = {.arena = arena};
    struct chains chains = {.arena = arena};
    enum status status = file_store_list(stores->data, text_lit(""), visit, &names, error);

    *out_removed = 0;
    if (status == STATUS_OK) {
        sort_into_chains(&chains, &names);
        status = expire_chains(stores->data, &chains, policy, newest->made_at, out_removed, error);
    }
    if (status == STATUS_OK)
        status = expire_keys(stores, policy, newest, arena, error);
    free_chains(&chains);
    heap_free(names.items);
    return status;
}
