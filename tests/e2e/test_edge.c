/*
 * What callers meet at the edge of a whole server: who they are taken for, how much of what they
 * send is taken, and what they are told.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "tests/e2e/people.h"
#include "tests/support/peer.h"
#include "tests/support/postgres.h"

#include <string.h>
#include <sys/socket.h>

static struct site *site;
static struct client admin;
static struct client anyone;

static void given_server_with(const char *name, const char *value)
{
    site = given_site(make_database());
    if (name != NULL)
        given_setting(site, name, value);
    given_running(site);
    anyone = (struct client){.site = site, .arena = site->arena};
    admin = given_admin(site);
}

static struct text header(struct reply reply, const char *name)
{
    struct text value = header_of(&reply, name);

    return text_is_present(value) ? value : text_lit("");
}

/* Where the newest entry of the platform's trail came from. */
static struct text newest_origin(void)
{
    return value_at(&admin, ask(&admin, "GET", NULL, "/audit-logs?limit=1"), "0.ipAddress");
}

static void the_trail_has_the_client_that_a_trusted_proxy_names(void)
{
    struct client behind;

    given_server_with("TRUSTED_PROXIES", "127.0.0.1");
    behind = with(&admin, "X-Forwarded-For: 1.2.3.4, 203.0.113.9\r\n");
    expect_answer(
        ask(&behind, "POST", "{\"name\":\"Acme\",\"slug\":\"acme\"}", "/workspaces"), 201);
    expect_text(newest_origin(), "203.0.113.9");
}

static void the_trail_has_the_peer_where_no_proxy_is_trusted(void)
{
    struct client liar;

    given_server_with(NULL, NULL);
    liar = with(&admin, "X-Forwarded-For: 203.0.113.9\r\nForwarded: for=203.0.113.9\r\n");
    expect_answer(ask(&liar, "POST", "{\"name\":\"Acme\",\"slug\":\"acme\"}", "/workspaces"), 201);
    expect_text(newest_origin(), "127.0.0.1");
}

/* Enough for those who wait until the server is ready. */
#define LIMIT "200"
enum { ALLOWED = 200 };

/* After one request more than is allowed. */
static struct reply last_of_too_many(const struct client *client, const char *path)
{
    struct reply reply = {.status = 0};

    for (int i = 0; i < ALLOWED + 1; i++)
        reply = ask(client, "GET", NULL, "%s", path);
    return reply;
}

static void people_are_limited_as_people_wherever_they_come_from(void)
{
    struct client elsewhere;

    site = given_site(make_database());
    given_setting(site, "TRUSTED_PROXIES", "127.0.0.1");
    given_setting(site, "RATE_LIMIT_PER_MINUTE", LIMIT);
    given_running(site);
    anyone = (struct client){.site = site, .arena = site->arena};
    admin = given_admin(site);
    elsewhere = with(&admin, "X-Forwarded-For: 203.0.113.9\r\n");
    expect_answer(last_of_too_many(&admin, "/users/me"), 429);
    expect_answer(ask(&elsewhere, "GET", NULL, "/users/me"), 429);
}

static void strangers_are_limited_by_the_network_that_one_subscriber_has(void)
{
    struct client stranger;
    struct reply reply;

    site = given_site(make_database());
    given_setting(site, "TRUSTED_PROXIES", "127.0.0.1");
    given_setting(site, "RATE_LIMIT_PER_MINUTE", LIMIT);
    given_running(site);
    anyone = (struct client){.site = site, .arena = site->arena};
    stranger = with(&anyone, "X-Forwarded-For: 2001:db8:0:1::1\r\n");
    reply = last_of_too_many(&stranger, "/auth/providers");
    expect_answer(reply, 429);
    expect(header(reply, "Retry-After").size > 0);
    stranger = with(&anyone, "X-Forwarded-For: 2001:db8:0:1:ffff::2\r\n");
    expect_answer(ask(&stranger, "GET", NULL, "/auth/providers"), 429);
    stranger = with(&anyone, "X-Forwarded-For: 2001:db8:0:2::1\r\n");
    expect_answer(ask(&stranger, "GET", NULL, "/auth/providers"), 200);
}

static void a_refusal_at_the_door_leaves_evidence(void)
{
    struct client forger;
    int64_t size;

    given_server_with(NULL, NULL);
    size = metric_of(site, "ledger_size");
    forger = with(&anyone, "Authorization: Bearer forged.token.here\r\n");
    expect_answer(ask(&forger, "GET", NULL, "/users/me"), 401);
    expect_soon(metric_of(site, "ledger_size") == size + 1);
    expect_answer(ask(&forger, "GET", NULL, "/users"), 401);
    expect_soon(metric_of(site, "ledger_size") == size + 2);
}

static void a_flood_of_bad_tokens_is_not_looked_at_for_a_while(void)
{
    struct client forger;
    int status = 401;
    int asked = 0;

    given_server_with("RATE_LIMIT_PER_MINUTE", LIMIT); /* and ten times as many failures */
    forger = with(&anyone, "Authorization: Bearer forged.token.here\r\n");
    while (status == 401 && asked++ < 20 * ALLOWED)
        status = ask(&forger, "GET", NULL, "/users/me").status;
    expect_int64(status, 429);
    expect_int64(asked, 10 * ALLOWED + 2);
    expect_answer(ask(&anyone, "GET", NULL, "/health"), 200);
}

/* The answer to a head that speaks of a body of 100 kB, which is not sent; "100" where it is wanted. */
static struct text answer_to_head(const char *path, const char *headers)
{
    int connection = connection_to(site);
    AUTO_BUF got = {0};

    buf_init(&got, 1 << 20);
    must(peer_send(
        connection,
        text_format(
            site->arena,
            "POST /api/v1%s HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\n"
            "Content-Length: 100000\r\nExpect: 100-continue\r\n%s\r\n",
            path, headers)
            .data));
    (void)!peer_receive_answer(connection, &got);
    peer_close(connection);
    return text_copy(site->arena, text_slice(buf_text(&got), 9, 3));
}

static void a_large_body_is_let_in_only_for_who_may_send_it(void)
{
    const char *workspace;
    struct agent agent;
    const char *tasks;
    const char *report;

    given_server_with(NULL, NULL);
    workspace = given_workspace(&admin, "acme");
    agent = given_agent(&admin, workspace, "web-1");
    tasks = text_format(site->arena, "/workspaces/%s/tasks", workspace).data;
    report = text_format(site->arena, "/agent/tasks/%s/completed", workspace).data;
    expect_text(answer_to_head(tasks, ""), "401");
    expect_text(answer_to_head(tasks, "Authorization: Bearer forged.token.here\r\n"), "401");
    expect_text(answer_to_head(tasks, agent.client.headers), "401");
    expect_text(answer_to_head(tasks, admin.headers), "100");
    expect_text(answer_to_head(report, ""), "401");
    expect_text(answer_to_head(report, admin.headers), "401");
    expect_text(
        answer_to_head(
            report,
            text_format(
                site->arena, "x-agent-node-id: %s\r\nAuthorization: Bearer wrong\r\n", agent.node)
                .data),
        "401");
    expect_text(answer_to_head(report, agent.client.headers), "100");
    expect_text(answer_to_head("/auth/login", ""), "413");
    expect_text(answer_to_head("/nowhere", admin.headers), "413");
}

static void rights_that_end_while_a_body_comes_are_gone(void)
{
    const char *workspace;
    struct client member;
    struct reply reply;
    AUTO_BUF told = {0};
    char *rest;
    int connection;

    given_server_with(NULL, NULL);
    workspace = given_workspace(&admin, "acme");
    member = given_admin(site);
    connection = connection_to(site);
    expect(peer_send(
        connection,
        text_format(
            site->arena,
            "POST /api/v1/workspaces/%s/tasks HTTP/1.1\r\nHost: test\r\nConnection: close\r\n"
            "Content-Type: application/json\r\nContent-Length: 100000\r\n"
            "Expect: 100-continue\r\n%s\r\n",
            workspace, member.headers)
            .data));
    buf_init(&told, 1 << 16);
    expect(peer_receive_answer(connection, &told)); /* to continue */
    reply =
        ask(&admin, "POST",
            body(
                &admin, "{'currentPassword':'%s','newPassword':'another long password'}",
                ADMIN_PASSWORD),
            "/users/me/password");
    expect_answer(reply, 200);
    rest = arena_take(site->arena, 100000);
    memset(rest, ' ', 100000);
    expect(peer_send_bytes(connection, rest, 100000));
    expect_answer(finish(&admin, connection), 401);
}

static void the_document_is_sent_once(void)
{
    struct client again;
    struct client packed;
    struct reply reply;

    given_server_with(NULL, NULL);
    reply = ask(&anyone, "GET", NULL, "/docs-json");
    expect_answer(reply, 200);
    expect(header(reply, "ETag").size > 0);
    expect_text(header(reply, "Cache-Control"), "no-cache");
    again = with(&anyone, "If-None-Match: %.*s\r\n", TEXT_ARGS(header(reply, "ETag")));
    expect_answer(ask(&again, "GET", NULL, "/docs-json"), 304);
    packed = with(&anyone, "Accept-Encoding: gzip\r\n");
    expect(ask(&packed, "GET", NULL, "/docs-json").body.size < reply.body.size / 4);
}

static bool is_line_of_metrics(struct text line)
{
    return text_starts_with(line, text_lit("# ")) ||
           text_starts_with(line, text_lit("fleetledger_")) ||
           text_starts_with(line, text_lit("process_"));
}

/* More than sockets hold (7 MB), of a page that is made anew for each. */
static void answers_that_wait_for_their_reader_stay_as_they_were_made(void)
{
    enum { ANSWERS = 600 };
    static const char ask[] = "GET /metrics HTTP/1.1\r\nHost: test\r\n\r\n";
    int connection;
    AUTO_BUF got = {0};

    given_server_with(NULL, NULL);
    buf_init(&got, 1 << 20);
    connection = connection_to(site);
    must(setsockopt(connection, SOL_SOCKET, SO_RCVBUF, &(int){1 << 17}, sizeof(int)) == 0);
    for (int i = 0; i < ANSWERS; i++)
        must(peer_send(connection, ask));
    expect_soon(metric_of(site, "http_held_bytes") > 0);
    for (int i = 0; i < ANSWERS; i++) {
        struct text page;

        buf_clear(&got);
        expect(peer_receive_answer(connection, &got));
        page = buf_text(&got);
        expect(text_starts_with(page, text_lit("HTTP/1.1 200 ")));
        page = text_slice(page, text_find(page, '#', 0), page.size);
        while (page.size > 0)
            must(is_line_of_metrics(text_cut(&page, '\n')));
    }
    peer_close(connection);
}

static void pages_of_other_origins_may_read_what_is_sent(void)
{
    struct client page;
    struct reply reply;

    given_server_with(NULL, NULL);
    page = with(&admin, "Origin: https://dashboard.example\r\n");
    reply = ask(&page, "GET", NULL, "/users/me");
    expect_text(header(reply, "Access-Control-Allow-Origin"), "https://dashboard.example");
    for (struct text rest = reply.head, line; text_is_present(rest);) {
        line = text_cut(&rest, ':');
        line = text_slice(line, text_find(line, '\n', 0) + 1, line.size);
        if (text_is(line, "Ledger-Size") || text_is(line, "ETag") ||
            text_starts_with(line, text_lit("X-RateLimit")) || text_is(line, "X-Correlation-ID"))
            expect_at(
                text_contains(header(reply, "Access-Control-Expose-Headers"), line), __FILE__,
                __LINE__, "every header of ours is exposed");
        (void)text_cut(&rest, '\n');
    }
}

static void a_dashboard_may_ask_for_the_setup_all_the_time(void)
{
    struct reply reply = {.status = 0};

    given_server_with("RATE_LIMIT_PER_MINUTE", LIMIT);
    for (int i = 0; i < 2 * ALLOWED; i++)
        reply = ask(&anyone, "GET", NULL, "/setup/status");
    expect_answer(reply, 200);
    expect_value(&anyone, reply, "mode", "installed");
    expect_value(&anyone, reply, "installed", "true");
    expect_value(&anyone, reply, "restartRequired", "false");
    expect_value(&anyone, reply, "stateDirectory.writable", "true");
}

static void the_log_names_who_asked(void)
{
    struct text id;

    given_server_with(NULL, NULL);
    id = value_at(&admin, ask(&admin, "GET", NULL, "/users/me"), "id");
    stop_server(site);
    expect(text_contains(
        contents_of(site->arena, site->log),
        text_format(site->arena, "\"actor\":\"%.*s\"", TEXT_ARGS(id))));
}

static void metrics_tell_of_the_process_and_its_pools(void)
{
    static const char *const names[] = {
        "\nprocess_cpu_seconds_total ",
        "\nprocess_resident_memory_bytes ",
        "\nprocess_virtual_memory_bytes ",
        "\nprocess_threads ",
        "\nprocess_open_fds ",
        "\nprocess_max_fds ",
        "\nprocess_start_time_seconds ",
        "\nfleetledger_pool_busy{pool=\"read\"} ",
        "\nfleetledger_pool_waiting{pool=\"hash\"} ",
    };
    struct reply reply;

    given_server_with(NULL, NULL);
    reply = ask(&anyone, "GET", NULL, "/metrics");
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        const char *at = memmem(reply.body.data, reply.body.size, names[i], strlen(names[i]));

        expect_at(at != NULL, __FILE__, __LINE__, names[i]);
        expect_at(
            strstr(names[i], "pool") != NULL || strncmp(at + strlen(names[i]), "0\n", 2) != 0,
            __FILE__, __LINE__, names[i]);
    }
}

static void readiness_tells_of_the_outbox(void)
{
    struct reply reply;

    given_server_with(NULL, NULL);
    reply = ask(&anyone, "GET", NULL, "/health/ready");
    expect_answer(reply, 200);
    expect_value(&anyone, reply, "checks.outbox.healthy", "true");
    expect_value(&anyone, reply, "checks.outbox.status", "ready");
    expect_value(&anyone, reply, "checks.outbox.detail", "backlog=0");
    expect_value(&anyone, reply, "checks.outbox.meta.deadLetterCount", "0");
    expect_value(&anyone, reply, "checks.outbox.meta.actions", "[]");
}

/* A mail server that nobody plays: what is to be sent fails, and counts. */
static void a_delivery_that_fails_is_counted_and_the_server_stays_ready(void)
{
    struct client mailing;

    site = given_site(make_database());
    given_setting(site, "SMTP_HOST", "127.0.0.1");
    given_setting(site, "SMTP_PORT", "1");
    given_running(site);
    anyone = (struct client){.site = site, .arena = site->arena};
    mailing = given_admin(site);
    expect_answer(
        ask(&mailing, "POST",
            body(&mailing, "{'email':'ada@fleet.example','name':'Ada','role':'user'}"), "/users"),
        201);
    expect_soon(text_is(
        value_at(
            &anyone, ask(&anyone, "GET", NULL, "/health/ready"), "checks.outbox.meta.failedCount"),
        "1"));
    expect_value(
        &anyone, ask(&anyone, "GET", NULL, "/health/ready"), "checks.outbox.status", "degraded");
    expect_answer(ask(&anyone, "GET", NULL, "/health/ready"), 200);
}

static void commands_are_counted_and_questions_are_not(void)
{
    int64_t before;

    given_server_with(NULL, NULL);
    (void)ask(&admin, "GET", NULL, "/users/me");
    before = metric_of(site, "writer_commands_total");
    (void)ask(&admin, "GET", NULL, "/workspaces"); /* asks for access, but commands nothing */
    expect_int64(metric_of(site, "writer_commands_total"), before);
    expect_answer(ask(&admin, "POST", "{\"name\":\"Acme\",\"slug\":\"acme\"}", "/workspaces"), 201);
    expect_int64(metric_of(site, "writer_commands_total"), before + 1);
}

static const struct test tests[] = {
    TEST(the_trail_has_the_client_that_a_trusted_proxy_names),
    TEST(the_trail_has_the_peer_where_no_proxy_is_trusted),
    TEST(people_are_limited_as_people_wherever_they_come_from),
    TEST(strangers_are_limited_by_the_network_that_one_subscriber_has),
    TEST(a_refusal_at_the_door_leaves_evidence),
    TEST(a_flood_of_bad_tokens_is_not_looked_at_for_a_while),
    TEST(a_large_body_is_let_in_only_for_who_may_send_it),
    TEST(rights_that_end_while_a_body_comes_are_gone),
    TEST(the_document_is_sent_once),
    TEST(answers_that_wait_for_their_reader_stay_as_they_were_made),
    TEST(pages_of_other_origins_may_read_what_is_sent),
    TEST(a_dashboard_may_ask_for_the_setup_all_the_time),
    TEST(the_log_names_who_asked),
    TEST(metrics_tell_of_the_process_and_its_pools),
    TEST(readiness_tells_of_the_outbox),
    TEST(a_delivery_that_fails_is_counted_and_the_server_stays_ready),
    TEST(commands_are_counted_and_questions_are_not),
};

const struct suite test_edge_suite = SUITE_WITH("api", tests, .tear_down = end_sites);
