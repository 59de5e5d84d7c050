/*
 * What agents report of packages, in all its spellings.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/task/package_view.h"
#include "eventlog/events/task_events.h"
#include "tests/support/expect.h"

static struct task_row ended(enum task_status status, const char *result, const char *output)
{
    struct task_row task;

    shape_clear(&task_row_shape, &task);
    task.status.is = status;
    task.type = text_lit("packageList");
    task.payload.text = text_lit("{}");
    if (result != NULL)
        task.result.text = text_from(result);
    if (output != NULL)
        task.output = text_from(output);
    return task;
}

static struct text shown(struct arena *arena, struct list list)
{
    const struct package_view *packages = list.items;
    struct text all = text_lit("");

    for (size_t i = 0; i < list.count; i++)
        all = text_format(
            arena, "%.*s%.*s|%.*s|%.*s|%.*s;", TEXT_ARGS(all), TEXT_ARGS(packages[i].name),
            TEXT_ARGS(packages[i].version), TEXT_ARGS(packages[i].architecture),
            TEXT_ARGS(packages[i].description));
    return all;
}

static void expect_list(const char *result, const char *output, const char *wanted)
{
    AUTO_ARENA arena = arena_new(1 << 20);
    const struct task_row task = ended(TASK_SUCCESS, result, output);
    const struct package_list_view view = package_list_of_task(arena, &task);

    expect_text(shown(arena, view.packages), wanted);
    expect_text(view.error, NULL);
    expect_int64(view.task_status.is, TASK_SUCCESS);
}

static void expect_failure(const struct task_row *task, const char *error)
{
    AUTO_ARENA arena = arena_new(1 << 20);
    const struct package_list_view list = package_list_of_task(arena, task);
    const struct package_search_view search = package_search_of_task(arena, task);

    expect_int64((int64_t)list.packages.count, 0);
    expect_text(list.error, error);
    expect_int64(list.task_status.is, TASK_FAILED);
    expect_int64(list.status.is, task->status.is);
    expect_int64((int64_t)search.results.count, 0);
    expect_text(search.error, error);
}

static void members_have_two_names_each(void)
{
    expect_list(
        "{\"packages\": [{\"name\": \" curl \", \"version\": \"8\", \"architecture\": \"amd64\", "
        "\"description\": \"gets things\"}, {\"package\": \"jq\", \"arch\": \"all\", "
        "\"summary\": \"sed\"}]}",
        NULL, "curl|8|amd64|gets things;jq||all|sed;");
}

static void entries_without_a_name_are_dropped(void)
{
    expect_list("{\"packages\":[{\"version\":\"1\"},3,{\"name\":\"\"},null]}", NULL, "");
    expect_list("{\"packages\":[]}", "ii a 1 all", "");
}

static void without_a_structure_what_was_printed_is_read(void)
{
    expect_list(NULL, "ii  curl 8 amd64", "curl|8|amd64|;");
    expect_list("{\"stdout\":\"curl:8\\njq:1\"}", NULL, "curl|8||;jq|1||;");
    expect_list("{\"installed\":[{\"name\":\"curl\"}]}", "nothing here", "curl|||;");
}

static void nothing_that_can_be_read_counts_as_a_failure(void)
{
    const struct task_row task = ended(TASK_SUCCESS, "{\"exitCode\":0}", NULL);

    expect_failure(&task, "Task completed without a structured package result.");
}

static void a_failed_task_tells_why(void)
{
    const struct task_row by_output = ended(TASK_FAILED, "{\"error\":\"a\"}", " no dpkg ");
    const struct task_row by_result = ended(TASK_FAILED, "{\"error\":\"a\"}", " ");
    const struct task_row by_nothing = ended(TASK_FAILED, NULL, NULL);

    expect_failure(&by_output, "no dpkg");
    expect_failure(&by_result, "a");
    expect_failure(&by_nothing, "Task did not complete successfully.");
}

static void an_order_is_told_from_its_payload(void)
{
    AUTO_ARENA arena = arena_new(1 << 20);
    struct task_row task = ended(TASK_QUEUED, NULL, NULL);
    struct package_order_view order;

    order = package_order_of(arena, &task);
    expect_int64((int64_t)order.names.count, 0);
    expect_int64(order.purge.is, 0);
    task.payload.text = text_lit("{\"names\": [\"curl\", \"jq\"], \"purge\": true}");
    order = package_order_of(arena, &task);
    expect_int64((int64_t)order.names.count, 2);
    expect_text(((const struct text *)order.names.items)[1], "jq");
    expect(opt_bool_is_true(order.purge));
    expect_text(order.term, NULL);
}

static const struct test tests[] = {
    TEST(members_have_two_names_each),
    TEST(entries_without_a_name_are_dropped),
    TEST(without_a_structure_what_was_printed_is_read),
    TEST(nothing_that_can_be_read_counts_as_a_failure),
    TEST(a_failed_task_tells_why),
    TEST(an_order_is_told_from_its_payload),
};

const struct suite test_package_view_suite = SUITE("api/task/package_view", tests);
