/*
 * The projector of trusted devices.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_IDENTITY_DEVICES_H
#define PROJECTIONS_IDENTITY_DEVICES_H

#include "projections/projector.h"

extern const struct projector devices_projector;

#endif
