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

/* A look through keys.mdb for keys of origins of months that are over. */
enum { ORIGIN_KEY_NAME_SIZE = 16 + 8, ORIGIN_KEYS_AT_ONCE = 250 };
struct origin_key_look {
    int64_t before;                      /* months before this one (timestamp_month) */
    uint8_t place[ORIGIN_KEY_NAME_SIZE]; /* of the last row that was looked at; zeros at first */
    bool is_over;                        /* so was the last one */
};
struct origin_keys {
    uint8_t names[ORIGIN_KEYS_AT_ONCE * ORIGIN_KEY_NAME_SIZE]; /* subject 16 ‖ key id 8, joined */
    size_t size;
    int64_t first_month; /* of the earliest of them */
};

/* The next of them that are not destroyed, subject by subject; a few thousand rows are looked at, so there may be
 * none and more to look at. Any thread. */
struct keyring;
MUST_USE enum status origin_keys_find(
    struct keyring *keyring,
    struct origin_key_look *look,
    struct origin_keys *out,
    struct error *error);

/* Adds those that are not destroyed of a day (UTC, keyed_digest_day) and kind of actor, as far as there is room. Any
 * thread. */
MUST_USE enum status origin_keys_add_day(
    struct keyring *keyring,
    enum actor_kind kind,
    int64_t day,
    struct origin_keys *out,
    struct error *error);

/* The user; for all others the subject of that day (UTC) and kind of actor. Fields that are about nobody are
 * sealed for it as well. */
struct uuid origin_subject(struct actor actor, struct timestamp at);

#endif
