/*
 * Machines that asked to be admitted, and what became of them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/node/enrollments.h"

#include "eventlog/events/node_events.h"

static const struct field enrollment_row_fields[] = {
    {UUID(enrollment_row, id), .flags = REQUIRED, .doc = "Id of the enrollment."},
    {UUID(enrollment_row, workspace_id),
     .doc = "Workspace that the node belongs to, once approved."},
    {TEXT(enrollment_row, email),
     .doc = "Address in whose name was asked; null once the person was forgotten."},
    {TEXT(enrollment_row, hostname), .flags = REQUIRED, .doc = "Host name of the machine."},
    {ENUM(enrollment_row, status, enrollment_status_names), .flags = REQUIRED,
     .doc = "Status of the enrollment."},
    {UUID(enrollment_row, node_id), .doc = "Node that was added, once approved."},
    {TIMESTAMP(enrollment_row, expires_at), .flags = REQUIRED,
     .doc = "Time the enrollment expires."},
    {TIMESTAMP(enrollment_row, created_at), .flags = REQUIRED, .doc = "Time the machine asked."},
    {TIMESTAMP(enrollment_row, updated_at), .flags = REQUIRED, .doc = "Time of the last change."},
    {INT64(enrollment_row, revision), .flags = HIDDEN,
     .doc = "Number of events of its stream so far; the entity tag."},
    {UUID(enrollment_row, user_id), .flags = HIDDEN,
     .doc = "Person whose address it is; null: nobody's, when the machine asked."},
};
const struct shape enrollment_row_shape = SHAPE(enrollment_row, "Enrollment of a node.");

static const struct table_index indexes[] = {
    {.columns = "created_at, id"},
    {.columns = NULL},
};

static const struct table_erasure erasures[] = {
    {.of = "user_id", .blanks = "email"},
    {.of = NULL},
};

const struct table enrollments_table = {
    .name = "enrollments",
    .area = "node",
    .shape = &enrollment_row_shape,
    .indexes = indexes,
    .erasures = erasures,
};
