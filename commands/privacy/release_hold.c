/*
 * Release a legal hold: what it was over is dropped or forgotten again by the rules that there are.
 *
 *   api ──release_hold──► [here] ──hold_released──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/privacy/privacy.h"
#include "eventlog/events/privacy_events.h"

#define REASON                                                                                     \
    {                                                                                              \
        TEXT(release_hold, reason), .tag = 2, .flags = REQUIRED | TRIM | ONE_LINE, .min = 1,       \
                                    .max = 500, .doc = "Reason, which stays on record for ever."   \
    }
static const struct field release_hold_fields[] = {
    {UUID(release_hold, hold_id), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the hold."},
    REASON,
};
static const struct shape release_hold_shape = SHAPE(release_hold, "Hold to release.");

/* The same from an operator of the machine, who has no path to name it in. */
static const struct field end_hold_fields[] = {
    {UUID(release_hold, hold_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the hold."},
    REASON,
};
static const struct shape end_hold_shape = {
    .name = "end_hold",
    .doc = "Hold to end.",
    .size = sizeof(struct release_hold),
    .fields = end_hold_fields,
    .count = COUNT_OF(end_hold_fields)};

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct release_hold *order = input;
    const struct hold_released released = {order->hold_id, order->reason};

    if (!privacy_is_in_place(decision->model, order->hold_id))
        return decision_refuse(
            error, &refused_hold_missing, decision_show(decision, order->hold_id));
    decision_emit(decision, &hold_released_event, order->hold_id, UUID_NONE, &released);
    return STATUS_OK;
}

const struct command release_hold_command = {
    .name = "release_hold",
    .doc = "Releases a legal hold.",
    .input = &release_hold_shape,
    .decide = decide,
};

const struct command end_hold_command = {
    .name = "end_hold",
    .doc = "Releases a legal hold, by order of an operator of the machine.",
    .input = &end_hold_shape,
    .decide = decide,
};
