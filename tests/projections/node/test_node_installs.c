/*
 * One-click installs.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/node_events.h"
#include "tests/support/expect.h"
#include "tests/support/projected.h"

static struct projected *p;
static const uint8_t digest[32] = {1};

static void set_up(void)
{
    p = make_projected();
}

static void tear_down(void)
{
    end_projected(p);
}

static void given(const struct event_type *type, const void *event)
{
    given_event(p->ledger, type, make_id(10), make_id(2), event);
}

static void given_install(void)
{
    const struct install_created created = {
        .install_id = make_id(10),
        .workspace_id = make_id(2),
        .node_name = text_lit("web"),
        .token_digest = {digest, sizeof(digest)},
        .expires_at = timestamp_plus_us(p->ledger->now, 900 * (int64_t)US_PER_S),
    };

    given(&install_created_event, &created);
}

static void given_progress(int64_t percent)
{
    const struct install_progressed progressed = {
        make_id(10),
        {INSTALL_INSTALLING},
        text_lit("binary_downloaded"),
        percent,
        text_lit("Downloaded.")};

    given(&install_progressed_event, &progressed);
}

static void given_consumed(struct opt_bool is_repeat)
{
    const struct install_consumed consumed = {
        make_id(10), make_id(20), text_lit("web-1"), {digest, sizeof(digest)}, is_repeat};

    given(&install_consumed_event, &consumed);
}

static struct text state(void)
{
    return value_of(
        p, "select concat_ws(' ', status, stage, progress_percent, hostname, revision)"
           " from node_installs");
}

static void a_new_install_waits_with_its_command(void)
{
    given_install();
    given_applied(p);
    expect_text(state(), "pending command_generated 5 1");
    expect_text(
        value_of(p, "select status_message from node_installs"),
        "Install command generated. Run it on the target server to start bootstrap.");
    expect_text(
        value_of(
            p, "select count(*) from node_installs where started_at is null and consumed_at is null"
               " and node_id is null and expires_at = created_at + interval '15 min'"),
        "1");
}

static void progress_is_as_reported_and_the_start_is_the_first_of_it(void)
{
    given_install();
    given_progress(60);
    given_progress(20);
    given_applied(p);
    expect_text(state(), "installing binary_downloaded 20 3");
    expect_text(value_of(p, "select status_message from node_installs"), "Downloaded.");
    expect_text(
        value_of(
            p, "select count(*) from node_installs"
               " where started_at > created_at and started_at < updated_at"),
        "1");
}

static void a_used_token_brings_the_node(void)
{
    given_install();
    given_progress(60);
    given_consumed(OPT_FALSE);
    given_applied(p);
    expect_text(state(), "installing bootstrap_token_consumed 92 web-1 3");
    expect_text(
        value_of(p, "select status_message from node_installs"),
        "Node record created. Finishing service startup.");
    expect_text(
        value_of(
            p, "select count(*) from node_installs where consumed_at = updated_at"
               " and node_id is not null"),
        "1");
}

static void a_percentage_does_not_fall_when_the_token_is_used(void)
{
    given_install();
    given_progress(97);
    given_consumed(OPT_FALSE);
    given_applied(p);
    expect_text(state(), "installing bootstrap_token_consumed 97 web-1 3");
}

static void a_repeat_leaves_the_install_as_it_was(void)
{
    given_install();
    given_consumed(OPT_FALSE);
    given_progress(100);
    given_consumed(OPT_TRUE);
    given_applied(p);
    expect_text(state(), "installing binary_downloaded 100 web-1 4");
    expect_text(
        value_of(p, "select count(*) from node_installs where consumed_at < updated_at"), "1");
}

static void a_token_that_was_not_used_in_time_expires(void)
{
    const struct install_expired expired = {make_id(10)};

    given_install();
    given_progress(30);
    given(&install_expired_event, &expired);
    given_applied(p);
    expect_text(state(), "expired expired 30 3");
    expect_text(
        value_of(p, "select status_message from node_installs"),
        "Bootstrap token expired before installation finished. Generate a fresh install command.");
}

static const struct test tests[] = {
    TEST(a_new_install_waits_with_its_command),
    TEST(progress_is_as_reported_and_the_start_is_the_first_of_it),
    TEST(a_used_token_brings_the_node),
    TEST(a_percentage_does_not_fall_when_the_token_is_used),
    TEST(a_repeat_leaves_the_install_as_it_was),
    TEST(a_token_that_was_not_used_in_time_expires),
};

const struct suite test_node_installs_suite =
    SUITE_WITH("projections/node/node_installs", tests, .set_up = set_up, .tear_down = tear_down);
