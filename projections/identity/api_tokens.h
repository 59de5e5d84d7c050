/*
 * The projector of tokens for programs.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_IDENTITY_API_TOKENS_H
#define PROJECTIONS_IDENTITY_API_TOKENS_H

#include "projections/projector.h"

extern const struct projector api_tokens_projector;

#endif
