/*
 * Starting children, and learning how they end.
 *
 * cluster_supervise() forks while other threads run, so between fork and exec there are only calls
 * that a signal handler might make too.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/cluster/child.h"

#include "core/base/attributes.h"
#include "core/base/timestamp.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { EXIT_NOT_STARTED = 126 };

static bool become(const struct child_user *user)
{
    if (!user->is_other)
        return true;
    return setgroups(1, &user->gid) == 0 && setresgid(user->gid, user->gid, user->gid) == 0 &&
           setresuid(user->uid, user->uid, user->uid) == 0;
}

static void forget_signals(void)
{
    static const int handled[] = {SIGHUP,  SIGINT,  SIGQUIT, SIGTERM, SIGPIPE,
                                  SIGCHLD, SIGUSR1, SIGUSR2, SIGALRM};
    sigset_t none;

    for (size_t i = 0; i < COUNT_OF(handled); i++)
        signal(handled[i], SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static bool redirect(const char *log)
{
    int nothing = open("/dev/null", O_RDWR);
    int out = open(log, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, 0600);

    if (nothing < 0 || out < 0)
        return false;
    return dup2(nothing, STDIN_FILENO) >= 0 && dup2(out, STDOUT_FILENO) >= 0 &&
           dup2(out, STDERR_FILENO) >= 0 && close_range(STDERR_FILENO + 1, UINT_MAX, 0) == 0;
}

static NORETURN void run(const struct child_order *order, pid_t parent)
{
    static char path[] = "PATH=/usr/local/bin:/usr/bin:/bin";
    static char locale[] = "LC_ALL=C";
    static char zone[] = "TZ=UTC";
    static char *const environment[] = {path, locale, zone, NULL};

    forget_signals();
    setsid();
    /* A change of user clears the parent-death signal, hence this order; and a parent that died
     * before it was set would never be noticed. */
    if (!become(&order->user) || prctl(PR_SET_PDEATHSIG, order->death_signal) != 0 ||
        getppid() != parent)
        _exit(EXIT_NOT_STARTED);
    umask(077);
    if (chdir("/") != 0 || !redirect(order->log))
        _exit(EXIT_NOT_STARTED);
    /* execve() takes char *const[] for history's sake and changes nothing. */
    union {
        const char *const *ours;
        char *const *theirs;
    } argv = {.ours = order->argv};
    execve(argv.ours[0], argv.theirs, environment);
    _exit(EXIT_NOT_STARTED);
}

pid_t child_start(const struct child_order *order)
{
    pid_t parent = getpid();
    pid_t pid = fork();

    if (pid == 0)
        run(order, parent);
    return pid;
}

bool child_has_ended(pid_t pid, int *out_exit)
{
    int how = 0;
    pid_t ended = waitpid(pid, &how, WNOHANG);

    if (ended == 0 || (ended < 0 && errno != ECHILD))
        return false;
    if (out_exit != NULL)
        *out_exit = ended == pid && WIFEXITED(how) ? WEXITSTATUS(how) : -1;
    return true;
}

bool child_ends_within(pid_t pid, int timeout_ms, int *out_exit)
{
    int64_t deadline = monotonic_us() + (int64_t)timeout_ms * US_PER_MS;

    while (!child_has_ended(pid, out_exit)) {
        if (monotonic_us() >= deadline)
            return false;
        child_wait_ms(5);
    }
    return true;
}

/* In a child: the number of the first part that cannot be entered, 0 for none. */
static int first_blocked_part(const char *path)
{
    char part[PATH_MAX];
    int number = 0;

    for (size_t at = 1; at < sizeof(part); at++) {
        if (path[at] != '/' && path[at] != '\0')
            continue;
        memcpy(part, path, at);
        part[at] = '\0';
        number++;
        if (access(part, X_OK) != 0)
            return number;
        if (path[at] == '\0')
            break;
    }
    return 0;
}

/* Length of the first `number` parts of a path. */
static int length_of_parts(const char *path, int number)
{
    int at = 0;

    while (number-- > 0) {
        at++;
        while (path[at] != '/' && path[at] != '\0')
            at++;
    }
    return at;
}

int child_blocked_at(const char *path, const struct child_user *user)
{
    enum { LAST_RESORT = 255 };
    pid_t pid = fork();
    int number = LAST_RESORT;

    if (pid == 0)
        _exit(become(user) ? first_blocked_part(path) : LAST_RESORT);
    if (pid < 0 || !child_ends_within(pid, 10000, &number) || number < 0 || number == LAST_RESORT)
        return -1;
    return length_of_parts(path, number);
}

bool child_is_end_asked(void)
{
    sigset_t waiting;

    return sigpending(&waiting) == 0 &&
           (sigismember(&waiting, SIGINT) == 1 || sigismember(&waiting, SIGTERM) == 1);
}

void child_wait_ms(int ms)
{
    struct timespec span = {ms / 1000, (long)(ms % 1000) * 1000000};

    nanosleep(&span, NULL);
}
