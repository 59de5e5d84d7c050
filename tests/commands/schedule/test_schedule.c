/*
 * What befalls schedules because of others: their node, team, workspace, owner.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity_commands.h"
#include "commands/node/node_commands.h"
#include "commands/schedule/schedule.h"
#include "commands/workspace/workspace_commands.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/workspace_events.h"
#include "tests/support/fleet.h"
#include "tests/support/people.h"
#include "tests/support/schedules.h"

#define M1 id_named("membership 1")
#define M2 id_named("membership 2")

static enum status status_of(const struct scenario *s)
{
    const struct error *error;

    return scenario_status(s, &error);
}

static struct scenario *given_one(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:03:00Z");

    given_node(s);
    given_schedule_due(s, S1, "2026-03-22T12:10:00Z");
    return s;
}

static struct happened deleted(enum schedule_deletion reason)
{
    static struct schedule_deleted event;

    event = (struct schedule_deleted){
        .schedule_id = S1, .reason = {(int64_t)reason}, .name = text_lit("Nightly"), .node_id = N1};
    return (struct happened){&schedule_deleted_event, &event, OUTCOME_DONE};
}

static void they_go_with_their_node(void)
{
    struct scenario *s = given_one();

    WHEN(s, remove_node, .id = N1);
    THEN_EMITTED(s, deleted(SCHEDULE_DELETED_NODE_REMOVED), HAPPENED(node_removed, .node_id = N1));
    expect_int64(scenario_timers(s, TIMER_SCHEDULE), 0);
}

static void they_go_with_their_workspace(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:03:00Z");
    struct schedule_created schedule = make_schedule(S1, "2026-03-22T12:10:00Z");

    given_workspace(s);
    given_workspace_called(s, W2, "other");
    schedule.workspace_id = W2;
    given_schedule(s, &schedule);
    WHEN(s, delete_workspace, .workspace_id = W2);
    THEN_EMITTED(
        s, deleted(SCHEDULE_DELETED_WORKSPACE_DELETED),
        HAPPENED(workspace_deleted, .workspace_id = W2));
}

static void a_team_that_one_aims_at_is_not_deleted(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:03:00Z");
    struct schedule_created schedule = make_schedule(S1, "2026-03-22T12:10:00Z");

    given_node(s);
    given_team_called(s, G1, W1, "Core");
    schedule.node_id = UUID_NONE;
    schedule.target_team_id = G1;
    given_schedule(s, &schedule);
    WHEN(s, delete_team, .workspace_id = W1, .team_id = G1);
    THEN_REFUSED(s, INVALID, "Delete or retarget team schedules before deleting this team.");
    WHEN(s, delete_schedule, .id = S1);
    WHEN(s, delete_team, .workspace_id = W1, .team_id = G1);
    expect(status_of(s) == STATUS_OK);
}

static void another_time_zone_of_their_workspace_moves_them(void)
{
    struct scenario *s = given_one();

    WHEN(
        s, change_workspace, .workspace_id = W1, .default_timezone = text_lit("Asia/Kathmandu"),
        .given = 1 << 3);
    THEN_EMITTED(
        s,
        HAPPENED(
            workspace_changed, .workspace_id = W1, .default_timezone = text_lit("Asia/Kathmandu")),
        HAPPENED(
            schedule_retimed, .schedule_id = S1, .timezone = text_lit("Asia/Kathmandu"),
            .next_run_at = at("2026-03-22T12:05:00Z")));
    expect_int64(scenario_timers(s, TIMER_SCHEDULE), 1);
}

static void one_with_a_time_zone_of_its_own_keeps_it(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:03:00Z");
    struct schedule_created schedule = make_schedule(S1, "2026-03-22T12:10:00Z");

    given_node(s);
    schedule.timezone_source.is = TIMEZONE_FIXED;
    given_schedule(s, &schedule);
    WHEN(
        s, change_workspace, .workspace_id = W1, .default_timezone = text_lit("Asia/Kathmandu"),
        .given = 1 << 3);
    THEN_EMITTED(
        s,
        HAPPENED(
            workspace_changed, .workspace_id = W1, .default_timezone = text_lit("Asia/Kathmandu")));
}

static void one_that_is_off_moves_without_being_due(void)
{
    struct scenario *s = given_one();

    WHEN(s, switch_schedule, .id = S1, .enabled = OPT_FALSE);
    WHEN(
        s, change_workspace, .workspace_id = W1, .default_timezone = text_lit("Asia/Kathmandu"),
        .given = 1 << 3);
    THEN_EMITTED(
        s,
        HAPPENED(
            workspace_changed, .workspace_id = W1, .default_timezone = text_lit("Asia/Kathmandu")),
        HAPPENED(schedule_retimed, .schedule_id = S1, .timezone = text_lit("Asia/Kathmandu")));
    expect_int64(scenario_timers(s, TIMER_SCHEDULE), 0);
}

static void whose_owner_leaves_the_workspace_are_switched_off(void)
{
    struct scenario *s = given_one();

    given_account(s, U1, "ann@example.com");
    given_account(s, U2, "bob@example.com");
    given_member(s, M1, W1, U1, MEMBER_ADMIN);
    given_member(s, M2, W1, U2, MEMBER_OWNER);
    WHEN(s, remove_member, .workspace_id = W1, .membership_id = M1);
    THEN_EMITTED(
        s, HAPPENED(schedule_disabled, .schedule_id = S1, .reason = {DISABLED_OWNER_LEFT}),
        HAPPENED(
            member_removed, .membership_id = M1, .workspace_id = W1, .user_id = U1,
            .is_consequence = OPT_FALSE));
    expect_int64(scenario_timers(s, TIMER_SCHEDULE), 0);
}

static void what_they_own_elsewhere_stays_on(void)
{
    struct scenario *s = given_one();
    struct schedule_created other = make_schedule(S2, "2026-03-22T12:10:00Z");

    given_workspace_called(s, W2, "other");
    other.workspace_id = W2;
    given_schedule(s, &other);
    given_account(s, U1, "ann@example.com");
    given_account(s, U2, "bob@example.com");
    given_member(s, M1, W2, U1, MEMBER_ADMIN);
    given_member(s, M2, W2, U2, MEMBER_OWNER);
    WHEN(s, remove_member, .workspace_id = W2, .membership_id = M1);
    THEN_EMITTED(
        s, HAPPENED(schedule_disabled, .schedule_id = S2, .reason = {DISABLED_OWNER_LEFT}),
        HAPPENED(
            member_removed, .membership_id = M1, .workspace_id = W2, .user_id = U1,
            .is_consequence = OPT_FALSE));
}

static void whose_owner_may_not_sign_in_any_more_are_switched_off(void)
{
    struct scenario *s = given_ann_and_bob();
    struct schedule_created schedule = make_schedule(S1, "2026-03-22T12:10:00Z");

    schedule.owner_user_id = U2;
    given_schedule(s, &schedule);
    WHEN(s, update_user, .user_id = U2, .is_active = OPT_FALSE);
    THEN_EMITTED(
        s, HAPPENED(user_updated, .user_id = U2, .is_active = OPT_FALSE),
        HAPPENED(schedule_disabled, .schedule_id = S1, .reason = {DISABLED_OWNER_LEFT}));
}

static void whoever_owns_one_is_not_deleted(void)
{
    struct scenario *s = given_ann_and_bob();
    struct schedule_created schedule = make_schedule(S1, "2026-03-22T12:10:00Z");

    schedule.owner_user_id = U2;
    given_schedule(s, &schedule);
    WHEN(s, delete_user, .user_id = U2);
    THEN_REFUSED(
        s, CONFLICT, "Delete or reassign this user’s scheduled tasks before deleting the account.");
}

static const struct test tests[] = {
    TEST(they_go_with_their_node),
    TEST(they_go_with_their_workspace),
    TEST(a_team_that_one_aims_at_is_not_deleted),
    TEST(another_time_zone_of_their_workspace_moves_them),
    TEST(one_with_a_time_zone_of_its_own_keeps_it),
    TEST(one_that_is_off_moves_without_being_due),
    TEST(whose_owner_leaves_the_workspace_are_switched_off),
    TEST(what_they_own_elsewhere_stays_on),
    TEST(whose_owner_may_not_sign_in_any_more_are_switched_off),
    TEST(whoever_owns_one_is_not_deleted),
};

const struct suite test_schedule_suite = SUITE("commands/schedule/schedule", tests);
