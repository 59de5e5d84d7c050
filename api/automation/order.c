/*
 * Orders and questions of the monitor that it goes on from: what became of each, and what was answered, is
 * handed back to its own thread.
 *
 *   monitor's thread ──command──► writer ──done, on its thread──► [here] ──message──► monitor's thread
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/automation/monitor_internal.h"
#include "core/base/heap.h"

enum { ANSWER_ARENA = 1 << 20 };

/* On its way in both directions. */
struct order {
    struct loop_message message; /* first */
    struct loop *loop;
    struct arena *arena; /* of the answer, or NULL */
    monitor_done *done;
    void *context;
    struct monitor_outcome outcome;
};

static void order_free(struct order *order)
{
    arena_free(order->arena);
    heap_free(order);
}

static void order_run(struct loop_message *message)
{
    struct order *order = (struct order *)message;

    order->done(order->outcome, order->context);
    order_free(order);
}

static const void *copy_answer(struct order *order, const struct submission *submission)
{
    const struct shape *shape = submission->command->answer;
    void *answer;

    if (shape == NULL || submission->answer == NULL)
        return NULL;
    order->arena = arena_new(ANSWER_ARENA);
    answer = arena_take(order->arena, shape->size);
    shape_copy(shape, order->arena, submission->answer, answer);
    return answer;
}

/* The writer's thread. */
static void on_done(const struct submission *submission, void *context)
{
    struct order *order = context;

    order->outcome.is_done = submission->status == STATUS_OK;
    order->outcome.is_any = order->outcome.is_done && submission->emitted > 0;
    if (order->outcome.is_done)
        order->outcome.answer = copy_answer(order, submission);
    if (!loop_post(order->loop, &order->message))
        order_free(order);
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
        order_free(order);
    return is_taken;
}
