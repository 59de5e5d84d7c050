/*
 * Question of whoever sends: which sinks are there, and how are they set up?
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/sink/sink.h"

static const struct field query_sinks_fields[] = {
    {BOOL(query_sinks, any), .tag = 1, .doc = "Nothing is asked of it."},
};
static const struct shape query_sinks_shape = SHAPE(query_sinks, "All sinks.");

static const struct field known_sinks_fields[] = {
    {OBJECTS(known_sinks, items, known_sink), .tag = 1, .flags = REQUIRED,
     .doc = "Sinks, oldest first."},
};
static const struct shape known_sinks_shape = SHAPE(known_sinks, "The sinks that there are.");

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    struct known_sinks *known = answer;
    struct known_sink *sinks = arena_array(arena, MOST_SINKS, sizeof(*sinks));
    struct uuid sink = UUID_NONE;
    size_t count = 0;

    (void)input;
    while (count < MOST_SINKS &&
           model_next_link(decision->model, LINK_SINK, UUID_NONE, sink, &sink, NULL)) {
        if (model_load(decision->model, &sink_aggregate, sink, arena, &sinks[count]))
            count++;
    }
    known->items = (struct list){sinks, count};
}

const struct command query_sinks_command = {
    .name = "query_sinks",
    .doc = "Lists the sinks for whoever sends to them.",
    .input = &query_sinks_shape,
    .answer = &known_sinks_shape,
    .answer_from = answer_from,
    .is_question = true,
};
