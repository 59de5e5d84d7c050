/*
 * Enrollments, as whoever mails of them reads them.
 *
 *   enrollment_initiated ─► pending ─► enrollment_approved ─► approved
 *                              └─────► enrollment_revoked ──► revoked
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/node_events.h"
#include "projections/node/nodes.h"

struct enrollment_row {
    struct uuid id;
    struct uuid workspace_id;
    struct text email;
    struct text hostname;
    struct enum_value status;
    struct uuid node_id;
    struct timestamp expires_at;
    struct timestamp created_at;
    struct timestamp updated_at;
    int64_t revision;
};

static const struct field enrollment_row_fields[] = {
    {UUID(enrollment_row, id), .doc = "The enrollment."},
    {UUID(enrollment_row, workspace_id), .doc = "Where its node belongs, once approved."},
    {TEXT(enrollment_row, email), .doc = "In whose name; absent once forgotten."},
    {TEXT(enrollment_row, hostname), .doc = "Host name of the machine."},
    {ENUM(enrollment_row, status, enrollment_status_names), .doc = "How it stands."},
    {UUID(enrollment_row, node_id), .doc = "The node, once approved."},
    {TIMESTAMP(enrollment_row, expires_at), .doc = "Until when it may be, or might have been."},
    {TIMESTAMP(enrollment_row, created_at), .doc = "Since when."},
    {TIMESTAMP(enrollment_row, updated_at), .doc = "When it last changed."},
    {INT64(enrollment_row, revision), .doc = "Events of the stream so far."},
};
static const struct shape enrollment_row_shape = SHAPE(enrollment_row, "An enrollment.");

static const struct table enrollments_table = {
    .name = "enrollments", .area = "node", .shape = &enrollment_row_shape};

static void apply_initiated(struct rows *rows, const struct record *record)
{
    const struct enrollment_initiated *event = record->event;
    const struct enrollment_row row = {
        .id = event->enrollment_id,
        .email = event->email.text,
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

static const struct handler handlers[] = {
    {&enrollment_initiated_event, NULL, apply_initiated},
    {&enrollment_approved_event, want, apply_approved},
    {&enrollment_revoked_event, want, apply_revoked},
    {NULL, NULL, NULL},
};

static const struct table *const tables[] = {&enrollments_table, NULL};

const struct projector enrollments_projector = {
    .name = "enrollments",
    .version = 1,
    .tables = tables,
    .handlers = handlers,
    .reads_personal = true,
};
