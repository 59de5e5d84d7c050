/*
 * Folding who was erased.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/privacy/privacy.h"

#include "eventlog/events/privacy_events.h"

void privacy_evolve(struct fold *fold, const struct record *record)
{
    switch ((enum privacy_event)record->type->id) {
    case EVT_PERSON_ERASED:
        model_link(
            fold->model, LINK_ERASED, UUID_NONE, record->entry.stream, record->position.value);
        break;
    }
}

bool privacy_is_erased(const struct model *model, struct uuid subject, uint64_t *out_position)
{
    return model_linked(model, LINK_ERASED, UUID_NONE, subject, out_position);
}
