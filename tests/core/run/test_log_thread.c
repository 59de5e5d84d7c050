/*
 * The log's own thread, with a reader of standard error who sleeps.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/heap.h"
#include "core/base/log.h"
#include "core/base/must.h"
#include "core/run/log_thread.h"
#include "tests/support/expect.h"

#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

enum { MIB = 1 << 20, LINE_BYTES = 1000, MANY = 4096 };

static int saved;
static int pipe_out;
static char *got;

static void take_standard_error(void)
{
    int ends[2];

    must(pipe(ends) == 0);
    saved = dup(STDERR_FILENO);
    must(dup2(ends[1], STDERR_FILENO) >= 0);
    close(ends[1]);
    pipe_out = ends[0];
    got = heap_array(MIB * 2, 1);
}

static void give_back(void)
{
    must(dup2(saved, STDERR_FILENO) >= 0);
    close(saved);
    close(pipe_out);
    heap_free(got);
}

/* Until the text came, or nothing comes for ten seconds. */
static bool reads(const char *wanted)
{
    struct pollfd in = {.fd = pipe_out, .events = POLLIN};
    size_t size = 0;

    while (strstr(got, wanted) == NULL && size < 2 * MIB - 1) {
        ssize_t more =
            poll(&in, 1, 10000) == 1 ? read(pipe_out, got + size, 2 * MIB - 1 - size) : 0;

        if (more <= 0)
            return false;
        size += (size_t)more;
    }
    return strstr(got, wanted) != NULL;
}

static void lines_come_in_their_order(void)
{
    const char *one;

    log_thread_start();
    log_info("test.one", log_int64("n", 1));
    log_info("test.two", log_int64("n", 2));
    expect(reads("test.two"));
    one = strstr(got, "test.one");
    expect(one != NULL && one < strstr(got, "test.two"));
    log_thread_stop();
}

static void what_is_left_at_the_end_is_written(void)
{
    log_thread_start();
    log_info("test.last", log_int64("n", 1));
    log_thread_stop();
    expect(reads("test.last"));
}

static void who_must_go_at_once_can_have_the_lines_written_first(void)
{
    struct pollfd in = {.events = POLLIN};

    log_thread_start();
    log_info("test.flushed", log_int64("n", 1));
    log_thread_flush();
    in.fd = pipe_out;
    expect_int64(poll(&in, 1, 0), 1);
    expect(reads("test.flushed"));
    log_thread_stop();
}

static void nobody_waits_for_a_reader_who_sleeps_and_what_was_lost_is_counted(void)
{
    char line[LINE_BYTES + 1];

    memset(line, 'x', LINE_BYTES);
    line[LINE_BYTES] = '\0';
    log_thread_start();
    for (int i = 0; i < MANY; i++) /* four times what fits; a write that waits would hang here */
        log_info("test.many", log_c("what", line));
    expect(reads("\"key\":\"log.dropped\",\"lines\":"));
    log_thread_stop();
}

static void the_end_comes_though_nobody_reads(void)
{
    char line[LINE_BYTES + 1];

    memset(line, 'x', LINE_BYTES);
    line[LINE_BYTES] = '\0';
    log_thread_start();
    for (int i = 0; i < MANY; i++)
        log_info("test.many", log_c("what", line));
    log_thread_stop(); /* or this test never ends */
    expect(true);
}

static void without_the_thread_lines_are_written_where_they_are_logged(void)
{
    log_thread_start();
    log_thread_stop();
    log_thread_stop();
    log_info("test.after", log_int64("n", 1));
    expect(reads("test.after"));
}

static const struct test tests[] = {
    TEST(lines_come_in_their_order),
    TEST(what_is_left_at_the_end_is_written),
    TEST(who_must_go_at_once_can_have_the_lines_written_first),
    TEST(nobody_waits_for_a_reader_who_sleeps_and_what_was_lost_is_counted),
    TEST(the_end_comes_though_nobody_reads),
    TEST(without_the_thread_lines_are_written_where_they_are_logged),
};

const struct suite test_log_thread_suite =
    SUITE_WITH("core/run/log_thread", tests, .set_up = take_standard_error, .tear_down = give_back);
