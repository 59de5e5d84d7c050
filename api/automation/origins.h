/*
 * Origins whose time is over are dropped, by the monitor: once an hour their keys are looked for, and destroyed on
 * record, at most 250 an event.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_AUTOMATION_ORIGINS_H
#define API_AUTOMATION_ORIGINS_H

struct monitor;
struct origins;

/* Begins with the loop. */
struct origins *origins_new(struct monitor *monitor);
void origins_free(struct origins *origins); /* accepts NULL; the loop does not run any more */

/* Begins the first round now; later ones begin by themselves. The monitor's thread. */
void origins_begin(struct origins *origins);

#endif
