/*
 * The audit trail: what it holds for the clients, and what it holds beside.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/identity_events.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/platform_events.h"
#include "eventlog/events/task_events.h"
#include "eventlog/events/workspace_events.h"
#include "tests/support/expect.h"
#include "tests/support/projected.h"

static struct projected *p;
static const uint8_t digest[32] = {1};

static void as_ada(void)
{
    p->ledger->actor = (struct actor){.kind = ACTOR_USER, .id = make_id(1)};
    p->ledger->origin = (struct origin){
        .address = {.text = text_lit("192.0.2.7")}, .user_agent = {.text = text_lit("curl/8")}};
}

static void as_stranger(void)
{
    as_ada();
    p->ledger->actor = (struct actor){.kind = ACTOR_STRANGER};
}

static void as_system(void)
{
    p->ledger->actor = (struct actor){.kind = ACTOR_SYSTEM};
    p->ledger->origin = (struct origin){0};
}

static void set_up(void)
{
    p = make_projected();
    given_ada_registered(p);
    as_ada();
}

static void tear_down(void)
{
    end_projected(p);
}

static void given_workspace(void)
{
    const struct workspace_created created = {
        .workspace_id = make_id(2),
        .name = text_lit("One"),
        .slug = text_lit("one"),
        .default_timezone = text_lit("UTC"),
        .is_default = OPT_TRUE,
        .is_archived = OPT_FALSE,
        .automation_email_enabled = OPT_FALSE,
        .automation_telegram_enabled = OPT_FALSE,
    };
    const struct member_added added = {make_id(3),     make_id(2), make_id(1),
                                       {MEMBER_OWNER}, OPT_TRUE,   UUID_NONE};

    given_event(p->ledger, &workspace_created_event, make_id(2), make_id(2), &created);
    given_event(p->ledger, &member_added_event, make_id(3), make_id(2), &added);
}

/* scope|type|email|action|target|label|address|agent|metadata of an action's only entry; '-' for
 * what is null. */
static struct text entry(const char *action)
{
    return value_of(
        p, text_format(
               p->arena,
               "select concat_ws('|', scope, actor_type, coalesce(actor_email_snapshot, '-'),"
               " target_type, coalesce(target_label, '-'), coalesce(ip_address, '-'),"
               " coalesce(user_agent, '-'), coalesce(metadata::text, '-'))"
               " from audit_logs where action = '%s'",
               action)
               .data);
}

static struct text count_of(const char *condition)
{
    return value_of(
        p, text_format(p->arena, "select count(*) from audit_logs where %s", condition).data);
}

static void a_sign_in_is_an_act_of_whoever_signs_in(void)
{
    const struct user_signed_in in = {.user_id = make_id(1)};

    as_stranger();
    given_event(p->ledger, &user_signed_in_event, make_id(1), UUID_NONE, &in);
    given_applied(p);
    expect_text(
        entry("auth.login.success"),
        "platform|user|ada@example.com|user|ada@example.com|192.0.2.7|curl/8|-");
    expect_text(
        count_of("actor_user_id::text = target_id and workspace_id is null and changes is null"),
        "1");
}

static void a_failed_sign_in_is_recorded_with_its_origin_and_nobody_as_actor(void)
{
    const struct sign_in_failed failed = {make_id(1), {digest, sizeof(digest)}, {FAILURE_PASSWORD}};

    as_stranger();
    given_event(p->ledger, &sign_in_failed_event, make_id(1), UUID_NONE, &failed);
    given_applied(p);
    expect_text(
        entry("auth.login.failed"),
        "platform|user|-|user|ada@example.com|192.0.2.7|curl/8|{\"failure\": \"wrong_password\"}");
    expect_text(count_of("actor_user_id is null and target_id is not null"), "1");
}

static void a_failed_sign_in_of_nobody_names_nobody(void)
{
    const struct sign_in_failed failed = {UUID_NONE, {digest, sizeof(digest)}, {FAILURE_UNKNOWN}};

    as_stranger();
    given_event(p->ledger, &sign_in_failed_event, make_id(9), UUID_NONE, &failed);
    given_applied(p);
    expect_text(
        entry("auth.login.failed"),
        "platform|user|-|user|-|192.0.2.7|curl/8|{\"failure\": \"unknown_account\"}");
    expect_text(count_of("target_id is null"), "1");
}

static void a_refusal_is_recorded(void)
{
    const struct refusal_recorded refusal = {
        text_lit("access_denied"), text_lit("GET"), text_lit("/users")};

    given_event(p->ledger, &refusal_recorded_event, make_id(4), UUID_NONE, &refusal);
    given_applied(p);
    expect_text(
        entry("access.denied"),
        "platform|user|ada@example.com|route|GET /users|192.0.2.7|curl/8"
        "|{\"code\": \"access_denied\", \"route\": \"/users\", \"method\": \"GET\"}");
}

static void a_new_workspace_is_recorded_and_its_first_member_is_not(void)
{
    given_workspace();
    given_applied(p);
    expect_text(
        entry("workspace.created"), "platform|user|ada@example.com|workspace|One|192.0.2.7|curl/8"
                                    "|{\"slug\": \"one\", \"defaultTimezone\": \"UTC\"}");
    expect_text(count_of("true"), "1");
}

static void the_first_workspace_is_no_act_of_anybodys(void)
{
    as_system();
    given_workspace();
    given_applied(p);
    expect_text(count_of("true"), "0");
}

static void a_deleted_node_is_recorded_with_its_name(void)
{
    const struct node_removed removed = {make_id(10)};

    given_web(p, "Web");
    given_applied(p);
    given_event(p->ledger, &node_removed_event, make_id(10), make_id(2), &removed);
    given_applied(p);
    expect_text(
        entry("node.deleted"), "workspace|user|ada@example.com|node|Web|192.0.2.7|curl/8|-");
    expect_text(count_of("action = 'node.deleted' and workspace_id is not null"), "1");
}

static void a_users_task_is_recorded_with_its_node(void)
{
    char id[UUID_TEXT_SIZE];

    uuid_print(make_id(10), id);
    given_web(p, "Web");
    given_shell_task(p, false);
    given_applied(p);
    expect_text(
        entry("task.created"), text_format(
                                   p->arena,
                                   "workspace|user|ada@example.com|task|shell.exec|192.0.2.7|curl/8"
                                   "|{\"nodeId\": \"%s\", \"hostname\": \"web-1\"}",
                                   id)
                                   .data);
    expect_text(count_of("action = 'task.created' and workspace_id is not null"), "1");
}

static void tasks_of_the_program_are_not_recorded(void)
{
    given_web(p, "Web");
    given_shell_task(p, true);
    as_system();
    given_shell_task(p, false);
    given_applied(p);
    expect_text(count_of("action = 'task.created'"), "0");
}

static void work_for_a_team_is_recorded_with_its_tasks(void)
{
    const struct uuid tasks[] = {make_id(30), make_id(31)};
    const struct task_team_run_created run = {
        .run_id = make_id(50),
        .workspace_id = make_id(2),
        .team_id = make_id(51),
        .team_name = text_lit("Core"),
        .type = text_lit("shell.exec"),
        .task_ids = {tasks, COUNT_OF(tasks)},
    };

    given_event(p->ledger, &task_team_run_created_event, make_id(50), make_id(2), &run);
    given_applied(p);
    expect_text(
        value_of(
            p, "select concat_ws('|', scope, target_type, target_label, actor_email_snapshot,"
               " metadata ->> 'taskType', metadata ->> 'taskCount',"
               " jsonb_array_length(metadata -> 'taskIds'))"
               " from audit_logs where action = 'task.team-run.created'"),
        "workspace|team|Core|ada@example.com|shell.exec|2|2");
    expect_text(count_of("action = 'task.team-run.created' and workspace_id is not null"), "1");
}

static void how_machines_join_and_who_cancels_is_told_in_the_workspaces_list(void)
{
    const struct install_created install = {
        .install_id = make_id(40),
        .workspace_id = make_id(2),
        .node_name = text_lit("db"),
        .token_digest = {digest, sizeof(digest)},
        .expires_at = p->ledger->now,
    };
    const struct task_cancel_requested asked = {make_id(30), text_lit("enough")};

    given_web(p, "Web");
    given_event(p->ledger, &install_created_event, make_id(40), make_id(2), &install);
    given_shell_task(p, false);
    given_event(p->ledger, &task_cancel_requested_event, make_id(30), make_id(2), &asked);
    given_applied(p);
    expect_text(
        value_of(
            p, "select string_agg(action || ' ' || coalesce(target_label,"
               " metadata ->> 'hostname'), ', ' order by created_at)"
               " from audit_logs where scope = 'workspace' and workspace_id is not null"
               " and ip_address is not null and action <> 'task.created'"),
        "node.created web-1, node-install.created db, task.cancel.requested shell.exec");
}

static const struct test tests[] = {
    TEST(a_sign_in_is_an_act_of_whoever_signs_in),
    TEST(a_failed_sign_in_is_recorded_with_its_origin_and_nobody_as_actor),
    TEST(a_failed_sign_in_of_nobody_names_nobody),
    TEST(a_refusal_is_recorded),
    TEST(a_new_workspace_is_recorded_and_its_first_member_is_not),
    TEST(the_first_workspace_is_no_act_of_anybodys),
    TEST(a_deleted_node_is_recorded_with_its_name),
    TEST(a_users_task_is_recorded_with_its_node),
    TEST(tasks_of_the_program_are_not_recorded),
    TEST(work_for_a_team_is_recorded_with_its_tasks),
    TEST(how_machines_join_and_who_cancels_is_told_in_the_workspaces_list),
};

const struct suite test_audit_logs_suite =
    SUITE_WITH("projections/platform/audit_logs", tests, .set_up = set_up, .tear_down = tear_down);
