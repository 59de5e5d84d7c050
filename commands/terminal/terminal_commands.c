/*
 * The area's commands and timers.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/terminal/terminal_commands.h"

#include "commands/terminal/terminal.h"
#include "commands/timers.h"

const struct command *const terminal_commands[] = {
    &create_terminal_command,        &query_terminal_admission_command,
    &attach_terminal_command,        &detach_terminal_command,
    &send_terminal_input_command,    &resize_terminal_command,
    &terminate_terminal_command,     &report_terminal_opened_command,
    &report_terminal_output_command, &report_terminal_exited_command,
    &report_terminal_error_command,  &fail_terminal_delivery_command,
    &release_attachments_command,    &time_out_terminal_command,
    &expire_transcript_command,      &query_expired_transcript_command,
    &drop_transcript_command,        NULL,
};

const struct timer_kind terminal_timers[] = {
    {TIMER_TERMINAL_START, &time_out_terminal_command, NULL},
    {TIMER_TERMINAL_ATTEND, &time_out_terminal_command, NULL},
    {TIMER_TERMINAL_STOP, &time_out_terminal_command, NULL},
    {TIMER_TRANSCRIPT, &expire_transcript_command, NULL},
    {0, NULL, NULL},
};
