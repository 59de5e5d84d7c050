/*
 * Turns of a sink in a made-up world: a ledger of events that are one line each, a receiver that does what
 * it is told to, a writer that may refuse.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/sink/sink_internal.h"
#include "tests/support/expect.h"

#include <stdio.h>
#include <string.h>

enum { MOST_REPORTS = 32, NOBODY = 1000000 };

/* The sink, and the world around it. */
static struct {
    struct sink sink; /* first: ports get it and know the rest */
    uint64_t size;    /* of the ledger */
    uint64_t filtered_until;
    bool is_away;
    uint64_t refused; /* position that the receiver refuses; SIZE: none */
    bool refuses_all;
    bool refuses_reports;

    uint64_t taken; /* positions that the receiver has: all below, less what it refused */
    int sends;
    size_t largest;
    int keeps;
    struct {
        int64_t what;
        int64_t position;
        char reason[SINK_LONGEST_REASON + 1];
    } reports[MOST_REPORTS];
    int report_count;
} world;

static enum status read_lines(
    struct sink *sink,
    size_t most,
    struct arena *arena,
    struct sink_batch *out,
    struct error *error)
{
    struct sink_line *lines = arena_array(arena, 8, sizeof(*lines));
    uint64_t next = sink->place.next;

    (void)error;
    *out = (struct sink_batch){.lines = lines, .end = sink->place};
    while (next < world.size && out->count < most && out->count < 8) {
        if (next >= world.filtered_until)
            lines[out->count++].position = (int64_t)next;
        next++;
    }
    out->end.next = next;
    return STATUS_OK;
}

static bool is_refused(const struct sink_batch *batch)
{
    for (size_t i = 0; i < batch->count; i++) {
        if (world.refuses_all || (uint64_t)batch->lines[i].position == world.refused)
            return true;
    }
    return false;
}

static enum sink_outcome send_lines(
    struct sink *sink, const struct sink_batch *batch, struct arena *arena, struct error *error)
{
    (void)sink, (void)arena;
    world.sends++;
    if (batch->count > world.largest)
        world.largest = batch->count;
    if (world.is_away) {
        error_set(error, STATUS_UNAVAILABLE, "away");
        return SINK_FAILED;
    }
    if (is_refused(batch)) {
        error_set(error, STATUS_UNAVAILABLE, "status 400");
        return SINK_REFUSED;
    }
    world.taken += batch->count;
    return SINK_SENT;
}

static void keep(struct sink *sink)
{
    (void)sink;
    world.keeps++;
}

static bool report(struct sink *sink, const struct report_sink *order)
{
    int n = world.report_count;

    (void)sink;
    if (world.refuses_reports || n == MOST_REPORTS)
        return false;
    world.reports[n].what = order->report.is;
    world.reports[n].position = order->position;
    snprintf(
        world.reports[n].reason, sizeof(world.reports[n].reason), "%.*s", TEXT_ARGS(order->reason));
    world.report_count++;
    return true;
}

static int64_t as_it_is(int64_t wait_us)
{
    return wait_us;
}

static const struct sink_ports ports = {read_lines, send_lines, keep, report, as_it_is};

static void set_up(void)
{
    memset(&world, 0, sizeof(world));
    world.sink.ports = &ports;
    world.size = 20;
    world.refused = NOBODY;
}

static int64_t turn(void)
{
    return sink_turn(&world.sink).us;
}

static void turns(int count)
{
    for (int i = 0; i < count; i++)
        (void)turn();
}

static void expect_report(int n, enum sink_report what, int64_t position, const char *reason)
{
    expect(n < world.report_count);
    expect_int64(world.reports[n].what, what);
    expect_int64(world.reports[n].position, position);
    expect_text(text_from(world.reports[n].reason), reason);
}

static void what_is_taken_is_noted_and_then_it_waits(void)
{
    expect_int64(turn(), 0);
    expect_int64(world.sink.place.next, 8);
    expect_int64(world.keeps, 1);
    turns(2);
    expect_int64(world.taken, 20);
    expect(turn() > 0);
    expect_int64(world.sends, 3);
    expect_int64(world.report_count, 0);
}

static void what_does_not_pass_is_gone_past(void)
{
    world.filtered_until = 20;
    expect_int64(turn(), 0);
    expect_int64(world.sink.place.next, 20);
    expect(turn() > 0);
    expect_int64(world.sends, 0);
}

static void a_receiver_that_fails_is_tried_ever_later(void)
{
    static const int pauses_s[] = {1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300};

    world.is_away = true;
    for (size_t i = 0; i < COUNT_OF(pauses_s); i++)
        expect_int64(turn(), pauses_s[i] * (int64_t)US_PER_S);
    expect_int64(world.sink.place.next, 0);
    expect_int64(world.keeps, 0);
}

static void a_pause_is_not_cut_short(void)
{
    world.is_away = true;
    expect(sink_turn(&world.sink).is_firm);
    world.is_away = false;
    turns(3);
    expect(!sink_turn(&world.sink).is_firm);
}

static void that_it_fails_is_on_record_from_the_third_time_on_and_so_is_its_end(void)
{
    world.is_away = true;
    turns(2);
    expect_int64(world.report_count, 0);
    turns(3);
    expect_int64(world.report_count, 1);
    expect_report(0, SINK_REPORT_FAILING, 0, "away");
    world.is_away = false;
    turns(3);
    expect_int64(world.report_count, 2);
    expect_report(1, SINK_REPORT_RECOVERED, 8, "");
    expect_int64(world.taken, 20);
}

static void what_could_not_be_reported_is_reported_the_next_time(void)
{
    world.is_away = true;
    world.refuses_reports = true;
    turns(4);
    world.refuses_reports = false;
    turns(1);
    expect_report(0, SINK_REPORT_FAILING, 0, "away");
}

static void an_event_that_is_refused_three_times_is_left_out_on_record(void)
{
    world.refused = 3;
    turns(1 + 3 + 3 + 8);
    expect_int64(world.report_count, 1);
    expect_report(0, SINK_REPORT_REFUSED, 3, "status 400");
    turns(4);
    expect_int64(world.sink.place.next, 20);
    expect_int64(world.taken, 19);
    expect_int64(atomic_load(&world.sink.figures.refused), 1);
}

static void behind_the_event_that_was_refused_many_are_sent_at_once_again(void)
{
    world.refused = 3;
    turns(1 + 3 + 3 + 4);
    world.largest = 0;
    turns(1);
    expect_int64(world.largest, 8);
}

static void nothing_is_left_out_that_is_not_on_record(void)
{
    world.refused = 3;
    world.refuses_reports = true;
    turns(30);
    expect_int64(world.sink.place.next, 3);
    world.refuses_reports = false;
    turns(1);
    expect_int64(world.sink.place.next, 4);
}

static void a_receiver_that_refuses_everything_is_not_left_out_of_everything(void)
{
    world.refuses_all = true;
    turns(200);
    expect_int64(world.sink.place.next, SINK_DEAD_IN_A_ROW);
    expect_int64(world.report_count, SINK_DEAD_IN_A_ROW + 1);
    expect_report(SINK_DEAD_IN_A_ROW, SINK_REPORT_FAILING, SINK_DEAD_IN_A_ROW, "status 400");
    world.refuses_all = false;
    turns(20);
    expect_int64(world.taken, 20 - SINK_DEAD_IN_A_ROW);
}

static const struct test tests[] = {
    TEST(what_is_taken_is_noted_and_then_it_waits),
    TEST(what_does_not_pass_is_gone_past),
    TEST(a_receiver_that_fails_is_tried_ever_later),
    TEST(a_pause_is_not_cut_short),
    TEST(that_it_fails_is_on_record_from_the_third_time_on_and_so_is_its_end),
    TEST(what_could_not_be_reported_is_reported_the_next_time),
    TEST(an_event_that_is_refused_three_times_is_left_out_on_record),
    TEST(behind_the_event_that_was_refused_many_are_sent_at_once_again),
    TEST(nothing_is_left_out_that_is_not_on_record),
    TEST(a_receiver_that_refuses_everything_is_not_left_out_of_everything),
};

const struct suite test_sink_turn_suite = SUITE_WITH("api/sink/sink_turn", tests, .set_up = set_up);
