/*
 * What other areas may ask about the installation. Answered from folded state.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_PLATFORM_PLATFORM_LOOKUP_H
#define COMMANDS_PLATFORM_PLATFORM_LOOKUP_H

#include "eventlog/model.h"

struct decision;
struct fold;
struct list;
struct record;

/* The stream of what happens to the installation; absent before position 0. */
struct uuid installation_id(const struct decision *decision);

/* What its checkpoints are called; and the key that verified the first of them, as tools for signed notes take it: what the
 * ledger is known by for good. In the arena; absent before position 0. */
struct text platform_origin(const struct model *model, struct arena *arena);
struct text platform_first_verifier(const struct model *model, struct arena *arena);

/* It is absent: the ledger has no beginning yet. */
extern const struct refusal refused_ledger_not_begun;

/* Notes the keys whose destruction an event of such a type tells; as an evolve. */
void platform_note_destroyed(struct fold *fold, const struct record *record);

/* A setting as somebody wants it, by its name in the environment. */
struct wanted_setting {
    struct text name;
    struct text value; /* absent: it is unset */
    struct opt_bool is_secret;
    struct opt_bool is_of_home;
};
extern const struct shape wanted_setting_shape;

/* That settings are other ones from the next start on: what is so already is left out. `wanted`: of struct
 * wanted_setting. */
void settings_emit(struct decision *decision, const struct list *wanted);

/* Is the destruction of that key on record? */
bool platform_is_key_destroyed(
    const struct model *model, struct uuid subject, const uint8_t key_id[8]);

#endif
