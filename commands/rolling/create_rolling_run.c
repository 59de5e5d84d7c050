/*
 * Create a rolling run. Its targets are looked up and checked as those of a batch are, all of them or none; they and what
 * they are to do stay as they are then, whatever becomes of team and template. Its first wave begins at once.
 *
 *   api ──create_rolling_run──► [here] ──rolling_run_created──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/rolling/rolling.h"
#include "commands/rolling/rolling_lookup.h"
#include "commands/template/template_lookup.h"
#include "commands/workspace/workspace_lookup.h"

enum { DAY_S = 86400, USUAL_REACH_S = 3600, LEAST_REACH_S = 10, MOST_REACH_S = 7 * DAY_S };

static const struct field create_rolling_run_fields[] = {
    {UUID(create_rolling_run, workspace_id), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "Workspace of the run."},
    {TEXT(create_rolling_run, name), .tag = 2, .flags = ONE_LINE | REQUIRED | TRIM, .min = 2,
     .max = ROLLING_LONGEST_NAME, .doc = "Name of the run."},
    {TEXT(create_rolling_run, type), .tag = 3, .flags = ONE_LINE, .min = 2, .max = 120,
     .doc = "Type of its tasks, as the agents know it; without it, what the template says."},
    {JSON(create_rolling_run, payload), .tag = 4, .max = ROLLING_PAYLOAD_BYTES,
     .doc = "Parameters of its tasks, for the agents, beside a type; {} when absent."},
    {UUID(create_rolling_run, template_id), .tag = 5,
     .doc = "Template that its tasks are made from."},
    {JSON(create_rolling_run, parameters), .tag = 6, .max = 65536,
     .doc = "Values by the names of the template's parameters, where there is no type."},
    {LIST_OF(create_rolling_run, node_ids, KIND_UUID), .tag = 7, .flags = UNIQUE, .min = 1,
     .max = ROLLING_MOST_TARGETS, .doc = "Nodes that are its targets, in this order."},
    {UUID(create_rolling_run, team_id), .tag = 8,
     .doc = "Team whose nodes are its targets, but for those in maintenance; oldest first."},
    {TEXT(create_rolling_run, selector), .tag = 15, .flags = ONE_LINE | TRIM,
     .max = SELECTOR_LONGEST,
     .doc = "Condition on the labels of its targets, but for those in maintenance; oldest first."},
    {UUID(create_rolling_run, selection_id), .tag = 16, .doc = "Selection of its targets."},
    {INT64(create_rolling_run, canary), .tag = 9, .flags = HAS_FALLBACK, .fallback = 0, .min = 0,
     .max = MOST_NODES_AT_ONCE,
     .doc =
         "Number of targets of the first wave, each of which must succeed or counts as a failure;"
         " 0 for none."},
    {INT64(create_rolling_run, wave_size), .tag = 10, .min = 1, .max = MOST_NODES_AT_ONCE,
     .doc = "Number of targets of a wave: this or the next one."},
    {INT64(create_rolling_run, wave_share), .tag = 11, .min = 1, .max = 100,
     .doc = "Share of all targets that a wave has, in per cent, rounded up; 1,000 at most."},
    {INT64(create_rolling_run, pause_seconds), .tag = 12, .flags = HAS_FALLBACK, .fallback = 0,
     .min = 0, .max = 30 * DAY_S, .doc = "Seconds from the end of a wave to the next one."},
    {INT64(create_rolling_run, most_failures), .tag = 13, .flags = HAS_FALLBACK, .fallback = 0,
     .min = 0, .max = ROLLING_MOST_TARGETS, .doc = "Number of failures that do not stop it yet."},
    {INT64(create_rolling_run, reach_seconds), .tag = 14, .flags = HAS_FALLBACK,
     .fallback = USUAL_REACH_S, .min = LEAST_REACH_S, .max = MOST_REACH_S,
     .doc = "Seconds after which a target whose agent has not claimed its task was not reached."},
};
static const struct shape create_rolling_run_shape =
    SHAPE(create_rolling_run, "Rolling run to create.");

static bool is_given(struct json json)
{
    return text_is_present(json.text);
}

/* A type with its payload, or a template with values. */
static enum status settle_work(
    const struct decision *decision,
    const struct create_rolling_run *asked,
    struct task_order *work,
    struct error *error)
{
    struct template_definition template;
    bool is_of_template = !text_is_present(asked->type);
    enum status status;

    if (is_of_template ? is_given(asked->payload) || !uuid_is_present(asked->template_id)
                       : is_given(asked->parameters))
        return decision_refuse(error, &refused_rolling_work);
    work->type = asked->type;
    work->payload = asked->payload;
    if (!is_of_template)
        return STATUS_OK;
    status = template_must_be_usable(
        decision, asked->workspace_id, asked->template_id, &template, error);
    if (status != STATUS_OK)
        return status;
    work->type = template.task_type;
    return template_fill(
        decision->arena, &template, template.task_type, asked->parameters.text, &work->payload,
        error);
}

static enum status settle_targets(
    const struct decision *decision,
    const struct create_rolling_run *asked,
    struct task_order *work,
    struct task_crew *out,
    struct error *error)
{
    enum status status;

    if (uuid_is_present(asked->team_id) + (asked->node_ids.items != NULL) +
            text_is_present(asked->selector) + uuid_is_present(asked->selection_id) !=
        1)
        return decision_refuse(error, &refused_rolling_targets);
    status = task_order_check(decision, work, ROLLING_MOST_TARGETS, out, error);
    if (status == STATUS_TOO_LARGE)
        return decision_refuse(error, &refused_rolling_too_large);
    if (status == STATUS_OK && work->payload.text.size > ROLLING_PAYLOAD_BYTES)
        return decision_refuse(error, &refused_rolling_payload);
    return status;
}

static int64_t wave_size_of(const struct create_rolling_run *asked, size_t targets)
{
    int64_t share;

    if (asked->wave_size != INT64_ABSENT)
        return asked->wave_size;
    share = ((int64_t)targets * asked->wave_share + 99) / 100;
    return share < MOST_NODES_AT_ONCE ? share : MOST_NODES_AT_ONCE;
}

/* By what they were found, as that is now. */
static enum status name_selection(
    const struct decision *decision,
    const struct task_order *work,
    struct rolling_run_created *created,
    struct error *error)
{
    struct selection_found found;
    enum status status;

    if (!selection_is_named(work->selected))
        return STATUS_OK;
    status = selection_find(decision, work->workspace_id, work->selected, &found, error);
    if (status != STATUS_OK)
        return status;
    created->selector = found.text;
    created->selection_id = found.selection_id;
    created->selection_name = found.name;
    return STATUS_OK;
}

/* A wave is made as a batch is, so it is no larger. */
static enum status settle_waves(
    const struct create_rolling_run *asked,
    const struct task_order *work,
    struct rolling_run_created *created,
    struct error *error)
{
    int64_t largest;

    created->wave_size = wave_size_of(asked, created->node_ids.count);
    largest = created->canary > created->wave_size ? created->canary : created->wave_size;
    if (task_order_must_fit((size_t)largest, work->payload.text, error) != STATUS_OK)
        return decision_refuse(error, &refused_rolling_wave_size);
    return STATUS_OK;
}

static void
emit(struct decision *decision, const struct task_order *work, struct rolling_run_created *created)
{
    created->run_id = decision_id(decision);
    created->type = work->type;
    created->payload = work->payload;
    created->template_id = work->template_id;
    created->template_name = work->template_name;
    created->template_version =
        uuid_is_present(work->template_id) ? work->template_version : INT64_ABSENT;
    if (uuid_is_present(work->team_id))
        team_is_of(decision, work->team_id, created->workspace_id, &created->target_team_name);
    decision_emit(
        decision, &rolling_run_created_event, created->run_id, created->workspace_id, created);
}

static enum status may_be_ordered(
    const struct decision *decision, const struct create_rolling_run *asked, struct error *error)
{
    enum status status = workspace_must_be_writable(decision, asked->workspace_id, error);

    if (status != STATUS_OK)
        return status;
    if ((asked->wave_size == INT64_ABSENT) == (asked->wave_share == INT64_ABSENT))
        return decision_refuse(error, &refused_rolling_waves);
    if (rolling_count_of_workspace(decision, asked->workspace_id, MOST_ROLLING_RUNS) >=
        MOST_ROLLING_RUNS)
        return decision_refuse(error, &refused_rolling_full);
    return STATUS_OK;
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct create_rolling_run *asked = input;
    struct task_order work = {
        .workspace_id = asked->workspace_id,
        .node_ids = asked->node_ids,
        .team_id = asked->team_id,
        .selected = {asked->selector, asked->selection_id},
        .template_id = asked->template_id,
    };
    struct rolling_run_created created = {
        .workspace_id = asked->workspace_id,
        .owner_user_id = decision->actor.id,
        .name = asked->name,
        .target_team_id = asked->team_id,
        .canary = asked->canary,
        .wave_share = asked->wave_share,
        .pause_seconds = asked->pause_seconds,
        .most_failures = asked->most_failures,
        .reach_seconds = asked->reach_seconds,
    };
    struct task_crew crew = {.count = 0};
    enum status status = may_be_ordered(decision, asked, error);

    if (status == STATUS_OK)
        status = settle_work(decision, asked, &work, error);
    if (status == STATUS_OK)
        status = settle_targets(decision, asked, &work, &crew, error);
    if (status != STATUS_OK)
        return status;
    created.node_ids = (struct list){crew.ids, crew.count};
    status = name_selection(decision, &work, &created, error);
    if (status == STATUS_OK)
        status = settle_waves(asked, &work, &created, error);
    if (status == STATUS_OK)
        emit(decision, &work, &created);
    return status;
}

const struct command create_rolling_run_command = {
    .name = "create_rolling_run",
    .doc = "Creates a rolling run: the same task for many nodes, made in waves.",
    .input = &create_rolling_run_shape,
    .decide = decide,
};
