/*
 * A schedule is due: its tasks are made, and it is due again later. Both is decided in this one command, so
 * that it happens exactly once. Where it was due several times before anybody looked it runs for the last of
 * them; where its tasks cannot be made it waits for its next time all the same. While a window of its workspace is open
 * it is only held back.
 *
 *   automation ──run_schedule──► [here] ──schedule_held, or
 *                                         schedule_skipped?, task_created*, schedule_ran | schedule_failed──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/schedule/schedule.h"
#include "commands/workspace/workspace_lookup.h"
#include "core/time/window.h"

enum { MOST_COUNTED = 1000 };

/* Its times up to now. */
struct due {
    struct timestamp at; /* that it runs for */
    struct timestamp next;
    struct schedule_skipped skipped;
};

static bool is_over(const struct decision *decision, struct timestamp at)
{
    return timestamp_is_present(at) && at.us <= decision->now.us;
}

static struct due find_due(const struct decision *decision, const struct schedule *schedule)
{
    struct due due = {
        .at = schedule->next_run_at,
        .skipped = {.schedule_id = schedule->id, .since = schedule->next_run_at},
    };

    due.next = schedule_next(decision, schedule->recurrence, due.at);
    while (is_over(decision, due.next) && due.skipped.count < MOST_COUNTED) {
        due.skipped.count++;
        due.skipped.until = due.at;
        due.at = due.next;
        due.next = schedule_next(decision, schedule->recurrence, due.at);
    }
    due.skipped.has_more = opt_bool_of(is_over(decision, due.next));
    if (is_over(decision, due.next))
        due.next = schedule_next(decision, schedule->recurrence, decision->now);
    return due;
}

static enum status make_tasks(
    struct decision *decision,
    const struct schedule *schedule,
    struct list *out_task_ids,
    struct error *error)
{
    struct task_order order;
    enum status status = schedule_work(decision, schedule, &order, error);

    if (status != STATUS_OK)
        return status;
    order.node_ids = (struct list){&schedule->node_id, 1};
    order.team_id = schedule->target_team_id;
    order.selected = (struct selection_ref){schedule->selector, schedule->selection_id};
    status = task_order_make(decision, &order, out_task_ids, error);
    if (status == STATUS_OK || !task_order_found_nobody(error))
        return status;
    *out_task_ids = (struct list){"", 0};
    return STATUS_OK;
}

static void emit_failed(
    struct decision *decision,
    const struct schedule *schedule,
    const struct due *due,
    const struct error *error)
{
    const struct schedule_failed failed = {
        .schedule_id = schedule->id,
        .due_at = due->at,
        .code = text_copy(decision->arena, text_from(error->code)),
        .reason = text_copy(decision->arena, text_from(error->text)),
        .next_run_at = due->next,
    };

    decision_emit(decision, &schedule_failed_event, schedule->id, schedule->workspace_id, &failed);
}

/* What its nodes were looked for by, as a selection says it now; absent: it names them. */
static struct text selector_of(const struct decision *decision, const struct schedule *schedule)
{
    const struct selection_ref ref = {schedule->selector, schedule->selection_id};
    struct selection_found found;
    struct error error;

    if (!selection_is_named(ref) ||
        selection_find(decision, schedule->workspace_id, ref, &found, &error) != STATUS_OK)
        return (struct text){NULL, 0};
    return found.text;
}

static void run(struct decision *decision, const struct schedule *schedule, const struct due *due)
{
    struct schedule_ran ran = {
        .schedule_id = schedule->id,
        .due_at = due->at,
        .next_run_at = due->next,
        .selector = selector_of(decision, schedule),
    };
    struct error refusal;

    if (due->skipped.count > 0)
        decision_emit(
            decision, &schedule_skipped_event, schedule->id, schedule->workspace_id, &due->skipped);
    if (make_tasks(decision, schedule, &ran.task_ids, &refusal) == STATUS_OK)
        decision_emit(decision, &schedule_ran_event, schedule->id, schedule->workspace_id, &ran);
    else
        emit_failed(decision, schedule, due, &refusal);
}

/* False: no window is open. */
static bool hold(struct decision *decision, const struct schedule *schedule)
{
    struct schedule_held held = {
        .schedule_id = schedule->id,
        .due_at = schedule->next_run_at,
        .reason = {HELD_BY_WINDOW},
    };
    const struct window *window = workspace_open_window(
        decision, schedule->workspace_id, decision->now, decision->arena, &held.until);

    if (window == NULL)
        return false;
    held.window = window->name;
    decision_emit(decision, &schedule_held_event, schedule->id, schedule->workspace_id, &held);
    return true;
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct timer *timer = input;
    struct schedule schedule;
    struct due due;

    (void)error;
    if (!model_has_timer(decision->model, timer) ||
        !model_load(decision->model, &schedule_aggregate, timer->id, decision->arena, &schedule))
        return STATUS_OK;
    decision_caused_by_timer(decision, timer);
    if (hold(decision, &schedule))
        return STATUS_OK;
    due = find_due(decision, &schedule);
    run(decision, &schedule, &due);
    return STATUS_OK;
}

const struct command run_schedule_command = {
    .name = "run_schedule",
    .doc = "Makes the tasks of a schedule that is due.",
    .input = &timer_shape,
    .decide = decide,
};
