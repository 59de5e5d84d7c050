/*
 * The follower of what is relayed.
 *
 *   idle ── announced ──► reading (a worker) ──► telling ── all loops are through ──► idle, or reading
 *
 * What is announced meanwhile is read after it: from where the first announcement began to where the last
 * one ends.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/news/relay.h"

#include "api/own_call.h"
#include "api/socket/packet.h"
#include "core/base/heap.h"
#include "core/base/log.h"
#include "core/base/must.h"
#include "core/shape/shape_json.h"
#include "eventlog/ledger_read.h"

#include <string.h>

enum {
    MOST_RECORDS = 256,
    READ_BYTES = 1 << 20,
    ARENA_BYTES = 32 << 20,
    LARGEST_PAYLOAD = 1 << 20
};

/* A message and what it was made of. */
struct told {
    const struct relay *relay;
    const struct record *record;
};

struct relays {
    const struct services *services;
    struct loop_context *loop;
    struct own_call *call;
    struct loop_message told; /* all loops are through */
    struct broadcast *broadcast;
    struct broadcast *sent; /* by then it is the loops' */
    struct told *messages;  /* those of the broadcast, in the call's arena */
    size_t message_room;
    uint64_t from; /* what is left to read; equal: nothing is */
    uint64_t to;
    size_t limit;  /* of what is being read */
    uint64_t next; /* where the ledger goes on after what is being told */
    bool is_busy;
    atomic_int under_way;
    atomic_bool is_stopping;
};

static void go_on(struct relays *relays);

static struct relays *relays_of(struct call *call)
{
    return own_call_of(call)->owner;
}

/* Bounded by all there are. */
static size_t most_relays_of_a_type(void)
{
    size_t count = 0;

    for (const struct relay_area *area = relay_catalog; area->name != NULL; area++) {
        for (const struct relay *relay = area->relays; relay->name != NULL; relay++)
            count++;
    }
    return count;
}

bool relays_follow(const struct event_type *type)
{
    for (const struct relay_area *area = relay_catalog; area->name != NULL; area++) {
        for (const struct relay *relay = area->relays; relay->name != NULL; relay++) {
            if (relay->after == type)
                return true;
        }
    }
    return false;
}

static void on_told(struct loop_message *message)
{
    struct relays *relays =
        (struct relays *)(void *)((char *)message - offsetof(struct relays, told));

    relays->is_busy = false;
    atomic_fetch_sub(&relays->under_way, 1);
    go_on(relays);
}

/* The call's arena is nobody's meanwhile. */
static void tell_unheard(struct relays *relays)
{
    for (size_t i = 0; i < broadcast_count(relays->sent); i++) {
        const struct told *told = &relays->messages[i];
        const struct relay_context context = {
            relays->services, told->record, relays->call->call.arena};

        if (told->relay->unheard != NULL && !broadcast_was_heard(relays->sent, i))
            told->relay->unheard(&context);
    }
}

static void post_told(void *context)
{
    struct relays *relays = context;

    tell_unheard(relays);
    if (!loop_post(relays->loop->loop, &relays->told))
        atomic_fetch_sub(&relays->under_way, 1);
}

static void send_frames(struct call *call)
{
    struct relays *relays = relays_of(call);
    struct broadcast *broadcast = relays->broadcast;

    relays->broadcast = NULL;
    relays->sent = broadcast;
    relays->from = relays->next;
    broadcast_send(broadcast, relays->services->rooms, relays->services->loop_count);
}

/* A message without a payload where that has nothing to say, or too much. */
static bool print(const struct relay *relay, const struct relay_context *context, struct buf *out)
{
    void *payload = arena_take(context->arena, relay->shape->size);
    AUTO_BUF data = {0};

    shape_clear(relay->shape, payload);
    if (!relay->fill(context, payload))
        return false;
    buf_init(&data, LARGEST_PAYLOAD);
    shape_json_write(relay->shape, payload, &data);
    if (buf_is_full(&data)) {
        log_error(
            "news.relay_too_large", log_c("frame", relay->name),
            log_int64("position", (int64_t)context->record->position.value));
        return false;
    }
    packet_write_event(out, text_from(relay->namespace), relay->name, buf_text(&data));
    return true;
}

/* As many as there can be: each record by each relay of its type. */
static void keep_told(struct relays *relays, struct call *call, size_t records)
{
    relays->message_room = records * most_relays_of_a_type();
    relays->messages = arena_array(call->arena, relays->message_room, sizeof(*relays->messages));
}

static void
add(struct relays *relays, const struct relay *relay, const struct relay_context *context)
{
    struct broadcast *broadcast = relays->broadcast;
    struct room_name room = {relay->kind, context->record->entry.stream};
    AUTO_BUF message = {0};

    buf_init(&message, 2 * (size_t)LARGEST_PAYLOAD);
    if (!print(relay, context, &message))
        return;
    if (relay->room != NULL)
        room.id = relay->room(context->record);
    must(broadcast_count(broadcast) < relays->message_room);
    relays->messages[broadcast_count(broadcast)] = (struct told){relay, context->record};
    broadcast_add(broadcast, websocket_frame_new(WEBSOCKET_TEXT, buf_text(&message)), &room, 1);
}

static void add_record(struct relays *relays, struct call *call, const struct record *record)
{
    const struct relay_context context = {relays->services, record, call->arena};

    for (const struct relay_area *area = relay_catalog; area->name != NULL; area++) {
        for (const struct relay *relay = area->relays; relay->name != NULL; relay++) {
            if (relay->after == record->type)
                add(relays, relay, &context);
        }
    }
}

/* A worker. A record that cannot be read is damage, which verify names; those behind it are told. */
static void read_records(struct call *call)
{
    struct relays *relays = relays_of(call);
    struct record *records = arena_array(call->arena, relays->limit, sizeof(*records));
    size_t count = 0;
    struct error error;

    relays->broadcast = broadcast_new(post_told, relays);
    if (ledger_read(
            relays->services->ledger, (struct position){relays->from}, relays->limit, READ_BYTES,
            call->arena, records, &count, &error) != STATUS_OK) {
        log_error("news.relay_not_read", log_cause(&error));
        count = 0;
    }
    keep_told(relays, call, count);
    for (size_t i = 0; i < count; i++)
        add_record(relays, call, &records[i]);
    relays->next = relays->from + (count > 0 ? count : 1);
    call_to_loop(call, send_frames);
}

static void go_on(struct relays *relays)
{
    uint64_t left = relays->to - relays->from;

    if (relays->is_busy || relays->from == relays->to)
        return;
    atomic_fetch_add(&relays->under_way, 1);
    if (atomic_load(&relays->is_stopping)) {
        atomic_fetch_sub(&relays->under_way, 1);
        return;
    }
    relays->is_busy = true;
    relays->limit = left < MOST_RECORDS ? (size_t)left : MOST_RECORDS;
    own_call_reset(relays->call);
    call_to_lane(&relays->call->call, LANE_PLAIN, read_records);
}

struct announcement {
    struct loop_message message; /* first */
    struct relays *relays;
    uint64_t from;
    uint64_t to;
};

static void on_announcement(struct loop_message *message)
{
    struct announcement *announcement = (struct announcement *)message;
    struct relays *relays = announcement->relays;

    if (relays->from == relays->to)
        relays->from = announcement->from;
    relays->to = announcement->to;
    heap_free(announcement);
    go_on(relays);
}

void relays_announce(struct relays *relays, uint64_t from, uint64_t to)
{
    struct announcement *announcement = heap_new(sizeof(*announcement));

    *announcement = (struct announcement){
        .message.run = on_announcement, .relays = relays, .from = from, .to = to};
    if (!loop_post(relays->loop->loop, &announcement->message))
        heap_free(announcement);
}

static void on_failed(struct own_call *own)
{
    struct relays *relays = own->owner;

    relays->is_busy = false;
    atomic_fetch_sub(&relays->under_way, 1);
}

struct relays *relays_new(const struct services *services, struct loop_context *loop)
{
    struct relays *relays = heap_new(sizeof(*relays));

    relays->services = services;
    relays->loop = loop;
    relays->call = own_call_new(services, loop, ARENA_BYTES, on_failed, relays);
    relays->told.run = on_told;
    return relays;
}

void relays_free(struct relays *relays)
{
    if (relays == NULL)
        return;
    if (relays->broadcast != NULL)
        broadcast_send(relays->broadcast, NULL, 0);
    heap_free(relays);
}

bool relays_stop(struct relays *relays)
{
    atomic_store(&relays->is_stopping, true);
    return atomic_load(&relays->under_way) == 0;
}
