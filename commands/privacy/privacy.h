/*
 * Who was erased: nothing more is sealed for them. And legal holds: nothing is lost of what they are over.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_PRIVACY_PRIVACY_H
#define COMMANDS_PRIVACY_PRIVACY_H

#include "commands/command.h"
#include "commands/fold.h"
#include "commands/privacy/privacy_commands.h"
#include "commands/privacy/privacy_lookup.h"

/* Kinds of the area's keys in the write model; new ones go to the end. */
enum privacy_kind {
    LINK_ERASED = AREA_PRIVACY << AREA_SHIFT, /* UUID_NONE → person; value: position of the event */
    STATE_HOLD,                               /* removed when it is released */
    LINK_HOLD,                                /* UUID_NONE → hold */
    LINK_HELD, /* person, workspace or node → hold; UUID_NONE → hold of positions */
    LINK_ACTED /* person → workspace in which they did anything */
};

struct hold {
    struct uuid id;
    struct enum_value kind; /* enum hold_kind */
    struct uuid target_id;
    int64_t first_position;
    int64_t last_position;
    struct uuid workspace_id;        /* of a node; absent: not known */
    struct timestamp withheld_until; /* of origins, as is on record; absent: of none */
};
extern const struct aggregate hold_aggregate;

/* A hold over the person, or over what erasing them would take with it: what they did in a workspace, on a node or
 * in a range of positions names where they came from, sealed by their keys. Absent: there is none. */
struct uuid privacy_hold_over_person(const struct decision *decision, struct uuid person);

/* A hold over anything but a person: over what cannot be told apart, as the origins of all agents of a day. Absent:
 * there is none. */
struct uuid privacy_hold_over_things(const struct decision *decision);

void privacy_evolve(struct fold *fold, const struct record *record);

#endif
