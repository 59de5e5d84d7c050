/*
 * Randomness from the kernel. Used at the edges only; what decides is handed its seed.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_BASE_RANDOM_H
#define CORE_BASE_RANDOM_H

#include "core/base/uuid.h"

#include <stddef.h>

/* Fills `out` from the kernel's generator (getrandom). Aborts if there is none. Any thread. */
void random_fill(void *out, size_t size);

/* A fresh UUID version 7 of the present time. */
struct uuid uuid_new(void);

#endif
