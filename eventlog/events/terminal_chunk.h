/*
 * The transcript's chunks that are no bytes of the shell: what befell the session, in words. The
 * read model counts them and routes show them; both ask here, so that they agree.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_EVENTS_TERMINAL_CHUNK_H
#define EVENTLOG_EVENTS_TERMINAL_CHUNK_H

#include "eventlog/events/terminal_events.h"
#include "eventlog/record.h"

/* Is a record of this type a chunk of its session, in bytes or in words? */
bool terminal_type_is_chunk(const struct event_type *type);

/* The words of such a record, in the arena or static. `person` is the address of whoever did it, where
 * that is known. */
struct terminal_words {
    struct enum_value direction;
    struct text text;
};
struct terminal_words
terminal_words_of(const struct record *record, struct text person, struct arena *arena);

/* Do the words of such a record name whoever did it? */
bool terminal_words_name(const struct record *record);

#endif
