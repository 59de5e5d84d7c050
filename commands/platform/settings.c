/*
 * Folding settings that people change while the server runs, and restarts that they ask for. What is folded is read at
 * the next start; the environment goes before it.
 *
 *   settings_changed ──► each by its name: value, or none yet ◄── setting_sealed: the sealed value of a secret
 *   leader_promoted  ──► those that say where the former leader's home had its things are dropped
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/platform/platform.h"
#include "commands/platform/platform_commands.h"
#include "eventlog/events/platform_events.h"

static const struct field recorded_setting_fields[] = {
    {TEXT(recorded_setting, name), .tag = 1, .flags = REQUIRED,
     .doc = "Name of the setting in the environment."},
    {TEXT(recorded_setting, value), .tag = 2, .doc = "Its value; absent of a secret."},
    {UUID(recorded_setting, event_id), .tag = 3, .doc = "Event that the value was sealed in."},
    {BYTES(recorded_setting, box), .tag = 4, .flags = SECRET, .doc = "The value, sealed."},
    {BOOL(recorded_setting, is_of_home), .tag = 5,
     .doc = "Whether it says where this home has its things."},
};
static const struct shape recorded_setting_shape =
    SHAPE(recorded_setting, "A setting as people have changed it.");

static const struct field recorded_settings_fields[] = {
    {OBJECTS(recorded_settings, values, recorded_setting), .tag = 1,
     .doc = "Settings that were changed."},
};
const struct shape recorded_settings_shape =
    SHAPE(recorded_settings, "Settings as people have changed them.");
const struct aggregate settings_aggregate = {STATE_SETTINGS, "settings", &recorded_settings_shape};

static const struct field restart_state_fields[] = {
    {UUID(restart_state, boot), .tag = 1, .flags = REQUIRED,
     .doc = "Run of the server that it was asked of."},
    {TIMESTAMP(restart_state, requested_at), .tag = 2, .flags = REQUIRED,
     .doc = "Time it was asked for."},
};
static const struct shape restart_state_shape =
    SHAPE(restart_state, "The restart that was asked for last.");
const struct aggregate restart_aggregate = {STATE_RESTART, "restart", &restart_state_shape};

/* What is there, with room for more. */
struct folding {
    struct recorded_setting *values;
    size_t count;
};

static struct folding begin(struct fold *fold, size_t room)
{
    struct recorded_settings state = {.values = {NULL, 0}};
    const struct recorded_setting *all;
    struct folding folding;

    (void)model_load(fold->model, &settings_aggregate, UUID_NONE, fold->arena, &state);
    all = state.values.items;
    folding = (struct folding){
        .values = arena_array(fold->arena, state.values.count + room, sizeof(*folding.values))};
    for (size_t i = 0; i < state.values.count; i++)
        folding.values[folding.count++] = all[i];
    return folding;
}

static void end(struct fold *fold, const struct folding *folding)
{
    const struct recorded_settings state = {.values = {folding->values, folding->count}};

    model_store(fold->model, &settings_aggregate, UUID_NONE, &state);
}

static void drop(struct folding *folding, struct text name)
{
    size_t kept = 0;

    for (size_t i = 0; i < folding->count; i++) {
        if (!text_equal(folding->values[i].name, name))
            folding->values[kept++] = folding->values[i];
    }
    folding->count = kept;
}

static void fold_changes(struct fold *fold, const struct settings_changed *changed)
{
    const struct setting_change *changes = changed->changes.items;
    struct folding folding = begin(fold, changed->changes.count);

    for (size_t i = 0; i < changed->changes.count; i++) {
        drop(&folding, changes[i].name);
        if (opt_bool_is_true(changes[i].is_unset))
            continue;
        folding.values[folding.count++] = (struct recorded_setting){
            .name = changes[i].name,
            .value = changes[i].value,
            .is_of_home = changes[i].is_of_home,
        };
    }
    end(fold, &folding);
}

static void fold_sealed(struct fold *fold, const struct record *record)
{
    const struct setting_sealed *sealed = record->event;
    struct folding folding = begin(fold, 0);

    for (size_t i = 0; i < folding.count; i++) {
        if (!text_equal(folding.values[i].name, sealed->name))
            continue;
        folding.values[i].event_id = record->entry.event_id;
        folding.values[i].box = sealed->value.box;
    }
    end(fold, &folding);
}

static void drop_those_of_home(struct fold *fold)
{
    struct folding folding = begin(fold, 0);
    size_t kept = 0;

    for (size_t i = 0; i < folding.count; i++) {
        if (!opt_bool_is_true(folding.values[i].is_of_home))
            folding.values[kept++] = folding.values[i];
    }
    folding.count = kept;
    end(fold, &folding);
}

void settings_evolve(struct fold *fold, const struct record *record)
{
    if (record->type == &settings_changed_event)
        fold_changes(fold, record->event);
    else if (record->type == &setting_sealed_event)
        fold_sealed(fold, record);
    else if (record->type == &leader_promoted_event)
        drop_those_of_home(fold);
    else if (record->type == &restart_requested_event)
        model_store(
            fold->model, &restart_aggregate, UUID_NONE,
            &(const struct restart_state){
                .boot = ((const struct restart_requested *)record->event)->boot,
                .requested_at = record->entry.recorded_at});
}

/* Question of whoever shows them, or is about to change them. */

static const struct field query_settings_fields[] = {
    {BOOL(query_settings, any), .tag = 1, .doc = "Nothing is asked of it."},
};
static const struct shape query_settings_shape =
    SHAPE(query_settings, "Settings that people have changed.");

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    (void)input;
    (void)model_load(decision->model, &settings_aggregate, UUID_NONE, arena, answer);
}

const struct command query_settings_command = {
    .name = "query_settings",
    .doc = "Asks for the settings that people have changed.",
    .input = &query_settings_shape,
    .answer = &recorded_settings_shape,
    .answer_from = answer_from,
    .is_question = true,
};
