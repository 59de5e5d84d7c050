/*
 * An administrator admits a machine: it becomes a node, and whoever holds the enrollment token can
 * fetch the credential of its agent, sealed under that token.
 *
 *   api ──finalize_enrollment──► [here] ──enrollment_approved node_added──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/enrollment.h"
#include "commands/node/enrollment_answer.h"
#include "commands/node/node.h"
#include "commands/workspace/workspace_lookup.h"

static const struct field finalize_enrollment_fields[] = {
    {UUID(finalize_enrollment, workspace_id), .tag = 1, .flags = FROM_PATH,
     .doc = "Workspace that the node will belong to; the default one when absent."},
    {TEXT(finalize_enrollment, token), .tag = 2, .flags = REQUIRED | FROM_PATH | SECRET, .max = 512,
     .doc = "Token of the enrollment."},
    {PERSONAL(finalize_enrollment, email), .tag = 3, .flags = REQUIRED | TRIM | LOWER | EMAIL,
     .digest = DIGEST_EMAIL, .max = 254,
     .doc = "Email address of the person whose name the machine gave."},
    {TEXT(finalize_enrollment, node_name), .tag = 4, .flags = ONE_LINE | REQUIRED | TRIM, .min = 2,
     .max = 120, .doc = "Name that the node will have."},
    {TEXT(finalize_enrollment, description), .tag = 5, .flags = MANY_LINES | TRIM, .min = 2,
     .max = 2000, .doc = "What the node is for."},
    {BYTES(finalize_enrollment, token_digest), .tag = 6, .flags = SERVER_SET | SECRET,
     .doc = "SHA-256 digest of the enrollment token."},
    {BYTES(finalize_enrollment, credential_digest), .tag = 7, .flags = SERVER_SET | SECRET,
     .doc = "SHA-256 digest of the new credential."},
    {BYTES(finalize_enrollment, sealed_credential), .tag = 8, .flags = SERVER_SET | SECRET,
     .doc = "New credential, encrypted under the enrollment token."},
};
static const struct shape finalize_enrollment_shape =
    SHAPE(finalize_enrollment, "Enrollment to approve.");

static enum status check(
    const struct decision *decision,
    const struct finalize_enrollment *order,
    const struct enrollment *enrollment,
    struct uuid workspace_id,
    struct error *error)
{
    enum status status;

    if (!bytes_equal(enrollment->email_digest, order->email.digest))
        return decision_refuse(error, &refused_enrollment_missing);
    if (enrollment->status.is == ENROLLMENT_APPROVED)
        return decision_refuse(error, &refused_enrollment_approved);
    if (enrollment_status_at(enrollment, decision->now) == ENROLLMENT_REVOKED)
        return decision_refuse(error, &refused_enrollment_over);
    if (!uuid_is_present(workspace_id))
        return decision_refuse(error, &refused_default_workspace_missing);
    status = workspace_must_be_writable(decision, workspace_id, error);
    if (status == STATUS_OK)
        status = node_hostname_must_be_free(decision, enrollment->hostname, error);
    return status;
}

static void emit_node(
    struct decision *decision,
    const struct finalize_enrollment *order,
    const struct enrollment *enrollment,
    struct uuid node_id,
    struct uuid workspace_id)
{
    struct node_added added = {
        .node_id = node_id,
        .workspace_id = workspace_id,
        .name = order->node_name,
        .description = order->description,
        .hostname = enrollment->hostname,
        .os = node_text_or_unknown(enrollment->os),
        .arch = node_text_or_unknown(enrollment->arch),
        .source = {SOURCE_ENROLLMENT},
        .credential_digest = order->credential_digest,
        .agent_version = enrollment->agent_version,
        .platform_version = enrollment->platform_version,
        .kernel_version = enrollment->kernel_version,
        .location = enrollment->location,
    };

    decision_emit(decision, &node_added_event, node_id, workspace_id, &added);
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct finalize_enrollment *order = input;
    struct uuid workspace_id =
        uuid_is_present(order->workspace_id) ? order->workspace_id : workspace_default(decision);
    struct enrollment_approved approved = {.sealed_credential = order->sealed_credential};
    struct enrollment enrollment;
    enum status status = enrollment_of_token(
        decision, order->token_digest, &approved.enrollment_id, &enrollment, error);

    if (status == STATUS_OK)
        status = check(decision, order, &enrollment, workspace_id, error);
    if (status != STATUS_OK)
        return status;
    approved.node_id = decision_id(decision);
    decision_emit(
        decision, &enrollment_approved_event, approved.enrollment_id, workspace_id, &approved);
    emit_node(decision, order, &enrollment, approved.node_id, workspace_id);
    return STATUS_OK;
}

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    const struct finalize_enrollment *order = input;

    (void)arena;
    enrollment_show(decision, order->token_digest, answer);
}

const struct command finalize_enrollment_command = {
    .name = "finalize_enrollment",
    .doc = "Approves an enrollment: the machine becomes a node.",
    .input = &finalize_enrollment_shape,
    .decide = decide,
    .answer = &enrollment_answer_shape,
    .answer_from = answer_from,
};
