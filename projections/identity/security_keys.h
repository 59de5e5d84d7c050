/*
 * The projector of security keys.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_IDENTITY_SECURITY_KEYS_H
#define PROJECTIONS_IDENTITY_SECURITY_KEYS_H

#include "projections/projector.h"

extern const struct projector security_keys_projector;

#endif
