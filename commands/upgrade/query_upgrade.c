/*
 * Question of whoever carries upgrades out: what is to be done?
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/upgrade/upgrade.h"

static const struct field query_upgrade_fields[] = {
    {BOOL(query_upgrade, any), .tag = 1, .doc = "Nothing is asked of it."},
};
static const struct shape query_upgrade_shape = SHAPE(query_upgrade, "The newest step.");

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    struct upgrade_state *state = answer;

    (void)input;
    if (!model_load(decision->model, &upgrade_aggregate, UUID_NONE, arena, state))
        state->is_open = OPT_FALSE;
}

const struct command query_upgrade_command = {
    .name = "query_upgrade",
    .doc = "Asks for the newest step of an upgrade.",
    .input = &query_upgrade_shape,
    .answer = &upgrade_state_shape,
    .answer_from = answer_from,
    .is_question = true,
};
