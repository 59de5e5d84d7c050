/*
 * Workspaces, and the one-row table that knows which of them is the default.
 *
 *   workspace_created, workspace_changed: default ──► default_workspace ──► the old default loses the mark
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "projections/workspace/workspaces.h"

#include "eventlog/events/workspace_events.h"
#include "eventlog/seal.h"
#include "migrations/workspace/workspaces.h"

/* The key of the only row, as good as any. */
static const struct uuid the_default = {{0, 0, 0, 0, 0, 0, 0x80, 0, 0x80, 0, 0, 0, 0, 0, 0, 1}};

static void move_mark(struct rows *rows, struct uuid to)
{
    const struct default_workspace_row *mark =
        rows_get(rows, &default_workspace_table, the_default);
    const struct workspace_row *old =
        mark == NULL ? NULL : rows_get(rows, &workspaces_table, mark->workspace_id);
    const struct default_workspace_row moved = {the_default, to};

    if (old != NULL) {
        struct workspace_row row = *old;
        row.is_default = OPT_FALSE;
        rows_put(rows, &workspaces_table, &row);
    }
    rows_put(rows, &default_workspace_table, &moved);
}

static void want_default(struct rows *rows, const struct record *record)
{
    const struct workspace_created *event = record->event;

    if (opt_bool_is_true(event->is_default))
        rows_prefetch(rows, &default_workspace_table, the_default);
}

/* It stays sealed: whoever reads the database speaks for no bot. An empty one clears. */
static void
take_bot_token(struct workspace_row *row, const struct record *record, const struct personal *token)
{
    if (!bytes_are_present(token->box))
        return;
    row->bot_token_box = (struct bytes){NULL, 0};
    row->bot_token_event_id = UUID_NONE;
    if (keyring_box_is_empty(token->box))
        return;
    row->bot_token_box = token->box;
    row->bot_token_event_id = record->entry.event_id;
}

static void apply_created(struct rows *rows, const struct record *record)
{
    const struct workspace_created *event = record->event;
    struct workspace_row row = {
        .id = event->workspace_id,
        .name = event->name,
        .slug = event->slug,
        .default_timezone = event->default_timezone,
        .created_by_user_id = event->created_by_user_id,
        .is_archived = event->is_archived,
        .is_default = event->is_default,
        .automation_email_enabled = event->automation_email_enabled,
        .automation_telegram_enabled = event->automation_telegram_enabled,
        .automation_telegram_chat_id = event->automation_telegram_chat_id,
        .automation_email_levels = event->automation_email_levels,
        .automation_telegram_levels = event->automation_telegram_levels,
        .second_factor_required = OPT_FALSE,
        .created_at = record->entry.recorded_at,
        .updated_at = record->entry.recorded_at,
        .revision = record->entry.revision,
    };

    take_bot_token(&row, record, &event->automation_telegram_bot_token);
    if (opt_bool_is_true(event->is_default))
        move_mark(rows, event->workspace_id);
    rows_put(rows, &workspaces_table, &row);
}

static void want_changed(struct rows *rows, const struct record *record)
{
    const struct workspace_changed *event = record->event;

    rows_prefetch(rows, &workspaces_table, record->entry.stream);
    if (opt_bool_is_true(event->is_default))
        rows_prefetch(rows, &default_workspace_table, the_default);
}

static void take_text(struct text *kept, struct text given)
{
    if (text_is_present(given))
        *kept = given;
}

/* An empty text clears. */
static void take_or_clear(struct text *kept, struct text given)
{
    if (text_is_present(given))
        *kept = given.size > 0 ? given : (struct text){0};
}

static void take_flag(struct opt_bool *kept, struct opt_bool given)
{
    if (given.is != 0)
        *kept = given;
}

static void take_list(struct list *kept, struct list given)
{
    if (given.items != NULL)
        *kept = given;
}

static void apply_changed(struct rows *rows, const struct record *record)
{
    const struct workspace_changed *event = record->event;
    const struct workspace_row *old = rows_get(rows, &workspaces_table, event->workspace_id);
    struct workspace_row row;

    if (old == NULL)
        return;
    row = *old;
    take_text(&row.name, event->name);
    take_text(&row.slug, event->slug);
    take_text(&row.default_timezone, event->default_timezone);
    take_flag(&row.is_archived, event->is_archived);
    take_flag(&row.is_default, event->is_default);
    take_flag(&row.automation_email_enabled, event->automation_email_enabled);
    take_flag(&row.automation_telegram_enabled, event->automation_telegram_enabled);
    take_bot_token(&row, record, &event->automation_telegram_bot_token);
    take_or_clear(&row.automation_telegram_chat_id, event->automation_telegram_chat_id);
    take_list(&row.automation_email_levels, event->automation_email_levels);
    take_list(&row.automation_telegram_levels, event->automation_telegram_levels);
    take_flag(&row.second_factor_required, event->second_factor_required);
    row.updated_at = record->entry.recorded_at;
    row.revision = record->entry.revision;
    if (opt_bool_is_true(event->is_default))
        move_mark(rows, event->workspace_id);
    rows_put(rows, &workspaces_table, &row);
}

static void want_of_stream(struct rows *rows, const struct record *record)
{
    rows_prefetch(rows, &workspaces_table, record->entry.stream);
}

/* What windows there are the write side tells. */
static void apply_windows_changed(struct rows *rows, const struct record *record)
{
    const struct workspace_row *old = rows_get(rows, &workspaces_table, record->entry.stream);
    struct workspace_row row;

    if (old == NULL)
        return;
    row = *old;
    row.updated_at = record->entry.recorded_at;
    row.revision = record->entry.revision;
    rows_put(rows, &workspaces_table, &row);
}

static void apply_deleted(struct rows *rows, const struct record *record)
{
    const struct workspace_deleted *event = record->event;

    rows_delete(rows, &workspaces_table, event->workspace_id);
}

static const struct handler handlers[] = {
    {&workspace_created_event, .want = want_default, .apply = apply_created},
    {&workspace_changed_event, .want = want_changed, .apply = apply_changed},
    {&workspace_windows_changed_event, .want = want_of_stream, .apply = apply_windows_changed},
    {&workspace_deleted_event, .want = want_of_stream, .apply = apply_deleted},
    {.event = NULL},
};

static const struct table *const tables[] = {&workspaces_table, &default_workspace_table, NULL};

/* They may take the mark from another workspace. */
static const struct event_type *const reaching[] = {
    &workspace_created_event, &workspace_changed_event, NULL};

const struct projector workspaces_projector = {
    .name = "workspaces",
    .version = 7,
    .tables = tables,
    .handlers = handlers,
    .reaching = reaching,
};
