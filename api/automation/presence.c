/*
 * The offline watch: who was heard when. A node that stays silent for longer than the timeout is
 * given up once, by a command; a new sign of life takes that back, and so does a command that
 * failed, else a node that fell silent while the disk was full would stay online for ever.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/automation/watch_internal.h"
#include "commands/node/node_commands.h"
#include "core/base/alloc.h"

void presence_note(struct watch *watch, struct uuid node, struct moment at)
{
    struct presence *presence = map_get(watch->presence, node);

    if (presence == NULL) {
        presence = heap_new(sizeof(*presence));
        map_put(watch->presence, node, presence);
    }
    presence->is_given_up = false;
    if (at.us > presence->seen_at.us)
        presence->seen_at = at;
}

void presence_forget(struct watch *watch, struct uuid node)
{
    heap_free(map_remove(watch->presence, node));
}

/* On its way back from the writer: this node is still to be given up. */
struct failed_note {
    struct mail mail; /* first */
    struct watch *watch;
    struct uuid node;
};

static void failed_note_run(struct mail *mail)
{
    struct failed_note *note = (struct failed_note *)mail;
    struct presence *presence = map_get(note->watch->presence, note->node);

    if (presence != NULL)
        presence->is_given_up = false;
    heap_free(note);
}

/* The writer's thread. */
static void on_ordered(struct submission *submission)
{
    const struct mark_node_offline *order = submission->input;
    struct watch *watch = submission->owner;
    struct failed_note *note;

    if (submission->status != STATUS_OK) {
        note = heap_new(sizeof(*note));
        *note = (struct failed_note){
            .mail.run = failed_note_run, .watch = watch, .node = order->node_id};
        if (!loop_post(watch->loop, &note->mail))
            heap_free(note);
    }
    order_done(submission);
}

static bool give_up(struct watch *watch, const struct mark_node_offline *order)
{
    struct submission *submission = order_new(&mark_node_offline_command, order);

    submission->done = on_ordered;
    submission->owner = watch;
    return order_submit(watch, submission);
}

/* Many may fall silent at once: whoever finds no room in the writer's queue is found again by the
 * next look. */
void presence_check(struct watch *watch)
{
    int64_t timeout_s = watch->settings->agent_heartbeat_timeout_seconds;
    struct moment limit = moment_plus_us(moment_now(), -timeout_s * US_PER_S);
    size_t cursor = 0;
    struct uuid node;
    void *value;

    while (map_next(watch->presence, &cursor, &node, &value)) {
        struct presence *presence = value;
        struct mark_node_offline order = {node, presence->seen_at, timeout_s};
        if (presence->is_given_up || presence->seen_at.us >= limit.us)
            continue;
        if (!give_up(watch, &order))
            return;
        presence->is_given_up = true;
    }
}

void presence_free(struct watch *watch)
{
    size_t cursor = 0;
    struct uuid node;
    void *value;

    while (map_next(watch->presence, &cursor, &node, &value))
        heap_free(value);
    map_free(watch->presence);
}
