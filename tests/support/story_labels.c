/*
 * The part of a story that is about labels of nodes.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/story_labels.h"

#include "eventlog/events/node_events.h"

void given_story_of_labels(struct test_ledger *ledger, const struct cast *cast)
{
    const struct node_labels_changed changed = {
        cast->node, {text_lit("{\"env\":\"prod\",\"rack\":\"\"}")}};
    const struct node_labels_changed again = {
        cast->node, {text_lit("{\"env\":\"test\",\"rack\":null}")}};
    const struct node_labels_reported reported = {
        .node_id = cast->node, .changes = {text_lit("{\"agent/os\":\"linux\"}")}};

    ledger->actor = (struct actor){.kind = ACTOR_USER, .id = cast->admin};
    given_event(ledger, &node_labels_changed_event, cast->node, cast->workspace, &changed);
    ledger->actor = (struct actor){.kind = ACTOR_AGENT, .id = cast->node};
    given_event(ledger, &node_labels_reported_event, cast->node, cast->workspace, &reported);
    ledger->actor = (struct actor){.kind = ACTOR_USER, .id = cast->admin};
    given_event(ledger, &node_labels_changed_event, cast->node, cast->workspace, &again);
}
