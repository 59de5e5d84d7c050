/*
 * A rollout of the agent on the real program, with a directory of releases and agents that do as the test says: over a
 * window, restarts in the middle, a failure, and a retry.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/e2e/people.h"
#include "tests/support/postgres.h"

#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>

/* What was due before a start is looked at half a minute after it. */
enum { NODES = 2, AFTER_START_S = 60 };

static struct site *site;
static struct client admin;
static const char *workspace;
static struct agent agents[NODES];

static const char manifest[] =
    "{\"version\":\"1.4.0\",\"publishedAt\":\"2026-11-30T08:00:00Z\",\"commit\":\"1a2b3c4d\","
    "\"channel\":\"tag\",\"notes\":[{\"title\":\"News\",\"items\":[\"Tasks begin sooner.\"]}],"
    "\"artifacts\":{\"amd64\":{\"binaryUrl\":\"https://cdn.example/1.4.0/agent\",\"sha256\":"
    "\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"}}}";

static void given_releases(void)
{
    const char *directory = text_format(site->arena, "%s/releases", site->home).data;
    const char *release = text_format(site->arena, "%s/1.4.0", directory).data;
    FILE *file;

    expect(mkdir(directory, 0755) == 0 && mkdir(release, 0755) == 0);
    file = fopen(text_format(site->arena, "%s/release-manifest.json", release).data, "w");
    expect(file != NULL && fputs(manifest, file) >= 0 && fclose(file) == 0);
    given_setting(site, "AGENT_RELEASES_DIR", directory);
}

static void set_up(void)
{
    site = given_site(make_database());
    given_releases();
    given_running(site);
    admin = given_admin(site);
    workspace = given_workspace(&admin, "acme");
    for (int i = 0; i < NODES; i++) {
        char name[16];
        snprintf(name, sizeof(name), "web-%d", i);
        agents[i] = given_agent(&admin, workspace, name);
    }
}

static void tear_down(void)
{
    end_sites();
}

static bool is_release_known(void)
{
    struct reply reply = ask(&admin, "GET", NULL, "/agent-updates/summary");

    return text_is(value_at(&admin, reply, "latestRelease.version"), "1.4.0");
}

static struct reply read_rollout(const char *rollout)
{
    return ask(&admin, "GET", NULL, "/agent-updates/rollouts/%s", rollout);
}

static bool stands(const char *rollout, const char *status, const char *first, const char *second)
{
    struct reply reply = read_rollout(rollout);

    return text_is(value_at(&admin, reply, "status"), status) &&
           text_is(value_at(&admin, reply, "targets.0.status"), first) &&
           text_is(value_at(&admin, reply, "targets.1.status"), second);
}

static const char *target(const char *rollout, const char *path)
{
    return text_c(admin.arena, value_at(&admin, read_rollout(rollout), path));
}

static struct reply
report_update(const struct agent *agent, const char *target_id, const char *told)
{
    return ask(
        &agent->client, "POST", body(&agent->client, "%s", told),
        "/agent-updates/targets/%s/progress", target_id);
}

static void show_version(const struct agent *agent)
{
    expect_answer(
        ask(&agent->client, "POST",
            body(
                &agent->client, "{'nodeId':'%s','agentToken':'%s','agentVersion':'1.4.0'}",
                agent->node, agent->token),
            "/agent/heartbeat"),
        200);
}

static const char *given_rollout(void)
{
    struct reply made;

    expect_soon(is_release_known());
    expect_value(
        &admin, ask(&admin, "GET", NULL, "/agent-updates/summary"), "eligibleOutdatedNodeCount",
        "2");
    made =
        ask(&admin, "POST", body(&admin, "{'nodeIds':['%s','%s']}", agents[0].node, agents[1].node),
            "/agent-updates/rollouts");
    expect_answer(made, 201);
    expect_value(&admin, made, "counts.total", "2");
    expect_value(&admin, made, "targets.1.previousVersion", "1.2.3");
    expect_value(&admin, made, "requestedByEmailSnapshot", ADMIN_EMAIL);
    return text_c(admin.arena, value_at(&admin, made, "id"));
}

static void given_windows(const char *windows)
{
    expect_answer(
        ask(&admin, "PUT", body(&admin, "{'windows':[%s]}", windows), "/workspaces/%s/windows",
            workspace),
        200);
}

/* The server is killed where it may be dispatching: before, in the middle, or just after. */
static void once_its_window_is_taken_away_it_is_dispatched_once(const char *rollout)
{
    expect_soon(text_is(value_at(&admin, read_rollout(rollout), "heldBy"), "Freeze"));
    expect(stands(rollout, "queued", "pending", "pending"));
    expect_value(
        &admin,
        ask(&admin, "GET", NULL, "/workspaces/%s/events?type=agent.update.rollout.held", workspace),
        "0.severity", "info");
    given_windows("");
    kill_server(site);
    given_running(site);
    admin = given_admin(site);
    expect_within(AFTER_START_S, stands(rollout, "running", "dispatched", "pending"));
    expect_int64(
        document_count(ask(&admin, "GET", NULL, "/workspaces/%s/tasks", workspace).body, ""), 1);
}

static void the_first_update_goes_on_over_a_restart(const char *rollout)
{
    struct reply claimed;

    expect_soon(stands(rollout, "running", "dispatched", "pending"));
    claimed = claim(&agents[0], 0);
    expect_value(&agents[0].client, claimed, "task.type", "agent.update");
    expect_value(&agents[0].client, claimed, "task.payload.targetVersion", "1.4.0");
    expect_value(
        &agents[0].client,
        report_update(
            &agents[0], target(rollout, "targets.0.id"),
            "{'status':'downloading','progressPercent':20}"),
        "status", "downloading");
    kill_server(site);
    given_running(site);
    admin = given_admin(site);
    expect(stands(rollout, "running", "downloading", "pending"));
}

static void one_that_fails_is_tried_again(const char *rollout)
{
    expect_answer(
        report_update(
            &agents[1], target(rollout, "targets.1.id"),
            "{'status':'failed','progressPercent':45,'message':'No room'}"),
        200);
    expect(stands(rollout, "paused", "completed", "failed"));
    expect_value(&admin, read_rollout(rollout), "statusMessage", "No room");
    expect_value(
        &admin,
        ask(&admin, "GET", NULL, "/workspaces/%s/events?type=agent.update.target.failed",
            workspace),
        "0.severity", "warning");
    expect_answer(ask(&admin, "POST", "{}", "/agent-updates/rollouts/%s/resume", rollout), 409);
    expect_answer(
        ask(&admin, "POST", "{}", "/agent-updates/rollouts/%s/targets/%s/retry", rollout,
            target(rollout, "targets.1.id")),
        201);
    expect_soon(stands(rollout, "running", "completed", "dispatched"));
}

static void a_rollout_pauses_at_a_failure_and_ends_when_all_versions_were_seen(void)
{
    const char *rollout;

    given_windows("{'name':'Freeze','from':'2026-01-01T00:00:00Z','until':'2999-01-01T00:00:00Z'}");
    rollout = given_rollout();
    once_its_window_is_taken_away_it_is_dispatched_once(rollout);
    the_first_update_goes_on_over_a_restart(rollout);
    show_version(&agents[0]);
    expect_soon(stands(rollout, "running", "completed", "dispatched"));
    expect_value(
        &admin, ask(&admin, "GET", NULL, "/agent-updates/summary"), "activeRollout.id", rollout);
    one_that_fails_is_tried_again(rollout);
    show_version(&agents[1]);
    expect_soon(stands(rollout, "completed", "completed", "completed"));
    expect_value(&admin, read_rollout(rollout), "counts.completed", "2");
    expect_value(
        &admin, ask(&admin, "GET", NULL, "/agent-updates/summary"), "outdatedNodeCount", "0");
    expect_value(
        &admin, ask(&admin, "GET", NULL, "/audit-logs?action=agent_update.target"), "0.action",
        "agent_update.target.retried");
    expect_answer(
        ask(&admin, "POST", body(&admin, "{'nodeIds':['%s'],'version':'1.4.0'}", agents[0].node),
            "/agent-updates/rollouts"),
        400);
    expect_int64(stop_server(site), 0);
    expect_holds(site);
}

/* A rollout whose window is taken away, by a server that is killed at the dispatch that follows. */
static const char *given_killed_at_a_dispatch(const char *point)
{
    const char *rollout;

    given_windows("{'name':'Freeze','from':'2026-01-01T00:00:00Z','until':'2999-01-01T00:00:00Z'}");
    rollout = given_rollout();
    expect_soon(text_is(value_at(&admin, read_rollout(rollout), "heldBy"), "Freeze"));
    expect_int64(stop_server(site), 0);
    given_setting(
        site, "FLEETLEDGER_FAILPOINTS", text_format(site->arena, "%s=kill@2", point).data);
    given_running(site);
    given_windows(""); /* the first commit */
    expect_int64(wait_for_end(site), -SIGKILL);
    given_setting(site, "FLEETLEDGER_FAILPOINTS", "");
    given_running(site);
    return rollout;
}

static void killed_before_or_after_a_dispatch_is_on_record_it_is_made_once(void)
{
    static const char *const points[] = {"commit", "committed"};

    for (size_t i = 0; i < COUNT_OF(points); i++) {
        const char *rollout = given_killed_at_a_dispatch(points[i]);

        expect_within(AFTER_START_S, stands(rollout, "running", "dispatched", "pending"));
        expect_int64(
            document_count(ask(&admin, "GET", NULL, "/workspaces/%s/tasks", workspace).body, ""),
            (int64_t)i + 1);
        expect_answer(ask(&admin, "POST", "{}", "/agent-updates/rollouts/%s/cancel", rollout), 201);
        expect_soon(text_is(value_at(&admin, read_rollout(rollout), "status"), "cancelled"));
    }
    expect_int64(stop_server(site), 0);
    expect_holds(site);
}

static const struct test tests[] = {
    TEST(a_rollout_pauses_at_a_failure_and_ends_when_all_versions_were_seen),
    TEST(killed_before_or_after_a_dispatch_is_on_record_it_is_made_once),
};

const struct suite test_rollouts_suite =
    SUITE_WITH("e2e/rollouts", tests, .set_up = set_up, .tear_down = tear_down);
