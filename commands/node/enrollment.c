/*
 * Folding what happens to enrollments, and what their commands ask of them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/enrollment.h"

#include "commands/node/node.h"
#include "core/crypto/crypto.h"
#include "eventlog/events/node_events.h"

static const struct field enrollment_fields[] = {
    {BYTES(enrollment, email_digest), .tag = 1, .doc = "Keyed digest of the person's address."},
    {TEXT(enrollment, hostname), .tag = 2, .doc = "Host name of the machine."},
    {TEXT(enrollment, os), .tag = 3, .doc = "Operating system that the machine reported."},
    {TEXT(enrollment, arch), .tag = 4, .doc = "Processor architecture that the machine reported."},
    {TEXT(enrollment, agent_version), .tag = 5,
     .doc = "Version of the agent that the machine reported."},
    {TEXT(enrollment, platform_version), .tag = 6,
     .doc = "Version of the operating system that the machine reported."},
    {TEXT(enrollment, kernel_version), .tag = 7,
     .doc = "Version of the kernel that the machine reported."},
    {ENUM(enrollment, status, enrollment_status_names), .tag = 8,
     .doc = "Status of the enrollment."},
    {TIMESTAMP(enrollment, expires_at), .tag = 9,
     .doc = "Time until which the enrollment can be approved."},
    {UUID(enrollment, node_id), .tag = 10,
     .doc = "Id of the node, once the enrollment is approved."},
    {BYTES(enrollment, sealed_credential), .tag = 11, .flags = SECRET,
     .doc = "Credential of the agent, encrypted under the enrollment token."},
    {OBJECT(enrollment, location, node_location), .tag = 12,
     .doc = "Location that the machine reported."},
};
static const struct shape enrollment_shape = SHAPE(enrollment, "State of an enrollment.");
const struct aggregate enrollment_aggregate = {STATE_ENROLLMENT, "enrollment", &enrollment_shape};

static struct digest place_of(struct bytes email_digest, struct text hostname)
{
    const struct bytes pieces[] = {email_digest, bytes_of_text(hostname)};

    return sha256_of(pieces, COUNT_OF(pieces));
}

static void leave_place(struct fold *fold, struct uuid id, const struct enrollment *enrollment)
{
    struct digest place = place_of(enrollment->email_digest, enrollment->hostname);

    fold_release(fold, CLAIM_ENROLLMENT_PLACE, (struct bytes){place.bytes, DIGEST_SIZE}, id);
}

/* It takes the place of one that still waits; the revocation of that one follows. */
static void on_initiated(struct fold *fold, const struct record *record)
{
    const struct enrollment_initiated *initiated = record->event;
    struct digest place = place_of(initiated->email.digest, initiated->hostname);
    struct bytes key = {place.bytes, DIGEST_SIZE};
    struct enrollment enrollment = {
        .email_digest = initiated->email.digest,
        .hostname = initiated->hostname,
        .os = initiated->os,
        .arch = initiated->arch,
        .agent_version = initiated->agent_version,
        .platform_version = initiated->platform_version,
        .kernel_version = initiated->kernel_version,
        .location = initiated->location,
        .status = {ENROLLMENT_PENDING},
        .expires_at = initiated->expires_at,
    };
    struct uuid id = initiated->enrollment_id;
    struct timer timer = {TIMER_ENROLLMENT, id, initiated->expires_at};

    model_release(fold->model, CLAIM_ENROLLMENT_PLACE, key);
    fold_claim(fold, CLAIM_ENROLLMENT_PLACE, key, id);
    fold_claim(fold, CLAIM_ENROLLMENT, initiated->token_digest, id);
    model_set_timer(fold->model, &timer);
    model_store(fold->model, &enrollment_aggregate, id, &enrollment);
}

/* Nobody waits for it any more. */
static void
end(struct fold *fold, const struct record *record, struct uuid id, struct enrollment *enrollment)
{
    struct timer timer = {TIMER_ENROLLMENT, id, enrollment->expires_at};

    model_clear_timer(fold->model, &timer);
    enrollment->expires_at = record->entry.recorded_at;
    leave_place(fold, id, enrollment);
    model_store(fold->model, &enrollment_aggregate, id, enrollment);
}

static void on_approved(struct fold *fold, const struct record *record)
{
    const struct enrollment_approved *approved = record->event;
    struct uuid id = approved->enrollment_id;
    struct enrollment enrollment;

    if (!model_load(fold->model, &enrollment_aggregate, id, fold->arena, &enrollment))
        return;
    enrollment.status.is = ENROLLMENT_APPROVED;
    enrollment.node_id = approved->node_id;
    enrollment.sealed_credential = approved->sealed_credential;
    end(fold, record, id, &enrollment);
}

static void on_revoked(struct fold *fold, const struct record *record)
{
    const struct enrollment_revoked *revoked = record->event;
    struct uuid id = revoked->enrollment_id;
    struct enrollment enrollment;

    if (!model_load(fold->model, &enrollment_aggregate, id, fold->arena, &enrollment))
        return;
    enrollment.status.is = ENROLLMENT_REVOKED;
    end(fold, record, id, &enrollment);
}

void enrollment_evolve(struct fold *fold, const struct record *record)
{
    if (record->type == &enrollment_initiated_event)
        on_initiated(fold, record);
    else if (record->type == &enrollment_approved_event)
        on_approved(fold, record);
    else if (record->type == &enrollment_revoked_event)
        on_revoked(fold, record);
}

struct uuid enrollment_of_place(
    const struct decision *decision, struct bytes email_digest, struct text hostname)
{
    struct digest place = place_of(email_digest, hostname);
    struct uuid holder;

    if (!model_holder(
            decision->model, CLAIM_ENROLLMENT_PLACE, (struct bytes){place.bytes, DIGEST_SIZE},
            &holder))
        return UUID_NONE;
    return holder;
}

enum status enrollment_of_token(
    const struct decision *decision,
    struct bytes token_digest,
    struct uuid *out_id,
    struct enrollment *out,
    struct error *error)
{
    if (!model_holder(decision->model, CLAIM_ENROLLMENT, token_digest, out_id) ||
        !model_load(decision->model, &enrollment_aggregate, *out_id, decision->arena, out))
        return decision_refuse(error, &refused_enrollment_missing);
    return STATUS_OK;
}

int64_t enrollment_status_at(const struct enrollment *enrollment, struct timestamp now)
{
    if (enrollment->status.is == ENROLLMENT_PENDING && enrollment->expires_at.us <= now.us)
        return ENROLLMENT_REVOKED;
    return enrollment->status.is;
}
