/*
 * Messages of syslog.
 *
 *   <109>1 2026-03-22T16:47:29.123456Z host fleetledger - task.created - {"position":17,…}
 *
 * Facility 13, log audit; notice, or warning where something was refused.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/sink/sink_internal.h"

enum { AUDIT = 13 << 3, WARNING = 4, NOTICE = 5, LONGEST_MESSAGE_ID = 32 };

void sink_syslog_frame(
    const struct sink_line *line, struct text host_name, struct arena *arena, struct buf *out)
{
    int priority = AUDIT + (line->outcome == OUTCOME_REFUSED ? WARNING : NOTICE);
    char at[TIMESTAMP_TEXT_SIZE];
    struct text head;

    timestamp_print(line->recorded_at, at);
    head = text_format(
        arena, "<%d>1 %s %.*s fleetledger - %.*s - ", priority, at, TEXT_ARGS(host_name),
        TEXT_ARGS(text_slice(line->type, 0, LONGEST_MESSAGE_ID)));
    buf_printf(out, "%zu ", head.size + line->text.size);
    buf_add_text(out, head);
    buf_add_text(out, line->text);
}
