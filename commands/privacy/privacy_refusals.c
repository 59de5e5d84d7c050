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

const struct refusal refused_subject_held = {
    "subject_held",
    STATUS_CONFLICT,
    "The person is not erased, because legal hold %s is over what would be lost",
    "Wait until the hold is released; the refusal is on record.",
};
const struct refusal refused_hold_target = {
    "hold_target_unclear",
    STATUS_INVALID,
    "A hold over a person, workspace or node has a targetId; one over positions has firstPosition and a "
    "lastPosition that is not less",
    "Give what the kind wants, and nothing else.",
};
const struct refusal refused_hold_target_missing = {
    "hold_target_not_found",
    STATUS_NOT_FOUND,
    "Nothing of id %s is on record",
    "Look the id up in the timeline.",
};
const struct refusal refused_hold_missing = {
    "hold_not_found",
    STATUS_NOT_FOUND,
    "Hold %s is not in place",
    "List the holds that are with GET /privacy/holds.",
};
const struct refusal refused_holds_full = {
    "too_many_holds",
    STATUS_CONFLICT,
    "There are as many holds in place as may be",
    "Release one that is no longer needed, or place one over a workspace or a range of positions.",
};

const struct refusal *const privacy_refusals[] = {
    &refused_subject_missing,     &refused_erasing_self,
    &refused_erasing_last_admin,  &refused_subject_not_erased,
    &refused_subject_held,        &refused_hold_target,
    &refused_hold_target_missing, &refused_hold_missing,
    &refused_holds_full,          NULL,
};
