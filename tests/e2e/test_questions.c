/*
 * Evidence on the command line: of a home that is stopped, of one that is served, and of a server by its
 * address. What is printed is what the API answers; what was asked wrongly is told with its remedy.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/cluster/cluster.h"
#include "tests/e2e/people.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static struct site *site;
static struct client admin;
static struct agent agent;
static const char *task;
static struct cluster *postgres;

static void given_work(void)
{
    const struct cluster_settings settings = {
        .name = "postgres_of_theirs", .home = make_directory(), .is_disposable = true};
    struct error error;

    must(cluster_start(&settings, &postgres, &error) == STATUS_OK);
    site = given_site(cluster_conninfo(postgres));
    given_running(site);
    admin = given_admin(site);
    agent = given_agent(&admin, given_workspace(&admin, "acme"), "web-1");
    task = given_task(&admin, &agent, "true");
}

static void tear_down(void)
{
    end_sites();
    cluster_stop(postgres);
    postgres = NULL;
}

/* What is printed, of a run that must end well. */
static struct text printed(struct program_run run)
{
    expect_int64(run.exit_code, 0);
    if (run.exit_code != 0)
        printf("%.*s\n", TEXT_ARGS(run.output));
    return run.output;
}
#define PRINTED(...) printed(RUN(site, __VA_ARGS__))

#define EXPECT_TOLD(code, part, ...)                                                               \
    do {                                                                                           \
        struct program_run run = RUN(site, __VA_ARGS__);                                           \
        expect_int64(run.exit_code, (code));                                                       \
        expect(text_contains(run.output, text_lit(part)));                                         \
        if (!text_contains(run.output, text_lit(part)))                                            \
            printf("%.*s\n", TEXT_ARGS(run.output));                                               \
    } while (0)

/* The admin's access token, in a file. */
static const char *given_token(void)
{
    const char *path = text_format(site->arena, "%s.token", site->log).data;
    struct text rest = text_from(strstr(admin.headers, "Bearer ") + strlen("Bearer "));
    struct text token = text_cut(&rest, '\r');
    FILE *file = fopen(path, "w");

    must(file != NULL);
    must(fprintf(file, "%.*s\n", TEXT_ARGS(token)) > 0 && fclose(file) == 0);
    return path;
}

/* The API's body of a GET, and a line end. */
static struct text answer_of(const char *path)
{
    struct reply reply = ask(&admin, "GET", NULL, "%s", path);

    expect_int64(reply.status, 200);
    return text_format(site->arena, "%.*s\n", TEXT_ARGS(reply.body));
}

static const char *position_of_task(void)
{
    struct reply made = ask(&admin, "GET", NULL, "/timeline?type=task.created");

    return text_c(site->arena, value_at(&admin, made, "events.0.position"));
}

static void expect_a_receipt(void)
{
    struct text receipt = PRINTED("event", "receipt", "0");

    expect(text_starts_with(receipt, text_lit("c2sp.org/tlog-proof@v1\n")));
    expect(text_contains(receipt, text_lit("\nindex 0\n")));
    expect(text_contains(receipt, text_lit("\n\342\200\224 ")));
}

static int64_t count_lines(struct text output)
{
    int64_t lines = 0;

    while (text_is_present(output) && output.size > 0) {
        (void)text_cut(&output, '\n');
        lines++;
    }
    return lines;
}

/* A node as it was, what changed of it and why. */
struct entity_answers {
    struct text state;
    struct text difference;
    struct text steps;
};

static struct entity_answers ask_of_node(const char *where, const char *token)
{
    return (struct entity_answers){
        PRINTED("entity", "state", "node", agent.node, "-o", "json", "--at=-0s", where, token),
        PRINTED("entity", "difference", "node", agent.node, "-o", "csv", "--since=0", where, token),
        PRINTED("entity", "explain", "node", agent.node, "-o", "id", where, token),
    };
}

static void the_command_line_tells_how_an_entity_stood_whether_it_is_served_or_not(void)
{
    struct entity_answers served;
    struct entity_answers stopped;
    const char *home;
    const char *token;

    given_work();
    home = flag(site, "fleetledger-home", site->home);
    token = flag(site, "token-file", given_token());
    served = ask_of_node(flag(site, "url", url_of(site)), token);
    expect(text_contains(served.state, text_lit("\"hostname\":\"web-1\"")));
    expect(text_starts_with(served.difference, text_lit("field,before,after,isSealed")));
    expect(text_contains(served.difference, text_lit("hostname,,")));
    expect(count_lines(served.steps) > 0);
    EXPECT_TOLD(3, "why: entity_not_found", "entity", "state", "task", agent.node);
    EXPECT_TOLD(2, "why: invalid_filter (--at)", "entity", "state", "node", agent.node, "--at=x");
    expect_int64(stop_server(site), 0);
    stopped = ask_of_node(home, token);
    expect_text(stopped.difference, text_c(site->arena, served.difference));
    expect_text(stopped.steps, text_c(site->arena, served.steps));
}

/* An event without its proof, which is for the newest checkpoint and so moves on. */
static struct text before_proof(struct text event)
{
    const char *whole = text_c(site->arena, event);
    const char *proof = strstr(whole, "\"signature\":");

    must(proof != NULL);
    return text_slice(event, 0, (size_t)(proof - whole));
}

/* Beside a running server, from it, and on the home once it is stopped. */
static void the_command_line_prints_what_the_api_answers(void)
{
    const char *url;
    const char *token;
    const char *at;
    struct text event;
    struct text causes;
    struct text history;
    struct text tasks;

    given_work();
    url = flag(site, "url", url_of(site));
    token = flag(site, "token-file", given_token());
    at = position_of_task();
    event = answer_of(text_format(site->arena, "/events/%s", at).data);
    causes = answer_of(text_format(site->arena, "/events/%s/causes", at).data);
    tasks = PRINTED("timeline", "--type=task.*", "-o", "jsonl");
    history = PRINTED("entity", "task", task, "-o", "csv");
    expect(text_starts_with(history, text_lit("position,eventId,recordedAt,type,")));
    for (int i = 0; i < 3; i++) {
        const char *where = i == 0 ? url : flag(site, "fleetledger-home", site->home);
        expect(text_equal(
            before_proof(PRINTED("event", at, "--output=json", where, token)),
            before_proof(event)));
        expect(text_equal(PRINTED("event", "causes", at, "-o", "json", where, token), causes));
        expect(text_equal(PRINTED("entity", "task", task, "-o", "csv", where, token), history));
        expect(
            text_equal(PRINTED("timeline", "--type=task.*", "-o", "jsonl", where, token), tasks));
        if (i == 1)
            expect_int64(stop_server(site), 0);
    }
    expect_a_receipt();
}

/* Of a server, beside it, and on the files alone, by the same answer. */
static void names_stand_for_ids(void)
{
    const char *digits;
    struct text tasks;

    given_work();
    digits = task + strlen(task) - 8;
    tasks = PRINTED("timeline", "--entity", agent.node, "--type=task.*", "-o", "id");
    expect(count_lines(tasks) > 0);
    for (int i = 0; i < 3; i++) {
        const char *where =
            i == 0 ? flag(site, "url", url_of(site)) : flag(site, "fleetledger-home", site->home);
        const char *token = flag(site, "token-file", given_token());
        expect_text(
            PRINTED("timeline", "--node=web-1", "--type=task.*", "-o", "id", where, token),
            text_c(site->arena, tasks));
        expect_text(
            PRINTED(
                "timeline", "--workspace=acme", "--actor=" ADMIN_EMAIL, "--node", "web-1",
                "--type=task.*", "-o", "id", where, token),
            text_c(site->arena, tasks));
        expect_text(
            PRINTED("entity", "task", digits, "-o", "id", where, token),
            text_c(site->arena, tasks));
        EXPECT_TOLD(3, "did you mean web-1?", "entity", "state", "node", "web-11", where, token);
        EXPECT_TOLD(3, "(--workspace)", "event", "0", "--workspace=amce", where, token);
        EXPECT_TOLD(0, "did you mean task.*?", "timeline", "--type=task", where, token);
        if (i == 1)
            expect_int64(stop_server(site), 0);
    }
}

static struct text last_line(struct text output)
{
    struct text line = {NULL, 0};

    while (text_is_present(output) && output.size > 0)
        line = text_cut(&output, '\n');
    return line;
}

/* In pages of the API's, and however much was recorded meanwhile. */
static void rows_go_on_where_they_ended(void)
{
    struct text first;
    struct text second;
    const char *after;
    const char *nothing;

    given_work();
    first = PRINTED("timeline", "--type=task.*", "--order=oldest", "-o", "id", "--show-cursor");
    expect_int64(count_lines(first), 2);
    after = flag(site, "after-cursor", text_c(site->arena, last_line(first)));
    nothing = text_c(
        site->arena, PRINTED("timeline", "--type=task.*", "--order=oldest", "-o", "id", after));
    expect_text(text_from(nothing), "");
    task = given_task(&admin, &agent, "false");
    second = PRINTED("timeline", "--type=task.*", "--order=oldest", "-o", "id", after);
    expect_int64(count_lines(second), 1);
    expect(
        text_contains(PRINTED("event", text_c(site->arena, text_trim(second))), text_from(task)));
    EXPECT_TOLD(2, "why: invalid_cursor (--after-cursor)", "timeline", "--order=oldest", after);
    expect_int64(stop_server(site), 0);
}

static bool has_line_with(const char *path, const char *part)
{
    int64_t until_us = monotonic_us() + 60 * US_PER_S;

    while (monotonic_us() < until_us) {
        if (text_contains(contents_of(site->arena, path), text_from(part)))
            return true;
        poll(NULL, 0, 50);
    }
    return false;
}

static void what_is_recorded_from_now_on_is_followed(void)
{
    const char *log;
    const char *begins;
    pid_t pid;

    given_work();
    log = text_format(site->arena, "%s.follow", site->log).data;
    begins = flag(site, "from-position", position_of_task());
    pid = start_program(
        site,
        (const char *const[]){
            "timeline", "--type=task.*", "--follow", begins, flag(site, "url", url_of(site)),
            flag(site, "token-file", given_token()), "-o", "jsonl", NULL},
        log);
    expect(has_line_with(log, task));
    task = given_task(&admin, &agent, "false");
    expect(has_line_with(log, task));
    kill(pid, SIGTERM);
    expect_int64(program_ended(pid, 60 * US_PER_S), -SIGTERM);
    expect_int64(count_lines(contents_of(site->arena, log)), 2);
    EXPECT_TOLD(2, "leave out --until", "timeline", "--follow", "--until=-1h");
    EXPECT_TOLD(2, "leave out --order", "timeline", "--follow", "--order=newest");
    expect_int64(stop_server(site), 0);
}

static void expect_a_window_around_an_event(void)
{
    expect(text_contains(
        PRINTED("timeline", "--around", position_of_task(), "--within=1h", "-o", "csv"),
        text_lit(",task.created,")));
    expect_text(PRINTED("timeline", "--around=2001-01-01", "--within=1h"), "");
    EXPECT_TOLD(3, "why: event_not_found", "timeline", "--around=1000000");
    EXPECT_TOLD(2, "(--within)", "timeline", "--within=1h");
}

/* What, why, and what to do; and the exit code of its kind. */
static void what_was_asked_wrongly_is_told_with_its_remedy(void)
{
    const char *url;
    const char *token;

    given_work();
    url = flag(site, "url", url_of(site));
    token = flag(site, "token-file", given_token());
    expect_a_window_around_an_event();
    EXPECT_TOLD(2, "event needs its position: a whole number", "event");
    EXPECT_TOLD(2, "kind is \"nod\"", "entity", "nod", agent.node);
    EXPECT_TOLD(2, "did you mean node", "entity", "nod", agent.node);
    EXPECT_TOLD(2, "why: invalid_filter (--since)", "timeline", "--since=tomorrow");
    EXPECT_TOLD(3, "do:  The timeline has the positions", "event", "1000000");
    EXPECT_TOLD(3, "why: event_not_found", "event", "1000000", url, token);
    EXPECT_TOLD(3, "why: event_not_found", "event", "receipt", "1000000");
    EXPECT_TOLD(4, "--token-file, or set FLEETLEDGER_TOKEN", "timeline", url);
    EXPECT_TOLD(6, "why: unreachable", "timeline", "--url=http://127.0.0.1:1", token);
    EXPECT_TOLD(2, "cannot be read", "timeline", url, "--token-file=/nowhere");
    EXPECT_TOLD(2, "url_invalid", "timeline", "--url=nowhere//", token);
    EXPECT_TOLD(3, "There is no ledger in", "timeline", "--fleetledger-home=/nowhere");
    expect_int64(stop_server(site), 0);
}

static const struct test tests[] = {
    TEST(the_command_line_prints_what_the_api_answers),
    TEST(the_command_line_tells_how_an_entity_stood_whether_it_is_served_or_not),
    TEST(names_stand_for_ids),
    TEST(rows_go_on_where_they_ended),
    TEST(what_is_recorded_from_now_on_is_followed),
    TEST(what_was_asked_wrongly_is_told_with_its_remedy),
};

const struct suite test_questions_suite =
    SUITE_WITH("e2e/questions", tests, .tear_down = tear_down);
