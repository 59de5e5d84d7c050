/*
 * Turns of the sender in a made-up world: a clock that stands still, an outbox that shows a report
 * only when it is told to, a writer that may refuse.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/outbound/sender_internal.h"
#include "core/run/queue.h"
#include "tests/support/expect.h"

#include <stdio.h>
#include <string.h>

enum { MOST_ROWS = 20, NOON = 1774180800 };

/* The sender, and the world around it. */
static struct {
    struct sender sender; /* first: ports get it and know the rest */
    struct progress progress;
    struct timestamp now;
    struct due rows[MOST_ROWS]; /* that the outbox shows as due */
    size_t count;
    struct timestamp next;
    enum delivery_outcome outcome;
    const char *cause;
    bool refuses_reports;
    bool stops_after_report;
    bool is_away;

    int looks; /* how often it asked what is due */
    int told;
    int reports;
    struct uuid last_cause; /* of the last report */
    struct record_delivery last;
    char last_error[600];
    uint64_t ledger_size;
    int gathers; /* how often there will be something to gather */
    struct lane *begun[MOST_ROWS];
    size_t begun_count;
} world;

static enum status find_due(
    struct sender *sender,
    struct timestamp now,
    struct arena *arena,
    struct list *out,
    struct error *error)
{
    (void)sender, (void)arena;
    world.looks++;
    expect_int64(now.us, world.now.us);
    if (world.is_away)
        return error_set(error, STATUS_UNAVAILABLE, "away");
    *out = (struct list){world.rows, world.count};
    return STATUS_OK;
}

static enum status
find_next(struct sender *sender, struct arena *arena, struct timestamp *out, struct error *error)
{
    (void)sender, (void)arena, (void)error;
    *out = world.next;
    return STATUS_OK;
}

static enum status gather(
    struct sender *sender,
    struct timestamp now,
    struct arena *arena,
    uint64_t *out_size,
    struct error *error)
{
    (void)sender, (void)now, (void)arena, (void)error;
    if (world.gathers > 0) {
        world.gathers--;
        *out_size = ++world.ledger_size;
    }
    return STATUS_OK;
}

static enum delivery_outcome prepare(
    struct sender *sender,
    const struct due *due,
    struct arena *arena,
    struct parcel *parcel,
    struct error *error)
{
    (void)sender, (void)due, (void)arena, (void)parcel;
    world.told++;
    if (world.cause != NULL)
        error_set(error, STATUS_UNAVAILABLE, "%s", world.cause);
    return world.outcome;
}

/* It is under way until the test says how it went. */
static void begin(struct lane *lane)
{
    world.begun[world.begun_count++] = lane;
}

static void given_told(size_t n, enum delivery_outcome outcome)
{
    world.begun[n]->result.outcome = outcome;
    atomic_store(&world.begun[n]->is_told, true);
}

static bool report(
    struct sender *sender,
    const struct record_delivery *order,
    struct uuid cause,
    uint64_t *out_size)
{
    if (world.refuses_reports)
        return false;
    world.reports++;
    world.last = *order;
    world.last_cause = cause;
    snprintf(world.last_error, sizeof(world.last_error), "%.*s", TEXT_ARGS(order->error));
    *out_size = ++world.ledger_size;
    if (world.stops_after_report)
        queue_close(sender->wakeup);
    return true;
}

static struct timestamp now(const struct sender *sender)
{
    (void)sender;
    return world.now;
}

static const struct sender_ports ports = {
    .find_due = find_due,
    .find_next = find_next,
    .gather = gather,
    .prepare = prepare,
    .begin = begin,
    .report = report,
    .now = now,
};

/* One row is due, and the read models show the whole ledger. */
static void set_up(void)
{
    memset(&world, 0, sizeof(world));
    world.now.us = NOON * (int64_t)US_PER_S;
    world.rows[0].id = (struct uuid){{1}};
    world.rows[1].id = (struct uuid){{2}};
    world.count = 1;
    world.outcome = DELIVERY_DONE;
    world.ledger_size = 100;
    world.progress = (struct progress){.size = 100, .is_connected = true};
    world.sender = (struct sender){
        .ports = &ports,
        .reader.progress = &world.progress,
        .wakeup = queue_new(1),
        .must_be_shown = 100,
    };
}

static void tear_down(void)
{
    queue_free(world.sender.wakeup);
    for (size_t i = 0; i < SENDER_LANES; i++)
        lane_free(&world.sender.lanes[i]);
}

/* The read models have got there: what was reported is due no more. */
static void given_shown(void)
{
    world.progress.size = world.ledger_size;
    world.count = 0;
}

static void what_was_told_is_told_once_however_late_the_report_is_shown(void)
{
    sender_turn(&world.sender);
    for (int i = 0; i < 3; i++)
        sender_turn(&world.sender);
    expect_int64(world.told, 1);
    expect_int64(world.looks, 1);
    given_shown();
    sender_turn(&world.sender);
    expect_int64(world.looks, 2);
    expect_int64(world.told, 1);
}

/* Its row has the id of the event that asked for it, or tells which event it is about. */
static void the_report_follows_from_what_asked_for_the_delivery(void)
{
    sender_turn(&world.sender);
    expect(uuid_equal(world.last_cause, world.rows[0].id));
    given_shown();
    world.count = 1;
    world.rows[0] = (struct due){.id = {{3}}, .event_id = {{4}}};
    sender_turn(&world.sender);
    expect(uuid_equal(world.last_cause, world.rows[0].event_id));
}

static void after_a_start_it_waits_until_the_whole_ledger_is_shown(void)
{
    world.progress.size = 99;
    expect_int64(sender_turn(&world.sender), US_PER_S);
    expect_int64(world.looks, 0);
    world.progress.size = 100;
    sender_turn(&world.sender);
    expect_int64(world.told, 1);
}

static void while_the_read_models_are_away_nothing_is_told(void)
{
    world.progress.is_connected = false;
    expect_int64(sender_turn(&world.sender), US_PER_S);
    world.progress.is_connected = true;
    world.is_away = true;
    expect_int64(sender_turn(&world.sender), US_PER_S);
    expect_int64(world.told, 0);
}

static void what_could_not_be_reported_is_reported_later_and_not_told_again(void)
{
    world.refuses_reports = true;
    sender_turn(&world.sender);
    sender_turn(&world.sender);
    expect_int64(world.told, 1);
    expect_int64(world.reports, 0);
    world.refuses_reports = false;
    sender_turn(&world.sender);
    expect_int64(world.told, 1);
    expect_int64(world.reports, 1);
    expect(!text_is_present(world.last.error));
}

static void a_failure_is_reported_without_addresses_and_clean(void)
{
    world.outcome = DELIVERY_RETRY;
    world.cause = "550 <ada@example.com> unknown caf\xe9";
    sender_turn(&world.sender);
    expect_text(text_from(world.last_error), "550 [address] unknown caf?");
    expect(!opt_bool_is_true(world.last.is_hopeless));
    given_shown();
    world.count = 1; /* it is due again */
    sender_turn(&world.sender);
    expect_int64(world.told, 2);
}

static void what_cannot_be_delivered_is_reported_as_hopeless(void)
{
    world.outcome = DELIVERY_PERMANENT;
    world.cause = "nobody";
    sender_turn(&world.sender);
    expect(opt_bool_is_true(world.last.is_hopeless));
    expect_text(text_from(world.last_error), "nobody");
}

static void of_what_was_broken_off_nothing_is_said(void)
{
    world.outcome = DELIVERY_ABORTED;
    world.cause = "away";
    world.count = 2;
    expect_int64(sender_turn(&world.sender), US_PER_S);
    expect_int64(world.told, 1);
    expect_int64(world.reports, 0);
}

static void a_stop_ends_the_turn_after_the_row_at_hand(void)
{
    world.count = 2;
    world.stops_after_report = true;
    sender_turn(&world.sender);
    expect_int64(world.told, 1);
    expect_int64(world.reports, 1);
}

static void a_transfer_that_a_stop_breaks_off_is_no_failure(void)
{
    world.outcome = DELIVERY_RETRY;
    world.cause = "cancelled";
    queue_close(world.sender.wakeup);
    sender_turn(&world.sender);
    expect_int64(world.reports, 0);
}

static void with_nothing_due_it_waits_for_the_next_row_and_half_a_minute_at_most(void)
{
    world.count = 0;
    expect_int64(sender_turn(&world.sender), 30LL * US_PER_S);
    world.next = timestamp_plus_us(world.now, 4LL * US_PER_S);
    expect_int64(sender_turn(&world.sender), 4LL * US_PER_S);
    world.next = timestamp_plus_us(world.now, 31LL * US_PER_S);
    expect_int64(sender_turn(&world.sender), 30LL * US_PER_S);
    world.next = timestamp_plus_us(world.now, -5LL * US_PER_S);
    expect_int64(sender_turn(&world.sender), 0);
}

/* n webhooks of as many events, of workspaces and to hosts by these numbers. */
static void given_webhooks(size_t count, const uint8_t *workspaces, const char *const *hosts)
{
    world.outcome = DELIVERY_READY;
    world.count = count;
    for (size_t i = 0; i < count; i++)
        world.rows[i] = (struct due){
            .id = {{1, (uint8_t)i}},
            .kind = {OUTBOX_WEBHOOK},
            .workspace_id = {{workspaces[i]}},
            .channel_id = {{2, (uint8_t)i}},
            .channel_host = text_from(hosts[i]),
        };
}

static void a_host_gets_two_at_once_and_the_others_do_not_wait_for_it(void)
{
    static const uint8_t workspaces[] = {1, 2, 3, 4};
    static const char *const hosts[] = {"a", "a", "a", "b"};

    given_webhooks(4, workspaces, hosts);
    sender_turn(&world.sender);
    expect_int64((int64_t)world.begun_count, 3);
    sender_turn(&world.sender);
    expect_int64((int64_t)world.begun_count, 3);
    given_told(0, DELIVERY_DONE);
    sender_turn(&world.sender);
    expect_int64(world.reports, 1);
    expect_int64((int64_t)world.begun_count, 3); /* the report is not shown yet */
    world.progress.size = world.ledger_size;
    world.rows[0].id = (struct uuid){{9}};
    sender_turn(&world.sender);
    expect_int64((int64_t)world.begun_count, 4);
}

static void a_workspace_gets_four_at_once_and_mail_waits_for_no_channel(void)
{
    static const uint8_t workspaces[] = {1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 4};
    static const char *const hosts[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"};

    given_webhooks(11, workspaces, hosts);
    world.rows[9] = (struct due){.id = {{7}}, .kind = {OUTBOX_MAIL_RESET}};
    world.rows[10] = (struct due){.id = {{8}}, .kind = {OUTBOX_MAIL_RESET}};
    sender_turn(&world.sender);
    expect_int64((int64_t)world.begun_count, 9);
    expect(uuid_equal(world.begun[4]->due.id, world.rows[5].id)); /* the fifth of 1 waits */
    expect(uuid_equal(world.begun[8]->due.id, world.rows[9].id));
}

static void what_was_broken_off_on_its_way_stays_due(void)
{
    static const uint8_t workspaces[] = {1};
    static const char *const hosts[] = {"a"};

    given_webhooks(1, workspaces, hosts);
    sender_turn(&world.sender);
    queue_close(world.sender.wakeup);
    given_told(0, DELIVERY_RETRY);
    expect(!sender_report(&world.sender));
    expect_int64(world.reports, 0);
}

static void what_was_told_while_we_stop_is_reported(void)
{
    static const uint8_t workspaces[] = {1};
    static const char *const hosts[] = {"a"};

    given_webhooks(1, workspaces, hosts);
    sender_turn(&world.sender);
    queue_close(world.sender.wakeup);
    given_told(0, DELIVERY_DONE);
    sender_report(&world.sender);
    expect_int64(world.reports, 1);
    expect(uuid_equal(world.last.channel_id, world.rows[0].channel_id));
}

static void a_digest_is_looked_for_once_it_is_shown(void)
{
    world.gathers = 1;
    expect_int64(sender_turn(&world.sender), US_PER_S);
    expect_int64(world.looks, 0);
    sender_turn(&world.sender);
    expect_int64(world.looks, 0);
    world.progress.size = world.ledger_size;
    sender_turn(&world.sender);
    expect_int64(world.looks, 1);
}

static const struct test tests[] = {
    TEST(what_was_told_is_told_once_however_late_the_report_is_shown),
    TEST(the_report_follows_from_what_asked_for_the_delivery),
    TEST(after_a_start_it_waits_until_the_whole_ledger_is_shown),
    TEST(while_the_read_models_are_away_nothing_is_told),
    TEST(what_could_not_be_reported_is_reported_later_and_not_told_again),
    TEST(a_failure_is_reported_without_addresses_and_clean),
    TEST(what_cannot_be_delivered_is_reported_as_hopeless),
    TEST(of_what_was_broken_off_nothing_is_said),
    TEST(a_stop_ends_the_turn_after_the_row_at_hand),
    TEST(a_transfer_that_a_stop_breaks_off_is_no_failure),
    TEST(a_host_gets_two_at_once_and_the_others_do_not_wait_for_it),
    TEST(a_workspace_gets_four_at_once_and_mail_waits_for_no_channel),
    TEST(what_was_broken_off_on_its_way_stays_due),
    TEST(what_was_told_while_we_stop_is_reported),
    TEST(a_digest_is_looked_for_once_it_is_shown),
    TEST(with_nothing_due_it_waits_for_the_next_row_and_half_a_minute_at_most),
};

const struct suite test_sender_turn_suite =
    SUITE_WITH("api/outbound/sender_turn", tests, .set_up = set_up, .tear_down = tear_down);
