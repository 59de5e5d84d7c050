/*
 * Providers that people sign in through.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "projections/identity/providers.h"

#include "eventlog/events/identity_events.h"
#include "migrations/identity/providers.h"

static void touch(const struct record *record, void *touched)
{
    ((struct provider_row *)touched)->revision = record->entry.revision;
}

static void
put(const struct record *record,
    const struct provider_definition *definition,
    struct provider_row *row)
{
    row->slug = definition->slug;
    row->name = definition->name;
    row->preset = definition->preset;
    row->issuer = definition->issuer;
    row->client_id = definition->client_id;
    row->discovery_url = definition->discovery_url;
    row->scopes = definition->scopes;
    row->enabled = definition->enabled;
    row->allowed_domains = definition->allowed_domains;
    row->creates_users = definition->creates_users;
    row->updated_at = record->entry.recorded_at;
    touch(record, row);
}

static void apply_created(struct rows *rows, const struct record *record)
{
    const struct provider_created *event = record->event;
    struct provider_row row = {
        .id = event->definition.provider_id,
        .created_at = record->entry.recorded_at,
    };

    put(record, &event->definition, &row);
    rows_put(rows, &providers_table, &row);
}

static void change(const struct record *record, void *changed)
{
    put(record, &((const struct provider_changed *)record->event)->definition, changed);
}

/* What rules there are the write side tells. */
static void change_rules(const struct record *record, void *changed)
{
    (void)record, (void)changed;
}

static void want(struct rows *rows, const struct record *record)
{
    rows_prefetch(rows, &providers_table, record->entry.stream);
}

static void apply_deleted(struct rows *rows, const struct record *record)
{
    rows_delete(rows, &providers_table, record->entry.stream);
}

static const struct handler handlers[] = {
    {&provider_created_event, .apply = apply_created},
    {&provider_changed_event, .change = change},
    {&provider_rules_set_event, .change = change_rules},
    {&provider_deleted_event, .want = want, .apply = apply_deleted},
    {.event = NULL},
};

static const struct table *const tables[] = {&providers_table, NULL};

const struct projector providers_projector = {
    .name = "providers", .version = 1, .tables = tables, .handlers = handlers, .touch = touch};
