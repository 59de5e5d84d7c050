/*
 * Templates with parameters that are secrets: where these may stand, who may choose, and what a run makes of them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/task/task_commands.h"
#include "commands/template/template_commands.h"
#include "eventlog/events/secret_events.h"
#include "eventlog/events/task_events.h"
#include "eventlog/events/workspace_events.h"
#include "tests/support/fleet.h"
#include "tests/support/templates.h"

#define M1 id_named("membership 1")

static const struct text offered[] = {TEXT_OF("db"), TEXT_OF("mail")};
static struct template_parameter token;

static void given_secret(struct scenario *s, const char *name)
{
    GIVEN(
        s, HAPPENED(
               secret_created, .secret_id = id_named(name), .workspace_id = W1,
               .name = text_from(name), .version_id = id_named(name), .version = 1,
               .value = sealed(s, "a value that is long enough")));
}

/* W1 with N1, the secrets "db" and "mail", and U1 in this role. */
static struct scenario *given_role(int64_t role)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_account(s, U1, "ada@example.com");
    given_member(s, M1, W1, U1, role);
    given_secret(s, "db");
    given_secret(s, "mail");
    scenario_actor(s, ACTOR_USER, U1);
    token = (struct template_parameter){
        .name = text_lit("token"),
        .type = {PARAMETER_SECRET},
        .required = OPT_FALSE,
        .fallback = {text_lit("\"db\"")},
    };
    return s;
}

/* P1, which members may run. */
static void given_login(struct scenario *s, const char *payload)
{
    struct template_definition definition = make_template(P1);

    definition.payload.text = text_from(payload);
    definition.parameters = (struct list){&token, 1};
    definition.is_runnable_by_members = OPT_TRUE;
    given_template(s, &definition);
}

static void when_run(struct scenario *s, const char *parameters)
{
    WHEN(
        s, run_template, .workspace_id = W1, .template_id = P1, .node_id = N1,
        .parameters = {text_from(parameters)});
}

static void
expect_made(struct scenario *s, const char *payload, const char *variable, const char *name)
{
    const struct task_secret secret = {text_from(variable), text_from(name)};

    THEN_EMITTED(
        s, HAPPENED(
               task_created, .task_id = scenario_made(s, 0), .workspace_id = W1, .node_id = N1,
               .template_id = P1, .template_name = text_lit("Restart"), .template_version = 1,
               .type = text_lit("shell.exec"), .payload = {text_from(payload)},
               .is_internal = OPT_FALSE, .secrets = {&secret, 1}));
}

static void in_a_command_it_is_a_variable_that_the_tasks_secrets_have(void)
{
    struct scenario *s = given_role(MEMBER_ADMIN);

    given_login(s, "{\"command\":\"login {{token}}\",\"environment\":{\"A\":\"b\"}}");
    when_run(s, "{\"token\":\"mail\"}");
    expect_made(
        s,
        "{\"command\":\"login \\\"${PARAM_token?}\\\"\",\"environment\":{\"A\":\"b\"},"
        "\"secrets\":{\"PARAM_token\":\"mail\"}}",
        "PARAM_token", "mail");
}

static void in_the_payloads_secrets_it_is_the_name(void)
{
    struct scenario *s = given_role(MEMBER_ADMIN);

    given_login(s, "{\"command\":\"login\",\"secrets\":{\"T\":\"{{token}}\"}}");
    when_run(s, "{}");
    expect_made(
        s, "{\"command\":\"login\",\"environment\":{},\"secrets\":{\"T\":\"db\"}}", "T", "db");
}

static void a_name_that_is_none_is_refused_when_it_is_run(void)
{
    struct scenario *s = given_role(MEMBER_ADMIN);

    given_login(s, "{\"command\":\"login {{token}}\"}");
    when_run(s, "{\"token\":\"none\"}");
    THEN_REFUSED(
        s, INVALID,
        "payload.secrets.PARAM_token must name a secret that can be given: The workspace has no "
        "secret named none.");
}

static void members_leave_it_at_the_default_or_choose_what_is_offered(void)
{
    struct scenario *s = given_role(MEMBER_MEMBER);

    given_login(s, "{\"command\":\"login\",\"secrets\":{\"T\":\"{{token}}\"}}");
    when_run(s, "{\"token\":\"mail\"}");
    THEN_REFUSED(
        s, INVALID,
        "parameters.token must be left to the template, or chosen by an admin of the workspace");
    when_run(s, "{\"token\":\"db\"}");
    expect_made(
        s, "{\"command\":\"login\",\"environment\":{},\"secrets\":{\"T\":\"db\"}}", "T", "db");
    s = given_role(MEMBER_MEMBER);
    token.choices = (struct list){offered, 2};
    given_login(s, "{\"command\":\"login\",\"secrets\":{\"T\":\"{{token}}\"}}");
    when_run(s, "{\"token\":\"mail\"}");
    expect_made(
        s, "{\"command\":\"login\",\"environment\":{},\"secrets\":{\"T\":\"mail\"}}", "T", "mail");
    when_run(s, "{\"token\":\"none\"}");
    THEN_REFUSED(s, INVALID, "parameters.token must be one of the choices of the template");
}

static void when_created(struct scenario *s, const char *type, const char *payload)
{
    WHEN(
        s, create_template, .workspace_id = W1, .name = text_lit("Log in"),
        .task_type = text_from(type), .payload_template = {text_from(payload)},
        .parameters = {&token, 1}, .runnable_by_members = OPT_FALSE);
}

static void it_stands_in_command_and_secrets_only(void)
{
    static const struct {
        const char *type;
        const char *payload;
        const char *why;
    } refused[] = {
        {"shell.exec", "{\"command\":\"x\",\"title\":\"of {{token}}\"}",
         "payloadTemplate must have {{token}}, which is a secret, in command or secrets only"},
        {"shell.exec", "{\"command\":\"x\",\"environment\":{\"A\":\"{{token}}\"}}",
         "payloadTemplate must have {{token}}, which is a secret, in command or secrets only"},
        {"other.work", "{\"command\":\"{{token}}\"}",
         "payloadTemplate must have {{token}}, which is a secret, in command or secrets only"},
        {"shell.exec", "{\"command\":\"x\",\"secrets\":{\"A\":\"none\"}}",
         "payload.secrets.A must name a secret that can be given: The workspace has no secret named "
         "none."},
    };

    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        struct scenario *s = given_role(MEMBER_ADMIN);
        when_created(s, refused[i].type, refused[i].payload);
        THEN_REFUSED(s, INVALID, refused[i].why);
    }
}

static void what_a_parameter_offers_is_there(void)
{
    struct scenario *s = given_role(MEMBER_ADMIN);

    token.fallback.text = text_lit("\"none\"");
    when_created(s, "shell.exec", "{\"command\":\"{{token}}\"}");
    THEN_REFUSED(
        s, INVALID,
        "parameters.0.default must name a secret that can be given: The workspace has no secret "
        "named none.");
}

static const struct test tests[] = {
    TEST(in_a_command_it_is_a_variable_that_the_tasks_secrets_have),
    TEST(in_the_payloads_secrets_it_is_the_name),
    TEST(a_name_that_is_none_is_refused_when_it_is_run),
    TEST(members_leave_it_at_the_default_or_choose_what_is_offered),
    TEST(it_stands_in_command_and_secrets_only),
    TEST(what_a_parameter_offers_is_there),
};

const struct suite test_secret_templates_suite = SUITE("commands/secret/secret_templates", tests);
