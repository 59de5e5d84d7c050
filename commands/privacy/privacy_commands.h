/*
 * Orders about what is known of people: forget it, or hold it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_PRIVACY_PRIVACY_COMMANDS_H
#define COMMANDS_PRIVACY_PRIVACY_COMMANDS_H

#include "commands/command.h"

enum { ERASED_KEY_ID_BYTES = 8, MOST_ERASED_KEYS = 2000 };

/* Deletes the account, if it is there still, and destroys the person's keys. Done again it destroys what
 * keys have come since, and else does nothing. */
struct erase_person {
    struct uuid subject_id;
    struct text reason;
    struct bytes key_ids; /* of all keys of the person in keys.mdb, joined; set by whoever has it */
};
struct erased_person {
    struct uuid subject_id;
    int64_t position;    /* of the event that says so; absent: the person was not erased */
    struct uuid hold_id; /* the order was refused, on record, because of this hold */
};
extern const struct command erase_person_command; /* answers `erased_person` */
extern const struct command
    forget_person_command; /* the same, told by whoever operates the machine */

/* Question: was this person erased? */
struct query_erased_person {
    struct uuid subject_id;
};
extern const struct command query_erased_person_command; /* answers `erased_person` */

/* Places a legal hold. `target_id` or positions are absent, as the kind says. */
enum { MOST_HOLDS = 1000 };
struct place_hold {
    struct enum_value kind; /* enum hold_kind */
    struct uuid target_id;
    int64_t first_position;
    int64_t last_position;
    struct text reason;
};
struct placed_hold {
    struct uuid hold_id;
};
extern const struct command place_hold_command; /* answers `placed_hold` */

struct release_hold {
    struct uuid hold_id;
    struct text reason;
};
extern const struct command release_hold_command;
extern const struct command end_hold_command; /* the same, told by whoever operates the machine */

/* Question: the holds in place, the oldest first; a page that is not full is the last. */
enum { HOLDS_AT_ONCE = 50 };
struct query_holds {
    struct uuid after;
};
struct listed_hold {
    struct uuid id;
    struct enum_value kind;
    struct uuid target_id;
    int64_t first_position;
    int64_t last_position;
};
struct listed_holds {
    struct list holds; /* of struct listed_hold */
};
extern const struct command query_holds_command; /* answers `listed_holds` */

/* By whoever has keys.mdb: destroys keys of origins whose time is over. What a hold is over is left, on record. */
struct drop_origins {
    struct enum_value
        actor_kind;         /* enum actor_kind; user: keys of months of persons, else of days */
    struct timestamp since; /* when the first of what they sealed was recorded, at the earliest … */
    struct timestamp until; /* … and the last: the end of a month, or of a day */
    struct bytes keys;      /* at most MOST_DROPPED_KEYS (privacy_events.h) */
};
extern const struct command drop_origins_command;

extern const struct command *const privacy_commands[];
extern const struct refusal *const privacy_refusals[];

extern const struct refusal refused_subject_missing;
extern const struct refusal refused_erasing_self;
extern const struct refusal refused_erasing_last_admin;
extern const struct refusal refused_subject_not_erased;
extern const struct refusal refused_subject_held;
extern const struct refusal refused_hold_target;
extern const struct refusal refused_hold_target_missing;
extern const struct refusal refused_hold_missing;
extern const struct refusal refused_holds_full;

#endif
