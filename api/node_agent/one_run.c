/*
 * A loop that runs for one program.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node_agent/one_run.h"

#include "core/base/timestamp.h"
#include "core/run/loop.h"
#include "core/run/process.h"

struct running {
    struct loop *loop;
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

static void on_late(void *context)
{
    loop_stop(((struct running *)context)->loop);
}

enum status one_run(const struct one_run *run, struct buf *said, int *out_code, struct error *error)
{
    static const struct process_listener listener = {on_output, on_end};
    static const char *const environment[] = {
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", NULL};
    struct running running = {.loop = loop_new(), .said = said, .code = -1};
    struct loop_timer *late = loop_timer_new(running.loop, on_late, &running);
    struct process *process = NULL;
    enum status status = process_start(
        running.loop, &(struct process_order){.argv = run->argv, .environment = environment},
        &listener, &running, &process, error);

    if (status == STATUS_OK) {
        if (run->input.size > 0)
            process_write(process, run->input);
        process_close_input(process);
        loop_timer_set(late, run->most_seconds * (int64_t)US_PER_S);
        loop_run(running.loop);
        *out_code = running.code;
    }
    process_free(process);
    loop_timer_free(late);
    loop_free(running.loop);
    return status;
}
