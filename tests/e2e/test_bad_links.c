/*
 * Followers on bad days: a slow link that is cut again and again, restarts while a stretch is under way, keys that were rotated
 * and bodies that were dropped meanwhile.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "eventlog/events/terminal_events.h"
#include "tests/e2e/followed.h"
#include "tests/e2e/nets.h"
#include "tests/e2e/slow_link.h"
#include "tests/support/fixture.h"
#include "tests/support/postgres.h"

#include <stdio.h>
#include <unistd.h>

enum { CHANGES = 150, MOST_GROWTH = 200 << 20 };

static struct followed both;
static struct slow_link slow;

/* The follower asks by way of the link, and has all that there is so far. */
static void given_both_linked(void)
{
    given_leader(&both);
    given_link(&slow, "127.0.0.1", both.leader->port, NO_NET);
    given_follower_on(
        &both, given_site(make_database()),
        text_format(both.leader->arena, "http://127.0.0.1:%d", slow.port).data);
    given_running(both.follower);
    expect_soon(has_caught_up(&both));
}

/* While the follower is away, so much that a stretch of it is cut many times. */
static void given_much_to_follow(void)
{
    expect_int64(stop_server(both.follower), 0);
    given_changes(&both, "Much", CHANGES);
}

/* Bytes of memory that the server has in use. */
static int64_t resident_of(const struct site *site)
{
    FILE *file = fopen(text_format(site->arena, "/proc/%d/statm", site->server).data, "re");
    long pages = 0;

    must(file != NULL && fscanf(file, "%*d %ld", &pages) == 1 && fclose(file) == 0);
    return pages * sysconf(_SC_PAGESIZE);
}

static void a_follower_gets_there_over_a_link_that_is_slow_and_cut_anywhere(void)
{
    int64_t before;

    given_both_linked();
    given_much_to_follow();
    atomic_store(&slow.rules->bytes_per_second, 200 << 10);
    atomic_store(&slow.rules->most_until_cut, 12 << 10);
    given_started(both.follower);
    before = resident_of(both.follower);
    expect_soon(has_caught_up(&both));
    expect(atomic_load(&slow.rules->cuts) > 3);
    expect(resident_of(both.follower) - before < MOST_GROWTH);
    expect_text(
        name_at(&both, &both.reader), text_format(both.admin.arena, "Much %d", CHANGES - 1).data);
    expect_int64(metric_of(both.follower, "leader_contradicted"), 0);
    expect_holds(both.follower);
}

/* So slowly that each end is killed, or ends, in the middle of an answer. */
static void restarts_on_either_side_while_a_stretch_is_under_way_do_no_harm(void)
{
    given_both_linked();
    given_much_to_follow();
    atomic_store(&slow.rules->bytes_per_second, 2 << 10);
    given_started(both.follower);
    wait_for_bytes(&slow, 1 << 10);
    kill_server(both.leader);
    given_running(both.leader);
    wait_for_bytes(&slow, 1 << 10);
    kill_server(both.follower);
    given_started(both.follower);
    wait_for_bytes(&slow, 1 << 10);
    expect_int64(stop_server(both.leader), 0);
    given_running(both.leader);
    wait_for_bytes(&slow, 1 << 10);
    expect_int64(stop_server(both.follower), 0);
    given_started(both.follower);
    wait_for_bytes(&slow, 1 << 10);
    expect(metric_of(both.follower, "ledger_size") < metric_of(both.leader, "ledger_size"));
    atomic_store(&slow.rules->bytes_per_second, 0);
    expect_soon(has_caught_up(&both));
    expect_holds(both.follower);
}

/* Nothing proves the new key to who has not seen it signed by the former one: an operator hands it on. */
static void
a_follower_that_was_away_while_the_key_was_rotated_stops_until_it_is_given_the_new_one(void)
{
    const char *key;

    given_both(&both);
    expect_soon(has_caught_up(&both));
    expect_int64(stop_server(both.follower), 0);
    key = given_rotated_key(both.leader);
    given_changes(&both, "After", 3);
    given_started(both.follower);
    expect_soon(metric_of(both.follower, "leader_contradicted") == 1);
    expect(text_starts_with(
        contents_of(
            both.follower->arena,
            text_format(both.follower->arena, "%s/contradiction", both.follower->home).data),
        text_lit("not_signed")));
    expect_int64(stop_server(both.follower), 0);
    given_setting(both.follower, "FLEETLEDGER_FOLLOW_KEY", key);
    given_started(both.follower);
    expect_soon(has_caught_up(&both));
    expect_text(name_at(&both, &both.reader), "After 2");
    expect_holds(both.follower);
}

/* Bodies. */

#define PLANTED "planted in a terminal"

static const struct uuid session = {{7, 7}};
static int64_t planted_at; /* position of the event whose body says so */

static enum status say(struct decision *decision, const void *input, struct error *error)
{
    const struct terminal_recorded recorded = {
        .session_id = session,
        .node_id = {{8}},
        .chunk_id = {{9}},
        .seq = 1,
        .direction = {TERMINAL_STDOUT},
        .data = bytes_of_text(text_lit(PLANTED))};

    (void)input;
    (void)error;
    decision_emit(decision, &terminal_recorded_event, session, UUID_NONE, &recorded);
    return STATUS_OK;
}

static enum status drop(struct decision *decision, const void *input, struct error *error)
{
    const struct terminal_transcript_dropped dropped = {
        session, text_lit("a rule of tests"), {&planted_at, 1}, 0};

    (void)input;
    (void)error;
    decision_emit(decision, &terminal_transcript_dropped_event, session, UUID_NONE, &dropped);
    return STATUS_OK;
}

/* On the leader's stopped home, as retention does it after days. */
static void given_done(
    const char *name,
    enum status (*decide)(struct decision *decision, const void *input, struct error *error))
{
    static const struct shape nothing = {.name = "nothing"};
    const struct command command = {.name = name, .input = &nothing, .decide = decide};
    const char empty = 0;
    struct fixture *home;
    struct submission *order;

    expect_int64(stop_server(both.leader), 0);
    home = fixture_open(&(struct fixture_settings){.directory = both.leader->home});
    planted_at = planted_at == 0 ? (int64_t)ledger_size(home->log) : planted_at;
    order = given_order(home, &command, &empty);
    expect_status(order->status, STATUS_OK, &order->error);
    fixture_close(home);
    given_running(both.leader);
}

static bool is_in(struct site *site)
{
    return text_contains(
        contents_of(site->arena, text_format(site->arena, "%s/ledger.mdb", site->home).data),
        text_lit(PLANTED));
}

static bool says_dropped(struct site *site)
{
    struct program_run run =
        RUN(site, "event", text_format(site->arena, "%lld", (long long)planted_at).data);

    return text_contains(run.output, text_lit("dropped")) &&
           !text_contains(run.output, text_lit(PLANTED));
}

static void what_is_dropped_at_the_leader_is_dropped_at_its_follower(void)
{
    struct followed late;

    planted_at = 0;
    given_leader(&both);
    given_done("say", say);
    given_follower_site(&both);
    given_running(both.follower);
    expect_soon(has_caught_up(&both));
    expect(is_in(both.leader) && is_in(both.follower));
    given_done("drop", drop);
    given_changes(&both, "After", 2);
    expect_soon(has_caught_up(&both));
    expect(says_dropped(both.leader) && says_dropped(both.follower));
    expect_int64(stop_server(both.follower), 0);
    given_running(both.follower);
    expect_soon(has_caught_up(&both));
    expect(says_dropped(both.follower));
    expect_holds(both.follower);
    late = both;
    late.name = "a late one";
    given_follower_site(&late);
    given_running(late.follower);
    expect_soon(has_caught_up(&late));
    expect(says_dropped(late.follower) && !is_in(late.follower));
    expect_holds(late.follower);
}

static void end(void)
{
    end_link(&slow);
    end_sites();
}

static const struct test tests[] = {
    TEST(a_follower_gets_there_over_a_link_that_is_slow_and_cut_anywhere),
    TEST(restarts_on_either_side_while_a_stretch_is_under_way_do_no_harm),
    TEST(a_follower_that_was_away_while_the_key_was_rotated_stops_until_it_is_given_the_new_one),
    TEST(what_is_dropped_at_the_leader_is_dropped_at_its_follower),
};
const struct suite test_bad_links_suite = SUITE_WITH("bad_links", tests, .tear_down = end);
