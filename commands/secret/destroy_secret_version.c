/*
 * The last task that was given a former version of a secret has ended: nothing needs that version any more.
 *
 *   automation ──destroy_secret_version──► [here] ──secret_version_destroyed, key_destroyed──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/secret/secret.h"
#include "commands/timers.h"

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct timer *timer = input;
    struct secret_version version;

    (void)error;
    if (!model_has_timer(decision->model, timer) ||
        !model_load(
            decision->model, &secret_version_aggregate, timer->id, decision->arena, &version))
        return STATUS_OK;
    decision_caused_by_timer(decision, timer);
    secret_emit_destroyed(decision, &version);
    return STATUS_OK;
}

const struct command destroy_secret_version_command = {
    .name = "destroy_secret_version",
    .doc = "Destroys a former version of a secret that no task needs any more.",
    .input = &timer_shape,
    .decide = decide,
};
