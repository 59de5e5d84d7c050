/*
 * The area's projector.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_TEMPLATE_TEMPLATES_H
#define PROJECTIONS_TEMPLATE_TEMPLATES_H

#include "projections/projector.h"

extern const struct projector templates_projector;

#endif
