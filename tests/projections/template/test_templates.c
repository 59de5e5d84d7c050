/*
 * The templates of tasks as the API shows them, and what the audit trail says of them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/template_events.h"
#include "tests/support/expect.h"
#include "tests/support/projected.h"

static struct projected *p;

static const struct template_parameter unit = {
    .name = TEXT_OF("unit"),
    .type = {PARAMETER_TEXT},
    .required = {1},
};

static struct template_definition make_definition(void)
{
    return (struct template_definition){
        .template_id = make_id(10),
        .workspace_id = make_id(2),
        .name = text_lit("Restart"),
        .task_type = text_lit("shell.exec"),
        .payload = {text_lit("{\"command\":\"restart {{unit}}\"}")},
        .version = 1,
    };
}

static void set_up(void)
{
    const struct template_created created = {make_definition()};

    p = make_projected();
    p->ledger->actor = (struct actor){.kind = ACTOR_USER, .id = make_id(1)};
    given_event(p->ledger, &template_created_event, make_id(10), make_id(2), &created);
}

static void tear_down(void)
{
    end_projected(p);
}

static void given_changed(void)
{
    struct template_changed changed = {make_definition()};

    changed.definition.name = text_lit("Restart a unit");
    changed.definition.parameters = (struct list){&unit, 1};
    changed.definition.is_runnable_by_members = OPT_TRUE;
    changed.definition.archived_at = p->ledger->now;
    changed.definition.version = 2;
    p->ledger->actor.id = make_id(3);
    given_event(p->ledger, &template_changed_event, make_id(10), make_id(2), &changed);
}

#define SHOWN                                                                                      \
    "(select name, task_type, payload_template, parameters, runnable_by_members, version,"         \
    " archived_at is not null as archived, is_archived, created_by_user_id = updated_by_user_id"   \
    " as by_one, revision from templates)"

static void a_template_is_shown_as_it_was_created(void)
{
    given_applied(p);
    expect_text(
        row_of(p, SHOWN),
        "{\"name\":\"Restart\",\"task_type\":\"shell.exec\","
        "\"payload_template\":{\"command\": \"restart {{unit}}\"},\"parameters\":null,"
        "\"runnable_by_members\":null,\"version\":null,\"archived\":false,\"is_archived\":false,"
        "\"by_one\":true,\"revision\":1}");
}

static void a_change_is_another_version_of_all_of_it(void)
{
    given_changed();
    given_applied(p);
    expect_text(
        row_of(p, SHOWN),
        "{\"name\":\"Restart a unit\",\"task_type\":\"shell.exec\","
        "\"payload_template\":{\"command\": \"restart {{unit}}\"},\"parameters\":"
        "[{\"name\": \"unit\", \"type\": \"text\", \"required\": true}],"
        "\"runnable_by_members\":true,\"version\":2,\"archived\":true,\"is_archived\":true,"
        "\"by_one\":false,\"revision\":2}");
}

static void a_template_that_was_deleted_has_no_row(void)
{
    const struct template_deleted deleted = {make_id(10), make_id(2), OPT_FALSE};

    given_event(p->ledger, &template_deleted_event, make_id(10), make_id(2), &deleted);
    given_applied(p);
    expect_text(value_of(p, "select count(*) from set_test.templates"), "0");
}

static void the_audit_trail_names_it_and_what_was_changed(void)
{
    const struct template_deleted deleted = {make_id(10), make_id(2), OPT_FALSE};

    given_changed();
    given_event(p->ledger, &template_deleted_event, make_id(10), make_id(2), &deleted);
    given_applied(p);
    expect_text(
        value_of(
            p, "select string_agg(concat_ws(' ', action, target_type, target_label), ', ' order by"
               " id) from set_test.audit_logs"),
        "task-template.created task-template Restart, "
        "task-template.updated task-template Restart a unit, "
        "task-template.deleted task-template Restart a unit");
    expect_text(
        value_of(
            p, "select concat_ws(' ', count(*), count(target_id), min(metadata->>'taskType'))"
               " from set_test.audit_logs"),
        "3 3 shell.exec");
    expect_text(
        value_of(
            p, "select concat_ws(' ', changes->'before'->>'name', changes->'after'->>'name',"
               " changes->'before'->>'archivedAt' is null, changes->'after'->>'archivedAt' is null)"
               " from set_test.audit_logs where action = 'task-template.updated'"),
        "Restart Restart a unit t f");
}

static void what_goes_with_its_workspace_has_no_entry_of_its_own(void)
{
    const struct template_deleted deleted = {make_id(10), make_id(2), OPT_TRUE};

    given_event(p->ledger, &template_deleted_event, make_id(10), make_id(2), &deleted);
    given_applied(p);
    expect_text(value_of(p, "select count(*) from set_test.audit_logs"), "1");
}

static const struct test tests[] = {
    TEST(a_template_is_shown_as_it_was_created),
    TEST(a_change_is_another_version_of_all_of_it),
    TEST(a_template_that_was_deleted_has_no_row),
    TEST(the_audit_trail_names_it_and_what_was_changed),
    TEST(what_goes_with_its_workspace_has_no_entry_of_its_own),
};

const struct suite test_templates_suite =
    SUITE_WITH("projections/template/templates", tests, .set_up = set_up, .tear_down = tear_down);
