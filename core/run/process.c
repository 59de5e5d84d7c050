/*
 * Children by posix_spawn(), their streams as bufferevents.
 *
 *   SIGCHLD ─► has it ended? ─► streams at their end, or PROCESS_LINGER_MS ─► listener->end
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/run/process.h"

#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/base/timestamp.h"
#include "core/run/loop.h"
#include "core/run/thread.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { READ_AT_ONCE = 4096, STREAMS = 2 };

/* One that it writes to; of a terminal there is only the first. */
struct stream {
    struct process *process;
    enum process_stream which;
    struct bufferevent *bev; /* NULL: at its end */
};

struct process {
    struct loop *loop;
    const struct process_listener *listener;
    void *context;
    pid_t pid;
    struct stream streams[STREAMS];
    struct bufferevent *input; /* of a terminal its first stream */
    bool closes_input;         /* once all is written */
    bool has_terminal;
    bool is_paused;
    bool has_ended;
    struct process_end end;
    struct loop_signal *child_signal;
    struct loop_timer *linger;
};

/* Ends. */

static bool is_silent(const struct process *process)
{
    return process->streams[PROCESS_STDOUT].bev == NULL &&
           process->streams[PROCESS_STDERR].bev == NULL;
}

/* What is held back is not lost by its end. */
static void tell_end(void *context)
{
    struct process *process = context;

    if (process->is_paused && !is_silent(process)) {
        loop_timer_set(process->linger, (int64_t)PROCESS_LINGER_MS * US_PER_MS);
        return;
    }
    process->listener->end(process->context, &process->end);
}

static void check_end(void *context)
{
    struct process *process = context;
    int how = 0;

    if (process->has_ended || waitpid(process->pid, &how, WNOHANG) != process->pid)
        return;
    process->has_ended = true;
    process->end.was_signalled = WIFSIGNALED(how);
    process->end.code = WIFSIGNALED(how) ? WTERMSIG(how) : WEXITSTATUS(how);
    loop_timer_set(
        process->linger, is_silent(process) ? 0 : (int64_t)PROCESS_LINGER_MS * US_PER_MS);
}

static void close_stream(struct stream *stream)
{
    struct process *process = stream->process;

    if (stream->bev == process->input)
        process->input = NULL;
    bufferevent_free(stream->bev);
    stream->bev = NULL;
    if (process->has_ended && is_silent(process))
        loop_timer_set(process->linger, 0);
}

/* Streams. */

static void on_read(struct bufferevent *bev, void *context)
{
    struct stream *stream = context;
    struct process *process = stream->process;
    char bytes[READ_AT_ONCE];
    size_t size = bufferevent_read(bev, bytes, sizeof(bytes));

    process->listener->output(process->context, stream->which, (struct text){bytes, size});
}

static void on_stream_end(struct bufferevent *bev, short what, void *context)
{
    struct stream *stream = context;

    (void)what;
    (void)bev;
    close_stream(stream);
}

static void on_input_end(struct bufferevent *bev, short what, void *context)
{
    struct process *process = context;

    (void)what;
    bufferevent_free(bev);
    process->input = NULL;
}

static void on_written(struct bufferevent *bev, void *context)
{
    struct process *process = context;

    if (!process->closes_input || process->has_terminal)
        return;
    bufferevent_free(bev);
    process->input = NULL;
}

static struct bufferevent *bufferevent_of(struct process *process, int fd)
{
    struct bufferevent *bev;

    must(fcntl(fd, F_SETFL, O_NONBLOCK) == 0);
    bev = bufferevent_socket_new(loop_base(process->loop), fd, BEV_OPT_CLOSE_ON_FREE);
    must(bev != NULL);
    return bev;
}

static void open_stream(struct process *process, enum process_stream which, int fd)
{
    struct stream *stream = &process->streams[which];

    *stream = (struct stream){process, which, bufferevent_of(process, fd)};
    bufferevent_setcb(stream->bev, on_read, NULL, on_stream_end, stream);
    bufferevent_setwatermark(stream->bev, EV_READ, 0, READ_AT_ONCE);
    bufferevent_enable(stream->bev, EV_READ | EV_WRITE);
}

static void open_input(struct process *process, int fd)
{
    process->input = bufferevent_of(process, fd);
    bufferevent_setcb(process->input, NULL, on_written, on_input_end, process);
    bufferevent_enable(process->input, EV_WRITE);
}

/* Starting. */

/* Ours and its ends of three streams. */
struct plumbing {
    int ours[3];
    int theirs[3];
};

static void close_all(int ends[3])
{
    for (int i = 0; i < 3; i++) {
        if (ends[i] >= 0)
            close(ends[i]);
    }
}

static bool make_pipes(struct plumbing *plumbing)
{
    for (int i = 0; i < 3; i++) {
        int ends[2];
        if (pipe2(ends, O_CLOEXEC) != 0)
            return false;
        plumbing->ours[i] = i == STDIN_FILENO ? ends[1] : ends[0];
        plumbing->theirs[i] = i == STDIN_FILENO ? ends[0] : ends[1];
    }
    return true;
}

/* Opened by its name in the child, whose controlling terminal it becomes by that. */
static bool
make_terminal(const struct process_order *order, struct plumbing *plumbing, char name[64])
{
    struct winsize size = {.ws_col = order->columns, .ws_row = order->rows};
    int terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);

    plumbing->ours[STDOUT_FILENO] = terminal;
    return terminal >= 0 && grantpt(terminal) == 0 && unlockpt(terminal) == 0 &&
           ptsname_r(terminal, name, 64) == 0 && ioctl(terminal, TIOCSWINSZ, &size) == 0;
}

static void set_streams(
    posix_spawn_file_actions_t *actions, const struct plumbing *plumbing, const char *terminal)
{
    for (int i = 0; i < 3; i++) {
        if (terminal[0] != '\0' && i == 0)
            must(posix_spawn_file_actions_addopen(actions, i, terminal, O_RDWR, 0) == 0);
        else
            must(
                posix_spawn_file_actions_adddup2(
                    actions, terminal[0] != '\0' ? 0 : plumbing->theirs[i], i) == 0);
    }
}

/* In a session of its own, with usual signals. */
static int spawn(
    const struct process_order *order,
    const struct plumbing *plumbing,
    const char *terminal,
    pid_t *out)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none;
    sigset_t all;
    int problem;
    /* posix_spawn() takes char *const[] for history's sake and changes nothing. */
    union {
        const char *const *ours;
        char *const *theirs;
    } argv = {.ours = order->argv}, environment = {.ours = order->environment};

    sigemptyset(&none);
    sigfillset(&all);
    must(posix_spawnattr_init(&attributes) == 0);
    must(posix_spawnattr_setsigmask(&attributes, &none) == 0);
    must(posix_spawnattr_setsigdefault(&attributes, &all) == 0);
    must(
        posix_spawnattr_setflags(
            &attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) == 0);
    must(posix_spawn_file_actions_init(&actions) == 0);
    set_streams(&actions, plumbing, terminal);
    must(posix_spawn_file_actions_addclosefrom_np(&actions, 3) == 0);
    must(
        posix_spawn_file_actions_addchdir_np(
            &actions, order->directory == NULL ? "/" : order->directory) == 0);
    problem =
        posix_spawn(out, argv.ours[0], &actions, &attributes, argv.theirs, environment.theirs);
    must(posix_spawn_file_actions_destroy(&actions) == 0);
    must(posix_spawnattr_destroy(&attributes) == 0);
    return problem;
}

static enum status refuse(const struct process_order *order, int problem, struct error *error)
{
    enum status status =
        problem == ENOENT || problem == ENOTDIR ? STATUS_NOT_FOUND : STATUS_UNAVAILABLE;

    return error_set_code(
        error, status, "not_started", "cannot start %.200s in %.200s: %s", order->argv[0],
        order->directory == NULL ? "/" : order->directory, strerrordesc_np(problem));
}

static struct process *make_process(
    struct loop *loop,
    const struct process_order *order,
    const struct process_listener *listener,
    void *context)
{
    struct process *process = heap_new(sizeof(*process));

    process->loop = loop;
    process->listener = listener;
    process->context = context;
    process->has_terminal = order->has_terminal;
    process->linger = loop_timer_new(loop, tell_end, process);
    process->child_signal = loop_signal_new(loop, SIGCHLD, check_end, process);
    return process;
}

static void attach(struct process *process, struct plumbing *plumbing)
{
    open_stream(process, PROCESS_STDOUT, plumbing->ours[STDOUT_FILENO]);
    if (process->has_terminal) {
        process->input = process->streams[PROCESS_STDOUT].bev;
    } else {
        open_stream(process, PROCESS_STDERR, plumbing->ours[STDERR_FILENO]);
        open_input(process, plumbing->ours[STDIN_FILENO]);
    }
    check_end(process); /* the signal may have come before anybody listened */
}

enum status process_start(
    struct loop *loop,
    const struct process_order *order,
    const struct process_listener *listener,
    void *context,
    struct process **out,
    struct error *error)
{
    struct plumbing plumbing = {{-1, -1, -1}, {-1, -1, -1}};
    char terminal[64] = "";
    bool is_made =
        order->has_terminal ? make_terminal(order, &plumbing, terminal) : make_pipes(&plumbing);
    int problem = is_made ? 0 : errno;
    struct process *process;
    pid_t pid = 0;

    if (problem == 0)
        problem = spawn(order, &plumbing, terminal, &pid);
    close_all(plumbing.theirs);
    if (problem != 0) {
        close_all(plumbing.ours);
        return refuse(order, problem, error);
    }
    process = make_process(loop, order, listener, context);
    process->pid = pid;
    attach(process, &plumbing);
    *out = process;
    return STATUS_OK;
}

/* A process that was killed, or whose terminal was hung up, ends as soon as the kernel lets it. */
static void reap(pid_t pid)
{
    for (int tries = 0; tries < 1000 && waitpid(pid, NULL, WNOHANG) == 0; tries++)
        thread_pause(US_PER_MS);
}

void process_free(struct process *process)
{
    if (process == NULL)
        return;
    if (!process->has_ended)
        process_signal(process, SIGKILL);
    if (process->input != NULL && process->input != process->streams[PROCESS_STDOUT].bev)
        bufferevent_free(process->input);
    for (int i = 0; i < STREAMS; i++) {
        if (process->streams[i].bev != NULL)
            bufferevent_free(process->streams[i].bev);
    }
    if (!process->has_ended)
        reap(process->pid);
    loop_signal_free(process->child_signal);
    loop_timer_free(process->linger);
    heap_free(process);
}

void process_write(struct process *process, struct text bytes)
{
    if (process->input == NULL || process->closes_input)
        return;
    must(bufferevent_write(process->input, bytes.data, bytes.size) == 0);
}

size_t process_unwritten(const struct process *process)
{
    return process->input == NULL ? 0 : evbuffer_get_length(bufferevent_get_output(process->input));
}

void process_close_input(struct process *process)
{
    if (process->has_terminal || process->input == NULL)
        return;
    process->closes_input = true;
    if (process_unwritten(process) == 0)
        on_written(process->input, process);
}

void process_pause(struct process *process, bool is_paused)
{
    process->is_paused = is_paused;
    for (int i = 0; i < STREAMS; i++) {
        if (process->streams[i].bev == NULL)
            continue;
        if (is_paused)
            bufferevent_disable(process->streams[i].bev, EV_READ);
        else
            bufferevent_enable(process->streams[i].bev, EV_READ);
    }
}

void process_signal(struct process *process, int number)
{
    if (!process->has_ended || !is_silent(process))
        (void)kill(-process->pid, number);
}

void process_resize(struct process *process, unsigned short columns, unsigned short rows)
{
    struct winsize size = {.ws_col = columns, .ws_row = rows};

    if (process->has_terminal && process->input != NULL)
        (void)ioctl(bufferevent_getfd(process->input), TIOCSWINSZ, &size);
}

pid_t process_id(const struct process *process)
{
    return process->pid;
}
