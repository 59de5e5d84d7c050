/*
 * What an order for schedules asks for, and whether it may be had: the same for one, for several, and for a
 * look at what it would come to.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node_lookup.h"
#include "commands/schedule/schedule.h"
#include "commands/secret/secret_lookup.h"
#include "commands/task/task_lookup.h"
#include "commands/template/template_lookup.h"
#include "commands/workspace/workspace_lookup.h"
#include "core/time/timezone.h"

enum { HOUR_FIELD = 8, DAY_OF_WEEK_FIELD, INTERVAL_FIELD, CRON_FIELD }; /* places in the table */

static const struct field schedule_order_fields[] = {
    {UUID(schedule_order, workspace_id), .tag = 1, .flags = FROM_PATH,
     .doc = "Workspace of the schedule; the default one when absent."},
    {TEXT(schedule_order, name), .tag = 2, .flags = ONE_LINE | REQUIRED, .min = 2,
     .max = SCHEDULE_LONGEST_NAME, .doc = "Name of the schedule."},
    {TEXT(schedule_order, command), .tag = 3, .flags = MANY_LINES | MAY_BE_NULL, .min = 1,
     .max = SCHEDULE_LONGEST_COMMAND,
     .doc = "Shell command that is run; without it, what the template says."},
    {UUID(schedule_order, template_id), .tag = 4, .flags = MAY_BE_NULL,
     .doc = "Template that the tasks name."},
    {JSON(schedule_order, parameters), .tag = 5, .flags = MAY_BE_NULL, .max = 65536,
     .doc = "Values for the parameters of the template, where that says what is run."},
    {BOOL(schedule_order, run_as_root), .tag = 6, .flags = MAY_BE_NULL,
     .doc = "Whether the command is run as root, which each node must allow."},
    {ENUM(schedule_order, cadence, cadence_names), .tag = 7, .flags = REQUIRED,
     .doc = "How often; it says which of the following it takes."},
    {INT64(schedule_order, minute), .tag = 8, .flags = MAY_BE_NULL, .max = 59,
     .doc = "Minute of the hour; required, but for cron."},
    {INT64(schedule_order, hour), .tag = 9, .flags = MAY_BE_NULL, .max = 23,
     .doc = "Hour of the day: daily, weekly."},
    {INT64(schedule_order, day_of_week), .tag = 10, .flags = MAY_BE_NULL, .max = 6,
     .doc = "Day of the week, 0 is Sunday: weekly."},
    {INT64(schedule_order, interval_minutes), .tag = 11, .flags = MAY_BE_NULL, .min = 1,
     .max = RECURRENCE_MOST_MINUTES, .doc = "Minutes from one run to the next: custom."},
    {TEXT(schedule_order, cron), .tag = 12, .flags = ONE_LINE | MAY_BE_NULL | TRIM,
     .max = RECURRENCE_LONGEST_CRON,
     .doc = "Minute, hour, day of month, month, day of week (*/5 9-17 * * MON-FRI): cron."},
    {TEXT(schedule_order, timezone), .tag = 13, .flags = ONE_LINE | MAY_BE_NULL | TRIM,
     .max = RECURRENCE_LONGEST_ZONE,
     .doc = "IANA time zone that it goes by; without it, its workspace's, whatever that becomes."},
    {INT64(schedule_order, given), .tag = SCHEDULE_GIVEN_TAG,
     .doc = "Fields that were given, as bits."},
};
const struct shape schedule_order_shape =
    SHAPE_WITH(schedule_order, "What is to be run, and when.", .given_tag = SCHEDULE_GIVEN_TAG);

static bool is_given(const struct schedule_order *order, int field)
{
    return (order->given >> field & 1) != 0;
}

/* Parts that were given, null or not. */
static unsigned given_parts(const struct schedule_order *order)
{
    return (is_given(order, HOUR_FIELD) ? RECURRENCE_HOUR : 0U) |
           (is_given(order, DAY_OF_WEEK_FIELD) ? RECURRENCE_DAY_OF_WEEK : 0U) |
           (is_given(order, INTERVAL_FIELD) ? RECURRENCE_INTERVAL : 0U) |
           (text_is_present(order->cron) ? RECURRENCE_CRON : 0U);
}

static struct text
zone_of(const struct decision *decision, const struct schedule_order *order, struct uuid workspace)
{
    if (!text_is_present(order->timezone))
        return workspace_timezone(decision, workspace);
    return timezone_list_find(decision->policy->timezones, order->timezone);
}

static enum status settle_recurrence(
    const struct decision *decision,
    const struct schedule_order *order,
    struct schedule_created *out,
    struct error *error)
{
    struct recurrence *recurrence = arena_one(decision->arena, struct recurrence);
    struct text why;

    *recurrence = (struct recurrence){
        .cadence = order->cadence,
        .minute = order->minute,
        .hour = order->hour,
        .day_of_week = order->day_of_week,
        .interval_minutes = order->interval_minutes,
        .cron = order->cron,
        .timezone = zone_of(decision, order, out->workspace_id),
    };
    if (!recurrence_settle(recurrence, given_parts(order), decision->arena, &why))
        return decision_refuse(error, &refused_schedule_recurrence, text_c(decision->arena, why));
    if (!text_is_present(recurrence->timezone))
        return decision_refuse(
            error, &refused_schedule_timezone, text_c(decision->arena, order->timezone));
    out->recurrence = recurrence;
    out->timezone_source.is =
        text_is_present(order->timezone) ? TIMEZONE_FIXED : TIMEZONE_OF_WORKSPACE;
    out->next_run_at = schedule_next(decision, recurrence, decision->now);
    return STATUS_OK;
}

static bool has_room(const struct decision *decision, struct uuid of, size_t count)
{
    struct schedule_tally tally;

    if (!model_load(decision->model, &schedule_tally_aggregate, of, decision->arena, &tally))
        tally.count = 0;
    return tally.count + (int64_t)count <= MOST_SCHEDULES;
}

static enum status check_words(
    const struct schedule_order *order,
    const struct schedule_created *schedule,
    struct error *error)
{
    if (text_length(schedule->name) < 2)
        return decision_refuse(error, &refused_schedule_name);
    if (text_is_present(order->command) && schedule->command.size == 0)
        return decision_refuse(error, &refused_schedule_command);
    if (text_is_present(order->command) ? text_is_present(order->parameters.text)
                                        : !uuid_is_present(order->template_id))
        return decision_refuse(error, &refused_schedule_work);
    return STATUS_OK;
}

static enum status settle(
    const struct decision *decision,
    const struct schedule_order *order,
    size_t count,
    struct schedule_created *out,
    struct error *error)
{
    struct schedule_created schedule = {
        .workspace_id = order->workspace_id,
        .template_id = order->template_id,
        .owner_user_id = decision->actor.id,
        .name = text_trim(order->name),
        .command = text_trim(order->command),
        .parameters = order->parameters,
        .run_as_root = opt_bool_of(opt_bool_is_true(order->run_as_root)),
    };
    enum status status;

    if (!uuid_is_present(schedule.workspace_id))
        schedule.workspace_id = workspace_default(decision);
    if (!uuid_is_present(schedule.workspace_id))
        return decision_refuse(error, &refused_schedule_workspace);
    status = workspace_must_be_writable(decision, schedule.workspace_id, error);
    if (status == STATUS_OK)
        status = check_words(order, &schedule, error);
    if (status == STATUS_OK)
        status = settle_recurrence(decision, order, &schedule, error);
    if (status != STATUS_OK)
        return status;
    if (!has_room(decision, schedule.workspace_id, count) ||
        !has_room(decision, schedule.owner_user_id, count))
        return decision_refuse(error, &refused_schedules_full);
    *out = schedule;
    return STATUS_OK;
}

/* What it would run now; when it is due the same is asked again. */
static enum status settle_work(
    const struct decision *decision,
    struct schedule_created *schedule,
    struct task_order *out,
    struct error *error)
{
    const struct schedule as_it_will_be = {
        .workspace_id = schedule->workspace_id,
        .template_id = schedule->template_id,
        .name = schedule->name,
        .command = schedule->command,
        .parameters = schedule->parameters,
        .run_as_root = schedule->run_as_root,
    };

    return schedule_work(decision, &as_it_will_be, out, error);
}

static enum status check_node(
    const struct decision *decision,
    const struct schedule_created *schedule,
    const struct task_order *work,
    struct uuid node_id,
    struct error *error)
{
    struct node_lookup node;

    if (!node_lookup(decision, node_id, &node) ||
        !uuid_equal(node.workspace_id, schedule->workspace_id))
        return decision_refuse(error, &refused_schedule_node, decision_show(decision, node_id));
    return task_root_must_be_allowed(decision, &node, work->type, work->payload.text, error);
}

/* All nodes of it, also those in maintenance. */
static enum status check_team(
    const struct decision *decision,
    struct schedule_created *schedule,
    const struct task_order *work,
    struct error *error)
{
    struct uuid node_id = UUID_NONE;
    struct node_lookup node;
    enum status status = STATUS_OK;

    if (!team_is_of(
            decision, schedule->target_team_id, schedule->workspace_id,
            &schedule->target_team_name))
        return decision_refuse(
            error, &refused_schedule_team, decision_show(decision, schedule->target_team_id));
    while (status == STATUS_OK &&
           node_next_of_team(decision, schedule->target_team_id, node_id, &node_id)) {
        if (node_lookup(decision, node_id, &node))
            status =
                task_root_must_be_allowed(decision, &node, work->type, work->payload.text, error);
    }
    return status;
}

static enum status name_template(
    const struct decision *decision, struct schedule_created *schedule, struct error *error)
{
    struct template_definition template;
    enum status status;

    if (!uuid_is_present(schedule->template_id))
        return STATUS_OK;
    status = template_must_be_usable(
        decision, schedule->workspace_id, schedule->template_id, &template, error);
    if (status == STATUS_OK)
        schedule->template_name = template.name;
    return status;
}

/* Whatever it matches when it runs: nobody is asked for root access yet. */
static enum status check_selection(
    const struct decision *decision,
    const struct schedule_target *target,
    struct schedule_created *schedule,
    struct error *error)
{
    struct selection_found found;
    enum status status;

    if (target->node_ids.count > 0 || uuid_is_present(target->team_id))
        return decision_refuse(error, &refused_schedule_targets);
    status = selection_find(decision, schedule->workspace_id, target->selected, &found, error);
    if (status != STATUS_OK)
        return status;
    if (!uuid_is_present(found.selection_id))
        schedule->selector = found.text;
    schedule->selection_id = found.selection_id;
    schedule->selection_name = found.name;
    return STATUS_OK;
}

static enum status check_secrets(
    const struct decision *decision,
    const struct schedule_created *schedule,
    const struct task_order *work,
    struct error *error)
{
    struct list refs;
    enum status status = secret_refs_read(decision->arena, work->type, work->payload, &refs, error);

    if (status == STATUS_OK)
        status = secret_refs_must_exist(decision, schedule->workspace_id, refs, error);
    return status;
}

/* A team goes before a node. */
static enum status check_target(
    const struct decision *decision,
    const struct schedule_target *target,
    const struct task_order *work,
    struct schedule_created *schedule,
    struct error *error)
{
    const struct uuid *node_ids = target->node_ids.items;
    enum status status = STATUS_OK;

    if (selection_is_named(target->selected))
        return check_selection(decision, target, schedule, error);
    schedule->target_team_id = target->team_id;
    if (uuid_is_present(target->team_id))
        return check_team(decision, schedule, work, error);
    if (target->node_ids.count == 0)
        return decision_refuse(error, &refused_schedule_target);
    for (size_t i = 0; status == STATUS_OK && i < target->node_ids.count; i++)
        status = check_node(decision, schedule, work, node_ids[i], error);
    return status;
}

enum status schedule_plan(
    const struct decision *decision,
    const struct schedule_order *order,
    const struct schedule_target *target,
    struct schedule_created *out,
    struct error *error)
{
    size_t count = target->node_ids.count > 0 ? target->node_ids.count : 1;
    struct schedule_created schedule;
    struct task_order work;
    enum status status = settle(decision, order, count, &schedule, error);

    if (status == STATUS_OK)
        status = settle_work(decision, &schedule, &work, error);
    if (status == STATUS_OK)
        status = check_target(decision, target, &work, &schedule, error);
    if (status == STATUS_OK)
        status = check_secrets(decision, &schedule, &work, error);
    if (status == STATUS_OK)
        status = name_template(decision, &schedule, error);
    if (status == STATUS_OK)
        *out = schedule;
    return status;
}

struct schedule_target schedule_target_of(const struct create_schedule *order)
{
    return (struct schedule_target){
        .team_id = order->team_id,
        .selected = {order->selector, order->selection_id},
        .node_ids = {&order->node_id, uuid_is_present(order->node_id) ? 1 : 0},
    };
}
