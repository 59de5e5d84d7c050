/*
 * A writer is killed anywhere, again and again. Whatever it acknowledged is there afterwards, whole
 * and in its place; whatever else is there is whole too.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/ledger.h"
#include "tests/eventlog/make_ledger.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ARENA_BYTES = 64 << 20, CYCLES = 20, MOST_WAIT_MS = 20000 };

/* What the child tells after each commit: the size that it acknowledges. */
struct acknowledged {
    uint64_t size;
};

/* In the child: appends for ever, in batches of changing size. Never returns. */
NORETURN static void append_for_ever(const char *home, int to_parent)
{
    struct ledger_settings settings = {.home = home, .reserve_bytes = 1};
    struct ledger *log = NULL;

    if (ledger_open(&settings, &log, NULL) != STATUS_OK)
        _exit(2);
    for (size_t batch = 1;; batch = batch % 17 + 1) {
        struct acknowledged told;

        if (append_next(log, batch, NULL) != STATUS_OK)
            _exit(3);
        told.size = ledger_size(log);
        if (write(to_parent, &told, sizeof(told)) != (ssize_t)sizeof(told))
            _exit(4);
    }
}

static pid_t start_child(const char *home, int *from_child)
{
    int ends[2];
    pid_t child;

    must(pipe(ends) == 0);
    fflush(stdout);
    child = fork();
    must(child >= 0);
    if (child == 0) {
        close(ends[0]);
        append_for_ever(home, ends[1]);
    }
    close(ends[1]);
    *from_child = ends[0];
    return child;
}

/* The next acknowledgement; false at the end of the pipe. */
static bool next_acknowledged(int from_child, struct acknowledged *out)
{
    struct pollfd waiting = {.fd = from_child, .events = POLLIN};

    must(poll(&waiting, 1, MOST_WAIT_MS) == 1);
    return read(from_child, out, sizeof(*out)) == (ssize_t)sizeof(*out);
}

/* Kills the child after `commits` acknowledgements and a little more work, wherever it is then.
 * Gives the last size that it acknowledged, also in what was still in the pipe. */
static uint64_t kill_after(pid_t child, int from_child, int commits, unsigned spin)
{
    struct acknowledged told = {0};
    volatile unsigned wasted = 0;
    int state;

    for (int i = 0; i < commits; i++)
        must(next_acknowledged(from_child, &told));
    while (wasted < spin)
        wasted++;
    must(kill(child, SIGKILL) == 0);
    must(waitpid(child, &state, 0) == child);
    must(WIFSIGNALED(state) && WTERMSIG(state) == SIGKILL);
    while (next_acknowledged(from_child, &told))
        continue;
    close(from_child);
    return told.size;
}

/* Every record is the one that make_draft() makes for its position. */
static void expect_all_in_place(struct ledger *log)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct record *records = arena_array(arena, 1000, sizeof(*records));
    struct error error;
    uint64_t at = 0;
    size_t count = 1;

    while (count > 0) {
        expect_ok(
            ledger_read(log, (struct position){at}, 1000, 1 << 20, arena, records, &count, &error),
            &error);
        for (size_t i = 0; i < count; i++, at++)
            expect(
                records[i].position.value == at && records[i].has_body &&
                uuid_equal(records[i].entry.event_id, make_event_id(at)));
    }
    expect_int64(at, ledger_size(log));
}

static void what_was_acknowledged_survives_being_killed_anywhere(void)
{
    const char *home = make_directory();
    uint64_t before = 0;

    for (unsigned cycle = 0; cycle < CYCLES; cycle++) {
        unsigned varied = (cycle + 1) * 2654435761u >> 8;
        int from_child;
        pid_t child = start_child(home, &from_child);
        uint64_t acknowledged =
            kill_after(child, from_child, (int)(varied % 12) + 1, varied % 2000000);

        struct ledger *log = make_log(home);
        struct error error;

        expect(acknowledged > before);
        expect(ledger_size(log) >= acknowledged);
        expect(ledger_size(log) <= acknowledged + 17);
        expect_ok(ledger_verify(log, NULL, NULL, &error), &error);
        before = ledger_size(log);
        ledger_close(log);
    }
    {
        struct ledger *log = make_log(home);

        expect_all_in_place(log);
        ledger_close(log);
    }
}

static void a_killed_holder_leaves_the_home_free(void)
{
    const char *home = make_directory();
    struct ledger_settings settings = {.home = home};
    struct ledger *log = NULL;
    struct acknowledged told;
    struct error error;
    char number[32];
    int from_child;
    pid_t child = start_child(home, &from_child);

    expect(next_acknowledged(from_child, &told));
    expect_status(ledger_open(&settings, &log, &error), STATUS_CONFLICT, NULL);
    snprintf(number, sizeof(number), "%ld", (long)child);
    expect(text_contains(text_from(error.text), text_from(number)));
    kill_after(child, from_child, 1, 0);
    expect_ok(ledger_open(&settings, &log, &error), &error);
    ledger_close(log);
}

static void a_reader_beside_a_running_writer_sees_whole_batches_only(void)
{
    const char *home = make_directory();
    struct ledger_settings settings = {.home = home, .is_read_only = true};
    struct acknowledged told;
    int from_child;
    pid_t child = start_child(home, &from_child);

    expect(next_acknowledged(from_child, &told));
    for (int i = 0; i < 10; i++) {
        struct ledger *log = NULL;
        struct error error;

        expect_ok(ledger_open(&settings, &log, &error), &error);
        expect(ledger_size(log) >= told.size);
        expect_ok(ledger_verify(log, NULL, NULL, &error), &error);
        ledger_close(log);
        expect(next_acknowledged(from_child, &told));
    }
    kill_after(child, from_child, 1, 0);
}

static const struct test tests[] = {
    TEST(what_was_acknowledged_survives_being_killed_anywhere),
    TEST(a_killed_holder_leaves_the_home_free),
    TEST(a_reader_beside_a_running_writer_sees_whole_batches_only),
};
const struct suite test_ledger_crash_suite = SUITE("eventlog/ledger, crashes", tests);
