/*
 * Settings are other ones from the next start on. Whoever orders it has checked the values, as those of the environment
 * are checked.
 *
 *   api ──change_settings──► [here] ──settings_changed, setting_sealed for each secret──► the next start
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/platform/platform.h"
#include "commands/platform/platform_commands.h"
#include "eventlog/events/platform_events.h"

static const struct field wanted_setting_fields[] = {
    {TEXT(wanted_setting, name), .tag = 1, .flags = REQUIRED, .min = 1, .max = SETTING_LONGEST_NAME,
     .doc = "Name of the setting in the environment."},
    {TEXT(wanted_setting, value), .tag = 2, .flags = SECRET, .max = SETTING_LONGEST_VALUE,
     .doc = "Its value; absent: it is unset."},
    {BOOL(wanted_setting, is_secret), .tag = 3, .doc = "Whether its value is a secret."},
    {BOOL(wanted_setting, is_of_home), .tag = 4,
     .doc = "Whether it says where this home has its things."},
};
const struct shape wanted_setting_shape = SHAPE(wanted_setting, "A setting as is wanted.");

static const struct field change_settings_fields[] = {
    {OBJECTS(change_settings, wanted, wanted_setting), .tag = 1, .flags = REQUIRED, .max = 100,
     .doc = "Settings to change."},
};
static const struct shape change_settings_shape =
    SHAPE(change_settings, "Settings from the next start on.");

static const struct recorded_setting *find(const struct recorded_settings *state, struct text name)
{
    const struct recorded_setting *all = state->values.items;

    for (size_t i = 0; i < state->values.count; i++) {
        if (text_equal(all[i].name, name))
            return &all[i];
    }
    return NULL;
}

/* That somebody gives a secret again that is set already cannot be told from another one: it is sealed. */
static bool is_so_already(const struct wanted_setting *wanted, const struct recorded_setting *now)
{
    if (!text_is_present(wanted->value) || now == NULL)
        return !text_is_present(wanted->value) && now == NULL;
    return text_is_present(now->value) && text_equal(now->value, wanted->value);
}

static struct setting_change
change_to(const struct wanted_setting *wanted, const struct recorded_setting *now)
{
    bool was_secret = now != NULL && bytes_are_present(now->box);
    bool is_secret = opt_bool_is_true(wanted->is_secret) || was_secret;

    return (struct setting_change){
        .name = wanted->name,
        .value = is_secret ? (struct text){NULL, 0} : wanted->value,
        .former = is_secret || now == NULL ? (struct text){NULL, 0} : now->value,
        .is_secret = opt_bool_of(is_secret),
        .is_unset = opt_bool_of(!text_is_present(wanted->value)),
        .is_of_home = opt_bool_of(opt_bool_is_true(wanted->is_of_home)),
    };
}

static void emit_sealed(struct decision *decision, const struct wanted_setting *wanted)
{
    const struct setting_sealed sealed = {
        .installation_id = installation_id(decision),
        .name = wanted->name,
        .value.text = wanted->value,
    };

    decision_emit(decision, &setting_sealed_event, sealed.installation_id, UUID_NONE, &sealed);
}

void settings_emit(struct decision *decision, const struct list *wanted)
{
    const struct wanted_setting *all = wanted->items;
    struct recorded_settings state = {.values = {NULL, 0}};
    struct setting_change *changes =
        arena_array(decision->arena, wanted->count + 1, sizeof(*changes));
    size_t count = 0;

    (void)model_load(decision->model, &settings_aggregate, UUID_NONE, decision->arena, &state);
    for (size_t i = 0; i < wanted->count; i++) {
        const struct recorded_setting *now = find(&state, all[i].name);
        if (!is_so_already(&all[i], now))
            changes[count++] = change_to(&all[i], now);
    }
    if (count == 0)
        return;
    decision_emit(
        decision, &settings_changed_event, installation_id(decision), UUID_NONE,
        &(struct settings_changed){.changes = {changes, count}});
    for (size_t i = 0; i < wanted->count; i++) {
        if (opt_bool_is_true(all[i].is_secret) && text_is_present(all[i].value))
            emit_sealed(decision, &all[i]);
    }
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct change_settings *order = input;

    if (!uuid_is_present(installation_id(decision)))
        return decision_refuse(error, &refused_ledger_not_begun);
    settings_emit(decision, &order->wanted);
    return STATUS_OK;
}

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    (void)input;
    (void)model_load(decision->model, &settings_aggregate, UUID_NONE, arena, answer);
}

const struct command change_settings_command = {
    .name = "change_settings",
    .doc = "Changes settings of the server from its next start on.",
    .input = &change_settings_shape,
    .decide = decide,
    .answer = &recorded_settings_shape,
    .answer_from = answer_from,
};
