/*
 * Servers as child processes.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/e2e/site.h"

#include "core/base/heap.h"
#include "core/base/must.h"
#include "tests/e2e/nets.h"
#include "tests/e2e/people.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ARENA_BYTES = 256 << 20, START_S = 60, STOP_S = 60, PROGRAM_S = 120, STILL_RUNNING = -1000 };

static struct site *sites;
static size_t failures_before;

void wait_a_little(void)
{
    const struct timespec step = {.tv_nsec = 10000000};

    nanosleep(&step, NULL);
}

struct text contents_of(struct arena *arena, const char *path)
{
    FILE *file = fopen(path, "re");
    struct stat st;
    struct text out = text_lit("");

    if (file == NULL)
        return out;
    if (fstat(fileno(file), &st) == 0 && st.st_size > 0) {
        char *data = arena_take(arena, (size_t)st.st_size + 1);
        out = (struct text){data, fread(data, 1, (size_t)st.st_size, file)};
    }
    fclose(file);
    return out;
}

struct site *given_site(const char *database)
{
    struct site *site = heap_new(sizeof(*site));

    site->arena = arena_new(ARENA_BYTES);
    site->home = make_directory();
    site->log = text_format(site->arena, "%s/server.log", make_directory()).data;
    site->net = NO_NET;
    site->next = sites;
    sites = site;
    failures_before = expect_failures();
    given_setting(site, "FLEETLEDGER_HOME", site->home);
    given_setting(site, "PORT", "0");
    given_setting(site, "RATE_LIMIT_PER_MINUTE", "0");
    given_setting(site, "ADMIN_EMAIL", ADMIN_EMAIL);
    given_setting(site, "ADMIN_PASSWORD", ADMIN_PASSWORD);
    given_setting(site, "FLEETLEDGER_RESERVE_BYTES", "1");
    if (database != NULL)
        given_setting(site, "DATABASE_URL", database);
    return site;
}

void given_setting(struct site *site, const char *name, const char *value)
{
    size_t size = strlen(name);
    size_t i = 0;

    while (site->settings[i] != NULL &&
           (strncmp(site->settings[i], name, size) != 0 || site->settings[i][size] != '='))
        i++;
    must(i + 1 < MOST_SETTINGS);
    site->settings[i] = text_format(site->arena, "%s=%s", name, value).data;
}

/* The settings and what sanitizers and libraries need from around; nothing else. */
static const char *const *environment_of(const struct site *site)
{
    static const char *const passed_on[] = {
        "PATH", "TMPDIR", "LANG", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS"};
    const char **environment =
        arena_array(site->arena, MOST_SETTINGS + COUNT_OF(passed_on) + 1, sizeof(*environment));
    size_t count = 0;

    for (; site->settings[count] != NULL; count++)
        environment[count] = site->settings[count];
    for (size_t i = 0; i < COUNT_OF(passed_on); i++) {
        const char *value = getenv(passed_on[i]);
        if (value != NULL)
            environment[count++] = text_format(site->arena, "%s=%s", passed_on[i], value).data;
    }
    return environment;
}

/* In the child; nothing here may allocate. */
NORETURN static void
become(const struct site *site, const char *const *argv, const char *const *environment, int log)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    nets_enter(site->net);
    /* execve() promises to leave them alone, but its prototype is older than const. */
    execve(argv[0], (char *const *)(uintptr_t)argv, (char *const *)(uintptr_t)environment);
    _exit(127);
}

pid_t start_other_program(
    struct site *site, const char *program, const char *const *arguments, const char *log)
{
    const char *argv[16] = {program};
    const char *const *environment = environment_of(site);
    int output = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    pid_t pid;

    for (size_t i = 0; arguments[i] != NULL; i++) {
        must(i + 2 < COUNT_OF(argv));
        argv[i + 1] = arguments[i];
    }
    must(output >= 0);
    fflush(stdout);
    pid = fork();
    must(pid >= 0);
    if (pid == 0)
        become(site, argv, environment, output);
    close(output);
    return pid;
}

pid_t start_program(struct site *site, const char *const *arguments, const char *log)
{
    return start_other_program(site, test_server, arguments, log);
}

int program_ended(pid_t pid, int64_t within_us)
{
    int64_t until_us = monotonic_us() + within_us;
    int state;
    pid_t ended;

    while ((ended = waitpid(pid, &state, WNOHANG)) == 0 && monotonic_us() < until_us)
        wait_a_little();
    if (ended != pid)
        return STILL_RUNNING;
    return WIFEXITED(state) ? WEXITSTATUS(state) : -WTERMSIG(state);
}

static const char *log_of_program(const struct site *site)
{
    return text_format(site->arena, "%s.program", site->log).data;
}

static void print_log(const struct site *site)
{
    struct text log = contents_of(site->arena, site->log);
    struct text said = contents_of(site->arena, log_of_program(site));

    printf("\n--- log of the server at %s\n%.*s---\n", site->home, TEXT_ARGS(log));
    if (said.size > 0)
        printf("--- what the last program that ran there said\n%.*s---\n", TEXT_ARGS(said));
}

NORETURN static void give_up(const struct site *site, const char *why)
{
    print_log(site);
    printf("the server %s\n", why);
    exit(EXIT_FAILURE);
}

/* The port that the last start in the log names, or 0. */
static int port_in(struct text log)
{
    struct text wanted = text_lit("Fleetledger serves at http://");
    int64_t port = 0;

    for (size_t i = 0; i + wanted.size < log.size; i++) {
        struct text rest = text_slice(log, i + wanted.size, log.size);
        size_t colon = text_find(rest, ':', 0);
        size_t end = text_find(rest, '\n', 0);
        if (!text_equal(text_slice(log, i, wanted.size), wanted))
            continue;
        if (end == rest.size || colon > end ||
            !text_to_int64(text_slice(rest, colon + 1, end - colon - 1), &port))
            return 0; /* not yet written to its end */
    }
    return (int)port;
}

void given_starting(struct site *site)
{
    static const char *const serve[] = {"serve", NULL};

    must(site->server == 0);
    site->port = 0;
    site->end = STILL_RUNNING;
    site->server = start_program(site, serve, site->log);
}

static size_t size_of(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 ? (size_t)st.st_size : 0;
}

/* By what it has logged since, and by its health unless that is NULL. In an arena of its own: it is
 * asked many times. */
static bool is_up(struct site *site, size_t log_before, const char *health)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct client anyone = {.site = site, .arena = arena};
    struct text log = contents_of(arena, site->log);

    site->port = port_in(text_slice(log, log_before, log.size));
    return site->port != 0 &&
           (health == NULL || ask(&anyone, "GET", NULL, "%s", health).status == 200);
}

/* False when it ended before it was up. NULL for health: as soon as it says where it is. */
static bool comes_up(struct site *site, const char *health)
{
    int64_t until_us = monotonic_us() + START_S * US_PER_S;
    size_t log_before = size_of(site->log);

    given_starting(site);
    while (!is_up(site, log_before, health)) {
        if (site->end == STILL_RUNNING)
            site->end = program_ended(site->server, 0);
        if (site->end != STILL_RUNNING)
            return false;
        if (monotonic_us() > until_us)
            give_up(site, "was not up in time");
        wait_a_little();
    }
    return true;
}

void given_listening(struct site *site)
{
    if (!comes_up(site, NULL))
        give_up(site, "ended while it started");
}

void given_started(struct site *site)
{
    if (!comes_up(site, "/health"))
        give_up(site, "ended while it started");
}

void given_running(struct site *site)
{
    if (!comes_up(site, "/health/ready"))
        give_up(site, "ended while it started");
}

bool given_up_or_dead(struct site *site)
{
    return comes_up(site, "/health/ready");
}

int wait_for_end(struct site *site)
{
    int how =
        site->end != STILL_RUNNING ? site->end : program_ended(site->server, STOP_S * US_PER_S);

    if (how != STILL_RUNNING)
        site->server = 0;
    return how;
}

int stop_server(struct site *site)
{
    must(site->server > 0);
    must(kill(site->server, SIGTERM) == 0);
    return wait_for_end(site);
}

void kill_server(struct site *site)
{
    must(site->server > 0);
    if (site->end == STILL_RUNNING) {
        must(kill(site->server, SIGKILL) == 0);
        must(waitpid(site->server, NULL, 0) == site->server);
    }
    site->server = 0;
}

struct program_run run_program(struct site *site, const char *const *arguments)
{
    const char *log = log_of_program(site);
    struct program_run run;
    pid_t pid;

    unlink(log);
    pid = start_program(site, arguments, log);
    run.exit_code = program_ended(pid, PROGRAM_S * US_PER_S);
    if (run.exit_code == STILL_RUNNING) {
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
    }
    run.output = contents_of(site->arena, log);
    return run;
}

const char *flag(const struct site *site, const char *name, const char *value)
{
    return text_format(site->arena, "--%s=%s", name, value).data;
}

const char *url_of(const struct site *site)
{
    return text_format(site->arena, "http://127.0.0.1:%d", site->port).data;
}

const char *saved(const struct site *site, struct text content)
{
    const char *path = text_format(site->arena, "%s/saved", make_directory()).data;
    FILE *file = fopen(path, "we");

    must(file != NULL && fwrite(content.data, 1, content.size, file) == content.size);
    must(fclose(file) == 0);
    return path;
}

void expect_holds(struct site *site)
{
    struct program_run run = RUN(site, "verify");

    expect_at(
        text_contains(run.output, text_lit("All of it holds")), __FILE__, __LINE__,
        text_c(site->arena, run.output));
}

void end_sites(void)
{
    while (sites != NULL) {
        struct site *site = sites;

        sites = site->next;
        if (expect_failures() > failures_before)
            print_log(site);
        if (site->server > 0)
            kill_server(site);
        arena_free(site->arena);
        heap_free(site);
    }
}
