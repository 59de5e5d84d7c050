/*
 * The answer that registering and consuming an install share.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_NODE_REGISTERED_AGENT_H
#define COMMANDS_NODE_REGISTERED_AGENT_H

#include "core/shape/shape.h"

extern const struct shape registered_agent_shape;

#endif
