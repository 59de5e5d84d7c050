/*
 * What searches look through follows what it is about.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/identity_events.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/privacy_events.h"
#include "eventlog/events/rolling_events.h"
#include "eventlog/events/schedule_events.h"
#include "eventlog/events/task_events.h"
#include "eventlog/events/template_events.h"
#include "eventlog/events/workspace_events.h"
#include "projections/search_texts.h"
#include "tests/support/expect.h"
#include "tests/support/projected.h"

static struct projected *p;

static void set_up(void)
{
    p = make_projected();
}

static void tear_down(void)
{
    end_projected(p);
}

/* All texts of a kind, a line end shown as a slash. */
static struct text texts_of(const char *kind)
{
    given_applied(p);
    return value_of(
        p, text_format(
               p->arena,
               "select coalesce(string_agg(replace(text, E'\\n', '/'), ', ' order by text), '')\n"
               "from search_texts where kind = '%s'",
               kind)
               .data);
}

static void given_task(unsigned n, const char *payload)
{
    const struct task_created created = {
        .task_id = make_id(n),
        .workspace_id = make_id(2),
        .node_id = make_id(10),
        .type = text_lit("shell.exec"),
        .payload = {text_from(payload)},
        .is_internal = OPT_FALSE,
        .template_version = INT64_ABSENT,
    };

    given_event(p->ledger, &task_created_event, make_id(n), make_id(2), &created);
}

static void a_node_is_found_by_its_names_until_it_is_removed(void)
{
    given_web(p, "Büro-Server");
    expect_text(texts_of("node"), "büro-server/web-1");
    given_event(
        p->ledger, &node_removed_event, make_id(10), make_id(2),
        &(struct node_removed){make_id(10)});
    expect_text(texts_of("node"), "");
}

static void a_task_is_found_by_its_type_and_what_its_payload_calls_it(void)
{
    given_web(p, "web-1");
    given_task(
        30,
        "{\"command\":\"Restart A\",\"label\":\"L\",\"name\":\"N\",\"title\":\"T\",\"x\":\"y\"}");
    expect_text(texts_of("task"), "shell.exec/t/n/l/restart a");
    given_task(31, "{\"command\":{\"deep\":\"no\"},\"title\":7}");
    expect_text(texts_of("task"), "shell.exec, shell.exec/t/n/l/restart a");
    expect_text(
        value_of(
            p, "select string_agg(text, ', ' order by tasks.id) from tasks\n"
               "join search_texts on search_texts.id = tasks.text_id\n"
               "where tasks.workspace_id = search_texts.workspace_id and tasks.payload ? 'label'"),
        "shell.exec\nt\nn\nl\nrestart a");
}

static void what_many_tasks_say_stands_there_once(void)
{
    given_web(p, "web-1");
    for (unsigned i = 0; i < 5; i++)
        given_task(30 + i, "{\"command\":\"uptime\"}");
    expect_text(texts_of("task"), "shell.exec/uptime");
    given_task(40, "{\"command\":\"UPTIME\"}");
    expect_text(texts_of("task"), "shell.exec/uptime");
    expect_text(value_of(p, "select count(distinct text_id) from tasks"), "1");
    expect_text(texts_of("event"), "task.queued/task shell.exec queued for node web-1");
    expect_text(
        value_of(
            p, "select count(*) from events e join search_texts t on t.id = e.text_id"
               " and t.workspace_id = e.workspace_id"),
        "6");
}

static void of_a_long_command_its_beginning_is_found(void)
{
    AUTO_BUF payload = {0};

    buf_init(&payload, 1 << 16);
    buf_add_c(&payload, "{\"command\":\"first ");
    for (int i = 0; i < 4000; i++)
        buf_add_c(&payload, "\xc3\x84"); /* Ä */
    buf_add_c(&payload, " last\"}");
    given_web(p, "web-1");
    given_task(30, payload.data);
    given_applied(p);
    expect_text(
        value_of(
            p, "select text like E'shell.exec\\nfirst ää%' and octet_length(text) <= 1100\n"
               "    and text not like '%last%'\n"
               "from search_texts where kind = 'task'"),
        "t");
}

static void a_node_is_found_by_its_labels_as_they_are_now(void)
{
    const struct node_labels_changed changed = {
        .node_id = make_id(10), .changes = {text_lit("{\"env\":\"Prod\",\"rack\":\"\"}")}};
    const struct node_labels_reported reported = {
        .node_id = make_id(10), .changes = {text_lit("{\"agent/os\":\"linux\"}")}};
    const struct node_labels_changed taken = {
        .node_id = make_id(10), .changes = {text_lit("{\"env\":null,\"rack\":\"7\"}")}};

    given_web(p, "Web");
    given_event(p->ledger, &node_labels_changed_event, make_id(10), make_id(2), &changed);
    given_event(p->ledger, &node_labels_reported_event, make_id(10), make_id(2), &reported);
    expect_text(texts_of("node"), "web/web-1/agent/os=linux/env=prod/rack=");
    given_event(p->ledger, &node_labels_changed_event, make_id(10), make_id(2), &taken);
    expect_text(texts_of("node"), "web/web-1/agent/os=linux/rack=7");
}

static void a_rolling_run_is_found_by_its_name_and_its_work(void)
{
    const struct rolling_run_created created = {
        .run_id = make_id(30),
        .workspace_id = make_id(2),
        .owner_user_id = make_id(1),
        .name = text_lit("Kernel of July"),
        .type = text_lit("shell.exec"),
        .payload = {text_lit("{}")}};

    given_event(p->ledger, &rolling_run_created_event, make_id(30), make_id(2), &created);
    expect_text(texts_of("run"), "kernel of july/shell.exec");
}

static void a_team_is_found_by_what_it_is_called_now(void)
{
    const struct team_created created = {
        make_id(20), make_id(2), text_lit("Blue"), text_lit("By day")};
    const struct team_changed renamed = {
        .team_id = make_id(20), .workspace_id = make_id(2), .name = text_lit("Green")};
    const struct team_changed cleared = {
        .team_id = make_id(20), .workspace_id = make_id(2), .description = text_lit("")};

    given_event(p->ledger, &team_created_event, make_id(20), make_id(2), &created);
    expect_text(texts_of("team"), "blue/by day");
    given_event(p->ledger, &team_changed_event, make_id(20), make_id(2), &renamed);
    expect_text(texts_of("team"), "green/by day");
    given_event(p->ledger, &team_changed_event, make_id(20), make_id(2), &cleared);
    expect_text(texts_of("team"), "green");
    given_event(
        p->ledger, &team_deleted_event, make_id(20), make_id(2),
        &(struct team_deleted){.team_id = make_id(20), .workspace_id = make_id(2)});
    expect_text(texts_of("team"), "");
}

static void a_person_is_found_by_name_and_address_until_forgotten(void)
{
    const struct user_updated renamed = {
        .user_id = make_id(1), .name = {.text = text_lit("Ada Lovelace")}};
    const struct person_erased erased = {.subject_id = make_id(1)};

    given_ada_registered(p);
    expect_text(texts_of("person"), "ada/ada@example.com");
    given_event(p->ledger, &user_updated_event, make_id(1), UUID_NONE, &renamed);
    expect_text(texts_of("person"), "ada lovelace/ada@example.com");
    expect_text(value_of(p, "select count(*) from search_texts where workspace_id is null"), "1");
    given_event(p->ledger, &person_erased_event, make_id(1), UUID_NONE, &erased);
    expect_text(texts_of("person"), "");
}

static const struct test tests[] = {
    TEST(a_node_is_found_by_its_names_until_it_is_removed),
    TEST(a_task_is_found_by_its_type_and_what_its_payload_calls_it),
    TEST(what_many_tasks_say_stands_there_once),
    TEST(of_a_long_command_its_beginning_is_found),
    TEST(a_node_is_found_by_its_labels_as_they_are_now),
    TEST(a_rolling_run_is_found_by_its_name_and_its_work),
    TEST(a_team_is_found_by_what_it_is_called_now),
    TEST(a_person_is_found_by_name_and_address_until_forgotten),
};

const struct suite test_search_texts_suite = SUITE_WITH(
    "projections/platform/search_texts", tests, .set_up = set_up, .tear_down = tear_down);
