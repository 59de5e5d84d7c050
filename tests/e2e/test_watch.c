/*
 * A ledger watched from another machine: its operators put back an older copy, and go another way from there
 * under the same key. Nothing that they show of it themselves tells; whoever watched it knows.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "tests/e2e/people.h"
#include "tests/support/postgres.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { UNPROVEN = 7, NOT_ALLOWED = 4, NOT_REACHED = 6 };

static struct site *site;
static struct client admin;
static const char *workspace;
static const char *key;
static const char *seen;  /* where the watcher keeps what it saw */
static const char *token; /* a file with it */

static bool is_signed(void)
{
    struct reply reply = ask(&admin, "GET", NULL, "/ledger/checkpoint");
    struct text rest = reply.body;
    int64_t size = 0;

    (void)text_cut(&rest, '\n');
    return reply.status == 200 && text_to_int64(text_cut(&rest, '\n'), &size) &&
           size == metric_of(site, "ledger_size");
}

static void write_token(void)
{
    struct text header = text_from(admin.headers);
    int file = open(token, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    header = text_trim(text_slice(header, strlen("Authorization: Bearer "), header.size));
    must(file >= 0 && write(file, header.data, header.size) == (ssize_t)header.size);
    must(close(file) == 0);
}

static void given_watched_site(void)
{
    site = given_site(make_database());
    given_running(site);
    admin = given_admin(site);
    workspace = given_workspace(&admin, "watched");
    expect_soon(is_signed());
    key = text_c(site->arena, text_trim(ask(&admin, "GET", NULL, "/ledger/key").body));
    seen = text_format(site->arena, "%s/seen", make_directory()).data;
    token = text_format(site->arena, "%s.token", seen).data;
    write_token();
}

static void given_changes(const char *name, int count)
{
    for (int i = 0; i < count; i++)
        expect_answer(
            ask(&admin, "PATCH", body(&admin, "{'name':'%s %d'}", name, i), "/workspaces/%s",
                workspace),
            200);
    expect_soon(is_signed());
}

static struct program_run watch(void)
{
    const char *url = url_of(site);

    return RUN(site, "verify", "--url", url, "--key", key, "--copy", seen, "--token-file", token);
}

static void expect_alarm(const char *code)
{
    struct program_run run = watch();

    expect_int64(run.exit_code, UNPROVEN);
    expect_at(
        text_contains(run.output, text_format(site->arena, "why: %s", code)), __FILE__, __LINE__,
        text_c(site->arena, run.output));
}

/* Of a server that is stopped. */
static void copy_home(const char *from, const char *to)
{
    const char *arguments[] = {"-a", from, to, NULL};

    expect_int64(
        program_ended(
            start_other_program(site, "/bin/cp", arguments, site->log), 60 * (int64_t)US_PER_S),
        0);
}

static void given_sign_in_again(void)
{
    given_running(site);
    admin = given_admin(site);
    write_token();
}

static void an_older_copy_put_back_is_a_rollback_and_then_a_fork(void)
{
    const char *older;

    given_watched_site();
    given_changes("First", 3);
    expect_int64(watch().exit_code, 0);
    expect_int64(stop_server(site), 0);
    older = text_format(site->arena, "%s.older", site->home).data;
    copy_home(site->home, older);
    given_sign_in_again();
    given_changes("Second", 20);
    expect_int64(watch().exit_code, 0);

    expect_int64(stop_server(site), 0);
    site->home = older;
    given_setting(site, "FLEETLEDGER_HOME", older);
    given_setting(site, "DATABASE_URL", make_database());
    given_sign_in_again();
    expect_soon(is_signed());
    expect_alarm("ledger_rolled_back");
    given_changes("Another way", 300); /* past what was seen, and past a whole tile */
    expect_alarm("ledger_forked");
    expect_int64(RUN(site, "verify", "--tiles", seen, "--key", key).exit_code, 0);
    expect_int64(RUN(site, "verify", "--ledger-only").exit_code, 0); /* it tells nothing itself */
    expect_int64(stop_server(site), 0);
}

static void who_may_not_read_the_ledger_is_told_how(void)
{
    const char *url;
    struct program_run run;

    given_watched_site();
    url = url_of(site);
    run = RUN(site, "verify", "--url", url, "--key", key);
    expect_int64(run.exit_code, NOT_ALLOWED);
    expect(text_contains(run.output, text_lit("--token-file")));
    expect_int64(watch().exit_code, 0);
    expect_int64(stop_server(site), 0);
    expect_int64(watch().exit_code, NOT_REACHED);
}

static const struct test tests[] = {
    TEST(an_older_copy_put_back_is_a_rollback_and_then_a_fork),
    TEST(who_may_not_read_the_ledger_is_told_how),
};
const struct suite test_watch_suite = SUITE_WITH("watch", tests, .tear_down = end_sites);
