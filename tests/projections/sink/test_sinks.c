/*
 * The sinks as the API shows them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/sink_events.h"
#include "tests/support/expect.h"
#include "tests/support/projected.h"

static struct projected *p;

static void set_up(void)
{
    const struct sink_created created = {
        .sink_id = make_id(10),
        .name = text_lit("SIEM"),
        .address = text_lit("https://siem.example/in"),
        .format = {EXPORT_JSONL},
        .filter = &(const struct sink_filter){.type = text_lit("task.*")},
        .is_paused = OPT_FALSE,
        .token.text = text_lit("secret"),
        .from_position = INT64_ABSENT,
    };

    p = make_projected();
    given_event(p->ledger, &sink_created_event, created.sink_id, UUID_NONE, &created);
}

static void tear_down(void)
{
    end_projected(p);
}

static void a_sink_is_shown_as_it_was_set_up_without_its_token(void)
{
    given_applied(p);
    expect_text(
        value_of(
            p, "select concat_ws(' ', name, address, format, is_paused, has_token, refused) from "
               "set_test.sinks"),
        "SIEM https://siem.example/in jsonl f t 0");
    expect_text(value_of(p, "select filter->>'type' from set_test.sinks"), "task.*");
    expect_text(
        value_of(p, "select count(*)::text from set_test.sinks where sinks::text like '%secret%'"),
        "0");
}

static void it_shows_since_when_it_fails_until_it_does_no_more(void)
{
    const struct sink_failing failing = {make_id(10), 3, text_lit("away")};
    const struct sink_recovered recovered = {make_id(10), 5};

    given_event(p->ledger, &sink_failing_event, make_id(10), UUID_NONE, &failing);
    given_applied(p);
    expect_text(
        value_of(p, "select failing_reason from set_test.sinks where failing_since is not null"),
        "away");
    given_event(p->ledger, &sink_recovered_event, make_id(10), UUID_NONE, &recovered);
    given_applied(p);
    expect_text(
        value_of(
            p, "select count(*)::text from set_test.sinks where failing_since is null and "
               "failing_reason is null"),
        "1");
}

static void it_counts_what_was_left_out(void)
{
    struct sink_refused refused = {make_id(10), 3, text_lit("status 400")};

    given_event(p->ledger, &sink_refused_event, make_id(10), UUID_NONE, &refused);
    refused = (struct sink_refused){make_id(10), 4, text_lit("status 422")};
    given_event(p->ledger, &sink_refused_event, make_id(10), UUID_NONE, &refused);
    given_applied(p);
    expect_text(
        value_of(p, "select concat_ws(' ', refused, refused_reason) from set_test.sinks"),
        "2 status 422");
}

static void a_change_says_all_anew_and_a_removal_ends_it(void)
{
    const struct sink_changed changed = {
        .sink_id = make_id(10),
        .name = text_lit("Archive"),
        .address = text_lit("file:///a.csv"),
        .format = {EXPORT_CSV},
        .is_paused = OPT_TRUE,
        .has_token = OPT_FALSE,
    };
    const struct sink_removed removed = {make_id(10)};

    given_event(p->ledger, &sink_changed_event, make_id(10), UUID_NONE, &changed);
    given_applied(p);
    expect_text(
        value_of(
            p, "select concat_ws(' ', name, address, format, is_paused, has_token, filter) from "
               "set_test.sinks"),
        "Archive file:///a.csv csv t f");
    given_event(p->ledger, &sink_removed_event, make_id(10), UUID_NONE, &removed);
    given_applied(p);
    expect_text(value_of(p, "select count(*)::text from set_test.sinks"), "0");
}

static const struct test tests[] = {
    TEST(a_sink_is_shown_as_it_was_set_up_without_its_token),
    TEST(it_shows_since_when_it_fails_until_it_does_no_more),
    TEST(it_counts_what_was_left_out),
    TEST(a_change_says_all_anew_and_a_removal_ends_it),
};

const struct suite test_sinks_suite =
    SUITE_WITH("projections/sink/sinks", tests, .set_up = set_up, .tear_down = tear_down);
