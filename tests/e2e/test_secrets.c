/*
 * Secrets, from whoever creates one to the shell on a node that is given it, and out of all that comes back. What was
 * planted is found in no file of the server, no table, no answer.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/encode.h"
#include "tests/e2e/node_agent.h"
#include "tests/e2e/planted.h"
#include "tests/support/postgres.h"

#include <stdio.h>

#define FIRST  "pl4nted/first+value of ~ secret"
#define SECOND "pl4nted-second-value"
#define SHORT  "pl4nted9"

static const char *database;
static struct site *site;
static struct client admin;
static struct node_agent node;
static const char *planted[16];

/* All that a value may not be found as. */
static void given_planted(void)
{
    static const char *const values[] = {FIRST, SECOND, SHORT};
    size_t count = 0;

    for (size_t i = 0; i < COUNT_OF(values); i++) {
        struct bytes value = bytes_of_text(text_from(values[i]));
        planted[count++] = values[i];
        planted[count++] = text_c(
            site->arena, text_slice(base64_encode(site->arena, value), 0, value.size / 3 * 4));
        planted[count++] = text_c(site->arena, hex_encode(site->arena, value));
    }
    planted[count++] = "pl4nted%2Ffirst%2Bvalue";
    planted[count++] = "pl4nted%2ffirst%2bvalue";
    planted[count++] = "pl4nted/firs"; /* a piece of it */
}

/* One server and one node for all cases. */
static void set_up(void)
{
    if (site != NULL)
        return;
    database = make_database();
    site = given_site(database);
    given_setting(site, "SECRETS_ENCRYPTION_KEY", "a secret of tests");
    given_running(site);
    admin = given_admin(site);
    node = given_node(&admin, given_workspace(&admin, "acme"));
    given_planted();
    given_node_running(&node);
}

static struct reply create_secret(const char *name, const char *value)
{
    return ask(
        &admin, "POST", body(&admin, "{'name':'%s','value':'%s'}", name, value),
        "/workspaces/%s/secrets", node.agent.workspace);
}

static const char *given_secret(const char *name, const char *value)
{
    struct reply created = create_secret(name, value);

    expect_answer(created, 201);
    return text_c(admin.arena, value_at(&admin, created, "id"));
}

static struct reply create(const char *command, const char *secret)
{
    return ask(
        &admin, "POST",
        body(
            &admin,
            "{'nodeId':'%s','type':'shell.exec','payload':{'command':'%s','secrets':{'S':'%s'}}}",
            node.agent.node, command, secret),
        "/workspaces/%s/tasks", node.agent.workspace);
}

static const char *given_run(const char *command, const char *secret)
{
    struct reply created = create(command, secret);

    expect_answer(created, 201);
    return text_c(admin.arena, value_at(&admin, created, "id"));
}

static struct reply read_logs(const char *task)
{
    return ask(
        &admin, "GET", NULL, "/workspaces/%s/tasks/%s/logs?limit=100", node.agent.workspace, task);
}

static struct reply read_secret(const char *secret)
{
    return ask(&admin, "GET", NULL, "/workspaces/%s/secrets/%s", node.agent.workspace, secret);
}

static bool is_in_answer(const char *path)
{
    struct reply reply = ask(&admin, "GET", NULL, "%s", path);

    expect_answer(reply, 200);
    return planted_in(planted, reply.body) != NULL;
}

static void what_a_task_prints_of_its_secret_is_masked_in_whatever_form(void)
{
    const char *secret = given_secret("first", FIRST);
    const char *task = given_run(
        "echo is ${#S}; echo a $S b; echo $S >&2; jq -rn \\\"[env.S|@base64,@uri,@json]|.[]\\\"; "
        "printf %s x$S | base64 -w0; echo; printf %s $S | od -An -tx1 -v | tr -d \\\" \\\\n\\\"; "
        "echo; printf %s \\\"$S\\\" | fold -w 12; echo; echo end",
        "first");
    struct reply read;

    expect_soon(has_status(&admin, &node.agent, task, "success"));
    read = read_task(&admin, &node.agent, task);
    expect(planted_in(planted, read.body) == NULL);
    expect(text_starts_with(
        value_at(&admin, read, "output"), text_lit("is 31\na \xE2\x80\xA2\xE2\x80\xA2")));
    expect_value(&admin, read, "payload.secrets.S", "first");
    read = read_logs(task);
    expect_answer(read, 200);
    expect(planted_in(planted, read.body) == NULL);
    expect(text_contains(read.body, text_lit("\"end\"")));
    read = read_secret(secret);
    expect_value(&admin, read, "name", "first");
    expect_value(&admin, read, "version", "1");
    expect(text_is_present(value_at(&admin, read, "lastUsedAt")));
}

/* Whatever else the node says, later and of another task. */
static void what_a_task_left_on_the_node_is_masked_too(void)
{
    const char *left = text_format(site->arena, "%s/left", make_directory()).data;
    const char *task;

    given_secret("left", SHORT);
    task = given_run(text_format(site->arena, "echo $S > %s", left).data, "left");
    expect_soon(has_status(&admin, &node.agent, task, "success"));
    task = given_task(&admin, &node.agent, text_format(site->arena, "cat %s", left).data);
    expect_soon(has_status(&admin, &node.agent, task, "success"));
    expect_value(
        &admin, read_task(&admin, &node.agent, task), "output",
        "\xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2\n");
}

static int64_t events_of(const char *type)
{
    struct reply reply = ask(&admin, "GET", NULL, "/timeline?limit=100&type=%s", type);
    int64_t count = 0;

    expect_answer(reply, 200);
    for (size_t at = 0; at + 2 < reply.body.size; at++) {
        if (text_starts_with(text_slice(reply.body, at, reply.body.size), text_lit("\"eventId\":")))
            count++;
    }
    return count;
}

static void open_gate(const char *gate)
{
    FILE *file = fopen(gate, "we");

    expect(file != NULL && fclose(file) == 0);
}

/* The server is killed while a task runs that was given a value, which is rotated then. */
static void a_running_task_is_masked_through_a_restart_and_a_rotation(void)
{
    const char *gate = text_format(site->arena, "%s/gate", make_directory()).data;
    const char *secret = given_secret("rotating", SECOND);
    const char *task = given_run(
        text_format(
            site->arena, "echo before $S; while [ ! -e %s ]; do sleep 0.1; done; echo after $S",
            gate)
            .data,
        "rotating");
    struct reply rotated;
    int64_t destroyed = events_of("secret.version_destroyed");

    expect_soon(has_status(&admin, &node.agent, task, "running"));
    kill_server(site);
    given_running(site);
    rotated =
        ask(&admin, "PUT", body(&admin, "{'value':'%s'}", FIRST), "/workspaces/%s/secrets/%s/value",
            node.agent.workspace, secret);
    expect_answer(rotated, 200);
    expect_value(&admin, rotated, "version", "2");
    expect_int64(events_of("secret.version_destroyed"), destroyed);
    open_gate(gate);
    expect_soon(has_status(&admin, &node.agent, task, "success"));
    expect_value(
        &admin, read_task(&admin, &node.agent, task), "output",
        "before \xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2\nafter \xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2\n");
    expect_soon(events_of("secret.version_destroyed") == destroyed + 1);
}

static void a_task_whose_secret_is_gone_fails_and_says_why(void)
{
    const char *secret = given_secret("doomed", SECOND);
    const char *task;
    struct reply read;

    expect_int64(stop_node(&node), 0);
    task = given_run("echo $S", "doomed");
    expect_answer(
        ask(&admin, "DELETE", NULL, "/workspaces/%s/secrets/%s", node.agent.workspace, secret),
        200);
    expect_answer(read_secret(secret), 404);
    given_node_running(&node);
    expect_soon(has_status(&admin, &node.agent, task, "failed"));
    read = read_task(&admin, &node.agent, task);
    expect_value(&admin, read, "result.detail", "The workspace has no secret named doomed.");
    read = create("echo $S", "doomed");
    expect_answer(read, 400);
    expect_value(
        &admin, read, "message",
        "payload.secrets.S must name a secret that can be given: The workspace has no secret named "
        "doomed.");
}

static void a_template_is_given_the_name_of_a_secret(void)
{
    struct reply made;
    struct reply created;
    const char *task;

    given_secret("of_template", SECOND);
    created = ask(
        &admin, "POST",
        body(
            &admin, "{'name':'Login','taskType':'shell.exec','payloadTemplate':{'command':'echo "
                    "{{token}}; test ${#PARAM_token} = 20'},'parameters':[{'name':'token','type':"
                    "'secret','default':'of_template'}]}"),
        "/workspaces/%s/task-templates", node.agent.workspace);
    expect_answer(created, 201);
    made =
        ask(&admin, "POST", body(&admin, "{'nodeId':'%s'}", node.agent.node),
            "/workspaces/%s/task-templates/%.*s/run", node.agent.workspace,
            TEXT_ARGS(value_at(&admin, created, "id")));
    expect_answer(made, 201);
    expect_value(&admin, made, "0.payload.secrets.PARAM_token", "of_template");
    task = text_c(admin.arena, value_at(&admin, made, "0.id"));
    expect_soon(has_status(&admin, &node.agent, task, "success"));
    expect_value(
        &admin, read_task(&admin, &node.agent, task), "output",
        "\xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2\n");
}

static void a_refused_value_is_not_repeated(void)
{
    struct reply refused = create_secret("small", "pl4nted");

    expect_answer(refused, 400);
    expect(!text_contains(refused.body, text_lit("pl4nted")));
    refused = create_secret("of_template", SECOND);
    expect_answer(refused, 409);
    expect(planted_in(planted, refused.body) == NULL);
}

/* After all of that. */
static void no_value_is_in_a_file_a_table_or_an_answer(void)
{
    expect(!is_in_answer("/audit-logs?limit=100"));
    expect(!is_in_answer("/timeline?limit=100"));
    expect(!is_in_answer(
        text_format(site->arena, "/workspaces/%s/secrets", node.agent.workspace).data));
    expect(
        !is_in_answer(text_format(site->arena, "/workspaces/%s/tasks", node.agent.workspace).data));
    expect(!is_in_answer(
        text_format(site->arena, "/workspaces/%s/search?q=pl4nted", node.agent.workspace).data));
    expect(!planted_is_in_tables(planted, database));
    expect_int64(stop_node(&node), 0);
    expect_int64(stop_server(site), 0);
    expect(!planted_is_below(planted, site->home));
    expect(!planted_is_below(planted, site->log));
    expect_holds(site);
    end_nodes();
    end_sites();
    site = NULL;
}

static const struct test tests[] = {
    TEST(what_a_task_prints_of_its_secret_is_masked_in_whatever_form),
    TEST(what_a_task_left_on_the_node_is_masked_too),
    TEST(a_running_task_is_masked_through_a_restart_and_a_rotation),
    TEST(a_task_whose_secret_is_gone_fails_and_says_why),
    TEST(a_template_is_given_the_name_of_a_secret),
    TEST(a_refused_value_is_not_repeated),
    TEST(no_value_is_in_a_file_a_table_or_an_answer),
};

const struct suite test_secrets_suite = SUITE_WITH("e2e/secrets", tests, .set_up = set_up);
