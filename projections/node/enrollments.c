/*
 * Enrollments, as whoever mails of them reads them.
 *
 *   enrollment_initiated ─► pending ─► enrollment_approved ─► approved
 *                              └─────► enrollment_revoked ──► revoked
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/node/enrollments.h"

#include "eventlog/events/node_events.h"
#include "eventlog/events/privacy_events.h"
#include "projections/node/nodes.h"

static void apply_initiated(struct rows *rows, const struct record *record)
{
    const struct enrollment_initiated *event = record->event;
    const struct enrollment_row row = {
        .id = event->enrollment_id,
        .email = event->email.text,
        .user_id = event->user_id,
        .hostname = event->hostname,
        .status = {ENROLLMENT_PENDING},
        .expires_at = event->expires_at,
        .created_at = record->entry.recorded_at,
        .updated_at = record->entry.recorded_at,
        .revision = record->entry.revision,
    };

    rows_put(rows, &enrollments_table, &row);
}

static void want(struct rows *rows, const struct record *record)
{
    rows_prefetch(rows, &enrollments_table, record->entry.stream);
}

/* Ends it, at the time of this event. */
static void
end(struct rows *rows,
    const struct record *record,
    enum enrollment_status status,
    struct uuid node_id)
{
    const struct enrollment_row *old = rows_get(rows, &enrollments_table, record->entry.stream);
    struct enrollment_row row;

    if (old == NULL)
        return;
    row = *old;
    row.workspace_id = record->entry.workspace;
    row.status = (struct enum_value){status};
    row.node_id = node_id;
    row.expires_at = record->entry.recorded_at;
    row.updated_at = record->entry.recorded_at;
    row.revision = record->entry.revision;
    rows_put(rows, &enrollments_table, &row);
}

static void apply_approved(struct rows *rows, const struct record *record)
{
    const struct enrollment_approved *event = record->event;

    end(rows, record, ENROLLMENT_APPROVED, event->node_id);
}

static void apply_revoked(struct rows *rows, const struct record *record)
{
    end(rows, record, ENROLLMENT_REVOKED, UUID_NONE);
}

static void apply_erased(struct rows *rows, const struct record *record)
{
    rows_erase(rows, &enrollments_table, record->entry.stream);
}

static const struct handler handlers[] = {
    {&enrollment_initiated_event, .apply = apply_initiated},
    {&enrollment_approved_event, .want = want, .apply = apply_approved},
    {&enrollment_revoked_event, .want = want, .apply = apply_revoked},
    {&person_erased_event, .apply = apply_erased},
    {.event = NULL},
};

static const struct table *const tables[] = {&enrollments_table, NULL};

const struct projector enrollments_projector = {
    .name = "enrollments",
    .version = 2,
    .tables = tables,
    .handlers = handlers,
    .reads_personal = true,
};
