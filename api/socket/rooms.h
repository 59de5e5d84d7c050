/*
 * Rooms of one loop: which sockets hear what is about a workspace, a node, an agent.
 *
 *   broadcast ──a message a loop──► queue ──► its rooms ──► members, 100 a turn ──► socket
 *
 * A broadcast is frames in their order, each made once and shared by all sockets of all loops. A socket
 * gets them in that order, and each once, however many of a frame's rooms it is in. Between slices the
 * loop turns, so that no request waits for a crowd.
 *
 * Who may hear every workspace has no entry in thousands of rooms, but one mark; what such a member does not
 * want to hear is kept as an exception.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_SOCKET_ROOMS_H
#define API_SOCKET_ROOMS_H

#include "core/base/uuid.h"
#include "core/http/websocket_frame.h"
#include "core/run/loop.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum room_kind {
    ROOM_WORKSPACE, /* what happens in it */
    ROOM_NODE,      /* what happens to it */
    ROOM_AGENT,     /* what its agent is told */
    ROOM_TERMINAL,  /* what a session of a terminal shows */
    ROOM_KINDS
};

struct room_name {
    enum room_kind kind;
    struct uuid id;
};

enum { MOST_ROOMS_OF_FRAME = 2 };

struct seat;

/* Embedded in what hears. Zeroed but for `take`: in no room. */
struct room_member {
    /* A frame for it; kept by whoever keeps it. Must not join or leave a room. */
    void (*take)(struct room_member *member, struct websocket_frame *frame);

    /* The rooms' own. */
    struct seat *seats;
    struct seat *exceptions;
    size_t seat_count;
    size_t news_seats; /* of these, in rooms that hear news */
    uint64_t reached;  /* number of the last frame that it got */
    bool hears_all;
    struct uuid newest; /* workspace that it may hear by that */
    struct room_member *next;
    struct room_member **link; /* what points here */
};

struct rooms;

/* Of one loop; `listeners` counts, over all loops, those who are in a room that hears news. */
struct rooms *rooms_new(struct loop *loop, atomic_size_t *listeners);
void rooms_free(struct rooms *rooms); /* after the loop ended and all have left; accepts NULL */

/* In and out. `workspace_id`: whose rights it takes to be there, see rooms_keep_allowed(). To be in
 * twice is to be in once. */
void rooms_join(
    struct rooms *rooms,
    struct room_member *member,
    struct room_name room,
    struct uuid workspace_id);
void rooms_leave(struct rooms *rooms, struct room_member *member, struct room_name room);
void rooms_leave_all(struct rooms *rooms, struct room_member *member);

/* The room of every workspace that was made until then (their ids tell when); absent: no longer. A later
 * time changes nothing. */
void rooms_hear_all(struct rooms *rooms, struct room_member *member, struct timestamp made_until);

/* Of a workspace's room that it would be in by right: it does not want to, or wants to again. Leaving a
 * room by leaving is no exception. */
void rooms_set_exception(
    struct rooms *rooms, struct room_member *member, struct uuid workspace_id, bool is_exception);
bool rooms_has_exception(const struct room_member *member, struct uuid workspace_id);

/* Leaves the rooms, and forgets the exceptions, of workspaces that are not allowed any more. */
void rooms_keep_allowed(
    struct rooms *rooms,
    struct room_member *member,
    bool (*is_allowed)(struct uuid workspace_id, const void *context),
    const void *context);

/* How many rooms it has joined. */
size_t rooms_joined(const struct room_member *member);

/* Frames for rooms, given to the caller. `done` is called on the thread of the last loop that is through
 * with it, or has ended; NULL for none. */
struct broadcast *broadcast_new(void (*done)(void *context), void *context);

/* Adds a frame, which is taken, for at most MOST_ROOMS_OF_FRAME rooms. */
void broadcast_add(
    struct broadcast *broadcast,
    struct websocket_frame *frame,
    const struct room_name *rooms,
    size_t count);
/* Was there anybody in the rooms of the n-th frame? In `done`, and not later. */
bool broadcast_was_heard(const struct broadcast *broadcast, size_t at);
size_t broadcast_count(const struct broadcast *broadcast);

/* Sends it on every loop, and takes it. Any thread. */
void broadcast_send(struct broadcast *broadcast, struct rooms *const *rooms, size_t count);

#endif
