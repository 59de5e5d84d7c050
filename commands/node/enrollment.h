/*
 * Enrollments: a machine asks to be admitted in the name of a person, and an administrator says
 * yes while there is time.
 *
 *   pending ──approved──► approved, with its node and the sealed credential
 *      └─────revoked────► revoked: asked anew from the same place, or waited for too long
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_NODE_ENROLLMENT_H
#define COMMANDS_NODE_ENROLLMENT_H

#include "commands/command.h"
#include "commands/fold.h"
#include "commands/node/enrollment_commands.h"

struct enrollment {
    struct bytes email_digest;
    struct text hostname;
    struct text os;
    struct text arch;
    struct text agent_version;
    struct text platform_version;
    struct text kernel_version;
    struct enum_value status;
    struct timestamp expires_at;
    struct uuid node_id;
    struct bytes sealed_credential;
    const struct node_location *location;
};
extern const struct aggregate enrollment_aggregate;

void enrollment_evolve(struct fold *fold, const struct record *record);

/* The pending enrollment of an address and a host name, absent when there is none. */
struct uuid enrollment_of_place(
    const struct decision *decision, struct bytes email_digest, struct text hostname);

/* The enrollment of a token; refused when there is none. */
enum status enrollment_of_token(
    const struct decision *decision,
    struct bytes token_digest,
    struct uuid *out_id,
    struct enrollment *out,
    struct error *error);

/* How it stands at a moment: what waited for too long is revoked before the clock has said so. */
int64_t enrollment_status_at(const struct enrollment *enrollment, struct timestamp now);

extern const struct refusal refused_enrollment_missing;
extern const struct refusal refused_enrollment_approved;
extern const struct refusal refused_enrollment_over;

#endif
