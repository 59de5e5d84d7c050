/*
 * Frames: what is told of a change, as tables. A frame follows events of the ledger, and shows what the
 * GET of its resource shows by then, so that the two never differ.
 *
 *   {.name = "task.updated", .after = {&task_started_event, …}, .resource = &task_resource}
 *
 *   record ─► frames of its type ─► rows by id, one statement a resource ─► payload ─► rooms, feeds
 *
 * Each payload has `sequence`, the size of the ledger that it reflects, which never falls for a row, and
 * `sourceInstanceId`, this start of the server.
 *
 * Observations (samples, presence) are no events. Their frames have no events to follow and no sequence:
 * they are told by whoever notes them, see news.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NEWS_FRAME_H
#define API_NEWS_FRAME_H

#include "api/resource.h"
#include "api/socket/rooms.h"
#include "eventlog/event_type.h"

enum frame_key {
    FRAME_OF_STREAM, /* the row's id is the stream of the event */
    FRAME_OF_EVENT   /* … or the event's own */
};

struct frame {
    const char *name; /* "task.updated" */
    const char *doc;  /* a sentence */
    /* Types of events, NULL-ended; NULL: an observation. */
    const struct event_type *const *after;
    enum frame_key key;
    const struct resource *resource;   /* whose rows it shows; NULL: what is told with it */
    bool (*is_shown)(const void *row); /* NULL: all rows are */
    /* The payload is the row as the event made it, whatever has happened to it since: `fill` sees to that. */
    bool shows_beginning;
    const struct shape *shape; /* of the payload; NULL: the resource's view */
    /* What it points to lies in the arena, or is the row's. NULL: the row is the payload. */
    void (*fill)(const void *row, struct arena *arena, void *payload);
    /* Fields of the resource's view: the row's id (NULL: "id"), the node that it is about (NULL: none). That
     * of the workspace is "workspace_id". */
    const char *id;
    const char *node;
    /* Who hears it: NULL: everybody who may see the row, on /realtime and in feeds of changes; else the
     * room of this kind that is named by the row's id, in this namespace. */
    const char *namespace;
    enum room_kind room;
};

/* The payload's shape, but for what all payloads have. */
const struct shape *frame_shape(const struct frame *frame);

/* Each area's, in api/<area>/<area>_frames.c, NULL-ended; and all of them, ended by a row without a name. */
extern const struct frame *const node_frames[];
extern const struct frame *const platform_frames[];
extern const struct frame *const rolling_frames[];
extern const struct frame *const task_frames[];
extern const struct frame *const terminal_frames[];

struct frame_area {
    const char *name;
    const struct frame *const *frames;
};
extern const struct frame_area frame_catalog[];

/* What is wrong with a row ("has no sentence"), or NULL. Asked of all at start. */
const char *frame_row_problem(const struct frame *frame);
void frame_check_all(void);

#endif
