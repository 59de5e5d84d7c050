/*
 * Routes of what is known of people: forget it, and certify that; and hold it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/privacy/hold_resource.h"
#include "api/privacy/privacy_hooks.h"
#include "api/route.h"
#include "commands/privacy/privacy_commands.h"

#define HOLDS    .path = "/privacy/holds", .tag = "privacy"
#define ONE_HOLD .path = "/privacy/holds/:holdId", .tag = "privacy"
#define READ     .method = "GET", .who = WHO_PLATFORM_AUDITOR, .status = 200
#define CHANGES  .method = "POST", .who = WHO_PLATFORM_ADMIN

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
    {HOLDS, READ, .doc = "Lists the legal holds.", .lists = &hold_resource},
    {ONE_HOLD, READ, .doc = "Reads a legal hold.", .reads = &hold_resource},
    {HOLDS, CHANGES, .status = 201,
     .doc = "Places a legal hold: nothing is dropped or forgotten of what it is over.",
     .command = &place_hold_command, .shows = &hold_resource},
    {.path = "/privacy/holds/:holdId/release",
     .tag = "privacy",
     CHANGES,
     .status = 200,
     .doc = "Releases a legal hold.",
     .command = &release_hold_command,
     .shows = &hold_resource},
    {.method = NULL},
};
