/*
 * The agent's socket and its terminals, against a server that is played on another thread: real shells
 * on real pseudo-terminals.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node_agent/packet.h"
#include "api/node_agent/realtime.h"
#include "api/node_agent/root_access.h"
#include "api/node_agent/terminals.h"
#include "core/base/encode.h"
#include "core/base/must.h"
#include "core/run/loop.h"
#include "core/run/thread.h"
#include "core/shape/json_peek.h"
#include "tests/support/expect.h"
#include "tests/support/listen.h"
#include "tests/support/peer.h"
#include "tests/support/socket_peer.h"

#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OPEN_PACKET "0{\"sid\":\"x\",\"pingInterval\":25000,\"pingTimeout\":20000}"
#define JOINED      "40/agent-realtime,{\"sid\":\"y\"}"
#define ACK                                                                                        \
    "42/agent-realtime,[\"agent.auth.ack\",{\"authenticated\":true,\"rootAccess\":{\"profile\":"   \
    "\"off\"}}]"
#define SESSION "00000000-0000-4000-8000-000000000001"

static struct arena *arena; /* of the server's thread while it runs, then of the test's */
static struct agent agent;
static struct agent_settings settings;
static struct identity identity;
static struct realtime *realtime;
static struct terminals *terminals;
static struct thread *server;
static struct loop_timer *patience;
static int listener;
static bool is_too_late;

/* What the server does, once for each connection of so many; what it has heard. */
static void (*play)(int peer, size_t connection);
static size_t connections;
static struct text heard[64];
static size_t heard_count;
static char typed[1 << 16]; /* all output of the terminal */
static size_t typed_size;

/* The client's side. */

static void on_changed(void *context, bool is_live)
{
    (void)context;
    (void)is_live;
}

static void on_event(void *context, struct text name, struct text payload, struct arena *of_event)
{
    (void)context;
    terminals_handle(terminals, name, payload, of_event);
}

static void on_room(void *context)
{
    (void)context;
    terminals_resume(terminals);
}

static bool
send_event(void *context, const char *name, const struct shape *shape, const void *value)
{
    (void)context;
    return realtime_send(realtime, name, shape, value);
}

static const struct realtime_listener events = {on_changed, on_event, on_room};

static void on_patience(void *context)
{
    (void)context;
    is_too_late = true;
    loop_stop(agent.loop);
}

static void set_up(void)
{
    arena = arena_new(64 << 20);
    /* A plain shell, in a home without habits of somebody's. */
    must(setenv("SHELL", "/bin/sh", 1) == 0 && setenv("HOME", make_directory(), 1) == 0);
    heard_count = typed_size = 0;
    is_too_late = false;
    identity = (struct identity){
        .agent_token = text_lit("0123456789abcdef0123456789abcdef"), .api_url = text_lit("x")};
    must(uuid_parse(text_lit("00000000-0000-4000-8000-0000000000aa"), &identity.node_id));
    agent = (struct agent){.settings = &settings, .identity = &identity};
    agent.machine.agent_version = text_lit("1.2.3");
    agent.loop = loop_new();
    agent.program = "/nonexistent";
    agent.root_access = root_access_new(agent.loop, make_directory(), agent.program);
    patience = loop_timer_new(agent.loop, on_patience, NULL);
}

static void tear_down(void)
{
    terminals_free(terminals);
    terminals = NULL;
    realtime_free(realtime);
    realtime = NULL;
    loop_timer_free(patience);
    root_access_free(agent.root_access);
    api_client_free(agent.client);
    agent.client = NULL;
    loop_free(agent.loop);
    thread_join(server);
    server = NULL;
    close(listener);
    arena_free(arena);
}

/* The server's side. */

static struct loop_message ending;

static void end_loop(struct loop_message *message)
{
    (void)message;
    loop_stop(agent.loop);
}

static void serve(void *context)
{
    (void)context;
    for (size_t i = 0; i < connections; i++) {
        int peer = socket_peer_accept(listener);
        if (socket_peer_shake_hands(peer))
            play(peer, i);
        peer_close(peer);
    }
    ending.run = end_loop;
    (void)!loop_post(agent.loop, &ending);
}

static void when_served(size_t times, void (*script)(int peer, size_t connection))
{
    struct error error;
    char origin[64];
    int port;

    listener = listen_anywhere(&port);
    snprintf(origin, sizeof(origin), "http://127.0.0.1:%d", port);
    must(
        api_client_new(agent.loop, text_from(origin), NULL, &identity, &agent.client, &error) ==
        STATUS_OK);
    play = script;
    connections = times;
    realtime = realtime_new(&agent, &events, NULL);
    terminals = terminals_new(agent.loop, agent.program, agent.root_access, send_event, NULL);
    loop_timer_set(patience, 15 * (int64_t)US_PER_S);
    server = thread_start("server", serve, NULL);
    loop_run(agent.loop);
    thread_join(server);
    server = NULL;
    expect(!is_too_late);
}

/* The next message, noted; absent at the end. */
static struct text hear(int peer)
{
    AUTO_BUF message = {0};

    buf_init(&message, 1 << 20);
    if (heard_count == COUNT_OF(heard) || socket_peer_receive(peer, &message) != 0x81)
        return (struct text){NULL, 0};
    heard[heard_count] = text_copy(arena, buf_text(&message));
    return heard[heard_count++];
}

/* Of an event, its payload; absent where it is another one. */
static struct text payload_of(struct text message, const char *name)
{
    struct packet packet;

    packet_read(message, "/agent-realtime", arena, &packet);
    return packet.kind == PACKET_EVENT && text_is(packet.name, name) ? packet.payload
                                                                     : (struct text){NULL, 0};
}

/* Waits for an event, gathering what the terminal writes meanwhile. */
static struct text await(int peer, const char *name)
{
    for (int i = 0; i < 100000; i++) {
        struct text message = hear(peer);
        struct text output = payload_of(message, "terminal.output");
        struct text wanted = payload_of(message, name);
        struct bytes bytes;
        if (text_is_present(output) &&
            base64_decode(
                arena, json_peek_text(arena, json_peek_member(arena, output, "payload")), &bytes) &&
            typed_size + bytes.size < sizeof(typed)) {
            memcpy(typed + typed_size, bytes.data, bytes.size);
            typed_size += bytes.size;
            heard_count--;
        }
        if (text_is_present(wanted) || !text_is_present(message))
            return wanted;
    }
    return (struct text){NULL, 0};
}

static void welcome(int peer)
{
    socket_peer_send(peer, OPEN_PACKET);
    hear(peer);
    socket_peer_send(peer, JOINED);
    hear(peer);
    socket_peer_send(peer, ACK);
}

static void order(int peer, const char *name, const char *format, ...) PRINTF_LIKE(3, 4);
static void order(int peer, const char *name, const char *format, ...)
{
    char more[1024];
    va_list args;

    va_start(args, format);
    vsnprintf(more, sizeof(more), format, args);
    va_end(args);
    socket_peer_send(
        peer,
        text_format(
            arena, "42/agent-realtime,[\"%s\",{\"type\":\"%s\",\"sessionId\":\"" SESSION "\"%s}]",
            name, name, more)
            .data);
}

static void type_in(int peer, const char *text)
{
    order(
        peer, "terminal.input", ",\"payload\":\"%s\"",
        base64_encode(arena, bytes_of_text(text_from(text))).data);
}

static bool wrote(const char *what)
{
    return text_contains((struct text){typed, typed_size}, text_from(what));
}

/* The handshake. */

static void welcome_and_ping(int peer, size_t connection)
{
    (void)connection;
    welcome(peer);
    socket_peer_send(peer, "2");
    hear(peer);
}

static void an_agent_joins_and_says_who_it_is(void)
{
    struct text auth;

    when_served(1, welcome_and_ping);
    expect_text(heard[0], "40/agent-realtime,");
    auth = payload_of(heard[1], "agent.auth");
    expect_text(
        json_peek_member(arena, auth, "nodeId"), "\"00000000-0000-4000-8000-0000000000aa\"");
    expect_text(json_peek_member(arena, auth, "agentVersion"), "\"1.2.3\"");
    expect_text(json_peek_member(arena, auth, "type"), "\"agent.auth\"");
    expect_text(
        json_peek_member(arena, json_peek_member(arena, auth, "rootAccess"), "appliedProfile"),
        "\"off\"");
    expect_text(heard[2], "3");
}

static void send_away_once(int peer, size_t connection)
{
    if (connection == 1) {
        welcome_and_ping(peer, connection);
        return;
    }
    socket_peer_send(peer, OPEN_PACKET);
    hear(peer);
    socket_peer_send(peer, "44/agent-realtime,{\"message\":\"not now\"}");
    hear(peer);
}

static void who_is_sent_away_comes_again(void)
{
    when_served(2, send_away_once);
    expect_int64(heard_count, 4);
    expect(text_is_present(payload_of(heard[2], "agent.auth")));
}

static void send_nonsense_once(int peer, size_t connection)
{
    if (connection == 1)
        welcome_and_ping(peer, connection);
    else
        socket_peer_send(peer, "0no json");
    if (connection == 0)
        hear(peer);
}

static void a_server_that_talks_nonsense_is_left(void)
{
    when_served(2, send_nonsense_once);
    expect_text(heard[0], "40/agent-realtime,");
    expect_int64(heard_count, 3);
}

/* Terminals. */

static struct text exited;

static void use_terminal(int peer, size_t connection)
{
    (void)connection;
    welcome(peer);
    order(peer, "terminal.start", ",\"cols\":100,\"rows\":30,\"runAsRoot\":false");
    await(peer, "terminal.opened");
    type_in(peer, "stty size; echo one$((1+1))three\n");
    while (!wrote("one2three") && text_is_present(await(peer, "terminal.output")))
        ;
    order(peer, "terminal.resize", ",\"cols\":90,\"rows\":20");
    type_in(peer, "stty size; exit 3\n");
    exited = await(peer, "terminal.exited");
}

static void a_terminal_is_used_from_its_start_to_its_end(void)
{
    when_served(1, use_terminal);
    expect(text_contains(payload_of(heard[2], "terminal.opened"), text_lit("\"cols\":100")));
    expect(wrote("30 100\r\n"));
    expect(wrote("one2three\r\n"));
    expect(wrote("20 90\r\n"));
    expect_text(json_peek_member(arena, exited, "exitCode"), "3");
    expect_text(json_peek_member(arena, exited, "reason"), "\"exit status 3\"");
}

static struct loop_message leaving;

static void stop_all(struct loop_message *message)
{
    (void)message;
    terminals_stop(terminals, "leaving");
}

static void stop_terminal(int peer, size_t connection)
{
    (void)connection;
    welcome(peer);
    order(peer, "terminal.start", ",\"cols\":0,\"rows\":0");
    await(peer, "terminal.opened");
    order(peer, "terminal.stop", ",\"reason\":\"enough\"");
    exited = await(peer, "terminal.exited");
}

static void a_terminal_that_is_stopped_says_why(void)
{
    when_served(1, stop_terminal);
    expect_text(json_peek_member(arena, exited, "reason"), "\"enough\"");
    expect_text(json_peek_member(arena, exited, "exitCode"), "-1");
}

static void leave_open(int peer, size_t connection)
{
    (void)connection;
    welcome(peer);
    order(peer, "terminal.start", ",\"cols\":80,\"rows\":24");
    await(peer, "terminal.opened");
    leaving.run = stop_all;
    (void)!loop_post(agent.loop, &leaving);
    exited = await(peer, "terminal.exited");
}

static void an_agent_that_leaves_ends_its_terminals_and_says_so(void)
{
    when_served(1, leave_open);
    expect_text(json_peek_member(arena, exited, "reason"), "\"leaving\"");
    expect_int64(terminals_count(terminals), 0);
}

static struct text complaints[4];

static void ask_for_what_cannot_be(int peer, size_t connection)
{
    (void)connection;
    welcome(peer);
    type_in(peer, "x");
    complaints[0] = await(peer, "terminal.error");
    order(peer, "terminal.start", ",\"cols\":5,\"rows\":5");
    complaints[1] = await(peer, "terminal.error");
    order(peer, "terminal.start", ",\"cols\":80,\"rows\":24,\"runAsRoot\":true");
    complaints[2] = await(peer, "terminal.error");
    order(peer, "terminal.start", ",\"cols\":80,\"rows\":24");
    await(peer, "terminal.opened");
    order(peer, "terminal.start", ",\"cols\":80,\"rows\":24");
    complaints[3] = await(peer, "terminal.error");
}

static void what_cannot_be_is_an_error_of_its_session(void)
{
    when_served(1, ask_for_what_cannot_be);
    expect(text_contains(complaints[0], text_lit("terminal session was not found")));
    expect(text_contains(complaints[1], text_lit("20 columns")));
    expect(text_contains(complaints[2], text_lit("root access profile")));
    expect(text_contains(complaints[3], text_lit("terminal session already exists")));
}

static void go_and_come_back(int peer, size_t connection)
{
    welcome(peer);
    if (connection == 0) {
        order(peer, "terminal.start", ",\"cols\":80,\"rows\":24");
        await(peer, "terminal.opened");
        type_in(peer, "sleep 0.3; echo mean$((1+1))while\n");
        while (!wrote("mean$((") && text_is_present(await(peer, "terminal.output")))
            ;
        return;
    }
    while (!wrote("mean2while") && text_is_present(await(peer, "terminal.output")))
        ;
    type_in(peer, "echo still$((1+1))here; exit\n");
    exited = await(peer, "terminal.exited");
}

static void a_shell_outlives_the_socket_and_its_output_waits(void)
{
    when_served(2, go_and_come_back);
    expect(wrote("mean2while"));
    expect(wrote("still2here"));
    expect_text(json_peek_member(arena, exited, "exitCode"), "0");
}

/* Much more than the queue holds, to a server that does not read for a while. */
static size_t flood_bytes;

static void read_late(int peer, size_t connection)
{
    AUTO_BUF message = {0};
    struct text last = {NULL, 0};

    (void)connection;
    buf_init(&message, 1 << 20);
    welcome(peer);
    order(peer, "terminal.start", ",\"cols\":80,\"rows\":24");
    await(peer, "terminal.opened");
    type_in(peer, "stty -opost; head -c 30000000 /dev/zero; exit\n");
    poll(NULL, 0, 1000);
    while (!text_contains(last, text_lit("terminal.exited")) &&
           socket_peer_receive(peer, &message) == 0x81) {
        last = buf_text(&message);
        flood_bytes += text_contains(last, text_lit("terminal.output")) ? last.size : 0;
    }
}

static void a_flood_reaches_the_shell_as_back_pressure_and_is_whole(void)
{
    flood_bytes = 0;
    when_served(1, read_late);
    expect(flood_bytes > 40000000);
}

static const struct test tests[] = {
    TEST(an_agent_joins_and_says_who_it_is),
    TEST(who_is_sent_away_comes_again),
    TEST(a_server_that_talks_nonsense_is_left),
    TEST(a_terminal_is_used_from_its_start_to_its_end),
    TEST(a_terminal_that_is_stopped_says_why),
    TEST(an_agent_that_leaves_ends_its_terminals_and_says_so),
    TEST(what_cannot_be_is_an_error_of_its_session),
    TEST(a_shell_outlives_the_socket_and_its_output_waits),
    TEST(a_flood_reaches_the_shell_as_back_pressure_and_is_whole),
};
const struct suite test_realtime_suite =
    SUITE_WITH("api/node_agent/realtime", tests, .set_up = set_up, .tear_down = tear_down);
