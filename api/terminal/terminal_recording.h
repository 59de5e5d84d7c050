/*
 * Recordings of terminal sessions, for players: asciicast v2, also while the session goes on.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_TERMINAL_TERMINAL_RECORDING_H
#define API_TERMINAL_TERMINAL_RECORDING_H

#include "core/shape/shape.h"

struct call;

/* On LANE_LOOP; answers `terminal_recording_type`. */
#define TERMINAL_RECORDING_TYPE "application/x-asciicast"
extern const struct shape terminal_recording_of_shape;
void terminal_recording_handle(struct call *call);

#endif
