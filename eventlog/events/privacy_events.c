/*
 * Tables of the events of forgetting.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/privacy_events.h"

static const struct field person_erased_fields[] = {
    {UUID(person_erased, subject_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the person."},
    {TEXT(person_erased, reason), .tag = 2, .flags = REQUIRED, .max = 500,
     .doc = "Reason that was given."},
    {TEXT(person_erased, rule), .tag = 3, .flags = REQUIRED, .max = 64,
     .doc = "Rule that it was done by: request."},
};
#define ERASED                                                                                        \
    "A person was erased: whatever their keys sealed is forgotten, and read models and indexes drop " \
    "it."
EVENT_WITH(
    person_erased,
    EVT_PERSON_ERASED,
    "privacy.person_erased",
    ERASED,
    SHAPE(person_erased, ERASED),
    .schema = 1,
    .erases = true);

const struct event_type *const privacy_event_types[] = {
    &person_erased_event,
    NULL,
};
