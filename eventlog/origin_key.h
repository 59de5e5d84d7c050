/*
 * Under which key an origin is sealed, so that it can be forgotten when its time is over, and all else that is
 * known of a person stays:
 *
 *   user; a person whom the event of a stranger is about    the person     their key of origins of the month
 *   agent, other stranger                                   the day's      its key: all agents share it
 *
 * Whoever erases the person destroys the keys of their months with all others: they are keys of that subject.
 * Events of before keys had months have their origins under the person's key of fields.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_ORIGIN_KEY_H
#define EVENTLOG_ORIGIN_KEY_H

#include "eventlog/record.h"

struct origin_key {
    struct uuid subject;
    int64_t month; /* of the person's (timestamp_month); 0: the subject is of a day */
};

/* `person`: whom the event is about; looked at where a stranger sends it, and absent where it is nobody. */
struct origin_key origin_key_of(struct actor actor, struct uuid person, struct timestamp at);

/* The user; for all others the subject of that day (UTC) and kind of actor. Fields that are about nobody are
 * sealed for it as well. */
struct uuid origin_subject(struct actor actor, struct timestamp at);

#endif
