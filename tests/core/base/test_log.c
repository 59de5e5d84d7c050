/*
 * Log lines as they reach standard error, which is a pipe here.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/log.h"
#include "core/base/must.h"
#include "tests/support/expect.h"

#include <pthread.h>
#include <string.h>
#include <unistd.h>

static int saved;
static int pipe_out;
static char got[16384];

static void take_standard_error(void)
{
    int ends[2];

    must(pipe(ends) == 0);
    saved = dup(STDERR_FILENO);
    must(dup2(ends[1], STDERR_FILENO) >= 0);
    close(ends[1]);
    pipe_out = ends[0];
    got[0] = '\0';
}

static void give_back(void)
{
    must(dup2(saved, STDERR_FILENO) >= 0);
    close(saved);
    close(pipe_out);
}

/* What was written since the last time; a mark ends it, so that nothing is waited for. */
static void read_all(void)
{
    size_t size = 0;

    must(write(STDERR_FILENO, "\1", 1) == 1);
    while (size == 0 || got[size - 1] != '\1') {
        ssize_t more = read(pipe_out, got + size, sizeof(got) - size);
        must(more > 0);
        size += (size_t)more;
    }
    got[size - 1] = '\0';
}

static bool ends_with(const char *end)
{
    return text_ends_with(text_from(got), text_from(end));
}

static void a_line_is_an_object_with_its_values(void)
{
    log_info("test.done", log_int64("size", -7), log_c("name", "a\"b\\\n\x7f."));
    read_all();
    expect(strncmp(got, "{\"time\":\"20", 11) == 0);
    expect(ends_with("Z\",\"level\":\"info\",\"key\":\"test.done\",\"size\":-7,"
                     "\"name\":\"a\\\"b\\\\\\u000a\\u007f.\"}\n"));
}

static void an_error_gives_its_code_and_its_text(void)
{
    struct error error;

    error_set_code(&error, STATUS_INVALID, "bad_thing", "It is %s", "bad");
    log_warning("test.failed", log_cause(&error));
    read_all();
    expect(ends_with("\"key\":\"test.failed\",\"code\":\"bad_thing\",\"reason\":\"It is bad\"}\n"));
}

static void what_is_below_the_least_level_is_not_written(void)
{
    log_debug("test.detail", log_int64("n", 1));
    read_all();
    expect_text(text_from(got), "");
}

static void the_least_level_is_set_by_its_name(void)
{
    log_set_level_named(text_lit("warning"));
    log_set_level_named(text_lit("loud"));
    log_info("test.detail", log_int64("n", 1));
    read_all();
    log_set_level_named(text_lit("info"));
    expect_text(text_from(got), "");
}

static void a_line_that_is_too_long_is_cut_and_says_so(void)
{
    static char longer[10000];

    memset(longer, 'x', sizeof(longer) - 1);
    memset(longer + 90, 'x', 1);
    memcpy(longer + 95, "\xc3\xa4", 2); /* not to be cut in two */
    log_info("test.long", log_c("what", longer), log_int64("n", 7));
    read_all();
    expect(ends_with("xxx\",\"n\":7,\"cut\":\"texts of this line\"}\n"));
    expect(text_is_clean_utf8(text_from(got)));
    expect(strstr(got, "\"key\":\"test.long\"") != NULL);
}

static void a_line_of_nothing_but_long_texts_keeps_its_key(void)
{
    static char longer[2000];
    struct error error = {.code = "bad"};

    memset(longer, '\1', sizeof(longer) - 1);
    memset(error.text, '\1', sizeof(error.text) - 1);
    log_info(
        "test.long", log_c("a", longer), log_c("b", longer), log_c("c", longer), log_c("d", longer),
        log_c("e", longer), log_c("f", longer), log_c("g", longer), log_c("h", longer),
        log_c("i", longer), log_cause(&error));
    read_all();
    expect(ends_with("\"key\":\"test.long\",\"cut\":\"texts of this line\"}\n"));
}

static void keep(const char *data, size_t size)
{
    must(size < sizeof(got));
    memcpy(got, data, size);
    got[size] = '\0';
}

static void lines_go_where_the_sink_is(void)
{
    log_set_sink(keep);
    log_info("test.kept", log_int64("n", 1));
    log_set_sink(NULL);
    expect(ends_with("\"key\":\"test.kept\",\"n\":1}\n"));
    read_all();
    expect_text(text_from(got), "");
}

static int lines(void)
{
    int count = 0;

    for (const char *c = got; *c != '\0'; c++)
        count += *c == '\n' ? 1 : 0;
    return count;
}

static void *gather(void *nothing)
{
    (void)nothing;
    log_gather();
    log_info("test.one", log_int64("n", 1));
    log_info("test.two", log_int64("n", 2));
    read_all();
    expect_text(text_from(got), "");
    log_flush();
    read_all();
    expect_int64(lines(), 2);
    expect(strstr(got, "test.one") < strstr(got, "test.two"));
    log_info("test.three", log_int64("n", 3));
    log_error("test.four", log_int64("n", 4));
    read_all();
    expect_int64(lines(), 2);
    expect(strstr(got, "test.three") < strstr(got, "test.four"));
    for (int i = 0; i < 100; i++)
        log_info("test.many", log_int64("n", i));
    log_flush();
    read_all();
    expect_int64(lines(), 100);
    expect(strstr(got, "\"n\":99}") != NULL);
    return NULL;
}

static void a_thread_may_gather_lines_but_errors_go_out_at_once_behind_them(void)
{
    pthread_t thread;

    must(pthread_create(&thread, NULL, gather, NULL) == 0); /* allowed: base has no threads */
    must(pthread_join(thread, NULL) == 0);
}

static const struct test tests[] = {
    TEST(a_line_is_an_object_with_its_values),
    TEST(an_error_gives_its_code_and_its_text),
    TEST(what_is_below_the_least_level_is_not_written),
    TEST(the_least_level_is_set_by_its_name),
    TEST(a_line_that_is_too_long_is_cut_and_says_so),
    TEST(a_line_of_nothing_but_long_texts_keeps_its_key),
    TEST(lines_go_where_the_sink_is),
    TEST(a_thread_may_gather_lines_but_errors_go_out_at_once_behind_them),
};

const struct suite test_log_suite =
    SUITE_WITH("core/base/log", tests, .set_up = take_standard_error, .tear_down = give_back);
