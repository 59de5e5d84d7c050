/*
 * Following: an answer that goes on with what becomes new, as server-sent events (WHATWG HTML, section 9.2).
 * Of the feed of changes, and of lists that only grow; and in the same way files that are longer than memory
 * should be (exports), whose pieces are read as fast as they are taken.
 *
 *   call ─► follow_begin() ─► waiting ── the read models show more ──► reading (a worker) ──► sending
 *                               ▲                                                               │
 *                               └───────────────── the peer has taken all of it ◄──────────────┘
 *
 * So a follower that reads slowly is read for slowly, and costs one answer's memory. Each event has an id
 * by which a later request goes on behind it (Last-Event-ID). It ends when its caller may see it no more, or
 * when there is nothing more to come; and with an event's id the caller may come again at any time.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_FOLLOW_H
#define API_FOLLOW_H

#include "api/audience.h"
#include "api/own_call.h"
#include "core/http/stream.h"

enum {
    MOST_FOLLOWS = 256,          /* of the whole server */
    MOST_FOLLOWS_OF_PERSON = 32, /* on a loop, sockets counted */
    FOLLOW_ARENA_BYTES = 16 << 20
};

struct follow;

struct follow_kind {
    /* A worker of `lane`: appends the events that are new since `mark`, and moves that; the call's scope
     * is the caller's. May set `is_over`, or `has_more`. Statuses as db_query(): it is read again later,
     * unless `is_broken` is set. */
    enum status (*read)(
        struct follow *follow, struct call *call, struct buf *out, struct error *error);
    enum lane lane;
    /* May the caller go on, now that facts of access have changed? NULL: who belongs to the workspace. */
    bool (*may_go_on)(const struct user_scope *scope, struct uuid workspace_id);
};

/* Embedded as the FIRST member of what is followed; that is on the heap, and freed at the end. */
struct follow {
    const struct follow_kind *kind;
    uint64_t mark;  /* ledger: what lies before has been told */
    bool has_more;  /* there is more to read now */
    bool is_over;   /* nothing more will come */
    bool is_broken; /* what comes next cannot be read: the peer sees that something is missing */
    const char *media_type; /* of a file, which has no events; NULL: server-sent events */
    char id[64];            /* of the last event, "" for none */

    /* Its own. */
    struct listener listener;
    struct own_call *call;
    struct http_stream *stream; /* NULL: ended */
    struct arena *arena;        /* of the path's parameters */
    const struct param *params;
    size_t param_count;
    struct uuid workspace_id; /* that the path names */
    struct waiter waiter;
    struct loop_timer *timer;
    struct buf out;
    bool is_admin;
    bool has_no_factor;
    bool is_waiting;
    bool is_reading;
    bool has_failed; /* to be read: again later */
};

/* Answers a call of a person with a stream, first of what is there beyond `mark` by now; takes `follow`. Answers with 503
 * where too many follow already. Loop. */
void follow_begin(struct call *call, struct follow *follow, const struct follow_kind *kind);

/* Appends an event. `id` may be empty; the data is one line. */
void follow_add_event(struct buf *out, const char *name, struct text id, struct text data);

/* The id of the last event that the caller has had: Last-Event-ID, else what the query says; absent: none. */
struct text follow_last_id(const struct call *call, struct text since);

#endif
