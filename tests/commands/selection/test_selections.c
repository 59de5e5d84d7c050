/*
 * Selections: saved, changed, deleted; and work for what a selector matches.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/schedule/schedule.h"
#include "commands/selection/selection.h"
#include "commands/task/task_commands.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/task_events.h"
#include "tests/support/fleet.h"
#include "tests/support/schedules.h"

#include <stdio.h>

#define L1 id_named("selection 1")
#define SELECTOR(text)                                                                             \
    {                                                                                              \
        .selection_id = L1, .workspace_id = W1, .name = text_lit("Production"),                    \
        .selector = text_lit(text)                                                                 \
    }
#define NAMED(node, text) HAPPENED(node_labels_changed, .node_id = node, .changes = {TEXT_OF(text)})

static struct scenario *given_a_workspace(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    return s;
}

static struct scenario *given_a_selection(void)
{
    struct scenario *s = given_a_workspace();

    GIVEN(s, HAPPENED(selection_created, SELECTOR("env=prod")));
    return s;
}

/* N1 and N2 are of production. */
static void given_labelled_nodes(struct scenario *s)
{
    given_another_node(s, N2, W1, "web-2");
    GIVEN(s, NAMED(N1, "{\"env\":\"prod\"}"), NAMED(N2, "{\"env\":\"prod\",\"rack\":\"b\"}"));
}

static void a_selector_is_saved_under_a_name(void)
{
    struct scenario *s = given_a_workspace();

    WHEN(
        s, create_selection, .workspace_id = W1, .name = text_lit("Production"),
        .description = text_lit(""), .selector = text_lit("env=prod"));
    THEN_EMITTED(
        s, HAPPENED(
               selection_created, {.selection_id = scenario_made(s, 0),
                                   .workspace_id = W1,
                                   .name = text_lit("Production"),
                                   .selector = text_lit("env=prod")}));
}

static void what_is_no_selector_is_not_saved(void)
{
    struct scenario *s = given_a_workspace();
    const struct error *error;

    WHEN(
        s, create_selection, .workspace_id = W1, .name = text_lit("Production"),
        .selector = text_lit("env=prod,"));
    THEN_REFUSED(s, INVALID, "selector must have a key at character 10");
    (void)scenario_status(s, &error);
    expect_text(text_from(error->code), "selector_invalid");
    expect_text(text_from(error->field), "selector");
}

static void a_workspace_has_at_most_200_selections(void)
{
    struct scenario *s = given_a_workspace();
    struct selection_created created = {SELECTOR("env")};

    for (uint8_t i = 0; i < MOST_SELECTIONS; i++) {
        created.definition.selection_id.bytes[0] = i;
        scenario_given(s, &(struct happened){&selection_created_event, &created, OUTCOME_DONE}, 1);
    }
    WHEN(
        s, create_selection, .workspace_id = W1, .name = text_lit("More"),
        .selector = text_lit("env"));
    THEN_REFUSED(s, CONFLICT, "A workspace can have at most 200 selections.");
}

enum { NAME = 1 << 2, SELECTOR_TEXT = 1 << 4 };

static void what_is_not_given_stays(void)
{
    struct scenario *s = given_a_selection();

    WHEN(
        s, change_selection, .workspace_id = W1, .selection_id = L1,
        .selector = text_lit("env=prod,!legacy"), .given = SELECTOR_TEXT);
    THEN_EMITTED(s, HAPPENED(selection_changed, SELECTOR("env=prod,!legacy")));
    WHEN(
        s, change_selection, .workspace_id = W1, .selection_id = L1,
        .selector = text_lit("env=prod,!legacy"), .given = SELECTOR_TEXT);
    THEN_NOTHING(s);
    WHEN(s, change_selection, .workspace_id = W1, .selection_id = L1, .given = NAME);
    THEN_REFUSED(s, INVALID, "name must not be null");
    WHEN(
        s, change_selection, .workspace_id = W1, .selection_id = L1, .selector = text_lit("=x"),
        .given = SELECTOR_TEXT);
    THEN_REFUSED(s, INVALID, "selector must have a key at character 1");
}

static struct schedule_created by_selection(void)
{
    struct schedule_created schedule = make_schedule(S1, "2026-03-22T12:10:00Z");

    schedule.node_id = UUID_NONE;
    schedule.selection_id = L1;
    return schedule;
}

static void a_selection_that_a_schedule_goes_by_stays(void)
{
    struct scenario *s = given_a_selection();
    struct schedule_created schedule = by_selection();

    given_schedule(s, &schedule);
    WHEN(s, delete_selection, .workspace_id = W1, .selection_id = L1);
    THEN_REFUSED(s, CONFLICT, "The scheduled task Nightly goes by this selection.");
    GIVEN(
        s, HAPPENED(
               schedule_deleted, .schedule_id = S1, .reason = {SCHEDULE_DELETED_ON_REQUEST},
               .name = text_lit("Nightly")));
    WHEN(s, delete_selection, .workspace_id = W1, .selection_id = L1);
    THEN_EMITTED(
        s, HAPPENED(
               selection_deleted, .selection_id = L1, .workspace_id = W1,
               .is_consequence = OPT_FALSE));
    WHEN(s, delete_selection, .workspace_id = W1, .selection_id = L1);
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Selection %s was not found", L1));
}

static void nothing_is_changed_of_a_selection_elsewhere(void)
{
    struct scenario *s = given_a_selection();

    given_workspace_called(s, W2, "other");
    WHEN(s, delete_selection, .workspace_id = W2, .selection_id = L1);
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Selection %s was not found", L1));
}

static struct happened task_on(struct scenario *s, struct uuid node_id)
{
    static struct task_created made;

    made = (struct task_created){
        .task_id = scenario_made(s, 0),
        .workspace_id = W1,
        .node_id = node_id,
        .type = text_lit("shell.exec"),
        .payload = {text_lit("{}")},
        .is_internal = OPT_FALSE,
        .template_version = INT64_ABSENT};
    return (struct happened){&task_created_event, &made, OUTCOME_DONE};
}

/* Of one task. */
static struct happened run_by(struct scenario *s, const char *selector, struct uuid selection_id)
{
    static struct uuid task_id;
    static struct task_selection_run_created run;

    task_id = scenario_made(s, 0);
    run = (struct task_selection_run_created){
        .run_id = scenario_made(s, 1),
        .workspace_id = W1,
        .selector = text_from(selector),
        .selection_id = selection_id,
        .type = text_lit("shell.exec"),
        .task_ids = {&task_id, 1},
    };
    if (uuid_is_present(selection_id))
        run.selection_name = text_lit("Production");
    return (struct happened){&task_selection_run_created_event, &run, OUTCOME_DONE};
}

static void a_batch_is_for_the_nodes_that_a_selector_matches(void)
{
    struct scenario *s = given_a_selection();

    given_labelled_nodes(s);
    WHEN(
        s, create_task_batch, .workspace_id = W1, .selector = text_lit("rack"),
        .type = text_lit("shell.exec"));
    THEN_EMITTED(s, task_on(s, N2), run_by(s, "rack", UUID_NONE));
    GIVEN(s, HAPPENED(node_maintenance_entered, .node_id = N2));
    WHEN(
        s, create_task_batch, .workspace_id = W1, .selection_id = L1,
        .type = text_lit("shell.exec"));
    THEN_EMITTED(s, task_on(s, N1), run_by(s, "env=prod", L1));
}

static void a_batch_by_a_selector_is_refused_with_its_reason(void)
{
    struct scenario *s = given_a_selection();
    static const struct uuid ids[1];

    given_labelled_nodes(s);
    WHEN(
        s, create_task_batch, .workspace_id = W1, .selector = text_lit("env=test"),
        .type = text_lit("shell.exec"));
    THEN_REFUSED(s, INVALID, "No node that could take work now is matched by env=test.");
    WHEN(
        s, create_task_batch, .workspace_id = W1, .selector = text_lit("env"), .selection_id = L1,
        .type = text_lit("shell.exec"));
    THEN_REFUSED(s, INVALID, "Name the nodes by one of selector and selectionId.");
    WHEN(
        s, create_task_batch, .workspace_id = W1, .selector = text_lit("env"), .node_ids = {ids, 1},
        .type = text_lit("shell.exec"));
    THEN_REFUSED(s, INVALID, "Name the nodes by one of nodeIds, selector and selectionId.");
    WHEN(s, create_task_batch, .selector = text_lit("env"), .type = text_lit("shell.exec"));
    THEN_REFUSED(s, INVALID, "A selector is about the nodes of one workspace.");
}

static void more_than_a_batch_holds_are_refused(void)
{
    struct scenario *s = given_a_workspace();

    for (int i = 0; i < 1000; i++) {
        char name[32];
        snprintf(name, sizeof(name), "many-%d", i);
        given_another_node(s, id_named(name), W1, name);
    }
    WHEN(
        s, create_task_batch, .workspace_id = W1, .selector = text_lit("!env"),
        .type = text_lit("shell.exec"));
    THEN_REFUSED(
        s, TOO_LARGE,
        "One request can make at most 1000 tasks, with payloads of 8 MiB altogether.");
}

static void a_schedule_looks_for_its_nodes_anew_each_time(void)
{
    struct scenario *s = given_a_selection();
    struct schedule_created schedule = by_selection();
    static const struct uuid none[1];

    given_labelled_nodes(s);
    given_schedule(s, &schedule);
    GIVEN(s, HAPPENED(selection_changed, SELECTOR("rack=c")));
    scenario_pass(s, 605);
    WHEN_DUE(s);
    THEN_EMITTED(
        s, HAPPENED(
               schedule_ran, .schedule_id = S1, .due_at = at("2026-03-22T12:10:00Z"),
               .task_ids = {none, 0}, .next_run_at = at("2026-03-22T12:20:00Z"),
               .selector = text_lit("rack=c")));
    GIVEN(s, NAMED(N2, "{\"rack\":\"c\"}"));
    scenario_pass(s, 600);
    WHEN_DUE(s);
    expect_int64(model_revision(scenario_model(s), scenario_made(s, 0)), 1);
}

static void a_schedule_is_made_for_a_selector_or_a_selection(void)
{
    struct scenario *s = given_a_selection();
    struct create_schedule order = make_schedule_order();
    const struct error *error;

    order.selector = text_lit("env=prod");
    scenario_when(s, &create_schedule_command, &order);
    THEN_REFUSED(s, INVALID, "A selector or a selectionId is given in place of nodeId and teamId.");
    order.node_id = UUID_NONE;
    scenario_when(s, &create_schedule_command, &order);
    expect_int64(scenario_status(s, &error), STATUS_OK);
    order.selector = (struct text){0};
    order.selection_id = L1;
    scenario_when(s, &create_schedule_command, &order);
    WHEN(s, delete_selection, .workspace_id = W1, .selection_id = L1);
    THEN_REFUSED(s, CONFLICT, "The scheduled task Nightly goes by this selection.");
}

static const struct test tests[] = {
    TEST(a_selector_is_saved_under_a_name),
    TEST(what_is_no_selector_is_not_saved),
    TEST(a_workspace_has_at_most_200_selections),
    TEST(what_is_not_given_stays),
    TEST(a_selection_that_a_schedule_goes_by_stays),
    TEST(nothing_is_changed_of_a_selection_elsewhere),
    TEST(a_batch_is_for_the_nodes_that_a_selector_matches),
    TEST(a_batch_by_a_selector_is_refused_with_its_reason),
    TEST(more_than_a_batch_holds_are_refused),
    TEST(a_schedule_looks_for_its_nodes_anew_each_time),
    TEST(a_schedule_is_made_for_a_selector_or_a_selection),
};

const struct suite test_selections_suite = SUITE("commands/selection/selections", tests);
