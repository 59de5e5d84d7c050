/*
 * Groups of directories, and who is in them.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_IDENTITY_DIRECTORY_GROUPS_H
#define PROJECTIONS_IDENTITY_DIRECTORY_GROUPS_H

#include "projections/projector.h"

extern const struct projector directory_groups_projector;
extern const struct projector directory_members_projector;

#endif
