/*
 * Folding what happens to upgrades, and asking for it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/upgrade/upgrade.h"

static const struct field upgrade_state_fields[] = {
    {ENUM(upgrade_state, step, upgrade_step_names), .tag = 7, .doc = "The newest step."},
    {BOOL(upgrade_state, is_open), .tag = 8, .doc = "Whether it is to be carried out."},
};
const struct shape upgrade_state_shape = SHAPE_WITH(
    upgrade_state,
    "The newest step of an upgrade.",
    .base = &upgrade_requested_shape,
    .form = FORM_MAP);

const struct aggregate upgrade_aggregate = {STATE_UPGRADE, "upgrade", &upgrade_state_shape};
const struct aggregate ready_release_aggregate = {
    STATE_READY_RELEASE, "ready_release", &upgrade_requested_shape};

static void on_requested(struct fold *fold, const struct record *record, enum upgrade_step step)
{
    const struct upgrade_state state = {
        *(const struct upgrade_requested *)record->event, {(int64_t)step}, OPT_TRUE};

    model_store(fold->model, &upgrade_aggregate, UUID_NONE, &state);
}

/* The step that an event settles is the newest one: there is one at a time. */
static void on_settled(struct fold *fold, bool is_ready)
{
    struct upgrade_state state;

    if (!model_load(fold->model, &upgrade_aggregate, UUID_NONE, fold->arena, &state))
        return;
    state.is_open = OPT_FALSE;
    model_store(fold->model, &upgrade_aggregate, UUID_NONE, &state);
    if (is_ready)
        model_store(fold->model, &ready_release_aggregate, UUID_NONE, &state.release);
}

void upgrade_evolve(struct fold *fold, const struct record *record)
{
    switch ((enum upgrade_event)record->type->id) {
    case EVT_UPGRADE_DOWNLOAD_REQUESTED:
        on_requested(fold, record, UPGRADE_DOWNLOAD);
        break;
    case EVT_UPGRADE_APPLY_REQUESTED:
        on_requested(fold, record, UPGRADE_APPLY);
        break;
    case EVT_UPGRADE_COMPLETED:
        on_settled(
            fold, ((const struct upgrade_completed *)record->event)->step.is == UPGRADE_DOWNLOAD);
        break;
    case EVT_UPGRADE_FAILED:
        on_settled(fold, false);
        break;
    }
}

struct upgrade_state upgrade_newest(const struct decision *decision)
{
    struct upgrade_state state;

    if (!model_load(decision->model, &upgrade_aggregate, UUID_NONE, decision->arena, &state))
        return (struct upgrade_state){.is_open = OPT_FALSE};
    return state;
}

struct upgrade_requested upgrade_ready(const struct decision *decision)
{
    struct upgrade_requested ready;

    if (!model_load(decision->model, &ready_release_aggregate, UUID_NONE, decision->arena, &ready))
        return (struct upgrade_requested){.version = {NULL, 0}};
    return ready;
}

bool upgrade_is_being_applied(const struct decision *decision)
{
    struct upgrade_state newest = upgrade_newest(decision);

    return opt_bool_is_true(newest.is_open) && newest.step.is == UPGRADE_APPLY;
}
