/*
 * The area's projector.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_SECRET_SECRETS_H
#define PROJECTIONS_SECRET_SECRETS_H

#include "projections/projector.h"

extern const struct projector secrets_projector;

#endif
