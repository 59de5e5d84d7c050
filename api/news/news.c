/*
 * The follower, and observations.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/news/news.h"

#include "api/automation/monitor.h"
#include "api/news/change.h"
#include "api/news/relay.h"
#include "api/own_call.h"
#include "api/socket/packet.h"
#include "api/socket/rooms.h"
#include "core/base/heap.h"
#include "core/base/log.h"
#include "core/base/map.h"
#include "eventlog/ledger_read.h"

#include <string.h>

enum {
    ARENA_BYTES = 64 << 20,
    LARGEST_FRAME = CHANGE_PAYLOAD_BYTES,
    RETRY_US = US_PER_S,
    GATHER_US = US_PER_S,
    MOST_OBSERVATIONS = 1024, /* on their way */
    MOST_ROWS = 1000          /* of live state, read at once */
};

#define REALTIME "/realtime"

struct news {
    const struct services *services;
    struct relays *relays;
    struct loop_context *loop;
    atomic_bool is_stopping;
    atomic_int under_way;         /* calls, and broadcasts of them */
    atomic_uint_fast64_t mark;    /* ledger size that has been told */
    atomic_uint_fast64_t skipped; /* frames */
    atomic_size_t observations;   /* broadcasts under way */

    /* The follower. */
    struct own_call *call;
    struct waiter waiter;
    struct loop_timer *retry;
    struct loop_message told; /* all loops are through */
    struct broadcast *broadcast;
    uint64_t next;
    size_t limit; /* of records at once; less where rows are large */

    /* Rows whose live state has changed. */
    struct own_call *live_call;
    struct loop_timer *live_timer;
    struct loop_message flushed; /* that state is readable */
    struct map *live;            /* id → frame */
    bool is_live_set;            /* the timer is, or what it leads to is under way */
};

static void await_more(struct news *news);

static bool has_listeners(const struct news *news)
{
    return atomic_load(&news->services->meter->listeners) > 0;
}

static struct news *news_of(struct call *call)
{
    return own_call_of(call)->owner;
}

static void finish(struct news *news)
{
    atomic_fetch_sub(&news->under_way, 1);
}

/* False: nothing is begun any more. */
static bool begin(struct news *news)
{
    atomic_fetch_add(&news->under_way, 1);
    if (!atomic_load(&news->is_stopping))
        return true;
    finish(news);
    return false;
}

static size_t
rooms_of(struct uuid workspace_id, struct uuid node_id, struct room_name out[MOST_ROOMS_OF_FRAME])
{
    size_t count = 0;

    out[count++] = (struct room_name){ROOM_WORKSPACE, workspace_id};
    if (uuid_is_present(node_id))
        out[count++] = (struct room_name){ROOM_NODE, node_id};
    return count;
}

static size_t
rooms_of_change(const struct change *change, struct room_name out[MOST_ROOMS_OF_FRAME])
{
    if (change->frame->namespace == NULL)
        return rooms_of(change_workspace(change), change_node(change), out);
    out[0] = (struct room_name){change->frame->room, change->id};
    return 1;
}

/* A payload as the message that sockets get; the buffer is for the making. */
static struct websocket_frame *
make_frame(const struct frame *frame, struct text payload, struct buf *message)
{
    const char *namespace = frame->namespace == NULL ? REALTIME : frame->namespace;

    buf_clear(message);
    packet_write_event(message, text_from(namespace), frame->name, payload);
    return websocket_frame_new(WEBSOCKET_TEXT, buf_text(message));
}

/* A worker: of the changes that have a row. */
static void add_frames(
    struct news *news,
    struct call *call,
    const struct changes *changes,
    uint64_t size,
    struct broadcast *broadcast)
{
    AUTO_BUF payload = {0};
    AUTO_BUF message = {0};

    buf_init(&payload, LARGEST_FRAME);
    buf_init(&message, 2 * (size_t)LARGEST_FRAME);
    for (size_t i = 0; i < changes->count; i++) {
        const struct change *change = &changes->items[i];
        struct room_name rooms[MOST_ROOMS_OF_FRAME];
        size_t count;
        if (change->row == NULL)
            continue;
        if (!change_print(call, change, size, &payload)) {
            atomic_fetch_add(&news->skipped, 1);
            continue;
        }
        count = rooms_of_change(change, rooms);
        broadcast_add(
            broadcast, make_frame(change->frame, buf_text(&payload), &message), rooms, count);
    }
}

/* The follower. */

static void on_told(struct loop_message *message)
{
    struct news *news = (struct news *)(void *)((char *)message - offsetof(struct news, told));

    finish(news);
    await_more(news);
}

/* The last loop that is through. */
static void post_told(void *context)
{
    struct news *news = context;

    if (!loop_post(news->loop->loop, &news->told))
        finish(news);
}

static void send_frames(struct call *call)
{
    struct news *news = news_of(call);
    struct broadcast *broadcast = news->broadcast;

    news->broadcast = NULL;
    atomic_store(&news->mark, news->next);
    broadcast_send(broadcast, news->services->rooms, news->services->loop_count);
}

static void on_retry(void *context)
{
    await_more(context);
}

static void retry_later(struct call *call)
{
    struct news *news = news_of(call);

    finish(news);
    if (!atomic_load(&news->is_stopping))
        loop_timer_set(news->retry, RETRY_US);
}

/* A worker. */
static void read_changes(struct call *call)
{
    struct news *news = news_of(call);
    struct changes changes;
    struct error error;

    if (changes_read(call, atomic_load(&news->mark), &news->limit, &changes, &error) != STATUS_OK) {
        log_debug("news.not_read", log_cause(&error));
        call_to_loop(call, retry_later);
        return;
    }
    news->next = changes.next;
    news->broadcast = broadcast_new(post_told, news);
    add_frames(news, call, &changes, changes.size, news->broadcast);
    call_to_loop(call, send_frames);
}

static void on_shown(struct waiter *waiter, enum wake_reason reason)
{
    struct news *news = (struct news *)(void *)((char *)waiter - offsetof(struct news, waiter));

    (void)reason; /* it waits for as long as it takes */
    if (!has_listeners(news)) {
        await_more(news);
        return;
    }
    if (!begin(news))
        return;
    own_call_reset(news->call);
    call_to_lane(&news->call->call, LANE_READ, read_changes);
}

/* Until the read models show more than has been told. What nobody heard is not read. */
static void await_more(struct news *news)
{
    uint64_t shown = news->services->progress->size;

    if (atomic_load(&news->is_stopping))
        return;
    if (!has_listeners(news) && shown > atomic_load(&news->mark))
        atomic_store(&news->mark, shown);
    news->waiter.wake = on_shown;
    loop_context_wait_shown(news->loop, &news->waiter, atomic_load(&news->mark) + 1, INT64_MAX);
}

/* Nobody answers it but with what went wrong on the way to a worker. */
static void on_failed(struct own_call *own)
{
    retry_later(&own->call);
}

/* Live state of rows. */

static void set_live_timer(struct news *news)
{
    news->is_live_set = true;
    loop_timer_set(news->live_timer, GATHER_US);
}

static void end_live(struct call *call)
{
    struct news *news = news_of(call);

    finish(news);
    news->is_live_set = false;
    if (map_count(news->live) > 0 && !atomic_load(&news->is_stopping))
        set_live_timer(news);
}

static void on_live_failed(struct own_call *own)
{
    end_live(&own->call);
}

/* Any loop. */
static void on_observed(void *context)
{
    struct news *news = context;

    atomic_fetch_sub(&news->observations, 1);
}

static void send_observation(struct news *news, struct broadcast *broadcast)
{
    broadcast_send(broadcast, news->services->rooms, news->services->loop_count);
}

static struct broadcast *new_observation(struct news *news)
{
    atomic_fetch_add(&news->observations, 1);
    return broadcast_new(on_observed, news);
}

/* A worker. What cannot be read now is told by the next sign of life. */
static void read_live(struct call *call)
{
    struct news *news = news_of(call);
    struct changes *changes = call->handler_state;
    struct broadcast *broadcast;
    struct error error;

    if (changes_select(call, changes, &error) != STATUS_OK) {
        log_debug("news.not_read", log_cause(&error));
        call_to_loop(call, end_live);
        return;
    }
    broadcast = new_observation(news);
    add_frames(news, call, changes, 0, broadcast);
    send_observation(news, broadcast);
    call_to_loop(call, end_live);
}

static struct changes *take_live(struct news *news)
{
    struct arena *arena = news->live_call->call.arena;
    struct changes *changes = arena_one(arena, struct changes);
    size_t cursor = 0;
    struct uuid id;
    void *frame;

    changes->items = arena_array(arena, MOST_ROWS, sizeof(*changes->items));
    while (changes->count < MOST_ROWS && map_next(news->live, &cursor, &id, &frame))
        changes->items[changes->count++] = (struct change){.frame = frame, .id = id};
    for (size_t i = 0; i < changes->count; i++)
        (void)map_remove(news->live, changes->items[i].id);
    return changes;
}

static void on_flushed(struct loop_message *message)
{
    struct news *news = (struct news *)(void *)((char *)message - offsetof(struct news, flushed));
    struct call *call = &news->live_call->call;

    own_call_reset(news->live_call);
    call->handler_state = take_live(news);
    call_to_lane(call, LANE_READ, read_live);
}

/* The monitor's thread. */
static void post_flushed(void *context)
{
    struct news *news = context;

    if (!loop_post(news->loop->loop, &news->flushed))
        finish(news);
}

static void on_live_timer(void *context)
{
    struct news *news = context;

    if (!begin(news))
        return;
    monitor_flush(news->services->monitor, post_flushed, news);
}

struct row_note {
    struct loop_message message; /* first */
    struct news *news;
    struct frame *frame;
    struct uuid id;
};

static void on_row_note(struct loop_message *message)
{
    struct row_note *note = (struct row_note *)message;
    struct news *news = note->news;

    (void)map_put(news->live, note->id, note->frame);
    if (!news->is_live_set)
        set_live_timer(news);
    heap_free(note);
}

void news_note_row(struct news *news, const struct frame *frame, struct uuid id)
{
    struct row_note *note;

    if (!has_listeners(news) || atomic_load(&news->is_stopping))
        return;
    note = heap_new(sizeof(*note));
    *note = (struct row_note){.message.run = on_row_note, .news = news, .id = id};
    memcpy(&note->frame, &frame, sizeof(frame)); /* maps hold what may be written to */
    if (!loop_post(news->loop->loop, &note->message))
        heap_free(note);
}

void news_tell(
    struct news *news,
    const struct frame *frame,
    const void *value,
    struct uuid workspace_id,
    struct uuid node_id)
{
    struct room_name rooms[MOST_ROOMS_OF_FRAME];
    size_t count = rooms_of(workspace_id, node_id, rooms);
    struct broadcast *broadcast;
    AUTO_BUF payload = {0};
    AUTO_BUF message = {0};

    if (!has_listeners(news))
        return;
    if (atomic_load(&news->observations) >= MOST_OBSERVATIONS) {
        atomic_fetch_add(&news->services->meter->observations_dropped, 1);
        return;
    }
    buf_init(&payload, LARGEST_FRAME);
    buf_init(&message, 2 * (size_t)LARGEST_FRAME);
    if (!change_print_value(frame, value, 0, news->services, &payload))
        return;
    broadcast = new_observation(news);
    broadcast_add(broadcast, make_frame(frame, buf_text(&payload), &message), rooms, count);
    send_observation(news, broadcast);
}

/* Making and ending. */

struct news *news_new(const struct services *services, struct loop_context *loop)
{
    struct news *news = heap_new(sizeof(*news));

    frame_check_all();
    news->services = services;
    news->loop = loop;
    news->limit = CHANGES_AT_ONCE;
    news->mark = ledger_size(services->ledger);
    news->call = own_call_new(services, loop, ARENA_BYTES, on_failed, news);
    news->live_call = own_call_new(services, loop, ARENA_BYTES, on_live_failed, news);
    news->retry = loop_timer_new(loop->loop, on_retry, news);
    news->live_timer = loop_timer_new(loop->loop, on_live_timer, news);
    news->live = map_new();
    news->told.run = on_told;
    news->flushed.run = on_flushed;
    news->relays = relays_new(services, loop);
    loop_timer_set(news->retry, 0);
    return news;
}

void news_free(struct news *news)
{
    if (news == NULL)
        return;
    if (news->broadcast != NULL)
        broadcast_send(news->broadcast, NULL, 0);
    loop_timer_free(news->retry);
    loop_timer_free(news->live_timer);
    relays_free(news->relays);
    map_free(news->live);
    heap_free(news);
}

bool news_stop(struct news *news)
{
    bool has_relays = !relays_stop(news->relays);

    atomic_store(&news->is_stopping, true);
    return !has_relays && atomic_load(&news->under_way) == 0;
}

bool news_relays(const struct record *record)
{
    return relays_follow(record->type);
}

void news_relay(struct news *news, uint64_t from, uint64_t to)
{
    relays_announce(news->relays, from, to);
}

uint64_t news_behind(const struct news *news)
{
    uint64_t size = ledger_size(news->services->ledger);
    uint64_t mark = atomic_load(&news->mark);

    return has_listeners(news) && size > mark ? size - mark : 0;
}

uint64_t news_skipped(const struct news *news)
{
    return atomic_load(&news->skipped);
}
