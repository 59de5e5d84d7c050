/*
 * A loop that runs for one program.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/run/one_run.h"

#include "core/base/timestamp.h"
#include "core/run/loop.h"
#include "core/run/process.h"

enum { LOOK_US = 100000 };

struct running {
    struct loop *loop;
    struct loop_timer *look;
    const atomic_bool *is_ended;
    int64_t until_us; /* monotonic */
    struct buf *said;
    int code;
};

static void on_output(void *context, enum process_stream stream, struct text bytes)
{
    struct running *running = context;

    (void)stream;
    buf_add_text(running->said, bytes);
}

static void on_end(void *context, const struct process_end *end)
{
    struct running *running = context;

    running->code = end->was_signalled ? -1 : end->code;
    loop_stop(running->loop);
}

static void look(void *context)
{
    const struct running *running = context;
    bool is_ended = running->is_ended != NULL && atomic_load(running->is_ended);

    if (is_ended || monotonic_us() >= running->until_us)
        loop_stop(running->loop);
    else
        loop_timer_set(running->look, LOOK_US);
}

enum status one_run(const struct one_run *run, struct buf *said, int *out_code, struct error *error)
{
    static const struct process_listener listener = {on_output, on_end};
    static const char *const usual_environment[] = {
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", NULL};
    struct running running = {
        .loop = loop_new(),
        .is_ended = run->is_ended,
        .until_us = monotonic_us() + run->most_seconds * (int64_t)US_PER_S,
        .said = said,
        .code = -1,
    };
    const struct process_order order = {
        .argv = run->argv,
        .environment = run->environment == NULL ? usual_environment : run->environment};
    struct process *process = NULL;
    enum status status = process_start(running.loop, &order, &listener, &running, &process, error);

    running.look = loop_timer_new(running.loop, look, &running);
    if (status == STATUS_OK) {
        if (run->input.size > 0)
            process_write(process, run->input);
        process_close_input(process);
        loop_timer_set(running.look, LOOK_US);
        loop_run(running.loop);
        *out_code = running.code;
    }
    process_free(process);
    loop_timer_free(running.look);
    loop_free(running.loop);
    return status;
}
