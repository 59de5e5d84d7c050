/*
 * Folding what happens to schedules: what they are, where they are found, when they are due.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/schedule/schedule.h"

#include "commands/node/node_lookup.h"
#include "commands/schedule/schedule_lookup.h"
#include "commands/workspace/workspace_lookup.h"

static const struct field schedule_fields[] = {
    {UUID(schedule, id), .tag = 1, .flags = REQUIRED, .doc = "Id of the schedule."},
    {UUID(schedule, workspace_id), .tag = 2, .flags = REQUIRED,
     .doc = "Workspace that the schedule belongs to."},
    {UUID(schedule, node_id), .tag = 3, .doc = "Node that it makes tasks for."},
    {UUID(schedule, target_team_id), .tag = 4, .doc = "Team whose nodes it makes tasks for."},
    {UUID(schedule, owner_user_id), .tag = 5, .doc = "Person who created it."},
    {UUID(schedule, template_id), .tag = 6, .doc = "Template that the tasks name."},
    {TEXT(schedule, name), .tag = 7, .doc = "Name of the schedule."},
    {TEXT(schedule, command), .tag = 8, .doc = "Shell command that is run."},
    {JSON(schedule, parameters), .tag = 9, .doc = "Values for the template."},
    {BOOL(schedule, run_as_root), .tag = 10, .doc = "Whether the command is run as root."},
    {OBJECT(schedule, recurrence, recurrence), .tag = 11, .doc = "When it is due."},
    {ENUM(schedule, timezone_source, timezone_source_names), .tag = 12,
     .doc = "Whose time zone it goes by."},
    {BOOL(schedule, is_enabled), .tag = 13, .doc = "Whether it is on."},
    {TIMESTAMP(schedule, next_run_at), .tag = 14, .doc = "Time it is due next."},
    {TEXT(schedule, selector), .tag = 15, .doc = "Condition on labels of its nodes."},
    {UUID(schedule, selection_id), .tag = 16, .doc = "Selection of its nodes."},
    {TIMESTAMP(schedule, held_until), .tag = 17,
     .doc = "Time it is looked at, as it is held back."},
};
static const struct shape schedule_shape = SHAPE(schedule, "State of a schedule.");
const struct aggregate schedule_aggregate = {STATE_SCHEDULE, "schedule", &schedule_shape};

static const struct field schedule_tally_fields[] = {
    {INT64(schedule_tally, count), .tag = 1, .flags = REQUIRED, .doc = "How many there are."},
};
static const struct shape schedule_tally_shape =
    SHAPE(schedule_tally, "How many schedules a workspace or a person has.");
const struct aggregate schedule_tally_aggregate = {
    STATE_SCHEDULE_TALLY, "schedule_tally", &schedule_tally_shape};

static struct timer timer_of(const struct schedule *schedule)
{
    bool is_held_back = timestamp_is_present(schedule->held_until);

    return (struct timer){
        .kind = TIMER_SCHEDULE,
        .id = schedule->id,
        .due = is_held_back ? schedule->held_until : schedule->next_run_at,
    };
}

static bool is_held(struct fold *fold, const struct schedule *schedule)
{
    return workspace_is_archived(fold, schedule->workspace_id) ||
           (uuid_is_present(schedule->node_id) && node_is_in_maintenance(fold, schedule->node_id));
}

/* Set where it is to be, and nowhere else. */
static void move_timer(struct fold *fold, const struct schedule *schedule)
{
    struct timer timer = timer_of(schedule);

    if (!timestamp_is_present(schedule->next_run_at))
        return;
    if (is_held(fold, schedule))
        model_clear_timer(fold->model, &timer);
    else if (!model_has_timer(fold->model, &timer))
        model_set_timer(fold->model, &timer);
}

/* Both ends of its links, of which an absent one is none. */
static void each_link(
    struct fold *fold,
    const struct schedule *schedule,
    void (*change)(struct fold *fold, uint16_t kind, struct uuid from, struct uuid id))
{
    change(fold, LINK_WORKSPACE_SCHEDULE, schedule->workspace_id, schedule->id);
    change(fold, LINK_OWNER_SCHEDULE, schedule->owner_user_id, schedule->id);
    if (uuid_is_present(schedule->node_id))
        change(fold, LINK_NODE_SCHEDULE, schedule->node_id, schedule->id);
    if (uuid_is_present(schedule->target_team_id))
        change(fold, LINK_TEAM_SCHEDULE, schedule->target_team_id, schedule->id);
    if (uuid_is_present(schedule->selection_id))
        change(fold, LINK_SELECTION_SCHEDULE, schedule->selection_id, schedule->id);
}

static void tie(struct fold *fold, uint16_t kind, struct uuid from, struct uuid id)
{
    model_link(fold->model, kind, from, id, 0);
}

static void untie(struct fold *fold, uint16_t kind, struct uuid from, struct uuid id)
{
    model_unlink(fold->model, kind, from, id);
}

static void count(struct fold *fold, struct uuid of, int64_t more)
{
    struct schedule_tally tally = {0};

    if (!model_load(fold->model, &schedule_tally_aggregate, of, fold->arena, &tally))
        tally.count = 0;
    tally.count += more;
    if (tally.count > 0)
        model_store(fold->model, &schedule_tally_aggregate, of, &tally);
    else
        model_remove(fold->model, &schedule_tally_aggregate, of);
}

static void on_created(struct fold *fold, const struct schedule_created *created)
{
    struct schedule schedule = {
        .id = created->schedule_id,
        .workspace_id = created->workspace_id,
        .node_id = created->node_id,
        .target_team_id = created->target_team_id,
        .owner_user_id = created->owner_user_id,
        .template_id = created->template_id,
        .name = created->name,
        .command = created->command,
        .parameters = created->parameters,
        .run_as_root = created->run_as_root,
        .recurrence = created->recurrence,
        .timezone_source = created->timezone_source,
        .is_enabled = OPT_TRUE,
        .next_run_at = created->next_run_at,
        .selector = created->selector,
        .selection_id = created->selection_id,
    };

    model_store(fold->model, &schedule_aggregate, schedule.id, &schedule);
    each_link(fold, &schedule, tie);
    count(fold, schedule.workspace_id, 1);
    count(fold, schedule.owner_user_id, 1);
    move_timer(fold, &schedule);
}

static void on_deleted(struct fold *fold, const struct schedule *schedule)
{
    struct timer timer = timer_of(schedule);

    model_clear_timer(fold->model, &timer);
    each_link(fold, schedule, untie);
    count(fold, schedule->workspace_id, -1);
    count(fold, schedule->owner_user_id, -1);
    model_remove(fold->model, &schedule_aggregate, schedule->id);
}

static void retime(struct schedule *schedule, struct arena *arena, struct text timezone)
{
    struct recurrence *recurrence = arena_one(arena, struct recurrence);

    *recurrence = *schedule->recurrence;
    recurrence->timezone = timezone;
    schedule->recurrence = recurrence;
}

/* What an event makes of its state. */
static void apply(struct schedule *schedule, struct arena *arena, const struct record *record)
{
    const void *event = record->event;

    schedule->held_until = (struct timestamp){0};
    switch ((enum schedule_event)record->type->id) {
    case EVT_SCHEDULE_ENABLED:
        schedule->is_enabled = OPT_TRUE;
        schedule->next_run_at = ((const struct schedule_enabled *)event)->next_run_at;
        break;
    case EVT_SCHEDULE_DISABLED:
        schedule->is_enabled = OPT_FALSE;
        schedule->next_run_at = (struct timestamp){0};
        break;
    case EVT_SCHEDULE_RETIMED:
        retime(schedule, arena, ((const struct schedule_retimed *)event)->timezone);
        schedule->next_run_at = ((const struct schedule_retimed *)event)->next_run_at;
        break;
    case EVT_SCHEDULE_RAN:
        schedule->next_run_at = ((const struct schedule_ran *)event)->next_run_at;
        break;
    case EVT_SCHEDULE_FAILED:
        schedule->next_run_at = ((const struct schedule_failed *)event)->next_run_at;
        break;
    case EVT_SCHEDULE_HELD:
        schedule->held_until = ((const struct schedule_held *)event)->until;
        break;
    case EVT_SCHEDULE_CREATED: /* no change of one that is there */
    case EVT_SCHEDULE_DELETED:
    case EVT_SCHEDULE_SKIPPED:
        break;
    }
}

/* `before`: its timer as it was. */
static void store(struct fold *fold, const struct schedule *schedule, struct timer before)
{
    model_store(fold->model, &schedule_aggregate, schedule->id, schedule);
    if (before.due.us != timer_of(schedule).due.us)
        model_clear_timer(fold->model, &before);
    move_timer(fold, schedule);
}

static void on_changed(struct fold *fold, const struct record *record, struct schedule *schedule)
{
    struct timer before = timer_of(schedule);

    apply(schedule, fold->arena, record);
    store(fold, schedule, before);
}

static bool load(struct fold *fold, struct uuid schedule_id, struct schedule *out)
{
    return model_load(fold->model, &schedule_aggregate, schedule_id, fold->arena, out);
}

void schedule_evolve(struct fold *fold, const struct record *record)
{
    struct schedule schedule;

    if (record->type == &schedule_created_event)
        on_created(fold, record->event);
    else if (!load(fold, record->entry.stream, &schedule))
        return;
    else if (record->type == &schedule_deleted_event)
        on_deleted(fold, &schedule);
    else
        on_changed(fold, record, &schedule);
}

static void move_timers(struct fold *fold, uint16_t kind, struct uuid from)
{
    struct uuid schedule_id = UUID_NONE;
    struct schedule schedule;

    while (model_next_link(fold->model, kind, from, schedule_id, &schedule_id, NULL)) {
        if (load(fold, schedule_id, &schedule))
            move_timer(fold, &schedule);
    }
}

void schedule_move_timers_of_node(struct fold *fold, struct uuid node_id)
{
    move_timers(fold, LINK_NODE_SCHEDULE, node_id);
}

void schedule_move_timers_of_workspace(struct fold *fold, struct uuid workspace_id)
{
    move_timers(fold, LINK_WORKSPACE_SCHEDULE, workspace_id);
}

void schedule_release_held(struct fold *fold, struct uuid workspace_id)
{
    struct uuid schedule_id = UUID_NONE;
    struct schedule schedule;

    while (model_next_link(
        fold->model, LINK_WORKSPACE_SCHEDULE, workspace_id, schedule_id, &schedule_id, NULL)) {
        struct timer before;
        if (!load(fold, schedule_id, &schedule) || !timestamp_is_present(schedule.held_until))
            continue;
        before = timer_of(&schedule);
        schedule.held_until = (struct timestamp){0};
        store(fold, &schedule, before);
    }
}
