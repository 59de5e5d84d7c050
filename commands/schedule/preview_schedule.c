/*
 * Questions: when would a schedule run if it were created as it is ordered; when will one run that is there?
 *
 *   api ──preview_schedule, query_next_runs──► [here] ──schedule_preview──► api
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/schedule/schedule.h"
#include "commands/workspace/workspace_lookup.h"
#include "core/time/timezone.h"
#include "core/time/window.h"
#include "core/time/zone.h"

enum { USUAL_RUNS = 10, MOST_RUNS = 100 };

static const struct field query_next_runs_fields[] = {
    {UUID(query_next_runs, workspace_id), .tag = 1, .flags = FROM_PATH,
     .doc = "Workspace that it must belong to; any when absent."},
    {UUID(query_next_runs, id), .tag = 2, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the schedule."},
    {INT64(query_next_runs, count), .tag = 3, .flags = HAS_FALLBACK | CLAMP, .fallback = USUAL_RUNS,
     .min = 1, .max = MOST_RUNS, .doc = "Number of runs."},
};
static const struct shape query_next_runs_shape =
    SHAPE(query_next_runs, "Schedule whose next runs are asked for.");

static const struct field next_run_fields[] = {
    {TIMESTAMP(next_run, run_at), .tag = 1, .flags = REQUIRED, .doc = "Time it runs."},
    {TEXT(next_run, local_time), .tag = 2, .flags = REQUIRED,
     .doc = "The same as clocks of its time zone show it, and how far they are ahead of UTC."},
    {TEXT(next_run, held_by), .tag = 3, .flags = OMIT_ABSENT,
     .doc = "Window that holds it back; left out where none does."},
};
static const struct shape next_run_shape = SHAPE(next_run, "A run to come.");

static const struct field schedule_preview_fields[] = {
    {TEXT(schedule_preview, label), .tag = 1, .flags = REQUIRED, .doc = "When it runs, in words."},
    {TEXT(schedule_preview, timezone), .tag = 2, .flags = REQUIRED,
     .doc = "IANA time zone that it goes by."},
    {OBJECTS(schedule_preview, runs, next_run), .tag = 3, .flags = REQUIRED,
     .doc = "The next runs; none while it is off."},
};
const struct shape schedule_preview_shape = SHAPE(schedule_preview, "When a schedule runs.");

static struct text holding(
    const struct decision *decision,
    struct uuid workspace_id,
    struct timestamp at,
    struct arena *arena)
{
    struct timestamp until;
    const struct window *window = workspace_open_window(decision, workspace_id, at, arena, &until);

    return window == NULL ? (struct text){NULL, 0} : window->name;
}

/* Where its runs are to be looked for. */
struct previewed {
    struct uuid workspace_id;
    const struct recurrence *recurrence;
    struct timestamp first;
};

static void fill(
    const struct decision *decision,
    const struct previewed *schedule,
    int64_t most,
    struct arena *arena,
    struct schedule_preview *preview)
{
    const struct recurrence *recurrence = schedule->recurrence;
    const struct zone *zone = timezone_list_zone(decision->policy->timezones, recurrence->timezone);
    struct next_run *runs = arena_array(arena, (size_t)most, sizeof(*runs));
    size_t count = 0;

    for (struct timestamp at = schedule->first; timestamp_is_present(at) && count < (size_t)most;
         at = schedule_next(decision, recurrence, at))
        runs[count++] = (struct next_run){
            at,
            zone_local_time(zone, at, arena),
            holding(decision, schedule->workspace_id, at, arena),
        };
    *preview = (struct schedule_preview){
        .label = recurrence_label(recurrence, arena),
        .timezone = recurrence->timezone,
        .runs = {runs, count},
    };
}

static enum status plan(
    const struct decision *decision,
    const struct create_schedule *order,
    struct schedule_created *out,
    struct error *error)
{
    const struct schedule_target target = schedule_target_of(order);

    return schedule_plan(decision, &order->order, &target, out, error);
}

static enum status decide_preview(struct decision *decision, const void *input, struct error *error)
{
    struct schedule_created created;

    return plan(decision, input, &created, error);
}

static void answer_preview(
    const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    struct schedule_created created;
    struct error error;

    if (plan(decision, input, &created, &error) == STATUS_OK)
        fill(
            decision,
            &(const struct previewed){
                created.workspace_id, created.recurrence, created.next_run_at},
            USUAL_RUNS, arena, answer);
}

static enum status decide_next(struct decision *decision, const void *input, struct error *error)
{
    const struct query_next_runs *query = input;
    struct schedule schedule;

    return schedule_must_exist(decision, query->workspace_id, query->id, &schedule, error);
}

static void
answer_next(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    const struct query_next_runs *query = input;
    struct schedule schedule;

    if (model_load(decision->model, &schedule_aggregate, query->id, arena, &schedule))
        fill(
            decision,
            &(const struct previewed){
                schedule.workspace_id, schedule.recurrence, schedule.next_run_at},
            query->count, arena, answer);
}

const struct command preview_schedule_command = {
    .name = "preview_schedule",
    .doc = "Tells when a schedule would run if it were created.",
    .input = &create_schedule_shape,
    .decide = decide_preview,
    .answer = &schedule_preview_shape,
    .answer_from = answer_preview,
    .is_question = true,
};

const struct command query_next_runs_command = {
    .name = "query_next_runs",
    .doc = "Tells when a schedule will run.",
    .input = &query_next_runs_shape,
    .decide = decide_next,
    .answer = &schedule_preview_shape,
    .answer_from = answer_next,
    .is_question = true,
};
