/*
 * Bad days: PostgreSQL away, a second server, a full disk, damage on the disk. Nothing is lost,
 * nothing wrong is said, and what was away comes back by itself.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/cluster/cluster.h"
#include "core/db/db.h"
#include "eventlog/ledger.h"
#include "tests/e2e/held_table.h"
#include "tests/e2e/people.h"
#include "tests/eventlog/make_ledger.h"
#include "tests/support/postgres.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

static struct site *site;
static struct client admin;
static struct agent agent;

/* A PostgreSQL that a test may take away. */
static struct cluster *postgres;
static const char *postgres_home;

static void given_postgres(void)
{
    struct cluster_settings settings = {.name = "postgres_of_theirs", .is_disposable = true};
    struct error error;

    if (postgres_home == NULL)
        postgres_home = make_directory();
    settings.home = postgres_home;
    must(cluster_start(&settings, &postgres, &error) == STATUS_OK);
}

static void when_postgres_goes(void)
{
    cluster_stop(postgres);
    postgres = NULL;
}

static struct db *held;
static const char *volume; /* mounted by a test */

static void tear_down(void)
{
    let_go(&held);
    end_sites();
    when_postgres_goes();
    postgres_home = NULL;
    if (volume != NULL)
        must(umount2(volume, MNT_DETACH) == 0);
    volume = NULL;
}

static void given_fleet(void)
{
    given_running(site);
    admin = given_admin(site);
    agent = given_agent(&admin, given_workspace(&admin, "acme"), "web-1");
}

static int readiness(void)
{
    struct client anyone = {.site = site, .arena = site->arena};

    return ask(&anyone, "GET", NULL, "/health/ready").status;
}

static void expect_agent_does_its_work(const char *task)
{
    struct reply claimed;

    expect_answer(heartbeat(&agent), 200);
    claimed = claim(&agent, 0);
    expect_answer(claimed, 200);
    expect_value(&admin, claimed, "task.id", task);
    expect_answer(report(&agent, task, "accepted", "{}"), 200);
    expect_answer(report(&agent, task, "started", "{}"), 200);
    expect_answer(report(&agent, task, "logs", "{'stream':'stdout','line':'one'}"), 200);
    expect_answer(ask(&agent.client, "GET", NULL, "/agent/tasks/%s/control", task), 200);
    expect_answer(report(&agent, task, "completed", "{'status':'success','output':'done'}"), 200);
}

static void expect_refused_without_trace(struct reply reply, int64_t size)
{
    expect_answer(reply, 503);
    expect_value(&admin, reply, "code", "read_model_unavailable");
    expect_int64(metric_of(site, "ledger_size"), size);
}

static void without_postgresql_agents_go_on_and_nothing_is_half_done(void)
{
    const char *task;
    int64_t size;

    given_postgres();
    site = given_site(cluster_conninfo(postgres));
    given_fleet();
    task = given_task(&admin, &agent, "uptime");

    when_postgres_goes();
    expect_soon(readiness() == 503);
    size = metric_of(site, "ledger_size");
    expect_refused_without_trace(create_task(&admin, &agent, "refused"), size);
    expect_refused_without_trace(cancel_task(&admin, &agent, task, "refused"), size);
    expect_refused_without_trace(
        ask(&admin, "POST", "{\"name\":\"Other\",\"slug\":\"other\"}", "/workspaces"), size);
    expect_answer(read_task(&admin, &agent, task), 503);
    expect_answer(ask(&admin, "GET", NULL, "/health"), 200);
    expect_answer(ask(&admin, "GET", NULL, "/metrics"), 200);
    expect_agent_does_its_work(task);

    given_postgres();
    expect_soon(readiness() == 200);
    expect_value(&admin, read_task(&admin, &agent, task), "status", "success");
    expect_value(&admin, read_task(&admin, &agent, task), "output", "done");
    expect_answer(create_task(&admin, &agent, "uptime"), 201);
    expect_int64(
        document_count(ask(&admin, "GET", NULL, "/workspaces/%s/tasks", agent.workspace).body, ""),
        2);
    expect_int64(stop_server(site), 0);
}

static void a_server_started_without_postgresql_serves_agents_and_waits_for_it(void)
{
    given_postgres();
    site = given_site(cluster_conninfo(postgres));
    given_fleet();
    expect_int64(stop_server(site), 0);

    when_postgres_goes();
    given_started(site);
    expect_int64(readiness(), 503);
    expect_answer(heartbeat(&agent), 200);
    given_postgres();
    expect_soon(readiness() == 200);
}

static struct reply create_team(const struct client *client, const char *name)
{
    AUTO_ARENA arena = arena_new(4096);

    return ask(
        client, "POST", text_format(arena, "{\"name\":\"%s\"}", name).data, "/workspaces/%s/teams",
        agent.workspace);
}

static void a_change_that_cannot_be_shown_in_time_says_so_and_is_shown_to_a_repeat(void)
{
    static const char *const take_teams_away =
        "do $$ begin execute format('alter table %I.teams rename to gone',"
        " (select schema from fleetledger.serving)); end $$; commit";
    struct error error;
    struct client keyed;
    struct reply first;
    struct reply again;
    const char *database = make_database();

    site = given_site(database);
    given_fleet();
    keyed = with(&admin, "Idempotency-Key: once\r\n");
    held =
        given_held_table(database, "audit_logs"); /* holds the projector, and no reader of teams */
    first = create_team(&keyed, "Nights");
    expect_answer(first, 503);
    expect_value(&admin, first, "code", "committed_not_visible");
    let_go(&held);
    expect_soon(readiness() == 200);
    again = create_team(&keyed, "Nights");
    expect_answer(again, 201);
    expect_int64(
        document_count(ask(&admin, "GET", NULL, "/workspaces/%s/teams", agent.workspace).body, ""),
        1);
    expect_answer(create_team(&keyed, "Days"), 409);
    held = given_held_table(database, "teams");
    expect_ok(db_script(held, take_teams_away, &error), &error);
    expect_value(&admin, create_team(&keyed, "Nights"), "code", "committed_not_visible");
}

/* The process id of the site's own PostgreSQL, or 0. */
static int64_t postmaster(void)
{
    AUTO_ARENA arena = arena_new(1 << 20);
    struct text path = text_format(arena, "%s/postgres/data/postmaster.pid", site->home);
    struct text rest = contents_of(arena, path.data);
    int64_t pid = 0;

    return text_to_int64(text_cut(&rest, '\n'), &pid) ? pid : 0;
}

static void its_own_postgresql_comes_back_when_it_dies(void)
{
    site = given_site(NULL);
    given_fleet();
    must(kill((pid_t)postmaster(), SIGKILL) == 0);
    expect_soon(readiness() == 503);
    expect_soon(readiness() == 200);
    expect_answer(create_task(&admin, &agent, "uptime"), 201);
    expect_int64(stop_server(site), 0);
    expect_int64(postmaster(), 0);
}

static void a_killed_server_starts_again_on_its_own_postgresql(void)
{
    const char *task;

    site = given_site(NULL);
    given_fleet();
    task = given_task(&admin, &agent, "uptime");
    kill_server(site);
    given_running(site);
    expect_value(&admin, read_task(&admin, &agent, task), "status", "queued");
}

static void a_second_server_is_refused_and_does_no_harm(void)
{
    struct program_run second;

    site = given_site(NULL);
    given_fleet();
    second = RUN(site, "serve");
    expect_int64(second.exit_code, 2);
    expect(text_contains(second.output, text_lit("another process")));
    expect(text_contains(second.output, text_from(site->home)));
    expect_answer(create_task(&admin, &agent, "uptime"), 201);
}

/* A volume of its own over the site's home, in a mount namespace that ends with this process.
 * False where that is not allowed. */
static bool given_small_volume(void)
{
    if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("tmpfs", site->home, "tmpfs", 0, "size=200m,mode=0700") != 0)
        return false;
    volume = site->home;
    return true;
}

/* Leaves this much. */
static void given_filled(const char *filler, uint64_t bytes_left)
{
    struct statvfs st;
    int file = open(filler, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    must(file >= 0 && statvfs(site->home, &st) == 0);
    must(st.f_bavail * st.f_bsize > bytes_left);
    must(posix_fallocate(file, 0, (off_t)(st.f_bavail * st.f_bsize - bytes_left)) == 0);
    close(file);
}

static void a_full_disk_refuses_writes_and_goes_on_reading(void)
{
    const char *filler;
    const char *task;
    int64_t size;

    site = given_site(make_database());
    given_setting(site, "FLEETLEDGER_RESERVE_BYTES", "16777216");
    filler = text_format(site->arena, "%s/filler", site->home).data;
    if (!given_small_volume()) {
        printf("(skipped: no volume may be mounted here) ");
        return;
    }
    given_fleet();
    task = given_task(&admin, &agent, "uptime");
    size = metric_of(site, "ledger_size");

    given_filled(filler, 8 << 20);
    expect_soon(create_task(&admin, &agent, "refused").status == 507);
    size = metric_of(site, "ledger_size");
    expect_answer(create_task(&admin, &agent, "refused"), 507);
    expect_answer(claim(&agent, 0), 507);
    expect_int64(metric_of(site, "ledger_size"), size);
    expect_value(&admin, read_task(&admin, &agent, task), "status", "queued");
    expect_answer(heartbeat(&agent), 200);
    expect_int64(readiness(), 503);

    must(unlink(filler) == 0);
    expect_soon(create_task(&admin, &agent, "uptime").status == 201);
    expect_soon(readiness() == 200);
    expect_value(&agent.client, claim(&agent, 0), "task.id", task);
    expect_int64(stop_server(site), 0);
}

/* Kept in the home, whose room for it was set aside when there was some. */
static void a_look_while_the_disk_is_full_is_kept_and_recorded_later(void)
{
    const char *filler;
    struct reply reply;

    site = given_site(make_database());
    given_setting(site, "FLEETLEDGER_RESERVE_BYTES", "16777216");
    filler = text_format(site->arena, "%s/filler", site->home).data;
    if (!given_small_volume()) {
        printf("(skipped: no volume may be mounted here) ");
        return;
    }
    given_fleet();
    given_filled(filler, 0);
    expect_soon(create_task(&admin, &agent, "refused").status == 507);
    reply = ask(&admin, "GET", NULL, "/timeline?type=platform.look_recorded");
    expect_answer(reply, 200);
    expect_int64(document_count(reply.body, "events"), 0);
    expect_answer(ask(&admin, "GET", NULL, "/events/1?open=true"), 507);
    kill_server(site);
    must(unlink(filler) == 0);
    given_running(site);
    expect_soon(
        document_count(
            ask(&admin, "GET", NULL, "/timeline?type=platform.look_recorded").body, "events") > 0);
    reply = ask(&admin, "GET", NULL, "/timeline?type=platform.look_recorded&order=oldest");
    reply =
        ask(&admin, "GET", NULL, "/events/%.*s",
            TEXT_ARGS(value_at(&admin, reply, "events.0.position")));
    expect_value(&admin, reply, "fields.route", "/timeline");
    expect_value(&admin, reply, "fields.filter.type", "platform.look_recorded");
    expect(text_starts_with(value_at(&admin, reply, "fields.keptAt"), text_lit("20")));
    expect_int64(stop_server(site), 0);
}

/* Where the last event of this type stands. */
static uint64_t position_of(const char *type)
{
    struct ledger_settings settings = {.home = site->home, .is_read_only = true};
    struct ledger *log = NULL;
    uint64_t found = UINT64_MAX;

    must(ledger_open(&settings, &log, NULL) == STATUS_OK);
    for (uint64_t at = 0; at < ledger_size(log); at++) {
        AUTO_ARENA arena = arena_new(64 << 20);
        struct record record;

        must(ledger_read_one(log, (struct position){at}, arena, &record, NULL) == STATUS_OK);
        if (text_is(record.entry.type, type))
            found = at;
    }
    ledger_close(log);
    must(found != UINT64_MAX);
    return found;
}

static void expect_named(struct program_run verified, uint64_t position)
{
    struct text named = text_format(site->arena, "position %llu", (unsigned long long)position);

    expect_int64(verified.exit_code, 1);
    expect(text_contains(verified.output, named));
}

static void given_damage(const char *table, uint64_t position)
{
    expect_int64(stop_server(site), 0);
    given_flipped_bit(site->home, table, position);
}

static void a_damaged_body_is_named_and_never_served(void)
{
    struct reply reply;
    uint64_t position;

    site = given_site(make_database());
    given_fleet();
    given_task(&admin, &agent, "a-command-to-be-damaged");
    expect_holds(site);
    position = position_of("task.created");
    given_damage("bodies", position);
    expect_named(RUN(site, "verify", "--ledger-only"), position);

    given_running(site);
    reply = claim(&agent, 0);
    expect_answer(reply, 500);
    expect(!text_contains(reply.body, text_lit("command-to-be")));
    expect_named(RUN(site, "verify", "--ledger-only"), position);
}

static void a_damaged_entry_is_named(void)
{
    uint64_t position;

    site = given_site(make_database());
    given_fleet();
    given_task(&admin, &agent, "uptime");
    position = position_of("workspace.created");
    given_damage("entries", position);
    expect_named(RUN(site, "verify", "--ledger-only"), position);
    expect_named(RUN(site, "verify"), position);
}

/* Callers learn that it was our fault, and under which number the log tells the rest. */
static void what_goes_wrong_inside_is_for_the_log_only(void)
{
    const char *database = make_database();
    AUTO_ARENA arena = arena_new(1 << 16);
    struct db *db = NULL;
    struct text schema;
    struct reply reply;

    site = given_site(database);
    given_running(site);
    admin = given_admin(site);
    must(db_open(database, 10, 0, &db, NULL) == STATUS_OK);
    must(db_value(db, arena, "select schema from fleetledger.serving", &schema, NULL) == STATUS_OK);
    must(
        db_script(
            db,
            text_format(
                arena, "alter table \"%.*s\".teams rename column name to secret_name",
                TEXT_ARGS(schema))
                .data,
            NULL) == STATUS_OK);
    db_close(db);
    reply = ask(&admin, "GET", NULL, "/workspaces/%s/teams", given_workspace(&admin, "acme"));
    expect_answer(reply, 500);
    expect_value(&admin, reply, "message", "Internal server error");
    expect(!text_contains(reply.body, text_lit("column")));
    expect_soon(text_contains(contents_of(site->arena, site->log), text_lit("http.failed")));
}

static const struct test tests[] = {
    TEST(without_postgresql_agents_go_on_and_nothing_is_half_done),
    TEST(a_server_started_without_postgresql_serves_agents_and_waits_for_it),
    TEST(a_change_that_cannot_be_shown_in_time_says_so_and_is_shown_to_a_repeat),
    TEST(its_own_postgresql_comes_back_when_it_dies),
    TEST(a_killed_server_starts_again_on_its_own_postgresql),
    TEST(a_second_server_is_refused_and_does_no_harm),
    TEST(a_full_disk_refuses_writes_and_goes_on_reading),
    TEST(a_look_while_the_disk_is_full_is_kept_and_recorded_later),
    TEST(a_damaged_body_is_named_and_never_served),
    TEST(a_damaged_entry_is_named),
    TEST(what_goes_wrong_inside_is_for_the_log_only),
};
const struct suite test_bad_days_suite = SUITE_WITH("bad days", tests, .tear_down = tear_down);
