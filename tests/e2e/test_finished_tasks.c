/*
 * Tasks long after their end, on the real program: they have left the write model, and nobody who reads or
 * orders notices. Time goes by while the server is stopped: something is recorded a month later.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/fold.h"
#include "commands/task/task.h"
#include "commands/workspace/workspace_commands.h"
#include "core/base/must.h"
#include "eventlog/model.h"
#include "tests/e2e/people.h"
#include "tests/support/fixture.h"
#include "tests/support/postgres.h"

static const int64_t month_us = INT64_C(31) * 24 * 3600 * US_PER_S;

static struct site *site;
static struct client admin;
static struct agent agent;
static struct agent other;

static void given_fleet(void)
{
    const char *workspace;

    site = given_site(make_database());
    given_setting(site, "SECRETS_ENCRYPTION_KEY", "a secret of tests");
    given_running(site);
    admin = given_admin(site);
    workspace = given_workspace(&admin, "acme");
    agent = given_agent(&admin, workspace, "web-1");
    other = given_agent(&admin, workspace, "web-2");
}

static const char *given_finished(void)
{
    const char *task = given_started_task(&admin, &agent);

    expect_answer(
        report(&agent, task, "logs", "{'stream':'stdout','line':'a line of output'}"), 200);
    expect_answer(cancel_task(&admin, &agent, task, "too slow"), 201);
    expect_answer(
        report(&agent, task, "completed", "{'status':'failed','exitCode':3,'error':'killed'}"),
        200);
    return task;
}

static void given_a_month_later(void)
{
    struct fixture *home;
    struct submission *late;

    expect_int64(stop_server(site), 0);
    home = fixture_open(&(struct fixture_settings){.directory = site->home});
    late = make_order(home, &create_workspace_command, workspace_called(home, "late"));
    late->now = timestamp_plus_us(late->now, month_us);
    writer_execute(home->writer, late);
    expect_status(late->status, STATUS_OK, &late->error);
    fixture_close(home);
}

static bool is_in_model(const char *task)
{
    AUTO_ARENA arena = arena_new(1 << 20);
    struct model *model = NULL;
    struct task_state_view state;
    struct uuid id;
    struct error error;
    bool is_there;

    must(uuid_parse(text_from(task), &id));
    must(model_open_to_read(site->home, fold_fingerprint(), &model, &error) == STATUS_OK);
    is_there = model_load(model, &task_aggregate, id, arena, &state);
    model_close(model);
    return is_there;
}

/* What people and agents are told of it. */
struct answers {
    struct reply read;
    struct reply cancelled;
    struct reply accepted;
    struct reply started;
    struct reply logged;
    struct reply failed_again;
    struct reply succeeded;
    struct reply control;
    struct reply started_by_another;
};
enum { ANSWERS = sizeof(struct answers) / sizeof(struct reply) };

static struct answers ask_all(const char *task)
{
    return (struct answers){
        .read = read_task(&admin, &agent, task),
        .cancelled = cancel_task(&admin, &agent, task, "late"),
        .accepted = report(&agent, task, "accepted", "{}"),
        .started = report(&agent, task, "started", "{}"),
        .logged = report(&agent, task, "logs", "{'stream':'stdout','line':'late'}"),
        .failed_again = report(&agent, task, "completed", "{'status':'failed'}"),
        .succeeded = report(&agent, task, "completed", "{'status':'success'}"),
        .control = ask(&agent.client, "GET", NULL, "/agent/tasks/%s/control", task),
        .started_by_another = report(&other, task, "started", "{}"),
    };
}

/* Each answer names a request and a moment of its own where it is a refusal. */
static void expect_same_answer(struct reply before, struct reply after)
{
    expect_int64(after.status, before.status);
    if (before.status < 300) {
        expect_text(after.body, text_c(admin.arena, before.body));
        return;
    }
    expect_value(&admin, after, "code", value_at(&admin, before, "code").data);
    expect_value(&admin, after, "message", value_at(&admin, before, "message").data);
}

static void expect_same_answers(const struct answers *before, const struct answers *after)
{
    const struct reply *was = &before->read;
    const struct reply *is = &after->read;

    for (size_t i = 0; i < ANSWERS; i++)
        expect_same_answer(was[i], is[i]);
}

static bool is_retired(const char *task)
{
    struct reply reply = ask(&admin, "GET", NULL, "/timeline?entity=%s&type=task.retired", task);

    return reply.status == 200 && document_count(reply.body, "events") == 1;
}

static void a_task_that_ended_long_ago_is_answered_for_as_before(void)
{
    struct answers before;
    struct answers after;
    const char *task;

    given_fleet();
    task = given_finished();
    before = ask_all(task);
    expect_answer(before.cancelled, 201);
    expect_answer(before.started, 409);
    expect_answer(before.succeeded, 409);
    expect_answer(before.started_by_another, 404);
    given_a_month_later();
    expect(is_in_model(task));
    given_running(site);
    expect_soon(is_retired(task));
    expect_soon(
        report(&agent, task, "started", "{}").status != 503); /* the index has come so far */
    after = ask_all(task);
    expect_same_answers(&before, &after);
    expect_int64(stop_server(site), 0);
    expect(!is_in_model(task));
    expect_holds(site);
}

static void where_all_is_kept_it_stays(void)
{
    const char *task;

    given_fleet();
    given_setting(site, "FINISHED_TASK_DAYS", "0");
    task = given_finished();
    given_a_month_later();
    given_running(site);
    expect_answer(cancel_task(&admin, &agent, task, "late"), 201);
    expect_int64(stop_server(site), 0);
    expect(is_in_model(task));
}

static const struct test tests[] = {
    TEST(a_task_that_ended_long_ago_is_answered_for_as_before),
    TEST(where_all_is_kept_it_stays),
};

const struct suite test_finished_tasks_suite =
    SUITE_WITH("e2e/finished_tasks", tests, .tear_down = end_sites);
