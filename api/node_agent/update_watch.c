/*
 * Watching, and going back. The pipe has one writer, which is never written to: it ends with the watched process,
 * however that ends, since no program that an agent runs inherits it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node_agent/update_watch.h"

#include "api/node_agent/root_update.h"
#include "api/node_agent/update_program.h"
#include "api/node_agent/update_trial.h"
#include "core/base/build_info.h"
#include "core/base/log.h"
#include "core/base/timestamp.h"
#include "core/release/program.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define WATCHED "FLEETLEDGER_AGENT_IS_WATCHED"

enum { LOOK_MS = 100, END_MS = 5000, ARENA_BYTES = 64 << 10 };

/* Has it ended within that time? Signals that end the watch, too, only make it look. */
static bool has_ended(int pipe_end, int within_ms)
{
    struct pollfd poller = {.fd = pipe_end, .events = POLLIN};

    return poll(&poller, 1, within_ms) > 0;
}

/* Until it was heard, ends, or is late; NULL: there is no reason to go back. */
static const char *why_it_failed(const struct update_watch *watch, int pipe_end)
{
    int64_t until_us = monotonic_us() + watch->trial_seconds * US_PER_S;

    while (monotonic_us() < until_us) {
        bool is_gone = has_ended(pipe_end, LOOK_MS);
        if (!update_trial_is_on(watch->state_directory) ||
            (is_gone && update_trial_is_stopped(watch->state_directory)))
            return NULL;
        if (is_gone)
            return "the new program ended before the server had heard it: the former one is back";
    }
    return "the server did not hear the new program in time: the former one is back";
}

static void end_it(pid_t watched, int pipe_end)
{
    (void)kill(watched, SIGTERM);
    if (has_ended(pipe_end, END_MS))
        return;
    (void)kill(watched, SIGKILL);
    (void)has_ended(pipe_end, END_MS);
}

static void note_problem(const char *state_directory, const char *why)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct update_trial trial;
    struct error error;
    enum status status = update_trial_load(state_directory, arena, &trial, &error);

    trial.problem = text_from(why);
    if (status == STATUS_OK)
        status = update_trial_save(state_directory, &trial, &error);
    if (status != STATUS_OK)
        log_error("update.not_noted", log_cause(&error));
}

/* By the former program itself, where root has to: the new one may not even start. */
static enum status put_back(const char *program, struct error *error)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    const struct list nothing = {"", 0};

    if (update_program_is_ours(program))
        return update_program_go_back(program, error);
    return root_update_ask(
        text_format(arena, "%s.old", program).data, "update-back", nothing, error);
}

static void go_back(const char *program, const char *state_directory, const char *why)
{
    struct error error;

    log_error("update.went_back", log_c("why", why));
    if (put_back(program, &error) != STATUS_OK)
        log_error("update.not_put_back", log_cause(&error));
    note_problem(state_directory, why);
}

/* systemd names each run of a unit, and starts the next one. */
static bool is_started_by_others(void)
{
    return getenv("INVOCATION_ID") != NULL;
}

/* Signals that end a service. */
static void block_ends(int how)
{
    sigset_t signals;

    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    (void)sigprocmask(how, &signals, NULL);
}

static void watch_over(const struct update_watch *watch, pid_t watched, int pipe_end)
{
    const char *why = why_it_failed(watch, pipe_end);

    if (why == NULL)
        return;
    go_back(watch->program, watch->state_directory, why);
    end_it(watched, pipe_end);
    if (is_started_by_others())
        return;
    (void)unsetenv(WATCHED);
    block_ends(SIG_UNBLOCK);
    close(pipe_end);
    execv(watch->program, watch->arguments);
    log_error("update.not_put_back", log_c("program", watch->program));
}

/* An orphan at once, so that nobody has to wait for it. It outlives the signals that end a service, for as long as
 * going back takes. */
static void become_watch(const struct update_watch *watch, pid_t watched, int pipe_end)
{
    if (fork() != 0)
        _exit(EXIT_SUCCESS);
    block_ends(SIG_BLOCK);
    watch_over(watch, watched, pipe_end);
    _exit(EXIT_SUCCESS);
}

static void begin(const struct update_watch *watch)
{
    pid_t watched = getpid();
    int ends[2];
    pid_t child;

    if (pipe(ends) != 0) /* without O_CLOEXEC: its writer is to outlive exec */
        return;
    child = fork();
    if (child == 0) {
        close(ends[1]);
        become_watch(watch, watched, ends[0]);
    }
    close(ends[0]);
    if (child > 0)
        (void)waitpid(child, NULL, 0); /* allowed: it ends at once */
    (void)setenv(WATCHED, "1", 1);
}

/* Else the update was broken off before it was in place, and there is nothing to go back from. */
static bool is_itself_on_trial(const char *state_directory)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct update_trial trial;

    return update_trial_is_on(state_directory) &&
           update_trial_load(state_directory, arena, &trial, NULL) == STATUS_OK &&
           text_is(trial.target_version, build_info.version);
}

/* A service manager kills what is left of a service whose process has died, a watch at its work, too. */
void update_watch_resume(const struct update_watch *watch)
{
    const char *state = watch->state_directory;

    if (!is_itself_on_trial(state) || getenv(WATCHED) != NULL)
        return;
    if (update_trial_is_stopped(state)) {
        update_trial_note_stopped(state, false);
        begin(watch);
        return;
    }
    go_back(
        watch->program, state,
        "the new program ended before the server had heard it: the former one is back");
    execv(watch->program, watch->arguments);
}

void update_watch_begin_anew(const struct update_watch *watch)
{
    (void)unsetenv(WATCHED); /* that of an update before is over */
    begin(watch);
    execv(watch->program, watch->arguments);
    go_back(
        watch->program, watch->state_directory,
        "the new program does not start: the former one is back");
    execv(watch->program, watch->arguments);
}

/* A program that does not even say its version is none to keep. */
static bool is_in_place(const char *program, struct text version, struct arena *arena)
{
    struct program_name name = {.version = {NULL, 0}};

    return program_try(program, arena, &name, NULL) != STATUS_OK ||
           text_equal(name.version, version);
}

enum status update_watch_count_start(const char *state_directory, struct error *error)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    const char *program = update_program_kept_of(arena, error);
    struct update_trial trial;
    struct error why;

    if (program == NULL)
        return STATUS_INVALID;
    if (!update_trial_is_on(state_directory) ||
        update_trial_load(state_directory, arena, &trial, NULL) != STATUS_OK)
        return STATUS_OK;
    trial.starts++;
    if (update_trial_save(state_directory, &trial, &why) != STATUS_OK) {
        log_error("update.not_noted", log_cause(&why));
        trial.starts = UPDATE_MOST_STARTS + 1;
    }
    if (trial.starts > UPDATE_MOST_STARTS && is_in_place(program, trial.target_version, arena))
        go_back(
            program, state_directory,
            "the new program was started three times without the server hearing it: the former one is back");
    return STATUS_OK;
}
