/*
 * Requests passed on: what becomes of them when the thread stops.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/outbound/forward.h"
#include "tests/support/expect.h"
#include "tests/support/listen.h"

#include <unistd.h>

enum { MANY = 1024 };

/* The server accepts nothing, so that whatever was sent to it is under way until the stop. */
static int listener;
static struct arena *arena;
static struct forward *forward;
static struct forward_job *jobs; /* that are submitted at the stop */
static size_t submitted_count;
static size_t done_count;

static void set_up(void)
{
    int port = 0;

    listener = listen_anywhere(&port);
    arena = arena_new(16 << 20);
    forward = forward_new(text_format(arena, "http://127.0.0.1:%d", port), (struct text){NULL, 0});
    jobs = arena_array(arena, MANY, sizeof(*jobs));
    submitted_count = 0;
    done_count = 0;
}

static void tear_down(void)
{
    forward_free(forward);
    arena_free(arena);
    close(listener);
}

static void
given_job(struct forward_job *job, const char *target, void (*done)(struct forward_job *job))
{
    job->method = text_lit("GET");
    job->target = text_from(target);
    job->arena = arena;
    job->done = done;
    submitted_count += forward_submit(forward, job);
}

static void count_job(struct forward_job *job)
{
    expect_int64(job->status, STATUS_UNAVAILABLE);
    expect_text(text_from(job->error.code), "outcome_unknown");
    buf_fini(&job->answer);
    done_count++;
}

static void fill_and_stop(struct forward_job *job)
{
    for (size_t i = 0; i < MANY; i++)
        given_job(&jobs[i], "/waiting", count_job);
    forward_stop(forward);
    count_job(job);
}

static void what_waits_at_the_stop_is_told_so_however_much_it_is(void)
{
    struct forward_job unanswered = {.owner = NULL};
    struct forward_job malformed = {.owner = NULL};

    given_job(&unanswered, "/unanswered", count_job);
    given_job(&malformed, "/with a space", fill_and_stop);
    forward_run(forward);
    expect_int64((int64_t)submitted_count, MANY + 2);
    expect_int64((int64_t)done_count, (int64_t)submitted_count);
}

static const struct test tests[] = {
    TEST(what_waits_at_the_stop_is_told_so_however_much_it_is),
};
const struct suite test_forward_suite =
    SUITE_WITH("core/outbound/forward", tests, .set_up = set_up, .tear_down = tear_down);
