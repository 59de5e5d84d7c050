/*
 * Grants of roles that a product root key has signed.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_AUTHORITY_ROLE_GRANTS_H
#define PROJECTIONS_AUTHORITY_ROLE_GRANTS_H

#include "projections/projector.h"

extern const struct projector role_grants_projector;

#endif
