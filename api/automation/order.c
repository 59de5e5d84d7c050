/*
 * Orders of the monitor that it goes on from: what became of each is handed back to its own thread.
 *
 *   monitor's thread ──command──► writer ──done, on its thread──► [here] ──message──► monitor's thread
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/automation/monitor_internal.h"
#include "core/base/heap.h"

/* On its way in both directions. */
struct order {
    struct loop_message message; /* first */
    struct loop *loop;
    monitor_done *done;
    void *context;
    struct monitor_outcome outcome;
};

static void order_run(struct loop_message *message)
{
    struct order *order = (struct order *)message;

    order->done(order->outcome, order->context);
    heap_free(order);
}

/* The writer's thread. */
static void on_done(const struct submission *submission, void *context)
{
    struct order *order = context;

    order->outcome.is_done = submission->status == STATUS_OK;
    order->outcome.is_any = order->outcome.is_done && submission->emitted > 0;
    if (!loop_post(order->loop, &order->message))
        heap_free(order);
}

bool monitor_order(
    struct monitor *monitor,
    const struct command *command,
    const void *input,
    monitor_done *done,
    void *context)
{
    struct order *order = heap_new(sizeof(*order));
    const struct own_command own = {
        .command = command, .input = input, .done = on_done, .context = order};
    bool is_taken;

    *order = (struct order){
        .message.run = order_run, .loop = monitor->loop, .done = done, .context = context};
    is_taken = own_command_submit(monitor->writer, &own);
    if (!is_taken)
        heap_free(order);
    return is_taken;
}
