/*
 * Creating templates of tasks, and what must hold of each.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/template/template_commands.h"
#include "tests/support/fleet.h"
#include "tests/support/templates.h"

#include <stdio.h>

static struct scenario *given_w1(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_workspace(s);
    return s;
}

static void a_template_begins_with_version_1(void)
{
    struct scenario *s = given_w1();
    struct template_definition wanted;

    WHEN(
        s, create_template, .workspace_id = W1, .name = text_lit("Restart"),
        .task_type = text_lit("shell.exec"), .runnable_by_members = OPT_FALSE,
        .payload_template = {text_lit("{\"command\":\"systemctl restart {{unit}}\"}")},
        .parameters = {&unit_parameter, 1});
    wanted = make_template(scenario_made(s, 0));
    THEN_EMITTED(s, HAPPENED(template_created, .definition = wanted));
}

static void a_template_without_payload_has_an_empty_one(void)
{
    struct scenario *s = given_w1();

    WHEN(
        s, create_template, .workspace_id = W1, .name = text_lit("List"),
        .task_type = text_lit("packageList"), .description = text_lit(""),
        .runnable_by_members = OPT_TRUE);
    THEN_EMITTED(
        s, HAPPENED(
               template_created, .definition = {
                                     .template_id = scenario_made(s, 0),
                                     .workspace_id = W1,
                                     .name = text_lit("List"),
                                     .task_type = text_lit("packageList"),
                                     .payload = {text_lit("{}")},
                                     .is_runnable_by_members = OPT_TRUE,
                                     .version = 1}));
}

static void an_archived_workspace_gets_none(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_archived_workspace(s);
    WHEN(
        s, create_template, .workspace_id = W2, .name = text_lit("List"),
        .task_type = text_lit("packageList"));
    THEN_REFUSED(
        s, CONFLICT,
        "Archived workspaces are read-only. Restore the workspace before making changes.");
}

static void a_workspace_has_at_most_200(void)
{
    struct scenario *s = given_w1();

    for (int i = 0; i < 200; i++) {
        char name[16];
        struct template_definition template;
        snprintf(name, sizeof(name), "template %d", i);
        template = make_template(id_named(name));
        given_template(s, &template);
    }
    WHEN(
        s, create_template, .workspace_id = W1, .name = text_lit("One more"),
        .task_type = text_lit("packageList"));
    THEN_REFUSED(s, CONFLICT, "A workspace can have at most 200 task templates.");
}

/* With one parameter, as it is given, and this payload. */
static void
when_created(struct scenario *s, const struct template_parameter *parameter, const char *payload)
{
    WHEN(
        s, create_template, .workspace_id = W1, .name = text_lit("Made"),
        .task_type = text_lit("shell.exec"), .runnable_by_members = OPT_FALSE,
        .payload_template = {text_from(payload)}, .parameters = {parameter, 1});
}

static void expect_invalid(const struct scenario *s, const char *field, const char *text)
{
    const struct error *error;

    expect(scenario_status(s, &error) == STATUS_INVALID);
    expect_text(text_from(error->field), field);
    expect_text(text_from(error->text), text);
}

static void parameters_that_make_no_sense_are_refused_by_name(void)
{
    static const struct text colours[] = {TEXT_OF("red"), TEXT_OF("blue")};
    static const struct text blank[] = {TEXT_OF("")};
    static const struct {
        struct template_parameter parameter;
        const char *field;
        const char *text;
    } cases[] = {
        {{.name = TEXT_OF("c"), .type = {PARAMETER_CHOICE}, .required = {1}},
         "parameters.0.choices",
         "parameters.0.choices must name at least one"},
        {{.name = TEXT_OF("c"), .type = {PARAMETER_CHOICE}, .required = {1}, .choices = {blank, 1}},
         "parameters.0.choices",
         "parameters.0.choices must be of 1 to 200 characters each"},
        {{.name = TEXT_OF("c"), .type = {PARAMETER_TEXT}, .choices = {colours, 2}},
         "parameters.0.choices",
         "parameters.0.choices is for parameters of type choice or secret"},
        {{.name = TEXT_OF("c"),
          .type = {PARAMETER_NUMBER},
          .required = {1},
          .pattern = TEXT_OF("a")},
         "parameters.0.pattern",
         "parameters.0.pattern is for parameters of type text"},
        {{.name = TEXT_OF("c"), .type = {PARAMETER_TEXT}, .pattern = TEXT_OF("(a")},
         "parameters.0.pattern",
         "parameters.0.pattern is no regular expression (character 2: U_REGEX_MISMATCHED_PAREN)"},
        {{.name = TEXT_OF("c"),
          .type = {PARAMETER_TEXT},
          .pattern = TEXT_OF("a+"),
          .fallback = {TEXT_OF("\"b\"")}},
         "parameters.0.default",
         "parameters.0.default must match a+"},
        {{.name = TEXT_OF("c"), .type = {PARAMETER_TEXT}, .fallback = {TEXT_OF("7")}},
         "parameters.0.default",
         "parameters.0.default must be a string"},
        {{.name = TEXT_OF("c"), .type = {PARAMETER_NUMBER}, .fallback = {TEXT_OF("\"7\"")}},
         "parameters.0.default",
         "parameters.0.default must be a number"},
        {{.name = TEXT_OF("c"),
          .type = {PARAMETER_CHOICE},
          .choices = {colours, 2},
          .fallback = {TEXT_OF("\"green\"")}},
         "parameters.0.default",
         "parameters.0.default must be one of the choices of the template"},
        {{.name = TEXT_OF("c"), .type = {PARAMETER_NUMBER}},
         "parameters.0.default",
         "parameters.0.default must be given where the parameter is not required"},
    };
    struct scenario *s = given_w1();

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        when_created(s, &cases[i].parameter, "{}");
        expect_invalid(s, cases[i].field, cases[i].text);
    }
}

static void two_parameters_of_one_name_are_refused(void)
{
    const struct template_parameter twice[] = {unit_parameter, unit_parameter};
    struct scenario *s = given_w1();

    WHEN(
        s, create_template, .workspace_id = W1, .name = text_lit("Made"),
        .task_type = text_lit("shell.exec"), .parameters = {twice, 2});
    expect_invalid(s, "parameters.1.name", "parameters.1.name must be another one's name");
}

static void parameters_of_more_than_32_kib_are_refused(void)
{
    static char text[40000];
    struct template_parameter large = unit_parameter;
    struct scenario *s = given_w1();

    for (size_t i = 0; i < sizeof(text); i++)
        text[i] = 'x';
    large.label = (struct text){text, 32 << 10};
    when_created(s, &large, "{}");
    expect_invalid(s, "parameters", "parameters must not be larger than 32 KiB");
}

static void a_placeholder_of_no_parameter_is_refused(void)
{
    struct scenario *s = given_w1();

    when_created(s, &unit_parameter, "{\"command\":\"echo {{unit}}\",\"note\":[\"{{unti}}\"]}");
    expect_invalid(s, "payloadTemplate", "payloadTemplate names {{unti}}, which is no parameter");
}

static void braces_that_name_nothing_are_nobodys_business(void)
{
    struct scenario *s = given_w1();
    const struct error *error;

    when_created(
        s, &unit_parameter, "{\"command\":\"docker ps --format {{.Names}} {{ }} {{unit}}\"}");
    expect(scenario_status(s, &error) == STATUS_OK);
    WHEN(
        s, create_template, .workspace_id = W1, .name = text_lit("Plain"),
        .task_type = text_lit("shell.exec"),
        .payload_template = {text_lit("{\"command\":\"echo '{{unit}}'\"}")});
    expect(scenario_status(s, &error) == STATUS_OK);
}

static void a_placeholder_within_quotation_marks_of_a_command_is_refused(void)
{
    static const char *const refused[] = {
        "{\"command\":\"echo '{{unit}}'\"}",
        "{\"command\":\"echo \\\"hello {{unit}}\\\"\"}",
        "{\"command\":\"echo \\\"it's {{unit}}\\\"\"}",
        "{\"command\":\"echo '\\\"' \\\"{{unit}}\\\"\"}",
        "{\"command\":\"echo \\\\{{unit}}\"}",
        "{\"command\":\"echo {{unit}} '{{unit}}'\"}",
    };
    static const char *const taken[] = {
        "{\"command\":\"echo 'hello' {{unit}}\"}",
        "{\"command\":\"echo \\\"hello\\\"{{unit}}\\\"\\\"\"}",
        "{\"command\":\"echo it\\\\'s {{unit}}\"}",
        "{\"command\":\"echo '\\\\' {{unit}}\"}",
        "{\"note\":\"'{{unit}}'\"}",
    };
    struct scenario *s = given_w1();
    const struct error *error;

    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        when_created(s, &unit_parameter, refused[i]);
        expect_invalid(
            s, "payloadTemplate.command",
            "payloadTemplate.command must have {{unit}} outside quotation marks: its value is "
            "quoted");
    }
    for (size_t i = 0; i < COUNT_OF(taken); i++) {
        when_created(s, &unit_parameter, taken[i]);
        expect(scenario_status(s, &error) == STATUS_OK);
    }
}

static const struct test tests[] = {
    TEST(a_template_begins_with_version_1),
    TEST(a_template_without_payload_has_an_empty_one),
    TEST(an_archived_workspace_gets_none),
    TEST(a_workspace_has_at_most_200),
    TEST(parameters_that_make_no_sense_are_refused_by_name),
    TEST(two_parameters_of_one_name_are_refused),
    TEST(parameters_of_more_than_32_kib_are_refused),
    TEST(a_placeholder_of_no_parameter_is_refused),
    TEST(braces_that_name_nothing_are_nobodys_business),
    TEST(a_placeholder_within_quotation_marks_of_a_command_is_refused),
};

const struct suite test_create_template_suite = SUITE("commands/template/create_template", tests);
