/*
 * Why remedying dead letters is refused.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/notification/channel.h"
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

const struct refusal refused_channel_missing = {
    "channel_not_found",
    STATUS_NOT_FOUND,
    "Channel %s was not found",
    "List the channels of the workspace.",
};
const struct refusal refused_channels_full = {
    "channels_full",
    STATUS_CONFLICT,
    "A workspace can have at most 16 channels.",
    "Delete channels that are no longer needed.",
};
const struct refusal refused_channel_no_key = {
    "channel_without_key",
    STATUS_CONFLICT,
    "Only a webhook has a key.",
    "Of a chat, set another url instead.",
};
const struct refusal refused_channel_off = {
    "channel_switched_off",
    STATUS_CONFLICT,
    "The channel is switched off.",
    "Set isEnabled to true first.",
};

const struct refusal *const notification_refusals[] = {
    &refused_no_dead_letter_named,
    &refused_no_dead_letter,
    &refused_channel_missing,
    &refused_channels_full,
    &refused_channel_no_key,
    &refused_channel_off,
    NULL,
};
