/*
 * What was retired from the write model is found on a real ledger, through its index.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/fold.h"
#include "commands/history.h"
#include "commands/node/node_commands.h"
#include "commands/platform/platform_commands.h"
#include "commands/task/task_commands.h"
#include "commands/workspace/workspace_commands.h"
#include "core/base/must.h"
#include "core/crypto/crypto.h"
#include "eventlog/events/task_events.h"
#include "tests/support/fixture.h"

static const int64_t long_us = INT64_C(31) * 24 * 3600 * US_PER_S;

static struct fixture *fixture;
static struct uuid workspace;
static struct uuid task;

static struct submission *given(const struct command *command, const void *input)
{
    struct submission *order = given_order(fixture, command, input);

    must(order->status == STATUS_OK);
    return order;
}

/* A task that was cancelled, a long time ago. */
static void given_cancelled(void)
{
    struct register_agent agent = {
        .hostname = text_lit("web-1"), .os = text_lit("linux"), .arch = text_lit("amd64")};
    struct digest digest = sha256(bytes_of_text(text_lit("token")));
    struct create_task create = {.type = text_lit("shell.exec"), .payload = {text_lit("{}")}};
    struct cancel_task cancel = {.reason = text_lit("not needed")};

    fixture = fixture_open(&(struct fixture_settings){.has_index = true});
    fixture->policy.finished_task_us = 1;
    fixture->policy.enrollment_digest = agent.enrollment_digest = agent.credential_digest =
        bytes_copy(fixture->arena, (struct bytes){digest.bytes, DIGEST_SIZE});
    given(&open_ledger_command, opening());
    create.workspace_id = workspace =
        given(&create_workspace_command, workspace_called(fixture, "default"))->subject;
    create.node_id = given(&register_agent_command, &agent)->subject;
    cancel.id = task = given(&create_task_command, &create)->subject;
    given(&cancel_task_command, &cancel);
}

static struct submission *retire(void)
{
    const struct retire_tasks input = {1000};
    struct submission *order = make_order(fixture, &retire_tasks_command, &input);

    order->now = timestamp_plus_us(order->now, long_us);
    writer_execute(fixture->writer, order);
    must(order->status == STATUS_OK && order->emitted == 1);
    return order;
}

static struct submission *cancel(struct uuid task_id, const int64_t *revision)
{
    struct cancel_task *input = arena_one(fixture->arena, struct cancel_task);
    struct submission *order = make_order(fixture, &cancel_task_command, input);

    *input = (struct cancel_task){.workspace_id = workspace, .id = task_id};
    order->expected_stream = task_id;
    order->expected_revisions = revision;
    order->expected_count = 1;
    writer_execute(fixture->writer, order);
    return order;
}

static void what_was_retired_is_answered_for_from_the_ledger(void)
{
    struct submission *before;
    struct submission *after;

    given_cancelled();
    before = cancel(task, NULL);
    retire();
    given_indexed(fixture);
    after = cancel(task, NULL);
    expect_ok(after->status, &after->error);
    expect_int64(after->emitted, 0);
    expect(shape_equal(&task_state_view_shape, before->answer, after->answer));
    after = cancel(workspace, NULL);
    expect_status(after->status, STATUS_NOT_FOUND, &after->error);
    fixture_close(fixture);
}

static void its_revision_is_the_last_one_that_it_had(void)
{
    const int64_t last = 2;
    const int64_t former = 1;
    struct submission *order;

    given_cancelled();
    retire();
    given_indexed(fixture);
    order = cancel(task, &last);
    expect_ok(order->status, &order->error);
    order = cancel(task, &former);
    expect_status(order->status, STATUS_STALE, &order->error);
    fixture_close(fixture);
}

static void until_the_index_has_taken_it_in_nothing_is_said_of_it(void)
{
    const int64_t last = 2;
    struct submission *order;

    given_cancelled();
    retire();
    order = cancel(task, NULL);
    expect_status(order->status, STATUS_UNAVAILABLE, &order->error);
    expect_text(text_from(order->error.code), "index_rebuilding");
    order = cancel(task, &last);
    expect_status(order->status, STATUS_UNAVAILABLE, &order->error);
    fixture_close(fixture);
}

/* The types that were found, as "created cancelled ". */
static const char *found(struct history_query query)
{
    const struct record *records;
    struct error error;
    size_t count;
    AUTO_BUF text = {0};

    query.stream = task;
    expect_ok(
        fixture->history.history.find(
            &fixture->history.history, &query, fixture->arena, &records, &count, &error),
        &error);
    buf_init(&text, 1000);
    for (size_t i = 0; i < count; i++)
        buf_printf(&text, "%s ", records[i].type->name);
    return text_c(fixture->arena, buf_text(&text));
}

static void events_are_found_by_type_in_either_order_below_a_size(void)
{
    static const struct event_type *const types[] = {
        &task_cancelled_event, &task_logged_event, NULL};
    uint64_t size;

    given_cancelled();
    given_indexed(fixture);
    size = ledger_size(fixture->log);
    expect_text(
        text_from(found((struct history_query){.size = size, .limit = 9})),
        "task.created task.cancelled ");
    expect_text(
        text_from(found((struct history_query){.size = size, .limit = 9, .newest_first = true})),
        "task.cancelled task.created ");
    expect_text(
        text_from(found((struct history_query){.size = size, .limit = 1, .newest_first = true})),
        "task.cancelled ");
    expect_text(
        text_from(found((struct history_query){.size = size, .limit = 9, .types = types})),
        "task.cancelled ");
    expect_text(
        text_from(found((struct history_query){.size = size - 1, .limit = 9})), "task.created ");
    fixture_close(fixture);
}

/* Folding never asks the ledger, so that a model that is made anew is the same. */
static void a_model_that_is_folded_anew_is_the_same(void)
{
    struct model *again;
    struct error error;
    struct digest expected;
    struct digest digest;

    given_cancelled();
    retire();
    must(model_open(make_directory(), fold_fingerprint(), &again, &error) == STATUS_OK);
    expect_ok(
        fold_catch_up(again, fixture->log, ledger_size(fixture->log), NULL, NULL, &error), &error);
    expected = model_digest(fixture->model);
    digest = model_digest(again);
    expect(memcmp(expected.bytes, digest.bytes, DIGEST_SIZE) == 0);
    model_close(again);
    fixture_close(fixture);
}

static const struct test tests[] = {
    TEST(what_was_retired_is_answered_for_from_the_ledger),
    TEST(its_revision_is_the_last_one_that_it_had),
    TEST(until_the_index_has_taken_it_in_nothing_is_said_of_it),
    TEST(events_are_found_by_type_in_either_order_below_a_size),
    TEST(a_model_that_is_folded_anew_is_the_same),
};

const struct suite test_history_suite = SUITE("commands/history", tests);
