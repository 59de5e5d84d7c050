/*
 * Compiler attributes, each behind one name, so that the rest of the tree stays plain C17.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_BASE_ATTRIBUTES_H
#define CORE_BASE_ATTRIBUTES_H

#define MUST_USE                   __attribute__((warn_unused_result))
#define NORETURN                   __attribute__((noreturn))
#define PRINTF_LIKE(string, first) __attribute__((format(printf, string, first)))
#define UNUSED                     __attribute__((unused))

/* Runs `closer(&variable)` when the variable leaves its scope. */
#define CLEANUP(closer) __attribute__((cleanup(closer)))

/* How many items an array (not a pointer) holds. */
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#endif
