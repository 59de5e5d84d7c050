/*
 * What agents report of terminals begins alike: who says it, on which connection, of which session.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/terminal/terminal.h"
#include "core/shape/alteration.h"

static const struct field terminal_report_fields[] = {
    {UUID(terminal_report, node_id), .tag = 1, .flags = SERVER_SET,
     .doc = "Id of the agent's node."},
    {UUID(terminal_report, connection), .tag = 2, .flags = SERVER_SET,
     .doc = "Id of the connection that the agent speaks on."},
    {UUID(terminal_report, session_id), .tag = 3, .flags = REQUIRED | EXACT,
     .doc = "Id of the session."},
    {TIMESTAMP(terminal_report, timestamp), .tag = 4, .doc = "Time by the agent's clock."},
    {OBJECTS(terminal_report, altered, alteration), .tag = 5, .flags = SERVER_SET,
     .doc = "What was altered of the report so that it could be taken."},
};
const struct shape terminal_report_shape =
    SHAPE(terminal_report, "What every report of a terminal session says.");

void terminal_answer_report(
    const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    (void)arena;
    terminal_answer(decision, ((const struct terminal_report *)input)->session_id, answer);
}
