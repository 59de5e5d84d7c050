/*
 * Grants of roles. One that is good no more keeps its row: who held what, and until when, is evidence.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "projections/authority/role_grants.h"

#include "core/shape/shape_json.h"
#include "eventlog/events/authority_events.h"
#include "eventlog/events/privacy_events.h"
#include "migrations/authority/role_grants.h"

/* As whoever signed it wrote it; what is no JSON, as no order brings it, is left out. */
static struct json envelope_json(struct rows *rows, struct text envelope)
{
    struct json json = {{NULL, 0}};
    struct error error;

    if (text_is_present(envelope) &&
        json_compact(envelope, rows_arena(rows), &json.text, &error) != STATUS_OK)
        json.text = (struct text){NULL, 0};
    return json;
}

static void apply_granted(struct rows *rows, const struct record *record)
{
    const struct role_granted *event = record->event;
    const struct role_grant_row row = {
        .id = event->grant_id,
        .user_id = event->user_id,
        .role = event->role,
        .status = {ROLE_GRANT_ACTIVE},
        .not_before = event->not_before,
        .expires_at = event->expires_at,
        .serial = event->serial,
        .reason = event->reason,
        .root_key = event->root_key,
        .envelope = envelope_json(rows, event->envelope.text),
        .created_at = record->entry.recorded_at,
    };

    rows_put(rows, &role_grants_table, &row);
}

static void want_ended(struct rows *rows, const struct record *record)
{
    rows_prefetch(
        rows, &role_grants_table, ((const struct role_grant_ended *)record->event)->grant_id);
}

static void apply_ended(struct rows *rows, const struct record *record)
{
    static const int64_t statuses[] = {
        [GRANT_EXPIRED] = ROLE_GRANT_EXPIRED,
        [GRANT_REVOKED] = ROLE_GRANT_REVOKED,
        [GRANT_REPLACED] = ROLE_GRANT_REPLACED,
    };
    const struct role_grant_ended *event = record->event;
    const struct role_grant_row *old = rows_get(rows, &role_grants_table, event->grant_id);
    struct role_grant_row row;

    if (old == NULL)
        return;
    row = *old;
    row.status.is = statuses[event->end.is];
    row.ended_at = record->entry.recorded_at;
    row.end_reason = event->reason;
    row.end_envelope = envelope_json(rows, event->envelope.text);
    rows_put(rows, &role_grants_table, &row);
}

static void apply_erased(struct rows *rows, const struct record *record)
{
    rows_erase_by(rows, &role_grants_table, "user_id", record->entry.stream);
}

static const struct handler handlers[] = {
    {&role_granted_event, .apply = apply_granted},
    {&role_grant_ended_event, .want = want_ended, .apply = apply_ended},
    {&person_erased_event, .apply = apply_erased},
    {.event = NULL},
};

static const struct table *const tables[] = {&role_grants_table, NULL};
static const struct event_type *const reaching[] = {&person_erased_event, NULL};

const struct projector role_grants_projector = {
    .name = "role_grants",
    .version = 1,
    .tables = tables,
    .handlers = handlers,
    .reaching = reaching,
    .reads_personal = true,
};
