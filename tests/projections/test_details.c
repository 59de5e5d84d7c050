/*
 * Values by reference, and the objects made of them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/task_events.h"
#include "eventlog/events/workspace_events.h"
#include "migrations/workspace/teams.h"
#include "projections/details.h"
#include "tests/support/expect.h"
#include "tests/support/ledger.h"

static struct arena *arena;
static struct team_changed event;
static struct record record;
static struct team_row row;
static struct value_context context;

static void set_up(void)
{
    arena = arena_new(1 << 20);
    event = (struct team_changed){.team_id = make_id(5), .workspace_id = make_id(2)};
    row = (struct team_row){.name = text_lit("Core"), .description = text_lit("Owners")};
    record = (struct record){.type = &team_changed_event, .event = &event};
    context = (struct value_context){
        .arena = arena, .record = &record, .row_shape = &team_row_shape, .row = &row};
}

static void tear_down(void)
{
    arena_free(arena);
}

static const struct detail name_detail[] = {
    {.name = "team_name", .from = OF_EVENT(team_changed, name), .or_from = OF_ROW(team_row, name)},
    {0},
};

static void the_value_of_the_event_stands_before_that_of_the_row(void)
{
    event.name = text_lit("Site");
    expect_text(details_json(&context, name_detail).text, "{\"teamName\":\"Site\"}");
}

static void what_the_event_leaves_open_comes_from_the_row(void)
{
    expect_text(details_json(&context, name_detail).text, "{\"teamName\":\"Core\"}");
}

static void what_nobody_knows_is_null(void)
{
    context.row = NULL;
    expect_text(details_json(&context, name_detail).text, "{\"teamName\":null}");
}

static void what_may_be_left_out_is_left_out_when_absent(void)
{
    static const struct detail details[] = {
        {.name = "workspace_id", .from = OF_ENTRY(workspace), .is_omitted_when_absent = true},
        {.name = "kind", .from = FIXED("team")},
        {0},
    };

    expect_text(details_json(&context, details).text, "{\"kind\":\"team\"}");
}

static void an_empty_text_can_mean_none(void)
{
    static const struct detail details[] = {
        {.name = "description",
         .from = OF_EVENT(team_changed, description),
         .or_from = OF_ROW(team_row, description),
         .is_null_when_empty = true},
        {0},
    };

    event.description = text_lit("");
    expect_text(details_json(&context, details).text, "{\"description\":null}");
}

static void a_list_can_be_counted(void)
{
    static const struct detail details[] = {
        {.name = "task_count", .from = COUNT_IN(task_team_run_created, task_ids)},
        {0},
    };
    const struct uuid ids[] = {make_id(1), make_id(2)};
    const struct task_team_run_created run = {.task_ids = {ids, COUNT_OF(ids)}};

    record = (struct record){.type = &task_team_run_created_event, .event = &run};
    expect_text(details_json(&context, details).text, "{\"taskCount\":2}");
}

static void without_details_there_is_no_object(void)
{
    expect(!text_is_present(details_json(&context, NULL).text));
}

static void an_id_is_a_text_too(void)
{
    const struct value_ref team = OF_EVENT(team_changed, team_id);
    char id[UUID_TEXT_SIZE];

    uuid_print(make_id(5), id);
    expect_text(value_text(&context, &team), id);
    event.team_id = UUID_NONE;
    expect(!text_is_present(value_text(&context, &team)));
}

static void a_value_of_another_event_or_row_does_not_fit(void)
{
    const struct value_ref of_event = OF_EVENT(team_changed, name);
    const struct value_ref of_row = OF_ROW(team_row, name);

    expect(value_ref_fits(&of_event, &team_changed_event, NULL));
    expect(!value_ref_fits(&of_event, &team_created_event, NULL));
    expect(value_ref_fits(&of_row, &team_changed_event, &team_row_shape));
    expect(!value_ref_fits(&of_row, &team_changed_event, NULL));
    expect(!details_fit(name_detail, &team_changed_event, NULL));
}

static const struct test tests[] = {
    TEST(the_value_of_the_event_stands_before_that_of_the_row),
    TEST(what_the_event_leaves_open_comes_from_the_row),
    TEST(what_nobody_knows_is_null),
    TEST(what_may_be_left_out_is_left_out_when_absent),
    TEST(an_empty_text_can_mean_none),
    TEST(a_list_can_be_counted),
    TEST(without_details_there_is_no_object),
    TEST(an_id_is_a_text_too),
    TEST(a_value_of_another_event_or_row_does_not_fit),
};

const struct suite test_details_suite =
    SUITE_WITH("projections/details", tests, .set_up = set_up, .tear_down = tear_down);
