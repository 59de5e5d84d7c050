/*
 * Who looks at evidence is on record: once for a session and filter in ten minutes, whatever happens to
 * the server; and what is personal is opened for nobody before that is.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "tests/e2e/people.h"
#include "tests/support/postgres.h"

#include <fcntl.h>
#include <unistd.h>

static struct site *site;
static struct client admin;
static const char *workspace;

static void given_place(void)
{
    site = given_site(make_database());
    given_running(site);
    admin = given_admin(site);
    workspace = given_workspace(&admin, "acme");
}

static struct reply look(const char *path)
{
    struct reply reply = ask(&admin, "GET", NULL, "%s", path);

    expect_answer(reply, 200);
    return reply;
}

/* Of a type, as they are on record by now; counted on a home that nobody serves, by nobody's session. */
static int64_t recorded(const char *type)
{
    struct program_run run =
        RUN(site, "timeline", "--output=jsonl", text_format(site->arena, "--type=%s", type).data);
    struct text rest = run.output;
    int64_t lines = 0;

    expect(run.exit_code == 0 || run.exit_code == 1); /* 1: there is none */
    while (text_is_present(rest))
        lines += text_starts_with(text_cut(&rest, '\n'), text_lit("{\"position\":"));
    return lines;
}

static void a_look_is_on_record_once_in_ten_minutes_with_its_count(void)
{
    struct reply first;
    struct reply event;

    given_place();
    look("/timeline?type=task.*&limit=1");
    look("/timeline?limit=7&type=task.*");
    look("/timeline?type=task.*&order=oldest");
    look("/timeline/facets?type=task.*");
    expect_int64(recorded("platform.look_recorded"), 2);
    first = look("/timeline?type=platform.look_recorded&order=oldest");
    event = look(
        text_format(
            admin.arena, "/events/%.*s", TEXT_ARGS(value_at(&admin, first, "events.0.position")))
            .data);
    expect_value(&admin, event, "fields.route", "/timeline");
    expect_value(&admin, event, "fields.filter.type", "task.*");
    expect_value(&admin, event, "actor.kind", "user");
    expect(value_at(&admin, event, "actor.session").size == 36);
    expect_int64(stop_server(site), 0);
    given_running(site);
    expect_soon(recorded("platform.looks_counted") == 1);
    first = look("/timeline?type=platform.looks_counted");
    event = look(
        text_format(
            admin.arena, "/events/%.*s", TEXT_ARGS(value_at(&admin, first, "events.0.position")))
            .data);
    expect_value(&admin, event, "fields.looks.0.count", "3");
    expect_value(&admin, event, "fields.further", "0");
    expect_int64(stop_server(site), 0);
}

/* Answered, so recorded; and not again by the same session. */
static void a_look_survives_that_the_server_is_killed(void)
{
    given_place();
    look("/timeline?type=task.*");
    kill_server(site);
    expect_int64(recorded("platform.look_recorded"), 1);
    given_running(site);
    look("/timeline?type=task.*");
    look("/timeline?type=node.*");
    kill_server(site);
    expect_int64(recorded("platform.look_recorded"), 2);
}

static struct text position_of(const char *type)
{
    struct reply reply = look(text_format(admin.arena, "/timeline?type=%s&limit=1", type).data);

    return value_at(&admin, reply, "events.0.position");
}

static void personal_fields_are_opened_on_record_for_those_who_ask(void)
{
    const char *registered;
    struct reply event;

    given_place();
    registered = text_c(admin.arena, position_of("identity.user_registered"));
    event = ask(&admin, "GET", NULL, "/events/%s", registered);
    expect_value(&admin, event, "fields.email", "null");
    expect_value(&admin, event, "personal.0.field", "fields.email");
    expect_value(&admin, event, "personal.0.state", "sealed");
    expect_value(&admin, event, "personal.2.state", "secret");
    expect_int64(recorded("platform.fields_opened"), 0);
    event = ask(&admin, "GET", NULL, "/events/%s?open=true", registered);
    expect_answer(event, 200);
    expect_value(&admin, event, "fields.email", ADMIN_EMAIL);
    expect_value(&admin, event, "personal.0.state", "opened");
    expect(!text_contains(event.body, text_lit("password\":")));
    expect(!text_is_present(header_of(&event, "Ledger-Position")));
    expect_answer(ask(&admin, "GET", NULL, "/events/%s?open=true", registered), 200);
    expect_int64(recorded("platform.fields_opened"), 2);
    expect_answer(
        ask(&admin, "GET", NULL, "/workspaces/%s/events/%s?open=true", workspace, registered), 404);
    expect_int64(recorded("platform.fields_opened"), 2);
    expect_int64(stop_server(site), 0);
}

static void an_opening_is_on_record_even_where_nobody_gets_the_answer(void)
{
    const char *created;

    given_place();
    created = text_c(admin.arena, position_of("workspace.created"));
    look(text_format(admin.arena, "/events/%s", created).data);
    expect_int64(stop_server(site), 0);
    given_setting(site, "FLEETLEDGER_FAILPOINTS", "committed=kill@2");
    given_running(site);
    expect_int64(ask(&admin, "GET", NULL, "/events/%s?open=true", created).status, 0);
    expect_int64(wait_for_end(site), -9);
    expect_int64(recorded("platform.fields_opened"), 1);
}

static void the_proof_of_an_event_comes_with_it(void)
{
    const char *created;
    struct reply event;
    struct reply proof;

    given_place();
    created = text_c(admin.arena, position_of("workspace.created"));
    expect_soon(text_is(
        value_at(&admin, ask(&admin, "GET", NULL, "/events/%s", created), "signature"), "signed"));
    event = ask(&admin, "GET", NULL, "/events/%s", created);
    proof =
        ask(&admin, "GET", NULL, "/ledger/inclusion?position=%s&size=%.*s", created,
            TEXT_ARGS(value_at(&admin, event, "proof.size")));
    expect_text(
        value_at(&admin, event, "proof.leaf"),
        text_c(admin.arena, value_at(&admin, proof, "leaf")));
    expect_text(
        value_at(&admin, event, "proof.root"),
        text_c(admin.arena, value_at(&admin, proof, "root")));
    expect(text_contains(
        value_at(&admin, event, "checkpoint"), value_at(&admin, event, "proof.root")));
    expect_int64(stop_server(site), 0);
}

static const struct test tests[] = {
    TEST(a_look_is_on_record_once_in_ten_minutes_with_its_count),
    TEST(a_look_survives_that_the_server_is_killed),
    TEST(personal_fields_are_opened_on_record_for_those_who_ask),
    TEST(an_opening_is_on_record_even_where_nobody_gets_the_answer),
    TEST(the_proof_of_an_event_comes_with_it),
};

const struct suite test_looks_suite = SUITE_WITH("e2e/looks", tests, .tear_down = end_sites);
