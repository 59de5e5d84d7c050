/*
 * Tables of the events by which machines join the fleet: installs and enrollments.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/joining_events.h"

#include "eventlog/events/node_events.h"

const char *const install_status_names[] = {"pending", "installing", "completed",
                                            "failed",  "expired",    NULL};
const char *const enrollment_status_names[] = {"pending", "approved", "revoked", NULL};
const char *const enrollment_end_names[] = {"superseded", "overdue", NULL};

static const struct field node_location_fields[] = {
    {TEXT(node_location, provider), .tag = 1, .max = 32,
     .doc = "Who runs the place: aws, gcp, azure, manual or public_ip."},
    {TEXT(node_location, source), .tag = 2, .max = 32,
     .doc = "How it is known: cloud_metadata, manual or ipinfo."},
    {TEXT(node_location, region), .tag = 3, .max = 120, .doc = "Region of the place."},
    {TEXT(node_location, zone), .tag = 4, .max = 120, .doc = "Zone of the region."},
    {DOUBLE(node_location, latitude), .tag = 5, .min = -90, .max = 90,
     .doc = "Degrees north of the equator."},
    {DOUBLE(node_location, longitude), .tag = 6, .min = -180, .max = 180,
     .doc = "Degrees east of Greenwich."},
};
const struct shape node_location_shape = SHAPE(node_location, "Location of a machine.");

static const struct field install_created_fields[] = {
    {UUID(install_created, install_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the install."},
    {UUID(install_created, workspace_id), .tag = 2, .flags = REQUIRED,
     .doc = "Workspace that the node will belong to."},
    {UUID(install_created, team_id), .tag = 3, .doc = "Team that the node will be assigned to."},
    {TEXT(install_created, node_name), .tag = 4, .flags = REQUIRED, .max = 120,
     .doc = "Display name that the node will have."},
    {TEXT(install_created, description), .tag = 5, .max = 2000,
     .doc = "Description that the node will have."},
    {BYTES(install_created, token_digest), .tag = 6, .flags = REQUIRED | SECRET, .max = 32,
     .doc = "SHA-256 digest of the bootstrap token."},
    {TIMESTAMP(install_created, expires_at), .tag = 7, .flags = REQUIRED,
     .doc = "Time until which the token can be used."},
};
EVENT(
    install_created,
    EVT_INSTALL_CREATED,
    "node.install_created",
    "An install command was generated.");

static const struct field install_progressed_fields[] = {
    {UUID(install_progressed, install_id), .tag = 1, .flags = REQUIRED,
     .doc = "Id of the install."},
    {ENUM(install_progressed, status, install_status_names), .tag = 2, .flags = REQUIRED,
     .doc = "Status of the install."},
    {TEXT(install_progressed, stage), .tag = 3, .flags = REQUIRED, .max = 64,
     .doc = "Step that the installer is at."},
    {INT64(install_progressed, progress_percent), .tag = 4, .flags = REQUIRED,
     .doc = "Progress in per cent."},
    {TEXT(install_progressed, status_message), .tag = 5, .max = 500, .doc = "Message for people."},
};
EVENT(
    install_progressed,
    EVT_INSTALL_PROGRESSED,
    "node.install_progressed",
    "An installer reported its progress.");

static const struct field install_consumed_fields[] = {
    {UUID(install_consumed, install_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the install."},
    {UUID(install_consumed, node_id), .tag = 2, .flags = REQUIRED,
     .doc = "Id of the node that was added."},
    {TEXT(install_consumed, hostname), .tag = 3, .flags = REQUIRED, .max = 255,
     .doc = "Host name of the node."},
    {BYTES(install_consumed, credential_digest), .tag = 4, .flags = REQUIRED | SECRET, .max = 32,
     .doc = "SHA-256 digest of the agent's new credential."},
    {BOOL(install_consumed, is_repeat), .tag = 5, .flags = REQUIRED,
     .doc = "Whether the same machine used the token again within the allowed time."},
};
EVENT(
    install_consumed,
    EVT_INSTALL_CONSUMED,
    "node.install_consumed",
    "A bootstrap token was exchanged for a credential.");

static const struct field install_expired_fields[] = {
    {UUID(install_expired, install_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the install."},
};
EVENT(
    install_expired,
    EVT_INSTALL_EXPIRED,
    "node.install_expired",
    "A bootstrap token expired unused.");

static const struct field enrollment_initiated_fields[] = {
    {UUID(enrollment_initiated, enrollment_id), .tag = 1, .flags = REQUIRED,
     .doc = "Id of the enrollment."},
    {PERSONAL(enrollment_initiated, email), .tag = 2, .flags = REQUIRED, .digest = DIGEST_EMAIL,
     .max = 254, .doc = "Email address of the person whose name the machine gives."},
    {UUID(enrollment_initiated, user_id), .tag = 3,
     .doc = "Id of the person with that address; absent when nobody has it."},
    {TEXT(enrollment_initiated, hostname), .tag = 4, .flags = REQUIRED, .max = 255,
     .doc = "Host name of the machine, in lower case."},
    {TEXT(enrollment_initiated, os), .tag = 5, .max = 120,
     .doc = "Operating system of the machine."},
    {TEXT(enrollment_initiated, arch), .tag = 6, .max = 64,
     .doc = "Processor architecture of the machine."},
    {TEXT(enrollment_initiated, agent_version), .tag = 7, .max = 64,
     .doc = "Version of the agent."},
    {TEXT(enrollment_initiated, platform_version), .tag = 8, .max = 120,
     .doc = "Version of the operating system."},
    {TEXT(enrollment_initiated, kernel_version), .tag = 9, .max = 120,
     .doc = "Version of the kernel."},
    {BYTES(enrollment_initiated, token_digest), .tag = 10, .flags = REQUIRED | SECRET, .max = 32,
     .doc = "SHA-256 digest of the enrollment token."},
    {TIMESTAMP(enrollment_initiated, expires_at), .tag = 11, .flags = REQUIRED,
     .doc = "Time until which the enrollment can be approved."},
    {OBJECT(enrollment_initiated, location, node_location), .tag = 12,
     .doc = "Location of the machine."},
};
EVENT_WITH(
    enrollment_initiated,
    EVT_ENROLLMENT_INITIATED,
    "node.enrollment_initiated",
    "A machine asked to be enrolled.",
    SHAPE_WITH(enrollment_initiated, "A machine asked to be enrolled.", .subject_tag = 3),
    .schema = 1);

static const struct field enrollment_approved_fields[] = {
    {UUID(enrollment_approved, enrollment_id), .tag = 1, .flags = REQUIRED,
     .doc = "Id of the enrollment."},
    {UUID(enrollment_approved, node_id), .tag = 2, .flags = REQUIRED,
     .doc = "Id of the node that was added."},
    {BYTES(enrollment_approved, sealed_credential), .tag = 3, .flags = REQUIRED | SECRET,
     .max = 256, .doc = "Credential of the agent, encrypted under the enrollment token."},
};
EVENT(
    enrollment_approved,
    EVT_ENROLLMENT_APPROVED,
    "node.enrollment_approved",
    "An administrator approved an enrollment.");

static const struct field enrollment_revoked_fields[] = {
    {UUID(enrollment_revoked, enrollment_id), .tag = 1, .flags = REQUIRED,
     .doc = "Id of the enrollment."},
    {ENUM(enrollment_revoked, end, enrollment_end_names), .tag = 2, .flags = REQUIRED,
     .doc = "Reason of the revocation."},
};
EVENT(
    enrollment_revoked,
    EVT_ENROLLMENT_REVOKED,
    "node.enrollment_revoked",
    "An enrollment can no longer be approved.");
