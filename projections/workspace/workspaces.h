/*
 * The tables of workspaces and teams, as other projectors look at it, and the projectors of the area.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_WORKSPACE_WORKSPACES_H
#define PROJECTIONS_WORKSPACE_WORKSPACES_H

#include "projections/projector.h"

extern const struct projector workspaces_projector;
extern const struct projector memberships_projector;
extern const struct projector teams_projector;
extern const struct projector team_members_projector;

#endif
