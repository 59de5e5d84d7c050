/*
 * Installing and removing packages.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/task/package_commands.h"
#include "core/shape/shape_json.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/task_events.h"
#include "tests/support/fleet.h"

static struct scenario *given_web(int64_t profile)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_root_access(s, profile);
    return s;
}

static void expect_task(struct scenario *s, const char *type, const char *payload)
{
    THEN_EMITTED(
        s, HAPPENED(
               task_created, .template_version = INT64_ABSENT, .task_id = scenario_made(s, 0),
               .workspace_id = W1, .node_id = N1, .type = text_from(type),
               .payload = {text_from(payload)}, .is_internal = OPT_FALSE));
}

static void several_packages_are_installed_by_one_task(void)
{
    static const struct text names[] = {TEXT_OF("curl"), TEXT_OF("jq")};
    struct scenario *s = given_web(ROOT_OPERATIONAL);

    WHEN(
        s, install_packages, .workspace_id = W1, .id = N1, .names = {names, 2}, .purge = OPT_FALSE);
    expect_task(
        s, "packageInstall",
        "{\"names\":[\"curl\",\"jq\"],\"packages\":[\"curl\",\"jq\"],\"purge\":false}");
}

static void a_single_package_is_named_as_such_too(void)
{
    static const struct text names[] = {TEXT_OF("curl")};
    struct scenario *s = given_web(ROOT_ALL);

    WHEN(s, install_packages, .id = N1, .names = {names, 1}, .purge = OPT_FALSE);
    expect_task(
        s, "packageInstall",
        "{\"names\":[\"curl\"],\"packages\":[\"curl\"],\"package\":\"curl\",\"purge\":false}");
}

static void removing_and_purging_are_two_kinds_of_work(void)
{
    struct scenario *s = given_web(ROOT_OPERATIONAL_TASK);

    WHEN(s, remove_package, .id = N1, .name = text_lit("curl"), .purge = {2});
    expect_task(
        s, "packageRemove",
        "{\"names\":[\"curl\"],\"packages\":[\"curl\"],\"package\":\"curl\",\"purge\":false}");
    WHEN(s, remove_package, .id = N1, .name = text_lit("curl"), .purge = {1});
    expect_task(
        s, "packagePurge",
        "{\"names\":[\"curl\"],\"packages\":[\"curl\"],\"package\":\"curl\",\"purge\":true}");
}

static void both_need_operational_root_access(void)
{
    static const struct text names[] = {TEXT_OF("curl")};
    struct scenario *s = given_web(ROOT_TASK);

    WHEN(s, install_packages, .id = N1, .names = {names, 1}, .purge = OPT_FALSE);
    THEN_REFUSED(
        s, INVALID,
        "Node web-1 does not currently allow operational root access. Applied profile is task, "
        "desired profile is off, and sync status is pending.");
    WHEN(s, remove_package, .id = N1, .name = text_lit("curl"), .purge = {2});
    THEN_REFUSED(
        s, INVALID,
        "Node web-1 does not currently allow operational root access. Applied profile is task, "
        "desired profile is off, and sync status is pending.");
}

static enum status read_names(const char *body)
{
    AUTO_ARENA arena = arena_new(1 << 20);
    struct install_packages order;
    struct error error;

    shape_clear(install_packages_command.input, &order);
    return shape_json_read(install_packages_command.input, text_from(body), arena, &order, &error);
}

static void names_that_are_blank_or_options_are_refused(void)
{
    expect(read_names("{\"names\":[\" curl \",\"jq\"]}") == STATUS_OK);
    expect(read_names("{\"names\":[]}") == STATUS_INVALID);
    expect(read_names("{\"names\":[\" \"]}") == STATUS_INVALID);
    expect(read_names("{\"names\":[\"a\",\" a\"]}") == STATUS_INVALID);
    expect(read_names("{\"names\":[\"--force\"]}") == STATUS_INVALID);
}

static const struct test tests[] = {
    TEST(several_packages_are_installed_by_one_task),  TEST(a_single_package_is_named_as_such_too),
    TEST(removing_and_purging_are_two_kinds_of_work),  TEST(both_need_operational_root_access),
    TEST(names_that_are_blank_or_options_are_refused),
};

const struct suite test_change_packages_suite = SUITE("commands/task/change_packages", tests);
