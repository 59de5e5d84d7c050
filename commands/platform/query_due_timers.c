/*
 * Question of the clock: which timers are due? Compared with ledger time, which never goes back.
 * Costs what is due and no more: of each kind it reads up to the first timer that is not.
 *
 *   automation ──query_due_timers──► [here] ──due_timers──► automation
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/platform/platform_commands.h"
#include "commands/timers.h"

enum { TIMERS_MAX = 1000 };

static const struct field query_due_timers_fields[] = {
    {TIMESTAMP(query_due_timers, since), .tag = 1,
     .doc = "Earliest due time; absent for no bound."},
    {OBJECT(query_due_timers, after, timer), .tag = 2,
     .doc = "Last timer of the previous answer; absent to start."},
    {INT64(query_due_timers, limit), .tag = 3, .flags = REQUIRED | CLAMP, .min = 1,
     .max = TIMERS_MAX, .doc = "Greatest number of timers."},
    {BOOL(query_due_timers, only_exact), .tag = 4,
     .doc = "Whether to look up only timers whose time no setting adds to."},
};
static const struct shape query_due_timers_shape =
    SHAPE(query_due_timers, "Range of timers to look up.");

static const struct field due_timers_fields[] = {
    {OBJECTS(due_timers, timers, timer), .tag = 1, .flags = REQUIRED,
     .doc = "Timers by kind, the earliest first."},
};
static const struct shape due_timers_shape = SHAPE(due_timers, "Timers that are due.");

/* The list that is filled. */
struct due_list {
    struct timer *timers;
    size_t count;
    size_t limit;
};

/* Adds the due timers of one kind that come after `cursor`. */
static void add_kind(
    struct due_list *list,
    const struct decision *decision,
    struct timer cursor,
    struct timestamp until)
{
    while (list->count < list->limit && model_next_timer(decision->model, &cursor, &cursor) &&
           cursor.due.us <= until.us)
        list->timers[list->count++] = cursor;
}

static bool is_wanted(const struct query_due_timers *query, const struct timer_kind *kind)
{
    return kind->patience_us == NULL || !opt_bool_is_true(query->only_exact);
}

/* Where a kind's walk begins: id 0 stands before all timers of its time. */
static struct timer
begin_kind(const struct query_due_timers *query, const struct timer_kind *kind, int64_t patience_us)
{
    int64_t since_us = query->since.us - patience_us;

    if (query->after != NULL && query->after->kind == kind->kind)
        return *query->after;
    return (struct timer){.kind = kind->kind, .due = {since_us > 0 ? since_us : 0}};
}

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    const struct query_due_timers *query = input;
    struct due_timers *due = answer;
    struct due_list list = {.limit = (size_t)query->limit};
    bool is_reached = query->after == NULL;

    list.timers = arena_array(arena, list.limit, sizeof(*list.timers));
    for (size_t area = 0; timer_catalog[area] != NULL; area++) {
        for (const struct timer_kind *kind = timer_catalog[area]; kind->kind != 0; kind++) {
            int64_t patience_us =
                kind->patience_us == NULL ? 0 : kind->patience_us(decision->policy);
            is_reached = is_reached || query->after->kind == kind->kind;
            if (is_reached && is_wanted(query, kind))
                add_kind(
                    &list, decision, begin_kind(query, kind, patience_us),
                    timestamp_plus_us(decision->now, -patience_us));
        }
    }
    due->timers = (struct list){list.timers, list.count};
}

const struct command query_due_timers_command = {
    .name = "query_due_timers",
    .doc = "Looks up the timers that are due.",
    .input = &query_due_timers_shape,
    .answer = &due_timers_shape,
    .answer_from = answer_from,
    .is_question = true,
};
