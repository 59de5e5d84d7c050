/*
 * All sinks: which there are is asked of the writer; each that is not paused gets a thread, and a new one
 * when it is set up anew.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/sink/sinks.h"

#include "api/own_command.h"
#include "api/sink/sink_internal.h"
#include "core/base/heap.h"
#include "core/base/log.h"
#include "core/base/must.h"
#include "core/run/thread.h"

#include <pthread.h>

enum {
    LOOK_US = 1000000,
    IDLE_US = 30000000,
    BREATH_US = 100000, /* under load the writer rings without end */
    ARENA_BYTES = 4 << 20
};

/* A sink and its thread; NULL while it is paused. */
struct place_of_sink {
    struct sink *sink; /* NULL: there is none */
    struct thread *thread;
};

struct sinks {
    struct sinks_settings parts;
    struct queue *wakeup;
    atomic_bool has_changed; /* the writer is to be asked */
    pthread_mutex_t lock;    /* of which sinks there are, for whoever asks for figures */
    struct place_of_sink places[MOST_SINKS];
};

/* Which sinks there are, as the writer said. */
struct answer {
    struct arena *arena;
    struct list known;
    enum status status;
};

/* The writer's thread. */
static void on_known(const struct submission *submission, void *context)
{
    struct answer *answer = context;
    const struct known_sinks *known = submission->answer;
    const struct known_sink *from = NULL;
    struct known_sink *copies;

    answer->status = submission->status;
    if (submission->status != STATUS_OK)
        return;
    from = known->items.items;
    copies = arena_array(answer->arena, MOST_SINKS, sizeof(*copies));
    for (size_t i = 0; i < known->items.count; i++)
        shape_copy(&known_sink_shape, answer->arena, &from[i], &copies[i]);
    answer->known = (struct list){copies, known->items.count};
}

static bool ask(struct sinks *sinks, struct answer *answer)
{
    const struct query_sinks question = {.any = {0}};
    const struct own_command own = {
        .command = &query_sinks_command, .input = &question, .done = on_known, .context = answer};

    return own_command_wait(sinks->parts.writer, &own) && answer->status == STATUS_OK;
}

static const struct known_sink *find_known(const struct list *known, struct uuid id)
{
    const struct known_sink *sinks = known->items;

    for (size_t i = 0; i < known->count; i++) {
        if (uuid_equal(sinks[i].id, id))
            return &sinks[i];
    }
    return NULL;
}

static void put(struct sinks *sinks, struct place_of_sink *place, struct sink *sink)
{
    must(pthread_mutex_lock(&sinks->lock) == 0);
    place->sink = sink;
    must(pthread_mutex_unlock(&sinks->lock) == 0);
}

static void end(struct sinks *sinks, struct place_of_sink *place)
{
    struct sink *sink = place->sink;

    sink_stop(sink);
    thread_join(place->thread);
    place->thread = NULL;
    put(sinks, place, NULL);
    sink_free(sink);
}

static void begin(struct sinks *sinks, struct place_of_sink *place, const struct known_sink *known)
{
    put(sinks, place, sink_new(&sinks->parts, known));
    if (!opt_bool_is_true(known->is_paused))
        place->thread = thread_start("sink", sink_run, place->sink);
}

static void end_others(struct sinks *sinks, const struct list *known)
{
    for (size_t i = 0; i < MOST_SINKS; i++) {
        struct place_of_sink *place = &sinks->places[i];
        const struct known_sink *wanted;
        struct uuid id;
        if (place->sink == NULL)
            continue;
        id = place->sink->known.id;
        wanted = find_known(known, id);
        if (wanted != NULL && wanted->set_position == place->sink->known.set_position)
            continue;
        end(sinks, place);
        if (wanted == NULL)
            sink_place_forget(sinks->parts.home, id);
    }
}

static bool is_there(const struct sinks *sinks, struct uuid id)
{
    for (size_t i = 0; i < MOST_SINKS; i++) {
        if (sinks->places[i].sink != NULL && uuid_equal(sinks->places[i].sink->known.id, id))
            return true;
    }
    return false;
}

static struct place_of_sink *free_place(struct sinks *sinks)
{
    for (size_t i = 0; i < MOST_SINKS; i++) {
        if (sinks->places[i].sink == NULL)
            return &sinks->places[i];
    }
    return NULL;
}

static void begin_new(struct sinks *sinks, const struct list *known)
{
    const struct known_sink *wanted = known->items;

    for (size_t i = 0; i < known->count; i++) {
        struct place_of_sink *place = free_place(sinks);
        if (place != NULL && !is_there(sinks, wanted[i].id))
            begin(sinks, place, &wanted[i]);
    }
}

/* False when the writer could not be asked. */
static bool settle(struct sinks *sinks)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct answer answer = {.arena = arena, .status = STATUS_UNAVAILABLE};

    if (!ask(sinks, &answer))
        return false;
    end_others(sinks, &answer.known);
    begin_new(sinks, &answer.known);
    return true;
}

struct sinks *sinks_new(const struct sinks_settings *settings)
{
    struct sinks *sinks = heap_new(sizeof(*sinks));

    sinks->parts = *settings;
    sinks->wakeup = queue_new(1);
    atomic_store(&sinks->has_changed, true);
    must(pthread_mutex_init(&sinks->lock, NULL) == 0);
    return sinks;
}

void sinks_free(struct sinks *sinks)
{
    if (sinks == NULL)
        return;
    queue_free(sinks->wakeup);
    must(pthread_mutex_destroy(&sinks->lock) == 0);
    heap_free(sinks);
}

static void wake_all(struct sinks *sinks)
{
    for (size_t i = 0; i < MOST_SINKS; i++) {
        if (sinks->places[i].thread != NULL)
            queue_wake(sinks->places[i].sink->wakeup);
    }
}

static void end_all(struct sinks *sinks)
{
    for (size_t i = 0; i < MOST_SINKS; i++) {
        if (sinks->places[i].sink != NULL)
            sink_stop(sinks->places[i].sink);
    }
    for (size_t i = 0; i < MOST_SINKS; i++) {
        if (sinks->places[i].sink != NULL)
            end(sinks, &sinks->places[i]);
    }
}

void sinks_run(void *context)
{
    struct sinks *sinks = context;

    while (!queue_is_closed(sinks->wakeup)) {
        int64_t wait_us = IDLE_US;
        if (atomic_exchange(&sinks->has_changed, false) && !settle(sinks)) {
            atomic_store(&sinks->has_changed, true);
            wait_us = LOOK_US;
        }
        wake_all(sinks);
        thread_pause(BREATH_US);
        queue_take(sinks->wakeup, wait_us);
    }
    end_all(sinks);
}

void sinks_stop(struct sinks *sinks)
{
    queue_close(sinks->wakeup);
}

void sinks_committed(struct sinks *sinks, const struct record *records, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (records[i].type == &sink_created_event || records[i].type == &sink_changed_event ||
            records[i].type == &sink_removed_event)
            atomic_store(&sinks->has_changed, true);
    }
    queue_wake(sinks->wakeup);
}

static struct sink_figure figure_of(const struct sink *sink)
{
    return (struct sink_figure){
        .id = sink->known.id,
        .next = atomic_load(&sink->figures.next),
        .recorded_us = atomic_load(&sink->figures.recorded_us),
        .sent = atomic_load(&sink->figures.sent),
        .refused = atomic_load(&sink->figures.refused),
        .failed_tries = atomic_load(&sink->figures.failures),
    };
}

size_t sinks_figures(struct sinks *sinks, struct sink_figure out[MOST_SINKS])
{
    size_t count = 0;

    must(pthread_mutex_lock(&sinks->lock) == 0);
    for (size_t i = 0; i < MOST_SINKS; i++) {
        if (sinks->places[i].sink != NULL)
            out[count++] = figure_of(sinks->places[i].sink);
    }
    must(pthread_mutex_unlock(&sinks->lock) == 0);
    return count;
}
