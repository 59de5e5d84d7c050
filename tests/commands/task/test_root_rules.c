/*
 * What tasks may do as root.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/task/task_commands.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/task_events.h"
#include "tests/support/fleet.h"

static void when_ordered(struct scenario *s, const char *type, const char *payload)
{
    WHEN(s, create_task, .node_id = N1, .type = text_from(type), .payload = {text_from(payload)});
}

static bool was_created(const struct scenario *s)
{
    return model_revision(scenario_model(s), scenario_made(s, 0)) == 1;
}

static void packages_change_with_operational_access_only(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    when_ordered(s, "packageInstall", "{}");
    THEN_REFUSED(
        s, INVALID,
        "Node web-1 does not currently allow operational root access. Applied profile is off, "
        "desired profile is off, and sync status is pending.");
    given_root_access(s, ROOT_TASK_TERMINAL);
    when_ordered(s, "packagePurge", "{}");
    THEN_REFUSED(
        s, INVALID,
        "Node web-1 does not currently allow operational root access. Applied profile is "
        "task_terminal, desired profile is off, and sync status is pending.");
    given_root_access(s, ROOT_OPERATIONAL);
    when_ordered(s, "packageRemove", "{}");
    expect(was_created(s));
}

static void listing_packages_needs_no_root(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    when_ordered(s, "packageList", "{}");
    expect(was_created(s));
}

static void a_shell_without_root_may_do_anything(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    when_ordered(s, "shell.exec", "{\"command\":\"rm -r /tmp/x\"}");
    expect(was_created(s));
    when_ordered(s, "shell.exec", "{\"command\":\"x\",\"runAsRoot\":false}");
    expect(was_created(s));
    when_ordered(s, "shell.exec", "{\"command\":\"x\",\"runAsRoot\":\"true\"}");
    expect(was_created(s));
}

static void a_shell_as_root_must_say_in_which_scope(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_root_access(s, ROOT_ALL);
    when_ordered(s, "shell.exec", "{\"command\":\"x\",\"runAsRoot\":true}");
    THEN_REFUSED(
        s, INVALID, "rootScope must be \"task\" or \"operational\" when runAsRoot is enabled.");
    when_ordered(s, "shell.exec", "{\"runAsRoot\":true,\"rootScope\":\"terminal\"}");
    THEN_REFUSED(
        s, INVALID, "rootScope must be \"task\" or \"operational\" when runAsRoot is enabled.");
}

static void a_shell_in_task_scope_needs_task_access(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    const char *payload = "{\"command\":\"x\",\"runAsRoot\":true,\"rootScope\":\" task \"}";

    given_node(s);
    given_root_access(s, ROOT_OPERATIONAL);
    when_ordered(s, "shell.exec", payload);
    THEN_REFUSED(
        s, INVALID,
        "Node web-1 does not currently allow task root access. Applied profile is operational.");
    given_root_access(s, ROOT_OPERATIONAL_TASK);
    when_ordered(s, "shell.exec", payload);
    expect(was_created(s));
}

static void operational_scope_is_for_a_few_commands(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_root_access(s, ROOT_OPERATIONAL);
    when_ordered(
        s, "shell.exec",
        "{\"command\":\"  systemctl   restart\\tnoderax-agent \",\"runAsRoot\":true,"
        "\"rootScope\":\"operational\"}");
    expect(was_created(s));
    when_ordered(
        s, "shell.exec",
        "{\"command\":\"reboot; rm -r /\",\"runAsRoot\":true,\"rootScope\":\"operational\"}");
    THEN_REFUSED(
        s, INVALID,
        "Operational root access is limited to reboot, restarting noderax-agent, and apt-get "
        "update.");
}

/* It is no matter of the rules: what root does with it the agent decides, which gives it to a task and to no operation. */
static void an_environment_opens_no_scope_and_closes_none(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    const char *as_task = "{\"command\":\"x\",\"environment\":{\"A\":\"b\",\"rootScope\":\"task\"},"
                          "\"runAsRoot\":true,\"rootScope\":\"task\"}";

    given_node(s);
    given_root_access(s, ROOT_OPERATIONAL);
    when_ordered(s, "shell.exec", as_task);
    THEN_REFUSED(
        s, INVALID,
        "Node web-1 does not currently allow task root access. Applied profile is operational.");
    when_ordered(
        s, "shell.exec",
        "{\"command\":\"$X\",\"environment\":{\"X\":\"reboot\"},\"runAsRoot\":true,"
        "\"rootScope\":\"operational\"}");
    THEN_REFUSED(
        s, INVALID,
        "Operational root access is limited to reboot, restarting noderax-agent, and apt-get "
        "update.");
    given_root_access(s, ROOT_TASK);
    when_ordered(s, "shell.exec", as_task);
    expect(was_created(s));
}

static void operational_scope_needs_operational_access(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    when_ordered(
        s, "shell.exec",
        "{\"command\":\"reboot\",\"runAsRoot\":true,\"rootScope\":\"operational\"}");
    THEN_REFUSED(
        s, INVALID,
        "Node web-1 does not currently allow operational root access. Applied profile is off, "
        "desired profile is off, and sync status is pending.");
}

static void scanning_logs_as_root_is_operational(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_root_access(s, ROOT_TASK);
    when_ordered(s, "log.scan", "{\"runAsRoot\":true,\"rootScope\":\"task\"}");
    THEN_REFUSED(s, INVALID, "log.scan root execution requires rootScope to be \"operational\".");
    when_ordered(s, "log.scan", "{\"runAsRoot\":true,\"rootScope\":\"operational\"}");
    THEN_REFUSED(
        s, INVALID,
        "Node web-1 does not currently allow operational root access. Applied profile is task, "
        "desired profile is off, and sync status is pending.");
    when_ordered(s, "log.scan", "{\"rootScope\":\"task\"}");
    expect(was_created(s));
}

static void no_spelling_hides_root_from_us(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    when_ordered(s, "shell.exec", "{\"command\":\"x\",\"runAs\\u0052oot\":true}");
    THEN_REFUSED(
        s, INVALID, "rootScope must be \"task\" or \"operational\" when runAsRoot is enabled.");
    when_ordered(s, "shell.exec", "{\"runAsRoot\":false,\"runAsRoot\":true}");
    THEN_REFUSED(
        s, INVALID, "rootScope must be \"task\" or \"operational\" when runAsRoot is enabled.");
}

static const struct test tests[] = {
    TEST(packages_change_with_operational_access_only),
    TEST(listing_packages_needs_no_root),
    TEST(a_shell_without_root_may_do_anything),
    TEST(a_shell_as_root_must_say_in_which_scope),
    TEST(a_shell_in_task_scope_needs_task_access),
    TEST(operational_scope_is_for_a_few_commands),
    TEST(an_environment_opens_no_scope_and_closes_none),
    TEST(operational_scope_needs_operational_access),
    TEST(scanning_logs_as_root_is_operational),
    TEST(no_spelling_hides_root_from_us),
};

const struct suite test_root_rules_suite = SUITE("commands/task/root_rules", tests);
