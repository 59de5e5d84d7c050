/*
 * Showing settings, and finding what is to be changed.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/setup/settings_view.h"

#include "api/settings_record.h"
#include "api/settings_safety.h"
#include "core/base/must.h"

#include <string.h>

enum { MOST_ROWS = 100 };

static const struct field settings_view_fields[] = {
    {TEXT(settings_view, source), .flags = REQUIRED,
     .doc =
         "Where settings come from: install_state where people have changed some, else process_env."},
    {BOOL(settings_view, editable), .flags = REQUIRED,
     .doc = "Whether they can be changed; always true."},
    {BOOL(settings_view, restart_required), .flags = REQUIRED,
     .doc = "Whether the running server has others, until it is restarted."},
    {TEXT(settings_view, message), .flags = REQUIRED, .doc = "The same in words."},
    {LIST_OF(settings_view, held, KIND_TEXT), .flags = OMIT_ABSENT,
     .doc = "Fields that flags or the environment of the server set, so that they cannot be "
            "changed here."},
};
const struct shape settings_view_shape = SHAPE_WITH(
    settings_view, "Settings of the server that people may change.", .base = &shown_settings_shape);

static const char *holder_of(const struct call *call, const struct settings_row *row)
{
    size_t index = settings_row_index(row);
    const char *const *held = call->services->given->held;

    return held == NULL || index == settings_config.count ? NULL : held[index];
}

static const struct field *setting_of(const struct settings_row *row)
{
    size_t index = settings_row_index(row);

    return index == settings_config.count ? NULL : config_field(&settings_config, index);
}

/* The same of a row that has one. */
static const struct field *own_setting_of(const struct settings_row *row)
{
    const struct field *setting = setting_of(row);

    must(setting != NULL);
    return setting;
}

struct text settings_row_path(const struct settings_row *row, struct arena *arena)
{
    char name[64];

    field_json_name(settings_row_field(row), name);
    return text_format(arena, "%s.%s", row->group, name);
}

/* Those of the next start. */

/* What flags and environment hold stays as it is; so does what nobody changes here. */
static void keep_held(const struct call *call, struct settings *next)
{
    const struct settings *running = call->services->settings;

    for (const struct settings_row *row = settings_rows; row->group != NULL; row++) {
        const struct field *field = setting_of(row);
        if (field != NULL && holder_of(call, row) != NULL)
            memcpy(field_in(field, next), field_at(field, running), field->size);
    }
    next->node_env = running->node_env;
    next->secrets_encryption_key = running->secrets_encryption_key;
    next->admin_password = running->admin_password;
}

enum status settings_next(
    struct call *call,
    const struct recorded_settings *recorded,
    const struct settings **out,
    struct error *error)
{
    const struct settings *running = call->services->settings;
    struct settings *next = arena_one(call->arena, struct settings);
    struct config_given given = {.arg_count = 0};
    enum status status = settings_record_open(
        recorded, call->services->keyring, call->services->following != NULL, call->arena, &given,
        error);

    if (status != STATUS_OK)
        return status;
    if (config_read_kept(&settings_config, &given, call->arena, next, NULL) != STATUS_OK)
        *next = *running; /* so the start leaves the record aside */
    keep_held(call, next);
    *out = next;
    return STATUS_OK;
}

/* Showing. */

static struct text mask_of(const struct settings_row *row, struct text secret)
{
    return row->is_made || secret.size > 0 ? text_lit(SETTINGS_MASK) : text_lit("");
}

static void show_row(const struct settings_row *row, const struct settings *next, void *group)
{
    const struct field *shown = settings_row_field(row);
    const struct field *setting = setting_of(row);
    struct text *text = field_in(shown, group);

    if (setting == NULL && shown->kind == KIND_TEXT)
        *text = text_from(row->text);
    else if (setting == NULL) /* numbers, and yes or no, are of one size */
        memcpy(field_in(shown, group), &row->number, sizeof(row->number));
    else
        memcpy(field_in(shown, group), field_at(setting, next), shown->size);
    if (setting != NULL && (setting->flags & SECRET) != 0)
        *text = mask_of(row, *text);
    else if (shown->kind == KIND_TEXT && !text_is_present(*text))
        *text = text_lit("");
}

static void show_groups(struct call *call, const struct settings *next, struct settings_view *out)
{
    for (size_t i = 0; i < platform_settings_shape.count; i++) {
        const struct field *field = &platform_settings_shape.fields[i];
        void *group = arena_take(call->arena, field->shape->size);
        for (const struct settings_row *row = settings_rows; row->group != NULL; row++) {
            if (strcmp(row->group, field->name) == 0)
                show_row(row, next, group);
        }
        memcpy(field_in(field, &out->is), &group, sizeof(group));
    }
}

static bool is_pending(const struct call *call, const struct settings *next)
{
    for (const struct settings_row *row = settings_rows; row->group != NULL; row++) {
        const struct field *field = setting_of(row);
        if (field != NULL && !field_equal(field, next, call->services->settings))
            return true;
    }
    return false;
}

static struct list list_held(struct call *call)
{
    struct text *paths = arena_array(call->arena, MOST_ROWS, sizeof(*paths));
    size_t count = 0;

    for (const struct settings_row *row = settings_rows; row->group != NULL; row++) {
        if (holder_of(call, row) != NULL)
            paths[count++] = settings_row_path(row, call->arena);
    }
    return count == 0 ? (struct list){NULL, 0} : (struct list){paths, count};
}

void settings_show(
    struct call *call,
    const struct recorded_settings *recorded,
    const struct settings *next,
    struct settings_view *out)
{
    bool is_waiting = is_pending(call, next);

    show_groups(call, next, out);
    out->source = recorded->values.count > 0 ? text_lit("install_state") : text_lit("process_env");
    out->editable = OPT_TRUE;
    out->restart_required = opt_bool_of(is_waiting);
    out->held = list_held(call);
    out->message = is_waiting ? text_lit("Saved settings are waiting for an API restart.")
                   : out->held.count > 0
                       ? text_lit("These settings are active. The environment of the server sets "
                                  "some, which cannot be changed here.")
                       : text_lit("These settings are active.");
}

/* Changing. */

/* The settings on record as they would be, to be checked like those of the environment. */
struct candidate {
    struct kept_setting kept[MOST_ROWS];
    size_t count;
};

static void put(struct candidate *candidate, const struct wanted_setting *wanted)
{
    size_t left = 0;

    for (size_t i = 0; i < candidate->count; i++) {
        if (!text_equal(candidate->kept[i].name, wanted->name))
            candidate->kept[left++] = candidate->kept[i];
    }
    candidate->count = left;
    if (text_is_present(wanted->value) && left < MOST_ROWS)
        candidate->kept[candidate->count++] = (struct kept_setting){wanted->name, wanted->value};
}

static enum status refuse_together(struct call *call, const struct error *why, struct error *error)
{
    enum status status = error_set_code(error, STATUS_INVALID, "setting_invalid", "%s", why->text);

    for (const struct settings_row *row = settings_rows; row->group != NULL; row++) {
        size_t index = settings_row_index(row);
        if (index == settings_config.count ||
            strcmp(settings_config.settings[index].environment, why->field) != 0)
            continue;
        error_field(error, settings_row_path(row, call->arena).data);
        error_context(error, "%s", settings_row_path(row, call->arena).data);
    }
    return status;
}

static enum status check_together(
    struct call *call,
    const struct recorded_settings *recorded,
    const struct list *wanted,
    struct error *error)
{
    struct candidate *candidate = arena_one(call->arena, struct candidate);
    struct settings *tried = arena_one(call->arena, struct settings);
    const struct wanted_setting *all = wanted->items;
    struct config_given given = {.arg_count = 0};
    struct error why = {0};
    enum status status =
        settings_record_open(recorded, call->services->keyring, false, call->arena, &given, error);

    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < given.kept_count && i < MOST_ROWS; i++)
        candidate->kept[candidate->count++] = given.kept[i];
    for (size_t i = 0; i < wanted->count; i++)
        put(candidate, &all[i]);
    given.kept = candidate->kept;
    given.kept_count = candidate->count;
    if (config_read_kept(&settings_config, &given, call->arena, tried, &why) != STATUS_OK)
        return refuse_together(call, &why, error);
    keep_held(call, tried);
    return settings_check_safe(tried, error);
}

static enum status refuse_held(
    struct call *call, const struct settings_row *row, const char *holder, struct error *error)
{
    const char *path = settings_row_path(row, call->arena).data;
    enum status status = error_set_code(
        error, STATUS_CONFLICT, "setting_held",
        "%s is set by %s where the server is started, and is changed there: in flags or "
        "environment.",
        path, holder);

    error_field(error, path);
    return status;
}

static struct wanted_setting
want(struct call *call, const struct settings_row *row, const struct field *sent, const void *group)
{
    struct text value = settings_text(sent, group, call->arena);

    return (struct wanted_setting){
        .name = text_from(settings_config.settings[settings_row_index(row)].environment),
        .value = value.size > 0 ? value : (struct text){NULL, 0},
        .is_secret = opt_bool_of((own_setting_of(row)->flags & SECRET) != 0),
        .is_of_home = opt_bool_of(row->is_of_home),
    };
}

static const void *
group_of(const struct settings_row *row, const struct platform_settings *settings)
{
    return *(const void *const *)field_at(settings_group_field(row), settings);
}

/* A mask that is sent back means what is there, if anything is. */
static bool is_as_shown(
    const struct settings_row *row, const struct platform_settings *shown, const void *group)
{
    const struct field *field = settings_row_field(row);

    if ((own_setting_of(row)->flags & SECRET) != 0 &&
        text_is(*(const struct text *)field_at(field, group), SETTINGS_MASK))
        return true;
    return field_equal(field, group_of(row, shown), group);
}

static bool is_as_running(
    const struct call *call, const struct settings_row *row, const struct wanted_setting *wanted)
{
    struct text now = settings_text(own_setting_of(row), call->services->settings, call->arena);

    return text_equal(wanted->value, now);
}

enum status settings_want(
    struct call *call,
    const struct recorded_settings *recorded,
    const struct settings_view *shown,
    const struct platform_settings *sent,
    struct list *out,
    struct error *error)
{
    struct wanted_setting *wanted = arena_array(call->arena, MOST_ROWS, sizeof(*wanted));
    size_t count = 0;

    for (const struct settings_row *row = settings_rows; row->group != NULL; row++) {
        const void *group = group_of(row, sent);
        struct wanted_setting one;
        if (row->setting == NULL || group == NULL ||
            (shown != NULL && is_as_shown(row, &shown->is, group)))
            continue;
        one = want(call, row, settings_row_field(row), group);
        if (shown == NULL && (!text_is_present(one.value) || is_as_running(call, row, &one)))
            continue;
        if (holder_of(call, row) != NULL)
            return refuse_held(call, row, holder_of(call, row), error);
        wanted[count++] = one;
    }
    *out = (struct list){wanted, count};
    return check_together(call, recorded, out, error);
}
