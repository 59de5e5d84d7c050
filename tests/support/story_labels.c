/*
 * The part of a story that is about labels of nodes, and selections by them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/story_labels.h"

#include "eventlog/events/node_events.h"
#include "eventlog/events/selection_events.h"
#include "eventlog/events/task_events.h"

static void given_selections(struct test_ledger *ledger, const struct cast *cast, unsigned chapter)
{
    struct selection_created created = {{
        .selection_id = make_id(8200 + 2 * chapter),
        .workspace_id = cast->workspace,
        .name = text_lit("Production"),
        .description = text_lit("All but the old"),
        .selector = text_lit("env=prod"),
    }};
    struct selection_changed changed = {created.definition};
    const struct task_selection_run_created run = {
        .run_id = make_id(8400 + chapter),
        .workspace_id = cast->workspace,
        .selector = text_lit("env=prod,!legacy"),
        .selection_id = created.definition.selection_id,
        .selection_name = text_lit("Production"),
        .type = text_lit("shell.exec"),
        .task_ids = {&cast->task, 1},
    };
    const struct selection_deleted deleted = {
        make_id(8201 + 2 * chapter), cast->workspace, OPT_FALSE};

    given_event(
        ledger, &selection_created_event, created.definition.selection_id, cast->workspace,
        &created);
    changed.definition.selector = text_lit("env=prod,!legacy");
    given_event(
        ledger, &selection_changed_event, created.definition.selection_id, cast->workspace,
        &changed);
    given_event(ledger, &task_selection_run_created_event, run.run_id, cast->workspace, &run);
    created.definition.selection_id = deleted.selection_id;
    given_event(ledger, &selection_created_event, deleted.selection_id, cast->workspace, &created);
    given_event(ledger, &selection_deleted_event, deleted.selection_id, cast->workspace, &deleted);
}

void given_story_of_labels(struct test_ledger *ledger, const struct cast *cast, unsigned chapter)
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
    given_selections(ledger, cast, chapter);
}
