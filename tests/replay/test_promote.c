/*
 * What a promotion puts on record of a ledger that was followed: its end, and bodies that are gone by events which it does
 * not have. And the steps of its home.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/db/db.h"
#include "eventlog/checkpoints.h"
#include "eventlog/events/platform_events.h"
#include "eventlog/home_mark.h"
#include "eventlog/ledger_copy.h"
#include "replay/exit_codes.h"
#include "replay/lease.h"
#include "replay/promote.h"
#include "tests/support/backup_site.h"
#include "tests/support/expect.h"
#include "tests/support/ledger.h"
#include "tests/support/postgres.h"
#include "tests/support/web_sink.h"

static struct backup_site *site;
static const char *home;     /* of the follower */
static const char *database; /* that the lease is in */
static struct lease *lease;  /* of whoever takes over */
static struct text recorded;
static bool is_signed; /* by a promotion that was on record already */
static bool is_failing;
static struct error error;

/* Up to the event that drops the chunk's body: without it, but the body is gone already. */
static void given_followed(void)
{
    const struct ledger_settings settings = {.home = home, .is_following = true};
    struct stored_event *events =
        arena_array(site->arena, site->dropped_at, sizeof(struct stored_event));
    uint8_t mark[DROPPED_MARK_SIZE] = {0};
    struct ledger *ledger = NULL;

    mark[DROPPED_MARK_SIZE - 2] = (uint8_t)(site->dropped_at >> 8);
    mark[DROPPED_MARK_SIZE - 1] = (uint8_t)site->dropped_at;
    for (size_t i = 0; i < site->dropped_at; i++)
        events[i] = site->events[i];
    events[site->chunk_at].body = (struct bytes){mark, sizeof(mark)};
    must(ledger_open(&settings, &ledger, &error) == STATUS_OK);
    for (size_t at = 0; at < site->dropped_at; at++)
        expect_ok(ledger_append_stored(ledger, &events[at], 1, &error), &error);
    ledger_close(ledger);
}

static void given_checkpoint(void)
{
    const struct kept_checkpoint kept = {text_lit("a note"), timestamp_now()};
    struct checkpoints *checkpoints = NULL;

    must(checkpoints_open(home, false, &checkpoints, &error) == STATUS_OK);
    must(checkpoints_keep(checkpoints, &kept, &error) == STATUS_OK);
    checkpoints_close(checkpoints);
}

static void given_lease(void)
{
    database = make_database();
    lease = lease_new(&(struct lease_settings){.conninfo = database, .seconds = 60});
    lease_know(lease, &(struct lease_ledger){.name = text_lit("audit.example.com")});
    expect_ok(lease_step(lease, &error), &error);
}

static void set_up(void)
{
    given_lease();
    site = make_backup_site();
    home = make_directory();
    recorded = (struct text){NULL, 0};
    is_signed = false;
    is_failing = false;
    given_followed();
    given_checkpoint();
    must(home_mark_set(home, HOME_FOLLOWS, text_lit("https://one.example\n"), &error) == STATUS_OK);
}

static void tear_down(void)
{
    lease_free(lease);
    end_backup_site(site);
}

static enum status record(
    const struct data_dir_settings *where,
    struct text json,
    struct arena *arena,
    struct text *out_answer,
    struct error *out)
{
    (void)arena;
    expect_text(text_from(where->path), home);
    expect(home_mark_is_set(home, HOME_PROMOTING));
    if (is_failing)
        return error_set(out, STATUS_UNAVAILABLE, "not now");
    recorded = text_copy(site->arena, json);
    *out_answer = text_lit("{}");
    return STATUS_OK;
}

static enum status sign(const struct data_dir_settings *where, struct error *out)
{
    expect_text(text_from(where->path), home);
    if (is_failing)
        return error_set(out, STATUS_UNAVAILABLE, "not now");
    is_signed = true;
    return STATUS_OK;
}

static const struct promote_deeds deeds = {record, sign};

static enum status promote(void)
{
    const struct data_dir_settings settings = {.path = home};

    return promote_by_lease(&settings, lease, &deeds, &error);
}

static bool says(const char *words)
{
    return text_contains(recorded, text_from(words));
}

static void bodies_that_are_gone_by_events_which_are_not_here_are_named(void)
{
    expect_ok(promote(), &error);
    expect(says(text_format(site->arena, "\"dropped\":[%zu]", site->chunk_at).data));
    expect(says(text_format(site->arena, "\"size\":%zu", site->dropped_at).data));
    expect(says("\"note\":\"a note\""));
    expect(says("\"formerLeader\":\"https://one.example\""));
    expect(home_mark_is_set(home, HOME_SUCCEEDS) && !home_mark_is_set(home, HOME_FOLLOWS));
}

static void what_could_not_be_recorded_is_tried_again(void)
{
    is_failing = true;
    expect_status(promote(), STATUS_UNAVAILABLE, &error);
    expect(home_mark_is_set(home, HOME_PROMOTING) && !home_mark_is_set(home, HOME_SUCCEEDS));
    is_failing = false;
    expect_ok(promote(), &error);
    expect(home_mark_is_set(home, HOME_SUCCEEDS));
    expect_status(promote(), STATUS_CONFLICT, &error);
    expect_text(text_from(error.code), "home_leads");
}

/* Another home, which ends in the promotion by which its leader came to lead. */
static void given_follower_of_a_promoted_leader(const char *mark_says, enum home_mark mark)
{
    static const uint8_t root[DIGEST_SIZE] = {7};
    const struct leader_promoted promoted = {
        .origin = text_lit("audit.example.com/e1"),
        .former_origin = text_lit("audit.example.com"),
        .size = 1,
        .root = {root, sizeof(root)},
        .note = text_lit("a note"),
        .former_leader = text_lit("https://zero.example"),
        .confirmed_by = text_lit("Anna"),
        .reason = text_lit("its machine is lost"),
        .dropped = {"", 0},
    };
    struct test_ledger *ledger;

    home = make_directory();
    ledger = make_ledger_in(home);
    given_event(
        ledger, &refusals_summarised_event, make_id(1), UUID_NONE,
        &(struct refusals_summarised){ledger->now, ledger->now, 1});
    given_event(ledger, &leader_promoted_event, make_id(1), UUID_NONE, &promoted);
    given_committed(ledger);
    end_ledger(ledger);
    given_checkpoint();
    must(home_mark_set(home, mark, text_from(mark_says), &error) == STATUS_OK);
}

static void the_promotion_of_the_leader_that_was_followed_is_not_taken_for_ones_own(void)
{
    struct text mark;

    given_follower_of_a_promoted_leader("https://one.example\n", HOME_FOLLOWS);
    is_failing = true;
    expect_status(promote(), STATUS_UNAVAILABLE, &error);
    is_failing = false;
    expect_ok(promote(), &error);
    expect(says("\"size\":2"));
    expect_ok(home_mark_read(home, HOME_SUCCEEDS, site->arena, &mark, &error), &error);
    expect_text(mark, "https://one.example\n2\n");
}

/* But signed, as whoever recorded it may have been killed before that. */
static void what_is_on_record_is_not_recorded_again(void)
{
    given_follower_of_a_promoted_leader("https://one.example\n1\n", HOME_PROMOTING);
    is_failing = true;
    expect_status(promote(), STATUS_UNAVAILABLE, &error);
    expect(home_mark_is_set(home, HOME_PROMOTING));
    is_failing = false;
    expect_ok(promote(), &error);
    expect(!text_is_present(recorded) && is_signed);
    expect(home_mark_is_set(home, HOME_SUCCEEDS));
}

static int promoted_beside(int port)
{
    const struct data_dir_settings settings = {.path = home};
    const struct promote_options options = {text_lit("Anna"), text_lit("its machine is lost")};
    const struct leader leader = {.url = text_format(site->arena, "http://127.0.0.1:%d", port)};

    return promote_run(&settings, &leader, &options, &deeds);
}

/* As something that we do not understand, and a reference to another address. */
static void who_takes_the_connection_is_not_replaced_whatever_is_said_then(void)
{
    struct web_sink *sink = web_sink_new();
    int port = web_sink_port(sink);

    web_sink_answer(sink, "and no status", "");
    expect_int64(promoted_beside(port), EXIT_REFUSED);
    web_sink_answer(sink, "301 Moved Permanently", "");
    expect_int64(promoted_beside(port), EXIT_REFUSED);
    expect(home_mark_is_set(home, HOME_FOLLOWS) && !text_is_present(recorded));
    web_sink_free(sink);
    expect_int64(promoted_beside(port), EXIT_HOLDS);
    expect(home_mark_is_set(home, HOME_SUCCEEDS));
}

static void a_proxy_that_answers_for_a_leader_that_is_gone_is_not_the_leader(void)
{
    struct web_sink *sink = web_sink_new();

    web_sink_answer(sink, "502 Bad Gateway", "");
    expect_int64(promoted_beside(web_sink_port(sink)), EXIT_HOLDS);
    web_sink_free(sink);
}

static void nothing_is_recorded_where_another_server_has_taken_the_lease(void)
{
    struct db *db = NULL;

    must(db_open(database, 5, 0, &db, &error) == STATUS_OK);
    must(
        db_script(
            db, "update fleetledger_lease set term = term + 1, holder = gen_random_uuid()",
            &error) == STATUS_OK);
    db_close(db);
    expect_status(promote(), STATUS_UNAVAILABLE, &error);
    expect_text(text_from(error.code), "no_lease");
    expect(!text_is_present(recorded));
    expect(home_mark_is_set(home, HOME_PROMOTING) && !home_mark_is_set(home, HOME_SUCCEEDS));
}

static const struct test tests[] = {
    TEST(bodies_that_are_gone_by_events_which_are_not_here_are_named),
    TEST(what_could_not_be_recorded_is_tried_again),
    TEST(the_promotion_of_the_leader_that_was_followed_is_not_taken_for_ones_own),
    TEST(what_is_on_record_is_not_recorded_again),
    TEST(who_takes_the_connection_is_not_replaced_whatever_is_said_then),
    TEST(a_proxy_that_answers_for_a_leader_that_is_gone_is_not_the_leader),
    TEST(nothing_is_recorded_where_another_server_has_taken_the_lease),
};
const struct suite test_promote_suite =
    SUITE_WITH("replay/promote", tests, .set_up = set_up, .tear_down = tear_down);
