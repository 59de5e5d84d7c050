/*
 * A server that listens for others than its own machine is set up by its token alone; and one that a supervisor starts
 * again and again (`Restart=always`) ends where it is to begin anew, and is back.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/e2e/client.h"
#include "tests/e2e/people.h"
#include "tests/support/listen.h"

#include <unistd.h>

#define MAIL                                                                                       \
    "{\"smtpHost\":\"127.0.0.1\",\"smtpPort\":25,\"smtpSecure\":false,\"smtpUsername\":\"\","      \
    "\"smtpPassword\":\"\",\"fromEmail\":\"fleet@example.com\",\"fromName\":\"Fleet\","            \
    "\"webAppUrl\":\"https://fleet.example\"}"
#define INSTALLATION                                                                               \
    "{\"mail\":" MAIL ",\"admin\":{\"name\":\"Ann\",\"email\":\"" ADMIN_EMAIL                      \
    "\",\"password\":\"" ADMIN_PASSWORD                                                            \
    "\"},\"workspace\":{\"name\":\"Main\",\"slug\":\"main\",\"defaultTimezone\":\"UTC\"}}"

static struct site *site;
static struct client anybody;
static struct client told; /* the same with the token */

/* At all addresses of the machine, of which the tests use the loopback. */
static void given_a_server_to_set_up(void)
{
    const char *file;
    int port;

    if (site != NULL)
        return;
    site = given_site(NULL);
    close(listen_anywhere(&port));
    given_setting(site, "PORT", text_format(site->arena, "%d", port).data);
    given_setting(site, "HOST", "0.0.0.0");
    given_setting(site, "ADMIN_PASSWORD", "");
    given_setting(site, "SETUP", "true");
    given_setting(site, "NOTIFY_SOCKET", "/nowhere/notify"); /* there is a supervisor */
    given_started(site);
    anybody = (struct client){site, site->arena, NULL};
    file = text_format(site->arena, "%s/setup-token", site->home).data;
    told = with(
        &anybody, "Setup-Token: %.*s\r\n", TEXT_ARGS(text_trim(contents_of(site->arena, file))));
}

static void expect_token_wanted(const struct client *client, const char *path, const char *body)
{
    struct reply refused = ask(client, "POST", body, "%s", path);

    expect_at(refused.status == 401, __FILE__, __LINE__, path);
    expect_value(client, refused, "code", "setup_token_missing");
}

static void where_it_listens_for_others_programs_beside_it_need_the_token_too(void)
{
    static const struct guarded {
        const char *path;
        const char *body;
    } guarded[] = {
        {"/setup/validate/postgres",
         "{\"host\":\"127.0.0.1\",\"username\":\"f\",\"password\":\"f\",\"database\":\"f\"}"},
        {"/setup/validate/redis", "{\"host\":\"127.0.0.1\",\"password\":\"f\"}"},
        {"/setup/validate/smtp", MAIL},
        {"/setup/install", INSTALLATION},
    };
    struct client wrong;

    given_a_server_to_set_up();
    wrong = with(&anybody, "Setup-Token: %043d\r\n", 0);
    for (size_t i = 0; i < COUNT_OF(guarded); i++) {
        expect_token_wanted(&anybody, guarded[i].path, guarded[i].body);
        expect_token_wanted(&wrong, guarded[i].path, guarded[i].body);
    }
    expect_answer(ask(&anybody, "GET", NULL, "/setup/status"), 200);
    expect_answer(
        ask(&told, "POST", guarded[1].body, "%s", guarded[1].path), 400); /* which is tried */
}

/* What a supervisor does: whatever ends is started as before. It ended by itself, and in order. */
static void when_started_again(void)
{
    expect_int64(wait_for_end(site), 0);
    given_running(site);
}

static void under_a_supervisor_it_ends_and_is_back_once_set_up_and_once_told_to(void)
{
    struct client admin;
    struct text before;

    given_a_server_to_set_up();
    expect_answer(ask(&told, "POST", INSTALLATION, "/setup/install"), 200);
    when_started_again();
    expect_value(&anybody, ask(&anybody, "GET", NULL, "/setup/status"), "mode", "installed");
    admin = given_admin(site);
    before = value_at(&anybody, ask(&anybody, "GET", NULL, "/health"), "bootId");
    expect_answer(ask(&admin, "POST", NULL, "/platform-settings/restart"), 202);
    when_started_again();
    expect(
        !text_equal(value_at(&anybody, ask(&anybody, "GET", NULL, "/health"), "bootId"), before));
    expect_answer(ask(&admin, "GET", NULL, "/users/me"), 200);
    expect_answer(ask(&told, "GET", NULL, "/setup/runtime-preset"), 409);
    expect_int64(stop_server(site), 0); /* and not started any more: nothing had it begin again */
    expect_holds(site);
}

enum { TESTS = 2 };

static void tear_down(void)
{
    static int ended;

    if (++ended < TESTS && expect_failures() == 0)
        return;
    end_sites();
    site = NULL;
}

static const struct test tests[TESTS] = {
    TEST(where_it_listens_for_others_programs_beside_it_need_the_token_too),
    TEST(under_a_supervisor_it_ends_and_is_back_once_set_up_and_once_told_to),
};
extern const struct suite test_supervised_suite;
const struct suite test_supervised_suite =
    SUITE_WITH("e2e/supervised", tests, .tear_down = tear_down);
