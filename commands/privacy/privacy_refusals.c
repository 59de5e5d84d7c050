/*
 * Why orders about what is known of people are refused.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/privacy/privacy.h"

const struct refusal refused_subject_missing = {
    "subject_not_found",
    STATUS_NOT_FOUND,
    "There is no person with id %s",
    "Look the id up in the list of users; of a deleted account, in the timeline.",
};
const struct refusal refused_erasing_self = {
    "cannot_erase_self",
    STATUS_CONFLICT,
    "You cannot erase yourself.",
    "Ask another platform admin.",
};
const struct refusal refused_erasing_last_admin = {
    "cannot_erase_last_admin",
    STATUS_CONFLICT,
    "The only active platform admin cannot be erased.",
    "Make somebody else a platform admin first.",
};
const struct refusal refused_subject_not_erased = {
    "subject_not_erased",
    STATUS_NOT_FOUND,
    "Person %s was not erased",
    "Order it with POST /privacy/subjects/:subjectId/erase.",
};

const struct refusal *const privacy_refusals[] = {
    &refused_subject_missing,
    &refused_erasing_self,
    &refused_erasing_last_admin,
    &refused_subject_not_erased,
    NULL,
};
