/*
 * What befell a terminal session, in words.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/terminal_chunk.h"

bool terminal_type_is_chunk(const struct event_type *type)
{
    return type == &terminal_created_event || type == &terminal_opened_event ||
           type == &terminal_counted_event || type == &terminal_termination_requested_event ||
           type == &terminal_closed_event || type == &terminal_failed_event;
}

static struct text termination_words(
    const struct terminal_termination_requested *requested, struct text person, struct arena *arena)
{
    switch ((enum terminal_cause)requested->cause.is) {
    case TERMINATION_OVERFLOW:
        return text_lit("Transcript capacity exceeded; terminating session.");
    case TERMINATION_UNATTENDED:
        return text_lit("No controller reattached within the grace window; terminating session.");
    case TERMINATION_BY_USER:
        break;
    }
    if (text_is_present(requested->reason))
        return text_format(arena, "Termination requested: %.*s", TEXT_ARGS(requested->reason));
    return text_format(arena, "Termination requested by %.*s", TEXT_ARGS(person));
}

static struct text
created_words(const struct terminal_created *created, struct text person, struct arena *arena)
{
    return text_format(
        arena, "Session created by %.*s on node %.*s", TEXT_ARGS(person),
        TEXT_ARGS(created->hostname));
}

bool terminal_words_name(const struct record *record)
{
    const struct terminal_termination_requested *requested = record->event;

    if (record->type == &terminal_created_event)
        return true;
    return record->type == &terminal_termination_requested_event &&
           requested->cause.is == TERMINATION_BY_USER && !text_is_present(requested->reason);
}

struct terminal_words
terminal_words_of(const struct record *record, struct text person, struct arena *arena)
{
    struct terminal_words words = {.direction = {TERMINAL_SYSTEM}};
    struct text known = text_is_present(person) ? person : text_lit("a former account");

    if (record->type == &terminal_created_event) {
        words.text = created_words(record->event, known, arena);
    } else if (record->type == &terminal_opened_event) {
        words.text = text_lit("Terminal session opened");
    } else if (record->type == &terminal_termination_requested_event) {
        words.text = termination_words(record->event, known, arena);
    } else if (record->type == &terminal_closed_event) {
        words.text = ((const struct terminal_closed *)record->event)->reason;
    } else if (record->type == &terminal_failed_event) {
        words.direction.is = TERMINAL_STDERR;
        words.text = ((const struct terminal_failed *)record->event)->reason;
    }
    return words;
}
