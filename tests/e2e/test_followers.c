/*
 * A follower has its leader's ledger, serves it, passes changes on, and survives cuts and kills on either side.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "tests/e2e/followed.h"

#include <signal.h>

static struct followed both;

static void expect_same(const char *path)
{
    struct reply there = ask(&both.admin, "GET", NULL, "%s", path);
    struct reply here = ask(&both.reader, "GET", NULL, "%s", path);

    expect_answer(there, 200);
    expect_answer(here, 200);
    expect_at(text_equal(here.body, there.body), __FILE__, __LINE__, path);
}

static void a_follower_has_the_same_ledger_and_the_same_rows(void)
{
    given_leader(&both);
    given_changes(&both, "Before", 30);
    given_follower_site(&both);
    given_running(both.follower);
    given_changes(&both, "After", 30);
    expect_soon(has_caught_up(&both));
    expect_same("/workspaces");
    expect_same("/users");
    expect_same("/ledger/consistency?from=3&size=40");
    expect_same("/ledger/tile/entries/000.p/40");
    expect_holds(both.leader);
    expect_holds(both.follower);
}

static void a_change_by_way_of_the_follower_is_made_by_its_leader_and_read_back_there(void)
{
    struct client again;
    struct reply made;
    struct reply read;
    int64_t position = -1;

    given_both(&both);
    for (int i = 0; i < 5; i++) {
        const char *name = text_format(both.admin.arena, "Passed on %d", i).data;

        made = rename_by(&both, &both.reader, name);
        expect_answer(made, 200);
        expect_value(&both.reader, made, "name", name);
        must(text_to_int64(header_of(&made, "Ledger-Position"), &position));
        again = with(&both.reader, "Ledger-Min-Size: %lld\r\n", (long long)position + 1);
        read = ask(&again, "GET", NULL, "/workspaces/%s", both.workspace);
        expect_answer(read, 200);
        expect_value(&both.reader, read, "name", name);
    }
    expect_text(name_at(&both, &both.admin), "Passed on 4");
    expect_answer(
        rename_by(&both, &both.reader, ""), 400); /* refused by the leader, in its words */
    again = with(&both.reader, "Ledger-Min-Size: 1000000\r\n");
    expect_answer(ask(&again, "GET", NULL, "/workspaces/%s", both.workspace), 412);
    expect_holds(both.follower);
}

static void whoever_signs_in_at_the_follower_is_known_to_both(void)
{
    struct client signed_in;

    given_both(&both);
    expect_soon(has_caught_up(&both));
    signed_in = given_admin(both.follower);
    expect_answer(ask(&signed_in, "GET", NULL, "/users/me"), 200);
    signed_in.site = both.leader;
    expect_answer(ask(&signed_in, "GET", NULL, "/users/me"), 200);
}

static void while_its_leader_is_away_it_serves_what_it_has_and_goes_on_afterwards(void)
{
    struct reply refused;

    given_both(&both);
    given_changes(&both, "Before", 3);
    expect_soon(has_caught_up(&both));
    kill_server(both.leader);
    expect_soon(metric_of(both.follower, "leader_connected") == 0);
    expect_text(name_at(&both, &both.reader), "Before 2");
    refused = rename_by(&both, &both.reader, "Lost");
    expect_answer(refused, 503);
    expect_value(&both.reader, refused, "code", "leader_unreachable");
    given_running(both.leader);
    given_changes(&both, "After", 3);
    expect_soon(has_caught_up(&both));
    expect_text(name_at(&both, &both.reader), "After 2");
    expect_holds(both.follower);
}

/* So slowly that each is in a stretch of its own. */
static void given_changes_in_turns(int count)
{
    for (int i = 0; i < count; i++) {
        given_changes(&both, "Meanwhile", 1);
        for (int step = 0; step < 10; step++)
            wait_a_little();
    }
}

/* At each step of what it stores. */
static void a_follower_that_is_killed_goes_on_where_it_was(void)
{
    static const char *const plans[] = {
        "append=kill@2", "committed=kill@2", "model=kill@1", "sign=kill@2"};

    given_both(&both);
    for (size_t i = 0; i < COUNT_OF(plans); i++) {
        expect_int64(stop_server(both.follower), 0);
        given_setting(both.follower, "FLEETLEDGER_FAILPOINTS", plans[i]);
        given_listening(both.follower);
        given_changes_in_turns(8);
        expect_int64(wait_for_end(both.follower), -SIGKILL);
        given_setting(both.follower, "FLEETLEDGER_FAILPOINTS", "");
        given_running(both.follower);
        expect_soon(has_caught_up(&both));
    }
    expect_holds(both.follower);
}

/* The rows that come are wrapped under another key; its own ones it wraps anew by itself. */
static void a_follower_goes_on_with_the_key_that_its_leader_has_rotated_to(void)
{
    struct site *sites[2];

    given_both(&both);
    given_changes(&both, "Before", 3);
    expect_soon(has_caught_up(&both));
    sites[0] = both.leader;
    sites[1] = both.follower;
    for (int i = 0; i < 2; i++) {
        expect_int64(stop_server(sites[i]), 0);
        given_setting(sites[i], "SECRETS_ENCRYPTION_KEY", "the next secret of both");
        given_setting(sites[i], "SECRETS_ENCRYPTION_KEY_FORMER", FOLLOWED_SECRET);
    }
    for (int i = 0; i < 2; i++) {
        given_running(sites[i]);
        expect_int64(RUN(sites[i], "rotate-kek").exit_code, 0);
    }
    given_changes(&both, "After", 3);
    expect_soon(has_caught_up(&both));
    expect_int64(stop_server(both.follower), 0);
    given_setting(both.follower, "SECRETS_ENCRYPTION_KEY_FORMER", "");
    given_running(both.follower);
    expect_text(name_at(&both, &both.reader), "After 2");
    expect_same("/users");
    expect_holds(both.follower);
}

static const struct test tests[] = {
    TEST(a_follower_has_the_same_ledger_and_the_same_rows),
    TEST(a_change_by_way_of_the_follower_is_made_by_its_leader_and_read_back_there),
    TEST(whoever_signs_in_at_the_follower_is_known_to_both),
    TEST(while_its_leader_is_away_it_serves_what_it_has_and_goes_on_afterwards),
    TEST(a_follower_that_is_killed_goes_on_where_it_was),
    TEST(a_follower_goes_on_with_the_key_that_its_leader_has_rotated_to),
};
const struct suite test_followers_suite = SUITE_WITH("followers", tests, .tear_down = end_sites);
