/*
 * Libraries that find no memory.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_CORE_CRYPTO_LIBRARY_FAULTS_H
#define TESTS_CORE_CRYPTO_LIBRARY_FAULTS_H

#include <stdbool.h>
#include <stddef.h>

/* Checking a password fails from now on, or works again. */
void given_no_memory_for_passwords(bool is_missing);

/* The n-th allocation of jansson fails, counted from now; 0: none does. */
void given_jansson_fault(size_t nth);
/* Has it come to that since? */
bool jansson_fault_has_fired(void);

#endif
