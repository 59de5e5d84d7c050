/*
 * The table of people, as other projectors look at it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_IDENTITY_USERS_H
#define PROJECTIONS_IDENTITY_USERS_H

#include "projections/projector.h"

extern const struct projector users_projector;

#endif
