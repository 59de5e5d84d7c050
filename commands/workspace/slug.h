/*
 * The form of a workspace's short name.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_WORKSPACE_SLUG_H
#define COMMANDS_WORKSPACE_SLUG_H

#include "core/base/text.h"

#include <stdbool.h>

#define SLUG_RULE "Slug must use lowercase letters, numbers, and single hyphens only."

/* Words of small letters and digits, joined by single hyphens. */
bool slug_is_valid(struct text t);

#endif
