/*
 * What the routes of installs do beside their commands: making tokens and the install command.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NODE_INSTALL_HOOKS_H
#define API_NODE_INSTALL_HOOKS_H

#include "api/route.h"

/* The answer to a new install: its state and how to run it. */
extern const struct shape created_install_shape;

bool install_prepare_create(struct call *call, void *input);
void install_answer_create(struct call *call, const void *answer);
bool install_prepare_report(struct call *call, void *input);
bool install_prepare_consume(struct call *call, void *input);

#endif
