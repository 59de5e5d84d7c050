/*
 * The area's projector.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_PRIVACY_HOLDS_H
#define PROJECTIONS_PRIVACY_HOLDS_H

#include "projections/projector.h"

extern const struct projector holds_projector;

#endif
