/*
 * Tokens for programs that are good; one that has ended has no row.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "projections/identity/api_tokens.h"

#include "eventlog/events/identity_events.h"
#include "eventlog/events/privacy_events.h"
#include "migrations/identity/api_tokens.h"

static void apply_created(struct rows *rows, const struct record *record)
{
    const struct api_token_created *event = record->event;
    struct actor actor = record_actor(record);
    const struct api_token_row row = {
        .id = event->token_id,
        .user_id = event->user_id,
        .name = event->name,
        .scope = event->scope,
        .workspace_ids = event->workspace_ids,
        .networks = event->networks,
        .created_by_user_id = actor.kind == ACTOR_USER ? actor.id : UUID_NONE,
        .created_at = record->entry.recorded_at,
        .expires_at = event->expires_at,
    };

    rows_put(rows, &api_tokens_table, &row);
}

static void want_used(struct rows *rows, const struct record *record)
{
    rows_prefetch(
        rows, &api_tokens_table, ((const struct api_token_used *)record->event)->token_id);
}

static void apply_used(struct rows *rows, const struct record *record)
{
    const struct api_token_used *event = record->event;
    const struct api_token_row *old = rows_get(rows, &api_tokens_table, event->token_id);
    struct api_token_row row;

    if (old == NULL)
        return;
    row = *old;
    row.last_used_at = record->entry.recorded_at;
    rows_put(rows, &api_tokens_table, &row);
}

static void want_ended(struct rows *rows, const struct record *record)
{
    const struct list *ids = &((const struct api_tokens_ended *)record->event)->token_ids;

    for (size_t i = 0; i < ids->count; i++)
        rows_prefetch(rows, &api_tokens_table, ((const struct uuid *)ids->items)[i]);
}

static void apply_ended(struct rows *rows, const struct record *record)
{
    const struct list *ids = &((const struct api_tokens_ended *)record->event)->token_ids;

    for (size_t i = 0; i < ids->count; i++)
        rows_delete(rows, &api_tokens_table, ((const struct uuid *)ids->items)[i]);
}

static void apply_erased(struct rows *rows, const struct record *record)
{
    rows_erase_by(rows, &api_tokens_table, "user_id", record->entry.stream);
}

static const struct handler handlers[] = {
    {&api_token_created_event, .apply = apply_created},
    {&api_token_used_event, .want = want_used, .apply = apply_used},
    {&api_tokens_ended_event, .want = want_ended, .apply = apply_ended},
    {&person_erased_event, .apply = apply_erased},
    {.event = NULL},
};

static const struct table *const tables[] = {&api_tokens_table, NULL};
static const struct event_type *const reaching[] = {&person_erased_event, NULL};

const struct projector api_tokens_projector = {
    .name = "api_tokens",
    .version = 1,
    .tables = tables,
    .handlers = handlers,
    .reaching = reaching,
};
