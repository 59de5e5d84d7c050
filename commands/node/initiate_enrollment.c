/*
 * A machine asks to be admitted, in the name of a person. Whoever asks again from the same place
 * takes the place of the request before. The token is made before the queue; here only its digest
 * is seen.
 *
 *   agent ──initiate_enrollment──► [here] ──enrollment_initiated (enrollment_revoked)──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity_lookup.h"
#include "commands/node/enrollment.h"
#include "commands/node/node.h"
#include "core/shape/alteration.h"
#include "eventlog/events/node_events.h"

static const struct field initiate_enrollment_fields[] = {
    {PERSONAL(initiate_enrollment, email), .tag = 1,
     .flags = REQUIRED | TRIM | LOWER | EMAIL | EXACT, .digest = DIGEST_EMAIL, .max = 254,
     .doc = "Email address of the person whose name the machine gives."},
    {TEXT(initiate_enrollment, hostname), .tag = 2,
     .flags = HOST_NAME | REQUIRED | TRIM | LOWER | EXACT, .min = 2, .max = 255,
     .doc = "Host name of the machine."},
    {OBJECT(initiate_enrollment, additional_info, additional_info), .tag = 3,
     .doc = "Facts that the machine reports about itself."},
    {UUID(initiate_enrollment, enrollment_id), .tag = 4, .flags = SERVER_SET,
     .doc = "Id of the enrollment."},
    {BYTES(initiate_enrollment, token_digest), .tag = 5, .flags = SERVER_SET | SECRET,
     .doc = "SHA-256 digest of the enrollment token."},
    {OBJECTS(initiate_enrollment, altered, alteration), .tag = 6, .flags = SERVER_SET,
     .doc = "What was altered of the report so that it could be taken."},
};
static const struct shape initiate_enrollment_shape =
    SHAPE_WITH(initiate_enrollment, "Machine to enroll.", .is_lenient = true, .altered_tag = 6);

static const struct field initiated_enrollment_fields[] = {
    {UUID(initiated_enrollment, enrollment_id), .tag = 1, .flags = REQUIRED,
     .doc = "Id of the enrollment."},
    {TIMESTAMP(initiated_enrollment, expires_at), .tag = 2, .flags = REQUIRED,
     .doc = "Time until which the enrollment can be approved."},
};
static const struct shape initiated_enrollment_shape =
    SHAPE(initiated_enrollment, "An enrollment that waits for approval.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    static const struct additional_info nothing;
    const struct initiate_enrollment *order = input;
    const struct additional_info *info =
        order->additional_info == NULL ? &nothing : order->additional_info;
    struct enrollment_revoked revoked = {
        enrollment_of_place(decision, order->email.digest, order->hostname),
        {ENROLLMENT_SUPERSEDED}};
    struct enrollment_initiated initiated = {
        .enrollment_id = order->enrollment_id,
        .email = order->email,
        .user_id = user_of_email(decision, order->email.digest),
        .hostname = order->hostname,
        .os = additional_info_os(info),
        .arch = additional_info_arch(info),
        .agent_version = info->agent_version,
        .platform_version = info->platform_version,
        .kernel_version = info->kernel_version,
        .location = info->location,
        .token_digest = order->token_digest,
        .expires_at = timestamp_plus_us(decision->now, decision->policy->install_token_us),
    };

    (void)error;
    decision_emit(
        decision, &enrollment_initiated_event, initiated.enrollment_id, UUID_NONE, &initiated);
    if (uuid_is_present(revoked.enrollment_id))
        decision_emit(
            decision, &enrollment_revoked_event, revoked.enrollment_id, UUID_NONE, &revoked);
    return STATUS_OK;
}

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    struct initiated_enrollment *initiated = answer;
    struct enrollment enrollment;

    (void)input;
    initiated->enrollment_id = decision->subject;
    if (model_load(decision->model, &enrollment_aggregate, decision->subject, arena, &enrollment))
        initiated->expires_at = enrollment.expires_at;
}

const struct command initiate_enrollment_command = {
    .name = "initiate_enrollment",
    .doc = "Asks to enroll a machine.",
    .input = &initiate_enrollment_shape,
    .decide = decide,
    .answer = &initiated_enrollment_shape,
    .answer_from = answer_from,
};
