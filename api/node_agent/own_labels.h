/*
 * Labels that the machine's operator has given the agent to report: "rack=b12,zone=eu-1".
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NODE_AGENT_OWN_LABELS_H
#define API_NODE_AGENT_OWN_LABELS_H

#include "core/base/arena.h"
#include "core/shape/shape.h"

/* Can all of it be taken by the server as it is? */
bool own_labels_are_valid(struct text setting);

/* Values by keys, in the arena; of an absent setting absent, which changes nothing at the server. */
struct json own_labels_read(struct text setting, struct arena *arena);

#endif
