/*
 * Keeping one program.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node_agent/keeper.h"

#include "core/base/arena.h"
#include "core/base/must.h"
#include "core/base/timestamp.h"
#include "core/shape/shape_json.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ARENA_BYTES = 16 << 20, MOST_VARIABLES = 1100 };

enum status keeper_read_line(struct arena *arena, struct text *out, struct error *error)
{
    char *line = arena_take(arena, WORK_ORDER_BYTES);
    size_t size = 0;
    ssize_t got;

    /* Nothing follows it but the end. */
    while ((got = read(STDIN_FILENO, line + size, WORK_ORDER_BYTES - size)) > 0) {
        const char *end = memchr(line + size, '\n', (size_t)got);
        size += (size_t)got;
        if (end == NULL)
            continue;
        *out = (struct text){line, (size_t)(end - line)};
        return STATUS_OK;
    }
    return error_set(error, STATUS_INVALID, "there is no order on standard input");
}

enum status keeper_read_order(struct arena *arena, struct work_order *out, struct error *error)
{
    struct text line = {NULL, 0};
    enum status status = keeper_read_line(arena, &line, error);

    if (status == STATUS_OK)
        status = shape_json_read(&work_order_shape, line, arena, out, error);
    return status;
}

static const char **arguments_of(const struct work_order *order, struct arena *arena)
{
    const struct text *texts = order->arguments.items;
    const char **argv = arena_array(arena, order->arguments.count + 1, sizeof(*argv));

    for (size_t i = 0; i < order->arguments.count; i++)
        argv[i] = text_c(arena, texts[i]);
    return argv;
}

static bool has_variable(const struct work_order *order, struct text start)
{
    const struct text *texts = order->environment.items;

    for (size_t i = 0; i < order->environment.count; i++) {
        if (text_starts_with(texts[i], start))
            return true;
    }
    return false;
}

/* The order's, and of the usual ones those that it does not have. */
static const char **environment_of(const struct work_order *order, struct arena *arena)
{
    static const char *const passed_on[] = {"HOME", "USER", "LOGNAME", "LANG", "TZ"};
    const struct text *texts = order->environment.items;
    const char **environment = arena_array(arena, MOST_VARIABLES, sizeof(*environment));
    size_t count = 0;

    for (size_t i = 0; i < order->environment.count; i++)
        environment[count++] = text_c(arena, texts[i]);
    if (!has_variable(order, text_lit("PATH=")))
        environment[count++] = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    for (size_t i = 0; i < COUNT_OF(passed_on); i++) {
        struct text start = text_format(arena, "%s=", passed_on[i]);
        const char *value = getenv(passed_on[i]);
        if (value != NULL && !has_variable(order, start))
            environment[count++] = text_format(arena, "%s%s", start.data, value).data;
    }
    return environment;
}

static void set_up(posix_spawn_file_actions_t *actions, const struct work_order *order)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    const char *directory =
        text_is_present(order->directory) ? text_c(arena, order->directory) : "/";

    must(posix_spawn_file_actions_init(actions) == 0);
    must(posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0) == 0);
    must(posix_spawn_file_actions_addclosefrom_np(actions, STDERR_FILENO + 1) == 0);
    must(posix_spawn_file_actions_addchdir_np(actions, directory) == 0);
}

static int spawn(const struct work_order *order, pid_t *out)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    union { /* posix_spawn() takes char *const[] for history's sake and changes nothing */
        const char **ours;
        char *const *theirs;
    } argv = {.ours = arguments_of(order, arena)},
      environment = {.ours = environment_of(order, arena)};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none;
    sigset_t all;
    int problem;

    sigemptyset(&none);
    sigfillset(&all);
    set_up(&actions, order);
    must(posix_spawnattr_init(&attributes) == 0);
    must(posix_spawnattr_setsigmask(&attributes, &none) == 0);
    must(posix_spawnattr_setsigdefault(&attributes, &all) == 0);
    must(
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) == 0);
    problem =
        posix_spawnp(out, argv.ours[0], &actions, &attributes, argv.theirs, environment.theirs);
    must(posix_spawn_file_actions_destroy(&actions) == 0);
    must(posix_spawnattr_destroy(&attributes) == 0);
    return problem;
}

static void on_child(int number)
{
    (void)number; /* that ppoll() returns is all */
}

/* Signals that people send reach the group: the keeper stays to see it end. */
static void prepare_signals(sigset_t *out_waiting)
{
    static const int outlived[] = {SIGTERM, SIGINT, SIGHUP, SIGPIPE};
    struct sigaction action = {.sa_handler = on_child};
    sigset_t blocked;

    (void)setpgid(0, 0); /* no more than a wish where it leads a session */
    for (size_t i = 0; i < COUNT_OF(outlived); i++)
        signal(outlived[i], SIG_IGN);
    sigaction(SIGCHLD, &action, NULL);
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGCHLD);
    sigprocmask(SIG_BLOCK, &blocked, out_waiting);
    sigdelset(out_waiting, SIGCHLD);
}

/* Standard input at its end: nobody waits for the program any more. */
static bool is_abandoned(void)
{
    char ignored[256];
    ssize_t got = read(STDIN_FILENO, ignored, sizeof(ignored));

    return got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN);
}

static int wait_for(pid_t pid, const sigset_t *waiting)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    int64_t kill_at_us = 0; /* 0: it may go on */
    int how = 0;

    while (waitpid(pid, &how, WNOHANG) == 0) {
        int64_t left_us = kill_at_us == 0 ? 3600 * (int64_t)US_PER_S : kill_at_us - monotonic_us();
        struct timespec timeout = {
            .tv_sec = left_us / US_PER_S, .tv_nsec = left_us % US_PER_S * 1000};
        if (kill_at_us != 0 && left_us <= 0)
            (void)kill(0, SIGKILL); /* the keeper with it */
        if (ppoll(&input, kill_at_us == 0 ? 1 : 0, &timeout, waiting) == 1 && is_abandoned()) {
            (void)kill(0, SIGTERM);
            kill_at_us = monotonic_us() + KEEPER_GRACE_S * (int64_t)US_PER_S;
        }
    }
    if (kill_at_us != 0)
        (void)kill(0, SIGKILL); /* what did not end with it */
    return how;
}

static int exit_as(int how)
{
    if (!WIFSIGNALED(how))
        return WEXITSTATUS(how);
    signal(WTERMSIG(how), SIG_DFL);
    (void)raise(WTERMSIG(how));
    return 128 + WTERMSIG(how);
}

int keeper_run(const struct work_order *order, struct error *error)
{
    const struct text *program = order->arguments.items;
    sigset_t waiting;
    pid_t pid;
    int problem;

    prepare_signals(&waiting);
    problem = spawn(order, &pid);
    if (problem != 0) {
        (void)error_set(
            error, STATUS_UNAVAILABLE, "cannot start %.*s in %.*s: %s", TEXT_ARGS(program[0]),
            TEXT_ARGS(text_is_present(order->directory) ? order->directory : text_lit("/")),
            strerrordesc_np(problem));
        return KEEPER_NOT_STARTED;
    }
    return exit_as(wait_for(pid, &waiting));
}
