/*
 * What is too much, too slow or malformed gets its answer and changes nothing; and a server that is
 * told to end lets nobody hang.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "tests/e2e/held_table.h"
#include "tests/e2e/people.h"
#include "tests/support/peer.h"
#include "tests/support/postgres.h"

#include <signal.h>
#include <string.h>

enum { MIB = 1 << 20 };

static const char *database;
static struct site *site;
static struct client admin;
static struct agent agent;
static struct db *held;

static void given_fleet(void)
{
    database = make_database();
    site = given_site(database);
    given_running(site);
    admin = given_admin(site);
    agent = given_agent(&admin, given_workspace(&admin, "acme"), "web-1");
}

static void tear_down(void)
{
    let_go(&held);
    end_sites();
}

/* Everything until the server closes; its status, 0 when it does not close or says nothing. */
static int status_until_close(int connection)
{
    AUTO_BUF in = {0};
    int64_t status = 0;
    bool has_closed;

    buf_init(&in, MIB);
    has_closed = peer_receive_to_end(connection, &in);
    peer_close(connection);
    return has_closed && text_to_int64(text_slice(buf_text(&in), 9, 3), &status) ? (int)status : 0;
}

static int begin_raw(const char *bytes)
{
    int connection = connection_to(site);

    must(connection >= 0 && peer_send(connection, bytes));
    return connection;
}

static const char *repeated(char c, size_t count)
{
    char *out = arena_take(site->arena, count + 1);

    memset(out, c, count);
    return out;
}

static const char *task_of_size(size_t size)
{
    return text_format(
               site->arena,
               "{\"nodeId\":\"%s\",\"type\":\"shell.exec\",\"payload\":{\"command\":\"%s\"}}",
               agent.node, repeated('x', size))
        .data;
}

static void a_body_beyond_the_limit_of_its_route_is_refused(void)
{
    int64_t size;

    given_fleet();
    expect_answer(
        ask(&admin, "POST", task_of_size(2 * MIB), "/workspaces/%s/tasks", agent.workspace), 201);
    size = metric_of(site, "ledger_size");
    expect_answer(
        ask(&admin, "POST", task_of_size(5 * MIB), "/workspaces/%s/tasks", agent.workspace), 413);
    expect_answer(ask(&admin, "POST", repeated('x', MIB + 1), "/workspaces"), 413);
    expect_int64(
        status_until_close(begin_raw("POST /api/v1/workspaces HTTP/1.1\r\nHost: test\r\n"
                                     "Content-Length: 99999999999\r\n\r\n")),
        413);
    expect_int64(metric_of(site, "ledger_size"), size);
}

static void of_whom_nobody_knows_no_body_without_an_end_is_read(void)
{
    given_fleet();
    expect_int64(
        status_until_close(begin_raw("POST /api/v1/workspaces HTTP/1.1\r\nHost: test\r\n"
                                     "Transfer-Encoding: chunked\r\n\r\n7fffffff\r\n")),
        401);
}

/* As a client does that is told to try again: a caller has only so much of large bodies in a time. */
static void given_task_of_size(size_t size)
{
    const char *task = task_of_size(size);

    expect_soon(ask(&admin, "POST", task, "/workspaces/%s/tasks", agent.workspace).status == 201);
}

/* Seventeen tasks of four megabytes are more than an answer may hold. */
static void a_list_that_is_too_large_is_refused(void)
{
    given_fleet();
    for (int i = 0; i < 17; i++)
        given_task_of_size(4000000);
    expect_answer(ask(&admin, "GET", NULL, "/workspaces/%s/tasks", agent.workspace), 413);
    expect_answer(ask(&admin, "GET", NULL, "/workspaces/%s/tasks?limit=1", agent.workspace), 200);
}

static void output_is_cut_and_not_refused(void)
{
    const char *task;
    struct reply reply;

    given_fleet();
    task = given_started_task(&admin, &agent);
    reply =
        ask(&agent.client, "POST",
            text_format(
                site->arena, "{\"status\":\"success\",\"output\":\"%s\"}", repeated('y', 10 * MIB))
                .data,
            "/agent/tasks/%s/completed", task);
    expect_answer(reply, 200);
    expect_value(&admin, reply, "outputTruncated", "true");
    expect_int64(value_at(&admin, read_task(&admin, &agent, task), "output").size, 8000);
}

static const char *deep(size_t levels)
{
    char *out = arena_take(site->arena, 2 * levels + 64);
    static const char start[] = "{\"name\":";
    size_t from = sizeof(start) - 1;

    memcpy(out, start, from);
    memset(out + from, '[', levels);
    memset(out + from + levels, ']', levels);
    out[from + 2 * levels] = '}';
    return out;
}

static void hostile_bodies_are_invalid_and_change_nothing(void)
{
    static const char *const bodies[] = {
        "",
        "{",
        "null",
        "\"text\"",
        "[]",
        "{\"name\":\"Acme\",\"slug\":\"a\",}",
        "{\"name\":\"Acme\",\"slug\":{}}",
        "{\"name\":[1],\"slug\":\"other\"}",
        "{\"name\":\"A\\u0000cme\",\"slug\":\"other\"}",
        "{\"name\":\"A\\ud800cme\",\"slug\":\"other\"}",
        "{\"name\":\"A\xff\xfe\",\"slug\":\"other\"}",
        "{\"name\":\"Acme\",\"slug\":\"other\",\"unknown\":1}",
        "{\"name\":\"Acme\",\"slug\":\"OTHER ONE\"}",
        "{\"name\":\"Acme\",\"slug\":\"other\",\"isDefault\":\"perhaps\"}",
        "{\"name\":1e999,\"slug\":\"other\"}",
    };
    int64_t size;

    given_fleet();
    size = metric_of(site, "ledger_size");
    for (size_t i = 0; i < COUNT_OF(bodies); i++)
        expect_at(
            ask(&admin, "POST", bodies[i], "/workspaces").status == 400, __FILE__, __LINE__,
            bodies[i]);
    expect_answer(ask(&admin, "POST", deep(100), "/workspaces"), 400);
    expect_answer(ask(&admin, "POST", deep(100000), "/workspaces"), 400);
    expect_answer(ask(&admin, "GET", NULL, "/workspaces/%s", "not-an-id"), 400);
    expect_answer(ask(&admin, "GET", NULL, "/workspaces/%%00"), 400);
    expect_answer(ask(&admin, "GET", NULL, "/tasks?limit=many"), 400);
    expect_int64(metric_of(site, "ledger_size"), size);
}

static void heads_beyond_the_limits_are_refused(void)
{
    struct client many;

    given_fleet();
    many = admin;
    for (int i = 0; i < 120; i++)
        many = with(&many, "X-Header-%d: value\r\n", i);
    expect_answer(ask(&many, "GET", NULL, "/workspaces"), 431);
    many = with(&admin, "X-Long: %s\r\n", repeated('z', 40000));
    expect_answer(ask(&many, "GET", NULL, "/workspaces"), 431);
    expect_answer(ask(&admin, "GET", NULL, "/%s", repeated('z', 20000)), 414);
}

/* A head may take ten seconds, a body thirty; all of them wait together. */
static void slow_clients_are_sent_away(void)
{
    int no_head;
    int half_a_head;
    int half_a_body;

    given_fleet();
    no_head = begin_raw("G");
    half_a_head = begin_raw("GET /health HTTP/1.1\r\nHost: test\r\n");
    half_a_body =
        begin_raw("POST /api/v1/auth/login HTTP/1.1\r\nHost: test\r\nContent-Length: 10\r\n\r\n{");
    expect_int64(status_until_close(no_head), 408);
    expect_int64(status_until_close(half_a_head), 408);
    expect_int64(status_until_close(half_a_body), 408);
}

static void idle_connections_keep_nobody_waiting(void)
{
    enum { IDLE = 500 };
    int connections[IDLE];

    given_fleet();
    for (int i = 0; i < IDLE; i++)
        connections[i] = begin_raw("");
    expect_soon(metric_of(site, "http_connections") >= IDLE);
    expect_answer(create_task(&admin, &agent, "uptime"), 201);
    expect_answer(claim(&agent, 0), 200);
    for (int i = 0; i < IDLE; i++)
        peer_close(connections[i]);
    expect_soon(metric_of(site, "http_connections") < IDLE);
}

static void requests_beyond_the_rate_wait_their_turn(void)
{
    struct client anyone;
    struct reply reply = {0};

    site = given_site(make_database());
    given_setting(site, "RATE_LIMIT_PER_MINUTE", "5");
    given_started(site);
    anyone = (struct client){.site = site, .arena = site->arena};
    for (int i = 0; i < 5; i++)
        expect_answer(ask(&anyone, "GET", NULL, "/docs-json"), 200);
    reply = ask(&anyone, "GET", NULL, "/docs-json");
    expect_answer(reply, 429);
    expect(text_is_present(header_of(&reply, "Retry-After")));
    expect_answer(ask(&anyone, "GET", NULL, "/health/dependencies"), 200); /* by route */
}

static bool is_stopping(void)
{
    AUTO_ARENA arena = arena_new(64 << 20);

    return text_contains(contents_of(arena, site->log), text_lit("serve.stopping"));
}

static void a_server_that_ends_answers_whoever_waits(void)
{
    struct reply reply;
    int parked;
    int reading;

    given_fleet();
    parked = begin_claim(&agent, 30000);
    expect_soon(metric_of(site, "claims_parked") == 1);
    held = given_held_table(database, "tasks");
    reading = begin(&admin, "GET", NULL, "/workspaces/%s/tasks", agent.workspace);
    expect_soon(metric_of(site, "http_in_flight") == 3); /* these two and the question itself */

    must(kill(site->server, SIGTERM) == 0);
    expect_soon(is_stopping());
    reply = finish(&agent.client, parked);
    expect_answer(reply, 200);
    expect_value(&admin, reply, "task", "null");
    let_go(&held);
    reply = finish(&admin, reading);
    expect_answer(reply, 200);
    expect_text(reply.body, "[]");
    expect_int64(wait_for_end(site), 0);
    expect(connection_to(site) < 0);
}

static const struct test tests[] = {
    TEST(a_body_beyond_the_limit_of_its_route_is_refused),
    TEST(of_whom_nobody_knows_no_body_without_an_end_is_read),
    TEST(a_list_that_is_too_large_is_refused),
    TEST(output_is_cut_and_not_refused),
    TEST(hostile_bodies_are_invalid_and_change_nothing),
    TEST(heads_beyond_the_limits_are_refused),
    TEST(slow_clients_are_sent_away),
    TEST(idle_connections_keep_nobody_waiting),
    TEST(requests_beyond_the_rate_wait_their_turn),
    TEST(a_server_that_ends_answers_whoever_waits),
};
const struct suite test_limits_suite = SUITE_WITH("limits", tests, .tear_down = tear_down);
