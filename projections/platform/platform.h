/*
 * Projectors of the whole platform: system events and the audit trail. They look at the rows of
 * other areas, because people want names.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_PLATFORM_PLATFORM_H
#define PROJECTIONS_PLATFORM_PLATFORM_H

#include "projections/projector.h"

extern const struct projector events_projector;
extern const struct projector audit_logs_projector;

#endif
