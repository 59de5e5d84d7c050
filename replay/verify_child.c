/*
 * Work in a child process, told over a pipe, a line each:
 *
 *   p <done> <size>              so far
 *   f <finding>
 *   v <verdict> <events> <note>  the end
 *
 * A child that ends without its last word has crashed: that is damage, somewhere after the last
 * progress. One that says nothing for ten minutes hangs in a tree that goes round in circles.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/buf.h"
#include "core/base/must.h"
#include "core/base/timestamp.h"
#include "replay/progress_bar.h"
#include "replay/verify_internal.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LONGEST_LINE = 640, LOOK_EVERY_MS = 200 };
static const int64_t patience_us = INT64_C(600) * US_PER_S;

/* The child's side. */

static void write_report(const struct child_report *child_report, const char *line, size_t size)
{
    for (size_t at = 0; at < size;) {
        ssize_t written = write(child_report->pipe, line + at, size - at);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            _exit(1); /* nobody listens any more */
        at += (size_t)written;
    }
}

static void write_report_printed(
    const struct child_report *child_report, const char *kind, const char *format, va_list args)
    PRINTF_LIKE(3, 0);

static void write_report_printed(
    const struct child_report *child_report, const char *kind, const char *format, va_list args)
{
    char line[LONGEST_LINE];
    int head = snprintf(line, sizeof(line), "%s ", kind);
    size_t room = LONGEST_FINDING;
    size_t size;

    vsnprintf(line + head, room, format, args);
    size = strlen(line);
    for (size_t i = 0; i < size; i++) {
        if (line[i] == '\n')
            line[i] = ' ';
    }
    line[size] = '\n';
    write_report(child_report, line, size + 1);
}

void child_report_progress(uint64_t done, uint64_t size, void *context)
{
    const struct child_report *child_report = context;
    char line[64];
    int length = snprintf(line, sizeof(line), "p %" PRIu64 " %" PRIu64 "\n", done, size);

    write_report(child_report, line, (size_t)length);
}

void child_report_found(struct child_report *child_report, const char *format, ...)
{
    va_list args;

    if (child_report->found++ >= MOST_FINDINGS) {
        write_report(child_report, "f\n", 2); /* it only counts */
        return;
    }
    va_start(args, format);
    write_report_printed(child_report, "f", format, args);
    va_end(args);
}

void child_report_verdict(
    struct child_report *child_report,
    enum verdict verdict,
    uint64_t events,
    const char *format,
    ...)
{
    char kind[64];
    va_list args;

    snprintf(kind, sizeof(kind), "v %d %" PRIu64, (int)verdict, events);
    va_start(args, format);
    write_report_printed(child_report, kind, format, args);
    va_end(args);
}

void verify_derived(
    const struct verify *verify,
    const struct derived_part *part,
    void *checking,
    struct child_report *child_report)
{
    struct error error = {0};
    char path[PATH_MAX];
    enum status status;

    snprintf(path, sizeof(path), "%s/%s", verify->home, part->file);
    if (access(path, F_OK) != 0) {
        child_report_verdict(child_report, VERDICT_ABSENT, 0, "%s", part->absent);
        return;
    }
    status = part->check(checking, &error);
    if (status == STATUS_NOT_FOUND)
        child_report_verdict(child_report, VERDICT_ABSENT, 0, "%s", part->foreign);
    else if (status != STATUS_OK)
        child_report_verdict(child_report, verdict_of(status), 0, "%s", error.text);
}

/* The parent's side. */

struct listening {
    struct verify *verify;
    struct part *part;
    struct progress_bar progress;
    struct buf heard;
    uint64_t done;
    bool has_verdict;
};

static uint64_t number_from(struct text *rest)
{
    int64_t number = 0;

    return text_to_int64(text_cut(rest, ' '), &number) && number >= 0 ? (uint64_t)number : 0;
}

static void parse_verdict(struct listening *listening, struct text rest)
{
    uint64_t verdict = number_from(&rest);
    uint64_t events = number_from(&rest);

    must(verdict >= VERDICT_OK && verdict <= VERDICT_DAMAGED);
    part_conclude(
        listening->part, (enum verdict)verdict, (int64_t)events,
        text_copy(listening->verify->arena, rest));
    listening->has_verdict = true;
}

static void parse_report(struct listening *listening, struct text line)
{
    struct text rest = line;
    struct text kind = text_cut(&rest, ' ');

    if (text_is(kind, "p")) {
        listening->done = number_from(&rest);
        progress_bar_show(&listening->progress, listening->done, number_from(&rest));
    } else if (text_is(kind, "f")) {
        part_find(listening->verify->arena, listening->part, rest);
    } else if (text_is(kind, "v")) {
        parse_verdict(listening, rest);
    }
}

static void parse_lines(struct listening *listening)
{
    struct text rest = buf_text(&listening->heard);
    struct text kept;

    for (;;) {
        struct text line = text_cut(&rest, '\n');
        if (!text_is_present(rest)) {
            kept = line;
            break;
        }
        parse_report(listening, line);
    }
    if (kept.size > 0 && kept.data != listening->heard.data)
        memmove(listening->heard.data, kept.data, kept.size);
    buf_truncate(&listening->heard, kept.size);
}

/* False at the end of what it says. */
static bool read_more(struct listening *listening, int pipe)
{
    char block[4096];
    ssize_t size = read(pipe, block, sizeof(block));

    if (size < 0 && errno == EINTR)
        return true;
    if (size <= 0)
        return false;
    buf_add(&listening->heard, block, (size_t)size);
    parse_lines(listening);
    return true;
}

/* Until it ends, we are to stop, or our patience ends: then it is killed. */
static void listen_to(struct listening *listening, int pipe, pid_t child)
{
    int64_t deadline = monotonic_us() + patience_us;
    struct pollfd wait = {.fd = pipe, .events = POLLIN};

    for (;;) {
        int ready = poll(&wait, 1, LOOK_EVERY_MS);
        if (ready > 0 && !read_more(listening, pipe))
            return;
        if (ready > 0)
            deadline = monotonic_us() + patience_us;
        if (stopping_is_wanted(&listening->verify->stopping, 0) || monotonic_us() >= deadline) {
            kill(child, SIGKILL);
            return;
        }
    }
}

static void conclude_death(struct listening *listening, int how)
{
    char after[GROUPED_SIZE];
    const char *signal = WIFSIGNALED(how) ? sigabbrev_np(WTERMSIG(how)) : NULL;
    struct text name = {NULL, 0};

    if (signal != NULL)
        name = text_format(listening->verify->arena, " (SIG%s)", signal);
    progress_print_grouped(listening->done, after);
    part_conclude(
        listening->part, VERDICT_DAMAGED, (int64_t)listening->done,
        text_format(
            listening->verify->arena,
            "damaged after position %s: the process that read it did not survive%.*s", after,
            TEXT_ARGS(name)));
}

static NORETURN void run_child(
    struct verify *verify,
    int pipe,
    pid_t parent,
    void (*work)(const struct verify *verify, struct child_report *child_report))
{
    struct child_report child_report = {.pipe = pipe};

    stopping_end(&verify->stopping);
    signal(SIGPIPE, SIG_DFL);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
        _exit(1);
    work(verify, &child_report);
    _exit(0);
}

static void follow(struct listening *listening, int pipe, pid_t child)
{
    int how = 0;

    buf_init(&listening->heard, 1 << 20);
    progress_bar_begin(&listening->progress, "checking", 0);
    listen_to(listening, pipe, child);
    kill(child, SIGKILL);                                 /* it has said all that it had to say */
    while (waitpid(child, &how, 0) < 0 && errno == EINTR) /* allowed: it is dead */
        continue;
    buf_fini(&listening->heard);
    progress_bar_clear(&listening->progress);
    if (!listening->has_verdict)
        conclude_death(listening, how);
}

void verify_in_child(
    struct verify *verify,
    const char *name,
    void (*work)(const struct verify *verify, struct child_report *child_report),
    struct part *out)
{
    struct listening listening = {.verify = verify, .part = out};
    pid_t parent = getpid();
    int ends[2];
    pid_t child;

    *out = (struct part){.part = text_from(name)};
    must(pipe(ends) == 0);
    fflush(NULL);
    child = fork();
    must(child >= 0);
    if (child == 0) {
        close(ends[0]);
        run_child(verify, ends[1], parent, work);
    }
    close(ends[1]);
    follow(&listening, ends[0], child);
    close(ends[0]);
}
