/*
 * Where a backup goes on: the chain that it belongs to, and the ranges that are stored already.
 *
 *   newest manifest ─► of this ledger, and no longer than it? ─► its chain, or another one
 *                   ─► ranges of it, and those of a run that was broken off
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/heap.h"
#include "eventlog/ledger.h"
#include "replay/backup_internal.h"
#include "replay/backup_range.h"

static const int64_t day_us = INT64_C(86400) * US_PER_S;

void backup_add_range(struct backup *backup, const struct backup_range *range)
{
    backup->ranges = heap_grow(
        backup->ranges, backup->manifest.ranges.count, &backup->range_room,
        sizeof(*backup->ranges));
    backup->ranges[backup->manifest.ranges.count] = *range;
    backup->manifest.ranges = (struct list){backup->ranges, backup->manifest.ranges.count + 1};
    backup->manifest.size = range->to;
    backup->manifest.root = range->root;
}

enum status backup_root(struct backup *backup, uint64_t size, struct text *out, struct error *error)
{
    struct digest root;
    enum status status = ledger_root(backup->log, size, &root, error);

    if (status == STATUS_OK)
        *out = backup_digest(backup->arena, root);
    return status;
}

static enum status refuse_foreign(struct backup *backup, struct error *error)
{
    return error_set_code(
        error, STATUS_CONFLICT, "backup_foreign",
        "%s holds backups of another ledger: name another directory",
        file_store_place(backup->stores.data));
}

/* Does the ledger of now begin with what was backed up? */
static enum status
check_continues(struct backup *backup, const struct backup_manifest *former, struct error *error)
{
    struct text root = {NULL, 0};
    enum status status = STATUS_OK;

    if ((uint64_t)former->size <= ledger_size(backup->log))
        status = backup_root(backup, (uint64_t)former->size, &root, error);
    if (status == STATUS_OK && !text_equal(root, former->root))
        return error_set_code(
            error, STATUS_CONFLICT, "backup_ahead",
            "the newest backup has %lld events that the ledger does not begin with: an older one was put "
            "back, or events are gone. Begin another chain by --full once you know why",
            (long long)former->size);
    return status;
}

/* What was stored by a run that did not come to its end: files that are there as they were stored, of a ledger that
 * begins so. */
static bool is_there(struct backup *backup, const struct backup_range *range)
{
    AUTO_BUF content = {0};
    struct text root;

    if ((uint64_t)range->to > ledger_size(backup->log) ||
        backup_root(backup, (uint64_t)range->to, &root, NULL) != STATUS_OK ||
        !text_equal(root, range->root))
        return false;
    buf_init(&content, 2 * RANGE_FILE_MAX_BYTES);
    return file_store_get(backup->stores.data, range->name, &content, NULL) == STATUS_OK &&
           text_equal(backup_digest(backup->arena, sha256(buf_bytes(&content))), range->digest);
}

static void go_on_with(struct backup *backup, const struct backup_manifest *unfinished)
{
    const struct backup_range *ranges = unfinished->ranges.items;

    for (size_t i = backup->manifest.ranges.count; i < unfinished->ranges.count; i++) {
        if (ranges[i].from != backup->manifest.size || !is_there(backup, &ranges[i]))
            return;
        backup_add_range(backup, &ranges[i]);
    }
}

static void take_unfinished(struct backup *backup, struct text name, struct text wanted_chain)
{
    struct backup_manifest unfinished;

    if (!text_is_present(name) ||
        backup_manifest_get(backup->stores.data, name, backup->arena, &unfinished, NULL) !=
            STATUS_OK ||
        !text_equal(unfinished.ledger, backup->manifest.ledger))
        return;
    if (text_is_present(wanted_chain) && !text_equal(unfinished.chain, wanted_chain))
        return;
    backup->manifest.chain = unfinished.chain;
    go_on_with(backup, &unfinished);
}

/* Later than every chain that is there, whatever the clock says. */
static void begin_chain(struct backup *backup, const struct backup_manifest_list *list)
{
    struct arena *arena = backup->arena;
    struct timestamp now = backup->manifest.made_at;
    struct timestamp newest = {0};

    if (list->count > 0)
        newest = backup_stamp_time(arena, backup_manifest_chain_of(list->names[list->count - 1]));
    if (now.us < newest.us + US_PER_S)
        now = timestamp_plus_us(newest, US_PER_S);
    backup->manifest.chain = backup_stamp(arena, now);
}

/* A chain that was begun behind the newest backup, and has none yet. */
static bool is_begun_chain(const struct backup_manifest_list *list)
{
    struct text chain;

    if (!text_is_present(list->unfinished))
        return false;
    if (list->count == 0)
        return true;
    chain = backup_manifest_chain_of(list->unfinished);
    return text_compare(chain, backup_manifest_chain_of(list->names[list->count - 1])) > 0;
}

/* Does it begin another chain, in place of going on with this one? */
static bool begins_chain(const struct backup *backup, struct text chain)
{
    const struct backup_options *options = backup->options;
    struct timestamp begun_at = backup_stamp_time(backup->arena, chain);

    if (opt_bool_is_true(options->full))
        return true;
    return options->full_days != INT64_ABSENT &&
           begun_at.us <= backup->manifest.made_at.us - options->full_days * day_us;
}

enum status backup_find_place(struct backup *backup, struct error *error)
{
    struct backup_manifest former;
    struct backup_manifest_list list;
    enum status status = backup_manifest_list(backup->stores.data, backup->arena, &list, error);

    if (status == STATUS_OK && list.count > 0)
        status = backup_manifest_get(
            backup->stores.data, list.names[list.count - 1], backup->arena, &former, error);
    if (status != STATUS_OK)
        return status;
    if (list.count > 0 && !text_equal(former.ledger, backup->manifest.ledger))
        return refuse_foreign(backup, error);
    if (list.count == 0 || begins_chain(backup, former.chain)) {
        begin_chain(backup, &list);
        if (is_begun_chain(&list))
            take_unfinished(backup, list.unfinished, (struct text){NULL, 0});
        return STATUS_OK;
    }
    status = check_continues(backup, &former, error);
    if (status != STATUS_OK)
        return status;
    backup->manifest.chain = former.chain;
    backup->manifest.number = former.number + 1;
    backup->former_keys = former.keys;
    for (size_t i = 0; i < former.ranges.count; i++)
        backup_add_range(backup, &((const struct backup_range *)former.ranges.items)[i]);
    take_unfinished(backup, list.unfinished, former.chain);
    return STATUS_OK;
}
