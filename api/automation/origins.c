/*
 * A round: which keys seal only what is older than ORIGIN_RETENTION_DAYS?
 *
 *   persons      keys of months, wherever they lie in keys.mdb    (origin_keys_find)
 *   agents       the key of each day since the ledger began       (origin_keys_add_day)
 *   strangers    the same
 *        └──drop_origins, 250 keys──► writer ──done──► the next ones … ──► rest for an hour
 *
 * A round knows nothing of those before it: what was destroyed is not found again, and what a legal hold kept is
 * found until it is released. So a crash anywhere, or an order that fails, leaves the rest to the next one.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/automation/origins.h"

#include "api/automation/monitor_internal.h"
#include "commands/privacy/privacy_commands.h"
#include "core/base/heap.h"
#include "core/base/log.h"
#include "eventlog/events/privacy_events.h"
#include "eventlog/keyed_digest.h"
#include "eventlog/ledger_read.h"
#include "eventlog/origin_key.h"

enum { SOON_US = 1000, DAYS_AT_ONCE = 1000 };
static const int64_t rest_us = INT64_C(3600) * US_PER_S;

enum stage { OF_PERSONS, OF_AGENTS, OF_STRANGERS, STAGES };

struct origins {
    struct monitor *monitor;
    struct loop_timer *timer;
    struct timestamp until; /* what is older goes */
    enum stage stage;
    struct origin_key_look look; /* of persons' keys */
    int64_t day;                 /* of the others': the next one to look at */
    struct origin_keys found;    /* by the last step */
    bool is_waiting;             /* for the writer */
};

/* The next step, or the next round. */
static void go_on(struct origins *origins)
{
    loop_timer_set(origins->timer, origins->stage == STAGES ? rest_us : SOON_US);
}

/* Where an order fails the rest waits for the next round. */
static void on_done(struct monitor_outcome outcome, void *context)
{
    struct origins *origins = context;

    origins->is_waiting = false;
    if (!outcome.is_done)
        origins->stage = STAGES;
    go_on(origins);
}

static enum actor_kind kind_of(enum stage stage)
{
    return stage == OF_PERSONS ? ACTOR_USER : stage == OF_AGENTS ? ACTOR_AGENT : ACTOR_STRANGER;
}

/* Fills what is found of some days, and the beginning of the first that has any. */
static enum status
find_days(struct origins *origins, struct timestamp *out_since, struct error *error)
{
    int64_t end = keyed_digest_day(origins->until);
    enum status status = STATUS_OK;

    origins->found.size = 0;
    for (int i = 0; i < DAYS_AT_ONCE && origins->day < end && status == STATUS_OK; i++) {
        struct timestamp start = keyed_digest_day_start(origins->day);
        if (origins->found.size == sizeof(origins->found.names))
            return STATUS_OK;
        if (origins->found.size == 0)
            *out_since = start;
        status = origin_keys_add_day(
            origins->monitor->keyring, kind_of(origins->stage), origins->day, &origins->found,
            error);
        origins->day++;
    }
    return status;
}

/* The end of the last month or day that is over. */
static struct timestamp end_of(const struct origins *origins)
{
    return origins->stage == OF_PERSONS ? timestamp_month_start(timestamp_month(origins->until))
                                        : keyed_digest_day_start(keyed_digest_day(origins->until));
}

static enum status
find(struct origins *origins, struct timestamp *out_since, bool *out_is_over, struct error *error)
{
    enum status status;

    if (origins->stage == OF_PERSONS) {
        status =
            origin_keys_find(origins->monitor->keyring, &origins->look, &origins->found, error);
        *out_since = timestamp_month_start(origins->found.first_month);
        *out_is_over = origins->look.is_over;
        return status;
    }
    status = find_days(origins, out_since, error);
    *out_is_over = origins->day >= keyed_digest_day(origins->until);
    return status;
}

/* From the day on which the ledger began. */
static enum status next_stage(struct origins *origins, struct error *error)
{
    struct timestamp began = {0};
    enum status status = ledger_time_at(origins->monitor->log, (struct position){0}, &began, error);

    origins->stage++;
    origins->day = keyed_digest_day(began);
    return status;
}

static enum status order(struct origins *origins, struct timestamp since, struct error *error)
{
    const struct drop_origins input = {
        .actor_kind = {(int64_t)kind_of(origins->stage)},
        .since = since,
        .until = end_of(origins),
        .keys = {origins->found.names, origins->found.size},
    };

    origins->is_waiting =
        monitor_order(origins->monitor, &drop_origins_command, &input, on_done, origins);
    return origins->is_waiting
               ? STATUS_OK
               : error_set(error, STATUS_UNAVAILABLE, "the writer has too much to do");
}

static enum status step(struct origins *origins, struct error *error)
{
    struct timestamp since = {0};
    bool is_over = false;
    enum status status = find(origins, &since, &is_over, error);

    if (status == STATUS_OK && origins->found.size > 0)
        status = order(origins, since, error);
    if (status == STATUS_OK && is_over)
        status = next_stage(origins, error);
    return status;
}

static void begin_round(struct origins *origins)
{
    int64_t kept_us = origins->monitor->settings->origin_retention_days * 86400 * US_PER_S;

    origins->until = timestamp_plus_us(timestamp_now(), -kept_us);
    origins->look = (struct origin_key_look){.before = timestamp_month(origins->until)};
    origins->stage = OF_PERSONS;
}

static void on_timer(void *context)
{
    struct origins *origins = context;
    struct error error;

    if (origins->stage == STAGES)
        begin_round(origins);
    if (step(origins, &error) != STATUS_OK) {
        log_error("origins.drop_failed", log_cause(&error));
        origins->stage = STAGES;
    }
    if (!origins->is_waiting)
        go_on(origins);
}

struct origins *origins_new(struct monitor *monitor)
{
    struct origins *origins = heap_new(sizeof(*origins));

    origins->monitor = monitor;
    origins->stage = STAGES;
    origins->timer = loop_timer_new(monitor->loop, on_timer, origins);
    return origins;
}

void origins_free(struct origins *origins)
{
    if (origins == NULL)
        return;
    loop_timer_free(origins->timer);
    heap_free(origins);
}

void origins_begin(struct origins *origins)
{
    if (origins->monitor->settings->origin_retention_days > 0)
        loop_timer_set(origins->timer, 0);
}
