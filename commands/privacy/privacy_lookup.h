/*
 * What others may ask about people who were erased, and about legal holds. Answered from folded state.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_PRIVACY_PRIVACY_LOOKUP_H
#define COMMANDS_PRIVACY_PRIVACY_LOOKUP_H

#include "eventlog/model.h"

/* Was the person erased? `out_position`, of the event that did it, may be NULL. */
bool privacy_is_erased(const struct model *model, struct uuid subject, uint64_t *out_position);

/* Notes of any event that a person did something in a workspace; as an evolve. */
struct fold;
struct record;
void privacy_note_actor(struct fold *fold, const struct record *record);

/* A hold over a person, a workspace or a node; absent: there is none. */
struct uuid privacy_hold_over(const struct model *model, struct uuid id);

/* A hold over a range that has one of these positions, of int64_t and rising or falling; absent: there is
 * none. */
struct uuid privacy_hold_over_positions(
    const struct model *model, struct arena *arena, const struct list *positions);

/* Is it in place? */
bool privacy_is_in_place(const struct model *model, struct uuid hold_id);

#endif
