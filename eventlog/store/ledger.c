/*
 * Opening and closing the ledger, how far it is, and its end after a failed commit.
 *
 *   opened ──append──► opened ──commit fails──► stopped (reads go on from a second, lock-free view)
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/ledger.h"

#include "core/base/alloc.h"
#include "core/base/must.h"
#include "eventlog/event_type.h"
#include "eventlog/store/home_lock.h"
#include "eventlog/store/ledger_internal.h"

#include <string.h>

static const struct store_table_spec table_specs[LEDGER_TABLES] = {
    [LEDGER_ENTRIES] = {"entries", STORE_INTEGER_KEYS},
    [LEDGER_BODIES] = {"bodies", STORE_INTEGER_KEYS},
    [LEDGER_HASHES] = {"hashes", STORE_INTEGER_KEYS},
    [LEDGER_META] = {"meta", 0},
};

static enum status
open_view(const struct store_settings *settings, struct ledger_view *out, struct error *error)
{
    enum status status = store_open(settings, &out->env, error);

    if (status == STATUS_OK)
        status = store_tables(out->env, table_specs, LEDGER_TABLES, out->tables, error);
    return status;
}

static struct store_settings view_settings(const struct ledger *log)
{
    return (struct store_settings){
        .directory = log->home,
        .name = "ledger.mdb",
        .map_bytes = STORE_LEDGER_MAP_BYTES,
        .most_tables = LEDGER_TABLES,
        .is_read_only = log->is_read_only,
    };
}

static struct ledger *new_log(const struct ledger_settings *settings)
{
    struct ledger *log = heap_new(sizeof(*log));
    size_t size = strlen(settings->home) + 1;

    log->home = heap_new(size);
    memcpy(log->home, settings->home, size);
    log->lock = -1;
    log->is_read_only = settings->is_read_only;
    log->reserve_bytes = settings->reserve_bytes;
    atomic_init(&log->view, &log->own);
    return log;
}

enum status ledger_open_with(
    const struct ledger_settings *settings,
    const struct store_fault_injection *fault_injection,
    struct ledger **out,
    struct error *error)
{
    struct ledger *log = new_log(settings);
    struct store_settings store = view_settings(log);
    enum status status = STATUS_OK;

    store.fault_injection = fault_injection;
    if (!settings->is_read_only)
        status = home_lock(settings->home, &log->lock, error);
    if (status == STATUS_OK)
        status = open_view(&store, &log->own, error);
    if (status == STATUS_OK)
        status = ledger_check(log, error);
    if (status != STATUS_OK) {
        ledger_close(log);
        return status;
    }
    *out = log;
    return STATUS_OK;
}

enum status
ledger_open(const struct ledger_settings *settings, struct ledger **out, struct error *error)
{
    return ledger_open_with(settings, NULL, out, error);
}

enum status ledger_refresh(struct ledger *log, struct error *error)
{
    return log->is_read_only ? ledger_check(log, error) : STATUS_OK;
}

void ledger_close(struct ledger *log)
{
    if (log == NULL)
        return;
    store_close(log->spare.env);
    store_close(log->own.env);
    home_unlock(log->lock);
    heap_free(log->home);
    heap_free(log);
}

struct ledger_view *ledger_view(struct ledger *log)
{
    return atomic_load_explicit(&log->view, memory_order_acquire);
}

uint64_t ledger_size(const struct ledger *log)
{
    return atomic_load_explicit(&log->size, memory_order_acquire);
}

struct timestamp ledger_last_timestamp(const struct ledger *log)
{
    return (struct timestamp){atomic_load_explicit(&log->last_us, memory_order_acquire)};
}

bool ledger_is_stopped(const struct ledger *log, struct error *error)
{
    bool is_stopped = atomic_load_explicit(&log->is_stopped, memory_order_acquire);

    if (is_stopped && error != NULL)
        *error = log->stop;
    return is_stopped;
}

void ledger_stop(struct ledger *log, const struct error *cause)
{
    struct store_settings settings = view_settings(log);
    struct error ignored;

    if (atomic_load_explicit(&log->is_stopped, memory_order_relaxed))
        return;
    settings.is_read_only = true;
    settings.is_unlocked = true;
    if (open_view(&settings, &log->spare, &ignored) == STATUS_OK)
        atomic_store_explicit(&log->view, &log->spare, memory_order_release);
    log->stop = *cause;
    atomic_store_explicit(&log->is_stopped, true, memory_order_release);
}

struct ledger_stats ledger_stats(const struct ledger *log)
{
    return (struct ledger_stats){
        .commits = atomic_load_explicit(&log->commits, memory_order_relaxed),
        .events = atomic_load_explicit(&log->events, memory_order_relaxed),
        .last_commit_us = atomic_load_explicit(&log->last_commit_us, memory_order_relaxed),
        .total_commit_us = atomic_load_explicit(&log->total_commit_us, memory_order_relaxed),
        .file_bytes = store_used_bytes(log->own.env),
    };
}

bool ledger_may_lack_body(const struct entry *entry)
{
    const struct event_type *type = event_type_named(entry->type);

    return type == NULL || type->is_droppable;
}

enum status ledger_damaged(struct error *error, uint64_t position, const char *what)
{
    return error_set_code(
        error, STATUS_CORRUPT, "ledger_damaged", "the ledger is damaged at position %llu: %s",
        (unsigned long long)position, what);
}
