/*
 * Create a workspace, or, on a first start, the first one for its owner.
 *
 *   api ──create_workspace──► [here] ──workspace_created, member_added (owner)──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/workspace/slug.h"
#include "commands/workspace/workspace.h"
#include "commands/workspace/workspace_commands.h"
#include "commands/workspace/workspace_lookup.h"
#include "eventlog/events/workspace_events.h"

static const struct field create_workspace_fields[] = {
    {TEXT(create_workspace, name), .tag = 1, .flags = ONE_LINE | REQUIRED | TRIM, .min = 2,
     .max = 160, .doc = "Name of the workspace."},
    {TEXT(create_workspace, slug), .tag = 2, .flags = REQUIRED, .max = 80, .accepts = slug_is_valid,
     .rule = SLUG_RULE, .doc = "Slug: the unique short name in addresses."},
    {TEXT(create_workspace, default_timezone), .tag = 3, .flags = ONE_LINE | TRIM | HAS_FALLBACK,
     .min = 1, .max = 80, .fallback_text = "UTC", .doc = "IANA time zone of its schedules."},
    {BOOL(create_workspace, is_archived), .tag = 4, .flags = HAS_FALLBACK, .fallback = 2,
     .doc = "Whether it is archived, and so read-only, from the start."},
    {BOOL(create_workspace, is_default), .tag = 5, .flags = HAS_FALLBACK, .fallback = 2,
     .doc = "Whether it becomes the default workspace."},
    {BOOL(create_workspace, automation_email_enabled), .tag = 6, .flags = HAS_FALLBACK,
     .fallback = 2, .doc = "Whether events are mailed."},
    {BOOL(create_workspace, automation_telegram_enabled), .tag = 7, .flags = HAS_FALLBACK,
     .fallback = 2, .doc = "Whether events are sent to Telegram."},
    {TEXT(create_workspace, automation_telegram_bot_token), .tag = 8, .flags = SECRET, .max = 255,
     .doc = "Token of the Telegram bot."},
    {TEXT(create_workspace, automation_telegram_chat_id), .tag = 9, .flags = ONE_LINE, .max = 255,
     .doc = "Telegram chat that the bot writes to."},
    {ENUMS(create_workspace, automation_email_levels, severity_names), .tag = 10, .max = 16,
     .doc = "Severities of the events that are mailed; critical ones when absent."},
    {ENUMS(create_workspace, automation_telegram_levels, severity_names), .tag = 11, .max = 16,
     .doc = "Severities of the events that are sent to Telegram; critical ones when absent."},
    {BOOL(create_workspace, timezone_is_unknown), .tag = 12, .flags = SERVER_SET,
     .doc = "Whether the time zone is unknown."},
};
static const struct shape create_workspace_shape = SHAPE(create_workspace, "Workspace to create.");

static struct list levels_or_critical(struct list levels)
{
    static const struct enum_value critical[] = {{SEVERITY_CRITICAL}};

    return levels.items != NULL ? levels : (struct list){critical, COUNT_OF(critical)};
}

static enum status
check(const struct decision *decision, const struct create_workspace *order, struct error *error)
{
    struct uuid holder;

    if (opt_bool_is_true(order->timezone_is_unknown))
        return decision_refuse(
            error, &refused_timezone_unknown, text_c(decision->arena, order->default_timezone));
    if (model_holder(decision->model, CLAIM_SLUG, bytes_of_text(order->slug), &holder))
        return decision_refuse(error, &refused_slug_taken);
    if (opt_bool_is_true(order->is_default) && opt_bool_is_true(order->is_archived))
        return decision_refuse(error, &refused_archived_default);
    return STATUS_OK;
}

static void emit_owner(struct decision *decision, struct uuid workspace_id, struct uuid user_id)
{
    struct member_added added = {
        .membership_id = decision_id(decision),
        .workspace_id = workspace_id,
        .user_id = user_id,
        .role = {MEMBER_OWNER},
        .is_consequence = OPT_TRUE,
    };

    decision_emit(decision, &member_added_event, added.membership_id, workspace_id, &added);
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct create_workspace *order = input;
    bool is_archived = opt_bool_is_true(order->is_archived);
    bool is_default = opt_bool_is_true(order->is_default) ||
                      (!is_archived && !uuid_is_present(workspace_default(decision)));
    struct workspace_created created = {
        .name = order->name,
        .slug = order->slug,
        .default_timezone = order->default_timezone,
        .is_default = opt_bool_of(is_default),
        .is_archived = opt_bool_of(is_archived),
        .automation_email_enabled = opt_bool_of(opt_bool_is_true(order->automation_email_enabled)),
        .automation_telegram_enabled =
            opt_bool_of(opt_bool_is_true(order->automation_telegram_enabled)),
        .automation_telegram_bot_token.text = order->automation_telegram_bot_token,
        .automation_telegram_chat_id = order->automation_telegram_chat_id,
        .automation_email_levels = levels_or_critical(order->automation_email_levels),
        .automation_telegram_levels = levels_or_critical(order->automation_telegram_levels),
    };
    enum status status = check(decision, order, error);

    if (status != STATUS_OK)
        return status;
    created.workspace_id = decision_id(decision);
    if (decision->actor.kind == ACTOR_USER)
        created.created_by_user_id = decision->actor.id;
    decision_emit(
        decision, &workspace_created_event, created.workspace_id, created.workspace_id, &created);
    if (uuid_is_present(created.created_by_user_id))
        emit_owner(decision, created.workspace_id, created.created_by_user_id);
    return STATUS_OK;
}

void workspace_emit_first(
    struct decision *decision, struct uuid owner_id, const struct first_workspace *workspace)
{
    struct workspace_created created = {
        .workspace_id = decision_id(decision),
        .name = workspace->name,
        .slug = workspace->slug,
        .default_timezone = workspace->timezone,
        .is_default = OPT_TRUE,
        .is_archived = OPT_FALSE,
        .automation_email_enabled = OPT_FALSE,
        .automation_telegram_enabled = OPT_FALSE,
        .automation_email_levels = levels_or_critical((struct list){0}),
        .automation_telegram_levels = levels_or_critical((struct list){0}),
    };

    decision_emit(
        decision, &workspace_created_event, created.workspace_id, created.workspace_id, &created);
    emit_owner(decision, created.workspace_id, owner_id);
}

const struct command create_workspace_command = {
    .name = "create_workspace",
    .doc = "Creates a workspace; the caller becomes its owner.",
    .input = &create_workspace_shape,
    .decide = decide,
};
