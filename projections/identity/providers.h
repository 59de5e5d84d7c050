/*
 * The projector of providers that people sign in through.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_IDENTITY_PROVIDERS_H
#define PROJECTIONS_IDENTITY_PROVIDERS_H

#include "projections/projector.h"

extern const struct projector providers_projector;

#endif
