/*
 * Rooms: two lists cross in every seat, that of its room and that of its member.
 *
 * One frame is under way at a time. Where it stands is a seat, or a member of those who hear all; whoever
 * leaves moves that mark on, and whoever joins does so in front of it, where it has been already.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/socket/rooms.h"

#include "core/base/heap.h"
#include "core/base/map.h"
#include "core/base/must.h"

#include <string.h>

enum { SLICE = 100 };

struct room {
    struct room_name name;
    struct seat *seats;
};

struct seat {
    struct room *room; /* NULL: an exception */
    struct room_member *member;
    struct uuid workspace_id;
    struct seat *next_in_room;
    struct seat **link_in_room;
    struct seat *next_of_member;
    struct seat **link_of_member;
};

struct item {
    struct websocket_frame *frame;
    struct room_name rooms[MOST_ROOMS_OF_FRAME];
    size_t room_count;
    atomic_bool is_heard;
};

struct broadcast {
    struct item *items;
    size_t count;
    size_t capacity;
    atomic_size_t keepers;
    void (*done)(void *context);
    void *context;
};

/* A broadcast on its way to a loop, and in its queue. */
struct delivery {
    struct loop_message message; /* first */
    struct rooms *rooms;
    struct broadcast *broadcast;
    struct delivery *next;
};

struct rooms {
    struct loop *loop;
    struct map *by_id[ROOM_KINDS];
    struct room_member *hears_all;
    atomic_size_t *listeners;

    struct delivery *queue;
    struct delivery **queue_tail;
    struct loop_message turn;
    bool has_turn;

    /* Where the head of the queue stands. */
    size_t item;       /* of its frames */
    size_t source;     /* of the frame's: a room, then those who hear all, the next room … */
    bool has_begun;    /* the source's mark is set */
    struct seat *seat; /* the next one */
    struct room_member *all; /* the next one */
    uint64_t number;         /* of the frame */
};

static void on_turn(struct loop_message *message);

struct rooms *rooms_new(struct loop *loop, atomic_size_t *listeners)
{
    struct rooms *rooms = heap_new(sizeof(*rooms));

    rooms->loop = loop;
    rooms->listeners = listeners;
    for (size_t i = 0; i < ROOM_KINDS; i++)
        rooms->by_id[i] = map_new();
    rooms->queue_tail = &rooms->queue;
    rooms->turn.run = on_turn;
    return rooms;
}

static void release(struct broadcast *broadcast)
{
    if (atomic_fetch_sub(&broadcast->keepers, 1) > 1)
        return;
    for (size_t i = 0; i < broadcast->count; i++)
        websocket_frame_release(broadcast->items[i].frame);
    if (broadcast->done != NULL)
        broadcast->done(broadcast->context);
    heap_free(broadcast->items);
    heap_free(broadcast);
}

static void end_delivery(struct delivery *delivery)
{
    release(delivery->broadcast);
    heap_free(delivery);
}

void rooms_free(struct rooms *rooms)
{
    struct delivery *next;

    if (rooms == NULL)
        return;
    must(rooms->hears_all == NULL);
    for (struct delivery *delivery = rooms->queue; delivery != NULL; delivery = next) {
        next = delivery->next;
        end_delivery(delivery);
    }
    for (size_t i = 0; i < ROOM_KINDS; i++) {
        must(map_count(rooms->by_id[i]) == 0);
        map_free(rooms->by_id[i]);
    }
    heap_free(rooms);
}

static bool hears_news(const struct room_member *member)
{
    return member->news_seats > 0 || member->hears_all;
}

/* Of these rooms; others are told by relays alone. */
static bool has_news(enum room_kind kind)
{
    return kind != ROOM_AGENT; /* whose orders come from relays */
}

static void count_member(struct rooms *rooms, const struct room_member *member, bool heard_news)
{
    if (hears_news(member) && !heard_news)
        atomic_fetch_add(rooms->listeners, 1);
    if (!hears_news(member) && heard_news)
        atomic_fetch_sub(rooms->listeners, 1);
}

static struct seat *find_seat(const struct room_member *member, const struct room *room)
{
    struct seat *seat = member->seats;

    while (seat != NULL && seat->room != room)
        seat = seat->next_of_member;
    return seat;
}

static struct seat *find_exception(const struct room_member *member, struct uuid workspace_id)
{
    struct seat *seat = member->exceptions;

    while (seat != NULL && !uuid_equal(seat->workspace_id, workspace_id))
        seat = seat->next_of_member;
    return seat;
}

static void link_to_member(struct seat *seat, struct seat **list)
{
    seat->next_of_member = *list;
    seat->link_of_member = list;
    if (seat->next_of_member != NULL)
        seat->next_of_member->link_of_member = &seat->next_of_member;
    *list = seat;
}

static struct seat *new_seat(struct room_member *member, struct uuid workspace_id)
{
    struct seat *seat = heap_new(sizeof(*seat));

    seat->member = member;
    seat->workspace_id = workspace_id;
    return seat;
}

/* Frees a room that is empty. */
static void unlink_from_room(struct rooms *rooms, struct seat *seat)
{
    struct room *room = seat->room;

    if (rooms->seat == seat)
        rooms->seat = seat->next_in_room;
    *seat->link_in_room = seat->next_in_room;
    if (seat->next_in_room != NULL)
        seat->next_in_room->link_in_room = seat->link_in_room;
    if (room->seats != NULL)
        return;
    (void)map_remove(rooms->by_id[room->name.kind], room->name.id);
    heap_free(room);
}

static void remove_seat(struct rooms *rooms, struct seat *seat)
{
    *seat->link_of_member = seat->next_of_member;
    if (seat->next_of_member != NULL)
        seat->next_of_member->link_of_member = seat->link_of_member;
    if (seat->room != NULL) {
        seat->member->seat_count--;
        seat->member->news_seats -= has_news(seat->room->name.kind) ? 1 : 0;
        unlink_from_room(rooms, seat);
    }
    heap_free(seat);
}

static struct room *room_of(struct rooms *rooms, struct room_name name)
{
    struct room *room = map_get(rooms->by_id[name.kind], name.id);

    if (room != NULL)
        return room;
    room = heap_new(sizeof(*room));
    room->name = name;
    must(map_put(rooms->by_id[name.kind], name.id, room) == NULL);
    return room;
}

void rooms_join(
    struct rooms *rooms,
    struct room_member *member,
    struct room_name name,
    struct uuid workspace_id)
{
    struct room *room = room_of(rooms, name);
    bool heard_news = hears_news(member);
    struct seat *seat;

    must(loop_is_here(rooms->loop));
    if (find_seat(member, room) != NULL)
        return;
    seat = new_seat(member, workspace_id);
    link_to_member(seat, &member->seats);
    seat->room = room;
    seat->next_in_room = room->seats;
    seat->link_in_room = &room->seats;
    if (seat->next_in_room != NULL)
        seat->next_in_room->link_in_room = &seat->next_in_room;
    room->seats = seat;
    member->seat_count++;
    member->news_seats += has_news(name.kind) ? 1 : 0;
    count_member(rooms, member, heard_news);
}

void rooms_leave(struct rooms *rooms, struct room_member *member, struct room_name name)
{
    const struct room *room = map_get(rooms->by_id[name.kind], name.id);
    struct seat *seat = room == NULL ? NULL : find_seat(member, room);
    bool heard_news;

    if (seat == NULL)
        return;
    heard_news = hears_news(member);
    remove_seat(rooms, seat);
    count_member(rooms, member, heard_news);
}

void rooms_hear_all(struct rooms *rooms, struct room_member *member, struct timestamp made_until)
{
    static const uint8_t last[8] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    bool heard_news = hears_news(member);
    bool hears_all = timestamp_is_present(made_until);

    if (member->hears_all == hears_all)
        return;
    member->hears_all = hears_all;
    member->newest = uuid_v7(made_until, last);
    if (hears_all) {
        member->next = rooms->hears_all;
        member->link = &rooms->hears_all;
        if (member->next != NULL)
            member->next->link = &member->next;
        rooms->hears_all = member;
    } else {
        if (rooms->all == member)
            rooms->all = member->next;
        *member->link = member->next;
        if (member->next != NULL)
            member->next->link = member->link;
    }
    count_member(rooms, member, heard_news);
}

void rooms_leave_all(struct rooms *rooms, struct room_member *member)
{
    bool heard_news;

    rooms_hear_all(rooms, member, (struct timestamp){0});
    heard_news = hears_news(member);
    while (member->seats != NULL)
        remove_seat(rooms, member->seats);
    while (member->exceptions != NULL)
        remove_seat(rooms, member->exceptions);
    count_member(rooms, member, heard_news);
}

void rooms_set_exception(
    struct rooms *rooms, struct room_member *member, struct uuid workspace_id, bool is_exception)
{
    struct seat *seat = find_exception(member, workspace_id);

    if (is_exception && seat == NULL)
        link_to_member(new_seat(member, workspace_id), &member->exceptions);
    if (!is_exception && seat != NULL)
        remove_seat(rooms, seat);
}

bool rooms_has_exception(const struct room_member *member, struct uuid workspace_id)
{
    return find_exception(member, workspace_id) != NULL;
}

void rooms_keep_allowed(
    struct rooms *rooms,
    struct room_member *member,
    bool (*is_allowed)(struct uuid workspace_id, const void *context),
    const void *context)
{
    struct seat *const lists[] = {member->seats, member->exceptions};
    bool heard_news = hears_news(member);

    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        struct seat *next;
        for (struct seat *seat = lists[i]; seat != NULL; seat = next) {
            next = seat->next_of_member;
            if (!is_allowed(seat->workspace_id, context))
                remove_seat(rooms, seat);
        }
    }
    count_member(rooms, member, heard_news);
}

size_t rooms_joined(const struct room_member *member)
{
    return member->seat_count;
}

static void give(struct rooms *rooms, struct room_member *member, struct item *item)
{
    if (member->reached == rooms->number)
        return;
    member->reached = rooms->number;
    member->take(member, item->frame);
    atomic_store(&item->is_heard, true);
}

/* A room's next member. False: there is none. */
static bool step_room(struct rooms *rooms, struct item *item, struct room_name name)
{
    const struct room *room;
    struct seat *seat;

    if (!rooms->has_begun) {
        room = map_get(rooms->by_id[name.kind], name.id);
        rooms->seat = room == NULL ? NULL : room->seats;
        rooms->has_begun = true;
    }
    seat = rooms->seat;
    if (seat == NULL)
        return false;
    rooms->seat = seat->next_in_room;
    give(rooms, seat->member, item);
    return true;
}

/* The next of those who hear all. */
static bool step_all(struct rooms *rooms, struct item *item, struct room_name name)
{
    struct room_member *member;

    if (name.kind != ROOM_WORKSPACE)
        return false;
    if (!rooms->has_begun) {
        rooms->all = rooms->hears_all;
        rooms->has_begun = true;
    }
    member = rooms->all;
    if (member == NULL)
        return false;
    rooms->all = member->next;
    if (uuid_compare(name.id, member->newest) <= 0 && !rooms_has_exception(member, name.id))
        give(rooms, member, item);
    return true;
}

/* One member more of the frame under way. False: all have been visited. */
static bool step_frame(struct rooms *rooms, struct item *item)
{
    while (rooms->source < 2 * item->room_count) {
        struct room_name name = item->rooms[rooms->source / 2];
        if (rooms->source % 2 == 0 ? step_room(rooms, item, name) : step_all(rooms, item, name))
            return true;
        rooms->source++;
        rooms->has_begun = false;
    }
    return false;
}

static void begin_frame(struct rooms *rooms)
{
    rooms->number++;
    rooms->source = 0;
    rooms->has_begun = false;
    rooms->seat = NULL;
    rooms->all = NULL;
}

/* One step of what is to be done. False: nothing is. */
static bool step(struct rooms *rooms)
{
    struct delivery *head = rooms->queue;

    if (head == NULL)
        return false;
    if (rooms->item < head->broadcast->count) {
        if (step_frame(rooms, &head->broadcast->items[rooms->item]))
            return true;
        rooms->item++;
        begin_frame(rooms);
        return true;
    }
    rooms->queue = head->next;
    if (rooms->queue == NULL)
        rooms->queue_tail = &rooms->queue;
    rooms->item = 0;
    end_delivery(head);
    return true;
}

static void work(struct rooms *rooms)
{
    for (int i = 0; i < SLICE; i++) {
        if (!step(rooms))
            return;
    }
    rooms->has_turn = true;
    loop_defer(rooms->loop, &rooms->turn);
}

static void on_turn(struct loop_message *message)
{
    struct rooms *rooms = (struct rooms *)(void *)((char *)message - offsetof(struct rooms, turn));

    rooms->has_turn = false;
    work(rooms);
}

static void on_delivery(struct loop_message *message)
{
    struct delivery *delivery = (struct delivery *)message;
    struct rooms *rooms = delivery->rooms;

    if (rooms->queue == NULL)
        begin_frame(rooms);
    *rooms->queue_tail = delivery;
    rooms->queue_tail = &delivery->next;
    if (!rooms->has_turn)
        work(rooms);
}

struct broadcast *broadcast_new(void (*done)(void *context), void *context)
{
    struct broadcast *broadcast = heap_new(sizeof(*broadcast));

    broadcast->done = done;
    broadcast->context = context;
    atomic_init(&broadcast->keepers, 1);
    return broadcast;
}

void broadcast_add(
    struct broadcast *broadcast,
    struct websocket_frame *frame,
    const struct room_name *rooms,
    size_t count)
{
    struct item *item;

    must(count <= MOST_ROOMS_OF_FRAME);
    if (broadcast->count == broadcast->capacity) {
        broadcast->capacity = broadcast->capacity == 0 ? 8 : 2 * broadcast->capacity;
        broadcast->items =
            heap_resize(broadcast->items, broadcast->capacity * sizeof(*broadcast->items));
    }
    item = &broadcast->items[broadcast->count++];
    *item = (struct item){.frame = frame, .room_count = count};
    memcpy(item->rooms, rooms, count * sizeof(*rooms));
}

bool broadcast_was_heard(const struct broadcast *broadcast, size_t at)
{
    must(at < broadcast->count);
    return atomic_load(&broadcast->items[at].is_heard);
}

size_t broadcast_count(const struct broadcast *broadcast)
{
    return broadcast->count;
}

void broadcast_send(struct broadcast *broadcast, struct rooms *const *rooms, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct delivery *delivery = heap_new(sizeof(*delivery));

        *delivery = (struct delivery){
            .message.run = on_delivery, .rooms = rooms[i], .broadcast = broadcast};
        atomic_fetch_add(&broadcast->keepers, 1);
        if (!loop_post(rooms[i]->loop, &delivery->message))
            end_delivery(delivery);
    }
    release(broadcast);
}
