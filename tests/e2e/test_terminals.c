/*
 * Terminals as people read them. What agents and screens do is put on the ledger by the commands
 * themselves, on a stopped home; then the server shows it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/connection_commands.h"
#include "commands/terminal/terminal_commands.h"
#include "core/base/must.h"
#include "core/crypto/crypto.h"
#include "tests/e2e/people.h"
#include "tests/support/fixture.h"
#include "tests/support/postgres.h"

#include <string.h>

#define TOKEN_SECRET "what tokens of tests are signed with"

static struct site *site;
static struct client admin;
static struct agent agent;
static struct fixture *home; /* open while the server is stopped */

static void given_fleet(void)
{
    site = given_site(make_database());
    given_setting(site, "SECRETS_ENCRYPTION_KEY", "a secret of tests");
    given_setting(site, "JWT_SECRET", TOKEN_SECRET);
    given_running(site);
    admin = given_admin(site);
    agent = given_agent(&admin, given_workspace(&admin, "acme"), "web-1");
}

static struct uuid id_of(const char *text)
{
    struct uuid id;

    must(uuid_parse(text_from(text), &id));
    return id;
}

static struct uuid my_id(void)
{
    return id_of(document_at(admin.arena, ask(&admin, "GET", NULL, "/users/me").body, "id").data);
}

static struct uuid
given(enum actor_kind kind, struct uuid who, const struct command *command, const void *input)
{
    struct submission *order = make_order(home, command, input);

    order->actor = (struct actor){.kind = kind, .id = who};
    writer_execute(home->writer, order);
    expect_status(order->status, STATUS_OK, &order->error);
    return order->subject;
}

static struct terminal_report report_of(struct uuid session)
{
    return (struct terminal_report){
        .node_id = id_of(agent.node), .connection = {{0x31}}, .session_id = session};
}

/* The agent connects; a person's session is open, and has written. Its id. */
static struct uuid given_open_session(struct uuid person)
{
    struct digest digest = sha256(bytes_of_text(text_from(agent.token)));
    struct connect_agent connect = {
        .node_id = id_of(agent.node),
        .connection = {{0x31}},
        .credential_digest = {digest.bytes, DIGEST_SIZE}};
    struct create_terminal create = {
        .workspace_id = id_of(agent.workspace),
        .node_id = id_of(agent.node),
        .cols = 80,
        .rows = 24};
    struct report_terminal_opened opened = {.cols = INT64_ABSENT, .rows = INT64_ABSENT};
    struct report_terminal_output output = {
        .direction = {1}, .payload = bytes_of_text(text_lit("\x1b[1mhi\r\n"))};
    struct uuid session;

    given(ACTOR_AGENT, connect.node_id, &connect_agent_command, &connect);
    session = given(ACTOR_USER, person, &create_terminal_command, &create);
    opened.report = output.report = report_of(session);
    given(ACTOR_AGENT, connect.node_id, &report_terminal_opened_command, &opened);
    given(ACTOR_AGENT, connect.node_id, &report_terminal_output_command, &output);
    return session;
}

static void given_used_and_closed(struct uuid person, struct uuid session)
{
    struct send_terminal_input input = {
        .session_id = session,
        .attachment_id = {{0x41}},
        .payload = bytes_of_text(text_lit("ls\r"))};
    struct resize_terminal resize = {
        .session_id = session, .attachment_id = {{0x41}}, .cols = 100, .rows = 40};
    struct report_terminal_exited exited = {
        .report = report_of(session), .exit_code = 3, .reason = text_lit("bye")};

    given(ACTOR_USER, person, &send_terminal_input_command, &input);
    given(ACTOR_USER, person, &resize_terminal_command, &resize);
    given(ACTOR_AGENT, id_of(agent.node), &report_terminal_exited_command, &exited);
}

/* Output up to the bound of a transcript, and input beyond it. */
static void given_much_written(struct uuid person, struct uuid session)
{
    enum { OUTPUT = 49152, OUTPUTS = (10 << 20) / OUTPUT, INPUT = 24576, INPUTS = 90 };
    uint8_t *written = arena_take(admin.arena, OUTPUT);
    struct bytes data = {written, OUTPUT};
    struct report_terminal_output output = {
        .report = report_of(session), .direction = {1}, .payload = data};
    struct send_terminal_input input = {
        .session_id = session, .attachment_id = {{0x41}}, .payload = {data.data, INPUT}};

    memset(written, 'x', OUTPUT);
    for (int i = 0; i < OUTPUTS - 1; i++)
        given(ACTOR_AGENT, id_of(agent.node), &report_terminal_output_command, &output);
    for (int i = 0; i < INPUTS; i++)
        given(ACTOR_USER, person, &send_terminal_input_command, &input);
}

/* What happens is told while the server is stopped. */
enum story { LIVE, CLOSED, LONG };
static const char *given_session(struct uuid person, enum story story)
{
    char *shown = arena_take(admin.arena, UUID_TEXT_SIZE);
    struct uuid session;

    expect_int64(stop_server(site), 0);
    home = fixture_open(&(struct fixture_settings){.directory = site->home});
    home->policy.terminal_retention_us = INT64_C(7) * 24 * 3600 * US_PER_S;
    home->policy.boot = (struct uuid){{0x51}};
    session = given_open_session(person);
    if (story == LONG)
        given_much_written(person, session);
    if (story != LIVE)
        given_used_and_closed(person, session);
    fixture_close(home);
    given_running(site);
    uuid_print(session, shown);
    return shown;
}

static struct reply of_session(const char *method, const char *session, const char *rest)
{
    return ask(
        &admin, method, method[0] == 'P' ? "{}" : NULL, "/workspaces/%s/terminal-sessions/%s%s",
        agent.workspace, session, rest);
}

static void a_session_that_is_over_is_read_with_its_transcript(void)
{
    const char *session;
    struct reply reply;

    given_fleet();
    session = given_session(my_id(), CLOSED);
    reply = of_session("GET", session, "");
    expect_answer(reply, 200);
    expect_value(&admin, reply, "status", "closed");
    expect_value(&admin, reply, "closedReason", "bye");
    expect_value(&admin, reply, "exitCode", "3");
    expect_value(&admin, reply, "createdByEmailSnapshot", ADMIN_EMAIL);
    expect_value(&admin, reply, "chunkCount", "5");
    reply = of_session("GET", session, "/chunks");
    expect_answer(reply, 200);
    expect_int64(document_count(reply.body, ""), 5);
    expect_value(
        &admin, reply, "0.payload",
        "U2Vzc2lvbiBjcmVhdGVkIGJ5IGFkbWluQGZsZWV0LmV4YW1wbGUgb24gbm9kZSB3ZWItMQ==");
    expect_value(&admin, reply, "2.direction", "stdout");
    expect_value(&admin, reply, "2.encoding", "base64");
    expect_value(&admin, reply, "2.payload", "G1sxbWhpDQo=");
    expect_value(&admin, reply, "3.direction", "stdin");
    expect_value(&admin, reply, "4.seq", "5");
    reply = of_session("GET", session, "/chunks?limit=2&offset=1");
    expect_int64(document_count(reply.body, ""), 2);
    expect_value(&admin, reply, "0.seq", "2");
    expect_answer(of_session("GET", session, "/chunks?limit=0"), 400);
    expect_answer(of_session("GET", session, "/chunks?limit=1001"), 400);
}

static void a_page_of_chunks_and_a_recording_have_an_end(void)
{
    const char *session;
    struct reply reply;

    given_fleet();
    session = given_session(my_id(), LONG);
    reply = of_session("GET", session, "/chunks?limit=1000");
    expect_answer(reply, 413);
    expect_value(&admin, reply, "code", "answer_too_large");
    reply = of_session("GET", session, "/chunks?limit=200");
    expect_answer(reply, 200);
    expect_int64(document_count(reply.body, ""), 200);
    expect_answer(of_session("GET", session, "/recording"), 200);
}

static bool records(struct reply recording, const char *part)
{
    return text_contains(recording.body, text_from(part));
}

static void a_recording_is_what_players_take(void)
{
    const char *session;
    struct reply reply;

    given_fleet();
    session = given_session(my_id(), CLOSED);
    reply = of_session("GET", session, "/recording");
    expect_answer(reply, 200);
    expect(text_contains(reply.head, text_lit("application/x-asciicast")));
    expect(text_starts_with(
        reply.body, text_lit("{\"version\":2,\"width\":80,\"height\":24,\"timestamp\":")));
    expect(records(reply, ",\"m\",\"Session created by admin@fleet.example on node web-1\"]\n"));
    expect(records(reply, ",\"r\",\"80x24\"]\n"));
    expect(records(reply, ",\"o\",\"\\u001b[1mhi\\r\\n\"]\n"));
    expect(records(reply, ",\"i\",\"ls\\r\"]\n"));
    expect(records(reply, ",\"r\",\"100x40\"]\n"));
    expect(records(reply, ",\"m\",\"bye\"]\n"));
}

static void what_is_over_is_neither_controlled_nor_ended_again(void)
{
    const char *session;
    struct reply reply;

    given_fleet();
    session = given_session(my_id(), CLOSED);
    reply = of_session("POST", session, "/connect-token");
    expect_answer(reply, 409);
    expect_value(&admin, reply, "message", "Terminal session is no longer active.");
    reply = of_session("POST", session, "/terminate");
    expect_answer(reply, 201);
    expect_value(&admin, reply, "status", "closed");
}

static struct reply token_for(const char *session, const char *mode)
{
    return ask(
        &admin, "POST", body(&admin, "{'mode':'%s'}", mode),
        "/workspaces/%s/terminal-sessions/%s/connect-token", agent.workspace, session);
}

static void a_live_session_of_somebody_else_can_be_watched_taken_over_and_ended(void)
{
    const char *session;
    struct reply reply;

    given_fleet();
    session = given_session((struct uuid){{0x77}}, LIVE);
    reply = of_session("GET", session, "");
    expect_answer(reply, 403);
    expect_value(
        &admin, reply, "message", "Only the session creator can inspect a live terminal session.");
    expect_answer(of_session("GET", session, "/chunks"), 403);
    expect_answer(of_session("GET", session, "/recording"), 403);
    expect_answer(token_for(session, "control"), 403);
    expect_answer(token_for(session, "take_over"), 201);
    reply = token_for(session, "watch");
    expect_answer(reply, 201);
    expect_value(&admin, reply, "sessionId", session);
    reply =
        ask(&admin, "GET", NULL, "/workspaces/%s/nodes/%s/terminal-sessions", agent.workspace,
            agent.node);
    expect_int64(document_count(reply.body, ""), 1);
    expect_value(&admin, reply, "0.status", "open");
    reply = of_session("POST", session, "/terminate");
    expect_answer(reply, 201);
    /* No agent is there to be told, so it may be over before the answer is made. */
    expect(
        text_is(value_at(&admin, reply, "status"), "terminating") ||
        text_is(value_at(&admin, reply, "status"), "closed"));
    expect_soon(text_is(value_at(&admin, of_session("GET", session, ""), "status"), "closed"));
}

static void a_token_says_whose_and_which_session_for_what_and_for_two_minutes(void)
{
    const char *session;
    struct reply reply;
    struct text claims = {0};
    struct error error;

    given_fleet();
    session = given_session(my_id(), LIVE);
    reply = token_for(session, "watch");
    expect_ok(
        jwt_verify(
            admin.arena, text_lit(TOKEN_SECRET), value_at(&admin, reply, "terminalConnectToken"),
            timestamp_now(), &claims, &error),
        &error);
    expect_text(document_at(admin.arena, claims, "type"), "terminal_session");
    expect_text(document_at(admin.arena, claims, "mode"), "watch");
    expect_text(document_at(admin.arena, claims, "sessionId"), session);
    expect_text(document_at(admin.arena, claims, "workspaceId"), agent.workspace);
    expect_text(document_at(admin.arena, claims, "email"), ADMIN_EMAIL);
    expect_text(document_at(admin.arena, claims, "role"), "platform_admin");
    expect(uuid_equal(id_of(document_at(admin.arena, claims, "sub").data), my_id()));
    expect_status(
        jwt_verify(
            admin.arena, text_lit(TOKEN_SECRET), value_at(&admin, reply, "terminalConnectToken"),
            timestamp_plus_us(timestamp_now(), INT64_C(121) * US_PER_S), &claims, &error),
        STATUS_UNAUTHENTICATED, NULL);
}

static void a_token_for_a_terminal_opens_nothing_else(void)
{
    const char *session;
    struct text token;
    struct client bearer;

    given_fleet();
    session = given_session(my_id(), LIVE);
    token = document_at(
        admin.arena, of_session("POST", session, "/connect-token").body, "terminalConnectToken");
    expect(token.size > 0);
    bearer = (struct client){site, admin.arena, NULL};
    bearer = with(&bearer, "Authorization: Bearer %.*s\r\n", TEXT_ARGS(token));
    expect_answer(ask(&bearer, "GET", NULL, "/users/me"), 401);
}

/* Its connection was of an earlier run of the server. */
static void a_session_needs_a_node_that_is_connected(void)
{
    struct reply reply;

    given_fleet();
    reply =
        ask(&admin, "POST", "{}", "/workspaces/%s/nodes/%s/terminal-sessions", agent.workspace,
            agent.node);
    expect_answer(reply, 409);
    expect_value(
        &admin, reply, "message", "Node web-1 does not have an active agent realtime route.");
    expect_answer(
        ask(&admin, "POST", "{\"cols\":19}", "/workspaces/%s/nodes/%s/terminal-sessions",
            agent.workspace, agent.node),
        400);
}

static const struct test tests[] = {
    TEST(a_session_that_is_over_is_read_with_its_transcript),
    TEST(a_page_of_chunks_and_a_recording_have_an_end),
    TEST(a_recording_is_what_players_take),
    TEST(what_is_over_is_neither_controlled_nor_ended_again),
    TEST(a_live_session_of_somebody_else_can_be_watched_taken_over_and_ended),
    TEST(a_token_says_whose_and_which_session_for_what_and_for_two_minutes),
    TEST(a_token_for_a_terminal_opens_nothing_else),
    TEST(a_session_needs_a_node_that_is_connected),
};

const struct suite test_terminals_suite =
    SUITE_WITH("e2e/terminals", tests, .tear_down = end_sites);
