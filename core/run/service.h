/*
 * The process as a service: signals as a question for its main thread, and talking to a manager that
 * started it (systemd; the protocol is sd_notify(3)'s): ready, stopping, alive. Without a manager
 * nothing is said. Main thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_RUN_SERVICE_H
#define CORE_RUN_SERVICE_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

/* Before threads start: signals that people send wait in `out` until they are asked for. */
void service_block_signals(sigset_t *out);

/* Waits for one, up to `wait_ms`; its number, or 0. */
int service_next_signal(const sigset_t *signals, int wait_ms);

/* Does it ask the process to end? The others ask for nothing: there is no file to read again, and
 * logs go to standard error. */
bool service_is_end(int signal);

/* Sends assignments, "READY=1\nSTATUS=…", to the socket that NOTIFY_SOCKET names. A manager that does
 * not listen is none. */
void service_notify(const char *assignments);

/* Is there such a manager, which starts the process again when it ends? */
bool service_is_managed(void);

/* How often it wants to hear "WATCHDOG=1", in microseconds: twice as often as it must; 0 for not at
 * all. */
int64_t service_watchdog_us(void);

#endif
