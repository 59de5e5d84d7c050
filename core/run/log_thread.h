/*
 * A thread that writes the log, so that nobody who logs ever waits for whoever reads it.
 *
 *   any thread ──line──► [1 MiB] ──► log thread ──► standard error
 *
 * What does not fit, because nobody reads, is dropped and counted; a line says how many. What a
 * process that is killed loses are the lines of its last moment.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_RUN_LOG_THREAD_H
#define CORE_RUN_LOG_THREAD_H

/* From now on lines go by the thread. Main thread; one at a time. */
void log_thread_start(void);

/* Returns once all lines so far are written, or after a second. Any thread; for one that ends the process
 * without log_thread_stop(). */
void log_thread_flush(void);

/* Writes what is left, for a second at most; from then on lines are written where they are logged
 * again. After all threads that log; does nothing when it was not started. */
void log_thread_stop(void);

#endif
