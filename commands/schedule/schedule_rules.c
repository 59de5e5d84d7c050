/*
 * What commands about schedules have in common, and what other areas have done to them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/schedule/schedule.h"
#include "commands/schedule/schedule_lookup.h"
#include "commands/template/template_lookup.h"
#include "commands/workspace/workspace_lookup.h"

struct timestamp schedule_next(
    const struct decision *decision, const struct recurrence *recurrence, struct timestamp after)
{
    struct timestamp next;

    if (!recurrence_next(recurrence, decision->policy->timezones, after, &next))
        return (struct timestamp){0};
    return next;
}

void schedule_emit_created(struct decision *decision, struct schedule_created *created)
{
    created->schedule_id = decision_id(decision);
    decision_emit(
        decision, &schedule_created_event, created->schedule_id, created->workspace_id, created);
}

enum status schedule_must_exist(
    const struct decision *decision,
    struct uuid workspace_id,
    struct uuid schedule_id,
    struct schedule *out,
    struct error *error)
{
    if (!model_load(decision->model, &schedule_aggregate, schedule_id, decision->arena, out) ||
        (uuid_is_present(workspace_id) && !uuid_equal(workspace_id, out->workspace_id)))
        return decision_refuse(
            error, &refused_schedule_missing, decision_show(decision, schedule_id));
    return STATUS_OK;
}

enum status schedule_must_be_changeable(
    const struct decision *decision,
    struct uuid workspace_id,
    struct uuid schedule_id,
    struct schedule *out,
    struct error *error)
{
    enum status status = schedule_must_exist(decision, workspace_id, schedule_id, out, error);

    if (status == STATUS_OK)
        status = workspace_must_be_writable(decision, out->workspace_id, error);
    return status;
}

struct schedule_payload {
    struct text title;
    struct text command;
    struct opt_bool run_as_root;
    struct text root_scope;
    struct uuid schedule_id;
    struct text schedule_name;
};
static const struct field schedule_payload_fields[] = {
    {TEXT(schedule_payload, title), .doc = "Name of the schedule."},
    {TEXT(schedule_payload, command), .doc = "Shell command that is run."},
    {BOOL(schedule_payload, run_as_root), .doc = "Whether it is run as root."},
    {TEXT(schedule_payload, root_scope), .flags = OMIT_ABSENT,
     .doc = "Root access that this takes."},
    {UUID(schedule_payload, schedule_id), .doc = "Id of the schedule."},
    {TEXT(schedule_payload, schedule_name), .doc = "Name of the schedule."},
};
static const struct shape schedule_payload_shape =
    SHAPE(schedule_payload, "What a task of a schedule is told.");

static struct json payload_of(const struct decision *decision, const struct schedule *schedule)
{
    const struct schedule_payload payload = {
        .title = schedule->name,
        .command = schedule->command,
        .run_as_root = schedule->run_as_root,
        .root_scope =
            opt_bool_is_true(schedule->run_as_root) ? text_lit("task") : (struct text){NULL, 0},
        .schedule_id = schedule->id,
        .schedule_name = schedule->name,
    };

    return task_payload(decision, &schedule_payload_shape, &payload);
}

enum status schedule_work(
    const struct decision *decision,
    const struct schedule *schedule,
    struct task_order *out,
    struct error *error)
{
    struct task_order work = {
        .workspace_id = schedule->workspace_id,
        .template_id = schedule->template_id,
        .type = text_lit("shell.exec"),
    };
    struct template_definition template;
    enum status status;

    if (text_is_present(schedule->command)) {
        work.payload = payload_of(decision, schedule);
        *out = work;
        return STATUS_OK;
    }
    status = template_must_be_usable(
        decision, schedule->workspace_id, schedule->template_id, &template, error);
    if (status == STATUS_OK)
        status = template_fill(
            decision->arena, &template, template.task_type, schedule->parameters.text,
            &work.payload, error);
    if (status != STATUS_OK)
        return status;
    work.type = template.task_type;
    *out = work;
    return STATUS_OK;
}

static bool has_any(const struct decision *decision, uint16_t kind, struct uuid from)
{
    struct uuid any;

    return model_next_link(decision->model, kind, from, UUID_NONE, &any, NULL);
}

bool schedule_aims_at_team(const struct decision *decision, struct uuid team_id)
{
    return has_any(decision, LINK_TEAM_SCHEDULE, team_id);
}

bool schedule_user_has_schedules(const struct decision *decision, struct uuid user_id)
{
    return has_any(decision, LINK_OWNER_SCHEDULE, user_id);
}

uint64_t schedule_count_of_node(const struct decision *decision, struct uuid node_id, uint64_t most)
{
    return model_count_links(decision->model, LINK_NODE_SCHEDULE, node_id, most);
}

uint64_t schedule_count_of_workspace(
    const struct decision *decision, struct uuid workspace_id, uint64_t most)
{
    return model_count_links(decision->model, LINK_WORKSPACE_SCHEDULE, workspace_id, most);
}

/* The next one of a link. False after the last. */
static bool
next(const struct decision *decision, uint16_t kind, struct uuid from, struct schedule *schedule)
{
    struct uuid id = schedule->id;

    return model_next_link(decision->model, kind, from, id, &id, NULL) &&
           model_load(decision->model, &schedule_aggregate, id, decision->arena, schedule);
}

bool schedule_aims_at_selection(
    const struct decision *decision, struct uuid selection_id, struct text *out_name)
{
    struct schedule schedule = {.id = UUID_NONE};

    if (!next(decision, LINK_SELECTION_SCHEDULE, selection_id, &schedule))
        return false;
    *out_name = schedule.name;
    return true;
}

void schedule_emit_deleted(
    struct decision *decision, const struct schedule *schedule, enum schedule_deletion reason)
{
    const struct schedule_deleted deleted = {
        .schedule_id = schedule->id,
        .reason = {(int64_t)reason},
        .name = schedule->name,
        .node_id = schedule->node_id,
        .target_team_id = schedule->target_team_id,
    };

    decision_emit(
        decision, &schedule_deleted_event, schedule->id, schedule->workspace_id, &deleted);
}

static void emit_deleted(
    struct decision *decision, uint16_t kind, struct uuid from, enum schedule_deletion reason)
{
    struct schedule schedule = {.id = UUID_NONE};

    while (next(decision, kind, from, &schedule))
        schedule_emit_deleted(decision, &schedule, reason);
}

void schedule_emit_node_removed(struct decision *decision, struct uuid node_id)
{
    emit_deleted(decision, LINK_NODE_SCHEDULE, node_id, SCHEDULE_DELETED_NODE_REMOVED);
}

void schedule_emit_workspace_deleted(struct decision *decision, struct uuid workspace_id)
{
    emit_deleted(
        decision, LINK_WORKSPACE_SCHEDULE, workspace_id, SCHEDULE_DELETED_WORKSPACE_DELETED);
}

void schedule_emit_owner_left(
    struct decision *decision, struct uuid user_id, struct uuid workspace_id)
{
    struct schedule schedule = {.id = UUID_NONE};

    while (next(decision, LINK_OWNER_SCHEDULE, user_id, &schedule)) {
        const struct schedule_disabled disabled = {schedule.id, {DISABLED_OWNER_LEFT}};
        bool is_there =
            !uuid_is_present(workspace_id) || uuid_equal(schedule.workspace_id, workspace_id);
        if (is_there && opt_bool_is_true(schedule.is_enabled))
            decision_emit(
                decision, &schedule_disabled_event, schedule.id, schedule.workspace_id, &disabled);
    }
}

void schedule_emit_retimed(
    struct decision *decision, struct uuid workspace_id, struct text timezone)
{
    struct schedule schedule = {.id = UUID_NONE};

    while (next(decision, LINK_WORKSPACE_SCHEDULE, workspace_id, &schedule)) {
        struct schedule_retimed retimed = {.schedule_id = schedule.id, .timezone = timezone};
        struct recurrence recurrence = *schedule.recurrence;
        if (schedule.timezone_source.is != TIMEZONE_OF_WORKSPACE)
            continue;
        recurrence.timezone = timezone;
        if (opt_bool_is_true(schedule.is_enabled))
            retimed.next_run_at = schedule_next(decision, &recurrence, decision->now);
        decision_emit(decision, &schedule_retimed_event, schedule.id, workspace_id, &retimed);
    }
}
