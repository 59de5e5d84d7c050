/*
 * The offline monitor: who was heard when. A node that stays silent for longer than the timeout is
 * given up once, by a command; a new sign of life takes that back, and so does a command that
 * failed, else a node that fell silent while the disk was full would stay online for ever.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/automation/monitor_internal.h"
#include "commands/node/node_commands.h"
#include "core/base/alloc.h"

void presence_note(struct monitor *monitor, struct uuid node, struct timestamp at)
{
    struct presence *presence = map_get(monitor->presence, node);

    if (presence == NULL) {
        presence = heap_new(sizeof(*presence));
        map_put(monitor->presence, node, presence);
    }
    presence->is_given_up = false;
    if (at.us > presence->seen_at.us)
        presence->seen_at = at;
}

void presence_forget(struct monitor *monitor, struct uuid node)
{
    heap_free(map_remove(monitor->presence, node));
}

/* On its way back from the writer: this node is still to be given up. */
struct failed_note {
    struct loop_message message; /* first */
    struct monitor *monitor;
    struct uuid node;
};

static void failed_note_run(struct loop_message *message)
{
    struct failed_note *note = (struct failed_note *)message;
    struct presence *presence = map_get(note->monitor->presence, note->node);

    if (presence != NULL)
        presence->is_given_up = false;
    heap_free(note);
}

/* The writer's thread. */
static void on_answered(struct submission *submission)
{
    const struct mark_node_offline *order = submission->input;
    struct monitor *monitor = submission->owner;
    struct failed_note *note;

    if (submission->status != STATUS_OK) {
        note = heap_new(sizeof(*note));
        *note = (struct failed_note){
            .message.run = failed_note_run, .monitor = monitor, .node = order->node_id};
        if (!loop_post(monitor->loop, &note->message))
            heap_free(note);
    }
    own_submission_done(submission);
}

static bool give_up(struct monitor *monitor, const struct mark_node_offline *order)
{
    struct submission *submission = own_submission_new(&mark_node_offline_command, order);

    submission->done = on_answered;
    submission->owner = monitor;
    return own_submission_submit(monitor, submission);
}

/* Many may fall silent at once: whoever finds no room in the writer's queue is found again by the
 * next look. */
void presence_check(struct monitor *monitor)
{
    int64_t timeout_s = monitor->settings->agent_heartbeat_timeout_seconds;
    struct timestamp limit = timestamp_plus_us(timestamp_now(), -timeout_s * US_PER_S);
    size_t cursor = 0;
    struct uuid node;
    void *value;

    while (map_next(monitor->presence, &cursor, &node, &value)) {
        struct presence *presence = value;
        struct mark_node_offline order = {node, presence->seen_at, timeout_s};
        if (presence->is_given_up || presence->seen_at.us >= limit.us)
            continue;
        if (!give_up(monitor, &order))
            return;
        presence->is_given_up = true;
    }
}

void presence_free(struct monitor *monitor)
{
    size_t cursor = 0;
    struct uuid node;
    void *value;

    while (map_next(monitor->presence, &cursor, &node, &value))
        heap_free(value);
    map_free(monitor->presence);
}
