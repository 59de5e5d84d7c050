/*
 * Our agent as a whole program on a node: what it runs, what it tells, and what becomes of both on bad
 * days.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/encode.h"
#include "core/crypto/crypto.h"
#include "tests/e2e/node_agent.h"
#include "tests/support/postgres.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct site *site;
static struct client admin;
static struct node_agent node;

static bool is_shared; /* the next test may go on with this site and its node */

static void end_all(void)
{
    end_nodes();
    end_sites();
    site = NULL;
}

static void tear_down(void)
{
    if (!is_shared)
        end_all();
}

static void given_site_with_node(void)
{
    end_all();
    is_shared = false;
    site = given_site(make_database());
    given_running(site);
    admin = given_admin(site);
    node = given_node(&admin, given_workspace(&admin, "acme"));
}

/* Of its own: the test will disturb it. */
static void given_node_at_work(void)
{
    given_site_with_node();
    given_node_running(&node);
}

static void given_node_as_it_is(void)
{
    if (site == NULL)
        given_node_at_work();
    is_shared = true;
}

static bool is_status(const char *task, const char *status)
{
    return has_status(&admin, &node.agent, task, status);
}

static const char *queued(const char *format, ...) PRINTF_LIKE(1, 2);
static const char *queued(const char *format, ...)
{
    char command[512];
    va_list args;

    va_start(args, format);
    vsnprintf(command, sizeof(command), format, args);
    va_end(args);
    return given_task(&admin, &node.agent, command);
}

static struct text detail(const char *task, const char *path)
{
    return value_at(&admin, read_task(&admin, &node.agent, task), path);
}

static const char *path_beside(const char *name)
{
    return text_format(admin.arena, "%s/%s", node.state, name).data;
}

/* The process that has written its id there. One that has ended and that nobody has waited for does not
 * live: the first process of a container may leave orphans so. State: proc_pid_stat(5). */
static bool lives(const char *pid_file)
{
    struct text pid = text_trim(contents_of(admin.arena, pid_file));
    char line[256] = "";
    FILE *file;
    bool is_read;

    if (pid.size == 0)
        return false;
    file = fopen(text_format(admin.arena, "/proc/%.*s/stat", TEXT_ARGS(pid)).data, "re");
    if (file == NULL)
        return false;
    is_read = fgets(line, sizeof(line), file) != NULL;
    fclose(file);
    return is_read && strstr(line, ") Z ") == NULL;
}

static bool is_there(const char *path)
{
    return access(path, F_OK) == 0;
}

static void a_command_runs_on_the_node_and_its_output_and_exit_are_told(void)
{
    const char *task;
    struct reply logs;

    given_node_as_it_is();
    task = queued("echo one; echo two >&2; exit 3");
    expect_soon(is_status(task, "failed"));
    expect_text(detail(task, "result.exitCode"), "3");
    expect_text(detail(task, "result.error"), "exit status 3");
    expect(text_contains(detail(task, "output"), text_lit("one\n")));
    expect(text_contains(detail(task, "output"), text_lit("[stderr] two\n")));
    logs = ask(&admin, "GET", NULL, "/workspaces/%s/tasks/%s/logs", node.agent.workspace, task);
    expect_int64(document_count(logs.body, ""), 2);
    expect(text_contains(logs.body, text_lit("\"stderr\"")));
    task = queued("true");
    expect_soon(is_status(task, "success"));
}

static void the_node_is_shown_online_with_its_measurements(void)
{
    struct reply shown;

    given_node_as_it_is();
    expect_soon(text_is(
        value_at(
            &admin,
            ask(&admin, "GET", NULL, "/workspaces/%s/nodes/%s", node.agent.workspace,
                node.agent.node),
            "status"),
        "online"));
    expect_soon(
        document_count(
            ask(&admin, "GET", NULL, "/workspaces/%s/metrics?nodeId=%s", node.agent.workspace,
                node.agent.node)
                .body,
            "") > 1);
    shown =
        ask(&admin, "GET", NULL, "/workspaces/%s/metrics?nodeId=%s", node.agent.workspace,
            node.agent.node);
    expect(!text_is(value_at(&admin, shown, "0.memoryUsage"), "0"));
}

static void the_node_is_shown_where_its_settings_say(void)
{
    given_node_as_it_is();
    expect_value(
        &admin,
        ask(&admin, "GET", NULL, "/workspaces/%s/nodes/%s", node.agent.workspace, node.agent.node),
        "location.region", "eu-north");
}

static struct reply read_packages(void)
{
    return ask(
        &admin, "GET", NULL, "/workspaces/%s/nodes/%s/packages", node.agent.workspace,
        node.agent.node);
}

static void the_packages_of_the_node_are_listed(void)
{
    struct reply listed;

    if (access("/usr/bin/dpkg-query", X_OK) != 0) {
        printf("(skipped: not a Debian) ");
        return;
    }
    given_node_as_it_is();
    listed = read_packages();
    expect_answer(listed, 200);
    expect(document_count(listed.body, "packages") > 50);
}

static struct reply run_as_root(const char *command)
{
    return ask(
        &admin, "POST",
        body(
            &admin,
            "{'nodeId':'%s','type':'shell.exec','payload':{'command':'%s','runAsRoot':true,"
            "'rootScope':'task'}}",
            node.agent.node, command),
        "/workspaces/%s/tasks", node.agent.workspace);
}

/* By the agent too, whatever the server says. */
static void root_is_used_as_far_as_the_profile_in_force_allows(void)
{
    struct reply created;

    if (geteuid() != 0) {
        printf("(skipped: not root, and sudo has no rule for tests) ");
        return;
    }
    given_node_as_it_is();
    expect_answer(run_as_root("id -un"), 400);
    expect_answer(
        ask(&admin, "POST", "{\"profile\":\"task\"}", "/workspaces/%s/nodes/%s/root-access",
            node.agent.workspace, node.agent.node),
        201);
    expect_soon(run_as_root("true").status == 201);
    created = run_as_root("id -un");
    expect_soon(is_status(value_at(&admin, created, "id").data, "success"));
    expect_text(detail(value_at(&admin, created, "id").data, "output"), "root\n");
}

/* With all that the command has started. */
static void a_cancelled_command_ends(void)
{
    const char *task;
    const char *pid_file;

    given_node_as_it_is();
    pid_file = path_beside("cancelled");
    task = queued("sleep 600 & echo $! > %s; wait", pid_file);
    expect_soon(is_status(task, "running") && is_there(pid_file));
    cancel_task(&admin, &node.agent, task, "enough");
    expect_soon(is_status(task, "cancelled"));
    expect_text(detail(task, "result.error"), "enough");
    expect_soon(!lives(pid_file));
}

static void a_command_that_takes_too_long_is_ended(void)
{
    struct reply created;
    const char *task;

    given_node_as_it_is();
    created = ask(
        &admin, "POST",
        body(
            &admin,
            "{'nodeId':'%s','type':'shell.exec','payload':{'command':'sleep 600','timeout':'1s'}}",
            node.agent.node),
        "/workspaces/%s/tasks", node.agent.workspace);
    expect_answer(created, 201);
    task = value_at(&admin, created, "id").data;
    expect_soon(is_status(task, "failed"));
    expect_text(detail(task, "result.reason"), "timeout");
}

static void what_the_node_does_not_know_has_failed_and_says_so(void)
{
    struct reply created;

    given_node_as_it_is();
    created =
        ask(&admin, "POST", body(&admin, "{'nodeId':'%s','type':'make.tea'}", node.agent.node),
            "/workspaces/%s/tasks", node.agent.workspace);
    expect_answer(created, 201);
    expect_soon(is_status(value_at(&admin, created, "id").data, "failed"));
    expect_text(
        detail(value_at(&admin, created, "id").data, "result.error"),
        "unsupported task type: make.tea");
}

/* Bad days. */

static void a_killed_agent_has_failed_its_task_which_never_runs_again(void)
{
    const char *runs;
    const char *task;

    given_node_at_work();
    runs = path_beside("runs");
    task = queued("echo run >> %s; sleep 600", runs);
    expect_soon(is_status(task, "running") && is_there(runs));
    kill_node(&node);
    given_node_running(&node);
    expect_soon(is_status(task, "failed"));
    task = queued("true");
    expect_soon(is_status(task, "success"));
    expect_text(contents_of(admin.arena, runs), "run\n");
}

static void what_a_killed_agent_was_running_ends_with_it(void)
{
    const char *pid_file;
    const char *task;

    given_node_at_work();
    pid_file = path_beside("pid");
    task = queued("echo $$ > %s; sleep 600", pid_file);
    expect_soon(is_status(task, "running") && contents_of(admin.arena, pid_file).size > 0);
    kill_node(&node);
    expect_soon(!lives(pid_file));
}

static void an_end_that_the_server_could_not_hear_is_told_when_it_is_back(void)
{
    const char *done;
    const char *task;

    given_node_at_work();
    done = path_beside("done");
    task = queued("while [ ! -e %s.go ]; do sleep 0.1; done; echo late; touch %s", done, done);
    expect_soon(is_status(task, "running"));
    kill_server(site);
    expect_int64(creat(text_format(admin.arena, "%s.go", done).data, 0600) >= 0, 1);
    expect_soon(is_there(done));
    given_running(site);
    expect_soon(is_status(task, "success"));
    expect_text(detail(task, "output"), "late\n");
}

/* Both gone, the agent first come back. */
static void an_end_outlives_the_agent_too(void)
{
    const char *done;
    const char *task;

    given_node_at_work();
    done = path_beside("done");
    task = queued("while [ ! -e %s.go ]; do sleep 0.1; done; echo late; touch %s", done, done);
    expect_soon(is_status(task, "running"));
    kill_server(site);
    expect_int64(creat(text_format(admin.arena, "%s.go", done).data, 0600) >= 0, 1);
    expect_soon(is_there(done));
    expect_soon(text_contains(
        contents_of(
            admin.arena, text_format(admin.arena, "%s/tasks/%s.task", node.state, task).data),
        text_lit("\ncompleted ")));
    kill_node(&node);
    given_node_running(&node);
    given_running(site);
    expect_soon(is_status(task, "success"));
    expect_text(detail(task, "output"), "late\n");
    expect_soon(!is_there(text_format(admin.arena, "%s/tasks/%s.task", node.state, task).data));
}

/* Tasks that write their names down, while agent and server are killed again and again, whenever it
 * happens to be. A claim that died with its agent is given out again after the shortest lease. */
static void wherever_it_is_killed_nothing_runs_twice_and_every_end_is_told(void)
{
    enum { ROUNDS = 6, TASKS = 3 };
    const char *tasks[ROUNDS * TASKS];
    const char *runs;
    struct text written;

    end_all();
    is_shared = false;
    site = given_site(make_database());
    given_setting(site, "AGENT_STALE_TASK_CHECK_INTERVAL_SECONDS", "1");
    given_setting(site, "AGENT_TASK_CLAIM_LEASE_SECONDS", "15");
    given_running(site);
    admin = given_admin(site);
    node = given_node(&admin, given_workspace(&admin, "acme"));
    runs = path_beside("runs");
    for (int i = 0; i < ROUNDS; i++) {
        for (int n = 0; n < TASKS; n++)
            tasks[i * TASKS + n] = queued("echo task%02d >> %s; sleep 0.1", i * TASKS + n, runs);
        given_node_running(&node);
        poll(NULL, 0, 60 + i * 37);
        if (i % 3 == 2) {
            kill_server(site);
            given_running(site);
        }
        kill_node(&node);
    }
    given_node_running(&node);
    for (int i = 0; i < ROUNDS * TASKS; i++)
        expect_soon(is_status(tasks[i], "success") || is_status(tasks[i], "failed"));
    written = contents_of(admin.arena, runs);
    for (int i = 0; i < ROUNDS * TASKS; i++) {
        struct text name = text_format(admin.arena, "task%02d\n", i);
        int times = 0;
        for (size_t at = 0; at < written.size; at += name.size)
            times += text_equal(text_slice(written, at, name.size), name) ? 1 : 0;
        expect(times <= 1);
        expect(times == 1 || !is_status(tasks[i], "success"));
    }
}

static void an_agent_that_is_stopped_ends_its_tasks_and_tells_so(void)
{
    const char *task;

    given_node_at_work();
    task = queued("sleep 600");
    expect_soon(is_status(task, "running"));
    expect_int64(stop_node(&node), 0);
    expect(is_status(task, "cancelled"));
}

/* Work comes from two sides, more of it than the node has places. */
static void what_the_server_sends_runs_beside_what_is_claimed_and_nothing_runs_twice(void)
{
    enum { TASKS = 8 };
    const char *tasks[TASKS];
    struct text ran;

    end_all();
    is_shared = false;
    site = given_site(make_database());
    given_setting(site, "REALTIME_DISPATCH", "true");
    given_running(site);
    admin = given_admin(site);
    node = given_node(&admin, given_workspace(&admin, "acme"));
    given_node_running(&node);
    for (size_t i = 0; i < TASKS; i++)
        tasks[i] = queued("echo %zu >>%s", i, path_beside("ran"));
    for (size_t i = 0; i < TASKS; i++)
        expect_soon(is_status(tasks[i], "success"));
    ran = contents_of(admin.arena, path_beside("ran"));
    expect_int64(ran.size, TASKS * 2);
    for (size_t i = 0; i < TASKS; i++)
        expect(text_contains(ran, text_format(admin.arena, "%zu\n", i)));
}

static void a_machine_that_is_no_node_yet_says_what_to_do(void)
{
    struct program_run run;

    given_site_with_node();
    expect(unlink(path_beside("identity.json")) == 0);
    run = RUN_NODE(&node, "run");
    expect_int64(run.exit_code, 2);
    expect(text_contains(run.output, text_lit("bootstrap, enroll or register")));
}

/* The other two ways in. */

static void given_nobody(const char *shared_token)
{
    end_all();
    is_shared = false;
    site = given_site(make_database());
    given_setting(site, "AGENT_ENROLLMENT_TOKEN", shared_token);
    given_running(site);
    admin = given_admin(site);
    node = (struct node_agent){.site = site, .state = make_directory()};
    node.log = path_beside("log");
}

static struct text identity_of_node(const char *member)
{
    return document_at(admin.arena, contents_of(admin.arena, path_beside("identity.json")), member);
}

static void a_machine_may_register_by_the_token_that_all_share(void)
{
    struct program_run run;

    given_nobody("a token that all agents share");
    run = RUN_NODE(&node, "register", "--enrollment-token=another one");
    expect_int64(run.exit_code, 2);
    expect(text_contains(run.output, text_lit("Invalid enrollment token")));
    run = RUN_NODE(&node, "register", "--enrollment-token=a token that all agents share");
    expect_int64(run.exit_code, 0);
    expect(text_contains(run.output, identity_of_node("nodeId")));
}

/* What follows a line of its own, four blanks before it. */
static struct text printed_token(void)
{
    static const char mark[] = "\n    ";
    struct text log = contents_of(admin.arena, node.log);

    for (size_t at = 0; at < log.size; at++) {
        struct text rest = text_slice(log, at, log.size);
        if (text_starts_with(rest, text_from(mark)))
            return text_cut(&(struct text){rest.data + 5, rest.size - 5}, '\n');
    }
    return (struct text){NULL, 0};
}

static void a_machine_may_ask_and_be_let_in_by_an_administrator(void)
{
    static const char *const enroll[] = {"enroll", "--email=" ADMIN_EMAIL, NULL};
    pid_t pid;

    given_nobody("unused");
    pid = start_node_program(&node, enroll, node.log);
    expect_soon(printed_token().size > 0);
    expect_answer(
        ask(&admin, "POST", body(&admin, "{'email':'%s','nodeName':'let in'}", ADMIN_EMAIL),
            "/enrollments/%s/finalize", text_c(admin.arena, printed_token())),
        201);
    expect_int64(program_ended(pid, 30 * (int64_t)US_PER_S), 0);
    expect(identity_of_node("agentToken").size > 0);
}

/* Downloads: whoever makes a machine a node knows nobody but the server. */

#define AGENT "/downloads/fleetledger-agent-linux-amd64"

static void the_server_hands_out_the_agent_with_its_digest(void)
{
    struct reply agent;
    struct reply line;
    struct client again;
    struct digest digest;
    struct text hex;

    given_node_as_it_is();
    agent = ask(&admin, "GET", NULL, AGENT);
    line = ask(&admin, "GET", NULL, AGENT ".sha256");
    expect_answer(agent, 200);
    expect(text_starts_with(agent.body, text_lit("\177ELF")));
    digest = sha256(bytes_of_text(agent.body));
    hex = hex_encode(admin.arena, (struct bytes){digest.bytes, sizeof(digest.bytes)});
    expect(text_starts_with(line.body, hex));
    expect(text_ends_with(line.body, text_lit("  fleetledger-agent-linux-amd64\n")));
    again = with(&admin, "If-None-Match: %s\r\n", text_c(admin.arena, header_of(&agent, "ETag")));
    expect_answer(ask(&again, "GET", NULL, AGENT), 304);
}

static void a_download_that_is_not_there_names_those_that_are(void)
{
    struct reply reply;

    given_node_as_it_is();
    reply = ask(&admin, "GET", NULL, "/downloads/fleetledger-agent-linux-arm64");
    expect_answer(reply, 404);
    expect_value(&admin, reply, "code", "download_not_found");
    expect(text_contains(
        value_at(&admin, reply, "message"), text_lit("fleetledger-agent-linux-amd64.sha256")));
}

static const char *script_of_an_install(void)
{
    struct reply install = create_install(&admin, node.agent.workspace, "another");

    return value_at(&admin, install, "scriptUrl").data;
}

static void an_install_runs_this_servers_script_unless_another_is_set(void)
{
    struct reply script;

    given_node_as_it_is();
    expect_text(text_from(script_of_an_install()), "http://test/install.sh");
    script = ask(&admin, "GET", NULL, "/install.sh");
    expect_answer(script, 200);
    expect(text_equal(
        script.body,
        contents_of(
            admin.arena,
            text_format(admin.arena, "%s/api/node/install.sh", test_source_root).data)));
    given_site_with_node();
    stop_server(site);
    given_setting(site, "AGENT_INSTALL_SCRIPT_URL", "https://cdn.example/install.sh");
    given_running(site);
    expect_text(text_from(script_of_an_install()), "https://cdn.example/install.sh");
}

static const struct test tests[] = {
    TEST(a_command_runs_on_the_node_and_its_output_and_exit_are_told),
    TEST(the_node_is_shown_online_with_its_measurements),
    TEST(the_node_is_shown_where_its_settings_say),
    TEST(the_packages_of_the_node_are_listed),
    TEST(root_is_used_as_far_as_the_profile_in_force_allows),
    TEST(a_cancelled_command_ends),
    TEST(a_command_that_takes_too_long_is_ended),
    TEST(what_the_node_does_not_know_has_failed_and_says_so),
    TEST(a_killed_agent_has_failed_its_task_which_never_runs_again),
    TEST(what_a_killed_agent_was_running_ends_with_it),
    TEST(an_end_that_the_server_could_not_hear_is_told_when_it_is_back),
    TEST(an_end_outlives_the_agent_too),
    TEST(wherever_it_is_killed_nothing_runs_twice_and_every_end_is_told),
    TEST(an_agent_that_is_stopped_ends_its_tasks_and_tells_so),
    TEST(the_server_hands_out_the_agent_with_its_digest),
    TEST(a_download_that_is_not_there_names_those_that_are),
    TEST(an_install_runs_this_servers_script_unless_another_is_set),
    TEST(what_the_server_sends_runs_beside_what_is_claimed_and_nothing_runs_twice),
    TEST(a_machine_that_is_no_node_yet_says_what_to_do),
    TEST(a_machine_may_register_by_the_token_that_all_share),
    TEST(a_machine_may_ask_and_be_let_in_by_an_administrator),
};
const struct suite test_node_agent_suite =
    SUITE_WITH("our agent on a node", tests, .tear_down = tear_down);
