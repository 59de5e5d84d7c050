/*
 * Our agent becomes another version of itself: a copy of its program whose version was written over, and others that are
 * no good.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/encode.h"
#include "core/base/must.h"
#include "core/crypto/crypto.h"
#include "tests/e2e/node_agent.h"
#include "tests/support/postgres.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define OWN   "0.1.0" /* that the build gives */
#define NEWER "0.9.9" /* as long */

static struct site *site;
static struct client admin;
static struct node_agent node;
static struct text program; /* the build's */

static void given_file(const char *path, struct text content)
{
    FILE *file = fopen(path, "we");

    must(file != NULL && fwrite(content.data, 1, content.size, file) == content.size);
    must(fclose(file) == 0 && chmod(path, 0755) == 0);
}

/* A release of that program in the server's directory. */
static void given_release(const char *directory, const char *version, struct text content)
{
    const char *place = text_format(site->arena, "%s/%s", directory, version).data;
    struct digest digest = sha256(bytes_of_text(content));

    must(mkdir(place, 0700) == 0);
    given_file(text_format(site->arena, "%s/agent", place).data, content);
    given_file(
        text_format(site->arena, "%s/release-manifest.json", place).data,
        text_format(
            site->arena,
            "{\"version\":\"%s\",\"publishedAt\":\"2026-01-01\",\"commit\":\"abc\",\"channel\":\"tag\","
            "\"notes\":[{\"title\":\"News\",\"items\":[\"All.\"]}],\"artifacts\":{\"amd64\":{"
            "\"binaryUrl\":\"https://cdn.example/agent\",\"sha256\":\"%.*s\"}}}",
            version,
            TEXT_ARGS(
                hex_encode(site->arena, (struct bytes){digest.bytes, sizeof(digest.bytes)}))));
}

/* The build's program, but for its version, which stands in it once. */
static struct text other_version(const char *version)
{
    struct text copy = text_copy(site->arena, program);
    char *data = arena_take(site->arena, copy.size);
    int found = 0;

    memcpy(data, copy.data, copy.size);
    for (size_t i = 0; i + sizeof(OWN) < copy.size; i++) {
        if (data[i] != '\0' || memcmp(data + i + 1, OWN, sizeof(OWN)) != 0)
            continue;
        memcpy(data + i + 1, version, sizeof(OWN) - 1);
        found++;
    }
    must(found == 1);
    return (struct text){data, copy.size};
}

static struct text script(const char *version, const char *then)
{
    return text_format(
        site->arena, "#!/bin/sh\n[ \"$1\" = version ] && echo 'agent %s (x)' && exit\n%s\n",
        version, then);
}

static void given_releases(void)
{
    const char *directory = make_directory();

    given_setting(site, "AGENT_RELEASES_DIR", directory);
    given_release(directory, NEWER, other_version(NEWER));
    given_release(directory, "0.9.1", text_lit("this is no program"));
    given_release(directory, "0.9.2", script("0.9.2", "exit 1"));
    given_release(directory, "0.9.3", script("0.9.3", "exec sleep 60"));
    given_release(directory, "0.9.4", other_version(NEWER));
}

/* A node whose program is its own, under something like systemd: whoever ends is started again, here by the test. */
static void given_node_of_its_own(void)
{
    if (site != NULL)
        return;
    site = given_site(make_database());
    program = contents_of(site->arena, test_node_agent);
    given_setting(site, "INVOCATION_ID", "1");
    given_setting(site, "UPDATE_TRIAL_SECONDS", "1");
    given_releases();
    given_running(site);
    admin = given_admin(site);
    node = given_node(&admin, given_workspace(&admin, "acme"));
    node.program = text_format(site->arena, "%s/agent", make_directory()).data;
    given_file(node.program, program);
    given_node_running(&node);
}

static bool has_version(const char *version)
{
    return text_is(
        value_at(
            &admin,
            ask(&admin, "GET", NULL, "/workspaces/%s/nodes/%s", node.agent.workspace,
                node.agent.node),
            "agentVersion"),
        version);
}

/* The task that orders it. */
static const char *ordered(const char *version)
{
    struct reply created =
        ask(&admin, "POST",
            body(
                &admin,
                "{'nodeId':'%s','type':'agent.update','payload':{'targetVersion':'%s','targetId':"
                "'0190a000-0000-7000-8000-000000000001','rollback':false}}",
                node.agent.node, version),
            "/workspaces/%s/tasks", node.agent.workspace);

    expect_answer(created, 201);
    return value_at(&admin, created, "id").data;
}

static struct text told(const char *task, const char *path)
{
    return value_at(&admin, read_task(&admin, &node.agent, task), path);
}

static struct text in_place(void)
{
    return contents_of(site->arena, node.program);
}

static bool is_on_trial(void)
{
    return access(text_format(admin.arena, "%s/update.json", node.state).data, F_OK) == 0;
}

static void one_that_is_no_good_changes_nothing(void)
{
    static const char *const versions[] = {"0.9.1", "0.9.4", "0.8.8"};
    static const char *const reasons[] = {
        "does not start", ("says that it is version " NEWER), "No official tagged agent release"};

    given_node_of_its_own();
    for (size_t i = 0; i < COUNT_OF(versions); i++) {
        const char *task = ordered(versions[i]);
        expect_soon(has_status(&admin, &node.agent, task, "failed"));
        expect_at(
            text_contains(told(task, "output"), text_from(reasons[i])), __FILE__, __LINE__,
            text_c(admin.arena, told(task, "output")));
        expect(text_equal(in_place(), program));
        expect(!is_on_trial());
    }
    expect(has_version(OWN));
}

/* A rollout of that version to the node, once the server has looked into its directory. Its id. */
static const char *rolled_out(const char *version)
{
    struct reply created;

    expect_soon(
        (created =
             ask(&admin, "POST",
                 body(&admin, "{'nodeIds':['%s'],'version':'%s'}", node.agent.node, version),
                 "/agent-updates/rollouts"))
            .status == 201);
    return value_at(&admin, created, "id").data;
}

static struct text of_rollout(const char *rollout, const char *path)
{
    return value_at(&admin, ask(&admin, "GET", NULL, "/agent-updates/rollouts/%s", rollout), path);
}

static void goes_back_from(const char *version, const char *why)
{
    const char *rollout = rolled_out(version);

    (void)program_ended(node.pid, 30 * (int64_t)US_PER_S);
    node.pid = 0;
    expect_soon(text_equal(in_place(), program));
    given_node_running(&node);
    expect_soon(text_is(of_rollout(rollout, "status"), "paused"));
    expect_text(of_rollout(rollout, "targets.0.status"), "failed");
    expect(text_contains(of_rollout(rollout, "targets.0.statusMessage"), text_from(why)));
    expect_soon(!is_on_trial());
    expect(has_version(OWN));
    expect_answer(ask(&admin, "POST", "{}", "/agent-updates/rollouts/%s/cancel", rollout), 201);
}

static void one_that_dies_is_gone_back_from(void)
{
    given_node_of_its_own();
    goes_back_from("0.9.2", "the new program ended before the server had heard it");
}

static void one_that_is_not_heard_in_time_is_gone_back_from(void)
{
    given_node_of_its_own();
    goes_back_from("0.9.3", "the server did not hear the new program in time");
}

/* In the same process, and with the former one beside it. */
static void the_agent_becomes_another_version_and_the_server_hears_it(void)
{
    const char *rollout;
    const char *task;

    given_node_of_its_own();
    rollout = rolled_out(NEWER);
    expect_soon(text_is(of_rollout(rollout, "status"), "completed"));
    expect_text(of_rollout(rollout, "targets.0.status"), "completed");
    task = of_rollout(rollout, "targets.0.taskId").data;
    expect(has_version(NEWER));
    expect_soon(has_status(&admin, &node.agent, task, "success"));
    expect_text(told(task, "result.status"), "handoff");
    expect_text(told(task, "result.targetVersion"), NEWER);
    expect_soon(!is_on_trial());
    expect(text_equal(in_place(), other_version(NEWER)));
    expect(text_equal(
        contents_of(site->arena, text_format(site->arena, "%s.old", node.program).data), program));
    expect_int64(stop_node(&node), 0);
}

static const char *trial_file(void)
{
    return text_format(site->arena, "%s/update.json", node.state).data;
}

/* The machine lost its power, or a service manager killed the watch with what else was left. */
static void given_on_trial(const char *version, struct text content)
{
    given_file(node.program, content);
    given_file(text_format(site->arena, "%s.old", node.program).data, program);
    given_file(
        trial_file(),
        text_format(
            site->arena,
            "{\"targetId\":\"0190a000-0000-7000-8000-000000000001\",\"targetVersion\":\"%s\"}",
            version));
}

static void one_that_begins_on_trial_and_unwatched_is_gone_back_from(void)
{
    given_node_of_its_own();
    given_on_trial(NEWER, other_version(NEWER));
    given_node_running(&node);
    expect_soon(has_version(OWN));
    expect_soon(!is_on_trial());
    expect(text_equal(in_place(), program));
    expect_int64(stop_node(&node), 0);
}

/* As the unit has systemd do: the former one counts, the one in place begins. Its exit code. */
static int started_as_a_service(void)
{
    struct node_agent former = node;
    struct program_run run;

    former.program = text_format(site->arena, "%s.old", node.program).data;
    run = RUN_NODE(&former, "count-start");
    expect_at(run.exit_code == 0, __FILE__, __LINE__, text_c(site->arena, run.output));
    return text_equal(in_place(), program) ? 0 : RUN_NODE(&node, "run").exit_code;
}

static void one_that_dies_before_it_looks_is_given_up_after_three_starts(void)
{
    given_node_of_its_own();
    given_on_trial("0.9.2", script("0.9.2", "exit 7"));
    for (int i = 0; i < 3; i++)
        expect_int64(started_as_a_service(), 7);
    expect_int64(started_as_a_service(), 0);
    expect(text_contains(
        contents_of(site->arena, trial_file()), text_lit("was started three times without")));
    given_node_running(&node);
    expect_soon(!is_on_trial()); /* the server was told */
    expect(has_version(OWN));
}

/* An earlier update left a former version, and this one was broken off before it was in place. */
static void what_is_in_place_already_is_not_given_up(void)
{
    given_node_of_its_own();
    if (node.pid > 0)
        expect_int64(stop_node(&node), 0);
    given_on_trial(NEWER, program);
    given_file(
        trial_file(),
        text_lit("{\"targetId\":\"0190a000-0000-7000-8000-000000000001\",\"targetVersion\":\"" NEWER
                 "\",\"starts\":3}"));
    given_file(text_format(site->arena, "%s.old", node.program).data, other_version("0.0.1"));
    expect_int64(started_as_a_service(), 0);
    expect(text_equal(in_place(), program));
}

enum { TESTS = 7 };

static void tear_down(void)
{
    static size_t ended;

    if (++ended < TESTS && expect_failures() == 0)
        return;
    end_nodes();
    end_sites();
    site = NULL;
}

static const struct test tests[TESTS] = {
    TEST(one_that_is_no_good_changes_nothing),
    TEST(one_that_dies_is_gone_back_from),
    TEST(one_that_is_not_heard_in_time_is_gone_back_from),
    TEST(the_agent_becomes_another_version_and_the_server_hears_it),
    TEST(one_that_begins_on_trial_and_unwatched_is_gone_back_from),
    TEST(one_that_dies_before_it_looks_is_given_up_after_three_starts),
    TEST(what_is_in_place_already_is_not_given_up),
};
extern const struct suite test_agent_update_suite;
const struct suite test_agent_update_suite =
    SUITE_WITH("e2e/agent_update", tests, .tear_down = tear_down);
