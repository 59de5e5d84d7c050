/*
 * Types of tasks: what is run for them, what is refused, and what their output says.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node_agent/action.h"
#include "api/node_agent/log_scan.h"
#include "api/node_agent/root_helper.h"
#include "core/base/must.h"
#include "core/base/timestamp.h"
#include "core/shape/json_peek.h"
#include "core/shape/shape_json.h"
#include "tests/support/expect.h"

#include <stdio.h>

static struct arena *arena;
static struct job job;
static struct work_order order;
static struct error error;
static enum status status;

static void set_up(void)
{
    arena = arena_new(64 << 20);
    job = (struct job){0};
    order = (struct work_order){0};
}

static void tear_down(void)
{
    arena_free(arena);
}

static void when(const char *type, const char *payload)
{
    status = action_prepare(
        text_from(type), (struct json){text_from(payload)}, 600 * (int64_t)US_PER_S, arena, &job,
        &error);
    if (status == STATUS_OK)
        must(shape_json_read(&work_order_shape, job.order, arena, &order, NULL) == STATUS_OK);
}

static struct text argument(size_t number)
{
    const struct text *arguments = order.arguments.items;

    return number < order.arguments.count ? arguments[number] : (struct text){NULL, 0};
}

/* What the root helper makes of the order. */
static void when_helped(void)
{
    struct work_order asked = order;

    must(job.root_verb != NULL);
    status = root_helper_order(text_from(job.root_verb), &asked, arena, &order, &error);
}

static void a_command_goes_to_a_shell(void)
{
    when(
        "shell.exec",
        "{\"command\":\"echo hi\",\"working_dir\":\"/tmp\",\"environment\":{\"A\":\"1\"},"
        "\"timeout_seconds\":5}");
    expect_ok(status, &error);
    expect_text(argument(0), "/bin/sh");
    expect_text(argument(1), "-lc");
    expect_text(argument(2), "echo hi");
    expect_text(order.directory, "/tmp");
    expect_text(*(const struct text *)order.environment.items, "A=1");
    expect_int64(job.timeout_us, 5 * (int64_t)US_PER_S);
    expect(job.root_verb == NULL && !job.ends_agent);
}

static void a_time_may_be_a_duration(void)
{
    when("shell.exec", "{\"command\":\"x\",\"timeout\":\"1h2m3s\"}");
    expect_int64(job.timeout_us, 3723 * (int64_t)US_PER_S);
    when("shell.exec", "{\"command\":\"x\",\"timeout\":\"500ms\"}");
    expect_int64(job.timeout_us, 500000);
    when("shell.exec", "{\"command\":\"x\",\"timeout\":\"soon\"}");
    expect_int64(job.timeout_us, 600 * (int64_t)US_PER_S);
    when("shell.exec", "{\"command\":\"x\",\"timeout_seconds\":1e9}");
    expect_int64(job.timeout_us, 7 * 86400 * (int64_t)US_PER_S);
}

static void a_command_that_is_blank_is_refused(void)
{
    when("shell.exec", "{\"command\":\"  \"}");
    expect_status(status, STATUS_INVALID, &error);
    when("shell.exec", "{}");
    expect_status(status, STATUS_INVALID, &error);
}

static void root_needs_a_scope(void)
{
    when("shell.exec", "{\"command\":\"id\",\"runAsRoot\":true}");
    expect_status(status, STATUS_INVALID, &error);
    when("shell.exec", "{\"command\":\"id\",\"runAsRoot\":true,\"rootScope\":\"task\"}");
    expect_ok(status, &error);
    expect_text(text_from(job.root_verb), "task");
    when_helped();
    expect_text(argument(2), "id");
}

static void operations_are_three(void)
{
    when(
        "shell.exec", "{\"command\":\" apt-get   update \",\"runAsRoot\":true,"
                      "\"rootScope\":\"operational\"}");
    expect_ok(status, &error);
    expect_text(text_from(job.root_verb), "operation");
    when_helped();
    expect_text(argument(0), "/usr/bin/apt-get");
    expect_text(argument(1), "update");
    when("shell.exec", "{\"command\":\"reboot\",\"runAsRoot\":true,\"rootScope\":\"operational\"}");
    expect(job.ends_agent);
    when(
        "shell.exec",
        "{\"command\":\"reboot now\",\"runAsRoot\":true,\"rootScope\":\"operational\"}");
    expect_status(status, STATUS_INVALID, &error);
}

static void packages_are_named_once_each(void)
{
    when(
        "packageInstall",
        "{\"names\":[\"curl\",\"jq\"],\"packages\":[\"curl\",\"jq\"],\"package\":\"curl\"}");
    expect_ok(status, &error);
    expect_text(text_from(job.root_verb), "packages");
    when_helped();
    expect_ok(status, &error);
    expect_int64(order.arguments.count, 6);
    expect_text(argument(1), "install");
    expect_text(argument(2), "-y");
    expect_text(argument(3), "--");
    expect_text(argument(4), "curl");
    expect_text(argument(5), "jq");
}

static void removing_may_purge(void)
{
    when("packageRemove", "{\"names\":[\"curl\"]}");
    when_helped();
    expect_text(argument(1), "remove");
    when("packageRemove", "{\"names\":[\"curl\"],\"purge\":true}");
    when_helped();
    expect_text(argument(1), "purge");
    when("packagePurge", "{\"names\":[\"curl\"]}");
    when_helped();
    expect_text(argument(1), "purge");
}

static void packages_that_are_options_are_refused(void)
{
    when("packageInstall", "{\"names\":[\"-oDPkg::Pre-Invoke::=id\"]}");
    expect_status(status, STATUS_INVALID, &error);
    when("packageInstall", "{\"names\":[\"\"]}");
    expect_status(status, STATUS_INVALID, &error);
    when("packageInstall", "{}");
    expect_status(status, STATUS_INVALID, &error);
}

/* The helper is root: it believes nobody. */
static void the_root_helper_takes_nothing_but_its_verbs(void)
{
    const struct text shell[] = {text_lit("/bin/sh"), text_lit("-c"), text_lit("id")};
    const struct text path[] = {text_lit("install"), text_lit("./evil.deb")};
    const struct text blank[] = {text_lit("install"), text_lit("a b")};
    struct work_order asked = {.arguments = {shell, 3}};

    expect_status(
        root_helper_order(text_lit("operation"), &asked, arena, &order, &error), STATUS_INVALID,
        &error);
    expect_status(
        root_helper_order(text_lit("packages"), &asked, arena, &order, &error), STATUS_INVALID,
        &error);
    expect_status(
        root_helper_order(text_lit("anything"), &asked, arena, &order, &error), STATUS_INVALID,
        &error);
    asked.arguments = (struct list){path, 2};
    expect_status(
        root_helper_order(text_lit("packages"), &asked, arena, &order, &error), STATUS_INVALID,
        &error);
    asked.arguments = (struct list){blank, 2};
    expect_status(
        root_helper_order(text_lit("packages"), &asked, arena, &order, &error), STATUS_INVALID,
        &error);
}

static void installed_packages_are_listed(void)
{
    struct text result;

    when("packageList", "{}");
    expect_ok(status, &error);
    expect_text(argument(0), "/usr/bin/dpkg-query");
    expect(action_has_result(job.action));
    result = action_result(
        job.action,
        text_lit("ii \tcurl\t7.88\tamd64\ta tool\nrc \told\t1\tall\tgone\nhi \tjq\t1.6\tamd64\t\n"),
        arena);
    expect_text(
        result, "{\"packages\":[{\"name\":\"curl\",\"version\":\"7.88\",\"architecture\":\"amd64\","
                "\"description\":\"a tool\"},{\"name\":\"jq\",\"version\":\"1.6\","
                "\"architecture\":\"amd64\"}]}");
    expect(!text_is_present(action_result(job.action, text_lit("nothing of the kind\n"), arena)));
}

static void packages_are_searched_for(void)
{
    struct text result;

    when("packageSearch", "{\"term\":\"json tool\",\"query\":\"json tool\"}");
    expect_ok(status, &error);
    expect_text(argument(3), "json");
    expect_text(argument(4), "tool");
    result = action_result(
        job.action,
        text_lit(
            "Sorting...\nFull Text Search...\njq/stable,now 1.6-2 amd64 [installed]\n  lightweight\n\n"),
        arena);
    expect_text(
        result, "{\"results\":[{\"name\":\"jq\",\"version\":\"1.6-2\",\"architecture\":\"amd64\","
                "\"description\":\"lightweight\"}]}");
    when("packageSearch", "{\"term\":\"-o evil\"}");
    expect_status(status, STATUS_INVALID, &error);
}

static void an_unknown_type_is_refused(void)
{
    when("make.tea", "{}");
    expect_status(status, STATUS_INVALID, &error);
    expect_text(text_from(error.text), "unsupported task type: make.tea");
}

static void logs_are_known_by_their_ids(void)
{
    when("log.scan", "{\"mode\":\"preview\",\"sourcePresetId\":\"syslog\",\"runAsRoot\":true}");
    expect_ok(status, &error);
    expect_text(text_from(job.root_verb), "log-scan");
    when("log.scan", "{\"sourcePresetId\":\"../../etc/shadow\"}");
    expect_status(status, STATUS_INVALID, &error);
}

static void gathered_lines_become_entries(void)
{
    AUTO_BUF out = {0};

    buf_init(&out, 1 << 20);
    expect(log_scan_result(
        text_lit("{\"sourcePresetId\":\"syslog\",\"maxLines\":2,\"maxBytes\":1000,\"lastLines\":3,"
                 "\"end\":100,\"fileSize\":100,\"fileInode\":\"7\"}\n"
                 "half a line\n2026-03-22T16:47:29.206Z host a: one\ntwo\nthree\n"),
        arena, &out));
    expect_text(
        json_peek_text(
            arena, json_peek_member(
                       arena, json_peek_member(arena, buf_text(&out), "cursor"), "fileInode")),
        "7");
    expect(text_contains(
        buf_text(&out), text_lit("\"message\":\"2026-03-22T16:47:29.206Z host a: one\"")));
    expect(text_contains(buf_text(&out), text_lit("\"timestamp\":\"2026-03-22T16:47:29.206Z\"")));
    expect(!text_contains(buf_text(&out), text_lit("half")));
    expect_text(json_peek_member(arena, buf_text(&out), "truncated"), "true");
    expect_text(json_peek_member(arena, buf_text(&out), "linesRead"), "2");
}

static void a_journal_is_read_by_its_lines(void)
{
    AUTO_BUF out = {0};

    buf_init(&out, 1 << 20);
    expect(log_scan_result(
        text_lit("{\"sourcePresetId\":\"noderax-agent\",\"maxLines\":10,\"maxBytes\":1000}\n"
                 "{\"__CURSOR\":\"s=1\",\"__REALTIME_TIMESTAMP\":\"1774198049206000\","
                 "\"MESSAGE\":\"hello\",\"_SYSTEMD_UNIT\":\"fleetledger-agent.service\"}\n"),
        arena, &out));
    expect(text_contains(buf_text(&out), text_lit("\"sourceType\":\"journal\"")));
    expect(text_contains(buf_text(&out), text_lit("\"journalCursor\":\"s=1\"")));
    expect(text_contains(buf_text(&out), text_lit("\"message\":\"hello\"")));
}

static void what_was_not_gathered_is_no_result(void)
{
    AUTO_BUF out = {0};

    buf_init(&out, 1 << 20);
    expect(!log_scan_result(text_lit("cannot be read\n"), arena, &out));
    expect(!log_scan_result(text_lit(""), arena, &out));
}

static const struct test tests[] = {
    TEST(a_command_goes_to_a_shell),
    TEST(a_time_may_be_a_duration),
    TEST(a_command_that_is_blank_is_refused),
    TEST(root_needs_a_scope),
    TEST(operations_are_three),
    TEST(packages_are_named_once_each),
    TEST(removing_may_purge),
    TEST(packages_that_are_options_are_refused),
    TEST(the_root_helper_takes_nothing_but_its_verbs),
    TEST(installed_packages_are_listed),
    TEST(packages_are_searched_for),
    TEST(an_unknown_type_is_refused),
    TEST(logs_are_known_by_their_ids),
    TEST(gathered_lines_become_entries),
    TEST(a_journal_is_read_by_its_lines),
    TEST(what_was_not_gathered_is_no_result),
};
const struct suite test_action_suite =
    SUITE_WITH("api/node_agent/action", tests, .set_up = set_up, .tear_down = tear_down);
