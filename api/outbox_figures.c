/*
 * Counting the outbox, over its indexes: what was delivered is never looked at.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/outbox_figures.h"

enum { ARENA_BYTES = 1 << 16 };

struct count_at {
    struct timestamp now;
};
static const struct field count_at_fields[] = {
    {TIMESTAMP(count_at, now), .doc = "The present time."},
};
static const struct shape count_at_shape = SHAPE(count_at, "A point in time.");

struct counted {
    int64_t backlog;
    int64_t due;
    int64_t failed;
    int64_t dead_letters;
};
static const struct field counted_fields[] = {
    {INT64(counted, backlog), .doc = "Number of deliveries that are pending."},
    {INT64(counted, due), .doc = "Number of these that are due."},
    {INT64(counted, failed), .doc = "Number of these that failed before."},
    {INT64(counted, dead_letters), .doc = "Number of deliveries that were given up."},
};
static const struct shape counted_shape = SHAPE(counted, "Figures of the outbox.");

static const struct sql counted_sql = {
    .name = "outbox_figures",
    .params = &count_at_shape,
    .row = &counted_shape,
    .text =
        "select count(*) filter (where o.status = 'pending') as backlog,\n"
        "    count(*) filter (where o.status = 'pending' and o.next_attempt_at <= :now) as due,\n"
        "    count(*) filter (where o.status = 'pending' and o.attempts > 0) as failed,\n"
        "    count(*) filter (where o.status = 'dead_letter') as dead_letters\n"
        "from outbox o\n"
        "where o.status in ('pending', 'dead_letter')",
};

enum status
outbox_figures_count(struct reader *reader, struct outbox_figures *figures, struct error *error)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    const struct count_at at = {timestamp_now()};
    struct list rows = {NULL, 0};
    const struct counted *counted;
    enum status status = reader_query(reader, &counted_sql, &at, arena, &rows, error);

    if (status != STATUS_OK)
        return status;
    counted = rows.items;
    figures->backlog = counted->backlog;
    figures->due = counted->due;
    figures->failed = counted->failed;
    figures->dead_letters = counted->dead_letters;
    return STATUS_OK;
}
