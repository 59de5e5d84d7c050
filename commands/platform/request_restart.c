/*
 * The server is to end in order and to begin again. However often it is asked for, this run ends once.
 *
 *   api ──request_restart──► [here] ──restart_requested──► serve.c
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/platform/platform.h"
#include "commands/platform/platform_commands.h"
#include "eventlog/events/platform_events.h"

static const struct field request_restart_fields[] = {
    {BOOL(request_restart, any), .tag = 1, .flags = SERVER_SET, .doc = "Nothing is asked of it."},
};
static const struct shape request_restart_shape = SHAPE(request_restart, "A restart.");

static bool is_asked_for(const struct decision *decision, struct restart_state *out)
{
    return model_load(decision->model, &restart_aggregate, UUID_NONE, decision->arena, out) &&
           uuid_equal(out->boot, decision->policy->boot);
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    struct restart_state state;

    (void)input;
    if (!uuid_is_present(installation_id(decision)))
        return decision_refuse(error, &refused_ledger_not_begun);
    if (is_asked_for(decision, &state))
        return STATUS_OK;
    decision_emit(
        decision, &restart_requested_event, decision->policy->boot, UUID_NONE,
        &(struct restart_requested){.boot = decision->policy->boot});
    return STATUS_OK;
}

static const struct field requested_restart_fields[] = {
    {TIMESTAMP(requested_restart, requested_at), .tag = 1, .flags = REQUIRED,
     .doc = "Time it was asked for at first."},
    {BOOL(requested_restart, is_repeat), .tag = 2, .flags = REQUIRED,
     .doc = "Whether it had been asked for before."},
};
static const struct shape requested_restart_shape =
    SHAPE(requested_restart, "A restart that was asked for.");

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    struct requested_restart *requested = answer;
    struct restart_state state;

    (void)input;
    (void)arena;
    if (is_asked_for(decision, &state))
        requested->requested_at = state.requested_at;
    requested->is_repeat = opt_bool_of(decision->emitted == 0);
}

const struct command request_restart_command = {
    .name = "request_restart",
    .doc = "Has the server end in order and begin again.",
    .input = &request_restart_shape,
    .decide = decide,
    .answer = &requested_restart_shape,
    .answer_from = answer_from,
};
