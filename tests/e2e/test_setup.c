/*
 * A server is set up over HTTP, from an empty home: nothing else is there meanwhile, what it is to rely on is tried, who
 * comes first sets it up, and it goes on by itself as one that was set up.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/e2e/client.h"
#include "tests/e2e/people.h"
#include "tests/e2e/planted.h"
#include "tests/support/listen.h"
#include "tests/support/mail_sink.h"
#include "tests/support/postgres.h"
#include "tests/support/redis_server.h"

#include <string.h>
#include <unistd.h>

enum { RACERS = 3 };

#define SMTP_PASSWORD "planted-smtp-password"

static const char *const planted[] = {SMTP_PASSWORD, REDIS_PASSWORD, ADMIN_PASSWORD, NULL};

static struct site *site;
static struct client anybody;
static struct redis_server redis;
static struct mail_sink *sink;
static const char *database;

static void given_a_server_to_set_up(void)
{
    int port;

    if (site != NULL)
        return;
    database = make_database();
    given_redis_place(&redis);
    given_redis(&redis);
    sink = mail_sink_new();
    site = given_site(NULL);
    close(listen_anywhere(&port));
    given_setting(site, "PORT", text_format(site->arena, "%d", port).data);
    given_setting(site, "ADMIN_PASSWORD", "");
    given_setting(site, "SETUP", "true");
    given_started(site);
    anybody = (struct client){site, site->arena, NULL};
}

/* Of "host='…' user=…": a value. */
static const char *part_of(const char *conninfo, const char *name)
{
    struct text rest = text_from(conninfo);

    while (text_is_present(rest)) {
        struct text value = text_cut(&rest, ' ');
        struct text key = text_cut(&value, '=');
        if (text_is(key, name) && value.size > 1 && value.data[0] == '\'')
            value = text_slice(value, 1, value.size - 2);
        if (text_is(key, name))
            return text_c(site->arena, value);
    }
    return "";
}

static const char *postgres_body(void)
{
    const char *name = strrchr(database, '=') + 1;

    return text_format(
               site->arena,
               "{\"host\":\"%s\",\"port\":%s,\"username\":\"%s\",\"password\":\"\",\"database\":"
               "\"%s\"}",
               part_of(database, "host"),
               part_of(database, "port")[0] == '\0' ? "5432" : part_of(database, "port"),
               part_of(database, "user"), name)
        .data;
}

static const char *redis_body(const char *password)
{
    return text_format(
               site->arena, "{\"host\":\"%s/redis.sock\",\"password\":\"%s\"}", redis.directory,
               password)
        .data;
}

static const char *mail_body(void)
{
    return text_format(
               site->arena,
               "{\"smtpHost\":\"127.0.0.1\",\"smtpPort\":%d,\"smtpSecure\":false,"
               "\"smtpUsername\":\"\",\"smtpPassword\":\"" SMTP_PASSWORD
               "\",\"fromEmail\":\"fleet@example.com\",\"fromName\":\"Fleet\",\"webAppUrl\":"
               "\"http://localhost:3001\"}",
               mail_sink_port(sink))
        .data;
}

static const char *install_body(const char *timezone)
{
    return text_format(
               site->arena,
               "{\"postgres\":%s,\"redis\":%s,\"mail\":%s,\"admin\":{\"name\":\"Ann\",\"email\":"
               "\"" ADMIN_EMAIL "\",\"password\":\"" ADMIN_PASSWORD
               "\"},\"workspace\":{\"name\":\"Main\",\"slug\":\"main\",\"defaultTimezone\":\"%s\"}}",
               postgres_body(), redis_body(REDIS_PASSWORD), mail_body(), timezone)
        .data;
}

static void nothing_else_is_there_while_a_server_is_set_up(void)
{
    struct reply status;

    given_a_server_to_set_up();
    status = ask(&anybody, "GET", NULL, "/setup/status");
    expect_value(&anybody, status, "mode", "setup");
    expect_value(&anybody, status, "installed", "false");
    expect_value(&anybody, status, "stateDirectory.writable", "true");
    expect_answer(ask(&anybody, "GET", NULL, "/metrics"), 200);
    expect_answer(ask(&anybody, "GET", NULL, "/users/me"), 404);
    expect_answer(
        ask(&anybody, "POST", body(&anybody, "{'email':'a@b.cd','password':'x'}"), "/auth/login"),
        404);
    expect_answer(ask(&anybody, "GET", NULL, "/setup/runtime-preset"), 200);
}

static void what_it_is_to_rely_on_is_tried(void)
{
    struct reply tried;

    given_a_server_to_set_up();
    tried = ask(&anybody, "POST", postgres_body(), "/setup/validate/postgres");
    expect_answer(tried, 200);
    expect_value(&anybody, tried, "databaseEmpty", "true");
    expect_answer(ask(&anybody, "POST", redis_body(REDIS_PASSWORD), "/setup/validate/redis"), 200);
    tried = ask(&anybody, "POST", redis_body("another password"), "/setup/validate/redis");
    expect_answer(tried, 400);
    expect_value(&anybody, tried, "message", "Redis connection failed: Redis refuses: WRONGPASS");
    expect_answer(ask(&anybody, "POST", mail_body(), "/setup/validate/smtp"), 200);
    expect(mail_sink_wait(sink, 1));
    tried =
        ask(&anybody, "POST",
            body(
                &anybody, "{'host':'127.0.0.1','port':1,'username':'u','password':'" SMTP_PASSWORD
                          "','database':'d'}"),
            "/setup/validate/postgres");
    expect_answer(tried, 400);
    expect(planted_in(planted, tried.body) == NULL);
}

static void who_comes_from_elsewhere_needs_the_token(void)
{
    struct client page;
    const char *file;
    struct client told;
    struct reply refused;

    given_a_server_to_set_up();
    page = with(&anybody, "Origin: https://evil.example\r\n");
    refused = ask(&page, "POST", redis_body(REDIS_PASSWORD), "/setup/validate/redis");
    expect_answer(refused, 401);
    expect_value(&anybody, refused, "code", "setup_token_missing");
    file = text_format(site->arena, "%s/setup-token", site->home).data;
    told =
        with(&page, "Setup-Token: %.*s\r\n", TEXT_ARGS(text_trim(contents_of(site->arena, file))));
    expect_answer(ask(&told, "POST", redis_body(REDIS_PASSWORD), "/setup/validate/redis"), 200);
}

static void whoever_comes_first_sets_it_up_and_it_goes_on_by_itself(void)
{
    int connections[RACERS];
    int done = 0;
    struct client admin;
    struct reply shown;

    given_a_server_to_set_up();
    expect_answer(ask(&anybody, "POST", install_body("Mars/Olympus"), "/setup/install"), 400);
    for (int i = 0; i < RACERS; i++)
        connections[i] = begin(&anybody, "POST", install_body("europe/vienna"), "/setup/install");
    for (int i = 0; i < RACERS; i++) {
        struct reply reply = finish(&anybody, connections[i]);
        done += reply.status == 200;
        expect(reply.status == 200 || reply.status == 409);
    }
    expect_int64(done, 1);
    expect_soon(text_is(
        value_at(&anybody, ask(&anybody, "GET", NULL, "/setup/status"), "mode"), "installed"));
    expect_soon(ask(&anybody, "GET", NULL, "/health/ready").status == 200);
    admin = given_admin(site);
    shown = ask(&admin, "GET", NULL, "/platform-settings");
    expect_value(&admin, shown, "database.database", strrchr(database, '=') + 1);
    expect_value(&admin, shown, "mail.fromEmail", "fleet@example.com");
    expect(planted_in(planted, shown.body) == NULL);
    shown = ask(&admin, "GET", NULL, "/workspaces");
    expect_value(&admin, shown, "0.slug", "main");
    expect_value(&admin, shown, "0.defaultTimezone", "Europe/Vienna");
    expect_soon(metric_of(site, "redis_connected") == 1);
}

static void a_server_that_is_set_up_is_not_set_up_again(void)
{
    given_a_server_to_set_up();
    expect_answer(ask(&anybody, "POST", "{}", "/setup/install"), 400);
    expect_answer(ask(&anybody, "POST", install_body("UTC"), "/setup/install"), 409);
    expect_answer(ask(&anybody, "POST", postgres_body(), "/setup/validate/postgres"), 409);
    expect_answer(ask(&anybody, "GET", NULL, "/setup/runtime-preset"), 409);
}

static void no_secret_of_it_is_in_any_file_or_table(void)
{
    given_a_server_to_set_up();
    expect_int64(stop_server(site), 0);
    expect(!planted_is_below(planted, site->home));
    expect(!planted_is_below(planted, site->log));
    expect(!planted_is_in_tables(planted, database));
    given_running(site);
    expect_holds(site);
}

enum { TESTS = 6 };

static void tear_down(void)
{
    static size_t ended;

    if (++ended < TESTS && expect_failures() == 0)
        return;
    end_sites();
    redis_server_kill(&redis);
    mail_sink_free(sink);
    sink = NULL;
    site = NULL;
}

static const struct test tests[TESTS] = {
    TEST(nothing_else_is_there_while_a_server_is_set_up),
    TEST(what_it_is_to_rely_on_is_tried),
    TEST(who_comes_from_elsewhere_needs_the_token),
    TEST(whoever_comes_first_sets_it_up_and_it_goes_on_by_itself),
    TEST(a_server_that_is_set_up_is_not_set_up_again),
    TEST(no_secret_of_it_is_in_any_file_or_table),
};
extern const struct suite test_setup_suite;
const struct suite test_setup_suite = SUITE_WITH("e2e/setup", tests, .tear_down = tear_down);
