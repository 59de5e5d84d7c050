/*
 * Terminal sessions and their transcripts, as callers read them.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_TERMINAL_TERMINAL_RESOURCES_H
#define API_TERMINAL_TERMINAL_RESOURCES_H

#include "api/resource.h"
#include "migrations/terminal/terminal_sessions.h"

struct terminal_session_view {
    struct terminal_session_row row;
    struct text transcript_bytes;
};

extern const struct resource terminal_session_resource;
extern const struct resource node_terminal_resource; /* of a node */
extern const struct resource terminal_chunk_resource;

/* Is the session over, so that its transcript is everybody's who may read it? */
bool terminal_session_is_over(const struct terminal_session_row *session);

/* May the caller read the transcript? 403 of somebody else's live session, 410 once it has expired. */
MUST_USE enum status
terminal_transcript_may_be_read(struct call *call, const void *session, struct error *error);

#endif
