/*
 * Drop origins whose time is over: the keys that sealed them are destroyed, and nothing else was sealed under those.
 *
 *   automation ──drop_origins──► [here] ──origins_dropped──► ledger; writer, once that is committed ─► keys.mdb
 *                                     └───origins_withheld─► … of a hold that is over some of them
 *
 * Whoever orders it has looked in keys.mdb which keys are of which month or day. Here it is seen that their time is
 * over, that no hold keeps them, and that they were not destroyed before.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/platform/platform_lookup.h"
#include "commands/privacy/privacy.h"
#include "eventlog/events/privacy_events.h"

#include <string.h>

static const int64_t day_us = INT64_C(86400) * US_PER_S;

static const struct field drop_origins_fields[] = {
    {ENUM(drop_origins, actor_kind, actor_kind_names), .tag = 1, .flags = REQUIRED,
     .doc = "Whose origins they are: of persons (user), of all agents, or of all strangers."},
    {TIMESTAMP(drop_origins, since), .tag = 2, .flags = REQUIRED,
     .doc = "Beginning of the earliest month or day that they are of."},
    {TIMESTAMP(drop_origins, until), .tag = 3, .flags = REQUIRED, .doc = "End of the last one."},
    {BYTES(drop_origins, keys), .tag = 4, .flags = REQUIRED,
     .max = MOST_DROPPED_KEYS * EVENT_KEY_BYTES, .doc = "Keys: subject and id of each, joined."},
};
static const struct shape drop_origins_shape = SHAPE(drop_origins, "Keys of origins to destroy.");

/* What becomes of the keys. */
struct sorting {
    struct decision *decision;
    const struct drop_origins *order;
    struct uuid hold_over_things; /* of keys of days */
    uint8_t *dropped;
    size_t dropped_size;
    struct uuid holds[MOST_DROPPED_KEYS]; /* that keep some, each once */
    size_t hold_count;
};

static bool is_of_persons(const struct drop_origins *order)
{
    return order->actor_kind.is == ACTOR_USER;
}

static bool is_over(const struct decision *decision, const struct drop_origins *order)
{
    int64_t kept_us = decision->policy->origin_retention_us;
    bool is_whole = is_of_persons(order)
                        ? timestamp_month_start(timestamp_month(order->until)).us == order->until.us
                        : order->until.us % day_us == 0;

    return kept_us > 0 && is_whole && order->until.us + kept_us <= decision->now.us;
}

static struct uuid hold_over(const struct sorting *sorting, struct uuid subject)
{
    return is_of_persons(sorting->order) ? privacy_hold_over_person(sorting->decision, subject)
                                         : sorting->hold_over_things;
}

static void note_hold(struct sorting *sorting, struct uuid hold)
{
    for (size_t i = 0; i < sorting->hold_count; i++) {
        if (uuid_equal(sorting->holds[i], hold))
            return;
    }
    sorting->holds[sorting->hold_count++] = hold;
}

static void sort_key(struct sorting *sorting, const uint8_t *key)
{
    struct uuid subject;
    struct uuid hold;

    memcpy(subject.bytes, key, sizeof(subject.bytes));
    if (platform_is_key_destroyed(sorting->decision->model, subject, key + sizeof(subject.bytes)))
        return;
    hold = hold_over(sorting, subject);
    if (uuid_is_present(hold)) {
        note_hold(sorting, hold);
        return;
    }
    memcpy(sorting->dropped + sorting->dropped_size, key, EVENT_KEY_BYTES);
    sorting->dropped_size += EVENT_KEY_BYTES;
}

static void sort_keys(struct sorting *sorting)
{
    struct bytes keys = sorting->order->keys;

    sorting->dropped = arena_take(sorting->decision->arena, keys.size);
    if (!is_of_persons(sorting->order))
        sorting->hold_over_things = privacy_hold_over_things(sorting->decision);
    for (size_t at = 0; at + EVENT_KEY_BYTES <= keys.size; at += EVENT_KEY_BYTES)
        sort_key(sorting, keys.data + at);
}

static void emit_dropped(const struct sorting *sorting)
{
    const struct drop_origins *order = sorting->order;
    const struct origins_dropped dropped = {
        .rule = text_lit("ORIGIN_RETENTION_DAYS"),
        .actor_kind = order->actor_kind,
        .since = order->since,
        .until = order->until,
        .keys = {sorting->dropped, sorting->dropped_size},
    };

    if (sorting->dropped_size > 0)
        decision_emit(
            sorting->decision, &origins_dropped_event, installation_id(sorting->decision),
            UUID_NONE, &dropped);
}

/* Once for each month: a day of it says no more. */
static void emit_withheld(const struct sorting *sorting, struct uuid hold_id)
{
    struct decision *decision = sorting->decision;
    const struct origins_withheld withheld = {hold_id, text_lit("hold"), sorting->order->until};
    struct hold hold;

    if (model_load(decision->model, &hold_aggregate, hold_id, decision->arena, &hold) &&
        timestamp_month(withheld.until) > timestamp_month(hold.withheld_until))
        decision_emit(decision, &origins_withheld_event, hold_id, UUID_NONE, &withheld);
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    struct sorting sorting = {.decision = decision, .order = input};

    (void)error;
    if (!is_over(decision, sorting.order))
        return STATUS_OK;
    sort_keys(&sorting);
    emit_dropped(&sorting);
    for (size_t i = 0; i < sorting.hold_count; i++)
        emit_withheld(&sorting, sorting.holds[i]);
    return STATUS_OK;
}

const struct command drop_origins_command = {
    .name = "drop_origins",
    .doc = "Destroys keys of origins whose time is over.",
    .input = &drop_origins_shape,
    .decide = decide,
};
