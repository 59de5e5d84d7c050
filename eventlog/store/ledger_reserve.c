/*
 * Room ahead: a full disk is met between batches, where it can be refused, and never inside a
 * commit. LMDB goes by the last page that its newest meta page names, so that a file with blocks
 * beyond is nothing to it.
 *
 *   0 ────── used ──────────────── allocated ─ ─ ─ ─ the volume's free space ─ ─ ─ ─ |reserve|
 *             └─ refilled to 64 MiB when under 32 ─┘
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "eventlog/store/ledger_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/statvfs.h>

#define AHEAD_BYTES         ((uint64_t)64 << 20)
#define REFILL_BELOW        ((uint64_t)32 << 20)
#define LEAST_RESERVE_BYTES ((uint64_t)512 << 20)

enum { RESERVE_PERCENT = 2, CHECK_EVERY_BATCHES = 64, CHECK_EVERY_US = 100 * US_PER_MS };

/* Least free space of the volume. */
static uint64_t wanted_free(const struct ledger *log, const struct statvfs *volume)
{
    uint64_t share = (uint64_t)volume->f_blocks * volume->f_frsize / 100 * RESERVE_PERCENT;

    if (log->reserve_bytes != 0)
        return log->reserve_bytes;
    return share > LEAST_RESERVE_BYTES ? share : LEAST_RESERVE_BYTES;
}

static enum status check_volume(struct ledger *log, struct error *error)
{
    struct statvfs volume;
    uint64_t available;

    if (fstatvfs(store_descriptor(log->own.env), &volume) != 0)
        return error_set(
            error, STATUS_UNAVAILABLE, "the volume of ledger.mdb gives no answer: %s",
            strerrordesc_np(errno));
    available = (uint64_t)volume.f_bavail * volume.f_frsize;
    log->reserve.is_short = available < wanted_free(log, &volume);
    log->reserve.batches = 0;
    log->reserve.checked_at_us = monotonic_us();
    if (!log->reserve.is_short)
        return STATUS_OK;
    return error_set(
        error, STATUS_FULL,
        "the volume of the ledger has %llu MiB left, less than the %llu MiB that are kept free",
        (unsigned long long)(available >> 20),
        (unsigned long long)(wanted_free(log, &volume) >> 20));
}

static bool is_check_due(const struct ledger_reserve *reserve)
{
    return reserve->is_short || reserve->checked_at_us == 0 ||
           reserve->batches >= CHECK_EVERY_BATCHES ||
           monotonic_us() - reserve->checked_at_us >= CHECK_EVERY_US;
}

/* Filesystems without fallocate have the volume's reserve alone. */
static enum status allocate_ahead(struct ledger *log, struct error *error)
{
    uint64_t used = store_used_bytes(log->own.env);
    int rc;

    if (log->reserve.allocated_to >= used + REFILL_BELOW)
        return STATUS_OK;
    do {
        rc = fallocate(store_descriptor(log->own.env), 0, (off_t)used, (off_t)AHEAD_BYTES) == 0
                 ? 0
                 : errno;
    } while (rc == EINTR);
    if (rc != 0 && rc != EOPNOTSUPP)
        return error_set(
            error, STATUS_FULL, "the next %llu MiB of ledger.mdb cannot be reserved: %s",
            (unsigned long long)(AHEAD_BYTES >> 20), strerrordesc_np(rc));
    log->reserve.allocated_to = used + AHEAD_BYTES;
    return STATUS_OK;
}

enum status ledger_reserve(struct ledger *log, struct error *error)
{
    must(!log->is_read_only);
    log->reserve.batches++;
    if (is_check_due(&log->reserve)) {
        enum status status = check_volume(log, error);

        if (status != STATUS_OK)
            return status;
    }
    return allocate_ahead(log, error);
}
