/*
 * Why remedying dead letters is refused.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/notification/delivery.h"
#include "commands/notification/notification_commands.h"

const struct refusal refused_no_dead_letter_named = {
    "dead_letters_missing",
    STATUS_INVALID,
    "At least one dead-letter outbox event id is required.",
    "Name at least one id of the list of dead letters.",
};
const struct refusal refused_no_dead_letter = {
    "not_a_dead_letter",
    STATUS_INVALID,
    "Only dead-letter event.created outbox entries may be remediated from the web UI.",
    "Look at the list of dead letters again: somebody may have dealt with one of them.",
};

const struct refusal *const notification_refusals[] = {
    &refused_no_dead_letter_named,
    &refused_no_dead_letter,
    NULL,
};
