/*
 * Rooms: who gets which frame, how often, in which order and how many at a time. The loop runs on the
 * test's own thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/socket/rooms.h"
#include "tests/support/expect.h"

#include <string.h>

enum { CROWD = 250, MOST_HEARD = 8 };

/* Writes down the first letters of what it gets. */
struct ear {
    struct room_member member; /* first */
    char heard[MOST_HEARD];
};

static struct loop *loop;
static struct rooms *rooms;
static atomic_size_t listeners;
static struct ear crowd[CROWD];
static int ended;

static void take(struct room_member *member, struct websocket_frame *frame)
{
    struct ear *ear = (struct ear *)member;
    struct bytes bytes = websocket_frame_bytes(frame);
    size_t size = strlen(ear->heard);

    if (size < MOST_HEARD - 1)
        ear->heard[size] = (char)bytes.data[2]; /* behind the header of a short frame */
}

static void make_rooms(void)
{
    loop = loop_new();
    listeners = 0;
    ended = 0;
    rooms = rooms_new(loop, &listeners);
    memset(crowd, 0, sizeof(crowd));
    for (size_t i = 0; i < CROWD; i++)
        crowd[i].member.take = take;
}

static void free_rooms(void)
{
    for (size_t i = 0; i < CROWD; i++)
        rooms_leave_all(rooms, &crowd[i].member);
    expect_int64(listeners, 0);
    rooms_free(rooms);
    loop_free(loop);
}

/* What is to be done on the loop. */
struct step {
    struct loop_message message; /* first */
    void (*run)(void);
};

static void run_step(struct loop_message *message)
{
    ((struct step *)message)->run();
}

static void post(struct step *step, void (*run)(void))
{
    *step = (struct step){.message.run = run_step, .run = run};
    expect(loop_post(loop, &step->message));
}

static void stop(void)
{
    loop_stop(loop);
}

/* Does this, then what follows from it, on the loop. */
static void on_loop(void (*run)(void))
{
    struct step first;
    struct step last;

    post(&first, run);
    post(&last, stop);
    loop_run(loop);
}

static void on_done(void *context)
{
    (void)context;
    ended++;
}

static struct room_name workspace(uint8_t n)
{
    return (struct room_name){ROOM_WORKSPACE, {{1, n}}};
}

static struct room_name node(uint8_t n)
{
    return (struct room_name){ROOM_NODE, {{2, n}}};
}

static void join(struct ear *ear, struct room_name room)
{
    rooms_join(rooms, &ear->member, room, room.id);
}

static void say_to(const char *text, struct room_name a, struct room_name b)
{
    struct broadcast *broadcast = broadcast_new(on_done, NULL);
    const struct room_name both[] = {a, b};

    broadcast_add(broadcast, websocket_frame_new(WEBSOCKET_TEXT, text_from(text)), both, 2);
    broadcast_send(broadcast, &rooms, 1);
}

static void say(const char *text, struct room_name room)
{
    struct broadcast *broadcast = broadcast_new(on_done, NULL);

    broadcast_add(broadcast, websocket_frame_new(WEBSOCKET_TEXT, text_from(text)), &room, 1);
    broadcast_send(broadcast, &rooms, 1);
}

static void expect_heard(const struct ear *ear, const char *wanted)
{
    expect_text(text_from(ear->heard), wanted);
}

static void join_both_rooms(void)
{
    join(&crowd[0], workspace(1));
    join(&crowd[0], node(1));
    join(&crowd[0], node(1));
    join(&crowd[1], node(1));
    join(&crowd[2], workspace(2));
    say_to("a", node(1), workspace(1));
}

static void a_frame_reaches_each_member_of_its_rooms_once_and_nobody_else(void)
{
    on_loop(join_both_rooms);
    expect_heard(&crowd[0], "a");
    expect_heard(&crowd[1], "a");
    expect_heard(&crowd[2], "");
    expect_int64(listeners, 3);
    expect_int64(ended, 1);
}

static void join_an_agents_room(void)
{
    join(&crowd[0], (struct room_name){ROOM_AGENT, {{3}}});
    say("a", (struct room_name){ROOM_AGENT, {{3}}});
}

static void an_agent_hears_what_is_for_it_and_is_no_listener(void)
{
    on_loop(join_an_agents_room);
    expect_heard(&crowd[0], "a");
    expect_int64(listeners, 0);
}

static void say_three_things(void)
{
    join(&crowd[0], workspace(1));
    say("a", workspace(1));
    say("b", workspace(1));
    say("c", workspace(1));
}

static void frames_arrive_in_the_order_in_which_they_were_sent(void)
{
    on_loop(say_three_things);
    expect_heard(&crowd[0], "abc");
}

static void leave_again(void)
{
    join(&crowd[0], workspace(1));
    join(&crowd[0], node(1));
    rooms_leave(rooms, &crowd[0].member, workspace(1));
    say("a", workspace(1));
    say("b", node(1));
}

static void who_has_left_a_room_hears_the_others(void)
{
    on_loop(leave_again);
    expect_heard(&crowd[0], "b");
}

/* Ids of workspaces are made of the time. */
static struct room_name workspace_of(int64_t us)
{
    static const uint8_t rest[8] = {0};

    return (struct room_name){ROOM_WORKSPACE, uuid_v7((struct timestamp){us}, rest)};
}

static void hear_all(void)
{
    rooms_hear_all(rooms, &crowd[0].member, (struct timestamp){5000000});
    join(&crowd[0], workspace_of(4000000));
    rooms_set_exception(rooms, &crowd[0].member, workspace_of(3000000).id, true);
    say("a", workspace_of(4000000));
    say("b", workspace_of(3000000));
    say("c", workspace_of(6000000));
    say("d", node(1));
    say("e", workspace_of(2000000));
}

static void who_hears_all_hears_each_workspace_of_that_time_once_but_for_exceptions(void)
{
    on_loop(hear_all);
    expect_heard(&crowd[0], "ae");
    expect_int64(listeners, 1);
}

static void hear_all_no_longer(void)
{
    rooms_hear_all(rooms, &crowd[0].member, (struct timestamp){5000000});
    join(&crowd[0], workspace_of(2000000));
    rooms_hear_all(rooms, &crowd[0].member, (struct timestamp){0});
    say("a", workspace_of(1000000));
    say("b", workspace_of(2000000));
}

static void who_hears_all_no_longer_hears_what_it_has_joined(void)
{
    on_loop(hear_all_no_longer);
    expect_heard(&crowd[0], "b");
}

static bool is_first(struct uuid workspace_id, const void *context)
{
    (void)context;
    return uuid_equal(workspace_id, workspace(1).id);
}

static void lose_the_second(void)
{
    join(&crowd[0], workspace(1));
    rooms_join(rooms, &crowd[0].member, node(1), workspace(1).id);
    join(&crowd[0], workspace(2));
    rooms_join(rooms, &crowd[0].member, node(2), workspace(2).id);
    rooms_set_exception(rooms, &crowd[0].member, workspace(2).id, true);
    rooms_keep_allowed(rooms, &crowd[0].member, is_first, NULL);
    say_to("a", workspace(2), node(2));
    say_to("b", workspace(1), node(1));
}

static void who_loses_a_workspace_leaves_its_room_and_those_of_its_nodes(void)
{
    on_loop(lose_the_second);
    expect_heard(&crowd[0], "b");
    expect_int64(rooms_joined(&crowd[0].member), 2);
    expect(!rooms_has_exception(&crowd[0].member, workspace(2).id));
}

static size_t reached(void)
{
    size_t count = 0;

    for (size_t i = 0; i < CROWD; i++)
        count += strlen(crowd[i].heard);
    return count;
}

static size_t reached_at_first;

static void look(void)
{
    reached_at_first = reached();
}

static void fill_the_room(void)
{
    static struct step step;

    for (size_t i = 0; i < CROWD; i++)
        join(&crowd[i], workspace(1));
    say("a", workspace(1));
    post(&step, look); /* behind the first slice */
}

static void on_crowd(void (*then)(void))
{
    static struct step steps[2];

    post(&steps[0], fill_the_room);
    post(&steps[1], then);
    loop_run(loop);
}

static void stop_later(struct loop_message *message)
{
    static int turns;

    if (++turns % 8 != 0)
        loop_defer(loop, message);
    else
        loop_stop(loop);
}

/* After some turns, in which the slices are served. */
static void stop_after_turns(void)
{
    static struct loop_message message = {.run = stop_later};

    loop_defer(loop, &message);
}

static void a_crowd_is_served_in_slices_between_which_the_loop_turns(void)
{
    on_crowd(stop_after_turns);
    expect(reached_at_first > 0 && reached_at_first <= 100);
    expect_int64(reached(), CROWD);
}

/* Who joined last is served first. Every second one leaves, the next to be served among them. */
static size_t first_to_leave;

static void half_of_them_leave(void)
{
    static struct step step;

    first_to_leave = (CROWD - 1 - reached()) % 2;
    for (size_t i = first_to_leave; i < CROWD; i += 2)
        rooms_leave_all(rooms, &crowd[i].member);
    for (size_t i = first_to_leave; i < CROWD; i += 2)
        join(&crowd[i], workspace(1));
    post(&step, stop_after_turns);
}

static void half_of_them_leave_between_slices(void)
{
    static struct step step;

    post(&step, half_of_them_leave);
}

static void who_leaves_between_slices_is_passed_over_and_all_others_get_the_frame_once(void)
{
    on_crowd(half_of_them_leave_between_slices);
    for (size_t i = 1 - first_to_leave; i < CROWD; i += 2)
        expect_heard(&crowd[i], "a");
    expect_heard(&crowd[first_to_leave], "");
    expect(reached() < CROWD && reached() >= CROWD / 2);
}

static void a_loop_that_has_ended_takes_nothing_and_the_sender_is_told(void)
{
    on_loop(stop);
    say("a", workspace(1));
    expect_int64(ended, 1);
}

static const struct test tests[] = {
    TEST(a_frame_reaches_each_member_of_its_rooms_once_and_nobody_else),
    TEST(an_agent_hears_what_is_for_it_and_is_no_listener),
    TEST(frames_arrive_in_the_order_in_which_they_were_sent),
    TEST(who_has_left_a_room_hears_the_others),
    TEST(who_hears_all_hears_each_workspace_of_that_time_once_but_for_exceptions),
    TEST(who_hears_all_no_longer_hears_what_it_has_joined),
    TEST(who_loses_a_workspace_leaves_its_room_and_those_of_its_nodes),
    TEST(a_crowd_is_served_in_slices_between_which_the_loop_turns),
    TEST(who_leaves_between_slices_is_passed_over_and_all_others_get_the_frame_once),
    TEST(a_loop_that_has_ended_takes_nothing_and_the_sender_is_told),
};

const struct suite test_rooms_suite =
    SUITE_WITH("api/socket/rooms", tests, .set_up = make_rooms, .tear_down = free_rooms);
