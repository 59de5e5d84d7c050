/*
 * Whom a follower believes, and who may follow: a leader that goes another way is found out, and nothing is begun
 * that does not fit.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "replay/exit_codes.h"
#include "tests/e2e/followed.h"
#include "tests/support/postgres.h"

#include <unistd.h>

static struct followed both;

static void a_follower_that_is_no_longer_admitted_is_given_nothing(void)
{
    given_both(&both);
    expect_soon(has_caught_up(&both));
    expect_int64(RUN(both.leader, "revoke-follower", FOLLOWER_NAME).exit_code, 0);
    expect_int64(RUN(both.leader, "revoke-follower", FOLLOWER_NAME).exit_code, EXIT_NOT_FOUND);
    given_changes(&both, "Not for it", 2);
    expect_soon(metric_of(both.follower, "leader_connected") == 0);
    expect(!text_is(name_at(&both, &both.reader), "Not for it 1"));
    given_admission(&both); /* read anew, the file has another token */
    expect_int64(stop_server(both.follower), 0);
    given_running(both.follower);
    expect_soon(has_caught_up(&both));
}

static void expect_refused_start(const char *code_or_words)
{
    struct text log;

    given_starting(both.follower);
    expect_int64(wait_for_end(both.follower), EXIT_TROUBLE);
    log = contents_of(both.follower->arena, both.follower->log);
    expect_at(
        text_contains(log, text_from(code_or_words)), __FILE__, __LINE__,
        text_c(both.follower->arena, log));
}

static bool has_file(const char *name)
{
    return access(
               text_format(both.follower->arena, "%s/%s", both.follower->home, name).data, F_OK) ==
           0;
}

static void what_does_not_fit_is_said_before_anything_is_written(void)
{
    given_leader(&both);
    given_follower_site(&both);
    given_setting(
        both.follower, "SECRETS_ENCRYPTION_KEY", "another secret, of more than forty letters");
    expect_refused_start("does not open the leader's keys");
    expect(!has_file("ledger.mdb") && !has_file("keys.mdb") && !has_file("follows"));
    given_setting(both.follower, "SECRETS_ENCRYPTION_KEY", FOLLOWED_SECRET);
    given_setting(
        both.follower, "FLEETLEDGER_FOLLOW_KEY",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
    expect_refused_start("is not signed by the key of PeterNeumann");
    expect(!has_file("ledger.mdb") && !has_file("keys.mdb") && !has_file("follows"));
}

static void a_home_leads_or_follows_and_never_both(void)
{
    struct program_run run;

    given_both(&both);
    expect_soon(has_caught_up(&both));
    expect_int64(stop_server(both.follower), 0);
    run = RUN(both.follower, "rotate-key");
    expect_int64(run.exit_code, EXIT_NOT_REACHED);
    expect(text_contains(run.output, text_lit("follows another one")));
    given_setting(both.follower, "FLEETLEDGER_FOLLOW", "");
    expect_refused_start("is the home of a follower");
    given_setting(both.follower, "FLEETLEDGER_FOLLOW", url_of(both.leader));
    given_setting(both.follower, "FLEETLEDGER_HOME", both.leader->home);
    expect_int64(stop_server(both.leader), 0);
    expect_refused_start("follows nobody");
}

static void copy_home(const char *from, const char *to)
{
    const char *arguments[] = {"-a", from, to, NULL};

    expect_int64(
        program_ended(
            start_other_program(both.leader, "/bin/cp", arguments, both.leader->log),
            60 * (int64_t)US_PER_S),
        0);
}

/* The leader as it was before its last changes, which the follower has. */
static void given_older_leader(void)
{
    const char *older;

    given_both(&both);
    older = text_format(both.leader->arena, "%s.older", both.leader->home).data;
    expect_soon(has_caught_up(&both));
    expect_int64(stop_server(both.leader), 0);
    copy_home(both.leader->home, older);
    given_running(both.leader);
    given_changes(&both, "Later", 5);
    expect_soon(has_caught_up(&both));
    expect_int64(stop_server(both.leader), 0);
    both.leader->home = older;
    given_setting(both.leader, "FLEETLEDGER_HOME", older);
    given_setting(both.leader, "DATABASE_URL", make_database());
}

static void expect_contradiction(const char *code)
{
    const char *path =
        text_format(both.follower->arena, "%s/contradiction", both.follower->home).data;
    struct text kept;
    struct reply ready;

    expect_soon(metric_of(both.follower, "leader_contradicted") == 1);
    kept = contents_of(both.follower->arena, path);
    expect(text_starts_with(kept, text_from(code)));
    expect(text_contains(kept, text_lit("\xe2\x80\x94 "))); /* the leader's own signature */
    ready = ask(&both.reader, "GET", NULL, "/health/ready");
    expect_answer(ready, 503);
    expect_value(&both.reader, ready, "checks.leader.status", "contradicted");
    expect_text(name_at(&both, &both.reader), "Later 4"); /* what was proved goes on being served */
}

static void a_leader_that_was_rolled_back_is_found_out(void)
{
    given_older_leader();
    given_running(both.leader);
    expect_contradiction("ledger_rolled_back");
}

static void a_leader_that_went_another_way_is_found_out(void)
{
    given_older_leader();
    expect_int64(stop_server(both.follower), 0);
    given_running(both.leader);
    given_changes(&both, "Another way", 20);
    given_started(both.follower);
    expect_contradiction("ledger_forked");
    expect_holds(both.follower);
}

static const struct test tests[] = {
    TEST(a_follower_that_is_no_longer_admitted_is_given_nothing),
    TEST(what_does_not_fit_is_said_before_anything_is_written),
    TEST(a_home_leads_or_follows_and_never_both),
    TEST(a_leader_that_was_rolled_back_is_found_out),
    TEST(a_leader_that_went_another_way_is_found_out),
};
const struct suite test_follower_trust_suite =
    SUITE_WITH("follower_trust", tests, .tear_down = end_sites);
