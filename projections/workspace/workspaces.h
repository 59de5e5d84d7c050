/*
 * Projectors of workspaces.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_WORKSPACE_WORKSPACES_H
#define PROJECTIONS_WORKSPACE_WORKSPACES_H

#include "projections/projector.h"

extern const struct projector workspaces_projector;
extern const struct projector memberships_projector;

#endif
