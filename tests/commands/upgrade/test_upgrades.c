/*
 * Upgrades of this program: one step at a time, in their order, each settled once.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/rollout/rollout_commands.h"
#include "commands/upgrade/upgrade.h"
#include "tests/support/fleet.h"
#include "tests/support/rollouts.h"

#define V1     id_named("upgrade 1")
#define V2     id_named("upgrade 2")
#define NEWER  text_lit("bbbbbbbbbbbb")
#define OWN    text_lit("aaaaaaaaaaaa")
#define DIGEST text_lit("00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff")
#define RELEASE                                                                                    \
    .version = text_lit("0.2.0"), .release_id = NEWER, .released_at = text_lit("2026-11-30"),      \
    .sha256 = DIGEST, .binary_url = text_lit("https://cdn.example/0.2.0/fleetledger")
#define KNOWN .is_supported = OPT_TRUE, .own_release_id = OWN
#define SETTLED(id, of_step)                                                                       \
    .upgrade_id = (id), .step = {of_step}, .release_id = NEWER, .version = text_lit("0.2.0")

#define WHEN_ORDERED(s, step, ...)                                                                 \
    scenario_when(s, &request_upgrade_##step##_command, &(const struct upgrade_order){__VA_ARGS__})

static struct scenario *given_nothing(void)
{
    return scenario_at("2026-11-30T12:00:00Z");
}

static struct scenario *given_a_download(void)
{
    struct scenario *s = given_nothing();

    GIVEN(s, HAPPENED(upgrade_download_requested, {.upgrade_id = V1, RELEASE}));
    return s;
}

static struct scenario *given_a_release_that_lies_ready(void)
{
    struct scenario *s = given_a_download();

    GIVEN(s, HAPPENED(upgrade_completed, SETTLED(V1, UPGRADE_DOWNLOAD)));
    return s;
}

static struct scenario *given_an_apply(void)
{
    struct scenario *s = given_a_release_that_lies_ready();

    GIVEN(s, HAPPENED(upgrade_apply_requested, {.upgrade_id = V2, RELEASE}));
    return s;
}

static void the_newest_release_is_ordered(void)
{
    struct scenario *s = given_nothing();

    WHEN_ORDERED(s, download, KNOWN, RELEASE);
    THEN_EMITTED(
        s, HAPPENED(upgrade_download_requested, {.upgrade_id = scenario_made(s, 0), RELEASE}));
}

static void without_a_key_nothing_is_ordered(void)
{
    struct scenario *s = given_a_release_that_lies_ready();

    WHEN_ORDERED(s, download, .is_supported = OPT_FALSE, .own_release_id = OWN, RELEASE);
    THEN_REFUSED(
        s, CONFLICT,
        "Control-plane self-update is only available for installer-managed deployments.");
    WHEN_ORDERED(s, apply, .is_supported = OPT_FALSE, .own_release_id = OWN);
    THEN_REFUSED(
        s, CONFLICT,
        "Control-plane self-update is only available for installer-managed deployments.");
}

static void without_a_release_nothing_is_fetched(void)
{
    struct scenario *s = given_nothing();

    WHEN_ORDERED(s, download, KNOWN);
    THEN_REFUSED(s, CONFLICT, "The official control-plane release feed is currently unavailable.");
}

static void what_runs_is_not_fetched(void)
{
    struct scenario *s = given_nothing();

    WHEN_ORDERED(s, download, .is_supported = OPT_TRUE, .own_release_id = NEWER, RELEASE);
    THEN_REFUSED(s, CONFLICT, "Control-plane release 0.2.0 is already installed.");
}

static void what_lies_ready_is_not_fetched_again(void)
{
    struct scenario *s = given_a_release_that_lies_ready();

    WHEN_ORDERED(s, download, KNOWN, RELEASE);
    THEN_REFUSED(s, CONFLICT, "Control-plane release 0.2.0 is already prepared.");
}

static void while_a_step_is_under_way_there_is_no_other(void)
{
    struct scenario *s = given_a_download();

    WHEN_ORDERED(s, download, KNOWN, RELEASE);
    THEN_REFUSED(
        s, CONFLICT,
        "Control-plane download is already in progress. Wait for the current operation to finish "
        "before starting another one.");
    s = given_an_apply();
    WHEN_ORDERED(s, apply, KNOWN);
    THEN_REFUSED(
        s, CONFLICT,
        "Control-plane apply is already in progress. Wait for the current operation to finish "
        "before starting another one.");
}

static void what_lies_ready_is_applied(void)
{
    struct scenario *s = given_a_release_that_lies_ready();

    WHEN_ORDERED(s, apply, KNOWN);
    THEN_EMITTED(
        s, HAPPENED(upgrade_apply_requested, {.upgrade_id = scenario_made(s, 0), RELEASE}));
}

static void where_nothing_lies_ready_nothing_is_applied(void)
{
    struct scenario *s = given_a_download();

    GIVEN(
        s, HAPPENED(
               upgrade_failed, SETTLED(V1, UPGRADE_DOWNLOAD), .error = text_lit("no way out"),
               .rollback = {UPGRADE_ROLLBACK_NOT_NEEDED}));
    WHEN_ORDERED(s, apply, KNOWN);
    THEN_REFUSED(s, CONFLICT, "Download the latest control-plane release before applying it.");
}

static void what_runs_is_not_applied(void)
{
    struct scenario *s = given_a_release_that_lies_ready();

    WHEN_ORDERED(s, apply, .is_supported = OPT_TRUE, .own_release_id = NEWER);
    THEN_REFUSED(s, CONFLICT, "Control-plane release 0.2.0 is already installed.");
}

static void a_rollout_of_agents_and_an_apply_keep_each_other_waiting(void)
{
    struct create_rollout order = make_rollout_order(1);
    struct scenario *s = given_a_release_that_lies_ready();

    given_agents(s, 1);
    (void)given_rollout(s, &order);
    WHEN_ORDERED(s, apply, KNOWN);
    THEN_REFUSED(
        s, CONFLICT,
        "Agent rollout 1.1.0 is still active. Finish or cancel the rollout before applying a "
        "control-plane update.");
    s = given_an_apply();
    given_agents(s, 1);
    scenario_when(s, &create_rollout_command, &order);
    THEN_REFUSED(
        s, CONFLICT,
        "A control-plane apply is already in progress. Wait for the platform update to finish "
        "before starting an agent rollout.");
}

static void a_step_is_settled_once(void)
{
    struct scenario *s = given_a_download();

    WHEN(s, settle_upgrade, .upgrade_id = V1);
    THEN_EMITTED(s, HAPPENED(upgrade_completed, SETTLED(V1, UPGRADE_DOWNLOAD)));
    WHEN(s, settle_upgrade, .upgrade_id = V1, .error = text_lit("late"));
    THEN_NOTHING(s);
}

static void another_step_than_the_one_under_way_is_not_settled(void)
{
    struct scenario *s = given_an_apply();

    WHEN(s, settle_upgrade, .upgrade_id = V1, .error = text_lit("late"));
    THEN_NOTHING(s);
}

static void a_failure_says_why_and_what_runs_now(void)
{
    struct scenario *s = given_an_apply();

    WHEN(
        s, settle_upgrade, .upgrade_id = V2, .error = text_lit("it did not come up"),
        .rollback = {UPGRADE_ROLLBACK_SUCCEEDED});
    THEN_EMITTED(
        s, HAPPENED(
               upgrade_failed, SETTLED(V2, UPGRADE_APPLY), .error = text_lit("it did not come up"),
               .rollback = {UPGRADE_ROLLBACK_SUCCEEDED}));
    WHEN_ORDERED(s, apply, KNOWN);
    THEN_EMITTED(
        s, HAPPENED(upgrade_apply_requested, {.upgrade_id = scenario_made(s, 0), RELEASE}));
}

static const struct test tests[] = {
    TEST(the_newest_release_is_ordered),
    TEST(without_a_key_nothing_is_ordered),
    TEST(without_a_release_nothing_is_fetched),
    TEST(what_runs_is_not_fetched),
    TEST(what_lies_ready_is_not_fetched_again),
    TEST(while_a_step_is_under_way_there_is_no_other),
    TEST(what_lies_ready_is_applied),
    TEST(where_nothing_lies_ready_nothing_is_applied),
    TEST(what_runs_is_not_applied),
    TEST(a_rollout_of_agents_and_an_apply_keep_each_other_waiting),
    TEST(a_step_is_settled_once),
    TEST(another_step_than_the_one_under_way_is_not_settled),
    TEST(a_failure_says_why_and_what_runs_now),
};

const struct suite test_upgrades_suite = SUITE("commands/upgrade/upgrades", tests);
