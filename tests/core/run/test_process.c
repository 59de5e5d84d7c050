/*
 * Child processes: real shells, run on the test's own loop.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/buf.h"
#include "core/base/must.h"
#include "core/base/timestamp.h"
#include "core/run/loop.h"
#include "core/run/process.h"
#include "tests/support/expect.h"

#include <poll.h>
#include <signal.h>
#include <string.h>

enum { MOST_OUTPUT = 4 << 20 };

static struct loop *loop;
static struct process *process;
static struct buf written[2];
static struct process_end end;
static bool has_ended;
static struct loop_timer *later;

static void set_up(void)
{
    loop = loop_new();
    buf_init(&written[0], MOST_OUTPUT);
    buf_init(&written[1], MOST_OUTPUT);
    has_ended = false;
}

static void tear_down(void)
{
    process_free(process);
    process = NULL;
    loop_timer_free(later);
    later = NULL;
    loop_free(loop);
    buf_fini(&written[0]);
    buf_fini(&written[1]);
}

static void on_output(void *context, enum process_stream stream, struct text bytes)
{
    (void)context;
    buf_add_text(&written[stream], bytes);
}

static void on_end(void *context, const struct process_end *how)
{
    (void)context;
    end = *how;
    has_ended = true;
    loop_stop(loop);
}

static const struct process_listener listener = {on_output, on_end};
static const char *const environment[] = {"PATH=/usr/bin:/bin", "GREETING=hello", NULL};

static struct process_order shell(const char *command, const char *argv[4])
{
    argv[0] = "/bin/sh";
    argv[1] = "-c";
    argv[2] = command;
    argv[3] = NULL;
    return (struct process_order){.argv = argv, .environment = environment, .directory = "/tmp"};
}

static void given_process(const char *command)
{
    const char *argv[4];
    struct process_order order = shell(command, argv);
    struct error error;

    must(process_start(loop, &order, &listener, NULL, &process, &error) == STATUS_OK);
}

static void given_terminal(const char *command)
{
    const char *argv[4];
    struct process_order order = shell(command, argv);
    struct error error;

    order.has_terminal = true;
    order.columns = 100;
    order.rows = 30;
    must(process_start(loop, &order, &listener, NULL, &process, &error) == STATUS_OK);
}

static void both_streams_and_the_exit_code_are_told(void)
{
    given_process("echo $GREETING; pwd; echo careful >&2; exit 7");
    loop_run(loop);
    expect_text(buf_text(&written[PROCESS_STDOUT]), "hello\n/tmp\n");
    expect_text(buf_text(&written[PROCESS_STDERR]), "careful\n");
    expect(!end.was_signalled);
    expect_int64(end.code, 7);
}

static void all_that_is_written_comes_before_the_end(void)
{
    given_process("head -c 3000000 /dev/zero");
    loop_run(loop);
    expect_int64(written[PROCESS_STDOUT].size, 3000000);
}

static void what_it_reads_is_what_was_written(void)
{
    given_process("cat");
    process_write(process, text_lit("to and fro"));
    process_close_input(process);
    loop_run(loop);
    expect_text(buf_text(&written[PROCESS_STDOUT]), "to and fro");
    expect_int64(end.code, 0);
}

static void kill_it(void *context)
{
    (void)context;
    process_signal(process, SIGKILL);
}

static void a_signal_reaches_the_whole_group(void)
{
    given_process("sleep 600 & sleep 600");
    later = loop_timer_new(loop, kill_it, NULL);
    loop_timer_set(later, 10000);
    loop_run(loop);
    expect(end.was_signalled);
    expect_int64(end.code, SIGKILL);
}

/* Whoever it has left behind holds its streams; nobody waits for them for ever. */
static void those_it_leaves_behind_are_waited_for_a_while(void)
{
    int64_t begun_us = monotonic_us();

    given_process("sleep 600 & echo gone");
    loop_run(loop);
    expect_text(buf_text(&written[PROCESS_STDOUT]), "gone\n");
    expect(monotonic_us() - begun_us >= (int64_t)PROCESS_LINGER_MS * US_PER_MS);
    process_signal(process, SIGKILL);
}

static void signals_are_as_usual_in_it(void)
{
    given_process("kill -PIPE $$; echo alive");
    loop_run(loop);
    expect(end.was_signalled);
    expect_int64(end.code, SIGPIPE);
}

static void what_is_not_there_is_not_started(void)
{
    const char *argv[] = {"/no/such/program", NULL};
    struct process_order order = {.argv = argv, .environment = environment};
    struct error error;

    expect_status(
        process_start(loop, &order, &listener, NULL, &process, &error), STATUS_NOT_FOUND, &error);
    argv[0] = "/bin/sh";
    order.directory = "/no/such/directory";
    expect_status(
        process_start(loop, &order, &listener, NULL, &process, &error), STATUS_NOT_FOUND, &error);
}

static void a_terminal_is_one_with_its_size(void)
{
    given_terminal("tty >/dev/null && stty size; exit 3");
    loop_run(loop);
    expect_text(buf_text(&written[PROCESS_STDOUT]), "30 100\r\n");
    expect_int64(end.code, 3);
}

static void resize(void *context)
{
    (void)context;
    process_resize(process, 120, 40);
    process_write(process, text_lit("go\n"));
}

static void a_terminal_is_resized_and_typed_into(void)
{
    given_terminal("read word; stty size; echo $word");
    later = loop_timer_new(loop, resize, NULL);
    loop_timer_set(later, 1000);
    loop_run(loop);
    expect(text_contains(buf_text(&written[PROCESS_STDOUT]), text_lit("40 120\r\n")));
    expect(text_contains(buf_text(&written[PROCESS_STDOUT]), text_lit("go\r\n")));
}

static void read_again(void *context)
{
    (void)context;
    expect(!has_ended);
    expect(written[PROCESS_STDOUT].size <= 8192); /* what was under way when it was paused */
    process_pause(process, false);
}

static void what_is_paused_waits_and_loses_nothing(void)
{
    given_process("head -c 1000000 /dev/zero");
    process_pause(process, true);
    later = loop_timer_new(loop, read_again, NULL);
    loop_timer_set(later, 200000);
    loop_run(loop);
    expect_int64(written[PROCESS_STDOUT].size, 1000000);
}

static void a_process_that_is_freed_is_killed(void)
{
    pid_t pid;

    given_process("sleep 600");
    pid = process_id(process);
    process_free(process);
    process = NULL;
    expect(kill(pid, 0) != 0);
}

static const struct test tests[] = {
    TEST(both_streams_and_the_exit_code_are_told),
    TEST(all_that_is_written_comes_before_the_end),
    TEST(what_it_reads_is_what_was_written),
    TEST(a_signal_reaches_the_whole_group),
    TEST(those_it_leaves_behind_are_waited_for_a_while),
    TEST(signals_are_as_usual_in_it),
    TEST(what_is_not_there_is_not_started),
    TEST(a_terminal_is_one_with_its_size),
    TEST(a_terminal_is_resized_and_typed_into),
    TEST(what_is_paused_waits_and_loses_nothing),
    TEST(a_process_that_is_freed_is_killed),
};
const struct suite test_process_suite =
    SUITE_WITH("core/run/process", tests, .set_up = set_up, .tear_down = tear_down);
