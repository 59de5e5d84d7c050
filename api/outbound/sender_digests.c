/*
 * What has waited long enough becomes digests: the sender orders them, and sends them once the read models show them, as
 * whatever is due.
 *
 *   outbox: waiting ──► [here] ──make_digest──► writer ──digest_made──► outbox: one row that is pending
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/outbound/sender_internal.h"
#include "api/own_command.h"
#include "core/base/log.h"
#include "eventlog/events/workspace_events.h"

/* Of one channel; what is critical by itself, as it heeds no quiet hours. */
struct gathering {
    struct uuid channel_id;
    struct opt_bool is_critical;
};
static const struct field gathering_fields[] = {
    {UUID(gathering, channel_id), .doc = "Id of the channel."},
    {BOOL(gathering, is_critical), .doc = "Whether it is critical, and heeds no quiet hours."},
};
static const struct shape gathering_shape = SHAPE(gathering, "What of a channel has waited.");

static const struct sql gatherings_sql = {
    .name = "gatherings",
    .params = &at_timestamp_shape,
    .row = &gathering_shape,
    .text = "select c.id as channel_id, way.is_critical\n"
            "from channels c cross join (values (false), (true)) way (is_critical)\n"
            "where c.is_enabled\n"
            "    and (way.is_critical or c.quiet_until is null or c.quiet_until <= :now)\n"
            "    and exists (select from outbox o where o.status = 'waiting'\n"
            "        and o.channel_id = c.id and o.is_critical = way.is_critical\n"
            "        and o.next_attempt_at <= :now)\n"
            "limit 25",
};

struct waiting {
    struct uuid id;
    struct uuid event_id;
    struct enum_value severity;
};
static const struct field waiting_fields[] = {
    {UUID(waiting, id), .doc = "Id of the delivery."},
    {UUID(waiting, event_id), .doc = "Id of the event."},
    {ENUM(waiting, severity, severity_names), .doc = "Severity of the event."},
};
static const struct shape waiting_shape = SHAPE(waiting, "A delivery that waits.");

static const struct sql waiting_sql = {
    .name = "waiting",
    .params = &gathering_shape,
    .row = &waiting_shape,
    .text = "select o.id, o.event_id, e.severity\n"
            "from outbox o left join events e on e.id = o.event_id\n"
            "where o.status = 'waiting' and o.channel_id = :channel_id\n"
            "    and o.is_critical = :is_critical\n"
            "order by o.next_attempt_at, o.id\n"
            "limit 1000",
};

struct made {
    enum status status;
    uint64_t size; /* of the ledger with it */
};

/* The writer's thread. */
static void on_made(const struct submission *submission, void *context)
{
    *(struct made *)context = (struct made){submission->status, submission->size};
}

static struct make_digest
order_of(const struct gathering *gathering, const struct list *rows, struct arena *arena)
{
    const struct waiting *waiting = rows->items;
    struct uuid *deliveries = arena_array(arena, rows->count, sizeof(*deliveries));
    struct uuid *events = arena_array(arena, DIGEST_MOST_SHOWN, sizeof(*events));
    struct make_digest order = {
        .channel_id = gathering->channel_id,
        .delivery_ids = {deliveries, rows->count},
        .event_ids = {events, rows->count < DIGEST_MOST_SHOWN ? rows->count : DIGEST_MOST_SHOWN},
        .is_critical = gathering->is_critical,
    };

    for (size_t i = 0; i < rows->count; i++) {
        deliveries[i] = waiting[i].id;
        if (i < DIGEST_MOST_SHOWN)
            events[i] = waiting[i].event_id;
        order.warnings += waiting[i].severity.is == SEVERITY_WARNING;
        order.criticals += waiting[i].severity.is == SEVERITY_CRITICAL;
    }
    return order;
}

/* False when it could not be recorded. */
static bool make(struct sender *sender, const struct make_digest *order, uint64_t *size)
{
    struct made made = {STATUS_UNAVAILABLE, 0};
    const struct own_command own = {
        .command = &make_digest_command, .input = order, .done = on_made, .context = &made};

    if (!own_command_wait(sender->writer, &own))
        return false;
    if (made.status != STATUS_OK) {
        log_error("sender.digest_refused", log_uuid("channel", order->channel_id));
        return false;
    }
    if (made.size > *size)
        *size = made.size;
    return true;
}

enum status sender_gather(
    struct sender *sender,
    struct timestamp now,
    struct arena *arena,
    uint64_t *out_size,
    struct error *error)
{
    const struct at_timestamp at = {now};
    struct list found = {NULL, 0};
    enum status status = reader_query(&sender->reader, &gatherings_sql, &at, arena, &found, error);
    const struct gathering *gatherings = found.items;

    for (size_t i = 0; i < found.count && status == STATUS_OK; i++) {
        struct list rows = {NULL, 0};
        struct make_digest order;
        status = reader_query(&sender->reader, &waiting_sql, &gatherings[i], arena, &rows, error);
        if (status != STATUS_OK || rows.count == 0)
            continue;
        order = order_of(&gatherings[i], &rows, arena);
        if (!make(sender, &order, out_size))
            status = error_set(error, STATUS_UNAVAILABLE, "the writer takes nothing");
    }
    return status;
}
