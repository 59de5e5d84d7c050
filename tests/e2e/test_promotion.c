/*
 * A follower takes over, on record; nobody who has seen it believes the former leader again, who takes no more
 * changes once it has heard.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "replay/exit_codes.h"
#include "tests/e2e/followed.h"
#include "tests/support/postgres.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static struct followed both;

#define PROMOTE RUN(both.follower, "promote", "--confirmed-by=Anna", "--reason=its machine is lost")

/* The leader is gone; its follower has all that it had recorded, another key to sign with included, and is stopped. */
static void given_lost_leader(void)
{
    given_both(&both);
    expect_int64(RUN(both.leader, "rotate-key", "--overlap-seconds=3600").exit_code, 0);
    given_changes(&both, "Before", 5);
    expect_soon(has_caught_up(&both));
    kill_server(both.leader);
    expect_int64(stop_server(both.follower), 0);
}

static void expect_run(struct program_run run, int code, const char *words)
{
    expect_int64(run.exit_code, code);
    expect_at(
        text_contains(run.output, text_from(words)), __FILE__, __LINE__,
        text_c(both.leader->arena, run.output));
}

/* From here on, what was the follower leads. */
static void given_promoted(void)
{
    expect_run(PROMOTE, EXIT_HOLDS, "leads from its next start on");
    given_setting(both.follower, "FLEETLEDGER_FOLLOW", "");
    given_running(both.follower);
    given_setting(
        both.follower, "PORT", text_format(both.follower->arena, "%d", both.follower->port).data);
}

/* Of an epoch that this leader knows nothing of, or of none. */
static void whoever_has_seen_a_newer_epoch_is_told_that_they_ask_the_wrong_server(void)
{
    struct client seen;
    struct reply refused;

    given_leader(&both);
    seen = with(&both.admin, "Ledger-Epoch: 1\r\n");
    refused = rename_by(&both, &seen, "Never");
    expect_answer(refused, 503);
    expect_value(&seen, refused, "code", "older_epoch");
    seen = with(&both.admin, "Ledger-Epoch: 0\r\n");
    expect_answer(rename_by(&both, &seen, "Now"), 200);
    seen = with(&both.admin, "Ledger-Epoch: first\r\n");
    expect_answer(rename_by(&both, &seen, "Never"), 400);
    expect_text(name_at(&both, &both.admin), "Now");
}

static void nobody_is_promoted_while_the_leader_answers(void)
{
    given_both(&both);
    expect_soon(has_caught_up(&both));
    expect_int64(stop_server(both.follower), 0);
    expect_run(PROMOTE, EXIT_REFUSED, "the leader, answers");
    given_running(both.follower);
    kill_server(both.leader);
    expect_run(PROMOTE, EXIT_REFUSED, "stop it first");
    expect_run(
        RUN(both.leader, "promote", "--confirmed-by=Anna", "--reason=no follower"), EXIT_REFUSED,
        "follows nobody");
}

/* By somebody who has the key of the former leader, and keeps what they saw. */
static struct program_run verified_at(const struct site *site)
{
    struct site *anybody = both.leader;
    const char *copy = text_format(anybody->arena, "%s.copy", anybody->home).data;

    return RUN(anybody, "verify", "--url", url_of(site), "--key", both.key, "--copy", copy);
}

/* Does one of its threads have this role? */
static bool has_thread(const struct site *site, const char *role)
{
    const char *place = text_format(site->arena, "/proc/%d/task", site->server).data;
    DIR *threads = opendir(place);
    bool has = false;

    must(threads != NULL);
    for (const struct dirent *entry = readdir(threads); entry != NULL; entry = readdir(threads)) {
        FILE *file = fopen(text_format(site->arena, "%s/%s/comm", place, entry->d_name).data, "re");
        char name[32] = "";
        if (file == NULL)
            continue;
        (void)!fgets(name, sizeof(name), file);
        fclose(file);
        has = has || text_is(text_trim(text_from(name)), role);
    }
    closedir(threads);
    return has;
}

/* Nothing is done any more in the name of its ledger. */
static void expect_stood_down(const struct site *site)
{
    static const char *const roles[] = {"signer", "sender", "sinks", "archiver", "upgrader"};

    for (size_t i = 0; i < COUNT_OF(roles); i++)
        expect_soon(!has_thread(site, roles[i]));
    expect(has_thread(site, "writer"));
}

/* It had recorded more than its follower has: that stays there, and is named. */
static void the_former_leader_hears_of_it_and_takes_no_more_changes(void)
{
    struct reply refused;
    struct reply ready;

    given_both(&both);
    given_changes(&both, "Before", 5);
    expect_soon(has_caught_up(&both));
    expect_run(verified_at(both.leader), EXIT_HOLDS, "hold");
    expect_int64(stop_server(both.follower), 0);
    given_changes(&both, "Only here", 3);
    kill_server(both.leader);
    given_promoted();
    given_changes(&(struct followed){.admin = both.reader, .workspace = both.workspace}, "New", 2);
    expect_run(verified_at(both.follower), EXIT_HOLDS, "/e1 of size");
    expect_int64(RUN(both.follower, "rotate-key", "--overlap-seconds=0").exit_code, 0);
    given_changes(&(struct followed){.admin = both.reader, .workspace = both.workspace}, "New", 2);
    given_started(both.leader); /* which knows nothing of that key */
    expect_soon(metric_of(both.leader, "leader_superseded") == 1);
    expect_stood_down(both.leader);
    refused = rename_by(&both, &both.admin, "Never");
    expect_answer(refused, 503);
    expect_value(&both.admin, refused, "code", "superseded");
    expect_text(name_at(&both, &both.admin), "Only here 2"); /* what it has is read as before */
    ready = ask(&both.admin, "GET", NULL, "/health/ready");
    expect_answer(ready, 503);
    expect_value(&both.admin, ready, "checks.ledger.status", "superseded");
    expect_run(verified_at(both.leader), EXIT_UNPROVEN, "whose leader was replaced");
    expect_int64(stop_server(both.leader), 0);
    expect(text_contains(
        contents_of(
            both.leader->arena,
            text_format(both.leader->arena, "%s/superseded", both.leader->home).data),
        text_lit("3 events, at positions")));
    given_started(both.leader); /* and does not forget it */
    expect_answer(rename_by(&both, &both.admin, "Never"), 503);
    expect_text(name_at(&both, &both.reader), "New 1");
}

static void given_two_followers(struct followed *second)
{
    given_both(&both);
    *second = both;
    second->name = "third site";
    given_follower_site(second);
    given_running(second->follower);
    given_changes(&both, "Before", 5);
    expect_soon(has_caught_up(&both) && has_caught_up(second));
}

static void given_following(const struct followed *second, const struct site *leader)
{
    expect_int64(stop_server(second->follower), 0);
    given_setting(second->follower, "FLEETLEDGER_FOLLOW", url_of(leader));
    given_started(second->follower);
}

static void another_follower_goes_on_with_the_new_leader_and_refuses_the_former_one_by_name(void)
{
    struct followed second;

    given_two_followers(&second);
    kill_server(both.leader);
    expect_int64(stop_server(both.follower), 0);
    given_promoted();
    expect_answer(rename_by(&both, &both.reader, "After"), 200);
    given_following(&second, both.follower);
    expect_soon(text_is(name_at(&second, &second.reader), "After"));
    expect_int64(metric_of(second.follower, "leader_epoch"), 1);
    expect_int64(stop_server(both.follower), 0);
    given_started(both.leader);
    given_following(&second, both.leader);
    expect_soon(metric_of(both.leader, "leader_superseded") == 1); /* told by its follower */
    expect_int64(metric_of(second.follower, "leader_contradicted"), 0);
    expect(text_contains(
        contents_of(second.follower->arena, second.follower->log), text_lit("leader_superseded")));
    expect_text(name_at(&second, &second.reader), "After");
    expect_answer(rename_by(&second, &second.reader, "Never"), 503);
}

/* It came when nothing was shown any more but what another key had signed. */
static void a_follower_proves_an_epoch_to_who_does_not_know_the_keys_of_today(void)
{
    struct followed second;
    const char *key;

    given_two_followers(&second);
    expect_int64(stop_server(second.follower), 0);
    kill_server(both.leader);
    expect_int64(stop_server(both.follower), 0);
    given_promoted();
    expect_answer(rename_by(&both, &both.reader, "After"), 200);
    key = given_rotated_key(both.follower);
    expect_answer(rename_by(&both, &both.reader, "By another key"), 200);
    given_setting(second.follower, "FLEETLEDGER_FOLLOW_KEY", key);
    given_setting(second.follower, "FLEETLEDGER_FOLLOW", url_of(both.follower));
    given_running(second.follower);
    expect_soon(text_is(name_at(&second, &second.reader), "By another key"));
    expect_int64(stop_server(both.follower), 0);
    given_started(both.leader);
    given_following(&second, both.leader);
    expect_soon(metric_of(both.leader, "leader_superseded") == 1);
}

/* Killed once it was on record, and before anything of its epoch was signed. */
static void what_proves_an_epoch_is_signed_before_another_key_signs(void)
{
    given_both(&both);
    expect_soon(has_caught_up(&both));
    kill_server(both.leader);
    expect_int64(stop_server(both.follower), 0);
    given_setting(both.follower, "FLEETLEDGER_FAILPOINTS", "committed=kill@1");
    expect_int64(PROMOTE.exit_code, -SIGKILL);
    given_setting(both.follower, "FLEETLEDGER_FAILPOINTS", "");
    expect_run(
        RUN(both.follower, "rotate-key", "--overlap-seconds=0"), EXIT_REFUSED,
        "was being promoted");
    expect_run(PROMOTE, EXIT_HOLDS, "leads from its next start on");
    expect_int64(RUN(both.follower, "rotate-key", "--overlap-seconds=0").exit_code, 0);
    given_setting(both.follower, "FLEETLEDGER_FOLLOW", "");
    given_running(both.follower);
    given_started(both.leader);
    expect_soon(metric_of(both.leader, "leader_superseded") == 1);
}

/* Killed at each step, it can be done again, and is done once. */
static void a_promotion_is_on_record_once_however_often_it_was_broken_off(void)
{
    static const char *const plans[] = {
        "promote=kill@1", "append=kill@1", "committed=kill@1", "promote=kill@2"};

    struct reply made;

    given_lost_leader();
    for (size_t i = 0; i < COUNT_OF(plans); i++) {
        given_setting(both.follower, "FLEETLEDGER_FAILPOINTS", plans[i]);
        expect_int64(PROMOTE.exit_code, -SIGKILL);
    }
    given_setting(both.follower, "FLEETLEDGER_FAILPOINTS", "");
    given_starting(both.follower);
    expect_int64(wait_for_end(both.follower), EXIT_TROUBLE);
    given_promoted();
    made = rename_by(&both, &both.reader, "After");
    expect_answer(made, 200);
    expect_text(header_of(&made, "Ledger-Epoch"), "1");
    expect_text(name_at(&both, &both.reader), "After");
    expect_int64(metric_of(both.follower, "leader_epoch"), 1);
    expect(text_contains(
        RUN(both.follower, "timeline", "--type=platform.leader_promoted").output,
        text_lit("platform.leader_promoted")));
    expect_holds(both.follower);
    expect_run(PROMOTE, EXIT_REFUSED, "home of a server that follows nobody");
}

static const struct test tests[] = {
    TEST(whoever_has_seen_a_newer_epoch_is_told_that_they_ask_the_wrong_server),
    TEST(nobody_is_promoted_while_the_leader_answers),
    TEST(the_former_leader_hears_of_it_and_takes_no_more_changes),
    TEST(another_follower_goes_on_with_the_new_leader_and_refuses_the_former_one_by_name),
    TEST(a_follower_proves_an_epoch_to_who_does_not_know_the_keys_of_today),
    TEST(what_proves_an_epoch_is_signed_before_another_key_signs),
    TEST(a_promotion_is_on_record_once_however_often_it_was_broken_off),
};
const struct suite test_promotion_suite = SUITE_WITH("promotion", tests, .tear_down = end_sites);
