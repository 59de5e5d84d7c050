/*
 * The projector of sessions that are open.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_IDENTITY_SESSIONS_H
#define PROJECTIONS_IDENTITY_SESSIONS_H

#include "projections/projector.h"

extern const struct projector sessions_projector;

#endif
