/*
 * What somebody does who looks after the machine: passwords that were lost, signals, the service
 * manager.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "tests/e2e/people.h"
#include "tests/support/postgres.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static struct site *site;
static struct client anyone;

static void set_up(void)
{
    site = given_site(make_database());
    anyone = (struct client){.site = site, .arena = site->arena};
}

static bool says(struct text said, const char *part)
{
    return text_contains(said, text_from(part));
}

static const char *password_file(const char *password)
{
    const char *path = text_format(site->arena, "%s/password", make_directory()).data;
    FILE *file = fopen(path, "w");

    fprintf(file, "%s\n", password);
    fclose(file);
    return path;
}

static int sign_in(const char *password)
{
    return ask(&anyone, "POST",
               body(&anyone, "{'email':'%s','password':'%s'}", ADMIN_EMAIL, password),
               "/auth/login")
        .status;
}

static struct program_run reset_password(const char *email, const char *password)
{
    return RUN(
        site, "reset-password", email,
        text_format(site->arena, "--password-file=%s", password_file(password)).data);
}

static void a_password_is_reset_beside_a_running_server_and_on_record(void)
{
    struct client admin;

    given_running(site);
    admin = given_admin(site);
    expect_int64(reset_password(ADMIN_EMAIL, "another long password").exit_code, 0);
    expect_int64(ask(&admin, "GET", NULL, "/users/me").status, 401);
    expect_int64(sign_in(ADMIN_PASSWORD), 401);
    expect_int64(sign_in("another long password"), 200);
    expect(
        says(RUN(site, "verify", "--ledger-only").output, "ledger       ok")); /* and it is there */
}

static void a_password_is_reset_on_a_stopped_home(void)
{
    given_running(site);
    expect_int64(stop_server(site), 0);
    expect_int64(reset_password(ADMIN_EMAIL, "another long password").exit_code, 0);
    given_running(site);
    expect_int64(sign_in(ADMIN_PASSWORD), 401);
    expect_int64(sign_in("another long password"), 200);
}

static void expect_reset_refused(int code, const char *email, const char *password, const char *why)
{
    struct program_run run = reset_password(email, password);

    expect_int64(run.exit_code, code);
    expect(says(run.output, why));
}

static void a_reset_that_cannot_be_says_why(void)
{
    expect_reset_refused(3, ADMIN_EMAIL, "another long password", "There is no ledger in");
    given_running(site);
    expect_reset_refused(
        3, "who@example.com", "another long password", "User of that address was not found");
    expect_reset_refused(2, ADMIN_EMAIL, "short", "a password has at least 8 characters");
    expect_int64(sign_in(ADMIN_PASSWORD), 200);
}

static void signals_that_ask_for_nothing_end_nothing(void)
{
    static const int signals[] = {SIGHUP, SIGUSR1, SIGUSR2};

    given_running(site);
    for (size_t i = 0; i < COUNT_OF(signals); i++)
        kill(site->server, signals[i]);
    expect_soon(says(contents_of(site->arena, site->log), "\"signal\":12}"));
    expect_int64(ask(&anyone, "GET", NULL, "/health/ready").status, 200);
    expect_int64(stop_server(site), 0);
}

static int given_manager(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    must(bind(manager, (const void *)&address, sizeof(address)) == 0);
    given_setting(site, "NOTIFY_SOCKET", path);
    given_setting(site, "WATCHDOG_USEC", "1000000");
    return manager;
}

/* Has the manager been told so by now? */
static bool has_heard(int manager, const char *wanted)
{
    char said[128];
    ssize_t size;

    while ((size = recv(manager, said, sizeof(said), MSG_DONTWAIT)) > 0) {
        if (text_is((struct text){said, (size_t)size}, wanted))
            return true;
    }
    return false;
}

static void a_service_manager_is_told_of_start_life_and_end(void)
{
    int manager = given_manager(text_format(site->arena, "%s/notify", make_directory()).data);

    given_started(site);
    expect_soon(has_heard(manager, "READY=1"));
    expect_soon(has_heard(manager, "WATCHDOG=1"));
    expect_int64(stop_server(site), 0);
    expect(has_heard(manager, "STOPPING=1"));
    close(manager);
}

/* How often the text holds the part. */
static int64_t count_of(struct text said, struct text part)
{
    int64_t count = 0;

    for (size_t i = 0; i + part.size <= said.size; i++)
        count += text_starts_with(text_slice(said, i, said.size), part) ? 1 : 0;
    return count;
}

static void verify_names_one_size_for_all_parts_right_after_a_write(void)
{
    struct text said;
    struct text rest;
    struct text events;

    given_running(site);
    expect_int64(sign_in(ADMIN_PASSWORD), 200);
    said = RUN(site, "verify", "--json").output;
    rest = text_slice(said, text_find(said, '{', 0), said.size);
    expect(says(rest, "\"verdict\":\"ok\",\"parts\""));
    rest = text_slice(rest, text_find(rest, ',', 0) + 1, rest.size); /* behind the whole verdict */
    while (text_is_present(rest) && !text_starts_with(rest, text_lit("\"events\":")))
        text_cut(&rest, ',');
    events = text_cut(&rest, ',');
    expect_int64(count_of(said, text_format(site->arena, "%.*s,", TEXT_ARGS(events))), 5);
}

static const struct test tests[] = {
    TEST(a_password_is_reset_beside_a_running_server_and_on_record),
    TEST(a_password_is_reset_on_a_stopped_home),
    TEST(a_reset_that_cannot_be_says_why),
    TEST(signals_that_ask_for_nothing_end_nothing),
    TEST(verify_names_one_size_for_all_parts_right_after_a_write),
    TEST(a_service_manager_is_told_of_start_life_and_end),
};
const struct suite test_operator_suite =
    SUITE_WITH("serve", tests, .set_up = set_up, .tear_down = end_sites);
