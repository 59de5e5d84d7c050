/*
 * Templates, from the order of whoever runs one to what a shell on a node makes of it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/e2e/node_agent.h"
#include "tests/support/postgres.h"

static struct site *site;
static struct client admin;
static struct node_agent node;

static void set_up(void)
{
    site = given_site(make_database());
    given_running(site);
    admin = given_admin(site);
    node = given_node(&admin, given_workspace(&admin, "acme"));
}

static void tear_down(void)
{
    end_nodes();
    end_sites();
}

static struct reply create_template(const char *more)
{
    return ask(
        &admin, "POST",
        body(
            &admin,
            "{'name':'Say it','taskType':'shell.exec',"
            "'payloadTemplate':{'command':'printf :%%s: {{what}} {{times}}'},"
            "'parameters':[{'name':'what','type':'text','required':true},"
            "{'name':'times','type':'number','default':1}]%s}",
            more),
        "/workspaces/%s/task-templates", node.agent.workspace);
}

static struct text id_of(struct reply reply)
{
    return value_at(&admin, reply, "id");
}

static struct reply run(struct text template, const char *what)
{
    return ask(
        &admin, "POST",
        text_format(
            admin.arena, "{\"nodeId\":\"%s\",\"parameters\":{\"what\":%s}}", node.agent.node, what)
            .data,
        "/workspaces/%s/task-templates/%.*s/run", node.agent.workspace, TEXT_ARGS(template));
}

static void what_a_run_says_comes_out_of_the_shell_as_it_was_said(void)
{
    struct reply created = create_template("");
    struct reply made;
    const char *task;

    expect_answer(created, 201);
    made = run(id_of(created), "\"$(id); `id` 'a  b\\\" *\"");
    expect_answer(made, 201);
    expect_value(&admin, made, "0.templateName", "Say it");
    expect_value(&admin, made, "0.templateVersion", "1");
    task = text_c(admin.arena, value_at(&admin, made, "0.id"));
    given_node_running(&node);
    expect_soon(has_status(&admin, &node.agent, task, "success"));
    expect_value(
        &admin, read_task(&admin, &node.agent, task), "output", ":$(id); `id` 'a  b\" *::1:\n");
}

static void a_value_that_is_missing_wrong_or_unknown_is_refused_by_name(void)
{
    struct text template = id_of(create_template(""));
    struct reply refused = run(template, "7");

    expect_answer(refused, 400);
    expect_value(&admin, refused, "message", "parameters.what must be a string");
    refused = run(template, "\"x\",\"waht\":\"y\"");
    expect_answer(refused, 400);
    expect_value(&admin, refused, "message", "parameters.waht is no parameter of the template");
}

static void a_change_is_another_version_and_an_archived_template_is_not_run(void)
{
    struct text template = id_of(create_template(",'runnableByMembers':true"));
    struct reply changed =
        ask(&admin, "PATCH", body(&admin, "{'archivedAt':'2026-01-01T00:00:00Z','name':'Old'}"),
            "/workspaces/%s/task-templates/%.*s", node.agent.workspace, TEXT_ARGS(template));
    struct reply read;

    expect_answer(changed, 200);
    expect_value(&admin, changed, "version", "2");
    expect_value(&admin, changed, "archivedAt", "2026-01-01T00:00:00.000Z");
    expect_answer(run(template, "\"x\""), 409);
    read =
        ask(&admin, "GET", NULL, "/workspaces/%s/task-templates/%.*s", node.agent.workspace,
            TEXT_ARGS(template));
    expect_value(&admin, read, "name", "Old");
    expect_value(&admin, read, "runnableByMembers", "true");
    expect_value(&admin, read, "parameters.1.default", "1");
    changed =
        ask(&admin, "PATCH", body(&admin, "{'archivedAt':null}"),
            "/workspaces/%s/task-templates/%.*s", node.agent.workspace, TEXT_ARGS(template));
    expect_value(&admin, changed, "version", "3");
    expect_answer(run(template, "\"x\""), 201);
}

static void what_cannot_be_null_says_so(void)
{
    struct text template = id_of(create_template(""));
    struct reply refused =
        ask(&admin, "PATCH", body(&admin, "{'name':null}"), "/workspaces/%s/task-templates/%.*s",
            node.agent.workspace, TEXT_ARGS(template));

    expect_answer(refused, 400);
    expect_value(&admin, refused, "message", "name must not be null");
}

static const struct test tests[] = {
    TEST(what_a_run_says_comes_out_of_the_shell_as_it_was_said),
    TEST(a_value_that_is_missing_wrong_or_unknown_is_refused_by_name),
    TEST(a_change_is_another_version_and_an_archived_template_is_not_run),
    TEST(what_cannot_be_null_says_so),
};

const struct suite test_templates_suite =
    SUITE_WITH("e2e/templates", tests, .set_up = set_up, .tear_down = tear_down);
