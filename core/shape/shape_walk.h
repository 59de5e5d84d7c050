/*
 * A walk over packed bytes before they are decoded. msgpack-c reserves room for as many items as a
 * header declares; here it is made sure that the bytes for them are really there.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_SHAPE_SHAPE_WALK_H
#define CORE_SHAPE_SHAPE_WALK_H

#include "core/base/text.h"

#include <stdbool.h>

enum { PACKED_DEPTH_MAX = 16 };

/* Exactly one msgpack value without extension types, whose arrays and maps nest at most
 * PACKED_DEPTH_MAX deep and declare no more than what follows? */
bool shape_packed_is_sound(struct bytes packed);

#endif
