/*
 * Machines as network namespaces, joined by a bridge: each has a loopback and an address of its own, and a cable that can be
 * pulled.
 *
 *   machine 1 (10.77.0.1) ─── cable ───┐
 *   machine 2 (10.77.0.2) ─── cable ───┼─ bridge, in a namespace of the test program's own
 *
 * Needs root and ip(8). The test program reaches a machine's loopback from within, whatever its cable does.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_E2E_NETS_H
#define TESTS_E2E_NETS_H

#include <stdbool.h>

enum { NO_NET = -1, MOST_MACHINES = 8 };

/* Puts the test program into a namespace of its own, with the bridge. False where that is not allowed here; `out_why` says
 * what is missing. */
bool nets_begin(const char **out_why);

/* The namespace of another machine, by a descriptor that stays open; its number counts from 1. */
int nets_add(int *out_number);
const char *nets_address(int number); /* "10.77.0.1" */

void nets_pull_cable(int number);
void nets_plug_cable(int number);

/* The calling thread goes there, and comes back; with NO_NET it stays where it is. May be called in a child after fork(). */
void nets_enter(int net);
void nets_leave(int net);

#endif
