/*
 * Change settings of a workspace, archive or restore it, make it the default. Whatever is not given
 * stays.
 *
 *   api ──change_workspace──► [here] ──workspace_changed, schedule_retimed*──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity_lookup.h"
#include "commands/schedule/schedule_lookup.h"
#include "commands/workspace/slug.h"
#include "commands/workspace/workspace.h"
#include "commands/workspace/workspace_commands.h"
#include "commands/workspace/workspace_lookup.h"
#include "eventlog/events/workspace_events.h"

/* Places in the table, for what was given. */
enum { ARCHIVED_FIELD = 4, BOT_TOKEN_FIELD = 8, CHAT_ID_FIELD = 9 };

static const struct field change_workspace_fields[] = {
    {UUID(change_workspace, workspace_id), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the workspace."},
    {TEXT(change_workspace, name), .tag = 2, .flags = ONE_LINE | TRIM, .min = 2, .max = 160,
     .doc = "Name of the workspace."},
    {TEXT(change_workspace, slug), .tag = 3, .max = 80, .accepts = slug_is_valid, .rule = SLUG_RULE,
     .doc = "Slug: the unique short name in addresses."},
    {TEXT(change_workspace, default_timezone), .tag = 4, .flags = ONE_LINE | TRIM, .min = 1,
     .max = 80, .doc = "IANA time zone of its schedules."},
    {BOOL(change_workspace, is_archived), .tag = 5,
     .doc = "Whether the workspace is to be archived, and so read-only."},
    {BOOL(change_workspace, is_default), .tag = 6,
     .doc = "Whether it becomes the default workspace; platform admins only."},
    {BOOL(change_workspace, automation_email_enabled), .tag = 7,
     .doc = "Whether events are mailed."},
    {BOOL(change_workspace, automation_telegram_enabled), .tag = 8,
     .doc = "Whether events are sent to Telegram."},
    {TEXT(change_workspace, automation_telegram_bot_token), .tag = 9, .flags = SECRET | MAY_BE_NULL,
     .max = 255, .doc = "Token of the Telegram bot; null removes it."},
    {TEXT(change_workspace, automation_telegram_chat_id), .tag = 10,
     .flags = ONE_LINE | MAY_BE_NULL, .max = 255,
     .doc = "Telegram chat that the bot writes to; null removes it."},
    {ENUMS(change_workspace, automation_email_levels, severity_names), .tag = 11, .max = 16,
     .doc = "Severities of the events that are mailed."},
    {ENUMS(change_workspace, automation_telegram_levels, severity_names), .tag = 12, .max = 16,
     .doc = "Severities of the events that are sent to Telegram."},
    {INT64(change_workspace, given), .tag = 13, .doc = "Fields that were given, as bits."},
    {BOOL(change_workspace, timezone_is_unknown), .tag = 14, .flags = SERVER_SET,
     .doc = "Whether the time zone is unknown."},
    {BOOL(change_workspace, by_platform_admin), .tag = 15, .flags = SERVER_SET,
     .doc = "Whether the caller is a platform admin."},
    {BOOL(change_workspace, second_factor_required), .tag = 16,
     .doc = "Whether whoever is to see the workspace needs a second factor, at once; for that the "
            "caller needs one."},
};
static const struct shape change_workspace_shape =
    SHAPE_WITH(change_workspace, "Changes of a workspace.", .given_tag = 13);

static bool is_given(const struct change_workspace *order, int field)
{
    return (order->given >> field & 1) != 0;
}

static bool is_restoring_only(const struct change_workspace *order)
{
    return order->given == (int64_t)1 << ARCHIVED_FIELD && order->is_archived.is != 0 &&
           !opt_bool_is_true(order->is_archived);
}

static enum status check_default(
    const struct decision *decision, const struct change_workspace *order, struct error *error)
{
    bool is_default = uuid_equal(workspace_default(decision), order->workspace_id);

    if (order->is_default.is != 0 && !opt_bool_is_true(order->by_platform_admin))
        return decision_refuse(error, &refused_default_by_admin);
    if (is_default && order->is_default.is != 0 && !opt_bool_is_true(order->is_default))
        return decision_refuse(error, &refused_default_unset);
    if (is_default && opt_bool_is_true(order->is_archived))
        return decision_refuse(error, &refused_default_archived);
    if (opt_bool_is_true(order->is_default) && opt_bool_is_true(order->is_archived))
        return decision_refuse(error, &refused_archived_default);
    return STATUS_OK;
}

static enum status
check(const struct decision *decision, const struct change_workspace *order, struct error *error)
{
    struct workspace workspace;
    struct uuid holder;
    enum status status;

    if (!workspace_load(decision, order->workspace_id, &workspace))
        return decision_refuse(
            error, &refused_workspace_missing, decision_show(decision, order->workspace_id));
    if (opt_bool_is_true(workspace.is_archived) && !is_restoring_only(order))
        return decision_refuse(error, &refused_settings_archived);
    status = check_default(decision, order, error);
    if (status != STATUS_OK)
        return status;
    if (text_is_present(order->slug) &&
        model_holder(decision->model, CLAIM_SLUG, bytes_of_text(order->slug), &holder) &&
        !uuid_equal(holder, order->workspace_id))
        return decision_refuse(error, &refused_slug_taken);
    if (opt_bool_is_true(order->timezone_is_unknown))
        return decision_refuse(
            error, &refused_timezone_unknown, text_c(decision->arena, order->default_timezone));
    if (opt_bool_is_true(order->second_factor_required))
        return user_must_have_factor(decision, error);
    return STATUS_OK;
}

/* Cleared where null was given: an empty text says so on the ledger. */
static struct text
text_or_cleared(const struct change_workspace *order, int field, struct text value)
{
    if (is_given(order, field) && !text_is_present(value))
        return text_lit("");
    return value;
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct change_workspace *order = input;
    struct workspace_changed changed = {
        .workspace_id = order->workspace_id,
        .name = order->name,
        .slug = order->slug,
        .default_timezone = order->default_timezone,
        .is_archived = order->is_archived,
        .automation_email_enabled = order->automation_email_enabled,
        .automation_telegram_enabled = order->automation_telegram_enabled,
        .automation_telegram_bot_token.text =
            text_or_cleared(order, BOT_TOKEN_FIELD, order->automation_telegram_bot_token),
        .automation_telegram_chat_id =
            text_or_cleared(order, CHAT_ID_FIELD, order->automation_telegram_chat_id),
        .automation_email_levels = order->automation_email_levels,
        .automation_telegram_levels = order->automation_telegram_levels,
        .second_factor_required = order->second_factor_required,
    };
    enum status status = check(decision, order, error);

    if (status != STATUS_OK)
        return status;
    if (opt_bool_is_true(order->is_default))
        changed.is_default = OPT_TRUE;
    decision_emit(
        decision, &workspace_changed_event, order->workspace_id, order->workspace_id, &changed);
    if (text_is_present(order->default_timezone))
        schedule_emit_retimed(decision, order->workspace_id, order->default_timezone);
    return STATUS_OK;
}

const struct command change_workspace_command = {
    .name = "change_workspace",
    .doc = "Changes settings of a workspace.",
    .input = &change_workspace_shape,
    .decide = decide,
};
