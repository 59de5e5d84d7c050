/*
 * Backup and restore of a whole server: under load, while read models are rebuilt, and with a history that others
 * have seen more of.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "replay/exit_codes.h"
#include "tests/e2e/people.h"
#include "tests/support/postgres.h"

static struct site *site;
static struct client admin;
static const char *workspace;
static const char *store;

static void given_site_with_a_store(void)
{
    site = given_site(make_database());
    given_running(site);
    admin = given_admin(site);
    workspace = given_workspace(&admin, "recovery");
    store = text_format(site->arena, "%s/store", make_directory()).data;
}

static struct reply change(const char *name)
{
    return ask(&admin, "PATCH", body(&admin, "{'name':'%s'}", name), "/workspaces/%s", workspace);
}

static struct text named(void)
{
    return value_at(&admin, ask(&admin, "GET", NULL, "/workspaces/%s", workspace), "name");
}

static struct text newest_note(void)
{
    return ask(&admin, "GET", NULL, "/ledger/checkpoint").body;
}

static void expect_signed(void)
{
    expect_soon(text_contains(
        newest_note(),
        text_format(admin.arena, "\n%lld\n", (long long)metric_of(site, "ledger_size"))));
}

static void expect_done(struct program_run run)
{
    if (run.exit_code != EXIT_HOLDS)
        expect_text(run.output, "that it ends well");
}

/* The machine is lost: another home, another database; the secret was kept elsewhere. */
static struct program_run restore_elsewhere(const char *option)
{
    const char *home = text_format(site->arena, "%s/home", make_directory()).data;
    const char *secret = text_format(site->arena, "%s/secret.key", site->home).data;
    struct program_run run =
        RUN(site, "restore", flag(site, "from", store), flag(site, "home", home),
            flag(site, "secret-key", secret), option);

    site->home = home;
    given_setting(site, "FLEETLEDGER_HOME", home);
    given_setting(site, "DATABASE_URL", make_database());
    return run;
}

static void what_was_backed_up_under_load_is_served_by_the_restored_server(void)
{
    const char *log;
    pid_t backup;
    int changes = 0;
    int ended = -1000;
    struct text before;

    given_site_with_a_store();
    log = text_format(site->arena, "%s/backup.log", make_directory()).data;
    for (int round = 0; round < 3; round++) {
        backup = start_program(
            site, (const char *const[]){"backup", flag(site, "to", store), NULL}, log);
        do {
            expect_answer(change(text_format(admin.arena, "Change %d", ++changes).data), 200);
            ended = program_ended(backup, 0);
        } while (ended == -1000 && changes < 5000);
        expect_int64(ended == -1000 ? program_ended(backup, 60 * US_PER_S) : ended, 0);
    }
    expect_answer(change("The last one"), 200);
    expect_done(RUN(site, "backup", flag(site, "to", store)));
    before = ask(&admin, "GET", NULL, "/workspaces").body;
    kill_server(site);
    expect_done(restore_elsewhere(NULL));
    given_running(site);
    expect_text(ask(&admin, "GET", NULL, "/workspaces").body, text_c(admin.arena, before));
    expect_answer(change("And on it goes"), 200);
    expect_signed();
    expect_int64(stop_server(site), 0);
    expect_holds(site);
    expect(text_contains(
        RUN(site, "timeline", "--type=platform.log_restored").output,
        text_lit("platform.log_restored")));
}

static void a_rebuild_of_the_read_models_does_not_hinder_a_backup(void)
{
    pid_t replay;

    given_site_with_a_store();
    expect_answer(change("Before the rebuild"), 200);
    replay = start_program(
        site, (const char *const[]){"replay", NULL},
        text_format(site->arena, "%s/replay.log", make_directory()).data);
    expect_done(RUN(site, "backup", flag(site, "to", store)));
    expect_int64(program_ended(replay, 60 * US_PER_S), 0);
    kill_server(site);
    expect_done(restore_elsewhere(NULL));
    given_running(site);
    expect_text(named(), "Before the rebuild");
}

/* What was recorded after the backup is lost, and somebody has seen that it was signed. */
static void a_stale_restore_signs_nothing_until_another_origin_is_declared(void)
{
    struct text lost;
    struct text origin;
    struct program_run run;

    given_site_with_a_store();
    expect_answer(change("Backed up"), 200);
    expect_done(RUN(site, "backup", flag(site, "to", store)));
    expect_answer(change("Lost"), 200);
    expect_signed();
    lost = text_copy(site->arena, newest_note());
    kill_server(site);
    run = restore_elsewhere(flag(site, "checkpoint", saved(site, lost)));
    expect_done(run);
    expect(text_contains(run.output, text_lit("serves reads only")));
    given_started(site);
    expect_text(named(), "Backed up");
    expect_int64(change("Not yet").status, 503);
    expect_int64(stop_server(site), 0);
    expect_done(RUN(site, "declare-origin", "--reason=disk lost, restored from its backup"));
    given_running(site);
    expect_answer(change("Goes on"), 200);
    origin = text_cut(&lost, '\n');
    expect_soon(
        text_starts_with(newest_note(), text_format(admin.arena, "%.*s/e1\n", TEXT_ARGS(origin))));
    expect_done(RUN(site, "backup", flag(site, "to", store), "--full"));
}

/* To a moment before a mistake: what came after is not there, and was signed. */
static void a_restore_to_a_moment_is_read_only_until_it_is_declared_to_be_another_log(void)
{
    int64_t size;

    given_site_with_a_store();
    expect_answer(change("As it was"), 200);
    size = metric_of(site, "ledger_size");
    expect_answer(change("A mistake"), 200);
    expect_done(RUN(site, "backup", flag(site, "to", store)));
    expect_int64(stop_server(site), 0);
    expect_done(restore_elsewhere(text_format(site->arena, "--to=%lld", (long long)size - 1).data));
    expect_done(RUN(site, "declare-origin", "--reason=back to before the mistake"));
    given_running(site);
    expect_text(named(), "As it was");
    expect_answer(change("Better"), 200);
    expect_int64(stop_server(site), 0);
    expect_holds(site);
}

static const struct test tests[] = {
    TEST(what_was_backed_up_under_load_is_served_by_the_restored_server),
    TEST(a_rebuild_of_the_read_models_does_not_hinder_a_backup),
    TEST(a_stale_restore_signs_nothing_until_another_origin_is_declared),
    TEST(a_restore_to_a_moment_is_read_only_until_it_is_declared_to_be_another_log),
};
const struct suite test_backup_suite = SUITE_WITH("backup", tests, .tear_down = end_sites);
