/*
 * No test program hangs without a name: where a test neither ends nor checks anything for a long
 * time, the program says which it is and what its threads wait in, and ends. It is no verdict on
 * speed: the bound is far above what any test takes on a busy machine.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_WATCHDOG_H
#define TESTS_SUPPORT_WATCHDOG_H

enum { WATCHDOG_S = 600 };

/* Starts watching, on a thread that lives as long as the program. */
void watchdog_start(int bound_s);

#endif
