/*
 * Why orders about sinks are refused.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/sink/sink.h"

const struct refusal refused_sink_missing = {
    "sink_not_found",
    STATUS_NOT_FOUND,
    "Sink %s was not found",
    "List the sinks; it may have been removed.",
};
const struct refusal refused_sink_name_taken = {
    "sink_name_taken",
    STATUS_CONFLICT,
    "A sink with this name already exists.",
    "Choose another name.",
};
const struct refusal refused_sinks_full = {
    "sinks_full",
    STATUS_CONFLICT,
    "There are 16 sinks already, which is the most that there may be.",
    "Remove one that is no longer needed, or let one receiver pass events on.",
};
const struct refusal refused_sink_type = {
    "sink_type_unknown",
    STATUS_INVALID,
    "filter.type must be a type of event, or an area and .*",
    "Look the types up in docs/reference/events.md.",
};
const struct refusal refused_sink_token = {
    "sink_token_unprotected",
    STATUS_INVALID,
    "A token can only be sent by https.",
    "Use an https address, or leave the token out.",
};
const struct refusal refused_sink_directory = {
    "sink_directory_missing",
    STATUS_INVALID,
    "address must not name a file: SINK_DIRECTORY is not set.",
    "Set SINK_DIRECTORY to a directory that the server may write to.",
};
const struct refusal refused_sink_position = {
    "sink_position_beyond_ledger",
    STATUS_INVALID,
    "fromPosition must not lie beyond the ledger, which has %s events.",
    "Leave it out to begin with what comes next.",
};

const struct refusal *const sink_refusals[] = {
    &refused_sink_missing, &refused_sink_name_taken, &refused_sinks_full,    &refused_sink_type,
    &refused_sink_token,   &refused_sink_directory,  &refused_sink_position, NULL,
};
