/*
 * The audience: a person for each who listens, and a queue of those who are to be asked about.
 *
 * A pass puts all of them into the queue; some are asked about at a time, so that neither loop nor writer
 * has more to do than a moment's work. What changes during a pass begins another one after it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/audience.h"

#include "api/own_call.h"
#include "core/base/heap.h"
#include "core/base/map.h"
#include "core/base/must.h"
#include "core/shape/list.h"
#include "eventlog/events/identity_events.h"

#include <stdlib.h>
#include <string.h>

enum {
    MOST_ASKED = 32,          /* at a time */
    PAUSE_US = 200000,        /* from one pass to the next, at least; after a refused question */
    QUESTION_BYTES = 16 << 20 /* a million of workspaces */
};

static const int64_t FAR_US = INT64_MAX / 2; /* no token of ours lives so long */

struct person {
    struct uuid user_id;
    struct listener *listeners;
    struct person *next; /* in the queue */
    bool is_queued;
    size_t asked; /* questions on their way */
};

struct audience {
    const struct services *services;
    struct loop_context *loop;
    struct map *persons;
    struct waitlist *ends; /* of tokens */
    struct loop_timer *end_timer;
    int64_t end_us; /* when it rings; INT64_MAX: not set */
    struct person *queue;
    struct person **queue_tail;
    size_t asked; /* questions on their way */
    struct loop_timer *pass_timer;
    int64_t passed_us; /* when the last pass began */
    bool is_pass_set;  /* another one is to come */
    bool is_refused;   /* by the writer: nothing is asked until that */
    struct loop_message announcement;
    atomic_bool is_announced;
};

static void on_end_timer(void *context);
static void on_pass_timer(void *context);
static void on_announcement(struct loop_message *message);

struct audience *audience_new(const struct services *services, struct loop_context *loop)
{
    struct audience *audience = heap_new(sizeof(*audience));

    audience->services = services;
    audience->loop = loop;
    audience->persons = map_new();
    audience->ends = waitlist_new();
    audience->end_timer = loop_timer_new(loop->loop, on_end_timer, audience);
    audience->end_us = INT64_MAX;
    audience->queue_tail = &audience->queue;
    audience->pass_timer = loop_timer_new(loop->loop, on_pass_timer, audience);
    audience->announcement.run = on_announcement;
    return audience;
}

void audience_free(struct audience *audience)
{
    size_t cursor = 0;
    struct uuid key;
    void *person;

    if (audience == NULL)
        return;
    while (map_next(audience->persons, &cursor, &key, &person))
        heap_free(person);
    map_free(audience->persons);
    waitlist_free(audience->ends);
    loop_timer_free(audience->end_timer);
    loop_timer_free(audience->pass_timer);
    heap_free(audience);
}

/* Nobody listens for them, and no question about them is on its way. */
static void drop_if_idle(struct audience *audience, struct person *person)
{
    if (person->listeners != NULL || person->is_queued || person->asked > 0)
        return;
    (void)map_remove(audience->persons, person->user_id);
    heap_free(person);
}

static void end_listener(struct listener *listener)
{
    audience_remove(listener);
    listener->ended(listener);
}

static void on_token_end(struct waiter *waiter, enum wake_reason reason)
{
    (void)reason;
    end_listener((struct listener *)(void *)((char *)waiter - offsetof(struct listener, waiter)));
}

static void set_end_timer(struct audience *audience)
{
    int64_t next_us = waitlist_next_deadline(audience->ends);

    if (next_us >= audience->end_us)
        return;
    audience->end_us = next_us;
    loop_timer_set(audience->end_timer, next_us - monotonic_us());
}

static void on_end_timer(void *context)
{
    struct audience *audience = context;

    audience->end_us = INT64_MAX;
    waitlist_expire(audience->ends, monotonic_us());
    set_end_timer(audience);
}

/* By the clock that runs evenly: what is left of the token now passes then. */
static void await_end(struct audience *audience, struct listener *listener)
{
    int64_t left_us = listener->ends_at.us - timestamp_now().us;

    if (!timestamp_is_present(listener->ends_at) || left_us > FAR_US)
        return;
    listener->waiter.wake = on_token_end;
    waitlist_add_number(audience->ends, &listener->waiter, INT64_MAX, monotonic_us() + left_us);
    set_end_timer(audience);
}

static bool is_void(const struct listener *listener, const struct user_scope *scope)
{
    return !opt_bool_is_true(scope->is_active) ||
           scope->session_version != listener->session_version ||
           list_has_uuid(&scope->ended_ids, listener->session_id);
}

static void ask_next(struct audience *audience);

static void tell_listeners(struct person *person, const struct user_scope *scope)
{
    struct listener *next;

    for (struct listener *listener = person->listeners; listener != NULL; listener = next) {
        next = listener->next;
        if (is_void(listener, scope))
            end_listener(listener);
        else
            listener->scoped(listener, scope);
    }
}

static void queue_person(struct audience *audience, struct person *person)
{
    if (person->is_queued)
        return;
    person->is_queued = true;
    person->next = NULL;
    *audience->queue_tail = person;
    audience->queue_tail = &person->next;
}

static struct audience *audience_of(const struct call *call)
{
    return call->loop->audience;
}

/* The question has come back. */
static void end_question(struct own_call *own)
{
    struct audience *audience = audience_of(&own->call);
    struct person *person = own->owner;

    person->asked--;
    audience->asked--;
    drop_if_idle(audience, person);
    own_call_free(own);
}

static void on_answer(struct call *call)
{
    struct audience *audience = audience_of(call);
    struct own_call *own = own_call_of(call);

    if (call->submission.status == STATUS_OK)
        tell_listeners(own->owner, call->submission.answer);
    else
        queue_person(audience, own->owner);
    end_question(own);
    ask_next(audience);
}

/* The writer has too much to do: a little later. */
static void on_failed(struct own_call *own)
{
    struct audience *audience = audience_of(&own->call);

    queue_person(audience, own->owner);
    end_question(own);
    audience->is_refused = true;
    audience->is_pass_set = true;
    loop_timer_set(audience->pass_timer, PAUSE_US);
}

/* The sessions that a person listens in. */
static struct list sessions_of(const struct person *person, struct arena *arena)
{
    struct uuid *ids;
    size_t count = 0;

    for (const struct listener *one = person->listeners; one != NULL; one = one->next)
        count++;
    ids = arena_array(arena, count + 1, sizeof(*ids));
    count = 0;
    for (const struct listener *one = person->listeners; one != NULL; one = one->next) {
        if (uuid_is_present(one->session_id))
            ids[count++] = one->session_id;
    }
    return (struct list){ids, count};
}

static void ask(struct audience *audience, struct person *person)
{
    struct own_call *own =
        own_call_new(audience->services, audience->loop, QUESTION_BYTES, on_failed, person);
    struct query_user_scope *question = arena_one(own->call.arena, struct query_user_scope);

    question->user_id = person->user_id;
    question->session_ids = sessions_of(person, own->call.arena);
    person->asked++;
    audience->asked++;
    call_submit(&own->call, &query_user_scope_command, question, on_answer);
}

static void ask_next(struct audience *audience)
{
    while (audience->queue != NULL && audience->asked < MOST_ASKED && !audience->is_refused) {
        struct person *person = audience->queue;
        audience->queue = person->next;
        if (audience->queue == NULL)
            audience->queue_tail = &audience->queue;
        person->is_queued = false;
        if (person->listeners == NULL)
            drop_if_idle(audience, person);
        else
            ask(audience, person);
    }
}

static void begin_pass(struct audience *audience)
{
    size_t cursor = 0;
    struct uuid key;
    void *person;

    audience->passed_us = monotonic_us();
    while (map_next(audience->persons, &cursor, &key, &person))
        queue_person(audience, person);
    ask_next(audience);
}

static void on_pass_timer(void *context)
{
    struct audience *audience = context;

    audience->is_pass_set = false;
    audience->is_refused = false;
    begin_pass(audience);
}

static void on_announcement(struct loop_message *message)
{
    struct audience *audience =
        (struct audience *)(void *)((char *)message - offsetof(struct audience, announcement));
    int64_t early_us = audience->passed_us + PAUSE_US - monotonic_us();

    atomic_store(&audience->is_announced, false); /* before asking: what comes later posts */
    if (audience->is_pass_set)
        return;
    if (early_us <= 0) {
        begin_pass(audience);
        return;
    }
    audience->is_pass_set = true;
    loop_timer_set(audience->pass_timer, early_us);
}

void audience_announce(struct audience *audience)
{
    if (!atomic_exchange(&audience->is_announced, true) &&
        !loop_post(audience->loop->loop, &audience->announcement))
        atomic_store(&audience->is_announced, false);
}

void listener_set_caller(struct listener *listener, const struct caller_access *access)
{
    listener->user_id = access->user_id;
    listener->session_version = access->token_session_version;
    listener->ends_at = access->token_ends_at;
    listener->session_id = access->session_id;
}

void audience_add(struct audience *audience, struct listener *listener, uint64_t generation)
{
    struct person *person = map_get(audience->persons, listener->user_id);

    must(loop_is_here(audience->loop->loop) && listener->audience == NULL);
    if (person == NULL) {
        person = heap_new(sizeof(*person));
        person->user_id = listener->user_id;
        must(map_put(audience->persons, person->user_id, person) == NULL);
    }
    listener->audience = audience;
    listener->person = person;
    listener->next = person->listeners;
    listener->link = &person->listeners;
    if (listener->next != NULL)
        listener->next->link = &listener->next;
    person->listeners = listener;
    await_end(audience, listener);
    if (generation == atomic_load(audience->services->access_generation))
        return;
    queue_person(audience, person);
    ask_next(audience);
}

void audience_remove(struct listener *listener)
{
    struct audience *audience = listener->audience;

    if (audience == NULL)
        return;
    listener->audience = NULL;
    *listener->link = listener->next;
    if (listener->next != NULL)
        listener->next->link = listener->link;
    waitlist_cancel(audience->ends, &listener->waiter);
    drop_if_idle(audience, listener->person);
}

size_t audience_count(const struct audience *audience, struct uuid user_id)
{
    const struct person *person = map_get(audience->persons, user_id);
    size_t count = 0;

    if (person == NULL)
        return 0;
    for (const struct listener *one = person->listeners; one != NULL; one = one->next)
        count++;
    return count;
}

static int compare_ids(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct uuid));
}

bool audience_includes(const struct user_scope *scope, struct uuid workspace_id)
{
    const struct list *ids = &scope->workspace_ids;

    return ids->count > 0 &&
           bsearch(&workspace_id, ids->items, ids->count, sizeof(struct uuid), compare_ids) != NULL;
}
