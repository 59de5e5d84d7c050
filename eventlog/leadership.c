/*
 * Who leads, as far as this server knows.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/leadership.h"

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/must.h"
#include "eventlog/events/platform_events.h"
#include "eventlog/home_mark.h"

#include <stdio.h>

enum { MARK_ARENA = 256 << 10 };

static void publish(struct leadership *leadership, struct text origin, int64_t since)
{
    const struct log_identity identity = {.name = text_from(leadership->name)};
    int64_t epoch = 0;

    if (!log_identity_epoch(&identity, origin, &epoch))
        return;
    atomic_store(&leadership->since, since);
    atomic_store(&leadership->epoch, epoch);
}

static void learn(struct leadership *leadership, struct text why)
{
    error_set_code(
        &leadership->why, STATUS_UNAVAILABLE, "superseded", "%.*s",
        TEXT_ARGS(text_first_bytes(why, 400)));
    atomic_store(&leadership->is_superseded, true);
}

enum status leadership_begin(
    struct leadership *leadership,
    const char *home,
    const struct log_identity *identity,
    struct error *error)
{
    AUTO_ARENA arena = arena_new(MARK_ARENA);
    struct text says;
    enum status status;

    must(pthread_mutex_init(&leadership->lock, NULL) == 0);
    leadership->home = home;
    snprintf(
        leadership->name, sizeof(leadership->name), "%.*s",
        TEXT_ARGS(text_first_bytes(identity->name, sizeof(leadership->name) - 1)));
    publish(leadership, identity->origin, identity->since);
    if (!home_mark_is_set(home, HOME_SUPERSEDED))
        return STATUS_OK;
    status = home_mark_read(home, HOME_SUPERSEDED, arena, &says, error);
    if (status == STATUS_OK)
        learn(leadership, text_cut(&says, '\n'));
    return status;
}

void leadership_end(struct leadership *leadership)
{
    if (leadership->home != NULL)
        pthread_mutex_destroy(&leadership->lock);
}

void leadership_note(struct leadership *leadership, const struct record *records, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct record *record = &records[i];
        int64_t at = (int64_t)record->position.value;

        if (record->type == &ledger_opened_event)
            snprintf(
                leadership->name, sizeof(leadership->name), "%.*s",
                TEXT_ARGS(((const struct ledger_opened *)record->event)->origin_name));
        if (record->type == &origin_declared_event)
            publish(leadership, ((const struct origin_declared *)record->event)->origin, at);
        if (record->type == &leader_promoted_event)
            publish(leadership, ((const struct leader_promoted *)record->event)->origin, at);
    }
}

/* What it says for people: what we have besides is named. */
static struct text reason_of(const struct succeeded *proved, uint64_t size, struct arena *arena)
{
    unsigned long long common = proved->common;

    if (proved->common == 0)
        return text_format(
            arena,
            "Another server leads this ledger, as %.*s; how much of this one it has was not proved.",
            TEXT_ARGS(proved->origin));
    if (proved->common == size)
        return text_format(
            arena, "Another server leads this ledger, as %.*s; it has all %llu events of this one.",
            TEXT_ARGS(proved->origin), common);
    return text_format(
        arena,
        "Another server leads this ledger, as %.*s, since size %llu; %llu events, at positions %llu "
        "to %llu, are here alone, and stay here.",
        TEXT_ARGS(proved->origin), common, (unsigned long long)size - common, common,
        (unsigned long long)size - 1);
}

enum status leadership_supersede(
    struct leadership *leadership,
    const struct succession *succession,
    const struct succeeded *proved,
    uint64_t size,
    struct error *error)
{
    AUTO_ARENA arena = arena_new(MARK_ARENA);
    struct text why = reason_of(proved, size, arena);
    struct text says =
        text_format(arena, "%.*s\n\n%.*s", TEXT_ARGS(why), TEXT_ARGS(succession->checkpoint));
    enum status status = STATUS_OK;

    pthread_mutex_lock(&leadership->lock);
    if (!leadership_is_superseded(leadership, NULL)) {
        status = home_mark_set(leadership->home, HOME_SUPERSEDED, says, error);
        if (status == STATUS_OK)
            learn(leadership, why);
    }
    pthread_mutex_unlock(&leadership->lock);
    return status;
}

/* The one of both clocks that has gone further counts: where a machine stood still from outside, none of its clocks has gone
 * on, and only the time of day is put right afterwards. */
static bool has_lease(const struct leadership *leadership)
{
    if (leadership->lease_until_us == NULL)
        return true;
    return boottime_us() < atomic_load(leadership->lease_until_us) &&
           (leadership->lease_wall_until_us == NULL ||
            timestamp_now().us < atomic_load(leadership->lease_wall_until_us));
}

enum status leadership_hold(const struct leadership *leadership, struct error *error)
{
    if (leadership_is_superseded(leadership, error))
        return error->status;
    if (leadership == NULL || has_lease(leadership))
        return STATUS_OK;
    return error_set_code(
        error, STATUS_UNAVAILABLE, "no_lease",
        "This server does not hold the lease to lead at the moment, so it takes no changes. Try again.");
}
