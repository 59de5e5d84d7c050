/*
 * The timer as an input, and the way from a kind to its command.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/timers.h"

#include "core/base/must.h"

static const struct field timer_fields[] = {
    {INT64(timer, kind), .tag = 1, .flags = REQUIRED, .doc = "Kind of the timer."},
    {UUID(timer, id), .tag = 2, .flags = REQUIRED, .doc = "Id of what the timer belongs to."},
    {TIMESTAMP(timer, due), .tag = 3, .flags = REQUIRED, .doc = "Time the timer is due."},
};
const struct shape timer_shape = SHAPE(timer, "A timer that is due.");

const struct command *timer_kind_command(int64_t kind)
{
    const struct command *command = NULL;

    for (size_t area = 0; timer_catalog[area] != NULL; area++) {
        for (const struct timer_kind *row = timer_catalog[area]; row->kind != 0; row++) {
            if (row->kind == kind)
                command = row->command;
        }
    }
    must(command != NULL);
    return command;
}
