/*
 * How a node's events are delivered.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node_commands.h"
#include "core/shape/shape_json.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/workspace_events.h"
#include "tests/support/fleet.h"

static const struct enum_value info_and_critical[] = {{SEVERITY_INFO}, {SEVERITY_CRITICAL}};
static const struct enum_value all[] = {{SEVERITY_INFO}, {SEVERITY_WARNING}, {SEVERITY_CRITICAL}};

/* The order as a body brings it. */
static void when_asked(struct scenario *s, struct arena *arena, const char *body)
{
    const struct shape *shape = change_notifications_command.input;
    struct change_notifications order;
    struct error error;

    shape_clear(shape, &order);
    expect_ok(shape_json_read(shape, text_from(body), arena, &order, &error), &error);
    order.id = N1;
    scenario_when(s, &change_notifications_command, &order);
}

static void only_what_is_named_changes_and_levels_are_put_in_order(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    AUTO_ARENA arena = arena_new(1 << 20);

    given_node(s);
    when_asked(
        s, arena,
        "{\"notificationEmailEnabled\":false,\"notificationEmailLevels\":[\"critical\",\"info\"]}");
    THEN_EMITTED(
        s, HAPPENED(
               node_notifications_changed, .node_id = N1, .email_enabled = OPT_FALSE,
               .email_levels = {info_and_critical, 2}));
}

static void no_levels_are_none_and_null_is_all(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    AUTO_ARENA arena = arena_new(1 << 20);

    given_node(s);
    when_asked(s, arena, "{\"notificationEmailLevels\":[],\"notificationTelegramLevels\":null}");
    THEN_EMITTED(
        s, HAPPENED(
               node_notifications_changed, .node_id = N1, .email_levels = {all, 0},
               .telegram_levels = {all, 3}));
}

static void nothing_named_changes_nothing(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    AUTO_ARENA arena = arena_new(1 << 20);

    given_node(s);
    when_asked(s, arena, "{}");
    THEN_NOTHING(s);
}

static void nothing_is_changed_of_a_node_elsewhere(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    WHEN(
        s, change_notifications, .workspace_id = W2, .id = {{0x11, [6] = 0x40, [8] = 0x80}},
        .notification_email_enabled = OPT_FALSE);
    THEN_REFUSED(s, NOT_FOUND, "Node 11000000-0000-4000-8000-000000000000 was not found");
}

static const struct test tests[] = {
    TEST(only_what_is_named_changes_and_levels_are_put_in_order),
    TEST(no_levels_are_none_and_null_is_all),
    TEST(nothing_named_changes_nothing),
    TEST(nothing_is_changed_of_a_node_elsewhere),
};

const struct suite test_change_notifications_suite =
    SUITE("commands/node/change_notifications", tests);
