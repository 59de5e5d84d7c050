/*
 * The offline monitor. A node that stays silent for longer than the timeout is
 * given up once, by a command; a new sign of life takes that back, and so does a command that
 * failed, else a node that fell silent while the disk was full would stay online for ever.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/automation/monitor_internal.h"
#include "api/own_command.h"
#include "commands/node/node_commands.h"
#include "core/base/heap.h"

/* On its way back from the writer: this node is still to be given up. */
struct failed_note {
    struct loop_message message; /* first */
    struct monitor *monitor;
    struct uuid node;
};

static void failed_note_run(struct loop_message *message)
{
    struct failed_note *note = (struct failed_note *)message;

    last_heard_put_back(note->monitor->last_heard, note->node);
    heap_free(note);
}

/* The writer's thread. */
static void on_answered(const struct submission *submission, void *context)
{
    const struct mark_node_offline *order = submission->input;
    struct monitor *monitor = context;
    struct failed_note *note;

    if (submission->status == STATUS_OK)
        return;
    note = heap_new(sizeof(*note));
    *note = (struct failed_note){
        .message.run = failed_note_run, .monitor = monitor, .node = order->node_id};
    if (!loop_post(monitor->loop, &note->message))
        heap_free(note);
}

static bool give_up(struct monitor *monitor, const struct mark_node_offline *order)
{
    return own_command_submit(
        monitor->writer, &(struct own_command){
                             .command = &mark_node_offline_command,
                             .input = order,
                             .done = on_answered,
                             .context = monitor,
                         });
}

/* Many may fall silent at once: whoever finds no room in the writer's queue is found again by the
 * next look. */
void presence_check(struct monitor *monitor)
{
    int64_t timeout_s = monitor->settings->agent_heartbeat_timeout_seconds;
    int64_t before_us = monotonic_us() - timeout_s * US_PER_S;
    struct mark_node_offline order = {.timeout_seconds = timeout_s};

    while (last_heard_take_silent(
        monitor->last_heard, before_us, &order.node_id, &order.last_seen_at)) {
        if (!give_up(monitor, &order)) {
            last_heard_put_back(monitor->last_heard, order.node_id);
            return;
        }
    }
}
