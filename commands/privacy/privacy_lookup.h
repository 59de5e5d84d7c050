/*
 * What others may ask about people who were erased. Answered from folded state.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_PRIVACY_PRIVACY_LOOKUP_H
#define COMMANDS_PRIVACY_PRIVACY_LOOKUP_H

#include "eventlog/model.h"

/* Was the person erased? `out_position`, of the event that did it, may be NULL. */
bool privacy_is_erased(const struct model *model, struct uuid subject, uint64_t *out_position);

#endif
