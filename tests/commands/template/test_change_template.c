/*
 * Changing and deleting templates of tasks.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/template/template_commands.h"
#include "tests/support/fleet.h"
#include "tests/support/templates.h"

/* Bits of what was given, by the order of the fields. */
enum {
    GIVEN_NAME = 1 << 2,
    GIVEN_DESCRIPTION = 1 << 3,
    GIVEN_TYPE = 1 << 4,
    GIVEN_PAYLOAD = 1 << 5,
    GIVEN_PARAMETERS = 1 << 6,
    GIVEN_RUNNABLE = 1 << 7,
    GIVEN_ARCHIVED = 1 << 8
};

static struct scenario *given_p1(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct template_definition template;

    given_workspace(s);
    template = make_template(P1);
    template.description = text_lit("of a unit");
    given_template(s, &template);
    return s;
}

static struct template_definition as_it_was(int64_t version)
{
    struct template_definition template = make_template(P1);

    template.description = text_lit("of a unit");
    template.version = version;
    return template;
}

#define WHEN_CHANGED(s, ...)                                                                       \
    WHEN(s, change_template, .workspace_id = W1, .template_id = P1, __VA_ARGS__)

static void what_is_not_given_stays_and_the_version_counts_on(void)
{
    struct scenario *s = given_p1();
    struct template_definition wanted = as_it_was(2);

    WHEN_CHANGED(s, .name = text_lit("Restart a unit"), .given = GIVEN_NAME);
    wanted.name = text_lit("Restart a unit");
    THEN_EMITTED(s, HAPPENED(template_changed, .definition = wanted));
    WHEN_CHANGED(s, .runnable_by_members = OPT_TRUE, .given = GIVEN_RUNNABLE);
    wanted.is_runnable_by_members = OPT_TRUE;
    wanted.version = 3;
    THEN_EMITTED(s, HAPPENED(template_changed, .definition = wanted));
    WHEN_CHANGED(s, .runnable_by_members = OPT_FALSE, .given = GIVEN_RUNNABLE);
    wanted.is_runnable_by_members = (struct opt_bool){0};
    wanted.version = 4;
    THEN_EMITTED(s, HAPPENED(template_changed, .definition = wanted));
}

static void what_is_as_before_is_no_other_version(void)
{
    struct scenario *s = given_p1();

    WHEN_CHANGED(s, .name = text_lit("Restart"), .given = GIVEN_NAME);
    THEN_NOTHING(s);
    WHEN_CHANGED(s, .given = 0);
    THEN_NOTHING(s);
}

static void it_is_taken_out_of_use_and_back(void)
{
    struct scenario *s = given_p1();
    struct template_definition wanted = as_it_was(2);

    wanted.archived_at = at("2026-03-22T12:00:00Z");
    WHEN_CHANGED(s, .archived_at = at("2026-03-22T12:00:00Z"), .given = GIVEN_ARCHIVED);
    THEN_EMITTED(s, HAPPENED(template_changed, .definition = wanted));
    WHEN_CHANGED(s, .given = GIVEN_ARCHIVED);
    wanted = as_it_was(3);
    THEN_EMITTED(s, HAPPENED(template_changed, .definition = wanted));
}

static void a_description_and_parameters_can_be_cleared(void)
{
    struct scenario *s = given_p1();
    struct template_definition wanted = as_it_was(2);

    WHEN_CHANGED(
        s, .given = GIVEN_DESCRIPTION | GIVEN_PARAMETERS | GIVEN_PAYLOAD,
        .payload_template = {text_lit("{}")});
    wanted.description = (struct text){0};
    wanted.parameters = (struct list){0};
    wanted.payload.text = text_lit("{}");
    THEN_EMITTED(s, HAPPENED(template_changed, .definition = wanted));
}

static void what_it_cannot_be_without_is_never_null(void)
{
    static const struct {
        int64_t given;
        const char *field;
        const char *text;
    } cases[] = {
        {GIVEN_NAME, "name", "name must not be null"},
        {GIVEN_TYPE, "taskType", "taskType must not be null"},
        {GIVEN_PAYLOAD, "payloadTemplate", "payloadTemplate must not be null"},
        {GIVEN_RUNNABLE, "runnableByMembers", "runnableByMembers must not be null"},
    };
    struct scenario *s = given_p1();

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct error *error;
        WHEN_CHANGED(s, .given = cases[i].given);
        THEN_REFUSED(s, INVALID, cases[i].text);
        scenario_status(s, &error);
        expect_text(text_from(error->field), cases[i].field);
    }
}

static void a_change_must_leave_a_template_that_makes_sense(void)
{
    struct scenario *s = given_p1();

    WHEN_CHANGED(
        s, .payload_template = {text_lit("{\"command\":\"stop {{name}}\"}")},
        .given = GIVEN_PAYLOAD);
    THEN_REFUSED(s, INVALID, "payloadTemplate names {{name}}, which is no parameter");
}

static void a_template_of_another_workspace_is_not_found(void)
{
    struct scenario *s = given_p1();

    given_workspace_called(s, W2, "other");
    WHEN(
        s, change_template, .workspace_id = W2, .template_id = P1, .name = text_lit("Stolen"),
        .given = GIVEN_NAME);
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Task template %s was not found", P1));
    WHEN(s, delete_template, .workspace_id = W2, .template_id = P1);
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Task template %s was not found", P1));
}

static void a_template_that_was_deleted_is_gone(void)
{
    struct scenario *s = given_p1();

    WHEN(s, delete_template, .workspace_id = W1, .template_id = P1);
    THEN_EMITTED(
        s,
        HAPPENED(
            template_deleted, .template_id = P1, .workspace_id = W1, .is_consequence = OPT_FALSE));
    WHEN(s, delete_template, .workspace_id = W1, .template_id = P1);
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Task template %s was not found", P1));
    WHEN_CHANGED(s, .name = text_lit("Back"), .given = GIVEN_NAME);
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Task template %s was not found", P1));
}

static void in_an_archived_workspace_nothing_changes(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_archived_workspace(s);
    WHEN(s, change_template, .workspace_id = W2, .template_id = P1, .given = GIVEN_NAME);
    THEN_REFUSED(
        s, CONFLICT,
        "Archived workspaces are read-only. Restore the workspace before making changes.");
    WHEN(s, delete_template, .workspace_id = W2, .template_id = P1);
    THEN_REFUSED(
        s, CONFLICT,
        "Archived workspaces are read-only. Restore the workspace before making changes.");
}

static const struct test tests[] = {
    TEST(what_is_not_given_stays_and_the_version_counts_on),
    TEST(what_is_as_before_is_no_other_version),
    TEST(it_is_taken_out_of_use_and_back),
    TEST(a_description_and_parameters_can_be_cleared),
    TEST(what_it_cannot_be_without_is_never_null),
    TEST(a_change_must_leave_a_template_that_makes_sense),
    TEST(a_template_of_another_workspace_is_not_found),
    TEST(a_template_that_was_deleted_is_gone),
    TEST(in_an_archived_workspace_nothing_changes),
};

const struct suite test_change_template_suite = SUITE("commands/template/change_template", tests);
