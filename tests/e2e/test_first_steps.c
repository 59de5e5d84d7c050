/*
 * What somebody meets who starts the program for the first time, or with a mistake.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/db/db.h"
#include "tests/e2e/people.h"
#include "tests/support/postgres.h"

#include <signal.h>
#include <stdio.h>
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

static void health_metrics_and_log_tell_which_program_runs(void)
{
    struct text version = RUN(site, "version").output; /* "fleetledger 0.1.0 (commit …" */
    struct reply health;
    struct reply metrics;

    text_cut(&version, ' ');
    version = text_copy(site->arena, text_cut(&version, ' '));
    given_running(site);
    health = ask(&anyone, "GET", NULL, "/health/ready");
    metrics = ask(&anyone, "GET", NULL, "/metrics");
    expect_value(&anyone, health, "version", version.data);
    expect(says(
        metrics.body,
        text_format(site->arena, "fleetledger_build_info{version=\"%s\",commit=\"", version.data)
            .data));
    expect_soon(says(
        contents_of(site->arena, site->log),
        text_format(site->arena, "\"serve.started\",\"version\":\"%s\"", version.data).data));
}

static void the_front_page_says_what_this_is_and_where_to_go(void)
{
    struct client browser = with(&anyone, "Accept: text/html,*/*;q=0.8\r\n");
    struct reply page;
    struct reply document;

    given_running(site);
    page = ask(&browser, "GET", NULL, "/");
    document = ask(&anyone, "GET", NULL, "/");
    expect_answer(page, 200);
    expect(says(header_of(&page, "Content-Type"), "text/html"));
    expect(says(page.body, "href=\"/health/ready\""));
    expect(says(page.body, "href=\"/api/v1/docs-json\""));
    expect_answer(document, 200);
    expect_value(&anyone, document, "service", "fleetledger");
    expect_value(&anyone, document, "document", "/api/v1/docs-json");
}

static int sign_in(const char *password)
{
    return ask(&anyone, "POST",
               body(&anyone, "{'email':'%s','password':'%s'}", ADMIN_EMAIL, password),
               "/auth/login")
        .status;
}

static void a_first_password_that_is_not_used_is_warned_of(void)
{
    given_running(site);
    expect(!says(contents_of(site->arena, site->log), "first_admin.exists"));
    expect_int64(stop_server(site), 0);
    given_running(site);
    expect_soon(says(contents_of(site->arena, site->log), "first_admin.exists"));
    expect_soon(says(contents_of(site->arena, site->log), "fleetledger reset-password"));
}

static void the_file_of_the_first_sign_in_goes_after_it(void)
{
    const char *path = text_format(site->arena, "%s/first-sign-in", site->home).data;
    struct text rest;

    given_setting(site, "ADMIN_PASSWORD", "");
    given_running(site);
    rest = contents_of(site->arena, path);
    expect(text_is(text_cut(&rest, '\n'), ADMIN_EMAIL));
    expect_int64(stop_server(site), 0);
    given_running(site);
    expect(text_is_present(contents_of(site->arena, path)) && access(path, F_OK) == 0);
    expect_int64(sign_in(text_c(site->arena, text_cut(&rest, '\n'))), 200);
    expect_soon(access(path, F_OK) != 0);
}

static void expect_no_start(const char *name, const char *value, const char *why)
{
    struct program_run run;

    given_setting(site, name, value);
    run = RUN(site, "serve");
    expect_int64(run.exit_code, 2);
    expect_at(says(run.output, why), __FILE__, __LINE__, why);
}

static void what_cannot_be_listened_on_is_named_with_its_setting(void)
{
    struct site *other = given_site(make_database());

    given_running(other);
    expect_no_start(
        "PORT", text_format(site->arena, "%d", other->port).data, "set PORT to another one");
    given_setting(site, "PORT", "0");
    expect_no_start("HOST", "192.0.2.7", "Set HOST to an address of this machine");
    given_setting(site, "HOST", "127.0.0.1");
    expect_no_start("TLS_CERTIFICATE_FILE", "/nowhere.pem", "or neither");
    expect_no_start("TLS_KEY_FILE", "/nowhere.key", "TLS_CERTIFICATE_FILE must name a PEM file");
}

static void given_database(const char *conninfo, const char *name)
{
    struct db *db = NULL;
    struct error error;

    must(db_open(conninfo, 10, 0, &db, &error) == STATUS_OK);
    must(
        db_script(db, text_format(site->arena, "create database %s", name).data, &error) ==
        STATUS_OK);
    db_close(db);
}

static void a_database_that_refuses_is_named_with_its_remedy_and_not_healthy(void)
{
    const char *there = make_database();
    struct reply ready;

    given_setting(site, "DATABASE_URL", text_format(site->arena, "%s dbname=not_yet", there).data);
    given_started(site);
    expect_soon(says(contents_of(site->arena, site->log), "projections.database_lost"));
    expect(
        says(contents_of(site->arena, site->log), "create the database that DATABASE_URL names"));
    ready = ask(&anyone, "GET", NULL, "/health/ready");
    expect_answer(ready, 503);
    expect_value(&anyone, ready, "checks.database.healthy", "false");
    given_database(there, "not_yet");
    expect_soon(says(contents_of(site->arena, site->log), "projections.recovered"));
    expect_soon(ask(&anyone, "GET", NULL, "/health/ready").status == 200);
}

static const struct test tests[] = {
    TEST(health_metrics_and_log_tell_which_program_runs),
    TEST(the_front_page_says_what_this_is_and_where_to_go),
    TEST(a_first_password_that_is_not_used_is_warned_of),
    TEST(the_file_of_the_first_sign_in_goes_after_it),
    TEST(what_cannot_be_listened_on_is_named_with_its_setting),
    TEST(a_database_that_refuses_is_named_with_its_remedy_and_not_healthy),
};
const struct suite test_first_steps_suite =
    SUITE_WITH("serve", tests, .set_up = set_up, .tear_down = end_sites);
