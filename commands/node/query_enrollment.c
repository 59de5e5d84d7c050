/*
 * Question: how does an enrollment stand? Asked by the machine that holds its token.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/enrollment.h"
#include "commands/node/enrollment_answer.h"
#include "eventlog/events/node_events.h"

static const struct field query_enrollment_fields[] = {
    {TEXT(query_enrollment, token), .tag = 1, .flags = REQUIRED | FROM_PATH | SECRET, .max = 512,
     .doc = "Token of the enrollment."},
    {BYTES(query_enrollment, token_digest), .tag = 2, .flags = SERVER_SET | SECRET,
     .doc = "SHA-256 digest of the enrollment token."},
};
static const struct shape query_enrollment_shape =
    SHAPE(query_enrollment, "Enrollment to look up.");

static const struct field enrollment_answer_fields[] = {
    {ENUM(enrollment_answer, status, enrollment_status_names), .tag = 1, .flags = REQUIRED,
     .doc = "Status of the enrollment."},
    {UUID(enrollment_answer, node_id), .tag = 2,
     .doc = "Id of the node, once the enrollment is approved."},
    {BYTES(enrollment_answer, sealed_credential), .tag = 3, .flags = SECRET,
     .doc = "Credential of the agent, encrypted under the enrollment token."},
};
const struct shape enrollment_answer_shape = SHAPE(enrollment_answer, "Status of an enrollment.");

void enrollment_show(
    const struct decision *decision, struct bytes token_digest, struct enrollment_answer *out)
{
    struct enrollment enrollment;
    struct uuid id;
    struct error ignored;

    if (enrollment_of_token(decision, token_digest, &id, &enrollment, &ignored) != STATUS_OK)
        return;
    out->status.is = enrollment_status_at(&enrollment, decision->now);
    out->node_id = enrollment.node_id;
    out->sealed_credential = enrollment.sealed_credential;
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct query_enrollment *question = input;
    struct enrollment enrollment;
    struct uuid id;

    return enrollment_of_token(decision, question->token_digest, &id, &enrollment, error);
}

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    const struct query_enrollment *question = input;

    (void)arena;
    enrollment_show(decision, question->token_digest, answer);
}

const struct command query_enrollment_command = {
    .name = "query_enrollment",
    .doc = "Looks up the status of an enrollment.",
    .input = &query_enrollment_shape,
    .decide = decide,
    .answer = &enrollment_answer_shape,
    .answer_from = answer_from,
    .is_question = true,
};
