/*
 * Root access: what profiles open, and what agents report of them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/command_internal.h"
#include "commands/node/node_lookup.h"
#include "eventlog/events/node_events.h"
#include "tests/support/fleet.h"

/* A command around what claims do with a report. */
static enum status note_report(struct decision *decision, const void *input, struct error *error)
{
    struct node_lookup node;

    (void)error;
    if (node_lookup(decision, N1, &node))
        node_note_root_access(decision, N1, &node, input);
    return STATUS_OK;
}
static const struct command root_access_report_command = {
    .name = "note_report", .input = &root_access_report_shape, .decide = note_report};

static void a_first_report_of_nothing_special_settles_the_matter_once(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    WHEN(s, root_access_report, .applied_profile = {ROOT_OFF});
    THEN_EMITTED(
        s, HAPPENED(
               node_root_access_reported, .node_id = N1, .applied_profile = {ROOT_OFF},
               .sync = {ROOT_APPLIED}));
    WHEN(s, root_access_report, .applied_profile = {ROOT_OFF});
    THEN_NOTHING(s);
}

static void a_profile_that_is_not_wanted_is_pending(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct timestamp since = at("2026-03-22T11:00:00Z");

    given_node(s);
    WHEN(s, root_access_report, .applied_profile = {ROOT_ALL}, .last_applied_at = since);
    THEN_EMITTED(
        s, HAPPENED(
               node_root_access_reported, .node_id = N1, .applied_profile = {ROOT_ALL},
               .sync = {ROOT_PENDING}, .last_applied_at = since));
}

static void an_error_is_a_failure_even_if_the_profiles_agree(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    WHEN(s, root_access_report, .last_error = text_lit("no sudo"));
    THEN_EMITTED(
        s, HAPPENED(
               node_root_access_reported, .node_id = N1, .applied_profile = {ROOT_OFF},
               .sync = {ROOT_FAILED}, .last_error = text_lit("no sudo")));
    WHEN(s, root_access_report, .last_error = text_lit("no sudo"));
    THEN_NOTHING(s);
    WHEN(s, root_access_report, .last_error = text_lit("no sudoers"));
    THEN_EMITTED(
        s, HAPPENED(
               node_root_access_reported, .node_id = N1, .applied_profile = {ROOT_OFF},
               .sync = {ROOT_FAILED}, .last_error = text_lit("no sudoers")));
    WHEN(s, root_access_report, .last_error = text_lit(""));
    THEN_EMITTED(
        s, HAPPENED(
               node_root_access_reported, .node_id = N1, .applied_profile = {ROOT_OFF},
               .sync = {ROOT_APPLIED}));
}

static void what_is_not_reported_stays(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct timestamp since = at("2026-03-22T11:00:00Z");

    given_node(s);
    GIVEN(
        s, HAPPENED(
               node_root_access_reported, .node_id = N1, .applied_profile = {ROOT_TASK},
               .sync = {ROOT_PENDING}, .last_applied_at = since));
    WHEN(s, root_access_report, .last_error = {0});
    THEN_NOTHING(s);
}

static bool opens(int64_t profile, enum root_surface surface)
{
    return node_allows_root(&(struct node_lookup){.applied_profile = profile}, surface);
}

static void profiles_open_what_they_are_called_by(void)
{
    expect(!opens(ROOT_OFF, SURFACE_OPERATIONAL) && !opens(ROOT_OFF, SURFACE_TASK));
    expect(opens(ROOT_OPERATIONAL, SURFACE_OPERATIONAL) && !opens(ROOT_OPERATIONAL, SURFACE_TASK));
    expect(opens(ROOT_TASK, SURFACE_TASK) && !opens(ROOT_TASK, SURFACE_TERMINAL));
    expect(opens(ROOT_TERMINAL, SURFACE_TERMINAL) && !opens(ROOT_TERMINAL, SURFACE_TASK));
    expect(opens(ROOT_OPERATIONAL_TASK, SURFACE_OPERATIONAL));
    expect(opens(ROOT_OPERATIONAL_TASK, SURFACE_TASK));
    expect(!opens(ROOT_OPERATIONAL_TASK, SURFACE_TERMINAL));
    expect(opens(ROOT_OPERATIONAL_TERMINAL, SURFACE_TERMINAL));
    expect(!opens(ROOT_OPERATIONAL_TERMINAL, SURFACE_TASK));
    expect(opens(ROOT_TASK_TERMINAL, SURFACE_TASK) && opens(ROOT_TASK_TERMINAL, SURFACE_TERMINAL));
    expect(!opens(ROOT_TASK_TERMINAL, SURFACE_OPERATIONAL));
    expect(opens(ROOT_ALL, SURFACE_OPERATIONAL) && opens(ROOT_ALL, SURFACE_TERMINAL));
    expect(!opens(0, SURFACE_TASK));
}

static const struct test tests[] = {
    TEST(a_first_report_of_nothing_special_settles_the_matter_once),
    TEST(a_profile_that_is_not_wanted_is_pending),
    TEST(an_error_is_a_failure_even_if_the_profiles_agree),
    TEST(what_is_not_reported_stays),
    TEST(profiles_open_what_they_are_called_by),
};

const struct suite test_root_access_suite = SUITE("commands/node/root_access", tests);
