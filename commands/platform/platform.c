/*
 * Folding what happens to the installation itself.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/platform/platform.h"

#include "eventlog/events/platform_events.h"

static const struct field installation_fields[] = {
    {UUID(installation, installation_id), .tag = 1, .doc = "Id of the installation."},
};
static const struct shape installation_shape = SHAPE(installation, "State of the installation.");
const struct aggregate installation_aggregate = {
    STATE_INSTALLATION, "installation", &installation_shape};

void platform_evolve(struct fold *fold, const struct record *record)
{
    struct installation installation = {.installation_id = record->entry.stream};

    switch ((enum platform_event)record->type->id) {
    case EVT_LEDGER_OPENED:
        model_store(fold->model, &installation_aggregate, UUID_NONE, &installation);
        break;
    case EVT_REFUSAL_RECORDED:
    case EVT_REFUSALS_SUMMARISED:
        break;
    }
}

struct uuid installation_id(const struct decision *decision)
{
    struct installation installation;

    if (!model_load(
            decision->model, &installation_aggregate, UUID_NONE, decision->arena, &installation))
        return UUID_NONE;
    return installation.installation_id;
}
