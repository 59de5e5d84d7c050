/*
 * The area's commands.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/sink/sink_commands.h"

const struct command *const sink_commands[] = {
    &create_sink_command, &change_sink_command, &remove_sink_command,
    &report_sink_command, &query_sinks_command, NULL,
};
