/*
 * A search, asked of the real server: what is found, of whom, and what is no question.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/buf.h"
#include "tests/e2e/people.h"
#include "tests/support/postgres.h"

static struct site *site;
static struct client admin;
static struct agent agent;

static void set_up(void)
{
    site = given_site(make_database());
    given_running(site);
    admin = given_admin(site);
    agent = given_agent(&admin, given_workspace(&admin, "acme"), "edge-7.example");
}

static void tear_down(void)
{
    end_sites();
}

static struct reply search(const char *workspace, const char *query)
{
    return ask(&admin, "GET", NULL, "/workspaces/%s/search?%s", workspace, query);
}

static void whoever_adds_something_finds_it_at_once_by_what_it_is_called(void)
{
    struct reply made;
    struct reply found;

    given_task(&admin, &agent, "apt upgrade 100%");
    found = search(agent.workspace, "q=UPGRADE%20100%25");
    expect_answer(found, 200);
    expect_value(&admin, found, "tasks.0.title", "apt upgrade 100%");
    expect_value(&admin, found, "tasks.0.subtitle", "queued · edge-7.example");
    expect_value(&admin, found, "nodes", "[]");
    found = search(agent.workspace, "q=edge-7&limit=1");
    expect_value(&admin, found, "nodes.0.id", agent.node);
    expect_value(&admin, found, "nodes.0.title", "edge-7.example");
    expect_value(&admin, found, "tasks.0.title", "apt upgrade 100%");
    expect_value(&admin, found, "events.0.title", "task.queued");
    made =
        ask(&admin, "POST",
            body(&admin, "{'name':'Upgrade','taskType':'shell.exec','payloadTemplate':{}}"),
            "/workspaces/%s/task-templates", agent.workspace);
    expect_answer(made, 201);
    found = search(agent.workspace, "q=upgrade");
    expect_value(
        &admin, found, "templates.0.id", text_c(admin.arena, value_at(&admin, made, "id")));
    expect_value(&admin, found, "templates.0.subtitle", "null");
}

static void in_another_workspace_nothing_of_it_is_found(void)
{
    const char *other = given_workspace(&admin, "other");
    struct reply found;

    given_task(&admin, &agent, "apt upgrade");
    found = search(other, "q=upgrade");
    expect_value(&admin, found, "tasks", "[]");
    found = search(other, "q=edge");
    expect_value(&admin, found, "nodes", "[]");
    expect_value(&admin, found, "events", "[]");
    expect_value(&admin, search(other, "q=owner"), "members.0.subtitle", ADMIN_EMAIL " · owner");
}

static void what_is_no_question_finds_nothing_or_is_refused_by_name(void)
{
    static const char *const empty[] = {"", "q=", "q=%20%20", "limit=3"};
    AUTO_BUF query = {0};
    struct reply refused;

    given_task(&admin, &agent, "true");
    for (size_t i = 0; i < COUNT_OF(empty); i++) {
        struct reply nothing = search(agent.workspace, empty[i]);
        expect_answer(nothing, 200);
        expect_text(
            nothing.body,
            "{\"nodes\":[],\"tasks\":[],\"scheduledTasks\":[],\"events\":[],\"members\":[],"
            "\"teams\":[]}");
    }
    buf_init(&query, 1 << 12);
    buf_add_c(&query, "q=");
    for (int i = 0; i < 201; i++)
        buf_add_char(&query, 'x');
    refused = search(agent.workspace, query.data);
    expect_answer(refused, 400);
    expect_value(&admin, refused, "message", "q must be shorter than or equal to 200 characters");
    expect_answer(search(agent.workspace, "q=a%00b"), 400);
    expect_answer(search(agent.workspace, "q=%27%22%3B--%5C"), 200);
    expect_answer(search(agent.workspace, "q=x&limit=many"), 400);
}

static const struct test tests[] = {
    TEST(whoever_adds_something_finds_it_at_once_by_what_it_is_called),
    TEST(in_another_workspace_nothing_of_it_is_found),
    TEST(what_is_no_question_finds_nothing_or_is_refused_by_name),
};

const struct suite test_search_suite =
    SUITE_WITH("e2e/search", tests, .set_up = set_up, .tear_down = tear_down);
