/*
 * Routes of what is known of people: forget it, and certify that.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/privacy/privacy_hooks.h"
#include "api/route.h"
#include "commands/privacy/privacy_commands.h"

const struct route privacy_routes[] = {
    {.method = "POST",
     .path = "/privacy/subjects/:subjectId/erase",
     .tag = "privacy",
     .doc =
         "Erases a person: deletes the account and destroys the keys of all that was sealed of them.",
     .who = WHO_PLATFORM_ADMIN,
     .status = 200,
     .command = &erase_person_command,
     .before_submit = privacy_prepare_erasure,
     .render = certificate_answer,
     .lane = LANE_PLAIN,
     .reply.shape = &certificate_shape},
    {.method = "GET",
     .path = "/privacy/subjects/:subjectId/certificate",
     .tag = "privacy",
     .doc = "Certifies that a person was erased: what was destroyed, what remains, and receipts.",
     .who = WHO_PLATFORM_AUDITOR,
     .is_look = true,
     .status = 200,
     .handle = certificate_handle,
     .input_shape = &certificate_question_shape,
     .reply.shape = &certificate_shape},
    {.method = NULL},
};
