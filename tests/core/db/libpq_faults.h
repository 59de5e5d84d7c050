/*
 * Makes the n-th call of libpq go wrong.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_CORE_DB_LIBPQ_FAULTS_H
#define TESTS_CORE_DB_LIBPQ_FAULTS_H

#include <stdbool.h>
#include <stdint.h>

/* From now on; calls are those that talk to the server. */
void given_libpq_fault(uint64_t nth);

/* All goes well again. True if it has happened. */
bool libpq_faults_end(void);

#endif
